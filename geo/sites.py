"""Where each household stands inside its parent, so that every one can have ground of its own.

Rules: (1) a household outside its parent is pulled to the nearest point of it; (2) households on one spot
(nearer than 1 cm) stand on a small circle around it, so that their cells are wedges that all meet on the spot:
whatever the groups, each polygon still touches the true place of its household; (3) a household on the border
stands just inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

__all__ = ["SAME_SPOT_M", "Sites", "place_sites"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SAME_SPOT_M = 0.01
"""Households nearer than this stand on one spot."""

_ON_BORDER_M = 0.001
_RING_M = 0.02
_RING_STEP_M = 0.002
_DIRECTIONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Households placed, ordered as given.

    Attributes
    ----------
    given_en : array, shape (n, 2)
        Easting and northing as surveyed, metres in the working plane.
    placed_en : array, shape (n, 2)
        Easting and northing inside the parent; no two alike.
    parent : array of int, shape (n,)
        Number of the parent each belongs to.
    pulled_m : array, shape (n,)
        How far a household outside its parent had to be pulled in; 0 for all others.
    spot : array of int, shape (n,)
        Number of the spot; households on one spot share it.
    spot_en : array, shape (s, 2)
        Easting and northing of each spot.
    """

    given_en: FloatArray
    placed_en: FloatArray
    parent: IntArray
    pulled_m: FloatArray
    spot: IntArray
    spot_en: FloatArray


def place_sites(given_en: FloatArray, parent: IntArray, parents: npt.NDArray[Any]) -> Sites:
    """Place every household inside its parent.

    Parameters
    ----------
    given_en : array, shape (n, 2)
        Easting and northing of the households, metres in the working plane.
    parent : array of int, shape (n,)
        Index into ``parents``.
    parents : array of Polygon or MultiPolygon, shape (m,)
        Valid areas in the same plane.
    """
    given = np.ascontiguousarray(given_en, dtype=np.float64).reshape(-1, 2)
    parent = np.asarray(parent, dtype=np.int64)
    shapely.prepare(parents)
    centres, pulled = _pulled_in(given, parent, parents)
    spot = _spots(centres, parent)
    first = np.full(spot.max(initial=-1) + 1, len(spot), dtype=np.int64)
    np.minimum.at(first, spot, np.arange(len(spot)))
    spot_en = centres[first]
    centres = spot_en[spot]
    borders = shapely.boundary(parents)
    shapely.prepare(borders)
    on_border = shapely.dwithin(borders[parent], shapely.points(centres), _ON_BORDER_M)
    shared = np.bincount(spot, minlength=len(first))[spot] > 1
    placed = np.where(shared[:, None], centres, given)
    placed[on_border | (pulled > 0)] = centres[on_border | (pulled > 0)]
    crowded = np.unique(spot[shared | on_border])
    _spread(placed, spot, crowded, (spot_en, parent[first], parents))
    return Sites(
        given_en=given, placed_en=placed, parent=parent, pulled_m=pulled, spot=spot, spot_en=spot_en
    )


def _pulled_in(
    given: FloatArray, parent: IntArray, parents: npt.NDArray[Any]
) -> tuple[FloatArray, FloatArray]:
    """Return the nearest place in its parent for each household, and how far that is."""
    centres, pulled = given.copy(), np.zeros(len(given))
    points = np.asarray(shapely.points(given))
    out = np.flatnonzero(~shapely.intersects(parents[parent], points))
    if len(out):
        ways = shapely.shortest_line(parents[parent[out]], points[out])
        centres[out] = shapely.get_coordinates(shapely.get_point(ways, 0))
        pulled[out] = shapely.length(ways)
    return centres, pulled


def _spots(centres: FloatArray, parent: IntArray) -> IntArray:
    """Number the spots: households of one parent that stand within 1 cm, directly or by steps."""
    count = len(centres)
    pairs = np.empty((0, 2), dtype=np.int64)
    if count:
        pairs = cKDTree(centres).query_pairs(SAME_SPOT_M, output_type="ndarray")
    pairs = pairs[parent[pairs[:, 0]] == parent[pairs[:, 1]]]
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _spread(
    placed: FloatArray,
    spot: IntArray,
    crowded: IntArray,
    at: tuple[FloatArray, IntArray, npt.NDArray[Any]],
) -> None:
    """Put the households of crowded spots, and those on a border, on a small arc inside their parent."""
    centres, parent, parents = at
    if not len(crowded):
        return
    order = np.argsort(spot, kind="stable")
    starts = np.searchsorted(spot[order], np.arange(len(centres) + 1))
    gaps = np.full(len(crowded), np.inf)
    if len(centres) > 1:
        gaps = np.asarray(cKDTree(centres).query(centres[crowded], k=2)[0])[:, 1]
    for number, gap_m in zip(crowded.tolist(), gaps, strict=True):
        members = order[starts[number] : starts[number + 1]]
        wanted_m = _RING_M + _RING_STEP_M * len(members)
        radius_m = min(wanted_m, max(float(gap_m) / 4, SAME_SPOT_M / 8))
        placed[members] = _arc(centres[number], radius_m, len(members), parents[parent[number]])


def _arc(centre: FloatArray, radius_m: float, count: int, parent: Any) -> FloatArray:
    """Return ``count`` places at ``radius_m`` around ``centre``, all inside ``parent`` where it has the room."""
    angles = np.arange(max(_DIRECTIONS, 8 * count)) * (2 * np.pi / max(_DIRECTIONS, 8 * count))
    around: FloatArray = centre + radius_m * np.c_[np.cos(angles), np.sin(angles)]
    free = shapely.contains_properly(parent, shapely.points(around))
    if not free.any():
        disc = shapely.intersection(shapely.buffer(shapely.Point(centre), radius_m), parent)
        inner = shapely.get_coordinates(shapely.point_on_surface(disc))
        inner = inner[0] if len(inner) else centre
        return np.asarray(centre + (inner - centre) * np.linspace(1.0, 0.3, count)[:, None])
    if free.all():
        return around[(np.arange(count) * len(angles)) // count]
    start = int(np.flatnonzero(free & ~np.roll(free, 1))[0])
    run = np.roll(np.arange(len(angles)), -start)
    run = run[np.roll(free, -start)]
    return around[run[((2 * np.arange(count) + 1) * len(run)) // (2 * count)]]
