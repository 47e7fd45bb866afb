"""Polylines as arrays: chainage along a line, the part between two chainages, loops, direction.

A line is an array of shape (n, 2), ``[easting_m, northing_m]`` in the working plane. *Chainage* is the
distance along the line from its first point, metres.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = [
    "SAME_POINT_M",
    "FloatArray",
    "Ruler",
    "bends",
    "coordinates",
    "densify",
    "directed_like",
    "line_intervals",
    "line_parts",
    "mean_point",
    "polygon_parts",
    "rounded",
    "self_crossing",
    "signed_area_m2",
    "without_loops",
    "without_repeats",
]

FloatArray = npt.NDArray[np.float64]

ROUNDING_LOOP_M2 = 1e-3
"""Loops up to this area are made by rounding."""

SAME_POINT_M = 1e-6
"""Points nearer than this are one point."""


class Ruler:
    """Index of one line: where along it a point lies, and the line between two chainages.

    Parameters
    ----------
    coords : array, shape (n, 2)
        At least two different points.
    """

    __slots__ = ("_near", "_tree", "chainage_m", "coords", "length_m")

    def __init__(self, coords: FloatArray) -> None:
        self.coords = without_repeats(coords)
        steps = np.hypot(*np.diff(self.coords, axis=0).T)
        self.chainage_m: FloatArray = np.concatenate(([0.0], np.cumsum(steps)))
        self.length_m = float(self.chainage_m[-1])
        self._tree: shapely.STRtree | None = None
        self._near: _Samples | None = None

    @property
    def line(self) -> LineString:
        """Return the line as a geometry."""
        return LineString(self.coords)

    def nearest(self, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return chainage (n,), foot (n, 2) and distance (n,) of the line's point nearest to each point."""
        wanted = np.atleast_2d(np.asarray(points, dtype=np.float64))
        many = len(wanted) * len(self.coords) > 10_000
        side = self._sampled_side(wanted) if many else self._indexed_side(wanted)
        start, step = self.coords[side], self.coords[side + 1] - self.coords[side]
        share = np.clip(np.sum((wanted - start) * step, axis=1) / np.sum(step**2, axis=1), 0.0, 1.0)
        foot = start + share[:, None] * step
        along = self.chainage_m[side] + share * np.hypot(step[:, 0], step[:, 1])
        return along, foot, np.hypot(*(wanted - foot).T)

    def _indexed_side(self, points: FloatArray) -> npt.NDArray[np.intp]:
        if self._tree is None:
            self._tree = shapely.STRtree(_sides(self.coords))
        return np.asarray(self._tree.nearest(shapely.points(points)), dtype=np.intp)

    def _sampled_side(self, points: FloatArray) -> npt.NDArray[np.intp]:
        """Return the nearest side of many points, from samples of the line; exact.

        A side nearer than the best one found so far would have a sample within ``reach``. Where more samples lie
        so near than were looked at, the slower index decides.
        """
        if self._near is None:
            self._near = _Samples(self.coords, self.chainage_m)
        side, away, farthest = self._near.best(points, self.coords)
        reach = np.hypot(away, self._near.step_m / 2)
        unsure = farthest <= reach
        if unsure.any():
            side[unsure] = self._indexed_side(points[unsure])
        return side

    def locate(self, point: FloatArray) -> float:
        """Return the chainage of the line's point nearest to one point."""
        return float(self.nearest(point)[0][0])

    def distance_m(self, point: FloatArray) -> float:
        """Return the distance of one point."""
        return float(self.nearest(point)[2][0])

    def points_at(self, chainage_m: npt.ArrayLike) -> FloatArray:
        """Return the points at the given chainages, shape (n, 2); beyond the ends, the end points."""
        wanted = np.atleast_1d(np.asarray(chainage_m, dtype=np.float64))
        columns = [np.interp(wanted, self.chainage_m, self.coords[:, axis]) for axis in (0, 1)]
        return np.column_stack(columns)

    def between(self, start_m: float, end_m: float) -> FloatArray:
        """Return the line from ``start_m`` to ``end_m``, reversed when the end lies before the start."""
        if end_m < start_m:
            return self.between(end_m, start_m)[::-1]
        inner = (self.chainage_m > start_m + SAME_POINT_M) & (self.chainage_m < end_m - SAME_POINT_M)
        first, last = self.points_at([start_m, end_m])
        return np.vstack((first, self.coords[inner], last))


