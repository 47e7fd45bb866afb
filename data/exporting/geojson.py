"""GeoJSON out: longitude and latitude by RFC 7946, or a plane named in a ``crs`` member."""

from __future__ import annotations

import json
from typing import Any

from shapely.geometry import mapping

from data.exporting.facts import OutLayer
from data.exporting.target import Target

__all__ = ["write"]


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as UTF-8 GeoJSON, one feature a line."""
    lines = [json.dumps(_feature(layer, target, i), ensure_ascii=False) for i in range(len(layer.features))]
    head: dict[str, Any] = {"type": "FeatureCollection", "name": layer.title}
    if target.epsg != 4326:
        head["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{target.epsg}"}}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    text = opening + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"
    return text.encode("utf-8")


def _feature(layer: OutLayer, target: Target, index: int) -> dict[str, Any]:
    feature = layer.features[index]
    properties = dict(feature.properties)
    if feature.name:
        properties.setdefault("name", feature.name)
    shape = mapping(target.geometry(feature.geometry, layer.plane))
    return {"type": "Feature", "id": feature.id, "properties": properties, "geometry": shape}
