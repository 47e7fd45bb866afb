"""The area of a ring by the surveyor's formula, and how it changes with each point."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["FloatArray", "area_jacobian", "signed_area_m2"]

FloatArray: TypeAlias = npt.NDArray[np.float64]


def signed_area_m2(ring: FloatArray) -> float:
    """Return the area of an open ring, shape (n, 2), positive counter-clockwise."""
    easting, northing = (ring - ring[0]).T
    return float(np.sum(easting * np.roll(northing, -1) - np.roll(easting, -1) * northing)) / 2


def area_jacobian(ring: FloatArray) -> FloatArray:
    """Return the derivatives of the signed area by easting and northing of each point, shape (n, 2)."""
    chord = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    return np.column_stack((chord[:, 1], -chord[:, 0])) / 2