class _Samples:
    """Points along a line, near enough to each other to find the sides near a point."""

    __slots__ = ("_side", "_tree", "step_m")

    COUNT = 6
    MOST = 6000

    def __init__(self, coords: FloatArray, chainage_m: FloatArray) -> None:
        sides = np.diff(chainage_m)
        self.step_m = max(float(np.median(sides)), float(chainage_m[-1]) / self.MOST)
        samples, self._side = _densified(coords, self.step_m)
        self._tree = cKDTree(samples)

    def best(
        self, points: FloatArray, coords: FloatArray
    ) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
        """Return the nearest side among those of the nearest samples, its distance, and how far samples were looked at."""
        found = self._tree.query(points, k=self.COUNT)
        away: FloatArray = np.asarray(found[0])
        sample = np.asarray(found[1], dtype=np.intp)
        on = self._side[np.minimum(sample, len(self._side) - 1)]
        sides = np.concatenate((on, np.maximum(on - 1, 0)), axis=1)
        start = coords[sides]
        step = coords[sides + 1] - start
        offset = points[:, None] - start
        share = np.clip(np.sum(offset * step, axis=2) / np.sum(step**2, axis=2), 0.0, 1.0)
        gap = offset - share[..., None] * step
        distance = np.hypot(gap[..., 0], gap[..., 1])
        best = np.argmin(distance, axis=1)
        rows = np.arange(len(points))
        return sides[rows, best], distance[rows, best], away[:, -1]


def _sides(coords: FloatArray) -> list[LineString]:
    """Return the sides of a line, one geometry each."""
    pairs = np.stack((coords[:-1], coords[1:]), axis=1)
    lines: npt.NDArray[np.object_] = np.asarray(shapely.linestrings(pairs), dtype=object)
    return list(lines)


def coordinates(line: BaseGeometry) -> FloatArray:
    """Return a line's points, shape (n, 2), heights left out."""
    return np.asarray(shapely.get_coordinates(line), dtype=np.float64)


def without_repeats(coords: FloatArray, within_m: float = SAME_POINT_M) -> FloatArray:
    """Return the line without points that repeat the one before; the last point stays."""
    keep = np.ones(len(coords), dtype=bool)
    keep[1:] = np.hypot(*np.diff(coords, axis=0).T) > within_m
    kept = coords[keep]
    if len(kept) > 1 and not keep[-1]:
        kept[-1] = coords[-1]
    return kept


def densify(coords: FloatArray, step_m: float) -> FloatArray:
    """Return the line with further points so that no side is longer than ``step_m``."""
    return _densified(coords, step_m)[0]


