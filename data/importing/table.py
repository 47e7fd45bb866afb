"""Tables of points, whatever program they come from: corners of plots, stations of lines, or one list.

Rules: (1) the heading row is the first of the first rows that names a pair of coordinates, or is inferred for
a table without headings; (2) a heading that comes again begins a new block; (3) a plot or line column groups
rows, a blank cell repeating the one above; (4) without groups every row is a point, and the list is offered as a
sequence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from data.importing.attributes import feature_name
from data.importing.facts import Limits, PointSequence
from data.importing.geojson import epsg_of
from data.importing.headings import Columns, columns_of
from data.importing.sentences import problem
from data.importing.shapes import Shape, area_shape, from_geometry, line_shape, point_shape, rings_by_place
from data.importing.source import Parsed
from data.importing.text import coordinate, number, plain
from data.importing.titles import titled

__all__ = ["Sheet", "add_sheet"]

_HEADING_ROWS = 60
_SUMS = re.compile(r"合\s*计|总\s*计|小\s*计|^注|备注|说明|制表|total", re.IGNORECASE)
_LABEL = re.compile(r"(宗地|地块|权利人|户主|承包方)[^::：]{0,8}[:：]\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name and its rows of raw cells."""

    name: str
    rows: Sequence[Sequence[object]]


@dataclass(slots=True)
class _Point:
    row: int
    name: str
    coords: tuple[float, float]
    ring: str
    cells: dict[str, str]


@dataclass(slots=True)
class _Group:
    key: str
    kind: str = ""
    points: list[_Point] = field(default_factory=list)


def add_sheet(parsed: Parsed, sheet: Sheet, limits: Limits) -> bool:
    """Add a table's features, and tell whether it had columns of coordinates."""
    start, columns = _columns(sheet.rows)
    if columns is None:
        return False
    if columns.wkt is not None:
        _add_wkt(parsed, sheet, start, columns, limits.closing_gap_m)
        return True
    if limits.rows_are_points:
        columns = replace(columns, plot=None, line=None)
    groups, bad, sexagesimal = _groups(sheet, start, columns)
    if bad:
        first = f"{sheet.name} {bad[0]}".strip()
        parsed.problems.append(problem("row_unreadable", f"row {bad[0]}", count=len(bad), first=first))
    parsed.hints = replace(
        parsed.hints,
        axis=columns.axis,
        axis_named=columns.named,
        decimal_degrees=True if sexagesimal else parsed.hints.decimal_degrees,
    )
    parsed.hints = titled(parsed.hints, _title(sheet.rows, start))
    _declare(parsed, [plain(_cell(cells, columns.crs)) for cells in sheet.rows[start:]])
    for group in groups:
        if group.kind and not limits.rows_are_points:
            _add_group(parsed, sheet, group, limits.closing_gap_m)
        else:
            _add_points(parsed, sheet, group)
    if limits.rows_are_points:
        _keep_unplaced(parsed, sheet, start, columns)
    return True


def _keep_unplaced(parsed: Parsed, sheet: Sheet, start: int, columns: Columns) -> None:
    """Keep the rows of a list of points that name something but not its place."""
    for index, cells in enumerate(sheet.rows[start:], start=start):
        texts = [plain(cell) for cell in cells if plain(cell)]
        if len(texts) < 2 or _SUMS.search(texts[0]) or _point(index + 1, cells, columns) is not None:
            continue
        if columns_of(cells) is None:
            name, where = plain(_cell(cells, columns.name)), f"row {index + 1}"
            parsed.keep_unplaced(_named(cells, columns), layer=sheet.name, where=where, name=name)


def _title(rows: Sequence[Sequence[object]], start: int) -> str:
    """Return the words above and in the heading, one row a line."""
    return "\n".join("　".join(plain(cell) for cell in row if plain(cell)) for row in rows[:start])


def _declare(parsed: Parsed, cells: Sequence[str]) -> None:
    """Take over the reference system a column names, when all its rows name the same."""
    named = {cell for cell in cells if cell}
    if len(named) == 1:
        name = named.pop()
        code = int(name) if name.isdigit() and len(name) <= 6 else epsg_of(name)
        parsed.hints = replace(parsed.hints, declared_epsg=code, declared_name=None if code else name)


def _columns(rows: Sequence[Sequence[object]]) -> tuple[int, Columns | None]:
    above: Sequence[object] = ()
    for index, cells in enumerate(rows[:_HEADING_ROWS]):
        columns = columns_of(cells, above)
        if columns is not None:
            return index + 1, columns
        above = cells
    return 0, _inferred(rows)


