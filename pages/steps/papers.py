"""Step 5, the papers 文书: who must be joined, what goes into the agreement, one package to take away."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.errors import JiebiaoError
from jobs import township
from jobs.dispute import choosing, issuing, papers, picture
from jobs.package import Package
from pages.common import mapview, widgets, words
from pages.common.words import _
from pages.steps import choice, differences, joined, paperform
from pages.steps.work import Board, Next, Work, attempt

__all__ = ["board", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show what was found with the chosen line."""
    finding = differences.found(work)
    base = differences.finding_board(work, finding)
    if finding is None:
        return base
    chosen = choice.chosen(work, finding)
    line = picture.proposed(chosen.proposal, chosen=True) if chosen is not None else ()
    return Board(layers=[*base.layers, *line])


def take(work: Work, act: mapview.Act) -> bool:
    """A click selects a stretch, as everywhere."""
    return differences.take(work, act)


def panel(work: Work) -> None:
    """Show who must be joined, what is written down, and the package."""
    if work.get("making"):
        _make(work)
    _package(work)
    joined.show(work)
    paperform.show(work)


def _make(work: Work) -> None:
    """Make the package with progress, then show it."""
    work.put("making", False)
    bar = st.progress(0.0, text=_("正在生成文书……"))

    def told(done: int, of: int, title: str) -> None:
        bar.progress(done / of, text=_("{done}/{of} {title}", done=done, of=of, title=widgets.plain(title)))

    at = township.clock().replace(microsecond=0)
    make = partial(papers.make_package, work.store, work.case, work.who, at=at, progress=told)
    made = attempt(work, make, _("文书包已生成。"))
    if made is not None:
        work.put("package", made)
    st.rerun()


def _package(work: Work) -> None:
    issued = issuing.issued(work.store, work.case)
    made: Package | None = work.get("package")
    if not issued:
        return
    st.subheader(_("文书包"))
    when = issued[-1].stamped_at.astimezone().strftime("%Y-%m-%d %H:%M")
    widgets.note(_("{when} 生成，编号 {digest}。", when=when, digest=issued[-1].sha256[:12]))
    if made is None:
        st.button(_("再取一次（内容不变）"), key=work.key("again"), on_click=_again, args=(work,))
        return
    st.download_button(
        _("下载文书包（{count} 份）", count=words.count(len(made.parts))),
        made.data,
        file_name=issued[-1].name,
        mime="application/zip",
        key=work.key("zip"),
        width="stretch",
        on_click="ignore",
    )
    widgets.problems(made.problems)
    with st.expander(_("里面有什么")):
        for part in made.parts:
            st.markdown(f"- {widgets.plain(part.name)}")
    if work.may_work:
        st.button(
            _("重新生成"), key=work.key("remake"), type="tertiary", on_click=work.put, args=("making", True)
        )


def _again(work: Work) -> None:
    last = issuing.issued(work.store, work.case)[-1]
    try:
        work.put("package", issuing.again(work.store, work.case, last))
    except JiebiaoError as fault:
        work.put("fault", fault)


def onward(work: Work) -> Next | None:
    """Make the package; once made, go on to signing."""
    is_ours = work.case.level == "household"
    forward = Next(label=_("下一步：登记签字件") if is_ours else _("下一步：移送上级"))
    if work.case.closed_at is not None or not work.may_work:
        return forward
    if work.case.state == "printed" or (not is_ours and issuing.issued(work.store, work.case)):
        return forward
    label = _("生成文书包") if is_ours else _("生成移送材料")
    return Next(label=label, why_not=_why_not(work), act=partial(work.put, "making", True))


def _why_not(work: Work) -> str:
    try:
        matter = papers.matter_of(work.store, work.case, at=township.clock())
    except JiebiaoError as fault:
        return words.error_sentence(fault)
    if work.case.level == "household" and matter.chosen is None and not choosing.terms_of(work.case):
        return _("还没有选定方案，也没有写其他约定。")
    return ""
