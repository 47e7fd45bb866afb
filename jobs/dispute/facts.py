"""The records and facts of a case that pages speak about, gathered under one name."""

from __future__ import annotations

from data.documents.facts import Term, TermKind
from data.store import (
    Agreement,
    Case,
    CaseFile,
    CaseLevel,
    CaseLine,
    CasePoint,
    JoinedParty,
    LandUse,
    LineRole,
    Plot,
    Presence,
    Record,
    Store,
)

__all__ = [
    "Agreement",
    "Case",
    "CaseFile",
    "CaseLevel",
    "CaseLine",
    "CasePoint",
    "JoinedParty",
    "LandUse",
    "LineRole",
    "Plot",
    "Presence",
    "Record",
    "Store",
    "Term",
    "TermKind",
]
