"""Proposed lines: what every one of them keeps, and each kind on shapes that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo import measure
from geo.boundary import DisputeSettings, analyse
from geo.errors import ArgumentError, DisputeError
from geo.lens import lenses
from geo.marker import markers_on
from geo.polyline import Ruler, coordinates, polygon_parts
from geo.settlement import Grade, evaluate, proposals
from geo.sleeve import Sleeve
from geo.split import ground_between
from geo.straight import fewest_corners, straightened
from geo.uncertainty import Accuracy
from tests.disputes import (
    BRIEF,
    BUMP_A,
    BUMP_B,
    LEFT,
    RIGHT,
    ZONE,
    analysed,
    as_lines,
    as_plots,
    line,
    line_claim,
    local,
    neighbours,
    place,
    plot_claim,
    source,
)

FEW = settings(max_examples=15, deadline=None, phases=BRIEF)
OFF_THE_GROUND_M = 0.003


def rectangles():
    return analyse(plot_claim("a", LEFT), plot_claim("b", RIGHT), zone=ZONE)


def bump():
    return analyse(line_claim("a", *BUMP_A), line_claim("b", *BUMP_B), zone=ZONE)


def assert_sound(analysis, found):
    """Check what every proposal keeps, by means other than those it was made with."""
    ground = shapely.union_all(
        [analysis.disputed, analysis.unclaimed, analysis.closed_a, analysis.closed_b]
    ).buffer(OFF_THE_GROUND_M)
    for proposal in found.proposals:
        coords = coordinates(proposal.line)
        assert tuple(coords[0]) == (analysis.start.easting_m, analysis.start.northing_m), proposal.name
        assert tuple(coords[-1]) == (analysis.end.easting_m, analysis.end.northing_m), proposal.name
        assert np.array_equal(coords, coords.round(3)), proposal.name
        assert proposal.line.is_simple, proposal.name
        total = proposal.area_to_a_m2 + proposal.area_to_b_m2
        assert total == pytest.approx(analysis.disputed_area_m2, abs=1e-6), proposal.name
        if proposal.name == "straight":
            continue
        assert ground.covers(proposal.line), proposal.name
        assert proposal.outside_m2 == 0, proposal.name
        to_a = ground_between(coords, coordinates(analysis.closed_b)).intersection(analysis.disputed)
        parts = polygon_parts(to_a, 1e-6)
        area = sum(measure.areas_m2(parts, ZONE)) if parts else 0.0
        assert proposal.area_to_a_m2 == pytest.approx(area, abs=0.3), proposal.name


# ---- what all keep


@given(neighbours(), st.booleans(), st.floats(0, 1))
@FEW
def test_proposals__keep_the_rules(pair, plots, share):
    claims = as_plots(pair) if plots else as_lines(pair)
    middle = (pair[0] + pair[1]) / 2 + np.column_stack((np.sin(pair[0][:, 1]), 0 * pair[0][:, 1]))
    evidence = [
        source("certificate", *middle.round(3)),
        source("measured", *(pair[1] + [0.4, 0]).round(3), sigma_m=0.1),
    ]
    analysis = analysed(claims, evidence)
    found = proposals(analysis, evidence, zone=ZONE, share=share)
    assert_sound(analysis, found)
    area = analysis.disputed_area_m2
    for name, wanted in (("equal_area", 0.5), ("share", share)):
        proposal = found.named(name)
        if proposal is not None:
            assert proposal.area_to_a_m2 == pytest.approx(wanted * area, abs=1.0)
    names = {each.name for each in (*found.proposals, *found.withheld)}
    assert {"best_fit", "equal_area", "middle", "straight"} <= names


@given(neighbours())
@settings(max_examples=10, deadline=None, phases=BRIEF)
def test_proposals__exchanging_the_parties_mirrors(pair):
    a, b = as_lines(pair)
    evidence = [source("certificate", *pair[0] + [0.7, 0])]
    first = analyse(a, b, evidence, zone=ZONE)
    second = analyse(replace(b, side="a"), replace(a, side="b"), evidence, zone=ZONE)
    here = proposals(first, evidence, zone=ZONE)
    there = proposals(second, evidence, zone=ZONE)
    for name in ("certificate", "equal_area", "best_fit"):
        mine, theirs = here.named(name), there.named(name)
        if mine is not None and theirs is not None:
            assert mine.area_to_a_m2 == pytest.approx(theirs.area_to_b_m2, abs=1.0), name


def test_proposals__are_withheld_with_reasons_where_nothing_is_disputed():
    analysis = analyse(plot_claim("a", box(0, 0, 50, 100)), plot_claim("b", box(50, 0, 100, 100)), zone=ZONE)
    found = proposals(analysis, zone=ZONE)
    assert found.proposals == ()
    assert {held.reason.code for held in found.withheld} == {"nothing_to_share"}


# ---- shares


def test_equal_area__halves_a_strip():
    proposal = proposals(rectangles(), zone=ZONE).named("equal_area")
    assert proposal.area_to_a_m2 == pytest.approx(500, abs=0.1)
    assert proposal.share_to_a == pytest.approx(0.5)
    assert all(abs(local(point)[0] - 55) < 0.01 for point in proposal.line.coords)


def test_share__gives_a_what_was_asked():
    found = proposals(rectangles(), zone=ZONE, share=0.3).named("share")
    assert found.area_to_a_m2 == pytest.approx(300, abs=1)
    middle = Ruler(coordinates(found.line)).points_at(found.line.length / 2)[0]
    assert local(middle)[0] == pytest.approx(53, abs=0.2)  # B's line is at 50: A gets 30 % from there


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_share__all_or_nothing_is_a_claim_line(share):
    found = proposals(bump(), zone=ZONE, share=share).named("share")
    assert found.area_to_a_m2 == pytest.approx(share * 1220, abs=0.2)
    nearest = found.from_claim_a if share else found.from_claim_b
    assert nearest.max_m < 0.5


@pytest.mark.parametrize("share", [-0.1, 1.01, float("nan")])
def test_share__outside_0_to_1_is_refused(share):
    with pytest.raises(ArgumentError, match="number from 0 to 1"):
        proposals(rectangles(), zone=ZONE, share=share)


def test_equal_area__shares_every_patch():
    analysis = analyse(
        line_claim("a", (0, 0), (200, 0)),
        line_claim("b", (0, 0), (30, 20), (60, 0), (150, -10), (200, 0)),
        zone=ZONE,
    )
    found = proposals(analysis, zone=ZONE).named("equal_area")
    for lens in analysis.lenses:
        to_a = ground_between(coordinates(found.line), coordinates(analysis.closed_b)).intersection(
            lens.shape
        )
        assert to_a.area == pytest.approx(lens.shape.area / 2, abs=0.5)


def test_equal_area__never_shares_out_what_neither_claims():
    west = Polygon([(0, 0), (50, 0), (60, 25), (50, 50), (45, 75), (50, 100), (0, 100)])
    analysis = analyse(plot_claim("a", west), plot_claim("b", box(50, 0, 100, 100)), zone=ZONE)
    found = proposals(analysis, zone=ZONE).named("equal_area")
    assert found.area_to_a_m2 == pytest.approx(125, abs=1)
    gap = analysis.unclaimed.buffer(-0.01)
    assert not found.line.intersects(gap)


def test_equal_area__is_withheld_between_folded_claims():
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
    analysis = analyse(line_claim("a", (0, 0), (100, 0)), line_claim("b", *folded), zone=ZONE)
    found = proposals(analysis, zone=ZONE)
    reasons = {held.name: held.reason.code for held in found.withheld}
    assert reasons["equal_area"] == "share_missed"
    assert reasons["middle"] == "folded_ground"


def test_equal_area__holds_at_the_edge_of_the_zone():
    """Areas of record are 0.05 % under plane areas there; the share is met in areas of record."""
    east = 130_000.0
    west_plot, east_plot = box(east, 0, east + 260, 400), box(east + 200, 0, east + 500, 400)
    analysis = analyse(plot_claim("a", west_plot), plot_claim("b", east_plot), zone=ZONE)
    found = proposals(analysis, zone=ZONE).named("equal_area")
    assert analysis.disputed_area_m2 < analysis.disputed.area * 0.9999
    assert found.area_to_a_m2 == pytest.approx(analysis.disputed_area_m2 / 2, abs=1)


def test_equal_value__weighs_land_by_grade():
    """On a strip of 10 by 100 m the southern 40 m are worth three times the north: 40*3 + 60 = 180 per metre.

    The line halves each cross-section's worth if it runs along the middle, so that worth on both sides is 900.
    """
    grades = [
        Grade(polygon=MultiPolygon([place(box(-10, -10, 110, 40))]), value_per_m2=3.0),
        Grade(polygon=MultiPolygon([place(box(-10, 40, 110, 110))]), value_per_m2=1.0),
    ]
    analysis = rectangles()
    found = proposals(analysis, zone=ZONE, grades=grades).named("equal_value")
    to_a = ground_between(coordinates(found.line), coordinates(analysis.closed_b))
    worth = sum(grade.value_per_m2 * to_a.intersection(grade.polygon).area for grade in grades)
    assert worth == pytest.approx(900, abs=2)


def test_equal_value__differs_from_equal_area_across_the_dispute():
    grades = [
        Grade(polygon=MultiPolygon([place(box(-10, -10, 53, 110))]), value_per_m2=4.0),
        Grade(polygon=MultiPolygon([place(box(53, -10, 110, 110))]), value_per_m2=1.0),
    ]
    analysis = rectangles()
    found = proposals(analysis, zone=ZONE, grades=grades).named("equal_value")
    to_a = ground_between(coordinates(found.line), coordinates(analysis.closed_b))
    worth = sum(grade.value_per_m2 * to_a.intersection(grade.polygon).area for grade in grades)
    assert worth == pytest.approx((300 * 4 + 700 * 1) / 2, abs=2)
    assert found.area_to_a_m2 == pytest.approx(
        950 / 4, abs=10
    )  # all but the corners at the end points lie at 4


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        ([], "no_grades"),
        ([box(-10, -10, 110, 40)], "grades_incomplete"),
        ([box(-10, -10, 110, 60), box(-10, 40, 110, 110)], "grades_incomplete"),
    ],
)
def test_equal_value__is_not_offered_without_whole_grades(boxes, code):
    grades = [Grade(polygon=MultiPolygon([place(shape)]), value_per_m2=2.0) for shape in boxes]
    found = proposals(rectangles(), zone=ZONE, grades=grades)
    assert found.named("equal_value") is None
    assert code in {held.reason.code for held in found.withheld if held.name == "equal_value"}


def test_equal_value__needs_grades_with_worth():
    grades = [Grade(polygon=MultiPolygon([place(box(-10, -10, 110, 110))]), value_per_m2=0.0)]
    found = proposals(rectangles(), zone=ZONE, grades=grades)
    assert "grades_without_worth" in {held.reason.code for held in found.withheld}


# ---- middle


def test_middle__of_parallel_lines_is_straight():
    analysis = analyse(line_claim("a", (0, 0), (100, 0)), line_claim("b", (0, 10), (100, 10)), zone=ZONE)
    found = proposals(analysis, zone=ZONE).named("middle")
    assert [local(point) for point in found.line.coords] == [(0, 5), (100, 5)]


@given(st.integers(0, 1000))
@FEW
def test_middle__is_equally_far_from_both(seed):
    rng = np.random.default_rng(seed)
    along = np.linspace(0, 400, 9)
    bend = 30 * np.sin(along / 90)
    apart = 4 + 8 * rng.random(9)
    apart[[0, -1]] = 0
    first, second = np.column_stack((along, bend)), np.column_stack((along, bend + apart))
    analysis = analyse(line_claim("a", *first.round(3)), line_claim("b", *second.round(3)), zone=ZONE)
    found = Ruler(coordinates(proposals(analysis, zone=ZONE).named("middle").line))
    points = found.points_at(np.linspace(0, found.length_m, 300))
    away = [Ruler(coordinates(each)).nearest(points)[2] for each in (analysis.line_a, analysis.line_b)]
    assert np.abs(away[0] - away[1]).max() < 0.1


# ---- evidence


def test_certificate__runs_where_it_was_registered():
    analysis = rectangles()
    evidence = [source("certificate", (52, -5), (52, 105))]
    found = proposals(analysis, evidence, zone=ZONE).named("certificate")
    assert found.area_to_a_m2 == pytest.approx(200, abs=0.1)
    assert found.clipped_m == pytest.approx(0, abs=0.1)
    assert found.from_certificate.mean_m < 0.2
    assert found.from_claim_b.max_m == pytest.approx(5, abs=0.01)  # at the end point, 55


def test_measured__is_clipped_to_the_disputed_ground():
    """The walk leaves the strip between 45 and 20 m north by 2 m: there the line follows B's claim."""
    walk = source("measured", (55, 0), (55, 100), name="in")
    out = source("measured", (55, 0), (48, 20), (48, 45), (55, 70), (55, 100), name="out")
    analysis = rectangles()
    found = proposals(analysis, [walk, out], zone=ZONE)
    clipped = next(each for each in found.proposals if each.source == "out")
    assert clipped.clipped_m > 25
    assert min(local(point)[0] for point in clipped.line.coords) == pytest.approx(50, abs=0.001)
    assert_sound(analysis, found)


