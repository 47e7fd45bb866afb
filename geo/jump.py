"""Fixes where nobody was: spikes, jumps and stale fixes, told apart from gaps and from fast travel.

What a step may be is measured by the track itself: five times its own median speed, and never less than
50 m/s, so that a walk, a drive and a train ride each have their own limit.

Rules
-----
1. A *spike* leaves a slow track at more than 10 m/s, and six times the speed around it, and returns to nearly
   the same place within five fixes.
2. A step nobody can make splits the track. Of the pieces those are kept that hold the most fixes; keeping a
   piece that cannot be joined costs as much as five fixes, so that a few stale fixes are dropped and a second
   recording far away is kept, cut off.
3. A step that is too fast only because its fix came late (the step before was slow, both together are
   possible and straight) is no jump.
4. Where stamps are missing, only lengths can be compared, and only the grossest jump is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from geo.track import FloatArray, step_lengths_m

__all__ = ["Jumps", "find_jumps"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

LEAST_LIMIT_MS = 50.0
SLACK_M = 100.0
BREAK_FIXES = 5
SPIKE_FIXES = 5
SPIKE_LEAST_M = 60.0
SPIKE_RETURN = 0.35
SPIKE_LEAST_MS = 10.0
SPIKE_SPEEDS = 6.0
UNTIMED_SPIKE_M = 300.0
UNTIMED_SPIKE_STEPS = 30.0
UNTIMED_JUMP_M = 20_000.0
UNTIMED_JUMP_STEPS = 200.0
LOOK_BACK = 60
_WINDOW = 41


@dataclass(frozen=True, slots=True, kw_only=True)
class Jumps:
    """What to do with the fixes of one part.

    Attributes
    ----------
    dropped : array of bool, shape (n,)
        Fixes to drop.
    spike : array of bool, shape (n,)
        Which of them are spikes.
    cut : array of bool, shape (n,)
        Kept fixes before which the track is cut.
    """

    dropped: BoolArray
    spike: BoolArray
    cut: BoolArray


def find_jumps(lonlat: FloatArray, time_s: FloatArray) -> Jumps:
    """Return the fixes of one part that are spikes or jumps, and where the rest is cut.

    Parameters
    ----------
    lonlat : array, shape (n, 2)
        Possible positions, degrees, in the order of time.
    time_s : array, shape (n,)
        Times that do not decrease; NaN where not known.
    """
    spike = _spikes(lonlat, time_s)
    left = np.flatnonzero(~spike)
    dropped, cut = spike.copy(), np.zeros(len(lonlat), dtype=bool)
    wrong, cut_before = _jumps(lonlat[left], time_s[left])
    dropped[left[wrong]] = True
    cut[left[cut_before]] = True
    return Jumps(dropped=dropped, spike=spike, cut=cut)


def _speeds_ms(steps: FloatArray, time_s: FloatArray) -> FloatArray:
    """Return the speed of each step; NaN without times. Within one second a step may take the whole second."""
    spans = np.diff(time_s)
    return np.asarray(steps / np.maximum(spans, 1.0), dtype=np.float64)


def _spikes(lonlat: FloatArray, time_s: FloatArray) -> BoolArray:
    wrong = np.zeros(len(lonlat), dtype=bool)
    steps = step_lengths_m(lonlat)
    fast = _darting(steps, time_s)
    for first in np.flatnonzero(fast[:-1]) + 1 if len(steps) > 1 else ():
        last = _spike_end(lonlat, steps, fast, int(first))
        if last is not None and not wrong[first - 1]:
            wrong[first : last + 1] = True
    return wrong


def _darting(steps: FloatArray, time_s: FloatArray) -> BoolArray:
    """Return the steps that are too fast for what is around them."""
    speeds = _speeds_ms(steps, time_s)
    timed = np.isfinite(speeds)
    found = np.zeros(len(steps), dtype=bool)
    if timed.any():
        around = np.where(timed, speeds, np.median(speeds[timed]))
        local = median_filter(around, size=min(_WINDOW, len(steps)), mode="nearest")
        limit = np.maximum(SPIKE_LEAST_MS, SPIKE_SPEEDS * local)
        found = timed & (steps > SPIKE_LEAST_M) & (np.where(timed, speeds, 0.0) > limit)
    usual = float(np.median(steps)) if len(steps) else 0.0
    return found | (~timed & (steps > max(UNTIMED_SPIKE_M, UNTIMED_SPIKE_STEPS * usual)))


def _spike_end(lonlat: FloatArray, steps: FloatArray, fast: BoolArray, first: int) -> int | None:
    """Return the last fix of the spike that starts at ``first``, or None when the track does not come back."""
    for last in range(first, min(first + SPIKE_FIXES, len(lonlat) - 1)):
        if fast[last]:
            bridge = float(step_lengths_m(lonlat[[first - 1, last + 1]])[0])
            return last if bridge < SPIKE_RETURN * min(steps[first - 1], steps[last]) else None
    return None


def _jumps(lonlat: FloatArray, time_s: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return the fixes to drop and the kept fixes before which to cut, by the best choice of pieces."""
    count = len(lonlat)
    none = np.zeros(count, dtype=bool)
    steps = step_lengths_m(lonlat)
    limit = _Limit(steps, time_s)
    split = np.flatnonzero(~_possible(lonlat, steps, time_s, limit)) + 1
    if not len(split):
        return none, none.copy()
    starts = np.concatenate(([0], split)).astype(np.int64)
    ends = np.concatenate((split, [count])).astype(np.int64)
    kept, joined = _best_pieces(lonlat, time_s, starts, ends, limit)
    wrong, cut = np.ones(count, dtype=bool), none
    for piece, whole in zip(kept, joined, strict=True):
        wrong[starts[piece] : ends[piece]] = False
        cut[starts[piece]] = not whole
    cut[starts[kept[0]]] = False
    return wrong, cut


