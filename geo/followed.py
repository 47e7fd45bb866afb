"""Was a line followed? The probability, fix by fix, in spite of noise.

The offset of a fix from the line is the walker's own offset plus the receiver's error. The error is correlated
(Gauss-Markov), so that ten minutes of fixes a few seconds apart know little more than ten fixes a minute apart, and a
single fix decides nothing. A hidden Markov model weighs both: the walker either *follows* the line, his own
offset changing slowly, or *roams*; whoever follows is likelier to be on a target line than anywhere else.
Forward-backward sums give the probability that he followed within the swath.

References
----------
Rabiner, L. R. (1989). A tutorial on hidden Markov models. Proceedings of the IEEE 77(2), doi:10.1109/5.18626.
Newson, P. and Krumm, J. (2009). Hidden Markov map matching through noise and sparseness. ACM SIGSPATIAL GIS,
doi:10.1145/1653771.1653818.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numba
import numpy as np
import numpy.typing as npt

from geo.beside import Candidates
from geo.walk import Walk

__all__ = ["Noise", "follow_probability", "link"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

GRID_M = 5.0
DRIFT = 0.35
"""How fast the offset of somebody who follows a line wanders: metres by the square root of the metres walked."""

LEAVES_M = 600.0
JOINS_M = 200.0
"""Metres walked, on average, until one leaves a line, and until one who roams follows one again."""

FARTHEST_M = 100.0
"""Between fixes farther apart nobody is taken to wander or leave more than over this distance."""

ON_TARGET_M = 5.0
ON_TARGET_WEIGHT = 8.0
STRAY = 0.02
ATTRACTORS = 4
SKIPPED = 3
LINK_SHARE = 1.5
LINK_M = 40.0
UNTIMED_STEP_M = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The receiver's error: standard deviation an axis, and the time over which it is correlated."""

    sigma_m: float = 10.0
    correlation_s: float = 60.0


def link(candidates: Candidates, walk: Walk, gap_s: float) -> IntArray:
    """Return for each candidate the number of the way along a line that it belongs to.

    Two candidates are linked to one way when no signal gap lies between them and the way along the line is about as long as
    the way between the fixes. One or two fixes in between may lie elsewhere.
    """
    timed = walk.timed
    times = walk.time_s if timed else np.zeros(len(walk.fixes))
    along = np.concatenate(([0.0], np.cumsum(walk.steps_m)))
    found: IntArray = _link(
        candidates.fix, candidates.line, candidates.chainage_m, times, along, walk.part, gap_s, timed
    )
    return found


def _link_loop(
    fix: IntArray,
    line: IntArray,
    chainage_m: FloatArray,
    time_s: FloatArray,
    along_m: FloatArray,
    part: IntArray,
    gap_s: float,
    timed: bool,
) -> IntArray:
    way = np.empty(len(fix), dtype=np.int64)
    ways = 0
    taken = np.zeros(len(fix), dtype=np.bool_)
    for at in range(len(fix)):
        best, cost = -1, 1e18
        other = at - 1
        while other >= 0 and fix[at] - fix[other] <= SKIPPED:
            same = line[other] == line[at] and fix[other] < fix[at] and not taken[other]
            if same and part[fix[other]] == part[fix[at]]:
                moved = along_m[fix[at]] - along_m[fix[other]]
                span_s = time_s[fix[at]] - time_s[fix[other]]
                near = (timed and span_s <= gap_s) or (not timed and moved <= UNTIMED_STEP_M)
                went = abs(chainage_m[at] - chainage_m[other])
                if near and went <= LINK_SHARE * moved + LINK_M:
                    price = abs(went - moved) + 20.0 * (fix[at] - fix[other])
                    if price < cost:
                        best, cost = other, price
            other -= 1
        if best >= 0:
            way[at] = way[best]
            taken[best] = True
        else:
            way[at] = ways
            ways += 1
    return way


def follow_probability(
    offset_m: FloatArray,
    step_m: FloatArray,
    step_s: FloatArray,
    attractors_m: FloatArray,
    *,
    swath_m: float,
    radius_m: float,
    noise: Noise,
) -> FloatArray:
    """Return the probability that the line was followed within the swath, at each fix of one way along it.

    Parameters
    ----------
    offset_m : array, shape (n,)
        Offsets of the fixes, positive to the left.
    step_m, step_s : array, shape (n,)
        Way and time since the fix before; the first is not used.
    attractors_m : array, shape (n, k)
        Where other target lines run, as offsets; NaN where there is none.
    swath_m, radius_m : float
        Half-width that counts as on the line, and the largest offset looked at.
    """
    found: FloatArray = _probability(
        offset_m, step_m, step_s, attractors_m, swath_m, radius_m, noise.sigma_m, noise.correlation_s
    )
    return found


