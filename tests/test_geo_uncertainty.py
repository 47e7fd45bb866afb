"""Standard errors: 95 % intervals must hold in 93 to 97 % of simulated surveys."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon

from geo import uncertainty
from geo.errors import AccuracyError, GeometryError
from geo.uncertainty import EXACT, Accuracy

FloatArray = npt.NDArray[np.float64]

DRAWS = 10_000
RTK = Accuracy(sigma_own_m=0.03, sigma_common_m=0.02)
PHONE = Accuracy(sigma_own_m=1.5, sigma_common_m=3.0)
PLOT = Polygon([(0, 0), (120, 10), (140, 90), (60, 130), (70, 60), (-10, 80)])
BEND_A = LineString([(0, 0), (100, 10), (210, -15), (300, 5), (400, 0)])


def surveys(coords: FloatArray, accuracy: Accuracy, seed: int) -> FloatArray:
    """Return DRAWS surveys of the same points, shape (draws, n, 2)."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, accuracy.sigma_own_m, (DRAWS, *coords.shape))
    common = rng.normal(0, accuracy.sigma_common_m, (DRAWS, 1, 2))
    return coords + own + common


def shoelace(rings: FloatArray) -> FloatArray:
    """Signed areas of open rings, shape (draws, n, 2) -> (draws,)."""
    after = np.roll(rings, -1, axis=-2)
    return np.asarray(np.sum(rings[..., 0] * after[..., 1] - after[..., 0] * rings[..., 1], axis=-1) / 2)


def lengths(lines: FloatArray) -> FloatArray:
    steps = np.diff(lines, axis=-2)
    return np.asarray(np.hypot(steps[..., 0], steps[..., 1]).sum(axis=-1))


def hold(values: FloatArray, truth: float, sigma: float) -> bool:
    """Tell whether the 95 % interval round the drawn values holds the truth in 93 to 97 % of the draws."""
    share = float(np.mean(np.abs(values - truth) <= uncertainty.half_width95(sigma)))
    return 0.93 <= share <= 0.97


@pytest.mark.parametrize("accuracy", [RTK, PHONE, Accuracy(sigma_own_m=10.0)])
def test_area__interval_holds(accuracy: Accuracy) -> None:
    points = np.asarray(PLOT.exterior.coords)[:-1]
    drawn = shoelace(surveys(points, accuracy, 1))
    assert hold(drawn, PLOT.area, uncertainty.area_sigma_m2(PLOT, accuracy))


def test_area__interval_holds_for_a_dense_walk_with_noise_longer_than_its_steps() -> None:
    """First order alone would give 9 % too little here: the second-order term is exact."""
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    points = 60 * np.column_stack((np.cos(angle), np.sin(angle)))
    walk, accuracy = Polygon(points), Accuracy(sigma_own_m=4.0)
    drawn = shoelace(surveys(points, accuracy, 2))
    sigma = uncertainty.area_sigma_m2(walk, accuracy)
    assert drawn.std() == pytest.approx(sigma, rel=0.03)
    assert hold(drawn, walk.area, sigma)


def test_area__interval_holds_with_a_hole_and_parts() -> None:
    shell, hole = np.asarray(PLOT.exterior.coords)[:-1] * 3, np.array([(60, 40), (150, 60), (120, 150)])
    island = np.array([(600, 0), (700, 0), (650, 90)])
    plot = MultiPolygon([Polygon(shell, [hole]), Polygon(island)])
    drawn = [
        np.abs(shoelace(surveys(ring, PHONE, seed))) for seed, ring in enumerate((shell, hole, island), 3)
    ]
    assert hold(drawn[0] - drawn[1] + drawn[2], plot.area, uncertainty.area_sigma_m2(plot, PHONE))


