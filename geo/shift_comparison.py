"""Tell a map shift by laying coordinates over a line known in CGCS2000, such as a registered boundary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs, shift
from geo.errors import GeometryError
from geo.reasons import reason
from geo.recognition import Reason, Shift

__all__ = ["ShiftComparison", "compare_shift"]

_SHIFTS: Final[tuple[shift.ShiftName, ...]] = ("none", "gcj02", "bd09")
_SHARE_PERCENT: Final = 75.0
_LEAST_LEAD_M: Final = 60.0
_LEAST_RATIO: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftComparison:
    """How far the coordinates lie from the known line under each shift, and what follows.

    ``residuals_m`` is, per shift, the distance within which three quarters of the points lie.
    """

    shift: Shift
    residuals_m: Mapping[str, float]
    why: Reason


def compare_shift(
    lonlat: crs.Coordinates, reference: BaseGeometry, plane: crs.Plane, *, agree_within_m: float = 30.0
) -> ShiftComparison:
    """Decide the shift by the known line it fits, or leave it unknown.

    A shift is decided when three quarters of the points lie within ``agree_within_m`` of the line under it,
    and under every other at least three times and 60 m farther. A straight line along the shift, or data
    of another place, leaves it unknown.

    Parameters
    ----------
    lonlat : array (n, 2)
        Longitudes and latitudes as they stand, shift and all.
    reference : shapely geometry
        Known line or plot in ``plane``; of an area its boundary counts.
    plane : Zone or Frame
    agree_within_m : float
        What the two may differ and still be the same line.

    Raises
    ------
    GeometryError
        ``nothing_to_compare`` when either side is empty.
    CrsError
        ``not_lonlat``.
    """
    line = reference.boundary if reference.area > 0 else reference
    if line is None or line.is_empty or not len(lonlat):
        raise GeometryError(
            "nothing_to_compare",
            zh="没有可比较的界线：请选择一条已知的界线。",
            en="There is nothing to compare with: choose a known line.",
        )
    residuals: dict[str, float] = {
        name: _residual_m(shift.unshifted(lonlat, name), line, plane) for name in _SHIFTS
    }
    ranked = sorted(_SHIFTS, key=lambda name: residuals[name])
    best_m, second_m = residuals[ranked[0]], residuals[ranked[1]]
    clear = second_m >= max(_LEAST_RATIO * best_m, best_m + _LEAST_LEAD_M)
    settled = best_m <= agree_within_m and clear
    facts = {"best_m": round(best_m), "second_m": round(second_m)}
    why = (
        reason("shift_compared", shift=ranked[0], **facts)
        if settled
        else reason("shift_not_compared", **facts)
    )
    return ShiftComparison(shift=ranked[0] if settled else "unknown", residuals_m=residuals, why=why)


def _residual_m(lonlat: crs.Coordinates, line: BaseGeometry, plane: crs.Plane) -> float:
    points = shapely.points(crs.to_working(lonlat, plane))
    return float(np.percentile(shapely.distance(points, line), _SHARE_PERCENT))
