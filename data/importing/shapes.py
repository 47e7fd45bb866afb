"""Rings, lines and points as files write them, turned into shapes with every fault listed.

Rules: a vertex that is no number, or cannot be a place, drops its feature; vertices repeating the one before
are merged; a ring whose ends are within the limit is closed, else it is offered as a line; a shape that
crosses itself is kept and marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from data.importing.sentences import problem
from geo.errors import Problem

__all__ = [
    "Shape",
    "area_shape",
    "distance_m",
    "from_geometry",
    "impossible_degrees",
    "line_shape",
    "point_shape",
    "rings_by_orientation",
    "rings_by_place",
]

Coords = NDArray[np.float64]
Rings = Sequence[Coords]

_REASONS = {
    "Self-intersection": ("界线自相交", "its boundary crosses itself"),
    "Ring Self-intersection": ("界线自接触", "its boundary touches itself"),
    "Hole lies outside shell": ("孔洞在外边界之外", "a hole lies outside its boundary"),
    "Holes are nested": ("孔洞相互嵌套", "holes are nested"),
    "Nested shells": ("部分相互嵌套", "parts are nested"),
    "Interior is disconnected": ("内部被分割", "its interior is cut apart"),
    "Duplicate Rings": ("环重复", "rings are repeated"),
    "Too few points in geometry component": ("点数不足", "too few points"),
}


@dataclass(slots=True)
class Shape:
    """A shape found in a file, or None when nothing of it can be used, with what was wrong."""

    geometry: BaseGeometry | None = None
    problems: list[Problem] = field(default_factory=list)
    open_ring: bool = False
    valid: bool = True


def distance_m(coords: Coords, first_index: int = 0, second_index: int = -1) -> float:
    """Return the distance between two vertices of a line in metres, when they may be degrees or metres.

    Lines whose numbers all fit degrees are taken as degrees on a sphere of 111 320 m a degree, the one that
    can only be a longitude being shortened by the cosine of the other.
    """
    first, second = coords[first_index], coords[second_index]
    gap = np.abs(first - second)
    if np.abs(coords).max() > 400:
        return float(np.hypot(gap[0], gap[1]))
    latitude_first = abs(float(first[1])) > 90
    latitude = float(first[0] if latitude_first else first[1])
    longitude_gap, latitude_gap = (gap[1], gap[0]) if latitude_first else (gap[0], gap[1])
    return 111_320.0 * math.hypot(longitude_gap * math.cos(math.radians(latitude)), latitude_gap)


def area_shape(
    parts: Sequence[Rings], where: str, *, closing_gap_m: float, geographic: bool = False
) -> Shape:
    """Return one feature from polygons, each a list of rings (outer first, holes after).

    Several parts make one multi-part feature, never several features.
    """
    shape = Shape()
    if _bad_vertex([ring for part in parts for ring in part], where, geographic, shape):
        return shape
    polygons, open_lines = [], []
    for part in parts:
        rings = [_ring(ring, where, closing_gap_m, shape) for ring in part]
        open_lines += [ring for ring in rings if ring is not None and not _closed(ring)]
        if rings and rings[0] is not None and _closed(rings[0]):
            holes = [ring for ring in rings[1:] if ring is not None and _closed(ring)]
            polygons.append(shapely.Polygon(rings[0], holes))
    _finish_area(shape, polygons, open_lines, where)
    return shape


def _finish_area(shape: Shape, polygons: list[shapely.Polygon], lines: list[Coords], where: str) -> None:
    flat = [polygon for polygon in polygons if not polygon.area > 0]
    if flat and all(polygon.is_valid or not _encloses(polygon) for polygon in flat):
        shape.problems.append(problem("zero_area", where))
        polygons = [polygon for polygon in polygons if polygon not in flat]
    if polygons and not lines:
        shape.geometry = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
        _mark_invalid(shape, where)
    elif lines:
        whole = [*lines, *(np.asarray(polygon.exterior.coords) for polygon in polygons)]
        shape.open_ring = True
        shape.geometry = shapely.LineString(whole[0]) if len(whole) == 1 else shapely.MultiLineString(whole)


def _encloses(polygon: shapely.Polygon) -> bool:
    """Tell whether a polygon of zero signed area still encloses faces (a symmetric bowtie does)."""
    return bool(shapely.polygonize([shapely.node(polygon.exterior)]).area > 0)


def line_shape(parts: Rings, where: str, *, geographic: bool = False) -> Shape:
    """Return one line feature from its parts."""
    shape = Shape()
    if _bad_vertex(parts, where, geographic, shape):
        return shape
    kept = []
    for part in parts:
        line = _merged(_two(part), where, shape)
        if len(line) >= 2:
            kept.append(line)
        else:
            shape.problems.append(problem("line_too_short", where, count=len(line)))
    if kept:
        shape.geometry = shapely.LineString(kept[0]) if len(kept) == 1 else shapely.MultiLineString(kept)
    return shape


def point_shape(coords: ArrayLike, where: str, *, geographic: bool = False) -> Shape:
    """Return one point feature, or a multi-point when there are several."""
    shape = Shape()
    points = _two(np.atleast_2d(np.asarray(coords, dtype=float)))
    if not len(points) or _bad_vertex([points], where, geographic, shape):
        return shape
    shape.geometry = shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)
    return shape


def from_geometry(geometry: BaseGeometry, where: str, *, closing_gap_m: float) -> Shape:
    """Check a geometry that another library read, by the same rules."""
    parts = [part for part in shapely.get_parts([geometry]) if not part.is_empty]
    kinds = {part.geom_type for part in parts}
    if kinds == {"Polygon"}:
        rings = [
            [np.asarray(part.exterior.coords), *(np.asarray(hole.coords) for hole in part.interiors)]
            for part in parts
        ]
        return area_shape(rings, where, closing_gap_m=closing_gap_m)
    if kinds and kinds <= {"LineString", "LinearRing"}:
        return line_shape([np.asarray(part.coords) for part in parts], where)
    if kinds == {"Point"}:
        return point_shape(np.array([part.coords[0][:2] for part in parts]), where)
    return Shape()


def rings_by_orientation(rings: Rings) -> list[list[Coords]]:
    """Group shapefile rings: clockwise ones are outer rings, the others holes of the smallest that holds them.

    A file whose rings all run the wrong way is read as outer rings by place instead.
    """
    rings = [ring for ring in rings if len(ring)]
    if len(rings) == 1:
        return [list(rings)]
    outer = [ring for ring in rings if _signed_area(ring) <= 0]
    holes = [ring for ring in rings if _signed_area(ring) > 0]
    if not holes:
        return [[ring] for ring in outer]
    if not outer:
        return rings_by_place(rings)
    return _assign(outer, holes)


def rings_by_place(rings: Rings) -> list[list[Coords]]:
    """Group rings by place alone: a ring within an odd number of others is a hole."""
    if len(rings) < 2:
        return [[ring] for ring in rings]
    closed = [ring if _closed(ring) else np.vstack([ring, ring[:1]]) for ring in rings]
    shells = [shapely.Polygon(ring) if len(ring) >= 4 else None for ring in closed]
    depth = [
        sum(
            1
            for j, other in enumerate(shells)
            if i != j and other is not None and _inside(rings[i], other) and other.area > _area(shells[i])
        )
        for i in range(len(rings))
    ]
    outer = [ring for ring, level in zip(rings, depth, strict=True) if level % 2 == 0]
    holes = [ring for ring, level in zip(rings, depth, strict=True) if level % 2 == 1]
    return _assign(outer, holes)


def _assign(outer: Rings, holes: Rings) -> list[list[Coords]]:
    groups: list[list[Coords]] = [[ring] for ring in outer]
    shells = [shapely.Polygon(ring) if len(ring) >= 4 else shapely.Polygon() for ring in outer]
    for hole in holes:
        holding = [i for i, shell in enumerate(shells) if _inside(hole, shell)]
        home = min(holding, key=lambda i: shells[i].area) if holding else 0
        groups[home].append(hole)
    return groups


def _inside(ring: Coords, shell: shapely.Polygon) -> bool:
    return bool(
        shapely.intersects_xy(shell, ring[: max(1, len(ring) - 1), 0], ring[: max(1, len(ring) - 1), 1]).all()
    )


def _area(polygon: shapely.Polygon | None) -> float:
    return 0.0 if polygon is None else float(polygon.area)


def _signed_area(ring: Coords) -> float:
    first, second = (ring - ring[0]).T
    return float(first[:-1] @ second[1:] - second[:-1] @ first[1:]) / 2


def _two(coords: ArrayLike) -> Coords:
    array = np.asarray(coords, dtype=float)
    if array.ndim == 2 and array.shape[1] == 2:
        return array
    if array.size == 0:
        return np.empty((0, 2))
    return np.ascontiguousarray(np.atleast_2d(array)[:, :2])


def _closed(ring: Coords) -> bool:
    return len(ring) >= 4 and ring[0, 0] == ring[-1, 0] and ring[0, 1] == ring[-1, 1]


def _merged(coords: Coords, where: str, shape: Shape) -> Coords:
    if len(coords) < 2:
        return coords
    same = (coords[1:] == coords[:-1]).all(axis=1)
    dropped = int(np.count_nonzero(same))
    if not dropped:
        return coords
    shape.problems.append(problem("duplicate_vertices", where, count=dropped))
    return coords[np.r_[True, ~same]]


def _ring(coords: Coords, where: str, closing_gap_m: float, shape: Shape) -> Coords | None:
    """Return a ring, closed, or left open when its ends are too far apart; None when it encloses nothing."""
    ring = _merged(_two(coords), where, shape)
    if _closed(ring):
        return ring
    distinct = _distinct(ring)
    if distinct < 3:
        shape.problems.append(problem("ring_too_short", where, count=distinct))
        return None
    gap_m = distance_m(ring)
    if gap_m == 0:
        return ring
    facts = {"gap_m": f"{gap_m:.3f}", "vertex": len(ring), "limit_m": closing_gap_m}
    if gap_m <= closing_gap_m:
        if distinct == 3:
            shape.problems.append(problem("ring_too_short", where, count=2))
            return None
        shape.problems.append(problem("ring_snapped", where, **facts))
        return np.vstack([ring[:-1], ring[:1]])
    shape.problems.append(problem("ring_not_closed", where, **facts))
    return ring


def _distinct(ring: Coords) -> int:
    """Return the number of distinct vertices, or any number over three as soon as that is certain."""
    head = len(set(map(tuple, ring[:12].tolist())))
    return head if head > 3 or len(ring) <= 12 else len(np.unique(ring, axis=0))


def _bad_vertex(parts: Rings, where: str, geographic: bool, shape: Shape) -> bool:
    """List the first vertex that is no number or cannot be a place, and tell whether there is one."""
    if not parts or not any(len(part) for part in parts):
        return True
    coords = _two(parts[0]) if len(parts) == 1 else np.vstack([_two(part) for part in parts if len(part)])
    largest = np.abs(coords).max(axis=0)
    if (not geographic and largest.max() <= 1e9) or (largest[0] <= 180 and largest[1] <= 90):
        return False
    finite = np.isfinite(coords).all(axis=1)
    if not finite.all():
        vertex = int(np.argmin(finite)) + 1
        shape.problems.append(problem("vertex_not_finite", f"{where} · {vertex}", vertex=vertex))
        return True
    bad = impossible_degrees(coords) if geographic else np.abs(coords).max(axis=1) > 1e9
    if bad.any():
        vertex = int(np.argmax(bad)) + 1
        first, second = (f"{value:g}" for value in coords[vertex - 1])
        shape.problems.append(
            problem("vertex_out_of_range", f"{where} · {vertex}", vertex=vertex, first=first, second=second)
        )
        return True
    return False


def impossible_degrees(coords: Coords) -> NDArray[np.bool_]:
    """Tell which pairs can be neither longitude and latitude (in either order) nor metres of a projection."""
    size = np.abs(coords)
    degrees = (size <= 180).all(axis=1) & (size.min(axis=1) <= 90)
    metres = (size.max(axis=1) >= 10_000) & (size.max(axis=1) <= 1e9)
    bad: NDArray[np.bool_] = ~(degrees | metres)
    return bad


def _mark_invalid(shape: Shape, where: str) -> None:
    geometry = shape.geometry
    if geometry is None:
        return
    if geometry.is_valid:
        return
    shape.valid = False
    spike = _spike_vertex(geometry)
    if spike is not None:
        shape.problems.append(problem("spike", f"{where} · {spike}", vertex=spike))
    reason = shapely.is_valid_reason(geometry)
    match = re.match(r"(.*?)\[(\S+) (\S+)\]", reason)
    name, first, second = match.groups() if match else (reason, "?", "?")
    zh, en = _REASONS.get(name, (name, name))
    shape.problems.append(
        problem("invalid_shape", where, reason_zh=zh, reason_en=en, first=first, second=second)
    )


def _spike_vertex(geometry: BaseGeometry) -> int | None:
    """Return the number of the first vertex where a ring goes out and straight back, or None."""
    start = 0
    for part in shapely.get_parts([geometry]):
        coords = np.asarray(part.exterior.coords)
        before = np.roll(coords[:-1], 1, axis=0) - coords[:-1]
        after = np.roll(coords[:-1], -1, axis=0) - coords[:-1]
        cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        dot = (before * after).sum(axis=1)
        scale = np.hypot(*before.T) * np.hypot(*after.T)
        found = (np.abs(cross) <= 1e-9 * scale) & (dot > 0)
        if found.any():
            return start + int(np.argmax(found)) + 1
        start += len(coords)
    return None
