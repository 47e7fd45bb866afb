"""A case that is closed, and its history: what came out, what goes to the registry, who did what and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from jobs import access, maps
from jobs.dispute import issuing, outcome, signing, tracing
from jobs.dispute.facts import Agreement
from jobs.dispute.signing import PlotRow
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import speech
from pages.steps.deeds import did
from pages.steps.work import Work, attempt

__all__ = ["areas", "give_up", "history", "show"]


def show(work: Work) -> None:
    """Show how the case ended."""
    st.subheader(_state(work.case.state))
    for agreement in signing.agreements_of(work.store, work.case):
        _agreement(work, agreement)
    if work.case.state == "settled":
        widgets.note(_("登记面积 → 议定面积"))
        areas(outcome.settled_rows(work.store, work.case))
        _handover(work)
    if access.allows(work.who, "editor"):
        with st.expander(_("重新办理")):
            why = st.text_input(_("为什么重新办"), key=work.key("reopen-why"), max_chars=200)
            reopen = partial(signing.reopen, work.store, work.case, work.who, why=why)
            st.button(
                _("重新办理这件纠纷"),
                key=work.key("reopen"),
                disabled=not why.strip(),
                on_click=_reopen,
                args=(work, reopen),
            )
            widgets.note(_("签过的协议和变更过的地块都留着，到有了新协议才再变。"))


def _reopen(work: Work, reopen: Callable[[], object]) -> None:
    attempt(work, reopen, _("已重新办理。"))
    work.put("step", None)


def _agreement(work: Work, agreement: Agreement) -> None:
    signed = agreement.signed_at
    day = words.day(signed.year, signed.month, signed.day) if signed else _("日期不明")
    st.markdown(_("第 {number} 份协议，{day} 签字。", number=agreement.number, day=day))
    if access.allows(work.who, "editor"):
        st.link_button(_("看签字件"), f"/evidence/{agreement.scan_sha256}", type="tertiary")


def _handover(work: Work) -> None:
    if any(agreement.plot_ids for agreement in signing.agreements_of(work.store, work.case)):
        st.download_button(
            _("下载移交登记机构的图形"),
            partial(signing.handover, work.store, work.case),
            file_name=f"{work.case.number}.gpkg",
            mime="application/geopackage+sqlite3",
            key=work.key("handover"),
            width="stretch",
        )


def areas(rows: Sequence[PlotRow]) -> None:
    """Show the plots' areas before and after."""
    for row in rows:
        widgets.figure(
            _("地块 {code}", code=maps.short_code(row.code)),
            f"{words.area_mu(row.area_before_m2)} → {words.area_mu(row.area_after_m2)}",
            speech.change(outcome.change_mu(row)),
            f"{row.area_before_m2:.3f} m² → {row.area_after_m2:.3f} m²",
        )


def give_up(work: Work) -> None:
    """Close a case that comes to no agreement, saying why."""
    with st.expander(_("没有谈成？")):
        why = st.text_input(_("为什么"), key=work.key("end-why"), max_chars=200)
        for state, label in (("failed", _("调解不成，结案")), ("withdrawn", _("双方撤回，结案"))):
            end = partial(issuing.close, work.store, work.case, state, work.who, why=why)  # type: ignore[arg-type]
            st.button(
                label,
                key=work.key(f"end-{state}"),
                disabled=not why.strip(),
                on_click=attempt,
                args=(work, end, _("已结案。")),
            )
        widgets.note(_("文书包里有到县里和法院去的办法。"))


def history(work: Work) -> None:
    """Show who did what and when."""
    with st.expander(_("这件纠纷的经过")):
        for event in reversed(tracing.events_of(work.store, work.case)):
            when = event.at.astimezone().strftime("%Y-%m-%d %H:%M")
            st.markdown(f"{when}　{widgets.plain(event.name)}　{widgets.plain(did(event.action))}")


def _state(state: str) -> str:
    return {
        "settled": _("已办结：协议已签字，地块已变更"),
        "referred": _("已移送上级"),
        "failed": _("调解不成，已结案"),
        "withdrawn": _("已撤回"),
    }.get(state, state)
