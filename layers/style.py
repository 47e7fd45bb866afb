"""The one table of colours, line styles and point marks: web map, printed sheet and QGIS all read it.

Sizes are millimetres on paper, because the printed sheet is what is signed; screens convert at 96 pixels
to the inch. No meaning rests on colour alone: the four lines differ in their dashes as well, and disputed
ground is hatched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.errors import ArgumentError

__all__ = [
    "ACCENT",
    "GREY_DARK",
    "GREY_LIGHT",
    "INK",
    "PAPER",
    "PX_PER_MM",
    "STYLES",
    "Fill",
    "Hatch",
    "PointMark",
    "Stroke",
    "Symbol",
    "symbol",
]

PX_PER_MM = 96.0 / 25.4
"""Screen pixels of one millimetre (CSS reference pixel)."""

ACCENT = "#8A5A00"
"""The one accent colour: ochre, far from the red, blue and green that carry a meaning."""
GREY_DARK = "#55565A"
GREY_LIGHT = "#DDDBD6"
INK = "#1F1F1F"
PAPER = "#FFFFFF"

_RED, _BLUE, _BLACK, _GREEN = "#C8102E", "#1F4E9E", "#111111", "#1B7F3B"

Mark = Literal["circle", "square", "triangle", "cross", "double_circle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A drawn line: colour, width and dash pattern (pen down, pen up, ...; empty is solid)."""

    color: str
    width_mm: float
    dash_mm: tuple[float, ...] = ()
    opacity: float = 1.0

    @property
    def width_px(self) -> float:
        """Width on a screen."""
        return self.width_mm * PX_PER_MM

    @property
    def dash_px(self) -> tuple[float, ...]:
        """Dash pattern on a screen."""
        return tuple(length * PX_PER_MM for length in self.dash_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A flat fill."""

    color: str
    opacity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hatch:
    """Parallel strokes over an area; ``angle_deg`` counts anticlockwise from east."""

    color: str
    angle_deg: float = 45.0
    spacing_mm: float = 2.0
    width_mm: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMark:
    """A mark at a point."""

    shape: Mark
    size_mm: float
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """How one kind of thing looks everywhere."""

    stroke: Stroke | None = None
    fill: Fill | None = None
    hatch: Hatch | None = None
    mark: PointMark | None = None


def _line(color: str, width_mm: float, *dash_mm: float, opacity: float = 1.0) -> Symbol:
    return Symbol(stroke=Stroke(color=color, width_mm=width_mm, dash_mm=dash_mm, opacity=opacity))


def _area(color: str, opacity: float, edge: str, width_mm: float = 0.2, *dash_mm: float) -> Symbol:
    stroke = Stroke(color=edge, width_mm=width_mm, dash_mm=dash_mm)
    return Symbol(stroke=stroke, fill=Fill(color=color, opacity=opacity))


def _point(shape: Mark, size_mm: float, fill: str, edge: str, width_mm: float = 0.25) -> Symbol:
    stroke = Stroke(color=edge, width_mm=width_mm)
    return Symbol(stroke=stroke, mark=PointMark(shape=shape, size_mm=size_mm, fill=fill))


_DISPUTE: dict[str, Symbol] = {
    "claim_a": _line(_RED, 0.7),
    "claim_b": _line(_BLUE, 0.7, 3.0, 1.2),
    "certificate": _line(_BLACK, 0.5, 4.0, 1.0, 0.5, 1.0),
    "measured": _line(_GREEN, 0.6, 1.4, 0.9),
    "decision": _line(_BLACK, 0.7, 6.0, 1.0),
    "agreement": _line(_BLACK, 0.7, 6.0, 1.0, 1.5, 1.0),
    "contract": _line(_BLACK, 0.45, 2.0, 0.8, 0.5, 0.8, 0.5, 0.8),
    "old_map": _line(GREY_DARK, 0.5, 2.5, 1.0, 0.5, 1.0),
    "natural": _line(GREY_DARK, 0.5, 0.5, 1.0),
    "proposal": _line(ACCENT, 0.7, 1.8, 0.8),
    "agreed": _line(ACCENT, 1.0),
    "stretch_agreed": _line(ACCENT, 1.6, opacity=0.35),
    "disputed": Symbol(
        stroke=Stroke(color=INK, width_mm=0.15),
        fill=Fill(color="#F2C14E", opacity=0.18),
        hatch=Hatch(color=INK, angle_deg=45.0, spacing_mm=2.0, width_mm=0.2),
    ),
    "unclaimed": Symbol(
        stroke=Stroke(color=GREY_DARK, width_mm=0.15, dash_mm=(1.0, 1.0)),
        hatch=Hatch(color=GREY_DARK, angle_deg=135.0, spacing_mm=3.0, width_mm=0.15),
    ),
    "closing": _line(GREY_DARK, 0.25, 0.8, 0.8),
    "marker": _point("double_circle", 2.2, PAPER, INK),
    "marker_shared": _point("square", 2.2, PAPER, INK),
    "end_point": _point("triangle", 2.4, ACCENT, INK),
    "photo": _point("square", 2.0, ACCENT, PAPER),
}

_TOWNSHIP: dict[str, Symbol] = {
    "plot": _area("#FFFFFF", 0.0, GREY_DARK),
    "plot_grassland": _area("#DCE7C8", 0.45, "#7D8B62"),
    "plot_cropland": _area("#F1E3BE", 0.55, "#A18A4A"),
    "plot_woodland": _area("#BFD5BE", 0.55, "#5E7F5D"),
    "plot_changed": _area(ACCENT, 0.12, ACCENT, 0.5),
    "boundary": _line(GREY_DARK, 0.3),
    "boundary_agreed": _line(ACCENT, 0.6),
    "township": _line(INK, 0.5, 4.0, 1.0, 0.5, 1.0, 0.5, 1.0),
    "county": _line(INK, 0.8, 5.0, 1.2, 0.8, 1.2),
    "village": _line(GREY_DARK, 0.45, 3.0, 1.5),
    "stream": _line("#5B8FB9", 0.4),
    "ridge": _line("#9A7B4F", 0.35, 0.6, 0.8),
    "road": _line("#8C8C8C", 0.7),
    "track": _line("#8C8C8C", 0.3, 1.6, 0.8),
    "household": _point("circle", 1.2, GREY_DARK, PAPER, 0.1),
    "village_seat": _point("double_circle", 2.6, PAPER, INK),
    "place": _point("circle", 1.6, INK, PAPER, 0.2),
}

_MEASURE: dict[str, Symbol] = {
    "measured_plot": _area(_GREEN, 0.12, _GREEN, 0.6),
    "measured_line": _line(_GREEN, 0.6),
    "measured_point": _point("circle", 1.8, PAPER, _GREEN, 0.4),
    "import_preview": _area(GREY_DARK, 0.10, GREY_DARK, 0.4, 1.2, 0.8),
}

STYLES: Mapping[str, Symbol] = MappingProxyType({**_TOWNSHIP, **_DISPUTE, **_MEASURE})
"""Every symbol by name; names are those of the layers' definitions."""


def symbol(name: str) -> Symbol:
    """Return the symbol called ``name``.

    Raises
    ------
    ArgumentError
        ``style_unknown`` when the table has no such name.
    """
    try:
        return STYLES[name]
    except KeyError:
        raise ArgumentError(
            "style_unknown",
            zh="没有名为 {name} 的图式：请用 layers/style.py 表中的名称。",
            en="There is no symbol named {name}: use a name of the table in layers/style.py.",
            where=name,
            name=name,
        ) from None
