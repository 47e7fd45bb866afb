"""Measuring files: areas of record, plane areas, coverages, and no area where the place is not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import mapping

from geo import crs, measure
from geo.errors import CrsError, FileError
from geo.uncertainty import Accuracy
from jobs import measuring
from jobs.intake import take_in
from tests import shared
from tests.test_geo_audit import read

ZONE = crs.working_zone(102.3)
GEOD = Geod(a=6378137.0, rf=298.257222101)
NEAR = (102.3, 40.4)
CORNER = crs.to_working(np.array([[102.3, 40.4]]), ZONE)[0].round(3)


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Return a point of ZONE, metres from CORNER."""
    return float(CORNER[0]) + east_m, float(CORNER[1]) + north_m


def plot(east: float = 0, north: float = 0, width: float = 100, height: float = 100) -> shapely.Polygon:
    """Return a rectangle in ZONE, metres from CORNER."""
    easting, northing = at(east, north)
    return shapely.box(easting, northing, easting + width, northing + height)


def geojson(path: Path, shapes: list[Any], epsg: int | None = None) -> Path:
    features = [
        {"type": "Feature", "properties": {"name": f"plot {number}"}, "geometry": mapping(shape)}
        for number, shape in enumerate(shapes, 1)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if epsg is not None:
        collection["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
    path.write_text(json.dumps(collection), "utf-8")
    return path


def degrees(shape: shapely.Polygon) -> shapely.Polygon:
    return shapely.transform(shape, lambda coords: crs.to_geographic(coords, ZONE))


def codes(problems: list[dict[str, str]]) -> list[str]:
    return [problem["code"] for problem in problems]


def test_measure__zone_file(tmp_path: Path) -> None:
    shape = plot(width=300, height=200)
    found = measuring.measure(geojson(tmp_path / "地块 1.geojson", [shape], ZONE.epsg))
    (feature,) = found["features"]
    assert feature["area_m2"] == measure.area_m2(shape, ZONE)
    assert feature["area_mu"] == pytest.approx(feature["area_m2"] * 15 / 10_000)
    assert feature["plane_area_m2"] == 60_000.0
    assert feature["perimeter_m"] == measure.perimeter_m(shape, ZONE)
    assert (feature["name"], feature["valid"], feature["problems"]) == ("plot 1", True, [])
    assert (feature["area_sd_m2"], feature["declared_area_m2"]) == (None, None)
    assert found["plane"] == ZONE.name
    assert found["coverage"] == {
        "valid": True,
        "edges_match": True,
        "overlaps": [],
        "gaps": [],
        "overlap_area_m2": 0.0,
        "gap_area_m2": 0.0,
        "problems": [],
    }
    json.dumps(found, allow_nan=False)


def test_measure__degrees_keep_geodesic_sides(tmp_path: Path) -> None:
    """Rounded to 1 mm in the 3° zone, then the same as GeographicLib for those vertices."""
    shape = plot(width=900, height=700)
    found = measuring.measure(
        geojson(tmp_path / "a.geojson", [degrees(shape)]), epsg=4490, near_lonlat_deg=NEAR
    )
    (feature,) = found["features"]
    lonlat = crs.to_geographic(np.asarray(shape.exterior.coords), ZONE)
    assert feature["area_m2"] == pytest.approx(abs(GEOD.polygon_area_perimeter(*lonlat.T)[0]), rel=1e-12)
    assert feature["plane_area_m2"] == pytest.approx(630_000.0, abs=1e-6)


@pytest.mark.parametrize("name", ["44120000120", "44120000957", "44120001048"])
def test_measure__land_approval_file(name: str) -> None:
    """The declared area is the plane area; both numbers are shown, with the reason why they differ."""
    (feature,) = measuring.measure(shared.path(f"parcels/landtxt/{name}.txt"))["features"]
    assert round(feature["plane_area_m2"] / 1e4, 4) == pytest.approx(feature["declared_area_m2"] / 1e4)
    assert feature["area_m2"] < feature["plane_area_m2"]
    assert "椭球面" in feature["declared_explained"]
    assert feature["problems"] == []


def test_measure__declared_area_of_the_plane_is_explained() -> None:
    path = shared.path("parcels/landtxt/44120000120.txt")
    (feature,) = measuring.measure(path, lang="en")["features"]
    assert feature["declared_explained"].startswith("Your figure of 2.6708 ha was the area in the plane")


@pytest.mark.parametrize(
    "name",
    [
        "parcels/fiboa_lpis/at/inspire_schlaege_2025-1_polygon.gpkg.zip",
        "parcels/fiboa_lpis/nl/brpgewaspercelen_definitief_2023.gpkg",
        "parcels/fiboa_lpis/de_sh/Feldbloecke_2026_GPKG.zip",
        "shp/shapefile_js/senate.zip",
    ],
)
def test_measure__foreign_plane(name: str) -> None:
    """Area of record on CGCS2000 from the file's plane; plane figures of the file's own plane.

    The reference takes sides of kilometres as geodesics: 5e-6 apart.
    """
    path = shared.path(name)
    found = measuring.measure(path)
    plots = read(path)
    plane = [feature["plane_area_m2"] for feature in found["features"]]
    assert plane == pytest.approx(plots.area.tolist(), rel=1e-9)
    lonlat = plots.to_crs(4326).geometry
    ellipsoid = [abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) for shape in lonlat]
    assert [feature["area_m2"] for feature in found["features"]] == pytest.approx(ellipsoid, rel=1e-5)
    pairs = geopandas.overlay(
        *[plots[["geometry"]].reset_index()] * 2, how="intersection", keep_geom_type=True
    )
    pairs = pairs[(pairs["index_1"] < pairs["index_2"]) & (pairs.area > 1e-6)]
    assert len(found["coverage"]["overlaps"]) == len(pairs)
    assert found["coverage"]["overlap_area_m2"] == pytest.approx(pairs.area.sum(), rel=1e-6)


def test_measure__foreign_degrees() -> None:
    path = shared.path("parcels/fiboa_lpis/india_10k/india_10k.zip")
    found = measuring.measure(path)
    ellipsoid = [abs(GEOD.geometry_area_perimeter(shape)[0]) for shape in read(path).geometry]
    assert [feature["area_m2"] for feature in found["features"]] == pytest.approx(ellipsoid, rel=1e-9)


def test_coverage__overlaps_and_gaps_in_the_plane_of_the_file(tmp_path: Path) -> None:
    shapes = [plot(), plot(90, 0), plot(0, 100, 60), plot(80, 100, 110), plot(0, 200, 190)]
    found = measuring.measure(geojson(tmp_path / "a.geojson", shapes, ZONE.epsg))["coverage"]
    assert [overlap["area_m2"] for overlap in found["overlaps"]] == [1_000.0]
    assert [(gap["area_m2"], gap["own_hole"]) for gap in found["gaps"]] == [(2_000.0, False)]
    assert (found["valid"], found["overlap_area_m2"], found["gap_area_m2"]) == (False, 1_000.0, 2_000.0)


def test_coverage__in_degrees_a_point_on_a_neighbours_side_makes_no_sliver(tmp_path: Path) -> None:
    """Overlaps are looked for in the file's own coordinates: projected, the sides would bend apart."""
    shapes = [
        shapely.box(102.30, 40.40, 102.31, 40.41),
        shapely.box(102.30, 40.39, 102.304, 40.40),
        shapely.box(102.304, 40.39, 102.31, 40.40),
        shapely.box(102.309, 40.40, 102.32, 40.41),
    ]
    path = geojson(tmp_path / "a.geojson", shapes)
    found = measuring.measure(path, epsg=4490, near_lonlat_deg=NEAR)["coverage"]
    (overlap,) = found["overlaps"]
    expected = shapely.area(
        shapely.transform(shapely.box(102.309, 40.40, 102.31, 40.41), lambda c: crs.to_working(c, ZONE))
    )
    assert overlap["area_m2"] == pytest.approx(expected, rel=1e-6)
    assert found["gaps"] == []


def test_withheld__unknown_shift_gives_no_area(tmp_path: Path) -> None:
    """DEFINITIONS 18: a map shift alone changes areas by up to 0.6 %."""
    path = geojson(tmp_path / "a.geojson", [degrees(plot()), degrees(plot(90))])
    found = measuring.measure(path, near_lonlat_deg=NEAR)
    for feature in found["features"]:
        assert (feature["area_m2"], feature["plane_area_m2"], feature["perimeter_m"]) == (None, None, None)
        assert "area_withheld_shift" in codes(feature["problems"])
        assert feature["valid"]
    assert "area_withheld_shift" in codes(found["problems"])
    assert len(found["coverage"]["overlaps"]) == 1


def test_withheld__unknown_zone_gives_plane_areas_only(tmp_path: Path) -> None:
    """Metres in nobody knows which zone: the plane area holds in any of them."""
    path = tmp_path / "points.csv"
    rows = "\n".join(f"J{n},{x:.3f},{y:.3f}" for n, (x, y) in enumerate(plot().exterior.coords[:4], 1))
    path.write_text(f"点号,东坐标,北坐标\n{rows}\n", "utf-8")
    found = measuring.measure(path)
    areas = [feature for feature in found["features"] if feature["kind"] == "area"]
    assert [(each["area_m2"], each["plane_area_m2"]) for each in areas] == [(None, pytest.approx(10_000.0))]
    assert "area_withheld_crs" in codes(found["problems"])


def test_points__are_joined_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    rows = "\n".join(f"J{n},{x:.3f},{y:.3f}" for n, (x, y) in enumerate(plot().exterior.coords[:4], 1))
    path.write_text(f"点号,东坐标,北坐标\n{rows}\n", "utf-8")
    found = measuring.measure(path, near_lonlat_deg=NEAR, lang="en")
    (area,) = [feature for feature in found["features"] if feature["kind"] == "area"]
    assert area["area_m2"] == pytest.approx(measure.area_m2(plot(), ZONE))
    assert "points_as_ring" in codes(area["problems"])
    assert found["coverage"]["overlaps"] == []


def test_walk__that_comes_back_is_measured_as_its_ring(tmp_path: Path) -> None:
    lonlat = np.asarray(degrees(plot(width=200, height=150)).exterior.coords)
    points = "".join(
        f'<trkpt lat="{lat:.9f}" lon="{lon:.9f}"><time>2026-05-01T08:0{n}:00Z</time></trkpt>'
        for n, (lon, lat) in enumerate(lonlat)
    )
    path = tmp_path / "walk.gpx"
    path.write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="Garmin eTrex" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    )
    (feature,) = measuring.measure(path)["features"]
    assert feature["area_m2"] == pytest.approx(measure.area_m2(plot(width=200, height=150), ZONE), abs=1.0)
    assert codes(feature["problems"]) == ["walk_as_ring"]


