"""One stretch of the boundary: where, how much, the opinion on it, and who uses the ground."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.stretch import Stretch
from jobs.dispute import noting
from pages.common import widgets
from pages.common.words import _
from pages.steps import opinion, speech
from pages.steps.work import Work, attempt

__all__ = ["show"]


def show(work: Work, stretch: Stretch) -> None:
    """Show one stretch; pressing it selects it on the map as well and opens what is known."""
    is_chosen = work.get("stretch") == stretch.number
    on = "on" if is_chosen else "off"
    with st.container(key=f"jb-row-{on}-stretch-{stretch.number}", gap=None):
        label = f"{stretch.number}　{opinion.span(stretch)}　{opinion.verdict(stretch)}"
        st.button(
            widgets.plain(label),
            key=work.key(f"stretch-{stretch.number}"),
            type="tertiary",
            on_click=work.put,
            args=("stretch", None if is_chosen else stretch.number),
        )
        if stretch.state == "disputed":
            widgets.note(speech.disputed_area(stretch.area_m2, stretch.area_sigma_m2, stretch.at_most_m2))
        if is_chosen:
            _more(work, stretch)


def _more(work: Work, stretch: Stretch) -> None:
    """Say all that is known of the selected stretch."""
    st.markdown(widgets.plain(opinion.opinion(stretch)))
    if stretch.state != "disputed":
        return
    users = noting.users_of(work.store, work.case)
    key = work.key(f"user-{stretch.number}")
    if work.may_work:
        st.text_input(
            _("这块地现在谁在用"),
            value=users.get(stretch.number, ""),
            max_chars=200,
            key=key,
            on_change=lambda: attempt(
                work,
                partial(
                    noting.set_user,
                    work.store,
                    work.case,
                    stretch.number,
                    str(st.session_state[key]),
                    work.who,
                ),
                _("已记下。"),
            ),
        )
    elif users.get(stretch.number):
        st.markdown(_("现在使用：{who}", who=widgets.plain(users[stretch.number])))
