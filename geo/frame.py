"""Frames: the metric planes in which files from outside China's zones are measured, on their own datum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import pyproj
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.enums import WktVersion

from geo.datum import CrsSource, crs_text, flat_crs, is_mercator, no_position, read_crs, refuse_old_datum
from geo.errors import CrsError
from geo.zone import FALSE_EASTING_M, Ellipsoid, Zone

__all__ = ["EPSG_WGS84", "Frame", "Plane", "frame_around", "frame_of"]

EPSG_WGS84 = 4326


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The metric plane in which a file that is not in a Chinese zone is measured.

    ``definition`` is what PROJ reads (``EPSG:3035`` or WKT); ``epsg`` is None for a plane made for the file.
    """

    definition: str
    name: str
    epsg: int | None
    ellipsoid: Ellipsoid
    central_meridian_deg: float | None = None


Plane: TypeAlias = Zone | Frame
"""A metric plane with its ellipsoid: a zone of the township, or the frame of a foreign file."""


def frame_of(crs: CrsSource) -> Frame:
    """Return the plane of a projected CRS in metres, for measuring a foreign file in its own system.

    Raises
    ------
    CrsError
        ``not_a_plane`` for longitude and latitude, Web Mercator, or another unit than the metre (use
        :func:`frame_around`); ``datum_unknown``; ``no_position``.
    """
    refuse_old_datum(crs)
    flat = flat_crs(read_crs(crs))
    if flat.geodetic_crs is None:
        raise no_position(str(flat.name))
    if not flat.is_projected or is_mercator(flat) or flat.axis_info[0].unit_conversion_factor != 1.0:
        raise CrsError(
            "not_a_plane",
            zh="坐标系 {name} 不是以米为单位的测量平面，不能直接量算。",
            en="The reference system {name} is not a plane in metres to measure in.",
            name=str(flat.name),
        )
    return Frame(
        definition=crs_text(flat), name=str(flat.name), epsg=flat.to_epsg(), ellipsoid=_ellipsoid_of(flat)
    )


def _ellipsoid_of(crs: pyproj.CRS) -> Ellipsoid:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None:
        raise no_position(str(crs.name))
    return Ellipsoid(
        name=str(ellipsoid.name),
        semi_major_m=float(ellipsoid.semi_major_metre),
        inverse_flattening=float(ellipsoid.inverse_flattening),
    )


def frame_around(lon_deg: float, crs: CrsSource = EPSG_WGS84) -> Frame:
    """Return a Transverse Mercator plane in metres through ``lon_deg`` on the datum of ``crs``.

    For files in longitude and latitude (or in feet, or in Web Mercator) outside China's zones: the central
    meridian is the nearest multiple of 3°, the false easting 500 km, the scale 1.

    Raises
    ------
    CrsError
        ``datum_unknown``; ``no_position``.
    """
    refuse_old_datum(crs)
    geodetic = flat_crs(read_crs(crs)).geodetic_crs
    if geodetic is None or not math.isfinite(lon_deg):
        raise no_position(str(crs))
    meridian_deg = 3.0 * math.floor((lon_deg + 1.5) / 3.0)
    return _local_frame(meridian_deg, crs_text(geodetic))


@lru_cache(maxsize=64)
def _local_frame(meridian_deg: float, datum: str) -> Frame:
    base = read_crs(datum)
    name = f"{base.name} / Transverse Mercator CM {meridian_deg:g}"
    conversion = TransverseMercatorConversion(
        latitude_natural_origin=0.0,
        longitude_natural_origin=meridian_deg,
        false_easting=FALSE_EASTING_M,
        false_northing=0.0,
        scale_factor_natural_origin=1.0,
    )
    plane = ProjectedCRS(name=name, conversion=conversion, geodetic_crs=base)
    return Frame(
        definition=plane.to_wkt(WktVersion.WKT2_2019),
        name=name,
        epsg=None,
        ellipsoid=_ellipsoid_of(base),
        central_meridian_deg=meridian_deg,
    )
