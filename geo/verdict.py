"""The measuring opinion on one disputed stretch, and the instrument that would decide it.

DEFINITIONS 12: *within error* if the mean separation is at most twice sigma of the difference; *real
difference* if more; *not enough evidence* if a sigma is unknown or twice sigma exceeds the township's limit.
It is an opinion about measuring 测量意见, not a decision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from geo.claim import DisputeSettings

__all__ = ["INSTRUMENTS", "Instrument", "InstrumentCode", "Verdict", "deciding_instrument", "judge"]

Verdict = Literal["within_error", "real_difference", "not_enough_evidence"]
InstrumentCode = Literal["handheld_gnss", "submetre_gnss", "rtk_gnss", "total_station"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A way of measuring points with the standard error it commonly reaches per axis."""

    code: InstrumentCode
    sigma_m: float
    zh: str
    en: str


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        code="handheld_gnss", sigma_m=4.0, zh="手持卫星定位仪（约 3-5 米）", en="handheld GNSS (about 3-5 m)"
    ),
    Instrument(
        code="submetre_gnss",
        sigma_m=0.5,
        zh="亚米级卫星定位仪（约 0.5 米）",
        en="sub-metre GNSS (about 0.5 m)",
    ),
    Instrument(
        code="rtk_gnss",
        sigma_m=0.05,
        zh="RTK 卫星定位（约 0.05 米）",
        en="RTK GNSS (about 0.05 m)",
    ),
    Instrument(
        code="total_station", sigma_m=0.02, zh="全站仪（约 0.02 米）", en="total station (about 0.02 m)"
    ),
)
"""From the simplest to the most exact."""


def judge(mean_separation_m: float, sigma_difference_m: float | None, settings: DisputeSettings) -> Verdict:
    """Return the verdict on a stretch.

    Parameters
    ----------
    mean_separation_m : float
        Mean distance between the two claims along the stretch.
    sigma_difference_m : float or None
        Standard error, per axis, of the difference of the two claims; None when an accuracy is unknown.

    Examples
    --------
    >>> judge(2.0, 0.1, DisputeSettings()), judge(0.15, 0.1, DisputeSettings())
    ('real_difference', 'within_error')
    >>> judge(2.0, None, DisputeSettings()), judge(20.0, 4.2, DisputeSettings())
    ('not_enough_evidence', 'not_enough_evidence')
    """
    if sigma_difference_m is None or 2 * sigma_difference_m > settings.not_enough_sigma2_m:
        return "not_enough_evidence"
    return "within_error" if mean_separation_m <= 2 * sigma_difference_m else "real_difference"


def deciding_instrument(mean_separation_m: float, settings: DisputeSettings) -> Instrument:
    """Return the simplest instrument with which both claims, measured anew, could be told apart.

    Twice sigma of the difference of two points measured with it must exceed neither the mean separation nor
    the limit of *not enough evidence*; when none does, the most exact one.
    """
    wanted_m = min(mean_separation_m, settings.not_enough_sigma2_m)
    for instrument in INSTRUMENTS:
        if 2 * math.sqrt(2) * instrument.sigma_m <= wanted_m:
            return instrument
    return INSTRUMENTS[-1]
