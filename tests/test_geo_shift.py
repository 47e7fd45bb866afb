"""Map shifts: against the open implementations' values, and back again everywhere in China."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import shift
from geo.errors import CrsError
from tests import shared

METRES_PER_DEG = 111_320.0


def vectors() -> list[dict[str, str]]:
    with shared.path("ref/gcj/gcj_vectors_named.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], lon: str, lat: str) -> np.ndarray:
    return np.array([[float(row[lon]), float(row[lat])] for row in rows])


def distance_m(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    difference = (one - other) * METRES_PER_DEG
    return np.hypot(difference[:, 0] * np.cos(np.radians(one[:, 1])), difference[:, 1])


def grid() -> np.ndarray:
    lon, lat = np.meshgrid(np.linspace(73.4, 135.1, 260), np.linspace(18.1, 53.6, 220))
    return np.column_stack((lon.ravel(), lat.ravel()))


def test_gcj02__agrees_with_gcoord_and_prcoords():
    rows = vectors()
    ours = shift.gcj02_from_wgs84(column(rows, "wgs_lon", "wgs_lat"))
    for peer in ("npm_gcoord", "pypi_prcoords"):
        assert distance_m(ours, column(rows, f"gcj_lon_{peer}", f"gcj_lat_{peer}")).max() < 1e-5
    assert (
        distance_m(ours, column(rows, "gcj_lon_pypi_eviltransform", "gcj_lat_pypi_eviltransform")).max()
        < 0.02
    )


def test_gcj02__offset_is_the_published_distance():
    rows = vectors()
    true = column(rows, "wgs_lon", "wgs_lat")
    published_m = np.array([float(row["offset_m"]) for row in rows])
    assert np.abs(distance_m(true, shift.gcj02_from_wgs84(true)) - published_m).max() < 3.0


def test_bd09__agrees_with_gcoord():
    rows = vectors()
    ours = shift.bd09_from_wgs84(column(rows, "wgs_lon", "wgs_lat"))
    assert distance_m(ours, column(rows, "bd_lon_gcoord", "bd_lat_gcoord")).max() < 1e-5


@pytest.mark.parametrize("name", ["gcj02", "bd09"])
def test_round_trip__is_under_a_millimetre_everywhere_in_china(name):
    true = grid()
    moved = shift.shifted(true, name)
    assert distance_m(true, moved).min() > 20.0
    assert distance_m(true, shift.unshifted(moved, name)).max() < 1e-3


def test_round_trip__the_other_way_is_under_a_millimetre():
    on_the_phone = grid()
    back = shift.gcj02_from_wgs84(shift.wgs84_from_gcj02(on_the_phone))
    assert distance_m(on_the_phone, back).max() < 1e-3
    back = shift.bd09_from_gcj02(shift.gcj02_from_bd09(on_the_phone))
    assert distance_m(on_the_phone, back).max() < 1e-3


def test_one_step_inverse__would_err_by_metres():
    """The trap already paid for: subtracting the offset at the shifted place is not the inverse."""
    true = grid()
    moved = shift.gcj02_from_wgs84(true)
    one_step = moved - (shift.gcj02_from_wgs84(moved) - moved)
    assert 1.0 < distance_m(true, one_step).max() < 6.0


def test_outside_the_rectangle__places_stay():
    foreign = np.array([[4.9, 52.4], [-58.4, -34.6], [151.2, -33.9], [179.99, 89.99], [0.0, 0.0]])
    for name in ("none", "gcj02", "bd09"):
        np.testing.assert_array_equal(shift.shifted(foreign, name), foreign)
        np.testing.assert_array_equal(shift.unshifted(foreign, name), foreign)


@settings(max_examples=200, deadline=None)
@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(["none", "gcj02", "bd09"]))
def test_result__is_always_finite(lon, lat, name):
    place = np.array([[lon, lat]])
    assert np.isfinite(shift.shifted(place, name)).all()
    assert np.isfinite(shift.unshifted(place, name)).all()


@pytest.mark.parametrize("row", [[np.nan, 30.0], [np.inf, 30.0], [103.0, 4_100_000.0]])
def test_bad_row__is_named(row):
    with pytest.raises(CrsError, match="Point 2") as caught:
        shift.gcj02_from_wgs84([[103.0, 37.0], row])
    assert caught.value.code == "not_lonlat"


def test_no_rows__give_no_rows():
    assert shift.wgs84_from_bd09(np.empty((0, 2))).shape == (0, 2)
