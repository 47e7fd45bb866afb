"""DXF drawings: closed polylines are plots, open ones lines; single lines that meet are joined; labels name plots.

The drawing's geographic data are applied when it holds any.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importing.curves import arc, bulged
from data.importing.dxf_tags import Entity, decode_drawing, entities, objects, plain_text, sections, tags
from data.importing.sentences import problem
from data.importing.shapes import Shape, area_shape, line_shape, point_shape
from data.importing.source import Parsed, Source
from geo.recognition import Hints

__all__ = ["read"]

Coords = NDArray[np.float64]

_LABELS = {"TEXT", "MTEXT", "ATTRIB"}
_DRAWN = {"LWPOLYLINE", "POLYLINE", "LINE", "ARC", "CIRCLE", "POINT"}
_SILENT = {"VERTEX", "SEQEND", "EOF", "VIEWPORT", "ATTDEF"} | _LABELS


@dataclass(frozen=True, slots=True)
class _Path:
    coords: Coords
    closed: bool
    layer: str
    properties: dict[str, str]


def read(source: Source) -> Parsed:
    """Read the model's shapes; columns are the drawing's x (east) and y (north).

    Raises
    ------
    FileError
        None of its own: a drawing without shapes is refused by the caller.
    """
    text, encoding, lossy = decode_drawing(source.data)
    parsed = Parsed("dxf", encoding)
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    stream = list(tags(source.data, text))
    found = list(sections(stream))
    if not stream or stream[-1][1].upper() != "EOF":
        parsed.problems.append(
            problem("cut_short", source.name, where_in=f"tag {len(stream)}", detail="no EOF")
        )
    model = entities(found)
    epsg, moved = _geodata(found)
    parsed.hints = Hints(declared_epsg=epsg, axis="east_north", format="dxf")
    labels = [(np.array(_position(item)), _label(item)) for item in model if item.kind in _LABELS]
    _add_paths(parsed, _paths(model), labels, moved, source.limits.closing_gap_m)
    _add_points(parsed, model, moved)
    skipped = Counter(item.kind for item in model if item.kind not in _DRAWN | _SILENT)
    for kind, count in sorted(skipped.items()):
        parsed.problems.append(problem("shape_kind_skipped", kind, count=count, kind=kind))
    return parsed


def _position(entity: Entity) -> tuple[float, float]:
    return entity.number(10), entity.number(20)


def _label(entity: Entity) -> str:
    return plain_text("".join(value for code, value in entity.tags if code == 3) + entity.text(1))


def _paths(model: list[Entity]) -> list[_Path]:
    """Return polylines and arcs as they are, and single lines joined where they meet, per layer."""
    paths: list[_Path] = []
    singles: dict[str, list[Coords]] = defaultdict(list)
    for index, entity in enumerate(model):
        if entity.kind == "LINE":
            line = np.array([_position(entity), (entity.number(11), entity.number(21))])
            singles[entity.layer].append(line)
        elif entity.kind in {"LWPOLYLINE", "POLYLINE", "ARC", "CIRCLE"}:
            path = _path(entity, model, index)
            if path is not None:
                paths.append(path)
    for layer, lines in singles.items():
        paths += _joined(layer, lines)
    return paths


def _path(entity: Entity, model: list[Entity], index: int) -> _Path | None:
    properties = _extended(entity)
    if entity.kind in {"ARC", "CIRCLE"}:
        ends = (entity.number(50), entity.number(51)) if entity.kind == "ARC" else (0.0, 360.0)
        values = (*_position(entity), entity.number(40), *ends)
        if not all(math.isfinite(value) for value in values):
            return None
        coords = arc(values[:2], values[2], values[3], values[4])
        return _Path(coords, entity.kind == "CIRCLE", entity.layer, properties)
    flags = int(entity.number(70))
    if entity.kind == "POLYLINE" and flags & (16 | 64):
        return None
    vertices = _vertices(entity) if entity.kind == "LWPOLYLINE" else _old_vertices(model, index)
    coords = np.array([vertex[:2] for vertex in vertices], dtype=float).reshape(-1, 2)
    bulges = [vertex[2] for vertex in vertices]
    closed = bool(flags & 1)
    if any(bulges) and len(coords) > 1:
        return _Path(bulged(coords, bulges, closed=closed), closed, entity.layer, properties)
    if closed and len(coords) and not (coords[0] == coords[-1]).all():
        coords = np.vstack([coords, coords[:1]])
    return _Path(coords, closed, entity.layer, properties)


def _vertices(entity: Entity) -> list[tuple[float, float, float]]:
    """Return the vertices of a light polyline: easting, northing, bulge of the side after it."""
    found: list[list[float]] = []
    for code, value in entity.tags:
        if code == 10:
            found.append([_float(value), math.nan, 0.0])
        elif code == 20 and found:
            found[-1][1] = _float(value)
        elif code == 42 and found:
            found[-1][2] = _float(value)
    return [(vertex[0], vertex[1], vertex[2]) for vertex in found]


def _old_vertices(model: list[Entity], index: int) -> list[tuple[float, float, float]]:
    vertices = []
    for position in range(index + 1, len(model)):
        entity = model[position]
        if entity.kind != "VERTEX":
            break
        if not int(entity.number(70)) & 16:
            vertices.append((entity.number(10), entity.number(20), entity.number(42)))
    return vertices


def _joined(layer: str, lines: list[Coords]) -> Iterator[_Path]:
    sound = [line for line in lines if np.isfinite(line).all() and (line[0] != line[1]).any()]
    if not sound:
        return
    merged = shapely.line_merge(shapely.MultiLineString(sound))
    for part in shapely.get_parts([merged]):
        coords = np.asarray(part.coords)
        yield _Path(coords, bool(part.is_ring), layer, {})


def _add_paths(
    parsed: Parsed,
    paths: Sequence[_Path],
    labels: list[tuple[Coords, str]],
    moved: tuple[float, ...] | None,
    closing_gap_m: float,
) -> None:
    for number, path in enumerate(paths, start=1):
        where = f"layer {path.layer} · {number}"
        ends_meet = len(path.coords) > 3 and bool((path.coords[0] == path.coords[-1]).all())
        area = path.closed or ends_meet
        drawn = (
            area_shape([[path.coords]], where, closing_gap_m=closing_gap_m)
            if area
            else line_shape([path.coords], where)
        )
        inside = _labels_inside(drawn, labels) if area else []
        properties = dict(path.properties) | ({"标注": "；".join(inside)} if inside else {})
        _move(drawn, moved)
        name = inside[0] if len(inside) == 1 else ""
        parsed.add(drawn, name=name, properties=properties, layer=path.layer, where=where)


def _labels_inside(shape: Shape, labels: list[tuple[Coords, str]]) -> list[str]:
    if shape.geometry is None or not labels or not shape.valid:
        return []
    places = np.vstack([place for place, _ in labels])
    inside = shapely.contains_xy(shape.geometry, places[:, 0], places[:, 1])
    return [label for (_, label), within in zip(labels, inside, strict=True) if within and label]


def _add_points(parsed: Parsed, model: list[Entity], moved: tuple[float, ...] | None) -> None:
    points = [entity for entity in model if entity.kind == "POINT"]
    for number, entity in enumerate(points, start=1):
        where = f"layer {entity.layer} · point {number}"
        shape = point_shape(np.array([_position(entity)]), where)
        _move(shape, moved)
        parsed.add(shape, properties=_extended(entity), layer=entity.layer, where=where)


def _extended(entity: Entity) -> dict[str, str]:
    """Return the extended data's texts by application (CASS writes codes and owners under SOUTH)."""
    found: dict[str, list[str]] = {}
    application = ""
    for code, value in entity.tags:
        if code == 1001:
            application = value
        elif code == 1000 and application and value:
            found.setdefault(application, []).append(plain_text(value))
    return {
        name: "|".join(values) for name, values in found.items() if name not in {"ACAD", "AcadAnnotative"}
    }


