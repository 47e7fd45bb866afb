"""CASS point files ``.dat``: ``number,code,easting,northing,height``, east first.

Older files begin with the number of points.  A code may be empty; a height may be missing.
"""

from __future__ import annotations

import re

import numpy as np

from data.importing.facts import PointSequence
from data.importing.sentences import problem, refusal
from data.importing.shapes import point_shape
from data.importing.source import Parsed, Source
from data.importing.text import decode, number
from geo.recognition import Hints

__all__ = ["read"]


def read(source: Source) -> Parsed:
    """Read the points, each a feature, and their order as a sequence.

    Raises
    ------
    FileError
        ``no_features`` when no line is a point.
    """
    text, encoding, lossy = decode(source.data)
    parsed = Parsed("cass_dat", encoding, hints=Hints(axis="east_north", format="cass_dat"))
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    points, bad = _points(text)
    if bad:
        parsed.problems.append(
            problem(
                "row_unreadable", f"row {bad[0][0]}", count=len(bad), first=f"{bad[0][0]}: {bad[0][1][:40]}"
            )
        )
    if not points:
        raise refusal("no_features", source.name, name=source.name, format="cass_dat")
    for row, name, code, coords, height in points:
        properties = {key: value for key, value in (("编码", code), ("高程", height)) if value}
        parsed.add(
            point_shape(coords, f"row {row}"),
            name=name,
            given_id=name,
            properties=properties,
            where=f"row {row}",
        )
    _add_sequence(parsed, source.name)
    return parsed


def _points(text: str) -> tuple[list[tuple[int, str, str, tuple[float, float], str]], list[tuple[int, str]]]:
    points, bad = [], []
    for row, line in enumerate(text.splitlines(), start=1):
        folded = line.replace("\ufeff", "").strip()
        folded = folded if "," in folded else folded.replace("，", ",")
        if not folded or (row == 1 and re.fullmatch(r"\d+", folded)):
            continue
        cells = [cell.strip() for cell in folded.rstrip(",").split(",")]
        easting, northing = (number(cell) for cell in [*cells, "", "", "", ""][2:4])
        if easting is None or northing is None:
            bad.append((row, folded))
            continue
        points.append((row, cells[0], cells[1], (easting, northing), cells[4] if len(cells) > 4 else ""))
    return points, bad


def _add_sequence(parsed: Parsed, name: str) -> None:
    coords = parsed_coords(parsed)
    if len(coords) >= 2:
        closed = len(coords) > 3 and bool((coords[0] == coords[-1]).all())
        names = tuple(feature.name for feature in parsed.features)
        parsed.sequences.append(PointSequence(name=name, coords=coords, point_names=names, closed=closed))


def parsed_coords(parsed: Parsed) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the points read so far, shape (n, 2)."""
    return np.array([feature.geometry.coords[0] for feature in parsed.features], dtype=float).reshape(-1, 2)
