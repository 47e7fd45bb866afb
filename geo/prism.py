"""Where somebody may have been while there was no signal: the space-time prism of a gap, cut with lines.

Between the last fix before a gap and the first after it, a person can have been wherever the way there and
back fits into the time.

References
----------
Hägerstrand, T. (1970). What about people in regional science? Papers of the Regional Science Association 24,
doi:10.1111/j.1435-5597.1970.tb01464.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from geo import interval
from geo.interval import Intervals
from geo.walk import Gap

__all__ = ["Prisms"]

FloatArray: TypeAlias = npt.NDArray[np.float64]

SAMPLE_M = 20.0


class Prisms:
    """Target lines, sampled, ready to be cut with the prisms of gaps.

    Parameters
    ----------
    lines : sequence of array, shape (n, 2)
        Polylines in the working plane.
    """

    __slots__ = ("_lines", "_samples", "_tree")

    def __init__(self, lines: Sequence[FloatArray]) -> None:
        self._lines = list(lines)
        self._samples: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._tree: shapely.STRtree | None = None

    def within_reach(self, gap: Gap) -> list[int]:
        """Return the lines that one can have come to during the gap."""
        if self._tree is None:
            self._tree = shapely.STRtree([shapely.LineString(line) for line in self._lines])
        east, north = (np.array(pair) for pair in zip(gap.start, gap.end, strict=True))
        radius_m = gap.reach_m / 2
        box = shapely.box(
            east.mean() - radius_m, north.mean() - radius_m, east.mean() + radius_m, north.mean() + radius_m
        )
        return sorted(self._tree.query(box, predicate="intersects").tolist())

    def possible(self, gap: Gap, line: int, least_m: float) -> Intervals:
        """Return the chainages that may have been walked during the gap, in one go of at least ``least_m``."""
        along, points = self._sampled(line)
        to_m = np.hypot(*(points - gap.start).T)
        from_m = np.hypot(*(points - gap.end).T)
        inside = np.flatnonzero(to_m + from_m <= gap.reach_m)
        found: list[tuple[float, float]] = []
        for group in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1):
            if len(group) > 1:
                found += _one_go(along[group], to_m[group], from_m[group], gap.reach_m, least_m)
        return interval.union(found)

    def _sampled(self, line: int) -> tuple[FloatArray, FloatArray]:
        if line not in self._samples:
            coords = self._lines[line]
            at_vertex = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(coords, axis=0).T))))
            along = np.linspace(0.0, at_vertex[-1], max(2, int(np.ceil(at_vertex[-1] / SAMPLE_M)) + 1))
            points = np.column_stack([np.interp(along, at_vertex, coords[:, axis]) for axis in (0, 1)])
            self._samples[line] = along, points
        return self._samples[line]


def _one_go(
    along: FloatArray, to_m: FloatArray, from_m: FloatArray, reach_m: float, least_m: float
) -> list[tuple[float, float]]:
    """Return the stretches between two samples that fit, with the way there and away, into the reach."""
    stretch = np.abs(along[:, None] - along[None, :])
    fits = (to_m[:, None] + stretch + from_m[None, :] <= reach_m) & (stretch >= least_m)
    start, end = np.nonzero(fits)
    low, high = np.minimum(along[start], along[end]), np.maximum(along[start], along[end])
    if not len(low):
        return []
    order = np.argsort(low)
    furthest = np.maximum.accumulate(high[order])
    breaks = np.flatnonzero(low[order][1:] > furthest[:-1]) + 1
    starts = np.concatenate(([0], breaks))
    ends = np.concatenate((breaks, [len(order)])) - 1
    return [(float(low[order[a]]), float(furthest[b])) for a, b in zip(starts, ends, strict=True)]
