"""The ground of each household: cells that cover every parent without gap or overlap, and who borders whom.

A household's cell is the part of its parent nearer to it than to any other household of that parent (Voronoi).
In a bent parent a cell can fall into several pieces; the piece its household stands on is its own, every
other is handed to the neighbour with the longest common edge. Two households are neighbours when their ground
shares an edge of at least 1 cm. Groups are made of neighbours, so a group's ground is one piece by
construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from geo.sites import Sites

__all__ = ["Cells", "make_cells"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[Any]

_LEAST_EDGE_M = 0.01
_LEAST_PIECE_M2 = 1e-4
_FAR = 8.0
_SAME_PLACE_M = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Edges between the cells of households, and the graph of neighbours.

    Attributes
    ----------
    edge_from_en, edge_to_en : array, shape (e, 2)
        Ends of every edge between two cells of one parent, metres in the working plane.
    edge_sites : array of int, shape (e, 2)
        Households on whose ground the edge's two sides lie, after pieces were handed over.
    on_border : array of bool, shape (e, 2)
        Whether that end of the edge lies on the parent's border.
    shared_m : csr_matrix, shape (n, n)
        Length of the common edge of each pair of neighbours.
    part : array of int, shape (n,)
        Number of the connected part of the graph; a parent of one piece has one part.
    handed_over : int
        Pieces that were cut off their household and given to a neighbour.
    """

    edge_from_en: FloatArray
    edge_to_en: FloatArray
    edge_sites: IntArray
    on_border: npt.NDArray[np.bool_]
    shared_m: csr_matrix
    part: IntArray
    handed_over: int


@dataclass(slots=True)
class _Ridges:
    """Voronoi edges of all parents: two sites (-1 for none) and two ends."""

    sites: IntArray
    start: FloatArray
    end: FloatArray


def make_cells(sites: Sites, parents: GeometryArray) -> Cells:
    """Return the cells of all households of all parents.

    Parameters
    ----------
    sites : Sites
        From ``place_sites``.
    parents : array of Polygon or MultiPolygon, shape (m,)
        Valid areas in the same plane.
    """
    shapely.prepare(parents)
    ridges = _through_spots(_ridges(sites), sites)
    lines = np.asarray(shapely.linestrings(np.stack([ridges.start, ridges.end], axis=1)))
    home = parents[sites.parent[ridges.sites[:, 0]]] if len(lines) else np.empty(0, dtype=object)
    inside = shapely.contains_properly(home, lines)
    real = ridges.sites[:, 1] >= 0
    cut, whole = np.flatnonzero(real & ~inside), np.flatnonzero(real & inside)
    clipped, source = _clip(lines[cut], home[cut])
    source = np.concatenate([whole, cut[source]])
    uncut = np.stack([ridges.start, ridges.end], axis=1)[source]
    ends = np.concatenate([uncut[: len(whole)], clipped])
    on_border = np.abs(ends - uncut).max(axis=2) > _SAME_PLACE_M
    touching = _may_fall_apart(ridges, ~inside, (source, on_border), sites, parents)
    pieces = _pieces(touching, ridges, sites, parents)
    owned = _owners(ends, ridges.sites[source], pieces, sites.placed_en)
    return _cells(ends, on_border, owned, pieces, len(sites.parent))


def _ridges(sites: Sites) -> _Ridges:
    """Return the Voronoi edges of each parent's households, far cells closed by four far points."""
    order = np.argsort(sites.parent, kind="stable")
    cuts = np.flatnonzero(np.diff(sites.parent[order])) + 1
    found = [_ridges_of(sites.placed_en[members], members) for members in np.split(order, cuts)]
    found = [ridges for ridges in found if len(ridges.sites)]
    if not found:
        return _Ridges(np.empty((0, 2), np.int64), np.empty((0, 2)), np.empty((0, 2)))
    return _Ridges(
        np.concatenate([ridges.sites for ridges in found]),
        np.concatenate([ridges.start for ridges in found]),
        np.concatenate([ridges.end for ridges in found]),
    )


