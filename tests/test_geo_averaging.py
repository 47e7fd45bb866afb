"""Repeated fixes: bad ones named, the mean true to its stated error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.averaging import average_fixes, spatial_median
from geo.errors import GeometryError


def fixes(seed=0, count=20, sigma_m=1.5):
    return np.random.default_rng(seed).normal((500_000.0, 4_200_000.0), sigma_m, (count, 2))


def test_average__names_bad_fixes_and_is_not_dragged():
    places = fixes()
    places[[3, 11]] += (40.0, -25.0)
    result = average_fixes(places)
    assert [item.place for item in result.bad] == [3, 11]
    assert np.hypot(result.easting_m - 500_000.0, result.northing_m - 4_200_000.0) < 1.5
    assert "第 4 次" in result.bad[0].why_zh
    assert "Fix 4 lies 4" in result.bad[0].why_en
    assert result.used == 18


def test_average__stated_errors_hold_in_simulation():
    results = [average_fixes(fixes(seed)) for seed in range(400)]
    spread = np.std([item.easting_m for item in results])
    stated = np.sqrt(np.mean([item.sigma_easting_m**2 for item in results]))
    assert stated == pytest.approx(spread, rel=0.1)


def test_average__good_fixes_are_seldom_called_bad():
    named = sum(len(average_fixes(fixes(seed)).bad) for seed in range(200))
    assert named < 0.01 * 200 * 20


def test_average__weights_follow_the_stated_accuracies():
    places = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    result = average_fixes(places, sigmas_m=np.array([0.5, 0.5, 5.0, 5.0]))
    assert result.easting_m == pytest.approx(1 / 101, rel=1e-6)


def test_average__a_minute_of_fixes_is_one_measurement():
    places = fixes(count=60)
    all_at_once = average_fixes(places, times_s=np.arange(60.0))
    hours_apart = average_fixes(places, times_s=3600.0 * np.arange(60.0))
    assert all_at_once.independent < 1.3
    assert hours_apart.independent == hours_apart.used
    assert all_at_once.sigma_easting_m > 6 * hours_apart.sigma_easting_m


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100), st.floats(-1e6, 1e6), st.permutations(range(12)))
def test_average__does_not_depend_on_order_or_place(seed, shift_m, order):
    places = fixes(seed, 12)
    one, other = average_fixes(places), average_fixes(places[order] + shift_m)
    assert other.easting_m - shift_m == pytest.approx(one.easting_m, abs=1e-5)


def test_average__refuses_too_few():
    with pytest.raises(GeometryError, match="only 2 fixes"):
        average_fixes(np.zeros((2, 2)))


def test_average__refuses_what_is_not_finite():
    with pytest.raises(GeometryError, match="Fix 2 is not a finite number"):
        average_fixes(np.array([[0.0, 0.0], [np.nan, 0.0], [0.0, 0.0]]))


def test_average__refuses_two_points_under_one_name():
    places = fixes(1, 10, 0.01)
    places[5:, 0] += 30.0
    with pytest.raises(GeometryError, match=r"far beyond their stated 0.01 m: check whether two points"):
        average_fixes(places, sigmas_m=np.full(10, 0.01))


def test_spatial_median__of_a_triangle_with_a_right_angle():
    """Fermat point of (0,0), (1,0), (0,1): (3 - √3) / 6 on both axes."""
    found = spatial_median(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert found == pytest.approx(np.full(2, (3 - 3**0.5) / 6), abs=1e-5)
