"""Boundary lines and their states, which only go forward (DEFINITIONS 15)."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import sqlalchemy as sa

from data.store.engine import Database
from data.store.records import BoundaryLine, LineState
from data.store.rows import Rows
from geo.errors import StoreError

__all__ = ["BoundaryLines"]

_ORDER: tuple[str, ...] = get_args(LineState)


class BoundaryLines(Rows[BoundaryLine]):
    """Lines between plots and between units."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        super().__init__(database, tables.tables["boundary_line"], BoundaryLine)

    def advance(self, line: BoundaryLine, state: LineState) -> BoundaryLine:
        """Take a line one or more states further: claimed, agreed, registration pending, registered.

        Raises
        ------
        StoreError
            ``line_state`` when ``state`` lies behind, or when a claimed line would become agreed without
            its signed copy; else as :meth:`Rows.save`.
        """
        behind = _ORDER.index(state) <= _ORDER.index(line.state)
        if behind or line.state == "claimed":
            raise StoreError(
                "line_state",
                zh="界线不能从“{given}”变为“{wanted}”：先登记签字协议，再送登记，最后记为已登记。",
                en="The line cannot go from {given!r} to {wanted!r}: record the signed agreement first, then send it "
                "to the registry, then mark it registered.",
                where=f"boundary_line {line.id}",
                given=line.state,
                wanted=state,
            )
        return self.save(replace(line, state=state))

    def of_case(self, case_id: int) -> tuple[BoundaryLine, ...]:
        """Return the lines recorded for a case."""
        return self._all(self._table.c.case_id == case_id)
