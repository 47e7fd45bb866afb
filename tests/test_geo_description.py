"""Lines in words, in sixteen directions by true north, and stake-out rows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString

from geo import crs, description, measure
from geo.description import Along
from geo.errors import ArgumentError, GeometryError

ZONE = crs.working_zone(102.3)
MIDDLE = np.array([500_000.0, 4_472_000.0])
"""On the central meridian, where grid north is true north."""
EDGE = crs.to_working(np.array([[103.45, 40.4]]), ZONE)[0].round(3)
GEOD = Geod(a=6378137.0, rf=298.257222101)


def line(*steps: tuple[float, float], start: np.ndarray = MIDDLE) -> LineString:
    return LineString(start + np.cumsum([(0, 0), *steps], axis=0))


@pytest.mark.parametrize(
    ("bearing_deg", "zh", "en"),
    [
        (348.75, "北", "north"),
        (359.99, "北", "north"),
        (11.2499, "北", "north"),
        (11.25, "北偏东北", "north-northeast"),
        (45.0, "东北", "northeast"),
        (78.75, "东", "east"),
        (168.7, "南偏东南", "south-southeast"),
        (191.25, "南偏西南", "south-southwest"),
        (258.8, "西", "west"),
        (348.7499, "北偏西北", "north-northwest"),
        (720.0 + 90.0, "东", "east"),
        (-90.0, "西", "west"),
    ],
)
def test_direction__north_runs_from_348_45_to_11_15(bearing_deg: float, zh: str, en: str) -> None:
    found = description.direction(bearing_deg)
    assert (found.zh, found.en) == (zh, en)


@given(st.floats(0, 359.999))
def test_direction__is_within_eleven_and_a_quarter_degrees(bearing_deg: float) -> None:
    middle = description.direction(bearing_deg).middle_deg
    assert abs((bearing_deg - middle + 180) % 360 - 180) <= 11.25 + 1e-9


def test_direction__no_number_is_refused() -> None:
    with pytest.raises(ArgumentError, match="not a number"):
        description.direction(math.nan)


def test_description__marker_to_marker_in_both_languages() -> None:
    found = description.running_description(line((100, 100), (0, -250.5), (-1_234.565, 0)), ZONE)
    assert found.text_zh.splitlines() == [
        "界线自 J1 起，向东北行 141.42 米，至 J2。",
        "由 J2 起，向南行 250.50 米，至 J3。",
        "由 J3 起，向西行 1,234.57 米，至 J4。",
    ]
    assert found.text_en.splitlines()[0] == "The line runs from J1 northeast for 141.42 m to J2."
    assert found.text_en.splitlines()[1] == "From J2 south for 250.50 m to J3."
    assert found.length_m == pytest.approx(math.hypot(100, 100) + 250.5 + 1_234.565)


def test_description__bends_without_markers_and_what_the_leg_follows() -> None:
    bent = line((60, 60), (80, 0), (20, 1), (0, -100))
    found = description.running_description(
        bent, ZONE, ["甲", "", "", "乙", "丙"], {"甲": Along(zh="山脊", en="the ridge")}
    )
    assert found.text_zh.splitlines() == [
        "界线自 甲 起，沿山脊，先向东北行 84.85 米，再向东行 100.02 米，至 乙。",
        "由 乙 起，向南行 100.00 米，至 丙。",
    ]
    expected = "The line runs from 甲 along the ridge northeast for 84.85 m, then east for 100.02 m to 乙."
    assert found.text_en.splitlines()[0] == expected
    assert [piece.direction.en for piece in found.legs[0].pieces] == ["northeast", "east"]
    assert found.legs[0].direction.en == "east-northeast"


def test_description__a_winding_leg_is_told_by_its_general_direction() -> None:
    winding = line(*[(10, 40), (10, -40)] * 10)
    found = description.running_description(winding, ZONE, ["J1", *[""] * 19, "J2"])
    assert found.text_zh == f"界线自 J1 起，总体向东曲折行 {20 * math.hypot(10, 40):.2f} 米，至 J2。"
    assert found.text_en.startswith("The line runs from J1 winding generally east for 824.62 m")


def test_description__true_north_is_not_grid_north() -> None:
    """Near the edge of the zone they differ by most of a degree: 11.2° on the grid is no longer north."""
    step = (100 * math.sin(math.radians(11.2)), 100 * math.cos(math.radians(11.2)))
    in_the_middle = description.running_description(line(step), ZONE).legs[0]
    at_the_edge = description.running_description(line(step, start=EDGE), ZONE).legs[0]
    assert (in_the_middle.direction.en, at_the_edge.direction.en) == ("north", "north-northeast")
    assert at_the_edge.bearing_deg == pytest.approx(11.2 + measure.convergence_deg([EDGE], ZONE)[0])


def test_description__a_ring_comes_back_to_its_first_marker() -> None:
    found = description.running_description(line((100, 0), (0, 100), (-100, -100)), ZONE)
    assert [(leg.start, leg.end) for leg in found.legs] == [("J1", "J2"), ("J2", "J3"), ("J3", "J1")]
    assert found.legs[-1].direction.zh == "西南"


def test_description__a_ring_with_one_marker_has_a_leg() -> None:
    ring = line((100, 0), (0, 100), (-100, -100))
    found = description.running_description(ring, ZONE, ["J1", "", "", "J1"])
    assert found.text_zh.startswith("界线自 J1 起，先向东行 100.00 米")


@pytest.mark.parametrize("names", [["J1"], ["J1", "J2", "J3"]])
def test_description__names_must_match(names: list[str]) -> None:
    with pytest.raises(ArgumentError, match=f"2 points and there are {len(names)} names"):
        description.running_description(line((1, 1)), ZONE, names)


def test_description__ends_need_names_and_points_must_differ() -> None:
    with pytest.raises(ArgumentError, match="need names"):
        description.running_description(line((1, 1)), ZONE, ["J1", ""])
    with pytest.raises(GeometryError, match="coincide"):
        description.running_description(line((1, 1), (0, 0)), ZONE)
    with pytest.raises(GeometryError, match="no line"):
        description.running_description(LineString(), ZONE)


def test_stake_out__distances_and_true_bearings() -> None:
    points = EDGE + np.array([(0, 0), (300, 400), (300, 100)])
    station = EDGE + np.array([-30, 40])
    rows = description.stake_out(points, ["J1", "J2", "J3"], ZONE, (float(station[0]), float(station[1])))
    assert [row.to_next_m for row in rows] == [pytest.approx(500.0), pytest.approx(300.0), None]
    assert [row.chainage_m for row in rows] == pytest.approx([0.0, 500.0, 800.0])
    assert rows[0].from_station_m == pytest.approx(50.0)
    first, second = (np.array([row.lon_deg, row.lat_deg]) for row in rows[:2])
    azimuth, _, _ = GEOD.inv(*first, *second)
    assert rows[0].to_next_bearing_deg == pytest.approx(azimuth % 360, abs=1 / 3600)
    assert rows[2].to_next_bearing_deg is None
    again = crs.to_working(np.array([first, second]), ZONE)
    assert np.abs(again - points[:2]).max() < 1e-6


def test_stake_out__from_the_station_itself_there_is_no_bearing() -> None:
    rows = description.stake_out([MIDDLE, MIDDLE + 10], ["J1", "J2"], ZONE, (500_000.0, 4_472_000.0))
    assert (rows[0].from_station_m, rows[0].from_station_bearing_deg) == (None, None)
    assert rows[1].from_station_bearing_deg == pytest.approx(45.0, abs=1e-3)
    with pytest.raises(ArgumentError, match="names"):
        description.stake_out([MIDDLE, MIDDLE + 10], ["J1"], ZONE)
