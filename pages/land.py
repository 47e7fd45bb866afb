"""Land 土地: bring one's own township's plots, villages and groups into the records."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import JiebiaoError
from geo.uncertainty import Accuracy
from jobs import land_keeping, landing, maps, township
from jobs.access import Account
from jobs.landing import Landing, Wish
from jobs.taken import TakenFile
from pages.common import filedrop, landask, landview, session, widgets, words
from pages.common.words import _

__all__ = ["show"]

_KEPT, _CHOSEN, _ROUND, _ADDED = (f"land-{name}" for name in ("kept", "chosen", "round", "added"))


def show() -> None:
    """Show the page."""
    who = session.require("editor")
    store = session.store()
    widgets.heading(_("土地"), _("把本乡的地块、村组界收进档案"))
    left, right = st.columns([6, 4], gap="medium")
    with right:
        key = f"land-{st.session_state.get(_ROUND, 0)}"
        files = filedrop.show(key=key, zone=session.zone(), near=township.place(store))
        landed = _asked(files, key, who) if landing.areas_of(files) else None
        if landed is None:
            _nothing(files)
    with left:
        landview.show_map(landed)
        if landed is not None:
            landview.listed(landed)


def _nothing(files: tuple[TakenFile, ...]) -> None:
    if any(file.placed for file in files):
        st.warning(_("文件里没有围成面的地块。没有闭合的界线，在原来的软件里闭合后再放入。"))
    elif not files:
        if added := st.session_state.get(_ADDED):
            st.success(_("已收进档案 {count} 个。办纠纷、量地时图上就有了。", count=words.count(added)))
        count = session.store().plots.count()
        widgets.empty(
            _("档案里现有 {count} 个地块。", count=words.count(count)),
            _("放入登记部门或承包经营权调查的图：shp 压缩包、gpkg、geojson、报部坐标 txt、dxf、kml 都行。"),
        )


def _asked(files: tuple[TakenFile, ...], key: str, who: Account) -> Landing:
    """Ask what the file cannot say itself, show what it would add, and offer to add it."""
    wish, accuracy = landask.ask(files, key)
    landed = _prepared(files, wish)
    nothing = "" if landed.incoming else _("没有能收的，原因列在图下。")
    label = _("收进档案（{count} 个）", count=words.count(len(landed.incoming)))
    if widgets.primary(label, key=f"{key}-keep", why_not=nothing):
        _keep(landed, accuracy, who)
    widgets.problems(landed.notes)
    if len(landed.incoming) > landview.MOST_SHOWN:
        widgets.note(
            _("图太多，地图上先画前 {count} 个；收的时候全收。", count=words.count(landview.MOST_SHOWN))
        )
    return landed


def _prepared(files: tuple[TakenFile, ...], wish: Wish) -> Landing:
    """Check the files against the records, once for the same files, answers and records."""
    store = session.store()
    stand = (
        maps.version(store),
        wish,
        tuple((file.path, file.imported and file.imported.sha256, file.recognition) for file in files),
    )
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != repr(stand):
        with st.spinner(_("正在核对重叠、空隙和编号……"), show_time=True):
            kept = (repr(stand), landing.prepare(store, files, wish))
        st.session_state[_KEPT] = kept
        st.session_state.pop(_CHOSEN, None)
    found: Landing = kept[1]
    return found


def _keep(landed: Landing, accuracy: Accuracy | None, who: Account) -> None:
    bar = st.progress(0.0, _("正在收进档案……"))
    try:
        added = land_keeping.keep(
            session.store(), landed, who, accuracy=accuracy, progress=lambda share: _move(bar, share)
        )
    except JiebiaoError as error:
        bar.empty()
        widgets.fault(error)
        return
    st.session_state[_ADDED] = added
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _move(bar: DeltaGenerator, share: float) -> None:
    bar.progress(share, _("正在收进档案……"))
