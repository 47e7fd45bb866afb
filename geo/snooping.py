"""Data snooping: which observations the others contradict, found one at a time.

The worst observation beyond its critical value is taken out and all tests are made anew, until none is left
beyond: so one blunder does not accuse its neighbours. Taking one out changes residuals v and redundancies by a
rank-one step on the residual cofactors R (whitened, Ω = vᵀv):

    v' = v - R_i v_i / r_i      R' = R - R_i R_iᵀ / r_i      Ω' = Ω - v_i² / r_i

which is exact for the linearised equations; v_i / r_i is the estimated blunder.

References
----------
Baarda 1968, *A testing procedure for use in geodetic networks*; Pope 1976, *The statistics of residuals and the
detection of outliers* (tau test); Kok 1984, *On data snooping and multiple outlier testing*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from geo.adjusted import Suspect
from geo.design import Floats
from geo.observation import ANGULAR, Observation

__all__ = ["snoop", "tau"]

_LEAST_REDUNDANCY = 1e-6
_MOST_SHARE = 0.25
_INSEPARABLE = 0.99
_ALPHA = 0.05
_STEPS_DEG = (
    (180.0, "盘左盘右或前后视颠倒", "sights or faces exchanged"),
    (90.0, "读错 90°", "misread by 90°"),
)
_STEPS_M = (100.0, 50.0, 30.0, 20.0, 10.0, 5.0, 1.0)
_UNITS = (
    ("尺", "chi", 1.0 / 3.0),
    ("丈", "zhang", 10.0 / 3.0),
    ("链", "chains", 20.1168),
    ("英尺", "feet", 0.3048),
)


@dataclass(slots=True)
class _Tests:
    """Residuals and redundancies after each removal; ``columns`` holds the removed observations' cofactors."""

    residuals: Floats
    redundancy: Floats
    squares: float
    freedom: int
    columns: list[tuple[int, Floats]]

    def standardised(self, sigma: float) -> Floats:
        """Return |v| over its standard error; zero where nothing controls the observation."""
        controlled = self.redundancy > _LEAST_REDUNDANCY
        found = np.zeros(len(self.residuals))
        found[controlled] = np.abs(self.residuals[controlled]) / (
            sigma * np.sqrt(self.redundancy[controlled])
        )
        return found

    def column(self, place: int, cofactors: Callable[[int], Floats]) -> Floats:
        """Return the column of R that belongs to ``place``, after the removals so far."""
        column = cofactors(place)
        for removed, other in self.columns:
            column = column - other * (other[place] / other[removed])
        return column

    def remove(self, place: int, column: Floats) -> None:
        """Take an observation out."""
        share = column[place]
        self.squares -= self.residuals[place] ** 2 / share
        self.residuals = self.residuals - column * (self.residuals[place] / share)
        self.redundancy = np.maximum(self.redundancy - column**2 / share, 0.0)
        self.redundancy[place] = 0.0
        self.columns.append((place, column))
        self.freedom -= 1


def snoop(
    observations: Sequence[Observation],
    residuals: Floats,
    redundancy: Floats,
    freedom: int,
    cofactors: Callable[[int], Floats],
    scale: Floats,
    sigma_used: float,
) -> tuple[Suspect, ...]:
    """Name the observations that the others contradict, worst first.

    Parameters
    ----------
    observations : sequence of Observation
    residuals, redundancy : ndarray, shape (n,)
        Whitened residuals (observed minus adjusted) and redundancy numbers.
    freedom : int
        Degrees of freedom.
    cofactors : callable
        Gives the column of the whitened residual cofactor matrix of one observation.
    scale : ndarray, shape (n,)
        What a whitened residual is in metres or degrees.
    sigma_used : float
        Unit-weight error the printed standardised residuals are in.
    """
    tests = _Tests(residuals, redundancy.copy(), float(residuals @ residuals), freedom, [])
    found: list[Suspect] = []
    most = max(1, int(_MOST_SHARE * len(observations)))
    while tests.freedom >= 2 and len(found) < most and tests.squares > 0:
        # The tau test takes sigma0 from the same residuals: nobody need know the true accuracy beforehand.
        ratio = tests.standardised(math.sqrt(tests.squares / tests.freedom))
        worst = int(np.argmax(ratio))
        count = int((tests.redundancy > _LEAST_REDUNDANCY).sum())
        if count < 2 or ratio[worst] <= tau(count, tests.freedom):
            break
        column = tests.column(worst, cofactors)
        found.append(_suspect(observations, tests, worst, column, scale, sigma_used))
        tests.remove(worst, column)
    return tuple(found)