def test_sources__that_cover_a_part_are_withheld_alone_but_count_in_the_best_fit():
    evidence = [source("certificate", (52, 50), (52, 100)), source("old_map", (58, 0), (58, 100))]
    found = proposals(rectangles(), evidence, zone=ZONE)
    assert {(held.name, held.reason.code) for held in found.withheld} >= {
        ("certificate", "source_covers_part")
    }
    best = found.named("best_fit")
    assert best.area_to_a_m2 == pytest.approx(50 * 2 + 50 * 8, abs=1)
    assert best.source == "certificate、old_map"


def test_best_fit__takes_rank_before_accuracy():
    evidence = [source("contract", (51, 0), (51, 100)), source("measured", (57, 0), (57, 100), sigma_m=0.01)]
    best = proposals(rectangles(), evidence, zone=ZONE).named("best_fit")
    assert best.area_to_a_m2 == pytest.approx(100, abs=1)
    assert best.source == "contract"


def test_best_fit__weighs_by_accuracy_within_a_rank():
    evidence = [
        source("measured", (52, 0), (52, 100), name="rtk", sigma_m=0.1),
        source("measured", (57, 0), (57, 100), name="tape", sigma_m=0.2),
    ]
    best = proposals(rectangles(), evidence, zone=ZONE).named("best_fit")
    assert best.area_to_a_m2 == pytest.approx(100 * (0.8 * 2 + 0.2 * 7), abs=1)


