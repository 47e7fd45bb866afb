"""Coverage of duty: which metres of the target lines were covered, which were not, and which nobody can tell.

A metre is *covered* when a walk followed the line there within the swath, in a run of at least 300 m (or the
whole line), without a signal gap of over 60 s (DEFINITIONS 21). Where noise leaves the probability of that in
the middle, or where a gap was long enough to walk what is missing, the answer is *cannot tell*. Everything
else is not covered.

Nothing is buffered: walks are compared with chainage along the line, and a parallel 30 m away that nobody
walked is told from the line that was (:mod:`geo.following`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo import interval
from geo.beside import Candidates, LineIndex
from geo.following import ATTRACTORS, Noise, follow_probability, link
from geo.interval import Intervals
from geo.prism import Prisms
from geo.walk import GAP_S, Gap, Walk, signal_gaps

__all__ = [
    "CoverSettings",
    "LineCoverage",
    "Pass",
    "Targets",
    "Why",
    "coverage_of",
    "passes_of",
]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Why: TypeAlias = Literal["followed", "noise", "gap", "no_times", "short"]

_Gaps: TypeAlias = dict[int, Gap]
"""Signal gaps by the fix before them."""

_PARALLEL = float(np.cos(np.radians(35.0)))
_THIN_S = 20.0
_THIN_M = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverSettings:
    """What counts as covered.

    Attributes
    ----------
    swath_m : float
        How far from the line a recorded track may run, the receiver's error included.
    least_run_m : float
        Shortest run that counts, unless it is the whole line.
    gap_s : float
        Longest time between two fixes that is no gap.
    noise : Noise
        The receiver's error.
    sure : float
        Probability from which a metre is covered; below one minus it, it is not.
    """

    swath_m: float = 25.0
    least_run_m: float = 300.0
    gap_s: float = GAP_S
    noise: Noise = field(default_factory=Noise)
    sure: float = 0.75

    @property
    def own_swath_m(self) -> float:
        """Return how far from the line the walker himself may be: the swath less one sigma, but 10 m at least."""
        return max(self.swath_m - self.noise.sigma_m, min(self.swath_m, 10.0))

    @property
    def radius_m(self) -> float:
        """Return how far from a line fixes are looked at."""
        return max(70.0, self.swath_m + 4.0 * self.noise.sigma_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One stretch of a target line that one walk covered, or may have covered.

    Attributes
    ----------
    line : int
        Index of the line.
    from_m, to_m : float
        Chainages, ascending.
    state : str
        ``"covered"`` or ``"unknown"``.
    why : str
        ``"followed"``; or what keeps one from telling: ``"noise"``, ``"gap"``, ``"no_times"`` or ``"short"``
        (a run that is long enough only together with what is not known).
    start_s, end_s : float
        When; NaN without times.
    """

    line: int
    from_m: float
    to_m: float
    state: Literal["covered", "unknown"]
    why: Why
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCoverage:
    """What is known of one line: chainage intervals, and when it was last covered anywhere."""

    length_m: float
    covered: Intervals
    unknown: Intervals
    last_s: float | None

    @property
    def covered_m(self) -> float:
        """Return the metres covered."""
        return interval.total(self.covered)

    @property
    def unknown_m(self) -> float:
        """Return the metres of which nobody can tell."""
        return interval.total(self.unknown)

    @property
    def missing(self) -> Intervals:
        """Return the intervals that were not covered."""
        return interval.minus([(0.0, self.length_m)], (*self.covered, *self.unknown))


