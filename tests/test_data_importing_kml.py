"""KML, KMZ, GPX and TCX: phones' liberties, and what must never be followed."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importing import Limits, read_in_process
from data.importing.apps import app_of
from data.importing.times import check_times, normal_time
from geo.errors import FileError
from tests import shared

POLYGON = "<Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
RING = "102.27,37.78,0 102.28,37.78,0 102.28,37.79,0 102.27,37.79,0 102.27,37.78,0"


def _kml(inner: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inner}</Document></kml>'.encode()


def _mark(geometry: str, name: str = "甲") -> str:
    return f"<Placemark><name>{name}</name>{geometry}</Placemark>"


def test_kml__a_placemark_of_many_parts_is_one_feature():
    parts = "".join(POLYGON.format(RING.replace("102.2", f"102.{i}")) for i in range(3, 9))
    file = read_in_process("a.kml", _kml(_mark(f"<MultiGeometry>{parts}</MultiGeometry>")))
    assert len(file.features) == 1
    assert file.features[0].geometry.geom_type == "MultiPolygon"


def test_kml__a_label_point_beside_an_area_is_no_feature():
    point = "<Point><coordinates>102.275,37.785</coordinates></Point>"
    file = read_in_process(
        "a.kml", _kml(_mark(f"<MultiGeometry>{point}{POLYGON.format(RING)}</MultiGeometry>"))
    )
    assert [feature.geometry.geom_type for feature in file.features] == ["Polygon"]


def test_kml__namespaces_missing_prefixes_undeclared_ampersands_bare():
    text = (
        "<kml><Folder><name>A & B</name><Placemark><name>x&nbsp;y</name><gx:Track><when>2026-11-20T08:00:00Z</when>"
        "<when>2026-11-20T08:01:00Z</when><gx:coord>102.27 37.78 2600</gx:coord><gx:coord>102.28 37.79 2601</gx:coord>"
        "</gx:Track></Placemark></Folder></kml>"
    )
    file = read_in_process("a.kml", text.encode())
    feature = file.features[0]
    assert feature.layer == "A & B"
    assert feature.fixes.times[1] == "2026-11-20T08:01:00Z"
    assert feature.fixes.elevation_m.tolist() == [2600.0, 2601.0]


@pytest.mark.parametrize("codec", ["gbk", "gb2312", "utf-8", "utf-16"])
def test_kml__declared_chinese_encodings(codec):
    text = _kml(_mark(POLYGON.format(RING), "张三"), f'<?xml version="1.0" encoding="{codec}"?>').decode()
    assert read_in_process("a.kml", text.encode(codec)).features[0].name == "张三"


def test_kml__wrongly_declared_encoding():
    data = _kml(_mark(POLYGON.format(RING), "张三")).decode().encode("gbk")
    file = read_in_process("a.kml", data)
    assert (file.features[0].name, file.encoding) == ("张三", "gbk")


def test_kml__extended_data_and_blanks_in_coordinates():
    geometry = (
        "<ExtendedData><Data name='承包方'><value>张三</value></Data><SchemaData><SimpleData name='面积(亩)'>12.5"
        "</SimpleData></SchemaData></ExtendedData>" + POLYGON.format(RING.replace(",", " , "))
    )
    feature = read_in_process("a.kml", _kml(_mark(geometry))).features[0]
    assert feature.properties == {"承包方": "张三", "面积(亩)": "12.5"}
    assert feature.declared_area_m2 == pytest.approx(12.5 * 10000 / 15)
    assert feature.geometry.area > 0


def test_kml__a_torn_end_keeps_the_whole_placemarks():
    whole = _kml(_mark(POLYGON.format(RING), "甲") + _mark(POLYGON.format(RING), "乙"))
    file = read_in_process("a.kml", whole[:-90])
    assert [feature.name for feature in file.features] == ["甲"]
    assert "cut_short" in {item.code for item in file.problems}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<kml><NetworkLink><Link><href>http://x/a.kml</href></Link></NetworkLink></kml>", "only_links"),
        ("<kml><Document></Document></kml>", "no_features"),
        ("<kml><Placemark><name>a</name></Placemark></kml>", "no_usable_features"),
        ('<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "xml_entities"),
        ('<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', "xml_entities"),
        ("<kml>" + "<Folder>" * 300 + "</Folder>" * 300 + "</kml>", "too_deep"),
        ("<kml><Placemark", "damaged"),
    ],
)
def test_kml__refusals(text, code):
    with pytest.raises(FileError) as caught:
        read_in_process("a.kml", text.encode())
    assert caught.value.code == code


def test_kmz__every_kml_inside_and_no_path():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("doc.kml", _kml(_mark(POLYGON.format(RING), "甲")))
        packed.writestr("files/两.kml", _kml(_mark(POLYGON.format(RING), "乙")))
        packed.writestr("files/icon.png", b"\x89PNG")
    file = read_in_process("a.kmz", buffer.getvalue())
    assert (file.format, [f.name for f in file.features], [f.layer for f in file.features]) == (
        "kmz",
        ["甲", "乙"],
        ["doc", "两"],
    )


def test_kml__vertices_that_cannot_be():
    bad = _mark(POLYGON.format(RING.replace("102.28,37.79", "nan,37.79")), "坏")
    far = _mark("<Point><coordinates>202.27,97.78</coordinates></Point>", "远")
    file = read_in_process("a.kml", _kml(bad + far + _mark(POLYGON.format(RING), "好")))
    assert [feature.name for feature in file.features] == ["好"]
    assert [item.code for item in file.problems][:2] == ["vertex_not_finite", "vertex_out_of_range"]


@pytest.mark.parametrize(
    ("creator", "app"),
    [
        ("OvitalMap 9.8", "ovital"),
        ("奥维互动地图", "ovital"),
        ("高德地图", "amap"),
        ("两步路户外助手", "2bulu"),
        ("x", None),
    ],
)
def test_app_of__chinese_programs(creator, app):
    assert app_of(f"<kml><!-- {creator} --></kml>") == app
    assert app_of(f"<kml><Placemark><name>{creator}</name></Placemark></kml>") is None


def test_app_of__a_schema_address_is_no_trace():
    assert app_of('<kml xmlns:gx="http://www.google.com/kml/ext/2.2" xmlns:a="http://amap.com/x">') is None


def test_gpx__a_fix_outside_the_standard_is_not_looked_at():
    text = (
        '<gpx><wpt lat="37.78" lon="102.27"><fix>something_not_in_the_spec</fix><name>桩1</name></wpt>'
        '<trk><trkpt lat="37.78" lon="102.27"/><trkpt lat="37.79" lon="102.27"/></trk></gpx>'
    )
    file = read_in_process("a.gpx", text.encode())
    assert [feature.geometry.geom_type for feature in file.features] == ["LineString", "Point"]


def test_gpx__route_only_is_a_line():
    file = read_in_process(shared.path("gpx/field/dost__rte.gpx"))
    assert file.features[0].geometry.geom_type == "LineString"
    assert file.features[0].properties["种类"] == "route"


def test_gpx__cut_at_sixty_percent():
    data = shared.path("gpx/field/dost__9266323613.gpx").read_bytes()
    file = read_in_process("a.gpx", data[: int(len(data) * 0.6)])
    assert len(file.features[0].fixes.times) > 150
    assert file.problems[0].code == "cut_short"


def test_gpx__pause_markers_and_missing_times():
    file = read_in_process(shared.path("gpx/odd/opentracks__legacy_gpx_pause_resume.gpx"))
    assert "point_out_of_range" in {item.code for item in file.problems}
    without = read_in_process(shared.path("gpx/field/gpxpy__cerknicko-without-times.gpx"))
    assert all(time is None for f in without.features if f.fixes is not None for time in f.fixes.times[:3])


def test_gpx__standing_still_is_a_point():
    text = '<gpx><trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="1" lon="2"/></trkseg></trk></gpx>'
    feature = read_in_process("a.gpx", text.encode()).features[0]
    assert feature.geometry.geom_type == "Point"
    assert len(feature.fixes.coords) == 2


def test_tcx__laps_of_one_activity_are_parts():
    file = read_in_process(shared.path("gpx/togeojson/sample.tcx"))
    assert len(file.features) == 1
    assert file.features[0].geometry.geom_type == "MultiLineString"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T16:00:00+08:00", "2026-11-20T08:00:00Z"),
        ("2026-11-20T16:00:00.250Z", "2026-11-20T16:00:00.25Z"),
        ("2026/11/20 8:05:07", "2026-11-20T08:05:07"),
        ("1901-12-13T20:45:54Z", "1901-12-13T20:45:54Z"),
        ("2026-13-20T08:00:00Z", None),
        ("0001-01-01T00:00:00+08:00", None),
        ("", None),
    ],
)
def test_normal_time__spellings(text, expected):
    assert normal_time(text) == expected


def test_check_times__lists_each_kind_once():
    raw = ["2026-11-20T08:00:00Z", "x", "1901-01-01T00:00:00Z", "2026-11-20T07:00:00Z"]
    found = check_times(raw, [normal_time(text) for text in raw], "track 1", "2027-01-01T00:00:00Z")
    assert [item.code for item in found] == ["time_unreadable", "time_unbelievable", "time_backwards"]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_xml__no_bytes_make_more_than_a_sentence(noise):
    try:
        file = read_in_process("a.kml", b"<kml>" + noise, Limits())
    except FileError:
        return
    assert np.isfinite(file.coords()).all()
