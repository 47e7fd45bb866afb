"""Who has to be joined: every holder whose plot touches the line, and the issuer (norms: decisions have been
quashed because an affected neighbour was not joined)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shapely.geometry import LineString

from data.store import Case, JoinedParty, Plot, Presence, Store
from jobs.access import Account
from jobs.dispute.opening import party_name

__all__ = ["Neighbour", "list_joined", "mark", "neighbours", "refresh"]

Reason = Literal["side_a", "side_b", "neighbour", "issuer", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody who must be joined, as the list beside the map shows them."""

    joined: JoinedParty
    name: str
    plot_code: str


def neighbours(store: Store, case: Case, line: LineString) -> tuple[JoinedParty, ...]:
    """Return who must be joined for a line: both sides, touching holders, and the issuers of all these plots."""
    touching = store.plots.touching(line)
    own = [store.plots.get(plot_id) for plot_id in (case.plot_a_id, case.plot_b_id) if plot_id is not None]
    found: dict[int, JoinedParty] = {}
    _join(found, case, case.party_a_id, case.plot_a_id, "side_a")
    _join(found, case, case.party_b_id, case.plot_b_id, "side_b")
    for plot in touching:
        if plot.id not in (case.plot_a_id, case.plot_b_id):
            _join(found, case, plot.holder_id, plot.id, "neighbour")
    for plot in (*own, *touching):
        _join(found, case, plot.issuer_id, plot.id, "issuer")
    return tuple(found.values())


def _join(
    found: dict[int, JoinedParty], case: Case, party_id: int | None, plot_id: int | None, reason: Reason
) -> None:
    if party_id is not None and party_id not in found:
        found[party_id] = JoinedParty(case_id=case.id, party_id=party_id, plot_id=plot_id, reason=reason)


def refresh(store: Store, case: Case, line: LineString, by: Account) -> tuple[Neighbour, ...]:
    """Bring the stored list up to the line: add who is missing, keep what was noted of everybody."""
    known = {each.party_id for each in store.joined.find(case_id=case.id)}
    missing = [each for each in neighbours(store, case, line) if each.party_id not in known]
    if missing:
        with store.change(by=by.id, action="case.join"):
            store.joined.add_many(missing)
    return list_joined(store, case)


def list_joined(store: Store, case: Case) -> tuple[Neighbour, ...]:
    """Return everybody joined to a case, the sides first."""
    order = {"side_a": 0, "side_b": 1, "neighbour": 2, "issuer": 3, "other": 4}
    rows = sorted(store.joined.find(case_id=case.id), key=lambda each: (order[each.reason], each.id))
    return tuple(
        Neighbour(joined=row, name=party_name(store, row.party_id), plot_code=_code(store, row.plot_id))
        for row in rows
    )


def _code(store: Store, plot_id: int | None) -> str:
    plot: Plot | None = store.plots.get(plot_id) if plot_id is not None else None
    return plot.code if plot is not None else ""


def mark(
    store: Store, joined: JoinedParty, by: Account, *, presence: Presence, notified_at: datetime | None = None
) -> JoinedParty:
    """Note whether somebody came, sent a proxy or stayed away, and when they were told."""
    changed = replace(joined, presence=presence, notified_at=notified_at or joined.notified_at)
    with store.change(by=by.id, action="case.presence"):
        return store.joined.save(changed)
