"""Datum fits: known parameters recovered within their stated errors, weak points refused with the reason."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.datumfit import apply_fit, fit_datum, predicted_sigma_m
from geo.errors import ArgumentError, GeometryError

POINTS = np.array(
    [[0.0, 0.0], [8000.0, 500.0], [7500.0, 6000.0], [600.0, 7000.0], [4000.0, 3000.0], [2000.0, 5500.0]]
)
TURN_DEG, SCALE, SHIFT = 0.35, 1.000023, np.array([412_000.0, 4_180_000.0])


def turned(points, turn_deg=TURN_DEG, scale=SCALE):
    a, b = scale * math.cos(math.radians(turn_deg)), scale * math.sin(math.radians(turn_deg))
    return (
        np.column_stack((a * points[:, 0] + b * points[:, 1], -b * points[:, 0] + a * points[:, 1])) + SHIFT
    )


def noisy(seed, sigma_m=0.05):
    return turned(POINTS) + np.random.default_rng(seed).normal(0.0, sigma_m, POINTS.shape)


@pytest.mark.parametrize("kind", ["similarity", "affine"])
def test_fit__exact_points_give_exact_parameters(kind):
    fit = fit_datum(POINTS, turned(POINTS), kind)
    assert fit.scale == pytest.approx(SCALE, abs=1e-10)
    assert fit.sigma0_m == pytest.approx(0.0, abs=1e-8)
    assert apply_fit(fit, np.array([[1234.0, 4321.0]])) == pytest.approx(
        turned(np.array([[1234.0, 4321.0]])), abs=1e-7
    )


@pytest.mark.parametrize("kind", ["similarity", "affine"])
def test_fit__recovers_known_parameters_within_stated_errors(kind):
    """500 draws of 6 noisy points: errors over stated errors have the spread of Student's t."""
    target = np.array([[3000.0, 2000.0]])
    true = turned(target)[0]
    scores, inside = [], 0
    for seed in range(500):
        fit = fit_datum(POINTS, noisy(seed), kind)
        sigma = predicted_sigma_m(fit, target)[0]
        scores.append((apply_fit(fit, target)[0] - true) / sigma)
        inside += abs(fit.scale - SCALE) < 4.0 * math.sqrt(fit.covariance[2, 2])
    freedom = 12 - (4 if kind == "similarity" else 6)
    assert np.mean(np.square(scores)) == pytest.approx(freedom / (freedom - 2), rel=0.2)
    assert inside >= 480


def test_fit__similarity_turn_and_its_stated_error():
    turns, stated = [], []
    for seed in range(400):
        fit = fit_datum(POINTS, noisy(seed))
        turns.append(fit.turn_deg)
        stated.append(math.degrees(math.sqrt(fit.covariance[3, 3]) / fit.scale))
    assert np.mean(turns) == pytest.approx(TURN_DEG, abs=4 * np.std(turns) / 20)
    assert np.sqrt(np.mean(np.square(stated))) == pytest.approx(np.std(turns), rel=0.1)


def test_fit__sigma0_is_the_noise():
    values = [fit_datum(POINTS, noisy(seed)).sigma0_m ** 2 for seed in range(300)]
    assert math.sqrt(np.mean(values)) == pytest.approx(0.05, rel=0.05)


def test_fit__leave_one_out_is_the_fit_of_the_others():
    given_m = noisy(3)
    fit = fit_datum(POINTS, given_m, "affine", names=list("ABCDEF"))
    for place, point in enumerate(fit.points):
        others = np.arange(6) != place
        alone = apply_fit(fit_datum(POINTS[others], given_m[others], "affine"), POINTS[[place]])[0]
        assert point.left_out_m == pytest.approx(tuple(alone - given_m[place]), abs=1e-6)
    assert fit.points[0].id == "A"
    assert fit.leave_one_out_m > fit.sigma0_m


def test_fit__affine_takes_unequal_scales_that_a_similarity_cannot():
    stretched = POINTS * (1.0, 1.001) + SHIFT
    assert fit_datum(POINTS, stretched, "affine").sigma0_m < 1e-8
    assert fit_datum(POINTS, stretched).sigma0_m > 0.5


@settings(max_examples=30, deadline=None)
@given(st.floats(-180, 180), st.floats(0.5, 2.0))
def test_fit__any_turn_and_scale(turn_deg, scale):
    fit = fit_datum(POINTS, turned(POINTS, turn_deg, scale))
    assert fit.scale == pytest.approx(scale, rel=1e-9)
    assert math.cos(math.radians(fit.turn_deg - turn_deg)) == pytest.approx(1.0, abs=1e-12)


def test_fit__seven_parameters_only_when_enabled():
    random = np.random.default_rng(5)
    here = random.normal((-1_200_000.0, 4_900_000.0, 3_900_000.0), 50_000.0, (7, 3))
    shift, turns, change = np.array([12.0, -150.0, 80.0]), np.array([3e-6, -2e-6, 5e-6]), 4e-6
    centred = here - here.mean(axis=0)
    there = here + shift + change * centred + np.cross(turns, centred)
    with pytest.raises(ArgumentError, match="have the administrator enable them"):
        fit_datum(here, there, "seven_parameter")
    fit = fit_datum(here, there, "seven_parameter", seven_enabled=True)
    assert fit.parameters == pytest.approx((*shift, *turns, change), rel=1e-6, abs=1e-12)
    assert apply_fit(fit, here) == pytest.approx(there, abs=1e-6)


def test_fit__refuses_three_points_in_a_line():
    line = np.array([[0.0, 0.0], [1000.0, 1003.0], [3000.0, 2998.0]])
    with pytest.raises(GeometryError, match=r"almost in a line .4241 m long, . m wide") as caught:
        fit_datum(line, turned(line))
    assert caught.value.code == "common_points_collinear"


def test_fit__refuses_points_that_crowd_in_a_corner():
    corner = POINTS / 40.0
    area = np.array([[0.0, 0.0], [8000.0, 7000.0]])
    with pytest.raises(GeometryError, match="crowd within about") as caught:
        fit_datum(corner, turned(corner), area_m=area)
    assert caught.value.code == "common_points_clustered"
    assert fit_datum(POINTS, turned(POINTS), area_m=area).degrees_of_freedom == 8


def test_fit__refuses_points_on_one_spot():
    with pytest.raises(GeometryError, match="crowd"):
        fit_datum(POINTS * 1e-6, turned(POINTS))


@pytest.mark.parametrize(("kind", "count"), [("similarity", 2), ("affine", 3)])
def test_fit__refuses_too_few_points(kind, count):
    with pytest.raises(GeometryError, match=f"There are {count} common points"):
        fit_datum(POINTS[:count], turned(POINTS[:count]), kind)


def test_fit__refuses_points_without_a_partner():
    with pytest.raises(GeometryError, match="do not pair"):
        fit_datum(POINTS, turned(POINTS)[:5])
