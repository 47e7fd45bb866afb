"""A map sheet in true scale: layers from the one style table, labels that do not collide, all its furniture.

The sheet is drawn in millimetres; one scale factor turns the working plane into paper, so a line of 100 m is
50.00 mm at 1:2 000 (the plane itself differs from the ground by at most 0.04 % in a 3° zone).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from geo import crs, measure
from geo.errors import ArgumentError, Language
from geo.zone import Zone
from layers import furniture, labels
from layers.definition import LayerDefinition, definition
from layers.furniture import Entry, Projection, spaced
from layers.labels import Bounds, Label, Placed
from layers.layout import MARGIN_MM, PAPERS_MM, SCALES, Plan, fit
from layers.page import PT_PER_MM, Page
from layers.style import GREY_DARK, INK, Stroke

__all__ = ["PAPERS_MM", "SCALES", "DrawnSheet", "Sheet", "SheetLayer", "compose", "draw"]

_LEAST_EXTENT_M: Final = 5.0
_LEADER = Stroke(color=GREY_DARK, width_mm=0.12)
_FRAME = Stroke(color=INK, width_mm=0.25)
_LABEL_PT: Final = 7.5

_WORDS: Final = {
    "legend": ("图例", "Legend"),
    "scale": ("比例尺 1:{scale}", "Scale 1:{scale}"),
    "true": ("真北", "true N"),
    "grid": ("坐标北", "grid N"),
    "convergence": ("子午线收敛角", "convergence"),
    "metre": ("米", "m"),
    "empty": ("没有可画的内容", "Nothing to draw"),
    "missing": (
        "〓：字库中没有的字 {characters}，请手工补写",
        "〓: not in the typeface {characters}; write by hand",
    ),
    "dropped": ("图上放不下的注记：{labels}", "Labels without room: {labels}"),
    "corner": ("图廓角", "Corner"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayer:
    """Things of one layer: ``id`` names its definition, geometries are in the working plane, metres.

    ``labels`` has one text a geometry, or is empty; ``title`` replaces the layer's words in the legend;
    ``rank`` decides whose label finds a place first; a layer with one is labelled at every scale.
    """

    id: str
    geometries: tuple[BaseGeometry, ...]
    labels: tuple[str, ...] = ()
    title: str = ""
    rank: int = 0
    fits: bool = True

    def __post_init__(self) -> None:
        if self.labels and len(self.labels) != len(self.geometries):
            raise ArgumentError(
                "labels_do_not_match",
                zh="图层 {layer} 有 {shapes} 个图形、{labels} 个注记：两者应一样多。",
                en="Layer {layer} has {shapes} shapes and {labels} labels: give one label a shape.",
                where=self.id,
                layer=self.id,
                shapes=len(self.geometries),
                labels=len(self.labels),
            )

    @property
    def definition(self) -> LayerDefinition:
        """The layer's entry in the one table."""
        return definition(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet to draw.

    ``layers`` are drawn in the order given, first at the bottom; the map shows those with ``fits`` whole.
    ``scale_denominator`` ``None`` takes the largest round scale at which they fit, ``landscape`` ``None`` the
    better way round. ``facts`` are stamped as name and value, ``notes`` in small type, ``signers`` get a line.
    """

    title: str
    layers: tuple[SheetLayer, ...]
    zone: Zone
    paper: str = "A4"
    landscape: bool | None = None
    scale_denominator: int | None = None
    subtitle: str = ""
    mark: str = ""
    notice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    foot: str = ""
    lang: Language = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSheet:
    """A finished sheet with what one has to know about it."""

    data: bytes
    scale_denominator: int
    landscape: bool
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = field(default=())


def draw(sheet: Sheet, kind: Literal["pdf", "png"] = "pdf") -> bytes:
    """Return the sheet as PDF or PNG bytes; the same sheet gives the same bytes."""
    return compose(sheet, kind).data


def compose(sheet: Sheet, kind: Literal["pdf", "png"] = "pdf", dpi: int = 200) -> DrawnSheet:
    """Draw ``sheet`` and tell the scale taken, characters the typeface lacks and labels without room.

    Raises
    ------
    ArgumentError
        Unknown paper or layer, or a scale at which the content does not fit on the paper.
    """
    plan, projection = fit(_extent(sheet), sheet.paper, sheet.landscape, sheet.scale_denominator)
    with Page(plan.width_mm, plan.height_mm) as page:
        shown = _draw_map(page, sheet, projection)
        furniture.draw_grid(page, projection)
        dropped = _draw_labels(page, sheet, projection)
        _draw_corners(page, sheet, projection)
        _draw_head(page, sheet, plan)
        dropped += _draw_panel(page, sheet, plan, projection, shown, dropped)
        data = page.save(kind, title=sheet.title, dpi=dpi)
        missing = tuple(page.missing)
    return DrawnSheet(
        data=data,
        scale_denominator=projection.scale,
        landscape=plan.landscape,
        missing=missing,
        dropped=dropped,
    )


def _extent(sheet: Sheet) -> Bounds:
    fitting = [layer for layer in sheet.layers if layer.fits] or list(sheet.layers)
    shapes = [shape for layer in fitting for shape in layer.geometries if not shape.is_empty]
    if not shapes:
        return (0.0, 0.0, 100.0, 100.0)
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    middle = ((west + east) / 2, (south + north) / 2)
    half_w, half_h = max(east - west, _LEAST_EXTENT_M) / 2, max(north - south, _LEAST_EXTENT_M) / 2
    return (middle[0] - half_w, middle[1] - half_h, middle[0] + half_w, middle[1] + half_h)


def _on_paper(shape: BaseGeometry, projection: Projection) -> BaseGeometry:
    """Return ``shape`` in millimetres, cut at the frame."""
    if shape.geom_type.endswith("Point"):
        return shapely.transform(shape, projection.to_paper)
    valid = shape if shape.is_valid else shapely.make_valid(shape)
    cut = shapely.intersection(valid, box(*projection.ground))
    return shapely.transform(cut, projection.to_paper)


def _draw_map(page: Page, sheet: Sheet, projection: Projection) -> tuple[SheetLayer, ...]:
    """Draw all layers; return those of which something is seen."""
    shown = []
    frame = box(*projection.frame)
    for layer in sheet.layers:
        pieces = [_on_paper(shape, projection) for shape in layer.geometries]
        pieces = [piece for piece in pieces if not piece.is_empty and piece.intersects(frame)]
        if not pieces:
            continue
        _draw_layer(page, layer, pieces)
        shown.append(layer)
    if not shown:
        left, bottom, right, top = projection.frame
        page.text((left + right) / 2, (bottom + top) / 2, _word(sheet, "empty"), 12, align="center")
    return tuple(shown)


def _draw_layer(page: Page, layer: SheetLayer, pieces: Sequence[BaseGeometry]) -> None:
    symbol = layer.definition.symbol
    kind = layer.definition.geometry
    if kind == "polygon":
        page.areas(pieces, symbol)
    elif kind == "line" and symbol.stroke is not None:
        page.lines(pieces, symbol.stroke)
    elif symbol.mark is not None:
        page.marks(shapely.get_coordinates(pieces), symbol.mark, symbol.stroke)


def _draw_labels(page: Page, sheet: Sheet, projection: Projection) -> tuple[str, ...]:
    wanted = [label for layer in sheet.layers for label in _layer_labels(page, layer, projection)]
    left, bottom, right, top = projection.frame
    placed, dropped = labels.place(
        wanted, _obstacles(sheet, projection), (left + 1, bottom + 1, right - 1, top - 1)
    )
    for found in placed:
        _write_label(page, found)
    return tuple(label.text for label in dropped)


def _write_label(page: Page, found: Placed) -> None:
    label = found.label
    if found.leader:
        page.line([(label.x_mm, label.y_mm), _edge(found)], _LEADER)
    page.text(found.x_mm, found.y_mm, label.text, _LABEL_PT, align="center", valign="center", halo=True)


def _edge(found: Placed) -> tuple[float, float]:
    """Return the point of the label's box nearest to its anchor."""
    label = found.label
    x = min(max(label.x_mm, found.x_mm - label.width_mm / 2), found.x_mm + label.width_mm / 2)
    y = min(max(label.y_mm, found.y_mm - label.height_mm / 2), found.y_mm + label.height_mm / 2)
    return (x, y)


def _layer_labels(page: Page, layer: SheetLayer, projection: Projection) -> list[Label]:
    kind, symbol = layer.definition.geometry, layer.definition.symbol
    smallest = layer.definition.label_smallest_scale
    if smallest is not None and projection.scale >= smallest and not layer.rank:
        return []
    found = []
    for text, shape in zip(layer.labels, layer.geometries, strict=False):
        piece = _on_paper(shape, projection)
        if not text.strip() or piece.is_empty or not piece.intersects(box(*projection.frame)):
            continue
        anchor = _anchor(piece, kind)
        found.append(
            Label(
                text=text,
                x_mm=anchor[0],
                y_mm=anchor[1],
                width_mm=page.text_width_mm(text, _LABEL_PT) + 1.2,
                height_mm=_LABEL_PT / PT_PER_MM * 1.2,
                rank=layer.rank,
                keep_off_mm=symbol.mark.size_mm / 2 + 0.3 if kind == "point" and symbol.mark else 0.0,
                centred=kind != "point",
            )
        )
    return found


def _anchor(piece: BaseGeometry, kind: str) -> tuple[float, float]:
    if kind == "line":
        parts = shapely.get_parts(piece)
        longest = parts[int(np.argmax(shapely.length(parts)))]
        point = longest.interpolate(0.5, normalized=True)
    else:
        point = piece.representative_point()
    return (point.x, point.y)


def _obstacles(sheet: Sheet, projection: Projection) -> list[BaseGeometry]:
    """Return the lines a label had better not cover: those of the dispute, not the background."""
    lines = [layer for layer in sheet.layers if layer.definition.geometry == "line" and layer.fits]
    return [
        piece
        for layer in lines
        for shape in layer.geometries
        if not (piece := _on_paper(shape, projection)).is_empty
    ]


def _draw_corners(page: Page, sheet: Sheet, projection: Projection) -> None:
    """Write longitude and latitude at two corners of the frame, to find the place on a phone."""
    west, south, east, north = projection.ground
    left, bottom, right, top = projection.frame
    lonlat = crs.to_geographic(np.array([(west, south), (east, north)]), sheet.zone)
    texts = [f"{_degrees(lat)}N {_degrees(lon)}E" for lon, lat in lonlat]
    page.text(left + 1.0, bottom + 1.0, texts[0], 5.8, color=GREY_DARK, halo=True)
    page.text(right - 1.0, top - 2.8, texts[1], 5.8, color=GREY_DARK, align="right", halo=True)


def _degrees(angle_deg: float) -> str:
    seconds = round(abs(angle_deg) * 3600)
    return f"{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″"


def _draw_head(page: Page, sheet: Sheet, plan: Plan) -> None:
    """Write title, mark and foot."""
    middle, top = plan.width_mm / 2, plan.height_mm - MARGIN_MM
    room = plan.width_mm - 2 * MARGIN_MM - 2 * max(page.text_width_mm(sheet.mark, 11, "bold"), 22.0)
    size = min(16.0, 16.0 * room / max(page.text_width_mm(sheet.title, 16, "bold"), 1.0))
    if size >= 9.0:
        page.text(middle, top - 7.0, sheet.title, size, weight="bold", align="center")
    else:
        for i, line in enumerate(page.wrapped(sheet.title, 10.0, room, "bold")[:2]):
            page.text(middle, top - 4.5 - 5.0 * i, line, 10.0, weight="bold", align="center")
    page.text(middle, top - 13.5, sheet.subtitle, 8.5, align="center", color=GREY_DARK)
    page.text(plan.width_mm - MARGIN_MM, top - 6.5, sheet.mark, 11, weight="bold", align="right")
    page.text(MARGIN_MM, top - 6.5, sheet.notice, 9, weight="bold")
    page.text(MARGIN_MM, MARGIN_MM - 2.0, sheet.foot, 6.5, color=GREY_DARK)


def _draw_panel(
    page: Page,
    sheet: Sheet,
    plan: Plan,
    projection: Projection,
    shown: tuple[SheetLayer, ...],
    dropped: tuple[str, ...],
) -> tuple[str, ...]:
    """Draw everything beside the map; return the text that found no room."""
    entries = [
        (layer.definition.geometry, _legend_words(layer, sheet), layer.definition.symbol) for layer in shown
    ]
    notes = (*sheet.notes, *_warnings(page, sheet, dropped))
    if plan.landscape:
        return _side_panel(page, sheet, plan.panel_mm, projection, entries, notes)
    return _bottom_panel(page, sheet, plan.panel_mm, projection, entries, notes)


def _legend_words(layer: SheetLayer, sheet: Sheet) -> str:
    return layer.title or layer.definition.title(sheet.lang)


def _warnings(page: Page, sheet: Sheet, dropped: tuple[str, ...]) -> list[str]:
    found = []
    if page.missing:
        codes = " ".join(f"U+{ord(character):04X}" for character in page.missing)
        found.append(_word(sheet, "missing").format(characters=codes))
    if dropped:
        found.append(_word(sheet, "dropped").format(labels="、".join(dropped)))
    return found


def _side_panel(
    page: Page,
    sheet: Sheet,
    panel: Bounds,
    projection: Projection,
    entries: Sequence[Entry],
    notes: Sequence[str],
) -> tuple[str, ...]:
    """Stack legend, scale, north, facts, notes and signatures down the right side."""
    left, bottom, right, top = panel
    page.rectangle(left, bottom, right, top, _FRAME)
    left, right = left + 3.0, right - 3.0
    foot = furniture.draw_legend(page, entries, (left, bottom, right, top - 2.0), _word(sheet, "legend"))
    foot = _scale_and_north(page, sheet, projection, (left, bottom, right, foot - 3.0))
    columns = 1 if foot - bottom > 110.0 else 2
    rows = (len(sheet.signers) + columns - 1) // columns
    room = bottom + 2.0 + (8.0 * rows + 2.0 if rows else 0.0)
    furniture.draw_signatures(page, sheet.signers, (left, bottom, right, room - 2.0), columns)
    return furniture.draw_text(page, sheet.facts, notes, (left, room, right, foot - 3.0))


def _bottom_panel(
    page: Page,
    sheet: Sheet,
    panel: Bounds,
    projection: Projection,
    entries: Sequence[Entry],
    notes: Sequence[str],
) -> tuple[str, ...]:
    """Put the legend on the left, scale, facts and notes on the right, signatures along the foot."""
    left, bottom, right, top = panel
    page.rectangle(left, bottom, right, top, _FRAME)
    rows = (len(sheet.signers) + 3) // 4
    floor = bottom + (8.0 * rows + 1.5 if rows else 1.0)
    furniture.draw_signatures(page, sheet.signers, (left + 3.0, bottom, right, floor), 4)
    middle = left + 0.46 * (right - left)
    columns = 1 if furniture.legend_height_mm(len(entries), 1) <= top - 2.0 - floor else 2
    furniture.draw_legend(
        page, entries, (left + 3.0, floor, middle - 2.0, top - 2.0), _word(sheet, "legend"), columns
    )
    foot = _scale_and_north(page, sheet, projection, (middle + 2.0, floor, right - 3.0, top - 1.0))
    return furniture.draw_text(page, sheet.facts, notes, (middle + 2.0, floor, right - 3.0, foot - 1.0))


def _scale_and_north(page: Page, sheet: Sheet, projection: Projection, area: Bounds) -> float:
    """Draw the scale on the left and the north arrows on the right of ``area``; return the foot."""
    left, _, right, top = area
    words = (_word(sheet, "true"), _word(sheet, "grid"), _word(sheet, "convergence"))
    west, south, east, north = projection.ground
    middle = np.array([((west + east) / 2, (south + north) / 2)])
    convergence = float(measure.convergence_deg(middle, sheet.zone)[0])
    furniture.draw_north(page, right - 14.0, top - 20.0, convergence, words)
    scale = _word(sheet, "scale").format(scale=spaced(projection.scale))
    page.text(left, top - 7.0, scale, 10, weight="bold")
    furniture.draw_scale_bar(
        page, left + 2.0, top - 17.0, right - left - 44.0, projection.scale, _word(sheet, "metre")
    )
    return top - 24.0


def _word(sheet: Sheet, key: str) -> str:
    zh, en = _WORDS[key]
    return zh if sheet.lang == "zh" else en
