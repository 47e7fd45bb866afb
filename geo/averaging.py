"""Repeated GNSS fixes of one point, averaged so that a bad fix is named and does not drag the mean.

Rules: (1) the spatial median starts it; (2) the spread is the median distance from it, brought to a standard error
per axis; (3) fixes farther than the limit (99.9 % of good fixes lie inside, at least ``least_spread_m`` is allowed) are
bad and listed; (4) the mean of the others, weighted by their stated accuracies if any; (5) its standard error
comes from their scatter, with as many independent fixes as the time between them allows.

A receiver that stands still repeats its own error for minutes: a hundred fixes of one minute are no hundred
measurements. Rule 5 counts one fix for every ``memory_s``, at least one for each visit.

References
----------
Huber & Ronchetti, *Robust Statistics*; Vardi & Zhang 2000, *The multivariate L1-median* (Weiszfeld's iteration).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from geo.design import Floats
from geo.errors import GeometryError

__all__ = ["AveragedPoint", "BadFix", "average_fixes", "spatial_median"]

_MEDIAN_OF_RAYLEIGH = math.sqrt(2.0 * math.log(2.0))
_CONFIDENCE = 0.999
_LEAST_SPREAD_M = 0.005
_MEMORY_S = 300.0
_DISAGREE = 5.0
_ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BadFix:
    """A fix that was left out: which, how far from the mean, and why in both languages."""

    place: int
    distance_m: float
    limit_m: float
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragedPoint:
    """The averaged point; ``sigma`` are standard errors of the mean, ``scatter_m`` of one good fix (per axis).

    ``independent`` is the number of fixes that count as separate measurements.
    """

    easting_m: float
    northing_m: float
    sigma_easting_m: float
    sigma_northing_m: float
    covariance_m2: float
    scatter_m: float
    used: int
    independent: float
    bad: tuple[BadFix, ...]


def average_fixes(
    fixes_m: Floats,
    *,
    sigmas_m: Floats | None = None,
    times_s: Floats | None = None,
    memory_s: float = _MEMORY_S,
    least_spread_m: float = _LEAST_SPREAD_M,
    names: Sequence[str] = (),
) -> AveragedPoint:
    """Average repeated fixes of one point.

    Parameters
    ----------
    fixes_m : ndarray, shape (n, 2)
        Eastings and northings in the working CRS.
    sigmas_m : ndarray, shape (n,), optional
        Stated standard errors of the fixes, for weights.
    times_s : ndarray, shape (n,), optional
        Seconds; without them every fix counts as independent.
    memory_s : float
        How long a receiver keeps its error.
    least_spread_m : float
        A spread taken for granted, so that equal fixes do not make their neighbours bad.
    names : sequence of str
        What people call the fixes, for the sentences about bad ones.

    Raises
    ------
    GeometryError
        ``too_few_fixes`` below three, ``fix_not_finite``, ``fixes_disagree`` when most scatter far beyond
        their stated accuracies.
    """
    fixes_m = np.asarray(fixes_m, dtype=np.float64)
    _check(fixes_m)
    median = spatial_median(fixes_m)
    distances = np.hypot(*(fixes_m - median).T)
    spread_m = max(float(np.median(distances)) / _MEDIAN_OF_RAYLEIGH, least_spread_m)
    limit_m = spread_m * math.sqrt(float(chi2.ppf(_CONFIDENCE, 2)))
    good = distances <= limit_m
    if sigmas_m is not None and spread_m > _DISAGREE * float(np.median(sigmas_m)):
        raise _disagree(len(fixes_m), spread_m, float(np.median(sigmas_m)))
    weights = np.ones(len(fixes_m)) if sigmas_m is None else 1.0 / np.asarray(sigmas_m) ** 2
    mean = np.average(fixes_m[good], axis=0, weights=weights[good])
    independent = _independent(
        int(good.sum()), None if times_s is None else np.asarray(times_s)[good], memory_s
    )
    covariance = _covariance(fixes_m[good] - mean, weights[good], least_spread_m)
    of_mean = covariance / independent
    labels = names or [str(place + 1) for place in range(len(fixes_m))]
    return AveragedPoint(
        easting_m=float(mean[0]),
        northing_m=float(mean[1]),
        sigma_easting_m=math.sqrt(of_mean[0, 0]),
        sigma_northing_m=math.sqrt(of_mean[1, 1]),
        covariance_m2=float(of_mean[0, 1]),
        scatter_m=math.sqrt(float(np.trace(covariance)) / 2.0),
        used=int(good.sum()),
        independent=independent,
        bad=tuple(
            _bad(int(place), labels[int(place)], math.dist(fixes_m[place], mean), limit_m)
            for place in np.flatnonzero(~good)
        ),
    )


def spatial_median(places_m: Floats) -> Floats:
    """Return the point with the least sum of distances to ``places_m`` (n, 2); half of them may be anywhere.

    >>> spatial_median(np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 9.0]])).round(6).tolist()
    [0.0, 0.0]
    """
    here: Floats = np.median(places_m, axis=0)
    for _ in range(_ROUNDS):
        step = places_m - here
        distance = np.hypot(*step.T)
        away = distance > 1e-9
        if not away.any():
            break
        weight = 1.0 / distance[away]
        pull = (step[away] * weight[:, None]).sum(axis=0)
        # Vardi & Zhang: at a data point the median stays when the others pull less than its own count.
        damp = max(0.0, 1.0 - (~away).sum() / max(float(np.hypot(*pull)), 1e-300))
        move = damp * pull / weight.sum()
        here = here + move
        if float(np.hypot(*move)) < 1e-7:
            break
    return here


def _independent(count: int, times_s: Floats | None, memory_s: float) -> float:
    """Return how many of the fixes count as separate: one for every ``memory_s`` that was stood."""
    if times_s is None or count < 2:
        return float(count)
    steps = np.diff(np.sort(times_s))
    return float(min(count, 1.0 + np.minimum(steps / memory_s, 1.0).sum()))


def _covariance(residuals: Floats, weights: Floats, least_spread_m: float) -> Floats:
    """Return the covariance of one fix of mean weight from the residuals, shape (2, 2)."""
    relative = weights / weights.mean()
    found: Floats = (residuals * relative[:, None]).T @ residuals / (len(residuals) - 1)
    return found + np.eye(2) * least_spread_m**2 * 1e-3


def _check(fixes_m: Floats) -> None:
    if fixes_m.ndim != 2 or fixes_m.shape[1:] != (2,) or len(fixes_m) < 3:
        raise GeometryError(
            "too_few_fixes",
            zh="只有 {count} 次定位，至少需要 3 次才能发现坏点：请再测几次。",
            en="There are only {count} fixes; at least 3 are needed to see a bad one: measure again.",
            count=len(fixes_m),
        )
    wrong = np.flatnonzero(~np.isfinite(fixes_m).all(axis=1))
    if len(wrong):
        raise GeometryError(
            "fix_not_finite",
            zh="第 {place} 次定位不是有限的数：请改正或删去。",
            en="Fix {place} is not a finite number: correct or delete it.",
            where=str(int(wrong[0]) + 1),
            place=int(wrong[0]) + 1,
        )


def _disagree(count: int, spread_m: float, stated_m: float) -> GeometryError:
    return GeometryError(
        "fixes_disagree",
        zh="{count} 次定位彼此相差约 {spread} m，远大于标称精度 {stated} m：请核对是否量了两个点，或重测。",
        en="The {count} fixes scatter by {spread} m, far beyond their stated {stated} m: check whether two points were measured, or "
        "measure again.",
        count=count,
        spread=f"{spread_m:.2f}",
        stated=f"{stated_m:.2f}",
    )


def _bad(place: int, name: str, distance_m: float, limit_m: float) -> BadFix:
    return BadFix(
        place=place,
        distance_m=distance_m,
        limit_m=limit_m,
        why_zh=f"第 {name} 次定位离均值 {distance_m:.2f} m，超过限差 {limit_m:.2f} m，未采用：可能有遮挡、未固定解或站错了点。",
        why_en=f"Fix {name} lies {distance_m:.2f} m from the mean, limit {limit_m:.2f} m, and was left out: the sky was blocked, the "
        "solution not fixed, or another point was occupied.",
    )
