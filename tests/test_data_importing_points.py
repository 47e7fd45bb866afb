"""Point files: CASS, land-approval text, tables of any program, workbooks, WKT."""

from __future__ import annotations

import io
import struct

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importing import read_in_process
from data.importing.attributes import declared_area, last_digit
from data.importing.sniff import sniff
from data.importing.text import coordinate, decode, looks_chinese, number
from geo.errors import FileError
from tests import shared

E, N = 524409.323, 4184013.682
CORNERS = [(E, N), (E + 100, N), (E + 100, N - 100), (E, N - 100)]


def _read(text: str, name: str = "a.csv", codec: str = "utf-8"):
    return read_in_process(name, text.encode(codec))


# CASS


def test_cass__east_first_codes_and_heights():
    file = _read(
        "1,JZD,524409.323,4184013.682,2600.5\n2,,524509.323,4184013.682,\n甲3,k,524509.3,4183913.7\n",
        "a.dat",
        "gbk",
    )
    assert (file.format, file.encoding, file.hints.axis) == ("cass_dat", "gbk", "east_north")
    assert [f.name for f in file.features] == ["1", "2", "甲3"]
    assert file.features[0].properties == {"编码": "JZD", "高程": "2600.5"}
    assert file.sequences[0].coords[0].tolist() == [524409.323, 4184013.682]


def test_cass__a_count_in_the_first_line_and_bad_lines():
    file = _read(
        "3\n1,,524409.323,4184013.682,1\n2,,524509.323,4184013.682,1\n3,,x,4184013.682,1\n4,,524509.3,4183913.7,1\n5,,524409.3,4183913.7,1\n",
        "a.dat",
    )
    assert len(file.features) == 4
    assert [item.where for item in file.problems] == ["row 4"]


def test_cass__a_repeated_first_point_closes_the_sequence():
    lines = [f"{i},,{e:.3f},{n:.3f},0" for i, (e, n) in enumerate([*CORNERS, CORNERS[0]], start=1)]
    assert _read("\n".join(lines), "a.dat").sequences[0].closed


@pytest.mark.parametrize("name", ["ref/gama_krumm/input/2D/Krumm_Traverse1.dat", "routing/carp/gdb1.dat"])
def test_cass__other_dat_files_are_no_points(name):
    with pytest.raises(FileError):
        read_in_process(shared.path(name))


# Land-approval text


def test_landtxt__declared_areas_of_real_files_to_the_last_digit():
    for path in sorted(shared.path("parcels/landtxt").glob("*.txt")):
        file = read_in_process(path)
        feature = file.features[0]
        assert file.problems == ()
        assert round(feature.geometry.area / 1e4, 4) == pytest.approx(
            feature.declared_area_m2 / 1e4, abs=1e-9
        )
        assert feature.declared_area_step_m2 == pytest.approx(1.0)
        assert (file.hints.axis, file.hints.declared_zone, file.hints.declared_zone_width_deg) == (
            "north_east",
            38,
            3,
        )


def _land(plots: str) -> str:
    return f"[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=34\n[地块坐标]\n{plots}"


def _ring(number: int, points, first: int = 1) -> str:
    closed = [*points, points[0]]
    names = [*range(first, first + len(points)), first]
    return "".join(f"J{k},{number},{n:.3f},{34e6 + e:.3f}\n" for k, (e, n) in zip(names, closed, strict=True))


INNER = [(E + 40, N - 40), (E + 60, N - 40), (E + 60, N - 60), (E + 40, N - 60)]
OUTER_2 = [(e + 500, n) for e, n in CORNERS]


def test_landtxt__holes_and_parts_by_ring_number():
    text = _land("15,1.9600,DK1,甲,面,,,,@\n" + _ring(1, CORNERS) + _ring(2, INNER, 5) + _ring(3, OUTER_2, 9))
    file = _read(text, "a.txt", "gbk")
    assert len(file.features) == 1
    assert file.features[0].geometry.geom_type == "MultiPolygon"
    assert file.features[0].geometry.area == pytest.approx(19_600)
    assert file.problems == ()


def test_landtxt__a_ring_that_closed_begins_another_under_the_same_number():
    text = _land("10,0.9600,DK1,甲,面,,,,@\n" + _ring(1, CORNERS) + _ring(1, INNER, 5))
    assert _read(text, "a.txt").features[0].geometry.area == pytest.approx(9_600)


def test_landtxt__several_plots_keep_names_and_codes():
    text = _land(
        "".join(
            f"5,1.0000,DK{i},户{i},面,,,,@\n" + _ring(1, [(e + 200 * i, n) for e, n in CORNERS])
            for i in (1, 2, 3)
        )
    )
    file = _read(text, "a.txt", "gb18030")
    assert [(f.id, f.name) for f in file.features] == [("DK1", "户1"), ("DK2", "户2"), ("DK3", "户3")]
    assert file.features[0].point_names == ("J1", "J2", "J3", "J4", "J1")


