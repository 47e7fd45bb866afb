"""One ruler: areas, perimeters, lengths, sides and bearings of shapes in the working plane.

The area of record (DEFINITIONS 3) is the area on the CGCS2000 ellipsoid: every side, straight in the
plane of the 3° zone, is cut into pieces of at most 50 m, the points are taken back to longitude and
latitude, and the geodesic polygon through them is measured with Karney's algorithm in PROJ's
``geodesic.c``, which is GeographicLib's own C library. The national series formula (`geo.series`)
stands beside it as a cross-check, never as a second number.

Shapes are shapely polygons or lines in the working CRS (easting before northing, metres); arrays of
geographic coordinates are longitude before latitude, degrees.

References
----------
C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 43-55 (2013),
https://doi.org/10.1007/s00190-012-0578-z.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo import crs
from geo.crs import CGCS2000, Ellipsoid, Plane
from geo.errors import ArgumentError, GeometryError
from geo.shapes import check_area, check_line, check_lonlat

__all__ = [
    "ELLIPSOIDS",
    "STEP_M",
    "WGS84",
    "Measured",
    "area_m2",
    "areas_m2",
    "bearings_deg",
    "convergence_deg",
    "densified",
    "geodesic_area_m2",
    "geodesic_perimeter_m",
    "geographic_areas_m2",
    "geographic_length_m",
    "length_m",
    "measured",
    "measured_geographic",
    "perimeter_m",
    "plane_area_m2",
    "plane_perimeter_m",
    "side_lengths_m",
]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Geometries: TypeAlias = Sequence[BaseGeometry] | npt.NDArray[Any]

STEP_M = 50.0
"""Longest piece of a side straight in the plane before the geodesic polygon (DEFINITIONS 3)."""

_BATCH = 20_000
"""Polygons placed at once: bounds the memory of 500,000 plots."""


WGS84 = Ellipsoid(name="WGS84", semi_major_m=6378137.0, inverse_flattening=298.257223563)
ELLIPSOIDS = {ellipsoid.name: ellipsoid for ellipsoid in (CGCS2000, WGS84)}


class Measured(NamedTuple):
    """Figures of n polygons, each array of shape (n,)."""

    area_m2: FloatArray
    """On the ellipsoid: the area of record when the ellipsoid is CGCS2000."""
    perimeter_m: FloatArray
    """On the ellipsoid, all rings."""
    plane_area_m2: FloatArray
    """In the plane the coordinates stand in."""
    plane_perimeter_m: FloatArray
    """In the plane, all rings."""


def area_m2(geom: BaseGeometry, zone: Plane, ellipsoid: Ellipsoid | str = CGCS2000) -> float:
    """Return the area of record of a polygon or multipolygon, square metres.

    Parameters
    ----------
    geom : Polygon or MultiPolygon
        In the plane of ``zone``; holes are taken off, parts added, orientation does not matter.
    zone : Zone or Frame
        The plane the coordinates stand in.
    ellipsoid : Ellipsoid or {"CGCS2000", "WGS84"}
        Surface measured on.

    Raises
    ------
    GeometryError
        The shape is empty, not an area, has coordinates that are not numbers, too few points, no area,
        or crosses itself, so that its area has no meaning.
    """
    return float(areas_m2([geom], zone, ellipsoid)[0])


def areas_m2(
    geoms: Geometries,
    zone: Plane,
    ellipsoid: Ellipsoid | str = CGCS2000,
) -> FloatArray:
    """Return the areas of record of many polygons, shape (n,), square metres (13 µs a plot)."""
    return measured(geoms, zone, ellipsoid).area_m2


def measured(
    geoms: Geometries,
    zone: Plane,
    ellipsoid: Ellipsoid | str = CGCS2000,
    *,
    sides: Literal["plane", "geodesic"] = "plane",
) -> Measured:
    """Measure many polygons of one plane at once.

    Parameters
    ----------
    geoms : sequence of Polygon or MultiPolygon, shape (n,)
        In the plane of ``zone``.
    zone : Zone or Frame
        The township's zone, or the plane of a foreign file, whose plane figures are then its own.
    sides : {"plane", "geodesic"}
        What a side is between its two ends: straight in the plane (cut to 50 m), or a geodesic as for
        geographic input with sides over 50 m (DEFINITIONS 1).

    Raises
    ------
    GeometryError
        Naming the first shape that has no area, by its place in ``geoms``.
    """
    check_area(geoms)
    array = np.asarray(geoms, dtype=object)
    step_m = STEP_M if sides == "plane" else None
    area, perimeter = _in_batches(array, zone, _geod(_ellipsoid(ellipsoid)), step_m)
    return Measured(area, perimeter, shapely.area(array), shapely.length(array))


def geographic_areas_m2(geoms: Geometries, ellipsoid: Ellipsoid | str = CGCS2000) -> FloatArray:
    """Return the areas of polygons in longitude and latitude with geodesic sides, shape (n,)."""
    return measured_geographic(geoms, ellipsoid)[0]


def measured_geographic(
    geoms: Geometries, ellipsoid: Ellipsoid | str = CGCS2000
) -> tuple[FloatArray, FloatArray]:
    """Return areas (m²) and perimeters (m) of polygons in longitude and latitude, each of shape (n,)."""
    check_area(geoms)
    return _in_batches(np.asarray(geoms, dtype=object), None, _geod(_ellipsoid(ellipsoid)), None)


def geodesic_area_m2(
    lonlat: npt.ArrayLike, ellipsoid: Ellipsoid | str = CGCS2000, *, signed: bool = False
) -> float:
    """Return the area of one ring with geodesic sides; poles and the antimeridian are no exception.

    Parameters
    ----------
    lonlat : array, shape (n, 2)
        Longitude and latitude in degrees, closed or not.
    signed : bool
        Positive for a counter-clockwise ring, negative for a clockwise one.

    Raises
    ------
    GeometryError
        Fewer than three points, a coordinate that is not a number, or a latitude beyond 90°.

    Examples
    --------
    >>> round(geodesic_area_m2([(1, 2), (2, 1), (3, 3)], "WGS84"), 1)
    18454562325.5
    """
    area = _ring(lonlat, ellipsoid)[0]
    return area if signed else abs(area)


def geodesic_perimeter_m(lonlat: npt.ArrayLike, ellipsoid: Ellipsoid | str = CGCS2000) -> float:
    """Return the perimeter of one ring with geodesic sides, metres."""
    return _ring(lonlat, ellipsoid)[1]


def plane_area_m2(geom: BaseGeometry) -> float:
    """Return the area in the plane the coordinates stand in: what a Gauss-plane file declares."""
    check_area([geom])
    return float(shapely.area(geom))


def perimeter_m(geom: BaseGeometry, zone: Plane, ellipsoid: Ellipsoid | str = CGCS2000) -> float:
    """Return the length of all rings on the ellipsoid, metres."""
    return float(measured([geom], zone, ellipsoid).perimeter_m[0])


def plane_perimeter_m(geom: BaseGeometry) -> float:
    """Return the length of all rings in the plane, metres: the sum of the printed sides."""
    check_area([geom])
    return float(shapely.length(geom))


def length_m(line: BaseGeometry, zone: Plane, ellipsoid: Ellipsoid | str = CGCS2000) -> float:
    """Return the length of a line on the ellipsoid, metres; parts are added, heights ignored."""
    check_line(line)
    geod = _geod(_ellipsoid(ellipsoid))
    parts = (shapely.get_coordinates(part) for part in shapely.get_parts(line))
    placed = [_placed(densified(part), zone) for part in parts]
    return float(sum(geod.line_length(lonlat[:, 0], lonlat[:, 1]) for lonlat in placed))


def geographic_length_m(line: BaseGeometry, ellipsoid: Ellipsoid | str = CGCS2000) -> float:
    """Return the length of a line in longitude and latitude, sides geodesic, metres."""
    check_line(line)
    geod = _geod(_ellipsoid(ellipsoid))
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
    return float(sum(geod.line_length(lonlat[:, 0], lonlat[:, 1]) for lonlat in parts))


def side_lengths_m(coords: npt.ArrayLike) -> FloatArray:
    """Return the lengths of the sides in the plane, shape (n - 1,), as a point table prints them.

    Parameters
    ----------
    coords : array, shape (n, 2)
        Easting and northing; a ring repeats its first point.
    """
    steps = np.diff(_points(coords, least=2), axis=0)
    return np.hypot(steps[:, 0], steps[:, 1])


def bearings_deg(coords: npt.ArrayLike, zone: Plane) -> FloatArray:
    """Return the bearing of each side at its start, from true north clockwise, shape (n - 1,), 0 to 360.

    The bearing on the grid plus the meridian convergence. A side without length has no bearing and is
    refused.
    """
    points = _points(coords, least=2)
    steps = np.diff(points, axis=0)
    flat = np.flatnonzero(~steps.any(axis=1))
    if flat.size:
        raise GeometryError(
            "side_without_length",
            zh="第 {vertex} 点与下一点重合：没有方位角，请删去其中一点。",
            en="Point {vertex} and the next one coincide: no bearing; remove one of them.",
            vertex=int(flat[0]) + 1,
        )
    grid = np.degrees(np.arctan2(steps[:, 0], steps[:, 1]))
    return np.mod(grid + convergence_deg(points[:-1], zone), 360.0)


def convergence_deg(coords: npt.ArrayLike, zone: Plane) -> FloatArray:
    """Return the meridian convergence at plane points, shape (n,): true bearing less grid bearing.

    Positive east of the central meridian (north of the equator).
    """
    return crs.meridian_convergence_deg(crs.to_geographic(_points(coords, least=1), zone), zone)


def densified(coords: npt.ArrayLike, step_m: float = STEP_M) -> FloatArray:
    """Return a line's points with every side cut into equal pieces of at most ``step_m``.

    The cuts of a side do not depend on the direction it is given in, so that two neighbours' common side
    is the same line to the last bit.
    """
    points = _points(coords, least=2)
    return _densified_parts(points, np.array([0, len(points)]), step_m)[0]


class _Rings(NamedTuple):
    coords: FloatArray
    offsets: IntArray
    """Ring r is ``coords[offsets[r]:offsets[r + 1]]``, closed."""
    sign: FloatArray
    """+1 for a shell, -1 for a hole."""
    owner: IntArray


def _rings(geoms: npt.NDArray[Any]) -> _Rings:
    parts, part_owner = shapely.get_parts(geoms, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    coords, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    offsets = np.searchsorted(ring_of_point, np.arange(len(rings) + 1))
    shell = np.ones(len(rings), dtype=bool)
    shell[1:] = ring_part[1:] != ring_part[:-1]
    return _Rings(coords, offsets, np.where(shell, 1.0, -1.0), part_owner[ring_part])


def _in_batches(
    geoms: npt.NDArray[Any], zone: Plane | None, geod: Geod, step_m: float | None
) -> tuple[FloatArray, FloatArray]:
    """Return areas and perimeters on the ellipsoid."""
    batches = [geoms[at : at + _BATCH] for at in range(0, len(geoms), _BATCH)]
    figures = [_on_ellipsoid(batch, zone, geod, step_m) for batch in batches]
    area, perimeter = np.concatenate(figures, axis=1) if figures else np.zeros((2, 0))
    return area, perimeter


def _on_ellipsoid(
    geoms: npt.NDArray[Any], zone: Plane | None, geod: Geod, step_m: float | None
) -> FloatArray:
    """Return areas and perimeters, shape (2, n); without a zone the coordinates are geographic."""
    rings = _rings(geoms)
    coords, offsets = rings.coords, rings.offsets
    if step_m is not None:
        coords, offsets = _densified_parts(coords, offsets, step_m)
    lonlat = coords if zone is None else _placed(coords, zone)
    lon, lat = np.ascontiguousarray(lonlat[:, 0]), np.ascontiguousarray(lonlat[:, 1])
    figures = np.empty((2, len(rings.sign)))
    for ring, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        figures[:, ring] = geod.polygon_area_perimeter(lon[start:end], lat[start:end])
    weights = (rings.sign * np.abs(figures[0]), figures[1])
    return np.stack([np.bincount(rings.owner, weight, minlength=len(geoms)) for weight in weights])


def _placed(coords: FloatArray, zone: Plane) -> FloatArray:
    """Return CGCS2000 (or WGS 84) longitudes and latitudes, whatever datum a foreign plane stands on."""
    if isinstance(zone, crs.Zone):
        return crs.to_geographic(coords, zone)
    return crs.to_lonlat(coords, zone.definition)


def _densified_parts(coords: FloatArray, offsets: IntArray, step_m: float) -> tuple[FloatArray, IntArray]:
    """Cut the sides of many lines; return points and offsets of the same lines.

    Each cut is reckoned from the side's western (else southern) end, whichever way it runs.
    """
    last = np.zeros(len(coords), dtype=bool)
    last[offsets[1:] - 1] = True
    start, end = coords, np.roll(coords, -1, axis=0)
    length = np.hypot(*(end - start).T)
    pieces = np.where(last, 1, np.maximum(1, np.ceil(length / step_m))).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(pieces)])
    side = np.repeat(np.arange(len(coords)), pieces)
    cut = np.arange(first[-1]) - first[side]
    onward = (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] <= end[:, 1]))
    low, high = np.where(onward[:, None], start, end), np.where(onward[:, None], end, start)
    share = np.where(onward[side], cut, pieces[side] - cut) / pieces[side]
    dense = low[side] + share[:, None] * (high - low)[side]
    dense[cut == 0] = start[side[cut == 0]]
    return dense, first[offsets]


def _ring(lonlat: npt.ArrayLike, ellipsoid: Ellipsoid | str) -> tuple[float, float]:
    points = check_lonlat(lonlat)
    area, perimeter = _geod(_ellipsoid(ellipsoid)).polygon_area_perimeter(points[:, 0], points[:, 1])
    return float(area), float(perimeter)


def _points(coords: npt.ArrayLike, least: int) -> FloatArray:
    points = np.asarray(coords, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < least:
        raise GeometryError(
            "too_few_points",
            zh="至少需要 {least} 个点，每点为东坐标与北坐标；得到的数组形状为 {shape}。",
            en="At least {least} points of easting and northing are needed; the array's shape is {shape}.",
            least=least,
            shape=points.shape,
        )
    if not np.isfinite(points).all():
        raise GeometryError(
            "coordinate_not_finite",
            zh="第 {vertex} 点的坐标不是数：请改正。",
            en="The coordinate of point {vertex} is not a number: correct it.",
            vertex=int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0]) + 1,
        )
    return points


def _ellipsoid(ellipsoid: Ellipsoid | str) -> Ellipsoid:
    if isinstance(ellipsoid, Ellipsoid):
        return ellipsoid
    if ellipsoid not in ELLIPSOIDS:
        raise ArgumentError(
            "unknown_ellipsoid",
            zh="不认识椭球“{name}”；可用：{known}。",
            en="Ellipsoid {name} is not known; use one of {known}.",
            name=ellipsoid,
            known=", ".join(sorted(ELLIPSOIDS)),
        )
    return ELLIPSOIDS[ellipsoid]


@lru_cache(maxsize=16)
def _geod(ellipsoid: Ellipsoid) -> Geod:
    return Geod(a=ellipsoid.semi_major_m, f=1.0 / ellipsoid.inverse_flattening)
