"""The connection to an embedded file: settings asserted on every connection, one writer at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data.store import geopackage
from geo.errors import StoreError

__all__ = ["Database", "raw"]

_BUSY_MS = 10_000
_FULL = 2
_ASSERTED = {"synchronous": _FULL, "foreign_keys": 1, "busy_timeout": _BUSY_MS, "secure_delete": 1}
_READERS = 16


class Database:
    """An open SQLite file: short reads on their own connections, one write transaction at a time.

    Every connection has WAL, ``synchronous=FULL``, foreign keys and a busy time-out, read back and
    asserted when it is made and whenever it is taken; QGIS's clean close sets the journal back.
    Within :meth:`write` all reads of the same thread see what was written.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._writer = threading.RLock()
        self._mine = threading.local()
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)), pool_size=_READERS, max_overflow=_READERS
        )
        sa.event.listen(self._engine, "connect", self._prepare)
        sa.event.listen(self._engine, "checkout", self._assert_settings)
        sa.event.listen(self._engine, "begin", self._begin)

    def close(self) -> None:
        """Close every connection; the last writer moves the journal into the file first."""
        try:
            # A damaged file was refused with a sentence before; closing it has nothing to add.
            with suppress(sqlite3.DatabaseError, sa.exc.DatabaseError):
                if not self.read_only:
                    self.forget_erased()
        finally:
            self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection to read from: the open write transaction of this thread, or a snapshot."""
        open_now = self._open_now()
        if open_now is not None:
            yield open_now
            return
        with _sentences(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give the connection of a write transaction, committed at the end, rolled back on any error.

        Inside another write of the same thread it is the same transaction.

        Raises
        ------
        StoreError
            ``store_read_only``; ``store_busy`` when another program keeps the file locked too long.
        """
        if self.read_only:
            raise StoreError(
                "store_read_only",
                zh="档案 {name} 是只读打开的：请用可写方式打开后再保存。",
                en="The records {name} are open for reading only: open them for writing to save.",
                where=str(self.path),
                name=self.path.name,
            )
        open_now = self._open_now()
        if open_now is not None:
            yield open_now
            return
        with self._writer, _sentences(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(jiebiao_write=True)
            with connection.begin():
                self._mine.connection = connection
                try:
                    yield connection
                finally:
                    self._mine.connection = None

    def writing(self) -> sa.Connection:
        """Return the connection of this thread's open write transaction."""
        connection = self._open_now()
        if connection is None:
            raise RuntimeError("records are written inside `with store.change(...)` only")
        return connection

    def is_writing(self) -> bool:
        """Tell whether this thread has a write transaction open."""
        return self._open_now() is not None

    def forget_erased(self) -> None:
        """Move the journal into the file and empty it, so that erased text stands nowhere any more."""
        with self._engine.connect() as connection:
            raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy of the file to ``target``, with nothing left in a journal."""
        with self._engine.connect() as connection:
            copy = sqlite3.connect(target)
            try:
                raw(connection).backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()

    def _open_now(self) -> sa.Connection | None:
        return getattr(self._mine, "connection", None)

    def _prepare(self, connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        geopackage.register_functions(connection)
        for name, value in _ASSERTED.items():
            connection.execute(f"PRAGMA {name} = {value}")
        connection.execute("PRAGMA fullfsync = ON")
        if self.read_only:
            connection.execute("PRAGMA query_only = ON")

    def _assert_settings(self, connection: sqlite3.Connection, _record: Any, _proxy: Any) -> None:
        if not self.read_only:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            _assert_equal("journal_mode", mode, "wal")
        for name, value in _ASSERTED.items():
            _assert_equal(name, connection.execute(f"PRAGMA {name}").fetchone()[0], value)

    @staticmethod
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("jiebiao_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def raw(connection: sa.Connection) -> sqlite3.Connection:
    """Return the driver's own connection, for what only SQLite has."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("an embedded store stands on SQLite")
    return driver


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except sa.exc.OperationalError as fault:
        if "locked" not in str(fault.orig) and "busy" not in str(fault.orig):
            raise
        raise StoreError(
            "store_busy",
            zh="档案 {name} 被别的程序（如 QGIS）占用超过 {wait_s} 秒：请在那里保存或关闭后重试。",
            en="Another program (such as QGIS) kept the records {name} locked for over {wait_s} s: "
            "save or close there and try again.",
            where=str(path),
            name=path.name,
            wait_s=_BUSY_MS // 1000,
        ) from fault


def _assert_equal(name: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise StoreError(
            "store_unsafe_setting",
            zh="数据库设置 {name} 是 {found}，应为 {wanted}：断电可能损坏档案，已停止。请换到本机磁盘再试。",
            en="The database setting {name} is {found}, {wanted} is required: a power cut could damage "
            "the records. Stopped; move them to a local disk.",
            name=name,
            found=found,
            wanted=wanted,
        )
