"""Named, ordered, recorded steps from an older file to today's schema.

A new file gets today's schema at once and every name recorded; an older one gets the steps it lacks, each in
the one transaction of the opening. A file with a name this program does not know is newer, and refused.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from data.store import geopackage, triggers
from data.store.columns import Geometry, utc_text
from data.store.engine import raw
from data.store.schema import geometry_column
from geo.errors import StoreError

__all__ = ["MIGRATIONS", "Step", "apply", "create", "pending"]

Step = Callable[[sqlite3.Connection], None]


def create(connection: sa.Connection, tables: sa.MetaData, epsg: int, at: datetime) -> None:
    """Make today's schema in an empty file, with every migration recorded as applied."""
    driver = raw(connection)
    geopackage.initialise(driver, epsg)
    tables.create_all(connection)
    for table in tables.sorted_tables:
        if "title" in table.info:
            shape = geometry_column(table)
            kind = shape.type.shape if shape is not None and isinstance(shape.type, Geometry) else ""
            column = None if shape is None else shape.name
            geopackage.register_table(driver, table.name, table.info["title"], epsg, column, kind)
    _styles_for_qgis(driver)
    for statement in triggers.expected(tables).values():
        driver.execute(statement)
    for name in MIGRATIONS:
        _record(driver, name, at)


def pending(connection: sa.Connection, where: str) -> tuple[str, ...]:
    """Return the names of steps the file lacks, in their order.

    Raises
    ------
    StoreError
        ``store_newer`` when the file has steps this program does not know.
    """
    rows = raw(connection).execute("SELECT name FROM migration")
    applied = {name for (name,) in rows}
    unknown = sorted(applied - set(MIGRATIONS))
    if unknown:
        raise StoreError(
            "store_newer",
            zh="档案由更新的界标程序写成（{names}）：请先把程序升级，再打开。",
            en="The records were written by a newer Jiebiao ({names}): update the program, then open them.",
            where=where,
            names=", ".join(unknown),
        )
    return tuple(name for name in MIGRATIONS if name not in applied)


def apply(connection: sa.Connection, names: tuple[str, ...], at: datetime) -> None:
    """Run the steps ``names`` inside the open transaction and record each."""
    driver = raw(connection)
    for name in names:
        MIGRATIONS[name](driver)
        _record(driver, name, at)


def _record(driver: sqlite3.Connection, name: str, at: datetime) -> None:
    driver.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", (name, utc_text(at)))


def _first_tables(_driver: sqlite3.Connection) -> None:
    """The first schema: every file has it, because a file without it is no store."""


def _styles_for_qgis(driver: sqlite3.Connection) -> None:
    """The table where QGIS looks for the symbols of each layer, listed so that GDAL shows it."""
    driver.execute(_STYLES)
    geopackage.register_table(driver, "layer_styles", "layer_styles", 0, None, "")


_STYLES = (
    "CREATE TABLE IF NOT EXISTS layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),"
    " f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,"
    " useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),"
    " update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"
)

MIGRATIONS: dict[str, Step] = {
    "0001_first_tables": _first_tables,
    "0002_styles_for_qgis": _styles_for_qgis,
}
"""Every step there ever was, in its order; names are never changed."""