def test_best_fit__prefers_known_accuracy_within_a_rank():
    evidence = [
        source("measured", (52, 0), (52, 100), name="known", sigma_m=0.1),
        source("measured", (57, 0), (57, 100), name="unknown"),
    ]
    assert proposals(rectangles(), evidence, zone=ZONE).named("best_fit").source == "known"


def test_best_fit__is_withheld_without_evidence_and_claims_are_none():
    found = proposals(rectangles(), zone=ZONE)
    assert found.named("best_fit") is None
    assert {held.reason.code for held in found.withheld if held.name == "best_fit"} == {"no_evidence"}


def test_best_fit__exaggerated_claims_do_not_move_it():
    evidence = [source("certificate", (52, 0), (52, 100))]
    modest = proposals(rectangles(), evidence, zone=ZONE).named("best_fit")
    greedy = analyse(plot_claim("a", box(0, 0, 90, 100)), plot_claim("b", RIGHT), zone=ZONE)
    moved = proposals(greedy, evidence, zone=ZONE).named("best_fit")
    inner = place(box(0, 1, 100, 99))
    assert modest.line.intersection(inner).equals_exact(moved.line.intersection(inner), 0.01)


def test_sources__far_away_are_withheld():
    found = proposals(rectangles(), [source("certificate", (900, 0), (900, 100))], zone=ZONE)
    assert {(held.source, held.reason.code) for held in found.withheld} >= {
        ("certificate", "source_elsewhere")
    }


