"""Ways along target lines: where one walk goes along a line, and in which runs it surely, or maybe, followed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.beside import Candidates
from geo.followed import ATTRACTORS, follow_probability, link
from geo.target import CoverSettings, Targets
from geo.walk import Walk

__all__ = ["Run", "Way", "runs_of", "ways_of"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

_PARALLEL = float(np.cos(np.radians(35.0)))
_THIN_S = 20.0
_THIN_M = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Fixes in a row on one way along a line with one answer."""

    state: Literal["on", "unsure"]
    low_m: float
    high_m: float
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way along a line: its line, fixes, chainages, and probability of having followed."""

    line: int
    fix: IntArray
    chainage_m: FloatArray
    offset_m: FloatArray
    probability: FloatArray


def ways_of(walk: Walk, targets: Targets) -> Iterator[Way]:
    """Yield the ways along lines that are long enough to matter, with their probabilities."""
    near = targets.index.near(walk.fixes)
    if not len(near.fix):
        return
    number = link(near, walk, targets.settings.gap_s)
    order = np.argsort(number, kind="stable")
    attractors = _attractors(near)
    along = np.concatenate(([0.0], np.cumsum(walk.steps_m)))
    times = walk.time_s if walk.timed else along
    for rows in np.split(order, np.flatnonzero(np.diff(number[order])) + 1):
        line = int(near.line[rows[0]])
        chainage_m = near.chainage_m[rows]
        if not _matters(np.ptp(chainage_m), near.fix[rows], walk, targets, line):
            continue
        probability = _thinned_probability(near, rows, attractors, along, times, targets.settings)
        yield Way(
            line=line,
            fix=near.fix[rows],
            chainage_m=chainage_m,
            offset_m=near.offset_m[rows],
            probability=probability,
        )


def _matters(extent_m: float, fix: IntArray, walk: Walk, targets: Targets, line: int) -> bool:
    """Tell whether a way is long enough to be a run, or ends where a gap may have hidden the rest."""
    if extent_m + 4 * targets.settings.noise.sigma_m >= 0.5 * targets.need_m(line):
        return True
    if not walk.timed:
        return False
    gap_s = targets.settings.gap_s
    ends = ((fix[0] - 1, fix[0]), (fix[-1], fix[-1] + 1))
    inner = [(before, after) for before, after in ends if before >= 0 and after < len(walk.fixes)]
    return any(walk.time_s[after] - walk.time_s[before] > gap_s for before, after in inner)


def _attractors(near: Candidates) -> FloatArray:
    """Return where parallel target lines run beside each candidate's line, as offsets from it."""
    count = len(near.fix)
    found = np.full((count, ATTRACTORS), np.nan)
    for column, shift in enumerate((-2, -1, 1, 2)):
        here = np.arange(max(0, -shift), count - max(0, shift))
        there = here + shift
        same = near.fix[here] == near.fix[there]
        parallel = np.abs((near.left[here] * near.left[there]).sum(axis=1)) > _PARALLEL
        offset = ((near.foot[there] - near.foot[here]) * near.left[here]).sum(axis=1)
        use = same & parallel
        found[here[use], column] = offset[use]
    return found


def _thinned_probability(
    near: Candidates,
    rows: IntArray,
    attractors: FloatArray,
    along: FloatArray,
    times: FloatArray,
    settings: CoverSettings,
) -> FloatArray:
    """Return the probability at each fix of a way, from fixes far enough apart to know something new."""
    fix = near.fix[rows]
    step_m, step_s = np.diff(along[fix], prepend=along[fix[0]]), np.diff(times[fix], prepend=times[fix[0]])
    progress = np.cumsum(np.maximum(step_m / _THIN_M, step_s / _THIN_S))
    use = np.concatenate(([True], np.diff(np.floor(progress)) > 0))
    use[-1] = True
    chosen = np.flatnonzero(use)
    probability = follow_probability(
        near.offset_m[rows[chosen]],
        np.diff(along[fix[chosen]], prepend=along[fix[0]]),
        np.diff(times[fix[chosen]], prepend=times[fix[0]]),
        attractors[rows[chosen]],
        swath_m=settings.own_swath_m,
        radius_m=settings.radius_m,
        noise=settings.noise,
    )
    whole: FloatArray = np.interp(progress, progress[chosen], probability)
    return whole


