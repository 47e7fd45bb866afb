"""Rings of plots with the plot on their left, the arcs of a ring, and where two lines meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.polyline import FloatArray, Ruler, coordinates, line_intervals, without_repeats

__all__ = [
    "Interval",
    "Region",
    "arcs_between",
    "intervals_on_ring",
    "mean_distance_m",
    "meetings",
    "regions",
]

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Region:
    """A ring with the plot on its left, and all that lies on its left.

    An interval on the ring whose end exceeds the ring's length runs over its first point.
    """

    ring: Ruler
    solid: BaseGeometry
    is_hole: bool

    def arc(self, start_m: float, end_m: float) -> FloatArray:
        """Return the ring from ``start_m`` onwards to ``end_m``, round its first point if need be."""
        length = self.ring.length_m
        start = start_m % length
        end = start + (end_m - start_m)
        if end <= length:
            return self.ring.between(start, end)
        pieces = (self.ring.between(start, length), self.ring.between(0.0, end - length))
        return without_repeats(np.vstack(pieces))

    def spans(self, start: FloatArray, end: FloatArray) -> tuple[Interval, Interval]:
        """Return the intervals from the point nearest ``start`` onwards to that nearest ``end``, and back."""
        first, last, length = self.ring.locate(start), self.ring.locate(end), self.ring.length_m
        return (first, first + (last - first) % length), (last, last + (first - last) % length)


def regions(plot: Polygon) -> list[Region]:
    """Return a plot's rings, the outer first; the plot is oriented with its outer ring counter-clockwise."""
    outer = Ruler(coordinates(plot.exterior))
    found = [Region(outer, Polygon(plot.exterior), False)]
    frame = box(*plot.bounds).buffer(10.0 + outer.length_m)
    for hole in plot.interiors:
        found.append(Region(Ruler(coordinates(hole)), frame.difference(Polygon(hole)), True))
    return found


def intervals_on_ring(ring: Ruler, pieces: BaseGeometry) -> list[Interval]:
    """Return the chainages of pieces of a ring, each beginning on it; one may run over its first point."""
    length = ring.length_m
    found = [
        (start_m % length, start_m % length + end_m - start_m)
        for start_m, end_m in line_intervals(ring, pieces)
    ]
    first = [span for span in found if span[0] <= 1e-3]
    last = [span for span in found if abs(span[1] - length) <= 1e-3]
    if first and last and first[0] != last[0]:
        joined = (last[0][0], last[0][1] + first[0][1] - first[0][0])
        return sorted([span for span in found if span not in (first[0], last[0])] + [joined])
    return sorted(found)


def arcs_between(ring: Ruler, start: FloatArray, end: FloatArray) -> list[FloatArray]:
    """Return both arcs of a ring from the point nearest to ``start`` to that nearest to ``end``."""
    region = Region(ring, Polygon(), False)
    onward, back = region.spans(start, end)
    if min(onward[1] - onward[0], back[1] - back[0]) <= 1e-6:
        return []
    return [region.arc(*onward), region.arc(*back)[::-1]]


def mean_distance_m(line: FloatArray, beside: Ruler) -> float:
    """Return the mean distance of a line from another."""
    ruler = Ruler(line)
    return float(beside.nearest(ruler.points_at(np.linspace(0, ruler.length_m, 33)))[2].mean())


def meetings(first: Ruler, second: Ruler, within_m: float) -> FloatArray:
    """Return chainages (n, 2) on both lines where they cross, or where one's point lies on the other."""
    crossings = shapely.get_coordinates(first.line.intersection(second.line))
    on_second = first.coords[second.nearest(first.coords)[2] <= within_m]
    on_first = second.coords[first.nearest(second.coords)[2] <= within_m]
    points = np.vstack((crossings, on_second, on_first)).reshape(-1, 2)
    if not len(points):
        return np.empty((0, 2))
    return np.column_stack((first.nearest(points)[0], second.nearest(points)[0]))
