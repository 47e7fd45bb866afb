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
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from geo import interval
from geo.along import Run, runs_of, ways_of
from geo.interval import Intervals
from geo.target import CoverSettings, Targets
from geo.walk import Gap, Walk, signal_gaps

__all__ = ["CoverSettings", "LineCoverage", "Pass", "Targets", "Why", "coverage_of", "passes_of"]

Why: TypeAlias = Literal["followed", "noise", "gap", "no_times", "short"]
_Gaps: TypeAlias = dict[int, Gap]
"""Signal gaps by the fix before them."""


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


def passes_of(walk: Walk, targets: Targets) -> tuple[Pass, ...]:
    """Return what one walk covered, and what it may have covered, line by line.

    Parameters
    ----------
    walk : Walk
        Cleaned, in the working plane of the targets.
    """
    if len(walk.fixes) < 2 or not len(targets.lines):
        return ()
    runs: dict[int, list[tuple[Run, ...]]] = {}
    for way in ways_of(walk, targets):
        found = runs_of(way, walk, targets)
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


# ---- from runs to passes ----------------------------------------------------------------------------------


def _decided(
    line: int, ways: list[tuple[Run, ...]], walk: Walk, targets: Targets, gaps: _Gaps
) -> Iterator[Pass]:
    """Yield the passes of one line: runs long enough are covered, what may have been long enough is unknown."""
    need_m = targets.need_m(line)
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
    ways: list[tuple[Run, ...]], walk: Walk, targets: Targets, gaps: _Gaps
) -> Iterator[tuple[Run, ...]]:
    """Yield runs that may be one run: neighbours on one way, or parted by nothing but a signal gap."""
    runs = sorted((run for way in ways for run in way), key=lambda run: run.first)
    stretch: list[Run] = []
    for run in runs:
        if stretch and not _may_join(stretch[-1], run, walk, targets, gaps):
            yield tuple(stretch)
            stretch = []
        stretch.append(run)
    if stretch:
        yield tuple(stretch)


def _may_join(before: Run, after: Run, walk: Walk, targets: Targets, gaps: _Gaps) -> bool:
    touching = after.first - before.last <= 1
    apart_m = max(after.low_m - before.high_m, before.low_m - after.high_m, 0.0)
    if not touching or not walk.timed:
        return touching and apart_m <= 2 * targets.settings.noise.sigma_m
    span_s = float(walk.time_s[after.first] - walk.time_s[before.last])
    if span_s <= targets.settings.gap_s:
        return apart_m <= 2 * targets.settings.noise.sigma_m
    return before.last in gaps and gaps[before.last].reach_m >= apart_m


def _in_gaps(
    runs: dict[int, list[tuple[Run, ...]]], walk: Walk, targets: Targets, gaps: _Gaps
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
            missing_m = max(0.0, targets.need_m(line) - had_m)
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