def tau(count: int, freedom: int, alpha: float = _ALPHA) -> float:
    """Return the critical value of the tau distribution for ``count`` residuals (Pope 1976, Šidák's correction)."""
    each = 1.0 - (1.0 - alpha) ** (1.0 / count)
    value = float(t.ppf(1.0 - each / 2.0, freedom - 1))
    return value * math.sqrt(freedom / (freedom - 1 + value**2))


def _suspect(
    observations: Sequence[Observation],
    tests: _Tests,
    worst: int,
    column: Floats,
    scale: Floats,
    sigma_used: float,
) -> Suspect:
    seen = observations[worst]
    excess = float(scale[worst] * tests.residuals[worst] / column[worst])
    signed = -float(tests.residuals[worst]) / (
        math.sqrt(float(tests.redundancy[worst])) * (sigma_used or 1.0)
    )
    others = _inseparable(observations, tests, worst, column)
    amount_zh, amount_en = _amount(seen, excess)
    hint_zh, hint_en = _hint(seen, excess)
    also_zh = f"也可能错在 {'、'.join(others)}（两者分不开）。" if others else ""
    also_en = f" The fault may also lie in {', '.join(others)}: they cannot be told apart." if others else ""
    return Suspect(
        observation=seen,
        standardised_residual=signed,
        remedy_zh=f"{seen.name} 与其余观测相差约 {amount_zh}：{hint_zh}请核对手簿是否抄错、点名是否弄混，必要时重测。{also_zh}",
        remedy_en=f"{seen.name} differs from the others by about {amount_en}: {hint_en}check the field book and the point names, "
        f"observe it again if need be.{also_en}",
    )


def _inseparable(observations: Sequence[Observation], tests: _Tests, worst: int, column: Floats) -> list[str]:
    """Return the observations whose tests move as one with the worst: no test can tell which of them is wrong."""
    product = np.sqrt(np.maximum(tests.redundancy * tests.redundancy[worst], 1e-300))
    alike = (np.abs(column) / product > _INSEPARABLE) & (tests.redundancy > _LEAST_REDUNDANCY)
    alike[worst] = False
    return [observations[place].name for place in np.flatnonzero(alike)[:3]]


def _amount(seen: Observation, excess: float) -> tuple[str, str]:
    if seen.kind not in ANGULAR:
        text = f"{excess:+.3f} m"
        return text, text
    seconds = abs(excess) * 3600.0
    sign = "+" if excess >= 0 else "-"
    if seconds < 600.0:
        text = f"{sign}{seconds:.1f}″"
    else:
        whole = round(seconds)
        text = f"{sign}{whole // 3600}°{whole // 60 % 60:02d}′{whole % 60:02d}″"
    return text, text


def _hint(seen: Observation, excess: float) -> tuple[str, str]:
    """Return the slip that gives just this difference, when there is one."""
    if seen.kind in ANGULAR:
        for step, zh, en in _STEPS_DEG:
            if abs(abs(excess) - step) < 0.05:
                return f"像是{zh}；", f"it looks like {en}; "
        whole = round(abs(excess))
        if whole and abs(abs(excess) - whole) < 0.01:
            return f"像是度数差 {whole}；", f"it looks as if the degrees were misread by {whole}; "
        return "", ""
    right = seen.value - excess
    for zh, en, metres in _UNITS:
        if seen.value > 0 and abs(right / (seen.value * metres) - 1.0) < 0.002:
            return f"像是以{zh}记录的；", f"it looks as if recorded in {en}; "
    for step_m in _STEPS_M:
        if abs(abs(excess) - step_m) < max(0.02 * step_m, 0.03) and step_m >= 1.0:
            return f"像是差了整 {step_m:g} 米；", f"it looks like a slip of {step_m:g} m; "
    return "", ""
