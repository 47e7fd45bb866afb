"""GeoPackage out: one table per kind of feature, with its spatial index, made in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data.exporting.facts import OutFeature, OutLayer, kind_of
from data.exporting.target import Target
from data.store import geopackage

__all__ = ["write"]

_TABLES = {
    "areas": ("plots", "MULTIPOLYGON"),
    "lines": ("lines", "MULTILINESTRING"),
    "points": ("points", "GEOMETRY"),
}
_COLUMN = "geom"


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as a GeoPackage; tables are ``plots``, ``lines`` and ``points``."""
    connection = sqlite3.connect(":memory:")
    try:
        geopackage.register_functions(connection)
        geopackage.initialise(connection, target.epsg)
        for kind, (table, shape) in _TABLES.items():
            features = [feature for feature in layer.features if kind_of(feature.geometry) == kind]
            if features:
                _add_table(connection, (table, shape), features, layer, target)
        stamp = layer.made_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (stamp,))
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


def _add_table(
    connection: sqlite3.Connection,
    named: tuple[str, str],
    features: Sequence[OutFeature],
    layer: OutLayer,
    target: Target,
) -> None:
    table, shape = named
    keys = _columns(features)
    declared = "".join(f", {_quoted(name)} TEXT" for name in keys.values())
    connection.execute(
        f'CREATE TABLE "{table}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {_COLUMN} {shape}{declared})'
    )
    geopackage.register_table(connection, table, table, target.epsg, _COLUMN, shape)
    marks = ",".join("?" * (len(keys) + 1))
    names = ",".join([_COLUMN, *(_quoted(name) for name in keys.values())])
    for feature in features:
        values = {"id": feature.id, "name": feature.name} | dict(feature.properties)
        moved = _multi(target.geometry(feature.geometry, layer.plane), shape)
        row = [geopackage.encode(moved, target.epsg), *(values.get(key) for key in keys)]
        connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', row)
    geopackage.rebuild_rtree(connection, table, _COLUMN)
    for statement in geopackage.rtree_statements(table, _COLUMN).values():
        connection.execute(statement)
    bounds = connection.execute(
        f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "{geopackage.rtree_name(table, _COLUMN)}"'
    ).fetchone()
    connection.execute(
        "UPDATE gpkg_contents SET min_x=?, min_y=?, max_x=?, max_y=? WHERE table_name=?", (*bounds, table)
    )


def _columns(features: Sequence[OutFeature]) -> dict[str, str]:
    """Return the attribute columns by property; names that differ only in case are kept apart."""
    keys = dict.fromkeys(["id", "name", *(key for feature in features for key in feature.properties)])
    taken = {"fid", _COLUMN}
    columns = {}
    for key in list(keys)[:1000]:
        name, number = key.replace("\x00", "") or "field", 1
        base = name
        while name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.lower())
        columns[key] = name
    return columns


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _multi(geometry: BaseGeometry, shape: str) -> BaseGeometry:
    if isinstance(geometry, Polygon) and shape == "MULTIPOLYGON":
        return MultiPolygon([geometry])
    if isinstance(geometry, LineString) and shape == "MULTILINESTRING":
        return MultiLineString([geometry])
    return geometry