def _densified(coords: FloatArray, step_m: float) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Return the denser line and the side each of its points begins or lies on; of the last point the last side."""
    lengths = np.hypot(*np.diff(coords, axis=0).T)
    counts = np.maximum(1, np.ceil(lengths / step_m - 1e-9)).astype(np.intp)
    side = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = ((np.arange(len(side)) - first) / counts[side])[:, None]
    inner = coords[side] * (1 - share) + coords[side + 1] * share
    return np.vstack((inner, coords[-1:])), np.append(side, side[-1])


def directed_like(coords: FloatArray, ruler: Ruler) -> FloatArray:
    """Return the line in the direction in which it runs along ``ruler``'s line.

    Decided by the chainage of the feet of its points: rising along the line, or falling. A line that runs
    neither way (square to the other) is turned so that its ends lie nearer.
    """
    dense = Ruler(coords)
    along = ruler.nearest(dense.points_at(np.linspace(0, dense.length_m, 65)))[0]
    trend = float(np.sum(np.linspace(-1, 1, 65) * (along - along.mean())))
    if abs(trend) <= 1e-9 * ruler.length_m:
        kept = np.hypot(*(coords[[0, -1]] - ruler.coords[[0, -1]]).T).sum()
        turned = np.hypot(*(coords[[-1, 0]] - ruler.coords[[0, -1]]).T).sum()
        trend = float(turned - kept)
    return coords if trend >= 0 else coords[::-1]


def signed_area_m2(ring: FloatArray) -> float:
    """Return the plane area of a ring (closed or not), positive when counter-clockwise."""
    local = ring - ring[0]
    following = np.roll(local, -1, axis=0)
    return float(np.sum(local[:, 0] * following[:, 1] - following[:, 0] * local[:, 1])) / 2


def bends(coords: FloatArray, within_m: float) -> FloatArray:
    """Return the points that a line needs to stay within ``within_m`` of itself, ends included."""
    return coordinates(shapely.simplify(LineString(coords), within_m, preserve_topology=False))


def mean_point(first: FloatArray, second: FloatArray, weights: tuple[float, float]) -> FloatArray:
    """Return the weighted mean of two points."""
    mean: FloatArray = (first * weights[0] + second * weights[1]) / (weights[0] + weights[1])
    return mean


def polygon_parts(geom: BaseGeometry, least_m2: float = 0.0) -> list[Polygon]:
    """Return the polygons of any geometry, collections included, larger than ``least_m2``."""
    if isinstance(geom, Polygon):
        return [geom] if geom.area > least_m2 else []
    found: list[Polygon] = []
    for part in shapely.get_parts(geom):
        if part.geom_type == "Polygon":
            found.extend([part] if part.area > least_m2 else [])
        elif hasattr(part, "geoms"):
            found.extend(polygon_parts(part, least_m2))
    return found


def line_parts(geom: BaseGeometry) -> list[LineString]:
    """Return the lines of any geometry, collections included, merged where they meet end to end."""
    found: list[LineString] = []
    for part in shapely.get_parts(geom):
        if part.is_empty:
            continue
        if part.geom_type in ("LineString", "LinearRing"):
            found.append(part)
        elif hasattr(part, "geoms"):
            found.extend(line_parts(part))
    merged = shapely.line_merge(MultiLineString(found)) if len(found) > 1 else MultiLineString(found)
    return [part for part in shapely.get_parts(merged) if part.length > 0]


def line_intervals(ruler: Ruler, pieces: BaseGeometry) -> list[tuple[float, float]]:
    """Return the chainages, in order, of pieces cut out of ``ruler``'s own line.

    On a ring a piece over the ring's first point begins before 0 or ends beyond the length.
    """
    intervals = []
    for part in line_parts(pieces):
        half = part.length / 2
        middle = ruler.locate(coordinates(part.interpolate(half)))
        intervals.append((middle - half, middle + half))
    return sorted(intervals)


def without_loops(coords: FloatArray, largest_m2: float) -> tuple[FloatArray, int, FloatArray | None]:
    """Return the line without its small loops, their number, and where a larger loop closes (or None).

    A loop is the part between two passages of one point. Tracks walked with a receiver have them; a loop
    larger than ``largest_m2`` is not noise and is left alone.
    """
    removed = 0
    for _ in range(8):
        if LineString(coords).is_simple:
            return coords, removed, None
        coords, count, large = _loops_once(coords, largest_m2)
        removed += count
        if large is not None or not count:
            return coords, removed, large
    return coords, removed, coords[0]


def rounded(chains: Sequence[FloatArray]) -> FloatArray:
    """Return chains that follow each other as one line rounded to 1 mm.

    What the rounding folds back upon itself, a loop of millimetres, is cut off.
    """
    whole: FloatArray = np.vstack(chains).round(3) + 0.0
    return without_loops(without_repeats(whole), ROUNDING_LOOP_M2)[0]


def self_crossing(coords: FloatArray) -> FloatArray:
    """Return the first point that a line passes twice; its own first point when there is none."""
    found = _self_crossings(Ruler(coords))
    return found[0][2] if found else coords[0]


def _loops_once(coords: FloatArray, largest_m2: float) -> tuple[FloatArray, int, FloatArray | None]:
    ruler = Ruler(coords)
    pieces, at_m, count = [], 0.0, 0
    for first_m, second_m, crossing in _self_crossings(ruler):
        if first_m < at_m - SAME_POINT_M:
            continue
        if abs(signed_area_m2(ruler.between(first_m, second_m))) > largest_m2:
            return coords, count, crossing
        pieces.append(ruler.between(at_m, first_m))
        at_m, count = second_m, count + 1
    pieces.append(ruler.between(at_m, ruler.length_m))
    return without_repeats(np.vstack(pieces)), count, None


def _self_crossings(ruler: Ruler) -> list[tuple[float, float, FloatArray]]:
    """Return (first chainage, second chainage, point) of every place passed twice, in order."""
    sides = _sides(ruler.coords)
    first, second = shapely.STRtree(sides).query(sides, predicate="intersects")
    pairs = [(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if j > i]
    found = []
    for i, j in pairs:
        met = shapely.intersection(sides[i], sides[j])
        if j == i + 1 and met.geom_type == "Point":
            continue
        for point in shapely.get_coordinates(met):
            at = [ruler.chainage_m[k] + float(np.hypot(*(point - ruler.coords[k]))) for k in (i, j)]
            if at[1] - at[0] > SAME_POINT_M:
                found.append((at[0], at[1], point))
    return sorted(found, key=lambda crossing: (crossing[0], -crossing[1]))
