"""Other people's rulers: the area of the same plot as phones, web maps and old instruments measure it.

Every function takes longitudes and latitudes of a polygon, or its plane coordinates, and returns square metres
on a ruler that is *not* the one of record. They exist to explain numbers that people bring, never to be
printed as areas.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Proj
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo import crs, measure, uncertainty
from geo.crs import Ellipsoid, Plane
from geo.shift import bd09_from_wgs84, gcj02_from_wgs84
from geo.uncertainty import Accuracy

__all__ = [
    "BEIJING_54",
    "EQUATORIAL_SPHERE",
    "MEAN_SPHERE",
    "XIAN_80",
    "bd09_m2",
    "degrees_square_m2",
    "degrees_with_cosine_m2",
    "digitised_sigma_m2",
    "gauss_m2",
    "gcj02_m2",
    "geographic",
    "length_times_width_m2",
    "shell_m2",
    "sphere_m2",
    "swapped_m2",
    "walk_sigma_m2",
    "web_mercator_m2",
]

FloatArray = npt.NDArray[np.float64]

MEAN_SPHERE: Final = Ellipsoid(name="sphere of 6371 km", semi_major_m=6371008.8, inverse_flattening=math.inf)
EQUATORIAL_SPHERE: Final = Ellipsoid(
    name="sphere of 6378 km", semi_major_m=6378137.0, inverse_flattening=math.inf
)
XIAN_80: Final = Ellipsoid(name="Xian 80", semi_major_m=6378140.0, inverse_flattening=298.257)
BEIJING_54: Final = Ellipsoid(name="Krasovsky", semi_major_m=6378245.0, inverse_flattening=298.3)

_METRES_PER_DEGREE: Final = 111_320.0
_WALK_PACE_M_PER_S: Final = 1.2
_WALK_SIGMA_M: Final = 3.0
_WALK_MOST_FIXES: Final = 240
_MAP_ERROR_MM: Final = 0.5


def geographic(geom: BaseGeometry, zone: Plane) -> BaseGeometry:
    """Return a shape of the plane in longitude and latitude, its corners only."""
    if isinstance(zone, crs.Zone):
        return shapely.transform(geom, lambda coords: crs.to_geographic(coords, zone))
    return shapely.transform(geom, lambda coords: crs.to_lonlat(coords, zone.definition))


def sphere_m2(lonlat: BaseGeometry, sphere: Ellipsoid = MEAN_SPHERE) -> float:
    """Return the area on a sphere, as map libraries in browsers and phones reckon."""
    return float(measure.geographic_areas_m2([lonlat], sphere)[0])


def web_mercator_m2(lonlat: BaseGeometry) -> float:
    """Return the area in the plane of Web Mercator, which swells with latitude."""

    def mercator(coords: FloatArray) -> FloatArray:
        lon, lat = np.radians(coords).T
        return EQUATORIAL_SPHERE.semi_major_m * np.column_stack((lon, np.arcsinh(np.tan(lat))))

    return float(shapely.area(shapely.transform(lonlat, mercator)))


def gauss_m2(
    lonlat: BaseGeometry, central_meridian_deg: float, ellipsoid: Ellipsoid = crs.CGCS2000, scale: float = 1.0
) -> float:
    """Return the area in the Gauss plane of any central meridian, ellipsoid and scale (UTM: 0.9996)."""
    plane = Proj(
        proj="tmerc",
        lon_0=central_meridian_deg,
        k=scale,
        a=ellipsoid.semi_major_m,
        rf=ellipsoid.inverse_flattening,
    )
    return float(shapely.area(shapely.transform(lonlat, lambda coords: np.column_stack(plane(*coords.T)))))


def gcj02_m2(lonlat: BaseGeometry) -> float:
    """Return the area of the plot as drawn on a shifted phone map, on the ellipsoid."""
    return float(measure.geographic_areas_m2([shapely.transform(lonlat, gcj02_from_wgs84)])[0])


def bd09_m2(lonlat: BaseGeometry) -> float:
    """Return the area of the plot as drawn on a Baidu map, on the ellipsoid."""
    return float(measure.geographic_areas_m2([shapely.transform(lonlat, bd09_from_wgs84)])[0])


def swapped_m2(lonlat: BaseGeometry) -> float:
    """Return the area with longitude and latitude exchanged, by the web maps' formula on a sphere."""
    total = 0.0
    for polygon in shapely.get_parts(lonlat):
        for number, ring in enumerate(shapely.get_rings(polygon)):
            lat, lon = np.radians(shapely.get_coordinates(ring)).T
            strips = np.diff(lon) * (2 + np.sin(lat[1:]) + np.sin(lat[:-1]))
            area = abs(float(strips.sum())) * MEAN_SPHERE.semi_major_m**2 / 2
            total += -area if number else area
    return total


def degrees_with_cosine_m2(lonlat: BaseGeometry) -> float:
    """Return the area with every degree taken as 111.32 km, longitudes narrowed by the cosine of latitude."""
    latitude = math.radians(float(shapely.centroid(lonlat).y))
    return degrees_square_m2(lonlat) * math.cos(latitude)


def degrees_square_m2(lonlat: BaseGeometry) -> float:
    """Return the area with every degree, of longitude too, taken as 111.32 km."""
    return float(shapely.area(lonlat)) * _METRES_PER_DEGREE**2


def length_times_width_m2(geom: BaseGeometry) -> float | None:
    """Return mean length times mean width of a plot of four sides, the villages' rule; else None."""
    if not isinstance(geom, Polygon) or len(geom.exterior.coords) != 5 or geom.interiors:
        return None
    side = measure.side_lengths_m(geom.exterior.coords)
    return float((side[0] + side[2]) / 2 * (side[1] + side[3]) / 2)


def shell_m2(geom: BaseGeometry, zone: Plane) -> float | None:
    """Return the area of record without taking off holes; None when there are none."""
    polygons = [part for part in shapely.get_parts(geom) if isinstance(part, Polygon)]
    if not any(polygon.interiors for polygon in polygons):
        return None
    return measure.area_m2(MultiPolygon([Polygon(polygon.exterior) for polygon in polygons]), zone)


def digitised_sigma_m2(geom: BaseGeometry, scale_denominator: float) -> float:
    """Return the standard error of the area digitised from a map: half a millimetre on the sheet a point."""
    return uncertainty.area_sigma_m2(
        geom, Accuracy(sigma_own_m=_MAP_ERROR_MM / 1000.0 * scale_denominator / math.sqrt(2))
    )


def walk_sigma_m2(geom: BaseGeometry) -> float:
    """Return the standard error of the area walked round with a hand-held receiver.

    3 m per axis, fading over a minute, at 1.2 m/s, one fix a second or fewer (a slow drift needs no more).
    """
    rings = shapely.get_rings(shapely.get_parts(geom))
    return math.hypot(*(_walked_m2(LineString(shapely.get_coordinates(ring))) for ring in rings))


def _walked_m2(ring: LineString) -> float:
    fixes = int(min(_WALK_MOST_FIXES, max(12, ring.length / _WALK_PACE_M_PER_S)))
    chainage = np.linspace(0.0, ring.length, fixes, endpoint=False)
    walk = Polygon(shapely.get_coordinates(shapely.line_interpolate_point(ring, chainage)))
    if not walk.is_valid:
        return uncertainty.area_sigma_m2(Polygon(ring), Accuracy(sigma_own_m=_WALK_SIGMA_M))
    covariance = uncertainty.walk_covariance_m2(chainage / _WALK_PACE_M_PER_S, _WALK_SIGMA_M)
    return uncertainty.area_sigma_m2(walk, covariance=covariance)
