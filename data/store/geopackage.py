"""The GeoPackage 1.4 container on plain SQLite: geometry blobs, base tables, R*Tree and its triggers.

Everything that is GeoPackage and not township stands here. The functions ``ST_*`` that the R*Tree
triggers need are Python functions registered on each connection; QGIS and GDAL bring their own.

References
----------
OGC 12-128r19 (GeoPackage 1.4), Annex F.3 RTree Spatial Indexes.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

__all__ = [
    "APPLICATION_ID",
    "decode",
    "encode",
    "initialise",
    "rebuild_rtree",
    "register_functions",
    "register_table",
    "rtree_name",
    "rtree_sound",
    "rtree_statements",
]

APPLICATION_ID = 0x47504B47
"""``GPKG``, what makes the file a GeoPackage for every reader."""

_USER_VERSION = 10400

_HEADER = struct.Struct("<2sBBi")
_ENVELOPE = struct.Struct("<4d")
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_LITTLE_ENDIAN_XY_ENVELOPE = 0b00000011
_LITTLE_ENDIAN_NO_ENVELOPE = 0b00000001
_EMPTY_FLAG = 0b00010000

_BASE = (
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,"
    " description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,"
    " definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
)


def encode(geometry: BaseGeometry, srs_id: int) -> bytes:
    """Return ``geometry`` as a GeoPackage blob: header, XY envelope (none for a point), little-endian WKB."""
    wkb: bytes = shapely.to_wkb(geometry, byte_order=1, output_dimension=2)
    if geometry.geom_type == "Point":
        return _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN_NO_ENVELOPE, srs_id) + wkb
    west, south, east, north = geometry.bounds
    head = _HEADER.pack(b"GP", 0, _LITTLE_ENDIAN_XY_ENVELOPE, srs_id)
    return head + _ENVELOPE.pack(west, east, south, north) + wkb


def decode(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage blob, with two dimensions."""
    geometry: BaseGeometry = shapely.from_wkb(bytes(blob[_wkb_offset(blob) :]))
    return shapely.force_2d(geometry) if geometry.has_z else geometry


def register_functions(connection: sqlite3.Connection) -> None:
    """Register the ``ST_*`` functions that the R*Tree triggers call."""
    for name, place in (("ST_MinX", 0), ("ST_MaxX", 1), ("ST_MinY", 2), ("ST_MaxY", 3)):
        connection.create_function(name, 1, _bound(place), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)


