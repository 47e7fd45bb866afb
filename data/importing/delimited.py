"""CSV, TSV and other text tables of points, and text files of WKT."""

from __future__ import annotations

import csv
import io
import re

from data.importing.sentences import problem, refusal
from data.importing.shapes import from_geometry
from data.importing.source import Parsed, Source
from data.importing.table import Sheet, add_sheet, wkt_geometry
from data.importing.text import decode
from geo.recognition import Hints

__all__ = ["read", "rows"]

_SEPARATORS = (",", "\t", ";", "|", "，")
_MAX_CELL = 64 * 1024**2


def read(source: Source) -> Parsed:
    """Read a text table; the separator is the one that cuts the most rows into the same number of cells.

    Raises
    ------
    FileError
        ``no_coordinate_columns``.
    """
    text, encoding, lossy = decode(source.data)
    text = text.lstrip("\ufeff")
    parsed = Parsed("csv", encoding, hints=Hints(format="csv"))
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    if re.match(
        r"\s*\"?(SRID=\d+;|<[^>]+>)?\s*(MULTI)?(POLYGON|LINESTRING|POINT|GEOMETRYC)", text, re.IGNORECASE
    ):
        _read_wkt(parsed, text, source.limits.closing_gap_m)
        return parsed
    if not add_sheet(parsed, Sheet("", rows(text)), source.limits):
        raise refusal("no_coordinate_columns", source.name, name=source.name)
    return parsed


def rows(text: str) -> list[list[str]]:
    """Return the cells of a text table; the separator is the one that cuts most rows alike."""
    csv.field_size_limit(_MAX_CELL)
    if text[:20].lower().startswith("sep=") and "\n" in text:
        text = text[text.index("\n") + 1 :]
    head = [line for line in text.splitlines()[:60] if line.strip()]
    separator = max(_SEPARATORS, key=lambda mark: _consistency(head, mark))
    if _consistency(head, separator) == 0:
        return [re.split(r"\s+", line.strip()) for line in text.splitlines()]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return [line.split(separator) for line in text.splitlines()]


def _consistency(lines: list[str], separator: str) -> int:
    """Return how many lines have the most usual number of separators, when that is not none."""
    counts = [line.count(separator) for line in lines if line.count(separator)]
    return max((counts.count(value) for value in set(counts)), default=0)


def _read_wkt(parsed: Parsed, text: str, closing_gap_m: float) -> None:
    parsed.format = "wkt"
    parsed.hints = Hints(format="wkt")
    pieces = [piece.strip().strip('"') for piece in re.split(r"\r?\n", text) if piece.strip()]
    bad = []
    for number, piece in enumerate(pieces, start=1):
        geometry, epsg = wkt_geometry(piece.rstrip(";"))
        if geometry is None:
            bad.append(number)
            continue
        if epsg is not None:
            parsed.hints = Hints(format="wkt", declared_epsg=epsg)
        where = f"row {number}"
        parsed.add(from_geometry(geometry, where, closing_gap_m=closing_gap_m), where=where)
    if bad:
        parsed.problems.append(problem("row_unreadable", f"row {bad[0]}", count=len(bad), first=bad[0]))
