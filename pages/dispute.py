"""One case: its number and title, the row of steps, the map on the left, the step on the right."""

from __future__ import annotations

from types import ModuleType
from typing import Final

import streamlit as st

from geo.errors import JiebiaoError
from jobs import basemaps
from jobs.access import Account
from jobs.dispute import picture
from jobs.dispute.progress import STEPS, StepName, progress_of
from pages.common import mapview, widgets, words
from pages.common.words import _
from pages.steps import differences, files, header, lines, notices, options, papers, signing
from pages.steps import work as desk
from pages.steps.style import MAP_HEIGHT, case_css
from pages.steps.work import Board, Work

__all__ = ["show"]

_MODULES: Final[dict[StepName, ModuleType]] = {
    "files": files,
    "lines": lines,
    "differences": differences,
    "options": options,
    "papers": papers,
    "signing": signing,
}


def show(number: str, who: Account) -> None:
    """Show the case with this number."""
    try:
        work = desk.begin(number, who)
    except JiebiaoError as fault:
        widgets.fault(fault)
        st.button(_("看全部纠纷"), on_click=header.leave)
        return
    st.html(case_css())
    progress = progress_of(work.store, work.case)
    step = header.step_of(work, progress)
    header.show(work, step, progress)
    module = _MODULES[step]
    left, right = st.columns([62, 38], gap="medium")
    with left:
        with st.spinner(_("正在打开……"), show_time=True):
            board = module.board(work)
        act = _map(work, board)
    if act is not None and module.take(work, act):
        st.rerun()
    with right:
        with st.container(key="jb-panel"):
            notices.others(work)
            notices.show(work)
            module.panel(work)
        _onward(work, step, module)


def _map(work: Work, board: Board) -> mapview.Act | None:
    bounds = picture.box_of(work.store, work.case)
    return mapview.show(
        key=work.key("map"),
        zone=work.zone,
        layers=[*picture.around(work.store, words.language()), *board.layers],
        base=basemaps.base_layers(work.store, words.language()),
        view=mapview.View(bounds=bounds) if bounds else mapview.View(zoom=11),
        tools=board.tools,
        selected=board.selected,
        command=board.command,
        height=MAP_HEIGHT,
    )


def _onward(work: Work, step: StepName, module: ModuleType) -> None:
    """Show the one next step; without an act of its own it leads to the step after this one."""
    coming = module.onward(work)
    if coming is None:
        return
    after = STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
    with st.container(key="jb-next"):
        widgets.primary(
            coming.label,
            key=work.key(f"next-{step}"),
            why_not=coming.why_not,
            on_click=coming.act or (lambda: header.go(work, after)),
        )
