"""The same symbols for QGIS: QML and SLD of each layer, written from the one style table.

QML goes into the records' ``layer_styles`` table, which QGIS reads when it opens the file; SLD is the
standard's form for other programs. Sizes are millimetres in both.

References
----------
OGC 05-077r4 Symbology Encoding 1.1; QGIS QML as QGIS 3.22 writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from geo.errors import Language
from layers.definition import LAYERS, LayerDefinition
from layers.style import INK, PAPER, Fill, Hatch, PointMark, Stroke, Symbol

__all__ = ["TableStyle", "qml", "sld", "styles", "table_styles"]

_MARKS = {"circle": "circle", "square": "square", "triangle": "triangle", "cross": "cross2"}
_SLD_MARKS = {"circle": "circle", "square": "square", "triangle": "triangle", "cross": "cross"}
_KINDS = {"point": "marker", "line": "line", "polygon": "fill"}
_GEOMETRY = {"point": "0", "line": "1", "polygon": "2"}
_SE = "http://www.opengis.net/se"
_PX_PER_MM = 1 / 0.28
"""Symbology Encoding's pixel is 0.28 mm."""

Options = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStyle:
    """How a table of the records looks: one layer's symbol, or one for each value of ``column``."""

    layers: tuple[tuple[str, str], ...]
    column: str = ""
    label_column: str = ""


def table_styles(tables: Mapping[str, TableStyle], lang: Language = "zh") -> dict[str, tuple[str, str]]:
    """Return QML and SLD by table, each drawn with the symbols of the layers that it holds."""
    return {name: (_table_qml(table, lang), _table_sld(name, table, lang)) for name, table in tables.items()}


