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

from geo import crs, measure, series
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


def offset(east_m: float, north_m: float) -> npt.NDArray[np.float64]:
    return np.asarray(CORNER + np.array([east_m, north_m]))


def star(seed: int, count: int, radius_m: float) -> npt.NDArray[np.float64]:
    """Return a closed counter-clockwise ring that never crosses itself."""
    rng = np.random.default_rng(seed)
    angle = (np.arange(count) + rng.uniform(0, 0.8, count)) * 2 * np.pi / count
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


@pytest.mark.parametrize(("count", "radius_m"), [(5, 20.0), (12, 100.0), (40, 1_000.0), (200, 20_000.0)])
def test_geodesic_area__same_as_geographiclib(count: int, radius_m: float) -> None:
    """1e-12 relative, or the rounding noise of the reference itself where the plot is small."""
    lonlat = crs.to_geographic(star(count, count, radius_m), ZONE)
    mine = measure.geodesic_area_m2(lonlat)
    assert mine == pytest.approx(reference_area_m2(lonlat[:-1]), rel=1e-12, abs=NOISE_M2)
    assert mine == abs(GEOD.polygon_area_perimeter(lonlat[:, 0], lonlat[:, 1])[0])


def test_area__same_as_geographiclib_for_the_same_cuts() -> None:
    ring = star(3, 30, 2_000.0)
    lonlat = crs.to_geographic(measure.densified(ring), ZONE)
    mine = measure.area_m2(Polygon(ring), ZONE)
    assert mine == pytest.approx(reference_area_m2(lonlat[:-1]), rel=1e-12, abs=20 * NOISE_M2)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(4, 40),
    radius_m=st.floats(10, 5_000),
    turn=st.integers(0, 39),
    backwards=st.booleans(),
)
def test_area__ignores_start_vertex_and_orientation(
    seed: int, count: int, radius_m: float, turn: int, backwards: bool
) -> None:
    ring = star(seed, count, radius_m)
    turned = np.roll(ring[:-1], turn % count, axis=0)
    turned = turned[::-1] if backwards else turned
    first, second = measure.measured([Polygon(ring), Polygon(turned)], ZONE).area_m2
    assert second == pytest.approx(first, rel=1e-12)


def test_area__takes_off_holes_and_adds_parts() -> None:
    shell, hole, island = square(400), square(100, CORNER + 50), square(200, CORNER + 1_000)
    plot = MultiPolygon([shell.difference(hole), island])
    areas = [measure.area_m2(part, ZONE) for part in (shell, hole, island)]
    assert measure.area_m2(plot, ZONE) == pytest.approx(areas[0] - areas[1] + areas[2], rel=1e-12)
    reversed_rings = MultiPolygon([part.reverse() for part in plot.geoms][::-1])
    assert measure.area_m2(reversed_rings, ZONE) == pytest.approx(measure.area_m2(plot, ZONE), rel=1e-12)


def test_area__a_point_put_into_a_side_moves_nothing() -> None:
    """Without densifying, a point in a 1 km side at the zone's edge moves the area by 0.2 m²."""
    east, north = CORNER
    plain = [(east, north), (east + 1_000, north), (east + 1_000, north + 1_000), (east, north + 1_000)]
    pointed = [*plain[:2], (east + 1_000, north + 437.0), *plain[2:]]
    moved = measure.area_m2(Polygon(pointed), ZONE) - measure.area_m2(Polygon(plain), ZONE)
    assert abs(moved) < 0.001
    undensified = [
        measure.measured([Polygon(p)], ZONE, sides="geodesic").area_m2[0] for p in (plain, pointed)
    ]
    assert abs(undensified[1] - undensified[0]) > 0.1


def test_area__halving_the_step_moves_less_than_a_thousandth() -> None:
    ring = np.asarray(square(1_000).exterior.coords)
    areas = [
        measure.geodesic_area_m2(crs.to_geographic(measure.densified(ring, step), ZONE)) for step in (50, 25)
    ]
    assert abs(areas[1] - areas[0]) < 0.001


def test_area__national_series_formula_agrees() -> None:
    for seed in range(5):
        plot = Polygon(star(seed, 25, 800.0))
        assert series.series_area_m2(plot, ZONE) == pytest.approx(measure.area_m2(plot, ZONE), rel=1e-7)
    holed = square(400).difference(square(100, CORNER + 50))
    assert series.series_area_m2(holed, ZONE) == pytest.approx(measure.area_m2(holed, ZONE), rel=1e-7)


