"""One sheet of paper to draw on, in millimetres from its lower left corner; PDF and PNG from the same drawing.

Lines, areas and marks come from :mod:`layers.style`; text stays text, fonts are embedded, and the same drawing
gives the same bytes.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from geo import typeset
from layers.style import INK, Hatch, PointMark, Stroke, Symbol
from layers.vendored import FONT_BOLD, FONT_REGULAR

__all__ = ["MISSING", "PT_PER_MM", "Page", "Weight"]

PT_PER_MM: Final = 72.0 / 25.4
MISSING: Final = "〓"
"""Stands for a character the typeface does not have."""

Weight = Literal["regular", "bold"]
_MARKERS = {"circle": "o", "square": "s", "triangle": "^", "cross": "+", "double_circle": "o"}
_SETTINGS: dict[Any, Any] = {
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "axes.unicode_minus": False,
    "lines.scale_dashes": False,
    "path.simplify": False,
    "svg.hashsalt": "jiebiao",
}

_ONE_AT_A_TIME = threading.RLock()
"""Matplotlib's settings are one table for the whole process: sheets of two sessions take turns."""


@cache
def _font(weight: Weight) -> FontProperties:
    return FontProperties(fname=str(FONT_BOLD if weight == "bold" else FONT_REGULAR))


@cache
def _characters() -> frozenset[int]:
    return frozenset(FT2Font(str(FONT_REGULAR)).get_charmap())


@cache
def _face(weight: Weight) -> FT2Font:
    return FT2Font(str(FONT_BOLD if weight == "bold" else FONT_REGULAR))


@cache
def _advance_em(weight: Weight, character: str) -> float:
    """Return a character's advance in parts of the type size, straight from the font: setting it is much slower."""
    face = _face(weight)
    return float(face.load_char(ord(character), flags=LoadFlags.NO_SCALE).horiAdvance) / face.units_per_EM


class Page:
    """A sheet of ``width_mm`` by ``height_mm`` that collects what is drawn on it.

    Use as a context: inside it matplotlib's settings are ours, outside they are left alone.
    """

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self.missing: dict[str, None] = {}
        self._settings: Any = None
        self._layer = 0

    def __enter__(self) -> Page:
        _ONE_AT_A_TIME.acquire()
        self._settings = mpl.rc_context(_SETTINGS)
        self._settings.__enter__()
        self._figure = Figure(figsize=(self.width_mm / 25.4, self.height_mm / 25.4), facecolor="white")
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_xlim(0.0, self.width_mm)
        self._axes.set_ylim(0.0, self.height_mm)
        self._axes.set_axis_off()
        return self

    def __exit__(self, *fault: object) -> None:
        self._settings.__exit__(*fault)
        _ONE_AT_A_TIME.release()

    def text_width_mm(self, text: str, size_pt: float, weight: Weight = "regular") -> float:
        """Return how wide ``text`` will be."""
        written = self.ready(text).replace("\n", " ")
        return sum(_advance_em(weight, character) for character in written) * size_pt / PT_PER_MM

    def ready(self, text: str) -> str:
        """Return ``text`` with what the typeface lacks replaced by :data:`MISSING` and noted."""
        kept = typeset.clean(text)
        known = _characters()
        for character in dict.fromkeys(kept):
            if ord(character) not in known and not character.isspace():
                self.missing[character] = None
                kept = kept.replace(character, MISSING)
        return kept

    def wrapped(
        self, text: str, size_pt: float, width_mm: float, weight: Weight = "regular"
    ) -> tuple[str, ...]:
        """Return ``text`` in lines no wider than ``width_mm``."""
        return tuple(
            line.text
            for line in typeset.break_lines(
                self.ready(text), width_mm, lambda part: self.text_width_mm(part, size_pt, weight)
            )
        )

    def text(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        size_pt: float,
        *,
        weight: Weight = "regular",
        align: Literal["left", "center", "right"] = "left",
        valign: Literal["baseline", "center", "top", "bottom"] = "baseline",
        color: str = INK,
        rotation_deg: float = 0.0,
        halo: bool = False,
    ) -> None:
        """Write one line of plain text; ``halo`` lays white under it so that it reads on a map."""
        written = self.ready(text).replace("\n", " ")
        if halo:
            half = self.text_width_mm(written, size_pt, weight) / 2
            across = {"left": half, "center": 0.0, "right": -half}[align]
            up = 0.0 if valign == "center" else size_pt / PT_PER_MM * 0.36
            self._halo(x_mm + across, y_mm + up, half, size_pt)
        self._axes.text(
            x_mm,
            y_mm,
            written,
            fontproperties=_font(weight),
            fontsize=size_pt,
            color=color,
            ha=align,
            va=valign,
            rotation=rotation_deg,
            rotation_mode="anchor",
            zorder=self._next(),
            parse_math=False,
        )

    def _halo(self, x_mm: float, y_mm: float, half_mm: float, size_pt: float) -> None:
        half_w = half_mm + 0.4
        half_h = size_pt / PT_PER_MM * 0.56
        corners = [(x_mm - half_w, y_mm - half_h), (x_mm + half_w, y_mm + half_h)]
        patch = mpl.patches.Rectangle(
            corners[0],
            2 * half_w,
            2 * half_h,
            facecolor="white",
            alpha=0.78,
            linewidth=0,
            zorder=self._next(),
        )
        self._axes.add_patch(patch)

    def line(self, coords: npt.ArrayLike, stroke: Stroke) -> None:
        """Draw one open line."""
        self.lines([LineString(np.asarray(coords, dtype=np.float64))], stroke)

    def lines(self, geometries: Sequence[BaseGeometry], stroke: Stroke) -> None:
        """Draw lines, or the outlines of areas, with one stroke."""
        path = _path(geometries, closed=False)
        if path is not None:
            self._stroke(path, stroke)

    def areas(self, geometries: Sequence[BaseGeometry], symbol: Symbol) -> None:
        """Draw areas with their fill, hatch and outline."""
        path = _path(geometries, closed=True)
        if path is None:
            return
        if symbol.fill is not None:
            self._add(
                PathPatch(
                    path, facecolor=symbol.fill.color, alpha=symbol.fill.opacity, linewidth=0, fill=True
                )
            )
        if symbol.hatch is not None:
            self.lines(_hatched(geometries, symbol.hatch), _hatch_stroke(symbol.hatch))
        if symbol.stroke is not None:
            self._stroke(path, symbol.stroke)

    def marks(self, points_mm: npt.ArrayLike, mark: PointMark, stroke: Stroke | None) -> None:
        """Draw one mark at each point, shape (n, 2)."""
        points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        edge = stroke.color if stroke else mark.fill
        width = (stroke.width_mm if stroke else 0.0) * PT_PER_MM
        sizes = (mark.size_mm, mark.size_mm * 0.35) if mark.shape == "double_circle" else (mark.size_mm,)
        for i, size in enumerate(sizes):
            self._axes.add_line(
                Line2D(
                    points[:, 0],
                    points[:, 1],
                    linestyle="none",
                    marker=_MARKERS[mark.shape],
                    markersize=size * PT_PER_MM,
                    markerfacecolor=mark.fill if i == 0 else edge,
                    markeredgecolor=edge,
                    markeredgewidth=width if i == 0 else 0.0,
                    zorder=self._next(),
                )
            )

    def rectangle(self, left: float, bottom: float, right: float, top: float, stroke: Stroke) -> None:
        """Draw an empty rectangle."""
        self.line([(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)], stroke)

    def polygon(self, corners: npt.ArrayLike, *, fill: str, stroke: Stroke | None = None) -> None:
        """Draw a small filled figure, such as an arrow or a bar of the scale."""
        ring = np.asarray(corners, dtype=np.float64)
        self._add(
            PathPatch(
                Path(np.vstack([ring, ring[:1]]), closed=True),
                facecolor=fill,
                edgecolor=stroke.color if stroke else "none",
                linewidth=stroke.width_mm * PT_PER_MM if stroke else 0.0,
            )
        )

    def save(self, kind: Literal["pdf", "png"], *, title: str, dpi: int = 200) -> bytes:
        """Return the sheet's bytes; nothing in them tells the time."""
        out = io.BytesIO()
        if kind == "png":
            self._figure.set_dpi(dpi)
            FigureCanvasAgg(self._figure).print_png(out, metadata={"Software": None, "Title": title})  # type: ignore[no-untyped-call]
        else:
            facts = {"Title": self.ready(title), "Creator": "Jiebiao", "Producer": None, "CreationDate": None}
            FigureCanvasPdf(self._figure).print_pdf(out, metadata=facts)  # type: ignore[no-untyped-call]
        return out.getvalue()

    def _stroke(self, path: Path, stroke: Stroke) -> None:
        dashes = tuple(length * PT_PER_MM for length in stroke.dash_mm)
        self._add(
            PathPatch(
                path,
                fill=False,
                edgecolor=stroke.color,
                linewidth=stroke.width_mm * PT_PER_MM,
                linestyle=(0.0, dashes) if dashes else "solid",
                alpha=stroke.opacity,
                capstyle="butt",
                joinstyle="round",
            )
        )

    def _add(self, patch: PathPatch) -> None:
        patch.set_zorder(self._next())
        self._axes.add_patch(patch)

    def _next(self) -> int:
        """Return the next level: what is drawn later lies on top."""
        self._layer += 1
        return self._layer


