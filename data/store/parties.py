"""Parties: the one place of names and telephone numbers, and how they are erased."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from data.store.changes import Changes
from data.store.engine import Database
from data.store.records import JoinedParty, Note, Party
from data.store.rows import Rows

__all__ = ["JoinedParties", "Notes", "Parties"]


class Parties(Rows[Party]):
    """Holders, neighbours and issuers; history and log know them by number only."""

    def __init__(self, database: Database, tables: sa.MetaData, changes: Changes) -> None:
        super().__init__(database, tables.tables["party"], Party)
        self._changes = changes
        self._joined = tables.tables["joined_party"]

    def by_code(self, code: str) -> Party | None:
        """Return the party with this code, or None."""
        return self._one(self._table.c.code == code)

    def erase(self, party: Party) -> Party:
        """Remove a party's personal text, and the names of those who stood for it; the number stays.

        The text is overwritten in the file, and the journal emptied when the change ends
        (:meth:`data.store.Store.change` does it). Cases, history and log stay valid.
        """
        change = self._changes.current()
        erased = self.save(replace(party, name=None, phone=None, erased_at=change.at))
        proxies = self._joined.update().where(
            self._joined.c.party_id == party.id, self._joined.c.proxy_name.is_not(None)
        )
        self._database.writing().execute(proxies.values(proxy_name=None, version=self._joined.c.version + 1))
        change.erases = True
        return erased


class Notes(Rows[Note]):
    """Words written to cases."""

    def __init__(self, database: Database, tables: sa.MetaData, changes: Changes) -> None:
        super().__init__(database, tables.tables["note"], Note)
        self._changes = changes

    def erase(self, note: Note) -> Note:
        """Remove a note's words; that it was there stays."""
        self._changes.current().erases = True
        return self.save(replace(note, text=None))


class JoinedParties(Rows[JoinedParty]):
    """Who must take part in a case, who was told, who came."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        super().__init__(database, tables.tables["joined_party"], JoinedParty)

    def absent(self, case_id: int) -> tuple[JoinedParty, ...]:
        """Return those who must join a case and are not known to be present or represented."""
        row = self._table.c
        return self._all(row.case_id == case_id, row.must_join, row.presence.in_(["unknown", "absent"]))

    def present(self, case_id: int) -> tuple[JoinedParty, ...]:
        """Return those who were present in a case or represented."""
        row = self._table.c
        return self._all(row.case_id == case_id, row.presence.in_(["present", "proxy"]))