class _Limit:
    """How far this track may move in a time."""

    def __init__(self, steps: FloatArray, time_s: FloatArray) -> None:
        speeds = _speeds_ms(steps, time_s)
        moving = np.isfinite(speeds) & (steps > 1.0)
        median = float(np.median(speeds[moving])) if moving.any() else 0.0
        self.speed_ms = max(LEAST_LIMIT_MS, 5.0 * median)
        usual = float(np.median(steps)) if len(steps) else 0.0
        self.untimed_m = max(UNTIMED_JUMP_M, UNTIMED_JUMP_STEPS * usual)

    def allows(self, steps: FloatArray, spans_s: FloatArray) -> BoolArray:
        """Tell which steps are possible."""
        most = np.where(
            np.isfinite(spans_s), self.speed_ms * np.maximum(spans_s, 1.0) + SLACK_M, self.untimed_m
        )
        return np.asarray(steps <= most, dtype=bool)


def _possible(lonlat: FloatArray, steps: FloatArray, time_s: FloatArray, limit: _Limit) -> BoolArray:
    """Tell which steps somebody can make, forgiving the late fix after a slow step (rule 3)."""
    possible = limit.allows(steps, np.diff(time_s))
    for step in np.flatnonzero(~possible):
        for first in (step - 1, step):
            if first < 0 or first + 2 >= len(lonlat):
                continue
            both = float(steps[first] + steps[first + 1])
            straight = step_lengths_m(lonlat[[first, first + 2]])[0] >= 0.7 * both
            span_s = time_s[first + 2] - time_s[first]
            if straight and np.isfinite(span_s) and both <= limit.speed_ms * span_s:
                possible[step] = True
    return possible


def _best_pieces(
    lonlat: FloatArray, time_s: FloatArray, starts: IntArray, ends: IntArray, limit: _Limit
) -> tuple[list[int], list[bool]]:
    """Return the pieces to keep and whether each joins the one before: most fixes, less five for each cut."""
    count = len(starts)
    worth = (ends - starts).astype(np.float64)
    best, before = worth.copy(), np.full(count, -1)
    joins = np.zeros(count, dtype=bool)
    for piece in range(1, count):
        earlier = np.arange(max(0, piece - LOOK_BACK), piece)
        steps = _bridges_m(lonlat, ends[earlier] - 1, int(starts[piece]))
        spans = time_s[starts[piece]] - time_s[ends[earlier] - 1]
        whole = limit.allows(steps, spans) & (earlier < piece - 1)
        value = best[earlier] + worth[piece] - np.where(whole, 0.0, BREAK_FIXES)
        choice = int(np.argmax(value))
        if value[choice] > best[piece]:
            best[piece], before[piece], joins[piece] = value[choice], earlier[choice], whole[choice]
    return _chain(int(np.argmax(best)), before, joins)


def _bridges_m(lonlat: FloatArray, ends: IntArray, start: int) -> FloatArray:
    pairs = np.empty((2 * len(ends), 2))
    pairs[0::2], pairs[1::2] = lonlat[ends], lonlat[start]
    return step_lengths_m(pairs)[0::2]


def _chain(last: int, before: npt.NDArray[np.int64], joins: BoolArray) -> tuple[list[int], list[bool]]:
    kept = [last]
    while before[kept[-1]] >= 0:
        kept.append(int(before[kept[-1]]))
    kept.reverse()
    return kept, [bool(joins[piece]) for piece in kept]
