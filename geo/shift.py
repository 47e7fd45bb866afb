"""The map shifts of China: GCJ-02 (Amap, Tencent, Ovital exports) and BD-09 (Baidu), both ways.

Phone maps move every place by 100 to 700 m. The forward formula is known from the open implementations that
agree to the last digit (gcoord, PRCoords); the inverse has no formula and is found by iteration: one step
alone errs by up to 3.8 m, the iteration by less than a millimetre. That is a test of arithmetic, not a
statement of accuracy: coordinates brought back this way are worth 5 m at best (DEFINITIONS 19).

All arrays are ``[longitude, latitude]`` in degrees. Places outside the rectangle in which the phone maps shift
come back unchanged, as the open implementations do; foreign places inside it (Ulaanbaatar, Seoul) are shifted.

References
----------
gcoord, https://github.com/hujiulong/gcoord; PRCoords, https://github.com/Artoria2e5/PRCoords.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.errors import CrsError

__all__ = [
    "SHIFT_BOX",
    "ShiftName",
    "bd09_from_gcj02",
    "bd09_from_wgs84",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "shifted",
    "unshifted",
    "wgs84_from_bd09",
    "wgs84_from_gcj02",
]

_Array: TypeAlias = npt.NDArray[np.float64]

ShiftName: TypeAlias = Literal["none", "gcj02", "bd09"]

SHIFT_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north of the rectangle in which GCJ-02 shifts."""

_SEMI_MAJOR_M: Final = 6378245.0
_ECCENTRICITY2: Final = 0.006693421622965823
_BAIDU_TURN: Final = np.pi * 3000.0 / 180.0
_BAIDU_LON_DEG: Final = 0.0065
_BAIDU_LAT_DEG: Final = 0.006
_CLOSE_DEG: Final = 1e-12
_MOST_STEPS: Final = 30


def gcj02_from_wgs84(lonlat: npt.ArrayLike) -> _Array:
    """Shift WGS 84 places to GCJ-02.

    Parameters
    ----------
    lonlat : array (n, 2)
        Degrees, WGS 84 or CGCS2000.

    Returns
    -------
    array (n, 2)
        Degrees, GCJ-02; unchanged outside :data:`SHIFT_BOX`.

    Raises
    ------
    CrsError
        ``not_lonlat`` when a value is not finite or not a longitude and latitude.

    Examples
    --------
    >>> gcj02_from_wgs84([[102.277112, 37.788093]]).round(8).tolist()
    [[102.27898548, 37.78856321]]
    >>> gcj02_from_wgs84([[4.9, 52.4]]).tolist()
    [[4.9, 52.4]]
    """
    array = _checked(lonlat)
    return np.where(_inside(array)[:, None], array + _gcj02_offset(array), array)


def wgs84_from_gcj02(lonlat: npt.ArrayLike) -> _Array:
    """Bring GCJ-02 places back to WGS 84 by iteration, to less than 1 mm.

    Raises
    ------
    CrsError
        ``not_lonlat``.

    Examples
    --------
    >>> wgs84_from_gcj02(gcj02_from_wgs84([[102.277112, 37.788093]])).round(9).tolist()
    [[102.277112, 37.788093]]
    """
    array = _checked(lonlat)
    return _returned(array, array)


def bd09_from_gcj02(lonlat: npt.ArrayLike) -> _Array:
    """Shift GCJ-02 places to BD-09.

    Raises
    ------
    CrsError
        ``not_lonlat``.
    """
    array = _checked(lonlat)
    return array + _bd09_offset(array)


def gcj02_from_bd09(lonlat: npt.ArrayLike) -> _Array:
    """Bring BD-09 places back to GCJ-02 by iteration, to less than 1 mm.

    Raises
    ------
    CrsError
        ``not_lonlat``.
    """
    return _iterated(_checked(lonlat), _bd09_offset)


def bd09_from_wgs84(lonlat: npt.ArrayLike) -> _Array:
    """Shift WGS 84 places to BD-09, over GCJ-02; outside :data:`SHIFT_BOX` they stay as they are."""
    array = _checked(lonlat)
    return np.where(_inside(array)[:, None], bd09_from_gcj02(gcj02_from_wgs84(array)), array)


def wgs84_from_bd09(lonlat: npt.ArrayLike) -> _Array:
    """Bring BD-09 places back to WGS 84, over GCJ-02; outside :data:`SHIFT_BOX` they stay as they are."""
    array = _checked(lonlat)
    return _returned(_iterated(array, _bd09_offset), array)


def shifted(lonlat: npt.ArrayLike, shift: ShiftName) -> _Array:
    """Return WGS 84 places as a map with this shift shows them."""
    forward = {"none": _checked, "gcj02": gcj02_from_wgs84, "bd09": bd09_from_wgs84}
    return forward[shift](lonlat)


