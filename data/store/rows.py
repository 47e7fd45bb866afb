"""Rows of one table as frozen records: read, add, save with a version check, find by box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from data.store.columns import within_box
from data.store.engine import Database
from data.store.records import Record
from data.store.schema import geometry_column
from geo.errors import StoreError

__all__ = ["Box", "Rows"]

Box = tuple[float, float, float, float]
"""West, south, east, north in the working CRS, metres."""

_R = TypeVar("_R", bound=Record)


class Rows(Generic[_R]):
    """One kind of record. Reading is free; writing belongs inside ``with store.change(...)``."""

    def __init__(self, database: Database, table: sa.Table, kind: type[_R]) -> None:
        self._database = database
        self._table = table
        self._kind = kind
        self._shape = geometry_column(table)
        own = {field.name for field in fields(kind)} - {"id", "version", "geometry"}
        self._columns = {name: table.c[name] for name in sorted(own)}
        if self._shape is not None:
            self._columns["geometry"] = self._shape

    def get(self, row_id: int) -> _R:
        """Return the record numbered ``row_id``.

        Raises
        ------
        StoreError
            ``record_not_found``.
        """
        found = self._one(self._table.c.fid == row_id)
        if found is None:
            raise self._missing(row_id)
        return found

    def find(self, **equal: object) -> tuple[_R, ...]:
        """Return the records whose fields equal those given, in the order they were made."""
        return self._all(*(self._columns[name] == value for name, value in equal.items()))

    def within(self, box: Box) -> tuple[_R, ...]:
        """Return the records whose bounding box meets ``box``, through the spatial index."""
        if self._shape is None:
            raise TypeError(f"{self._table.name} has no shapes")
        return self._all(within_box(self._shape, box))

    def count(self) -> int:
        """Return how many records there are."""
        with self._database.read() as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(self._table)).scalar_one())

    def add(self, record: _R) -> _R:
        """Store a new record and return it with its number and version.

        Raises
        ------
        StoreError
            ``record_taken`` when its code or number is in use; ``record_refused`` when it names another
            record that does not exist or a word that is not known.
        """
        return self.add_many([record])[0]

    def add_many(self, records: Sequence[_R]) -> tuple[_R, ...]:
        """Store many new records at once and return them with their numbers; all or none.

        Raises
        ------
        StoreError
            As :meth:`add`.
        """
        if not records:
            return ()
        values = [self._values(record) for record in records]
        statement = self._table.insert().returning(self._table.c.fid, sort_by_parameter_order=True)
        numbers = self._execute(statement, values, records[0]).scalars().all()
        return tuple(
            replace(record, id=number, version=1) for record, number in zip(records, numbers, strict=True)
        )

    def save(self, record: _R) -> _R:
        """Overwrite the stored record and return it with its new version.

        Raises
        ------
        StoreError
            ``stale_version`` when somebody saved it meanwhile: facts hold both records as ``yours`` and
            ``stored``; ``record_not_found``; ``record_taken`` and ``record_refused`` as :meth:`add`.
        """
        row = self._table.c
        statement = (
            self._table.update()
            .where(row.fid == record.id, row.version == record.version)
            .values(version=record.version + 1, **self._values(record))
        )
        if self._execute(statement, None, record).rowcount != 1:
            raise self._stale(record)
        return replace(record, version=record.version + 1)

    def delete(self, record: _R) -> None:
        """Remove a record for good; history keeps it. Records people made are rather put away.

        Raises
        ------
        StoreError
            ``stale_version``, ``record_not_found``; ``record_refused`` when others refer to it.
        """
        row = self._table.c
        statement = self._table.delete().where(row.fid == record.id, row.version == record.version)
        if self._execute(statement, None, record).rowcount != 1:
            raise self._stale(record)

    def _one(self, *where: sa.ColumnElement[bool]) -> _R | None:
        found = self._all(*where)
        return found[0] if found else None

    def _all(self, *where: sa.ColumnElement[bool]) -> tuple[_R, ...]:
        query = sa.select(self._table).where(*where).order_by(self._table.c.fid)
        with self._database.read() as connection:
            return tuple(self._record(row) for row in connection.execute(query))

    def _record(self, row: sa.Row[Any]) -> _R:
        stored = row._mapping
        values = {name: stored[column] for name, column in self._columns.items()}
        return self._kind(id=stored[self._table.c.fid], version=stored[self._table.c.version], **values)

    def _values(self, record: _R) -> dict[str, Any]:
        return {column.name: getattr(record, name) for name, column in self._columns.items()}

    def _execute(
        self, statement: sa.Executable, values: list[dict[str, Any]] | None, record: _R
    ) -> sa.CursorResult[Any]:
        connection = self._database.writing()
        try:
            return connection.execute(statement, values)  # type: ignore[return-value]
        except sa.exc.IntegrityError as fault:
            raise self._refused(str(fault.orig), record) from fault
        except sa.exc.StatementError as fault:
            if isinstance(fault.orig, ValueError):
                raise fault.orig from fault
            raise

    def _refused(self, reason: str, record: _R) -> StoreError:
        key = str(getattr(record, "code", "") or getattr(record, "number", "") or record.id)
        if "registered geometry" in reason:
            return StoreError(
                "registered_geometry",
                zh="宗地 {key} 已登记，登记的图形不能改动：请记入约定状态，或登记新证后另存。",
                en="Plot {key} is registered; its registered shape is never overwritten: record an agreement, "
                "or add the new certificate beside it.",
                where=f"{self._table.name} {key}",
                key=key,
            )
        if reason.startswith("UNIQUE"):
            return StoreError(
                "record_taken",
                zh="编号 {key} 已被使用：请换一个编号，或打开已有的记录。",
                en="{key} is already in use: choose another number, or open the record that has it.",
                where=f"{self._table.name} {key}",
                key=key,
                table=self._table.name,
            )
        return StoreError(
            "record_refused",
            zh="记录 {key} 不能保存：它引用了不存在的记录、仍被别的记录引用，或用了未知的词。请改正后再存。",
            en="Record {key} cannot be stored: it names a record that does not exist, others still name it, or it "
            "uses an unknown word. Mend it and save again.",
            where=f"{self._table.name} {key}",
            key=key,
            reason=reason,
            table=self._table.name,
        )

    def _stale(self, record: _R) -> StoreError:
        stored = self._one(self._table.c.fid == record.id)
        if stored is None:
            return self._missing(record.id)
        return StoreError(
            "stale_version",
            zh="这条记录在您打开之后已被别人保存（您的是第 {version_yours} 版，现在是第 {version_stored} 版）："
            "请对照两版后再保存。",
            en="Somebody saved this record after you opened it (yours is version {version_yours}, it is now "
            "{version_stored}): compare both and save again.",
            where=f"{self._table.name} {record.id}",
            table=self._table.name,
            row_id=record.id,
            version_yours=record.version,
            version_stored=stored.version,
            yours=record,
            stored=stored,
        )

    def _missing(self, row_id: int) -> StoreError:
        return StoreError(
            "record_not_found",
            zh="没有找到编号为 {row_id} 的记录：它可能已被删除，请刷新后再试。",
            en="There is no record numbered {row_id}: it may have been removed; refresh and try again.",
            where=f"{self._table.name} {row_id}",
            table=self._table.name,
            row_id=row_id,
        )
