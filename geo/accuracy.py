"""How well points are known: own and common error of a survey."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.errors import AccuracyError
from geo.units import HALF_WIDTH_95

__all__ = ["EXACT", "Accuracy", "difference_sigma_m", "half_width95"]


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
