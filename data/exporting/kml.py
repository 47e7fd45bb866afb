"""KML and KMZ out: longitude and latitude, attributes as extended data."""

from __future__ import annotations

from collections.abc import Iterator

from data.documents.archive import pack
from data.exporting.facts import Coords, OutFeature, OutLayer, kind_of, paths, polygons
from data.exporting.safety import xml_attribute, xml_text
from data.exporting.target import Target

__all__ = ["write", "write_kmz"]


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as a KML document."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2">',
        f"<Document><name>{xml_text(layer.title)}</name>",
    ]
    for feature in layer.features:
        lines += _placemark(feature, layer, target)
    lines += ["</Document>", "</kml>", ""]
    return "\n".join(lines).encode("utf-8")


def write_kmz(layer: OutLayer, target: Target) -> bytes:
    """Return the layer as a zipped KML document."""
    return pack([("doc.kml", write(layer, target))], layer.made_at)


def _placemark(feature: OutFeature, layer: OutLayer, target: Target) -> Iterator[str]:
    yield f"<Placemark><name>{xml_text(feature.name or feature.id)}</name>"
    if feature.properties:
        yield "<ExtendedData>"
        for key, value in feature.properties.items():
            yield f"<Data name={xml_attribute(key)}><value>{xml_text(value)}</value></Data>"
        yield "</ExtendedData>"
    parts = list(_parts(feature, layer, target))
    yield from parts if len(parts) == 1 else ["<MultiGeometry>", *parts, "</MultiGeometry>"]
    yield "</Placemark>"


def _parts(feature: OutFeature, layer: OutLayer, target: Target) -> Iterator[str]:
    kind = kind_of(feature.geometry)
    if kind == "areas":
        for rings in polygons(feature.geometry):
            written = [_coordinates(target.coordinates(ring[::-1], layer.plane)) for ring in rings]
            outer = f"<outerBoundaryIs><LinearRing>{written[0]}</LinearRing></outerBoundaryIs>"
            inner = "".join(
                f"<innerBoundaryIs><LinearRing>{ring}</LinearRing></innerBoundaryIs>" for ring in written[1:]
            )
            yield f"<Polygon>{outer}{inner}</Polygon>"
        return
    tag = "LineString" if kind == "lines" else "Point"
    for path in paths(feature.geometry):
        yield f"<{tag}>{_coordinates(target.coordinates(path, layer.plane))}</{tag}>"


def _coordinates(coords: Coords) -> str:
    return "<coordinates>" + " ".join(f"{lon:.9f},{lat:.9f}" for lon, lat in coords) + "</coordinates>"