def test_landtxt__a_nan_drops_its_plot_only():
    bad = _ring(1, CORNERS).replace(f"{N:.3f}", "NaN", 1)
    text = _land("5,1.0,DK1,坏,面,,,,@\n" + bad + "5,1.0000,DK2,好,面,,,,@\n" + _ring(1, CORNERS))
    file = _read(text, "a.txt")
    assert [feature.name for feature in file.features] == ["好"]
    assert file.problems[0].code == "vertex_not_finite"


def test_landtxt__coordinates_without_any_section():
    file = _read(_ring(1, CORNERS), "a.txt")
    assert file.format == "land_txt"
    assert file.features[0].geometry.area == pytest.approx(10_000)


# Tables


@pytest.mark.parametrize(
    ("head", "axis", "named", "first"),
    [
        ("点号,东坐标,北坐标", "east_north", True, E),
        ("点号,北坐标(m),东坐标(m)", "east_north", True, E),
        ("点名,Y坐标,X坐标", "north_east", False, N),
        ("id,easting,northing", "east_north", True, E),
        ("界址点号,横坐标,纵坐标", "east_north", True, E),
        ("name,x,y", None, False, E),
    ],
)
def test_table__columns_by_their_headings(head, axis, named, first):
    swap = head.split(",")[1].startswith("北")
    rows = "".join(f"J{i},{n},{e}\n" if swap else f"J{i},{e},{n}\n" for i, (e, n) in enumerate(CORNERS, 1))
    file = _read(f"{head}\n{rows}")
    assert (file.hints.axis, file.hints.axis_named) == (axis, named)
    assert file.coords()[0, 0] == pytest.approx(first)
    assert len(file.sequences) == 1


def test_table__degrees_minutes_seconds_and_full_width():
    text = "点号\t经度\t纬度\nJ1\t102°16′37.6″E\t37°47′17.1″N\nJ2\t１０２：１６：３８．０\t37-47-18.2\n"
    file = _read(text, "a.tsv", "gbk")
    assert file.hints.axis == "lon_lat"
    assert file.hints.decimal_degrees is True
    assert file.coords() == pytest.approx(
        np.array([[102.2771111, 37.7880833], [102.2772222, 37.7883889]]), abs=1e-6
    )


def test_table__title_rows_merged_heads_and_side_lengths():
    text = (
        "界址点成果表,,,,\n宗地号：JB0001,,,权利人：张三,\n序号,点号,坐标,,边长\n,,X(m),Y(m),\n"
        + "".join(f"{i},J{i},{n},{e},\n,,,,100.00\n" for i, (e, n) in enumerate([*CORNERS, CORNERS[0]], 1))
        + "制表：李四,,,,\n"
    )
    file = _read(text, "a.csv", "gb18030")
    assert len(file.features) == 1
    feature = file.features[0]
    assert feature.name == "JB0001"
    assert feature.geometry.area == pytest.approx(10_000)
    assert feature.point_names == ("J1", "J2", "J3", "J4", "J5")
    assert file.hints.axis == "north_east"


def test_table__plots_by_a_column_with_blanks_below():
    rows = []
    for plot in range(27):
        for i, (e, n) in enumerate(CORNERS):
            rows.append(f"{f'ZD{plot:02}' if i == 0 else ''},J{i},{e + 150 * plot},{n}")
    file = _read("宗地号,点号,东坐标,北坐标\n" + "\n".join(rows))
    assert len(file.features) == 27
    assert {feature.geometry.area for feature in file.features} == {10_000}


def test_table__lines_by_a_column():
    text = "线号,点号,E,N\n" + "".join(
        f"L{k},{i},{e},{n + 10 * k}\n" for k in (1, 2) for i, (e, n) in enumerate(CORNERS)
    )
    assert [f.geometry.geom_type for f in _read(text).features] == ["LineString"] * 2


def test_table__a_repeated_heading_begins_a_new_plot():
    block = "点号,东坐标,北坐标\n" + "".join(f"J{i},{e},{n}\n" for i, (e, n) in enumerate(CORNERS))
    file = _read(
        block + "点号,东坐标,北坐标\n" + "".join(f"J{i},{e + 300},{n}\n" for i, (e, n) in enumerate(CORNERS))
    )
    assert len(file.features) == 2


def test_table__without_headings():
    file = _read("".join(f"J{i} {e} {n}\n" for i, (e, n) in enumerate(CORNERS)), "a.txt")
    assert [feature.name for feature in file.features] == ["J0", "J1", "J2", "J3"]
    assert file.coords()[0].tolist() == [E, N]


