"""Plots as polygons of one exactly valid coverage whose areas of record meet the published figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Polygon

from data.demo import landuse, linework, regions
from data.demo.linework import Arc
from data.demo.terrain import Terrain
from data.demo.units import Ground, UnitGrid
from geo import measure
from geo.errors import GeometryError
from geo.units import mu
from geo.zone import Zone

__all__ = ["AreaTargets", "Coverage", "Parcels", "make_coverage", "make_parcels"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]


_LEAST_MOVE_M = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """Cells cut into parcels: flat labels, and for each parcel its class and group."""

    label: Cells
    land: Cells
    group: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaTargets:
    """Areas of record the coverage is drawn to, square metres."""

    township_m2: float
    grassland_m2: float
    cropland_m2: float
    woodland_m2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Polygons in the order of the parcels, with the borders they are made of."""

    polygons: tuple[Polygon, ...]
    area_m2: Grid
    lines: tuple[Grid, ...]
    left: Cells  # parcel left of each line, -1 outside the township
    right: Cells


def make_parcels(
    ground: Ground, units: UnitGrid, land: Cells, plots: dict[int, int], rng: np.random.Generator
) -> Parcels:
    """Cut each patch of each class in each group into parcels; ``plots`` gives the number per class.

    Classes not named keep their patches whole. Parcels meet on ridges and streams where they can.
    """
    shape = ground.terrain.shape
    region, land_of, group_of, size = _patches(shape, units.group, land)
    parts = np.ones(land_of.size, dtype=np.int64)
    for code, count in plots.items():
        parts[land_of == code] = regions.allot(count, size[land_of == code].astype(np.float64))
    label, region_of = regions.split_evenly(shape, region, parts, rng, barrier=ground.facet, crossing=5.0)
    return Parcels(label=label, land=land_of[region_of], group=group_of[region_of])


def _patches(shape: tuple[int, int], group: Cells, land: Cells) -> tuple[Cells, Cells, Cells, Cells]:
    """Return flat patch numbers (-1 outside) and each patch's class, group and size in cells."""
    inside = land >= 0
    part, _ = regions.parts_of(shape, np.where(inside, group * 4 + land, -1))
    _, first, number, size = np.unique(
        part[inside], return_index=True, return_inverse=True, return_counts=True
    )
    region = np.full(part.size, -1, dtype=np.int64)
    region[inside] = number
    return region, land[inside][first], group[inside][first], size


def make_coverage(terrain: Terrain, parcels: Parcels, targets: AreaTargets, zone: Zone) -> Coverage:
    """Draw the parcels and move borders by a few metres until every target is met to 0.1 mu.

    Raises
    ------
    GeometryError
        The borders cross where parcels are narrower than a cell, or the targets are out of reach.
    """
    arcs = linework.trace(
        parcels.label.reshape(terrain.shape),
        west_m=terrain.west_m,
        north_m=terrain.north_m,
        cell_m=terrain.cell_m,
    ).arcs
    sides = np.concatenate([parcels.label, [-1]])
    left = sides[np.array([arc.left_cell for arc in arcs])]
    right = sides[np.array([arc.right_cell for arc in arcs])]
    return _tuned(list(arcs), left, right, parcels.land, targets, zone)


def _tuned(
    arcs: list[Arc],
    left: Cells,
    right: Cells,
    land: Cells,
    targets: AreaTargets,
    zone: Zone,
) -> Coverage:
    lines = [arc.points for arc in arcs]
    for _ in range(8):
        found = linework.faces(lines, left, right)
        polygons = tuple(found[label] for label in range(len(found)))
        area_m2 = measure.areas_m2(list(polygons), zone)
        missing = _missing(area_m2, land, targets)
        if max(abs(mu(value)) for value in missing.values()) < 0.1:
            return Coverage(polygons=polygons, area_m2=area_m2, lines=tuple(lines), left=left, right=right)
        lines = _moved(lines, left, right, land, missing)
    raise GeometryError(
        "demo_areas_not_met",
        zh="演示乡的面积无法调到公布数：仍差 {missing_mu} 亩。请换一个种子。",
        en="The demo township's areas cannot be drawn to the published figures: {missing_mu} mu are missing. "
        "Use another seed.",
        missing_mu=round(max(abs(mu(value)) for value in missing.values()), 2),
    )


def _missing(area_m2: Grid, land: Cells, targets: AreaTargets) -> dict[str, float]:
    by_class = np.bincount(land, area_m2, minlength=4)
    return {
        "township": targets.township_m2 - float(area_m2.sum()),
        "grassland": targets.grassland_m2 - float(by_class[landuse.GRASSLAND]),
        "cropland": targets.cropland_m2 - float(by_class[landuse.CROPLAND]),
        "woodland": targets.woodland_m2 - float(by_class[landuse.WOODLAND]),
    }


def _moved(
    lines: list[Grid], left: Cells, right: Cells, land: Cells, missing: dict[str, float]
) -> list[Grid]:
    """Return lines with each kind of border moved sideways by its missing area over its length.

    Cropland and woodland give to and take from the grassland, the grassland from other land, the township
    from its neighbours.
    """
    side = np.concatenate([land, [-1]])
    pair = np.stack([side[left], side[right]], axis=1)
    grass = missing["grassland"] + missing["cropland"] + missing["woodland"]
    steps = (
        (landuse.CROPLAND, landuse.GRASSLAND, missing["cropland"]),
        (landuse.WOODLAND, landuse.GRASSLAND, missing["woodland"]),
        (landuse.GRASSLAND, landuse.OTHER, grass),
    )
    shift_m = np.zeros(len(lines))
    length_m = np.array([linework.shifting_length_m(points) for points in lines])
    for own, giving, area_m2 in steps:
        _share_out(shift_m, length_m, pair, (own, giving), area_m2)
    _share_out(shift_m, length_m, np.where(pair >= 0, 0, -1), (0, -1), missing["township"])
    return linework.shifted(lines, shift_m)


def _share_out(shift_m: Grid, length_m: Grid, pair: Cells, kind: tuple[int, int], area_m2: float) -> None:
    """Set the sideways move of borders between two kinds so that the first kind gains ``area_m2``.

    Small amounts go to the longest borders only, or rounding to 1 mm would swallow them.
    """
    on_left = (pair[:, 0] == kind[0]) & (pair[:, 1] == kind[1])
    on_right = (pair[:, 1] == kind[0]) & (pair[:, 0] == kind[1])
    border = np.flatnonzero(on_left | on_right)
    border = border[np.argsort(-length_m[border], kind="stable")]
    enough = int(np.searchsorted(np.cumsum(length_m[border]), abs(area_m2) / _LEAST_MOVE_M)) + 1
    border = border[:enough]
    by_m = area_m2 / length_m[border].sum()
    shift_m[border] = np.where(on_left[border], -by_m, by_m)
