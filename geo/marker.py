"""Boundary markers on a line: at the ends, at bends, and so near that one can be seen from the next."""

from __future__ import annotations

import numpy as np

from geo import crs
from geo.claim import DisputeSettings
from geo.crs import Plane
from geo.polyline import FloatArray, Ruler, bends
from geo.proposal import Marker

__all__ = ["markers_on"]


def markers_on(line: FloatArray, zone: Plane, settings: DisputeSettings) -> tuple[Marker, ...]:
    """Return the markers of a line, numbered from 1 at its start.

    Bends that the line passes within ``marker_tolerance_m`` of a straight side get none; sides longer than
    ``marker_sight_m`` get further markers on the line at equal distances.

    Parameters
    ----------
    line : array, shape (n, 2)
        Rounded to 1 mm.
    zone : Zone
        For longitudes and latitudes.
    """
    ruler = Ruler(line)
    turning = np.sort(ruler.nearest(bends(ruler.coords, settings.marker_tolerance_m))[0])
    turning[0], turning[-1] = 0.0, ruler.length_m
    counts = np.ceil(np.diff(turning) / settings.marker_sight_m - 1e-9).astype(int).clip(min=1)
    pieces = [
        np.linspace(start, end, count, endpoint=False)
        for start, end, count in zip(turning[:-1], turning[1:], counts, strict=True)
    ]
    chainages = np.concatenate([*pieces, [ruler.length_m]])
    at_bend = np.isin(chainages, turning)
    places = crs.round_mm(ruler.points_at(chainages))
    lonlat = crs.to_geographic(places, zone)
    found = []
    for index, (place, position) in enumerate(zip(places.tolist(), lonlat.tolist(), strict=True)):
        last = index in (0, len(places) - 1)
        found.append(
            Marker(
                number=index + 1,
                easting_m=place[0],
                northing_m=place[1],
                lon=position[0],
                lat=position[1],
                kind="end" if last else ("bend" if at_bend[index] else "sight"),
            )
        )
    return tuple(found)
