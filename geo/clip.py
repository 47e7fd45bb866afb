"""A source's line kept inside the disputed ground, running along a claim where it lies outside.

In each lens the ground that the source leaves on A's side is what it and claim A's line see on different sides.
The clipped line is claim A's chain with each part of it replaced by the far border of such ground; islands of
one side inside the other go to the side around them, so that one simple line is left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.boundary import Analysis
from geo.lens import Lens
from geo.polyline import (
    FloatArray,
    Ruler,
    coordinates,
    polygon_parts,
    rounded,
    without_loops,
    without_repeats,
)
from geo.ring import mean_distance_m
from geo.sharing import is_narrow
from geo.split import SLIVER_M2, ground_between

__all__ = ["clipped_line", "clipped_m", "closed_line"]

TINY_M2 = 0.01
"""Ground this small in a lens goes with the rest of the lens."""

ON_CHAIN_M = 1e-5
"""A point this near to a chain lies on it."""


def closed_line(analysis: Analysis, line: FloatArray) -> FloatArray | None:
    """Return a line between the end points with the segments that close it, its loops cut off; None if it has none.

    Parameters
    ----------
    analysis : Analysis
    line : array, shape (n, 2)
        Directed like the claims, cut to the boundary.
    """
    ends = analysis.start.position[None], analysis.end.position[None]
    closed = rounded([ends[0], line, ends[1]])
    if len(closed) < 2:
        return None
    clean, _, large = without_loops(closed, float("inf"))
    return clean if large is None and LineString(clean).is_simple else None


def clipped_line(analysis: Analysis, closed: FloatArray) -> FloatArray:
    """Return the closed line of a source clipped to the disputed ground, rounded to 1 mm."""
    parts = list(ground_between(coordinates(analysis.closed_a), closed).geoms)
    met = _met(analysis.lenses, parts)
    beside = Ruler(closed)
    return rounded(
        [_through(analysis, lens, ground, beside) for lens, ground in zip(analysis.lenses, met, strict=True)]
    )


def _met(lenses: Sequence[Lens], parts: list[Polygon]) -> list[list[BaseGeometry]]:
    """Return, for each lens, its intersections with the parts that it meets."""
    found: list[list[BaseGeometry]] = [[] for _ in lenses]
    shapes = np.array([Polygon() if lens.shape is None else lens.shape for lens in lenses], dtype=object)
    lens_at, part_at = shapely.STRtree(parts).query(shapes, predicate="intersects")
    grounds = shapely.intersection(shapes[lens_at], np.array(parts, dtype=object)[part_at])
    for index, ground in zip(lens_at.tolist(), grounds, strict=True):
        found[index].append(ground)
    return found


def clipped_m(analysis: Analysis, line: FloatArray, corridor_m: float) -> float:
    """Return the length of a source's line that lies outside the disputed ground.

    Within ``corridor_m`` of either claim line it counts as inside: along an agreed stretch there is no ground.
    """
    beyond = LineString(line).difference(analysis.room)
    for claim in (analysis.closed_a, analysis.closed_b):
        if not beyond.is_empty:
            beyond = beyond.difference(claim.buffer(corridor_m))
    return float(beyond.length)


def _through(analysis: Analysis, lens: Lens, met: list[BaseGeometry], beside: Ruler) -> FloatArray:
    if lens.shape is None or lens.is_gap(analysis.plots_claimed):
        return lens.chain_a
    if is_narrow(lens):
        nearer_a = mean_distance_m(lens.chain_a, beside) <= mean_distance_m(lens.chain_b, beside)
        return lens.chain_a if nearer_a else lens.chain_b
    area, whole = sum(ground.area for ground in met), lens.shape.area
    if min(area, whole - area) <= TINY_M2:
        return lens.chain_a if area < whole / 2 else lens.chain_b
    chain = _far_border(lens, met[0] if len(met) == 1 else shapely.union_all(met))
    if LineString(chain).is_simple:
        return chain
    return lens.chain_a if area < whole / 2 else lens.chain_b


def _far_border(lens: Lens, ground: BaseGeometry) -> FloatArray:
    """Return claim A's chain with the parts along ``ground`` replaced by the ground's far border."""
    along = Ruler(lens.chain_a)
    detours = [found for part in polygon_parts(ground, SLIVER_M2) if (found := _detour(part, along))]
    detours.sort(key=lambda detour: detour[0])
    pieces, at_m = [], 0.0
    for start_m, end_m, way in detours:
        if start_m < at_m - ON_CHAIN_M:
            continue
        pieces += [along.between(at_m, start_m), way]
        at_m = end_m
    pieces.append(along.between(at_m, along.length_m))
    return without_repeats(np.vstack(pieces))


def _detour(part: Polygon, along: Ruler) -> tuple[float, float, FloatArray] | None:
    """Return chainages on the chain and the way between them round the far side of one piece of ground.

    Of the runs of the piece's ring off the chain the one between the outermost chainages is the far border; a
    piece that does not touch the chain along a length is an island and has none.
    """
    ring = coordinates(part.exterior)[:-1]
    middles = (ring + np.roll(ring, -1, axis=0)) / 2
    at_m, _, away = along.nearest(ring)
    on_chain = (away <= ON_CHAIN_M) & (np.roll(away, -1) <= ON_CHAIN_M)
    on_chain &= along.nearest(middles)[2] <= ON_CHAIN_M
    if on_chain.all() or not on_chain.any():
        return None
    first = int(np.flatnonzero(on_chain)[0])
    order = (np.arange(len(ring)) + first) % len(ring)
    off = ~on_chain[order]
    starts = np.flatnonzero(off & ~np.roll(off, 1))
    ends = np.flatnonzero(off & ~np.roll(off, -1)) + 1
    runs = [(order[start], order[end % len(ring)]) for start, end in zip(starts, ends, strict=True)]
    first, last = max(runs, key=lambda run: abs(at_m[run[1]] - at_m[run[0]]))
    count = (last - first) % len(ring) + 1
    way = ring[(np.arange(count) + first) % len(ring)]
    if at_m[first] > at_m[last]:
        first, last, way = last, first, way[::-1]
    return float(at_m[first]), float(at_m[last]), way