def _path(geometries: Sequence[BaseGeometry], *, closed: bool) -> Path | None:
    """Return one compound path of all rings and lines, or None when there is nothing."""
    vertices: list[npt.NDArray[np.float64]] = []
    codes: list[npt.NDArray[np.uint8]] = []
    for coords in _strings(geometries):
        code = np.full(len(coords), Path.LINETO, dtype=np.uint8)
        code[0] = Path.MOVETO
        if closed:
            code[-1] = Path.CLOSEPOLY
        vertices.append(coords)
        codes.append(code)
    return Path(np.vstack(vertices), np.concatenate(codes)) if vertices else None


def _strings(geometries: Sequence[BaseGeometry]) -> Iterator[npt.NDArray[np.float64]]:
    for geometry in geometries:
        for part in shapely.get_parts(geometry):
            rings = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
            for ring in rings:
                coords = shapely.get_coordinates(ring)
                if len(coords) > 1:
                    yield coords


def _hatched(geometries: Sequence[BaseGeometry], hatch: Hatch) -> list[BaseGeometry]:
    """Return strokes over the areas, on one raster for the whole sheet so that neighbours join up."""
    area = shapely.union_all([shapely.make_valid(geometry) for geometry in geometries])
    if area.is_empty:
        return []
    angle = np.radians(hatch.angle_deg)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    corners = np.array(shapely.box(*area.bounds).exterior.coords)
    low, high = (corners @ across).min(), (corners @ across).max()
    start, end = (corners @ along).min(), (corners @ along).max()
    steps = (
        np.arange(np.ceil(low / hatch.spacing_mm), np.floor(high / hatch.spacing_mm) + 1) * hatch.spacing_mm
    )
    rows = MultiLineString([[along * start + across * step, along * end + across * step] for step in steps])
    return [shapely.intersection(rows, area)]


def _hatch_stroke(hatch: Hatch) -> Stroke:
    return Stroke(color=hatch.color, width_mm=hatch.width_mm)
