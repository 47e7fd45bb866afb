"""What the way between two households costs: straight, or around streams and ridges, or along roads."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

__all__ = ["Straight", "Way"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Way(Protocol):
    """Gives the cost of ways between households, in metres of easy walking."""

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the cost between every two of some households of one parent, shape (m, m)."""

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the cost between pairs of neighbours, shape (m,)."""


class Straight:
    """Plane distance between the households as surveyed; squared, for the distance to a group's centre.

    Parameters
    ----------
    given_en : array, shape (n, 2)
        Easting and northing, metres in the working plane.
    """

    __slots__ = ("_given_en", "_squares")

    def __init__(self, given_en: FloatArray, *, squares: bool = False) -> None:
        self._given_en = given_en
        self._squares = squares

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the distance between every two of some households."""
        places = self._given_en[households]
        return np.asarray(cdist(places, places, "sqeuclidean" if self._squares else "euclidean"))

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the distance between pairs of households."""
        length = np.hypot(*(self._given_en[start] - self._given_en[end]).T)
        return np.asarray(length * length if self._squares else length)
