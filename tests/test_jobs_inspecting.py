"""The commands inspect and convert, as CLI.md says them."""

from __future__ import annotations

import json

import pytest

from data.importing.places import place_in_words
from geo.errors import ArgumentError, CrsError, FileError
from jobs.converting import convert_file, write_whole
from jobs.inspecting import inspect_files
from jobs.intake import take_in
from tests import shared

KEYS = {"path", "format", "encoding", "features", "crs", "confidence", "why", "problems"}


def test_inspect__has_the_keys_of_the_command_line():
    path = shared.path("hostile/made/landtxt_area_wrong_10pct.txt")
    entry = inspect_files([path], lang="en")["files"][0]
    assert set(entry) >= KEYS
    assert (entry["format"], entry["encoding"], entry["features"]) == ("land_txt", "gbk", 1)
    assert {key: entry["crs"][key] for key in ("epsg", "zone", "axis_order", "shift")} == {
        "epsg": 4526,
        "zone": 38,
        "axis_order": "north_east",
        "shift": "none",
    }
    assert 0 < entry["confidence"] <= 1
    assert entry["why"]
    found = entry["problems"][0]
    assert set(found) >= {"where", "what", "remedy"}
    assert "0.8524" in found["what"]
    json.dumps(entry, ensure_ascii=False)


def test_inspect__chinese_and_english():
    path = shared.path("hostile/made/bowtie.geojson")
    zh, en = (inspect_files([path], lang=lang)["files"][0]["problems"][0] for lang in ("zh", "en"))
    assert zh["where"] == "图形 1"
    assert en["where"] == "feature 1"
    assert zh["what"] != en["what"]


def test_inspect__lists_a_bad_file_beside_a_good_one(tmp_path):
    (tmp_path / "空.kml").write_bytes(b"")
    good = shared.path("hostile/made/landtxt_ok_gbk.txt")
    files = inspect_files([tmp_path / "空.kml", good])["files"]
    assert (files[0]["format"], files[0]["features"]) == (None, 0)
    assert files[0]["problems"][0]["code"] == "empty_file"
    assert files[1]["features"] == 1


def test_inspect__raises_when_no_file_can_be_used():
    with pytest.raises(FileError, match="entities"):
        inspect_files([shared.path("hostile/made/billion_laughs.gpx")])


def test_inspect__an_ambiguous_file_is_asked_about():
    entry = inspect_files([shared.path("hostile/made/swapped_latlon_ambiguous.geojson")])["files"][0]
    assert entry["status"] == "ask"
    assert {candidate["axis_order"] for candidate in entry["candidates"]} == {"lon_lat", "lat_lon"}


def test_place_in_words__keeps_names():
    assert place_in_words("layer 界址线 · point 3", "zh") == "图层 界址线 · 点 3"
    assert place_in_words("record 12", "en") == "record 12"


@pytest.mark.parametrize(
    "to", ["geojson", "kml", "gpx", "cass_dat", "land_txt", "csv", "xlsx", "dxf", "shp", "gpkg"]
)
def test_convert__writes_every_format(to, tmp_path):
    source = shared.path("parcels/landtxt/44120000120.txt")
    out = tmp_path / f"出 {to}"
    result = convert_file(source, to, out)
    assert (result["written"], result["features"]) == (str(out), 1)
    assert out.stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_convert__land_text_comes_back_with_its_declared_area(tmp_path):
    source = shared.path("parcels/landtxt/44120000957.txt")
    out = tmp_path / "x.txt"
    convert_file(source, "land_txt", out)
    before, after = take_in([source])[0], take_in([out])[0]
    assert after.areas()[0].declared_area_m2 == before.areas()[0].declared_area_m2
    assert after.areas()[0].geometry.equals(before.areas()[0].geometry)
    assert not after.problems


def test_convert__crs_is_the_target_or_what_the_file_lacks(tmp_path):
    out = tmp_path / "x.csv"
    convert_file(shared.path("parcels/landtxt/44120000957.txt"), "csv", out, epsg=4526)
    assert b"38378344.592" in out.read_bytes()
    points = tmp_path / "p.dat"
    points.write_bytes(b"1,,524409.323,4184013.682,0\r\n2,,524509.323,4184013.682,0\r\n")
    with pytest.raises(CrsError, match="cannot be placed") as caught:
        convert_file(points, "geojson", out)
    assert caught.value.code == "not_placed"
    convert_file(points, "geojson", out, epsg=4543)
    assert json.loads(out.read_text("utf-8"))["features"][0]["geometry"]["coordinates"] == pytest.approx(
        [102.277112, 37.788093], abs=1e-6
    )


def test_convert__a_refused_format_writes_nothing(tmp_path):
    out = tmp_path / "x.kml"
    with pytest.raises(ArgumentError):
        convert_file(shared.path("parcels/landtxt/44120000957.txt"), "kml", out, epsg=4526)
    with pytest.raises(ArgumentError):
        convert_file(shared.path("parcels/landtxt/44120000957.txt"), "dwg", out)
    assert list(tmp_path.iterdir()) == []


def test_write_whole__replaces_or_leaves(tmp_path):
    target = tmp_path / "甲 乙.txt"
    target.write_bytes(b"old")
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    with pytest.raises(ArgumentError, match="Cannot write"):
        write_whole(tmp_path / "no" / "x.txt", b"new")
