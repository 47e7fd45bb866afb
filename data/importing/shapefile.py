"""Shapefiles, zipped or loose, with whatever parts came along.

Records are read one by one from the ``.shp``, so that a missing ``.shx``, a missing ``.dbf`` or a damaged record
costs only itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.importing.dbf import Table, read_table
from data.importing.sentences import problem, refusal
from data.importing.shapes import Shape, area_shape, line_shape, point_shape, rings_by_orientation
from data.importing.source import Parsed, Source
from data.importing.text import decode
from geo.recognition import Hints

__all__ = ["PARTS", "Record", "read", "records"]

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj")
_POINT, _LINE, _AREA, _MULTIPOINT, _MULTIPATCH = 1, 3, 5, 8, 31
_KINDS = {1: 1, 11: 1, 21: 1, 3: 3, 13: 3, 23: 3, 5: 5, 15: 5, 25: 5, 8: 8, 18: 8, 28: 8, 31: 31, 0: 0}
_HEADER = 100


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number from 1, its kind, its parts as arrays of shape (n, 2), or what is wrong."""

    number: int
    kind: int
    parts: tuple[NDArray[np.float64], ...] = ()
    fault: str | None = None


def read(source: Source) -> Parsed:
    """Read one shapefile from its parts (``source.siblings`` by suffix; ``source.data`` is the ``.shp``).

    Raises
    ------
    FileError
        ``damaged`` when the header of the ``.shp`` cannot be read.
    """
    parts = source.siblings
    if len(source.data) < _HEADER or source.data[:4] != b"\x00\x00\x27\x0a":
        size = f"{len(source.data)} bytes, header needs {_HEADER}"
        raise refusal("damaged", source.name, name=source.name, where_in=".shp", detail=size)
    parsed = Parsed("shapefile", hints=Hints(format="shapefile", wkt=_projection(parts)))
    if ".shx" not in parts:
        parsed.problems.append(problem("shx_missing", source.name))
    if parsed.hints.wkt is None:
        parsed.problems.append(problem("prj_missing", source.name))
    table = _table(parsed, source, parts)
    found = list(records(source.data, parts.get(".shx", b"")))
    if table is not None and len(table.rows) != len(found):
        parsed.problems.append(
            problem("record_count_differs", source.name, shapes=len(found), rows=len(table.rows))
        )
    empty = _add_records(parsed, found, table, source.limits.closing_gap_m)
    if empty:
        parsed.problems.append(
            problem(
                "feature_without_shape", f"record {empty[0]}", count=len(empty), first=f"record {empty[0]}"
            )
        )
    return parsed


def _projection(parts: Mapping[str, bytes]) -> str | None:
    for suffix in (".prj", ".qpj"):
        if suffix in parts:
            text = decode(parts[suffix])[0].strip().strip("\x00")
            if text:
                return text
    return None


def _table(parsed: Parsed, source: Source, parts: Mapping[str, bytes]) -> Table | None:
    if not parts.get(".dbf"):
        parsed.problems.append(problem("dbf_missing", source.name))
        return None
    code_page = decode(parts[".cpg"])[0] if ".cpg" in parts else None
    try:
        table = read_table(parts[".dbf"], code_page)
    except (ValueError, struct.error, LookupError) as fault:
        parsed.problems.append(problem("dbf_damaged", source.name, detail=str(fault)[:120]))
        return None
    parsed.encoding = table.encoding
    if table.declared is not None:
        parsed.problems.append(
            problem("encoding_guessed", source.name, declared=table.declared, used=table.encoding)
        )
    if table.lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=table.encoding))
    if table.fault is not None:
        parsed.problems.append(problem("dbf_damaged", source.name, detail=table.fault))
    return table


def _add_records(parsed: Parsed, found: list[Record], table: Table | None, closing_gap_m: float) -> list[int]:
    """Add the records' features and return the numbers of those without a shape."""
    empty = []
    patches = 0
    for record in found:
        row = table.rows[record.number - 1] if table is not None and record.number <= len(table.rows) else {}
        if row is None:
            continue
        where = f"record {record.number}"
        if record.fault is not None:
            parsed.problems.append(
                problem("record_damaged", where, record=record.number, detail=record.fault)
            )
        elif record.kind == _MULTIPATCH:
            patches += 1
        elif not record.parts:
            empty.append(record.number)
            parsed.keep_unplaced(row, where=where)
        else:
            parsed.add(_shape(record, where, closing_gap_m), properties=row, where=where)
    if patches:
        parsed.problems.append(problem("shape_kind_skipped", "", count=patches, kind="MultiPatch"))
    return empty


