"""What the way between two households costs: straight, around streams and ridges, or along roads.

Costs are in metres of walking on a road. Off the road a metre counts ``OFF_ROAD``; crossing from one side of a
barrier to the other costs ``CROSSING_M`` more, unless a road leads over it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra, shortest_path
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

__all__ = ["CROSSING_M", "OFF_ROAD", "AroundBarriers", "OnRoads", "Sides", "Straight", "Way"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[Any]

CROSSING_M = 300.0
"""What crossing a stream or ridge costs where no road leads over it."""

OFF_ROAD = 1.5
"""What a metre off the road costs in metres on it."""

_STEP_M = 50.0
_MARGIN = 0.3
_ACCESSES = 3


class Way(Protocol):
    """Gives the cost of ways between households."""

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the cost between every two of some households of one parent, shape (m, m)."""

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the cost between pairs of neighbours, shape (m,)."""


class Straight:
    """Plane distance between the households as surveyed; squared, for the distance to a group's centre.

    Parameters
    ----------
    given_en : array, shape (n, 2)
        Easting and northing, metres in the working plane.
    """

    __slots__ = ("_given_en", "_squares")

    def __init__(self, given_en: FloatArray, *, squares: bool = False) -> None:
        self._given_en = given_en
        self._squares = squares

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the distance between every two of some households."""
        places = self._given_en[households]
        return np.asarray(cdist(places, places, "sqeuclidean" if self._squares else "euclidean"))

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the distance between pairs of households."""
        length = np.hypot(*(self._given_en[start] - self._given_en[end]).T)
        return np.asarray(length * length if self._squares else length)


class Sides:
    """On which side of streams and ridges each household lives, parent by parent.

    Parameters
    ----------
    placed_en : array, shape (n, 2)
        Easting and northing of the households inside their parents.
    parent : array of int, shape (n,)
        Parent of each household.
    parents : array of Polygon or MultiPolygon
        Areas.
    barriers : array of LineString or MultiLineString
        Streams, ridges.
    """

    __slots__ = ("_between", "parent", "side")

    def __init__(
        self, placed_en: FloatArray, parent: IntArray, parents: GeometryArray, barriers: GeometryArray
    ) -> None:
        self.parent = parent
        self.side: IntArray = np.zeros(len(placed_en), dtype=np.int64)
        self._between: dict[int, FloatArray] = {}
        if not len(barriers):
            return
        area, line = shapely.STRtree(barriers).query(parents, predicate="intersects")
        for number in np.unique(area).tolist():
            members = np.flatnonzero(parent == number)
            if len(members):
                self._part(number, members, placed_en, parents[number], barriers[line[area == number]])

    def _part(
        self, number: int, members: IntArray, placed_en: FloatArray, area: Any, barriers: GeometryArray
    ) -> None:
        inside = shapely.intersection(barriers, area)
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all([shapely.boundary(area), *inside])]))
        faces = faces[shapely.intersects(area, shapely.point_on_surface(faces))]
        if len(faces) < 2:
            return
        points = np.asarray(shapely.points(placed_en[members]))
        away = shapely.distance(points[:, None], faces[None, :])
        self.side[members] = away.argmin(axis=1)
        first, second = shapely.STRtree(faces).query(faces, predicate="touches")
        common = shapely.length(shapely.intersection(faces[first], faces[second])) > 0
        links = coo_matrix(
            (np.ones(int(common.sum())), (first[common], second[common])), shape=(len(faces), len(faces))
        )
        steps = shortest_path(links.tocsr(), unweighted=True)
        self._between[number] = np.where(np.isfinite(steps), steps, len(faces))

    def crossings(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return how many barriers lie between households of one parent; arrays of indices of one shape."""
        first, second = np.broadcast_arrays(start, end)
        found = np.zeros(first.shape)
        for number in np.unique(self.parent[first]).tolist():
            between = self._between.get(number)
            if between is not None:
                here = self.parent[first] == number
                found[here] = between[self.side[first[here]], self.side[second[here]]]
        return found