def _through_spots(ridges: _Ridges, sites: Sites) -> _Ridges:
    """Let the edges between households on one spot end exactly on it, so that all of them meet there."""
    both = ridges.sites[:, 1] >= 0
    spot = sites.spot[ridges.sites]
    same = np.flatnonzero(both & (spot[:, 0] == spot[:, 1]))
    if not len(same):
        return ridges
    at = sites.spot_en[spot[same, 0]]
    reach = np.hypot(*(sites.placed_en[ridges.sites[same, 0]] - at).T) / 10
    alone = np.bincount(sites.spot)[spot[same, 0]] == 2
    for ends in (ridges.start, ridges.end):
        near = np.hypot(*(ends[same] - at).T) < reach
        ends[same[near]] = at[near]
        alone &= ~near
    pair, middle = same[alone], at[alone]
    halves = _Ridges(ridges.sites[pair], middle, ridges.end[pair].copy())
    ridges.end[pair] = middle
    kept = np.hypot(*(ridges.start - ridges.end).T) > _SAME_PLACE_M
    return _Ridges(
        np.concatenate([ridges.sites[kept], halves.sites]),
        np.concatenate([ridges.start[kept], halves.start]),
        np.concatenate([ridges.end[kept], halves.end]),
    )


def _ridges_of(placed: FloatArray, members: IntArray) -> _Ridges:
    """Return the Voronoi edges of one parent as the dual of its Delaunay triangles."""
    count = len(members)
    if count < 2:
        return _Ridges(np.empty((0, 2), np.int64), np.empty((0, 2)), np.empty((0, 2)))
    origin = placed.mean(axis=0)
    local = placed - origin
    far = _FAR * max(float(np.abs(local).max()), 1e4)
    corners = far * np.array([[1.0, 1.1], [-1.1, 1.0], [1.1, -1.0], [-1.0, -1.1]])
    points = np.concatenate([local, corners])
    triangles = Delaunay(points)
    centres = _circumcentres(points[triangles.simplices])
    at, opposite = np.nonzero(triangles.neighbors > np.arange(len(centres))[:, None])
    across = triangles.neighbors[at, opposite]
    first = triangles.simplices[at, (opposite + 1) % 3]
    second = triangles.simplices[at, (opposite + 2) % 3]
    low, high = np.minimum(first, second), np.maximum(first, second)
    start, end = centres[at], centres[across]
    kept = (low < count) & (np.hypot(*(start - end).T) > _SAME_PLACE_M)
    names = np.r_[members, np.full(4, -1)]
    pairs = np.c_[names[low[kept]], names[high[kept]]].astype(np.int64)
    return _Ridges(pairs, start[kept] + origin, end[kept] + origin)


def _circumcentres(corners: FloatArray) -> FloatArray:
    """Return the centres of the circles through three points, shape (t, 3, 2)."""
    a = corners[:, 0]
    b, c = corners[:, 1] - a, corners[:, 2] - a
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    b2, c2 = (b**2).sum(axis=1), (c**2).sum(axis=1)
    east = (c[:, 1] * b2 - b[:, 1] * c2) / twice
    north = (b[:, 0] * c2 - c[:, 0] * b2) / twice
    return np.asarray(a + np.c_[east, north])


def _clip(lines: GeometryArray, home: GeometryArray) -> tuple[FloatArray, IntArray]:
    """Return the stretches of lines inside their parents, shape (s, 2, 2), and the line each is from."""
    if not len(lines):
        return np.empty((0, 2, 2)), np.empty(0, dtype=np.int64)
    met = np.flatnonzero(shapely.intersects(home, lines))
    collected, group = shapely.get_parts(shapely.intersection(home[met], lines[met]), return_index=True)
    nested, inner = shapely.get_parts(collected, return_index=True)
    kept = shapely.get_dimensions(nested) == 1
    nested, source = nested[kept], met[group[inner[kept]]]
    starts = shapely.get_coordinates(shapely.get_point(nested, 0))
    ends = shapely.get_coordinates(shapely.get_point(nested, -1))
    return np.stack([starts, ends], axis=1), source


