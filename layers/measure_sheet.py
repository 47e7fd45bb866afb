"""One printed page for one measured plot or line: the drawing at a round scale, the figures, the points.

Drawn by matplotlib with the shipped typeface; the time is an input, so the same measurement and time give
the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon as PolygonPatch

from geo.errors import Language
from geo.units import format_area_mu, format_length_m, format_number
from geo.zone import Zone
from layers import style
from layers.vendored import FONT_BOLD, FONT_REGULAR

__all__ = ["MeasureSheet", "draw", "round_scale"]

_PAGE_MM: Final = (210.0, 297.0)
_FRAME_MM: Final = (18.0, 128.0, 174.0, 122.0)
_POINTS_PER_MM: Final = 72.0 / 25.4
_SCALES: Final = (100, 200, 250, 500, 1000, 2000, 2500, 5000)
_MOST_ROWS: Final = 16

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("量算单", "Measurement sheet"),
    "area": ("面积", "Area"),
    "mu": ("亩", "mu"),
    "square_metres": ("平方米", "m²"),
    "perimeter": ("周长", "Perimeter"),
    "length": ("长度", "Length"),
    "metre": ("米", "m"),
    "plane": ("投影平面上的面积", "Area in the projection plane"),
    "point": ("点号", "Point"),
    "easting": ("东坐标（米）", "Easting (m)"),
    "northing": ("北坐标（米）", "Northing (m)"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
    "side": ("到下一点（米）", "To the next (m)"),
    "bearing": ("方位角", "Bearing"),
    "more": (
        "其余 {count} 个点见导出的坐标文件。",
        "The other {count} points are in the exported coordinate file.",
    ),
    "scale": ("比例尺 1:{scale}", "Scale 1:{scale}"),
    "north": ("北", "N"),
    "method": (
        "面积按 CGCS2000 椭球面计算，± 为 95% 区间（点位中误差 {sigma} 米）；坐标系 {zone}，坐标取至毫米。",
        "Area on the CGCS2000 ellipsoid, ± is the 95 % interval (standard error of a point {sigma} m); {zone}, "
        "coordinates to the millimetre.",
    ),
    "method_unknown": (
        "面积按 CGCS2000 椭球面计算；点位精度不清楚，所以没有 ±；坐标系 {zone}，坐标取至毫米。",
        "Area on the CGCS2000 ellipsoid; the points' accuracy is not known, hence no ±; {zone}, coordinates "
        "to the millimetre.",
    ),
    "not_title": (
        "本单只说明量算结果，不是权属证明。",
        "This sheet states a measurement; it is not a proof of title.",
    ),
    "digest": ("数据指纹 {digest}", "Data fingerprint {digest}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSheet:
    """What the page says. ``sides`` holds start, end, length in metres and bearing in degrees."""

    closed: bool
    points: npt.NDArray[np.float64]
    lonlat: npt.NDArray[np.float64]
    zone: Zone
    area_m2: float | None
    area_sigma_m2: float | None
    plane_area_m2: float | None
    length_m: float
    sides: Sequence[tuple[int, int, float, float]]
    sigma_m: float | None
    sha256: str
    at: datetime
    place: str = ""
    note: str = ""


class _Pen:
    """Writes and draws on one page in millimetres from the lower left."""

    def __init__(self, figure: Figure, lang: Language) -> None:
        self.figure = figure
        self.lang = lang
        self.regular = FontProperties(fname=str(FONT_REGULAR))  # type: ignore[arg-type]
        self.bold = FontProperties(fname=str(FONT_BOLD))  # type: ignore[arg-type]

    def word(self, key: str, **facts: object) -> str:
        return _WORDS[key][0 if self.lang == "zh" else 1].format_map(facts)

    def write(self, x_mm: float, y_mm: float, text: str, size: float = 10, **options: Any) -> None:
        font = self.bold if options.pop("bold", False) else self.regular
        color = options.pop("color", style.INK)
        # User text may hold "$", which matplotlib would read as mathematics.
        self.figure.text(
            x_mm / _PAGE_MM[0],
            y_mm / _PAGE_MM[1],
            text,
            fontproperties=font,
            fontsize=size,
            color=color,
            parse_math=False,
            **options,
        )

    def rule(self, y_mm: float) -> None:
        line = mpl.lines.Line2D(
            [18 / _PAGE_MM[0], 192 / _PAGE_MM[0]],
            [y_mm / _PAGE_MM[1]] * 2,
            color=style.GREY_LIGHT,
            linewidth=0.6,
        )
        self.figure.add_artist(line)


def round_scale(width_m: float, height_m: float, width_mm: float, height_mm: float) -> int:
    """Return the largest round scale denominator at which an extent fits into a frame."""
    least = max(width_m / width_mm, height_m / height_mm) * 1000.0
    factor = 1
    while True:
        for scale in _SCALES:
            if scale * factor >= least:
                return scale * factor
        factor *= 10


def draw(sheet: MeasureSheet, lang: Language = "zh") -> bytes:
    """Return the page as PDF bytes."""
    with mpl.rc_context({"pdf.fonttype": 42, "axes.unicode_minus": False, "pdf.compression": 6}):
        figure = Figure(figsize=(_PAGE_MM[0] / 25.4, _PAGE_MM[1] / 25.4), facecolor="white")
        pen = _Pen(figure, lang)
        _head(pen, sheet)
        _drawing(pen, sheet)
        _figures(pen, sheet)
        _points(pen, sheet)
        _foot(pen, sheet)
        out = io.BytesIO()
        meta = {"Title": pen.word("title"), "Creator": "Jiebiao", "Producer": None, "CreationDate": None}
        FigureCanvasPdf(figure).print_pdf(out, metadata=meta)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _head(pen: _Pen, sheet: MeasureSheet) -> None:
    pen.write(105, 276, pen.word("title"), 20, bold=True, ha="center")
    when = (
        f"{sheet.at.year}年{sheet.at.month}月{sheet.at.day}日" if pen.lang == "zh" else f"{sheet.at:%d %B %Y}"
    )
    pen.write(18, 266, sheet.place, 11)
    pen.write(192, 266, when, 11, ha="right")
    pen.rule(262)


def _drawing(pen: _Pen, sheet: MeasureSheet) -> None:
    left, bottom, width, height = _FRAME_MM
    low, high = sheet.points.min(axis=0), sheet.points.max(axis=0)
    extent = np.maximum(high - low, 1.0)
    scale = round_scale(extent[0], extent[1], width * 0.8, height * 0.8)
    half = np.array([width, height]) * scale / 2000.0
    middle = (low + high) / 2
    axes = pen.figure.add_axes(
        (left / _PAGE_MM[0], bottom / _PAGE_MM[1], width / _PAGE_MM[0], height / _PAGE_MM[1])
    )
    axes.set_xlim(middle[0] - half[0], middle[0] + half[0])
    axes.set_ylim(middle[1] - half[1], middle[1] + half[1])
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(style.GREY_LIGHT)
    _shape(axes, sheet)
    _numbers(axes, pen, sheet, scale)
    _scale_bar(pen, scale)
    _north(pen)


def _shape(axes: Any, sheet: MeasureSheet) -> None:
    made = style.symbol("measured_plot" if sheet.closed else "measured_line")
    stroke = made.stroke
    if stroke is None:
        raise AssertionError("the measured symbols have a stroke")
    width = stroke.width_mm * _POINTS_PER_MM
    if sheet.closed:
        fill = made.fill.opacity if made.fill else 0.0
        axes.add_patch(
            PolygonPatch(sheet.points, closed=True, facecolor=stroke.color, alpha=fill, linewidth=0)
        )
        ring = np.vstack([sheet.points, sheet.points[:1]])
    else:
        ring = sheet.points
    axes.plot(ring[:, 0], ring[:, 1], color=stroke.color, linewidth=width, solid_joinstyle="round")


def _numbers(axes: Any, pen: _Pen, sheet: MeasureSheet, scale: int) -> None:
    if len(sheet.points) > 60:
        return
    middle = sheet.points.mean(axis=0)
    away = sheet.points - middle
    length = np.maximum(np.hypot(away[:, 0], away[:, 1])[:, None], 1e-9)
    at = sheet.points + away / length * scale * 0.0038
    axes.plot(
        sheet.points[:, 0], sheet.points[:, 1], "o", markersize=3.2, color="white", markeredgecolor=style.INK
    )
    for i, (easting_m, northing_m) in enumerate(at):
        axes.text(
            easting_m,
            northing_m,
            str(i + 1),
            fontproperties=pen.regular,
            fontsize=8.5,
            ha="center",
            va="center",
        )


def _scale_bar(pen: _Pen, scale: int) -> None:
    left, bottom = _FRAME_MM[0] + 5, _FRAME_MM[1] + 6
    length_m = round_scale(scale * 0.02, 0.0, 1000.0, 1.0)
    length_mm = length_m * 1000.0 / scale
    xs = [left / _PAGE_MM[0], (left + length_mm) / _PAGE_MM[0]]
    ys = [bottom / _PAGE_MM[1]] * 2
    pen.figure.add_artist(mpl.lines.Line2D(xs, ys, color=style.INK, linewidth=2, solid_capstyle="butt"))
    pen.write(left, bottom + 1.5, f"0 – {format_number(length_m, 0)} {pen.word('metre')}", 8)
    pen.write(left + length_mm + 4, bottom - 1, pen.word("scale", scale=f"{scale:,}".replace(",", " ")), 8)


def _north(pen: _Pen) -> None:
    x, top = _FRAME_MM[0] + _FRAME_MM[2] - 8, _FRAME_MM[1] + _FRAME_MM[3] - 6
    corners = [(x, top), (x - 2.2, top - 9), (x, top - 7), (x + 2.2, top - 9)]
    arrow = PolygonPatch(
        [(a / _PAGE_MM[0], b / _PAGE_MM[1]) for a, b in corners],
        closed=True,
        facecolor=style.INK,
        transform=pen.figure.transFigure,
    )
    pen.figure.add_artist(arrow)
    pen.write(x, top - 14, pen.word("north"), 9, ha="center")


def _figures(pen: _Pen, sheet: MeasureSheet) -> None:
    row = 118.0
    if sheet.area_m2 is not None:
        value = f"{format_area_mu(sheet.area_m2)} {pen.word('mu')}"
        if sheet.area_sigma_m2 is not None:
            value += " ±" + format_area_mu(sheet.area_m2, sheet.area_sigma_m2).partition("±")[2]
        pen.write(18, row, f"{pen.word('area')}  {value}", 15, bold=True)
        square = f"{format_number(sheet.area_m2, 1)} {pen.word('square_metres')}"
        pen.write(192, row, square, 11, ha="right")
        plane = (
            f"{pen.word('plane')} {format_number(sheet.plane_area_m2 or 0.0, 1)} {pen.word('square_metres')}"
        )
        pen.write(192, row - 7, plane, 9, ha="right", color=style.GREY_DARK)
    name = "perimeter" if sheet.closed else "length"
    pen.write(18, row - 8, f"{pen.word(name)}  {format_length_m(sheet.length_m)} {pen.word('metre')}", 11)


def _points(pen: _Pen, sheet: MeasureSheet) -> None:
    columns = (20.0, 52.0, 86.0, 116.0, 142.0, 168.0, 191.0)
    heads = ("point", "easting", "northing", "lon", "lat", "side", "bearing")
    top = 101.0
    for x, key in zip(columns, heads, strict=True):
        pen.write(x, top, pen.word(key), 8, ha="left" if key == "point" else "right", color=style.GREY_DARK)
    pen.rule(top - 2)
    for i in range(min(len(sheet.points), _MOST_ROWS)):
        for x, cell in zip(columns, _cells(sheet, i), strict=True):
            pen.write(x, top - 6.2 - 4.4 * i, cell, 8.5, ha="left" if x == columns[0] else "right")
    hidden = len(sheet.points) - _MOST_ROWS
    if hidden > 0:
        pen.write(18, top - 7.5 - 4.4 * _MOST_ROWS, pen.word("more", count=hidden), 8, color=style.GREY_DARK)


def _cells(sheet: MeasureSheet, i: int) -> tuple[str, ...]:
    easting_m, northing_m = sheet.points[i]
    lon_deg, lat_deg = sheet.lonlat[i]
    side = sheet.sides[i] if i < len(sheet.sides) else None
    return (
        str(i + 1),
        f"{easting_m:.3f}",
        f"{northing_m:.3f}",
        f"{lon_deg:.7f}°",
        f"{lat_deg:.7f}°",
        format_number(side[2], 2) if side else "",
        f"{side[3]:.1f}°" if side else "",
    )


def _foot(pen: _Pen, sheet: MeasureSheet) -> None:
    pen.rule(20)
    if sheet.note:
        pen.write(18, 23, sheet.note, 9)
    key = "method" if sheet.sigma_m is not None else "method_unknown"
    zone = f"{sheet.zone.name}, EPSG:{sheet.zone.epsg}"
    sigma = format_number(sheet.sigma_m, 2) if sheet.sigma_m is not None else ""
    pen.write(18, 15.5, pen.word(key, sigma=sigma, zone=zone), 7.2, color=style.GREY_DARK)
    pen.write(18, 11.5, pen.word("not_title"), 7.2, color=style.GREY_DARK)
    digest = pen.word("digest", digest=sheet.sha256[:16])
    pen.write(192, 11.5, digest, 7.2, ha="right", color=style.GREY_DARK)
