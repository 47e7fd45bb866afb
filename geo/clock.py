"""The clock of a track: which time stamps can be believed.

Positions are never touched here, and no stamp is made up: one that is not believed becomes NaN.

Rules, in this order
--------------------
1. Stamps before 1990, or more than a day in the future, come from a clock that was not set.
2. Of stamps that run backwards the fewest are given up: the longest sequence that does not decrease stays.
3. Of fixes that repeat one stamp while the position moves, only the first keeps it.
4. When half of the moving steps would need more than 150 m/s, no stamp is believed.

Times that are even to 1 % from step to step were computed by a program: that is told, nothing is changed.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from geo.repair import Repair
from geo.track import FloatArray, step_lengths_m

__all__ = ["EARLIEST_S", "believed_times", "runs_backwards"]

EARLIEST_S = 631_152_000.0
"""1990-01-01: no receiver that people carry is older."""

AHEAD_S = 86_400.0
"""How far a stamp may lie ahead of the present: clocks and time zones are set wrongly."""

FASTEST_MS = 150.0
MOVED_M = 1.0
EVEN_SHARE = 0.01
UNEVEN_SHARE = 0.2
EVEN_STEPS = 20


def runs_backwards(time_s: FloatArray) -> bool:
    """Tell whether a track stands in the reverse order of time: nine steps in ten go back."""
    steps = np.diff(time_s[np.isfinite(time_s)])
    steps = steps[steps != 0]
    return len(steps) >= 2 and bool((steps < 0).mean() > 0.9)


def believed_times(lonlat: FloatArray, time_s: FloatArray, now_s: float) -> tuple[FloatArray, list[Repair]]:
    """Return the times with NaN for every stamp that is not believed, and what was wrong with them.

    Parameters
    ----------
    lonlat : array, shape (n, 2)
        Positions, degrees.
    time_s : array, shape (n,)
        Seconds since 1970-01-01 UTC; NaN where missing.
    now_s : float
        The present.
    """
    times = np.array(time_s, dtype=np.float64)
    repairs = _missing(times)
    for code, wrong in (("time_too_early", times < EARLIEST_S), ("time_in_future", times > now_s + AHEAD_S)):
        repairs += _given_up(times, np.asarray(wrong), code)
    repairs += _given_up(times, _backwards(times), "time_backwards")
    repairs += _given_up(times, _repeated(lonlat, times), "time_repeated")
    repairs += _speeds(lonlat, times)
    return times, repairs


def _missing(times: FloatArray) -> list[Repair]:
    missing = np.isnan(times)
    if not missing.any():
        return []
    facts = {"count": int(missing.sum()), "total": len(times)}
    return [Repair(code="time_missing", fix=int(np.argmax(missing)) + 1, facts=facts)]


def _given_up(times: FloatArray, wrong: npt.NDArray[np.bool_], code: str) -> list[Repair]:
    if not wrong.any():
        return []
    first = int(np.argmax(wrong))
    facts: dict[str, str | int] = {"count": int(wrong.sum()), "first": _written(float(times[first]))}
    times[wrong] = np.nan
    return [Repair(code=code, fix=first + 1, facts=facts)]


def _written(time_s: float) -> str:
    try:
        return datetime.fromtimestamp(time_s, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return f"{time_s:.0f} s"


def _backwards(times: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which stamps to give up so that the others do not decrease (longest subsequence)."""
    wrong = np.zeros(len(times), dtype=bool)
    known = np.flatnonzero(np.isfinite(times))
    if len(known) < 2 or (np.diff(times[known]) >= 0).all():
        return wrong
    wrong[known] = True
    tails: list[float] = []
    tail_at: list[int] = []
    after = np.full(len(times), -1)
    for at in known[::-1]:  # from the end, so that of two stamps in conflict the earlier recorded one stays
        length = bisect_right(tails, -times[at])
        after[at] = tail_at[length - 1] if length else -1
        tails[length : length + 1] = [-float(times[at])]
        tail_at[length : length + 1] = [int(at)]
    kept = tail_at[-1]
    while kept >= 0:
        wrong[kept] = False
        kept = int(after[kept])
    return wrong


def _repeated(lonlat: FloatArray, times: FloatArray) -> npt.NDArray[np.bool_]:
    wrong = np.zeros(len(times), dtype=bool)
    known = np.flatnonzero(np.isfinite(times))
    if len(known) < 2:
        return wrong
    same = np.diff(times[known]) == 0
    moved = step_lengths_m(lonlat[known]) > MOVED_M / 10
    wrong[known[1:][same & moved]] = True
    return wrong


def _speeds(lonlat: FloatArray, times: FloatArray) -> list[Repair]:
    """Give up a clock by which everything moves too fast; tell of one that is too even."""
    known = np.flatnonzero(np.isfinite(times))
    if len(known) < 2:
        return []
    steps, spans_s = step_lengths_m(lonlat[known]), np.diff(times[known])
    moving = (steps > MOVED_M) & (spans_s > 0)
    if not moving.any():
        return []
    speeds = steps[moving] / spans_s[moving]
    median = float(np.median(speeds))
    if median > FASTEST_MS:
        times[:] = np.nan
        return [Repair(code="clock_implausible", facts={"speed_ms": f"{median:.0f}"})]
    uneven = float(np.std(steps[moving])) > UNEVEN_SHARE * float(np.median(steps[moving]))
    if moving.sum() >= EVEN_STEPS and uneven and np.abs(speeds / median - 1).max() < EVEN_SHARE:
        return [Repair(code="time_computed")]
    return []
