"""Choose: one of the proposed lines, a line adjusted by hand, or an arrangement that is no line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

from shapely.geometry import LineString

from data.documents.facts import Term, TermKind
from data.store import Case, ProposalRecord, Store
from geo.errors import ArgumentError
from geo.proposal import Proposal
from jobs import township
from jobs.access import Account
from jobs.dispute.finding import Finding, as_json, by_hand

__all__ = ["Chosen", "choose", "chosen_of", "drop_choice", "save_wishes", "set_terms", "terms_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The chosen line with its figures of today, and whether the inputs changed since it was chosen."""

    record: ProposalRecord
    proposal: Proposal
    is_stale: bool


def choose(store: Store, case: Case, finding: Finding, proposal: Proposal, by: Account) -> Case:
    """Keep a proposal as the chosen line: a snapshot with the digest of everything it was made from."""
    record = ProposalRecord(
        case_id=case.id,
        name=proposal.name,
        inputs_sha256=finding.sha256,
        finding=as_json(proposal),
        made_at=township.clock(),
        geometry=proposal.line,
    )
    with store.change(by=by.id, action="case.choose"):
        kept = store.proposals.add(record)
        return store.cases.save(replace(case, chosen_proposal_id=kept.id, state="chosen"))


def drop_choice(store: Store, case: Case, by: Account) -> Case:
    """Take the choice back; the snapshot stays."""
    with store.change(by=by.id, action="case.unchoose"):
        return store.cases.save(replace(case, chosen_proposal_id=None, state="open"))


def chosen_of(store: Store, case: Case, finding: Finding) -> Chosen | None:
    """Return the chosen line measured against today's finding.

    A proposal of an unchanged case is returned as it was offered; when lines changed since, the kept line is
    measured anew and marked stale, so that no paper is printed from figures nobody looked at.
    """
    if case.chosen_proposal_id is None:
        return None
    record = store.proposals.get(case.chosen_proposal_id)
    if record.geometry is None:
        return None
    is_stale = record.inputs_sha256 != finding.sha256
    same = [each for each in finding.proposals.proposals if each.line.equals_exact(record.geometry, 0.0005)]
    if not is_stale and same:
        named = next((each for each in same if each.name == record.name), same[0])
        return Chosen(record=record, proposal=named, is_stale=False)
    return Chosen(record=record, proposal=by_hand(finding, LineString(record.geometry)), is_stale=is_stale)


def save_wishes(store: Store, case: Case, wishes: Mapping[str, float | bool | None], by: Account) -> Case:
    """Keep settings of the case: agreed distance, marker sight, the share asked for; ``None`` takes one back."""
    kept = {**case.settings, **wishes}
    settings = {name: value for name, value in kept.items() if value is not None}
    with store.change(by=by.id, action="case.settings"):
        return store.cases.save(replace(case, settings=settings))


def set_terms(store: Store, case: Case, terms: Sequence[Term], by: Account) -> Case:
    """Keep what is agreed beside or instead of a line.

    Raises
    ------
    ArgumentError
        ``term_without_words``; ``term_ends_early``.
    """
    for term in terms:
        _check(term)
    with store.change(by=by.id, action="case.terms"):
        return store.cases.save(replace(case, arrangement={"terms": [_plain(term) for term in terms]}))


def _check(term: Term) -> None:
    if not (term.what.strip() or term.amount_yuan):
        raise ArgumentError(
            "term_without_words",
            zh="约定还没有写内容：请写清楚做什么。",
            en="The term says nothing yet: write what is to be done.",
            where=term.kind,
        )
    if term.starts_on and term.ends_on and term.ends_on < term.starts_on:
        raise ArgumentError(
            "term_ends_early",
            zh="约定的结束日期 {end} 早于开始日期 {start}：请改正。",
            en="The term ends on {end}, before it starts on {start}: correct the dates.",
            where=term.kind,
            start=term.starts_on.isoformat(),
            end=term.ends_on.isoformat(),
        )


def _plain(term: Term) -> dict[str, Any]:
    return {
        "kind": term.kind,
        "what": term.what,
        "who": term.who,
        "how": term.how,
        "place": term.place,
        "starts_on": term.starts_on.isoformat() if term.starts_on else None,
        "ends_on": term.ends_on.isoformat() if term.ends_on else None,
        "yearly": term.yearly,
        "amount_yuan": term.amount_yuan,
    }


def terms_of(case: Case) -> tuple[Term, ...]:
    """Return what is agreed beside or instead of a line."""
    rows = case.arrangement.get("terms", [])
    return tuple(_term(row) for row in rows) if isinstance(rows, list) else ()


def _term(row: Mapping[str, Any]) -> Term:
    def words(name: str) -> str:
        return str(row.get(name) or "")

    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row.get(name) else None

    return Term(
        kind=row["kind"] if row.get("kind") in get_args(TermKind) else "other",
        what=words("what"),
        who=words("who"),
        how=words("how"),
        place=words("place"),
        starts_on=day("starts_on"),
        ends_on=day("ends_on"),
        yearly=words("yearly"),
        amount_yuan=row.get("amount_yuan"),
    )
