"""What makes a drawing a map sheet: scale bar, north arrows, coordinate grid, legend, stamped facts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from shapely.geometry import box

from geo.units import format_number
from layers.labels import Bounds
from layers.page import Page
from layers.style import GREY_DARK, INK, PAPER, Stroke, Symbol

__all__ = [
    "Entry",
    "Projection",
    "draw_grid",
    "draw_legend",
    "draw_north",
    "draw_scale_bar",
    "draw_signatures",
    "draw_text",
    "grid_step_m",
    "legend_height_mm",
    "spaced",
]

Entry: TypeAlias = tuple[str, str, Symbol]
"""A row of the legend: kind of geometry, words, symbol."""

_HAIR = Stroke(color=GREY_DARK, width_mm=0.12)
_FINE = Stroke(color=INK, width_mm=0.2)
_FRAME = Stroke(color=INK, width_mm=0.45)
_SWATCH_MM = 14.0
_LEGEND_ROW_MM = 5.2
_BAR_PARTS = 4
_SHRINKS = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """From metres on the ground to millimetres on the sheet: one scale, grid north up.

    ``frame`` is the map's frame on paper; ``(east_m, north_m)`` lies at its lower left corner.
    """

    frame: Bounds
    east_m: float
    north_m: float
    scale: int

    def to_paper(self, coords: np.ndarray) -> np.ndarray:
        """Return easting and northing, shape (n, 2), as millimetres on the sheet."""
        left, bottom = self.frame[0], self.frame[1]
        factor = 1000.0 / self.scale
        return np.column_stack(
            (left + (coords[:, 0] - self.east_m) * factor, bottom + (coords[:, 1] - self.north_m) * factor)
        )

    @property
    def ground(self) -> Bounds:
        """West, south, east and north of the frame in metres."""
        left, bottom, right, top = self.frame
        factor = self.scale / 1000.0
        return (
            self.east_m,
            self.north_m,
            self.east_m + (right - left) * factor,
            self.north_m + (top - bottom) * factor,
        )


def spaced(value: float) -> str:
    """Return a whole number in groups of three, as scales and coordinates are read.

    >>> spaced(4476100)
    '4 476 100'
    """
    return format_number(value, 0).replace(",", " ")


def grid_step_m(scale: int) -> int:
    """Return the grid interval whose lines lie 30 to 75 mm apart on paper.

    >>> grid_step_m(2000)
    100
    """
    least = 0.030 * scale
    power = 10 ** math.floor(math.log10(least))
    return int(next(power * step for step in (1, 2, 5, 10) if power * step >= least) or 1)


def draw_grid(page: Page, projection: Projection) -> None:
    """Draw the frame, ticks with full metres on all sides, and crosses where grid lines meet."""
    left, bottom, right, top = projection.frame
    west, south, east, north = projection.ground
    step = max(grid_step_m(projection.scale), 1)
    eastings = [float(i * step) for i in range(math.ceil(west / step), math.floor(east / step) + 1)]
    northings = [float(i * step) for i in range(math.ceil(south / step), math.floor(north / step) + 1)]
    for easting in eastings:
        x = left + (easting - west) * 1000.0 / projection.scale
        _tick(page, (x, bottom), (0, -1), spaced(easting), clear=(left, right))
        _tick(page, (x, top), (0, 1), spaced(easting), clear=(left, right))
    for northing in northings:
        y = bottom + (northing - south) * 1000.0 / projection.scale
        _tick(page, (left, y), (-1, 0), spaced(northing), clear=(bottom, top))
        _tick(page, (right, y), (1, 0), spaced(northing), clear=(bottom, top))
    for x, y in projection.to_paper(np.array([(e, n) for e in eastings for n in northings]).reshape(-1, 2)):
        page.line([(x - 1.5, y), (x + 1.5, y)], _HAIR)
        page.line([(x, y - 1.5), (x, y + 1.5)], _HAIR)
    page.rectangle(left, bottom, right, top, _FRAME)


def _tick(
    page: Page, at: tuple[float, float], way: tuple[int, int], text: str, *, clear: tuple[float, float]
) -> None:
    (x, y), (dx, dy) = at, way
    page.line([(x, y), (x + 1.5 * dx, y + 1.5 * dy)], _FINE)
    half = page.text_width_mm(text, 6.5) / 2
    along = x if dy else y
    if along - half < clear[0] or along + half > clear[1]:
        return
    page.text(
        x + 2.4 * dx,
        y + 2.4 * dy,
        text,
        6.5,
        align="center",
        valign="bottom" if dx or dy > 0 else "top",
        color=GREY_DARK,
        rotation_deg=-90.0 * dx if dx > 0 else 90.0 * -dx,
    )


def draw_scale_bar(page: Page, x_mm: float, y_mm: float, width_mm: float, scale: int, unit: str) -> None:
    """Draw a bar of four parts, each a round number of metres, no longer than ``width_mm``; ``y_mm`` is its foot."""
    part_m = _round_down(width_mm / 1000.0 * scale / _BAR_PARTS)
    part_mm = part_m * 1000.0 / scale
    for i in range(_BAR_PARTS):
        left = x_mm + i * part_mm
        corners = [(left, y_mm), (left + part_mm, y_mm), (left + part_mm, y_mm + 1.6), (left, y_mm + 1.6)]
        page.polygon(corners, fill=INK if i % 2 == 0 else PAPER, stroke=_FINE)
    for i in range(0, _BAR_PARTS + 1, 2):
        text = format_number(i * part_m, 0 if part_m >= 1 else 1)
        page.text(x_mm + i * part_mm, y_mm + 2.6, text, 7, align="center")
    page.text(x_mm + _BAR_PARTS * part_mm + 4.5, y_mm + 2.6, unit, 7)


def _round_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in (1, 2, 5) if step * power <= value * (1 + 1e-9))


def draw_north(
    page: Page, x_mm: float, y_mm: float, convergence_deg: float, words: tuple[str, str, str]
) -> None:
    """Draw grid north upright and true north beside it, with the angle between them in figures.

    ``convergence_deg`` is true bearing less grid bearing: true north leans west of grid north where it is
    positive. The angle drawn is at least 10°, as on printed sheets; ``words`` are true, grid, convergence.
    """
    lean = math.radians(math.copysign(max(abs(convergence_deg), 10.0), -convergence_deg or 1.0))
    height = 15.0
    page.line([(x_mm, y_mm), (x_mm, y_mm + height)], _FINE)
    page.line(
        [(x_mm - 1.2, y_mm + height - 2.5), (x_mm, y_mm + height), (x_mm + 1.2, y_mm + height - 2.5)], _FINE
    )
    tip = (x_mm + height * math.sin(lean), y_mm + height * math.cos(lean))
    page.line([(x_mm, y_mm), tip], _FINE)
    page.polygon(_arrowhead(tip, lean), fill=INK)
    outward = 1 if lean > 0 else -1
    page.text(x_mm, y_mm + height + 1.2, words[1], 7, align="right" if outward > 0 else "left")
    page.text(tip[0], tip[1] + 1.2, words[0], 7, align="left" if outward > 0 else "right")
    page.text(x_mm, y_mm - 3.6, f"{words[2]} {_dms(convergence_deg)}", 6.5, align="center", color=GREY_DARK)


def _arrowhead(tip: tuple[float, float], lean: float) -> list[tuple[float, float]]:
    back = (tip[0] - 3.2 * math.sin(lean), tip[1] - 3.2 * math.cos(lean))
    side = (1.1 * math.cos(lean), -1.1 * math.sin(lean))
    return [tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1])]


def _dms(angle_deg: float) -> str:
    seconds = round(abs(angle_deg) * 3600)
    sign = "−" if angle_deg < 0 and seconds else "+" if seconds else ""
    return f"{sign}{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″"


def legend_height_mm(rows: int, columns: int) -> float:
    """Return the height a legend of ``rows`` entries takes in ``columns`` columns, with its title."""
    return 6.0 + math.ceil(rows / max(columns, 1)) * _LEGEND_ROW_MM


def draw_legend(
    page: Page,
    entries: Sequence[Entry],
    box_mm: Bounds,
    title: str,
    columns: int = 1,
) -> float:
    """Draw swatches with their words, top down; ``entries`` are (geometry kind, words, symbol). Return the foot."""
    left, _, right, top = box_mm
    page.text(left, top - 3.6, title, 9, weight="bold")
    column_mm = (right - left) / columns
    depth = math.ceil(len(entries) / columns)
    for i, (kind, words, symbol) in enumerate(entries):
        x = left + (i // max(depth, 1)) * column_mm
        y = top - 6.0 - (i % max(depth, 1) + 0.5) * _LEGEND_ROW_MM
        _swatch(page, kind, symbol, x, y)
        _fitted(page, x + _SWATCH_MM + 2.0, y, words, 7.5, column_mm - _SWATCH_MM - 3.0)
    return top - legend_height_mm(len(entries), columns)


def _swatch(page: Page, kind: str, symbol: Symbol, x: float, y: float) -> None:
    if kind == "point" and symbol.mark is not None:
        page.marks([(x + _SWATCH_MM / 2, y)], symbol.mark, symbol.stroke)
    elif kind == "polygon":
        page.areas([box(x + 1, y - 1.6, x + _SWATCH_MM - 1, y + 1.6)], symbol)
    elif symbol.stroke is not None:
        page.line([(x, y), (x + _SWATCH_MM, y)], symbol.stroke)


def _fitted(page: Page, x: float, y: float, words: str, size: float, room: float) -> None:
    """Write one line, smaller when it would not fit, over two lines when it would be too small to read."""
    width = page.text_width_mm(words, size)
    if width <= room:
        page.text(x, y, words, size, valign="center")
        return
    shrunk = size * room / width
    if shrunk >= 5.8:
        page.text(x, y, words, shrunk, valign="center")
        return
    lines = page.wrapped(words, 5.8, room)[:2]
    for i, line in enumerate(lines):
        page.text(x, y + (1.1 if len(lines) > 1 else 0.0) - 2.3 * i, line, 5.8, valign="center")


def draw_text(
    page: Page, rows: Sequence[tuple[str, str]], notes: Sequence[str], box_mm: Bounds
) -> tuple[str, ...]:
    """Write labelled facts and notes top down, smaller where the box is short; return notes without room."""
    left, bottom, right, top = box_mm
    for shrink in _SHRINKS:
        lines = [
            *_fact_lines(page, rows, right - left, 7.5 * shrink),
            *_note_lines(page, notes, right - left, 6.5 * shrink),
        ]
        if sum(line.depth_mm for line in lines) <= top - bottom:
            break
    y = top
    lost = []
    for line in lines:
        y -= line.depth_mm
        if y < bottom:
            lost.append(line.name + line.text)
            continue
        foot = y + line.size * 0.12
        page.text(left, foot, line.name, line.size, weight="bold")
        page.text(
            left + line.indent_mm, foot, line.text, line.size, color=INK if line.indent_mm else GREY_DARK
        )
    return tuple(lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextLine:
    name: str
    text: str
    size: float
    indent_mm: float
    depth_mm: float


def _fact_lines(
    page: Page, rows: Sequence[tuple[str, str]], width_mm: float, size: float
) -> Iterator[_TextLine]:
    indent = max((page.text_width_mm(name, size, "bold") for name, _ in rows), default=0.0) + 2.0
    depth = size * 0.51
    for name, value in rows:
        for i, text in enumerate(page.wrapped(value, size, width_mm - indent)):
            yield _TextLine(name="" if i else name, text=text, size=size, indent_mm=indent, depth_mm=depth)


def _note_lines(page: Page, notes: Sequence[str], width_mm: float, size: float) -> Iterator[_TextLine]:
    depth = size * 0.5
    for note in notes:
        for i, text in enumerate(page.wrapped(note, size, width_mm)):
            above = 0.0 if i else 0.6
            yield _TextLine(name="", text=text, size=size, indent_mm=0.0, depth_mm=depth + above)


def draw_signatures(page: Page, names: Sequence[str], box_mm: Bounds, columns: int) -> None:
    """Draw a line to sign on for each name."""
    left, _, right, top = box_mm
    column_mm = (right - left) / columns
    for i, name in enumerate(names):
        x, y = left + (i % columns) * column_mm, top - 6.0 - (i // columns) * 8.0
        page.text(x, y, name, 8)
        start = x + page.text_width_mm(name, 8) + 1.5
        page.line([(start, y - 0.6), (x + column_mm - 4.0, y - 0.6)], _HAIR)
