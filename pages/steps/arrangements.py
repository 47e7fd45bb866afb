"""Settlements that are not a line, tied to the place: shared or seasonal use, passage, water, compensation, as it is."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from jobs.dispute import choosing
from jobs.dispute.facts import Term, TermKind
from jobs.dispute.finding import Finding
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import opinion
from pages.steps.work import Work, attempt

__all__ = ["show"]

_KINDS: Final[tuple[TermKind, ...]] = (
    "shared_use",
    "seasonal_use",
    "passage",
    "water",
    "compensation",
    "status_quo",
    "other",
)


def show(work: Work, finding: Finding) -> None:
    """Show what is agreed beside or instead of a line, and the form for one more."""
    st.subheader(_("线以外的约定"))
    terms = choosing.terms_of(work.case)
    if not terms:
        widgets.note(
            _("共同放牧、分季使用、让出牧道、取水、补偿、先维持现状：可以和线一起定，也可以不划线只定这些。")
        )
    for number, term in enumerate(terms):
        _term(work, number, term)
    if work.may_work:
        with st.expander(_("加一条约定")):
            _form(work, finding)


def _term(work: Work, number: int, term: Term) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"- **{widgets.plain(kind_words(term.kind))}** {widgets.plain(_told(term))}")
        if work.may_work:
            terms = choosing.terms_of(work.case)
            left = [one for i, one in enumerate(terms) if i != number]
            drop = partial(choosing.set_terms, work.store, work.case, left, work.who)
            st.button(
                _("去掉"),
                key=work.key(f"term-{number}"),
                type="tertiary",
                on_click=attempt,
                args=(work, drop),
            )


def _told(term: Term) -> str:
    parts = [term.place, term.what, term.who, term.yearly]
    if term.amount_yuan:
        parts.append(_("{amount} 元", amount=words.number(term.amount_yuan)))
    for label, day in ((_("自"), term.starts_on), (_("至"), term.ends_on)):
        if day is not None:
            parts.append(f"{label} {words.day(day.year, day.month, day.day)}")
    return "，".join(part for part in parts if part)


def _form(work: Work, finding: Finding) -> None:
    kind = st.selectbox(_("哪一种"), _KINDS, format_func=kind_words, key=work.key("term-kind"))
    with st.form(work.key("term-form"), border=False, clear_on_submit=True):
        places = [
            _("整个争议区"),
            *(
                _("第 {number} 段（{span}）", number=each.number, span=opinion.span(each))
                for each in finding.analysis.disputed_stretches
            ),
        ]
        place = st.selectbox(_("在哪里"), places, accept_new_options=True, index=0)
        what = st.text_input(_("约定什么"), max_chars=200)
        who = st.text_input(_("由谁做、谁来用"), max_chars=80)
        how = st.text_input(_("怎么做"), max_chars=200)
        yearly = st.text_input(_("每年哪几个月"), max_chars=60) if kind == "seasonal_use" else ""
        amount = (
            st.number_input(_("补偿多少元"), 0.0, value=None, step=100.0) if kind == "compensation" else None
        )
        first, last = st.columns(2)
        starts = (
            first.date_input(_("从哪天起"), value=None, format="YYYY-MM-DD")
            if kind != "compensation"
            else None
        )
        ends = last.date_input(_("到哪天止"), value=None, format="YYYY-MM-DD")
        if st.form_submit_button(_("加上这一条")):
            term = Term(
                kind=kind,
                what=what,
                who=who,
                how=how,
                place=place or "",
                yearly=yearly,
                amount_yuan=amount,
                starts_on=starts,
                ends_on=ends,
            )
            terms = [*choosing.terms_of(work.case), term]
            attempt(work, partial(choosing.set_terms, work.store, work.case, terms, work.who), _("已加上。"))
            st.rerun()


def kind_words(kind: TermKind) -> str:
    """Return what an arrangement is called."""
    return {
        "line": _("划定界线"),
        "shared_use": _("共同使用"),
        "seasonal_use": _("分季使用"),
        "passage": _("让出牧道"),
        "water": _("取水"),
        "compensation": _("补偿"),
        "status_quo": _("先维持现状"),
        "other": _("其他"),
    }[kind]
