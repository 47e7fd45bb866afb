"""Open a case: two plots from the map or by number and holder, a title, and who the two sides are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.errors import JiebiaoError
from jobs.access import Account
from jobs.dispute import opening, suggesting
from jobs.dispute.facts import CaseLevel, LandUse, Plot, Store
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import plotpick

__all__ = ["show"]

_LEVELS: Final[tuple[CaseLevel, ...]] = ("household", "unit", "administrative")
_USES: Final[tuple[LandUse, ...]] = ("grassland", "cropland", "woodland")


def show(store: Store, who: Account) -> None:
    """Show the form, or the button that opens it."""
    if not plotpick.is_open():
        st.button(_("新立一件"), key="newcase", type="primary", width="stretch", on_click=plotpick.begin)
        return
    with st.container(border=True, key="jb-newcase"):
        st.subheader(_("新立一件纠纷"))
        found = plotpick.show(store)
        names = _names(found)
        level = _level()
        use = _use(found)
        hint = suggesting.title_for(store, found, names, words.language())
        title = st.text_input(
            _("名称"), key="newcase-title", max_chars=80, placeholder=hint or _("例如：南沟梁草原界线")
        )
        missing = "" if title.strip() or hint else _("先在图上点两家的地块，或写一个名称。")
        new = opening.NewCase(
            title=title.strip() or hint,
            name_a=names[0],
            name_b=names[1],
            plot_a_id=found[0].id if found[0] else None,
            plot_b_id=found[1].id if found[1] else None,
            level=level,
            land_use=use,
        )
        if widgets.primary(_("立案，放入资料"), key="newcase-open-it", why_not=missing):
            _open(store, new, who)
        st.button(_("不立了"), key="newcase-cancel", type="tertiary", on_click=plotpick.end)


def _names(found: tuple[Plot | None, Plot | None]) -> tuple[str, str]:
    """Ask for the names of sides that have no plot."""
    asked = []
    for plot, side, key in zip(found, (_("甲方"), _("乙方")), "ab", strict=True):
        if plot is None:
            asked.append(
                st.text_input(
                    _("{side}姓名或单位（没有地块时）", side=side), key=f"newcase-name-{key}", max_chars=40
                )
            )
        else:
            asked.append("")
    return asked[0], asked[1]


def _level() -> CaseLevel:
    titles = {
        "household": _("户与户，或一方是个人"),
        "unit": _("村与村、组与组（报县里处理，这里出移送材料）"),
        "administrative": _("乡、县、省的界线（报上级处理，这里出移送材料）"),
    }
    return st.radio(_("谁和谁的界线"), _LEVELS, format_func=titles.__getitem__, key="newcase-level")


def _use(found: tuple[Plot | None, Plot | None]) -> LandUse:
    known = next((plot.land_use for plot in found if plot is not None), None)
    if known is not None:
        return known
    titles = {"grassland": _("草原"), "cropland": _("耕地"), "woodland": _("林地")}
    return st.selectbox(_("什么地"), _USES, format_func=titles.__getitem__, key="newcase-use")


def _open(store: Store, new: opening.NewCase, who: Account) -> None:
    try:
        case = opening.open_case(store, new, who)
    except JiebiaoError as fault:
        widgets.fault(fault)
        return
    plotpick.end()
    st.query_params.clear()
    st.query_params["case"] = case.number
    st.rerun()
