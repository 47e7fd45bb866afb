"""Roads and tracks: least-cost ways from the township's seat to every group and up to the pastures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString

from data.demo import drainage, paths
from data.demo.units import Ground, UnitGrid

__all__ = ["Road", "RoadNet", "make_roads"]

Cells = NDArray[np.int64]
RoadClass = Literal["township_road", "village_road", "track"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A piece of road between two junctions."""

    class_name: RoadClass
    geometry: LineString


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadNet:
    """All roads; ``lived_on`` are flat cells of roads (not tracks), with the seat's cell."""

    roads: tuple[Road, ...]
    lived_on: Cells
    onward: Cells  # flat: the next cell towards the seat
    high: tuple[int, ...]  # two high pasture cells for each group
    seat: int

    def way(self, cell: int) -> Cells:
        """Return the cells from ``cell`` to the seat."""
        return _walk(self.onward, cell)


def make_roads(ground: Ground, units: UnitGrid) -> RoadNet:
    """Return the road tree: to group seeds as roads, to each group's high pasture as tracks."""
    inside = units.group >= 0
    seat = _seat(ground, units)
    onward, cost = _ways(ground, inside, seat)
    served = _served(onward, units.group_seed)
    gate = _gate(ground, inside, cost)
    way_out = _walk(onward, gate)
    high = _high_places(ground, units)
    tracked = served > 0
    tracked[way_out] = True
    trodden = tracked.copy()
    for place in high:
        trodden[_walk(onward, place)] = True
    roads = [
        Road(
            class_name=_class_of(cells, served, tracked, way_out), geometry=paths.drawn(ground.terrain, cells)
        )
        for cells in paths.tree_lines(onward, trodden)
    ]
    return RoadNet(
        roads=tuple(roads), lived_on=np.flatnonzero(tracked), onward=onward, high=tuple(high), seat=seat
    )


def _class_of(cells: Cells, served: Cells, tracked: NDArray[np.bool_], way_out: Cells) -> RoadClass:
    middle = cells[len(cells) // 2] if len(cells) > 2 else cells[0]
    if not tracked[middle]:
        return "track"
    return "township_road" if served[middle] >= 3 or np.isin(middle, way_out) else "village_road"


def _seat(ground: Ground, units: UnitGrid) -> int:
    """Return the group seed in the middle of the township, the largest valley preferred."""
    place = ground.terrain.centres(units.group_seed)
    away_m = np.hypot(*(place - place.mean(axis=0)).T)
    merit = np.log(ground.area_km2[units.group_seed]) - away_m / 4_000.0
    return int(units.group_seed[np.argmax(merit)])


def _ways(ground: Ground, inside: NDArray[np.bool_], seat: int) -> tuple[Cells, NDArray[np.float64]]:
    """Return for each cell the next one on the cheapest way to the seat, and the cost of that way."""
    terrain = ground.terrain
    start, end, length = drainage.neighbour_edges(terrain.shape)
    use = inside[start] & inside[end]
    start, end, length = start[use], end[use], length[use]
    height = terrain.height_m.ravel()
    grade = np.abs(height[start] - height[end]) / (length * terrain.cell_m)
    wet = np.minimum(ground.area_km2 / 2.0, 6.0)
    side = np.minimum(ground.slope, 1.0)
    cost = length * (1.0 + (grade / 0.07) ** 2 + wet[start] + wet[end] + 6.0 * (side[start] + side[end]))
    graph = coo_array((cost, (start, end)), shape=(inside.size, inside.size)).tocsr()
    distance, before = dijkstra(graph, directed=False, indices=np.array([seat]), return_predecessors=True)
    number = np.arange(inside.size)
    return np.where(before[0] < 0, number, before[0]).astype(np.int64), distance[0]


def _walk(onward: Cells, cell: int) -> Cells:
    way = [cell]
    while onward[way[-1]] != way[-1]:
        way.append(int(onward[way[-1]]))
    return np.array(way)


def _served(onward: Cells, seeds: Cells) -> Cells:
    """Return for each cell how many group seeds have their way through it."""
    served = np.zeros(onward.size, dtype=np.int64)
    for seed in seeds:
        served[_walk(onward, int(seed))] += 1
    return served


def _gate(ground: Ground, inside: NDArray[np.bool_], cost: NDArray[np.float64]) -> int:
    """Return the border cell where the way out to the county is: the cheapest in a large valley."""
    leaves = inside & ~inside[ground.flow.receiver] & (ground.area_km2 > 12.0)
    cells = np.flatnonzero(leaves)
    return int(cells[np.argmin(cost[cells] / np.sqrt(ground.area_km2[cells]))])


def _high_places(ground: Ground, units: UnitGrid) -> list[int]:
    """Return two places of each group where animals go in summer: high, gentle, far from each other."""
    slope = ground.slope
    height = ground.terrain.height_m.ravel()
    bare = np.quantile(height[units.group >= 0], 0.9)
    merit = height / 400.0 - 6.0 * slope - np.maximum(height - bare, 0.0) / 60.0
    places = []
    for group in range(units.village_of_group.size):
        cells = np.flatnonzero((units.group == group) & (slope < 0.6))
        first = cells[np.argmax(merit[cells])]
        at = ground.terrain.centres(cells)
        away_km = np.hypot(*(at - ground.terrain.centres(np.array([first]))).T) / 1_000.0
        second = cells[np.argmax(merit[cells] + np.minimum(away_km, 4.0))]
        places += [int(first), int(second)]
    return places
