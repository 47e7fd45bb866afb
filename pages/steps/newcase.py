"""Open a case: two plots from the map or by number and holder, a title, and who the two sides are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.errors import JiebiaoError
from jobs.access import Account
from jobs.dispute import opening, plots, suggesting
from jobs.dispute.facts import CaseLevel, LandUse, Plot, Store
from pages.common import widgets, words
from pages.common.words import _

__all__ = ["is_open", "pick", "selected", "show"]

_OPEN, _A, _B, _SLOT = "newcase-open", "newcase-a", "newcase-b", "newcase-slot"
_LEVELS: Final[tuple[CaseLevel, ...]] = ("household", "unit", "administrative")
_USES: Final[tuple[LandUse, ...]] = ("grassland", "cropland", "woodland")


def is_open() -> bool:
    """Tell whether a new case is being written, so that clicks on plots choose them."""
    return bool(st.session_state.get(_OPEN))


def pick(plot_id: int) -> None:
    """Take a plot for the side that is being chosen; then it is the other side's turn."""
    slot = st.session_state.get(_SLOT, _A)
    if plot_id in (st.session_state.get(_A), st.session_state.get(_B)):
        return
    st.session_state[slot] = plot_id
    other = _B if slot == _A else _A
    if st.session_state.get(other) is None:
        st.session_state[_SLOT] = other


def selected(store: Store) -> list[tuple[str, str]]:
    """Return the chosen plots, to be marked on the map."""
    if not is_open():
        return []
    numbers = [st.session_state[name] for name in (_A, _B) if st.session_state.get(name)]
    return [(f"plot_{store.plots.get(number).land_use}", str(number)) for number in numbers]


def show(store: Store, who: Account) -> None:
    """Show the form, or the button that opens it."""
    if not is_open():
        st.button(_("新立一件"), key="newcase", type="primary", width="stretch", on_click=_begin)
        return
    with st.container(border=True, key="jb-newcase"):
        st.subheader(_("新立一件纠纷"))
        found = _plots(store)
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
            plot_a_id=st.session_state.get(_A),
            plot_b_id=st.session_state.get(_B),
            level=level,
            land_use=use,
        )
        if widgets.primary(_("立案，放入资料"), key="newcase-open-it", why_not=missing):
            _open(store, new, who)
        st.button(_("不立了"), key="newcase-cancel", type="tertiary", on_click=_end)


def _begin() -> None:
    st.session_state.update({_OPEN: True, _A: None, _B: None, _SLOT: _A})


def _end() -> None:
    st.session_state[_OPEN] = False


def _plots(store: Store) -> tuple[Plot | None, Plot | None]:
    """Show both sides' plots and the search; return the plots."""
    widgets.note(_("在图上点甲方的地块，再点乙方的；或在这里找。"))
    for slot, side in ((_A, _("甲方")), (_B, _("乙方"))):
        number = st.session_state.get(slot)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            title = plots.card_of(store, number).title if number else _("还没有选")
            mark = "▸ " if st.session_state.get(_SLOT) == slot else ""
            st.markdown(f"{mark}**{side}**　{widgets.plain(title)}")
            if number:
                st.button(_("换"), key=f"{slot}-change", type="tertiary", on_click=_change, args=(slot,))
    text = st.text_input(_("找地块：编号、承包方或小地名"), key="newcase-search", max_chars=40)
    found = plots.search(store, text)
    for card in found:
        area = f"（{card.area_mu} {_('亩')}）" if card.area_mu else ""
        st.button(
            widgets.plain(card.title + area),
            key=f"newcase-pick-{card.plot.id}",
            width="stretch",
            on_click=pick,
            args=(card.plot.id,),
        )
    if text.strip() and not found:
        widgets.note(_("没有找到。没有登记的地块也可以立案：只写双方姓名。"))
    chosen = [
        store.plots.get(number) if (number := st.session_state.get(slot)) else None for slot in (_A, _B)
    ]
    return chosen[0], chosen[1]


def _change(slot: str) -> None:
    st.session_state[slot] = None
    st.session_state[_SLOT] = slot


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
    _end()
    st.query_params.clear()
    st.query_params["case"] = case.number
    st.rerun()
