"""Borders between units: their lines, which of them are patrolled, and the markers that stand on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, Point

from data.demo import names
from data.demo.coverage import Coverage
from data.demo.facts import Level, LineFact, MarkerFact, UnitFact

__all__ = ["Neighbourhood", "make_lines", "make_markers", "make_neighbourhood", "outside_words"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

_PATROLLED = 40
_PATROLLED_M = 300_000.0
_MARKER_SPACING_M = 1_200.0
_LEAST_LINE_M = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """The coverage's borders seen by groups: -1, -2, -3 are the neighbours outside."""

    left: Cells
    right: Cells
    village_of_group: Cells
    groups: tuple[UnitFact, ...]


_OUTSIDE = {-1: "north", -2: "east", -3: "county"}


def make_neighbourhood(
    coverage: Coverage, group_of_parcel: Cells, village_of_group: Cells, groups: tuple[UnitFact, ...]
) -> Neighbourhood:
    """Return the groups on both sides of every border; outside, the neighbour of that side of the township.

    The county line runs along the south and west, where the mountains are highest.
    """
    side = np.concatenate([group_of_parcel, [-1]])
    left, right = side[coverage.left], side[coverage.right]
    middle = np.array([points.mean(axis=0) for points in coverage.lines])
    centre = np.array(shapely.union_all([group.geometry for group in groups]).centroid.coords[0])
    east, north = (middle - centre).T
    bearing = np.degrees(np.arctan2(east, north)) % 360.0
    outside = np.where(
        (bearing > 165) & (bearing < 285), -3, np.where((bearing > 35) & (bearing <= 165), -2, -1)
    )
    return Neighbourhood(
        left=np.where(left < 0, outside, left),
        right=np.where(right < 0, outside, right),
        village_of_group=village_of_group,
        groups=groups,
    )


def outside_words(around: Neighbourhood) -> list[str]:
    """Return for each border the neighbour outside the township it faces, empty inside."""
    outer = np.minimum(around.left, around.right)
    return [names.NEIGHBOURS[_OUTSIDE[side]][0] if side < 0 else "" for side in outer.tolist()]


def make_lines(coverage: Coverage, around: Neighbourhood) -> tuple[LineFact, ...]:
    """Return the border of every two neighbouring groups, and of groups with neighbours outside, numbered.

    Forty of them, some 300 km, are patrolled: the township's own and as many between villages as bring the
    sum nearest.
    """
    pieces = _pieces(coverage, around)
    chosen = _patrolled([(level, line.length) for level, _, _, line in pieces])
    lines = []
    for number, (level, a, b, line) in enumerate(pieces):
        neighbour = names.NEIGHBOURS[_OUTSIDE[b]][0] if b < 0 else around.groups[b].name_zh
        lines.append(
            LineFact(
                number=f"示界{number + 1:03d}",
                level=level,
                name_zh=f"{_short(around.groups[a].name_zh)}—{_short(neighbour)}",
                unit_a_code=around.groups[a].code,
                unit_b_code=around.groups[b].code if b >= 0 else None,
                neighbour_zh=neighbour,
                patrolled=number in chosen,
                geometry=line,
            )
        )
    return tuple(lines)


def _short(name: str) -> str:
    return name.replace("（虚构）", "")


def _level(around: Neighbourhood, a: int, b: int) -> Level:
    if b < 0:
        return "county" if b == -3 else "township"
    return "group" if around.village_of_group[a] == around.village_of_group[b] else "village"


def _pieces(coverage: Coverage, around: Neighbourhood) -> list[tuple[Level, int, int, LineString]]:
    """Join the borders of each two neighbours: county lines first, groups of one village last."""
    joined: dict[tuple[Level, int, int], list[Grid]] = {}
    for points, left, right in zip(coverage.lines, around.left.tolist(), around.right.tolist(), strict=True):
        if left == right or (left < 0 and right < 0):
            continue
        a, b = (left, right) if right < 0 or 0 <= left < right else (right, left)
        joined.setdefault((_level(around, a, b), a, b), []).append(points)
    order = {"county": 0, "township": 1, "village": 2, "group": 3}
    found = []
    for (level, a, b), parts in sorted(joined.items(), key=lambda item: (order[item[0][0]], *item[0][1:])):
        merged = shapely.line_merge(MultiLineString(parts))
        lines = [line for line in shapely.get_parts(merged) if isinstance(line, LineString)]
        found += [(level, a, b, line) for line in sorted(lines, key=lambda line: (-line.length, line.wkt))]
    return found


def _patrolled(pieces: list[tuple[Level, float]]) -> set[int]:
    """Choose forty lines: all long outer ones, then those that bring the total nearest to 300 km."""
    long = [number for number, (_, length_m) in enumerate(pieces) if length_m >= _LEAST_LINE_M]
    chosen = [number for number in long if pieces[number][0] in ("county", "township")]
    inner = [number for number in long if pieces[number][0] == "village"]
    chosen += sorted(inner, key=lambda number: -pieces[number][1])[: max(_PATROLLED - 8 - len(chosen), 0)]
    chosen = chosen[:_PATROLLED]
    free = [number for number in long if number not in chosen]
    while len(chosen) < _PATROLLED and free:
        missing_m = _PATROLLED_M - sum(pieces[number][1] for number in chosen)
        wanted_m = missing_m / (_PATROLLED - len(chosen))
        nearest = min(free, key=lambda number: (abs(pieces[number][1] - wanted_m), number))
        chosen.append(nearest)
        free.remove(nearest)
    return set(chosen)


def make_markers(lines: tuple[LineFact, ...]) -> tuple[MarkerFact, ...]:
    """Return markers at the ends of county, township and village lines and about every 1.2 km on them."""
    placed: dict[tuple[float, float], tuple[str, str]] = {}
    ends: dict[tuple[float, float], int] = {}
    great = [line for line in lines if line.level != "group"]
    for line in great:
        for end in (line.geometry.coords[0], line.geometry.coords[-1]):
            ends[(end[0], end[1])] = ends.get((end[0], end[1]), 0) + 1
    for line in great:
        for point in _along(shapely.get_coordinates(line.geometry)):
            kind = "three_way" if ends.get(point, 0) >= 3 else "line"
            placed.setdefault(point, (kind, line.number))
    return tuple(
        MarkerFact(
            number=f"示桩{number + 1:04d}",
            kind="three_way" if kind == "three_way" else "line",
            line_number=line_number,
            geometry=Point(point),
        )
        for number, (point, (kind, line_number)) in enumerate(placed.items())
    )


def _along(points: Grid) -> list[tuple[float, float]]:
    """Return both ends of a line and the vertices nearest to an even spacing between them."""
    chainage_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(1, round(chainage_m[-1] / _MARKER_SPACING_M))
    wanted_m = np.linspace(0.0, chainage_m[-1], count + 1)
    number = np.unique(np.abs(chainage_m[:, None] - wanted_m[None, :]).argmin(axis=0))
    return [(float(points[n, 0]), float(points[n, 1])) for n in number]
