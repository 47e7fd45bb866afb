"""Step 4, the options 方案: every proposed line with what it gives to whom, one adjusted by hand, one chosen."""

from __future__ import annotations

from functools import partial

import shapely
import streamlit as st
from shapely.geometry import LineString

from geo.proposal import Proposal
from jobs.dispute import choosing, handwork, picture
from jobs.dispute.finding import Finding
from layers.webmap import working_geometry
from pages.common import mapview, widgets
from pages.common.mapview import Tools
from pages.common.words import _
from pages.steps import arrangements, choice, compare, differences, speech
from pages.steps.work import Board, Next, Work, attempt

__all__ = ["board", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show what was found with the line looked at and its numbered markers."""
    finding = differences.found(work)
    base = differences.finding_board(work, finding)
    if finding is None or work.case.level != "household":
        return base
    looked_at = choice.looked_at(work, finding)
    if looked_at is None:
        return base
    by_hand = looked_at.name == "by_hand" and work.may_work
    draft = choice.draft(work, finding) if by_hand else None
    return Board(
        layers=[
            *base.layers,
            *picture.proposed(looked_at, chosen=choice.is_chosen(work, finding, looked_at), editable=by_hand),
        ],
        tools=Tools(edit=True, live=True, undo=draft is not None and draft.changes > 0) if by_hand else None,
        command=base.command,
    )


def take(work: Work, act: mapview.Act) -> bool:
    """Keep what was adjusted on the map, or undo it; a click on a patch selects its stretch."""
    match act:
        case mapview.Edited(edits=edits) if work.may_work:
            finding = differences.found(work)
            for edit in edits:
                if finding is not None and edit.geometry is not None:
                    line = LineString(shapely.get_coordinates(working_geometry(edit.geometry, work.zone)))
                    attempt(work, partial(handwork.keep, work.store, work.case, finding, line, work.who))
        case mapview.Undone() if work.may_work:
            attempt(work, partial(handwork.undo, work.store, work.case, work.who))
        case _:
            return differences.take(work, act)
    return True


def panel(work: Work) -> None:
    """Show the options side by side, then what may be agreed beside or instead of a line."""
    if work.case.level != "household":
        widgets.empty(
            _("这类界线不在乡里定。"), _("单位之间的、乡县省的界线由上级处理：下一步出争议情况说明和移送函。")
        )
        return
    finding = differences.no_finding(work)
    if finding is None:
        return
    chosen = choice.chosen(work, finding)
    if chosen is not None and chosen.is_stale:
        st.warning(_("选定以后资料又改过：请重新看过再选。"))
    looked_at = choice.looked_at(work, finding)
    compare.table(work, finding, looked_at)
    if looked_at is not None:
        compare.details(looked_at)
        if work.may_work:
            _by_hand(work, finding, looked_at)
    compare.wishes(work, finding)
    compare.withheld(finding)
    arrangements.show(work, finding)


def _by_hand(work: Work, finding: Finding, looked_at: Proposal) -> None:
    draft = choice.draft(work, finding)
    if draft is not None and draft.fault is not None:
        widgets.fault(draft.fault)
    with st.container(horizontal=True, gap="small"):
        if looked_at.name == "by_hand":
            widgets.note(_("点地图上方“改点”，拖动界线上的点；面积随时重算。"))
            st.button(
                _("不要手工线了"), key=work.key("hand-drop"), type="tertiary", on_click=_drop, args=(work,)
            )
        else:
            st.button(
                _("照这条线手工调整"), key=work.key("hand"), on_click=_begin, args=(work, finding, looked_at)
            )


def _begin(work: Work, finding: Finding, proposal: Proposal) -> None:
    kept = attempt(work, partial(handwork.begin, work.store, work.case, finding, proposal.line, work.who))
    if kept is not None:
        work.put("proposal", choice.proposal_id(kept))


def _drop(work: Work) -> None:
    attempt(work, partial(handwork.drop, work.store, work.case, work.who))
    work.put("proposal", None)


def onward(work: Work) -> Next | None:
    """Choose the line looked at; once chosen, go on to the papers."""
    papers = Next(label=_("下一步：出文书"))
    if work.case.level != "household":
        return Next(label=_("下一步：出移送材料"))
    finding = differences.found(work)
    if finding is None:
        return Next(label=papers.label, why_not=_("还没有可选的方案：先回“界线”一步。"))
    looked_at = choice.looked_at(work, finding)
    if looked_at is None:
        missing = "" if choosing.terms_of(work.case) else _("没有可选的线；可以写一条别的约定。")
        return Next(label=papers.label, why_not=missing)
    if choice.is_chosen(work, finding, looked_at) or not work.may_work:
        return papers
    name = speech.proposal(looked_at)
    return Next(
        label=_("选定“{name}”", name=widgets.plain(name)), act=lambda: _choose(work, finding, looked_at)
    )


def _choose(work: Work, finding: Finding, proposal: Proposal) -> None:
    choose = partial(choosing.choose, work.store, work.case, finding, proposal, work.who)
    attempt(work, choose, _("已选定。双方签字以前，地块不变。"))