def test_lines__have_a_length_and_no_area(tmp_path: Path) -> None:
    line = shapely.LineString([CORNER, at(300, 400)])
    found = measuring.measure(geojson(tmp_path / "a.geojson", [line], ZONE.epsg))
    (feature,) = found["features"]
    assert (feature["kind"], feature["area_m2"]) == ("line", None)
    assert feature["length_m"] == measure.length_m(line, ZONE)


def test_invalid__bow_tie_has_no_area_but_a_mended_one(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([CORNER, at(100, 100), at(100, 0), at(0, 100)])
    path = geojson(tmp_path / "a.geojson", [bow_tie, plot(300)], ZONE.epsg)
    found = measuring.measure(path, lang="en")
    bad, good = found["features"]
    assert (bad["valid"], bad["area_m2"], bad["plane_area_m2"]) == (False, None, None)
    assert bad["mended_area_m2"] == pytest.approx(5_000.0, rel=1e-3)
    assert codes(bad["problems"]) == ["ring_crosses_itself"]
    assert good["area_m2"] == pytest.approx(10_000.0, rel=1e-3)
    assert good["mended_area_m2"] is None
    assert not found["coverage"]["valid"]
    assert "copy" in found["coverage"]["problems"][0]["remedy"]


def test_invalid__ring_that_touches_itself_is_measured_and_listed(tmp_path: Path) -> None:
    steps = [(0, 0), (4, 0), (4, 4), (2, 4), (3, 3), (1, 3), (2, 4), (0, 4), (0, 0)]
    ring = shapely.Polygon(CORNER + 100 * np.array(steps))
    (feature,) = measuring.measure(geojson(tmp_path / "a.geojson", [ring], ZONE.epsg))["features"]
    assert not feature["valid"]
    assert feature["plane_area_m2"] == pytest.approx(150_000.0)
    assert feature["area_m2"] == pytest.approx(150_000.0, rel=1e-3)
    assert codes(feature["problems"]) == ["ring_touches_itself"]


def test_accuracy__areas_get_a_standard_error(tmp_path: Path) -> None:
    (taken,) = take_in([geojson(tmp_path / "a.geojson", [plot()], ZONE.epsg)])
    found = measuring.measure_taken(taken, accuracy=Accuracy(sigma_own_m=0.5, sigma_common_m=2.0))
    assert found.features[0].area_sigma_m2 == pytest.approx(50 * 2**0.5, rel=1e-3)
    assert found.as_dict("zh")["features"][0]["area_sd_m2"] == found.features[0].area_sigma_m2


def test_refused__old_datum_and_files_without_use(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [plot()])
    with pytest.raises(CrsError, match="Xian 1980"):
        measuring.measure(path, epsg=2343)
    (tmp_path / "empty.geojson").write_bytes(b"")
    with pytest.raises(FileError):
        measuring.measure(tmp_path / "empty.geojson")


@pytest.mark.parametrize(
    "name", ["bowtie.geojson", "hole_outside.geojson", "zero_area_spike.geojson", "antimeridian.geojson"]
)
@pytest.mark.parametrize("epsg", [None, 4490])
def test_hostile__shapes_are_listed_not_fatal(name: str, epsg: int | None) -> None:
    found = measuring.measure(shared.path(f"hostile/made/{name}"), epsg=epsg)
    json.dumps(found, allow_nan=False)
    assert found["features"]
