"""Lines through cell centres as they are drawn: joined at confluences, smoothed, thinned, at 1 mm."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from data.demo.terrain import Terrain

__all__ = ["drawn", "smoothed", "tree_lines"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]


def tree_lines(onward: Cells, member: NDArray[np.bool_]) -> list[Cells]:
    """Cut the tree of ``member`` cells, each leading to ``onward``, into runs between heads and joins.

    A run starts at a head or a join and ends with the next join (or the last cell of the tree), which it
    shares with the runs that meet there.
    """
    number = np.flatnonzero(member & (onward != np.arange(onward.size)))
    number = number[member[onward[number]]]
    joins = np.zeros(onward.size, dtype=np.int64)
    np.add.at(joins, onward[number], 1)
    continues = np.zeros(onward.size, dtype=bool)
    continues[number] = True
    lines = []
    for start in number[joins[number] != 1]:
        run = [int(start), int(onward[start])]
        while continues[run[-1]] and joins[run[-1]] == 1:
            run.append(int(onward[run[-1]]))
        lines.append(np.array(run))
    return lines


def smoothed(points: Grid, rounds: int) -> Grid:
    """Return points (n, 2) moved ``rounds`` times to a quarter, half, quarter mean; the ends stay."""
    points = points.copy()
    for _ in range(rounds if len(points) > 2 else 0):
        points[1:-1] = (points[:-2] + 2 * points[1:-1] + points[2:]) / 4
    return points


def drawn(terrain: Terrain, cells: Cells, *, rounds: int = 4, thin_m: float = 6.0) -> LineString:
    """Return the line through cell centres, smoothed and thinned, coordinates rounded to 1 mm."""
    line = shapely.simplify(LineString(smoothed(terrain.centres(cells), rounds)), thin_m)
    return LineString(np.round(shapely.get_coordinates(line), 3))