def unshifted(lonlat: npt.ArrayLike, shift: ShiftName) -> _Array:
    """Return the WGS 84 places behind coordinates taken from a map with this shift."""
    backward = {"none": _checked, "gcj02": wgs84_from_gcj02, "bd09": wgs84_from_bd09}
    return backward[shift](lonlat)


def _checked(lonlat: npt.ArrayLike) -> _Array:
    array: _Array = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2)
    good = np.isfinite(array).all(axis=1) & (np.abs(array[:, 0]) <= 360.0) & (np.abs(array[:, 1]) <= 90.5)
    if not good.all():
        vertex = int(np.flatnonzero(~good)[0])
        raise CrsError(
            "not_lonlat",
            zh="第 {vertex} 个点 ({lon}, {lat}) 不是经纬度，不能改正地图偏移：请核对坐标。",
            en="Point {vertex} ({lon}, {lat}) is not a longitude and latitude, so no map shift can be undone: "
            "check the coordinates.",
            vertex=vertex + 1,
            lon=float(array[vertex, 0]),
            lat=float(array[vertex, 1]),
        )
    return array


def _inside(array: _Array, margin_deg: float = 0.0) -> npt.NDArray[np.bool_]:
    west, south, east, north = SHIFT_BOX
    lon, lat = array[:, 0], array[:, 1]
    across = (lon >= west - margin_deg) & (lon <= east + margin_deg)
    return across & (lat >= south - margin_deg) & (lat <= north + margin_deg)


def _returned(gcj02: _Array, otherwise: _Array) -> _Array:
    """Return the WGS 84 places behind ``gcj02`` where they lie in the rectangle, else ``otherwise``."""
    result = otherwise.copy()
    # The offset is a contraction only where the maps use it; far away the iteration would run off.
    rows = np.flatnonzero(_inside(gcj02, margin_deg=1.0))
    found = _iterated(gcj02[rows], _gcj02_offset)
    inside = _inside(found)
    result[rows[inside]] = found[inside]
    return result


def _iterated(target: _Array, offset: Callable[[_Array], _Array]) -> _Array:
    """Solve ``place + offset(place) = target``: a contraction, since the offsets vary by under 2 %."""
    place = target - offset(target)
    for _ in range(_MOST_STEPS):
        better = target - offset(place)
        moved_deg = float(np.abs(better - place).max(initial=0.0))
        place = better
        if moved_deg < _CLOSE_DEG:
            break
    return place


def _gcj02_offset(array: _Array) -> _Array:
    """Return the GCJ-02 offset in degrees at WGS 84 places, without the rectangle's edge."""
    u, v = array[:, 0] - 105.0, array[:, 1] - 35.0
    ripple = (20.0 * np.sin(6.0 * np.pi * u) + 20.0 * np.sin(2.0 * np.pi * u)) * 2.0 / 3.0
    root = np.sqrt(np.abs(u))
    north_m = -100.0 + 2.0 * u + 3.0 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * root + ripple
    north_m += (20.0 * np.sin(np.pi * v) + 40.0 * np.sin(np.pi / 3.0 * v)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(np.pi / 12.0 * v) + 320.0 * np.sin(np.pi / 30.0 * v)) * 2.0 / 3.0
    east_m = 300.0 + u + 2.0 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * root + ripple
    east_m += (20.0 * np.sin(np.pi * u) + 40.0 * np.sin(np.pi / 3.0 * u)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(np.pi / 12.0 * u) + 300.0 * np.sin(np.pi / 30.0 * u)) * 2.0 / 3.0
    return _degrees(east_m, north_m, array[:, 1])


def _degrees(east_m: _Array, north_m: _Array, lat_deg: _Array) -> _Array:
    """Turn metres into degrees on the Krassovsky ellipsoid, as the phone maps do."""
    lat = np.radians(lat_deg)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(lat) ** 2
    prime_vertical_m = _SEMI_MAJOR_M / np.sqrt(magic)
    meridian_m = prime_vertical_m * (1.0 - _ECCENTRICITY2) / magic
    # At the poles a metre of longitude has no size; no map shifts there, but an array may hold such a row.
    parallel_m = np.maximum(prime_vertical_m * np.cos(lat), 1.0)
    return np.column_stack((np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)))


def _bd09_offset(array: _Array) -> _Array:
    """Return the BD-09 offset in degrees at GCJ-02 places."""
    lon, lat = array[:, 0], array[:, 1]
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BAIDU_TURN)
    turned = np.column_stack((radius * np.cos(angle), radius * np.sin(angle)))
    offset: _Array = turned + np.array([_BAIDU_LON_DEG, _BAIDU_LAT_DEG]) - array
    return offset
