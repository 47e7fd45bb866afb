"""The traverse inside a network: found where there is one, and none where there is not."""

from __future__ import annotations

import json

import pytest

from data.importing.gkf import read_gkf
from geo.errors import GeometryError
from geo.observation import Network, NetworkPoint, Observation
from geo.traverse import adjust_traverse
from geo.traverse_finding import find_traverse
from tests import shared


def degrees(text):
    d, m, s = (float(part) for part in text.split("-"))
    return d + m / 60 + s / 3600


def zsiki_network():
    cases = json.loads(shared.path("survey/traverse_zsiki_cases.json").read_text("utf-8"))["cases"]
    item = next(case for case in cases if case["id"] == "link_traverse_oriented_both_ends")
    known = {item["start"]["id"]: item["start"], item["end"]["id"]: item["end"]}
    sights = item["start_orientation_targets"] + item["end_orientation_targets"]
    known |= {target["id"]: target for target in sights}
    points = [
        NetworkPoint(id=name, easting_m=p["E"], northing_m=p["N"], plane="fixed") for name, p in known.items()
    ]
    points += [NetworkPoint(id=name, plane="adjusted") for name in ("1", "2", "3")]
    seen = []
    for number, station in enumerate(item["stations"]):
        at = station["at"]
        targets = {"K": "start", "V": "end"}.get(at)
        rows = [(t["id"], t["reading"]) for t in item[f"{targets}_orientation_targets"]] if targets else []
        for side in ("back", "fore"):
            if side in station:
                name, reading, length = station[side]
                rows.append((name, reading))
                seen.append(Observation(kind="distance", at=at, to=name, value=length, sigma=0.02))
        seen += [
            Observation(
                kind="direction", at=at, to=to, value=degrees(r), sigma=5 / 3600, direction_set=number
            )
            for to, r in rows
        ]
    return item, Network(points=tuple(points), observations=tuple(seen))


def test_find_traverse__link_oriented_on_several_known_points():
    item, network = zsiki_network()
    result = adjust_traverse(find_traverse(network))
    expected = item["independent_check_2026"]
    assert [station.id for station in result.stations] == ["K", "1", "2", "3", "V"]
    assert abs(result.misclosure.angular_sec) == pytest.approx(expected["angular_misclosure_arcsec"], abs=1.0)
    # The source rounds both orientations to 1″, which over 925 m is some millimetres.
    assert result.misclosure.linear_m == pytest.approx(expected["linear_m"], abs=1e-3)
    for station in result.stations[1:4]:
        assert (station.easting_m, station.northing_m) == pytest.approx(
            tuple(item["expected"][station.id]), abs=2e-3
        )


def test_find_traverse__ghilani_16_1():
    """Ghilani, ex. 16.1: angles 240°00′, 150°00′, 240°01′ from north at R: bearings 240 - 180 = 60, 30, 90°01′."""
    file = read_gkf(shared.path("survey/gama/Ghilani16_1_Traverse.gkf").read_bytes(), "x")
    traverse = find_traverse(file.network)
    assert traverse.kind == "link"
    assert traverse.stations == ("R", "U", "S")
    result = adjust_traverse(traverse)
    assert result.misclosure.angular_sec == pytest.approx(60.0)
    assert result.misclosure.angles == 3


def test_find_traverse__a_braced_figure_is_none():
    file = read_gkf(shared.path("ref/gama_local/krumm/2D/Ghilani_Wolf_Distance_Angle.gkf").read_bytes(), "x")
    assert find_traverse(file.network) is None


