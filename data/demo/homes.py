"""Where people live: hamlets along the roads of each group, each home a point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from data.demo import regions
from data.demo.roads import RoadNet
from data.demo.units import Ground, UnitGrid

__all__ = ["Homes", "make_homes"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

_APART_M = 22.0
_HAMLET_HOUSEHOLDS = 9
_HAMLET_SPACING_M = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """Homes as points (n, 2) at 1 mm with the group of each, and the cells their hamlets take up."""

    points: Grid
    group: Cells
    hamlet: NDArray[np.bool_]


def make_homes(
    ground: Ground, units: UnitGrid, roads: RoadNet, grass: Grid, count: int, rng: np.random.Generator
) -> Homes:
    """Place ``count`` households, more where a group has more grassland (``grass``, cells per group)."""
    number = _households_per_group(grass, count, rng)
    deep = _depth(ground, units)
    places = [
        _group_homes(ground, units, roads, deep, group, int(wanted), rng)
        for group, wanted in enumerate(number)
    ]
    points: Grid = np.round(np.concatenate(places), 3).astype(np.float64)
    group = np.repeat(np.arange(number.size), number)
    shape = ground.terrain.shape
    hamlet = np.zeros(shape[0] * shape[1], dtype=bool)
    hamlet[ground.terrain.cells(points)] = True
    wide = ndimage.binary_dilation(hamlet.reshape(shape), np.ones((3, 3), dtype=bool)).ravel()
    return Homes(points=points, group=group, hamlet=wide & (units.group >= 0))


def _households_per_group(grass: Grid, count: int, rng: np.random.Generator) -> Cells:
    """Share households out unevenly, as life does, at least six to a group and at most what it can feed."""
    weight = grass / grass.sum() * rng.lognormal(0.0, 0.45, grass.size)
    most = np.maximum(6, np.floor(1.55 * count * grass / grass.sum())).astype(np.int64)
    number = np.minimum(regions.allot(count, weight, least=6), most)
    while number.sum() < count:
        number[int(np.argmax(most - number))] += 1
    return np.asarray(number, dtype=np.int64)


def _depth(ground: Ground, units: UnitGrid) -> Grid:
    """Return how many cells each cell lies inside its group."""
    grid = units.group.reshape(ground.terrain.shape)
    same = ndimage.maximum_filter(grid, 3) == ndimage.minimum_filter(grid, 3)
    return np.asarray(ndimage.distance_transform_edt(same)).ravel() + 1.0


def _group_homes(
    ground: Ground,
    units: UnitGrid,
    roads: RoadNet,
    deep: Grid,
    group: int,
    count: int,
    rng: np.random.Generator,
) -> Grid:
    terrain = ground.terrain
    road = roads.lived_on[(deep[roads.lived_on] > 4) & (units.group[roads.lived_on] == group)]
    if road.size < 6:
        road = np.union1d(road, units.group_seed[group : group + 1])
    hamlets = _hamlets(ground, road, max(1, round(count / _HAMLET_HOUSEHOLDS)), rng)
    along = terrain.centres(road)
    homes: list[Grid] = []
    spread_m = 60.0
    while len(homes) < count:
        middle = hamlets[int(rng.integers(len(hamlets)))]
        near = along[np.hypot(*(along - middle).T) < spread_m + 100.0]
        point = near[int(rng.integers(len(near)))] + rng.normal(0.0, 38.0, 2)
        cell = terrain.cells(point[None])[0]
        dry = deep[cell] > 2.5 and units.group[cell] == group and ground.area_km2[cell] < 2.0
        if dry and all(np.hypot(*(point - home)) > _APART_M for home in homes):
            homes.append(point)
        spread_m += 1.5
    return np.array(homes)


def _hamlets(ground: Ground, road: Cells, count: int, rng: np.random.Generator) -> Grid:
    """Return up to ``count`` hamlet places on the road: level, low, apart from each other."""
    slope = ground.slope[road]
    height = ground.terrain.height_m.ravel()[road]
    merit = -2.0 * slope - (height - height.min()) / 500.0 + rng.normal(0.0, 0.12, road.size)
    place = ground.terrain.centres(road)
    chosen: list[Grid] = []
    for cell in np.argsort(-merit, kind="stable"):
        if all(np.hypot(*(place[cell] - other)) > _HAMLET_SPACING_M for other in chosen):
            chosen.append(place[cell])
        if len(chosen) == count:
            break
    return np.array(chosen)
