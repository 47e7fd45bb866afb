"""“Not right? Change.”: what a file is, said in plain words instead of codes."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from geo.recognition import Recognition
from geo.zone import Zone
from jobs.dispute import reading
from jobs.dispute.reading import ReadFile
from jobs.intake import Overrule
from pages.common import filedrop, widgets
from pages.common.words import _
from pages.steps.work import Work, attempt, refresh_map

__all__ = ["ask", "show"]

_Shift = Literal["none", "gcj02", "bd09"]


def ask(work: Work, read: ReadFile) -> None:
    """Ask what only the people know: which of several readings, or where a phone's map came from."""
    found = read.taken.recognition if read.taken is not None else None
    if found is None:
        return
    if found.candidates:
        _choices(work, read, _("这个文件可能是几种坐标，选一种："), _readings(found))
    elif found.status == "decided" and found.shift == "unknown":
        _choices(work, read, _("这个图是从哪里来的？问一下带来的人："), _origins())


def _readings(found: Recognition) -> dict[str, Overrule]:
    answers = {}
    for number, one in enumerate(found.candidates):
        label = "，".join(filedrop.traits(one))
        if one.distance_km is not None:
            label += _("（离本乡约 {km} 公里）", km=f"{one.distance_km:.0f}")
        answers[label] = Overrule(candidate=number)
    return answers


def _origins() -> dict[str, Overrule]:
    return {
        _("手机地图（高德、腾讯、奥维等，图是偏的）"): Overrule(shift="gcj02"),
        _("百度地图"): Overrule(shift="bd09"),
        _("GPS、测量仪、谷歌地球（没有偏移）"): Overrule(shift="none"),
    }


def _choices(work: Work, read: ReadFile, question: str, answers: dict[str, Overrule]) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(f"**{widgets.plain(question)}**")
        for number, (label, said) in enumerate(answers.items()):
            st.button(
                widgets.plain(label),
                key=work.key(f"is-{read.file.id}-{number}"),
                on_click=_say,
                args=(work, read, said),
                width="stretch",
            )


def show(work: Work, read: ReadFile) -> None:
    """Offer to say what was taken wrongly."""
    found = read.taken.recognition if read.taken is not None else None
    if found is not None and found.status != "refused":
        with st.popover(_("不对？"), type="tertiary"):
            _form(work, read, found)


def _form(work: Work, read: ReadFile, found: Recognition) -> None:
    key = partial(_key, work, read)
    with st.form(key("form"), border=False):
        shift = _shift(key("shift")) if found.geographic else None
        axis = None if found.geographic else _axis(key("axis"))
        zone = None if found.geographic else _zone(work, found, key("zone"))
        rings = st.checkbox(_("首尾没有接上的圈，接成地块"), key=key("rings"))
        if st.form_submit_button(_("就按这样"), type="secondary"):
            _say(work, read, Overrule(shift=shift, axis_order=axis, zone=zone, close_rings=rings))
            st.rerun()
    if read.file.overrides:
        st.button(_("仍按程序认的"), key=key("back"), on_click=_say, args=(work, read, Overrule()))


def _key(work: Work, read: ReadFile, name: str) -> str:
    return work.key(f"{name}-{read.file.id}-{read.file.version}")


def _shift(key: str) -> _Shift | None:
    answers: dict[_Shift | None, str] = {
        None: _("按程序认的"),
        "none": _("没有偏移（GPS、测量仪的坐标）"),
        "gcj02": _("手机地图的偏移坐标"),
        "bd09": _("百度地图的偏移坐标"),
    }
    return st.radio(_("图的位置"), list(answers), format_func=answers.__getitem__, key=key)


def _axis(key: str) -> Literal["east_north", "north_east"] | None:
    answers: dict[Literal["east_north", "north_east"] | None, str] = {
        None: _("按程序认的"),
        "east_north": _("东坐标在前"),
        "north_east": _("北坐标在前"),
    }
    return st.radio(_("两列坐标的次序"), list(answers), format_func=answers.__getitem__, key=key)


def _zone(work: Work, found: Recognition, key: str) -> Zone | None:
    """Offer the zones beside the township's, by their meridians; eastings keep their form."""
    number, prefixed = work.zone.number, found.zone is not None and found.zone.prefixed
    near = [
        Zone(width_deg=3, number=each, prefixed=prefixed)
        for each in range(number - 2, number + 3)
        if 25 <= each <= 45
    ]
    names = {zone: _("中央经线 {deg}°", deg=f"{zone.central_meridian_deg:.0f}") for zone in near}
    return st.selectbox(
        _("坐标是按哪条中央经线算的"),
        [None, *near],
        format_func=lambda zone: names[zone] if zone else _("按程序认的"),
        key=key,
    )


def _say(work: Work, read: ReadFile, said: Overrule) -> None:
    attempt(
        work, partial(reading.overrule, work.store, read.file, said, work.who), _("已按您说的重新放到图上。")
    )
    refresh_map(work)