def _table_qml(table: TableStyle, lang: Language) -> str:
    shown = [(value, LAYERS[layer_id]) for value, layer_id in table.layers]
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Rendering")
    renderer = SubElement(root, "renderer-v2", symbollevels="0", enableorderby="0")
    renderer.set("type", "categorizedSymbol" if table.column else "singleSymbol")
    if table.column:
        renderer.set("attr", table.column)
        categories = SubElement(renderer, "categories")
        for i, (value, layer) in enumerate(shown):
            row = {"symbol": str(i), "value": value, "label": layer.title(lang), "render": "true"}
            SubElement(categories, "category", row)
    symbols = SubElement(renderer, "symbols")
    for i, (_value, layer) in enumerate(shown):
        _qml_symbol(symbols, layer.symbol, _KINDS[layer.geometry], str(i))
    if table.label_column:
        _qml_labels(root, shown[0][1], table.label_column)
    SubElement(root, "layerGeometryType").text = _GEOMETRY[shown[0][1].geometry]
    indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _table_sld(name: str, table: TableStyle, lang: Language) -> str:
    root, feature = _sld_frame(name)
    for value, layer_id in table.layers:
        layer = LAYERS[layer_id]
        rule = SubElement(feature, "se:Rule")
        SubElement(rule, "se:Name").text = layer.title(lang)
        if table.column:
            equal = SubElement(SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
            SubElement(equal, "ogc:PropertyName").text = table.column
            SubElement(equal, "ogc:Literal").text = value
        _sld_symbol(rule, layer)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def styles(lang: Language = "zh") -> dict[str, tuple[str, str]]:
    """Return QML and SLD of every layer, by layer id."""
    return {layer.id: (qml(layer, lang), sld(layer, lang)) for layer in LAYERS.values()}


def qml(layer: LayerDefinition, lang: Language = "zh") -> str:
    """Return a layer's QGIS style: symbol, labels, scale range and field titles."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Rendering|Fields")
    if layer.largest_scale is not None or layer.smallest_scale is not None:
        root.set("hasScaleBasedVisibilityFlag", "1")
        root.set("maxScale", str(layer.largest_scale or 0))
        root.set("minScale", str(layer.smallest_scale or 0))
    aliases = SubElement(root, "aliases")
    for i, field in enumerate(layer.fields):
        SubElement(aliases, "alias", index=str(i), field=field.name, name=field.title(lang))
    renderer = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0")
    symbols = SubElement(renderer, "symbols")
    _qml_symbol(symbols, layer.symbol, _KINDS[layer.geometry], "0")
    if layer.label_field is not None:
        _qml_labels(root, layer, layer.label_field)
    SubElement(root, "layerGeometryType").text = _GEOMETRY[layer.geometry]
    indent(root, " ")
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _qml_symbol(parent: Element, symbol: Symbol, kind: str, name: str) -> None:
    made = SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1")
    for class_, options, inner in _qml_parts(symbol, kind):
        part = SubElement(made, "layer", {"class": class_, "pass": "0", "enabled": "1", "locked": "0"})
        options_element = SubElement(part, "Option", type="Map")
        for key, value in options.items():
            SubElement(options_element, "Option", type="QString", name=key, value=value)
        for key, value in options.items():
            SubElement(part, "prop", k=key, v=value)
        if inner is not None:
            _qml_symbol(part, Symbol(stroke=inner), "line", f"@{name}@{len(made) - 1}")


def _qml_parts(symbol: Symbol, kind: str) -> Iterable[tuple[str, Options, Stroke | None]]:
    """Return the symbol layers, bottom first: class, options and the stroke of a hatch."""
    if kind == "line" and symbol.stroke is not None:
        yield "SimpleLine", _line_options(symbol.stroke, "line_"), None
    elif kind == "marker" and symbol.mark is not None:
        yield from _marker_parts(symbol.mark, symbol.stroke)
    elif kind == "fill":
        yield "SimpleFill", _fill_options(symbol.fill, symbol.stroke), None
        if symbol.hatch is not None:
            stroke = Stroke(color=symbol.hatch.color, width_mm=symbol.hatch.width_mm)
            yield "LinePatternFill", _hatch_options(symbol.hatch), stroke


def _line_options(stroke: Stroke, prefix: str) -> Options:
    dashed = bool(stroke.dash_mm)
    return {
        f"{prefix}color": _rgba(stroke.color, stroke.opacity),
        f"{prefix}width": f"{stroke.width_mm:g}",
        f"{prefix}width_unit": "MM",
        f"{prefix}style": "solid",
        "capstyle": "flat",
        "joinstyle": "round",
        "use_custom_dash": "1" if dashed else "0",
        "customdash": ";".join(f"{length:g}" for length in stroke.dash_mm) or "5;2",
        "customdash_unit": "MM",
    }


def _fill_options(fill: Fill | None, stroke: Stroke | None) -> Options:
    dashed = stroke is not None and bool(stroke.dash_mm)
    return {
        "style": "solid" if fill and fill.opacity else "no",
        "color": _rgba(fill.color, fill.opacity) if fill else _rgba(PAPER, 0.0),
        "outline_style": ("dash" if dashed else "solid") if stroke else "no",
        "outline_color": _rgba(stroke.color, stroke.opacity) if stroke else _rgba(INK, 0.0),
        "outline_width": f"{stroke.width_mm:g}" if stroke else "0",
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def _hatch_options(hatch: Hatch) -> Options:
    return {
        "angle": f"{hatch.angle_deg:g}",
        "distance": f"{hatch.spacing_mm:g}",
        "distance_unit": "MM",
        "line_width": f"{hatch.width_mm:g}",
        "line_width_unit": "MM",
        "color": _rgba(hatch.color, 1.0),
    }


def _marker_parts(mark: PointMark, stroke: Stroke | None) -> Iterable[tuple[str, Options, None]]:
    shape = "circle" if mark.shape == "double_circle" else _MARKS[mark.shape]
    yield "SimpleMarker", _marker_options(shape, mark.size_mm, mark.fill, stroke), None
    if mark.shape == "double_circle" and stroke is not None:
        yield "SimpleMarker", _marker_options("circle", mark.size_mm * 0.35, stroke.color, stroke), None


def _marker_options(shape: str, size_mm: float, fill: str, stroke: Stroke | None) -> Options:
    return {
        "name": shape,
        "color": _rgba(fill, 1.0),
        "size": f"{size_mm:g}",
        "size_unit": "MM",
        "outline_style": "solid" if stroke else "no",
        "outline_color": _rgba(stroke.color, stroke.opacity) if stroke else _rgba(INK, 0.0),
        "outline_width": f"{stroke.width_mm:g}" if stroke else "0",
        "outline_width_unit": "MM",
    }


def _qml_labels(root: Element, layer: LayerDefinition, column: str) -> None:
    labeling = SubElement(root, "labeling", type="simple")
    settings = SubElement(labeling, "settings", calloutType="simple")
    style = SubElement(settings, "text-style", fieldName=column, fontSize="8", fontSizeUnit="Point")
    style.set("textColor", _rgba(INK, 1.0))
    SubElement(style, "text-buffer", bufferDraw="1", bufferSize="0.6", bufferSizeUnits="MM")
    placement = {"point": "6", "line": "2", "polygon": "0"}[layer.geometry]
    SubElement(settings, "placement", placement=placement, dist="1", distUnits="MM")
    limited = layer.label_smallest_scale is not None
    SubElement(
        settings,
        "rendering",
        scaleVisibility="1" if limited else "0",
        scaleMin="0",
        scaleMax=str(layer.label_smallest_scale or 0),
        drawLabels="1",
    )


def sld(layer: LayerDefinition, lang: Language = "zh") -> str:
    """Return a layer's style as OGC Styled Layer Descriptor 1.1 with Symbology Encoding."""
    root, feature = _sld_frame(layer.id)
    rule = SubElement(feature, "se:Rule")
    SubElement(rule, "se:Name").text = layer.title(lang)
    if layer.largest_scale is not None:
        SubElement(rule, "se:MinScaleDenominator").text = str(layer.largest_scale)
    if layer.smallest_scale is not None:
        SubElement(rule, "se:MaxScaleDenominator").text = str(layer.smallest_scale)
    _sld_symbol(rule, layer)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _sld_frame(name: str) -> tuple[Element, Element]:
    """Return an empty style descriptor and the element that its rules go into."""
    root = Element(
        "StyledLayerDescriptor",
        {
            "xmlns": "http://www.opengis.net/sld",
            "xmlns:se": _SE,
            "xmlns:ogc": "http://www.opengis.net/ogc",
            "version": "1.1.0",
        },
    )
    named = SubElement(root, "NamedLayer")
    SubElement(named, "se:Name").text = name
    style = SubElement(named, "UserStyle")
    SubElement(style, "se:Name").text = name
    feature = SubElement(style, "se:FeatureTypeStyle")
    return root, feature


def _sld_symbol(rule: Element, layer: LayerDefinition) -> None:
    symbol = layer.symbol
    if layer.geometry == "line" and symbol.stroke is not None:
        _sld_stroke(SubElement(rule, "se:LineSymbolizer"), symbol.stroke)
    elif layer.geometry == "polygon":
        polygon = SubElement(rule, "se:PolygonSymbolizer")
        if symbol.fill is not None:
            fill = SubElement(polygon, "se:Fill")
            _parameter(fill, "fill", symbol.fill.color)
            _parameter(fill, "fill-opacity", f"{symbol.fill.opacity:g}")
        if symbol.stroke is not None:
            _sld_stroke(polygon, symbol.stroke)
        if symbol.hatch is not None:
            _sld_hatch(rule, symbol.hatch)
    elif symbol.mark is not None:
        _sld_point(rule, symbol.mark, symbol.stroke)


def _sld_stroke(parent: Element, stroke: Stroke) -> None:
    made = SubElement(parent, "se:Stroke")
    _parameter(made, "stroke", stroke.color)
    _parameter(made, "stroke-width", f"{stroke.width_mm * _PX_PER_MM:.3f}")
    if stroke.opacity < 1:
        _parameter(made, "stroke-opacity", f"{stroke.opacity:g}")
    if stroke.dash_mm:
        _parameter(
            made, "stroke-dasharray", " ".join(f"{length * _PX_PER_MM:.2f}" for length in stroke.dash_mm)
        )


def _sld_hatch(rule: Element, hatch: Hatch) -> None:
    polygon = SubElement(rule, "se:PolygonSymbolizer")
    graphic = SubElement(SubElement(SubElement(polygon, "se:Fill"), "se:GraphicFill"), "se:Graphic")
    mark = SubElement(graphic, "se:Mark")
    SubElement(mark, "se:WellKnownName").text = "horline"
    stroke = SubElement(mark, "se:Stroke")
    _parameter(stroke, "stroke", hatch.color)
    _parameter(stroke, "stroke-width", f"{hatch.width_mm * _PX_PER_MM:.3f}")
    SubElement(graphic, "se:Size").text = f"{hatch.spacing_mm * _PX_PER_MM:.2f}"
    rotation = SubElement(graphic, "se:Rotation")
    SubElement(rotation, "ogc:Literal").text = f"{-hatch.angle_deg:g}"


def _sld_point(rule: Element, mark: PointMark, stroke: Stroke | None) -> None:
    graphic = SubElement(SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
    made = SubElement(graphic, "se:Mark")
    SubElement(made, "se:WellKnownName").text = _SLD_MARKS.get(mark.shape, "circle")
    _parameter(SubElement(made, "se:Fill"), "fill", mark.fill)
    if stroke is not None:
        _sld_stroke(made, stroke)
    SubElement(graphic, "se:Size").text = f"{mark.size_mm * _PX_PER_MM:.2f}"


def _parameter(parent: Element, name: str, value: str) -> None:
    SubElement(parent, "se:SvgParameter", name=name).text = value


def _rgba(color: str, opacity: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
