"""A division as layers of a GeoPackage: groups, households, and the households still to be placed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from data.exporting.layers import Column, LayerTable, typed_column, write_layers
from geo.crs import Plane

if TYPE_CHECKING:
    from jobs.dividing import Divided

__all__ = ["tables", "write"]

FloatArray = npt.NDArray[np.float64]


def write(divided: Divided, plane: Plane, out: Path) -> None:
    """Write the layers ``groups`` and ``households``, and ``to_place`` when somebody has no place.

    Raises
    ------
    ArgumentError
        ``cannot_write``.
    """
    write_layers(out, tables(divided), plane)


def tables(divided: Divided) -> list[LayerTable]:
    """Return the layers to write."""
    found = [_groups(divided), _households(divided)]
    if divided.township.to_place:
        found.append(_to_place(divided))
    return found


def _groups(divided: Divided) -> LayerTable:
    division, township = divided.division, divided.township
    polygons = divided.territories.polygons
    away = _away_m(divided)
    total = np.bincount(division.group, weights=away, minlength=len(division.size))
    area, around = shapely.area(polygons), shapely.length(polygons)
    windows = [division.parents[parent].window for parent in division.group_parent.tolist()]
    feasible = np.array([division.parents[parent].feasible for parent in division.group_parent.tolist()])
    outside = (division.size < division.window.least) | (division.size > division.window.most)
    columns: dict[str, Column] = {
        "group_id": np.array(divided.names, dtype=object),
        "parent_id": typed_column([township.parents.ids[at] for at in division.group_parent.tolist()]),
        "households": division.size.astype(np.int64),
        "medoid": typed_column([township.ids[at] for at in division.medoid.tolist()]),
        "objective_m": np.round(total, 3),
        "mean_distance_m": np.round(total / division.size, 3),
        "area_m2": np.round(area, 3),
        "perimeter_m": np.round(around, 3),
        "compactness": np.round(4 * np.pi * area / around**2, 4),
        "parts": shapely.get_num_geometries(polygons).astype(np.int64),
        "least": np.array([window.least for window in windows], dtype=np.int64),
        "most": np.array([window.most for window in windows], dtype=np.int64),
        "parent_feasible": feasible.astype(np.int64),
        "outside_window": outside.astype(np.int64),
    }
    return LayerTable(name="groups", kind="MultiPolygon", shapes=polygons, columns=columns)


def _away_m(divided: Divided) -> FloatArray:
    """Return the plane distance of each household to its medoid."""
    division = divided.division
    given = division.ground.sites.given_en
    return np.asarray(np.hypot(*(given - given[division.medoid[division.group]]).T))


def _households(divided: Divided) -> LayerTable:
    division, township = divided.division, divided.township
    sites = division.ground.sites
    columns: dict[str, Column] = {
        "household_id": typed_column(township.ids),
        "group_id": np.array([divided.names[at] for at in division.group.tolist()], dtype=object),
        "parent_id": typed_column([township.parents.ids[at] for at in township.parent.tolist()]),
        "is_medoid": (division.medoid[division.group] == np.arange(len(division.group))).astype(np.int64),
        "medoid": typed_column([township.ids[at] for at in division.medoid[division.group].tolist()]),
        "distance_m": np.round(_away_m(divided), 3),
        "easting_m": sites.given_en[:, 0],
        "northing_m": sites.given_en[:, 1],
        "pulled_m": np.round(sites.pulled_m, 3),
    }
    if divided.crossings is not None:
        columns["crossings"] = divided.crossings
    if divided.followed is not None and divided.earlier is not None:
        names = (*divided.earlier.names, "")
        columns["earlier_group_id"] = np.array(
            [names[at] or None for at in divided.earlier.group.tolist()], dtype=object
        )
    columns |= _further([feature.properties for feature in township.features], _used(divided), columns)
    places = np.asarray(shapely.points(sites.placed_en))
    return LayerTable(name="households", kind="Point", shapes=places, columns=columns)


def _used(divided: Divided) -> set[str]:
    """Return the columns of the file that stand already under another name."""
    return {divided.township.id_column, *divided.township.parent_column.split("·")} - {""}


def _further(properties: Sequence[Any], used: set[str], taken: dict[str, Column]) -> dict[str, Column]:
    """Return the file's other columns, renamed where the name is taken."""
    names = [name for name in dict.fromkeys(key for row in properties for key in row) if name not in used]
    lower = {name.lower() for name in taken} | {"fid", "geom", "geometry"}
    found: dict[str, Column] = {}
    for name in names:
        shown = name
        while shown.lower() in lower:
            shown += "_given"
        lower.add(shown.lower())
        found[shown] = typed_column([row.get(name, "") for row in properties])
    return found


def _to_place(divided: Divided) -> LayerTable:
    records = divided.township.to_place
    columns: dict[str, Column] = {
        "where": np.array([item.where for item in records], dtype=object),
        "name": np.array([item.name or None for item in records], dtype=object),
    }
    columns |= _further([item.properties for item in records], set(), columns)
    return LayerTable(name="to_place", kind="None", shapes=None, columns=columns)
