"""Streams, ridges, roads and herd passages as named lines; places and pastures that later work visits."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from data.demo import drainage, linework, names, paths
from data.demo.facts import AreaFact, AreaKind, FeatureFact, PlaceFact, PlotFact, UnitFact
from data.demo.homes import Homes
from data.demo.roads import RoadNet
from data.demo.units import Ground, UnitGrid

__all__ = ["make_areas", "make_features", "make_places"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

_STREAM_KM2 = 0.9
_LEAST_RIDGE_M = 700.0
_ROAD_NAMES = {"township_road": "乡道", "village_road": "村道", "track": "牧道"}


def make_features(ground: Ground, units: UnitGrid, roads: RoadNet) -> tuple[FeatureFact, ...]:
    """Return streams (named from the largest down), ridges, roads and the passages herds are driven on."""
    return (
        *_streams(ground, units),
        *_ridges(ground, units),
        *(
            FeatureFact(
                kind="road",
                name_zh=_ROAD_NAMES[road.class_name],
                class_name=road.class_name,
                geometry=road.geometry,
            )
            for road in roads.roads
        ),
        *_passages(ground, units, roads),
    )


def _streams(ground: Ground, units: UnitGrid) -> list[FeatureFact]:
    """Return one line for each stream from its source to where it joins a larger one."""
    stream = (ground.area_km2 >= _STREAM_KM2) & (units.group >= 0)
    main = drainage.upstream_main(ground.flow, ground.area_km2)
    receiver = ground.flow.receiver
    cells = np.flatnonzero(stream)
    mouth = cells[(main[receiver[cells]] != cells) | ~stream[receiver[cells]]]
    runs = []
    for end in mouth[np.argsort(-ground.area_km2[mouth], kind="stable")]:
        run = [int(end)]
        while stream[main[run[-1]]] and main[run[-1]] != run[-1]:
            run.append(int(main[run[-1]]))
        joined = [int(receiver[end])] if stream[receiver[end]] else []
        if len(run) + len(joined) >= 5:
            runs.append(np.array([*joined, *run])[::-1])
    return [
        FeatureFact(
            kind="stream",
            name_zh=names.STREAMS[rank] if rank < len(names.STREAMS) else "",
            class_name="river" if ground.area_km2[run[-2]] >= 30.0 else "brook",
            geometry=paths.drawn(ground.terrain, run),
        )
        for rank, run in enumerate(runs)
    ]


def _ridges(ground: Ground, units: UnitGrid) -> list[FeatureFact]:
    """Return the divides between larger valleys inside the township."""
    terrain = ground.terrain
    inside = units.group >= 0
    _, number = np.unique(ground.basin, return_inverse=True)
    label = np.where(inside, number, -1).reshape(terrain.shape)
    traced = linework.trace(
        label, west_m=terrain.west_m, north_m=terrain.north_m, cell_m=terrain.cell_m, rounds=4, thin_m=8.0
    )
    stream = ground.area_km2 >= 3.0
    ridges = []
    for arc in traced.arcs:
        sides = [arc.left_cell, arc.right_cell]
        if min(sides) < 0 or not inside[sides].all():
            continue
        line = LineString(arc.points)
        if line.length >= _LEAST_RIDGE_M and stream[terrain.cells(arc.points)].mean() < 0.2:
            ridges.append(FeatureFact(kind="ridge", name_zh="", class_name="divide", geometry=line))
    return ridges


def _passages(ground: Ground, units: UnitGrid, roads: RoadNet) -> list[FeatureFact]:
    """Return for each group the way from its valley to its high pasture."""
    lived_on = np.zeros(units.group.size, dtype=bool)
    lived_on[roads.lived_on] = True
    passages = []
    for place in roads.high[::2]:
        way = roads.way(place)
        way = way[: int(np.argmax(lived_on[way])) + 1]
        if len(way) >= 8:
            passages.append(
                FeatureFact(
                    kind="herd_passage",
                    name_zh="转场牧道",
                    class_name="spring_autumn",
                    geometry=paths.drawn(ground.terrain, way[::-1]),
                )
            )
    return passages


def make_places(
    ground: Ground,
    units: UnitGrid,
    roads: RoadNet,
    homes: Homes,
    villages: tuple[UnitFact, ...],
    groups: tuple[UnitFact, ...],
) -> tuple[PlaceFact, ...]:
    """Return the service points of the township and its villages, water points and lookouts."""
    terrain = ground.terrain
    places = [
        PlaceFact(
            kind="service_point",
            name_zh="乡综治中心（虚构）",
            unit_code=names.TOWNSHIP_CODE,
            geometry=_point(terrain.centres(np.array([roads.seat]))[0]),
        )
    ]
    for number, village in enumerate(villages):
        own = homes.points[units.village_of_group[homes.group] == number]
        middle = own[np.argmin(np.hypot(*(own - np.median(own, axis=0)).T))]
        places.append(
            PlaceFact(
                kind="service_point",
                name_zh=f"{village.name_zh.replace('（虚构）', '')}综治中心（虚构）",
                unit_code=village.code,
                geometry=_point(middle + np.array([14.0, 9.0])),
            )
        )
    for group, unit in enumerate(groups):
        places += _water_points(ground, units, group, unit)
    return tuple(places)


def _point(place: Grid) -> Point:
    return Point(np.round(place, 3))


def _water_points(ground: Ground, units: UnitGrid, group: int, unit: UnitFact) -> list[PlaceFact]:
    """Return one or two places where small streams can be drunk from, far from each other."""
    cells = np.flatnonzero((units.group == group) & (ground.area_km2 > 0.9) & (ground.area_km2 < 4.0))
    if cells.size == 0:
        return []
    at = ground.terrain.centres(cells)
    height = ground.terrain.height_m.ravel()[cells]
    first = int(np.argmax(height))
    second = int(np.argmax(np.hypot(*(at - at[first]).T)))
    chosen = [first] if first == second else [first, second]
    return [
        PlaceFact(
            kind="water_point",
            name_zh=f"{unit.name_zh.replace('（虚构）', '')}{'上' if turn == 0 else '下'}水点",
            unit_code=unit.code,
            geometry=_point(at[number]),
        )
        for turn, number in enumerate(chosen)
    ]


def make_areas(
    ground: Ground, villages: tuple[UnitFact, ...], plots: tuple[PlotFact, ...]
) -> tuple[AreaFact, ...]:
    """Return each village's summer and winter pasture and two grazing bans, all of whole grassland plots."""
    grass = [plot for plot in plots if plot.land_use == "grassland"]
    middle = np.array([plot.geometry.centroid.coords[0] for plot in grass])
    height = ground.terrain.heights(middle)
    areas = []
    for village in villages:
        own = np.array([plot.group_code.startswith(village.code) for plot in grass])
        high, low = np.quantile(height[own], [0.65, 0.35])
        areas.append(
            _area("summer_pasture", "夏季草场", village, ("06-15", "09-15"), grass, own & (height >= high))
        )
        areas.append(
            _area("winter_pasture", "冬季草场", village, ("11-01", "04-30"), grass, own & (height <= low))
        )
    for village in (villages[0], villages[-1]):
        own = np.array([plot.group_code.startswith(village.code) for plot in grass])
        away_m = np.hypot(*(middle - middle[own][np.argmax(height[own])]).T)
        nearest = own & (away_m <= np.sort(away_m[own])[min(11, int(own.sum()) - 1)])
        areas.append(_area("grazing_ban", "禁牧区", village, (None, None), grass, nearest))
    return tuple(areas)


def _area(
    kind: AreaKind,
    title: str,
    village: UnitFact,
    days: tuple[str | None, str | None],
    grass: list[PlotFact],
    chosen: NDArray[np.bool_],
) -> AreaFact:
    plots = [grass[number] for number in np.flatnonzero(chosen)]
    shape = shapely.coverage_union_all([plot.geometry for plot in plots])
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return AreaFact(
        kind=kind,
        name_zh=f"{village.name_zh.replace('（虚构）', '')}{title}（虚构）",
        unit_code=village.code,
        from_day=days[0],
        to_day=days[1],
        plot_codes=tuple(plot.code for plot in plots),
        geometry=parts[0] if len(parts) == 1 else MultiPolygon(parts),
    )