# ---- needs


def test_needs__name_the_consents_when_the_registered_line_moves():
    evidence = [source("certificate", (55, 0), (55, 100))]
    found = proposals(rectangles(), evidence, zone=ZONE, share=0.2)
    assert found.named("certificate").needs == ("both_parties_sign",)
    assert "issuer_consent" in found.named("share").needs
    assert "title_unknown" in proposals(rectangles(), zone=ZONE).named("equal_area").needs


# ---- straight


def test_straight__fewest_corners_moves_no_land():
    analysis = bump()
    found = proposals(analysis, zone=ZONE, straighten="equal_area")
    base, straight = found.named("equal_area"), found.named("straight")
    assert len(straight.line.coords) <= len(base.line.coords)
    ring = [*base.line.coords, *list(straight.line.coords)[-2:0:-1]]
    assert abs(_signed(ring)) < 1
    assert straight.line.hausdorff_distance(base.line) <= DisputeSettings().straight_within_m + 0.01


def _signed(ring):
    east, north = np.array(ring).T - np.array([[500_000.0], [4_400_000.0]])
    return float(np.sum(east * np.roll(north, -1) - np.roll(east, -1) * north)) / 2


def test_straight__needs_one_free_marker():
    bulge = np.array([(0.0, 0.0), (40.0, 0.0), (50.0, 1.0), (60.0, 0.0), (100.0, 0.0)])
    assert len(straightened(bulge, 2.0)) == 3
    level = np.array([(0.0, 0.0), (25.0, 0.5), (50.0, 0.0), (75.0, -0.5), (100.0, 0.0)])
    assert len(straightened(level, 2.0)) == 2


