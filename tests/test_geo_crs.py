"""Zones and conversions: published vectors, refused datums, foreign frames, convergence."""

from __future__ import annotations

import csv
import math

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import crs
from geo.errors import CrsError
from tests import shared

ESRI = (
    'PROJCS["{name}",GEOGCS["GCS_{datum}",DATUM["D_{datum}",SPHEROID["{ellipsoid}",{a},{f}]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",{x0}],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{cm}],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
CGCS_PRJ = ESRI.format(
    name="CGCS2000_3_Degree_GK_Zone_34", datum="China_2000", ellipsoid="CGCS2000", a=6378137.0,
    f=298.257222101, x0=34500000.0, cm=102.0,
)  # fmt: skip
XIAN_PRJ = ESRI.format(
    name="Xian_1980_3_Degree_GK_CM_102E", datum="Xian_1980", ellipsoid="Xian_1980", a=6378140.0,
    f=298.257, x0=500000.0, cm=102.0,
)  # fmt: skip
BEIJING_PRJ = ESRI.format(
    name="Beijing_1954_3_Degree_GK_Zone_34", datum="Beijing_1954", ellipsoid="Krasovsky_1940", a=6378245.0,
    f=298.3, x0=34500000.0, cm=102.0,
)  # fmt: skip


def vectors() -> list[dict[str, str]]:
    with shared.path("ref/gk_cgcs2000_vectors.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def place(row: dict[str, str]) -> np.ndarray:
    return np.array([[float(row["lon"]), float(row["lat"])]])


# Zones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "epsg", "meridian", "false_easting"),
    [
        (crs.Zone(width_deg=3, number=25), 4534, 75, 5e5),
        (crs.Zone(width_deg=3, number=45), 4554, 135, 5e5),
        (crs.Zone(width_deg=3, number=25, prefixed=True), 4513, 75, 25.5e6),
        (crs.Zone(width_deg=3, number=45, prefixed=True), 4533, 135, 45.5e6),
        (crs.Zone(width_deg=6, number=13), 4502, 75, 5e5),
        (crs.Zone(width_deg=6, number=23), 4512, 135, 5e5),
        (crs.Zone(width_deg=6, number=13, prefixed=True), 4491, 75, 13.5e6),
        (crs.Zone(width_deg=6, number=23, prefixed=True), 4501, 135, 23.5e6),
    ],
)
def test_zone__has_code_meridian_and_false_easting(zone, epsg, meridian, false_easting):
    assert (zone.epsg, zone.central_meridian_deg, zone.false_easting_m) == (epsg, meridian, false_easting)


@pytest.mark.parametrize("epsg", range(4491, 4555))
def test_zone_from_epsg__agrees_with_the_epsg_database(epsg):
    zone = crs.zone_from_epsg(epsg)
    parameters = {p.name: p.value for p in pyproj.CRS.from_epsg(epsg).coordinate_operation.params}
    assert zone.epsg == epsg
    assert zone.name == pyproj.CRS.from_epsg(epsg).name
    assert zone.central_meridian_deg == parameters["Longitude of natural origin"]
    assert zone.false_easting_m == parameters["False easting"]
    assert crs.find_zone(pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")).central_meridian_deg == (
        zone.central_meridian_deg
    )


@pytest.mark.parametrize(("lon", "epsg"), [(102.277, 4543), (103.499, 4543), (103.5, 4544), (73.5, 4534)])
def test_working_zone__is_the_nearest_meridian(lon, epsg):
    assert crs.working_zone(lon).epsg == epsg


@pytest.mark.parametrize("lon", [73.4, 136.5, -102.0, math.nan])
def test_working_zone__refuses_a_longitude_outside_china(lon):
    with pytest.raises(CrsError, match="none of China's") as caught:
        crs.working_zone(lon)
    assert caught.value.code == "outside_zones"


@pytest.mark.parametrize(("width", "number"), [(3, 24), (3, 46), (6, 12), (6, 34)])
def test_zone__refuses_a_number_that_does_not_exist(width, number):
    with pytest.raises(CrsError, match="There is no"):
        crs.Zone(width_deg=width, number=number)


def test_find_zone__reads_esri_definitions_by_their_parameters():
    assert crs.find_zone(CGCS_PRJ) == crs.Zone(width_deg=3, number=34, prefixed=True)
    assert crs.find_zone(CGCS_PRJ.replace("34500000.0", "500000.0")).epsg == 4543
    assert crs.find_zone(CGCS_PRJ.replace("34500000.0", "35500000.0")) is None
    assert crs.find_zone(32648) is None
    assert crs.find_zone(4490) is None


# Conversion --------------------------------------------------------------------------------------------


def test_to_working__agrees_with_the_published_vectors_to_a_tenth_of_a_millimetre():
    for row in vectors():
        expected = np.array([[float(row["E_geographiclib"]), float(row["N_geographiclib"])]])
        prefixed = crs.to_working(place(row), crs.zone_from_epsg(int(row["epsg_zone"])))
        bare = crs.to_working(place(row), crs.zone_from_epsg(int(row["epsg_cm"])))
        assert np.abs(prefixed - expected).max() < 1e-4, row["name"]
        assert abs(bare[0, 0] - float(row["E_noprefix_proj"])) < 1e-4, row["name"]


def test_to_geographic__agrees_with_the_published_vectors():
    for row in vectors():
        plane = np.array([[float(row["E_proj"]), float(row["N_proj"])]])
        back = crs.to_geographic(plane, crs.zone_from_epsg(int(row["epsg_zone"])))
        assert np.abs(back - place(row)).max() < 1e-9, row["name"]


@settings(max_examples=100, deadline=None)
@given(st.floats(-1.6, 1.6), st.floats(18, 53.5), st.integers(25, 45))
def test_round_trip__returns_the_place(offset, lat, number):
    zone = crs.Zone(width_deg=3, number=number)
    lonlat = np.array([[zone.central_meridian_deg + offset, lat]])
    assert np.abs(crs.to_geographic(crs.to_working(lonlat, zone), zone) - lonlat).max() < 1e-11


def test_transform__between_forms_of_one_zone_changes_only_the_false_easting():
    point = np.array([[34524409.323, 4184013.682]])
    assert crs.transform(point, 4522, crs.working_zone(102.3)).round(6).tolist() == [
        [524409.323, 4184013.682]
    ]
    six = np.array([[18262000.0, 4186000.0]])
    assert crs.transform(six, 4496, crs.Zone(width_deg=3, number=35)).tolist() == [[262000.0, 4186000.0]]


def test_transform__to_the_neighbouring_zone_agrees_with_the_vectors():
    """103.5° E, 37° N lies on the line between zones 34 and 35 and is published in both."""
    west = np.array([[633521.7523, 4097562.9623]])
    east = crs.transform(west, 4543, crs.Zone(width_deg=3, number=35))
    assert np.abs(east - [[366478.2477, 4097562.9623]]).max() < 2e-4


@pytest.mark.parametrize("source", [4326, 4490, "EPSG:4326", "OGC:CRS84"])
def test_transform__takes_longitude_first_whatever_the_authority_says(source):
    placed = crs.transform(np.array([[102.277112, 37.788093]]), source, crs.working_zone(102.3))
    assert np.abs(placed - [[524409.3230, 4184013.6824]]).max() < 1e-3


@pytest.mark.parametrize("source", [32648, 3857])
def test_transform__brings_wgs84_planes_home(source):
    lonlat = np.array([[102.277112, 37.788093]])
    plane = np.column_stack(
        pyproj.Transformer.from_crs(4326, source, always_xy=True).transform(lonlat[:, 0], lonlat[:, 1])
    )
    placed = crs.transform(plane, source, crs.working_zone(102.3))
    assert np.abs(placed - [[524409.3230, 4184013.6824]]).max() < 1e-3


def test_round_mm__rounds_to_a_millimetre_without_negative_zero():
    assert crs.round_mm(np.array([[1.00049, -0.0001]])).tolist() == [[1.0, 0.0]]
    assert not np.signbit(crs.round_mm(np.array([[0.0, -0.0001]]))).any()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_to_working__names_the_point_that_is_no_number(bad):
    with pytest.raises(CrsError, match="point 2"):
        crs.to_working(np.array([[102.0, 37.0], [bad, 37.0]]), crs.working_zone(102.3))


def test_to_geographic__refuses_an_easting_with_another_zones_number():
    with pytest.raises(CrsError, match="cannot belong to CGCS2000") as caught:
        crs.to_geographic(np.array([[38378344.592, 2579602.04]]), crs.working_zone(114.0))
    assert caught.value.code == "outside_zone"


def test_to_lonlat__refuses_a_latitude_beyond_the_pole():
    for source in (4326, 4490, 4267):
        with pytest.raises(CrsError, match="latitudes end at 90") as caught:
            crs.to_lonlat(np.array([[37.0, 30.0], [37.0, 102.0]]), source)
        assert (caught.value.code, caught.value.facts["vertex"]) == ("not_lonlat", 2)


def test_to_lonlat__refuses_what_the_projection_does_not_reach():
    with pytest.raises(CrsError) as caught:
        crs.to_lonlat(np.array([[1e9, 1e9]]), 3035)
    assert caught.value.code == "outside_projection"


# Old datums --------------------------------------------------------------------------------------------

OLD_CODES = [
    4610, 4214, 4555, 2327, 2337, 2338, 2348, 2349, 2369, 2370, 2390, 2401, 2421, 2422, 2442, 21413, 21423,
    21453, 21463, 4568, 4578, 4579, 4589, 4652, 4656, 4766, 4781, 4782, 4800, 4812, 4822,
]  # fmt: skip


@pytest.mark.parametrize("epsg", OLD_CODES)
def test_old_datum__is_refused_by_code(epsg):
    """PROJ returns these coordinates unchanged and says nothing."""
    with pytest.raises(CrsError, match="no transformation from it to CGCS2000 is published") as caught:
        crs.transform(np.array([[500000.0, 4000000.0]]), epsg, crs.working_zone(102.3))
    assert caught.value.code == "datum_unknown"
    assert "CGCS2000" in caught.value.sentence("zh")


def test_old_datum__covers_every_code_of_the_database_that_names_one():
    for found in pyproj.database.query_crs_info(auth_name="EPSG"):
        if any(name in found.name for name in ("Xian 1980", "Beijing 1954", "New Beijing")):
            assert crs.old_datum_name(int(found.code)) is not None, found


@pytest.mark.parametrize(
    "definition",
    [
        XIAN_PRJ,
        BEIJING_PRJ,
        XIAN_PRJ.replace("Xian_1980", "Xian80"),
        XIAN_PRJ.replace('DATUM["D_Xian_1980"', 'DATUM["D_Unknown"'),
        "+proj=tmerc +lat_0=0 +lon_0=102 +k=1 +x_0=500000 +y_0=0 +ellps=krass +units=m",
        "+proj=tmerc +lat_0=0 +lon_0=102 +k=1 +x_0=500000 +y_0=0 +a=6378140 +rf=298.257 +units=m",
        "+proj=tmerc +lat_0=0 +lon_0=102 +k=1 +x_0=500000 +ellps=krass +towgs84=0,0,0,0,0,0,0 +units=m",
    ],
)
def test_old_datum__is_refused_by_name_or_ellipsoid(definition):
    with pytest.raises(CrsError) as caught:
        crs.refuse_old_datum(definition)
    assert caught.value.code == "datum_unknown"


@pytest.mark.parametrize("epsg", [4326, 4490, 4522, 32648, 3857, 3035, 31370, 5514, 28406])
def test_old_datum__leaves_others_alone(epsg):
    assert crs.old_datum_name(epsg) is None


def test_read_crs__says_what_it_does_not_understand():
    with pytest.raises(CrsError, match="not understood: give an EPSG code"):
        crs.read_crs("a plane of our own")


# Foreign files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("epsg", "ellipsoid"), [(3035, "GRS 1980"), (31370, "International 1924"), (5514, "Bessel 1841")]
)
def test_frame_of__measures_in_the_files_own_plane_and_ellipsoid(epsg, ellipsoid):
    frame = crs.frame_of(epsg)
    assert (frame.epsg, frame.ellipsoid.name) == (epsg, ellipsoid)
    middle = np.array([[4321000.0, 3210000.0]]) if epsg == 3035 else np.array([[150000.0, 170000.0]])
    if epsg == 5514:
        middle = np.array([[-600000.0, -1100000.0]])
    assert np.abs(crs.to_working(crs.to_geographic(middle, frame), frame) - middle).max() < 1e-4
    assert crs.to_frame(middle, epsg, frame).tolist() == middle.tolist()


