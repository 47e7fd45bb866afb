"""Boundary disputes 边界纠纷: the list of cases; with a case in the address, that case."""

from __future__ import annotations

import streamlit as st

from jobs import access, basemaps, maps, township
from jobs.access import Account
from jobs.dispute import opening, picture
from jobs.dispute.opening import CaseCard
from pages import dispute
from pages.common import mapview, session, widgets, words
from pages.common.words import _
from pages.steps import newcase
from pages.steps.style import MAP_HEIGHT, case_css

__all__ = ["show", "state_words"]


def show() -> None:
    """Show the list, or the case the address names."""
    who = session.require("viewer")
    number = st.query_params.get("case")
    if number:
        dispute.show(number, who)
        return
    st.html(case_css())
    store = session.store()
    widgets.heading(_("边界纠纷"), store.name)
    left, right = st.columns([62, 38], gap="medium")
    with left:
        act = _map()
    if act is not None and _take(act):
        st.rerun()
    with right:
        if access.allows(who, "editor"):
            newcase.show(store, who)
        _list(who)


def _map() -> mapview.Act | None:
    store, lang = session.store(), words.language()
    bounds = maps.extent_lonlat(store)
    return mapview.show(
        key="disputes",
        zone=store.zone,
        layers=[*maps.township_layers(store, lang), picture.cases_layer(store, _("纠纷"))],
        base=basemaps.base_layers(store, lang),
        view=mapview.View(bounds=bounds) if bounds else mapview.View(center=township.place(store), zoom=11),
        selected=newcase.selected(store),
        height=MAP_HEIGHT,
    )


def _take(act: mapview.Act) -> bool:
    """A click on a plot chooses it for a new case, a click on a case opens it."""
    if not isinstance(act, mapview.Selected) or act.layer is None or act.id is None:
        return False
    if act.layer == "end_point":
        _open(act.id)
    elif newcase.is_open() and act.layer.startswith("plot") and act.id.isdigit():
        newcase.pick(int(act.id))
    else:
        return False
    return True


def _open(number: str) -> None:
    st.query_params.clear()
    st.query_params["case"] = number


def _list(who: Account) -> None:
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
    with st.container(border=True, gap=None, key=f"jb-case-{case.number}"):
        st.button(
            widgets.plain(f"{case.number}　{case.title}"),
            key=f"open-{case.number}",
            type="tertiary",
            on_click=_open,
            args=(case.number,),
        )
        parts = [state_words(case.state)]
        if card.name_a or card.name_b:
            parts.append(f"{card.name_a or _('未知')} — {card.name_b or _('未知')}")
        with st.container(horizontal=True, vertical_alignment="center"):
            widgets.note(" · ".join(parts))
            if access.allows(who, "editor"):
                label = _("取出") if away else _("收起")
                st.button(
                    label, key=f"away-{case.number}", type="tertiary", on_click=_away, args=(card, who, away)
                )


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
