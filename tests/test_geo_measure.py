"""Areas, lengths and bearings: one ruler."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import MultiPolygon, Polygon

from geo import crs, measure
from geo.errors import ArgumentError, GeometryError
from tests import shared

ZONE = crs.working_zone(109.4)
"""Central meridian 108°: 109.4° E lies near its edge."""
CORNER = crs.to_working(np.array([[109.4, 38.0]]), ZONE)[0].round(3)
GEOD = Geod(a=6378137.0, rf=298.257222101)
REFERENCE = Geodesic(6378137.0, 1 / 298.257222101)
NOISE_M2 = 2e-4
"""Rounding of GeographicLib's own doubles: the area of one side to the equator is 3e11 m² times 1e-16."""


def square(size_m: float, at: npt.ArrayLike = CORNER) -> Polygon:
    east, north = np.asarray(at)
    return shapely.box(east, north, east + size_m, north + size_m)


def star(seed: int, count: int, radius_m: float) -> npt.NDArray[np.float64]:
    """Return a closed counter-clockwise ring that never crosses itself."""
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, count)) + np.arange(count) * 1e-3
    distance = radius_m * rng.uniform(0.4, 1.0, count)
    ring = CORNER + np.column_stack((distance * np.cos(angle), distance * np.sin(angle)))
    return np.vstack((ring, ring[:1])).round(3)


def reference_area_m2(lonlat: npt.NDArray[np.float64]) -> float:
    polygon = REFERENCE.Polygon()
    for lon, lat in lonlat:
        polygon.AddPoint(lat, lon)
    return float(abs(polygon.Compute()[2]))


def planimeter_cases() -> list[dict[str, object]]:
    if not shared.present("ref/planimeter_wgs84.json"):
        return []
    return list(json.loads(shared.path("ref/planimeter_wgs84.json").read_text())["cases"])


@pytest.mark.parametrize("case", planimeter_cases(), ids=lambda case: str(case["id"]))
def test_geodesic_area__published_planimeter_set(case: dict[str, object]) -> None:
    """Poles, the antimeridian, rings run round the earth: each within its own stated tolerance."""
    lonlat = np.array(case["pts"], dtype=float)[:, ::-1]
    area = measure.geodesic_area_m2(lonlat, "WGS84", signed=True)
    assert area == pytest.approx(case["area"], abs=case["tolA"], rel=0)
    if case["perimeter"] is not None:
        perimeter = measure.geodesic_perimeter_m(lonlat, "WGS84")
        assert perimeter == pytest.approx(case["perimeter"], abs=case["tolP"], rel=0)
