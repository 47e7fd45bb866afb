"""The whole demo township from one seed: ground, units, land, plots, people's places, borders."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from data.demo import (
    borders,
    bounds,
    coverage,
    features,
    holdings,
    homes,
    landuse,
    names,
    roads,
    terrain,
    units,
)
from data.demo.facts import Tier, Township, UnitFact
from geo.datum import zone_from_epsg
from geo.units import square_metres

__all__ = ["CROPLAND_MU", "DEFAULT_SEED", "GRASSLAND_MU", "TOWNSHIP_KM2", "WOODLAND_MU", "make_township"]

DEFAULT_SEED = 2
GRASSLAND_MU, CROPLAND_MU, WOODLAND_MU = 707_000.0, 37_400.0, 274_500.0
TOWNSHIP_KM2 = 739.8
_VILLAGES, _GROUPS = 7, 29
_REGISTERED, _RESIDENT = 1_140, 512
_CROPLAND_PLOTS, _WOODLAND_PLOTS = 520, 320
_EPSG = 4543


@lru_cache(maxsize=2)
def make_township(seed: int = DEFAULT_SEED) -> Township:
    """Return the demo township of a seed; the same seed gives the same geometry to the bit.

    Its shape changes with the seed, its figures do not: 7 villages, 29 groups, 1,140 registered and 512
    resident households, and the published mu of grassland, cropland and woodland on the ellipsoid.

    Raises
    ------
    GeometryError
        The seed's ground does not allow the figures (rare).
    """
    zone = zone_from_epsg(_EPSG)
    ground = units.make_ground(terrain.make_terrain(seed))
    grid = units.make_units(
        ground, _rng(seed, 2), area_m2=TOWNSHIP_KM2 * 1e6, villages=_VILLAGES, groups=_GROUPS
    )
    net = roads.make_roads(ground, grid)
    homes_found, land = _settled(ground, grid, net, seed)
    counts = {
        landuse.GRASSLAND: _REGISTERED,
        landuse.CROPLAND: _CROPLAND_PLOTS,
        landuse.WOODLAND: _WOODLAND_PLOTS,
    }
    parcels = coverage.make_parcels(ground, grid, land, counts, _rng(seed, 4))
    drawn = coverage.make_coverage(ground.terrain, parcels, _area_targets(), zone)
    unit_facts = _units(drawn, parcels, grid)
    groups = tuple(unit for unit in unit_facts if unit.tier == "group")
    villages = tuple(unit for unit in unit_facts if unit.tier == "village")
    around = borders.make_neighbourhood(drawn, parcels.group, grid.village_of_group, groups)
    allotment = holdings.allotted(parcels, _GROUPS, _rng(seed, 6))
    course = bounds.courses(ground, drawn)
    sides = bounds.four_bounds(
        drawn, course, holdings.neighbour_words(allotment), borders.outside_words(around)
    )
    plots = holdings.make_plots(drawn, parcels, allotment, sides, groups, _rng(seed, 7))
    lines = borders.make_lines(drawn, around)
    return Township(
        seed=seed,
        name_zh=names.TOWNSHIP_ZH,
        name_en=names.TOWNSHIP_EN,
        notice_zh=names.NOTICE_ZH,
        notice_en=names.NOTICE_EN,
        zone=zone,
        terrain=ground.terrain,
        units=unit_facts,
        parties=holdings.make_parties(groups, allotment),
        plots=plots,
        households=holdings.make_households(groups, allotment, homes_found, _rng(seed, 8)),
        borders=bounds.common_borders(drawn, course, [plot.code for plot in plots]),
        lines=lines,
        markers=borders.make_markers(lines),
        features=features.make_features(ground, grid, net),
        places=features.make_places(ground, grid, net, homes_found, villages, groups),
        areas=features.make_areas(ground, villages, plots),
    )


def _rng(seed: int, purpose: int) -> np.random.Generator:
    """Return a stream of its own for each step, so that changing one leaves the others."""
    return np.random.default_rng([seed, purpose])


def _settled(
    ground: units.Ground, grid: units.UnitGrid, net: roads.RoadNet, seed: int
) -> tuple[homes.Homes, NDArray[np.int64]]:
    """Return homes and land use: people settle by grassland, then their hamlets are taken off the land."""
    targets = _cell_targets(ground.terrain.cell_m)
    empty = np.zeros(grid.group.size, dtype=bool)
    before = landuse.make_land_use(ground, grid, empty, targets, _rng(seed, 3))
    grass = np.bincount(grid.group[before == landuse.GRASSLAND], minlength=_GROUPS).astype(np.float64)
    found = homes.make_homes(ground, grid, net, grass, _RESIDENT, _rng(seed, 5))
    return found, landuse.make_land_use(ground, grid, found.hamlet, targets, _rng(seed, 3))


def _cell_targets(cell_m: float) -> landuse.LandTargets:
    cell_m2 = cell_m**2
    used_mu = GRASSLAND_MU + CROPLAND_MU + WOODLAND_MU
    return landuse.LandTargets(
        cropland=round(square_metres(CROPLAND_MU) / cell_m2),
        woodland=round(square_metres(WOODLAND_MU) / cell_m2),
        other=round((TOWNSHIP_KM2 * 1e6 - square_metres(used_mu)) / cell_m2),
    )


def _area_targets() -> coverage.AreaTargets:
    return coverage.AreaTargets(
        township_m2=TOWNSHIP_KM2 * 1e6,
        grassland_m2=square_metres(GRASSLAND_MU),
        cropland_m2=square_metres(CROPLAND_MU),
        woodland_m2=square_metres(WOODLAND_MU),
    )


def _units(drawn: coverage.Coverage, parcels: coverage.Parcels, grid: units.UnitGrid) -> tuple[UnitFact, ...]:
    """Return township, villages and groups as unions of their parcels, vertex for vertex."""
    groups, villages = [], []
    for village in range(_VILLAGES):
        members = np.flatnonzero(grid.village_of_group == village)
        chinese, english = names.VILLAGES[village]
        for number, group in enumerate(members.tolist()):
            shape = _joined([drawn.polygons[parcel] for parcel in np.flatnonzero(parcels.group == group)])
            name_zh, name_en = names.group_name(village, number)
            code = names.group_code(village, number)
            groups.append(
                _unit("group", code, f"{name_zh}（虚构）", name_en, names.village_code(village), shape)
            )
        shape = _joined([unit.geometry for unit in groups[-len(members) :]])
        villages.append(
            _unit(
                "village", names.village_code(village), f"{chinese}村（虚构）", f"{english} Village",
                names.TOWNSHIP_CODE, shape,
            )
        )  # fmt: skip
    whole = _joined([unit.geometry for unit in villages])
    top = _unit("township", names.TOWNSHIP_CODE, names.TOWNSHIP_ZH, "Demo Township", None, whole)
    return (top, *villages, *groups)


def _joined(polygons: list[Polygon]) -> Polygon:
    whole = shapely.coverage_union_all(polygons)
    assert isinstance(whole, Polygon), "units are made in one part"
    return whole


def _unit(tier: Tier, code: str, name_zh: str, name_en: str, parent: str | None, shape: Polygon) -> UnitFact:
    return UnitFact(
        tier=tier,
        code=code,
        name_zh=name_zh,
        name_en=f"{name_en} (invented)",
        parent_code=parent,
        geometry=shape,
    )
