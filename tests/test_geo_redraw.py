"""The agreed line put into a neighbourhood: two plots change, nobody else's line moves."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geo import measure
from geo.boundary import analyse
from geo.errors import DisputeError
from geo.redraw import redraw, touching
from geo.settlement import proposals
from tests.disputes import BRIEF, ZONE, line, local, place, plot_claim

FEW = settings(max_examples=25, deadline=None, phases=BRIEF)

SHAPES = {
    "A": box(0, 0, 50, 100),
    "B": box(50, 0, 100, 100),
    "south": Polygon([(0, -50), (100, -50), (100, 0), (50, 0), (0, 0)]),
    "north": Polygon([(0, 100), (50, 100), (100, 100), (100, 150), (0, 150)]),
    "east": Polygon([(100, -50), (150, -50), (150, 150), (100, 150), (100, 100), (100, 0)]),
}
"""A and B side by side, three neighbours round them that match point by point."""


def around():
    return {plot_id: place(shape) for plot_id, shape in SHAPES.items()}


def now(plots, found):
    return {**plots, **found.noded, **found.changed}


def assert_seamless(plots, found):
    """Check that the result is a valid coverage of the same ground and that no other plot's shape moved."""
    after = now(plots, found)
    assert shapely.coverage_is_valid(list(plots.values()))
    assert shapely.coverage_is_valid(list(after.values()))
    assert shapely.union_all(list(after.values())).symmetric_difference(
        shapely.union_all(list(plots.values()))
    ).area == pytest.approx(0, abs=1e-6)
    total = sum(measure.area_m2(plot, ZONE) for plot in plots.values())
    assert sum(measure.area_m2(plot, ZONE) for plot in after.values()) == pytest.approx(total, abs=0.01)
    for plot_id, plot in plots.items():
        if plot_id not in found.changed:
            assert after[plot_id].symmetric_difference(plot).area < 1e-6
            assert set(plot.exterior.coords) <= set(after[plot_id].exterior.coords)
            if plot_id not in found.noded:
                assert after[plot_id].equals_exact(plot, 0)


@pytest.mark.parametrize(
    ("points", "area_a"),
    [
        (((50, 0), (50, 100)), 5000),
        (((50, 0), (60, 50), (50, 100)), 5500),
        (((50, 100), (60, 50), (50, 0)), 5500),
        (((50, 0), (40, 30), (60, 60), (50, 100)), 5050),
        (((50, 20), (60, 50), (50, 80)), 5300),
        (((55, 0), (55, 100)), 5500),
        (((55, 0), (52, 0), (52, 100), (55, 100)), 5200),
        (((51, 2), (60, 50), (51, 98)), 5530),
    ],
)
def test_redraw__both_plots_change_and_no_other_line_moves(points, area_a):
    plots = around()
    found = redraw(plots, "A", "B", line(*points))
    assert found.area_after_m2["A"] == pytest.approx(area_a, abs=0.001)
    assert sum(found.area_after_m2.values()) == pytest.approx(10_000, abs=0.001)
    assert found.to_a_m2 == pytest.approx(area_a - 5000, abs=0.001)
    assert (found.valid_before, found.valid_after) == (True, True)
    assert_seamless(plots, found)


def test_redraw__areas_are_of_record_with_a_zone():
    plots = around()
    found = redraw(plots, "A", "B", line((50, 0), (60, 50), (50, 100)), zone=ZONE)
    assert found.area_after_m2["A"] == measure.area_m2(found.changed["A"], ZONE)


def test_redraw__new_corner_is_put_into_the_neighbours_straight_side():
    plots = around()
    found = redraw(plots, "A", "B", line((55, 0), (55, 100)))
    assert set(found.noded) == {"south", "north"}
    assert (55, 0) in {local(point) for point in found.noded["south"].exterior.coords}
    assert found.noded["south"].area == pytest.approx(plots["south"].area, abs=1e-9)


def test_redraw__new_corner_off_the_millimetre_grid_leaves_the_neighbour_where_he_is():
    slanted = {
        "A": Polygon([(0, 0), (37, 1.7), (50, 100), (0, 100)]),
        "B": Polygon([(37, 1.7), (111, 5.1), (100, 100), (50, 100)]),
        "south": Polygon([(0, 0), (0, -50), (111, -50), (111, 5.1), (37, 1.7)]),
    }
    plots = {plot_id: place(shape) for plot_id, shape in slanted.items()}
    found = redraw(plots, "A", "B", line((45.123, 2.07), (50, 100)))
    assert list(found.noded) == ["south"]
    assert_seamless(plots, found)


