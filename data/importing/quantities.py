"""Angles and lengths as field books write them: 127°03′15″, 127-03-15, N76-00E, 北偏东76°, 141.2 gon, 36丈1尺5寸.

The market chi 市尺 is 1/3 m, the zhang 丈 ten of them, the cun 寸 a tenth; a chain is Gunter's, 66 feet.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal

from data.importing.text import number, plain

__all__ = [
    "LENGTH_UNITS_M",
    "Angle",
    "AngleForm",
    "Length",
    "angle_form",
    "length_unit",
    "read_angle",
    "read_bearing",
    "read_length",
]

AngleForm = Literal["dms", "degrees", "gon", "packed", "whole"]
"""How an angle was written; ``packed`` is ddd.mmss of pocket calculators, ``whole`` a number without a fraction."""

LENGTH_UNITS_M: Final[dict[str, float]] = {
    "m": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "km": 1000.0,
    "尺": 1.0 / 3.0,
    "丈": 10.0 / 3.0,
    "寸": 1.0 / 30.0,
    "chain": 20.1168,
    "ft": 0.3048,
}
_UNIT_WORDS: Final = (
    ("km", r"公里|千米|km"),
    ("cm", r"厘米|公分|cm"),
    ("mm", r"毫米|mm"),
    ("ft", r"英尺|feet|foot|ft"),
    ("chain", r"测链|链|chains?|ch"),
    ("尺", r"市尺|尺|chi"),
    ("丈", r"市丈|丈|zhang"),
    ("寸", r"市寸|寸|cun"),
    ("m", r"公尺|米|meters?|metres?|m"),
)
_LENGTH_PART = re.compile(
    r"(\d+(?:\.\d*)?|\.\d+)(" + "|".join(words for _, words in _UNIT_WORDS) + r")?", re.IGNORECASE
)
_DMS = re.compile(
    r"""^([+-]?)(\d{1,3})\s*(?:[°º˚o度d:]|-|\s|\.(?=\d{1,2}\.\d))\s*
        (\d{1,2})\s*(?:['′’‘分m:]|-|\s|\.(?=\d)|$)\s*
        (?:(\d{1,2}(?:\.\d+)?)\s*(?:["″”“秒s]|''|′′)?)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_GON = re.compile(r"(gon|grad|grade|g|冈|新度)$", re.IGNORECASE)
_DEGREES = re.compile(r"(°|度|deg|degrees?)$", re.IGNORECASE)
_QUADRANTS: Final = {"NE": (0.0, 1.0), "SE": (180.0, -1.0), "SW": (180.0, 1.0), "NW": (360.0, -1.0)}
_COMPASS: Final = str.maketrans({"北": "N", "南": "S", "东": "E", "西": "W"})


@dataclass(frozen=True, slots=True)
class Angle:
    """An angle in degrees, how it was written, and whether its seconds were."""

    degrees: float
    form: AngleForm
    to_seconds: bool = False


@dataclass(frozen=True, slots=True)
class Length:
    """A length in metres and the unit it was written in (``""`` when none stood in the cell or heading)."""

    metres: float
    unit: str


def angle_form(text: str) -> AngleForm | None:
    """Return the form a heading or a setting states (``水平角(gon)``, ``度分秒``, ``ddd.mmss``), or None."""
    words = plain(text).lower().replace(" ", "")
    if re.search(r"d+\.mm|度\.分|度\.分秒", words):
        return "packed"
    if re.search(r"gon|grad|冈|新度", words):
        return "gon"
    if re.search(r"度分秒|dms|d-m-s|°['′]|六十", words):
        return "dms"
    return "degrees" if re.search(r"十进|decimal|\(°\)|\[°\]|\(度\)|^度$|^°$|^deg", words) else None


def length_unit(text: str) -> str:
    """Return the unit of length a heading or a setting states, or nothing."""
    words = plain(text).strip().lower()
    inner = re.search(r"[(（\[/]\s*([^)）\]]+)", words)
    wanted = (inner[1] if inner else words).strip()
    return next((unit for unit, pattern in _UNIT_WORDS if re.fullmatch(pattern, wanted)), "")


def read_angle(cell: object, stated: AngleForm | None = None) -> Angle | None:
    """Return an angle, or None when the cell holds none; ``stated`` is what the heading or a setting says.

    >>> read_angle("127-03-15").degrees
    127.05416666666666
    >>> read_angle("100g")
    Angle(degrees=90.0, form='gon', to_seconds=False)
    >>> read_angle("127-63-15") is None
    True
    """
    text = plain(cell).replace("−", "-").strip()
    match = _DMS.match(text)
    if match is not None and (number(text) is None or " " in text):
        return _from_parts(match[1], match[2], match[3], match[4])
    gon = _GON.sub("", text).strip()
    bare = _DEGREES.sub("", gon).strip()
    value = number(bare)
    if value is None or not math.isfinite(value):
        return None
    if gon != text or (stated == "gon" and bare == gon):
        return Angle(value * 0.9, "gon")
    if stated == "packed" and bare == text:
        return _unpacked(bare)
    if bare != text or stated == "degrees":
        return Angle(value, "degrees")
    return Angle(value, "whole" if value == int(value) else "degrees")


def _from_parts(sign: str, degrees: str, minutes: str, seconds: str | None) -> Angle | None:
    if float(minutes) >= 60.0 or float(seconds or 0.0) >= 60.0:
        return None
    size = float(degrees) + float(minutes) / 60.0 + float(seconds or 0.0) / 3600.0
    return Angle(-size if sign == "-" else size, "dms", seconds is not None)


def _unpacked(text: str) -> Angle | None:
    whole, _, rest = text.lstrip("+-").partition(".")
    rest = rest.ljust(4, "0")
    seconds = rest[2:4] + ("." + rest[4:] if rest[4:] else "")
    found = _from_parts("-" if text.startswith("-") else "", whole or "0", rest[:2], seconds)
    return None if found is None else Angle(found.degrees, "packed", True)


def read_bearing(cell: object, stated: AngleForm | None = None) -> Angle | None:
    """Return a bearing from north, also from a quadrant (``N76-00E``, ``南偏西12°30′``).

    >>> read_bearing("S61-00W").degrees
    241.0
    """
    text = plain(cell).translate(_COMPASS).replace("偏", "").upper().strip()
    match = re.match(r"^([NS])\s*([EW]?)\s*(\d.*?)\s*([EW]?)$", text)
    if match is None or bool(match[2]) == bool(match[4]):
        return read_angle(cell, stated)
    inner = read_angle(match[3], stated)
    if inner is None or not 0.0 <= inner.degrees <= 90.0:
        return None
    base, sign = _QUADRANTS[match[1] + (match[2] or match[4])]
    return Angle((base + sign * inner.degrees) % 360.0, inner.form, inner.to_seconds)


def read_length(cell: object, stated: str = "") -> Length | None:
    """Return a length in metres; units in the cell go before the ``stated`` one.

    >>> read_length("36丈1尺5寸").unit
    '丈'
    >>> read_length("30", "尺").metres
    10.0
    """
    text = plain(cell).replace(" ", "").replace("−", "-")
    value = number(text)
    if value is not None and not re.search(r"(米|m)$", text, re.IGNORECASE):
        return Length(value * LENGTH_UNITS_M[stated or "m"], stated) if math.isfinite(value) else None
    parts = list(_LENGTH_PART.finditer(text.lstrip("+-")))
    if not parts or "".join(part[0] for part in parts) != text.lstrip("+-"):
        return None
    units = [length_unit(part[2] or "") for part in parts]
    if not all(units) or len(set(units)) != len(units):
        return None
    size = sum(float(part[1]) * LENGTH_UNITS_M[unit] for part, unit in zip(parts, units, strict=True))
    return Length(-size if text.startswith("-") else size, units[0])
