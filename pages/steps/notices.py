"""What could not be done, in a sentence; and where somebody else saved first, what he changed."""

from __future__ import annotations

import streamlit as st

from geo.errors import StoreError
from jobs.dispute import tracing
from pages.common import widgets
from pages.common.words import _
from pages.steps.deeds import did
from pages.steps.work import Work, let_go

__all__ = ["others", "show"]


def _seen(work: Work) -> None:
    work.put("fault", None)
    let_go(work)


def others(work: Work) -> None:
    """Say what somebody else did in this case since this person looked."""
    head = work.store.log.head()[0]
    events, last = tracing.since(work.store, work.case, int(work.get("seen", head)), work.who.id)
    if not events:
        work.put("seen", last)
    if not events or work.get("fault") is not None:
        return
    with st.container(border=True, key="jb-others"):
        st.markdown(f"**{_('您看着的时候，别人改过：')}**")
        for event in events[-6:]:
            when = event.at.astimezone().strftime("%H:%M")
            st.markdown(f"- {when} {widgets.plain(event.name)}：{widgets.plain(did(event.action))}")
        st.button(_("知道了"), key=work.key("others-seen"), on_click=work.put, args=("seen", last))


def show(work: Work) -> None:
    """Say what could not be done and, where somebody else saved first, what he changed."""
    fault = work.get("fault")
    if fault is None:
        return
    widgets.fault(fault)
    if isinstance(fault, StoreError) and fault.code == "stale_version":
        _changes(work, fault)
    st.button(_("知道了"), key=work.key("fault-seen"), on_click=_seen, args=(work,))


def _changes(work: Work, fault: StoreError) -> None:
    found = tracing.last_author(work.store, str(fault.facts["table"]), int(str(fault.facts["row_id"])))
    if found is not None:
        name, at = found
        when = at.astimezone().strftime("%Y-%m-%d %H:%M")
        st.markdown(_("{name} 在 {when} 保存过：", name=widgets.plain(name), when=when))
    for one in tracing.field_changes(fault):
        yours, stored = one.yours or _("空"), one.stored or _("空")
        text = _(
            "{field}：您的是“{yours}”，现在是“{stored}”", field=_field(one.field), yours=yours, stored=stored
        )
        st.markdown(f"- {widgets.plain(text)}")


def _field(name: str) -> str:
    return {
        "role": _("这是什么线"),
        "label": _("说明"),
        "sigma_own_m": _("点的精度"),
        "sigma_common_m": _("整体偏差"),
        "claimant_side": _("在哪一侧"),
        "geometry": _("图形"),
        "state": _("进展"),
        "settings": _("设置"),
        "chosen_proposal_id": _("选定的方案"),
        "arrangement": _("其他约定"),
        "presence": _("到场"),
        "notified_at": _("通知日期"),
    }.get(name, name)
