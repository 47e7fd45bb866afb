"""QGIS gets the same colours, widths, dashes, labels and scale ranges as the sheet and the web map."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from layers import qgis
from layers.definition import LAYERS, definition

SE = "{http://www.opengis.net/se}"


def options(layer: ElementTree.Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in layer.findall("./Option/Option")}


def parsed(id_: str) -> ElementTree.Element:
    return ElementTree.fromstring(qgis.qml(definition(id_)))


@pytest.mark.parametrize("id_", LAYERS)
def test_styles__are_well_formed_and_named_in_both_languages(id_: str) -> None:
    for lang in ("zh", "en"):
        qml, sld = qgis.styles(lang)[id_]
        assert ElementTree.fromstring(qml).find("renderer-v2/symbols/symbol/layer") is not None
        rule = ElementTree.fromstring(sld.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')).find(
            f".//{SE}Rule"
        )
        assert rule is not None
        assert rule.findtext(f"{SE}Name") == definition(id_).title(lang)


@pytest.mark.parametrize(
    ("id_", "color", "dash"),
    [
        ("claim_a", "200,16,46,255", "0"),
        ("claim_b", "31,78,158,255", "1"),
        ("certificate", "17,17,17,255", "1"),
        ("measured", "27,127,59,255", "1"),
    ],
)
def test_qml__the_four_lines_keep_their_colours_and_dashes(id_: str, color: str, dash: str) -> None:
    layer = parsed(id_).find("renderer-v2/symbols/symbol/layer")
    assert layer is not None
    found = options(layer)
    assert (found["line_color"], found["use_custom_dash"]) == (color, dash)
    stroke = definition(id_).symbol.stroke
    assert stroke is not None
    assert float(found["line_width"]) == stroke.width_mm
    assert found["line_width_unit"] == "MM"


def test_qml__disputed_ground_is_hatched() -> None:
    layers = parsed("disputed").findall("renderer-v2/symbols/symbol/layer")
    assert [layer.get("class") for layer in layers] == ["SimpleFill", "LinePatternFill"]
    assert options(layers[1])["angle"] == "45"
    assert layers[1].find("symbol/layer[@class='SimpleLine']") is not None


def test_qml__old_and_new_programs_read_the_same_values() -> None:
    for layer in parsed("marker").iter("layer"):
        assert options(layer) == {each.get("k", ""): each.get("v", "") for each in layer.findall("prop")}


def test_qml__limits_layers_and_labels_to_their_scales() -> None:
    root = parsed("household")
    assert (root.get("minScale"), root.get("hasScaleBasedVisibilityFlag")) == ("50000", "1")
    rendering = root.find("labeling/settings/rendering")
    assert rendering is not None
    assert rendering.get("scaleMax") == "25000"
    assert parsed("claim_a").get("hasScaleBasedVisibilityFlag") is None


def test_sld__sizes_are_pixels_of_0_28_mm() -> None:
    root = ElementTree.fromstring(qgis.sld(definition("claim_a")).split("\n", 1)[1])
    width = root.find(f".//{SE}SvgParameter[@name='stroke-width']")
    assert width is not None
    assert float(width.text or 0) == pytest.approx(0.7 / 0.28, abs=0.001)
