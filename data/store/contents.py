"""What the file says of itself to QGIS: extents, times of change, symbols."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from data.store.columns import utc_text
from data.store.geopackage import rtree_name
from data.store.schema import geometry_column

__all__ = ["layer_names", "refresh", "set_styles"]


def layer_names(tables: sa.MetaData) -> tuple[str, ...]:
    """Return the tables with shapes."""
    return tuple(sorted(table.name for table in tables.sorted_tables if geometry_column(table) is not None))


def refresh(connection: sqlite3.Connection, tables: sa.MetaData, at: datetime) -> None:
    """Set the extent of every layer from its spatial index, where it is not right already."""
    for name in layer_names(tables):
        box = connection.execute(
            f'SELECT min(minx), min(miny), max(maxx), max(maxy) FROM "{rtree_name(name, "geom")}"'
        ).fetchone()
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, last_change = ? WHERE"
            " table_name = ? AND NOT (min_x IS ? AND min_y IS ? AND max_x IS ? AND max_y IS ?)",
            (*box, utc_text(at), name, *box),
        )


def set_styles(
    connection: sqlite3.Connection, tables: sa.MetaData, styles: Mapping[str, tuple[str, str]], at: datetime
) -> None:
    """Store each layer's default symbols where QGIS looks for them.

    Raises
    ------
    KeyError
        When a name is no layer of the schema.
    """
    for name, (qml, sld) in styles.items():
        shape = geometry_column(tables.tables[name])
        if shape is None:
            raise KeyError(name)
        connection.execute("DELETE FROM layer_styles WHERE f_table_name = ? AND owner = 'jiebiao'", (name,))
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
            " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
            " VALUES ('', '', ?, ?, 'jiebiao', ?, ?, 1, '', 'jiebiao', ?)",
            (name, shape.name, qml, sld, utc_text(at)),
        )
