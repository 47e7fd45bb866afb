"""Step 6, signing 签字生效: the scan of the signed copy goes in, then both plots change together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial

import streamlit as st

from jobs.dispute import choosing, issuing, outcome, picture, signing
from jobs.dispute.outcome import Outcome
from pages.common import mapview, widgets, words
from pages.common.words import _
from pages.steps import closed, differences, papers
from pages.steps.work import Board, Next, Work, attempt

__all__ = ["board", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show the plots as they will be, or the agreed line as it is."""
    found = _outcome(work)
    if work.case.closed_at is not None:
        return Board(layers=picture.agreed(outcome.agreed_lines(work.store, work.case)))
    base = papers.board(work)
    return Board(layers=[picture.changed_plots(found.shapes), *base.layers])


def _outcome(work: Work) -> Outcome:
    found: Outcome = work.once("outcome", lambda: outcome.outcome_of(work.store, work.case))
    return found


def take(work: Work, act: mapview.Act) -> bool:
    """A click selects a stretch, as everywhere."""
    return differences.take(work, act)


def panel(work: Work) -> None:
    """Show what signing changes, take the scan; for a closed case what came out."""
    if work.case.closed_at is not None:
        closed.show(work)
    elif work.case.level == "household":
        _before(work, _outcome(work))
    else:
        widgets.empty(_("这类界线不在乡里定。"), _("材料出好、盖章以后，按下面的按钮登记为已移送。"))
    if work.may_work:
        closed.give_up(work)
    closed.history(work)


def _before(work: Work, found: Outcome) -> None:
    if _nothing_chosen(work):
        widgets.empty(_("还没有可签的。"), _("先在“方案”一步选定一条线，或写一条别的约定。"))
        return
    st.subheader(_("登记以后会变的"))
    if found.fault is not None:
        widgets.fault(found.fault)
    elif found.rows:
        closed.areas(found.rows)
        widgets.note(_("证书上的图形不动；变的是“议定”的图形，到登记机构办完变更登记，证书才变。"))
    else:
        widgets.note(_("只登记界线和约定，地块的图形不变。"))
    if not work.may_work:
        return
    st.file_uploader(
        _("放入签了字、按了手印的协议（扫描或拍照：PDF、JPG、PNG）"),
        type=["pdf", "jpg", "jpeg", "png"],
        key=_scan_key(work),
    )
    st.date_input(_("签字日期"), value="today", format="YYYY-MM-DD", key=work.key("signed-on"))


def _nothing_chosen(work: Work) -> bool:
    return work.case.chosen_proposal_id is None and not choosing.terms_of(work.case)


def _scan_key(work: Work) -> str:
    return work.key(f"scan-{work.case.version}")


def onward(work: Work) -> Next | None:
    """Record the signed copy, or that the matter was sent up."""
    if work.case.closed_at is not None or not work.may_work:
        return None
    if work.case.level != "household":
        missing = "" if issuing.issued(work.store, work.case) else _("先在“文书”一步生成移送材料。")
        refer = partial(issuing.close, work.store, work.case, "referred", work.who)
        told = _("已登记为移送。")
        return Next(label=_("登记为已移送"), why_not=missing, act=lambda: _told(work, refer, told))
    return Next(label=_("登记签字件，两块地同时变更"), why_not=_why_not(work), act=partial(_record, work))


def _told(work: Work, act: Callable[[], object], told: str) -> None:
    attempt(work, act, told)


def _why_not(work: Work) -> str:
    if _nothing_chosen(work):
        return _("还没有选定方案，也没有写其他约定。")
    fault = _outcome(work).fault
    if fault is not None:
        return words.error_sentence(fault)
    if st.session_state.get(_scan_key(work)) is None:
        return _("先放入签字件。")
    return ""


def _record(work: Work) -> None:
    scan = st.session_state.get(_scan_key(work))
    day: date = st.session_state[work.key("signed-on")]
    if scan is None:
        return
    at = datetime.combine(day, time(4), UTC)
    record = partial(
        signing.record_signed, work.store, work.case, scan.getvalue(), scan.name, work.who, signed_at=at
    )
    attempt(work, record, _("已登记，两块地已变更。"))
