"""Which column of a file of plots says what: guessed by its name and its values, to be changed by the user.

A column of identity numbers is never offered, and a number of that kind inside another column is left out:
the program has no use for it, and what is not kept cannot get lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, get_args

import numpy as np

from geo.units import MU_M2

__all__ = [
    "FACTORS_M2",
    "AreaUnit",
    "Columns",
    "Role",
    "area_m2",
    "columns_of",
    "guess",
    "identity_columns",
    "without_identity",
]

Row = Mapping[str, str]
Role = Literal["code", "name", "holder", "holder_code", "certificate", "area"]
AreaUnit = Literal["mu", "m2", "ha"]

FACTORS_M2: Final[Mapping[AreaUnit, float]] = {"mu": MU_M2, "m2": 1.0, "ha": 10_000.0}
"""Square metres of one unit."""

_LOOKED_AT: Final = 2_000
"""Rows that are looked at to tell what a column holds."""

# As the cadastre's and the contract survey's exchange formats name them, and as offices and programs do.
_WORDS: Final[Mapping[Role, tuple[str, ...]]] = {
    "code": (
        "dkbm 地块编码 地块代码 宗地代码 zddm 不动产单元号 bdcdyh 地块编号 dkbh 宗地编码 宗地编号 宗地号 zdh",
        "图斑编号 tbbh xzqdm 行政区代码 zldwdm 坐落单位代码 parcel_id parcelid plot_id plot_code plotcode",
        "编码 编号 代码 code number",
    ),
    "name": (
        "dkmc 地块名称 宗地名称 zdmc xzqmc 行政区名称 zldwmc 坐落单位名称 村名 组名 名称 plot_name name",
    ),
    "holder": (
        "cbfmc 承包方名称 承包方 承包方代表 承包方代表姓名 权利人 权利人名称 qlrmc qlr 户主 户主姓名 户主名称",
        "姓名 xm 使用权人 使用者 holder owner contractor",
    ),
    "holder_code": ("cbfbm 承包方编码 承包方代码 户号 户编码 holder_code household_code",),
    "certificate": (
        "qzh 证书号 权证号 证号 草原证号 经营权证号 cbjyqzbm 承包经营权证编码 bdcqzh 不动产权证号 不动产证号",
        "权利证书号 certificate certificate_number cert_no",
    ),
    "area": (
        "htmj htmjm 合同面积 合同面积_亩 合同面积亩 证书面积 发证面积 承包面积 登记面积 contract_area",
        "面积_亩 面积亩 亩数 mj_mu area_mu scmj scmjm 实测面积 宗地面积 zdmj 地块面积 面积 mj 面积_平方米",
        "area_m2 area",
    ),
}
_NAMES: Final = {role: " ".join(words).split() for role, words in _WORDS.items()}
_IDENTITY_NAME: Final = re.compile(
    r"身份证|证件号|居民证|sfz|zjh|id_?card|identity|id_?no\b|citizen", re.IGNORECASE
)
_IDENTITY: Final = re.compile(
    r"(?<![0-9])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9])"
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_NUMBER: Final = re.compile(r"[-+]?\d[\d,，]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The column of each thing, or None; and the unit of the contract area."""

    code: str | None = None
    name: str | None = None
    holder: str | None = None
    holder_code: str | None = None
    certificate: str | None = None
    area: str | None = None
    area_unit: AreaUnit = "mu"

    def text(self, role: Role, row: Row) -> str:
        """Return what a row says, without identity numbers; empty when it says nothing."""
        column: str | None = getattr(self, role)
        return without_identity(" ".join(row.get(column or "", "").split()))[:120]


def columns_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the columns that may be taken over, in the order of the file."""
    left_out = set(identity_columns(rows))
    return tuple(name for name in _names(rows) if name not in left_out)


def identity_columns(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the columns that hold identity numbers, by their name or by most of their values."""
    found = []
    for name in _names(rows):
        values = [row[name].strip() for row in islice(rows, _LOOKED_AT) if row.get(name, "").strip()]
        many = sum(_is_identity(value) for value in values) * 2 > len(values)
        if _IDENTITY_NAME.search(name) or (values and many):
            found.append(name)
    return tuple(found)


def without_identity(text: str) -> str:
    """Return text without the identity numbers in it (18 places, valid date and check digit)."""
    left = _IDENTITY.sub(lambda match: "" if _is_identity(match[0]) else match[0], text)
    return text if left == text else left.strip(" ,，;；()（）")


def guess(rows: Sequence[Row], areas_m2: Sequence[float]) -> Columns:
    """Return the likeliest column of each thing.

    Parameters
    ----------
    rows : sequence of mappings
        Attributes of each plot.
    areas_m2 : sequence of float
        Areas of the shapes of the same plots: they tell the unit of the contract area.
    """
    names = [name for name in columns_of(rows) if any(row.get(name, "").strip() for row in rows)]
    found: dict[Role, str | None] = {}
    for role in get_args(Role):
        free = [name for name in names if name not in found.values()]
        found[role] = _called(free, _NAMES[role])
    return Columns(**found, area_unit=_unit(found["area"], rows, areas_m2))


def area_m2(text: str, unit: AreaUnit) -> float | None:
    """Return a contract area in square metres, or None where there is no positive number."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    value = float(match[0].replace(",", "").replace("，", ""))
    return value * FACTORS_M2[unit] if 0 < value < 1e12 else None


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in islice(rows, _LOOKED_AT) for name in row))


def _called(names: Iterable[str], known: Sequence[str]) -> str | None:
    """Return the column whose name stands first in ``known``; shapefiles cut names, so a beginning counts too."""
    plain = {re.sub(r"[\s()（）【】]", "", name).lower(): name for name in names}
    for wanted in known:
        if wanted in plain:
            return plain[wanted]
    cut = [
        name
        for short, name in plain.items()
        if len(short) >= 3 and any(len(wanted) > len(short) and wanted.startswith(short) for wanted in known)
    ]
    return cut[0] if cut else None


def _unit(column: str | None, rows: Sequence[Row], areas_m2: Sequence[float]) -> AreaUnit:
    """Return the unit that makes the stated areas most like the shapes'; by the name where none is near."""
    units: tuple[AreaUnit, ...] = get_args(AreaUnit)
    ratios = [
        stated / area
        for row, area in islice(zip(rows, areas_m2, strict=True), _LOOKED_AT)
        if area > 0 and (stated := area_m2(row.get(column or "", ""), "m2"))
    ]
    if ratios:
        middle = float(np.median(ratios))
        near = min(units, key=lambda unit: abs(np.log(middle * FACTORS_M2[unit])))
        if abs(np.log(middle * FACTORS_M2[near])) < np.log(3):
            return near
    named = (column or "").lower()
    if "公顷" in named or named.endswith("_ha"):
        return "ha"
    return "m2" if "平方" in named or "m2" in named or named in ("htmj", "scmj", "zdmj") else "mu"


def _is_identity(text: str) -> bool:
    """Tell whether a text is an identity number whose check digit is right (GB 11643)."""
    if not _IDENTITY.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[:17], strict=True))
    return "10X98765432"[total % 11] == text[17].upper()
