"""Which column of a table is what, told by its heading in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from data.importing.text import plain
from geo.recognition import AxisOrder

__all__ = ["Columns", "columns_of"]

_ROLES: tuple[tuple[str, str], ...] = (
    (
        "longitude",
        r"经度|东经|^((wgs|gcj|bd|gps|x|location|cgcs)[0-9]*[_-]?)?(lon|lng|long|longitude)($|[_-])",
    ),
    ("latitude", r"纬度|北纬|^((wgs|gcj|bd|gps|y|location|cgcs)[0-9]*[_-]?)?(lat|latitude)($|[_-])"),
    (
        "east",
        r"东坐标|东向|横坐标|^东$|^e$|^east$|easting|^坐标e$|^e坐标$|^y东|^y\(?e|^y\(?东|^东\(?y|e\(m\)",
    ),
    (
        "north",
        r"北坐标|北向|纵坐标|^北$|^n$|^north$|northing|^坐标n$|^n坐标$|^x北|^x\(?n|^x\(?北|^北\(?x|n\(m\)",
    ),
    ("first", r"^x$|^x坐标|坐标x|^x\(|^x值|^point_?x$|^coord_?x$|^x_?coord|^xcoord|^x_|^gps_?x$"),
    ("second", r"^y$|^y坐标|坐标y|^y\(|^y值|^point_?y$|^coord_?y$|^y_?coord|^ycoord|^y_|^gps_?y$"),
    ("height", r"高程|海拔|^h$|^z$|^z坐标|elev|height|altitude|^alt$|大地高|正常高"),
    ("ring", r"环号|圈号|^ring"),
    ("line", r"线号|线路|线名|界线编号|界线名|^line|^track|^route"),
    ("plot", r"地块|宗地|图斑|plot|parcel|polygon|权利人|户主|承包方|^group|所属"),
    ("point", r"点号|点名|界址点|界桩|桩号|^point|^name$|^no\.?$|^名称$|^id$|^pt|^pid"),
    ("serial", r"^序号$|^编号$|^num$|^index$|^fid$|^oid$"),
    ("crs", r"^坐标系|^crs$|^epsg$|^srid$|^坐标系统"),
    ("wkt", r"^(wkt|geometry|geom|the_geom|shape|ewkt|geo_?wkt|几何)$"),
)
_PATTERNS = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in _ROLES)
_PAIRS: tuple[tuple[str, str, AxisOrder | None], ...] = (
    ("east", "north", "east_north"),
    ("first", "second", None),
    ("longitude", "latitude", "lon_lat"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Column numbers by role; ``first`` and ``second`` are the coordinates in the order they are handed on.

    ``axis`` is what the headings say about their order; ``named`` that they say it plainly.
    """

    first: int = -1
    second: int = -1
    axis: AxisOrder | None = None
    named: bool = False
    name: int | None = None
    plot: int | None = None
    line: int | None = None
    ring: int | None = None
    height: int | None = None
    wkt: int | None = None
    crs: int | None = None
    headings: tuple[str, ...] = ()


def columns_of(cells: Sequence[object], above: Sequence[object] = ()) -> Columns | None:
    """Return the columns a heading row names, or None when it names no coordinates.

    A blank heading takes the one above it (two-line headings with merged cells).
    """
    headings = [_folded(cell) for cell in cells]
    uppers = [_folded(cell) for cell in above] + [""] * len(headings)
    headings = [own or upper for own, upper in zip(headings, uppers, strict=False)]
    roles: dict[str, int] = {}
    for column, heading in enumerate(headings):
        role = _role(heading)
        if role is not None:
            roles.setdefault(role, column)
    shown = tuple(plain(cell) or plain(upper) for cell, upper in _paired(cells, above))
    pair = next(((a, b, axis) for a, b, axis in _PAIRS if a in roles and b in roles), None)
    if pair is None and "wkt" not in roles:
        return None
    first, second, axis = pair or ("", "", None)
    if first == "first":
        axis = _survey_axis(headings)
    return Columns(
        first=roles.get(first, -1),
        second=roles.get(second, -1),
        axis=axis,
        named=first in {"east", "longitude"},
        name=roles.get("point", roles.get("serial")),
        plot=roles.get("plot"),
        line=roles.get("line"),
        ring=roles.get("ring"),
        height=roles.get("height"),
        wkt=roles.get("wkt") if pair is None else None,
        crs=roles.get("crs"),
        headings=shown,
    )


def _paired(cells: Sequence[object], above: Sequence[object]) -> list[tuple[object, object]]:
    padded = list(above) + [None] * len(cells)
    return list(zip(cells, padded, strict=False))


def _folded(cell: object) -> str:
    text = re.sub(r"\s+", "", plain(cell)).lower()
    text = re.sub(r"[\[(（【]?(单位)?[:：]?(m|米|度|°|degrees?)[\])）】]$", "", text)
    return text.replace("（", "(").replace("）", ")")


def _role(heading: str) -> str | None:
    if not heading or len(heading) > 24:
        return None
    return next((role for role, pattern in _PATTERNS if pattern.search(heading)), None)


def _survey_axis(headings: Sequence[str]) -> AxisOrder | None:
    """Return north first for Chinese survey tables, where X is north; nothing for bare English X and Y."""
    chinese = any(re.search(r"坐标|界址|点号|宗地|地块|边长|桩号", heading) for heading in headings)
    return "north_east" if chinese else None
