"""Files of tracks, from the outside: the command ``track``."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import cli
from geo.errors import FileError
from jobs import tracking
from jobs.intake import Upload
from tests import shared

NOW = datetime(2027, 1, 1, tzinfo=UTC)

FIELD = {
    "field/dost__9266323613.gpx": 2117,
    "field/georust__mousehole_to_paul.gpx": 993,
    "field/gpsbabel__skytraq-realdata.gpx": 2452,
    "field/gpxpy__around-visnjan-with-car.gpx": 2736,
    "field/gpxpy__cerknicko-jezero.gpx": 4577,
    "field/gpxpy__cerknicko-without-times.gpx": 4577,
    "odd/opentracks__legacy_gpx_pause_resume.gpx": 222,
    "togeojson/garmin_connect.tcx": 1792,
    "togeojson/Friday-Evening-Run.gpx": 88,
}
"""Length, metres, of the parts that were really recorded."""


def entry(*paths, **given):
    return tracking.track_files(list(paths), now=NOW, **given)["tracks"]


def gpx(points, name="walk.gpx", tag="trkpt"):
    rows = "".join(
        f'<{tag} lat="{lat}" lon="{lon}">' + (f"<time>{time}</time>" if time else "") + f"</{tag}>"
        for lon, lat, time in points
    )
    body = f"<trk><trkseg>{rows}</trkseg></trk>" if tag == "trkpt" else f"<rte>{rows}</rte>"
    text = f'<?xml version="1.0"?><gpx version="1.1" creator="t">{body}</gpx>'
    return Upload(name=name, data=text.encode())


WALK = [(102.27 + i * 1e-4, 37.78, f"2026-05-01T08:{i:02d}:00Z") for i in range(20)]


@pytest.mark.parametrize("relative", FIELD)
def test_track__of_files_from_the_field_has_the_true_length(relative):
    (found,) = entry(shared.path("gpx/" + relative))
    assert found["length_m"] == pytest.approx(FIELD[relative], abs=1)


def test_track__of_every_shared_file_has_a_length_or_says_why_not():
    paths = [path for path in sorted(shared.path("gpx").glob("*/*")) if path.suffix in {".gpx", ".tcx"}]
    for found in entry(*paths):
        assert found["length_m"] > 0 or found["repairs"] or found["problems"] or found["raw_length_m"] == 0
        assert found["length_m"] < 1_000_000
        effects = sum(repair["effect_m"] for repair in found["repairs"])
        assert found["raw_length_m"] + effects == pytest.approx(found["length_m"], abs=0.1)


def test_track__names_a_route_for_what_it_is():
    (found,) = entry(shared.path("gpx/field/dost__rte.gpx"), lang="en")
    assert found["length_m"] == 0
    assert [repair["code"] for repair in found["repairs"]] == ["planned_route"]
    assert "21.97 km" in found["repairs"][0]["what"]


def test_track__lists_the_same_walk_uploaded_twice():
    first, second = entry(gpx(WALK, "a.gpx"), gpx(WALK[:15], "b.gpx"))
    assert "duplicate_of" not in first
    assert second["duplicate_of"] == "a.gpx"
    assert second["repairs"][-1]["code"] == "duplicate_upload"


def test_track__reads_rows_of_points_with_times():
    rows = "\n".join(f"{time},{lon},{lat}" for lon, lat, time in WALK)
    (found,) = entry(Upload(name="walk.csv", data=f"时间,经度,纬度\n{rows}\n".encode()))
    assert found["points"] == len(WALK)
    assert found["start"] == "2026-05-01T08:00:00Z"
    assert found["length_m"] == pytest.approx(19 * 8.806, rel=0.01)


def test_track__reads_the_times_beside_a_geojson_line():
    feature = {
        "type": "Feature",
        "properties": {"coordTimes": [time for *_, time in WALK]},
        "geometry": {"type": "LineString", "coordinates": [[lon, lat] for lon, lat, _ in WALK]},
    }
    (found,) = entry(Upload(name="walk.geojson", data=json.dumps(feature).encode()))
    assert found["end"] == "2026-05-01T08:19:00Z"
    assert not found["repairs"]


def test_track__in_the_future_keeps_its_length_but_not_its_times():
    late = [(lon, lat, time.replace("2026", "2031")) for lon, lat, time in WALK]
    (found,) = entry(gpx(late))
    assert found["length_m"] > 100
    assert found["start"] is None
    assert [repair["code"] for repair in found["repairs"]] == ["time_in_future"]


def test_track__refuses_a_file_without_any_track():
    with pytest.raises(FileError, match="holds no track"):
        entry(
            Upload(
                name="p.kml",
                data=b"<kml><Placemark><Point><coordinates>102,37</coordinates></Point></Placemark></kml>",
            )
        )


def test_track__lets_no_file_spoil_another():
    good, bad = entry(gpx(WALK), Upload(name="bad.gpx", data=b"<gpx><trk>"))
    assert good["length_m"] > 100
    assert bad["problems"]


def test_track__command_prints_one_json_object(tmp_path, capsys):
    path = tmp_path / "一 walk.gpx"
    path.write_bytes(gpx(WALK).data)
    assert cli.main(["track", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["tracks"][0]
    assert {"file", "length_m", "raw_length_m", "points", "start", "end", "repairs"} <= set(found)


def test_track__command_refuses_a_missing_file_in_one_line(capsys):
    assert cli.main(["track", "nowhere.gpx", "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "file_missing"
    assert said.err.count("\n") == 1
