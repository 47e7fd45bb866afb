"""Files out: each comes back the same to 1 mm, twice the same bytes, and nothing in it acts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import numpy as np
import openpyxl
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from data.exporting import FORMATS, SUFFIXES, OutFeature, OutLayer, export, format_named, target_for
from data.exporting.safety import cell, file_stem
from data.importing import read_in_process
from geo.crs import transform, working_zone
from geo.errors import ArgumentError, CrsError
from geo.zone import Zone
from jobs.intake import Upload, take_in


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    """Read back in this process; the child has its own tests."""
    monkeypatch.setattr("jobs.intake.read_bytes", read_in_process)


ZONE = working_zone(102.3)
NEAR = (102.3, 37.8)
E, N = 524409.323, 4184013.682
RING = [(E, N), (E + 120.001, N + 3.5), (E + 118.25, N - 80.75), (E - 2.125, N - 79.004)]
HOLE = [(E + 40, N - 20), (E + 60, N - 20), (E + 60, N - 40), (E + 40, N - 40)]
FAR = [(E + 500, N), (E + 600, N), (E + 600, N + 50), (E + 500, N + 50)]
LINE = [(E, N), (E + 51.017, N + 12.4), (E + 99.9, N + 77.777)]


def _layer(*shapes: object, names: tuple[str, ...] = ("张三", "李四", "王五")) -> OutLayer:
    features = [
        OutFeature(
            id=f"DK{i + 1}",
            name=names[i],
            geometry=shape,
            properties={"承包方": names[i], "合同面积(亩)": "12.50"},
        )
        for i, shape in enumerate(shapes)
    ]
    return OutLayer(
        title="测试", plane=ZONE, features=features, made_at=datetime(2026, 11, 21, 8, tzinfo=UTC)
    )


PLOTS = _layer(Polygon(RING, [HOLE]), MultiPolygon([Polygon(FAR), Polygon([(x, y + 400) for x, y in FAR])]))
LINES = _layer(LineString(LINE), LineString([(x + 300, y) for x, y in LINE]))
POINTS = _layer(*(Point(x, y) for x, y in LINE))


def _back(format_name: str, layer: OutLayer, epsg: int | None = None):
    data = export(format_name, layer, epsg)
    return take_in([Upload(name=f"x{SUFFIXES[format_name]}", data=data)], near=NEAR, zone=ZONE)[0]


def _vertices(geometry) -> set[tuple[float, float]]:
    return {(round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(geometry)}


@pytest.mark.parametrize(
    "format_name", ["geojson", "kml", "kmz", "land_txt", "shapefile", "gpkg", "csv", "xlsx"]
)
def test_export__plots_come_back_to_the_millimetre(format_name):
    from jobs.intake import Overrule, place_again

    back = _back(format_name, PLOTS)
    if not back.placed:
        back = place_again(back, Overrule(shift="none"), near=NEAR, zone=ZONE)
    assert len(back.areas()) == len(PLOTS.features)
    for before, after in zip(PLOTS.features, back.areas(), strict=True):
        assert shapely.equals_exact(
            shapely.normalize(before.geometry), shapely.normalize(after.geometry), 1.0005e-3
        )
        assert after.name == before.name


@pytest.mark.parametrize("format_name", ["geojson", "kml", "gpx", "shapefile", "gpkg", "csv", "xlsx", "dxf"])
def test_export__lines_come_back_to_the_millimetre(format_name):
    from jobs.intake import Overrule, place_again

    back = _back(format_name, LINES)
    if not back.placed:
        back = place_again(back, Overrule(shift="none"), near=NEAR, zone=ZONE)
    assert len(back.lines()) == 2
    for before, after in zip(LINES.features, back.lines(), strict=True):
        assert shapely.equals_exact(before.geometry, after.geometry, 1.0005e-3)


@pytest.mark.parametrize(
    "format_name", ["geojson", "kml", "gpx", "shapefile", "gpkg", "csv", "xlsx", "dxf", "cass_dat"]
)
def test_export__points_come_back_to_the_millimetre(format_name):
    from jobs.intake import Overrule, place_again

    back = _back(format_name, POINTS)
    if not back.placed:
        back = place_again(back, Overrule(shift="none"), near=NEAR, zone=ZONE)
    found = [shapely.get_coordinates(feature.geometry)[0] for feature in back.features]
    np.testing.assert_allclose(found, LINE, rtol=0, atol=1.0005e-3)


def test_export__dxf_keeps_every_ring_and_its_name():
    back = _back("dxf", _layer(Polygon(RING)))
    assert [f.name for f in back.areas()] == ["张三"]
    assert _vertices(back.areas()[0].geometry) == {(round(x, 3), round(y, 3)) for x, y in RING}


def test_export__cass_dat_is_east_first_in_gbk():
    lines = export("cass_dat", _layer(Polygon(RING))).decode("gbk").splitlines()
    assert len(lines) == 4
    assert lines[0].split(",")[1:4] == ["张三", f"{E:.3f}", f"{N:.3f}"]


def test_export__land_text_is_north_first_with_the_zone_in_the_easting():
    lines = export("land_txt", _layer(Polygon(RING))).decode("gbk").splitlines()
    assert "带号=34" in lines
    header = lines[lines.index("[地块坐标]") + 1].split(",")
    assert header[0] == "5"
    assert header[1] == f"{Polygon(RING).area / 1e4:.4f}"
    name, ring, north, east = lines[lines.index("[地块坐标]") + 2].split(",")
    assert (name, ring) == ("J1", "1")
    assert float(north) < 6_000_000
    assert 34_000_000 < float(east) < 35_000_000


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_export__same_features_and_time_give_the_same_bytes(format_name):
    layer = _layer(Polygon(RING))
    assert export(format_name, layer) == export(format_name, layer)


@pytest.mark.parametrize("format_name", ["geojson", "shapefile", "gpkg", "csv", "dxf"])
def test_export__writes_the_plane_asked_for(format_name):
    data = export(format_name, _layer(LineString(LINE)), 4522)
    back = take_in([Upload(name=f"x{SUFFIXES[format_name]}", data=data)], near=NEAR)[0]
    assert back.recognition.zone == Zone(width_deg=3, number=34, prefixed=True)
    assert back.imported.coords()[0, 0] == pytest.approx(34_000_000 + E, abs=1e-3)


def test_export__neighbouring_zone_is_reached_by_projection():
    data = export("geojson", _layer(Point(E, N)), 4544)
    coords = take_in([Upload(name="x.geojson", data=data)])[0].imported.coords()
    expected = transform(np.array([[E, N]]), 4543, Zone(width_deg=3, number=35))
    assert coords == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize("format_name", ["csv", "xlsx"])
def test_export__no_cell_is_a_formula(format_name):
    evil = '=HYPERLINK("http://x","y")'
    layer = OutLayer(
        title="t", plane=ZONE, features=[OutFeature(id="@SUM(1)", name=evil, geometry=Polygon(RING))]
    )
    data = export(format_name, layer)
    if format_name == "csv":
        assert f"'{evil[:10]}" in data.decode("utf-8-sig")
        assert ",=" not in data.decode("utf-8-sig")
        return
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_cell__leaves_numbers_and_words():
    assert [cell(v) for v in ("-5", "+1.5e3", "甲", "-甲", "＝1")] == ["-5", "+1.5e3", "甲", "'-甲", "'＝1"]


@pytest.mark.parametrize("format_name", ["kml", "gpx", "geojson"])
def test_export__markup_in_names_stays_text(format_name):
    name = "<script>alert(1)</script>{{7*7}}&\x00"
    layer = OutLayer(title=name, plane=ZONE, features=[OutFeature(id="1", name=name, geometry=Point(E, N))])
    back = take_in([Upload(name="x." + format_name, data=export(format_name, layer))], near=NEAR)[0]
    assert back.imported.features[0].name.replace("\x00", "") == name.replace("\x00", "")


def test_export__line_breaks_and_commas_do_not_break_line_files():
    layer = OutLayer(
        title="t", plane=ZONE, features=[OutFeature(id="1", name="a,b\nc", geometry=Polygon(RING))]
    )
    assert len(export("cass_dat", layer).decode("gbk").splitlines()) == 4
    back = take_in([Upload(name="x.txt", data=export("land_txt", layer))])[0]
    assert back.areas()[0].name == "a，b c"


def test_export__shapefile_parts_and_encodings():
    from data.exporting.shapefile import write

    layer = _layer(Polygon(RING))
    for encoding, label in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        data = write(layer, target_for("shapefile", ZONE), encoding)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {name.rpartition(".")[2] for name in archive.namelist()} == {
                "shp",
                "shx",
                "dbf",
                "prj",
                "cpg",
            }
            assert archive.read("测试.cpg").decode() == label
        back = take_in([Upload(name="x.zip", data=data)])[0]
        assert back.areas()[0].name == "张三"


def test_export__shapefile_field_names_stay_apart_when_cut():
    properties = {"承包方调查日期一": "a", "承包方调查日期二": "b"}
    layer = OutLayer(
        title="t",
        plane=ZONE,
        features=[OutFeature(id="1", name="n", geometry=Point(E, N), properties=properties)],
    )
    back = take_in([Upload(name="x.zip", data=export("shapefile", layer))])[0]
    assert sorted(back.imported.features[0].properties.values()) == ["1", "a", "b", "n"]


def test_export__mixed_kinds_make_layers_or_a_sentence():
    layer = _layer(Polygon(RING), LineString(LINE), Point(E, N))
    for format_name in ("shapefile", "gpkg", "xlsx"):
        kinds = {f.geometry.geom_type.removeprefix("Multi") for f in _back(format_name, layer).features}
        assert kinds == {"Polygon", "LineString", "Point"}
    with pytest.raises(ArgumentError, match="one kind of feature") as caught:
        export("csv", layer)
    assert caught.value.code == "mixed_kinds"


def test_target__refuses_what_a_format_cannot_hold():
    with pytest.raises(ArgumentError, match="longitude and latitude"):
        export("kml", PLOTS, 4543)
    with pytest.raises(ArgumentError, match="plane"):
        export("cass_dat", PLOTS, 4490)
    with pytest.raises(CrsError) as caught:
        export("shapefile", PLOTS, 2362)
    assert caught.value.code == "datum_unknown"


def test_format_named__understands_usual_words_and_names_the_rest():
    assert [format_named(word) for word in ("SHP", ".dat", "txt", "json")] == [
        "shapefile",
        "cass_dat",
        "land_txt",
        "geojson",
    ]
    with pytest.raises(ArgumentError, match="cannot be written"):
        format_named("dwg")


def test_file_stem__is_no_path():
    assert file_stem("../../etc/passwd") == "etc_passwd"
    assert file_stem("") == "layer"