def _shape(record: Record, where: str, closing_gap_m: float) -> Shape:
    if record.kind in {_POINT, _MULTIPOINT}:
        return point_shape(record.parts[0], where)
    if record.kind == _LINE:
        return line_shape(record.parts, where)
    sound = all(np.isfinite(part).all() for part in record.parts)
    rings = rings_by_orientation(record.parts) if sound else [[part] for part in record.parts]
    return area_shape(rings, where, closing_gap_m=closing_gap_m)


def records(shp: bytes, shx: bytes = b"") -> Iterator[Record]:
    """Yield the records of a ``.shp``; one that is damaged is found again through the ``.shx``, if any.

    A file that breaks off yields a last record with its fault; filling after the stated end is passed over.
    """
    offsets = _offsets(shx)
    stated_end = struct.unpack_from(">i", shp, 24)[0] * 2
    position, number = _HEADER, 0
    while position + 12 <= len(shp) or number < len(offsets):
        number += 1
        if number <= len(offsets) and not _plausible(shp, position):
            position = offsets[number - 1]
        if position + 12 > len(shp):
            yield Record(number, 0, fault=f"file ends at byte {len(shp)}, record begins at {position}")
            return
        length = struct.unpack_from(">i", shp, position + 4)[0] * 2
        past_index = number > len(offsets) and (position >= stated_end or not any(shp[position:]))
        if past_index and not _plausible(shp, position):
            return
        if not _plausible(shp, position):
            kind = struct.unpack_from("<i", shp, position + 8)[0]
            yield Record(number, 0, fault=f"byte {position}: kind {kind}, length {length}")
            if number >= len(offsets):
                return
            position = offsets[number]
            continue
        yield _record(number, shp[position + 8 : position + 8 + length], length)
        position += 8 + length


def _offsets(shx: bytes) -> list[int]:
    if len(shx) < _HEADER + 8:
        return []
    table = np.frombuffer(shx, dtype=">i4", count=(len(shx) - _HEADER) // 8 * 2, offset=_HEADER)
    offsets: list[int] = (table[::2].astype(np.int64) * 2).tolist()
    return [offset for offset in offsets if offset >= _HEADER]


def _plausible(shp: bytes, position: int) -> bool:
    if position + 12 > len(shp):
        return False
    length = struct.unpack_from(">i", shp, position + 4)[0] * 2
    kind = struct.unpack_from("<i", shp, position + 8)[0]
    return kind in _KINDS and length >= 4


def _record(number: int, content: bytes, length: int) -> Record:
    kind = _KINDS[struct.unpack_from("<i", content)[0]]
    if len(content) < length:
        return Record(number, kind, fault=f"{len(content)} of {length} bytes are there")
    try:
        if kind == 0:
            return Record(number, kind)
        if kind == _POINT:
            return Record(number, kind, (np.frombuffer(content, "<f8", 2, 4).reshape(1, 2),))
        if kind == _MULTIPOINT:
            count = struct.unpack_from("<i", content, 36)[0]
            return Record(number, kind, (np.frombuffer(content, "<f8", count * 2, 40).reshape(-1, 2),))
        return _parts(number, kind, content)
    except (ValueError, struct.error) as fault:
        return Record(number, kind, fault=str(fault)[:120])


def _parts(number: int, kind: int, content: bytes) -> Record:
    part_count, point_count = struct.unpack_from("<ii", content, 36)
    room = len(content) - 44
    if part_count < 0 or point_count < 0 or part_count * 4 + point_count * 16 > room:
        return Record(number, kind, fault=f"{part_count} parts with {point_count} points in {room} bytes")
    starts = [*np.frombuffer(content, "<i4", part_count, 44).tolist(), point_count]
    start = 44 + 4 * part_count * (2 if kind == _MULTIPATCH else 1)
    points = np.frombuffer(content, "<f8", point_count * 2, start).reshape(-1, 2)
    if any(not 0 <= a <= b for a, b in pairwise(starts)):
        return Record(number, kind, fault="its parts overlap")
    pieces = (points[a:b] for a, b in pairwise(starts))
    return Record(number, kind, tuple(piece for piece in pieces if len(piece)))