def _inferred(rows: Sequence[Sequence[object]]) -> Columns | None:
    """Return the columns of a table without headings: the first two that hold nothing but likely coordinates.

    Likely are numbers of which most have decimals, none small whole ones, in every row from the first.
    """
    filled = [row for row in rows[:200] if any(plain(cell) for cell in row)]
    width = max((len(row) for row in filled), default=0)
    if len(filled) < 2:
        return None
    found = [column for column in range(width) if _likely([_cell(row, column) for row in filled])]
    if len(found) < 2:
        return None
    return Columns(first=found[0], second=found[1], name=0 if found[0] > 0 else None)


def _likely(cells: Sequence[object]) -> bool:
    values = [coordinate(cell) for cell in cells]
    known = [value for value in values if value is not None and abs(value) < 1e9]
    fractions = sum(1 for value in known if value != int(value))
    return (
        len(known) == len(values) and 2 * fractions >= len(known) and max(abs(value) for value in known) > 3
    )


def _groups(sheet: Sheet, start: int, columns: Columns) -> tuple[list[_Group], list[int], bool]:
    """Return the points by group, the rows that cannot be read, and whether degrees were sexagesimal."""
    groups: dict[tuple[int, str], _Group] = {}
    bad: list[int] = []
    block, label, sexagesimal = 0, "", False
    carried = ""
    for index, cells in enumerate(sheet.rows):
        row = index + 1
        if index < start:
            label = _label(cells) or label
            continue
        first, second = _cell(cells, columns.first), _cell(cells, columns.second)
        point = _point(row, cells, columns)
        if point is None:
            again = columns_of(cells) is not None
            block, carried = (block + 1, "") if again else (block, carried)
            found_label = "" if again else _label(cells)
            label = found_label or label
            if not again and not found_label and (plain(first) or plain(second)):
                bad.append(row)
            continue
        sexagesimal = sexagesimal or number(first) is None
        column = columns.plot if columns.plot is not None else columns.line
        carried = plain(_cell(cells, column)) or carried if column is not None else ""
        key = (block, carried or label)
        groups.setdefault(key, _Group(carried or label)).points.append(point)
    found = list(groups.values())
    kind = _kind(columns, len(found) > 1 or any(group.key for group in found))
    for group in found:
        group.kind = kind
    return found, bad, sexagesimal


def _kind(columns: Columns, blocks: bool) -> str:
    if columns.plot is not None:
        return "plot"
    if columns.line is not None:
        return "line"
    return "plot" if blocks else ""


def _label(cells: Sequence[object]) -> str:
    """Return what a title line calls the block below it (``宗地号：JB0001``), or nothing."""
    texts = [plain(cell) for cell in cells if plain(cell)]
    match = _LABEL.search("　".join(texts)) if 0 < len(texts) <= 8 else None
    return match[2] if match else ""


def _point(row: int, cells: Sequence[object], columns: Columns) -> _Point | None:
    first, second = coordinate(_cell(cells, columns.first)), coordinate(_cell(cells, columns.second))
    if first is None or second is None:
        words = {plain(_cell(cells, columns.first)).lower(), plain(_cell(cells, columns.second)).lower()}
        if not words & {"nan", "inf", "-inf"}:
            return None
        first, second = (float("nan") if value is None else value for value in (first, second))
    name = plain(_cell(cells, columns.name))
    ring = plain(_cell(cells, columns.ring))
    return _Point(row, name, (first, second), ring, _named(cells, columns))


def _named(cells: Sequence[object], columns: Columns) -> dict[str, str]:
    """Return the filled cells by heading, without the coordinates."""
    return {
        heading: plain(cell)
        for column, (heading, cell) in enumerate(zip(columns.headings, cells, strict=False))
        if heading and column not in {columns.first, columns.second} and plain(cell)
    }


def _cell(cells: Sequence[object], column: int | None) -> object:
    return cells[column] if column is not None and 0 <= column < len(cells) else None


def _add_points(parsed: Parsed, sheet: Sheet, group: _Group) -> None:
    for point in group.points:
        shape = point_shape(np.array([point.coords]), f"row {point.row}")
        parsed.add(
            shape,
            name=point.name,
            given_id=point.name,
            properties=point.cells,
            layer=sheet.name,
            where=f"row {point.row}",
        )
    coords = np.array([point.coords for point in group.points], dtype=float).reshape(-1, 2)
    if len(coords) >= 2 and np.isfinite(coords).all():
        closed = len(coords) > 3 and bool((coords[0] == coords[-1]).all())
        names = tuple(point.name for point in group.points)
        parsed.sequences.append(
            PointSequence(name=sheet.name, coords=coords, point_names=names, closed=closed)
        )


