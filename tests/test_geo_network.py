"""Networks against published adjustments (Ghilani, Wolf, Krumm, GNU Gama's own results) and against themselves."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree.ElementTree import parse

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importing.gkf import read_gkf
from geo.errors import AccuracyError, GeometryError
from geo.network import adjust
from geo.observation import Network, NetworkPoint, Observation
from tests import shared

CASES = [
    "krumm/1D/Ghilani12_6_Height_fix",
    "krumm/1D/Niemeier_Height_fix1",
    "krumm/1D/Niemeier_Height_free",
    "krumm/2D/Ghilani14_5_Distance_fix",
    "krumm/2D/Ghilani15_4_Angle_fix",
    "krumm/2D/Ghilani15_5_Angle_fix",
    "krumm/2D/Ghilani16_1_Traverse",
    "krumm/2D/Ghilani16_2_DistanceAngleAzimuth_fix",
    "krumm/2D/Ghilani21_10_DistanceAngle_fix",
    "krumm/2D/Ghilani_Wolf_Distance_Angle",
    "krumm/2D/Niemeier_DistanceDirection_fix",
    "krumm/2D/Wolf_DistanceDirectionAngle_free",
    "krumm/3D/Wolf_3D_DistanceVerticalAngle_fix",
    "krumm/3D/Wolf_3D_Distance_fix",
    "krumm/3D/Wolf_SpatialPolygonTraverse_fix",
    "gama-local/input/azimuth-distance",
    "gama-local/input/extern-azimuth-distance",
    "gama-local/input/gama-local",
    "gama-local/input/geodet-pc-123",
    "gama-local/input/geodet-pc-218",
]
GAMA = "{http://www.gnu.org/software/gama/gama-local-adjustment}"


def published(case):
    return parse(shared.path(f"ref/gama_local/{case}.xml")).getroot()


def adjusted(case):
    file = read_gkf(shared.path(f"ref/gama_local/{case}.gkf").read_bytes(), case)
    return file, adjust(file.network)


@pytest.mark.parametrize("case", CASES)
def test_adjust__coordinates_match_the_published_ones_to_a_hundredth_of_a_millimetre(case):
    file, result = adjusted(case)
    for element in published(case).iter(f"{GAMA}adjusted"):
        for point in element:
            ours = result.point(point.findtext(f"{GAMA}id"))
            x, y = file.axes.from_east_north(ours.easting_m or 0.0, ours.northing_m or 0.0)
            for part in point:
                name = part.tag.removeprefix(GAMA).lower()
                if name in ("x", "y", "z"):
                    assert {"x": x, "y": y, "z": ours.height_m}[name] == pytest.approx(
                        float(part.text), abs=1e-5
                    )


@pytest.mark.parametrize("case", CASES)
def test_adjust__sigma_degrees_and_standard_errors_match_the_published_ones(case):
    file, result = adjusted(case)
    root = published(case)
    assert result.degrees_of_freedom == int(root.findtext(f".//{GAMA}degrees-of-freedom"))
    # A result printed for another a-priori sigma scales sigma0 with it (Wolf's free network).
    scale = file.network.sigma_apriori / float(root.findtext(f".//{GAMA}apriori"))
    assert result.sigma0 == pytest.approx(scale * float(root.findtext(f".//{GAMA}aposteriori")), rel=2e-5)
    squares = scale**2 * float(root.findtext(f".//{GAMA}sum-of-squares"))
    assert result.sum_weighted_squares == pytest.approx(squares, rel=4e-5)
    for point_id, name, sigma_m in published_sigmas(root):
        ours = result.point(point_id)
        letter = dict(zip("xy", file.axes.letters, strict=True)).get(name, "")
        value = (
            ours.sigma_height_m
            if name == "z"
            else ours.sigma_northing_m
            if letter in "ns"
            else ours.sigma_easting_m
        )
        assert value == pytest.approx(sigma_m, abs=1e-5 * 0.1)


def published_sigmas(root):
    matrix = root.find(f".//{GAMA}cov-mat")
    size, band = int(matrix.findtext(f"{GAMA}dim")), int(matrix.findtext(f"{GAMA}band"))
    numbers = [float(item.text) for item in matrix.findall(f"{GAMA}flt")]
    diagonal, place = [], 0
    for row in range(size):
        diagonal.append(numbers[place])
        place += min(band, size - 1 - row) + 1
    sigmas = iter(diagonal)
    for point in root.find(f".//{GAMA}adjusted"):
        for part in point:
            name = part.tag.removeprefix(GAMA).lower()
            if name in ("x", "y", "z"):
                yield point.findtext(f"{GAMA}id"), name, math.sqrt(next(sigmas)) / 1000.0


def test_adjust__gnss_baselines_match_the_book():
    """Ghilani, Adjustment Computations, example 17.x: the book's coordinates, printed to 0.01 mm.

    GNU Gama's own output differs by 0.01 mm: it turns the sign of y without that of the covariances.
    """
    _, result = adjusted("krumm/3D/Ghilani_GNSS_Baselines")
    point = result.point("C")
    assert (point.easting_m, point.northing_m, point.height_m) == pytest.approx(
        (12046.58076, -4649394.08256, 4353160.06443), abs=1e-5
    )
    assert result.degrees_of_freedom == 27


def test_adjust__railway_survey_without_approximate_coordinates_agrees_with_the_one_that_has_them():
    _, with_them = adjusted("extra-tests/input/railway-survey-with-aproximate-xy")
    _, without_them = adjusted("extra-tests/input/railway-survey")
    assert without_them.degrees_of_freedom == with_them.degrees_of_freedom
    for one, other in zip(with_them.points, without_them.points, strict=True):
        assert math.dist((one.easting_m, one.northing_m), (other.easting_m, other.northing_m)) < 1e-5
    assert without_them.suspects, "the published file holds gross errors: they must be named"


def braced_quadrilateral(noise_m: float = 0.0, seed: int = 1, blunder_m: float = 0.0) -> Network:
    corners = {
        "A": (0.0, 0.0),
        "B": (400.0, 20.0),
        "C": (420.0, 380.0),
        "D": (-10.0, 350.0),
        "E": (200.0, 180.0),
        "F": (520.0, -150.0),
        "G": (-160.0, 130.0),
    }
    random = np.random.default_rng(seed)
    points = tuple(
        NetworkPoint(id=name, easting_m=e, northing_m=n, plane="fixed" if name in "AB" else "adjusted")
        for name, (e, n) in corners.items()
    )
    names = sorted(corners)
    lengths = [
        Observation(
            kind="distance",
            at=one,
            to=two,
            value=math.dist(corners[one], corners[two]) + noise_m * random.standard_normal(),
            sigma=noise_m or 0.005,
        )
        for place, one in enumerate(names)
        for two in names[place + 1 :]
        if {one, two} != {"A", "B"}
    ]
    lengths[3] = replace(lengths[3], value=lengths[3].value + blunder_m)
    return Network(points=points, observations=tuple(lengths))


def test_adjust__names_a_blunder():
    network = braced_quadrilateral(0.005, blunder_m=0.25)
    result = adjust(network)
    assert result.suspects[0].observation is network.observations[3]
    assert result.global_test_passed is False


def test_adjust__stays_silent_without_a_blunder():
    alarms = sum(bool(adjust(braced_quadrilateral(0.005, seed=seed)).suspects) for seed in range(100))
    assert alarms <= 12  # the test is made at 5 % over all observations


@settings(max_examples=20, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_adjust__moving_the_network_moves_the_result(east_m, north_m):
    network = braced_quadrilateral(0.005)
    moved = replace(
        network,
        points=tuple(
            replace(p, easting_m=p.easting_m + east_m, northing_m=p.northing_m + north_m)
            for p in network.points
        ),
    )
    one, other = adjust(network), adjust(moved)
    assert other.sum_weighted_squares == pytest.approx(one.sum_weighted_squares, rel=1e-6)
    assert other.point("C").easting_m - east_m == pytest.approx(one.point("C").easting_m, abs=1e-6)


def test_adjust__standard_errors_hold_in_simulation():
    results = [adjust(braced_quadrilateral(0.005, seed=seed)) for seed in range(400)]
    expected = adjust(replace(braced_quadrilateral(0.005), use_aposteriori=False)).point("C").sigma_easting_m
    spread = np.std([result.point("C").easting_m for result in results])
    assert spread == pytest.approx(expected, rel=0.08)


def test_adjust__free_network_does_not_depend_on_which_points_come_first():
    network = braced_quadrilateral(0.005)
    free = replace(network, points=tuple(replace(p, plane="adjusted") for p in network.points))
    turned = replace(free, points=free.points[::-1])
    one, other = adjust(free), adjust(turned)
    assert one.defect == other.defect == 3
    assert one.point("A").sigma_easting_m == pytest.approx(other.point("A").sigma_easting_m, rel=1e-6)


def test_adjust__names_the_point_that_is_left_open():
    network = braced_quadrilateral()
    loose = replace(
        network,
        points=(*network.points, NetworkPoint(id="Z", easting_m=900.0, northing_m=900.0, plane="adjusted")),
        observations=(
            *network.observations,
            Observation(kind="distance", at="C", to="Z", value=700.0, sigma=0.01),
        ),
    )
    with pytest.raises(GeometryError, match="do not fix point Z"):
        adjust(loose)


def test_adjust__refuses_an_unknown_point():
    network = braced_quadrilateral()
    stray = Observation(kind="distance", at="A", to="Z", value=1.0, sigma=0.01)
    with pytest.raises(GeometryError, match="names point Z"):
        adjust(replace(network, observations=(*network.observations, stray)))


def test_observation__refuses_a_missing_accuracy():
    with pytest.raises(AccuracyError, match="standard error"):
        Observation(kind="distance", at="A", to="B", value=1.0, sigma=0.0)
