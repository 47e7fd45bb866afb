"""GPX 1.1 out: lines and the rings of plots as tracks, points as waypoints."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from data.exporting.facts import OutFeature, OutLayer, kind_of, paths
from data.exporting.safety import xml_text
from data.exporting.target import Target

__all__ = ["write"]


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as GPX; every part of a line, every ring of a plot is a segment."""
    stamp = layer.made_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    points = [feature for feature in layer.features if kind_of(feature.geometry) == "points"]
    others = [feature for feature in layer.features if kind_of(feature.geometry) != "points"]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gpx version="1.1" creator="Jiebiao" xmlns="http://www.topografix.com/GPX/1/1">',
        f"<metadata><name>{xml_text(layer.title)}</name><time>{stamp}</time></metadata>",
    ]
    for feature in points:
        lines += _waypoints(feature, layer, target)
    for feature in others:
        lines += _track(feature, layer, target)
    return "\n".join([*lines, "</gpx>", ""]).encode("utf-8")


def _waypoints(feature: OutFeature, layer: OutLayer, target: Target) -> Iterator[str]:
    coords = target.coordinates(np.vstack(list(paths(feature.geometry))), layer.plane)
    for lon, lat in coords:
        yield f'<wpt lat="{lat:.9f}" lon="{lon:.9f}"><name>{xml_text(feature.name or feature.id)}</name></wpt>'


def _track(feature: OutFeature, layer: OutLayer, target: Target) -> Iterator[str]:
    yield f"<trk><name>{xml_text(feature.name or feature.id)}</name>"
    for path in paths(feature.geometry):
        points = target.coordinates(path, layer.plane)
        inner = "".join(f'<trkpt lat="{lat:.9f}" lon="{lon:.9f}"/>' for lon, lat in points)
        yield f"<trkseg>{inner}</trkseg>"
    yield "</trk>"
