"""The reference system a file is written in, and the coordinates in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.exporting.facts import Coords
from geo import crs, datum
from geo.crs import Plane
from geo.errors import ArgumentError
from geo.zone import Zone

__all__ = ["Target", "target_for"]

_GEOGRAPHIC_ONLY = {"kml", "kmz", "gpx"}
_PLANE_ONLY = {"cass_dat", "dxf"}
_LONLAT = {4326, 4490}
_DEGREE_DIGITS = 9
_METRE_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where coordinates go: a plane, or longitude and latitude when ``plane`` is None.

    Planes are written to 1 mm, degrees to 1e-9 (a tenth of a millimetre).
    """

    epsg: int
    plane: Plane | None = None

    @property
    def geographic(self) -> bool:
        """Tell whether longitudes and latitudes are written."""
        return self.plane is None

    @property
    def digits(self) -> int:
        """Return the decimals coordinates are written with."""
        return _DEGREE_DIGITS if self.geographic else _METRE_DIGITS

    def coordinates(self, coords: Coords, source: Plane) -> Coords:
        """Return plane coordinates of ``source`` in this system, rounded, shape (n, 2), east first."""
        if self.plane is None:
            found = crs.to_geographic(coords, source)
            return np.asarray(found.round(_DEGREE_DIGITS) + 0.0)
        return np.asarray(crs.transform(coords, source.definition, self.plane).round(_METRE_DIGITS) + 0.0)

    def geometry(self, geometry: BaseGeometry, source: Plane) -> BaseGeometry:
        """Return a geometry of ``source`` in this system."""
        moved: BaseGeometry = shapely.transform(geometry, lambda coords: self.coordinates(coords, source))
        return moved


def target_for(format_name: str, source: Plane, epsg: int | None = None) -> Target:
    """Return the system in which ``format_name`` is written, by default or as asked.

    KML and GPX know only longitude and latitude; land-approval text takes a zone of CGCS2000 with its number
    in the easting; CASS and DXF a plane.

    Raises
    ------
    ArgumentError
        ``crs_not_for_format``.
    CrsError
        As :func:`geo.crs.frame_of`, for a code that is no usable plane.
    """
    if format_name in _GEOGRAPHIC_ONLY and epsg in {None, *_LONLAT}:
        return Target(epsg=epsg or 4326)
    if format_name in _GEOGRAPHIC_ONLY:
        raise _unfit(
            format_name, epsg, "经纬度（EPSG:4490 或 4326）", "longitude and latitude (EPSG 4490 or 4326)"
        )
    if format_name == "land_txt":
        return _land_zone(source, epsg)
    if epsg is None:
        return _default(format_name, source)
    if epsg in _LONLAT:
        if format_name in _PLANE_ONLY:
            raise _unfit(format_name, epsg, "平面坐标", "a plane")
        return Target(epsg=epsg)
    zone = datum.find_zone(epsg)
    return Target(epsg=epsg, plane=zone if zone is not None else crs.frame_of(epsg))


def _default(format_name: str, source: Plane) -> Target:
    if format_name == "geojson":
        return Target(epsg=4326)
    if source.epsg is not None:
        return Target(epsg=source.epsg, plane=source)
    if format_name in _PLANE_ONLY:
        raise _unfit(format_name, None, "有 EPSG 代码的平面坐标系", "a plane with an EPSG code")
    return Target(epsg=4326)


def _land_zone(source: Plane, epsg: int | None) -> Target:
    zone = datum.find_zone(epsg) if epsg is not None else source
    if not isinstance(zone, Zone):
        raise _unfit("land_txt", epsg, "CGCS2000 高斯-克吕格分带", "a Gauss-Krüger zone of CGCS2000")
    numbered = Zone(width_deg=zone.width_deg, number=zone.number, prefixed=True)
    return Target(epsg=numbered.epsg, plane=numbered)


def _unfit(format_name: str, epsg: int | None, needs_zh: str, needs_en: str) -> ArgumentError:
    return ArgumentError(
        "crs_not_for_format",
        zh="{format} 不能用 EPSG:{epsg} 写出：它需要{needs_zh}。",
        en="{format} cannot be written in EPSG {epsg}: it takes {needs_en}.",
        where="--crs",
        format=format_name,
        epsg=epsg if epsg is not None else "-",
        needs_zh=needs_zh,
        needs_en=needs_en,
    )
