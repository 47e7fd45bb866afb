"""Let borders between groups follow roads and streams where they can.

The ground is cut further along the lines. A piece without households then goes to the neighbouring group of its
parent when that makes the border shorter, a metre along a line counting ``ALONG_LINE`` of a metre across
country. Groups stay in one piece and households on their own ground.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.partition import Division
from geo.territory import Faces, Territories, check, common_edges, dissolved

__all__ = ["ALONG_LINE", "align"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[Any]

ALONG_LINE = 0.2
"""What a metre of border along a road or stream counts."""

_GRID_M = 1e-6
_DECIMALS = 6
_ON_LINE_M = 1e-3
_ROUNDS = 8


def align(
    territories: Territories, division: Division, parents: GeometryArray, lines: GeometryArray
) -> Territories:
    """Return the ground with borders moved to lines.

    Parameters
    ----------
    lines : array of LineString or MultiLineString
        Roads, streams, ridges; metres in the working plane.
    """
    if not len(lines):
        return territories
    faces, free = _cut(territories, division, parents, lines)
    first, second, weight = _weighed_edges(faces, lines)
    _hand_over(faces, free, first, second, weight)
    found = check(division, parents, dissolved(faces, len(division.size)))
    sound = found.coverage_valid and not len(found.outside)
    same_parts = len(found.several_parts) <= len(territories.several_parts)
    return found if sound and same_parts else territories


def _cut(
    territories: Territories, division: Division, parents: GeometryArray, lines: GeometryArray
) -> tuple[Faces, npt.NDArray[np.bool_]]:
    """Return the faces made by the borders and the lines, and which of them no household stands on."""
    origin = np.round(shapely.total_bounds(parents)[:2])
    drawn = np.concatenate([shapely.boundary(territories.polygons), lines])
    drawn = shapely.transform(drawn, lambda coords: coords - origin)
    noded = shapely.union_all(drawn, grid_size=_GRID_M)
    shape = shapely.get_parts(shapely.polygonize([noded]))
    shape = shapely.transform(shape, lambda coords: np.round(coords + origin, _DECIMALS))
    group = np.full(len(shape), -1, dtype=np.int64)
    at, inside = shapely.STRtree(territories.polygons).query(
        shapely.point_on_surface(shape), predicate="intersects"
    )
    group[at] = inside
    shape, group = shape[group >= 0], group[group >= 0]
    faces = Faces(shape, division.group_parent[group], group)
    points = shapely.points(division.ground.sites.placed_en)
    peopled = shapely.STRtree(shape).query(points, predicate="intersects")[1]
    free = np.ones(len(shape), dtype=bool)
    free[peopled] = False
    return faces, free


def _weighed_edges(faces: Faces, lines: GeometryArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pairs of faces of one parent and the weight of their common border."""
    first, second, length, middle = common_edges(faces.shape, faces.parent)
    on_line = np.zeros(len(first), dtype=bool)
    on_line[shapely.STRtree(lines).query(middle, predicate="dwithin", distance=_ON_LINE_M)[0]] = True
    return first, second, length * np.where(on_line, ALONG_LINE, 1.0)


def _hand_over(
    faces: Faces, free: npt.NDArray[np.bool_], first: IntArray, second: IntArray, weight: FloatArray
) -> None:
    """Give free faces to neighbouring groups while the weighed border gets shorter."""
    beside: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, along in zip(first.tolist(), second.tolist(), weight.tolist(), strict=True):
        beside[one][other] = beside[one].get(other, 0.0) + along
        beside[other][one] = beside[other].get(one, 0.0) + along
    members: dict[int, set[int]] = defaultdict(set)
    for face, group in enumerate(faces.group.tolist()):
        members[group].add(face)
    candidates = [face for face in np.flatnonzero(free).tolist() if face in beside]
    for _ in range(_ROUNDS):
        moved = [face for face in candidates if _move(face, faces.group, beside, members)]
        if not moved:
            break


def _move(
    face: int, group: IntArray, beside: dict[int, dict[int, float]], members: dict[int, set[int]]
) -> bool:
    """Give one face to the group that most of its border would be saved by, and tell whether that was done."""
    own = int(group[face])
    border: dict[int, float] = defaultdict(float)
    for other, along in beside[face].items():
        border[int(group[other])] += along
    taker = max(border, key=lambda name: (border[name], -name))
    if taker == own or border[taker] <= border.get(own, 0.0) + _ON_LINE_M:
        return False
    if not _holds_together(face, members[own], beside):
        return False
    members[own].discard(face)
    members[taker].add(face)
    group[face] = taker
    return True


def _holds_together(face: int, members: set[int], beside: dict[int, dict[int, float]]) -> bool:
    """Tell whether the neighbours of a face in its group stay connected without it."""
    near = [other for other in beside[face] if other in members]
    if len(near) < 2:
        return len(members) > 1
    seen, queue = {near[0]}, [near[0]]
    wanted = set(near)
    while queue and not wanted <= seen:
        for other in beside[queue.pop()]:
            if other in members and other != face and other not in seen:
                seen.add(other)
                queue.append(other)
    return wanted <= seen
