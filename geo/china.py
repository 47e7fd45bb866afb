"""A generous outline of China, to tell readings apart: a place outside it is certainly not in China.

Hand-drawn with up to half a degree to spare, it decides nothing about borders and is never shown. It serves
two questions only: may these coordinates lie in China, and may a phone map have shifted them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["distance_km", "in_china"]

_MARGIN_DEG: Final = 0.4
_EARTH_RADIUS_KM: Final = 6371.0088

_MAINLAND: Final = (
    (73.4, 39.4), (73.8, 40.0), (74.9, 40.5), (76.5, 40.5), (78.2, 41.3), (80.2, 42.1), (80.2, 43.2),
    (80.4, 44.9), (82.5, 45.3), (83.0, 47.2), (85.5, 47.1), (85.6, 48.2), (87.3, 49.1), (88.0, 48.7),
    (90.0, 47.9), (91.0, 46.7), (90.9, 45.3), (93.5, 45.0), (95.4, 44.3), (96.4, 42.8), (100.0, 42.7),
    (101.8, 42.6), (105.0, 41.8), (107.5, 42.5), (110.0, 42.7), (111.9, 43.7), (111.9, 45.0), (113.6, 44.8),
    (116.5, 46.4), (119.7, 46.7), (118.5, 47.9), (115.6, 47.9), (116.0, 49.8), (117.8, 49.6), (119.3, 50.2),
    (120.7, 52.1), (120.9, 53.3), (123.6, 53.6), (125.6, 53.1), (127.3, 50.3), (127.9, 49.6), (130.4, 48.9),
    (130.9, 47.8), (132.5, 47.8), (135.1, 48.5), (134.8, 47.7), (133.1, 45.1), (131.8, 45.3), (131.1, 44.8),
    (131.3, 43.5), (130.7, 42.3), (129.7, 42.4), (128.0, 41.9), (126.9, 41.7), (124.4, 39.9), (122.5, 38.7),
    (123.0, 37.3), (122.5, 34.0), (123.0, 31.0), (123.5, 29.0), (122.5, 25.6), (121.6, 21.8), (117.0, 21.8),
    (111.6, 20.0), (111.3, 18.3), (109.5, 17.9), (108.4, 18.7), (108.4, 19.5), (108.0, 21.4), (106.6, 21.9),
    (105.3, 23.2), (104.0, 22.5), (102.4, 22.6), (101.8, 21.1), (100.1, 21.4), (99.1, 22.1), (98.8, 23.8),
    (97.5, 23.9), (97.6, 25.0), (98.6, 26.0), (98.5, 27.5), (97.3, 28.0), (96.5, 27.2), (95.3, 26.6),
    (92.0, 26.8), (91.5, 27.7), (89.0, 27.2), (88.7, 28.0), (86.0, 27.8), (84.2, 28.7), (81.0, 30.1),
    (78.7, 31.2), (78.4, 32.5), (79.2, 32.6), (78.0, 34.5), (77.8, 35.4), (76.0, 35.8), (74.9, 37.2),
    (74.5, 38.4),
)  # fmt: skip
_SOUTH_SEA: Final = (109.5, 3.4, 118.5, 18.3)


@lru_cache(maxsize=1)
def _outline() -> BaseGeometry:
    mainland = shapely.Polygon(_MAINLAND).buffer(_MARGIN_DEG, quad_segs=2)
    outline = shapely.union(mainland, shapely.box(*_SOUTH_SEA))
    shapely.prepare(outline)
    return outline


def in_china(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Tell for each ``[longitude, latitude]`` in degrees whether it may lie in China.

    Examples
    --------
    >>> in_china(np.array([[102.28, 37.79], [105.85, 21.03], [37.79, 102.28]])).tolist()
    [True, False, False]
    """
    found: npt.NDArray[np.bool_] = shapely.contains_xy(_outline(), lonlat[:, 0], lonlat[:, 1])
    return found


def distance_km(lonlat: npt.NDArray[np.float64], place: tuple[float, float]) -> float:
    """Return the distance from a place to the data, on the sphere: to the nearest point, 0 inside their extent.

    Parameters
    ----------
    lonlat : array (n, 2)
        Longitudes and latitudes of the data, degrees; at least one row.
    place : tuple of float
        Longitude and latitude, degrees.
    """
    low, high = lonlat.min(axis=0), lonlat.max(axis=0)
    if bool((low <= place).all() and (place <= high).all()):
        return 0.0
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    place_lon, place_lat = np.radians(place[0]), np.radians(place[1])
    half = np.sin((lat - place_lat) / 2.0) ** 2
    half += np.cos(lat) * np.cos(place_lat) * np.sin((lon - place_lon) / 2.0) ** 2
    return float(2.0 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))).min())
