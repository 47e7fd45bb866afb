"""The ground of every group: polygons that cover the parents without gap or overlap.

The edges between cells of different groups and the borders of all parents are cut at their common points on a
grid of a micrometre, faces are built from them, and each face goes to the group whose households stand on it.
A face on which nobody stands (a piece of the parent that nothing joins to the rest, or a sliver) goes to the
neighbour of the same parent with the longest common edge, else to the nearest household's group. Neighbours
thus share every vertex of their common borders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geo.cells import Cells
from geo.partition import Division

__all__ = ["Faces", "Territories", "check", "common_edges", "dissolved", "draw", "simplified"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[Any]

_GRID_M = 1e-6
_DECIMALS = 6
_OVERSHOOT_M = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """The ground of the groups, and what a check of it found.

    Attributes
    ----------
    polygons : array of Polygon or MultiPolygon, shape (k,)
        Ground of each group, metres in the working plane.
    coverage_valid : bool
        No overlap, no gap between neighbours, and every vertex of a common border shared.
    area_error : float
        Largest difference between a parent's area and that of its groups, relative to the parent's.
    outside : array of int
        Households that do not stand on their own group's ground; empty unless the input is past mending.
    several_parts : array of int
        Groups whose ground is not one piece.
    """

    polygons: GeometryArray
    coverage_valid: bool
    area_error: float
    outside: IntArray
    several_parts: IntArray


@dataclass(slots=True)
class Faces:
    """Smallest pieces of ground, the parent of each, and the group standing on it (-1: nobody)."""

    shape: GeometryArray
    parent: IntArray
    group: IntArray


def draw(division: Division, parents: GeometryArray) -> Territories:
    """Return the ground of every group.

    Parameters
    ----------
    parents : array of Polygon or MultiPolygon, shape (m,)
        The same as for ``lay_out``.
    """
    faces = _faces(division, parents, every_cell=False) or _faces(division, parents, every_cell=True)
    assert faces is not None
    _give_away(faces, division)
    polygons = dissolved(faces, len(division.size))
    return check(division, parents, polygons)


def check(division: Division, parents: GeometryArray, polygons: GeometryArray) -> Territories:
    """Return polygons with what a check of them found."""
    shapely.prepare(polygons)
    standing = shapely.intersects(polygons[division.group], shapely.points(division.ground.sites.placed_en))
    area = np.zeros(len(parents))
    np.add.at(area, division.group_parent, shapely.area(polygons))
    whole = shapely.area(parents)
    settled = np.unique(division.group_parent)
    error = np.abs(area[settled] / whole[settled] - 1.0) if len(settled) else np.zeros(1)
    return Territories(
        polygons=polygons,
        coverage_valid=bool(shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)),
        area_error=float(error.max()),
        outside=np.flatnonzero(~standing),
        several_parts=np.flatnonzero(shapely.get_num_geometries(polygons) > 1),
    )


def _faces(division: Division, parents: GeometryArray, *, every_cell: bool) -> Faces | None:
    """Return the faces, or None when one of them holds households of two groups.

    With ``every_cell`` each household has faces of its own, and what still holds two goes to the majority.
    """
    origin = np.round(shapely.total_bounds(parents)[:2])
    edges = _edge_lines(division.ground.cells, division.group, origin, every_cell)
    drawn = np.concatenate([edges, shapely.boundary(_moved(parents, -origin))])
    noded = shapely.union_all(drawn, grid_size=_GRID_M)
    shape = shapely.get_parts(shapely.polygonize([noded]))
    shape = shapely.transform(shape, lambda coords: np.round(coords + origin, _DECIMALS))
    group, sure = _standing_group(shape, division)
    if not (sure or every_cell):
        return None
    parent = np.where(group >= 0, division.group_parent[group], -1)
    nobody = np.flatnonzero(group < 0)
    at, inside = shapely.STRtree(parents).query(
        shapely.point_on_surface(shape[nobody]), predicate="intersects"
    )
    parent[nobody[at[::-1]]] = inside[::-1]
    kept = parent >= 0
    return Faces(shape[kept], parent[kept], group[kept])


def _moved(shapes: GeometryArray, by: FloatArray) -> GeometryArray:
    return np.asarray(shapely.transform(shapes, lambda coords: coords + by))


def _edge_lines(cells: Cells, group: IntArray, origin: FloatArray, every_cell: bool) -> GeometryArray:
    """Return the edges to draw; ends on the border run over it a little, so that they surely meet it."""
    sides = cells.edge_sites if every_cell else group[cells.edge_sites]
    drawn = np.flatnonzero(sides[:, 0] != sides[:, 1])
    start, end = cells.edge_from_en[drawn] - origin, cells.edge_to_en[drawn] - origin
    along = end - start
    along = along / np.maximum(np.hypot(*along.T), _GRID_M)[:, None] * _OVERSHOOT_M
    start = start - along * cells.on_border[drawn, :1]
    end = end + along * cells.on_border[drawn, 1:]
    return np.atleast_1d(np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object))


def _standing_group(shape: GeometryArray, division: Division) -> tuple[IntArray, bool]:
    """Return the group most households on each face are of, -1 for nobody, and whether all agree."""
    points = shapely.points(division.ground.sites.placed_en)
    household, face = shapely.STRtree(shape).query(points, predicate="within")
    group = np.full(len(shape), -1, dtype=np.int64)
    group[face] = division.group[household]
    differing = np.unique(face[group[face] != division.group[household]])
    for number in differing.tolist():
        group[number] = np.bincount(division.group[household[face == number]]).argmax()
    return group, not len(differing)


def _give_away(faces: Faces, division: Division) -> None:
    """Give faces on which nobody stands to a group of their parent."""
    orphans = faces.group < 0
    if not orphans.any():
        return
    first, second, length, _ = common_edges(faces.shape, faces.parent)
    while True:
        taker = _longest_neighbour(faces.group, first, second, length)
        if not len(taker):
            break
        faces.group[taker[:, 0]] = taker[:, 1]
    for face in np.flatnonzero(faces.group < 0).tolist():
        members = division.ground.members[faces.parent[face]]
        if len(members):
            place = shapely.get_coordinates(shapely.point_on_surface(faces.shape[face]))
            near = np.atleast_1d(cKDTree(division.ground.sites.placed_en[members]).query(place)[1])
            faces.group[face] = division.group[members[near[0]]]


def common_edges(
    shape: GeometryArray, parent: IntArray
) -> tuple[IntArray, IntArray, FloatArray, GeometryArray]:
    """Return pairs of faces of one parent, and the length and middle of each common stretch between two vertices."""
    rings, face = shapely.get_rings(shape, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, owner = coords[:-1][same], coords[1:][same], face[ring[:-1][same]]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    key = np.where(turned[:, None], np.column_stack([end, start]), np.column_stack([start, end]))
    order = np.lexsort(key.T)
    at = order[:-1][(key[order][1:] == key[order][:-1]).all(axis=1)]
    partner = order[1:][(key[order][1:] == key[order][:-1]).all(axis=1)]
    kept = (parent[owner[at]] == parent[owner[partner]]) & (owner[at] != owner[partner])
    at, partner = at[kept], partner[kept]
    middle = np.asarray(shapely.points((key[at, :2] + key[at, 2:]) / 2))
    return owner[at], owner[partner], np.hypot(*(key[at, 2:] - key[at, :2]).T), middle


def _longest_neighbour(
    group: IntArray, first: IntArray, second: IntArray, length: FloatArray
) -> npt.NDArray[np.int64]:
    """Return rows of (face nobody stands on, group with the longest common edge)."""
    face, taker = np.concatenate([first, second]), np.concatenate([second, first])
    along = np.concatenate([length, length])
    open_edge = (group[face] < 0) & (group[taker] >= 0)
    if not open_edge.any():
        return np.empty((0, 2), dtype=np.int64)
    pairs, index = np.unique(
        np.column_stack([face[open_edge], group[taker[open_edge]]]), axis=0, return_inverse=True
    )
    total = np.bincount(index.ravel(), weights=along[open_edge])
    order = np.lexsort((pairs[:, 1], -total, pairs[:, 0]))
    best = order[np.r_[True, pairs[order][1:, 0] != pairs[order][:-1, 0]]]
    return np.asarray(pairs[best], dtype=np.int64)


def dissolved(faces: Faces, groups: int) -> GeometryArray:
    """Return the faces of each group as one polygon."""
    found = faces.group >= 0
    shape, group = faces.shape[found], faces.group[found]
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(groups + 1))
    polygons = np.empty(groups, dtype=object)
    for number in range(groups):
        own = shape[order[bounds[number] : bounds[number + 1]]]
        polygons[number] = own[0] if len(own) == 1 else shapely.coverage_union_all(own)
    return polygons


def simplified(
    territories: Territories, division: Division, parents: GeometryArray, tolerance_m: float
) -> Territories:
    """Return the ground with fewer vertices, for display.

    Only borders between groups of one parent get simpler: the parents keep their borders and their areas. Where
    a simpler border would put a household on the wrong side, that parent's tolerance is halved until it does not.

    Parameters
    ----------
    tolerance_m : float
        Roughly how far a border may move, metres.
    """
    polygons = territories.polygons.copy()
    for members in division.ground.members:
        groups = np.unique(division.group[members])
        if len(groups) > 1:
            places = shapely.points(division.ground.sites.placed_en[members])
            home = np.searchsorted(groups, division.group[members])
            polygons[groups] = _simpler(polygons[groups], places, home, tolerance_m)
    return check(division, parents, polygons)


def _simpler(polygons: GeometryArray, places: Any, home: IntArray, tolerance_m: float) -> GeometryArray:
    """Return simpler polygons of one parent, each place still within its own; else the polygons as they are."""
    tolerance = tolerance_m
    parts = shapely.get_num_geometries(polygons)
    while tolerance > tolerance_m / 1000:
        found = np.asarray(shapely.coverage_simplify(polygons, tolerance, simplify_boundary=False))
        stays = shapely.intersects(found[home], places).all() and shapely.is_valid(found).all()
        if stays and (shapely.get_num_geometries(found) == parts).all():
            return found
        tolerance /= 2
    return polygons
