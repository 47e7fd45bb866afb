"""Target lines to be covered: what counts, and the indexes that every walk is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.beside import LineIndex
from geo.followed import Noise
from geo.prism import Prisms
from geo.walk import GAP_S

__all__ = ["CoverSettings", "Targets"]

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverSettings:
    """What counts as covered.

    Attributes
    ----------
    swath_m : float
        How far from the line a recorded track may run, the receiver's error included.
    least_run_m : float
        Shortest run that counts, unless it is the whole line.
    gap_s : float
        Longest time between two fixes that is no gap.
    noise : Noise
        The receiver's error.
    sure : float
        Probability from which a metre is covered; below one minus it, it is not.
    """

    swath_m: float = 25.0
    least_run_m: float = 300.0
    gap_s: float = GAP_S
    noise: Noise = field(default_factory=Noise)
    sure: float = 0.75

    @property
    def own_swath_m(self) -> float:
        """Return how far from the line the walker himself may be: the swath less one sigma, but 10 m at least."""
        return max(self.swath_m - self.noise.sigma_m, min(self.swath_m, 10.0))

    @property
    def radius_m(self) -> float:
        """Return how far from a line fixes are looked at."""
        return max(70.0, self.swath_m + 4.0 * self.noise.sigma_m)


class Targets:
    """Target lines with their index, made once and asked for every walk.

    Parameters
    ----------
    lines : sequence of array, shape (n, 2)
        Polylines in the working plane.
    """

    __slots__ = ("index", "lines", "prisms", "settings")

    def __init__(self, lines: Sequence[FloatArray], settings: CoverSettings | None = None) -> None:
        self.settings = settings or CoverSettings()
        self.index = LineIndex(lines, self.settings.radius_m)
        self.lines = self.index.lines
        self.prisms = Prisms(self.lines)

    @property
    def length_m(self) -> FloatArray:
        """Return the length of each line."""
        return self.index.length_m

    def need_m(self, line: int) -> float:
        """Return the run that a line asks for: 300 m, or the whole line but for the noise at its ends."""
        length_m = float(self.length_m[line])
        whole_m = max(0.5 * length_m, length_m - 3.0 * self.settings.noise.sigma_m)
        return min(self.settings.least_run_m, whole_m)
