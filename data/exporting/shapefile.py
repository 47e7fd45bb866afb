"""Zipped shapefiles out: one per kind of feature, with ``.prj`` and ``.cpg``.

Names of attributes are cut at 10 bytes (three Chinese characters in UTF-8, five in GB 18030), kept apart.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.documents.archive import pack
from data.exporting.facts import Coords, Kind, OutFeature, OutLayer, kind_of, paths
from data.exporting.safety import file_stem
from data.exporting.target import Target
from geo import datum

__all__ = ["write"]

_TYPES = {"points": 8, "lines": 3, "areas": 5}
_SUFFIX = {"points": "_点", "lines": "_线", "areas": "_面"}
_FIELD_BYTES = 10
_CELL_BYTES = 254
_HEADER = 100


def write(layer: OutLayer, target: Target, encoding: str = "utf-8") -> bytes:
    """Return a zip of shapefiles; ``encoding`` of the attributes is ``utf-8`` or ``gb18030``."""
    kinds: list[Kind] = ["areas", "lines", "points"]
    chosen = [(kind, [f for f in layer.features if kind_of(f.geometry) == kind]) for kind in kinds]
    filled = [(kind, features) for kind, features in chosen if features] or [("areas", [])]
    stem = file_stem(layer.title)
    parts: list[tuple[str, bytes]] = []
    for kind, features in filled:
        name = stem + (_SUFFIX[kind] if len(filled) > 1 else "")
        shp, shx = _shapes(features, kind, layer, target)
        dbf = _table(features, encoding, layer)
        prj = datum.read_crs(target.epsg).to_wkt("WKT1_ESRI").encode("ascii", "replace")
        cpg = ("UTF-8" if encoding == "utf-8" else "GB18030").encode("ascii")
        for suffix, data in ((".shp", shp), (".shx", shx), (".dbf", dbf), (".prj", prj), (".cpg", cpg)):
            parts.append((name + suffix, data))
    return pack(parts, layer.made_at)


def _shapes(
    features: Sequence[OutFeature], kind: Kind, layer: OutLayer, target: Target
) -> tuple[bytes, bytes]:
    """Return the ``.shp`` and ``.shx``; single points make a point file, else a multi-point one."""
    moved = [target.geometry(feature.geometry, layer.plane) for feature in features]
    single = kind == "points" and all(shape.geom_type == "Point" for shape in moved)
    kind_code = 1 if single else _TYPES[kind]
    records, index, position = [], [], _HEADER
    for number, shape in enumerate(moved, start=1):
        content = struct.pack("<2d", *shape.bounds[:2]) if single else _content(shape, kind)
        body = struct.pack("<i", kind_code) + content
        records.append(struct.pack(">2i", number, len(body) // 2) + body)
        index.append(struct.pack(">2i", position // 2, len(body) // 2))
        position += 8 + len(body)
    bounds = shapely.total_bounds(np.array(moved, dtype=object)) if moved else np.zeros(4)
    shp = _file_header(kind_code, position, bounds) + b"".join(records)
    shx = _file_header(kind_code, _HEADER + 8 * len(index), bounds) + b"".join(index)
    return shp, shx


def _file_header(kind_code: int, size: int, bounds: Coords) -> bytes:
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, size // 2) + struct.pack(
        "<2i8d", 1000, kind_code, *bounds.tolist(), 0.0, 0.0, 0.0, 0.0
    )


def _content(shape: BaseGeometry, kind: Kind) -> bytes:
    parts = list(paths(shape))
    points = np.ascontiguousarray(np.vstack(parts), dtype="<f8")
    box = struct.pack("<4d", *shape.bounds)
    if kind == "points":
        return box + struct.pack("<i", len(points)) + points.tobytes()
    starts = np.cumsum([0, *(len(part) for part in parts[:-1])]).astype("<i4")
    return box + struct.pack("<2i", len(parts), len(points)) + starts.tobytes() + points.tobytes()


def _table(features: Sequence[OutFeature], encoding: str, layer: OutLayer) -> bytes:
    """Return the attribute table; every attribute is text, the identifier and the name come first."""
    rows = [{"编号": f.id, "名称": f.name} | dict(f.properties) for f in features]
    keys = list(dict.fromkeys(["编号", "名称", *(key for row in rows for key in row)]))[:250]
    names = _field_names(keys, encoding)
    cells = [[_cut(row.get(key, ""), _CELL_BYTES, encoding) for key in keys] for row in rows]
    widths = [max([1, *(len(row[i]) for row in cells)]) for i in range(len(keys))]
    fields = b"".join(
        name.ljust(11, b"\x00") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
        for name, width in zip(names, widths, strict=True)
    )
    driver = 0x4D if encoding == "gb18030" else 0
    dated = layer.made_at
    head = struct.pack(
        "<4BIHH", 3, dated.year - 1900, dated.month, dated.day, len(rows), 33 + len(fields), 1 + sum(widths)
    )
    head += bytes(17) + bytes([driver]) + bytes(2)
    body = b"".join(
        b" " + b"".join(value.ljust(width) for value, width in zip(row, widths, strict=True)) for row in cells
    )
    return head + fields + b"\r" + body + b"\x1a"


def _field_names(keys: Sequence[str], encoding: str) -> list[bytes]:
    names: list[bytes] = []
    for key in keys:
        name, number = _cut(key, _FIELD_BYTES, encoding) or b"field", 1
        while name in names:
            number += 1
            tail = str(number).encode()
            name = _cut(key, _FIELD_BYTES - len(tail), encoding) + tail
        names.append(name)
    return names


def _cut(text: str, size: int, encoding: str) -> bytes:
    """Return text cut to ``size`` bytes without splitting a character."""
    clean = text.replace("\x00", "").replace("\r", " ").replace("\n", " ")
    raw = clean.encode(encoding, "replace")
    if len(raw) <= size:
        return raw
    return raw[:size].decode(encoding, "ignore").encode(encoding)
