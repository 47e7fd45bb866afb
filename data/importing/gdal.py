"""Formats read through GDAL, with every driver that reaches for the network or other files switched off."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.importing.archive import Archive
from data.importing.attributes import as_text
from data.importing.geojson import epsg_of
from data.importing.sentences import problem, refusal
from data.importing.shapes import from_geometry
from data.importing.sniff import FOREIGN, sniff
from data.importing.source import Parsed, Source
from geo.errors import FileError
from geo.recognition import Hints

__all__ = ["read", "read_geodatabase"]

_SETTINGS = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OSM_MAX_TMPFILE_SIZE": "64",
    "OSM_USE_CUSTOM_INDEXING": "NO",
    "GDAL_NUM_THREADS": "1",
}
_DATABASE_FILE = re.compile(
    r"(a[0-9a-f]{8}\.(gdbtable|gdbtablx|gdbindexes|spx|atx|freelist|horizon)|gdb|timestamps)"
)


def read(source: Source) -> Parsed:
    """Read a GeoPackage, GML, OSM or FlatGeobuf file held in memory.

    Raises
    ------
    FileError
        ``damaged``, ``xml_entities``, or ``format_not_taken`` for a map of tiles.
    """
    kind = sniff(source.name, source.data)
    if kind in {"gml", "osm"} and b"<!ENTITY" in source.data:
        raise refusal("xml_entities", source.name, name=source.name, format=kind.upper())
    return _read_layers(source, kind, source.data)


def read_geodatabase(source: Source, archive: Archive) -> Parsed:
    """Read a zipped file geodatabase.

    GDAL reads it from a folder, so its tables, and only files named as tables are, go to a scratch folder that
    the parent process removes.

    Raises
    ------
    FileError
        ``damaged`` or ``archive_bomb``.
    """
    with tempfile.TemporaryDirectory(dir=source.limits.scratch, prefix="gdb-") as folder:
        database = Path(folder) / "x.gdb"
        database.mkdir()
        for member in archive.members:
            name = member.name.rpartition("/")[2].lower()
            if ".gdb/" in member.name.lower() and _DATABASE_FILE.fullmatch(name):
                (database / name).write_bytes(archive.read(member))
        return _read_layers(source, "filegdb", database)


def _gdal() -> ModuleType:
    """Load GDAL's binding, set to download nothing; the child has left out the drivers that name other files."""
    import pyogrio
    import pyogrio.raw

    pyogrio.set_gdal_config_options(_SETTINGS)
    binding: ModuleType = pyogrio
    return binding


def _read_layers(source: Source, kind: str, data: bytes | Path) -> Parsed:
    parsed = Parsed(kind, "utf-8", hints=Hints(format=kind))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio = _gdal()
            names = [str(name) for name, shape in pyogrio.list_layers(data) if shape is not None]
            found = [(name, pyogrio.raw.read(data, layer=name, force_2d=True)) for name in names]
    except MemoryError:
        raise
    except Exception as fault:
        raise _unreadable(source, kind, str(fault)) from fault
    several = sum(1 for _, layer in found if layer[2] is not None and len(layer[2])) > 1
    system: str | None = None
    for name, (about, _, shapes, columns) in found:
        if shapes is None or not len(shapes):
            continue
        if parsed.features and about["crs"] != system:
            parsed.problems.append(problem("other_reference_system", name, layer=name))
            continue
        if not parsed.features:
            system = about["crs"]
            parsed.hints = _hints(kind, system)
        _add_layer(parsed, source, name if several else "", (about["fields"], shapes, columns))
    return parsed


def _hints(kind: str, system: str | None) -> Hints:
    code = epsg_of(system) if system and len(system) < 40 else None
    return Hints(format=kind, declared_epsg=code, wkt=system if system and code is None else None)


def _add_layer(parsed: Parsed, source: Source, layer: str, found: tuple[Any, Any, Any]) -> None:
    fields, shapes, columns = found
    prefix = f"{layer} · " if layer else ""
    empty = []
    skipped: Counter[str] = Counter()
    for index, wkb in enumerate(shapes):
        where = f"{prefix}feature {index + 1}"
        geometry = _geometry(wkb)
        properties = {str(name): _cell(column[index]) for name, column in zip(fields, columns, strict=True)}
        if geometry is None or geometry.is_empty:
            empty.append(where)
            parsed.keep_unplaced(properties, layer=layer, where=where)
            continue
        shape = from_geometry(geometry, where, closing_gap_m=source.limits.closing_gap_m)
        if shape.geometry is None and not shape.problems:
            skipped[geometry.geom_type] += 1
        parsed.add(shape, properties=properties, layer=layer, where=where)
    if empty:
        parsed.problems.append(problem("feature_without_shape", empty[0], count=len(empty), first=empty[0]))
    for kind, count in skipped.items():
        parsed.problems.append(problem("shape_kind_skipped", prefix + kind, count=count, kind=kind))


def _geometry(wkb: bytes | None) -> BaseGeometry | None:
    if wkb is None:
        return None
    try:
        found: BaseGeometry = shapely.from_wkb(wkb)
        return found
    except shapely.errors.GEOSException:
        return None


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return ""
    if isinstance(value, np.datetime64):
        return "" if np.isnat(value) else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bytes):
        return value[:200].hex()
    return as_text(value.tolist() if isinstance(value, np.ndarray) else value)


def _unreadable(source: Source, kind: str, detail: str) -> FileError:
    if kind == "gpkg" and "not recognized" in detail:
        shown, remedy_zh, remedy_en = FOREIGN["mbtiles"]
        facts = {"name": source.name, "kind": shown, "remedy_zh": remedy_zh, "remedy_en": remedy_en}
        return refusal("format_not_taken", source.name, **facts)
    detail = re.sub(r"'?/vsi\S*|/\S*x\.gdb\S*", "", detail).strip()[:120]
    return refusal("damaged", source.name, name=source.name, where_in=kind, detail=detail)
