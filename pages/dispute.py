"""One case: its number and title, the row of steps, the map on the left, the step on the right."""

from __future__ import annotations

from types import ModuleType
from typing import Final

import streamlit as st

from geo.errors import JiebiaoError
from jobs import basemaps
from jobs.access import Account
from jobs.dispute import picture
from jobs.dispute.progress import STEPS, Progress, StepName, progress_of
from pages.common import mapview, widgets, words
from pages.common.words import _
from pages.steps import differences, files, lines, options, papers, signing
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
        st.button(_("看全部纠纷"), on_click=leave)
        return
    st.html(case_css())
    progress = progress_of(work.store, work.case)
    step = _step(work, progress)
    _head(work, step, progress)
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
            desk.notices(work)
            module.panel(work)
        _onward(work, step, module)


def leave() -> None:
    """Go back to the list of cases."""
    st.query_params.clear()


def _step(work: Work, progress: Progress) -> StepName:
    """Return the step looked at: as chosen, as the address says, else where work goes on."""
    wished = work.get("step") or st.query_params.get("step")
    step = next((name for name in STEPS if name == wished), progress.step)
    work.put("step", step)
    if st.query_params.get("step") != step:
        st.query_params["step"] = step
    return step


def _go(work: Work, step: StepName) -> None:
    work.put("step", step)
    work.put("fault", None)


def _head(work: Work, step: StepName, progress: Progress) -> None:
    with st.container(key="jb-case-head", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(_("‹ 全部纠纷"), key="jb-all-cases", type="tertiary", on_click=leave)
        widgets.heading(work.case.number, work.case.title)
        with st.container(key="jb-steps", horizontal=True, horizontal_alignment="right", gap="small"):
            for name in STEPS:
                state = "now" if name == step else "done" if progress.done(name) else "due"
                st.button(
                    _title(name),
                    key=f"jb-step-{state}-{name}",
                    type="tertiary",
                    on_click=_go,
                    args=(work, name),
                )


def _title(step: StepName) -> str:
    return {
        "files": _("资料"),
        "lines": _("界线"),
        "differences": _("差异"),
        "options": _("方案"),
        "papers": _("文书"),
        "signing": _("签字生效"),
    }[step]


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
            on_click=coming.act or (lambda: _go(work, after)),
        )