def _add_group(parsed: Parsed, sheet: Sheet, group: _Group, closing_gap_m: float) -> None:
    first, last = group.points[0].row, group.points[-1].row
    where = f"{group.key} (row {first}-{last})".strip()
    common = {
        heading: value
        for heading, value in group.points[0].cells.items()
        if all(point.cells.get(heading, value) == value for point in group.points)
    }
    parsed.add(
        _group_shape(group, where, closing_gap_m),
        name=feature_name(common) or group.key,
        given_id=group.key,
        properties=common,
        layer=sheet.name,
        where=where,
        point_names=[point.name for point in group.points],
    )


def _group_shape(group: _Group, where: str, closing_gap_m: float) -> Shape:
    coords = np.array([point.coords for point in group.points], dtype=float)
    distinct = len({point.coords for point in group.points})
    if group.kind == "line" or distinct == 2:
        return line_shape([coords], where)
    if distinct == 1:
        return point_shape(coords[:1], where)
    rings = [_closed(ring) for ring in _rings(group.points)]
    sound = len(rings) > 1 and all(np.isfinite(ring).all() for ring in rings)
    parts = rings_by_place(rings) if sound else [rings]
    return area_shape(parts, where, closing_gap_m=closing_gap_m)


def _rings(points: Sequence[_Point]) -> list[NDArray[np.float64]]:
    """Cut a plot's corners into rings: by the ring column, and where a ring returns to its first point."""
    rings: list[list[_Point]] = []
    open_ring = False
    for point in points:
        if not open_ring or rings[-1][0].ring != point.ring:
            rings.append([])
        rings[-1].append(point)
        open_ring = not (len(rings[-1]) > 3 and point.coords == rings[-1][0].coords)
    return [np.array([point.coords for point in ring], dtype=float) for ring in rings]


def _closed(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Close a list of corners, which names each corner once as often as it repeats the first."""
    return ring if (ring[0] == ring[-1]).all() else np.vstack([ring, ring[:1]])


def _add_wkt(parsed: Parsed, sheet: Sheet, start: int, columns: Columns, closing_gap_m: float) -> None:
    bad, empty = [], []
    for index, cells in enumerate(sheet.rows[start:], start=start + 1):
        text = str(_cell(cells, columns.wkt) or "").strip()
        if not text:
            if any(plain(cell) for cell in cells):
                empty.append(index)
            continue
        geometry, epsg = wkt_geometry(text)
        if geometry is None:
            bad.append(index)
            continue
        if epsg is not None:
            parsed.hints = replace(parsed.hints, declared_epsg=epsg)
        properties = {
            heading: plain(cell)
            for column, (heading, cell) in enumerate(zip(columns.headings, cells, strict=False))
            if heading and column != columns.wkt and plain(cell)
        }
        shape = from_geometry(geometry, f"row {index}", closing_gap_m=closing_gap_m)
        parsed.add(
            shape,
            given_id=properties.get("id", properties.get("ID", "")),
            properties=properties,
            layer=sheet.name,
            where=f"row {index}",
        )
    if bad:
        parsed.problems.append(problem("row_unreadable", f"row {bad[0]}", count=len(bad), first=bad[0]))
    if empty:
        parsed.problems.append(
            problem("feature_without_shape", f"row {empty[0]}", count=len(empty), first=f"row {empty[0]}")
        )


def wkt_geometry(text: str) -> tuple[BaseGeometry | None, int | None]:
    """Return the geometry of a WKT, EWKT or hexadecimal WKB text, and the EPSG number it carries."""
    epsg = None
    match = re.match(r"^(?:SRID=(\d+);|<([^>]+)>\s*)", text, re.IGNORECASE)
    if match:
        epsg = int(match[1]) if match[1] else epsg_of(match[2])
        text = text[match.end() :]
    try:
        if re.fullmatch(r"[0-9A-Fa-f]{18,}", text):
            geometry: BaseGeometry | None = shapely.from_wkb(text)
            epsg = int(shapely.get_srid(geometry)) or epsg
        else:
            geometry = shapely.from_wkt(text)
    except shapely.errors.GEOSException:
        return None, None
    return (geometry if geometry is not None and not geometry.is_empty else None), epsg
