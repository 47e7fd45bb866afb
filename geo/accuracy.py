"""How well points are known: own and common error of a survey."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.errors import AccuracyError
from geo.units import HALF_WIDTH_95

__all__ = ["EXACT", "SHIFT_SIGMA_M", "Accuracy", "difference_sigma_m", "half_width95", "with_shift_undone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Standard error of a survey's points, per axis.

    Parameters
    ----------
    sigma_own_m : float
        Independent from point to point.
    sigma_common_m : float
        Shift of the whole survey: base station, datum, the map sheet it was digitised from.
    """

    sigma_own_m: float
    sigma_common_m: float = 0.0

    def __post_init__(self) -> None:
        for value in (self.sigma_own_m, self.sigma_common_m):
            if not (math.isfinite(value) and value >= 0):
                raise AccuracyError(
                    "bad_sigma",
                    zh="中误差 {sigma_m} 米不成立：应为不小于 0 的数。",
                    en="A standard error of {sigma_m} m cannot be: give a number of 0 or more.",
                    sigma_m=value,
                )

    @property
    def sigma_m(self) -> float:
        """Standard error of one coordinate of one point, both parts together."""
        return math.hypot(self.sigma_own_m, self.sigma_common_m)


EXACT = Accuracy(sigma_own_m=0.0)
"""Accuracy of what is taken as without error: a line that both parties have agreed upon."""


def half_width95(sigma: float) -> float:
    """Return the half-width of the 95 % interval, in the unit of ``sigma``."""
    return HALF_WIDTH_95 * sigma


def difference_sigma_m(accuracy_a: Accuracy, accuracy_b: Accuracy, *, same_survey: bool = False) -> float:
    """Return the standard error, per axis, of the difference of a point of A and a point of B."""
    own = math.hypot(accuracy_a.sigma_own_m, accuracy_b.sigma_own_m)
    if same_survey:
        return own
    return math.hypot(own, accuracy_a.sigma_common_m, accuracy_b.sigma_common_m)


SHIFT_SIGMA_M = 5.0
"""Least common error of points whose map shift was undone by model (DEFINITIONS 19)."""


def with_shift_undone(accuracy: Accuracy) -> Accuracy:
    """Return the accuracy of points from which GCJ-02 or BD-09 was taken off by model.

    The model is not the map maker's: its error moves all points of a file together, whatever the receiver could do,
    so that such points alone never make a *real difference*.

    >>> with_shift_undone(Accuracy(sigma_own_m=0.5)).sigma_common_m
    5.0
    """
    common_m = max(accuracy.sigma_common_m, SHIFT_SIGMA_M)
    return Accuracy(sigma_own_m=accuracy.sigma_own_m, sigma_common_m=common_m)
