"""Targets against tracks, from the outside: the command ``cover``."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pytest

import cli
from benchmarks import walks
from geo import crs
from geo.errors import ArgumentError, FileError
from jobs import covering
from jobs.intake import Upload

ZONE = crs.working_zone(102.3)
START_S = datetime(2026, 5, 1, 0, 0, tzinfo=UTC).timestamp()
NOW = datetime(2027, 1, 1, tzinfo=UTC)
BORDER = np.array([[500_000.0, 4_180_000.0], [503_000.0, 4_180_000.0]])
BESIDE = np.add(BORDER, (0.0, 30.0))


def targets(*shapes, name="targets.geojson"):
    """Return a GeoJSON of lines, points and areas given as ``(id, kind, plane coordinates)``."""
    features = []
    for identity, kind, coords in shapes:
        lonlat = crs.to_geographic(np.atleast_2d(coords), ZONE).round(9).tolist()
        shape = {"Point": lonlat[0], "LineString": lonlat, "Polygon": [lonlat]}[kind]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": identity},
                "geometry": {"type": kind, "coordinates": shape},
            }
        )
    return Upload(name=name, data=json.dumps({"type": "FeatureCollection", "features": features}).encode())


def gpx(path, name="walk.gpx", *, day=0, every_s=10.0, seed=0, timed=True):
    fixes, times = walks.record(np.random.default_rng(seed), path, every_s)
    rows = []
    for (lon, lat), since in zip(crs.to_geographic(fixes, ZONE), times, strict=True):
        stamp = datetime.fromtimestamp(START_S + 86_400 * day + since, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append(
            f'<trkpt lat="{lat:.8f}" lon="{lon:.8f}">'
            + (f"<time>{stamp}</time>" if timed else "")
            + "</trkpt>"
        )
    text = f'<gpx version="1.1" creator="t"><trk><trkseg>{"".join(rows)}</trkseg></trk></gpx>'
    return Upload(name=name, data=text.encode())


def cover(target, *tracks, **given):
    return covering.cover_files(target, list(tracks), now=NOW, **given)


LINES = (("border", "LineString", BORDER), ("beside", "LineString", BESIDE))


def test_cover__credits_the_line_walked_and_not_the_one_beside():
    found = cover(targets(*LINES), gpx(BORDER))
    border, beside = found["lines"]
    assert (border["id"], beside["id"]) == ("border", "beside")
    assert border["covered_m"] == pytest.approx(border["length_m"], rel=0.02)
    assert border["length_m"] == pytest.approx(3000, abs=0.1)
    assert beside["covered_m"] == beside["unknown_m"] == 0
    assert border["last_covered"].startswith("2026-05-01T00:4")


def test_cover__counts_visits_and_searched_areas():
    door, far = np.add(BORDER[0], (1500.0, 8.0)), np.add(BORDER[0], (1500.0, 900.0))
    field = BORDER[0] + np.array([[0, -500], [3000, -500], [3000, 500], [0, 500], [0, -500]])
    found = cover(
        targets(("door", "Point", door), ("far", "Point", far), ("field", "Polygon", field)),
        gpx(BORDER),
        gpx(BORDER[::-1], "back.gpx", day=1, seed=1),
    )
    assert [point["visits"] for point in found["points"]] == [2, 0]
    assert found["points"][0]["last_visit"].startswith("2026-05-02")
    assert found["points"][1]["last_visit"] is None
    assert found["areas"][0]["searched_m2"] == pytest.approx(3000 * 60, rel=0.25)


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        (None, None, True),
        ("2026-05-01", "2026-05-01", True),
        ("2026-05-02", None, False),
        (None, "2026-04-30", False),
    ],
)
def test_cover__asks_only_for_the_period(first, last, counted):
    found = cover(targets(*LINES), gpx(BORDER), first=first, last=last)
    assert (found["lines"][0]["covered_m"] > 2900) == counted
    assert ("track_outside_period" in [item["code"] for item in found["problems"]]) != counted


def test_cover__counts_the_same_walk_once():
    place = np.add(BORDER[0], (1500.0, 0.0))
    found = cover(targets(("door", "Point", place)), gpx(BORDER), gpx(BORDER, "again.gpx"))
    assert found["points"][0]["visits"] == 1
    assert found["tracks"][1]["duplicate_of"] == "walk.gpx"


def test_cover__of_a_track_without_times_cannot_tell():
    found = cover(targets(*LINES), gpx(BORDER, timed=False))
    border = found["lines"][0]
    assert border["covered_m"] == 0
    assert border["unknown_m"] == pytest.approx(3000, rel=0.03)
    assert "track_without_times" in [item["code"] for item in found["problems"]]


def test_cover__says_of_a_track_from_elsewhere_that_it_was_not_used():
    found = cover(targets(*LINES), gpx(np.add(BORDER, (80_000.0, 0.0))))
    assert [item["code"] for item in found["problems"]][-1] == "track_elsewhere"
    assert found["lines"][0]["covered_m"] == 0


def test_cover__takes_targets_in_plane_coordinates():
    wkt = "id;wkt\nb;LINESTRING({} {}, {} {})\n".format(*np.add(BORDER, (34_000_000.0, 0.0)).ravel())
    found = cover(Upload(name="targets.csv", data=wkt.encode()), gpx(BORDER))
    assert found["lines"][0]["covered_m"] == pytest.approx(3000, rel=0.02)


def test_cover__refuses_targets_without_any_shape():
    with pytest.raises(FileError):
        cover(Upload(name="t.geojson", data=b'{"type":"FeatureCollection","features":[]}'), gpx(BORDER))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("2026-06-01", "2026-05-01", "period_reversed"), ("May", None, "date_unreadable")],
)
def test_cover__refuses_a_period_that_is_none(first, last, code):
    with pytest.raises(ArgumentError) as fault:
        cover(targets(*LINES), gpx(BORDER), first=first, last=last)
    assert fault.value.code == code


def test_cover__command_prints_what_the_contract_asks(tmp_path, capsys):
    paths = []
    for upload in (targets(*LINES, ("p", "Point", BORDER[0])), gpx(BORDER)):
        path = tmp_path / upload.name
        path.write_bytes(upload.data)
        paths.append(str(path))
    assert cli.main(["cover", "--targets", paths[0], "--tracks", paths[1], "--swath", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"id", "length_m", "covered_m", "unknown_m"} <= set(found["lines"][0])
    assert {"id", "visits", "last_visit"} <= set(found["points"][0])
    assert {"file", "length_m", "points", "repairs"} <= set(found["tracks"][0])
