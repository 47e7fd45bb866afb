"""Reference systems: CGCS2000 Gauss-Krüger zones, and every other system a file may declare.

A township works in one plane, its *working zone*: CGCS2000, 3° Gauss-Krüger, no zone number in the
easting. Files of other countries are measured in a :class:`Frame`, their own plane on their own ellipsoid.
Both are a :data:`Plane`, and every function that takes a plane takes either.

WGS 84 (any realisation a receiver gives) and CGCS2000 differ by less than the receivers' own error and are
taken as equal. Xian 1980, Beijing 1954 and New Beijing are not: there is no published transformation, and
PROJ hands their coordinates back *unchanged*, so they are refused here, by name, code or definition.

Nothing here uses the network: PROJ's grid downloads are switched off.

References
----------
EPSG Geodetic Parameter Dataset: 4490, 4491-4502, 4503-4512, 4513-4533, 4534-4554.
GB/T 17798, GB 22021 (Gauss-Krüger zones of 3° and 6°).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.network
from pyproj.exceptions import ProjError

from geo.datum import (
    CrsSource,
    crs_text,
    find_zone,
    flat_crs,
    is_cgcs2000,
    is_geographic,
    is_mercator,
    is_modern,
    no_position,
    old_datum_name,
    read_crs,
    refuse_old_datum,
    zone_from_epsg,
)
from geo.errors import CrsError
from geo.frame import EPSG_WGS84, Frame, Plane, frame_around, frame_of
from geo.zone import (
    CGCS2000,
    Ellipsoid,
    Zone,
    all_zones,
    prefixed_zone,
    working_zone,
    zone_of_meridian,
)

__all__ = [
    "CGCS2000",
    "CHINA_BOX",
    "EPSG_CGCS2000",
    "EPSG_WGS84",
    "Coordinates",
    "CrsSource",
    "Ellipsoid",
    "Frame",
    "Plane",
    "Zone",
    "all_zones",
    "find_zone",
    "frame_around",
    "frame_of",
    "is_geographic",
    "is_mercator",
    "meridian_convergence_deg",
    "old_datum_name",
    "point_scale_factor",
    "prefixed_zone",
    "read_crs",
    "refuse_old_datum",
    "round_mm",
    "to_frame",
    "to_geographic",
    "to_lonlat",
    "to_working",
    "transform",
    "working_zone",
    "zone_from_epsg",
    "zone_of_meridian",
]


pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]

Coordinates: TypeAlias = npt.NDArray[np.float64]
"""Array of shape (n, 2): [longitude, latitude] in degrees, or [easting_m, northing_m]."""

EPSG_CGCS2000: Final = 4490

CHINA_BOX: Final = (73.0, 17.0, 136.0, 54.5)
"""Longitudes and latitudes (west, south, east, north) that hold every township of China."""

_FAR_FROM_MERIDIAN_M: Final = 3_000_000.0

_STEP_DEG: Final = 1e-4

_SAME_LONLAT: Final = (f"EPSG:{EPSG_CGCS2000}", f"EPSG:{EPSG_WGS84}")


@lru_cache(maxsize=256)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(read_crs(source), read_crs(target), always_xy=True)


def _run(coords: Coordinates, source: str, target: str) -> Coordinates:
    array = _checked(coords)
    try:
        first, second = _transformer(source, target).transform(array[:, 0], array[:, 1])
    except ProjError as error:
        raise _outside(array, target) from error
    result = np.column_stack((first, second)).astype(np.float64)
    if not np.isfinite(result).all():
        raise _outside(array[~np.isfinite(result).all(axis=1)], target)
    return result


def _checked(coords: Coordinates) -> Coordinates:
    array = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        vertex = int(np.flatnonzero(bad)[0]) + 1
        raise CrsError(
            "not_finite",
            zh="第 {vertex} 个点的坐标不是有限数值：请删除或补测该点。",
            en="The coordinates of point {vertex} are not finite numbers: remove or re-measure the point.",
            vertex=vertex,
        )
    return array


def _checked_lonlat(coords: Coordinates) -> Coordinates:
    array = _checked(coords)
    bad = (np.abs(array[:, 0]) > 360.0) | (np.abs(array[:, 1]) > 90.0)
    if bad.any():
        vertex = int(np.flatnonzero(bad)[0])
        raise CrsError(
            "not_lonlat",
            zh="第 {vertex} 个点 ({lon}, {lat}) 不是经纬度：纬度不超过 90°，请核对坐标次序。",
            en="Point {vertex} ({lon}, {lat}) is no longitude and latitude: latitudes end at 90°. Check the order.",
            vertex=vertex + 1,
            lon=float(array[vertex, 0]),
            lat=float(array[vertex, 1]),
        )
    return array


def _outside(array: Coordinates, target: str) -> CrsError:
    return CrsError(
        "outside_projection",
        zh="点 ({first}, {second}) 不能换算到 {target}：超出该坐标系的范围，请核对坐标系与坐标次序。",
        en="Point ({first}, {second}) cannot be converted to {target}: it lies outside that system. Check the "
        "reference system and the order of the axes.",
        first=float(array[0, 0]),
        second=float(array[0, 1]),
        target=target[:40],
    )


def to_working(lonlat: Coordinates, zone: Plane) -> Coordinates:
    """Return plane coordinates of CGCS2000 (or WGS 84) longitudes and latitudes, not rounded.

    Parameters
    ----------
    lonlat : array (n, 2)
        Degrees, on the plane's own datum.
    zone : Zone or Frame
        The plane.

    Returns
    -------
    array (n, 2)
        ``[easting_m, northing_m]``.

    Raises
    ------
    CrsError
        ``not_finite``; ``not_lonlat``; ``outside_projection``.

    Examples
    --------
    >>> to_working(np.array([[102.277112, 37.788093]]), working_zone(102.277)).round(4).tolist()
    [[524409.323, 4184013.6824]]
    """
    return _run(_checked_lonlat(lonlat), _datum_text(zone), zone.definition)


def to_geographic(coords: Coordinates, zone: Plane) -> Coordinates:
    """Return ``[longitude, latitude]`` in degrees, on the plane's own datum, of plane coordinates.

    Raises
    ------
    CrsError
        ``not_finite``; ``outside_zone`` when an easting cannot belong to the zone (for instance because it
        still carries another zone number); ``outside_projection``.
    """
    array = _checked(coords)
    if isinstance(zone, Zone) and array.size:
        far = np.abs(array[:, 0] - zone.false_easting_m) > _FAR_FROM_MERIDIAN_M
        if far.any():
            raise _wrong_easting(float(array[far][0, 0]), zone)
    return _run(array, zone.definition, _datum_text(zone))


def _wrong_easting(easting_m: float, zone: Zone) -> CrsError:
    return CrsError(
        "outside_zone",
        zh="东坐标 {easting_m} 不可能属于 {zone}（中央子午线处为 {middle_m}）：请核对带号与坐标次序。",
        en="Easting {easting_m} cannot belong to {zone} (its meridian lies at {middle_m}): check the zone number "
        "and the order of the axes.",
        easting_m=easting_m,
        zone=zone.name,
        middle_m=zone.false_easting_m,
    )


def _datum_text(plane: Plane) -> str:
    return f"EPSG:{EPSG_CGCS2000}" if isinstance(plane, Zone) else _frame_datum(plane.definition)


@lru_cache(maxsize=64)
def _frame_datum(definition: str) -> str:
    geodetic = flat_crs(read_crs(definition)).geodetic_crs
    if geodetic is None:
        raise no_position(definition)
    return crs_text(geodetic)


def to_lonlat(coords: Coordinates, crs: CrsSource) -> Coordinates:
    """Return WGS 84 / CGCS2000 longitudes and latitudes of coordinates in any declared CRS.

    Coordinates are taken east before north (longitude before latitude) whatever the authority's order.

    Raises
    ------
    CrsError
        ``datum_unknown`` for the old Chinese datums; ``no_position`` for a local system; ``crs_unreadable``,
        ``not_finite``, ``not_lonlat``, ``outside_projection``.
    """
    refuse_old_datum(crs)
    flat = flat_crs(read_crs(crs))
    if flat.geodetic_crs is None:
        raise no_position(str(flat.name))
    if flat.is_geographic:
        _checked_lonlat(coords)
    if crs_text(flat) in _SAME_LONLAT:
        return _checked(coords)
    if is_cgcs2000(flat) or (flat.is_geographic and is_modern(flat)):
        return _run(coords, crs_text(flat), f"EPSG:{EPSG_CGCS2000}")
    return _run(coords, crs_text(flat), f"EPSG:{EPSG_WGS84}")


def transform(coords: Coordinates, from_crs: CrsSource, zone: Plane) -> Coordinates:
    """Return coordinates of any declared CRS in the plane of ``zone``, not rounded.

    Between zones of one meridian only the false easting changes, so that nothing is lost.

    Raises
    ------
    CrsError
        As :func:`to_lonlat`.

    Examples
    --------
    >>> transform(np.array([[34524409.323, 4184013.682]]), 4522, working_zone(102.3)).round(3).tolist()
    [[524409.323, 4184013.682]]
    """
    if isinstance(zone, Frame):
        return to_frame(coords, from_crs, zone)
    source = find_zone(from_crs)
    if source is None:
        return to_working(to_lonlat(coords, from_crs), zone)
    if source.central_meridian_deg != zone.central_meridian_deg:
        return to_working(to_geographic(coords, source), zone)
    moved = _checked(coords).copy()
    moved[:, 0] += zone.false_easting_m - source.false_easting_m
    return moved


def round_mm(coords: Coordinates) -> Coordinates:
    """Return plane coordinates rounded to 1 mm, as every computation takes them (DEFINITIONS 2)."""
    array: Coordinates = np.asarray(coords, dtype=np.float64)
    rounded: Coordinates = array.round(3) + 0.0
    return rounded


def to_frame(coords: Coordinates, from_crs: CrsSource, frame: Frame) -> Coordinates:
    """Return coordinates of ``from_crs`` in a frame on the same datum, not rounded.

    Raises
    ------
    CrsError
        ``not_finite``; ``outside_projection``.
    """
    source = crs_text(flat_crs(read_crs(from_crs)))
    return _checked(coords) if source == frame.definition else _run(coords, source, frame.definition)


def meridian_convergence_deg(lonlat: Coordinates, zone: Plane) -> npt.NDArray[np.float64]:
    """Return the angle from true north to grid north, positive clockwise (east), per point.

    A bearing by true north is the grid bearing *plus* this angle. Taken from the direction of the meridian
    through each point, good to 1e-7 degrees. On the central meridian it is zero.

    Examples
    --------
    >>> meridian_convergence_deg(np.array([[103.0, 37.0], [102.0, 37.0]]), working_zone(102.0)).round(4).tolist()
    [0.6019, 0.0]
    """
    north = _meridian_step(lonlat, zone)
    angle: npt.NDArray[np.float64] = -np.degrees(np.arctan2(north[:, 0], north[:, 1])) + 0.0
    return angle


def point_scale_factor(lonlat: Coordinates, zone: Plane) -> npt.NDArray[np.float64]:
    """Return plane length over ellipsoid length along the meridian, per point (1 on a central meridian)."""
    step = _meridian_step(lonlat, zone)
    flattening = 1.0 / zone.ellipsoid.inverse_flattening
    eccentricity2 = flattening * (2.0 - flattening)
    latitude = np.radians(_checked(lonlat)[:, 1])
    polar_m = zone.ellipsoid.semi_major_m * (1.0 - eccentricity2)
    radius_m = polar_m / (1.0 - eccentricity2 * np.sin(latitude) ** 2) ** 1.5
    factor: npt.NDArray[np.float64] = np.hypot(step[:, 0], step[:, 1]) / (
        radius_m * np.radians(2.0 * _STEP_DEG)
    )
    return factor


def _meridian_step(lonlat: Coordinates, zone: Plane) -> Coordinates:
    """Return the plane vector along the meridian through each point, over twice the step."""
    array = _checked(lonlat)
    step = np.array([0.0, _STEP_DEG])
    north, south = array + step, array - step
    vector: Coordinates = to_working(north, zone) - to_working(south, zone)
    return vector
