"""GeoJSON with the liberties people take: a ``crs`` member, three dimensions, bare geometries, Esri's dialect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.importing.attributes import as_text
from data.importing.sentences import problem, refusal
from data.importing.shapes import Shape, area_shape, line_shape, point_shape, rings_by_orientation
from data.importing.source import Parsed, Source
from data.importing.text import decode
from geo.recognition import Hints

__all__ = ["epsg_of", "read"]

_GEOMETRY_TYPES = {
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
}
_MIXED_ORDER = ("areas", "lines", "points")


def read(source: Source) -> Parsed:
    """Read features; positions keep the file's order (first two numbers of each).

    Raises
    ------
    FileError
        ``damaged`` for text that is no JSON, ``too_deep``, ``format_not_taken`` for TopoJSON and other JSON.
    """
    text, encoding, lossy = decode(source.data)
    parsed = Parsed("geojson", encoding)
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    try:
        document = _load(source, text.lstrip("\ufeff"))
        parsed.hints = _hints(document)
        for number, feature in enumerate(_features(source, document), start=1):
            _add(parsed, feature, number, source.limits.closing_gap_m)
    except RecursionError as fault:
        raise refusal("too_deep", source.name, name=source.name, limit=source.limits.depth) from fault
    return parsed


def _load(source: Source, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        lines = [line.strip("\x1e \t\r") for line in text.splitlines() if line.strip("\x1e \t\r")]
        if len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines):
            try:
                return [json.loads(line) for line in lines]
            except json.JSONDecodeError:
                pass
        where_in = f"line {fault.lineno}, column {fault.colno}"
        raise refusal("damaged", where_in, name=source.name, where_in=where_in, detail=fault.msg) from fault


def _features(source: Source, document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        yield from (item for item in document if isinstance(item, dict))
        return
    kind = document.get("type") if isinstance(document, dict) else None
    if isinstance(document, dict) and isinstance(document.get("features"), list):
        yield from (item if isinstance(item, dict) else {} for item in document["features"])
    elif kind == "Feature":
        yield document
    elif kind in _GEOMETRY_TYPES:
        yield {"type": "Feature", "geometry": document, "properties": {}}
    else:
        shown = "TopoJSON" if kind == "Topology" else "JSON"
        raise refusal(
            "format_not_taken",
            source.name,
            name=source.name,
            kind=shown,
            remedy_zh="请转换为 GeoJSON。",
            remedy_en="Convert it to GeoJSON.",
        )


def _hints(document: Any) -> Hints:
    if not isinstance(document, dict):
        return Hints(format="geojson")
    app = " ".join(as_text(document[key]) for key in ("generator", "creator", "source") if document.get(key))
    return replace(_declared(document), app=app or None)


def _declared(document: dict[str, Any]) -> Hints:
    crs = document.get("crs")
    name = ""
    if isinstance(crs, dict) and isinstance(crs.get("properties"), dict):
        name = as_text(crs["properties"].get("name") or crs["properties"].get("code"))
    elif isinstance(crs, str):
        name = crs
    reference = document.get("spatialReference")
    if not name and isinstance(reference, dict):
        name = f"EPSG:{reference.get('latestWkid') or reference.get('wkid')}"
        if reference.get("wkt"):
            return Hints(wkt=as_text(reference["wkt"]), format="geojson")
    return Hints(declared_epsg=epsg_of(name), declared_name=name or None, format="geojson")


def epsg_of(name: str) -> int | None:
    """Return the EPSG number a reference system's name carries, or None.

    >>> epsg_of("urn:ogc:def:crs:EPSG::4523"), epsg_of("urn:ogc:def:crs:OGC:1.3:CRS84"), epsg_of("local")
    (4523, 4326, None)
    """
    if re.search(r"CRS:?84", name, re.IGNORECASE):
        return 4326
    match = re.search(r"(?:EPSG|CRS)[^0-9]*(?:[0-9.]*[:/#])?(\d{4,6})\b", name, re.IGNORECASE)
    return int(match[1]) if match else None


def _add(parsed: Parsed, feature: dict[str, Any], number: int, closing_gap_m: float) -> None:
    given = feature.get("properties", feature.get("attributes"))
    properties = {str(key): as_text(value) for key, value in given.items()} if isinstance(given, dict) else {}
    given_id = as_text(feature.get("id")) or properties.get("id", "")
    where = f"feature {number}"
    geometry = feature.get("geometry")
    if geometry is None and feature.get("type") in _GEOMETRY_TYPES:
        geometry = feature
    try:
        shapes = _shapes(geometry, where, closing_gap_m)
    except (TypeError, ValueError, LookupError, AttributeError) as fault:
        parsed.problems.append(problem("record_damaged", where, record=number, detail=str(fault)[:120]))
        return
    if not shapes:
        parsed.problems.append(problem("feature_without_shape", where, count=1, first=where))
        parsed.keep_unplaced(properties, where=where)
    for shape in shapes:
        parsed.add(shape, given_id=given_id, properties=properties, where=where)


def _shapes(geometry: Any, where: str, closing_gap_m: float) -> list[Shape]:
    """Return the shapes of one feature: one, or for a collection of mixed kinds one per kind."""
    found: dict[str, list[Any]] = {kind: [] for kind in _MIXED_ORDER}
    _gather(geometry, found)
    shapes = []
    if found["areas"]:
        shapes.append(area_shape(found["areas"], where, closing_gap_m=closing_gap_m, geographic=False))
    if found["lines"]:
        shapes.append(line_shape(found["lines"], where))
    if found["points"]:
        shapes.append(point_shape(np.vstack(found["points"]), where))
    return shapes


def _gather(geometry: Any, found: dict[str, list[Any]]) -> None:
    waiting = [geometry]
    while waiting:
        part = waiting.pop(0)
        if not isinstance(part, dict):
            continue
        kind, coordinates = part.get("type"), part.get("coordinates")
        if kind == "GeometryCollection":
            waiting.extend(part.get("geometries") or [])
        elif kind == "Polygon" and coordinates:
            found["areas"].append([_positions(ring) for ring in coordinates])
        elif kind == "MultiPolygon" and coordinates:
            found["areas"] += [[_positions(ring) for ring in rings] for rings in coordinates if rings]
        elif kind == "LineString" and coordinates:
            found["lines"].append(_positions(coordinates))
        elif kind == "MultiLineString" and coordinates:
            found["lines"] += [_positions(line) for line in coordinates]
        elif kind in {"Point", "MultiPoint"} and coordinates:
            found["points"].append(_positions([coordinates] if kind == "Point" else coordinates))
        else:
            _gather_esri(part, found)


def _gather_esri(part: dict[str, Any], found: dict[str, list[Any]]) -> None:
    if part.get("rings"):
        found["areas"] += rings_by_orientation([_positions(ring) for ring in part["rings"]])
    elif part.get("paths"):
        found["lines"] += [_positions(path) for path in part["paths"]]
    elif part.get("points"):
        found["points"].append(_positions(part["points"]))
    elif "x" in part and "y" in part:
        found["points"].append(_positions([[part["x"], part["y"]]]))


def _positions(values: Any) -> NDArray[np.float64]:
    """Return positions, shape (n, 2); a number that is none becomes NaN, a position that is none raises."""
    rows = [[_float(value[0]), _float(value[1])] for value in values]
    return np.array(rows, dtype=float).reshape(-1, 2)


def _float(value: Any) -> float:
    if value is None or isinstance(value, bool):
        return float("nan")
    return float(value)
