"""One file of a case: what was understood, why, what is doubtful, and how to say that it is wrong."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from jobs.dispute import material, reading
from jobs.dispute.reading import ReadFile
from jobs.intake import TakenFile
from pages.common import filedrop, widgets, words
from pages.common.words import _
from pages.steps import correcting, speech
from pages.steps.work import Work, attempt, refresh_map

__all__ = ["put_away", "show"]

_FAR_KM: Final = 60.0


def show(work: Work, read: ReadFile) -> None:
    """Show one file: its name, what it was taken for, what is doubtful, and what can be said against it."""
    on = "on" if work.get("file") == read.file.id else "off"
    with st.container(key=f"jb-row-{on}-file-{read.file.id}", gap="xxsmall"):
        st.button(
            widgets.plain(read.file.name),
            key=work.key(f"see-{read.file.id}"),
            type="tertiary",
            on_click=_see,
            args=(work, read.file.id),
        )
        if read.taken is None:
            if read.fault is not None:
                widgets.fault(read.fault)
            return
        st.markdown(widgets.plain(filedrop.understood(read.taken)))
        _problems(read.taken)
        _far(work, read)
        if work.may_work:
            correcting.ask(work, read)
        with st.container(horizontal=True, gap="small"):
            _why(read.taken)
            if work.may_work:
                correcting.show(work, read)
                st.button(
                    _("收起这个文件"),
                    key=work.key(f"away-{read.file.id}"),
                    type="tertiary",
                    on_click=_put_away,
                    args=(work, read),
                )


def _problems(taken: TakenFile) -> None:
    """Say what is doubtful; what is asked below need not be said twice."""
    for one in taken.problems:
        if one.code != "shift_unknown":
            widgets.note(speech.told(one))


def _far(work: Work, read: ReadFile) -> None:
    away_km = reading.away_km(read, work.store)
    if away_km > _FAR_KM:
        widgets.note(_("这样读，图离本乡约 {km} 公里：请核对。", km=words.number(away_km, 0)))


def _see(work: Work, file_id: int) -> None:
    work.put("file", file_id)
    refresh_map(work)


def put_away(work: Work) -> None:
    """List the files that were put away, to take them out again."""
    found = material.away_files_of(work.store, work.case)
    if not found or not work.may_work:
        return
    with st.expander(_("收起的文件（{count}）", count=words.count(len(found)))):
        for file in found:
            take = partial(material.take_out_file, work.store, file, work.who)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(widgets.plain(file.name))
                key = work.key(f"file-out-{file.id}")
                st.button(
                    _("取出"), key=key, type="tertiary", on_click=attempt, args=(work, take, _("已取出。"))
                )


def _put_away(work: Work, read: ReadFile) -> None:
    away = partial(material.put_away_file, work.store, read.file, work.who)
    attempt(work, away, _("已收起。由它得到的界线还在。"))


def _why(taken: TakenFile) -> None:
    found = taken.recognition
    if found is None or not found.why:
        return
    with st.popover(_("为什么"), type="tertiary"):
        for sentence in found.sentences(words.language()):
            st.markdown(f"- {widgets.plain(sentence)}")
