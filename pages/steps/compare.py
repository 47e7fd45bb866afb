"""The options side by side: what each line gives to each side, costs in fence and markers, and needs by law."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial

import streamlit as st

from geo.proposal import Difference, Proposal
from geo.units import format_shares_mu
from jobs.dispute import choosing
from jobs.dispute.finding import Finding
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import choice, speech
from pages.steps.choice import proposal_id
from pages.steps.work import Work, attempt

__all__ = ["details", "table", "wishes", "withheld"]


def table(work: Work, finding: Finding, looked_at: Proposal | None) -> None:
    """Show one row for each option; pressing its name draws it."""
    heads = [_("方案"), _("甲得\n亩"), _("乙得\n亩"), _("界桩\n个"), _("围栏\n米"), _("离证书\n米")]
    with st.container(gap=None, key="jb-options"):
        st.html(_cells(heads, "jb-th"))
        for one in choice.all_options(work, finding):
            is_on = looked_at is not None and proposal_id(one) == proposal_id(looked_at)
            _row(work, one, is_on, choice.is_chosen(work, finding, one))


def _row(work: Work, one: Proposal, is_on: bool, is_chosen: bool) -> None:
    with st.container(key=f"jb-row-{'on' if is_on else 'off'}-option-{proposal_id(one)}", gap=None):
        st.button(
            widgets.plain(("✓ " if is_chosen else "") + speech.proposal(one)),
            key=work.key(f"option-{proposal_id(one)}"),
            type="tertiary",
            on_click=work.put,
            args=("proposal", proposal_id(one)),
        )
        st.html(_cells(["", *_figures(one)], ""))


def _figures(one: Proposal) -> list[str]:
    certificate = words.number(one.from_certificate.mean_m, 1) if one.from_certificate else "—"
    return [
        *format_shares_mu(one.area_to_a_m2, one.area_to_b_m2),
        words.count(len(one.markers)),
        words.number(one.length_m, 0),
        certificate,
    ]


def _cells(texts: Sequence[str], kind: str) -> str:
    cells = "".join(
        f'<span class="{kind}{" jb-wide" if i == len(texts) - 2 else ""}">{html.escape(text)}</span>'
        for i, text in enumerate(texts)
    )
    return f'<div class="jb-cells">{cells}</div>'


def details(one: Proposal) -> None:
    """Say all that is known of the line looked at."""
    with st.container(border=True, gap="small"):
        st.markdown(f"**{widgets.plain(speech.proposal(one))}**")
        st.markdown(widgets.plain("".join(_sentences(one))))
        needs = "；".join(speech.need(need) for need in one.needs)
        st.markdown(widgets.plain(_("依法还需要：{needs}。", needs=needs)))
        speech.doubts(one.problems)


def _sentences(one: Proposal) -> list[str]:
    share = words.number(100 * one.share_to_a, 0)
    found = [_("争议面积的 {share}% 归甲方一侧。", share=share)]
    for title, difference in (
        (_("甲方主张"), one.from_claim_a),
        (_("乙方主张"), one.from_claim_b),
        (_("证书线"), one.from_certificate),
    ):
        if difference is not None:
            found.append(_apart(title, difference))
    if one.outside_m2 > 0:
        found.append(_("有 {area} 在争议区以外。", area=words.area_mu(one.outside_m2)))
    if one.clipped_m > 0:
        found.append(
            _("依据的线有 {length} 在争议区以外，那里沿主张线走。", length=words.length_m(one.clipped_m, 0))
        )
    return found


def _apart(title: str, difference: Difference) -> str:
    return _(
        "与{title}平均相差 {mean} 米，最多 {most} 米。",
        title=title,
        mean=words.number(difference.mean_m, 1),
        most=words.number(difference.max_m, 1),
    )


def wishes(work: Work, finding: Finding) -> None:
    """Take the share wished for and how far one must see from marker to marker."""
    if not work.may_work:
        return
    share_key, sight_key = work.key("wish-share"), work.key("wish-sight")
    share = finding.question.share
    with st.expander(_("约定比例、界桩间距")):
        st.number_input(
            _("按约定比例：甲方得百分之几（不填就不给这个方案）"),
            0.0,
            100.0,
            value=None if share is None else 100.0 * share,
            step=5.0,
            key=share_key,
            on_change=lambda: _wish(work, "share", _hundredth(st.session_state[share_key])),
        )
        st.number_input(
            _("相邻界桩最远多少米（要互相看得见）"),
            5.0,
            2000.0,
            value=float(finding.question.settings.marker_sight_m),
            step=10.0,
            key=sight_key,
            on_change=lambda: _wish(work, "marker_sight_m", st.session_state[sight_key]),
        )


def _hundredth(percent: float | None) -> float | None:
    return None if percent is None else percent / 100.0


def _wish(work: Work, name: str, value: float | None) -> None:
    attempt(work, partial(choosing.save_wishes, work.store, work.case, {name: value}, work.who))


def withheld(finding: Finding) -> None:
    """Say which options cannot be had, and why."""
    found = finding.proposals.withheld
    if not found:
        return
    with st.expander(_("没有给出的方案，为什么（{count}）", count=words.count(len(found)))):
        for one in found:
            st.markdown(f"- {widgets.plain(f'{speech.proposal_name(one.name)}：{speech.told(one.reason)}')}")