def test_redraw__end_just_beyond_the_ring_is_cut_back():
    plots = around()
    found = redraw(plots, "A", "B", line((50, -3), (60, 50), (50, 102)))
    assert found.cut_m == pytest.approx(5, abs=0.1)
    assert_seamless(plots, found)


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (((50, -30), (60, 50), (50, 100)), "line_leaves_plots"),
        (((50, 0), (60, -10), (70, 10), (50, 100)), "line_leaves_plots"),
        (((50, 0), (100, 20), (100, 60), (50, 100)), "line_leaves_plots"),
        (((50, 0), (100, 50), (50, 100)), "plot_falls_apart"),
        (((70, 30), (80, 40)), "line_misses_plots"),
        (((50, 0), (60, 50), (40, 50), (60, 20)), "line_crosses_itself"),
    ],
)
def test_redraw__refusals_say_why(points, code):
    with pytest.raises(DisputeError) as caught:
        redraw(around(), "A", "B", line(*points))
    assert caught.value.code == code
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")


def test_redraw__names_whose_line_would_move():
    with pytest.raises(DisputeError) as caught:
        redraw(around(), "A", "B", line((50, 0), (100, 20), (100, 60), (50, 100)))
    assert caught.value.facts["ids"] == ["east"]


def test_redraw__absent_holder_or_unknown_plot_is_refused():
    straight = line((50, 0), (50, 100))
    with pytest.raises(DisputeError, match="does not move"):
        redraw(around(), "A", "B", straight, {"B"})
    with pytest.raises(DisputeError, match="not among the plots"):
        redraw(around(), "A", "Z", straight)
    redraw(around(), "A", "B", line((55, 0), (55, 100)), {"south", "north"})


def test_redraw__plots_that_do_not_meet_are_refused():
    plots = {"A": place(box(0, 0, 50, 100)), "B": place(box(70, 0, 100, 100))}
    with pytest.raises(DisputeError) as caught:
        redraw(plots, "A", "B", line((50, 0), (50, 100)))
    assert caught.value.code == "claims_apart"


def test_redraw__emptied_plot_is_refused():
    strip = {"A": place(box(0, 0, 50, 100)), "B": place(box(50, 0, 50.2, 4))}
    with pytest.raises(DisputeError) as caught:
        redraw(strip, "A", "B", line((50, 0), (50.1, 2), (50, 4)))
    assert caught.value.code == "plot_emptied"


def test_redraw__holes_stay_with_the_plot_they_lie_in():
    plots = around()
    plots["A"] = place(Polygon(SHAPES["A"].exterior.coords, [box(10, 40, 20, 60).exterior.coords]))
    plots["pond"] = place(box(10, 40, 20, 60))
    found = redraw(plots, "A", "B", line((50, 0), (45, 50), (50, 100)))
    assert len(found.changed["A"].interiors) == 1
    assert found.area_after_m2["A"] == pytest.approx(4800 - 250)


def test_redraw__line_through_a_third_plot_in_a_hole_is_refused():
    plots = around()
    plots["A"] = place(Polygon(SHAPES["A"].exterior.coords, [box(40, 40, 48, 60).exterior.coords]))
    plots["pond"] = place(box(40, 40, 48, 60))
    with pytest.raises(DisputeError):
        redraw(plots, "A", "B", line((50, 0), (44, 50), (50, 100)))


def test_redraw__other_parts_of_a_plot_stay():
    plots = around()
    far = place(box(-300, 0, -250, 50))
    plots["A"] = MultiPolygon([plots["A"], far])
    found = redraw(plots, "A", "B", line((50, 0), (60, 50), (50, 100)))
    assert isinstance(found.changed["A"], MultiPolygon)
    assert found.area_after_m2["A"] == pytest.approx(5500 + 2500)
    assert any(part.equals(far) for part in found.changed["A"].geoms)


