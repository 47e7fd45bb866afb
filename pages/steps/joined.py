"""Who has to be joined: both sides, everybody whose plot touches the line, the issuer; who came and who was told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Final

import streamlit as st

from jobs import maps
from jobs.dispute import joining
from jobs.dispute.facts import Presence
from jobs.dispute.joining import Neighbour
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import choice, differences
from pages.steps.work import Work, attempt

__all__ = ["show"]

_PRESENCES: Final[tuple[Presence, ...]] = ("unknown", "present", "proxy", "absent")


def show(work: Work) -> None:
    """Show the list; whoever may work notes who came."""
    st.subheader(_("要到场的人"))
    people = _people(work)
    if not people:
        widgets.empty(_("还不知道要通知谁。"), _("说明双方的线以后，凡是地块碰到这条线的都会列在这里。"))
        return
    missing = [
        each for each in people if each.joined.must_join and each.joined.presence in ("unknown", "absent")
    ]
    if missing:
        count = words.count(len(missing))
        widgets.note(_("{count} 家未到或未定。没有到场的邻户，他的界线不动。", count=count))
    with st.container(key="jb-joined-heads"):
        heads = st.columns([5, 4, 4], gap="small")
        for head, text in zip(heads, (_("谁"), _("到场"), _("哪天通知的")), strict=True):
            head.caption(text)
    with st.container(key="jb-joined", gap="small"):
        for each in people:
            _row(work, each)


def _people(work: Work) -> tuple[Neighbour, ...]:
    finding = differences.found(work)
    if finding is None or not work.may_work:
        return joining.list_joined(work.store, work.case)
    chosen = choice.chosen(work, finding)
    line = chosen.proposal.line if chosen is not None else finding.analysis.line_a
    return joining.refresh(work.store, work.case, line, work.who)


def _row(work: Work, each: Neighbour) -> None:
    row = each.joined
    key = work.key(f"joined-{row.id}")
    who, came, told_on = st.columns([5, 4, 4], vertical_alignment="center", gap="small")
    title = " · ".join(part for part in (_reason(row.reason), maps.short_code(each.plot_code)) if part)
    who.markdown(f"**{widgets.plain(each.name or _('姓名未知'))}**  \n{widgets.plain(title)}")
    if not work.may_work:
        told = row.notified_at
        came.markdown(widgets.plain(_presence(row.presence)))
        told_on.markdown(widgets.plain(words.day(told.year, told.month, told.day) if told else "—"))
        return
    came.selectbox(
        _("到场"),
        _PRESENCES,
        index=_PRESENCES.index(row.presence),
        format_func=_presence,
        key=f"{key}-presence",
        label_visibility="collapsed",
        on_change=partial(_mark, work, each),
    )
    told_on.date_input(
        _("通知日期"),
        value=row.notified_at.astimezone().date() if row.notified_at else None,
        format="YYYY-MM-DD",
        key=f"{key}-told",
        label_visibility="collapsed",
        on_change=partial(_mark, work, each),
    )


def _mark(work: Work, each: Neighbour) -> None:
    key = work.key(f"joined-{each.joined.id}")
    presence: Presence = st.session_state[f"{key}-presence"]
    told: date | None = st.session_state[f"{key}-told"]
    at = datetime.combine(told, time(4), UTC) if told is not None else None
    attempt(work, partial(joining.mark, work.store, each.joined, work.who, presence=presence, notified_at=at))


def _reason(reason: str) -> str:
    return {
        "side_a": _("甲方"),
        "side_b": _("乙方"),
        "neighbour": _("邻户"),
        "issuer": _("发包方"),
        "other": _("其他"),
    }[reason]


def _presence(presence: Presence) -> str:
    return {
        "unknown": _("未定"),
        "present": _("本人到场"),
        "proxy": _("委托他人"),
        "absent": _("没有到场"),
    }[presence]
