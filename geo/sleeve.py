"""All lines through one lens, from claim A's chain to claim B's: a family without crossings.

The lens is triangulated with no points but its own (constrained Delaunay). Triangles with corners on both
chains form a *sleeve* from one end to the other; the line of parameter t cuts each edge between the chains in
the ratio t. It stays inside the lens, never crosses itself, and the lines of two parameters never meet. What
the sleeve leaves out, pockets with corners on one chain only, is taken in triangle by triangle beyond t = 0 and
t = 1, so that the area between the line and B's chain takes every value from 0 to the whole.

Chains are cut into sides of about equal length first, so that the lines follow the shape and not the vertices
that somebody happened to measure.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import Polygon

from geo.lens import Lens
from geo.polyline import FloatArray, densify, signed_area_m2, without_repeats

__all__ = ["Sleeve"]

SIDES = 240
"""Pieces that the longer chain is cut into, unless it has more vertices of its own."""

SHORTEST_M = 0.5
"""Sides are not cut shorter, but into four at least."""

Edge = tuple[int, int]


class Sleeve:
    """The family of lines through one lens.

    Parameters
    ----------
    lens : Lens
        With a shape and not folded.
    """

    __slots__ = ("_apex_a", "_apex_b", "_chain_a", "_chain_b", "_edges", "_sign", "area_m2")

    def __init__(self, lens: Lens) -> None:
        self._chain_a, self._chain_b = _cut_alike(lens.chain_a, lens.chain_b)
        self._sign = 1.0 if lens.signed_m2 >= 0 else -1.0
        triangles = _triangles(self._chain_a, self._chain_b)
        self._edges = _edges(triangles, len(self._chain_a), len(self._chain_b))
        self._apex_a = _apexes(triangles, len(self._chain_a), on_a=True, other=len(self._chain_b))
        self._apex_b = _apexes(triangles, len(self._chain_b), on_a=False, other=len(self._chain_a))
        self.area_m2 = self._to_a_m2(self._chain_a)

    def line(self, share_to_a: float) -> FloatArray:
        """Return the line that leaves ``share_to_a`` of the lens's plane area between it and B's chain."""
        wanted = min(1.0, max(0.0, share_to_a)) * self.area_m2
        at_a, at_half, at_b = (self._to_a_m2(self._at(t)) for t in (0.0, 0.5, 1.0))
        if wanted >= at_a:
            return self._pocketed(self._chain_a, self._edges[:, 0], self._apex_a, wanted - at_a)
        if wanted <= at_b:
            return self._pocketed(self._chain_b, self._edges[:, 1], self._apex_b, at_b - wanted)
        return self._at(_root(at_a, at_half, at_b, wanted))

    def crossing_edges(self) -> tuple[FloatArray, FloatArray]:
        """Return the ends on chain A and on chain B of the edges across the sleeve, in order, (k, 2) each."""
        return self._chain_a[self._edges[:, 0]], self._chain_b[self._edges[:, 1]]

    def _at(self, t: float) -> FloatArray:
        on_a, on_b = self.crossing_edges()
        inner = on_a * (1 - t) + on_b * t
        return np.vstack((self._chain_a[:1], inner, self._chain_a[-1:]))

    def _to_a_m2(self, line: FloatArray) -> float:
        return self._sign * signed_area_m2(np.vstack((line, self._chain_b[::-1])))

    def _pocketed(
        self, chain: FloatArray, touched: np.ndarray, apex: dict[Edge, int], wanted_m2: float
    ) -> FloatArray:
        """Return the sleeve's border on one chain, with pockets of ``wanted_m2`` taken in, nearest first."""
        path = np.unique(np.concatenate(([0], touched, [len(chain) - 1]))).tolist()
        taken = set(path)
        waiting = deque(edge for edge in pairwise(path) if edge in apex)
        left_m2 = wanted_m2
        while waiting:
            first, last = waiting.popleft()
            top = apex[first, last]
            area = abs(signed_area_m2(chain[[first, top, last]]))
            if area >= left_m2:
                foot = (chain[first] + chain[last]) / 2
                point = foot + (chain[top] - foot) * (left_m2 / area)
                kept = np.array(sorted(taken))
                return np.insert(chain[kept], int(np.searchsorted(kept, last)), point, axis=0)
            left_m2 -= area
            taken.add(top)
            waiting.extend(edge for edge in ((first, top), (top, last)) if edge in apex)
        return chain[sorted(taken)]