class Targets:
    """Target lines with their index, made once and asked for every walk.

    Parameters
    ----------
    lines : sequence of array, shape (n, 2)
        Polylines in the working plane.
    """

    __slots__ = ("index", "lines", "prisms", "settings")

    def __init__(self, lines: Sequence[FloatArray], settings: CoverSettings | None = None) -> None:
        self.settings = settings or CoverSettings()
        self.index = LineIndex(lines, self.settings.radius_m)
        self.lines = self.index.lines
        self.prisms = Prisms(self.lines)

    @property
    def length_m(self) -> FloatArray:
        """Return the length of each line."""
        return self.index.length_m


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Fixes in a row on one way along a line with one answer."""

    state: Literal["on", "unsure"]
    low_m: float
    high_m: float
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way along a line: its line, fixes, chainages, and probability of having followed."""

    line: int
    fix: IntArray
    chainage_m: FloatArray
    offset_m: FloatArray
    probability: FloatArray


def passes_of(walk: Walk, targets: Targets) -> tuple[Pass, ...]:
    """Return what one walk covered, and what it may have covered, line by line.

    Parameters
    ----------
    walk : Walk
        Cleaned, in the working plane of the targets.
    """
    if len(walk.fixes) < 2 or not len(targets.lines):
        return ()
    runs: dict[int, list[tuple[_Run, ...]]] = {}
    for way in _ways(walk, targets):
        found = _runs(way, walk, targets)
        if found:
            runs.setdefault(way.line, []).append(found)
    gaps = {gap.before: gap for gap in signal_gaps(walk)}
    passes = [made for line, groups in runs.items() for made in _decided(line, groups, walk, targets, gaps)]
    return (*passes, *_in_gaps(runs, walk, targets, gaps))


def coverage_of(targets: Targets, passes: Iterable[Pass]) -> tuple[LineCoverage, ...]:
    """Return the coverage of each line by the passes of all walks.

    What one walk surely covered is covered, whatever another one leaves open.
    """
    by_line: dict[int, list[Pass]] = {}
    for found in passes:
        by_line.setdefault(found.line, []).append(found)
    return tuple(
        _coverage(float(length_m), by_line.get(line, ())) for line, length_m in enumerate(targets.length_m)
    )


def _coverage(length_m: float, passes: Sequence[Pass]) -> LineCoverage:
    covered = interval.union((found.from_m, found.to_m) for found in passes if found.state == "covered")
    unknown = interval.minus(
        [(found.from_m, found.to_m) for found in passes if found.state == "unknown"], covered
    )
    ends = [found.end_s for found in passes if found.state == "covered" and np.isfinite(found.end_s)]
    return LineCoverage(
        length_m=length_m, covered=covered, unknown=unknown, last_s=max(ends) if ends else None
    )


# ---- one way along a line -------------------------------------------------------------------------------


def _ways(walk: Walk, targets: Targets) -> Iterator[_Way]:
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
        yield _Way(
            line=line,
            fix=near.fix[rows],
            chainage_m=chainage_m,
            offset_m=near.offset_m[rows],
            probability=probability,
        )


def _matters(extent_m: float, fix: IntArray, walk: Walk, targets: Targets, line: int) -> bool:
    """Tell whether a way is long enough to be a run, or ends where a gap may have hidden the rest."""
    if extent_m + 4 * targets.settings.noise.sigma_m >= 0.5 * _need_m(targets, line):
        return True
    if not walk.timed:
        return False
    gap_s = targets.settings.gap_s
    ends = ((fix[0] - 1, fix[0]), (fix[-1], fix[-1] + 1))
    inner = [(before, after) for before, after in ends if before >= 0 and after < len(walk.fixes)]
    return any(walk.time_s[after] - walk.time_s[before] > gap_s for before, after in inner)


def _need_m(targets: Targets, line: int) -> float:
    """Return the run this line asks for: 300 m, or the whole line but for the noise at its ends."""
    length_m = float(targets.length_m[line])
    whole_m = max(0.5 * length_m, length_m - 3.0 * targets.settings.noise.sigma_m)
    return min(targets.settings.least_run_m, whole_m)


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


