"""Every other number people bring has its reason."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely import MultiPolygon, Polygon, box

from geo import crs, explain, measure, rulers
from geo.errors import ArgumentError, GeometryError
from geo.uncertainty import Accuracy
from geo.units import format_number, mu, square_metres

ZONE = crs.working_zone(103.4)
"""Central meridian 102°; the zone ends at 103.5°."""
GEOD = Geod(a=6378137.0, rf=298.257222101)


def true_square(lon_deg: float = 103.49, lat_deg: float = 38.0, area_mu: float = 1500.0) -> Polygon:
    """Return a square on the ellipsoid of just this area, in the plane of ZONE."""
    half = math.sqrt(square_metres(area_mu) / 2)
    corners = np.array([GEOD.fwd(lon_deg, lat_deg, azimuth, half)[:2] for azimuth in (315, 45, 135, 225)])
    return Polygon(crs.to_working(corners, ZONE))


SQUARE = true_square()


def areas_mu(geom: Polygon = SQUARE) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in explain.explain_area(geom, ZONE):
        found.setdefault(each.name, mu(each.area_m2))
    return found


def names(number: str, unit: explain.Unit = "mu", geom: Polygon = SQUARE, **more: object) -> list[str]:
    return [each.name for each in explain.match(explain.read_given(number, unit), geom, ZONE, **more)]


def test_explain__the_square_of_the_norms() -> None:
    """norms.md: 1500.00 mu at 38° N near the edge of a 3° zone reads so on each ruler."""
    found = areas_mu()
    assert found["record"] == pytest.approx(1500.00, abs=0.005)
    assert found["plane"] == pytest.approx(1500.63, abs=0.005)
    assert found["sphere"] == pytest.approx(1499.10, abs=0.005)
    assert found["web_mercator"] == pytest.approx(2419.57, abs=0.01)
    assert next(iter(explain.explain_area(SQUARE, ZONE))).name == "record"


@pytest.mark.parametrize(
    ("name", "epsg", "rel"),
    [("plane", 4543, 1e-12), ("web_mercator", 3857, 1e-9), ("utm", 32648, 1e-9), ("wrong_zone", 4544, 1e-9)],
)
def test_explain__rulers_as_proj_has_them(name: str, epsg: int, rel: float) -> None:
    lonlat = rulers.geographic(SQUARE, ZONE)
    there = Transformer.from_crs(4490, epsg, always_xy=True)
    moved = shapely.transform(lonlat, lambda c: np.column_stack(there.transform(*c.T)))
    found = [each.area_m2 for each in explain.explain_area(SQUARE, ZONE) if each.name == name]
    assert any(area == pytest.approx(moved.area, rel=max(rel, 1e-8)) for area in found)


def test_explain__xian_80_ellipsoid_differs_by_a_millionth() -> None:
    found = areas_mu()
    assert found["xian_80"] / found["plane"] - 1 == pytest.approx(2 * 3 / 6378137, rel=0.3)
    assert found["beijing_54"] / found["plane"] - 1 == pytest.approx(2 * 108 / 6378137, rel=0.3)


def test_explain__gcj02_changes_areas_by_less_than_a_hundredth() -> None:
    found = areas_mu()
    for name in ("gcj02", "bd09"):
        assert 1e-5 < abs(found[name] / 1500 - 1) < 0.01


def test_explain__swapped_axes_by_the_web_maps_formula() -> None:
    """Degrees of longitude narrow by cos(102°) then, not by cos(38°)."""
    found = areas_mu()
    expected = abs(math.cos(math.radians(103.49))) / math.cos(math.radians(38.0))
    assert found["swapped_axes"] / 1500 == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize(
    ("number", "unit", "name"),
    [
        ("1500.00", "mu", "record"),
        ("100", "ha", "record"),
        ("1", "km2", "record"),
        ("1500.63", "mu", "plane"),
        ("1,500.6", "mu", "plane"),
        ("1499.10", "mu", "sphere"),
        ("1502.45", "mu", "equatorial_sphere"),
        ("2,419", "mu", "web_mercator"),
        ("2419.57", "mu", "web_mercator"),
        ("161.3", "ha", "web_mercator"),
        ("1505.75", "mu", "wrong_zone"),
        ("1494.82", "mu", "gcj02"),
        ("1497.79", "mu", "bd09"),
        ("443.8", "mu", "swapped_axes"),
        ("1906.7", "mu", "degrees_square"),
        ("1499.99", "mu", "mu_666_67"),
        ("1499.25", "mu", "mu_667"),
        ("1501.50", "mu", "mu_666"),
        ("100", "mu", "hectares_as_mu"),
        ("1500", "ha", "mu_as_hectares"),
        ("10000", "mu", "ares_as_mu"),
        ("1504", "mu", "walk"),
        ("1488", "mu", "digitised"),
        ("1560", "mu", "slope"),
        ("1200", "mu", "another_shape"),
        ("3333", "mu", "another_shape"),
    ],
)
def test_match__likeliest_reason_comes_first(number: str, unit: explain.Unit, name: str) -> None:
    assert names(number, unit)[0] == name


def test_match__says_it_in_plain_words() -> None:
    (found,) = explain.match(explain.read_given("2,419"), SQUARE, ZONE)
    assert found.zh == (
        "您给的 2,419 亩是在网页墨卡托投影上量的：这种网页和手机地图投影在北纬 38.0° 把面积放大到 1.61 倍；"
        "同一图形在椭球面上是 1,500.00 亩。"
    )
    assert found.en.startswith("Your figure of 2,419 mu was measured in Web Mercator")
    assert found.exact
    assert mu(found.difference_m2) == pytest.approx(919.0, abs=0.01)


def test_match__record_needs_no_other_reason() -> None:
    (found,) = explain.match(explain.read_given("1500"), SQUARE, ZONE)
    assert found.zh == "您给的 1,500 亩是在 CGCS2000 椭球面上量的，与本系统的面积一致。"


def test_match__several_reasons_are_only_possible() -> None:
    found = explain.match(explain.read_given("1502"), SQUARE, ZONE)
    assert 1 < len(found) <= 3
    assert all("可能是" in each.zh for each in found)


def test_match__square_metres_without_a_printed_digit() -> None:
    assert explain.match(measure.plane_area_m2(SQUARE), SQUARE, ZONE)[0].name == "plane"
    assert explain.match(1_000_000.0, SQUARE, ZONE)[0].name == "record"
    tiny = true_square(area_mu=0.001)
    assert explain.match(square_metres(0.001), tiny, ZONE)[0].name == "record"


def test_match__holes_parts_and_bad_rectangles() -> None:
    east, north = crs.to_working(np.array([[102.5, 38.0]]), ZONE)[0]
    shell, hole = (
        box(east, north, east + 400, north + 500),
        box(east + 100, north + 100, east + 200, north + 300),
    )
    holed = shell.difference(hole)
    assert names(f"{mu(measure.area_m2(shell, ZONE)):.2f}", geom=holed) == ["holes_not_taken_off"]
    parts = MultiPolygon([shell, box(east + 900, north, east + 1200, north + 900)])
    assert names(f"{mu(measure.area_m2(shell, ZONE)):.2f}", geom=parts) == ["one_part"]
    leaning = Polygon(
        [(east, north), (east + 400, north), (east + 650, north + 400), (east + 250, north + 400)]
    )
    villagers = format_number(mu(400.0 * math.hypot(250, 400)))
    assert names(villagers, geom=leaning) == ["length_times_width"]


def test_match__ground_at_height_and_own_error() -> None:
    at_3000_m = format_number(1500 * (1 + 3000 / 6371008.8) ** 2)
    assert "ground_height" in names(at_3000_m, height_m=3000.0)
    assert "own_error" in names("1503", accuracy=Accuracy(sigma_own_m=5.0))


def test_explain__errors_are_of_a_sensible_size() -> None:
    found = {each.name: each for each in explain.explain_area(SQUARE, ZONE)}
    assert 1 < mu(found["walk"].sigma_m2 or 0) < 6
    assert 4 < mu(found["digitised"].sigma_m2 or 0) < 12


@settings(max_examples=3, deadline=None)
@given(lon=st.floats(100.6, 103.4), lat=st.floats(20, 50), size=st.floats(50, 20_000))
def test_match__every_definite_ruler_is_found_again(lon: float, lat: float, size: float) -> None:
    plot = true_square(lon, lat, size)
    for each in explain.explain_area(plot, ZONE):
        if each.sigma_m2 is None:
            found = explain.match(explain.read_given(f"{mu(each.area_m2):.4f}"), plot, ZONE)
            assert found[0].exact


@pytest.mark.parametrize("number", ["", "abc", "-3", "0", "nan", "1e5", "12亩"])
def test_read_given__no_number_is_refused(number: str) -> None:
    with pytest.raises(ArgumentError, match="is not an area in mu"):
        explain.read_given(number)


def test_read_given__as_people_write() -> None:
    assert explain.read_given("２，４１９.50").text_zh == "2,419.50 亩"
    assert explain.read_given("12.5", "ha").area_m2 == 125_000.0
    assert explain.read_given("12.5", "ha").rounding_m2 == pytest.approx(500.0)
    with pytest.raises(ArgumentError):
        explain.match(math.nan, SQUARE, ZONE)


def test_explain__shape_without_area_says_why() -> None:
    with pytest.raises(GeometryError, match="crosses itself"):
        explain.explain_area(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), ZONE)


def test_explain__foreign_plane() -> None:
    frame = crs.frame_of(28992)
    plot = box(155_000, 463_000, 156_000, 464_000)
    found = {each.name: each for each in explain.explain_area(plot, frame)}
    assert found["plane"].area_m2 == 1_000_000.0
    assert "xian_80" not in found