def initialise(connection: sqlite3.Connection, epsg: int) -> None:
    """Make an empty SQLite file a GeoPackage with the reference systems 4326, 4490 and ``epsg``."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_USER_VERSION}")
    for statement in _BASE:
        connection.execute(statement)
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", list(_systems(epsg)))


def register_table(
    connection: sqlite3.Connection, table: str, title: str, srs_id: int, column: str | None, shape: str
) -> None:
    """List ``table`` among the contents; with a geometry ``column``, as a layer with its R*Tree."""
    kind = "features" if column else "attributes"
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,?,?,?)",
        (table, kind, title, srs_id if column else None),
    )
    if column is None:
        return
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,0,0)", (table, column, shape, srs_id)
    )
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES (?,?,'gpkg_rtree_index',"
        "'http://www.geopackage.org/spec120/#extension_rtree','write-only')",
        (table, column),
    )
    connection.execute(
        f'CREATE VIRTUAL TABLE "{rtree_name(table, column)}" USING rtree(id, minx, maxx, miny, maxy)'
    )


def rtree_name(table: str, column: str) -> str:
    """Return the name of the spatial index of ``table``."""
    return f"rtree_{table}_{column}"


def rtree_statements(table: str, column: str, key: str = "fid") -> dict[str, str]:
    """Return the seven R*Tree triggers of GeoPackage 1.4, by name."""
    index = rtree_name(table, column)
    entry = f'NEW."{key}", {_bounds_of("NEW", column)}'
    new_full, new_bare = _filled("NEW", column), _bare("NEW", column)
    old_full, old_bare = _filled("OLD", column), _bare("OLD", column)
    same, moved = f'OLD."{key}" = NEW."{key}"', f'OLD."{key}" != NEW."{key}"'
    drop_old = f'DELETE FROM "{index}" WHERE id = OLD."{key}"'
    add_new = f'INSERT OR REPLACE INTO "{index}" VALUES ({entry})'
    shift = (
        f'UPDATE "{index}" SET minx = ST_MinX(NEW."{column}"), maxx = ST_MaxX(NEW."{column}"),'
        f' miny = ST_MinY(NEW."{column}"), maxy = ST_MaxY(NEW."{column}") WHERE id = NEW."{key}"'
    )
    drop_both = f'DELETE FROM "{index}" WHERE id IN (OLD."{key}", NEW."{key}")'
    events = {
        "insert": (f'INSERT ON "{table}" WHEN ({new_full})', add_new),
        "update6": (
            f'UPDATE OF "{column}" ON "{table}" WHEN {same} AND ({new_full}) AND ({old_full})',
            shift,
        ),
        "update7": (
            f'UPDATE OF "{column}" ON "{table}" WHEN {same} AND ({new_full}) AND ({old_bare})',
            add_new,
        ),
        "update2": (f'UPDATE OF "{column}" ON "{table}" WHEN {same} AND ({new_bare})', drop_old),
        "update5": (f'UPDATE ON "{table}" WHEN {moved} AND ({new_full})', f"{drop_old}; {add_new}"),
        "update4": (f'UPDATE ON "{table}" WHEN {moved} AND ({new_bare})', drop_both),
        "delete": (f'DELETE ON "{table}" WHEN OLD."{column}" NOT NULL', drop_old),
    }
    return {
        f"{index}_{name}": f'CREATE TRIGGER "{index}_{name}" AFTER {event} BEGIN {body}; END'
        for name, (event, body) in events.items()
    }


def rebuild_rtree(connection: sqlite3.Connection, table: str, column: str, key: str = "fid") -> None:
    """Fill the spatial index of ``table`` anew from its rows."""
    index = rtree_name(table, column)
    connection.execute(f'DELETE FROM "{index}"')
    connection.execute(
        f'INSERT INTO "{index}" SELECT "{key}", {_bounds_of("t", column)} FROM "{table}" AS t'
        f" WHERE {_filled('t', column)}"
    )


def rtree_sound(connection: sqlite3.Connection, table: str, column: str, key: str = "fid") -> bool:
    """Tell whether every row with a shape is in the spatial index within its box, and nothing else is."""
    index = rtree_name(table, column)
    filled = _filled("t", column)
    missing = (
        f'SELECT count(*) FROM "{table}" AS t LEFT JOIN "{index}" AS r ON r.id = t."{key}" WHERE {filled} AND'
        f' (r.id IS NULL OR r.minx > ST_MinX(t."{column}") OR r.maxx < ST_MaxX(t."{column}")'
        f' OR r.miny > ST_MinY(t."{column}") OR r.maxy < ST_MaxY(t."{column}"))'
    )
    extra = (
        f'SELECT count(*) FROM "{index}" AS r LEFT JOIN "{table}" AS t ON r.id = t."{key}"'
        f' WHERE t."{key}" IS NULL OR {_bare("t", column)}'
    )
    return all(connection.execute(question).fetchone()[0] == 0 for question in (missing, extra))


def _bounds_of(row: str, column: str) -> str:
    return ", ".join(f'ST_{bound}({row}."{column}")' for bound in ("MinX", "MaxX", "MinY", "MaxY"))


def _filled(row: str, column: str) -> str:
    return f'{row}."{column}" NOTNULL AND NOT ST_IsEmpty({row}."{column}")'


def _bare(row: str, column: str) -> str:
    return f'{row}."{column}" ISNULL OR ST_IsEmpty({row}."{column}")'


def _wkb_offset(blob: bytes) -> int:
    return _HEADER.size + _ENVELOPE_BYTES[(blob[3] >> 1) & 7]


class _bound:
    """One edge of a blob's box; ``place`` counts as the envelope does: west, east, south, north."""

    def __init__(self, place: int) -> None:
        self._place = place

    def __call__(self, blob: bytes | None) -> float | None:
        if blob is None or blob[3] & _EMPTY_FLAG:
            return None
        if (blob[3] >> 1) & 7:
            order = "<d" if blob[3] & 1 else ">d"
            return float(struct.unpack_from(order, blob, _HEADER.size + 8 * self._place)[0])
        return float(decode(blob).bounds[(0, 2, 1, 3)[self._place]])


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(bool(blob[3] & _EMPTY_FLAG))


def _systems(epsg: int) -> Iterator[tuple[str, int, str, int, str, str | None]]:
    from pyproj import CRS

    yield (
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system",
    )
    yield (
        "Undefined geographic SRS",
        0,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system",
    )
    for code in dict.fromkeys((4326, 4490, epsg)):
        system = CRS.from_epsg(code)
        yield system.name, code, "EPSG", code, system.to_wkt("WKT1_GDAL"), None
