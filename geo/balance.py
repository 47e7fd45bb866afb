"""Lines with fewer points that give neither side any land."""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from geo.polyline import FloatArray, bends, signed_area_m2

__all__ = ["balanced", "net_area_m2", "thinned"]


def net_area_m2(line: FloatArray, like: FloatArray) -> float:
    """Return the signed plane area between two lines with common ends: what moving one to the other shifts."""
    return signed_area_m2(np.vstack((line, like[::-1])))


def balanced(line: FloatArray, like: FloatArray, free: np.ndarray | None = None) -> FloatArray:
    """Return ``line`` with its inner points moved as little as can be so that no net area lies between it and ``like``.

    Parameters
    ----------
    line, like : array, shape (n, 2)
        With common ends.
    free : array of bool, shape (n,), optional
        Points that may move; the ends never do.

    Notes
    -----
    The area is bilinear in the points; each step moves them along its gradient, so that the sum of squared
    moves is least, and three or four steps reach rounding error.
    """
    moved = line.copy()
    for _ in range(8):
        excess = net_area_m2(moved, like)
        chord = moved[2:] - moved[:-2]
        gradient = np.column_stack((chord[:, 1], -chord[:, 0])) / 2
        if free is not None:
            gradient = gradient * free[1:-1, None]
        norm2 = float(np.sum(gradient**2))
        if abs(excess) <= 1e-9 or norm2 == 0:
            break
        moved[1:-1] -= gradient * (excess / norm2)
    return moved


def thinned(line: FloatArray, within_m: float) -> FloatArray:
    """Return a line with the points it needs to stay ``within_m`` of itself, moving no net area.

    The line as it is when thinning would make it cross itself.
    """
    kept = bends(line, within_m)
    if len(kept) <= 2:
        middle = len(line) // 2
        kept = line[[0, middle, -1]] if len(line) > 2 else line
    if len(kept) >= len(line):
        return line
    moved = balanced(kept, line)
    return moved if LineString(moved).is_simple else line
