"""Just measure 量一量: click round a plot or drop a walk; read mu ±, take one printed page."""

from __future__ import annotations

import streamlit as st

from geo.errors import JiebiaoError
from geo.uncertainty import Accuracy
from geo.zone import Zone
from jobs import basemaps, maps, quick_measure, township
from jobs.quick_measure import INSTRUMENTS, QuickMeasure
from layers.webmap import MapFeature, MapLayer, working_geometry
from pages.common import mapview, session, widgets, words
from pages.common.words import _

__all__ = ["show"]

_KEY = "measure"


def show() -> None:
    """Show the page."""
    session.require("viewer")
    zone = session.zone()
    drawn: list[MapFeature] = st.session_state.setdefault(f"{_KEY}-drawn", [])
    widgets.heading(_("量一量"), _("在图上沿地块点一圈，或放入走出来的轨迹"))
    left, right = st.columns([7, 3], gap="medium")
    with left:
        act = _map(zone, drawn)
    if act is not None:
        _take(act, drawn, zone)
        st.rerun()
    with right:
        _result(drawn, zone)


def _map(zone: Zone, drawn: list[MapFeature]) -> mapview.Act | None:
    store = session.store()
    areas = [one for one in drawn if one.geometry.geom_type == "Polygon"]
    lines = [one for one in drawn if one.geometry.geom_type == "LineString"]
    own = [
        MapLayer.of("measured_plot", areas, editable=True, snap=True),
        MapLayer.of("measured_line", lines, editable=True, snap=True),
    ]
    chosen = _chosen(drawn)
    layer = "measured_plot" if chosen in areas else "measured_line"
    return mapview.show(
        key=_KEY,
        zone=zone,
        layers=[*maps.township_layers(store, words.language(), selectable=False), *own],
        base=basemaps.base_layers(store, words.language()),
        view=_view(),
        tools=mapview.Tools(
            draw=(
                mapview.Draw("polygon", "measured_plot", _("点一块地")),
                mapview.Draw("line", "measured_line", _("点一条线")),
            ),
            edit=bool(drawn),
            remove=bool(drawn),
            undo=bool(st.session_state.get(f"{_KEY}-past")),
            ruler=False,
        ),
        selected=[(layer, chosen.id)] if chosen else [],
    )


def _view() -> mapview.View:
    store = session.store()
    bounds = maps.extent_lonlat(store)
    return mapview.View(bounds=bounds) if bounds else mapview.View(center=township.place(store), zoom=12)


def _take(act: mapview.Act, drawn: list[MapFeature], zone: Zone) -> None:
    """Do on the page what was done on the map."""
    past: list[list[MapFeature]] = st.session_state.setdefault(f"{_KEY}-past", [])
    match act:
        case mapview.Edited(edits=edits):
            past.append(list(drawn))
            for edit in edits:
                _apply(edit, drawn, zone)
        case mapview.Undone() if past:
            drawn[:] = past.pop()
        case mapview.Selected(id=id_):
            st.session_state[f"{_KEY}-chosen"] = id_


def _apply(edit: mapview.Edit, drawn: list[MapFeature], zone: Zone) -> None:
    place = next((i for i, one in enumerate(drawn) if one.id == edit.id), None)
    if edit.geometry is None:
        if place is not None:
            del drawn[place]
        return
    shape = working_geometry(edit.geometry, zone)
    number = st.session_state[f"{_KEY}-count"] = st.session_state.get(f"{_KEY}-count", 0) + (place is None)
    id_ = edit.id or str(number)
    feature = MapFeature(id=id_, geometry=shape, properties={"number": id_})
    if place is None:
        drawn.append(feature)
    else:
        drawn[place] = feature
    st.session_state[f"{_KEY}-chosen"] = id_


def _chosen(drawn: list[MapFeature]) -> MapFeature | None:
    wanted = st.session_state.get(f"{_KEY}-chosen")
    return next((one for one in drawn if one.id == wanted), drawn[-1] if drawn else None)


def _result(drawn: list[MapFeature], zone: Zone) -> None:
    chosen = _chosen(drawn)
    if chosen is None:
        widgets.empty(
            _("还没有量过。"), _("点图上方的“点一块地”，沿地块的边逐点点击；轨迹和坐标文件放到下面。")
        )
        return
    accuracy = _accuracy()
    try:
        found = quick_measure.measure_shape(chosen.geometry, zone, accuracy)
    except JiebiaoError as error:
        widgets.fault(error)
        return
    _figures(found)
    _sides(found)
    _paper(found)


def _accuracy() -> Accuracy | None:
    titles = {one.id: one.title(words.language()) for one in INSTRUMENTS}
    chosen = st.selectbox(
        _("点是怎么来的"), list(titles), format_func=titles.__getitem__, index=3, key=f"{_KEY}-instrument"
    )
    return next(one.accuracy for one in INSTRUMENTS if one.id == chosen)


def _figures(found: QuickMeasure) -> None:
    if found.area_m2 is not None:
        exact = f"{found.area_m2:.4f} m²"
        square = f"{words.number(found.area_m2, 1)} {_('平方米')}"
        widgets.figure(_("面积"), words.area_mu(found.area_m2, found.area_sigma_m2), square, exact)
        widgets.figure(_("周长"), words.length_m(found.length_m))
    else:
        widgets.figure(_("长度"), words.length_m(found.length_m))
    if found.accuracy is None:
        widgets.note(_("点位精度不清楚，所以没有 ±。"))


def _sides(found: QuickMeasure) -> None:
    with st.expander(_("各边长度和方位角")):
        st.dataframe(
            {
                _("边"): [f"{side.start}–{side.end}" for side in found.sides],
                _("长度（米）"): [f"{side.length_m:.2f}" for side in found.sides],
                _("方位角"): [f"{side.bearing_deg:.1f}°" for side in found.sides],
            },
            hide_index=True,
            width="stretch",
        )


def _paper(found: QuickMeasure) -> None:
    place = st.text_input(_("地点（印在量算单上）"), key=f"{_KEY}-place", max_chars=60)
    lang = words.language()

    def page() -> bytes:
        return quick_measure.sheet_pdf(found, at=township.clock(), place=place, lang=lang)

    st.download_button(
        _("打印量算单"),
        page,
        file_name="measurement.pdf",
        mime="application/pdf",
        type="primary",
        width="stretch",
    )