def _may_fall_apart(
    ridges: _Ridges,
    meeting: npt.NDArray[np.bool_],
    clipped: tuple[IntArray, npt.NDArray[np.bool_]],
    sites: Sites,
    parents: GeometryArray,
) -> IntArray:
    """Return the households whose cells may fall into pieces.

    A cell whose edges cross the border of a parent of one piece only twice cannot.
    """
    source, on_border = clipped
    touched = np.unique(ridges.sites[meeting])
    touched = touched[touched >= 0]
    crossings = np.zeros(len(sites.parent), dtype=np.int64)
    for side in (0, 1):
        np.add.at(crossings, ridges.sites[source, side], on_border.sum(axis=1))
    several = shapely.get_num_geometries(parents) > 1
    return np.asarray(touched[(crossings[touched] > 2) | several[sites.parent[touched]]], dtype=np.int64)


@dataclass(slots=True)
class _Pieces:
    """Cells that fall into several pieces: the first piece of each household bears its own number."""

    site: IntArray
    number: IntArray
    shape: GeometryArray


def _pieces(touching: IntArray, ridges: _Ridges, sites: Sites, parents: GeometryArray) -> _Pieces:
    """Return the pieces of those cells that meet the parent's border and fall apart there."""
    count = len(sites.parent)
    if not len(touching):
        return _Pieces(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, dtype=object))
    whole = shapely.intersection(_whole_cells(touching, ridges, count), parents[sites.parent[touching]])
    collected, group = shapely.get_parts(whole, return_index=True)
    parts, inner = shapely.get_parts(collected, return_index=True)
    group = group[inner]
    kept = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > _LEAST_PIECE_M2)
    parts, group = parts[kept], group[kept]
    several = np.bincount(group, minlength=len(touching))[group] > 1
    parts, site = parts[several], touching[group[several]]
    away = shapely.distance(parts, shapely.points(sites.placed_en[site]))
    order = np.lexsort((-shapely.area(parts), away, site))
    parts, site = parts[order], site[order]
    first = np.r_[True, site[1:] != site[:-1]] if len(site) else np.empty(0, dtype=bool)
    number = np.where(first, site, count + np.cumsum(~first) - 1)
    return _Pieces(site, number.astype(np.int64), parts)


def _whole_cells(touching: IntArray, ridges: _Ridges, count: int) -> GeometryArray:
    """Return the cells of some households before they are clipped: hulls of their edges' ends."""
    wanted = np.full(count, -1, dtype=np.int64)
    wanted[touching] = np.arange(len(touching))
    sites = np.concatenate([ridges.sites[:, 0], ridges.sites[:, 1]])
    has = sites >= 0
    number = wanted[sites[has]]
    ends = np.stack([ridges.start, ridges.end], axis=1)
    ends = np.concatenate([ends, ends])[has][number >= 0]
    number = number[number >= 0]
    order = np.argsort(number, kind="stable")
    coords = ends[order].reshape(-1, 2)
    return np.asarray(
        shapely.convex_hull(shapely.multipoints(shapely.points(coords), indices=np.repeat(number[order], 2)))
    )


def _owners(ends: FloatArray, pairs: IntArray, pieces: _Pieces, placed_en: FloatArray) -> IntArray:
    """Return the household that owns the ground on both sides of every edge, shape (e, 2)."""
    count = len(placed_en)
    beside = pairs.copy()
    if len(pieces.site):
        middle = shapely.points(ends.mean(axis=1))
        start = np.searchsorted(pieces.site, np.arange(count + 1))
        for side in (0, 1):
            _name_piece(beside, side, middle, pieces, start)
    orphans = count + int((pieces.number >= count).sum())
    owner = np.arange(orphans)
    owner[count:] = -1
    length = np.hypot(*(ends[:, 0] - ends[:, 1]).T) if len(ends) else np.empty(0)
    _hand_over(owner, beside, length, count)
    _settle_islands(owner, beside, pieces, placed_en)
    return np.asarray(owner[beside], dtype=np.int64)