def _geodata(found: list[tuple[str, Entity]]) -> tuple[int | None, tuple[float, ...] | None]:
    """Return the EPSG code of the drawing's geographic data and the move into that system, if any.

    The move is design point, reference point, scale and rotation, as ``_move`` takes it.
    """
    for entity in objects(found, "GEODATA"):
        definition = "".join(value for code, value in entity.tags if code in {303, 301})
        alias = re.search(r'<Alias id="(\d{4,6})" type="CoordinateSystem">', definition)
        if alias is None or entity.text(70) not in {"1", ""}:
            continue
        north = (entity.number(12, 0.0), entity.number(22, 1.0))
        theta = -(math.atan2(north[1], north[0]) - math.pi / 2)
        scale = entity.number(40, 1.0) or 1.0
        values = (*_position(entity), entity.number(11), entity.number(21), scale, theta)
        if all(math.isfinite(value) for value in values):
            still = values[:2] == values[2:4] and scale == 1.0 and abs(theta) < 1e-12
            return int(alias[1]), None if still else values
    return None, None


def _move(shape: Shape, moved: tuple[float, ...] | None) -> None:
    if moved is None or shape.geometry is None:
        return
    design_e, design_n, reference_e, reference_n, scale, theta = moved
    turn = np.array([[math.cos(theta), math.sin(theta)], [-math.sin(theta), math.cos(theta)]])

    def move(coords: Coords) -> Coords:
        placed: Coords = (coords - (design_e, design_n)) * scale @ turn + (reference_e, reference_n)
        return placed

    shape.geometry = shapely.transform(shape.geometry, move)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
