"""All triggers a file must have, and putting back those another program dropped."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from data.store import geopackage, history, log
from data.store.schema import geometry_column

__all__ = ["expected", "missing", "restore"]

_REGISTERED = "SELECT RAISE(ABORT, 'registered geometry is never overwritten')"


def expected(tables: sa.MetaData) -> dict[str, str]:
    """Return every trigger of the schema by name, with the statement that makes it."""
    wanted = {**log.guard_statements(), **_registered_statements()}
    for table in tables.sorted_tables:
        wanted |= history.trigger_statements(table)
        shape = geometry_column(table)
        if shape is not None:
            wanted |= geopackage.rtree_statements(table.name, shape.name)
    return wanted


def missing(connection: sqlite3.Connection, tables: sa.MetaData) -> tuple[str, ...]:
    """Return the names of triggers that are absent or differ from what they must be."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {name: _plain(text) for name, text in rows}
    return tuple(sorted(name for name, text in expected(tables).items() if found.get(name) != _plain(text)))


def restore(connection: sqlite3.Connection, tables: sa.MetaData) -> tuple[str, ...]:
    """Make every absent or altered trigger anew, refill the spatial indexes, and return the absent ones.

    An altered trigger is an older program's; an absent one was dropped, and edits may have passed it by.
    """
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    wanted = expected(tables)
    wrong = missing(connection, tables)
    lost = tuple(name for name in wrong if name not in there)
    for name in wrong:
        connection.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        connection.execute(wanted[name])
    if any(name.startswith("rtree_") for name in lost):
        for table in tables.sorted_tables:
            shape = geometry_column(table)
            if shape is not None:
                geopackage.rebuild_rtree(connection, table.name, shape.name)
    return lost


def _registered_statements() -> dict[str, str]:
    """Keep the registered state: a registered plot's shape stands, in whatever program it is edited."""
    kept = "OLD.status <> 'draft'"
    bodies = {
        "plot_shape_kept": f"BEFORE UPDATE OF geom ON plot WHEN {kept} AND OLD.geom IS NOT NULL"
        f" AND NEW.geom IS NOT OLD.geom BEGIN {_REGISTERED}; END",
        "plot_status_kept": f"BEFORE UPDATE OF status ON plot WHEN {kept} AND NEW.status = 'draft'"
        f" BEGIN {_REGISTERED}; END",
        "plot_row_kept": f"BEFORE DELETE ON plot WHEN {kept} BEGIN {_REGISTERED}; END",
        "plot_row_not_replaced": "BEFORE INSERT ON plot WHEN EXISTS (SELECT 1 FROM plot AS p WHERE"
        f" p.fid = NEW.fid AND p.status <> 'draft') BEGIN {_REGISTERED}; END",
    }
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in bodies.items()}


def _plain(statement: str) -> str:
    return " ".join(statement.split())
