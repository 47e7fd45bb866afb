"""The first page: the township on the map, what is due, and for a first visit the two ways to begin."""

from __future__ import annotations

import streamlit as st

from geo.errors import JiebiaoError
from jobs import access, basemaps, desk, maps, township
from jobs.access import Account
from jobs.dispute import picture
from pages.common import mapview, session, widgets, words
from pages.common.words import _

__all__ = ["show"]


def show() -> None:
    """Show the page."""
    who = session.require("viewer")
    store = session.store()
    widgets.heading(store.name or _("未命名的乡镇"), _("示范，全是编的") if township.is_demo() else "")
    left, right = st.columns([7, 3], gap="medium")
    with left:
        _map()
        st.link_button(_("另开大图（可打印）"), f"/maps/township?lang={words.language()}", type="tertiary")
    with right:
        if township.is_demo():
            _welcome(who)
        if session.store().plots.count() == 0:
            widgets.empty(
                _("这个乡还没有地块。"),
                _("量地不需要地块：到“量一量”。办纠纷时，把证书图、合同图放进案件里就行。"),
            )
        _due()
        _townships(who)


def _map() -> None:
    store = session.store()
    bounds = maps.extent_lonlat(store)
    lang = words.language()
    act = mapview.show(
        key="home",
        zone=session.zone(),
        layers=[*maps.township_layers(store, lang), picture.cases_layer(store, _("纠纷"))],
        base=basemaps.base_layers(store, lang),
        view=mapview.View(bounds=bounds) if bounds else mapview.View(center=township.place(store), zoom=11),
        tools=mapview.Tools(pick=bool(st.session_state.get("own-picking"))),
    )
    if isinstance(act, mapview.Selected) and act.layer == "end_point" and act.id is not None:
        _open(act.id)
    if isinstance(act, mapview.Picked):
        st.session_state["own-lon"] = round(act.lon_deg, 4)
        st.session_state["own-lat"] = round(act.lat_deg, 4)
        st.rerun()


def _welcome(who: Account) -> None:
    with st.container(border=True):
        st.markdown(_("这是**示范乡**：地名、人名、纠纷都是编的，可以放心试。"))
        if access.allows(who, "administrator"):
            with st.expander(_("换成自己的乡镇"), expanded=bool(st.session_state.get("own-picking"))):
                _begin_own(who)


def _begin_own(who: Account) -> None:
    name = st.text_input(_("乡镇名称"), key="own-name", max_chars=40)
    st.toggle(_("在地图上点出大致位置"), key="own-picking")
    lon = st.number_input(_("经度（东经，度）"), 0.0, 180.0, None, key="own-lon", step=0.1, format="%.4f")
    lat = st.number_input(_("纬度（北纬，度）"), 0.0, 90.0, None, key="own-lat", step=0.1, format="%.4f")
    missing = _("先填乡镇名称和位置。") if not name.strip() or lon is None or lat is None else ""
    if (
        not widgets.primary(_("建立自己的乡镇"), key="own-begin", why_not=missing)
        or lon is None
        or lat is None
    ):
        return
    try:
        township.begin_own(name=name, lon_deg=lon, lat_deg=lat, by=who)
    except JiebiaoError as error:
        widgets.fault(error)
        return
    st.rerun()


def _due() -> None:
    st.subheader(_("要办的事"))
    cases = [one for one in session.store().cases.listed() if one.closed_at is None]
    if not cases:
        widgets.empty(_("没有正在办的纠纷。"), _("在“边界纠纷”里立案后，这里列出每件的下一步。"))
        return
    with st.container(key="jb-due", gap=None, height=420 if len(cases) > 8 else "content", border=True):
        for case in cases:
            state = f" · {_state(case.state)}" if case.state != "open" else ""
            label = widgets.plain(f"{case.number}　{case.title}{state}")
            if st.button(label, key=f"due-{case.number}", type="tertiary"):
                _open(case.number)


def _open(number: str) -> None:
    if session.has_page("disputes"):
        session.open_page("disputes", case=number)


def _state(state: str) -> str:
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


def _townships(who: Account) -> None:
    present = township.found(desk.current().store.path.parent)
    others = [one for one in present if one.path != desk.current().store.path]
    if not others or not access.allows(who, "administrator"):
        return
    with st.expander(_("这台电脑上的其他乡镇")):
        for one in others:
            label = _("示范乡") if one.is_demo else one.title
            if st.button(widgets.plain(label), key=f"switch-{one.path.name}", width="stretch"):
                try:
                    township.switch_to(one.path, who)
                except JiebiaoError as error:
                    widgets.fault(error)
                    return
                st.rerun()