def _probability_loop(
    offset_m: FloatArray,
    step_m: FloatArray,
    step_s: FloatArray,
    attractors_m: FloatArray,
    swath_m: float,
    radius_m: float,
    sigma_m: float,
    correlation_s: float,
) -> FloatArray:
    count = len(offset_m)
    half = int(np.ceil(radius_m / GRID_M))
    size = 2 * half + 1
    grid = (np.arange(size) - half) * GRID_M
    entry = _entry(attractors_m, grid)
    forward = np.zeros((count, 2 * size))
    for state in range(size):
        seen = np.exp(-0.5 * ((offset_m[0] - grid[state]) / sigma_m) ** 2) + STRAY
        forward[0, state] = seen * entry[0, state]
        forward[0, size + state] = seen
    forward[0] /= forward[0].sum()
    for at in range(1, count):
        _advance(
            forward[at - 1],
            forward[at],
            offset_m,
            step_m,
            step_s,
            entry,
            at,
            grid,
            sigma_m,
            correlation_s,
            True,
        )
        total = forward[at].sum()
        if total > 0:
            forward[at] /= total
        else:
            forward[at] = 1.0 / (2 * size)
    backward = np.ones(2 * size)
    probability = np.empty(count)
    for at in range(count - 1, -1, -1):
        both = forward[at] * backward
        on = 0.0
        for state in range(size):
            if abs(grid[state]) <= swath_m:
                on += both[state]
        probability[at] = on / both.sum()
        if at > 0:
            earlier = np.zeros(2 * size)
            _advance(
                backward, earlier, offset_m, step_m, step_s, entry, at, grid, sigma_m, correlation_s, False
            )
            backward = earlier / earlier.sum()
    return probability


def _entry_loop(attractors_m: FloatArray, grid: FloatArray) -> FloatArray:
    """Return how likely one starts to follow at each offset: likelier on a target line than elsewhere."""
    entry = np.zeros((len(attractors_m), len(grid)))
    for at in range(len(attractors_m)):
        for state in range(len(grid)):
            weight = 1.0 + ON_TARGET_WEIGHT * np.exp(-0.5 * (grid[state] / ON_TARGET_M) ** 2)
            for other in range(attractors_m.shape[1]):
                if not np.isnan(attractors_m[at, other]):
                    away = (grid[state] - attractors_m[at, other]) / ON_TARGET_M
                    weight += ON_TARGET_WEIGHT * np.exp(-0.5 * away * away)
            entry[at, state] = weight
        entry[at] /= entry[at].mean()
    return entry


def _advance_loop(
    given: FloatArray,
    result: FloatArray,
    offset_m: FloatArray,
    step_m: FloatArray,
    step_s: FloatArray,
    entry: FloatArray,
    at: int,
    grid: FloatArray,
    sigma_m: float,
    correlation_s: float,
    ahead: bool,
) -> None:
    """Carry probabilities over one step, ahead in time or back."""
    size = len(grid)
    moved = max(step_m[at], 0.5)
    seen_m = min(moved, FARTHEST_M)
    keep = np.exp(-max(step_s[at], 0.0) / correlation_s)
    spread = sigma_m * np.sqrt(max(1.0 - keep * keep, 0.06))
    drift = max(DRIFT * np.sqrt(seen_m), 1.5)
    leave, join = 1.0 - np.exp(-seen_m / LEAVES_M), 1.0 - np.exp(-seen_m / JOINS_M)
    drift_reach = int(np.ceil(3.0 * drift / GRID_M))
    roam_reach = int(np.ceil(moved / GRID_M)) + 1
    reach = min(max(drift_reach, roam_reach), size - 1)
    drift_weight = np.zeros(reach + 1)
    for cells in range(min(drift_reach, reach) + 1):
        drift_weight[cells] = np.exp(-0.5 * (cells * GRID_M / drift) ** 2)
    drift_weight /= drift_weight[0] + 2 * drift_weight[1:].sum()
    roam_weight = 1.0 / (2 * min(roam_reach, size - 1) + 1)
    change = offset_m[at] - keep * offset_m[at - 1]
    for old in range(size):
        for new in range(max(0, old - reach), min(size, old + reach + 1)):
            cells = abs(new - old)
            away = (change - (grid[new] - keep * grid[old])) / spread
            seen = np.exp(-0.5 * away * away) + STRAY
            still = drift_weight[cells] * seen
            roaming = roam_weight * seen if cells <= roam_reach else 0.0
            follow_follow = (1.0 - leave) * still
            follow_roam = leave * roaming
            roam_follow = join * still * entry[at, new]
            roam_roam = (1.0 - join) * roaming
            if ahead:
                result[new] += given[old] * follow_follow + given[size + old] * roam_follow
                result[size + new] += given[old] * follow_roam + given[size + old] * roam_roam
            else:
                result[old] += given[new] * follow_follow + given[size + new] * follow_roam
                result[size + old] += given[new] * roam_follow + given[size + new] * roam_roam


_link: Callable[..., Any] = numba.njit(cache=True)(_link_loop)
_entry: Callable[..., Any] = numba.njit(cache=True)(_entry_loop)
_advance: Callable[..., Any] = numba.njit(cache=True)(_advance_loop)
_probability: Callable[..., Any] = numba.njit(cache=True)(_probability_loop)