# ---- from probabilities to runs ---------------------------------------------------------------------------


def runs_of(way: Way, walk: Walk, targets: Targets) -> tuple[Run, ...]:
    """Return the runs of one way in the order of time; a fix where the line was not followed ends a run."""
    sure = targets.settings.sure
    state = _states(way.probability, sure)
    edges = np.flatnonzero(np.diff(state)) + 1
    starts, ends = np.concatenate(([0], edges)), np.concatenate((edges, [len(state)]))
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if state[start] == 0:
            continue
        inner = way.chainage_m[start:end]
        reach = [_edge_m(way, start, start - 1, walk, targets), _edge_m(way, end - 1, end, walk, targets)]
        low, high = float(min(inner.min(), *reach)), float(max(inner.max(), *reach))
        low, high = _snapped(low, high, float(targets.length_m[way.line]), targets.settings.noise.sigma_m)
        found.append(
            Run(
                state="on" if state[start] == 2 else "unsure",
                low_m=low,
                high_m=high,
                first=int(way.fix[start]),
                last=int(way.fix[end - 1]),
            )
        )
    return tuple(found)


def _states(probability: FloatArray, sure: float) -> IntArray:
    """Return 2 where the line was followed, 0 where not, 1 where nobody can tell.

    A run that is sure somewhere reaches as far as it is likelier than not.
    """
    state = np.where(probability >= sure, 2, np.where(probability <= 1.0 - sure, 0, 1))
    likely = probability > 0.5
    edges = np.flatnonzero(np.diff(likely)) + 1
    for group in np.split(np.arange(len(state)), edges):
        if likely[group[0]] and (state[group] == 2).any():
            sure_at = group[state[group] == 2]
            state[group[0] : sure_at[0]] = 2
            state[sure_at[-1] : group[-1] + 1] = 2
    return np.asarray(state, dtype=np.int64)


def _edge_m(way: Way, inside: int, outside: int, walk: Walk, targets: Targets) -> float:
    """Return the chainage where a run ends, between its last fix and the next one."""
    here = float(way.chainage_m[inside])
    length_m = float(targets.length_m[way.line])
    if 0 <= outside < len(way.fix):
        there = float(way.chainage_m[outside])
        at_end = min(there, length_m - there) < 1e-6
        followed = targets.settings.sure > way.probability[outside] > 1.0 - targets.settings.sure
        return there if at_end else here + (0.5 if followed else 0.75) * (there - here)
    return _beyond_m(way, inside, outside, walk, targets)


def _beyond_m(way: Way, inside: int, outside: int, walk: Walk, targets: Targets) -> float:
    """Return how far a run goes on toward a fix that is no longer beside the line: half a step at most."""
    here, fix = float(way.chainage_m[inside]), int(way.fix[inside])
    next_fix = fix + (1 if outside > inside else -1)
    back = inside - 1 if outside > inside else inside + 1
    if not (0 <= next_fix < len(walk.fixes) and 0 <= back < len(way.fix)):
        return here
    if walk.part[next_fix] != walk.part[fix]:
        return here
    if walk.timed and abs(walk.time_s[next_fix] - walk.time_s[fix]) > targets.settings.gap_s:
        return here
    step_m = float(np.hypot(*(walk.fixes[next_fix] - walk.fixes[fix])))
    direction = np.sign(here - way.chainage_m[back])
    return float(np.clip(here + direction * step_m / 2, 0.0, targets.length_m[way.line]))


def _snapped(low_m: float, high_m: float, length_m: float, sigma_m: float) -> tuple[float, float]:
    """Return a run's ends, moved to the line's own ends where noise cannot tell them apart."""
    near_m = min(3.0 * sigma_m, 0.25 * length_m)
    return (0.0 if low_m < near_m else low_m), (length_m if length_m - high_m < near_m else high_m)
