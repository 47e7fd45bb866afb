"""Shapefiles with parts missing, cut or mislabelled."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from data.importing import read_in_process
from data.importing.dbf import read_table
from data.importing.shapefile import records
from geo.errors import FileError
from tests import shared

PRJ = b'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'


def _shp(rings: list[list[list[tuple[float, float]]]]) -> tuple[bytes, bytes]:
    """Return .shp and .shx of polygons, each a list of rings."""
    body, index, position = b"", b"", 100
    for number, parts in enumerate(rings, start=1):
        points = [point for ring in parts for point in ring]
        starts = np.cumsum([0, *(len(ring) for ring in parts[:-1])]).astype("<i4").tobytes()
        content = struct.pack("<i4d2i", 5, 0, 0, 1, 1, len(parts), len(points)) + starts
        content += np.array(points, dtype="<f8").tobytes()
        body += struct.pack(">2i", number, len(content) // 2) + content
        index += struct.pack(">2i", position // 2, len(content) // 2)
        position += 8 + len(content)
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(body)) // 2) + struct.pack(
        "<2i8d", 1000, 5, *[0.0] * 8
    )
    return head + body, head + index


def _dbf(name: bytes, values: list[bytes], width: int = 20, driver: int = 0) -> bytes:
    head = (
        struct.pack("<4BIHH", 3, 126, 1, 1, len(values), 65, 1 + width)
        + bytes(17)
        + bytes([driver])
        + bytes(2)
    )
    field = name[:10].ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    return head + field + b"\r" + b"".join(b" " + value[:width].ljust(width) for value in values) + b"\x1a"


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for suffix, data in parts.items():
            packed.writestr(f"层/DK.{suffix.upper() if suffix == 'dbf' else suffix}", data)
    return buffer.getvalue()


SQUARE = [(0.0, 0.0), (0.0, 100.0), (100.0, 100.0), (100.0, 0.0), (0.0, 0.0)]
HOLE = [(20.0, 20.0), (40.0, 20.0), (40.0, 40.0), (20.0, 40.0), (20.0, 20.0)]
FAR = [(x + 500, y) for x, y in SQUARE]
SHP, SHX = _shp([[SQUARE, HOLE, FAR], [FAR]])
NAMES = ["甲某某", "乙"]


@pytest.mark.parametrize(
    ("codec", "cpg", "expected", "listed"),
    [
        ("gbk", None, "gbk", False),
        ("gbk", b"GBK", "gbk", False),
        ("gbk", b"936", "gbk", False),
        ("gbk", b"UTF-8", "gbk", True),
        ("gbk", b"ISO-8859-1", "gbk", True),
        ("utf-8", None, "utf-8", False),
        ("utf-8", b"UTF-8", "utf-8", False),
        ("utf-8", b"GBK", "utf-8", True),
        ("gb18030", None, "gb18030", False),
    ],
)
def test_shapefile__attributes_in_any_encoding(codec, cpg, expected, listed):
    names = ["𠮷野", "乙"] if codec == "gb18030" else NAMES
    parts = {
        "shp": SHP,
        "shx": SHX,
        "prj": PRJ,
        "dbf": _dbf("户主".encode(codec), [n.encode(codec) for n in names]),
    }
    if cpg is not None:
        parts["cpg"] = cpg
    file = read_in_process("x.zip", _zip(**parts))
    assert [feature.name for feature in file.features] == names
    assert file.encoding == expected
    assert ("encoding_guessed" in {item.code for item in file.problems}) is listed


def test_shapefile__parts_of_one_record_stay_one_feature():
    file = read_in_process("x.zip", _zip(shp=SHP, shx=SHX, dbf=_dbf(b"ID", [b"1", b"2"])))
    assert [f.geometry.geom_type for f in file.features] == ["MultiPolygon", "Polygon"]
    assert file.features[0].geometry.area == pytest.approx(2 * 100 * 100 - 20 * 20)


def test_shapefile__a_character_cut_at_the_field_end_is_dropped():
    table = read_table(_dbf("户主".encode("gbk"), ["张三丰".encode("gbk")], width=5))
    assert table.rows[0]["户主"] == "张三"
    assert not table.lossy


def test_shapefile__western_text_stays_western():
    table = read_table(_dbf(b"NAME", ["Ñandú".encode("latin-1"), b"Malm\xf6"], driver=0x57))
    assert [row["NAME"] for row in table.rows] == ["Ñandú", "Malmö"]


@pytest.mark.parametrize("missing", ["shx", "dbf", "prj"])
def test_shapefile__a_missing_part_is_listed(missing):
    parts = {"shp": SHP, "shx": SHX, "prj": PRJ, "dbf": _dbf(b"ID", [b"1", b"2"])}
    del parts[missing]
    file = read_in_process("x.zip", _zip(**parts))
    assert len(file.features) == 2
    assert [item.code for item in file.problems] == [f"{missing}_missing"]


def test_shapefile__without_shp_is_refused():
    with pytest.raises(FileError, match=r"has no \.shp"):
        read_in_process("x.zip", _zip(shx=SHX, dbf=_dbf(b"ID", [b"1"])))


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_shapefile__a_cut_file_gives_what_is_whole(keep):
    cut = SHP[: int(len(SHP) * keep)]
    data = _zip(shp=cut, shx=SHX, dbf=_dbf(b"ID", [b"1", b"2"]))
    if keep < 0.9:
        with pytest.raises(FileError, match=r"damaged|holds no usable"):
            read_in_process("x.zip", data)
        return
    file = read_in_process("x.zip", data)
    codes = {item.code for item in file.problems}
    assert "record_damaged" in codes
    assert len(file.features) == 1


def test_shapefile__a_broken_record_costs_only_itself():
    broken = bytearray(SHP)
    struct.pack_into("<i", broken, 100 + 8, 77)
    found = list(records(bytes(broken), SHX))
    assert [record.fault is None for record in found] == [False, True]
    struct.pack_into("<i", broken, 100 + 8, 5)
    struct.pack_into("<i", broken, 100 + 8 + 36, 10**8)
    found = list(records(bytes(broken), SHX))
    assert "parts with" in found[0].fault
    assert found[1].fault is None


def test_shapefile__loose_parts_are_found_whatever_their_case(tmp_path):
    (tmp_path / "地 块.SHP").write_bytes(SHP)
    (tmp_path / "地 块.dbf").write_bytes(_dbf("户主".encode("gbk"), [n.encode("gbk") for n in NAMES]))
    file = read_in_process(tmp_path / "地 块.SHP")
    assert [feature.name for feature in file.features] == NAMES


def test_shapefile__two_layers_of_two_systems():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for stem, prj, shapes in (
            ("a", PRJ, [[SQUARE]]),
            ("b", PRJ.replace(b"China", b"Other"), [[SQUARE], [FAR]]),
        ):
            shp, shx = _shp(shapes)
            for suffix, data in (("shp", shp), ("shx", shx), ("prj", prj)):
                packed.writestr(f"{stem}.{suffix}", data)
    file = read_in_process("x.zip", buffer.getvalue())
    assert [feature.layer for feature in file.features] == ["b", "b"]
    assert [item.where for item in file.problems if item.code == "other_reference_system"] == ["a.shp"]


def test_shapefile__damaged_real_ones():
    expected = {
        "shp/shapefile_js/T8Th4_6n.zip": 1,
        "shp/shapefile_js/no-dbf.zip": 14,
        "shp/shapefile_js/zero-len-line.zip": 2,
        "shp/shapefile_js/mixedcase.zip": 40,
        "shp/pyshp/latin1.shp": 1,
        "shp/shapefile_js/LGA_2013_AUST.shp": 1,
    }
    for name, count in expected.items():
        assert len(read_in_process(shared.path(name)).features) == count, name
    assert read_in_process(shared.path("shp/pyshp/latin1.shp")).features[0].name == "Ñandú"


def test_shapefile__areas_agree_with_gdal():
    import pyogrio
    import shapely

    path = shared.path("parcels/zsiki_surveying/parcels.shp")
    ours = read_in_process(path).features
    _, _, wkb, _ = pyogrio.raw.read(path)
    theirs = shapely.from_wkb(wkb)
    assert len(ours) == len(theirs)
    for feature, other in zip(ours, theirs, strict=True):
        assert feature.geometry.area == pytest.approx(other.area, rel=1e-12)


def test_dbf__breaks_off_and_says_so():
    table = read_table(_dbf(b"ID", [b"1", b"2", b"3"])[:-20])
    assert len(table.rows) == 2
    assert table.fault == "3 rows declared, 2 there"
    with pytest.raises(ValueError, match="header"):
        read_table(b"\x03")
