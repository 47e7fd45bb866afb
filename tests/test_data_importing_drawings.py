"""DXF, GeoJSON and what GDAL reads."""

from __future__ import annotations

import io
import json
import math

import ezdxf
import numpy as np
import pytest
import shapely

from data.importing import read_in_process
from data.importing.curves import arc, bulged
from data.importing.dxf_tags import plain_text
from data.importing.geojson import epsg_of
from geo.errors import FileError
from tests import shared

E, N = 524409.323, 4184013.682
RING = [(E, N), (E + 100, N), (E + 100, N - 100), (E, N - 100)]


def _drawing(version: str = "R2004"):
    drawing = ezdxf.new(version)
    drawing.layers.add("界址线")
    return drawing, drawing.modelspace()


def _bytes(drawing, encoding: str = "gbk") -> bytes:
    text = io.StringIO()
    drawing.write(text)
    return text.getvalue().encode(encoding, "replace")


# DXF


@pytest.mark.parametrize(
    ("version", "codec", "declared"),
    [
        ("R2000", "gbk", "ANSI_936"),
        ("R2004", "gbk", "ANSI_936"),
        ("R2004", "gbk", "ANSI_1252"),
        ("R2010", "utf-8", "ANSI_936"),
        ("R12", "gbk", ""),
    ],
)
def test_dxf__chinese_in_every_release(version, codec, declared):
    drawing, space = _drawing(version)
    if version == "R12":
        space.add_polyline2d(RING, close=True, dxfattribs={"layer": "界址线"})
    else:
        space.add_lwpolyline(RING, close=True, dxfattribs={"layer": "界址线"})
    space.add_text("张三", dxfattribs={"insert": (E + 50, N - 50)})
    data = _bytes(drawing, codec)
    data = (
        data.replace(b"ANSI_1252", declared.encode())
        if declared
        else data.replace(b"$DWGCODEPAGE", b"$XWGCODEPAGE")
    )
    feature = read_in_process("a.dxf", data).features[0]
    assert (feature.name, feature.layer) == ("张三", "界址线")
    assert feature.geometry.area == pytest.approx(10_000)


def test_dxf__open_closed_and_closing_polylines():
    drawing, space = _drawing()
    space.add_lwpolyline(RING)
    space.add_lwpolyline([*RING, RING[0]])
    space.add_polyline3d([(x, y, 2600) for x, y in RING], close=True)
    kinds = [f.geometry.geom_type for f in read_in_process("a.dxf", _bytes(drawing)).features]
    assert kinds == ["LineString", "Polygon", "Polygon"]


def test_dxf__single_lines_join_where_they_meet():
    drawing, space = _drawing()
    for start, end in zip(RING, [*RING[1:], RING[0]], strict=True):
        space.add_line(start, end)
    space.add_line((E + 300, N), (E + 400, N))
    file = read_in_process("a.dxf", _bytes(drawing))
    assert sorted(f.geometry.geom_type for f in file.features) == ["LineString", "Polygon"]


def test_dxf__points_labels_extended_data_and_paper():
    drawing, space = _drawing()
    drawing.appids.add("SOUTH")
    plot = space.add_lwpolyline(RING, close=True)
    plot.set_xdata("SOUTH", [(1000, "300000"), (1000, "JB0001"), (1000, "李四")])
    space.add_point((E, N))
    drawing.layout("Layout1").add_lwpolyline([(0, 0), (1, 1), (2, 0)], close=True)
    space.add_ellipse((E, N), (10, 0))
    file = read_in_process("a.dxf", _bytes(drawing))
    assert [f.geometry.geom_type for f in file.features] == ["Polygon", "Point"]
    assert file.features[0].properties["SOUTH"] == "300000|JB0001|李四"
    assert [(item.code, item.where) for item in file.problems][:1] == [("shape_kind_skipped", "ELLIPSE")]


def test_dxf__arcs_and_bulges_keep_the_area():
    drawing, space = _drawing()
    space.add_lwpolyline([(0, 0, 0, 0, 1), (100, 0, 0, 0, 1)], close=True)
    space.add_circle((1000, 0), 50)
    areas = [f.geometry.area for f in read_in_process("a.dxf", _bytes(drawing)).features]
    assert areas == pytest.approx([math.pi * 2500] * 2, rel=1e-4)


def test_bulged__ends_are_exact_and_the_middle_lies_on_the_arc():
    points = bulged(np.array([[0.0, 0.0], [10.0, 0.0]]), [-0.5], closed=False)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [10, 0]
    assert points[:, 1].max() == pytest.approx(2.5, abs=2e-3)
    assert np.hypot(*(arc((0, 0), 5, 350, 10) - 0).T) == pytest.approx(5.0)


def test_dxf__geographic_data_move_the_drawing():
    drawing, space = _drawing("R2010")
    space.add_lwpolyline([(0, 0), (100, 0), (100, 100)], close=True)
    data = space.new_geodata()
    data.setup_local_grid(design_point=(0, 0), reference_point=(E, N))
    data.coordinate_system_definition = '<?xml version="1.0"?><Dictionary><Alias id="4543" type="CoordinateSystem"><ObjectId>x</ObjectId><Namespace>EPSG Code</Namespace></Alias></Dictionary>'
    file = read_in_process("a.dxf", _bytes(drawing, "utf-8"))
    assert file.hints.declared_epsg == 4543
    assert file.coords()[0].tolist() == pytest.approx([E, N])


