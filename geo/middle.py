"""The line equally far from both claims, within the disputed ground.

Every edge across a lens begins on claim A and ends on claim B, so that somewhere on it both are equally far; the
line joins those points in the order of the edges, inside the lens and without crossing itself. Between two edges
further ones are laid until the line keeps to the locus: the Voronoi edges that part two densely cut lines.
"""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from geo.boundary import Analysis
from geo.lens import Lens
from geo.polyline import FloatArray, Ruler, bends, coordinates, without_repeats
from geo.sharing import through_lenses
from geo.sleeve import Sleeve

__all__ = ["middle_line"]

EQUAL_WITHIN_M = 0.01
"""How far the line may stray from the locus."""

ROUNDS = 5

SMALL_M2 = 1.0
"""In a smaller lens the middles of the edges are good enough."""

SHORTEST_M = 0.2
"""Shorter sides of the line are not divided."""

Claims = tuple[Ruler, Ruler]


def middle_line(analysis: Analysis) -> FloatArray:
    """Return the equidistant line from end point to end point."""
    claims = Ruler(coordinates(analysis.line_a)), Ruler(coordinates(analysis.line_b))
    return through_lenses(analysis, lambda lens: _through(lens, claims))


def _through(lens: Lens, claims: Claims) -> FloatArray:
    on_a, on_b = Sleeve(lens).crossing_edges()
    small = abs(lens.signed_m2) < SMALL_M2
    share = np.full(len(on_a), 0.5) if small else _equal(on_a, on_b, claims)
    unsure = np.full(len(on_a) - 1, not small)
    for _ in range(ROUNDS):
        points = on_a + share[:, None] * (on_b - on_a)
        gaps = np.flatnonzero(unsure & (np.hypot(*np.diff(points, axis=0).T) > SHORTEST_M))
        gaps = gaps[_off_m((points[gaps + 1] + points[gaps]) / 2, claims) > EQUAL_WITHIN_M]
        if not gaps.size:
            break
        more_a, more_b = (on_a[gaps] + on_a[gaps + 1]) / 2, (on_b[gaps] + on_b[gaps + 1]) / 2
        more = _equal(more_a, more_b, claims)
        on_a, on_b = np.insert(on_a, gaps + 1, more_a, axis=0), np.insert(on_b, gaps + 1, more_b, axis=0)
        share = np.insert(share, gaps + 1, more)
        unsure = np.zeros(len(on_a) - 1, dtype=bool)
        added = gaps + np.arange(len(gaps)) + 1
        unsure[added - 1] = unsure[added] = True
    points = on_a + share[:, None] * (on_b - on_a)
    line = without_repeats(np.vstack((lens.chain_a[:1], points, lens.chain_a[-1:])))
    thin = LineString(bends(line, EQUAL_WITHIN_M))
    inside = lens.shape is not None and lens.shape.buffer(1e-6).covers(thin)
    return coordinates(thin) if inside and thin.is_simple else line


def _equal(on_a: FloatArray, on_b: FloatArray, claims: Claims) -> FloatArray:
    """Return, for each way from A to B, the share of it (n,) at which both claims are equally far.

    The secant within a bracket that closes in from both sides (Illinois). Where an edge begins nearer to B, as in
    the mouth of a pocket, its middle stands.
    """
    bounds = np.column_stack((np.zeros(len(on_a)), np.ones(len(on_a))))
    values = np.column_stack((_excess(on_a, claims), _excess(on_b, claims)))
    share = np.full(len(on_a), 0.5)
    open_ = np.flatnonzero((values[:, 0] < 0) & (values[:, 1] > 0))
    for _ in range(16):
        if not open_.size:
            break
        low, high = bounds[open_].T
        at_low, at_high = values[open_].T
        share[open_] = low - at_low * (high - low) / (at_high - at_low)
        here = _excess(on_a[open_] + share[open_, None] * (on_b - on_a)[open_], claims)
        side = (here >= 0).astype(int)
        values[open_, 1 - side] /= 2
        values[open_, side] = here
        bounds[open_, side] = share[open_]
        open_ = open_[np.abs(here) > EQUAL_WITHIN_M / 2]
    return share


def _excess(points: FloatArray, claims: Claims) -> FloatArray:
    """Return distance from A less distance from B, (n,)."""
    if not len(points):
        return np.empty(0)
    excess: FloatArray = claims[0].nearest(points)[2] - claims[1].nearest(points)[2]
    return excess


def _off_m(points: FloatArray, claims: Claims) -> FloatArray:
    """Return about how far points lie from the locus: a step across moves the excess by up to twice as much."""
    return np.abs(_excess(points, claims)) / 2
