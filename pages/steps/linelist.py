"""The lists beside the map: the lines of a case, recorded points, what in the files has no meaning yet."""

from __future__ import annotations

import html
from functools import partial

import streamlit as st

from jobs.dispute import material, picture
from jobs.dispute.facts import CaseLine
from jobs.dispute.reading import FileShape
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import lineform, mapwork, speech
from pages.steps.work import Work, attempt

__all__ = ["certificate", "left_over", "line", "points", "put_away"]

_MOST_LISTED = 8


def line(work: Work, one: CaseLine, file_name: str) -> None:
    """Show one line of the case."""
    on = "on" if mapwork.picked(work) == ("line", str(one.id)) else "off"
    with st.container(key=f"jb-row-{on}-line-{one.id}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(
                f'<i class="jb-swatch" style="border-color:{html.escape(speech.role_colour(one.role))}"></i>',
                width="content",
            )
            st.button(
                widgets.plain(speech.role(one.role)),
                key=work.key(f"pick-line-{one.id}"),
                type="tertiary",
                on_click=mapwork.pick,
                args=(work, "line", str(one.id)),
            )
        parts = [one.label, file_name, speech.accuracy(one.sigma_own_m, one.sigma_common_m)]
        widgets.note(" · ".join(dict.fromkeys(part for part in parts if part)))


def certificate(work: Work) -> None:
    plots = [plot for plot in picture.case_plots(work.store, work.case) if plot.geometry is not None]
    known = {row.line.feature_key for row in material.lines_of(work.store, work.case)}
    if plots and not any(f"plot/{plot.code}" in known for plot in plots):
        st.button(
            _("加上登记的证书线"),
            key=work.key("certificates"),
            on_click=attempt,
            args=(
                work,
                partial(material.add_certificates, work.store, work.case, work.who),
                _("已加上登记的线。"),
            ),
        )


def points(work: Work) -> None:
    """List the recorded points."""
    """Offer the registered line, once."""
    found = work.store.case_points.find(case_id=work.case.id)
    if not found:
        return
    st.subheader(_("记下的界点"))
    for point in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            kind = _("公共界点") if point.kind == "common" else _("三家交界点")
            st.markdown(widgets.plain(f"{kind} {point.name}".strip()))
            if work.may_work:
                away = partial(material.remove_point, work.store, point, work.who)
                st.button(
                    _("去掉"),
                    key=work.key(f"point-{point.id}"),
                    type="tertiary",
                    on_click=attempt,
                    args=(work, away, _("已去掉。")),
                )


def put_away(work: Work) -> None:
    """List the lines that were put away, to take them out again."""
    rows = material.away_of(work.store, work.case)
    if not rows or not work.may_work:
        return
    with st.expander(_("收起的线（{count}）", count=words.count(len(rows)))):
        for row in rows:
            take = partial(material.take_out_line, work.store, row.line, work.who)
            label = " · ".join(
                part for part in (speech.role(row.line.role), row.line.label, row.file_name) if part
            )
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(widgets.plain(label))
                st.button(
                    _("取出"),
                    key=work.key(f"line-out-{row.line.id}"),
                    type="tertiary",
                    on_click=attempt,
                    args=(work, take, _("已取出。")),
                )


def left_over(work: Work, shapes: tuple[FileShape, ...]) -> None:
    """List what in the files has no meaning yet, the nearest first."""
    st.subheader(_("文件里还没有说明的"))
    for shape in shapes[:_MOST_LISTED]:
        _left(work, shape)
    if len(shapes) > _MOST_LISTED:
        more = words.count(len(shapes) - _MOST_LISTED)
        widgets.note(_("还有 {count} 个离得较远：在图上点。", count=more))


def _left(work: Work, shape: FileShape) -> None:
    kind = _("地块") if shape.is_area else _("线")
    label = (
        f"{kind} {shape.name} · {shape.file.name}"
        if shape.name != shape.file.name
        else f"{kind} {shape.name}"
    )
    said = lineform.as_suggested(work, shape)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"jb-left-{shape.id}"):
        st.button(
            widgets.plain(label),
            key=work.key(f"pick-shape-{shape.id}"),
            width="stretch",
            on_click=mapwork.pick,
            args=(work, "shape", shape.id),
        )
        if work.may_work and said.role is not None:
            st.button(
                _("记为{role}", role=speech.role(said.role)),
                key=work.key(f"take-{shape.id}"),
                type="tertiary",
                on_click=lineform.add,
                args=(work, shape, said),
            )