def test_area__ellipsoid_is_an_argument() -> None:
    """CGCS2000 and WGS 84 differ in flattening only: by some 1e-10 of an area at mid latitudes."""
    plot = square(1_000)
    assert measure.area_m2(plot, ZONE, "WGS84") != measure.area_m2(plot, ZONE)
    assert measure.area_m2(plot, ZONE, "WGS84") == pytest.approx(measure.area_m2(plot, ZONE), rel=1e-9)
    with pytest.raises(ArgumentError, match="Clarke"):
        measure.area_m2(plot, ZONE, "Clarke")


def test_area__plane_exceeds_the_ellipsoid_at_the_edge_of_the_zone() -> None:
    plot = square(1_000)
    scale = crs.point_scale_factor(crs.to_geographic(CORNER[None, :] + 500.0, ZONE), ZONE)[0]
    assert measure.plane_area_m2(plot) == 1_000_000.0
    assert measure.area_m2(plot, ZONE) == pytest.approx(1_000_000.0 / scale**2, rel=1e-8)


@pytest.mark.parametrize(
    "name", ["44120000120", "44120000669_44120001725_44120002171", "44120000957", "44120001048"]
)
def test_plane_area__land_approval_files_to_the_last_printed_digit(name: str) -> None:
    text = shared.path(f"parcels/landtxt/{name}.txt").read_text("utf-8")
    declared_ha = re.search(r"^\d+,(\d+\.\d+),", text, re.M)
    points = re.findall(r"^J\d+,1,([\d.]+),([\d.]+)$", text, re.M)
    assert declared_ha is not None
    plot = Polygon([(float(east), float(north)) for north, east in points])
    digits = len(declared_ha[1].partition(".")[2])
    assert f"{measure.plane_area_m2(plot) / 10_000:.{digits}f}" == declared_ha[1]
    zone = crs.prefixed_zone(38)
    lonlat = crs.to_geographic(np.asarray(plot.exterior.coords), zone)
    scale = crs.point_scale_factor(lonlat, zone).mean()
    assert measure.area_m2(plot, zone) == pytest.approx(plot.area / scale**2, rel=1e-6)


def test_area__many_plots_in_one_call_as_one_by_one() -> None:
    plots = [square(80, CORNER + 100 * k) for k in range(30)]
    plots[7] = MultiPolygon([square(10), square(20, CORNER + 50)])
    together = measure.areas_m2(plots, ZONE)
    assert together.tolist() == [measure.area_m2(plot, ZONE) for plot in plots]
    assert measure.areas_m2([], ZONE).shape == (0,)


def test_area__foreign_plane_is_brought_to_the_modern_ellipsoid() -> None:
    """The Dutch plane stands on Bessel 1841: its longitudes and latitudes are not those of CGCS2000."""
    frame = crs.frame_of(28992)
    plot = shapely.box(155_000, 463_000, 156_000, 464_000)
    lonlat = crs.to_lonlat(measure.densified(plot.exterior.coords), 28992)
    assert measure.area_m2(plot, frame) == pytest.approx(reference_area_m2(lonlat[:-1]), rel=1e-10)
    assert measure.measured([plot], frame).plane_area_m2[0] == 1_000_000.0


def test_geographic_areas__geodesic_sides() -> None:
    triangle = Polygon([(1, 2), (2, 1), (3, 3)])
    assert measure.geographic_areas_m2([triangle], "WGS84")[0] == pytest.approx(18454562325.45119, abs=0.5)


def test_perimeter__sum_of_the_sides_on_the_ellipsoid() -> None:
    plot = square(1_000).difference(square(100, CORNER + 300))
    lonlat = crs.to_geographic(measure.densified(plot.exterior.coords), ZONE)
    hole = crs.to_geographic(measure.densified(plot.interiors[0].coords), ZONE)
    expected = GEOD.line_length(*lonlat.T) + GEOD.line_length(*hole.T)
    assert measure.perimeter_m(plot, ZONE) == pytest.approx(expected, rel=1e-12)
    assert measure.plane_perimeter_m(plot) == pytest.approx(4_400.0, rel=1e-12)
    assert measure.length_m(plot.exterior, ZONE) == pytest.approx(GEOD.line_length(*lonlat.T), rel=1e-12)


def test_length__adds_parts() -> None:
    parts = [shapely.LineString([CORNER, offset(300, 0)]), shapely.LineString([CORNER, offset(0, 400)])]
    total = measure.length_m(shapely.MultiLineString(parts), ZONE)
    assert total == pytest.approx(sum(measure.length_m(part, ZONE) for part in parts), rel=1e-12)
    assert measure.side_lengths_m([CORNER, offset(300, 400)]).tolist() == pytest.approx([500.0])


