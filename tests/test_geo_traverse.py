"""Traverses against published examples, to the last printed digit, and faults that must be named."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeometryError
from geo.misclosure import TraverseClass, find_faults, judge
from geo.traverse import Rounding, Traverse, adjust_traverse, left_from_right_deg
from tests import shared

MAPPING = TraverseClass(key="mapping", zh="图根", en="mapping", angular_sec=40.0, ratio=2000.0)


def degrees(text):
    d, m, s = (float(part) for part in text.split("-"))
    return d + m / 60 + s / 3600


def example(name):
    found = json.loads(shared.path("ref/traverse_examples.json").read_text("utf-8"))["examples"]
    return next(item for item in found if item["id"] == name)


def closed_from(item, angles):
    start = degrees(item["azimuth_A1"])
    return Traverse(
        kind="closed",
        stations=("A", "1", "2", "3", "4", "A"),
        distances_m=tuple(item["dist"]),
        angles_deg=(None, *(angles[name] for name in ("1", "2", "3", "4", "A"))),
        start_bearing_deg=start,
        end_bearing_deg=start,
        start_northing_m=item["start"][0],
        start_easting_m=item["start"][1],
    )


def zh_closed():
    item = example("zh_closed_5")
    return item, closed_from(item, {name: degrees(text) for name, text in item["angles_left"].items()})


def test_adjust_traverse__chinese_example_to_the_last_printed_digit():
    item, traverse = zh_closed()
    result = adjust_traverse(traverse, Rounding(angle_sec=1.0, length_m=0.01))
    published = item["published"]
    assert round(result.misclosure.angular_sec) == published["f_beta_sec"]
    assert round(result.misclosure.fx_m, 2) == published["fx"]
    assert round(result.misclosure.fy_m, 2) == published["fy"]
    assert round(result.misclosure.length_m, 2) == published["perimeter"]
    for station in result.stations[1:5]:
        assert (round(station.northing_m, 2), round(station.easting_m, 2)) == tuple(
            published["coords"][station.id]
        )
    legs = zip(("12", "23", "34", "4A"), result.stations[2:], strict=True)
    for leg, station in legs:
        assert station.bearing_deg * 3600 == pytest.approx(
            degrees(published["azimuths"][leg]) * 3600, abs=1e-3
        )


def test_adjust_traverse__without_rounding_matches_the_recomputation():
    item, traverse = zh_closed()
    result, expected = adjust_traverse(traverse), item["recomputed"]
    assert result.misclosure.fx_m == pytest.approx(expected["fx"], abs=1e-9)
    assert result.misclosure.fy_m == pytest.approx(expected["fy"], abs=1e-9)
    assert result.misclosure.linear_m == pytest.approx(expected["fs"], abs=1e-9)
    assert result.misclosure.ratio == pytest.approx(expected["K"], rel=1e-9)
    for station, place in zip(result.stations[1:], expected["coords"], strict=True):
        assert (station.northing_m, station.easting_m) == pytest.approx(tuple(place), abs=5.1e-5)


@pytest.mark.parametrize("hand", ["left", "right"])
def test_adjust_traverse__four_angles_by_either_hand(hand):
    item = example("zh_closed_4angles_right")
    angles = {name: degrees(text) for name, text in item["angles"].items()}
    if hand == "right":
        angles = {name: left_from_right_deg(value) for name, value in angles.items()}
    result = adjust_traverse(closed_from(item, angles))
    expected = item[f"recomputed_{hand}_angles"]
    fx, fy, places = (
        (expected["fx"], expected["fy"], expected["coords"])
        if hand == "left"
        else (expected[1], expected[2], expected[5])
    )
    assert abs(result.misclosure.angular_sec) == pytest.approx(60.0, abs=1e-6)
    assert (result.misclosure.fx_m, result.misclosure.fy_m) == pytest.approx((fx, fy), abs=1e-9)
    for station, place in zip(result.stations[1:], places, strict=True):
        assert (station.northing_m, station.easting_m) == pytest.approx(tuple(place), abs=5.1e-4)


def bowditch():
    item = example("bowditch_4leg")
    bearings = []
    for _, _, text in item["legs"]:
        value = degrees(text[1:-1] + "-0")
        bearings.append(
            {"NE": value, "SE": 180 - value, "SW": 180 + value, "NW": 360 - value}[text[0] + text[-1]]
        )
    traverse = Traverse(
        kind="closed",
        stations=("A", "B", "C", "D", "A"),
        distances_m=tuple(leg[1] for leg in item["legs"]),
        bearings_deg=tuple(bearings),
        start_easting_m=0.0,
        start_northing_m=0.0,
    )
    return item["published"], traverse


def test_adjust_traverse__compass_rule_to_the_last_printed_digit():
    published, traverse = bowditch()
    result = adjust_traverse(traverse, Rounding(length_m=0.001, correction_m=0.0001))
    assert round(result.misclosure.fx_m, 3) == published["sum_lat"]
    assert round(result.misclosure.fy_m, 3) == published["sum_dep"]
    assert result.misclosure.length_m == pytest.approx(published["perimeter"])
    legs = list(itertools.pairwise(result.stations))
    assert [round(end.correction_north_m, 4) for _, end in legs] == published["lat_corr"]
    assert [round(end.correction_east_m, 4) for _, end in legs] == published["dep_corr"]
    adjusted_north = [round(end.northing_m - start.northing_m, 4) for start, end in legs]
    adjusted_east = [round(end.easting_m - start.easting_m, 4) for start, end in legs]
    assert adjusted_north == published["adj_lat"]
    assert adjusted_east[:3] == published["adj_dep"][:3]  # the source does not print the fourth


def test_adjust_traverse__link_traverse_of_a_published_self_test():
    """zsiki/ls: link traverse oriented at both ends; circle readings, mean orientations, doubled lengths."""
    cases = json.loads(shared.path("survey/traverse_zsiki_cases.json").read_text("utf-8"))["cases"]
    item = next(case for case in cases if case["id"] == "link_traverse_oriented_both_ends")
    readings = item["stations"]
    angles = [degrees(readings[0]["fore"][1])]
    angles += [(degrees(s["fore"][1]) - degrees(s["back"][1])) % 360 for s in readings[1:-1]]
    angles.append(-degrees(readings[-1]["back"][1]) % 360)
    legs = [(one["fore"][2] + two["back"][2]) / 2 for one, two in itertools.pairwise(readings)]
    result = adjust_traverse(
        Traverse(
            kind="link",
            stations=("K", "1", "2", "3", "V"),
            distances_m=tuple(legs),
            angles_deg=tuple(angles),
            start_bearing_deg=degrees(item["start"]["orientation"]),
            end_bearing_deg=degrees(item["end"]["orientation"]),
            start_easting_m=item["start"]["E"],
            start_northing_m=item["start"]["N"],
            end_easting_m=item["end"]["E"],
            end_northing_m=item["end"]["N"],
        )
    )
    expected = item["independent_check_2026"]
    assert abs(result.misclosure.angular_sec) == pytest.approx(expected["angular_misclosure_arcsec"], abs=0.1)
    assert result.misclosure.linear_m == pytest.approx(expected["linear_m"], abs=5e-5)
    assert f"1:{result.misclosure.ratio:.0f}" == expected["relative"]
    for station in result.stations[1:4]:
        assert (station.easting_m, station.northing_m) == pytest.approx(
            tuple(item["expected"][station.id]), abs=4e-4
        )


def test_adjust_traverse__free_traverse_has_nothing_to_close():
    free = Traverse(
        kind="free",
        stations=("A", "B"),
        distances_m=(10.0,),
        angles_deg=(90.0, None),
        start_bearing_deg=0.0,
        start_easting_m=0.0,
        start_northing_m=0.0,
    )
    result = adjust_traverse(free)
    assert result.misclosure.linear_m is None
    assert result.misclosure.angular_sec is None
    assert (result.stations[1].easting_m, result.stations[1].northing_m) == pytest.approx((10.0, 0.0))


@given(st.floats(0.0, 360.0), st.floats(-1e5, 1e5))
def test_adjust_traverse__turning_the_start_turns_the_figure(turn_deg, shift_m):
    published = bowditch()[1]
    turned = replace(
        published,
        bearings_deg=tuple(b + turn_deg for b in published.bearings_deg),
        start_easting_m=shift_m,
    )
    one, other = adjust_traverse(published), adjust_traverse(turned)
    assert other.misclosure.linear_m == pytest.approx(one.misclosure.linear_m, abs=1e-8)
    assert math.hypot(other.stations[2].easting_m - shift_m, other.stations[2].northing_m) == pytest.approx(
        math.hypot(one.stations[2].easting_m, one.stations[2].northing_m), abs=1e-8
    )


def test_adjust_traverse__closed_figure_ends_where_it_began():
    end = adjust_traverse(zh_closed()[1]).stations[-1]
    assert (end.northing_m, end.easting_m) == pytest.approx((1000.0, 2000.0), abs=1e-9)


def test_judge__example_is_within_its_class():
    verdict = judge(adjust_traverse(zh_closed()[1]).misclosure, MAPPING)
    assert verdict.within
    assert verdict.angular_limit_sec == pytest.approx(40 * math.sqrt(5))
    assert find_faults(zh_closed()[1], MAPPING) == ()


def test_find_faults__names_the_station_of_a_wrong_angle():
    _, traverse = zh_closed()
    angles = list(traverse.angles_deg)
    angles[3] += 1.0
    fault = find_faults(replace(traverse, angles_deg=tuple(angles)), MAPPING)[0]
    assert (fault.kind, fault.where) == ("angle", "3")
    assert fault.amount == pytest.approx(1.0, abs=0.02)


def test_find_faults__names_the_leg_that_was_taped_in_chi():
    _, traverse = zh_closed()
    legs = list(traverse.distances_m)
    legs[2] *= 3.0
    fault = find_faults(replace(traverse, distances_m=tuple(legs)), MAPPING)[0]
    assert (fault.kind, fault.where) == ("length", "2-3")
    assert "尺" in fault.remedy_zh
    assert "chi" in fault.remedy_en


def test_find_faults__names_the_leg_with_a_wrong_compass_reading():
    published = bowditch()[1]
    bearings = list(published.bearings_deg)
    bearings[1] += 10.0
    wrong = replace(published, bearings_deg=tuple(bearings))
    faults = find_faults(wrong, replace(MAPPING, ratio=200.0))
    assert ("bearing", "B-C") in {(fault.kind, fault.where) for fault in faults}


def test_traverse__names_the_station_without_a_backsight():
    _, traverse = zh_closed()
    angles = (*traverse.angles_deg[:2], None, *traverse.angles_deg[3:])
    with pytest.raises(GeometryError, match="Station 2 lacks a backsight") as caught:
        replace(traverse, angles_deg=angles)
    assert caught.value.code == "back_sight_missing"


def test_traverse__refuses_a_closed_one_that_ends_under_another_name():
    _, traverse = zh_closed()
    with pytest.raises(GeometryError, match="ends at A1"):
        replace(traverse, stations=(*traverse.stations[:-1], "A1"))


def test_traverse__refuses_two_points_with_one_name():
    _, traverse = zh_closed()
    with pytest.raises(GeometryError, match="passes point 1 twice"):
        replace(traverse, stations=("A", "1", "2", "1", "4", "A"))


def test_traverse__refuses_a_missing_leg():
    _, traverse = zh_closed()
    with pytest.raises(GeometryError, match="needs 5 legs"):
        replace(traverse, distances_m=traverse.distances_m[:-1])
