"""Sets of intervals on a line: unions, differences and their lengths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Intervals", "minus", "total", "union"]

Intervals: TypeAlias = tuple[tuple[float, float], ...]
"""Disjoint intervals in ascending order."""


def union(intervals: Iterable[tuple[float, float]]) -> Intervals:
    """Return the union; intervals that touch become one, empty ones vanish.

    >>> union([(5, 7), (0, 2), (2, 3), (6, 6)])
    ((0, 3), (5, 7))
    """
    found: list[tuple[float, float]] = []
    for start, end in sorted(pair for pair in intervals if pair[1] > pair[0]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def minus(intervals: Iterable[tuple[float, float]], taken: Iterable[tuple[float, float]]) -> Intervals:
    """Return what of ``intervals`` lies outside ``taken``.

    >>> minus([(0, 10)], [(2, 3), (8, 12)])
    ((0, 2), (3, 8))
    """
    holes = union(taken)
    found: list[tuple[float, float]] = []
    for start, end in union(intervals):
        at = start
        for low, high in holes:
            if high <= at or low >= end:
                continue
            if low > at:
                found.append((at, low))
            at = max(at, high)
        if at < end:
            found.append((at, end))
    return tuple(found)


def total(intervals: Iterable[tuple[float, float]]) -> float:
    """Return the length of the union.

    >>> total([(0, 2), (1, 4)])
    4
    """
    return sum(end - start for start, end in union(intervals))
