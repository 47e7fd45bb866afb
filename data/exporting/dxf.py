"""DXF R2004 out, in GBK: rings and lines as light polylines, points as points, names as labels."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

from data.exporting.facts import OutFeature, OutLayer, kind_of, paths
from data.exporting.safety import layer_name, one_line
from data.exporting.target import Target

__all__ = ["write"]

_LAYERS = {"areas": ("地块", 1), "lines": ("界线", 5), "points": ("界址点", 3)}
_LABELS = "注记"


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as a drawing; characters outside GBK are written as CAD escapes."""
    ezdxf: Any = import_module("ezdxf")

    before = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        drawing = ezdxf.new("R2004", setup=False)
        drawing.encoding = "gbk"
        drawing.header["$INSUNITS"] = 6
        for title, colour in (*_LAYERS.values(), (_LABELS, 7)):
            drawing.layers.add(layer_name(title), color=colour)
        height = _label_height(layer)
        for feature in layer.features:
            _draw(drawing.modelspace(), feature, layer, target, height)
        text = io.StringIO()
        drawing.write(text)
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = before
    return text.getvalue().replace("\n", "\r\n").encode("gbk", "dxfreplace")


def _label_height(layer: OutLayer) -> float:
    sizes = [max(f.geometry.bounds[2] - f.geometry.bounds[0], 1.0) for f in layer.features] or [1.0]
    return float(min(20.0, max(0.5, sorted(sizes)[len(sizes) // 2] / 40)))


def _draw(space: Any, feature: OutFeature, layer: OutLayer, target: Target, height: float) -> None:
    kind = kind_of(feature.geometry)
    attributes = {"layer": layer_name(_LAYERS[kind][0])}
    for path in paths(feature.geometry):
        coords = target.coordinates(path, layer.plane).tolist()
        if kind == "points":
            space.add_point(coords[0], dxfattribs=attributes)
        else:
            corners = coords[:-1] if kind == "areas" else coords
            space.add_lwpolyline(corners, close=kind == "areas", dxfattribs=attributes)
    name = one_line(feature.name or feature.id)
    if name:
        place = target.geometry(feature.geometry, layer.plane).representative_point()
        label = {"layer": _LABELS, "height": height, "insert": (place.x, place.y)}
        space.add_text(name, dxfattribs=label)