def _name_piece(beside: IntArray, side: int, middle: GeometryArray, pieces: _Pieces, start: IntArray) -> None:
    """Replace a household by the piece of its cell that the edge's middle lies on."""
    site = beside[:, side]
    number = start[site + 1] - start[site]
    edges = np.flatnonzero(number > 0)
    if not len(edges):
        return
    edge = np.repeat(edges, number[edges])
    first = np.repeat(start[site[edges]], number[edges])
    within = np.arange(len(edge)) - np.repeat(np.cumsum(number[edges]) - number[edges], number[edges])
    piece = first + within
    away = shapely.distance(pieces.shape[piece], middle[edge])
    order = np.lexsort((piece, away, edge))
    best = order[np.r_[True, edge[order][1:] != edge[order][:-1]]]
    beside[edge[best], side] = pieces.number[piece[best]]


def _hand_over(owner: IntArray, beside: IntArray, length: FloatArray, count: int) -> None:
    """Give each ownerless piece to the household with the longest common edge, from the outside in."""
    while (owner[count:] < 0).any():
        both = np.concatenate([beside, beside[:, ::-1]])
        along = np.concatenate([length, length])
        open_edge = (owner[both[:, 0]] < 0) & (owner[both[:, 1]] >= 0)
        if not open_edge.any():
            return
        piece, taker = both[open_edge, 0], owner[both[open_edge, 1]]
        total = coo_matrix((along[open_edge], (piece, taker)), shape=(len(owner), count)).tocsr().tocoo()
        order = np.lexsort((total.col, -total.data, total.row))
        rows = total.row[order]
        best = order[np.r_[True, rows[1:] != rows[:-1]]]
        owner[total.row[best]] = total.col[best]


def _settle_islands(owner: IntArray, beside: IntArray, pieces: _Pieces, placed_en: FloatArray) -> None:
    """Give each island on which nobody stands as a whole to the nearest household that sees some of it."""
    lost = np.flatnonzero(owner < 0)
    if not len(lost):
        return
    inner = (owner[beside] < 0).all(axis=1)
    links = coo_matrix((np.ones(int(inner.sum())), beside[inner].T), shape=(len(owner), len(owner)))
    island = connected_components(links, directed=False)[1]
    piece = np.flatnonzero(np.isin(pieces.number, lost))
    away = shapely.distance(pieces.shape[piece], shapely.points(placed_en[pieces.site[piece]]))
    number = island[pieces.number[piece]]
    order = np.lexsort((pieces.site[piece], away, number))
    best = order[np.r_[True, number[order][1:] != number[order][:-1]]]
    taker = dict(zip(number[best].tolist(), pieces.site[piece[best]].tolist(), strict=True))
    owner[lost] = [taker[name] for name in island[lost].tolist()]


def _cells(
    ends: FloatArray, on_border: npt.NDArray[np.bool_], owned: IntArray, pieces: _Pieces, count: int
) -> Cells:
    length = np.hypot(*(ends[:, 0] - ends[:, 1]).T) if len(ends) else np.empty(0)
    between = owned[:, 0] != owned[:, 1]
    first, second = owned[between].T if len(owned) else (np.empty(0, int), np.empty(0, int))
    graph = coo_matrix((length[between], (first, second)), shape=(count, count)).tocsr()
    graph = (graph + graph.T).tocsr()
    graph.data[graph.data < _LEAST_EDGE_M] = 0.0
    graph.eliminate_zeros()
    graph.sort_indices()
    return Cells(
        edge_from_en=ends[:, 0],
        edge_to_en=ends[:, 1],
        edge_sites=owned,
        on_border=on_border,
        shared_m=graph,
        part=np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64),
        handed_over=int((pieces.number >= count).sum()),
    )