def test_dxf__binary_and_torn():
    drawing, space = _drawing()
    space.add_lwpolyline(RING, close=True)
    space.add_lwpolyline(RING, close=True)
    binary = io.BytesIO()
    drawing.write(binary, fmt="bin")
    assert len(read_in_process("a.dxf", binary.getvalue()).features) == 2
    whole = _bytes(drawing)
    torn = read_in_process("a.dxf", whole[: whole.rindex(b"LWPOLYLINE") + 30])
    assert "cut_short" in {item.code for item in torn.problems}
    assert torn.features[0].geometry.area == pytest.approx(10_000)


def test_dxf__drawings_without_shapes_say_so():
    for name in ("dxf/ezdxf/Minimal_DXF_AC1009.dxf", "dxf/ezdxf_geo/Graz_10km_3m.dxf"):
        with pytest.raises(FileError, match="holds no"):
            read_in_process(shared.path(name))


def test_plain_text__cad_codes():
    assert plain_text(r"{\fSimSun|b0;\U+5F20\U+4E09\P12%%d}") == "张三 12"


# GeoJSON


def _collection(*geometries, **members) -> bytes:
    features = [{"type": "Feature", "properties": {"name": "甲"}, "geometry": g} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features} | members).encode()


SQUARE = [[102.27, 37.78], [102.28, 37.78], [102.28, 37.79], [102.27, 37.78]]


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        ("urn:ogc:def:crs:EPSG::4523", 4523),
        ("EPSG:4490", 4490),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/4547", 4547),
    ],
)
def test_geojson__crs_member(crs, epsg):
    data = _collection(
        {"type": "Polygon", "coordinates": [SQUARE]}, crs={"type": "name", "properties": {"name": crs}}
    )
    assert read_in_process("a.json", data).hints.declared_epsg == epsg
    assert epsg_of("local grid") is None


def test_geojson__three_dimensions_bare_geometry_sequence_and_esri():
    solid = [[*p, 2600.0] for p in SQUARE]
    assert (
        read_in_process("a.json", json.dumps({"type": "Polygon", "coordinates": [solid]}).encode())
        .features[0]
        .geometry.area
        > 0
    )
    line = json.dumps(
        {"type": "Feature", "properties": None, "geometry": {"type": "LineString", "coordinates": SQUARE}}
    )
    assert len(read_in_process("a.geojsonl", f"{line}\n{line}\n".encode()).features) == 2
    esri = {
        "spatialReference": {"wkid": 4490},
        "features": [{"attributes": {"DKMC": "河湾"}, "geometry": {"rings": [SQUARE]}}],
    }
    file = read_in_process("a.json", json.dumps(esri).encode())
    assert (file.features[0].name, file.hints.declared_epsg) == ("河湾", 4490)


def test_geojson__a_mixed_collection_becomes_one_feature_per_kind():
    inner = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [SQUARE]}]}
    mixed = {"type": "GeometryCollection", "geometries": [inner, {"type": "Point", "coordinates": [102, 37]}]}
    file = read_in_process("a.json", _collection(mixed))
    assert [(f.id, f.geometry.geom_type) for f in file.features] == [("1", "Polygon"), ("2", "Point")]
    assert file.problems[-1].code == "mixed_kinds"


def test_geojson__good_features_beside_bad_ones():
    good = {"type": "Polygon", "coordinates": [SQUARE]}
    bad = [
        None,
        {"type": "Polygon", "coordinates": [[["x", 1], [2, 3]]]},
        {"type": "Polygon", "coordinates": "no"},
        {"type": "Point", "coordinates": [None, 1]},
        {},
    ]
    file = read_in_process("a.json", _collection(good, *bad, good))
    assert len(file.features) == 2
    assert len(file.problems) >= len(bad)


@pytest.mark.parametrize(
    "text",
    ['{"type":"Topology","objects":{}}', '{"a":1}', '{"type":"FeatureCollection","features":[', "[[[["],
)
def test_geojson__refusals(text):
    with pytest.raises(FileError):
        read_in_process("a.json", text.encode())


# GDAL


def test_gpkg__layers_curves_and_foreign_tables():
    assert (
        read_in_process(shared.path("shp/pyogrio/curvepolygon.gpkg")).features[0].geometry.geom_type
        == "Polygon"
    )
    file = read_in_process(shared.path("divide/town_512.gpkg"))
    assert len({feature.layer for feature in file.features}) > 1
    with pytest.raises(FileError):
        read_in_process("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 500)


def test_filegdb_gml_osm():
    gdb = read_in_process(
        shared.path("parcels/fiboa_lpis/us_ca_scm/i15_crop_mapping_2023_provisional_20241127.gdb.zip")
    )
    assert (gdb.format, len(gdb.features)) == ("filegdb", 100)
    gml = read_in_process(shared.path("parcels/fiboa_lpis/be_wal/LU_ExistingLandUse_SIGEC2022.gml.zip"))
    west, south, east, north = shapely.total_bounds([f.geometry for f in gml.features])
    assert 3.8e6 < west < east < 4.1e6
    assert 2.9e6 < south < north < 3.2e6
    osm = read_in_process(shared.path("parcels/r_sf/overpass.osm"))
    assert len(osm.features) == 14


def test_gdal__drivers_that_reach_out_are_off():
    import subprocess
    import sys

    program = (
        "import sys; [sys.modules.setdefault(m, None) for m in ('geopandas','pandas','pyarrow')];"
        "from data.importing.child import leave_out_drivers; leave_out_drivers();"
        "from data.importing.gdal import _gdal; d = _gdal().list_drivers();"
        "print(sorted({'OGR_VRT','WFS','HTTP','OAPIF','CSW','GPKG'} & set(d)))"
    )
    root = shared.ROOT
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=root, check=True)
    assert done.stdout.decode().strip() == "['GPKG']"
