"""The national series formula for areas on the ellipsoid: a cross-check of `geo.measure`, never a second number.

The sum of the ellipsoidal trapezoids between each side and a reference meridian.

References
----------
TD/T 1055-2019 (third national land survey), area of an arbitrary trapezoid on the ellipsoid.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs, measure
from geo.crs import Ellipsoid
from geo.shapes import check_area
from geo.shoelace import FloatArray

__all__ = ["series_area_m2"]


def series_area_m2(geom: BaseGeometry, zone: crs.Zone) -> float:
    """Return the area by the national series formula, square metres.

    Agrees with `geo.measure.area_m2` to 1e-6 relative or better for plots: sides are cut to 50 m, and a piece
    is taken as straight in longitude and latitude.

    Raises
    ------
    GeometryError
        The shape has no area.
    """
    check_area([geom])
    total = 0.0
    for part in shapely.get_parts(geom):
        for number, ring in enumerate(shapely.get_rings(part)):
            dense = measure.densified(shapely.get_coordinates(ring))
            area = abs(_trapezoids_m2(np.radians(crs.to_geographic(dense, zone)), zone.ellipsoid))
            total += -area if number else area
    return total


def _trapezoids_m2(lonlat_rad: FloatArray, ellipsoid: Ellipsoid) -> float:
    """Sum the signed trapezoids between a closed ring's sides and the ring's middle meridian."""
    lon, lat = lonlat_rad[:, 0] - lonlat_rad[:, 0].mean(), lonlat_rad[:, 1]
    mean_lon = (lon[:-1] + lon[1:]) / 2
    middle, half = (lat[1:] + lat[:-1]) / 2, (lat[1:] - lat[:-1]) / 2
    flattening = 1.0 / ellipsoid.inverse_flattening
    e2 = flattening * (2.0 - flattening)
    terms = sum(
        coefficient * np.sin(order * half) * np.cos(order * middle)
        for order, coefficient in zip((1, 3, 5, 7, 9), _series_coefficients(e2), strict=True)
    )
    semi_minor2_m2 = ellipsoid.semi_major_m**2 * (1 - e2)
    return float(np.sum(2 * semi_minor2_m2 * mean_lon * terms))


def _series_coefficients(e2: float) -> tuple[float, ...]:
    """Return A, -B, C, -D, E of TD/T 1055 for the squared eccentricity."""
    return (
        1 + 3 / 6 * e2 + 30 / 80 * e2**2 + 35 / 112 * e2**3 + 630 / 2304 * e2**4,
        -(1 / 6 * e2 + 15 / 80 * e2**2 + 21 / 112 * e2**3 + 420 / 2304 * e2**4),
        3 / 80 * e2**2 + 7 / 112 * e2**3 + 180 / 2304 * e2**4,
        -(1 / 112 * e2**3 + 45 / 2304 * e2**4),
        5 / 2304 * e2**4,
    )
