"""Layers as the browser's map reads them: GeoJSON in degrees, symbols in pixels, nothing but data.

A layer travels either inside the page (few features, edited ones) or by address (many features); the map
fetches an address once and again only when its version has changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.errors import Language
from geo.frame import Plane
from layers.definition import LayerDefinition, definition
from layers.style import PX_PER_MM, Symbol

__all__ = [
    "BaseLayer",
    "MapFeature",
    "MapLayer",
    "bounds_lonlat",
    "feature_collection",
    "geojson_bytes",
    "layer_payload",
    "lonlat_geometries",
    "lonlat_geometry",
    "symbol_payload",
    "working_geometry",
]

DECIMALS = 9
"""Decimals of a degree sent to the browser: 0.1 mm, ten times finer than the stored millimetre."""

Payload: TypeAlias = dict[str, Any]
Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFeature:
    """One thing on a map: its id, its shape in the working CRS (metres) and what may be read of it."""

    id: str
    geometry: BaseGeometry
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """One layer of one map: its definition, its content, and what may be done with it.

    Give ``features``, or ``url`` and ``version``. ``title`` replaces the definition's title, for instance
    to name a side. ``snap`` lets drawn points stick to the layer; ``editable`` lets its features be changed.
    ``label`` names another property to write on the map than the definition's label field, for instance a
    short number.
    """

    definition: LayerDefinition
    features: Sequence[MapFeature] = ()
    url: str | None = None
    version: str | None = None
    title: str | None = None
    visible: bool = True
    selectable: bool = True
    editable: bool = False
    snap: bool = False
    label: str | None = None

    @classmethod
    def of(cls, id_: str, features: Sequence[MapFeature] = (), **more: Any) -> MapLayer:
        """Return a layer of the definition called ``id_``."""
        return cls(definition=definition(id_), features=features, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseLayer:
    """Pictures beneath the layers: tile addresses of this server or of a service the township has a key for."""

    id: str
    title: str
    urls: tuple[str, ...]
    min_zoom: int = 0
    max_zoom: int = 18
    subdomains: str = ""
    attribution: str = ""
    bounds: tuple[float, float, float, float] | None = None

    def payload(self) -> Payload:
        """Return the browser's description."""
        return {
            "id": self.id,
            "title": self.title,
            "urls": list(self.urls),
            "min_zoom": self.min_zoom,
            "max_zoom": self.max_zoom,
            "subdomains": self.subdomains,
            "attribution": self.attribution,
            "bounds": self.bounds,
        }


def symbol_payload(symbol: Symbol) -> Payload:
    """Return a symbol in pixels."""
    stroke, fill, hatch, mark = symbol.stroke, symbol.fill, symbol.hatch, symbol.mark
    return {
        "stroke": stroke
        and {
            "color": stroke.color,
            "width": round(stroke.width_px, 2),
            "dash": [round(length, 2) for length in stroke.dash_px],
            "opacity": stroke.opacity,
        },
        "fill": fill and {"color": fill.color, "opacity": fill.opacity},
        "hatch": hatch
        and {
            "color": hatch.color,
            "angle": hatch.angle_deg,
            "spacing": round(hatch.spacing_mm * PX_PER_MM, 2),
            "width": round(hatch.width_mm * PX_PER_MM, 2),
        },
        "mark": mark and {"shape": mark.shape, "size": round(mark.size_mm * PX_PER_MM, 2), "fill": mark.fill},
    }


def lonlat_geometry(geometry: BaseGeometry, zone: Plane) -> BaseGeometry:
    """Return a shape of the working CRS in degrees, rounded to 9 decimals (0.1 mm)."""

    def convert(coords: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.round(crs.to_geographic(coords, zone), DECIMALS)

    return shapely.transform(shapely.force_2d(geometry), convert)


def working_geometry(geojson: Mapping[str, Any], zone: Plane) -> BaseGeometry:
    """Return a shape drawn in the browser in the working CRS, rounded to 1 mm.

    Raises
    ------
    CrsError
        When a point lies outside the projection.
    """
    shape = shapely.force_2d(shapely.from_geojson(json.dumps(geojson)))
    return shapely.transform(shape, lambda lonlat: crs.round_mm(crs.to_working(lonlat, zone)))


def feature_collection(features: Iterable[MapFeature], zone: Plane) -> Payload:
    """Return a GeoJSON FeatureCollection in degrees; features without a shape are left out."""
    return {"type": "FeatureCollection", "features": _features(features, zone)}


def _features(features: Iterable[MapFeature], zone: Plane) -> list[Payload]:
    kept = [one for one in features if not one.geometry.is_empty]
    if not kept:
        return []
    shapes = lonlat_geometries([one.geometry for one in kept], zone)
    texts = shapely.to_geojson(shapes)
    return [
        {"type": "Feature", "id": one.id, "properties": dict(one.properties), "geometry": json.loads(text)}
        for one, text in zip(kept, texts, strict=True)
    ]


def lonlat_geometries(geometries: Sequence[BaseGeometry], zone: Plane) -> npt.NDArray[np.object_]:
    """Return many shapes in degrees with one conversion."""
    flat = np.asarray(shapely.force_2d(np.asarray(geometries, dtype=object)), dtype=object)
    return np.asarray(
        shapely.transform(flat, lambda en: np.round(crs.to_geographic(en, zone), DECIMALS)), dtype=object
    )


def geojson_bytes(features: Iterable[MapFeature], zone: Plane) -> bytes:
    """Return the FeatureCollection as UTF-8 without blanks: the body behind a layer's address."""
    collection = feature_collection(features, zone)
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def layer_payload(layer: MapLayer, zone: Plane, lang: Language) -> Payload:
    """Return one layer as the map component reads it."""
    made = layer.definition
    features = None if layer.url else _features(layer.features, zone)
    return {
        "id": made.id,
        "title": layer.title or made.title(lang),
        "geometry": made.geometry,
        "symbol": symbol_payload(made.symbol),
        "fields": [{"name": one.name, "title": one.title(lang)} for one in made.fields],
        "label": layer.label or made.label_field,
        "label_smallest": made.label_smallest_scale,
        "largest": made.largest_scale,
        "smallest": made.smallest_scale,
        "version": layer.version or _digest(features),
        "url": layer.url,
        "features": features,
        "visible": layer.visible,
        "selectable": layer.selectable,
        "editable": layer.editable,
        "snap": layer.snap,
    }


def _digest(features: list[Payload] | None) -> str:
    text = json.dumps(features, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def bounds_lonlat(
    geometries: Iterable[BaseGeometry], zone: Plane, margin: float = 0.05
) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north in degrees around shapes of the working CRS, or None for no shape."""
    boxes = [shape.bounds for shape in geometries if not shape.is_empty]
    if not boxes:
        return None
    array = np.array(boxes)
    west, south = array[:, 0].min(), array[:, 1].min()
    east, north = array[:, 2].max(), array[:, 3].max()
    pad = max(east - west, north - south, 50.0) * margin
    frame = shapely.box(west - pad, south - pad, east + pad, north + pad)
    found = lonlat_geometry(frame, zone).bounds
    return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))
