"""Maps to read and to hand over, composed with folium, that need nothing but themselves.

Folium compiles the output of every element a second time as a Jinja template, so whatever text it is given
can run on the server, and its own files come from content networks. Here folium gets geometry, numeric ids and
our own addresses, and nothing else; ``LocalMap`` names only our files. Titles, labels and attributes travel as
one JSON block that is put into the page *after* folium has finished, and reach the screen through
``textContent``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import folium
from branca.element import Figure
from folium.utilities import JsCode

from geo.errors import Language
from geo.frame import Plane
from layers import vendored, webmap
from layers.webmap import MapFeature, MapLayer

__all__ = ["LocalGeoJson", "LocalMap", "hand_over", "read_only"]

_SCRIPTS: Final = ("leaflet/leaflet.js", "jiebiao/canvas.js", "jiebiao/labels.js")
_STYLES: Final = ("leaflet/leaflet.css", "jiebiao/map.css", "jiebiao/handover.css")
_ASSETS: Final = "/assets/"
_POINT: Final = JsCode("function (_feature, at) { return new window.Jiebiao.Mark(at); }")


class LocalMap(folium.Map):  # type: ignore[misc]
    """A folium map whose scripts and styles are ours."""

    default_js = [(name, _ASSETS + name) for name in _SCRIPTS]  # noqa: RUF012
    default_css = [(name, _ASSETS + name) for name in _STYLES]  # noqa: RUF012


class LocalGeoJson(folium.GeoJson):  # type: ignore[misc]
    """A folium layer of bare geometry with numeric ids."""

    def __init__(self, features: Sequence[MapFeature], zone: Plane) -> None:
        super().__init__(_bare(features, zone), marker=None, pointToLayer=_POINT)


def _bare(features: Sequence[MapFeature], zone: Plane) -> dict[str, Any]:
    """Return features without a word: numbered from 0, no properties."""
    kept = [one for one in features if not one.geometry.is_empty]
    numbered = [MapFeature(id=str(i), geometry=one.geometry) for i, one in enumerate(kept)]
    collection = webmap.feature_collection(numbered, zone)
    for number, feature in enumerate(collection["features"]):
        feature["id"] = number
    return collection


def read_only(layers: Sequence[MapLayer], zone: Plane, *, title: str = "", lang: Language = "zh") -> str:
    """Return a page to look at and print, served by this machine; layers with an address are fetched by it."""
    html, texts = _composed(layers, zone, title, lang)
    script = f'<script src="{_ASSETS}jiebiao/handover.js"></script>'
    return _finished(html, texts, script, lang)


def hand_over(layers: Sequence[MapLayer], zone: Plane, *, title: str = "", lang: Language = "zh") -> bytes:
    """Return one HTML file with everything inside, for a telephone or another office; it asks no network.

    Layers must carry their features; one that has only an address is left out, because the file will be
    opened where there is no server. The same layers give the same bytes.
    """
    html, texts = _composed([layer for layer in layers if layer.url is None], zone, title, lang)
    for name in _SCRIPTS:
        html = _replaced(html, f'<script src="{_ASSETS}{name}"></script>', _inline_script(name))
    for name in _STYLES:
        tag = f'<link rel="stylesheet" href="{_ASSETS}{name}"/>'
        html = _replaced(html, tag, f"<style>{_without_pictures(vendored.text(name))}</style>")
    policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    html = _replaced(html, "<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">')
    return _finished(html, texts, _inline_script("jiebiao/handover.js"), lang).encode()


def _composed(
    layers: Sequence[MapLayer], zone: Plane, title: str, lang: Language
) -> tuple[str, dict[str, Any]]:
    """Return folium's page and the texts that belong into it."""
    everything = [one.geometry for layer in layers for one in layer.features]
    bounds = webmap.bounds_lonlat(everything, zone)
    drawn = LocalMap(location=[0, 0], tiles=None, prefer_canvas=True, attribution_control=False)
    drawn._id = "0"
    described: list[dict[str, Any]] = []
    for number, layer in enumerate(layers, start=1):
        element = LocalGeoJson(layer.features, zone)
        element._id = str(number)
        element.add_to(drawn)
        described.append({**_described(layer, zone, lang), "name": element.get_name()})
    figure = drawn.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("a folium map stands on a figure")
    figure._id = "page"
    texts = {
        "map": drawn.get_name(),
        "title": title,
        "bounds": bounds,
        "layers": described,
    }
    return figure.render(), texts


def _described(layer: MapLayer, zone: Plane, lang: Language) -> dict[str, Any]:
    payload = webmap.layer_payload(layer, zone, lang)
    kept = ("title", "geometry", "symbol", "fields", "label", "label_smallest", "url", "visible")
    kind = [dict(one.properties) for one in layer.features if not one.geometry.is_empty]
    return {**{key: payload[key] for key in kept}, "properties": kind}


def _finished(html: str, texts: dict[str, Any], script: str, lang: Language) -> str:
    """Put the texts and the script that shows them at the end of folium's page."""
    block = json.dumps(texts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        block = block.replace(sign, code)
    data = f'<script type="application/json" id="jiebiao-texts">{block}</script>'
    page = _replaced(html, "<html>", f'<html lang="{"zh-CN" if lang == "zh" else "en"}">')
    return _replaced(page, "</html>", f"{data}{script}</html>")


def _inline_script(name: str) -> str:
    code = vendored.text(name).replace("//# sourceMappingURL=leaflet.js.map", "")
    if "</script" in code:
        raise ValueError(f"{name} cannot stand inside a page")
    return f"<script>{code}</script>"


def _without_pictures(css: str) -> str:
    """Return a style sheet without the pictures it would fetch; our maps use none of them."""
    parts = css.split("url(")
    return parts[0] + "".join("none" + part.partition(")")[2] for part in parts[1:])


def _replaced(html: str, old: str, new: str) -> str:
    """Replace what stands in the page exactly once."""
    if html.count(old) != 1:
        raise ValueError(f"folium's page has {html.count(old)} times {old[:60]!r}")
    return html.replace(old, new)
