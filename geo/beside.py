"""Which target lines each fix of a walk is beside, where along them, and on which side how far.

An index of all lines in a grid of square cells answers for a million fixes in seconds. Where a line passes a fix twice
(a hairpin, a ring) it answers twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["Candidates", "LineIndex"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

PIECE_M = 100.0
"""Longest piece of a line in the index, and the side of a cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Places on lines that fixes are beside, in the order of the fixes.

    Attributes
    ----------
    fix, line : array of int, shape (m,)
        Index of the fix and of the line.
    chainage_m : array, shape (m,)
        Where along the line the nearest point lies.
    offset_m : array, shape (m,)
        Distance from the line, positive to its left.
    foot : array, shape (m, 2)
        The nearest point of the line.
    left : array, shape (m, 2)
        Unit vector to the left of the line there.
    """

    fix: IntArray
    line: IntArray
    chainage_m: FloatArray
    offset_m: FloatArray
    foot: FloatArray
    left: FloatArray


class LineIndex:
    """Index of target lines.

    Parameters
    ----------
    lines : sequence of array, shape (n, 2)
        Polylines in the working plane, at least two different points each.
    radius_m : float
        How far from a line a fix is still beside it.
    """

    __slots__ = (
        "_cells",
        "_first",
        "_key_base",
        "_members",
        "_origin",
        "_pieces",
        "length_m",
        "lines",
        "radius_m",
    )

    def __init__(self, lines: Sequence[FloatArray], radius_m: float) -> None:
        self.lines = [np.ascontiguousarray(line, dtype=np.float64) for line in lines]
        self.radius_m = float(radius_m)
        self._pieces = _pieces(self.lines)
        self.length_m = np.array([float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in self.lines])
        self._fill_cells()

    def _fill_cells(self) -> None:
        ends = self._pieces[:, :4]
        low = np.minimum(ends[:, :2], ends[:, 2:]) - self.radius_m
        high = np.maximum(ends[:, :2], ends[:, 2:]) + self.radius_m
        self._origin = low.min(axis=0) if len(low) else np.zeros(2)
        first = np.floor((low - self._origin) / PIECE_M).astype(np.int64)
        last = np.floor((high - self._origin) / PIECE_M).astype(np.int64)
        self._key_base = int(last[:, 1].max()) + 2 if len(last) else 1
        counts = (last - first + 1).prod(axis=1)
        piece = np.repeat(np.arange(len(ends)), counts)
        step = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts)
        high_count = np.repeat(last[:, 1] - first[:, 1] + 1, counts)
        column = first[piece, 0] + step // high_count
        row = first[piece, 1] + step % high_count
        keys = column * self._key_base + row
        order = np.lexsort((piece, keys))
        self._members = piece[order]
        self._cells, self._first = np.unique(keys[order], return_index=True)
        self._first = np.append(self._first, len(order)).astype(np.int64)

    def near(self, fixes: FloatArray) -> Candidates:
        """Return all places on lines within the radius of the fixes, shape (n, 2)."""
        wanted = np.ascontiguousarray(fixes, dtype=np.float64).reshape(-1, 2)
        cell = np.floor((wanted - self._origin) / PIECE_M).astype(np.int64)
        inside = (cell >= 0).all(axis=1) & (cell[:, 1] < self._key_base)
        keys = np.where(inside, cell[:, 0] * self._key_base + cell[:, 1], -1)
        place = np.searchsorted(self._cells, keys)
        hit = (place < len(self._cells)) & inside
        hit[hit] = self._cells[place[hit]] == keys[hit]
        place = np.where(hit, place, -1)
        room = 4 * len(wanted) + 64
        while True:
            found = _beside(wanted, place, self._first, self._members, self._pieces, self.radius_m, room)
            if found[0] <= room:
                break
            room = int(found[0])
        count = int(found[0])
        whole, figures = found[1][:count], found[2][:count]
        return Candidates(
            fix=whole[:, 0],
            line=whole[:, 1],
            chainage_m=figures[:, 0],
            offset_m=figures[:, 1],
            foot=figures[:, 2:4],
            left=figures[:, 4:6],
        )


def _pieces(lines: Sequence[FloatArray]) -> FloatArray:
    """Return one row a piece: both ends, chainage at its start, line, and whether it continues the one before."""
    rows = []
    for number, line in enumerate(lines):
        steps = np.hypot(*np.diff(line, axis=0).T)
        counts = np.maximum(np.ceil(steps / PIECE_M), 1).astype(np.int64)
        side = np.repeat(np.arange(len(steps)), counts)
        share = (np.arange(len(side)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[side]
        start = line[side] + share[:, None] * (line[side + 1] - line[side])
        end = line[side] + (share + 1 / counts[side])[:, None] * (line[side + 1] - line[side])
        along = np.concatenate(([0.0], np.cumsum(steps)))[side] + share * steps[side]
        use = np.hypot(*(end - start).T) > 0
        block = np.column_stack((start, end, along, np.full(len(side), number)))
        rows.append(block[use])
    return np.ascontiguousarray(np.vstack(rows)) if rows else np.empty((0, 6))


def _beside_loop(
    fixes: FloatArray,
    place: IntArray,
    first: IntArray,
    members: IntArray,
    pieces: FloatArray,
    radius_m: float,
    room: int,
) -> tuple[int, IntArray, FloatArray]:
    """Fill a table of candidates; of pieces that follow each other only the nearest counts."""
    whole = np.empty((room, 2), dtype=np.int64)
    figures = np.empty((room, 6), dtype=np.float64)
    count = 0
    for fix in range(len(fixes)):
        if place[fix] < 0:
            continue
        before, best = -2, radius_m
        for at in range(first[place[fix]], first[place[fix] + 1]):
            piece = members[at]
            step_e = pieces[piece, 2] - pieces[piece, 0]
            step_n = pieces[piece, 3] - pieces[piece, 1]
            away_e = fixes[fix, 0] - pieces[piece, 0]
            away_n = fixes[fix, 1] - pieces[piece, 1]
            length = np.sqrt(step_e * step_e + step_n * step_n)
            share = (away_e * step_e + away_n * step_n) / (length * length)
            share = min(1.0, max(0.0, share))
            off_e = away_e - share * step_e
            off_n = away_n - share * step_n
            distance = np.sqrt(off_e * off_e + off_n * off_n)
            if distance > radius_m:
                continue
            follows = piece == before + 1 and pieces[piece, 5] == pieces[before, 5]
            before = piece
            if follows and distance >= best:
                continue
            if not follows:
                count += 1
            best = distance
            row = count - 1
            if row < room:
                side = 1.0 if step_e * away_n - step_n * away_e >= 0 else -1.0
                whole[row, 0] = fix
                whole[row, 1] = int(pieces[piece, 5])
                figures[row, 0] = pieces[piece, 4] + share * length
                figures[row, 1] = side * distance
                figures[row, 2] = pieces[piece, 0] + share * step_e
                figures[row, 3] = pieces[piece, 1] + share * step_n
                figures[row, 4] = -step_n / length
                figures[row, 5] = step_e / length
    return count, whole, figures


_beside: Callable[..., Any] = numba.njit(cache=True)(_beside_loop)
