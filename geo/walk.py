"""Walks: cleaned tracks in the working plane, with a time at each fix, ready to be compared with targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["FloatArray", "Gap", "IntArray", "Walk", "filled_times", "signal_gaps"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

GAP_S = 60.0
"""Longest time between two fixes that is no signal gap (DEFINITIONS 21)."""

LONGEST_GAP_S = 1_800.0
"""A receiver silent for longer was switched off: that says nothing about where its owner was."""

FASTER = 1.3
LEAST_SPEED_MS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One person's way, fix by fix.

    Attributes
    ----------
    fixes : array, shape (n, 2)
        ``[easting_m, northing_m]`` in the working plane, in the order of time.
    time_s : array, shape (n,)
        Seconds since 1970-01-01 UTC, not decreasing; all NaN for a walk without times.
    part : array of int, shape (n,)
        Parts between which the position is not continuous.
    label : str
        Its name, for people.
    """

    fixes: FloatArray
    time_s: FloatArray
    part: IntArray
    label: str = ""

    @property
    def timed(self) -> bool:
        """Tell whether the walk has times at all."""
        return bool(np.isfinite(self.time_s).all()) and len(self.time_s) > 0

    @property
    def steps_m(self) -> FloatArray:
        """Return the length of each step, shape (n - 1,)."""
        moved: FloatArray = np.hypot(*np.diff(self.fixes, axis=0).T)
        return moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Time without a fix, in which its owner may have been anywhere he could reach and be back."""

    before: int
    """Index of the last fix before."""
    start: tuple[float, float]
    end: tuple[float, float]
    seconds: float
    reach_m: float
    """How far he can have gone in that time."""


def filled_times(fixes: FloatArray, time_s: FloatArray, part: IntArray) -> FloatArray:
    """Return times with the missing ones put between their neighbours by distance; all NaN when none is known.

    A fix before the first or after the last known time of its part gets that time.
    """
    known = np.isfinite(time_s)
    if known.all() or not known.any():
        return np.array(time_s, dtype=np.float64)
    moved = np.hypot(*np.diff(fixes, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(np.where(np.diff(part) == 0, moved, 0.0))))
    order = along + 1e-9 * np.arange(len(along))
    found: FloatArray = np.interp(order, order[known], time_s[known])
    found[known] = time_s[known]
    return np.maximum.accumulate(found)


def signal_gaps(walk: Walk) -> tuple[Gap, ...]:
    """Return the times without a fix, from over a minute to half an hour, with how far one can have gone."""
    if not walk.timed or len(walk.time_s) < 2:
        return ()
    spans = np.diff(walk.time_s)
    speed_ms = _capable_ms(walk)
    silent = np.flatnonzero((spans > GAP_S) & (spans <= LONGEST_GAP_S))
    found = []
    for at in silent.tolist():
        start, end = walk.fixes[at].tolist(), walk.fixes[at + 1].tolist()
        reach_m = speed_ms * float(spans[at])
        if reach_m >= np.hypot(end[0] - start[0], end[1] - start[1]):
            found.append(
                Gap(before=at, start=tuple(start), end=tuple(end), seconds=float(spans[at]), reach_m=reach_m)
            )
    return tuple(found)


def _capable_ms(walk: Walk) -> float:
    """Return the speed its owner is capable of: a third more than in the faster quarter of his minutes."""
    minute = np.floor((walk.time_s - walk.time_s[0]) / GAP_S)
    first = np.flatnonzero(np.concatenate(([True], np.diff(minute) > 0)))
    if len(first) < 2:
        return LEAST_SPEED_MS
    span = np.diff(walk.time_s[first])
    moved = np.hypot(*np.diff(walk.fixes[first], axis=0).T)
    usual = (span < 3 * GAP_S) & (np.diff(walk.part[first]) == 0)
    speeds = moved[usual] / span[usual]
    return max(LEAST_SPEED_MS, FASTER * float(np.percentile(speeds, 75))) if len(speeds) else LEAST_SPEED_MS
