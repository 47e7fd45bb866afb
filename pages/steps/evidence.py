"""Beside the stretches: how far each claim follows each source, and where other people's numbers come from."""

from __future__ import annotations

from functools import partial
from typing import get_args

import streamlit as st

from geo.errors import JiebiaoError
from geo.explain import Unit
from jobs.dispute import explaining, noting
from jobs.dispute.finding import Finding
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import speech
from pages.steps.work import Work, attempt

__all__ = ["agreements", "other_numbers"]


def agreements(finding: Finding) -> None:
    """Show how much of each claim agrees with each source."""
    found = finding.analysis.source_agreements
    if not found:
        widgets.note(_("还没有证书、实测等依据可以对照；主张本身不是依据。"))
        return
    labels = {source.name: source.label for source in finding.question.sources}
    st.subheader(_("各方主张与依据"))
    for one in found:
        side = _("甲方") if one.side == "a" else _("乙方")
        source = labels.get(one.source) or speech.role(one.kind)
        text = _(
            "{side}的主张有 {share}% 与“{source}”（{kind}）相合（相距 {limit} 米以内），平均相距 {mean} 米，最远 {most} 米。",
            side=side,
            share=words.number(100 * one.share_within, 0),
            source=source,
            kind=speech.role(one.kind),
            limit=words.number(one.limit_m, 2),
            mean=words.number(one.mean_deviation_m, 1),
            most=words.number(one.max_deviation_m, 1),
        )
        st.markdown(f"- {widgets.plain(text)}")


def other_numbers(work: Work, finding: Finding) -> None:
    """Take a number somebody brings and say where it comes from."""
    lang = words.language()
    found = {one.id: one for one in explaining.subjects(work.store, work.case, finding)}
    kept = noting.explanations_of(work.store, work.case)
    with st.expander(_("有人说的是另一个数？"), expanded=bool(kept)):
        if found:
            about = st.selectbox(
                _("说的是哪块地"),
                list(found),
                format_func=lambda id_: found[id_].title(lang),
                key=work.key("other-about"),
            )
            value, unit = st.columns([3, 2])
            number = value.text_input(_("他说的面积"), key=work.key("other-number"), max_chars=20)
            names = {"mu": _("亩"), "ha": _("公顷"), "m2": _("平方米"), "km2": _("平方公里")}
            chosen: Unit = unit.selectbox(
                _("单位"), list(get_args(Unit)), format_func=names.__getitem__, key=work.key("other-unit")
            )
            if number.strip():
                _explained(work, found[about], number, chosen)
        for sentence in kept:
            _kept(work, sentence)


def _explained(work: Work, subject: explaining.Subject, number: str, unit: Unit) -> None:
    try:
        matches = explaining.explained(subject, number, unit, work.zone)
    except JiebiaoError as fault:
        widgets.fault(fault)
        return
    sentences = [one.zh if words.language() == "zh" else one.en for one in matches]
    for sentence in sentences:
        st.markdown(f"- {widgets.plain(sentence)}")
    if work.may_work:
        add = partial(
            noting.add_explanation,
            work.store,
            work.case,
            [f"{subject.zh}：{one.zh}" for one in matches],
            work.who,
        )
        st.button(
            _("写进测量意见书"), key=work.key("other-keep"), on_click=attempt, args=(work, add, _("已记下。"))
        )


def _kept(work: Work, sentence: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        widgets.note(sentence)
        if work.may_work:
            drop = partial(noting.drop_explanation, work.store, work.case, sentence, work.who)
            st.button(
                _("不写了"),
                key=work.key(f"drop-{hash(sentence)}"),
                type="tertiary",
                on_click=attempt,
                args=(work, drop),
            )