def test_redraw__overlapping_plots_are_parted_without_overlap():
    plots = {"A": place(box(0, 0, 60, 100)), "B": place(box(50, 0, 100, 100))}
    found = redraw(plots, "A", "B", line((55, 0), (55, 100)))
    assert found.valid_before is False
    assert found.changed["A"].intersection(found.changed["B"]).area == pytest.approx(0, abs=1e-9)
    assert sum(found.area_after_m2.values()) == pytest.approx(10_000)


def test_redraw__gap_between_the_plots_stays_unclaimed():
    west = Polygon([(0, 0), (50, 0), (45, 50), (50, 100), (0, 100)])
    plots = {"A": place(west), "B": place(box(50, 0, 100, 100))}
    found = redraw(plots, "A", "B", line((50, 0), (45, 50), (50, 100)))
    assert found.area_after_m2["B"] == pytest.approx(5000, abs=0.01)
    assert sum(found.area_after_m2.values()) == pytest.approx(9750, abs=0.01)


@given(
    st.lists(st.tuples(st.integers(-30_000, 30_000), st.integers(-4_000, 4_000)), min_size=1, max_size=6),
    st.integers(-8_000, 8_000),
    st.integers(-8_000, 8_000),
)
@FEW
def test_redraw__stays_seamless_for_any_line_inside(bends, first, last):
    """Lines to the millimetre from anywhere on the south side to anywhere on the north side; nearer than 5 cm to the
    old corner they begin at the corner.
    """
    assume(all(shift == 0 or abs(shift) > 50 for shift in (first, last)))
    inner = [
        (50 + east / 1000, 100 * (i + 1) / (len(bends) + 1) + north / 1000)
        for i, (east, north) in enumerate(bends)
    ]
    drawn = LineString([(50 + first / 1000, 0), *inner, (50 + last / 1000, 100)])
    assume(drawn.is_simple)
    assume(box(0.1, 0.1, 99.9, 99.9).covers(LineString([*inner, inner[0]])))
    plots = around()
    found = redraw(plots, "A", "B", place(drawn))
    assert_seamless(plots, found)
    expected = Polygon([(0, 0), *drawn.coords, (0, 100)]).area
    assert found.area_after_m2["A"] == pytest.approx(expected, abs=0.01)


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None, phases=BRIEF)
def test_redraw__takes_every_proposal_of_a_dispute_over_the_plots(seed):
    """Claims that differ from the registered plots, with their common corners: any line proposed can be put in."""
    rng = np.random.default_rng(seed)
    north = np.array([0, 20, 45, 70, 100])
    sides = [50 + np.array([0, *rng.integers(2000, 12_000, 3) / 1000 * sign, 0]) for sign in (1, -1)]
    west = Polygon([(0, 0), *zip(sides[0], north, strict=True), (0, 100)])
    east = Polygon([(100, 0), (100, 100), *zip(sides[1][::-1], north[::-1], strict=True)])
    analysis = analyse(plot_claim("a", west), plot_claim("b", east), zone=ZONE)
    plots = around()
    for proposal in proposals(analysis, zone=ZONE, share=0.3).proposals:
        found = redraw(plots, "A", "B", proposal.line, zone=ZONE)
        assert_seamless(plots, found)
        overlap = analysis.disputed_area_m2
        registered = measure.area_m2(analysis.disputed.intersection(plots["A"]), ZONE)
        if proposal.name != "straight":
            assert found.to_a_m2 == pytest.approx(proposal.area_to_a_m2 - registered, abs=0.1)
        assert proposal.area_to_a_m2 <= overlap + 1e-6


# ---- who has to be joined


def test_touching__lists_every_plot_on_the_line():
    found = touching(around(), line((50, 0), (60, 50), (50, 100)))
    assert {each.plot_id for each in found} == {"A", "B", "south", "north"}
    lengths = {each.plot_id: each.length_m for each in found}
    assert lengths["south"] == 0
    shared = touching(around(), line((50, 0), (50, 100)))
    assert {each.plot_id: round(each.length_m) for each in shared}["A"] == 100


def test_touching__reaches_as_far_as_asked():
    beside = line((50, -0.5), (98, -0.5))
    assert touching(around(), beside) == ()
    assert {each.plot_id for each in touching(around(), beside, 1.0)} == {"A", "B", "south"}
    assert touching({}, beside) == ()
