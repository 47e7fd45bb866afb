"""From bytes to an imported file: sniff, choose the reader, gather what it found.

Everything here runs in the child process.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import shapely

from data.importing.archive import unpack_stream
from data.importing.facts import ImportedFile, Limits
from data.importing.sentences import problem, refusal
from data.importing.shapefile import PARTS
from data.importing.sniff import FOREIGN, sniff
from data.importing.source import Parsed, Source
from geo.errors import FileError, Problem

__all__ = ["FORMATS", "parse_source", "read_in_process"]

_HARMLESS = {"shx_missing", "prj_missing", "dbf_missing", "encoding_guessed"}

FORMATS: dict[str, str] = {
    "shapefile": "shapefile",
    "kml": "kml",
    "gpx": "gpx",
    "tcx": "tcx",
    "cass_dat": "cass",
    "land_txt": "landtxt",
    "dxf": "dxf",
    "geojson": "geojson",
    "csv": "delimited",
    "wkt": "delimited",
    "xls": "excel",
    "html": "markup_tables",
    "xml_workbook": "markup_tables",
    "zip": "zipped",
    "gpkg": "gdal",
    "gml": "gdal",
    "osm": "gdal",
    "osm_pbf": "gdal",
    "flatgeobuf": "gdal",
}
"""The reader module of each format that ``sniff`` can name."""


def read_in_process(
    path: str | Path, data: bytes | None = None, limits: Limits | None = None
) -> ImportedFile:
    """Read a file in this very process, without the protection of a child.

    For the child itself, and for tests of one reader.  ``data`` may be given instead of reading ``path``.

    Raises
    ------
    FileError
        The file cannot be used; one sentence says why.
    """
    limits = limits or Limits()
    name = Path(path).name
    siblings: Mapping[str, bytes] = {}
    if data is None:
        data = _bytes(Path(path), limits)
        siblings = _siblings(Path(path))
    if len(data) > limits.file_bytes:
        raise _too_large(name, len(data), limits)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refusal("empty_file", name, name=name)
    parsed = parse_source(Source(name=name, data=data, limits=limits, siblings=siblings))
    _refuse_nothing(name, parsed)
    return ImportedFile(
        path=str(path),
        format=parsed.format,
        encoding=parsed.encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        features=tuple(parsed.features),
        hints=parsed.hints,
        sequences=tuple(parsed.sequences),
        problems=(*parsed.problems, *_mixed(parsed)),
        unplaced=tuple(parsed.unplaced),
    )


def parse_source(source: Source) -> Parsed:
    """Read a source with the reader its content asks for.

    Raises
    ------
    FileError
        ``format_unknown``, ``format_not_taken``, or the reader's own refusal.
    """
    kind = sniff(source.name, source.data)
    if kind in {"gzip", "bzip2"}:
        data = unpack_stream(source.name, source.data, kind, source.limits)
        name = source.name.rsplit(".", 1)[0] or source.name
        source = Source(name=name, data=data, limits=source.limits)
        kind = sniff(name, data)
    if kind in FOREIGN:
        shown, remedy_zh, remedy_en = FOREIGN[kind]
        facts = {"name": source.name, "kind": shown, "remedy_zh": remedy_zh, "remedy_en": remedy_en}
        raise refusal("format_not_taken", source.name, **facts)
    if kind not in FORMATS:
        raise refusal("format_unknown", source.name, name=source.name)
    reader = import_module(f"data.importing.{FORMATS[kind]}")
    parsed: Parsed = reader.read(source)
    return parsed


def _bytes(path: Path, limits: Limits) -> bytes:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise _too_large(path.name, size, limits)
        return path.read_bytes()
    except FileNotFoundError as fault:
        raise refusal("file_missing", str(path), name=path.name) from fault
    except OSError as fault:
        detail = fault.strerror or type(fault).__name__
        raise refusal("file_unreadable", str(path), name=path.name, detail=detail) from fault


def _too_large(name: str, size: int, limits: Limits) -> FileError:
    facts = {"size_mb": round(size / 1e6), "limit_mb": round(limits.file_bytes / 1e6)}
    return refusal("file_too_large", name, name=name, **facts)


def _siblings(path: Path) -> dict[str, bytes]:
    """Return the other parts of a loose shapefile, found beside it whatever the case of their names."""
    if path.suffix.lower() not in PARTS:
        return {}
    found = {}
    for other in path.parent.iterdir():
        suffix = other.suffix.lower()
        if suffix in PARTS and other.stem.lower() == path.stem.lower() and other.is_file():
            found[suffix] = other.read_bytes()
    return found


def _refuse_nothing(name: str, parsed: Parsed) -> None:
    """Refuse a file of which nothing can be used, naming its first serious problem in both languages."""
    if parsed.features:
        return
    serious = [item for item in parsed.problems if item.code not in _HARMLESS]
    if not serious:
        raise refusal("no_features", name, name=name, format=parsed.format)
    first = serious[0]
    place = f"{first.where}: " if first.where else ""
    raise refusal(
        "no_usable_features",
        first.where,
        name=name,
        format=parsed.format,
        count=len(serious),
        first_zh=place + first.what_zh,
        first_en=place + first.what_en,
    )


def _mixed(parsed: Parsed) -> list[Problem]:
    """List a file that mixes points, lines and areas, unless it is a walk with its waypoints."""
    dimensions = Counter(shapely.get_dimensions([feature.geometry for feature in parsed.features]).tolist())
    if len(dimensions) < 2 or parsed.format in {"gpx", "tcx"}:
        return []
    return [problem("mixed_kinds", points=dimensions[0], lines=dimensions[1], areas=dimensions[2])]
