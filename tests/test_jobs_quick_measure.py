"""Just measure: a ring or a walk becomes the same figures as the ruler's, with an honest ±, and one page."""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime

import numpy as np
import pypdf
import pytest
from geographiclib.geodesic import Geodesic
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.errors import ArgumentError, GeometryError
from geo.uncertainty import Accuracy
from geo.zone import working_zone
from jobs import intake, quick_measure

ZONE = working_zone(102.3)
SQUARE = box(525_000, 4_473_000, 525_400, 4_473_300)
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CGCS2000 = Geodesic(6378137.0, 1 / 298.257222101)


def _pdf_text(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    return reader.pages[0].extract_text()


def test_area__agrees_with_geographiclib() -> None:
    """Reference: GeographicLib on the CGCS2000 ellipsoid, sides cut to 10 m."""
    found = quick_measure.measure_shape(SQUARE, ZONE)
    ring = Polygon(SQUARE.exterior.segmentize(10)).exterior
    from geo import crs

    lonlat = crs.to_geographic(np.asarray(ring.coords), ZONE)
    polygon = CGCS2000.Polygon()
    for lon, lat in lonlat[:-1]:
        polygon.AddPoint(lat, lon)
    _count, perimeter, area = polygon.Compute()
    assert found.area_m2 == pytest.approx(abs(area), abs=1e-3)
    assert found.length_m == pytest.approx(perimeter, abs=1e-4)


def test_sides__are_numbered_round_the_plot() -> None:
    found = quick_measure.measure_shape(SQUARE, ZONE)
    assert [(side.start, side.end) for side in found.sides] == [(1, 2), (2, 3), (3, 4), (4, 1)]
    assert sorted(round(side.length_m) for side in found.sides) == [300, 300, 400, 400]


def test_sigma__is_that_of_the_corners() -> None:
    """A rectangle's area error by hand: sigma² = s²/2 · (sum of the diagonals squared)/2."""
    found = quick_measure.measure_shape(SQUARE, ZONE, Accuracy(sigma_own_m=0.5))
    assert found.area_sigma_m2 == pytest.approx(0.5 * math.hypot(400, 300) * math.sqrt(4) / 2, rel=1e-6)


def test_without_accuracy__there_is_no_spread() -> None:
    found = quick_measure.measure_shape(SQUARE, ZONE)
    assert (found.area_sigma_m2, found.length_sigma_m) == (None, None)


def test_line__has_length_and_no_area() -> None:
    found = quick_measure.measure_shape(LineString([(525_000, 4_473_000), (525_300, 4_473_400)]), ZONE)
    assert found.area_m2 is None
    assert found.length_m == pytest.approx(500, rel=1e-4)
    assert len(found.sides) == 1


def test_repeated_points__are_taken_once() -> None:
    """A walk stands still: two equal points in a row have no bearing."""
    line = LineString([(525_000, 4_473_000), (525_000, 4_473_000.0004), (525_300, 4_473_400)])
    assert len(quick_measure.measure_shape(line, ZONE).sides) == 1


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]), "ring_crosses_itself"),
        (MultiPolygon([SQUARE, box(526_000, 4_473_000, 526_100, 4_473_100)]), "not_one_shape"),
        (Point(525_000, 4_473_000), "not_one_shape"),
    ],
)
def test_what_cannot_be_measured__says_why(shape: Polygon, code: str) -> None:
    moved = (
        shape
        if shape.bounds[0] > 1000
        else Polygon([(x + 525_000, y + 4_473_000) for x, y in shape.exterior.coords])
    )
    with pytest.raises(GeometryError) as fault:
        quick_measure.measure_shape(moved, ZONE)
    assert fault.value.code == code


def test_closed_walk__ends_that_nearly_meet_make_a_plot() -> None:
    ring = [
        (525_000 + 100 * math.cos(t), 4_473_000 + 100 * math.sin(t))
        for t in np.linspace(0, 2 * math.pi - 0.1, 60)
    ]
    plot = quick_measure.closed_walk(LineString(ring))
    assert plot is not None
    assert plot.area == pytest.approx(math.pi * 100**2, rel=0.01)


def test_closed_walk__a_way_out_is_no_plot() -> None:
    assert quick_measure.closed_walk(LineString([(0, 0), (100, 0), (200, 5)])) is None
    assert quick_measure.closed_walk(LineString([(0, 0), (100, 0), (0, 0), (0.1, 0)])) is None


def test_dropped_walk__becomes_a_plot() -> None:
    points = "".join(
        f'<trkpt lat="{40.4 + 0.002 * math.sin(t):.8f}" lon="{102.3 + 0.003 * math.cos(t):.8f}"/>'
        for t in np.linspace(0, 2 * math.pi, 30)
    )
    gpx = f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    (taken,) = intake.take_in(
        [intake.Upload(name="走.gpx", data=gpx.encode())], near=(102.3, 40.4), zone=ZONE
    )
    (shape,) = quick_measure.shapes_of(taken)
    found = quick_measure.measure_shape(shape, ZONE)
    ellipse = math.pi * (0.003 * 84_900) * (0.002 * 111_040)
    assert found.area_m2 == pytest.approx(ellipse, rel=0.02)


def test_explain__other_peoples_numbers() -> None:
    found = quick_measure.measure_shape(SQUARE, ZONE)
    names = [one.name for one in quick_measure.explain_number(found, f"{SQUARE.area / 10_000:.4f}", "mu")]
    assert names
    with pytest.raises(ArgumentError, match="not an area"):
        quick_measure.explain_number(found, "many", "mu")


def test_sheet__says_the_figures_and_is_the_same_every_time() -> None:
    found = quick_measure.measure_shape(SQUARE, ZONE, Accuracy(sigma_own_m=0.5))
    page = quick_measure.sheet_pdf(found, at=AT, place="南沟 $x$ {{7*7}}")
    assert page == quick_measure.sheet_pdf(found, at=AT, place="南沟 $x$ {{7*7}}")
    text = _pdf_text(page)
    for piece in ("量算单", "180.00", "南沟 $x$ {{7*7}}", "2026年11月21日", "EPSG:4543", "不是权属证明"):
        assert piece in text, piece


def test_sheet__long_walks_stay_on_one_page_and_say_what_is_left_out() -> None:
    ring = [(525_000 + 500 * math.cos(t), 4_473_000 + 500 * math.sin(t)) for t in np.linspace(0, 6.2, 300)]
    text = _pdf_text(
        quick_measure.sheet_pdf(quick_measure.measure_shape(Polygon(ring), ZONE), at=AT, lang="en")
    )
    assert "The other 284 points" in text


def test_coordinates__open_in_a_spreadsheet() -> None:
    text = quick_measure.coordinates_csv(quick_measure.measure_shape(SQUARE, ZONE)).decode("utf-8-sig")
    rows = text.strip().split("\r\n")
    assert rows[0].startswith("点号")
    assert len(rows) == 5
    assert rows[1].split(",")[1] == "525400.000"


def test_map_file__opens_alone() -> None:
    page = quick_measure.map_file(quick_measure.measure_shape(SQUARE, ZONE), title="{{7*7}}<b>").decode()
    assert "default-src 'none'" in page
    assert "<b>" not in page
