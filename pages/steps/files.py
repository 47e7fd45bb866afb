"""Step 1, the files 资料: drop what people bring, read what each was taken for and why, say if it is wrong."""

from __future__ import annotations

from functools import partial

import streamlit as st

from jobs.dispute import material, picture, reading
from jobs.dispute.progress import is_asked
from jobs.intake import TakenFile, Upload
from pages.common import filedrop, mapview, widgets, words
from pages.common.words import _
from pages.steps import filecard
from pages.steps.work import Board, Next, Work, attempt, fit_brought, refresh_map

__all__ = ["board", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show the files' shapes over the lines that have a meaning already."""
    files = reading.read_files(work.store, work.case)
    shapes = [shape for read in files for shape in reading.shapes_of(read, work.zone)]
    rows = [row.line for row in material.lines_of(work.store, work.case)]
    chosen = work.get("file")
    return Board(
        layers=[*picture.lines(rows, selectable=False), picture.file_shapes(shapes)],
        selected=[("import_preview", shape.id) for shape in shapes if shape.file.id == chosen][:40],
        command=fit_brought(work, "import_preview"),
    )


def take(work: Work, act: mapview.Act) -> bool:
    """Select the file whose shape was clicked."""
    if not isinstance(act, mapview.Selected):
        return False
    work.put("file", reading.split_id(act.id)[0] if act.id else None)
    return True


def panel(work: Work) -> None:
    """Show where files are dropped and what is there."""
    if work.may_work:
        _drop(work)
    _refused(work)
    found = reading.read_files(work.store, work.case)
    if not found:
        widgets.empty(
            _("还没有资料。"),
            _(
                "把双方带来的文件放进来：证书图形、手机轨迹、测量点、合同附图都可以；没有文件，也可以在下一步直接在图上画。"
            ),
        )
    for read in found:
        filecard.show(work, read)
    filecard.put_away(work)


def _drop(work: Work) -> None:
    dropped = st.file_uploader(
        _("放入文件（可以一次放多个，什么格式都试试）"),
        type=filedrop.TYPES,
        accept_multiple_files=True,
        key=work.key(f"drop-{work.get('drops', 0)}"),
    )
    if not dropped:
        return
    uploads = [Upload(name=one.name, data=one.getvalue()) for one in dropped]
    taken = attempt(work, partial(_take_in, work, uploads))
    _forget(work)
    work.put("refused", [file for file in taken or () if file.error is not None])
    refresh_map(work)
    st.rerun()


def _take_in(work: Work, uploads: list[Upload]) -> tuple[TakenFile, ...]:
    """Read the files with progress; whoever presses stop leaves everything as it was."""
    bar = st.progress(0.0, text=_("正在读 {count} 个文件……", count=words.count(len(uploads))))
    st.button(_("停下"), key=work.key("stop-reading"), on_click=_forget, args=(work,))

    def told(done: int, of: int, name: str) -> None:
        bar.progress(
            done / of, text=_("已读 {done}/{of}：{name}", done=done, of=of, name=widgets.plain(name))
        )

    return material.add_files(work.store, work.case, uploads, work.who, progress=told)


def _forget(work: Work) -> None:
    """Empty the place where files are dropped."""
    work.put("drops", work.get("drops", 0) + 1)


def _refused(work: Work) -> None:
    refused: list[TakenFile] = work.get("refused") or []
    for file in refused:
        if file.error is not None:
            st.error(f"**{widgets.plain(file.path)}**  \n{widgets.plain(words.error_sentence(file.error))}")
    if refused:
        st.button(_("知道了"), key=work.key("refused-seen"), on_click=work.put, args=("refused", None))


def onward(work: Work) -> Next | None:
    """Lead to the lines; files that are still to be answered wait there."""
    asked = [file for file in material.files_of(work.store, work.case) if is_asked(file)]
    label = _("下一步：说明每条线是什么")
    if asked:
        name = asked[0].name
        return Next(label=label, why_not=_("文件“{name}”是哪种坐标，还要您选一下。", name=name))
    return Next(label=label)
