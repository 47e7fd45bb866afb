"""A change: one transaction with a name, an author and a reason, sealed in the log when it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from data.store.engine import Database
from data.store.history import clear_context, set_context
from data.store.log import Log

__all__ = ["Change", "Changes", "Clock"]

Clock = Callable[[], datetime]
"""Gives the present as aware time; the store never reads a clock of its own."""


class Change:
    """What is being done: who, when, why, under which action; notes extra objects for the log.

    ``erases`` is set when personal text was removed: the journal is then emptied at the end.
    """

    __slots__ = ("action", "at", "by", "erases", "objects", "why")

    def __init__(self, *, by: str, at: datetime, action: str, why: str) -> None:
        self.by = by
        self.at = at
        self.action = action
        self.why = why
        self.objects: list[str] = []
        self.erases = False

    def note(self, *objects: str) -> None:
        """Name objects in the log that no row stands for: ``"export:2026-017"``, ``"account:u2"``."""
        self.objects.extend(objects)


class Changes:
    """Opens changes on a database, one at a time; a change inside a change joins the outer one."""

    def __init__(self, database: Database, log: Log, clock: Clock) -> None:
        self._database = database
        self._log = log
        self._clock = clock
        self._mine = threading.local()

    @contextmanager
    def open(self, *, by: str, action: str, why: str = "") -> Iterator[Change]:
        """Give a change; see :meth:`data.store.Store.change`."""
        outer: Change | None = getattr(self._mine, "change", None)
        if outer is not None:
            yield outer
            return
        if not by:
            raise ValueError("a change needs its author's account")
        change = Change(by=by, at=self._clock(), action=action, why=why)
        with self._database.write() as connection:
            self._log.adopt_outside(connection, change.at)
            set_context(connection, by, change.at, why)
            self._mine.change = change
            try:
                yield change
            finally:
                self._mine.change = None
            clear_context(connection)
            if change.objects or self._log.unlogged(connection):
                self._log.append(connection, who=by, at=change.at, action=action, objects=change.objects)
        if change.erases:
            self._database.forget_erased()

    def current(self) -> Change:
        """Return the change open in this thread."""
        change: Change | None = getattr(self._mine, "change", None)
        if change is None:
            raise RuntimeError("records are written inside `with store.change(...)` only")
        return change
