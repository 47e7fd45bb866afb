"""Boundary disputes 边界纠纷: the list of cases; with a case in the address, that case."""

from __future__ import annotations

import streamlit as st

from jobs import access, basemaps, maps, township
from jobs.dispute import picture
from pages import dispute
from pages.common import mapview, session, widgets, words
from pages.common.words import _
from pages.steps import caselist, newcase, plotpick
from pages.steps.style import MAP_HEIGHT, case_css

__all__ = ["show"]


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
    with right, st.container(key="jb-list"):
        if access.allows(who, "editor"):
            newcase.show(store, who)
        caselist.show(who)


def _map() -> mapview.Act | None:
    store, lang = session.store(), words.language()
    bounds = maps.extent_lonlat(store)
    return mapview.show(
        key="disputes",
        zone=store.zone,
        layers=[*maps.township_layers(store, lang), picture.cases_layer(store, _("纠纷"))],
        base=basemaps.base_layers(store, lang),
        view=mapview.View(bounds=bounds) if bounds else mapview.View(center=township.place(store), zoom=11),
        selected=plotpick.selected(store),
        height=MAP_HEIGHT,
    )


def _take(act: mapview.Act) -> bool:
    """A click on a plot chooses it for a new case, a click on a case opens it."""
    if not isinstance(act, mapview.Selected) or act.layer is None or act.id is None:
        return False
    if act.layer == "end_point":
        caselist.open_case(act.id)
    elif plotpick.is_open() and act.layer.startswith("plot") and act.id.isdigit():
        plotpick.pick(int(act.id))
    else:
        return False
    return True
