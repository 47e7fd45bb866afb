"""History of every row: triggers of built-in SQL alone, so that an edit made in QGIS is recorded too.

Who, when and why come from the one row of ``change_context``, filled by the program inside its own
transaction and empty at every other time; a change without it was made by another program (``outside``).
Personal columns are left out, so that erasing them leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from data.store import geopackage
from data.store.columns import utc_text
from data.store.engine import Database
from data.store.schema import geometry_column, has_history, is_personal

__all__ = ["OUTSIDE", "History", "HistoryEntry", "clear_context", "set_context", "trigger_statements"]

OUTSIDE = "outside"
"""Who made a change that the program did not."""

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One change of one row: who, when, why, before and after (without personal text)."""

    id: int
    at: datetime
    who: str
    why: str | None
    table: str
    row_id: int
    operation: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    geometry_before: BaseGeometry | None
    geometry_after: BaseGeometry | None


class History:
    """What happened to the records, oldest first."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        self._database = database
        self._history = tables.tables["history"]

    def of(self, table: str, row_id: int | None = None, limit: int = 1000) -> tuple[HistoryEntry, ...]:
        """Return the changes of a table's rows, or of one row: the latest ``limit``, oldest first."""
        rows = self._history
        query = sa.select(rows).where(rows.c.table_name == table)
        if row_id is not None:
            query = query.where(rows.c.row_id == row_id)
        return self._latest(query, limit)

    def since(self, moment: datetime, limit: int = 1000) -> tuple[HistoryEntry, ...]:
        """Return what changed at or after ``moment``: the latest ``limit`` changes, oldest first."""
        return self._latest(sa.select(self._history).where(self._history.c.at >= moment), limit)

    def _latest(self, query: sa.Select[Any], limit: int) -> tuple[HistoryEntry, ...]:
        with self._database.read() as connection:
            newest = connection.execute(query.order_by(self._history.c.fid.desc()).limit(limit)).all()
        return tuple(_entry(row) for row in reversed(newest))


def trigger_statements(table: sa.Table) -> dict[str, str]:
    """Return the triggers that record ``table`` and count up its versions, by name."""
    if not has_history(table):
        return {}
    name = table.name
    watched = ", ".join(f'"{column.name}"' for column in table.columns if column.name != "version")
    return {
        f"history_{name}_insert": f'CREATE TRIGGER "history_{name}_insert" AFTER INSERT ON "{name}" '
        f"BEGIN {_entry_sql(table, 'insert')}; END",
        f"history_{name}_update": f'CREATE TRIGGER "history_{name}_update" AFTER UPDATE OF {watched} '
        f'ON "{name}" BEGIN {_entry_sql(table, "update")}; END',
        f"history_{name}_delete": f'CREATE TRIGGER "history_{name}_delete" AFTER DELETE ON "{name}" '
        f"BEGIN {_entry_sql(table, 'delete')}; END",
        f"version_{name}": f'CREATE TRIGGER "version_{name}" AFTER UPDATE ON "{name}" '
        f'WHEN NEW."version" IS OLD."version" BEGIN UPDATE "{name}" '
        f'SET "version" = OLD."version" + 1 WHERE "fid" = NEW."fid"; END',
    }


def set_context(connection: sa.Connection, who: str, moment: datetime, why: str) -> None:
    """Say who writes in this transaction, when and why."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO change_context (fid, at, who, why) VALUES (1, ?, ?, ?)",
        (utc_text(moment), who, why),
    )


def clear_context(connection: sa.Connection) -> None:
    """Leave no name behind for whoever edits next."""
    connection.exec_driver_sql("DELETE FROM change_context")


def _entry_sql(table: sa.Table, operation: str) -> str:
    before = _row_json(table, "OLD") if operation != "insert" else "NULL"
    after = _row_json(table, "NEW") if operation != "delete" else "NULL"
    shape = geometry_column(table)
    shape_before = f'OLD."{shape.name}"' if shape is not None and operation != "insert" else "NULL"
    shape_after = f'NEW."{shape.name}"' if shape is not None and operation != "delete" else "NULL"
    key = "NEW" if operation == "insert" else "OLD"
    return (
        "INSERT INTO history (at, who, why, table_name, row_id, operation, before, after, before_geom,"
        f" after_geom) VALUES (coalesce((SELECT at FROM change_context), {_NOW}),"
        f" coalesce((SELECT who FROM change_context), '{OUTSIDE}'), (SELECT why FROM change_context),"
        f" '{table.name}', {key}.\"fid\", '{operation}', {before}, {after}, {shape_before}, {shape_after})"
    )


def _row_json(table: sa.Table, row: str) -> str:
    shape = geometry_column(table)
    kept = [column.name for column in table.columns if column is not shape and not is_personal(column)]
    return "json_object(" + ", ".join(f"'{name}', {row}.\"{name}\"" for name in kept) + ")"


def _entry(row: sa.Row[Any]) -> HistoryEntry:
    return HistoryEntry(
        id=row.fid,
        at=row.at,
        who=row.who,
        why=row.why,
        table=row.table_name,
        row_id=row.row_id,
        operation=row.operation,
        before=None if row.before is None else json.loads(row.before),
        after=None if row.after is None else json.loads(row.after),
        geometry_before=None if row.before_geom is None else geopackage.decode(row.before_geom),
        geometry_after=None if row.after_geom is None else geopackage.decode(row.after_geom),
    )
