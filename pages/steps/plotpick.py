"""Choose the two plots of a new case: on the map, or by number, holder or name."""

from __future__ import annotations

from typing import Final

import streamlit as st

from jobs.dispute import plots
from jobs.dispute.facts import Plot, Store
from pages.common import widgets
from pages.common.words import _

__all__ = ["begin", "end", "is_open", "pick", "selected", "show"]

_OPEN: Final = "newcase-open"
_A: Final = "newcase-a"
_B: Final = "newcase-b"
_SLOT: Final = "newcase-slot"


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


def begin() -> None:
    """Begin a new case: no plot is chosen yet."""
    st.session_state.update({_OPEN: True, _A: None, _B: None, _SLOT: _A})


def end() -> None:
    """Leave the new case."""
    st.session_state[_OPEN] = False


def show(store: Store) -> tuple[Plot | None, Plot | None]:
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
