"""Dispute cases and their numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import sqlalchemy as sa

from data.store.changes import Changes
from data.store.engine import Database
from data.store.records import Case
from data.store.rows import Rows
from geo.errors import StoreError

__all__ = ["Cases"]

_CHINA = timezone(timedelta(hours=8))
"""Offices count their years by Beijing time."""

_CLOSED = frozenset({"settled", "referred", "failed", "withdrawn"})


class Cases(Rows[Case]):
    """The boundary disputes of a township."""

    def __init__(self, database: Database, tables: sa.MetaData, changes: Changes) -> None:
        super().__init__(database, tables.tables["dispute"], Case)
        self._changes = changes

    def open(self, case: Case) -> Case:
        """Store a new case under the next number of the year, like ``2026-017``.

        A number already given (``case.number``) is kept.
        """
        at = self._changes.current().at
        number = case.number or self._next_number(at.astimezone(_CHINA).year)
        return self.add(replace(case, number=number, opened_at=case.opened_at or at))

    def by_number(self, number: str) -> Case | None:
        """Return the case with this number, or None."""
        return self._one(self._table.c.number == number)

    def listed(self, *, put_away: bool = False) -> tuple[Case, ...]:
        """Return the cases on the table, or those put away."""
        away = self._table.c.put_away_at
        return self._all(away.is_not(None) if put_away else away.is_(None))

    def put_away(self, case: Case) -> Case:
        """Take a case off the table; nothing is deleted."""
        return self.save(replace(case, put_away_at=self._changes.current().at))

    def close(self, case: Case, state: str) -> Case:
        """Close a case that was not settled: ``referred``, ``failed`` or ``withdrawn``.

        Raises
        ------
        StoreError
            ``case_state`` for any other state: a case is settled by recording its agreement only.
        """
        if state not in _CLOSED - {"settled"}:
            raise StoreError(
                "case_state",
                zh="案件 {number} 不能这样结为“{state}”：达成协议的，请登记签字件。",
                en="Case {number} cannot be closed as {state!r} this way: to settle it, record the signed copy.",
                where=case.number,
                number=case.number,
                state=state,
            )
        return self.save(replace(case, state=state, closed_at=self._changes.current().at))  # type: ignore[arg-type]

    def save(self, case: Case) -> Case:
        """Overwrite the stored case; see :meth:`Rows.save`.

        Raises
        ------
        StoreError
            Also ``case_state`` when the save would settle or unsettle a case.
        """
        stored = self.get(case.id)
        if stored.version == case.version and (case.state == "settled") != (stored.state == "settled"):
            raise StoreError(
                "case_state",
                zh="案件 {number} 的“已达成”状态只随签字协议的登记或重开而变：请登记签字件，或重开案件。",
                en="Case {number} becomes settled only by recording its signed agreement, and unsettled only by "
                "reopening: do that instead.",
                where=case.number,
                number=case.number,
                state=case.state,
            )
        return super().save(case)

    def _next_number(self, year: int) -> str:
        """Return the number after the highest of the year; the open transaction keeps it ours."""
        prefix = f"{year}-"
        query = sa.select(self._table.c.number).where(
            self._table.c.number.startswith(prefix, autoescape=True)
        )
        tails = [number.removeprefix(prefix) for number in self._database.writing().execute(query).scalars()]
        return f"{prefix}{max((int(tail) for tail in tails if tail.isdigit()), default=0) + 1:03d}"
