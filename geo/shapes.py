"""Shapes that cannot be measured say so: what is wrong with a polygon or a line, and where.

`find_fault` names the first fault of an area; `check_area`, `check_line` and `check_lonlat` raise it.
A ring that touches itself in points is not valid for databases but encloses a definite area: it is
listed as a fault and measured all the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GeometryError

__all__ = ["MEASURABLE_FAULTS", "check_area", "check_line", "check_lonlat", "find_fault", "is_definite"]

MEASURABLE_FAULTS = frozenset({"ring_touches_itself"})
"""Codes of faults that leave the area definite."""

_REASONS: dict[str, tuple[str, str, str]] = {
    "Self-intersection": (
        "ring_crosses_itself",
        "界线在东 {easting_m} 北 {northing_m} 处自相交叉（如 8 字形），面积没有意义：请在该处重排界址点次序。",
        "The boundary crosses itself at E {easting_m} N {northing_m}, so that its area has no meaning: "
        "put the points there in order.",
    ),
    "Ring Self-intersection": (
        "ring_touches_itself",
        "界线在东 {easting_m} 北 {northing_m} 处与自身相接：面积确定，但须拆成外环与内环后才能入库。",
        "The boundary touches itself at E {easting_m} N {northing_m}: the area is definite, but shell and "
        "hole must be parted before it is stored.",
    ),
    "Hole lies outside shell": (
        "hole_outside",
        "内环在东 {easting_m} 北 {northing_m} 处位于外环之外：请检查该内环属于哪个地块。",
        "A hole at E {easting_m} N {northing_m} lies outside its shell: see which plot it belongs to.",
    ),
    "Holes are nested": (
        "holes_nested",
        "内环在东 {easting_m} 北 {northing_m} 处套在另一内环里：请删去里面的内环或改为单独地块。",
        "A hole at E {easting_m} N {northing_m} lies inside another: remove it or make it a plot of its own.",
    ),
    "Nested shells": (
        "parts_overlap",
        "地块的各部分在东 {easting_m} 北 {northing_m} 处重叠：同一面积会算两次，请合并。",
        "Parts of the plot overlap at E {easting_m} N {northing_m}: that area would count twice; merge them.",
    ),
    "Interior is disconnected": (
        "interior_disconnected",
        "内环把地块在东 {easting_m} 北 {northing_m} 处切成几块：请拆成几个部分。",
        "Holes cut the plot apart at E {easting_m} N {northing_m}: make it several parts.",
    ),
    "Duplicate Rings": (
        "duplicate_rings",
        "同一个环在东 {easting_m} 北 {northing_m} 处出现两次：请删去一个。",
        "The same ring appears twice at E {easting_m} N {northing_m}: remove one.",
    ),
    "Too few points in geometry component": (
        "too_few_points",
        "环在东 {easting_m} 北 {northing_m} 处不足三个不同的点：围不成面积，请补点或删去。",
        "A ring at E {easting_m} N {northing_m} has fewer than three different points and encloses nothing: "
        "complete or remove it.",
    ),
}
_PLACE = re.compile(r"^(?P<reason>[^\[]+)\[(?P<easting>\S+) (?P<northing>\S+)")


def find_fault(geom: BaseGeometry | None, where: str = "") -> GeometryError | None:
    """Return what is wrong with an area, or None.

    Parameters
    ----------
    geom : Polygon, MultiPolygon or None
        In any plane.
    where : str
        Name of the plot, put into the sentence's ``where``.
    """
    if geom is None or geom.is_empty:
        return GeometryError(
            "empty_geometry",
            zh="没有图形：请补画地块或删去这一行。",
            en="There is no shape: draw the plot or remove the row.",
            where=where,
        )
    if geom.geom_type not in ("Polygon", "MultiPolygon"):
        return _not_an_area(geom, where)
    bad = np.flatnonzero(~np.isfinite(shapely.get_coordinates(geom)).all(axis=1))
    if bad.size:
        return _not_finite(int(bad[0]), where)
    if not geom.is_valid:
        return _invalid(shapely.is_valid_reason(geom), where)
    return None


def is_definite(geom: BaseGeometry | None) -> bool:
    """Tell whether an area encloses a definite area: it is valid, or only touches itself."""
    fault = find_fault(geom)
    return fault is None or (
        fault.code in MEASURABLE_FAULTS and geom is not None and _encloses_the_same(geom)
    )


def check_area(geoms: Sequence[BaseGeometry | None] | npt.NDArray[Any]) -> None:
    """Raise GeometryError for the first shape whose area has no meaning; ``where`` is its number from 1."""
    array = np.asarray(geoms, dtype=object)
    types = shapely.get_type_id(array)
    suspect = ~((types == 3) | (types == 6)) | ~shapely.is_valid(array) | shapely.is_empty(array)
    for index in np.flatnonzero(suspect).tolist():
        if not is_definite(array[index]):
            fault = find_fault(array[index], str(index + 1))
            if fault is not None:
                raise fault


def check_line(line: BaseGeometry | None) -> None:
    """Raise GeometryError when a line is missing, is no line, or has coordinates that are not numbers."""
    if line is None or line.is_empty:
        raise GeometryError(
            "empty_geometry",
            zh="没有线：请画线或重新导入。",
            en="There is no line: draw it or import it again.",
        )
    if line.geom_type not in ("LineString", "LinearRing", "MultiLineString"):
        raise GeometryError(
            "not_a_line",
            zh="图形是 {kind}，不是线：请改用线。",
            en="The shape is a {kind}, not a line: give a line.",
            kind=line.geom_type,
        )
    bad = np.flatnonzero(~np.isfinite(shapely.get_coordinates(line)).all(axis=1))
    if bad.size:
        raise _not_finite(int(bad[0]), "")


def check_lonlat(lonlat: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return a ring's longitudes and latitudes as an array (n, 2), or raise GeometryError."""
    points = np.asarray(lonlat, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
        raise GeometryError(
            "too_few_points",
            zh="围成面积至少需要 3 个点，得到 {count} 个。",
            en="An area needs at least 3 points; there are {count}.",
            count=len(points) if points.ndim else 0,
        )
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if bad.size:
        raise _not_finite(int(bad[0]), "")
    beyond = np.flatnonzero(np.abs(points[:, 1]) > 90)
    if beyond.size:
        raise GeometryError(
            "latitude_beyond_pole",
            zh="第 {vertex} 点的纬度 {latitude_deg} 超过 90 度：经纬度可能颠倒了。",
            en="The latitude {latitude_deg} of point {vertex} is beyond 90°: longitude and latitude may be "
            "exchanged.",
            vertex=int(beyond[0]) + 1,
            latitude_deg=float(points[beyond[0], 1]),
        )
    return points


def _encloses_the_same(geom: BaseGeometry) -> bool:
    """Tell whether rings and mended shape enclose the same area, so that only their form is at fault."""
    mended = float(shapely.area(shapely.make_valid(geom, method="structure", keep_collapsed=False)))
    return abs(mended - float(shapely.area(geom))) <= 1e-9 * mended


def _invalid(reason: str, where: str) -> GeometryError:
    found = _PLACE.match(reason)
    name = found["reason"] if found else reason
    easting, northing = (found["easting"], found["northing"]) if found else ("?", "?")
    code, zh, en = _REASONS.get(
        name,
        (
            "invalid_shape",
            "图形不成立（{reason}）：请重画。",
            "The shape cannot be ({reason}): draw it again.",
        ),
    )
    facts = {"easting_m": _metres(easting), "northing_m": _metres(northing.rstrip("]")), "reason": reason}
    return GeometryError(code, zh=zh, en=en, where=where, **facts)


def _metres(text: str) -> float | str:
    try:
        return round(float(text), 3)
    except ValueError:
        return text


def _not_an_area(geom: BaseGeometry, where: str) -> GeometryError:
    return GeometryError(
        "not_an_area",
        zh="图形是 {kind}，不是面：没有面积。",
        en="The shape is a {kind}, not an area.",
        where=where,
        kind=geom.geom_type,
    )


def _not_finite(index: int, where: str) -> GeometryError:
    return GeometryError(
        "coordinate_not_finite",
        zh="第 {vertex} 点的坐标不是数：请改正。",
        en="The coordinate of point {vertex} is not a number: correct it.",
        where=where,
        vertex=index + 1,
    )
