"""The line with the fewest markers near a chosen line, moving no net area.

The fewest corners come from the shortest path over all *shortcuts*: straight sides between two points of the chosen
line that keep every point between them within the tolerance (Imai and Iri). Whether a side does is told from both of
its ends by the wedge of directions that meet the discs around the points passed (Chan and Chin), for all sides from one
point at once. Then the corners move as little as can be so that neither side gains land; if there is none to move,
one is put in.

References
----------
H. Imai and M. Iri, Polygonal approximations of a curve, 1988. W. S. Chan and F. Chin, Approximation of polygonal curves
with minimum number of line segments or minimum error, 1996, https://doi.org/10.1142/S0218195996000058.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from shapely.geometry import LineString

from geo.balance import balanced, net_area_m2
from geo.polyline import FloatArray, Ruler, bends, densify

__all__ = ["fewest_corners", "straightened"]

NO_LAND_M2 = 0.5
"""Net area that a line may move without a free marker."""

MOST_POINTS = 600


def straightened(line: FloatArray, within_m: float) -> FloatArray:
    """Return a line with few corners that stays within ``within_m`` of ``line`` and moves no net area.

    Parameters
    ----------
    line : array, shape (n, 2)
        The chosen line; its ends stay.
    within_m : float
        Tolerance, both ways.

    Examples
    --------
    A bulge of 1 m over a straight way is crossed by one free marker:

    >>> bulge = np.array([[0.0, 0.0], [40.0, 0.0], [50.0, 1.0], [60.0, 0.0], [100.0, 0.0]])
    >>> straightened(bulge, 2.0).round(3).tolist()
    [[0.0, 0.0], [50.0, 0.2], [100.0, 0.0]]
    """
    for share in (1.0, 0.8, 0.6, 0.4, 0.2):
        found = _with_no_land(fewest_corners(line, share * within_m), line)
        rounded: FloatArray = found.round(3) + 0.0
        if LineString(rounded).is_simple and _apart_m(rounded, line) <= within_m:
            return rounded
    return line


def fewest_corners(line: FloatArray, within_m: float) -> FloatArray:
    """Return the fewest points of ``line``, ends included, whose sides pass within ``within_m`` of all the others."""
    given = bends(line, within_m / 50)
    if len(given) > MOST_POINTS:
        given = bends(line, within_m / 10)
    if len(given) <= 2:
        return given
    reach = within_m * 0.98
    forward = _shortcuts(given, reach)
    allowed = forward & _shortcuts(given[::-1], reach)[::-1, ::-1].T
    return given[_shortest_path(allowed)]


def _with_no_land(corners: FloatArray, line: FloatArray) -> FloatArray:
    if len(corners) == 2:
        if abs(net_area_m2(corners, line)) <= NO_LAND_M2:
            return corners
        ruler = Ruler(corners)
        corners = ruler.points_at([0.0, ruler.length_m / 2, ruler.length_m])
    return balanced(corners, line)


def _apart_m(line: FloatArray, other: FloatArray) -> float:
    """Return the greatest distance of either line from the other."""
    step_m = max(Ruler(line).length_m / 400, 0.05)
    there = Ruler(other).nearest(densify(line, step_m))[2].max()
    back = Ruler(line).nearest(other)[2].max()
    return float(max(there, back))


def _shortcuts(points: FloatArray, reach_m: float) -> npt.NDArray[np.bool_]:
    """Return, for i < j, whether the ray from i through j meets the discs around all points between them."""
    count = len(points)
    allowed = np.zeros((count, count), dtype=bool)
    for i in range(count - 1):
        offset = points[i + 1 :] - points[i]
        away = np.hypot(offset[:, 0], offset[:, 1])
        angle = np.unwrap(np.arctan2(offset[:, 1], offset[:, 0]))
        half = np.where(away > reach_m, np.arcsin(np.minimum(1.0, reach_m / np.maximum(away, 1e-12))), np.pi)
        low = np.maximum.accumulate(np.concatenate(([-np.inf], angle - half)))[:-1]
        high = np.minimum.accumulate(np.concatenate(([np.inf], angle + half)))[:-1]
        allowed[i, i + 1 :] = (angle >= low - 1e-12) & (angle <= high + 1e-12)
    return allowed


def _shortest_path(allowed: npt.NDArray[np.bool_]) -> list[int]:
    """Return the path from first to last over the fewest allowed steps."""
    count = len(allowed)
    steps = np.full(count, count + 1)
    follow = np.full(count, count - 1)
    steps[-1] = 0
    for i in range(count - 2, -1, -1):
        onward = np.flatnonzero(allowed[i, i + 1 :]) + i + 1
        best = int(onward[np.argmin(steps[onward])])
        steps[i], follow[i] = steps[best] + 1, best
    path = [0]
    while path[-1] != count - 1:
        path.append(int(follow[path[-1]]))
    return path
