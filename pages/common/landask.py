"""What a file of plots cannot say itself: what its polygons are, which column is what, how points were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, get_args

import streamlit as st

from geo.uncertainty import Accuracy
from jobs import land_columns, landing
from jobs.land_columns import AreaUnit, Columns
from jobs.landing import USES, What, Wish
from jobs.quick_measure import INSTRUMENTS
from jobs.taken import TakenFile
from pages.common import widgets, words
from pages.common.words import _

__all__ = ["ask"]

_KINDS: Final[tuple[What, ...]] = get_args(What)


def ask(files: Sequence[TakenFile], key: str) -> tuple[Wish, Accuracy | None]:
    """Ask what the polygons are, which column is what and how good the points are; the files' own word first."""
    said = landing.guess(files)
    titles = {
        "grassland": _("草原地块"),
        "cropland": _("耕地地块"),
        "woodland": _("林地地块"),
        "village": _("村界"),
        "group": _("组界"),
    }
    left, right = st.columns(2)
    what = left.selectbox(
        _("这些图形是"), _KINDS, _KINDS.index(said.what), format_func=titles.__getitem__, key=f"{key}-what"
    )
    plots = what in USES
    with right:
        accuracy = _accuracy(key) if plots else None
    return Wish(columns=_columns(files, said.columns, key, plots=plots), what=what), accuracy


def _accuracy(key: str) -> Accuracy | None:
    """Ask how the points of the whole file were found; None when nobody knows."""
    tool = st.selectbox(
        _("这些界址点当初怎么测的？"),
        INSTRUMENTS,
        len(INSTRUMENTS) - 1,
        format_func=lambda one: one.title(words.language()),
        key=f"{key}-tool",
    )
    return tool.accuracy


def _columns(files: Sequence[TakenFile], said: Columns, key: str, *, plots: bool) -> Columns:
    """Ask which column is what, beginning with the guess."""
    names = land_columns.columns_of([feature.properties for feature in landing.areas_of(files)])
    roles = {"code": _("编号"), "name": _("名称")}
    if plots:
        roles |= {
            "holder": _("承包方（权利人）"),
            "holder_code": _("承包方编码"),
            "certificate": _("证书号"),
            "area": _("合同（证书）面积"),
        }
    known = [f"{title}：{getattr(said, role)}" for role, title in roles.items() if getattr(said, role)]
    widgets.note("　".join(known) or _("文件里没有认得出的列。"))
    found = said
    with st.popover(_("哪一列是什么？"), disabled=not names):
        for role, title in roles.items():
            guessed = names.index(getattr(said, role)) if getattr(said, role) in names else None
            chosen = st.selectbox(title, names, guessed, key=f"{key}-{role}", placeholder=_("没有这一列"))
            found = replace(found, **{role: chosen})  # type: ignore[arg-type]
        if plots and found.area:
            units: dict[AreaUnit, str] = {"mu": _("亩"), "m2": _("平方米"), "ha": _("公顷")}
            unit = st.radio(
                _("面积单位"),
                list(units),
                list(units).index(said.area_unit),
                format_func=units.__getitem__,
                horizontal=True,
                key=f"{key}-unit",
            )
            found = replace(found, area_unit=unit)
    return found
