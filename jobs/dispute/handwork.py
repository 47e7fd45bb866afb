"""A line adjusted by hand, kept at every change, so that nothing is lost and every change can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shapely.geometry import LineString

from data.store import Case, ProposalRecord, Store
from geo.errors import DisputeError, JiebiaoError
from geo.proposal import Proposal
from jobs import township
from jobs.access import Account
from jobs.dispute.finding import Finding, as_json, by_hand

__all__ = ["DRAFT", "STRAIGHT_WITHIN_M", "Draft", "begin", "draft_of", "drop", "keep", "undo"]

DRAFT: Final = "hand_draft"
"""Name of a kept change: never printed, never chosen as it is."""


STRAIGHT_WITHIN_M: Final = 0.02
"""A point this near to the straight way between its neighbours is no handle worth dragging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The line as it was last adjusted, measured against today's finding; ``changes`` can be undone."""

    proposal: Proposal | None
    changes: int
    fault: JiebiaoError | None = None


def _kept(store: Store, case: Case) -> list[ProposalRecord]:
    return [row for row in store.proposals.find(case_id=case.id) if row.name == DRAFT]


def draft_of(store: Store, case: Case, finding: Finding) -> Draft | None:
    """Return the line adjusted by hand, or None when nobody has begun one."""
    kept = _kept(store, case)
    if not kept or kept[-1].geometry is None:
        return None
    try:
        proposal = by_hand(finding, LineString(kept[-1].geometry))
    except JiebiaoError as fault:
        return Draft(proposal=None, changes=len(kept) - 1, fault=fault)
    return Draft(proposal=proposal, changes=len(kept) - 1)


def keep(store: Store, case: Case, finding: Finding, line: LineString, by: Account) -> Proposal:
    """Measure a line drawn by hand and keep it.

    Raises
    ------
    DisputeError
        As :func:`jobs.dispute.finding.by_hand`; nothing is kept then.
    """
    proposal = by_hand(finding, line)
    kept = _kept(store, case)
    last = kept[-1].geometry if kept else None
    if last is not None and last.equals_exact(proposal.line, 0.0005):
        return proposal
    record = ProposalRecord(
        case_id=case.id,
        name=DRAFT,
        inputs_sha256=finding.sha256,
        finding=as_json(proposal),
        made_at=township.clock(),
        geometry=proposal.line,
    )
    with store.change(by=by.id, action="case.hand"):
        store.proposals.add(record)
    return proposal


def begin(store: Store, case: Case, finding: Finding, line: LineString, by: Account) -> Proposal:
    """Begin to adjust a line: points that lie on the straight way between others are left out first.

    Raises
    ------
    DisputeError
        As :func:`keep`.
    """
    drop(store, case, by)
    try:
        return keep(store, case, finding, LineString(line.simplify(STRAIGHT_WITHIN_M).coords), by)
    except DisputeError:
        return keep(store, case, finding, line, by)


def undo(store: Store, case: Case, by: Account) -> None:
    """Take the last change back; history keeps it."""
    kept = _kept(store, case)
    if len(kept) > 1:
        with store.change(by=by.id, action="case.hand_undo"):
            store.proposals.delete(kept[-1])


def drop(store: Store, case: Case, by: Account) -> None:
    """Give the adjusted line up."""
    kept = _kept(store, case)
    if kept:
        with store.change(by=by.id, action="case.hand_drop"):
            for row in kept:
                store.proposals.delete(row)
