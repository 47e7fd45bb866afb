"""Step 2, the lines 界线: say what each line is, draw and mend lines on the map, record shared points."""

from __future__ import annotations

import streamlit as st

from jobs.dispute import material, picture, reading
from jobs.dispute.facts import CaseLine
from jobs.dispute.material import ROLES
from jobs.dispute.reading import FileShape
from pages.common import mapview, widgets
from pages.common.mapview import Draw, Tools
from pages.common.words import _
from pages.steps import lineform, linelist, mapwork
from pages.steps.work import Board, Next, Work, fit_brought

__all__ = ["board", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show the lines with what is left in the files, and offer drawing."""
    rows = [row.line for row in material.lines_of(work.store, work.case)]
    kind, chosen = mapwork.picked(work)
    selected = [(mapwork.layer_of(kind, chosen, rows), chosen)] if chosen else []
    return Board(
        layers=[
            picture.file_shapes(_unused(work, rows)),
            *picture.lines(rows, editable=work.may_work),
            *picture.points(work.store, work.case),
        ],
        tools=_tools(work, bool(rows)) if work.may_work else None,
        selected=selected,
        command=fit_brought(work, *ROLES, "import_preview"),
    )


def _tools(work: Work, any_line: bool) -> Tools:
    return Tools(
        draw=(
            Draw("line", "claim_a", _("画甲方线")),
            Draw("line", "claim_b", _("画乙方线")),
            Draw("line", "certificate", _("画证书线")),
            Draw("line", "measured", _("画实测线")),
            Draw("point", "marker_shared", _("公共界点")),
            Draw("point", "end_point", _("三家交界点")),
        ),
        edit=any_line,
        undo=mapwork.can_undo(work),
        ruler=False,
    )


def take(work: Work, act: mapview.Act) -> bool:
    """Select, draw, mend or undo."""
    return mapwork.take(work, act)


def panel(work: Work) -> None:
    """Show what is selected, the lines of the case, and what in the files has no meaning yet."""
    rows = material.lines_of(work.store, work.case)
    shapes = _unused(work, [row.line for row in rows])
    if work.may_work:
        lineform.show(work, [row.line for row in rows], shapes)
    st.subheader(_("这件纠纷的线"))
    if not rows:
        widgets.empty(
            _("还没有线。"),
            _("点下面文件里的一条，说它是什么；或用地图上方的按钮直接画。"),
        )
    for row in rows:
        linelist.line(work, row.line, row.file_name)
    if work.may_work:
        linelist.certificate(work)
    linelist.points(work)
    if shapes:
        linelist.left_over(work, shapes)
    linelist.put_away(work)


def _unused(work: Work, rows: list[CaseLine]) -> tuple[FileShape, ...]:
    """Return the shapes of files that are no line of the case yet, the nearest first."""
    used = {(line.file_id, line.feature_key) for line in rows}
    files = [read for read in reading.read_files(work.store, work.case) if read.placed]
    shapes = [shape for read in files for shape in reading.shapes_of(read, work.zone)]
    places = [line.geometry for line in rows] or [
        plot.geometry for plot in picture.case_plots(work.store, work.case) if plot.geometry is not None
    ]
    free = [shape for shape in shapes if (shape.file.id, shape.key) not in used]
    return reading.nearest_first(free, places)


def onward(work: Work) -> Next | None:
    """Lead to the differences once both sides have a claim."""
    roles = {row.line.role for row in material.lines_of(work.store, work.case)}
    missing = ""
    if "claim_a" not in roles:
        missing = _("还没有指明哪条线是甲方的主张。")
    elif "claim_b" not in roles:
        missing = _("还没有指明哪条线是乙方的主张。")
    return Next(label=_("下一步：看两家差在哪里"), why_not=missing)
