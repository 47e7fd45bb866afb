"""The form of one line: what it is, what it is called, how good its points are, on which side its claimant lives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from geo.uncertainty import Accuracy
from jobs.dispute import material, suggesting
from jobs.dispute.facts import CaseLine
from jobs.dispute.material import NewLine
from jobs.dispute.reading import FileShape
from pages.common import widgets
from pages.common.words import _
from pages.steps import mapwork
from pages.steps.linequestions import Said, ask
from pages.steps.work import Work, attempt, held, let_go

__all__ = ["add", "as_suggested", "show"]

_OWN: Final = "own"


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
    said = ask(
        work,
        key,
        line.geometry,
        Said(role=line.role, label=line.label, accuracy=given, side=line.claimant_side),
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
    st.markdown(f"**{widgets.plain(shape.name)}** · {widgets.plain(shape.file.name)}")
    said = ask(work, key, shape.geometry, as_suggested(work, shape))
    if st.button(_("就是它"), key=f"{key}-add", disabled=said.role is None) and said.role is not None:
        add(work, shape, said)
        st.rerun()


def add(work: Work, shape: FileShape, said: Said) -> None:
    """Give a shape of a file its meaning."""
    if said.role is None:
        return
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


def as_suggested(work: Work, shape: FileShape) -> Said:
    """Return what a file's name and kind suggest for its shape."""
    role = suggesting.role_of(shape)
    side = mapwork.side_of(work, role, shape.geometry) if role in ("claim_a", "claim_b") else None
    accuracy = suggesting.instrument_for(shape.file.format).accuracy
    return Said(role=role, label=shape.name, accuracy=accuracy, side=side)
