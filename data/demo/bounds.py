"""What a plot's borders run along, and its four bounds 四至 in words."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry import LineString, MultiLineString

from data.demo.coverage import Coverage
from data.demo.facts import BorderFact, Course
from data.demo.units import Ground

__all__ = ["Sides", "common_borders", "courses", "four_bounds"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]
Sides = tuple[str, str, str, str]

_WORDS = {"stream": "水沟", "ridge": "山脊", "fence": "围栏"}


def courses(ground: Ground, coverage: Coverage) -> tuple[Course, ...]:
    """Return for each border whether it mostly follows a stream, a ridge, or neither (then a fence)."""
    shape = ground.terrain.shape
    stream = ndimage.binary_dilation(
        (ground.area_km2 >= 0.55).reshape(shape), np.ones((3, 3), dtype=bool)
    ).ravel()
    hollow = ground.hollow.reshape(shape)
    size = 3
    watershed = (ndimage.maximum_filter(hollow, size) != ndimage.minimum_filter(hollow, size)).ravel()
    found: list[Course] = []
    for points in coverage.lines:
        cells = ground.terrain.cells(_sampled(points))
        if stream[cells].mean() > 0.6:
            found.append("stream")
        elif (watershed & ~stream)[cells].mean() > 0.6:
            found.append("ridge")
        else:
            found.append("fence")
    return tuple(found)


def _sampled(points: Grid) -> Grid:
    return np.concatenate([points, (points[1:] + points[:-1]) / 2])


def common_borders(
    coverage: Coverage, course: tuple[Course, ...], codes: list[str]
) -> tuple[BorderFact, ...]:
    """Return the border of every two neighbouring parcels that meet along one line."""
    parts: dict[tuple[int, int], list[int]] = {}
    for number, (left, right) in enumerate(zip(coverage.left.tolist(), coverage.right.tolist(), strict=True)):
        if left >= 0 and right >= 0:
            parts.setdefault((min(left, right), max(left, right)), []).append(number)
    found = []
    for (a, b), numbers in parts.items():
        directed = [_with_left(coverage, number, a) for number in numbers]
        line = shapely.line_merge(MultiLineString(directed), directed=True)
        if isinstance(line, LineString) and not line.is_ring:
            longest = max(numbers, key=lambda number: len(coverage.lines[number]))
            found.append(
                BorderFact(plot_a_code=codes[a], plot_b_code=codes[b], course=course[longest], geometry=line)
            )
    return tuple(found)


def _with_left(coverage: Coverage, number: int, parcel: int) -> Grid:
    points = coverage.lines[number]
    return points if coverage.left[number] == parcel else points[::-1]


def four_bounds(
    coverage: Coverage, course: tuple[Course, ...], called: list[str], outside: list[str]
) -> list[Sides]:
    """Return for each parcel its bounds in the east, south, west and north.

    In each direction the longest border facing it (within 45°) gives the words, or else the one nearest to
    facing it: what it runs along and who lives behind it. ``called`` names parcels as neighbours, ``outside`` names what lies behind each border of the township.
    """
    count = len(coverage.polygons)
    centre = np.array([polygon.centroid.coords[0] for polygon in coverage.polygons])
    best = np.full((count, 4), -np.inf)
    words = [["", "", "", ""] for _ in range(count)]
    for number, points in enumerate(coverage.lines):
        length_m = float(np.hypot(*np.diff(points, axis=0).T).sum())
        middle = points[len(points) // 2]
        left, right = int(coverage.left[number]), int(coverage.right[number])
        for own, other in ((left, right), (right, left)):
            if own < 0:
                continue
            facing = _facing(middle - centre[own]) * length_m
            behind = called[other] if other >= 0 else outside[number]
            for quarter in np.flatnonzero(facing > best[own]):
                best[own, quarter] = facing[quarter]
                words[own][quarter] = f"至{_WORDS[course[number]]}，邻{behind}"
    return [(sides[0], sides[1], sides[2], sides[3]) for sides in words]


def _facing(offset_m: Grid) -> Grid:
    """Return how squarely an offset [east, north] faces east, south, west and north: 1 to -1, four values."""
    east, north = offset_m / max(float(np.hypot(*offset_m)), 1e-9)
    cosine = np.array([east, -north, -east, north])
    return np.where(cosine > np.sqrt(0.5) - 1e-9, cosine, (cosine - 1.0) * 1e3)
