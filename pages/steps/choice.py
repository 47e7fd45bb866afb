"""Which line is looked at and which is chosen, among all that are offered and the one adjusted by hand."""

from __future__ import annotations

from geo.errors import JiebiaoError
from geo.proposal import Proposal
from jobs.dispute import choosing, handwork
from jobs.dispute.choosing import Chosen
from jobs.dispute.finding import Finding
from jobs.dispute.handwork import Draft
from pages.steps.work import Work

__all__ = ["all_options", "chosen", "draft", "is_chosen", "looked_at", "proposal_id"]


def proposal_id(proposal: Proposal) -> str:
    """Return what a proposal is called in the session; two sources of one kind are two."""
    return f"{proposal.name}|{proposal.source}"


def draft(work: Work, finding: Finding) -> Draft | None:
    """Return the line adjusted by hand, or None."""
    found: Draft | None = work.once("draft", lambda: handwork.draft_of(work.store, work.case, finding))
    return found


def all_options(work: Work, finding: Finding) -> list[Proposal]:
    """Return the proposals with the line adjusted by hand, if there is one."""
    by_hand = draft(work, finding)
    found = list(finding.proposals.proposals)
    return [*found, by_hand.proposal] if by_hand is not None and by_hand.proposal is not None else found


def looked_at(work: Work, finding: Finding) -> Proposal | None:
    """Return the proposal selected in the list: at first the chosen one, else the first."""
    found = all_options(work, finding)
    wanted = work.get("proposal")
    kept = chosen(work, finding)
    if wanted is None and kept is not None:
        return kept.proposal
    return next((one for one in found if proposal_id(one) == wanted), found[0] if found else None)


def chosen(work: Work, finding: Finding) -> Chosen | None:
    """Return the chosen line, or None; one that no longer fits the claims is none."""

    def find() -> Chosen | None:
        try:
            return choosing.chosen_of(work.store, work.case, finding)
        except JiebiaoError:
            return None

    found: Chosen | None = work.once("chosen", find)
    return found


def is_chosen(work: Work, finding: Finding, proposal: Proposal) -> bool:
    """Tell whether this line, as it is, is the chosen one."""
    kept = chosen(work, finding)
    return (
        kept is not None
        and not kept.is_stale
        and kept.proposal.name == proposal.name
        and kept.proposal.line.equals_exact(proposal.line, 0.0005)
    )
