"""The list of cases: number, title, how far each is, who against whom."""

from __future__ import annotations

import streamlit as st

from jobs import access
from jobs.access import Account
from jobs.dispute import opening
from jobs.dispute.opening import CaseCard
from pages.common import session, widgets
from pages.common.words import _

__all__ = ["open_case", "show", "state_words"]


def open_case(number: str) -> None:
    """Lead to a case."""
    st.query_params.clear()
    st.query_params["case"] = number


def show(who: Account) -> None:
    """Show the cases on the table, or those put away."""
    store = session.store()
    away = bool(st.session_state.get("disputes-away"))
    found = opening.cards(store, put_away=away)
    if not found and not away:
        widgets.empty(_("还没有纠纷。"), _("点上面的“新立一件”，在图上点两家的地块，写个名称，就可以开始。"))
    for card in found:
        _card(card, who, away)
    if away or opening.cards(store, put_away=True):
        st.toggle(_("看收起的"), key="disputes-away")


def _card(card: CaseCard, who: Account, away: bool) -> None:
    case = card.case
    parts = [state_words(case.state)]
    if card.name_a or card.name_b:
        parts.append(f"{card.name_a or _('未知')} — {card.name_b or _('未知')}")
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"jb-case-{case.number}"
    ):
        with st.container(gap=None, width="stretch"):
            st.button(
                widgets.plain(f"{case.number}　{case.title}"),
                key=f"open-{case.number}",
                type="tertiary",
                on_click=open_case,
                args=(case.number,),
            )
            widgets.note(" · ".join(parts))
        if access.allows(who, "editor"):
            label = _("取出") if away else _("收起")
            key = f"away-{case.number}"
            st.button(label, key=key, type="tertiary", on_click=_away, args=(card, who, away))


def _away(card: CaseCard, who: Account, back: bool) -> None:
    opening.put_away(session.store(), card.case, who, back=back)


def state_words(state: str) -> str:
    """Return how far a case is."""
    return {
        "open": _("正在办"),
        "chosen": _("已选方案"),
        "printed": _("文书已出，待签字"),
        "settled": _("已办结"),
        "reopened": _("重新办理"),
        "referred": _("已移送"),
        "failed": _("调解不成"),
        "withdrawn": _("已撤回"),
    }.get(state, state)