def test_area__covariance_matrix_equals_own_and_common() -> None:
    for plot in (PLOT, PLOT.reverse(), Polygon(PLOT.exterior, [[(80, 20), (90, 30), (100, 20)]])):
        count = len(shapely.get_coordinates(plot)) - 1 - len(plot.interiors)
        covariance = uncertainty.covariance_m2(count, PHONE)
        exact = uncertainty.area_sigma_m2(plot, covariance=covariance)
        assert exact == pytest.approx(uncertainty.area_sigma_m2(plot, PHONE), rel=0.01)
        assert exact >= uncertainty.area_sigma_m2(plot, PHONE)


def test_area__interval_holds_for_correlated_fixes() -> None:
    """A walk's fixes drift together: a hole's ring walked the other way round included."""
    points = np.asarray(PLOT.exterior.coords)[:-1]
    hole = np.array([(20, 20), (60, 20), (40, 50)])
    covariance = uncertainty.walk_covariance_m2(np.arange(9) * 30.0, 4.0)
    root = np.linalg.cholesky(covariance)
    noise = (np.random.default_rng(5).normal(size=(DRAWS, 18)) @ root.T).reshape(DRAWS, 9, 2)
    plot = Polygon(points, [hole])
    drawn = np.abs(shoelace(points + noise[:, :6])) - np.abs(shoelace(hole + noise[:, 6:]))
    sigma = uncertainty.area_sigma_m2(plot, covariance=covariance)
    assert drawn.std() == pytest.approx(sigma, rel=0.03)
    assert hold(drawn, plot.area, sigma)


def test_area__common_shift_cancels() -> None:
    shifted = Accuracy(sigma_own_m=0.0, sigma_common_m=50.0)
    assert uncertainty.area_sigma_m2(PLOT, shifted) == 0.0


@settings(max_examples=30, deadline=None)
@given(scale=st.floats(0.1, 50), turn=st.floats(0, 360), start=st.integers(0, 5), back=st.booleans())
def test_area__sigma_scales_with_the_plot_and_ignores_its_pose(
    scale: float, turn: float, start: int, back: bool
) -> None:
    """A tiny own error is first order: sigma grows with the plot's size and turns with it."""
    tiny = Accuracy(sigma_own_m=1e-4)
    points = np.roll(np.asarray(PLOT.exterior.coords)[:-1], start, axis=0)[:: -1 if back else 1]
    turned = shapely.affinity.rotate(Polygon(points * scale), turn, origin=(0, 0))
    expected = scale * uncertainty.area_sigma_m2(PLOT, tiny)
    assert uncertainty.area_sigma_m2(turned, tiny) == pytest.approx(expected, rel=1e-6)


def test_area__square_by_hand() -> None:
    """A square of side s: every point's chord is s√2, so sigma² = 4 · (s² / 2) · own², plus 2 own⁴."""
    expected = math.sqrt(2 * 100.0**2 * 0.25 + 2 * 0.5**4)
    sigma = uncertainty.area_sigma_m2(shapely.box(0, 0, 100, 100), Accuracy(sigma_own_m=0.5))
    assert sigma == pytest.approx(expected)


@pytest.mark.parametrize("accuracy", [RTK, PHONE])
def test_length__interval_holds(accuracy: Accuracy) -> None:
    coords = np.asarray(BEND_A.coords)
    drawn = lengths(surveys(coords, accuracy, 6)) - uncertainty.length_bias_m(BEND_A, accuracy)
    assert hold(drawn, BEND_A.length, uncertainty.length_sigma_m(BEND_A, accuracy))


def test_length__interval_holds_for_a_perimeter() -> None:
    points = np.asarray(PLOT.exterior.coords)[:-1]
    drawn = surveys(points, RTK, 7)
    closed = np.concatenate((drawn, drawn[:, :1]), axis=1)
    assert hold(lengths(closed), PLOT.length, uncertainty.length_sigma_m(PLOT, RTK))
    covariance = uncertainty.covariance_m2(len(points), RTK)
    assert uncertainty.length_sigma_m(PLOT, covariance=covariance) == pytest.approx(
        uncertainty.length_sigma_m(PLOT, RTK)
    )


