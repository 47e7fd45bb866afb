"""Folium composes, but is told no word: what it would run as a template or script stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from shapely.geometry import LineString, Point, box

from geo.zone import working_zone
from layers import folium_map
from layers.webmap import MapFeature, MapLayer
from tests.server import PAYLOADS

ZONE = working_zone(102.3)
TEMPLATE = "{{ 'jb' ~ 'ran' }}{{ 7 * 191 }}"


def _layers(payload: str) -> list[MapLayer]:
    plot = MapFeature(
        id=payload,
        geometry=box(525_000, 4_473_000, 525_400, 4_473_300),
        properties={"number": payload, "holder": payload, "land_use": payload},
    )
    line = MapFeature(
        id="a",
        geometry=LineString([(525_000, 4_473_000), (525_400, 4_473_300)]),
        properties={"label": payload},
    )
    stone = MapFeature(id="1", geometry=Point(525_200, 4_473_100), properties={"name": payload})
    return [
        MapLayer.of("plot_grassland", [plot], title=payload),
        MapLayer.of("claim_a", [line]),
        MapLayer.of("marker", [stone]),
    ]


def plots_named(names: Sequence[str]) -> list[MapLayer]:
    """Return a row of plots with these names as numbers and holders."""
    plots = [
        MapFeature(
            id=name,
            geometry=box(525_000 + 400 * i, 4_473_000, 525_400 + 400 * i, 4_473_300),
            properties={"number": name, "holder": name},
        )
        for i, name in enumerate(names)
    ]
    return [MapLayer.of("plot_grassland", plots)]


def _texts(page: str) -> dict[str, object]:
    block = re.search(r'<script type="application/json" id="jiebiao-texts">(.*?)</script>', page, re.S)
    assert block is not None
    found: dict[str, object] = json.loads(block.group(1))
    return found


@pytest.mark.parametrize("payload", [*PAYLOADS, TEMPLATE])
def test_hand_over__runs_nothing_and_loses_nothing(payload: str) -> None:
    page = folium_map.hand_over(_layers(payload), ZONE, title=payload).decode()
    before = page.partition('id="jiebiao-texts"')[0]
    assert payload not in before
    assert "jbran" not in page
    assert "1337" not in before
    texts = _texts(page)
    assert texts["title"] == payload
    assert payload in json.dumps(texts["layers"], ensure_ascii=False) or '"' in payload
    assert page.count("<script") == page.count("</script>")


def test_hand_over__asks_no_network() -> None:
    page = folium_map.hand_over(_layers("甲"), ZONE).decode()
    markup = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.S)
    assert re.findall(r'(?:src|href)="[^"]*"', markup) == []
    assert "default-src 'none'" in page
    assert "url(" not in page.partition("<body")[0].replace("url(#", "")


def test_hand_over__same_layers_same_bytes() -> None:
    assert folium_map.hand_over(_layers("甲"), ZONE) == folium_map.hand_over(_layers("甲"), ZONE)


def test_hand_over__leaves_out_layers_that_need_a_server() -> None:
    layers = [*_layers("甲"), MapLayer.of("stream", url="/layers/stream.geojson", version="1")]
    assert "/layers/" not in folium_map.hand_over(layers, ZONE).decode()


def test_read_only__names_only_our_own_files() -> None:
    page = folium_map.read_only(
        [MapLayer.of("stream", url="/layers/stream.geojson", version="1")], ZONE, title="乡"
    )
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert addresses
    assert all(address.startswith("/assets/") for address in addresses)
    assert "cdn" not in page
    assert "https://" not in page


def test_empty_map__is_a_page() -> None:
    assert b"jiebiao-texts" in folium_map.hand_over([], ZONE)
