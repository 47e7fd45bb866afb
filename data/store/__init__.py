"""A township's records: one embedded GeoPackage, reached through :class:`Store` alone.

    with Store.open(path, clock=clock, address="http://127.0.0.1:8501") as store:
        case = store.cases.by_number("2026-017")
        with store.change(by="u3", action="case.note", why="…"):
            store.notes.add(Note(case_id=case.id, text="…"))

No SQL and no engine's name leaves this package.
"""

from __future__ import annotations

from data.store.accounts import Account, Accounts, Role
from data.store.backup import BackupManifest, back_up, read_manifest, restore
from data.store.changes import Change, Clock
from data.store.checks import KNOWN_GAPS, StoreReport
from data.store.history import OUTSIDE, HistoryEntry
from data.store.log import ChainFault, LogEntry
from data.store.records import (
    Agreement,
    BoundaryLine,
    Case,
    CaseFile,
    CaseLevel,
    CaseLine,
    CasePoint,
    CaseState,
    Evidence,
    Feature,
    FeatureKind,
    Household,
    IssuedDocument,
    JoinedParty,
    Json,
    LandUse,
    LineRole,
    LineState,
    Marker,
    Note,
    Party,
    Plot,
    PlotStatus,
    Presence,
    ProposalRecord,
    Record,
    Surface,
    Unit,
)
from data.store.rows import Box, Rows
from data.store.store import Store

__all__ = [
    "KNOWN_GAPS",
    "OUTSIDE",
    "Account",
    "Accounts",
    "Agreement",
    "BackupManifest",
    "BoundaryLine",
    "Box",
    "Case",
    "CaseFile",
    "CaseLevel",
    "CaseLine",
    "CasePoint",
    "CaseState",
    "ChainFault",
    "Change",
    "Clock",
    "Evidence",
    "Feature",
    "FeatureKind",
    "HistoryEntry",
    "Household",
    "IssuedDocument",
    "JoinedParty",
    "Json",
    "LandUse",
    "LineRole",
    "LineState",
    "LogEntry",
    "Marker",
    "Note",
    "Party",
    "Plot",
    "PlotStatus",
    "Presence",
    "ProposalRecord",
    "Record",
    "Role",
    "Rows",
    "Store",
    "StoreReport",
    "Surface",
    "Unit",
    "back_up",
    "read_manifest",
    "restore",
]
