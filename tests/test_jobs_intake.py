"""Taking files in: read, recognised, placed; one never spoils another."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from data.exporting import OutFeature, OutLayer, export
from geo.crs import working_zone
from geo.errors import CrsError, FileError
from geo.shift import gcj02_from_wgs84
from geo.zone import Zone
from jobs.intake import Overrule, Upload, place_again, preview, take_in
from tests import shared

NEAR = (102.3, 37.8)
ZONE = working_zone(102.3)
E, N = 524409.323, 4184013.682
RING = [(E, N), (E + 100, N), (E + 100, N - 100), (E, N - 100)]
PLOT = OutLayer(
    title="t", plane=ZONE, features=[OutFeature(id="1", name="甲", geometry=shapely.Polygon(RING))]
)
LAND = export("land_txt", PLOT)


def _geojson(ring, **properties) -> bytes:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}).encode()


LONLAT = [[102.27, 37.78], [102.28, 37.78], [102.28, 37.79], [102.27, 37.78]]


def test_take_in__places_in_the_township_zone():
    taken = take_in([Upload(name="a.txt", data=LAND)], near=NEAR)[0]
    assert taken.placed
    assert taken.plane == ZONE
    assert taken.recognition.zone == Zone(width_deg=3, number=34, prefixed=True)
    assert taken.areas()[0].geometry.equals(shapely.Polygon(RING))
    assert taken.sides == "plane"


def test_take_in__a_file_alone_is_placed_in_its_own_zone():
    taken = take_in([shared.path("parcels/landtxt/44120000120.txt")])[0]
    assert taken.plane == Zone(width_deg=3, number=38)
    assert taken.areas()[0].geometry.area == pytest.approx(26708, abs=0.5)


def test_take_in__one_bad_file_does_not_spoil_the_others():
    taken = take_in([Upload(name="a.kml", data=b""), Upload(name="a.txt", data=LAND)], near=NEAR)
    assert [file.error.code if file.error else None for file in taken] == ["empty_file", None]
    assert taken[0].problems[0].code == "empty_file"
    assert taken[1].areas()


def test_take_in__two_files_of_one_name_are_kept_apart():
    other = LAND.replace(b"J4", b"J9")
    first, second, third = take_in([Upload(name="a.txt", data=d) for d in (LAND, other, LAND)], near=NEAR)
    assert not first.problems
    assert [item.code for item in second.problems] == ["several_files_one_name"]
    assert [item.code for item in third.problems] == ["same_content"]
    assert first.imported.sha256 != second.imported.sha256


def test_take_in__parts_of_a_shapefile_dropped_singly():
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(export("shapefile", PLOT))) as archive:
        parts = [Upload(name=name, data=archive.read(name)) for name in archive.namelist()]
    taken = take_in(parts, near=NEAR)
    assert len(taken) == 1
    assert (taken[0].imported.format, taken[0].areas()[0].name) == ("shapefile", "甲")


def test_take_in__an_unknown_shift_is_not_placed_but_shown():
    taken = take_in([Upload(name="a.geojson", data=_geojson(LONLAT))], near=NEAR)[0]
    assert not taken.placed
    assert taken.features == ()
    assert preview(taken)[0].bounds == pytest.approx((102.27, 37.78, 102.28, 37.79))
    told = place_again(taken, Overrule(shift="none"), near=NEAR)
    assert told.placed
    assert told.sides == "geodesic"


def test_take_in__a_phone_map_is_shifted_back():
    shifted = gcj02_from_wgs84(np.array(LONLAT)).tolist()
    kml = (
        "<kml><Document><name>OvitalMap</name><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{lon:.9f},{lat:.9f}" for lon, lat in shifted)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    taken = take_in([Upload(name="a.kml", data=kml.encode())], near=NEAR)[0]
    assert taken.recognition.shift == "gcj02"
    plain = take_in(
        [Upload(name="b.geojson", data=_geojson(LONLAT))],
        near=NEAR,
        overrules={"b.geojson": Overrule(shift="none")},
    )[0]
    a, b = taken.areas()[0].geometry, plain.areas()[0].geometry
    assert shapely.hausdorff_distance(a, b) < 0.002


def test_take_in__the_users_word_goes_before():
    text = "1,,524409.323,4184013.682,0\n2,,524509.323,4184013.682,0\n3,,524509.323,4183913.682,0\n"
    upload = Upload(name="a.dat", data=text.encode())
    assert take_in([upload])[0].recognition.status == "ask"
    by_epsg = take_in([upload], overrules={"a.dat": Overrule(epsg=4543)})[0]
    by_zone = take_in([upload], overrules={"a.dat": Overrule(zone=ZONE)})[0]
    assert by_epsg.plane == by_zone.plane == ZONE
    assert by_epsg.features[0].geometry.equals(by_zone.features[0].geometry)


def test_take_in__points_are_offered_as_line_and_plot():
    text = "".join(f"{i},,{e:.3f},{n:.3f},0\n" for i, (e, n) in enumerate(RING, 1))
    taken = take_in([Upload(name="a.dat", data=text.encode())], near=NEAR)[0]
    assert len(taken.features) == 4
    assert taken.areas()[0].geometry.area == pytest.approx(10_000)
    assert taken.lines()[0].geometry.length == pytest.approx(300)
    assert taken.areas()[0].problems[0].code == "points_joined"
    assert not taken.lines_drawn()


def test_take_in__an_open_ring_is_closed_only_when_told():
    taken = take_in([shared.path("hostile/made/landtxt_unclosed.txt")])[0]
    assert taken.areas() == ()
    assert taken.features[0].open_ring
    told = place_again(taken, Overrule(close_rings=True))
    assert told.areas()[0].geometry.area == pytest.approx(7749, abs=1)
    assert not told.features[0].open_ring


def test_take_in__a_second_zone_lands_in_the_township():
    far = OutLayer(
        title="t",
        plane=Zone(width_deg=3, number=35),
        features=[OutFeature(id="1", name="", geometry=shapely.Point(376351.4825, 4102963.6659))],
    )
    taken = take_in(
        [Upload(name="a.geojson", data=export("geojson", far, 4523))], near=(103.6, 37.05), zone=ZONE
    )[0]
    assert taken.plane == ZONE
    lonlat = preview(taken)[0]
    assert (lonlat.x, lonlat.y) == pytest.approx((103.61, 37.05), abs=1e-7)


def test_place_again__needs_a_file_that_was_read():
    taken = take_in([Upload(name="a.kml", data=b"")])[0]
    with pytest.raises(FileError, match="empty"):
        place_again(taken, Overrule())


def test_preview__of_an_unplaced_system_says_so():
    taken = take_in([Upload(name="a.dat", data=b"1,,524409.323,4184013.682,0\n2,,524509.3,4184013.6,0\n")])[0]
    with pytest.raises(CrsError):
        preview(taken)


@pytest.mark.parametrize(
    ("name", "zone", "axis"),
    [
        ("landtxt_ok_gbk.txt", 38, "north_east"),
        ("landtxt_xy_swapped.txt", 38, "east_north"),
        ("projected_zone35_8digit.geojson", 35, "east_north"),
        ("shp_no_prj.zip", 38, "east_north"),
    ],
)
def test_take_in__made_files_by_their_numbers(name, zone, axis):
    found = take_in([shared.path(f"hostile/made/{name}")])[0].recognition
    assert (found.status, found.zone.number, found.axis_order) == ("decided", zone, axis)


@pytest.mark.parametrize(
    ("properties", "shift"),
    [
        ({"来源": "高德地图"}, "gcj02"),
        ({"来源": "村民口述"}, "unknown"),
        ({"name": "百度大厦旁草场"}, "unknown"),
    ],
)
def test_take_in__a_stated_origin_counts_and_a_name_does_not(properties, shift):
    data = _geojson(LONLAT, **properties)
    assert take_in([Upload(name="a.geojson", data=data)], near=NEAR)[0].recognition.shift == shift
