"""Gauss-Krüger zones of CGCS2000: their numbers, meridians, false eastings and EPSG codes.

References
----------
EPSG Geodetic Parameter Dataset: 4491-4501 and 4502-4512 (6°), 4513-4533 and 4534-4554 (3°).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from geo.errors import CrsError

__all__ = [
    "CGCS2000",
    "FALSE_EASTING_M",
    "Ellipsoid",
    "Zone",
    "all_zones",
    "prefixed_zone",
    "working_zone",
    "zone_of_meridian",
]

FALSE_EASTING_M: Final = 500_000.0

_PREFIX_STEP_M: Final = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipsoid:
    """Size and shape of a reference ellipsoid."""

    name: str
    semi_major_m: float
    inverse_flattening: float


CGCS2000: Final = Ellipsoid(name="CGCS2000", semi_major_m=6378137.0, inverse_flattening=298.257222101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One Gauss-Krüger zone of CGCS2000.

    ``prefixed`` tells whether the zone number stands in front of the easting (eight digits).
    """

    width_deg: Literal[3, 6]
    number: int
    prefixed: bool = False

    def __post_init__(self) -> None:
        least, most = (25, 45) if self.width_deg == 3 else (13, 23)
        if self.width_deg not in (3, 6) or not least <= self.number <= most:
            raise CrsError(
                "no_such_zone",
                zh="没有 {width_deg}° 带第 {number} 带：3° 带为 25-45 带，6° 带为 13-23 带，请核对带号。",
                en="There is no {width_deg}° zone {number}: 3° zones are 25-45, 6° zones 13-23. Check the number.",
                width_deg=self.width_deg,
                number=self.number,
            )

    @property
    def central_meridian_deg(self) -> float:
        """Return the longitude of the central meridian."""
        return float(3 * self.number if self.width_deg == 3 else 6 * self.number - 3)

    @property
    def epsg(self) -> int:
        """Return the EPSG code."""
        if self.width_deg == 3:
            return self.number - 25 + (4513 if self.prefixed else 4534)
        return self.number - 13 + (4491 if self.prefixed else 4502)

    @property
    def false_easting_m(self) -> float:
        """Return the easting of the central meridian."""
        return FALSE_EASTING_M + (self.number * _PREFIX_STEP_M if self.prefixed else 0.0)

    @property
    def name(self) -> str:
        """Return the EPSG name.

        >>> Zone(width_deg=3, number=34).name
        'CGCS2000 / 3-degree Gauss-Kruger CM 102E'
        """
        width = "3-degree " if self.width_deg == 3 else ""
        tail = f"zone {self.number}" if self.prefixed else f"CM {self.central_meridian_deg:.0f}E"
        return f"CGCS2000 / {width}Gauss-Kruger {tail}"

    @property
    def ellipsoid(self) -> Ellipsoid:
        """Return the ellipsoid of CGCS2000."""
        return CGCS2000

    @property
    def definition(self) -> str:
        """Return the text PROJ reads."""
        return f"EPSG:{self.epsg}"

    @property
    def working(self) -> Zone:
        """Return the same zone without the number in the easting."""
        return Zone(width_deg=self.width_deg, number=self.number)


def all_zones(*, prefixed: bool = False) -> tuple[Zone, ...]:
    """Return the 21 zones of 3° and the 11 of 6°."""
    three = tuple(Zone(width_deg=3, number=n, prefixed=prefixed) for n in range(25, 46))
    six = tuple(Zone(width_deg=6, number=n, prefixed=prefixed) for n in range(13, 24))
    return three + six


def working_zone(lon_deg: float) -> Zone:
    """Return the 3° zone, without prefix, in which a township at ``lon_deg`` works.

    On the line between two zones the eastern one is taken.

    Raises
    ------
    CrsError
        ``outside_zones`` when no zone of China holds the longitude (73.5° to 136.5°).

    Examples
    --------
    >>> working_zone(102.277).epsg
    4543
    >>> working_zone(103.5).central_meridian_deg
    105.0
    """
    if not math.isfinite(lon_deg) or not 73.5 <= lon_deg < 136.5:
        raise CrsError(
            "outside_zones",
            zh="经度 {lon_deg}° 不在我国 3° 带范围（73.5°-136.5°）内，请核对位置。",
            en="Longitude {lon_deg}° lies in none of China's 3° zones (73.5° to 136.5°). Check the place.",
            lon_deg=lon_deg,
        )
    return Zone(width_deg=3, number=math.floor((lon_deg + 1.5) / 3.0))


def prefixed_zone(number: int) -> Zone:
    """Return the zone whose number stands in front of an easting: 13-23 are 6° wide, 25-45 are 3°.

    Raises
    ------
    CrsError
        ``no_such_zone``.
    """
    return Zone(width_deg=6 if number <= 23 else 3, number=number, prefixed=True)


def zone_of_meridian(central_meridian_deg: float) -> Zone | None:
    """Return the 3° zone, without prefix, with this central meridian, or None.

    A 6° zone without prefix has the same coordinates as the 3° zone of its meridian.
    """
    number = round(central_meridian_deg / 3.0)
    if abs(central_meridian_deg - 3.0 * number) > 1e-6 or not 25 <= number <= 45:
        return None
    return Zone(width_deg=3, number=number)
