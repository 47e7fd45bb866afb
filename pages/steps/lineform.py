"""The form of one line: what it is, what it is called, how good its points are, on which side its claimant lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import streamlit as st
from shapely.geometry.base import BaseGeometry

from geo.uncertainty import Accuracy
from jobs.dispute import material, siding, suggesting
from jobs.dispute.facts import CaseLine, LineRole
from jobs.dispute.material import ROLES, NewLine
from jobs.dispute.reading import FileShape
from jobs.quick_measure import INSTRUMENTS
from pages.common import widgets, words
from pages.common.words import _
from pages.steps import mapwork, speech
from pages.steps.work import Work, attempt, held, let_go

__all__ = ["show"]

_OWN: Final = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the form says."""

    role: LineRole | None
    label: str
    accuracy: Accuracy | None
    side: siding.LineSide | None


def show(work: Work, rows: Sequence[CaseLine], shapes: Sequence[FileShape]) -> None:
    """Show the form of what is selected; nothing when nothing is."""
    kind, name = mapwork.picked(work)
    line = next((one for one in rows if kind == "line" and str(one.id) == name), None)
    shape = next((one for one in shapes if kind == "shape" and one.id == name), None)
    if line is not None:
        with st.container(border=True, key="jb-line-form"):
            _known(work, held(work, line))
    elif shape is not None:
        with st.container(border=True, key="jb-line-form"):
            _new(work, shape)


def _known(work: Work, line: CaseLine) -> None:
    key = work.key(f"line-{line.id}-{line.version}")
    given = (
        Accuracy(sigma_own_m=line.sigma_own_m, sigma_common_m=line.sigma_common_m or 0.0)
        if (line.sigma_own_m is not None)
        else None
    )
    said = _ask(
        work,
        key,
        line.geometry,
        _Said(role=line.role, label=line.label, accuracy=given, side=line.claimant_side),
    )
    with st.container(horizontal=True, gap="small"):
        if st.button(_("保存"), key=f"{key}-save", disabled=said.role is None) and said.role is not None:
            change = partial(
                material.change_line,
                work.store,
                line,
                work.who,
                role=said.role,
                label=said.label,
                accuracy=said.accuracy,
                claimant_side=said.side,
            )
            _close(work, attempt(work, change, _("已保存。")))
        if st.button(_("收起这条线"), key=f"{key}-away", type="tertiary"):
            away = partial(material.put_away_line, work.store, line, work.who)
            attempt(work, away, _("已收起，档案里还在。"))
            mapwork.pick(work, "", "")
            st.rerun()


def _close(work: Work, saved: CaseLine | None) -> None:
    if saved is not None:
        let_go(work)
    st.rerun()


def _new(work: Work, shape: FileShape) -> None:
    key = work.key(f"shape-{shape.id}")
    role = suggesting.role_for(shape.name) or suggesting.role_for(shape.file.name)
    accuracy = suggesting.instrument_for(shape.file.format).accuracy
    st.markdown(f"**{widgets.plain(shape.name)}** · {widgets.plain(shape.file.name)}")
    said = _ask(work, key, shape.geometry, _Said(role=role, label=shape.name, accuracy=accuracy, side=None))
    if st.button(_("就是它"), key=f"{key}-add", disabled=said.role is None) and said.role is not None:
        new = NewLine(
            role=said.role,
            geometry=shape.geometry,
            label=said.label,
            accuracy=said.accuracy,
            claimant_side=said.side,
            declared_area_m2=shape.declared_area_m2,
            file_id=shape.file.id,
            feature_key=shape.key,
        )
        line = attempt(work, partial(material.add_line, work.store, work.case, new, work.who), _("已记下。"))
        if line is not None:
            mapwork.pick(work, "", "")
        st.rerun()


def _ask(work: Work, key: str, shape: BaseGeometry, now: _Said) -> _Said:
    role = st.selectbox(
        _("这是什么线"),
        ROLES,
        index=ROLES.index(now.role) if now.role else None,
        format_func=speech.role,
        placeholder=_("请选"),
        key=f"{key}-role",
    )
    label = st.text_input(_("怎么称呼它"), value=now.label, max_chars=80, key=f"{key}-label")
    accuracy = _accuracy(key, now.accuracy)
    side = _side(work, key, shape, role, now.side) if role in ("claim_a", "claim_b") else None
    return _Said(role=role, label=label, accuracy=accuracy, side=side)


def _accuracy(key: str, now: Accuracy | None) -> Accuracy | None:
    titles = {one.id: _titled(one.title(words.language()), one.accuracy) for one in INSTRUMENTS}
    titles[_OWN] = _("知道误差，自己填")
    same = next((one.id for one in INSTRUMENTS if one.accuracy == now), _OWN)
    chosen = st.selectbox(
        _("点是怎么来的"),
        list(titles),
        index=list(titles).index(same),
        format_func=titles.__getitem__,
        key=f"{key}-by",
    )
    if chosen != _OWN:
        return next(one.accuracy for one in INSTRUMENTS if one.id == chosen)
    own, common = st.columns(2)
    sigma = own.number_input(
        _("每个点的误差（米）"),
        0.001,
        1000.0,
        now.sigma_own_m if now else 1.0,
        format="%.3f",
        key=f"{key}-own",
    )
    shift = common.number_input(
        _("整体偏差（米）"),
        0.0,
        1000.0,
        now.sigma_common_m if now else 0.0,
        format="%.3f",
        key=f"{key}-common",
    )
    return Accuracy(sigma_own_m=sigma, sigma_common_m=shift)


def _titled(title: str, accuracy: Accuracy | None) -> str:
    if accuracy is None:
        return title
    return _("{title}（约 {sigma} 米）", title=title, sigma=f"{accuracy.sigma_own_m:g}")


def _side(
    work: Work, key: str, shape: BaseGeometry, role: LineRole, now: siding.LineSide | None
) -> siding.LineSide | None:
    """Ask where the claimant's land lies, by the compass; a plot needs no answer."""
    known = siding.side_words(shape, work.zone)
    if known is None:
        return None
    likely = now or mapwork.side_of(work, role, shape)
    answers: tuple[Literal["left", "right"], ...] = ("left", "right")
    who = _("甲方") if role == "claim_a" else _("乙方")
    return st.radio(
        _("{who}的地在线的哪一边", who=who),
        answers,
        index=answers.index(likely) if likely else None,
        format_func=lambda side: _("{direction}边", direction=known.of(side, words.language())),
        horizontal=True,
        key=f"{key}-side-{role}",
    )
