"""Visits to places, and areas searched."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from benchmarks import walks
from geo.searched import searched
from geo.visit import visits_of, visits_to
from geo.walk import Walk

ORIGIN = np.array([500_000.0, 4_180_000.0])


def at(east_m, north_m):
    return np.add(ORIGIN, (east_m, north_m))


def walk(*points, every_s=10.0, sigma_m=10.0, seed=0, start_s=1.78e9):
    path = ORIGIN + np.array(points, dtype=float)
    fixes, times = walks.record(np.random.default_rng(seed), path, every_s, sigma_m=sigma_m)
    return Walk(fixes=fixes, time_s=start_s + times, part=np.zeros(len(times), dtype=np.int64))


@pytest.mark.parametrize("every_s", [5.0, 20.0, 60.0])
def test_visits__are_seen_at_the_door_and_not_down_the_road(every_s):
    at_the_door = ORIGIN + np.column_stack((np.linspace(300, 9000, 30), np.zeros(30)))
    down_the_road = np.add(at_the_door, (0, 120))
    made = walk((0, 0), (9500, 0), every_s=every_s, seed=2)
    found = visits_of(made, np.vstack((at_the_door, down_the_road)))
    places = {visit.place for visit in found}
    assert len(places & set(range(30))) >= 29
    assert not places - set(range(30))


def test_visits__half_an_hour_apart_are_two():
    place = at(1000, 0)[None]
    made = walk((0, 0), (4000, 0), (0, 0))
    (known,) = visits_to(1, visits_of(made, place))
    assert known.count == 2
    assert known.last_s == pytest.approx(1.78e9 + 7000 / 1.2, abs=60)


def test_visits__in_a_gap_are_only_possible():
    made = walk((0, 0), (4000, 0), sigma_m=1.0)
    since = made.time_s - made.time_s[0]
    kept = (since < 1500) | (since > 1900)
    broken = Walk(fixes=made.fixes[kept], time_s=made.time_s[kept], part=made.part[kept])
    near, far = at(2000, 0), at(2000, 900)
    known = visits_to(2, visits_of(broken, np.array([near, far])))
    assert (known[0].count, known[0].possible) == (0, 1)
    assert (known[1].count, known[1].possible) == (0, 0)


def test_visits__of_nobody_are_none():
    (known,) = visits_to(1, ())
    assert (known.count, known.last_s) == (0, None)


def test_searched__is_the_strip_and_never_more_than_the_area():
    field = shapely.box(*at(0, 0), *at(1000, 1000))
    made = walk((-100, 500), (1100, 500), sigma_m=0.01)
    assert searched(field, [made], 25.0).area == pytest.approx(1000 * 50, rel=0.01)
    assert searched(field, [made, made], 2000.0).area == pytest.approx(field.area)
    assert searched(field, [], 25.0).area == 0
