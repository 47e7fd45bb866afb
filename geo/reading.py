"""Readings: the systems that a pair of columns of numbers may be in, and the places they then mean.

The ranges of China's numbers overlap so little that they prove most of what people ask about. Northings lie
between 1.6 and 6.1 million metres, eastings without a zone number between 100 and 900 thousand, eastings with
one between 13.1 and 45.9 million, longitudes between 73 and 136, latitudes below 55. Only two overlaps matter:
the 6° zones 13 to 15 look like Web Mercator, and an easting without a zone number fits every zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from geo import crs
from geo.recognition import AngleUnit, AxisOrder

__all__ = [
    "PROVEN",
    "Kind",
    "Reading",
    "common_kinds",
    "degree_kinds",
    "east_first",
    "geographic_reading",
    "in_order",
    "is_packed_dms",
    "lonlat_of",
    "mercator_reading",
    "row_kinds",
    "unpacked_dms",
    "zone_numbers",
    "zone_reading",
]

_NORTHING_M: Final = (1.6e6, 6.1e6)
_EASTING_M: Final = (1.0e5, 9.0e5)
_MERCATOR_EAST_M: Final = (8.0e6, 15.3e6)
_MERCATOR_NORTH_M: Final = (1.5e6, 7.4e6)
_PREFIX_STEP_M: Final = 1.0e6
_DMS_TOLERANCE: Final = 1e-7


class Kind(IntFlag):
    """What one row of two numbers may be; several at once."""

    NOTHING = 0
    LON_LAT = 1
    LAT_LON = 2
    PREFIXED_EN = 4
    PREFIXED_NE = 8
    BARE_EN = 16
    BARE_NE = 32
    MERCATOR_EN = 64
    MERCATOR_NE = 128


PROVEN: Final = Kind.LON_LAT | Kind.LAT_LON | Kind.PREFIXED_EN | Kind.PREFIXED_NE
"""What the size of the numbers proves by itself, against any declaration of a plane."""


class _Readable(Protocol):
    @property
    def definition(self) -> str | None: ...
    @property
    def axis_order(self) -> AxisOrder | None: ...
    @property
    def angle_unit(self) -> AngleUnit: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One system that coordinates may be in."""

    name: str
    definition: str
    epsg: int | None
    axis_order: AxisOrder
    zone: crs.Zone | None = None
    angle_unit: AngleUnit = "degrees"


def zone_reading(zone: crs.Zone, *, north_first: bool) -> Reading:
    """Return the reading as coordinates of a Gauss-Krüger zone."""
    return Reading(
        name=zone.name,
        definition=zone.definition,
        epsg=zone.epsg,
        axis_order="north_east" if north_first else "east_north",
        zone=zone,
    )


def mercator_reading(*, north_first: bool) -> Reading:
    """Return the reading as Web Mercator."""
    return Reading(
        name="WGS 84 / Pseudo-Mercator",
        definition="EPSG:3857",
        epsg=3857,
        axis_order="north_east" if north_first else "east_north",
    )


def geographic_reading(
    axis_order: AxisOrder,
    *,
    name: str = "WGS 84",
    definition: str = "EPSG:4326",
    epsg: int | None = 4326,
    angle_unit: AngleUnit = "degrees",
) -> Reading:
    """Return the reading as longitudes and latitudes."""
    return Reading(name=name, definition=definition, epsg=epsg, axis_order=axis_order, angle_unit=angle_unit)


def row_kinds(coords: crs.Coordinates) -> npt.NDArray[np.int64]:
    """Return for each row what it may be, as :class:`Kind` bits."""
    first, second = coords[:, 0], coords[:, 1]
    kinds = np.zeros(len(coords), dtype=np.int64)
    for east, north, bits in (
        (first, second, (Kind.LON_LAT, Kind.PREFIXED_EN, Kind.BARE_EN, Kind.MERCATOR_EN)),
        (second, first, (Kind.LAT_LON, Kind.PREFIXED_NE, Kind.BARE_NE, Kind.MERCATOR_NE)),
    ):
        northing = _between(north, _NORTHING_M)
        tests = (
            (np.abs(east) <= 180.0) & (np.abs(north) <= 90.0),
            _is_prefixed(east) & northing,
            _between(east, _EASTING_M) & northing,
            _between(east, _MERCATOR_EAST_M) & _between(north, _MERCATOR_NORTH_M),
        )
        for bit, test in zip(bits, tests, strict=True):
            kinds[test] |= int(bit)
    return kinds