def test_table__a_named_reference_system():
    file = _read(
        "点号,东坐标,北坐标,坐标系\n1,524409.3,4184013.6,EPSG:4543\n2,524409.4,4184013.7,EPSG:4543\n"
    )
    assert file.hints.declared_epsg == 4543


@pytest.mark.parametrize(
    "name", ["admin/china_division/villages_five_counties_v2.7.0.csv", "parcels/fiboa_lpis/fr/fr_2018.csv"]
)
def test_table__lists_without_coordinates_are_refused(name):
    with pytest.raises(FileError, match="no coordinate columns"):
        read_in_process(shared.path(name))


def test_table__wkt_in_a_column_and_alone():
    text = 'id,geom\n1,"SRID=4543;POLYGON((0 0,1000 0,1000 1000,0 0))"\n2,"POINT (1 2)"\n3,bad\n4,\n'
    file = _read(text)
    assert [f.geometry.geom_type for f in file.features] == ["Polygon", "Point"]
    assert file.hints.declared_epsg == 4543
    assert {item.code for item in file.problems} >= {"row_unreadable", "feature_without_shape"}
    alone = _read("MULTIPOLYGON(((0 0,1000 0,1000 1000,0 0)),((5000 0,6000 0,6000 1000,5000 0)))", "a.wkt")
    assert (alone.format, len(alone.features)) == ("wkt", 1)


# Workbooks


def _xlsx(rows, second=None, merge=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    if second:
        other = book.create_sheet("说明")
        for row in second:
            other.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_xlsx__merged_plot_cells_and_a_sheet_of_words():
    rows = [["草场界址点", None, None, None], ["地块", "点号", "东坐标", "北坐标"]]
    rows += [["甲", f"J{i}", e, n] for i, (e, n) in enumerate(CORNERS)]
    file = read_in_process("a.xlsx", _xlsx(rows, [["说明", "本表"]], "A3:A6"))
    assert (file.format, [f.name for f in file.features]) == ("xlsx", ["甲"])
    assert file.features[0].geometry.area == pytest.approx(10_000)


def test_xlsx__formulas_without_saved_results():
    rows = [["点号", "东坐标", "北坐标"], ["1", "=1+1", "=2+2"]]
    with pytest.raises(FileError, match="formulas without a saved result"):
        read_in_process("a.xlsx", _xlsx(rows))


def test_xlsx__words_only_and_damaged():
    with pytest.raises(FileError, match="no coordinate columns"):
        read_in_process("a.xlsx", _xlsx([["甲", "乙"], ["1", "2"]]))
    data = _xlsx([["点号", "东坐标", "北坐标"], ["1", E, N], ["2", E, N + 1]])
    for cut in (data[: len(data) // 2], data.replace(b"PK\x01\x02", b"XX\x01\x02")):
        with pytest.raises(FileError) as caught:
            read_in_process("a.xlsx", cut)
        assert caught.value.code == "damaged"


def _biff2(rows) -> bytes:
    """Return a workbook of Excel 2, the oldest and simplest .xls."""
    out = struct.pack("<4H", 0x0009, 4, 0x0002, 0x0010)
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<2H3s", r, c, b"\0\0\0")
            if isinstance(value, str):
                raw = value.encode("ascii")
                out += struct.pack("<2H", 0x0004, 8 + len(raw)) + place + bytes([len(raw)]) + raw
            else:
                out += struct.pack("<2H", 0x0003, 15) + place + struct.pack("<d", value)
    return out + struct.pack("<2H", 0x000A, 0)


def test_xls__old_workbook():
    file = read_in_process(
        "a.xls",
        _biff2([["no", "easting", "northing"], *[[f"J{i}", e, n] for i, (e, n) in enumerate(CORNERS)]]),
    )
    assert (file.format, len(file.features)) == ("xls", 4)
    assert file.coords()[0].tolist() == [E, N]


def test_xls__html_and_xml_tables_in_disguise():
    rows = "".join(f"<tr><td>J{i}</td><td>{e}</td><td>{n}</td></tr>" for i, (e, n) in enumerate(CORNERS))
    html = (
        f"<html><body><table><tr><th>点号</th><th>东坐标</th><th>北坐标</th></tr>{rows}</table></body></html>"
    )
    assert len(read_in_process("a.xls", html.encode("gbk")).features) == 4
    cells = "".join(
        f'<Row><Cell ss:Index="2"><Data>J{i}</Data></Cell><Cell><Data>{e}</Data></Cell><Cell><Data>{n}</Data></Cell></Row>'
        for i, (e, n) in enumerate(CORNERS)
    )
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row>'
        '<Cell ss:Index="2"><Data>点号</Data></Cell><Cell><Data>东坐标</Data></Cell><Cell><Data>北坐标</Data></Cell></Row>'
        f"{cells}</Table></Worksheet></Workbook>"
    )
    assert len(read_in_process("a.xls", xml.encode()).features) == 4


# Text and numbers


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030"])
def test_decode__chinese_text_in_any_encoding(codec):
    text, _, lossy = decode("点号,东坐标\n甲,1\n".encode(codec))
    assert text.lstrip("\ufeff") == "点号,东坐标\n甲,1\n"
    assert not lossy


def test_looks_chinese__pairs_and_not_accents():
    assert looks_chinese("河湾地 张三".encode("gbk"))
    assert not looks_chinese("Málaga Zürich Ñandú".encode("latin-1"))


@settings(deadline=None)
@given(st.floats(-179, 179), st.sampled_from("°º度"))
def test_coordinate__any_angle_comes_back(angle, mark):
    degrees = int(abs(angle))
    minutes = int((abs(angle) - degrees) * 60)
    seconds = ((abs(angle) - degrees) * 60 - minutes) * 60
    text = f"{degrees}{mark}{minutes}′{seconds:.6f}″"
    if f"{seconds:.6f}".startswith("60"):
        return
    found = coordinate(("-" if angle < 0 else "") + text)
    assert found == pytest.approx(angle, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.5", 1234.5),
        ("４１８．５米", 418.5),
        ("12a", None),
        ("", None),
        ("−3", -3.0),
        ("1e5", 1e5),
        ("12,34", None),
    ],
)
def test_number__cells(text, expected):
    assert number(text) == expected


def test_coordinate__hemispheres():
    assert coordinate("W102°30′") == -102.5
    assert coordinate("102°30′00″东经"[:-1]) == pytest.approx(102.5)
    assert coordinate("102°61′") is None


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"合同面积(亩)": "12.50", "实测面积(亩)": "13"}, (12.5 * 10000 / 15, 0.01 * 10000 / 15)),
        ({"HTMJM": "3.2"}, (3.2 * 10000 / 15, 0.1 * 10000 / 15)),
        ({"SCMJ": "2133.3"}, (2133.3, 0.1)),
        ({"area_ha": "1.25"}, (12500.0, 100.0)),
        ({"面积": "12"}, None),
        ({"面积_公顷": "0"}, None),
    ],
)
def test_declared_area__only_with_a_unit(properties, expected):
    found = declared_area(properties)
    assert found == (pytest.approx(expected) if expected else None)


