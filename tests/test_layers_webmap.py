"""Shapes on their way to the browser and back: nothing moves by a millimetre, nothing is invented."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.zone import working_zone
from layers import webmap
from layers.webmap import MapFeature, MapLayer

ZONE = working_zone(102.3)
PLOT = box(525_000, 4_473_000, 525_400, 4_473_300)

offsets = st.integers(-90_000_000, 90_000_000)


@given(st.lists(st.tuples(offsets, offsets), min_size=2, max_size=12, unique=True))
def test_round_trip__returns_the_same_millimetres(points: list[tuple[int, int]]) -> None:
    """What the browser sends back untouched is what was sent, after rounding to 1 mm."""
    line = LineString([(500_000 + e / 1000, 4_400_000 + n / 1000) for e, n in points])
    sent = json.loads(shapely.to_geojson(webmap.lonlat_geometry(line, ZONE)))
    back = webmap.working_geometry(sent, ZONE)
    np.testing.assert_allclose(shapely.get_coordinates(back), shapely.get_coordinates(line), atol=1e-6)


@pytest.mark.parametrize(
    "shape",
    [
        PLOT,
        PLOT.difference(PLOT.centroid.buffer(20)),
        MultiPolygon([PLOT, box(526_000, 4_473_000, 526_100, 4_473_100)]),
    ],
)
def test_feature_collection__keeps_holes_and_parts(shape: Polygon) -> None:
    collection = webmap.feature_collection([MapFeature(id="1", geometry=shape)], ZONE)
    back = webmap.working_geometry(collection["features"][0]["geometry"], ZONE)
    assert back.equals_exact(shapely.transform(shape, lambda c: np.round(c, 3)), 1e-6)


def test_feature_collection__leaves_out_what_has_no_shape() -> None:
    assert webmap.feature_collection([MapFeature(id="1", geometry=Point())], ZONE)["features"] == []


def test_layer_payload__version_follows_the_content() -> None:
    def version(*features: MapFeature) -> str:
        return str(webmap.layer_payload(MapLayer.of("claim_a", features), ZONE, "zh")["version"])

    one = MapFeature(id="1", geometry=LineString([(525_000, 4_473_000), (525_100, 4_473_000)]))
    other = MapFeature(id="1", geometry=LineString([(525_000, 4_473_000), (525_100, 4_473_000.001)]))
    assert version(one) == version(one)
    assert version(one) != version(other)


def test_layer_payload__by_address_carries_no_features() -> None:
    layer = MapLayer.of("plot_grassland", url="/layers/plot_grassland.geojson", version="7")
    made = webmap.layer_payload(layer, ZONE, "en")
    assert (made["features"], made["version"], made["title"]) == (None, "7", "Grassland plots")


def test_bounds__hold_every_shape() -> None:
    west, south, east, north = webmap.bounds_lonlat([PLOT], ZONE)
    frame = webmap.lonlat_geometry(PLOT, ZONE).bounds
    assert west < frame[0] < frame[2] < east
    assert south < frame[1] < frame[3] < north
    assert webmap.bounds_lonlat([], ZONE) is None