def test_length__noise_lengthens() -> None:
    coords = np.asarray(BEND_A.coords)
    noisy = lengths(surveys(coords, Accuracy(sigma_own_m=3.0), 8)).mean() - BEND_A.length
    assert uncertainty.length_bias_m(BEND_A, Accuracy(sigma_own_m=3.0)) == pytest.approx(noisy, rel=0.3)


def test_bearing__interval_holds() -> None:
    start, end = np.array([[0.0, 0.0]]), np.array([[80.0, 60.0]])
    drawn_start, drawn_end = surveys(start, RTK, 9)[:, 0], surveys(end, PHONE, 10)[:, 0]
    step = drawn_end - drawn_start
    bearing = np.degrees(np.arctan2(step[:, 0], step[:, 1]))
    truth = math.degrees(math.atan2(80, 60))
    assert hold(bearing, truth, uncertainty.bearing_sigma_deg(100.0, RTK, PHONE))
    both = surveys(np.vstack((start, end)), PHONE, 11)
    step = both[:, 1] - both[:, 0]
    bearing = np.degrees(np.arctan2(step[:, 0], step[:, 1]))
    assert hold(bearing, truth, uncertainty.bearing_sigma_deg(100.0, PHONE))


@pytest.mark.parametrize("same_survey", [False, True])
def test_deviation__interval_holds(same_survey: bool) -> None:
    point, line = Point(130, 30), LineString([(0, 0), (200, 20), (300, 100)])
    coords = np.vstack(([(point.x, point.y)], np.asarray(line.coords)))
    drawn = surveys(coords, PHONE, 12)
    if not same_survey:
        drawn = np.concatenate((surveys(coords[:1], RTK, 13), surveys(coords[1:], PHONE, 14)), axis=1)
    here, start, step = drawn[:, 0], drawn[:, 1], drawn[:, 2] - drawn[:, 1]
    offset = (step[:, 0] * (here - start)[:, 1] - step[:, 1] * (here - start)[:, 0]) / np.hypot(*step.T)
    accuracy = PHONE if same_survey else RTK
    sigma = uncertainty.deviation_sigma_m(point, line, accuracy, PHONE, same_survey=same_survey)
    assert hold(offset, uncertainty.deviation_m(point, line), sigma)


def test_deviation__left_is_positive() -> None:
    line = LineString([(0, 0), (100, 0)])
    assert uncertainty.deviation_m(Point(50, 3), line) == pytest.approx(3.0)
    assert uncertainty.deviation_m(Point(50, -3), line) == pytest.approx(-3.0)
    assert abs(uncertainty.deviation_m(Point(103, 4), line)) == pytest.approx(5.0)


@pytest.mark.parametrize("separation_m", [0.0, 2.0, 40.0])
@pytest.mark.parametrize("fixed_ends", [False, True])
def test_area_between__net_interval_always_holds(separation_m: float, fixed_ends: bool) -> None:
    """The lines cross, coincide or lie apart: net signed area is true in each case (DEFINITIONS 7)."""
    coords_a = np.asarray(BEND_A.coords)
    coords_b = coords_a[[0, 2, 4]] + np.array([[0, 0], [0, separation_m], [0, 0]])
    line_b = LineString(coords_b)
    drawn_a, drawn_b = surveys(coords_a, PHONE, 15), surveys(coords_b, RTK, 16)
    if fixed_ends:
        drawn_a[:, [0, -1]], drawn_b[:, [0, -1]] = coords_a[[0, -1]], coords_b[[0, -1]]
    drawn = shoelace(np.concatenate((drawn_a, drawn_b[:, ::-1]), axis=1))
    truth = float(shoelace(np.vstack((coords_a, coords_b[::-1]))))
    sigma = uncertainty.area_between_sigma_m2(BEND_A, line_b, PHONE, RTK, fixed_ends=fixed_ends)
    assert hold(drawn, truth, sigma)


