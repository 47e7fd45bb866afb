"""The township's outline, its villages and their villager groups, as regions of the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from data.demo import drainage, regions
from data.demo.terrain import Terrain

__all__ = ["Ground", "UnitGrid", "make_ground", "make_units"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

_MARGIN_M = 2_600.0
_GROUP_STREAM_KM2 = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The terrain with its drainage: what every later step asks of it."""

    terrain: Terrain
    flow: drainage.Flow
    area_km2: Grid  # flat: what drains through each cell
    slope: Grid  # flat: rise over run
    facet: Cells  # flat: hillside label, meeting along ridges and streams
    hollow: Cells  # flat: both banks of one stream link, meeting along ridges and at confluences
    basin: Cells  # flat: larger valleys, meeting along ridges only


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGrid:
    """Flat grids: the group of each cell (-1 outside the township) and the village of each group."""

    group: Cells
    village_of_group: Cells
    group_seed: Cells


def make_ground(terrain: Terrain) -> Ground:
    """Return the drainage, hillsides and valleys of ``terrain``."""
    flow = drainage.route(terrain.height_m, terrain.cell_m)
    area_km2 = drainage.accumulate(flow) * terrain.cell_m**2 / 1e6
    facet = drainage.facets(flow, area_km2 >= 0.55, area_km2)
    valley = drainage.facets(flow, area_km2 >= 3.0, area_km2)
    return Ground(
        terrain=terrain,
        flow=flow,
        area_km2=area_km2,
        slope=terrain.slope().ravel(),
        facet=facet,
        hollow=np.where(facet >= 0, facet // 2, facet),
        basin=np.where(valley >= 0, valley // 2, valley),
    )


def make_units(
    ground: Ground, rng: np.random.Generator, *, area_m2: float, villages: int, groups: int
) -> UnitGrid:
    """Lay out a township of ``area_m2`` (to one cell) with ``groups`` groups in ``villages`` villages."""
    inside = _outline(ground, area_m2)
    seeds = _valley_seeds(ground, inside, groups)
    region = np.where(inside, 0, -1)
    uphill = 1.0 + 1.5 * np.minimum(ground.slope, 1.0)
    label, _ = regions.grow(
        ground.terrain.shape, seeds, region=region, barrier=ground.basin, crossing=16.0, friction=uphill
    )
    label = _by_hollow(ground.hollow, label)
    label = regions.without_fragments(ground.terrain.shape, label, region, 1, one_part=True)
    village = _villages(ground, label, seeds, villages, rng)
    north_m = ground.terrain.centres(seeds)[:, 1]
    order = np.lexsort((-north_m, village))  # groups in the order of their codes
    rank = np.argsort(order)
    return UnitGrid(
        group=np.where(label >= 0, rank[label], -1), village_of_group=village[order], group_seed=seeds[order]
    )


def _outline(ground: Ground, area_m2: float) -> NDArray[np.bool_]:
    """Grow from the middle of the grid, slowly over ridges, until the area is reached by whole hollows."""
    terrain = ground.terrain
    rows, columns = terrain.shape
    row, column = np.divmod(np.arange(rows * columns), columns)
    rim_m = np.minimum.reduce([row, column, rows - 1 - row, columns - 1 - column]) * terrain.cell_m
    region = np.where(rim_m < _MARGIN_M, -1, 0)
    near = np.hypot(row - rows / 2, column - columns / 2) * terrain.cell_m
    start = np.argmax(np.where((near < 4_000) & (region == 0), ground.area_km2, -1.0))
    uphill = 1.0 + 1.5 * np.minimum(ground.slope, 1.0) + 2.0 * np.exp(-rim_m / 2_500.0)
    _, cost = regions.grow(
        terrain.shape, np.array([start]), region=region, barrier=ground.basin, crossing=22.0, friction=uphill
    )
    wanted = round(area_m2 / terrain.cell_m**2)
    cost = _rounded_off(cost.reshape(rows, columns), wanted).ravel()
    _, hollow = np.unique(ground.hollow, return_inverse=True)
    size = np.bincount(hollow)
    mean = np.bincount(hollow, np.where(np.isinf(cost), 1e9, cost)) / size
    nearest = np.argsort(mean, kind="stable")
    taken = nearest[np.cumsum(size[nearest]) <= wanted]
    inside = np.isin(hollow, taken).reshape(rows, columns)
    part, _ = ndimage.label(inside)
    inside = part == 1 + np.argmax(np.bincount(part.ravel())[1:])
    return np.asarray(ndimage.binary_fill_holes(inside)).ravel()


def _by_hollow(hollow: Cells, label: Cells) -> Cells:
    """Give each hollow as a whole to the label that holds most of it: borders then run on ridges."""
    inside = label >= 0
    _, number = np.unique(hollow, return_inverse=True)
    count = int(label.max()) + 1
    key, times = np.unique(number[inside] * count + label[inside], return_counts=True)
    order = np.lexsort((-times, key // count))
    first = np.unique(key[order] // count, return_index=True)[1]
    owner = np.full(number.max() + 1, -1, dtype=np.int64)
    owner[key[order][first] // count] = key[order][first] % count
    return np.where(inside, owner[number], -1)


def _rounded_off(cost: Grid, wanted: int) -> Grid:
    """Return ``cost`` changed so that its lowest ``wanted`` cells have no hairs, holes or islands."""
    limit = np.sort(cost, axis=None)[wanted]
    core = ndimage.binary_opening(cost <= limit, iterations=6)
    part, _ = ndimage.label(core)
    core = part == 1 + np.argmax(np.bincount(part.ravel())[1:])
    core = ndimage.binary_fill_holes(ndimage.binary_closing(core, iterations=8))
    outward = ndimage.distance_transform_edt(~core) - ndimage.distance_transform_edt(core)
    blocked = np.isinf(cost)
    return np.asarray(np.where(blocked, np.inf, outward + 1e-6 * np.where(blocked, 0.0, cost)))


def _valley_seeds(ground: Ground, inside: NDArray[np.bool_], count: int) -> Cells:
    """Return cells on streams, far from each other and from the outline: where groups settle."""
    shape = ground.terrain.shape
    deep = ndimage.distance_transform_edt(inside.reshape(shape)).ravel() * ground.terrain.cell_m
    stream = np.flatnonzero((ground.area_km2 >= _GROUP_STREAM_KM2) & (deep > 900.0))
    place = ground.terrain.centres(stream)
    bonus = np.minimum(deep[stream], 3_000.0) / 3_000.0 + 0.35 * np.log10(ground.area_km2[stream])
    chosen = [int(np.argmax(bonus))]
    nearest = np.full(stream.size, np.inf)
    while len(chosen) < count:
        away = np.hypot(*(place - place[chosen[-1]]).T)
        nearest = np.minimum(nearest, away)
        chosen.append(int(np.argmax(nearest * (0.6 + 0.4 * bonus))))
    return np.asarray(stream[np.array(chosen)], dtype=np.int64)


def _villages(ground: Ground, label: Cells, seeds: Cells, count: int, rng: np.random.Generator) -> Cells:
    """Join neighbouring groups to ``count`` villages of even area by many seeded tries; keep the best."""
    shape = ground.terrain.shape
    groups = seeds.size
    border = _shared_border(shape, label, groups)
    low = _valley_border(ground, label, groups)
    size = np.bincount(label[label >= 0], minlength=groups).astype(np.float64)
    best: tuple[float, Cells] | None = None
    for _ in range(60):
        village = _grown_villages(border, low, size, count, rng)
        if village is None:
            continue
        total = np.bincount(village, size, minlength=count)
        members = np.bincount(village, minlength=count)
        score = float(total.std() / total.mean() + 0.5 * (members.max() - members.min() > 2))
        kept = border[village[:, None] == village[None, :]].sum() / border.sum()
        valley = low[village[:, None] == village[None, :]].sum() / max(low.sum(), 1.0)
        score -= 0.6 * float(kept) + 0.5 * float(valley)
        if best is None or score < best[0] - 1e-12:
            best = (score, village)
    assert best is not None, "neighbouring groups can always be joined"
    return _north_first(ground, best[1], seeds)


def _shared_border(shape: tuple[int, int], label: Cells, groups: int) -> Grid:
    start, end, _ = drainage.neighbour_edges(shape)
    a, b = label[start], label[end]
    meet = (a != b) & (a >= 0) & (b >= 0)
    border = np.zeros((groups, groups))
    np.add.at(border, (a[meet], b[meet]), 1.0)
    return border + border.T


def _valley_border(ground: Ground, label: Cells, groups: int) -> Grid:
    """Return 1 where a stream runs from one group into another, weighted by its size."""
    receiver = ground.flow.receiver
    cells = np.flatnonzero((ground.area_km2 >= _GROUP_STREAM_KM2) & (label != label[receiver]))
    a, b = label[cells], label[receiver[cells]]
    meet = (a >= 0) & (b >= 0)
    valley = np.zeros((groups, groups))
    np.add.at(valley, (a[meet], b[meet]), np.log(ground.area_km2[cells[meet]]))
    return valley + valley.T


def _grown_villages(
    border: Grid, valley: Grid, size: Grid, count: int, rng: np.random.Generator
) -> Cells | None:
    groups = size.size
    village = np.full(groups, -1, dtype=np.int64)
    village[rng.choice(groups, count, replace=False)] = np.arange(count)
    tie = border / border.max() + 0.4 * valley / max(valley.max(), 1.0)
    for _ in range(groups - count):
        total = np.bincount(village[village >= 0], size[village >= 0], minlength=count)
        for smallest in np.argsort(total, kind="stable"):
            pull = np.where(village < 0, tie[village == smallest].sum(axis=0), 0.0)
            if pull.max() > 0:
                village[int(np.argmax(pull * rng.uniform(0.8, 1.2, groups)))] = smallest
                break
        else:
            return None
    return village


def _north_first(ground: Ground, village: Cells, seeds: Cells) -> Cells:
    """Renumber villages from north to south, as lists do."""
    place = ground.terrain.centres(seeds)
    north = [place[village == number, 1].mean() for number in range(village.max() + 1)]
    rank = np.argsort(np.argsort(-np.array(north), kind="stable"), kind="stable")
    return np.asarray(rank[village], dtype=np.int64)
