"""Arcs of drawings as chains of short chords, fine enough for a boundary."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["arc", "bulged"]

_SAGITTA_M = 0.001


def arc(centre: Sequence[float], radius: float, start_deg: float, end_deg: float) -> NDArray[np.float64]:
    """Return points along a circular arc, counter-clockwise, shape (n, 2).

    The chords leave the arc by at most 1 mm (in the drawing's units taken as metres); start and end are exact.
    """
    sweep = math.radians((end_deg - start_deg) % 360.0) or 2 * math.pi
    angles = math.radians(start_deg) + np.linspace(0.0, sweep, _chords(radius, sweep) + 1)
    points = np.column_stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)])
    if sweep == 2 * math.pi:
        points[-1] = points[0]
    return points


def bulged(points: NDArray[np.float64], bulges: Sequence[float], *, closed: bool) -> NDArray[np.float64]:
    """Return a polyline's points with each bulged side replaced by chords.

    A bulge is the tangent of a quarter of the side's angle, positive to the left of the way.
    """
    count = len(points)
    sides = count if closed else count - 1
    chain = [points[:1]]
    for i in range(sides):
        start, end = points[i], points[(i + 1) % count]
        bulge = bulges[i] if i < len(bulges) else 0.0
        chain.append(_side(start, end, bulge)[1:] if bulge and math.isfinite(bulge) else end.reshape(1, 2))
    return np.vstack(chain)


def _side(start: NDArray[np.float64], end: NDArray[np.float64], bulge: float) -> NDArray[np.float64]:
    chord = end - start
    length = float(np.hypot(chord[0], chord[1]))
    if length == 0:
        return np.vstack([start, end])
    sweep = 4 * math.atan(bulge)
    radius = length / (2 * math.sin(sweep / 2))
    middle, normal = (start + end) / 2, np.array([-chord[1], chord[0]]) / length
    centre = middle + normal * radius * math.cos(sweep / 2)
    first = math.atan2(start[1] - centre[1], start[0] - centre[0])
    angles = first + np.linspace(0.0, sweep, _chords(abs(radius), abs(sweep)) + 1)
    points = centre + abs(radius) * np.column_stack([np.cos(angles), np.sin(angles)])
    points[0], points[-1] = start, end
    return points


def _chords(radius: float, sweep: float) -> int:
    if not radius > _SAGITTA_M:
        return 1
    step = 2 * math.acos(1 - _SAGITTA_M / radius)
    return min(2000, max(4, math.ceil(sweep / step)))