def test_area_between__gross_interval_holds_where_the_lines_are_clear_of_noise() -> None:
    """Lines that cross in the middle and lie far apart on either side of the crossing."""
    coords_a = np.array([(0.0, 0.0), (200.0, 0.0), (400.0, 0.0)])
    coords_b = np.array([(0.0, 40.0), (150.0, 30.0), (250.0, -30.0), (400.0, -35.0)])
    accuracy = Accuracy(sigma_own_m=1.0, sigma_common_m=2.0)
    found = uncertainty.area_between(LineString(coords_a), LineString(coords_b), accuracy, accuracy)
    assert found.gross_sigma_m2 is not None
    drawn = zip(surveys(coords_a, accuracy, 17)[:2_000], surveys(coords_b, accuracy, 18)[:2_000], strict=True)
    gross = np.array([_gross(a, b) for a, b in drawn])
    assert found.gross_m2 == pytest.approx(_gross(coords_a, coords_b))
    assert hold(gross, found.gross_m2, found.gross_sigma_m2)
    assert abs(found.net_m2) < found.gross_m2


def _gross(line_a: FloatArray, line_b: FloatArray) -> float:
    ring = np.vstack((line_a, line_b[::-1], line_a[:1]))
    lines = shapely.get_parts(shapely.union_all(shapely.linestrings(ring)))
    return float(sum(face.area for face in shapely.get_parts(shapely.polygonize(lines))))


def test_area_between__one_clear_face_has_the_net_sigma() -> None:
    line_b = LineString([(0, 80), (180, 95), (400, 80)])
    found = uncertainty.area_between(BEND_A, line_b, PHONE, PHONE)
    assert found.gross_m2 == pytest.approx(found.net_m2)
    assert found.gross_sigma_m2 == pytest.approx(found.net_sigma_m2, rel=0.01)
    assert found.sigma_difference_m == pytest.approx(math.sqrt(2 * 1.5**2 + 2 * 3.0**2))


def test_area_between__noise_alone_gets_no_interval_but_a_limit() -> None:
    """Two phones, 3 m, one line of 400 m: 1.6 mu of gross area out of nothing."""
    chainage = np.linspace(0, 400, 81)
    coords = np.column_stack((chainage, np.zeros_like(chainage)))
    phone = Accuracy(sigma_own_m=3.0)
    walks = [LineString(surveys(coords, phone, seed)[0]) for seed in (19, 20)]
    found = uncertainty.area_between(*walks, phone, phone)
    assert found.gross_m2 > 600
    assert found.gross_sigma_m2 is None
    assert found.at_most_m2 > found.gross_m2
    assert abs(found.net_m2) < 3 * found.net_sigma_m2


def test_area_between__shift_counts_between_surveys_only() -> None:
    line_b = LineString([(0, 50), (400, 50)])
    shift = Accuracy(sigma_own_m=0.0, sigma_common_m=1.0)
    same = uncertainty.area_between_sigma_m2(BEND_A, line_b, shift, shift, same_survey=True)
    apart = uncertainty.area_between_sigma_m2(BEND_A, line_b, shift, EXACT)
    assert same == pytest.approx(0.0, abs=1e-9)
    assert apart == pytest.approx(math.hypot(400.0, 50.0 - 50.0 + 25.0 * 2), rel=0.05)


def test_accuracy__impossible_or_missing_values_are_refused() -> None:
    for value in (-0.1, math.nan, math.inf):
        with pytest.raises(AccuracyError, match="0 or more"):
            Accuracy(sigma_own_m=value)
    with pytest.raises(AccuracyError, match="not known"):
        uncertainty.area_sigma_m2(PLOT)
    with pytest.raises(AccuracyError, match="not both"):
        uncertainty.area_sigma_m2(PLOT, RTK, covariance=np.eye(12))
    with pytest.raises(AccuracyError, match="order 12 for 6 points"):
        uncertainty.area_sigma_m2(PLOT, covariance=np.eye(14))
    with pytest.raises(GeometryError, match="no bearing"):
        uncertainty.bearing_sigma_deg(0.0, RTK)
