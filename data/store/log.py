"""The append-only, hash-chained log: identifiers and digests only, so that erasing people leaves it valid.

Entry *n* is sealed by SHA-256 over the seal of entry *n-1* and its own fields. Its digest covers the rows of
history that the change wrote, so that history cannot be altered unseen either; triggers refuse update,
deletion and a wrong successor in any program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from data.store.columns import canonical_json, utc_text
from data.store.engine import Database
from data.store.history import OUTSIDE

__all__ = ["ChainFault", "Log", "LogEntry", "guard_statements"]

_GENESIS = "0" * 64
_HISTORY_FIELDS = (
    "fid",
    "at",
    "who",
    "table_name",
    "row_id",
    "operation",
    "before",
    "after",
    "before_geom",
    "after_geom",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One sealed line of the log; ``objects`` like ``("plot:4", "plot:7-12")``."""

    seq: int
    at: str
    who: str
    action: str
    objects: tuple[str, ...]
    digest: str
    history_to: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """Where the log or the history it seals does not hold.

    ``kind`` is ``"sequence"``, ``"previous"``, ``"hash"``, ``"history"``, or ``"unlogged"`` when the program
    wrote history after the last entry, which is then no longer the last.
    """

    seq: int
    kind: str


class Log:
    """Reads and checks the chain; entries are appended by :meth:`append` inside a change."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        self._database = database
        self._log = tables.tables["log"]
        self._history = tables.tables["history"]

    def entries(self, after_seq: int = 0, limit: int = 1000) -> tuple[LogEntry, ...]:
        """Return up to ``limit`` entries after ``after_seq``, oldest first."""
        query = sa.select(self._log).where(self._log.c.seq > after_seq).order_by(self._log.c.seq).limit(limit)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def latest(self, limit: int = 100) -> tuple[LogEntry, ...]:
        """Return the latest ``limit`` entries, oldest first."""
        query = sa.select(self._log).order_by(self._log.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in reversed(connection.execute(query).all()))

    def head(self) -> tuple[int, str]:
        """Return the number and seal of the last entry; print it on paper and the past is fixed."""
        with self._database.read() as connection:
            seq, seal, _ = self._tip(connection)
        return seq, seal

    def faults(self, expected_head: tuple[int, str] | None = None) -> tuple[ChainFault, ...]:
        """Check every link and every digest; empty when the chain is intact.

        Parameters
        ----------
        expected_head : tuple of int and str, optional
            A number and seal known from outside (a printed document, a backup); its absence is a fault.
        """
        with self._database.read() as connection:
            found = list(self._walk(connection))
            if expected_head is not None and not self._holds(connection, expected_head):
                found.append(ChainFault(seq=expected_head[0], kind="hash"))
        return tuple(found)

    def append(
        self, connection: sa.Connection, *, who: str, at: datetime, action: str, objects: Iterable[str] = ()
    ) -> None:
        """Seal one entry over the history written since the last, inside the open transaction."""
        seq, previous, sealed_to = self._tip(connection)
        digest, touched, history_to = self._seal(connection, sealed_to, None)
        listed = [*touched, *objects]
        body = {
            "seq": seq + 1,
            "at": utc_text(at),
            "who": who,
            "action": action,
            "objects": canonical_json(listed),
            "digest": digest,
            "history_to": history_to,
            "previous": previous,
        }
        connection.execute(self._log.insert().values(hash=_hash(body), **body))

    def adopt_outside(self, connection: sa.Connection, at: datetime) -> bool:
        """Log what another program changed since the last entry; tell whether there was anything."""
        _, _, sealed_to = self._tip(connection)
        newest = connection.execute(sa.select(sa.func.max(self._history.c.fid))).scalar() or 0
        if newest <= sealed_to:
            return False
        self.append(connection, who=OUTSIDE, at=at, action="outside.edit")
        return True

    def unlogged(self, connection: sa.Connection) -> bool:
        """Tell whether history has rows that no entry has sealed yet."""
        newest = connection.execute(sa.select(sa.func.max(self._history.c.fid))).scalar() or 0
        return bool(newest > self._tip(connection)[2])

    def _tip(self, connection: sa.Connection) -> tuple[int, str, int]:
        columns = (self._log.c.seq, self._log.c.hash, self._log.c.history_to)
        row = connection.execute(sa.select(*columns).order_by(self._log.c.seq.desc()).limit(1)).first()
        return (0, _GENESIS, 0) if row is None else (row.seq, row.hash, row.history_to)

    def _seal(
        self, connection: sa.Connection, after: int, until: int | None
    ) -> tuple[str, tuple[str, ...], int]:
        """Digest the history rows in ``(after, until]``; also name the objects and the last row."""
        names = ", ".join(f'"{name}"' for name in _HISTORY_FIELDS)
        query = f"SELECT {names} FROM history WHERE fid > ?" + (" AND fid <= ?" if until is not None else "")
        bounds = (after,) if until is None else (after, until)
        digest, touched, last = hashlib.sha256(), set[tuple[str, int]](), after
        for row in connection.exec_driver_sql(query + " ORDER BY fid", bounds):
            digest.update(canonical_json([_digestible(value) for value in row]).encode("utf-8") + b"\n")
            touched.add((row.table_name, row.row_id))
            last = row.fid
        return digest.hexdigest(), _ranges(touched), last

    def _walk(self, connection: sa.Connection) -> Iterator[ChainFault]:
        previous, sealed_to, number = _GENESIS, 0, 0
        for row in connection.execute(sa.select(self._log).order_by(self._log.c.seq)):
            number += 1
            body = {name: value for name, value in row._mapping.items() if name != "hash"}
            if row.seq != number:
                yield ChainFault(seq=row.seq, kind="sequence")
                number = row.seq
            if row.previous != previous:
                yield ChainFault(seq=row.seq, kind="previous")
            if row.hash != _hash(body):
                yield ChainFault(seq=row.seq, kind="hash")
            if row.digest != self._seal(connection, sealed_to, row.history_to)[0]:
                yield ChainFault(seq=row.seq, kind="history")
            previous, sealed_to = row.hash, row.history_to
        loose = sa.select(sa.func.count()).where(
            self._history.c.fid > sealed_to, self._history.c.who != OUTSIDE
        )
        if connection.execute(loose).scalar_one():
            yield ChainFault(seq=number, kind="unlogged")

    def _holds(self, connection: sa.Connection, head: tuple[int, str]) -> bool:
        query = sa.select(self._log.c.hash).where(self._log.c.seq == head[0])
        return connection.execute(query).scalar() == head[1] or head == (0, _GENESIS)


def guard_statements() -> dict[str, str]:
    """Return the triggers that keep log and history append-only, by name."""
    kept = "SELECT RAISE(ABORT, 'the {0} is append-only')"
    follows = (
        "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM log) OR NEW.previous <> "
        f"coalesce((SELECT hash FROM log ORDER BY seq DESC LIMIT 1), '{_GENESIS}')"
    )
    fixed = ", ".join(f'"{name}"' for name in _HISTORY_FIELDS)
    bodies = {
        "log_no_update": f"BEFORE UPDATE ON log BEGIN {kept.format('log')}; END",
        "log_no_delete": f"BEFORE DELETE ON log BEGIN {kept.format('log')}; END",
        "log_follows": f"BEFORE INSERT ON log WHEN {follows} BEGIN {kept.format('log')}; END",
        "history_no_update": f"BEFORE UPDATE OF {fixed} ON history BEGIN {kept.format('history')}; END",
        "history_why_only_erased": "BEFORE UPDATE OF why ON history WHEN NEW.why IS NOT NULL "
        f"BEGIN {kept.format('history')}; END",
        "history_no_delete": f"BEFORE DELETE ON history BEGIN {kept.format('history')}; END",
        "history_follows": "BEFORE INSERT ON history WHEN NEW.fid > 0 AND "
        f"NEW.fid <= (SELECT coalesce(max(fid), 0) FROM history) BEGIN {kept.format('history')}; END",
    }
    return {name: f'CREATE TRIGGER "{name}" {body}' for name, body in bodies.items()}


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(body).encode("utf-8")).hexdigest()


def _digestible(value: object) -> object:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value


def _ranges(touched: set[tuple[str, int]]) -> tuple[str, ...]:
    """Name rows as ``table:first-last``, runs of neighbouring numbers together."""
    named = []
    for table, rows in groupby(sorted(touched), key=lambda pair: pair[0]):
        for _, run in groupby(enumerate(row for _, row in rows), key=lambda pair: pair[1] - pair[0]):
            numbers = [number for _, number in run]
            tail = f"-{numbers[-1]}" if len(numbers) > 1 else ""
            named.append(f"{table}:{numbers[0]}{tail}")
    return tuple(named)


def _entry(row: sa.Row[Any]) -> LogEntry:
    return LogEntry(
        seq=row.seq,
        at=row.at,
        who=row.who,
        action=row.action,
        objects=tuple(json.loads(row.objects)),
        digest=row.digest,
        history_to=row.history_to,
        previous=row.previous,
        hash=row.hash,
    )