def test_straight__finds_the_fewest_corners():
    """A zigzag of 0.9 m over a right angle: within 1 m two sides do, within 0.1 m every corner is needed."""
    legs = [(i * 10.0, 0.9 * (i % 2)) for i in range(11)] + [
        (100.0 + 0.9 * (i % 2), i * 10.0) for i in range(1, 11)
    ]
    zigzag = np.array(legs)
    assert len(fewest_corners(zigzag, 1.0)) <= 4
    assert len(fewest_corners(zigzag, 0.1)) >= 19


def test_straight__stays_within_the_tolerance_of_the_disputed_ground():
    analysis = bump()
    use = DisputeSettings(straight_within_m=5.0, straight_outside_tolerance_m=0.2)
    found = proposals(analysis, zone=ZONE, settings=use).named("straight")
    room = shapely.union_all([analysis.disputed, analysis.closed_a, analysis.closed_b]).buffer(0.21)
    assert room.covers(found.line)


def test_straight__is_withheld_when_its_line_is():
    found = proposals(rectangles(), zone=ZONE, straighten="certificate")
    assert ("straight", "nothing_to_straighten") in {(held.name, held.reason.code) for held in found.withheld}


# ---- markers


def test_markers__stand_at_ends_bends_and_within_sight():
    coords = coordinates(line((0, 0), (250, 0), (250, 90)))
    found = markers_on(coords, ZONE, DisputeSettings(marker_sight_m=100))
    assert [marker.kind for marker in found] == ["end", "sight", "sight", "bend", "end"]
    assert [marker.number for marker in found] == [1, 2, 3, 4, 5]
    assert local(found[1]) == (83.333, 0)
    gaps = np.hypot(*np.diff([(m.easting_m, m.northing_m) for m in found], axis=0).T)
    assert gaps.max() <= 100
    assert found[0].lon == pytest.approx(102.0, abs=1e-6)


