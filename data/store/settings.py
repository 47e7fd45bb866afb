"""The township's settings: JSON values by key."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data.store.engine import Database

__all__ = ["Settings"]


class Settings:
    """Reads and writes settings; writing belongs inside ``with store.change(...)``."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        self._database = database
        self._table = tables.tables["setting"]

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of ``key``, or ``default`` when it was never set."""
        return self.all().get(key, default)

    def all(self) -> dict[str, Any]:
        """Return every setting."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(self._table.c.key, self._table.c.value))
            return {row.key: row.value for row in rows}

    def set(self, key: str, value: Any) -> None:
        """Set ``key`` to a JSON value."""
        connection = self._database.writing()
        row = self._table.c
        changed = connection.execute(
            self._table.update().where(row.key == key).values(value=value, version=row.version + 1)
        )
        if changed.rowcount == 0:
            connection.execute(self._table.insert().values(key=key, value=value))