def _root(at_0: float, at_half: float, at_1: float, wanted: float) -> float:
    """Return t in 0..1 where the parabola through three values at 0, 1/2 and 1 is ``wanted``."""
    curve = 2 * (at_0 - 2 * at_half + at_1)
    slope = at_1 - at_0 - curve
    rest = at_0 - wanted
    if abs(curve) <= 1e-12 * abs(slope):
        return -rest / slope
    root = np.sqrt(max(slope * slope - 4 * curve * rest, 0.0))
    found = 2 * rest / (-slope + root) if slope < 0 else 2 * rest / (-slope - root)
    return float(min(1.0, max(0.0, found)))


def _cut_alike(chain_a: FloatArray, chain_b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both chains with sides of at most the same length, and a point between their ends at least."""
    lengths = [float(np.hypot(*np.diff(chain, axis=0).T).sum()) for chain in (chain_a, chain_b)]
    step_m = max(max(lengths) / SIDES, min(SHORTEST_M, min(lengths) / 4))
    cut = [densify(without_repeats(chain), step_m) for chain in (chain_a, chain_b)]
    if not Polygon(np.vstack((cut[0], cut[1][-2:0:-1]))).is_valid:
        cut = [without_repeats(chain) for chain in (chain_a, chain_b)]
    pairs = zip(cut, lengths, strict=True)
    cut = [chain if len(chain) > 2 else densify(chain, length / 2) for chain, length in pairs]
    return cut[0], cut[1]


def _triangles(chain_a: FloatArray, chain_b: FloatArray) -> np.ndarray:
    """Return the corners of the triangles, (n, 3): on A from 0, on B from 0 downwards as ``-1 - index``.

    The common ends count as on A.
    """
    corner = {(float(e), float(n)): -1 - i for i, (e, n) in enumerate(chain_b)}
    corner.update({(float(e), float(n)): i for i, (e, n) in enumerate(chain_a)})
    parts = shapely.constrained_delaunay_triangles(Polygon(np.vstack((chain_a, chain_b[-2:0:-1]))))
    coords = shapely.get_coordinates(parts).reshape(-1, 4, 2)[:, :3].reshape(-1, 2)
    numbers = [corner[easting, northing] for easting, northing in coords.tolist()]
    return np.array(numbers).reshape(-1, 3)


def _edges(triangles: np.ndarray, count_a: int, count_b: int) -> np.ndarray:
    """Return the edges between the chains' inner points as (index on A, index on B), in order along both."""
    sides = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    on_a, on_b = sides.max(axis=1), -1 - sides.min(axis=1)
    inner = (on_a > 0) & (on_a < count_a - 1) & (on_b > 0) & (on_b < count_b - 1)
    found = np.unique(np.column_stack((on_a, on_b))[inner], axis=0)
    return found[np.lexsort((found[:, 1], found.sum(axis=1)))]


def _apexes(triangles: np.ndarray, count: int, *, on_a: bool, other: int) -> dict[Edge, int]:
    """Return, for each edge between two points of one chain, the third corner on the chain between them."""
    numbers = triangles if on_a else -1 - triangles
    if not on_a:
        numbers = np.where(triangles == 0, 0, numbers)
        numbers = np.where(triangles == other - 1, count - 1, numbers)
    own = numbers[(numbers >= 0).all(axis=1)]
    return {(int(low), int(high)): int(top) for low, top, high in np.sort(own, axis=1)}