def test_markers__pass_over_bends_within_tolerance():
    coords = coordinates(line((0, 0), (50, 0.1), (100, 0)))
    assert len(markers_on(coords, ZONE, DisputeSettings())) == 2


# ---- by hand


def test_by_hand__has_live_areas_in_either_direction():
    analysis = rectangles()
    for points in (((55, 0), (52, 50), (55, 100)), ((55.5, 99), (52, 50), (54, 1))):
        found = evaluate(line(*points), analysis, zone=ZONE)
        assert found.name == "by_hand"
        assert found.area_to_a_m2 == pytest.approx(350, abs=0.1)
        assert local(found.line.coords[0]) == local(analysis.start)
    assert {problem.code for problem in found.problems} == {"hand_line_joined"}


def test_by_hand__leaving_the_ground_is_said_and_measured():
    found = evaluate(line((55, 0), (65, 50), (55, 100)), rectangles(), zone=ZONE)
    assert found.area_to_a_m2 == pytest.approx(875, abs=0.1)  # 1,000 less the two corners of 5 by 25 m
    assert found.outside_m2 == pytest.approx(125, abs=0.5)
    assert {problem.code for problem in found.problems} == {"line_leaves_disputed_ground"}


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (((55, 0), (58, 60), (52, 60), (58, 40), (55, 100)), "hand_line_crosses_itself"),
        (((55, 30), (55, 100)), "hand_line_ends_elsewhere"),
        (((55, 0), (55, 0)), "hand_line_too_short"),
    ],
)
def test_by_hand__refusals_say_what_to_do(points, code):
    with pytest.raises(DisputeError) as caught:
        evaluate(line(*points), rectangles(), zone=ZONE)
    assert caught.value.code == code
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")


# ---- the family of lines through a lens


@given(st.integers(0, 10_000), st.floats(0, 1))
@FEW
def test_sleeve__line_is_simple_inside_and_has_its_area(seed, share):
    rng = np.random.default_rng(seed)
    along = np.linspace(0, 100, 10)[1:-1]
    ends = np.array([(0.0, 0.0), (100.0, 0.0)])
    low = np.column_stack((along + rng.normal(0, 3, 8), -1 - 20 * rng.random(8)))
    high = np.column_stack((along + rng.normal(0, 3, 8), 1 + 20 * rng.random(8)))
    chains = [np.vstack((ends[:1], chain, ends[1:])) for chain in (low, high)]
    assume(all(LineString(chain).is_simple for chain in chains))
    (lens,) = lenses(*chains)
    assume(not lens.folded)
    found = Sleeve(lens).line(share)
    assert LineString(found).is_simple
    assert lens.shape.buffer(1e-9).covers(LineString(found))
    ring = np.vstack((found, lens.chain_b[::-1]))
    local_area = (
        abs(float(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1]))) / 2
    )
    assert local_area == pytest.approx(share * lens.shape.area, abs=1e-6 * lens.shape.area)


def test_sleeve__reaches_into_pockets():
    """A bay of A that no straight way across the lens enters still belongs to the family's ends."""
    bay = np.array([(0.0, 0.0), (45.0, -5.0), (40.0, -60.0), (60.0, -60.0), (55.0, -5.0), (100.0, 0.0)])
    roof = np.array([(0.0, 0.0), (50.0, 10.0), (100.0, 0.0)])
    (lens,) = lenses(bay, roof)
    for share in (0.02, 0.9, 0.97, 0.999):
        found = Sleeve(lens).line(share)
        to_a = Polygon(np.vstack((found, lens.chain_b[-2:0:-1])))
        assert to_a.area == pytest.approx(share * lens.shape.area, rel=1e-6)
        assert to_a.is_valid


def test_accuracy__of_sources_does_not_change_their_own_lines():
    exact = [source("measured", (52, 0), (52, 100), sigma_m=0.01)]
    rough = [replace(exact[0], accuracy=Accuracy(sigma_own_m=5.0))]
    lines = [
        proposals(rectangles(), evidence, zone=ZONE).named("measured").line for evidence in (exact, rough)
    ]
    assert lines[0].equals(lines[1])