def test_last_digit():
    assert [last_digit(text) for text in ("0.7749", "12", "3.0")] == [
        pytest.approx(1e-4),
        1.0,
        pytest.approx(0.1),
    ]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.kml", b"PK\x03\x04", "zip"),
        ("a.shp", b"<kml/>", "kml"),
        ("a.txt", b"<?xml version='1.0'?><!-- <table> --><Folder/>", "kml"),
        ("a.xml", b'<OGRVRTDataSource xmlns:gml="http://www.opengis.net/gml"/>', "unknown"),
        ("a.dxf", b"  0\r\nSECTION\r\n", "dxf"),
        ("a.dxf", b"999\nc\n0\nSECTION\n", "dxf"),
        ("a.dat", b"AC1018", "dwg"),
        ("a.prj", b'GEOGCS["x"]', "part"),
        ("a.csv", b"x,y\n1,2\n", "csv"),
        ("a.bin", bytes(range(256)), "unknown"),
    ],
)
def test_sniff__by_content_not_by_name(name, data, kind):
    assert sniff(name, data) == kind


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("坐标系：CGCS2000，中央子午线：102°", ("CGCS2000", 102.0, None, None)),
        ("2000国家大地坐标系 3度带 第34带", ("2000国家大地坐标系", None, 34, 3)),
        ("坐标系统:1980西安坐标系 带号=34", ("1980西安坐标系", None, 34, None)),
        ("界址点成果表", (None, None, None, None)),
    ],
)
def test_titled__what_a_table_says_above_itself(title, expected):
    file = _read(f"{title}\n点号,东坐标,北坐标\n1,524409.3,4184013.6\n2,524409.4,4184013.7\n")
    hints = file.hints
    assert (
        hints.declared_name,
        hints.central_meridian_deg,
        hints.declared_zone,
        hints.declared_zone_width_deg,
    ) == expected


def test_titled__the_origin_of_picked_points():
    assert _read("高德地图拾取坐标\n名称,经度,纬度\n甲,102.27,37.78\n乙,102.28,37.79\n").hints.app == "amap"


def test_table__labelled_coordinates():
    file = _read("J1 X=4184013.682 Y=524409.323\nJ2 X=4184013.7 Y=524509.3\n", "a.txt")
    assert file.coords()[0].tolist() == [4184013.682, 524409.323]


def test_refusal__is_one_line_whatever_the_file_is_called():
    with pytest.raises(FileError) as caught:
        read_in_process("a\nb\r\n.kml", b"<kml/>")
    assert "\n" not in caught.value.sentence("zh") + caught.value.sentence("en")
