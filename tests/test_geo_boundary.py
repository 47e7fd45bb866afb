"""The analysis of a dispute, on shapes whose figures can be worked out by hand and on generated neighbours."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo import measure, verdict
from geo.boundary import Claim, DisputeSettings, FixedPoint, SourceLine, analyse
from geo.errors import DisputeError
from geo.facing_plots import face_plots
from geo.lens import lenses
from geo.uncertainty import Accuracy
from tests.disputes import (
    BRIEF,
    BUMP_A,
    BUMP_B,
    EAST,
    LEFT,
    NORTH,
    PHONE,
    RIGHT,
    RTK,
    ZONE,
    analysed,
    as_lines,
    as_plots,
    codes,
    line,
    line_claim,
    local,
    neighbours,
    place,
    plot_claim,
    source,
)

FEW = settings(max_examples=25, deadline=None, phases=BRIEF)


# ---- two plots


def test_plots__overlap_is_disputed():
    found = analyse(plot_claim("a", LEFT), plot_claim("b", RIGHT), zone=ZONE)
    overlap = place(box(50, 0, 60, 100))
    assert found.disputed_area_m2 == pytest.approx(measure.area_m2(overlap, ZONE), abs=1e-6)
    assert found.disputed.equals(overlap)
    assert found.unclaimed_area_m2 == 0
    assert (found.a_side, found.side_known) == ("left", True)
    assert [local(point) for point in found.line_a.coords] == [(60, 0), (60, 100)]
    assert [local(point) for point in found.line_b.coords] == [(50, 0), (50, 100)]


def test_plots__different_corners_of_one_outer_boundary_are_provisional():
    found = analyse(plot_claim("a", LEFT), plot_claim("b", RIGHT), zone=ZONE)
    assert local(found.start) == (55, 0)
    assert local(found.end) == (55, 100)
    assert found.start.provisional
    assert [local(point) for point in found.start.closing_a.coords] == [(55, 0), (60, 0)]
    assert {"end_provisional"} <= codes(found)


def test_plots__closing_follows_a_bent_outer_boundary():
    bent = [(0, 0), (55, -5), (100, 0)]
    west = Polygon([(0, 0), (55, -5), (60, -4.4444), (60, 100), (0, 100)])
    east = Polygon([(50, -4.5455), (55, -5), (60, -4.4444), (100, 0), (100, 100), (50, 100)])
    found = analyse(plot_claim("a", west), plot_claim("b", east), zone=ZONE)
    expected = west.intersection(east).area
    assert found.disputed.area == pytest.approx(expected, abs=0.01)
    assert place(LineString(bent)).distance(found.start.point) < 0.002


def test_plots__accuracy_weighs_the_provisional_mean():
    accurate, rough = Accuracy(sigma_own_m=0.1), Accuracy(sigma_own_m=0.3)
    found = analyse(
        plot_claim("a", LEFT, accuracy=accurate), plot_claim("b", RIGHT, accuracy=rough), zone=ZONE
    )
    assert local(found.start) == (59, 0)


def test_plots__lens_ends_at_its_crossings():
    found = analyse(plot_claim("a", box(0, 0, 60, 60)), plot_claim("b", box(50, 50, 100, 100)), zone=ZONE)
    assert found.disputed.area == pytest.approx(100)
    assert (local(found.start), local(found.end)) == ((60, 50), (50, 60))
    assert (found.start.kind, found.start.closing_a) == ("agreed", None)


def test_plots__gap_is_unclaimed_and_apart():
    west = Polygon([(0, 0), (50, 0), (60, 25), (50, 50), (45, 75), (50, 100), (0, 100)])
    east = box(50, 0, 100, 100)
    found = analyse(plot_claim("a", west), plot_claim("b", east), zone=ZONE)
    assert found.disputed.area == pytest.approx(250)
    assert found.unclaimed.area == pytest.approx(125)
    assert [round(stretch.unclaimed_area_m2) for stretch in found.stretches] == [0, 125]
    assert found.gross_area_m2 == pytest.approx(375, abs=0.01)
    assert found.net_area_m2 == pytest.approx(125, abs=0.01)


def test_plots__shared_boundary_has_nothing_in_dispute():
    found = analyse(plot_claim("a", box(0, 0, 50, 100)), plot_claim("b", box(50, 0, 100, 100)), zone=ZONE)
    assert found.disputed_area_m2 == 0
    assert [stretch.state for stretch in found.stretches] == ["agreed"]
    assert "nothing_disputed" in codes(found)


def test_plots__noise_of_millimetres_is_agreed():
    rng = np.random.default_rng(7)
    north = np.linspace(0, 100, 41)
    west = np.column_stack((50 + rng.integers(-2, 3, 41) / 1000, north))
    east = np.column_stack((50 + rng.integers(-2, 3, 41) / 1000, north))
    first = Polygon([*west, (0, 100), (0, 0)])
    second = Polygon([*east, (100, 100), (100, 0)])
    found = analyse(plot_claim("a", first), plot_claim("b", second), zone=ZONE)
    assert [stretch.state for stretch in found.stretches] == ["agreed"]
    assert found.line_a.length == pytest.approx(100, abs=0.1)


def test_plots__claim_over_the_whole_depth_runs_round_it():
    found = analyse(plot_claim("a", box(0, 0, 100, 100)), plot_claim("b", box(60, -20, 160, 120)), zone=ZONE)
    assert found.disputed.area == pytest.approx(4000)
    assert (local(found.start), local(found.end)) == ((60, 0), (60, 100))
    assert found.line_a.length == pytest.approx(180)


def test_plots__inner_claim_that_shares_the_outer_boundary_is_a_dispute():
    found = analyse(plot_claim("a", box(0, 0, 100, 100)), plot_claim("b", box(60, 0, 100, 100)), zone=ZONE)
    assert found.disputed.area == pytest.approx(4000)
    assert found.line_b.length == pytest.approx(100)


def test_plots__hole_is_not_disputed():
    holed = Polygon(LEFT.exterior.coords, [box(52, 40, 56, 60).exterior.coords])
    found = analyse(plot_claim("a", holed), plot_claim("b", RIGHT), zone=ZONE)
    assert found.disputed.area == pytest.approx(920)
    assert "hole_in_dispute" in codes(found)


def test_plots__part_of_a_hole_can_be_in_dispute():
    holed = Polygon(box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords])
    found = analyse(plot_claim("a", holed), plot_claim("b", box(35, 42, 50, 58)), zone=ZONE)
    assert found.disputed.area == pytest.approx(5 * 16)


def test_plots__of_several_parts_the_meeting_one_is_taken():
    parts = MultiPolygon([LEFT, box(-200, 0, -150, 50)])
    found = analyse(plot_claim("a", parts), plot_claim("b", RIGHT), zone=ZONE)
    assert found.disputed.area == pytest.approx(1000)
    assert "one_part_taken" in codes(found)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (box(0, 0, 50, 100), box(60, 0, 100, 100), "claims_apart"),
        (box(0, 0, 50, 100), box(0, 0, 50, 100), "claims_identical"),
        (box(0, 0, 100, 100), box(40, 40, 60, 60), "claim_inside_other"),
        (box(0, 40, 100, 60), box(40, 0, 60, 100), "claims_cut_through"),
        (box(0, 0, 50, 50), box(50, 50, 100, 100), "claims_touch_in_point"),
        (
            Polygon(box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords]),
            box(40, 40, 60, 60),
            "closed_boundary",
        ),
        (Polygon([(0, 0), (50, 50), (50, 0), (0, 50)]), box(40, 0, 90, 50), "claim_shape_invalid"),
    ],
)
def test_plots__without_one_boundary_are_refused(first, second, code):
    for pair in ((first, second), (second, first)):
        with pytest.raises(DisputeError) as caught:
            analyse(plot_claim("a", pair[0]), plot_claim("b", pair[1]), zone=ZONE)
        assert caught.value.code == code
        assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")


def test_plots__gap_only_is_unclaimed_between_recorded_points():
    corners = [
        FixedPoint(easting_m=EAST + 55, northing_m=NORTH + north, kind="three_way", name=name)
        for north, name in ((0, "T1"), (100, "T2"))
    ]
    found = analyse(
        plot_claim("a", box(0, 0, 50, 100)),
        plot_claim("b", box(60, 0, 100, 100)),
        zone=ZONE,
        fixed_points=corners,
    )
    assert found.disputed_area_m2 == 0
    assert found.unclaimed.area == pytest.approx(1000)
    assert (found.start.name, found.end.kind) == ("T1", "three_way")


@given(neighbours())
@FEW
def test_plots__disputed_is_the_overlap(pair):
    claims = as_plots(pair)
    found = analysed(claims)
    overlap = shapely.intersection(claims[0].polygon, claims[1].polygon).area
    if found.disputed_stretches:
        assert found.disputed.area == pytest.approx(overlap, abs=0.5)
    assert math.fsum(s.area_m2 for s in found.disputed_stretches) == pytest.approx(
        found.disputed_area_m2, abs=1e-6
    )


# ---- two lines


def test_lines__every_face_between_is_disputed():
    found = analyse(line_claim("a", (0, 0), (100, 0)), line_claim("b", (0, 10), (100, 10)), zone=ZONE)
    assert found.disputed.area == pytest.approx(1000)
    assert (local(found.start), local(found.end)) == ((0, 5), (100, 5))
    assert {"lines_do_not_meet", "end_provisional", "side_assumed"} <= codes(found)


def test_lines__crossing_parts_the_stretches():
    found = analyse(line_claim("a", (0, 0), (100, 0)), line_claim("b", (0, 5), (100, -5)), zone=ZONE)
    assert [(round(s.from_m), round(s.to_m)) for s in found.stretches] == [(0, 50), (50, 100)]
    assert [s.area_m2 for s in found.stretches] == pytest.approx([125, 125], abs=0.01)
    assert found.net_area_m2 == pytest.approx(0, abs=0.01)


def test_lines__agreed_and_disputed_stretches_by_chainage():
    found = analyse(line_claim("a", *BUMP_A), line_claim("b", *BUMP_B), zone=ZONE)
    assert [s.state for s in found.stretches] == ["agreed", "disputed", "agreed"]
    assert [s.to_m for s in found.stretches] == pytest.approx([96, 240, 412], abs=0.5)
    assert found.stretches[1].area_m2 == pytest.approx(1220, abs=0.02)
    assert found.stretches[1].patch.area == pytest.approx(1220)
    assert found.agreed_length_m + found.disputed_length_m == pytest.approx(412)


def test_lines__neck_between_two_bulges_is_shared_out_between_them():
    found = analyse(
        line_claim("a", (0, 0), (300, 0)),
        line_claim("b", (0, 0), (50, 8), (100, 0.05), (200, 0.05), (250, 8), (300, 0)),
        zone=ZONE,
    )
    assert [s.state for s in found.stretches] == ["disputed", "agreed", "disputed"]
    assert found.stretches[0].area_m2 == pytest.approx(found.disputed_area_m2 / 2, abs=0.05)
    assert math.fsum(s.area_m2 for s in found.stretches) == pytest.approx(found.disputed_area_m2, abs=1e-9)


def test_lines__finger_that_returns_to_the_same_place_is_disputed():
    found = analyse(
        line_claim("a", (0, 0), (100, 0)),
        line_claim("b", (0, 0), (45, 0), (40, 20), (60, 20), (45.05, 0), (100, 0)),
        zone=ZONE,
    )
    assert [s.state for s in found.stretches].count("disputed") == 1
    assert found.disputed_area_m2 > 190


def test_lines__overhang_is_left_out():
    found = analyse(
        line_claim("a", (0, 0), (400, 0)), line_claim("b", (50, 0), (150, 20), (350, 0)), zone=ZONE
    )
    assert (local(found.start), local(found.end)) == ((50, 0), (350, 0))
    assert found.disputed.area == pytest.approx(3000)
    assert "line_overhangs" in codes(found)


def test_lines__small_loops_of_a_walk_are_cut_off():
    walk = ((0, 0), (50, 0), (52, 1), (52, -1), (49, 1), (100, 0))
    found = analyse(line_claim("a", *walk), line_claim("b", (0, 10), (100, 10)), zone=ZONE)
    assert "loops_cut" in codes(found)
    assert found.line_a.is_simple


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (((0, 0), (100, 0), (100, 50), (50, -50)), "claim_crosses_itself"),
        (((0, 0), (100, 0), (100, 50), (0, 0.05)), "claim_line_closed"),
        (((5000, 0), (5100, 0)), "claims_apart"),
    ],
)
def test_lines__unfit_are_refused(points, code):
    with pytest.raises(DisputeError) as caught:
        analyse(line_claim("a", *points, label="甲.kml"), line_claim("b", (0, 10), (100, 10)), zone=ZONE)
    assert caught.value.code == code
    assert "{" not in caught.value.sentence("zh")


def test_lines__point_is_no_claim():
    with pytest.raises(DisputeError, match="no two different points"):
        analyse(line_claim("a", (0, 0), (0, 0)), line_claim("b", (0, 10), (100, 10)), zone=ZONE)


def test_lines__claimants_on_one_side_are_refused():
    first = line_claim("a", (0, 0), (100, 0), claimant_side="left")
    with pytest.raises(DisputeError) as caught:
        analyse(first, line_claim("b", (100, 10), (0, 10), claimant_side="right"), zone=ZONE)
    assert caught.value.code == "claimants_on_one_side"


def test_lines__ground_that_neither_claims_is_noted():
    first = line_claim("a", (0, 10), (100, 10), claimant_side="left")
    found = analyse(first, line_claim("b", (0, 0), (100, 0), claimant_side="right"), zone=ZONE)
    assert found.disputed.area == pytest.approx(1000)
    assert "claimed_by_neither" in codes(found)


def test_lines__noise_of_phones_is_one_stretch_within_error():
    rng = np.random.default_rng(3)
    along = np.linspace(0, 400, 81)
    walks = [np.column_stack((along, 0 * along)) + rng.normal(0, 3, (81, 2)) for _ in range(2)]
    found = analyse(
        line_claim("a", *walks[0].round(3), accuracy=PHONE),
        line_claim("b", *walks[1].round(3), accuracy=PHONE),
        zone=ZONE,
    )
    assert "claims_cross_often" in codes(found)
    assert len(found.disputed_stretches) == 1
    (stretch,) = found.disputed_stretches
    assert stretch.area_sigma_m2 is None
    assert stretch.at_most_m2 > stretch.area_m2
    assert found.disputed_area_sigma_m2 is None
    assert found.disputed_at_most_m2 >= found.disputed_area_m2


def test_lines__folds_count_what_the_lines_see_on_different_sides():
    straight = ((0, 0), (100, 0))
    folded = (
        (0, 0),
        (30, 20),
        (60, 20),
        (60, -10),
        (40, -10),
        (40, 10),
        (20, 10),
        (20, -20),
        (80, -20),
        (100, 0),
    )
    found = analyse(line_claim("a", *straight), line_claim("b", *folded), zone=ZONE)
    assert "claims_fold" in codes(found)
    assert found.disputed.area == pytest.approx(_odd_area(straight, folded), rel=0.01)


def _odd_area(first, second, step=0.25):
    """Area seen on different sides, counted on a grid by crossings to the east (an independent method)."""
    ring = np.array([*first, *second[::-1]], dtype=float)
    following = np.roll(ring, -1, axis=0)
    grid = np.arange(-30, 130, step) + step / 3
    east, north = np.meshgrid(grid, grid)
    odd = np.zeros(east.shape, dtype=bool)
    for (e0, n0), (e1, n1) in zip(ring, following, strict=True):
        spans = (n0 > north) != (n1 > north)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = e0 + (north - n0) * (e1 - e0) / (n1 - n0)
        odd ^= spans & (east < at)
    return odd.sum() * step**2


@given(neighbours())
@FEW
def test_lines__stretches_cover_the_line_and_add_up(pair):
    found = analyse(*as_lines(pair), zone=ZONE)
    borders = [s.from_m for s in found.stretches] + [found.stretches[-1].to_m]
    assert borders[0] == 0
    assert borders[-1] == pytest.approx(found.line_a.length, abs=1e-6)
    assert all(s.to_m == t.from_m for s, t in zip(found.stretches, found.stretches[1:], strict=False))
    disputed = [s for s in found.stretches if s.state == "disputed"]
    assert math.fsum(s.area_m2 for s in disputed) == pytest.approx(found.disputed_area_m2, abs=1e-6)
    patches = [s.patch for s in disputed if s.patch is not None]
    assert math.fsum(patch.area for patch in patches) == pytest.approx(found.disputed.area, abs=1e-3)


@given(neighbours())
@FEW
def test_lines__direction_changes_nothing(pair):
    first = analyse(*as_lines(pair, accuracy=RTK), zone=ZONE)
    a, b = as_lines(pair, accuracy=RTK)
    turned = replace(b, line=b.line.reverse(), claimant_side="left")
    second = analyse(a, turned, zone=ZONE)
    assert second.disputed_area_m2 == pytest.approx(first.disputed_area_m2, abs=1e-6)
    assert [s.verdict for s in second.stretches] == [s.verdict for s in first.stretches]
    both = analyse(replace(a, line=a.line.reverse(), claimant_side="right"), turned, zone=ZONE)
    assert both.disputed_area_m2 == pytest.approx(first.disputed_area_m2, abs=1e-4)
    assert local(both.start) == local(first.end)


@given(neighbours())
@FEW
def test_lines__exchanging_the_parties_mirrors(pair):
    a, b = as_lines(pair, accuracy=RTK)
    first = analyse(a, b, zone=ZONE)
    second = analyse(replace(b, side="a"), replace(a, side="b"), zone=ZONE)
    assert second.disputed_area_m2 == pytest.approx(first.disputed_area_m2, abs=0.01)
    assert second.net_area_m2 == pytest.approx(-first.net_area_m2, abs=0.01)
    assert (first.a_side, second.a_side) == ("left", "right")
    assert local(second.start) == local(first.start)


# ---- one of each


@pytest.mark.parametrize(("side", "area"), [("right", 4000), ("left", 6000)])
def test_plot_and_line__land_lies_on_the_claimants_side(side, area):
    through = line_claim("b", (60, -20), (60, 120), claimant_side=side)
    found = analyse(plot_claim("a", box(0, 0, 100, 100)), through, zone=ZONE)
    assert found.disputed.area == pytest.approx(area)
    assert {local(found.start), local(found.end)} == {(60, 0), (60, 100)}


def test_plot_and_line__mirrored():
    found = analyse(
        line_claim("a", (60, 0), (60, 100), claimant_side="left"),
        plot_claim("b", box(50, 0, 100, 100)),
        zone=ZONE,
    )
    assert found.disputed.area == pytest.approx(1000)
    assert found.a_side == "left"


def test_plot_and_line__line_outside_the_plot_leaves_unclaimed_ground():
    found = analyse(
        plot_claim("a", box(0, 0, 50, 100)),
        line_claim("b", (50, 0), (55, 50), (50, 100), claimant_side="right"),
        zone=ZONE,
    )
    assert found.disputed_area_m2 == 0
    assert found.unclaimed.area == pytest.approx(250)


@given(neighbours())
@FEW
def test_plot_and_line__agrees_with_two_plots(pair):
    plots, lines = as_plots(pair), as_lines(pair)
    whole = analysed(plots)
    mixed = analyse(plots[0], lines[1], zone=ZONE)
    slivers_m2 = 0.1 * 400  # beside agreed stretches; they count as soon as anything else is disputed
    assert mixed.disputed_area_m2 == pytest.approx(whole.disputed_area_m2, abs=slivers_m2)


# ---- ends


def test_ends__recorded_points_come_first():
    points = [
        FixedPoint(easting_m=EAST - 3, northing_m=NORTH + 5, kind="common", name="J1"),
        FixedPoint(easting_m=EAST + 103, northing_m=NORTH + 5, kind="three_way", name="J2"),
    ]
    found = analyse(
        line_claim("a", (0, 0), (100, 0)),
        line_claim("b", (0, 10), (100, 10)),
        zone=ZONE,
        fixed_points=points,
    )
    assert (found.start.name, found.start.kind, found.end.name) == ("J1", "common", "J2")
    assert found.disputed.area == pytest.approx(1000 + 2 * 15)
    assert "end_provisional" not in codes(found)


def test_ends__recorded_point_far_away_or_inside_is_no_end():
    points = [
        FixedPoint(easting_m=EAST + 50, northing_m=NORTH + 500, name="far"),
        FixedPoint(easting_m=EAST + 200, northing_m=NORTH, name="inside"),
    ]
    found = analyse(
        line_claim("a", (0, 0), (400, 0)),
        line_claim("b", (0, 0), (200, 9), (400, 0)),
        zone=ZONE,
        fixed_points=points,
    )
    assert {"recorded_point_far", "recorded_point_inside"} <= codes(found)
    assert found.start.kind == "agreed"


def test_ends__three_way_point_cuts_lines_that_run_on():
    corner = FixedPoint(easting_m=EAST + 300, northing_m=NORTH, kind="three_way", name="T")
    found = analyse(
        line_claim("a", (0, 0), (500, 0)),
        line_claim("b", (0, 0), (150, 10), (300, 0), (500, 20)),
        zone=ZONE,
        fixed_points=[corner],
    )
    assert local(found.end) == (300, 0)
    assert found.disputed.area == pytest.approx(1500)


# ---- verdicts and accuracy


@pytest.mark.parametrize(
    ("offset_m", "sigma_m", "expected"),
    [
        (1.0, 0.05, "real_difference"),
        (0.15, 0.06, "within_error"),
        (1.0, None, "not_enough_evidence"),
        (5.0, 0.4, "not_enough_evidence"),
    ],
)
def test_verdict__by_separation_and_sigma(offset_m, sigma_m, expected):
    accuracy = None if sigma_m is None else Accuracy(sigma_own_m=sigma_m)
    found = analyse(
        line_claim("a", (0, 0), (200, 0), accuracy=accuracy),
        line_claim("b", (0, offset_m), (200, offset_m), accuracy=accuracy),
        zone=ZONE,
    )
    (stretch,) = found.stretches
    assert stretch.verdict == expected
    assert (stretch.instrument is not None) == (expected == "not_enough_evidence")
    assert stretch.mean_separation_m == pytest.approx(offset_m)


def test_verdict__sigma_takes_own_and_common_parts_of_both():
    found = analyse(
        line_claim("a", (0, 0), (200, 0), accuracy=Accuracy(sigma_own_m=0.03, sigma_common_m=0.04)),
        line_claim("b", (0, 2), (200, 2), accuracy=Accuracy(sigma_own_m=0.12, sigma_common_m=0.0)),
        zone=ZONE,
    )
    assert found.stretches[0].sigma_difference_m == pytest.approx(0.13)


def test_verdict__boundary_at_twice_sigma_is_within_error():
    assert verdict.judge(0.2, 0.1, DisputeSettings()) == "within_error"
    assert verdict.judge(0.2 + 1e-9, 0.1, DisputeSettings()) == "real_difference"


@pytest.mark.parametrize(
    ("separation_m", "limit_m", "code"),
    [
        (2.0, 1.0, "rtk_gnss"),
        (0.10, 1.0, "total_station"),
        (20.0, 15.0, "handheld_gnss"),
        (5.0, 15.0, "submetre_gnss"),
    ],
)
def test_verdict__names_the_simplest_instrument_that_decides(separation_m, limit_m, code):
    instrument = verdict.deciding_instrument(separation_m, DisputeSettings(not_enough_sigma2_m=limit_m))
    assert instrument.code == code
    assert instrument.zh
    assert instrument.en


def test_sigma__holds_in_simulated_surveys():
    """The 95 % interval of the disputed area covers the truth in 93 to 97 % of surveys; 120 draws tell it to 4 %."""
    rng = np.random.default_rng(11)
    truth_a = np.array([(0, 0), (60, 2), (130, -3), (200, 0)], dtype=float)
    truth_b = np.array([(0, 0), (70, 30), (140, 28), (200, 0)], dtype=float)
    true_area = analyse(line_claim("a", *truth_a), line_claim("b", *truth_b), zone=ZONE).disputed_area_m2
    covered = 0
    for _ in range(120):
        noisy = [
            (coords + rng.normal(0, 0.05, coords.shape) + rng.normal(0, 0.03, 2)).round(3)
            for coords in (truth_a, truth_b)
        ]
        found = analyse(
            line_claim("a", *noisy[0], accuracy=RTK), line_claim("b", *noisy[1], accuracy=RTK), zone=ZONE
        )
        assert found.disputed_area_sigma_m2 is not None
        covered += abs(found.disputed_area_m2 - true_area) <= 1.96 * found.disputed_area_sigma_m2
    assert 0.88 <= covered / 120 <= 0.995


def test_sigma__same_survey_takes_the_shift_out():
    apart = [line_claim(side, (0, n), (200, n), accuracy=RTK) for side, n in (("a", 0), ("b", 5))]
    alone = analyse(*apart, zone=ZONE)
    shared = analyse(*apart, zone=ZONE, settings=DisputeSettings(same_survey=True))
    assert shared.disputed_area_sigma_m2 < alone.disputed_area_sigma_m2


# ---- sources


def test_sources__share_and_deviation_of_each_claim():
    certificate = source("certificate", (0, 0), (100, 0), (100, 5), (200, 5), sigma_m=0.05)
    found = analyse(
        line_claim("a", (0, 0), (200, 0), accuracy=Accuracy(sigma_own_m=0.05)),
        line_claim("b", (0, 5), (200, 5)),
        [certificate],
        zone=ZONE,
    )
    of_a, of_b = found.source_agreements
    assert (of_a.side, of_b.side, of_a.source) == ("a", "b", "certificate")
    assert of_a.share_within == pytest.approx(0.5, abs=0.01)
    assert of_a.limit_m == pytest.approx(2 * math.hypot(0.05, 0.05))
    assert (of_a.sigma_known, of_b.sigma_known) == (True, False)
    assert of_a.max_deviation_m == pytest.approx(5)
    assert of_a.area_between_m2 == pytest.approx(500, abs=0.01)


def test_sources__do_not_change_what_is_disputed():
    claims = plot_claim("a", LEFT), plot_claim("b", RIGHT)
    with_source = analyse(*claims, [source("certificate", (52, 0), (52, 100))], zone=ZONE)
    assert with_source.disputed_area_m2 == analyse(*claims, zone=ZONE).disputed_area_m2


def test_sources__elsewhere_are_noted():
    found = analyse(
        plot_claim("a", LEFT), plot_claim("b", RIGHT), [source("old_map", (900, 0), (900, 100))], zone=ZONE
    )
    assert "source_elsewhere" in codes(found)
    assert found.source_agreements == ()


def test_sources__of_a_plot_the_facing_side_is_taken():
    plot = SourceLine(name="证书", kind="certificate", line=place(box(0, 0, 53, 100)))
    found = analyse(plot_claim("a", LEFT), plot_claim("b", RIGHT), [plot], zone=ZONE)
    assert found.source_agreements[0].mean_deviation_m == pytest.approx(7)
    assert found.source_agreements[1].mean_deviation_m == pytest.approx(3)


def test_sources__two_of_one_name_are_refused():
    twice = [
        source("certificate", (52, 0), (52, 100), name="x"),
        source("measured", (53, 0), (53, 100), name="x"),
    ]
    with pytest.raises(DisputeError, match="Two sources"):
        analyse(plot_claim("a", LEFT), plot_claim("b", RIGHT), twice, zone=ZONE)


# ---- claims and settings


def test_claim__has_exactly_one_shape():
    with pytest.raises(DisputeError, match="no shape"):
        Claim(side="a")
    with pytest.raises(DisputeError, match="both a plot and a line"):
        Claim(side="a", polygon=place(LEFT), line=line((0, 0), (1, 1)))


def test_settings__must_be_positive():
    with pytest.raises(DisputeError, match="agreed_within_m is 0"):
        DisputeSettings(agreed_within_m=0)


def test_settings__wider_agreement_shortens_the_dispute():
    claims = line_claim("a", *BUMP_A), line_claim("b", *BUMP_B)
    narrow = analyse(*claims, zone=ZONE)
    wide = analyse(*claims, zone=ZONE, settings=DisputeSettings(agreed_within_m=2.0))
    assert wide.disputed_length_m < narrow.disputed_length_m
    assert wide.disputed_area_m2 == pytest.approx(narrow.disputed_area_m2, abs=1e-6)


# ---- lenses


@given(st.integers(0, 10_000))
@FEW
def test_lenses__are_disjoint_and_odd(seed):
    rng = np.random.default_rng(seed)
    along = np.linspace(0, 100, 12)
    ends = np.array([(0.0, 0.0), (100.0, 0.0)])
    first, second = (
        np.vstack((ends[:1], np.column_stack((along[1:-1], rng.normal(0, 6, 10))), ends[1:]))
        for _ in range(2)
    )
    found = [lens.shape for lens in lenses(first, second) if lens.shape is not None]
    assert shapely.union_all(found).area == pytest.approx(math.fsum(shape.area for shape in found), rel=1e-9)
    assert math.fsum(shape.area for shape in found) == pytest.approx(
        _odd_area(first, second), rel=0.02, abs=1
    )


def test_facing__plots_with_a_point_in_common_only_are_refused():
    with pytest.raises(DisputeError, match="single point"):
        face_plots(
            plot_claim("a", box(0, 0, 10, 10)), plot_claim("b", box(10, 10, 20, 20)), (), DisputeSettings()
        )


def test_plots__small_loops_of_a_walk_are_cut_off():
    walked = Polygon([(0, 0), (60, 0), (60, 50), (61, 52), (59, 52), (60, 50.5), (60, 100), (0, 100)])
    assert not walked.is_valid
    found = analyse(plot_claim("a", walked), plot_claim("b", RIGHT), zone=ZONE)
    assert "loops_cut" in codes(found)
    assert found.disputed.area == pytest.approx(1000, abs=3)


def test_plots__recorded_points_far_away_do_not_bridge_a_gap():
    far = [FixedPoint(easting_m=EAST + 900, northing_m=NORTH + north, kind="three_way") for north in (0, 100)]
    with pytest.raises(DisputeError, match="do not meet"):
        analyse(
            plot_claim("a", box(0, 0, 50, 100)),
            plot_claim("b", box(60, 0, 100, 100)),
            zone=ZONE,
            fixed_points=far,
        )


def test_total_sigma__of_one_disputed_stretch_is_its_own():
    """Two families add the printed figures: a total of one stretch must not carry another ± than the stretch.

    The lines cross twice inside the agreed distance, so that agreed lenses lie beside the one disputed patch.
    """
    accuracy = Accuracy(sigma_own_m=0.2, sigma_common_m=0.3)
    line_a = LineString([(EAST, NORTH), (EAST + 100, NORTH + 0.05), (EAST + 300, NORTH), (EAST + 400, NORTH)])
    line_b = LineString(
        [
            (EAST, NORTH),
            (EAST + 100, NORTH),
            (EAST + 200, NORTH + 30),
            (EAST + 300, NORTH + 0.02),
            (EAST + 400, NORTH),
        ]
    )
    found = analyse(
        Claim(side="a", line=line_a, accuracy=accuracy),
        Claim(side="b", line=line_b, accuracy=accuracy),
        zone=ZONE,
    )
    (stretch,) = found.disputed_stretches
    assert stretch.area_sigma_m2 is not None
    assert found.disputed_area_sigma_m2 == pytest.approx(stretch.area_sigma_m2, rel=1e-9)
