"""The child process: bounded, killable, and never more than a sentence of trouble."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import Polygon

from data.importing import Limits, read_bytes, read_file, read_in_process
from data.importing.archive import open_archive
from data.importing.sentences import SENTENCES, problem, refusal
from data.importing.wire import pack_file, unpack
from geo.errors import FileError
from tests import shared

GPX = (
    '<gpx creator="t"><trk><name>走界</name><trkseg>'
    '<trkpt lat="37.78" lon="102.27"><ele>2600.5</ele><time>2026-11-20T16:00:00+08:00</time><hdop>1.2</hdop></trkpt>'
    '<trkpt lat="37.781" lon="102.271"><time>bad</time></trkpt>'
    "</trkseg></trk></gpx>"
).encode()


def test_read_bytes__equals_reading_in_process():
    child, here = read_bytes("a.gpx", GPX), read_in_process("a.gpx", GPX)
    assert child.features[0].geometry.equals(here.features[0].geometry)
    assert (child.hints, child.problems, child.sha256) == (here.hints, here.problems, here.sha256)
    fixes = child.features[0].fixes
    assert fixes.times == ("2026-11-20T08:00:00Z", None)
    assert fixes.elevation_m[0] == 2600.5
    assert np.isnan(fixes.elevation_m[1])
    assert fixes.hdop[0] == 1.2


def test_read_bytes__stops_at_the_time_limit():
    started = time.monotonic()
    with pytest.raises(FileError, match="more than") as caught:
        read_bytes("a.gpx", GPX, Limits(seconds=0.03))
    assert caught.value.code == "too_slow"
    assert time.monotonic() - started < 2.0


def test_read_bytes__stops_at_the_memory_limit():
    text = '{"type":"FeatureCollection","features":[' + ",".join(["[" * 50 + "]" * 50] * 40_000) + "]}"
    with pytest.raises(FileError, match="memory") as caught:
        read_bytes("a.geojson", text.encode(), Limits(memory_bytes=160 * 1024**2))
    assert caught.value.code == "too_much_memory"


def test_read_bytes__refuses_more_bytes_than_the_limit_before_starting():
    with pytest.raises(FileError, match="limit"):
        read_bytes("a.gpx", b"x" * 2000, Limits(file_bytes=1000))


def test_read_bytes__a_dead_child_is_a_sentence(monkeypatch):
    monkeypatch.setattr("data.importing.process._talk", lambda child, head, data: b"JBI1 torn")
    with pytest.raises(FileError, match="nothing was stored") as caught:
        read_bytes("a.gpx", GPX)
    assert caught.value.code == "reader_died"


@pytest.mark.parametrize("name", ["-rf", "甲 乙.gpx", "a\x00b.gpx", "../../etc/passwd", "x" * 300])
def test_read_bytes__a_name_is_only_a_name(name):
    assert len(read_bytes(name, GPX).features) == 1


def test_read_file__missing_empty_and_folder(tmp_path):
    (tmp_path / "空 文件.kml").write_bytes(b"\xef\xbb\xbf \n")
    for path, code in (
        (tmp_path / "no.kml", "file_missing"),
        (tmp_path / "空 文件.kml", "empty_file"),
        (tmp_path, "file_unreadable"),
    ):
        with pytest.raises(FileError) as caught:
            read_file(path)
        assert caught.value.code == code
        assert caught.value.sentence("zh")


def test_child__imports_neither_frames_nor_screens():
    program = (
        "import sys; from data.importing import reading; from data.importing.facts import Limits;"
        "reading.read_in_process('a.gpx', sys.stdin.buffer.read(), Limits());"
        "print([m for m in ('geopandas','pandas','streamlit','folium','ezdxf','openpyxl','pyogrio','pyproj') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", program], input=GPX, capture_output=True, cwd=root, check=True
    )
    assert done.stdout.decode().strip() == "[]"


def test_wire__round_trip_keeps_everything():
    here = read_in_process("a.gpx", GPX)
    there = unpack(pack_file(here))
    assert there.features[0].problems == here.features[0].problems
    assert there.features[0].name == "走界"
    with pytest.raises(ValueError, match="torn"):
        unpack(pack_file(here)[:-1])


def test_sentences__every_one_says_what_and_what_to_do():
    for code, (what_zh, what_en, remedy_zh, remedy_en) in SENTENCES.items():
        assert all((what_zh, what_en, remedy_zh, remedy_en)), code
        assert problem(code, "x").what("en")
        assert refusal(code, "x").sentence("zh").endswith(("。", "}"))


def test_archive__names_never_leave_it(tmp_path):
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name in ("../up.kml", "/abs.kml", "C:/win.kml", "a/../../b.kml", "ok.kml", "__MACOSX/._ok.kml"):
            packed.writestr(name, "x")
    archive = open_archive("t.zip", buffer.getvalue(), Limits())
    assert [member.name for member in archive.members] == ["ok.kml"]
    assert len(archive.problems) == 4


def test_archive__reads_names_in_gbk():
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("AAAA.kml", "x")
    raw = buffer.getvalue().replace(b"AAAA.kml", "地块".encode("gbk") + b".kml")
    assert open_archive("t.zip", raw, Limits()).members[0].name == "地块.kml"


def test_archive__a_bomb_is_stopped_by_what_it_really_unpacks_to():
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doc.kml", b" " * 30_000_000)
    with pytest.raises(FileError, match="unpacks to") as caught:
        read_bytes("t.kmz", buffer.getvalue())
    assert caught.value.code == "archive_bomb"


def test_archive__in_archive_is_read_and_no_deeper_than_three():
    import io

    data = GPX
    name = "a.gpx"
    for depth in range(5):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as packed:
            packed.writestr(name, data)
        data, name = buffer.getvalue(), f"{depth}.zip"
        if depth == 2:
            assert len(read_in_process(name, data).features) == 1
    with pytest.raises(FileError, match="nothing that can be read"):
        read_in_process(name, data)


HOSTILE = "hostile/made"
REFUSED = {
    "10000_entries.zip": "archive_entries",
    "absolute_path.zip": "archive_nothing",
    "billion_laughs.gpx": "xml_entities",
    "bomb_200MB.kmz": "archive_bomb",
    "deep_geometrycollection.geojson": "too_deep",
    "deep_nesting.kml": "too_deep",
    "gpx_lat_out_of_range.gpx": "no_usable_features",
    "nan_inf.geojson": "no_usable_features",
    "slip_path_traversal.zip": "archive_nothing",
    "xxe_file.gpx": "xml_entities",
}
LISTED = {
    "bowtie.geojson": "invalid_shape",
    "dup_vertices.geojson": "duplicate_vertices",
    "gpx_future_and_2038.gpx": "time_unbelievable",
    "gpx_time_backwards.gpx": "time_backwards",
    "gpx_zero_zero_point.gpx": "point_zero_zero",
    "hole_outside.geojson": "invalid_shape",
    "landtxt_area_wrong_10pct.txt": "declared_area_differs",
    "landtxt_unclosed.txt": "ring_not_closed",
    "landtxt_wrong_count.txt": "point_count_differs",
    "shp_no_dbf.zip": "dbf_missing",
    "shp_no_prj.zip": "prj_missing",
    "unclosed.geojson": "ring_not_closed",
    "zero_area_spike.geojson": "spike",
}


def test_hostile__every_made_file_has_its_stated_outcome():
    for path in sorted(shared.path(HOSTILE).iterdir()):
        if path.name in REFUSED:
            with pytest.raises(FileError) as caught:
                read_file(path)
            assert caught.value.code == REFUSED[path.name], path.name
            assert caught.value.sentence("zh") != caught.value.sentence("en")
            continue
        file = read_in_process(path)
        codes = {item.code for item in file.problems}
        assert file.features, path.name
        assert codes >= {LISTED[path.name]} if path.name in LISTED else not codes, path.name


def test_hostile__nothing_is_written_outside(tmp_path):
    for name in ("slip_path_traversal.zip", "absolute_path.zip"):
        with pytest.raises(FileError):
            read_file(shared.path(f"{HOSTILE}/{name}"))
    assert not Path("/tmp/evil_slip.txt").exists()
    assert not Path("/tmp/evil_abs.txt").exists()


@pytest.mark.parametrize("folder", ["hostile/libkml", "shp", "gpx/odd", "gpx/togeojson"])
def test_hostile__real_files_import_or_say_why(folder):
    for path in sorted(shared.path(folder).rglob("*.*")):
        try:
            file = read_in_process(path)
        except FileError:
            continue
        assert file.features
        assert all(not feature.geometry.is_empty for feature in file.features)
        assert len({feature.id for feature in file.features}) == len(file.features)


def test_shape__a_ring_gap_within_the_limit_is_closed():
    from data.importing.shapes import area_shape

    ring = np.array([[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0.03, 0.02]], dtype=float)
    shape = area_shape([[ring]], "plot 1", closing_gap_m=0.05)
    assert shape.geometry.equals(Polygon(ring[:4]))
    assert [item.code for item in shape.problems] == ["ring_snapped"]
    open_shape = area_shape([[ring]], "plot 1", closing_gap_m=0.01)
    assert open_shape.open_ring
    assert open_shape.problems[0].what("en").startswith("Ring is not closed: gap 0.036 m at vertex 5")


def test_shape__zero_area_is_dropped_and_a_balanced_bowtie_is_not():
    from data.importing.shapes import area_shape

    flat = np.array([[0, 0], [1, 1], [2, 2], [0, 0]], dtype=float)
    assert area_shape([[flat]], "p", closing_gap_m=0.05).geometry is None
    bow = np.array([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]], dtype=float)
    shape = area_shape([[bow]], "p", closing_gap_m=0.05)
    assert shape.geometry is not None
    assert not shape.valid
