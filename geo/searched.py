"""Areas searched on foot: the strip that somebody overlooks on both sides of his way, cut with the area.

Only for areas: a line is never covered by a strip (see :mod:`geo.covered`). Nothing is credited across signal gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.walk import GAP_S, Walk

__all__ = ["searched", "strips"]


def searched(area: BaseGeometry, walks: Iterable[Walk], swath_m: float) -> BaseGeometry:
    """Return the part of an area that lies within the swath of a walk; its ``area`` is in square metres.

    Parameters
    ----------
    area : Polygon or MultiPolygon
        In the working plane of the walks.
    swath_m : float
        How far to each side one sees.

    Examples
    --------
    >>> field = shapely.box(0, 0, 100, 100)
    >>> walk = Walk(
    ...     fixes=np.array([[-50.0, 50.0], [150.0, 50.0]]),
    ...     time_s=np.array([0.0, 60.0]),
    ...     part=np.zeros(2, dtype=np.int64),
    ... )
    >>> searched(field, [walk], 10.0).area
    2000.0
    """
    near = area.buffer(swath_m)
    shapely.prepare(near)
    pieces = [line for walk in walks for line in strips(walk) if near.intersects(line)]
    if not pieces:
        return Polygon()
    seen = shapely.union_all(shapely.buffer(np.array(pieces, dtype=object), swath_m))
    return area.intersection(seen)


def strips(walk: Walk) -> Iterator[LineString]:
    """Yield the parts of a walk without a gap."""
    broken = np.diff(walk.part) != 0
    if walk.timed:
        broken |= np.diff(walk.time_s) > GAP_S
    for fixes in np.split(walk.fixes, np.flatnonzero(broken) + 1):
        if len(fixes) > 1:
            yield LineString(fixes)
