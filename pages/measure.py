"""Just measure 量一量: click round a plot or drop a walk; read mu ±, take one printed page."""

from __future__ import annotations

from functools import partial

import streamlit as st
from shapely.geometry.base import BaseGeometry

from geo.zone import Zone
from jobs import basemaps, maps, quick_measure, township
from layers.webmap import MapFeature, MapLayer, bounds_lonlat, working_geometry
from pages.common import filedrop, mapview, measured, session, widgets, words
from pages.common.words import _

__all__ = ["show"]

_DRAWN, _PAST, _CHOSEN, _COUNT, _FIT = (
    f"measure-{name}" for name in ("drawn", "past", "chosen", "count", "fit")
)


def show() -> None:
    """Show the page."""
    session.require("viewer")
    zone = session.zone()
    drawn: list[MapFeature] = st.session_state.setdefault(_DRAWN, [])
    widgets.heading(_("量一量"), _("在图上沿地块点一圈，或放入走出来的轨迹"))
    left, right = st.columns([7, 3], gap="medium")
    with left:
        act = _map(zone, drawn)
    if act is not None and _take(act, drawn, zone):
        st.rerun()
    with right:
        measured.show(_chosen(drawn), zone)
        _files(drawn, zone)


def _map(zone: Zone, drawn: list[MapFeature]) -> mapview.Act | None:
    store, lang = session.store(), words.language()
    chosen = _chosen(drawn)
    return mapview.show(
        key="measure",
        zone=zone,
        layers=[
            *maps.township_layers(store, lang, selectable=False),
            MapLayer.of("measured_plot", _kind(drawn, "Polygon"), editable=True, snap=True),
            MapLayer.of("measured_line", _kind(drawn, "LineString"), editable=True, snap=True),
        ],
        base=basemaps.base_layers(store, lang),
        view=_view(),
        tools=mapview.Tools(
            draw=(
                mapview.Draw("polygon", "measured_plot", _("点一块地")),
                mapview.Draw("line", "measured_line", _("点一条线")),
            ),
            edit=bool(drawn),
            remove=bool(drawn),
            undo=bool(st.session_state.get(_PAST)),
            ruler=False,
        ),
        selected=[(_layer(chosen), chosen.id)] if chosen else [],
        command=st.session_state.get(_FIT),
    )


def _view() -> mapview.View:
    bounds = maps.extent_lonlat(session.store())
    return (
        mapview.View(bounds=bounds)
        if bounds
        else mapview.View(center=township.place(session.store()), zoom=12)
    )


def _kind(drawn: list[MapFeature], kind: str) -> list[MapFeature]:
    return [one for one in drawn if one.geometry.geom_type == kind]


def _layer(feature: MapFeature) -> str:
    return "measured_plot" if feature.geometry.geom_type == "Polygon" else "measured_line"


def _chosen(drawn: list[MapFeature]) -> MapFeature | None:
    wanted = st.session_state.get(_CHOSEN)
    return next((one for one in drawn if one.id == wanted), drawn[-1] if drawn else None)


def _take(act: mapview.Act, drawn: list[MapFeature], zone: Zone) -> bool:
    """Do on the page what was done on the map; tell whether the map must be drawn anew."""
    past: list[list[MapFeature]] = st.session_state.setdefault(_PAST, [])
    match act:
        case mapview.Edited(edits=edits):
            past.append(list(drawn))
            for edit in edits:
                shape = working_geometry(edit.geometry, zone) if edit.geometry else None
                _put(drawn, edit.id, shape)
        case mapview.Undone() if past:
            drawn[:] = past.pop()
        case mapview.Selected(id=id_) if id_ is not None:
            st.session_state[_CHOSEN] = id_
        case _:
            return False
    return True


def _put(drawn: list[MapFeature], id_: str | None, shape: BaseGeometry | None) -> None:
    """Add, replace or (without a shape) take away one drawn feature."""
    place = next((i for i, one in enumerate(drawn) if one.id == id_), len(drawn))
    if shape is None:
        del drawn[place : place + 1]
        return
    if id_ is None:
        st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
        id_ = str(st.session_state[_COUNT])
    drawn[place : place + 1] = [MapFeature(id=id_, geometry=shape, properties={"number": id_})]
    st.session_state[_CHOSEN] = id_


def _files(drawn: list[MapFeature], zone: Zone) -> None:
    with st.expander(_("放入轨迹或坐标文件"), expanded=not drawn):
        taken = filedrop.show(key="measure", zone=zone, near=township.place(session.store()))
        shapes = [shape for file in taken if file.placed for shape in quick_measure.shapes_of(file)]
        if taken:
            nothing = "" if shapes else _("文件里没有能量的地块或线。")
            act = partial(_add_all, drawn, shapes, zone)
            widgets.primary(
                _("放到图上量（{count} 个）", count=len(shapes)),
                key="measure-add",
                why_not=nothing,
                on_click=act,
            )


def _add_all(drawn: list[MapFeature], shapes: list[BaseGeometry], zone: Zone) -> None:
    st.session_state.setdefault(_PAST, []).append(list(drawn))
    for shape in shapes[:200]:
        _put(drawn, None, shape)
    st.session_state["measure-instrument"] = "phone"
    seq = st.session_state.get(_COUNT, 0)
    st.session_state[_FIT] = mapview.Command(seq=f"files-{seq}", bounds=bounds_lonlat(shapes, zone))