def test_bearing__true_north_is_grid_bearing_plus_convergence() -> None:
    """Against the geodesic's azimuth: equal to a second of arc for sides of 1 km."""
    for grid_deg in range(5, 360, 35):
        step = 1_000 * np.array([math.sin(math.radians(grid_deg)), math.cos(math.radians(grid_deg))])
        points = np.array([CORNER, CORNER + step])
        lonlat = crs.to_geographic(points, ZONE)
        azimuth, _, _ = GEOD.inv(*lonlat[0], *lonlat[1])
        difference = (measure.bearings_deg(points, ZONE)[0] - azimuth + 180) % 360 - 180
        assert abs(difference) < 1 / 3600
    assert measure.convergence_deg([CORNER], ZONE)[0] == pytest.approx(0.862, abs=0.0005)


def test_bearing__a_side_without_length_is_refused() -> None:
    with pytest.raises(GeometryError, match="Point 2 and the next one coincide"):
        measure.bearings_deg([CORNER, CORNER + 5, CORNER + 5, CORNER], ZONE)


def test_densified__same_cuts_from_both_ends() -> None:
    ring = star(9, 12, 700.0)
    there, back = measure.densified(ring), measure.densified(ring[::-1])
    assert np.array_equal(there, back[::-1])
    assert measure.side_lengths_m(there).max() <= measure.STEP_M + 1e-9
    assert {tuple(point) for point in ring} <= {tuple(point) for point in there}


BOW_TIE = Polygon([CORNER, offset(100, 100), offset(100, 0), offset(0, 100)])
SPIKE = Polygon([CORNER, CORNER + 50, CORNER + 100])


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Polygon(), "empty_geometry"),
        (None, "empty_geometry"),
        (shapely.Point(CORNER), "not_an_area"),
        (BOW_TIE, "ring_crosses_itself"),
        (SPIKE, "ring_crosses_itself"),
        (MultiPolygon([square(100), square(10, CORNER + 20)]), "parts_overlap"),
        (MultiPolygon([square(100), square(100, CORNER + 50)]), "ring_crosses_itself"),
        (Polygon([CORNER, CORNER + 1, CORNER + 1, CORNER]), "too_few_points"),
    ],
)
def test_area__shape_without_area_says_why(shape: Polygon, code: str) -> None:
    with pytest.raises(GeometryError) as caught:
        measure.areas_m2([square(5), shape], ZONE)
    assert caught.value.code == code
    assert caught.value.where == "2"
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_area__coordinate_that_is_not_a_number_names_its_vertex(value: float) -> None:
    shape = Polygon([(0, 0), (value, 1), (1, 1)])
    with pytest.raises(GeometryError, match="point 2 is not a number"):
        measure.area_m2(shape, ZONE)


def test_area__ring_that_touches_itself_is_measured() -> None:
    """A hole drawn as part of the shell touches it in one point: invalid for a database, definite in area."""
    points = [(0, 0), (4, 0), (4, 4), (2, 4), (1, 3), (3, 3), (2, 4), (0, 4)]
    expected = 16.0 - 1.0
    ring = Polygon(
        [CORNER + 100 * np.array(p) for p in [(0, 0), (4, 0), (4, 4), (2, 4), (3, 3), (1, 3), (2, 4), (0, 4)]]
    )
    assert not ring.is_valid
    assert measure.plane_area_m2(ring) == pytest.approx(expected * 10_000)
    outward = Polygon([CORNER + 100 * np.array(p) for p in points])
    with pytest.raises(GeometryError, match="touches itself"):
        measure.plane_area_m2(outward)


@pytest.mark.parametrize(
    ("lonlat", "message"),
    [
        ([(0, 0), (1, 1)], "at least 3 points; there are 2"),
        ([], "there are 0"),
        ([(0, 0), (1, 1), (2, math.nan)], "point 3 is not a number"),
        ([(38, 109), (38, 110), (39, 110)], "latitude 109.0 of point 1 is beyond 90°"),
    ],
)
def test_geodesic_area__degenerate_ring_says_why(lonlat: list[tuple[float, float]], message: str) -> None:
    with pytest.raises(GeometryError, match=re.escape(message)):
        measure.geodesic_area_m2(lonlat)


def test_length__no_line_says_why() -> None:
    with pytest.raises(GeometryError, match="no line"):
        measure.length_m(shapely.LineString(), ZONE)
    with pytest.raises(GeometryError, match="Point, not a line"):
        measure.length_m(shapely.Point(CORNER), ZONE)
    with pytest.raises(GeometryError, match=r"At least 2 points .* \(1, 2\)"):
        measure.side_lengths_m([CORNER])