def _runs(way: _Way, walk: Walk, targets: Targets) -> tuple[_Run, ...]:
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
            _Run(
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


def _edge_m(way: _Way, inside: int, outside: int, walk: Walk, targets: Targets) -> float:
    """Return the chainage where a run ends, between its last fix and the next one."""
    here = float(way.chainage_m[inside])
    length_m = float(targets.length_m[way.line])
    if 0 <= outside < len(way.fix):
        there = float(way.chainage_m[outside])
        at_end = min(there, length_m - there) < 1e-6
        followed = targets.settings.sure > way.probability[outside] > 1.0 - targets.settings.sure
        return there if at_end else here + (0.5 if followed else 0.75) * (there - here)
    return _beyond_m(way, inside, outside, walk, targets)


def _beyond_m(way: _Way, inside: int, outside: int, walk: Walk, targets: Targets) -> float:
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


# ---- from runs to passes ----------------------------------------------------------------------------------


def _decided(
    line: int, ways: list[tuple[_Run, ...]], walk: Walk, targets: Targets, gaps: _Gaps
) -> Iterator[Pass]:
    """Yield the passes of one line: runs long enough are covered, what may have been long enough is unknown."""
    need_m = _need_m(targets, line)
    for stretch in _stretches(ways, walk, targets, gaps):
        low, high = min(run.low_m for run in stretch), max(run.high_m for run in stretch)
        if high - low < need_m:
            continue
        for run in stretch:
            long_enough = run.state == "on" and run.high_m - run.low_m >= need_m
            sure = long_enough and walk.timed
            why: Why = "followed" if long_enough else ("short" if run.state == "on" else "noise")
            yield Pass(
                line=line,
                from_m=run.low_m,
                to_m=run.high_m,
                state="covered" if sure else "unknown",
                why=why if walk.timed else "no_times",
                start_s=float(walk.time_s[run.first]),
                end_s=float(walk.time_s[run.last]),
            )


def _stretches(
    ways: list[tuple[_Run, ...]], walk: Walk, targets: Targets, gaps: _Gaps
) -> Iterator[tuple[_Run, ...]]:
    """Yield runs that may be one run: neighbours on one way, or parted by nothing but a signal gap."""
    runs = sorted((run for way in ways for run in way), key=lambda run: run.first)
    stretch: list[_Run] = []
    for run in runs:
        if stretch and not _may_join(stretch[-1], run, walk, targets, gaps):
            yield tuple(stretch)
            stretch = []
        stretch.append(run)
    if stretch:
        yield tuple(stretch)


def _may_join(before: _Run, after: _Run, walk: Walk, targets: Targets, gaps: _Gaps) -> bool:
    touching = after.first - before.last <= 1
    apart_m = max(after.low_m - before.high_m, before.low_m - after.high_m, 0.0)
    if not touching or not walk.timed:
        return touching and apart_m <= 2 * targets.settings.noise.sigma_m
    span_s = float(walk.time_s[after.first] - walk.time_s[before.last])
    if span_s <= targets.settings.gap_s:
        return apart_m <= 2 * targets.settings.noise.sigma_m
    return before.last in gaps and gaps[before.last].reach_m >= apart_m


def _in_gaps(
    runs: dict[int, list[tuple[_Run, ...]]], walk: Walk, targets: Targets, gaps: _Gaps
) -> Iterator[Pass]:
    """Yield what may have been covered while there was no signal."""
    ends: dict[tuple[int, int], float] = {}
    for line, ways in runs.items():
        for way in ways:
            for run in way:
                for fix in (run.first, run.last):
                    ends[line, fix] = max(ends.get((line, fix), 0.0), run.high_m - run.low_m)
    for gap in gaps.values():
        for line in targets.prisms.within_reach(gap):
            had_m = ends.get((line, gap.before), 0.0) + ends.get((line, gap.before + 1), 0.0)
            missing_m = max(0.0, _need_m(targets, line) - had_m)
            for low_m, high_m in targets.prisms.possible(gap, line, missing_m):
                yield Pass(
                    line=line,
                    from_m=low_m,
                    to_m=high_m,
                    state="unknown",
                    why="gap",
                    start_s=float(walk.time_s[gap.before]),
                    end_s=float(walk.time_s[gap.before + 1]),
                )
