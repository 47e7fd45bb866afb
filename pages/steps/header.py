"""The head of a case: the way back, number and title, and the thin row of steps."""

from __future__ import annotations

import streamlit as st

from jobs.dispute.progress import STEPS, Progress, StepName
from pages.common import widgets
from pages.common.words import _
from pages.steps.work import Work

__all__ = ["go", "leave", "show", "step_of"]


def leave() -> None:
    """Go back to the list of cases."""
    st.query_params.clear()


def step_of(work: Work, progress: Progress) -> StepName:
    """Return the step looked at: as chosen, as the address says, else where work goes on."""
    wished = work.get("step") or st.query_params.get("step")
    step = next((name for name in STEPS if name == wished), progress.step)
    work.put("step", step)
    if st.query_params.get("step") != step:
        st.query_params["step"] = step
    return step


def go(work: Work, step: StepName) -> None:
    """Go to a step."""
    work.put("step", step)
    work.put("fault", None)


def show(work: Work, step: StepName, progress: Progress) -> None:
    """Show number, title and the row of steps."""
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
                    on_click=go,
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
