"""Blunders are named one at a time, neighbours are not accused, loose parts are named."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from geo.errors import GeometryError
from geo.network import adjust
from geo.observation import Network, NetworkPoint, Observation
from geo.snooping import tau


def grid(seed=1, side=4, noise_m=0.005):
    """A grid of points 100 m apart with all sides and diagonals measured; two corners are known."""
    random = np.random.default_rng(seed)
    places = {f"P{i}{j}": (100.0 * i, 100.0 * j + 7.0 * i) for i in range(side) for j in range(side)}
    fixed = {"P00", f"P{side - 1}{side - 1}"}
    points = tuple(
        NetworkPoint(id=n, easting_m=e, northing_m=north, plane="fixed" if n in fixed else "adjusted")
        for n, (e, north) in places.items()
    )
    names = list(places)
    seen = tuple(
        Observation(
            kind="distance",
            at=one,
            to=two,
            value=math.dist(places[one], places[two]) + noise_m * random.standard_normal(),
            sigma=noise_m,
        )
        for k, one in enumerate(names)
        for two in names[k + 1 :]
        if math.dist(places[one], places[two]) < 160.0 and {one, two} != fixed
    )
    return Network(points=points, observations=seen)


def with_blunders(network, blunders):
    seen = list(network.observations)
    for place, amount in blunders.items():
        seen[place] = replace(seen[place], value=seen[place].value + amount)
    return replace(network, observations=tuple(seen))


def test_snoop__one_blunder_accuses_only_itself():
    network = with_blunders(grid(), {10: 0.5})
    assert [item.observation for item in adjust(network).suspects] == [network.observations[10]]


def test_snoop__three_blunders_are_all_found():
    network = with_blunders(grid(), {3: 0.4, 17: -0.3, 25: 1.0})
    found = {item.observation.name for item in adjust(network).suspects}
    assert found == {network.observations[place].name for place in (3, 17, 25)}


def test_snoop__estimates_the_blunder_and_names_the_slip():
    network = with_blunders(grid(), {10: 10.0})
    suspect = adjust(network).suspects[0]
    assert "+9.9" in suspect.remedy_en  # linearised at the pulled places: good to a percent
    assert "slip of 10 m" in suspect.remedy_en
    assert "整 10 米" in suspect.remedy_zh


def test_snoop__removal_is_the_same_as_adjusting_without_it():
    network = with_blunders(grid(), {10: 0.5, 20: 0.4})
    first, second = adjust(network).suspects
    left = tuple(seen for seen in network.observations if seen is not first.observation)
    again = adjust(replace(network, observations=left))
    assert again.suspects[0].observation is second.observation


def test_snoop__says_when_two_observations_cannot_be_told_apart():
    """Three heights in one loop: every residual is a third of the misclosure."""
    points = [NetworkPoint(id="A", height_m=0.0, vertical="fixed")]
    points += [NetworkPoint(id=name, vertical="adjusted") for name in "BC"]
    legs = [("A", "B", 1.0), ("B", "C", 1.0), ("C", "A", -1.5)]
    seen = [Observation(kind="height_difference", at=a, to=b, value=v, sigma=0.01) for a, b, v in legs]
    seen.append(Observation(kind="height_difference", at="A", to="B", value=1.001, sigma=0.01))
    seen.append(Observation(kind="height_difference", at="A", to="B", value=0.999, sigma=0.01))
    result = adjust(Network(points=tuple(points), observations=tuple(seen)))
    assert result.global_test_passed is False
    for suspect in result.suspects:
        assert "cannot be told apart" in suspect.remedy_en


def test_tau__published_value():
    """Pope 1976: with one test at 5 % and 10 degrees of freedom the critical value is 1.906 or so (t = 2.262)."""
    assert tau(1, 10) == pytest.approx(2.262157 * math.sqrt(10 / (9 + 2.262157**2)), abs=1e-5)


def test_adjust__names_an_unconnected_part():
    network = grid()
    island = (NetworkPoint(id="X1", plane="adjusted"), NetworkPoint(id="X2", plane="adjusted"))
    tie = Observation(kind="distance", at="X1", to="X2", value=5.0, sigma=0.01)
    loose = Network(points=network.points + island, observations=(*network.observations, tie))
    with pytest.raises(GeometryError, match=r"X1、X2 .2 in all. hang on nothing else") as caught:
        adjust(loose)
    assert caught.value.code == "unconnected"


def test_adjust__names_two_points_with_one_name():
    network = grid()
    with pytest.raises(GeometryError, match="2 points are called P01"):
        adjust(replace(network, points=(*network.points, network.points[1])))


def test_adjust__names_an_angle_that_sights_one_point_twice():
    network = grid()
    odd = Observation(kind="angle", at="P01", to="P11", back="P11", value=0.0, sigma=0.01)
    with pytest.raises(GeometryError, match="sights one point twice"):
        adjust(replace(network, observations=(*network.observations, odd)))