class AroundBarriers:
    """Plane distance, and a price for every barrier between two households."""

    __slots__ = ("_sides", "_straight")

    def __init__(self, given_en: FloatArray, sides: Sides) -> None:
        self._straight = Straight(given_en)
        self._sides = sides

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the cost between every two of some households of one parent."""
        crossings = self._sides.crossings(households[:, None], households[None, :])
        return np.asarray(self._straight.matrix(households) + CROSSING_M * crossings)

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the cost between pairs of households."""
        return np.asarray(self._straight.along(start, end) + CROSSING_M * self._sides.crossings(start, end))


class OnRoads:
    """Cost of walking along roads, or across country where that is shorter.

    Parameters
    ----------
    given_en : array, shape (n, 2)
        Easting and northing of the households.
    roads : array of LineString or MultiLineString
        Roads and paths; they meet wherever they cross.
    sides : Sides
        For what lies between households across country.
    """

    __slots__ = ("_given_en", "_graph", "_nodes", "_sides", "_tree")

    def __init__(self, given_en: FloatArray, roads: GeometryArray, sides: Sides) -> None:
        self._given_en = given_en
        self._sides = sides
        self._nodes, self._graph = _road_graph(roads)
        self._tree = cKDTree(self._nodes)

    def matrix(self, households: IntArray) -> FloatArray:
        """Return the cost between every two of some households of one parent."""
        places = self._given_en[households]
        across = OFF_ROAD * np.asarray(cdist(places, places))
        across += CROSSING_M * self._sides.crossings(households[:, None], households[None, :])
        nodes = self._nearby(places)
        if not len(nodes):
            return across
        return np.asarray(np.minimum(across, self._by_road(places, nodes)))

    def along(self, start: IntArray, end: IntArray) -> FloatArray:
        """Return the cost across country between pairs of neighbours: never less than by road."""
        length = np.hypot(*(self._given_en[start] - self._given_en[end]).T)
        return np.asarray(OFF_ROAD * length + CROSSING_M * self._sides.crossings(start, end))

    def _nearby(self, places: FloatArray) -> IntArray:
        """Return the road nodes in and around the box of some places."""
        low, high = places.min(axis=0), places.max(axis=0)
        margin = _MARGIN * float(np.hypot(*(high - low))) + 4 * _STEP_M
        inside = ((self._nodes >= low - margin) & (self._nodes <= high + margin)).all(axis=1)
        return np.flatnonzero(inside)

    def _by_road(self, places: FloatArray, nodes: IntArray) -> FloatArray:
        """Return the cost by way of the nearest road points, the walk to them included."""
        count, accesses = len(places), min(_ACCESSES, len(nodes))
        away, node = cKDTree(self._nodes[nodes]).query(places, k=accesses)
        away, node = np.reshape(away, (count, accesses)), np.reshape(node, (count, accesses))
        roads = self._graph[nodes][:, nodes].tocoo()
        homes = len(nodes) + np.arange(count)
        start = np.concatenate([roads.row, np.repeat(homes, accesses)])
        end = np.concatenate([roads.col, node.ravel()])
        cost = np.concatenate([roads.data, OFF_ROAD * away.ravel() + 1e-9])
        whole = coo_matrix((cost, (start, end)), shape=(len(nodes) + count, len(nodes) + count)).tocsr()
        found = dijkstra(whole, directed=False, indices=homes)[:, len(nodes) :]
        return np.asarray((found + found.T) / 2)


def _road_graph(roads: GeometryArray) -> tuple[FloatArray, csr_matrix]:
    """Return points along the roads, no further than 50 m apart, and the graph of the ways between them."""
    noded = shapely.segmentize(shapely.get_parts(shapely.union_all(roads, grid_size=0.001)), _STEP_M)
    coords, line = shapely.get_coordinates(noded, return_index=True)
    if not len(coords):
        return np.empty((0, 2)), csr_matrix((0, 0))
    nodes, number = np.unique(np.round(coords, 3), axis=0, return_inverse=True)
    number = number.ravel()
    same = line[1:] == line[:-1]
    start, end = number[:-1][same], number[1:][same]
    length = np.hypot(*(nodes[start] - nodes[end]).T)
    low, high = np.minimum(start, end), np.maximum(start, end)
    pairs, index = np.unique(np.column_stack([low, high]), axis=0, return_inverse=True)
    shortest = np.full(len(pairs), np.inf)
    np.minimum.at(shortest, index.ravel(), length)
    graph = coo_matrix((shortest, pairs.T), shape=(len(nodes), len(nodes))).tocsr()
    return nodes, graph