def ring(skip=(), side_shot=False, known=True, seed_angle=90.0):
    corners = {"A": (0.0, 0.0), "B": (0.0, 100.0), "C": (100.0, 100.0), "D": (100.0, 0.0)}
    names = list(corners)
    points = [
        NetworkPoint(
            id=name,
            easting_m=corners[name][0] if name == "A" and known else None,
            northing_m=corners[name][1] if name == "A" and known else None,
            plane="fixed" if name == "A" and known else "adjusted",
        )
        for name in names
    ]
    seen = [Observation(kind="azimuth", at="A", to="B", value=0.0, sigma=0.001)] if known else []
    for place, at in enumerate(names):
        back, to = names[place - 1], names[(place + 1) % 4]
        seen.append(Observation(kind="distance", at=at, to=to, value=100.0, sigma=0.01))
        if at not in skip:
            # Clockwise ring: the left angle, from the one before clockwise to the next, is 270°.
            seen.append(Observation(kind="angle", at=at, back=back, to=to, value=270.0, sigma=0.002))
    if side_shot:
        points.append(NetworkPoint(id="P", plane="adjusted"))
        seen.append(Observation(kind="distance", at="C", to="P", value=10.0, sigma=0.01))
        seen.append(Observation(kind="angle", at="C", back="B", to="P", value=45.0, sigma=0.01))
    return Network(points=tuple(points), observations=tuple(seen))


@pytest.mark.parametrize("known", [True, False])
def test_find_traverse__ring_with_a_side_shot(known):
    traverse = find_traverse(ring(side_shot=True, known=known))
    assert traverse.kind == "closed"
    result = adjust_traverse(traverse)
    assert result.misclosure.angular_sec == pytest.approx(0.0, abs=1e-6)
    assert result.misclosure.linear_m == pytest.approx(0.0, abs=1e-9)


def test_find_traverse__names_the_station_without_a_backsight():
    with pytest.raises(GeometryError, match="Station C lacks a backsight"):
        find_traverse(ring(skip=("C",)))


def test_find_traverse__ring_without_the_closing_angle_has_no_angular_misclosure():
    result = adjust_traverse(find_traverse(ring(skip=("A",))))
    assert result.misclosure.angular_sec is None
    assert result.misclosure.linear_m == pytest.approx(0.0, abs=1e-9)


def test_find_traverse__compass_legs():
    start = NetworkPoint(id="A", easting_m=0.0, northing_m=0.0, plane="fixed")
    points = (start, NetworkPoint(id="B", plane="adjusted"), NetworkPoint(id="C", plane="adjusted"))
    legs = [("A", "B", 0.0, 100.0), ("B", "C", 90.0, 100.0), ("C", "A", 225.0, 141.0)]
    seen = [Observation(kind="azimuth", at=a, to=b, value=z, sigma=0.5) for a, b, z, _ in legs]
    seen += [Observation(kind="distance", at=a, to=b, value=d, sigma=0.1) for a, b, _, d in legs]
    result = adjust_traverse(find_traverse(Network(points=points, observations=tuple(seen))))
    assert result.misclosure.angular_sec is None
    assert result.misclosure.linear_m == pytest.approx(0.4214, abs=1e-4)


def test_find_traverse__free_chain():
    points = (
        NetworkPoint(id="A", easting_m=0.0, northing_m=0.0, plane="fixed"),
        NetworkPoint(id="Q", easting_m=0.0, northing_m=50.0, plane="fixed"),
        NetworkPoint(id="B", plane="adjusted"),
        NetworkPoint(id="C", plane="adjusted"),
    )
    seen = (
        Observation(kind="angle", at="A", back="Q", to="B", value=90.0, sigma=0.01),
        Observation(kind="angle", at="B", back="A", to="C", value=180.0, sigma=0.01),
        Observation(kind="distance", at="A", to="B", value=10.0, sigma=0.01),
        Observation(kind="distance", at="B", to="C", value=10.0, sigma=0.01),
    )
    traverse = find_traverse(Network(points=points, observations=seen))
    assert traverse.kind == "free"
    end = adjust_traverse(traverse).stations[-1]
    assert (end.easting_m, end.northing_m) == pytest.approx((20.0, 0.0), abs=1e-9)