@pytest.mark.parametrize("epsg", [4326, 3857, 3395, 2225])
def test_frame_of__refuses_what_is_no_plane_in_metres(epsg):
    with pytest.raises(CrsError, match="not a plane in metres"):
        crs.frame_of(epsg)


def test_frame_around__holds_data_across_the_date_line_together():
    frame = crs.frame_around(179.9)
    placed = crs.to_frame(np.array([[179.9, 50.0], [-179.9, 50.0]]), 4326, frame)
    assert frame.central_meridian_deg == 180.0
    assert placed[1, 0] - placed[0, 0] == pytest.approx(14339.15, abs=0.01)


def test_frame_around__stays_on_the_files_datum():
    frame = crs.frame_around(-122.3, 4267)
    lonlat = np.array([[-122.3, 37.7]])
    assert frame.ellipsoid.name == "Clarke 1866"
    assert np.abs(crs.to_geographic(crs.to_frame(lonlat, 4267, frame), frame) - lonlat).max() < 1e-11


# Convergence -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lon", "lat"), [(102.277, 37.788), (103.49, 53.0), (100.51, 18.2), (102.0, 35.0)])
def test_convergence_and_scale__agree_with_proj(lon, lat):
    zone = crs.Zone(width_deg=3, number=34)
    factors = pyproj.Proj(zone.definition).get_factors(lon, lat)
    lonlat = np.array([[lon, lat]])
    assert crs.meridian_convergence_deg(lonlat, zone)[0] == pytest.approx(
        factors.meridian_convergence, abs=1e-8
    )
    assert crs.point_scale_factor(lonlat, zone)[0] == pytest.approx(factors.meridional_scale, abs=1e-9)


def test_convergence__turns_a_grid_bearing_to_true_north():
    """A geodesic due north from a point east of the meridian leans west on the grid."""
    zone = crs.Zone(width_deg=3, number=34)
    start = np.array([[103.2, 37.0]])
    lon, lat, _ = pyproj.Geod(ellps="GRS80").fwd(103.2, 37.0, 0.0, 1.0)
    step = crs.to_working(np.array([[lon, lat]]), zone) - crs.to_working(start, zone)
    grid_bearing = math.degrees(math.atan2(step[0, 0], step[0, 1]))
    assert grid_bearing < 0
    assert grid_bearing + crs.meridian_convergence_deg(start, zone)[0] == pytest.approx(0.0, abs=1e-4)


def test_network__is_switched_off():
    assert pyproj.network.is_network_enabled() is False
