"""What a feature's attributes say about it: its name, and the area it declares."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from data.importing.text import number, plain
from geo.units import MU_M2

__all__ = ["as_text", "declared_area", "feature_name", "last_digit"]

# Field names of the rural contracted-land database (NY/T 2539) and their unit in m².
_STANDARD = {"HTMJ": 1.0, "YHTMJ": 1.0, "SCMJ": 1.0, "HTMJM": MU_M2, "YHTMJM": MU_M2, "SCMJM": MU_M2}
_AREA = re.compile(r"面积|(^|_|\b)area(_|\b|$)|^mj", re.IGNORECASE)
_UNITS = (
    (re.compile(r"亩|(_|\()mu\b|(_|\()mu$", re.IGNORECASE), MU_M2),
    (re.compile(r"公顷|(_|\(|\b)ha(\b|\)|$)|hectare", re.IGNORECASE), 10_000.0),
    (re.compile(r"平方米|㎡|m2|m²|sqm|sq_m", re.IGNORECASE), 1.0),
)
# Attribute names that name a plot, the best first, as they read when folded to lower case.
_NAMES = (
    "name", "名称", "地块名称", "宗地名称", "线名称", "界线名称", "dkmc", "zdmc", "权利人", "权利人名称", "qlrmc", "户主", "户主姓名", "承包方",
    "承包方名称", "cbfmc", "姓名", "xm", "地块编码", "地块编号", "dkbm", "宗地号", "宗地代码", "zddm", "zdh", "编号",
    "title", "label",
)  # fmt: skip


def feature_name(properties: Mapping[str, str]) -> str:
    """Return what the attributes call the feature, or nothing."""
    folded = {plain(key).lower(): value for key, value in properties.items()}
    return next((folded[name] for name in _NAMES if folded.get(name)), "")


def as_text(value: object) -> str:
    """Return an attribute of a structured file as text; nested values as JSON, nothing for none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:4000]
    return plain(value)


def declared_area(properties: Mapping[str, str]) -> tuple[float, float] | None:
    """Return the declared area and the value of its last printed digit, both in m², or None.

    Only an attribute whose name states the unit counts: 合同面积(亩), HTMJM, area_ha.  A contract area goes
    before a measured one, which goes before any other.
    """
    ranked = sorted(properties.items(), key=lambda item: _rank(item[0]))
    for name, value in ranked:
        unit_m2 = _unit_m2(name)
        size = number(value) if unit_m2 is not None else None
        if unit_m2 is not None and size is not None and size > 0:
            return size * unit_m2, last_digit(value) * unit_m2
    return None


def last_digit(text: str) -> float:
    """Return the value of the last printed digit: 0.0001 of ``"0.7749"``, 1 of ``"12"``."""
    decimals = plain(text).partition(".")[2]
    digits = len(re.match(r"\d*", decimals).group())  # type: ignore[union-attr]
    return 10.0**-digits


def _rank(name: str) -> int:
    upper = name.upper()
    if "合同" in name or "承包" in name or upper.startswith("HTMJ"):
        return 0
    return 1 if "实测" in name or upper.startswith("SCMJ") else 2


def _unit_m2(name: str) -> float | None:
    folded = plain(name)
    if folded.upper() in _STANDARD:
        return _STANDARD[folded.upper()]
    if not _AREA.search(folded):
        return None
    return next((unit_m2 for pattern, unit_m2 in _UNITS if pattern.search(folded)), None)
