"""The map of every page: one component, layers in, acts out.

How to use it
-------------
::

    from layers.webmap import MapFeature, MapLayer
    from pages.common import mapview

    act = mapview.show(
        key="case-12",                       # one map; its place and zoom are kept under this name
        zone=zone,                           # geo.zone.Zone of the township
        layers=[                             # from the bottom up
            MapLayer.of("plot_grassland", url="/layers/plot_grassland.geojson", version="57", snap=True),
            MapLayer.of("claim_a", [MapFeature(id="a", geometry=line_in_metres)], editable=True, snap=True),
            MapLayer.of("disputed", patches),   # property "number" is the label, "area_mu" shows on hover
        ],
        view=mapview.View(bounds=webmap.bounds_lonlat(shapes, zone)),
        tools=mapview.Tools(draw=(mapview.Draw("line", "claim_a", _("画甲方线")),), edit=True, undo=True),
        selected=[("disputed", "2")],        # what a list beside the map has selected
        command=mapview.fit("disputed", seq=3),
    )
    match act:
        case mapview.Selected(layer="disputed", id=number): ...
        case mapview.Edited(edits=edits):    # Edit(action, layer, id, geojson); see below
            for edit in edits:
                shape = webmap.working_geometry(edit.geometry, zone)   # metres, rounded to 1 mm

What it promises
----------------
* **One rerun per act.** Panning, zooming, drawing and dragging cost no rerun; finishing a drawing, finishing
  a change (or, with ``Tools(live=True)``, letting go of one vertex), removing, selecting and undoing cost one.
* An act is returned once, in the run it caused, and is ``None`` in every other run.
* **Place and zoom stay** between reruns, pages and F5 (kept in the browser's tab under ``key``
  and the township); ``view`` is only for the first time. ``fit(...)`` with a new ``seq`` moves the map, once.
* Features are compared one by one, so an unchanged feature is never redrawn; ids must be unique in a layer
  and stay the same between runs. Layers that come by ``url`` are fetched again when ``version`` changes.
* Only what was changed comes back, with 10 decimals of a degree; untouched vertices return exactly as sent
  (9 decimals, 0.1 mm). A drawing stays visible as a draft until the run it caused has ended.
* Figures beside the cursor are the browser's and are marked 约; the true value comes from ``geo.measure``.
* Text reaches the page only through ``textContent``; properties may hold anything a user typed.
* Nothing is fetched from outside; base layers of the settings are the administrator's choice.

Properties shown on hover are the fields of the layer's definition (``layers/definition.py``); the label is
its ``label_field``. Tests find the map as ``window.jiebiaoMaps[key]`` (``.map`` is Leaflet's).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import streamlit as st

from geo.zone import Zone
from jobs import desk
from layers.definition import definition
from layers.style import ACCENT
from layers.webmap import BaseLayer, MapLayer, layer_payload, symbol_payload
from pages.common.words import _, language

__all__ = [
    "Act",
    "Command",
    "Draw",
    "Edit",
    "Edited",
    "Picked",
    "Selected",
    "Tools",
    "Undone",
    "View",
    "fit",
    "show",
]

Kind = Literal["polygon", "line", "point"]
Box: TypeAlias = tuple[float, float, float, float]

TALL: Final = "clamp(320px, calc(100vh - 236px), 1000px)"
"""Default height: most of the screen, with room for the header and the map's own bars."""

_HTML: Final = '<div class="jb-host"></div>'
_JS: Final = """
export default function (component) {
  let gone = false;
  const root = component.parentElement;
  const code = import(window.location.origin + "/assets/jiebiao/map.js");
  code.then((map) => gone || map.mount(component));
  return () => { gone = true; code.then((map) => map.unmount(root)); };
}
"""