def _between(values: npt.NDArray[np.float64], limits: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (values >= limits[0]) & (values <= limits[1])


def _is_prefixed(easting_m: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    number = np.floor_divide(easting_m, _PREFIX_STEP_M)
    known = ((number >= 13) & (number <= 23)) | ((number >= 25) & (number <= 45))
    return known & _between(easting_m - number * _PREFIX_STEP_M, _EASTING_M)


def common_kinds(kinds: npt.NDArray[np.int64]) -> Kind:
    """Return what *all* rows may be."""
    return Kind(int(np.bitwise_and.reduce(kinds))) if len(kinds) else Kind.NOTHING


def degree_kinds(kind: Kind) -> Kind:
    """Return only the geographic bits."""
    return kind & (Kind.LON_LAT | Kind.LAT_LON)


def zone_numbers(easting_m: npt.NDArray[np.float64]) -> list[int]:
    """Return the zone numbers that stand in front of eastings, ascending."""
    return sorted({int(number) for number in np.floor_divide(easting_m, _PREFIX_STEP_M)})


def east_first(coords: crs.Coordinates, axis_order: AxisOrder | None) -> crs.Coordinates:
    """Return the columns with easting (longitude) first."""
    swapped = axis_order in ("north_east", "lat_lon")
    return coords[:, ::-1] if swapped else coords


def is_packed_dms(coords: crs.Coordinates) -> bool:
    """Tell whether all values may be degrees, minutes and seconds packed as ``DDD.MMSSs``.

    They may when no minutes or seconds exceed 59 and some value has seconds.

    Examples
    --------
    >>> is_packed_dms(np.array([[102.163712, 37.471713]])), is_packed_dms(np.array([[102.277112, 37.788093]]))
    (True, False)
    """
    scaled = np.abs(coords) * 100.0
    minutes = np.floor(scaled + _DMS_TOLERANCE) % 100.0
    seconds = (scaled - np.floor(scaled + _DMS_TOLERANCE)) * 100.0
    valid = (minutes < 60.0) & (seconds < 60.0 + _DMS_TOLERANCE)
    return bool(valid.all() and (seconds > 1e-4).any())


def unpacked_dms(coords: crs.Coordinates) -> crs.Coordinates:
    """Return decimal degrees of values packed as ``DDD.MMSSs``.

    Examples
    --------
    >>> unpacked_dms(np.array([[102.3000, -37.1530]])).round(9).tolist()
    [[102.5, -37.258333333]]
    """
    size = np.abs(coords)
    degrees = np.floor(size + _DMS_TOLERANCE / 100.0)
    packed_minutes = (size - degrees) * 100.0
    minutes = np.floor(packed_minutes + _DMS_TOLERANCE)
    seconds = (packed_minutes - minutes) * 100.0
    decimal: crs.Coordinates = np.sign(coords) * (degrees + minutes / 60.0 + seconds / 3600.0)
    return decimal


def lonlat_of(coords: crs.Coordinates, reading: _Readable) -> crs.Coordinates:
    """Return the longitudes and latitudes that coordinates mean when read so; a map shift stays in.

    Raises
    ------
    CrsError
        As :func:`geo.crs.to_lonlat`.
    """
    return crs.to_lonlat(in_order(coords, reading), reading.definition or crs.EPSG_WGS84)


def in_order(coords: npt.ArrayLike, reading: _Readable) -> crs.Coordinates:
    """Return coordinates of a reading with easting (longitude) first, angles in decimal degrees."""
    array = east_first(np.asarray(coords, dtype=np.float64).reshape(-1, 2), reading.axis_order)
    return unpacked_dms(array) if reading.angle_unit == "packed_dms" else array
