"""KML and KMZ as Google Earth and Chinese phone maps write them.

A placemark is one feature, however many parts it has.  A point beside an area in one placemark is its label.
Links, overlays and updates are never followed.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from data.importing.apps import app_of
from data.importing.sentences import problem, refusal
from data.importing.shapes import Shape, area_shape, line_shape, point_shape
from data.importing.source import Parsed, Source
from data.importing.tracks import RawFix, track_shape
from data.importing.xmltree import Node, parse, prepare
from geo.recognition import Hints

__all__ = ["read"]

_GEOMETRIES = {
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiGeometry",
    "Track",
    "MultiTrack",
    "Model",
}
_IGNORED = {"NetworkLinkControl", "Update", "Schema", "Style", "StyleMap", "PhotoOverlay", "Region", "Camera"}
_LINKS = {"NetworkLink", "GroundOverlay", "PhotoOverlay", "ScreenOverlay"}
_CONTAINERS = {"Folder", "Document"}


def read(source: Source) -> Parsed:
    """Read the placemarks; positions are longitude, latitude.

    Raises
    ------
    FileError
        ``xml_entities``, ``too_deep``, ``damaged``, or ``only_links`` for a file without shapes of its own.
    """
    text, encoding, lossy = prepare(source.data)
    parsed = Parsed("kml", encoding)
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    root, problems = parse(source.name, text, source.limits, "KML")
    parsed.problems += problems
    parsed.hints = Hints(axis="lon_lat", format="kml", app=app_of(text))
    names = {"Placemark", *(node.attributes.get("name", "") for node in root.walk() if node.tag == "Schema")}
    without_shape = []
    for number, (node, layer) in enumerate(_placemarks(root, names), start=1):
        if node.complete and not _add(parsed, source, node, layer, f"placemark {number}"):
            without_shape.append(node.value("name") or f"placemark {number}")
    if without_shape:
        parsed.problems.append(
            problem(
                "feature_without_shape", without_shape[0], count=len(without_shape), first=without_shape[0]
            )
        )
    if not parsed.features and any(node.tag in _LINKS for node in root.walk()):
        raise refusal("only_links", source.name, name=source.name)
    return parsed


def _placemarks(root: Node, names: set[str]) -> list[tuple[Node, str]]:
    """Return the placemarks with the path of the folders they lie in, in the order of the file."""
    found = []
    waiting = [(root, "")]
    while waiting:
        node, layer = waiting.pop()
        if node.tag in names:
            found.append((node, layer))
        elif node.tag not in _IGNORED:
            if node.tag in _CONTAINERS:
                layer = "/".join(part for part in (layer, node.value("name")) if part)
            waiting.extend((child, layer) for child in reversed(node.children))
    return found


def _add(parsed: Parsed, source: Source, node: Node, layer: str, where: str) -> bool:
    """Add one placemark, and tell whether it had a shape, good or bad."""
    parts: dict[str, list[Node]] = {"Polygon": [], "Line": [], "Point": [], "Track": []}
    _gather(node, parts)
    if not any(parts.values()):
        return False
    name = node.value("name")
    place = f"{where} {name}".strip()
    properties = _properties(node)
    if parts["Track"]:
        shape, fixes = track_shape(_track(parts["Track"]), place, source.limits)
        parsed.add(shape, name=name, properties=properties, layer=layer, where=place, fixes=fixes)
    for shape in _shapes(parts, place, source.limits.closing_gap_m):
        given_id = node.attributes.get("id", "")
        parsed.add(shape, name=name, given_id=given_id, properties=properties, layer=layer, where=place)
    return True


def _gather(node: Node, parts: dict[str, list[Node]]) -> None:
    waiting = [child for child in node.children if child.tag in _GEOMETRIES]
    while waiting:
        part = waiting.pop(0)
        if part.tag in {"MultiGeometry", "MultiTrack"}:
            waiting = [child for child in part.children if child.tag in _GEOMETRIES] + waiting
        elif part.tag in {"LineString", "LinearRing"}:
            parts["Line"].append(part)
        elif part.tag in parts:
            parts[part.tag].append(part)


def _shapes(parts: dict[str, list[Node]], where: str, closing_gap_m: float) -> list[Shape]:
    shapes = []
    polygons = [rings for rings in (_rings(node) for node in parts["Polygon"]) if rings]
    if polygons:
        shapes.append(area_shape(polygons, where, closing_gap_m=closing_gap_m, geographic=True))
    lines = [line for line in (_positions(node) for node in parts["Line"]) if len(line)]
    if lines:
        shapes.append(line_shape(lines, where, geographic=True))
    points = [point[:1] for point in (_positions(node) for node in parts["Point"]) if len(point)]
    if points and not shapes:
        shapes.append(point_shape(np.vstack(points), where, geographic=True))
    return shapes


def _rings(polygon: Node) -> list[NDArray[np.float64]]:
    rings = []
    for tag in ("outerBoundaryIs", "innerBoundaryIs"):
        for boundary in polygon.all(tag):
            rings += [_positions(ring) for ring in boundary.all("LinearRing")]
    if not rings:
        rings = [_positions(ring) for ring in polygon.all("LinearRing")]
    return [ring for ring in rings if len(ring)]


def _positions(node: Node) -> NDArray[np.float64]:
    text = " ".join(child.text for child in node.children if child.tag == "coordinates")
    text = re.sub(r"\s*[,，]\s*", ",", text.strip())
    rows = [[*part.split(","), "nan"][:2] for part in text.split()]
    return np.array([[_float(cell) for cell in row] for row in rows], dtype=float).reshape(-1, 2)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _track(tracks: list[Node]) -> list[RawFix]:
    raw = []
    for segment, track in enumerate(tracks):
        whens = [node.text.strip() for node in track.all("when")]
        for i, node in enumerate(track.all("coord")):
            cells = [*node.text.replace(",", " ").split(), "", "", ""]
            time = whens[i] if i < len(whens) else ""
            raw.append(RawFix(cells[0], cells[1], elevation=cells[2], time=time, segment=segment))
    return raw


def _properties(node: Node) -> dict[str, str]:
    found = {}
    for part in node.walk():
        if part.tag in {"Data", "SimpleData"} and part.attributes.get("name"):
            text = part.value("value") if part.tag == "Data" else part.text.strip()
            found[part.attributes["name"]] = text
    for tag, shown in (("description", "描述"), ("address", "地址"), ("Snippet", "摘要")):
        child = node.find(tag)
        text = "".join(part.text for part in child.walk()).strip() if child is not None else ""
        if text:
            found.setdefault(shown, text[:4000])
    for child in node.children:
        plain_field = not child.children and child.tag not in _KML_FIELDS and child.text.strip()
        if plain_field:
            found.setdefault(child.tag, child.text.strip())
    when = next((part.text.strip() for part in node.walk() if part.tag in {"when", "begin"}), "")
    if when and node.find("Track", "MultiTrack") is None:
        found.setdefault("时间", when)
    return found


_KML_FIELDS = {"name", "description", "styleUrl", "visibility", "open", "address", "Snippet", "phoneNumber"}