@dataclass(frozen=True, slots=True)
class Draw:
    """A thing that can be drawn: its kind, the layer it belongs to and the words on the button."""

    kind: Kind
    layer: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the bar above the map offers.

    ``edit`` changes the features of editable layers (only the selected ones when some are); ``live`` sends
    each vertex when it is let go; ``pick`` makes a click on the ground an act; ``ruler`` measures in the
    browser without an act.
    """

    draw: tuple[Draw, ...] = ()
    edit: bool = False
    remove: bool = False
    undo: bool = False
    live: bool = False
    pick: bool = False
    ruler: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the map opens the first time: a box of degrees (west, south, east, north), or a middle and zoom."""

    bounds: Box | None = None
    center: tuple[float, float] = (102.3, 40.4)
    zoom: float = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Move the map once: to layers or to a box of degrees. A command with a ``seq`` already done is not repeated."""

    seq: int | str
    layers: tuple[str, ...] = ()
    bounds: Box | None = None


def fit(*layers: str, seq: int | str) -> Command:
    """Return the command that shows the whole of ``layers``."""
    return Command(seq=seq, layers=layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change: ``geometry`` is GeoJSON in degrees (None when removed); ``id`` is None when drawn new."""

    action: Literal["create", "update", "remove"]
    layer: str
    id: str | None
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A feature was clicked; layer and id are None when the selection was cleared."""

    layer: str | None
    id: str | None
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Features were drawn, changed or removed in one act."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A place was clicked."""

    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The last change is to be undone."""


Act: TypeAlias = Selected | Edited | Picked | Undone


def show(
    *,
    key: str,
    zone: Zone,
    layers: Sequence[MapLayer],
    view: View | None = None,
    tools: Tools | None = None,
    base: Sequence[BaseLayer] = (),
    selected: Sequence[tuple[str, str]] = (),
    command: Command | None = None,
    height: str = TALL,
) -> Act | None:
    """Show the map and return what was done on it since the last run, if anything.

    Parameters
    ----------
    key : str
        Name of this map in the session.
    zone : Zone
        The township's zone: coordinates under the cursor and the shapes' working CRS.
    layers : sequence of MapLayer
        From the bottom up.
    view, tools, base, selected, command
        See the classes; ``selected`` holds pairs of layer and feature id.
    height : str
        CSS height of the map.
    """
    # Another township is another map: it must not open where the last one was looked at.
    mounted = f"{key}@{desk.current().store.path.stem}"
    state_key = f"{mounted}-last-act"
    payload = {
        "key": key,
        "view_key": mounted,
        "lang": language(),
        "words": _words(),
        "accent": ACCENT,
        "meridian": zone.central_meridian_deg,
        "height": height,
        "view": _view(view or View()),
        "layers": [layer_payload(layer, zone, language()) for layer in layers],
        "base": [layer.payload() for layer in base],
        "tools": _tools(tools or Tools()),
        "selected": [{"layer": layer, "id": str(id_)} for layer, id_ in selected],
        "command": command and {"seq": command.seq, "layers": command.layers, "bounds": command.bounds},
    }
    pending = _pending(mounted)
    if pending is not None:
        st.session_state[state_key] = pending["seq"]
    payload["ack"] = st.session_state.get(state_key)
    _component()(key=mounted, data=payload, on_event_change=_nothing)
    return _act(pending) if pending is not None else None


def _component() -> Any:
    return st.components.v2.component("jiebiao_map", html=_HTML, js=_JS)


def _nothing() -> None:
    """Be the callback Streamlit wants for a trigger."""


def _pending(key: str) -> Mapping[str, Any] | None:
    """Return the act that caused this run: read before the map is drawn, so that its data can answer it."""
    state = st.session_state.get(key)
    event = state.get("event") if isinstance(state, Mapping) else None
    return event if isinstance(event, Mapping) and "seq" in event else None


def _view(view: View) -> dict[str, Any]:
    return {"bounds": view.bounds, "center": view.center, "zoom": view.zoom}


def _tools(tools: Tools) -> dict[str, Any]:
    draw = [
        {
            "kind": one.kind,
            "layer": one.layer,
            "title": one.title,
            "symbol": symbol_payload(definition(one.layer).symbol),
        }
        for one in tools.draw
    ]
    flags = ("edit", "remove", "undo", "live", "pick", "ruler")
    return {"draw": draw, **{name: getattr(tools, name) for name in flags}}


def _act(event: Mapping[str, Any]) -> Act | None:
    kind = event.get("kind")
    if kind == "select":
        return Selected(
            layer=event["layer"], id=event["id"], lon_deg=float(event["lon"]), lat_deg=float(event["lat"])
        )
    if kind == "pick":
        return Picked(lon_deg=float(event["lon"]), lat_deg=float(event["lat"]))
    if kind == "undo":
        return Undone()
    if kind == "edit":
        return Edited(edits=tuple(Edit(**edit) for edit in event["edits"]))
    return None


def _words() -> dict[str, str]:
    return {
        "toolbar": _("地图工具"),
        "zoom_in": _("放大"),
        "zoom_out": _("缩小"),
        "edit": _("改点"),
        "remove": _("删除"),
        "undo": _("撤销"),
        "ruler": _("量距离"),
        "planimeter": _("量面积"),
        "layers": _("图层"),
        "base": _("底图"),
        "no_base": _("不用底图"),
        "fit": _("看全"),
        "finish": _("完成"),
        "cancel": _("取消"),
        "back_one": _("退一点"),
        "hint_draw_polygon": _("沿边逐点点击，最后双击或点“完成”"),
        "hint_draw_line": _("逐点点击，最后双击或点“完成”"),
        "hint_draw_point": _("点击地图放一个点"),
        "hint_edit": _("拖动界址点；拖动两点之间的小点可加点"),
        "hint_remove": _("点击要删除的图形"),
        "nothing_to_edit": _("这里没有可以改的图形"),
        "more_points": _("点数还不够"),
        "signed_out": _("请重新登录后再看："),
        "layer_failed": _("图层没有读出来："),
        "about": _("约"),
        "around": _("周长"),
        "metre": _("米"),
        "mu": _("亩"),
        "east": _("东"),
        "north": _("北"),
        "easting": _("东坐标"),
        "northing": _("北坐标"),
    }
