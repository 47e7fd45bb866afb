"""Who did what in a case, and what changed between two versions of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from shapely.geometry.base import BaseGeometry

from data.store import Case, Record, Store
from geo.errors import StoreError

__all__ = ["CaseEvent", "FieldChange", "events_of", "field_changes", "last_author", "since", "who_names"]

_TABLES: Final = {
    "dispute": "cases",
    "case_file": "case_files",
    "case_line": "case_lines",
    "case_point": "case_points",
    "joined_party": "joined",
    "note": "notes",
    "issued_document": "documents",
    "proposal": "proposals",
    "agreement": "agreements",
}
"""Tables of a case, and the store's attribute for each."""

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One thing done in a case: when, by whom (account id and name), and the log's word for it."""

    seq: int
    at: datetime
    who: str
    name: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs between what somebody has before him and what is stored."""

    field: str
    yours: str
    stored: str


def events_of(store: Store, case: Case) -> tuple[CaseEvent, ...]:
    """Return what was done in a case, oldest first, from the sealed log."""
    return tuple(_events(store, case, 0))


def _events(store: Store, case: Case, after: int) -> list[CaseEvent]:
    mine = _objects(store, case)
    names = who_names(store)
    found = []
    while entries := store.log.entries(after, _PAGE):
        after = entries[-1].seq
        for entry in entries:
            if entry.action.startswith("case.") and any(_touches(each, mine) for each in entry.objects):
                found.append(
                    CaseEvent(
                        seq=entry.seq,
                        at=datetime.fromisoformat(entry.at.replace("Z", "+00:00")),
                        who=entry.who,
                        name=names.get(entry.who, entry.who),
                        action=entry.action,
                    )
                )
    return found


def _objects(store: Store, case: Case) -> dict[str, set[int]]:
    """Return the row numbers that belong to a case, by table; removed rows stand in history."""
    found: dict[str, set[int]] = {"dispute": {case.id}}
    for table, attribute in _TABLES.items():
        if table != "dispute":
            rows = getattr(store, attribute).find(case_id=case.id)
            found[table] = {row.id for row in rows}
    removed = store.history.of("case_point")
    found["case_point"] |= {
        entry.row_id for entry in removed if (entry.before or entry.after or {}).get("case_id") == case.id
    }
    return found


def _touches(named: str, mine: Mapping[str, set[int]]) -> bool:
    """Tell whether an object of the log, ``table:7`` or ``table:7-12``, is one of the case's rows."""
    table, _, numbers = named.partition(":")
    first, _, last = numbers.partition("-")
    if table not in mine or not first.isdigit():
        return False
    rows = range(int(first), int(last or first) + 1)
    return any(row in mine[table] for row in rows)


def who_names(store: Store) -> dict[str, str]:
    """Return the names of all accounts by their id."""
    return {account.id: account.name for account in store.accounts.all()}


def last_author(store: Store, table: str, row_id: int) -> tuple[str, datetime] | None:
    """Return the name of who last saved a row, and when."""
    entries = store.history.of(table, row_id, limit=1)
    if not entries:
        return None
    return who_names(store).get(entries[-1].who, entries[-1].who), entries[-1].at


def field_changes(fault: StoreError) -> tuple[FieldChange, ...]:
    """Return what somebody else changed, from the fault of a stale save."""
    yours, stored = fault.facts.get("yours"), fault.facts.get("stored")
    if not isinstance(yours, Record) or not isinstance(stored, Record):
        return ()
    found = []
    for item in fields(stored):
        mine, theirs = getattr(yours, item.name), getattr(stored, item.name)
        if item.name not in ("id", "version") and not _same(mine, theirs):
            found.append(FieldChange(field=item.name, yours=_plain(mine), stored=_plain(theirs)))
    return tuple(found)


def _same(mine: object, theirs: object) -> bool:
    if isinstance(mine, BaseGeometry) and isinstance(theirs, BaseGeometry):
        return bool(mine.equals_exact(theirs, 0.0005))
    return mine == theirs


def _plain(value: object) -> str:
    if isinstance(value, BaseGeometry):
        return f"{value.length:.1f} m"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "" if value is None else str(value)


def since(store: Store, case: Case, seq: int, who: str) -> tuple[tuple[CaseEvent, ...], int]:
    """Return what others did in a case after entry ``seq`` of the log, and the number of the log's last entry."""
    head = store.log.head()[0]
    if head <= seq:
        return (), head
    found = [event for event in _events(store, case, seq) if event.who != who]
    return tuple(found), head
