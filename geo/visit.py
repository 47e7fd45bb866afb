"""Visits to places: which walk came by which household, water point or marker, when, and for how long.

A walk visits a place when its line from fix to fix comes within the radius; nothing is credited across signal
gaps. A gap in which one can have been there and back leaves the answer open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from geo.walk import GAP_S, Walk, signal_gaps

__all__ = ["RADIUS_M", "Visit", "Visits", "visits_of", "visits_to"]

FloatArray: TypeAlias = npt.NDArray[np.float64]

RADIUS_M = 30.0
"""Three times the noise of DEFINITIONS 21: who was at the door is seen within this distance."""

APART_S = 1_800.0
"""Who comes back after half an hour visits a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One walk at one place.

    ``place`` is its index; ``start_s`` and ``end_s`` are NaN without times; ``sure`` is False when a signal gap
    only allows the visit.
    """

    place: int
    start_s: float
    end_s: float
    nearest_m: float
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """All that is known of one place: sure visits, visits that gaps allow, and the last sure one."""

    count: int
    possible: int
    last_s: float | None


def visits_of(walk: Walk, places: FloatArray, radius_m: float = RADIUS_M) -> tuple[Visit, ...]:
    """Return the visits of one walk, by place and time.

    Parameters
    ----------
    places : array, shape (n, 2)
        ``[easting_m, northing_m]`` in the plane of the walk.
    """
    if not len(walk.fixes) or not len(places):
        return ()
    tree = shapely.STRtree(np.asarray(shapely.points(places), dtype=object))
    seen = _passes(walk, places, tree, radius_m)
    sure = [visit for place, rows in sorted(seen.items()) for visit in _grouped(place, rows, walk)]
    return (*sure, *_in_gaps(walk, places, tree, {visit.place for visit in sure}))


def visits_to(count: int, visits: Iterable[Visit]) -> tuple[Visits, ...]:
    """Return what is known of each of ``count`` places from the visits of all walks."""
    by_place: dict[int, list[Visit]] = {}
    for visit in visits:
        by_place.setdefault(visit.place, []).append(visit)
    return tuple(_summed(by_place.get(place, ())) for place in range(count))


def _summed(visits: Sequence[Visit]) -> Visits:
    sure = [visit for visit in visits if visit.sure]
    ends = [visit.end_s for visit in sure if np.isfinite(visit.end_s)]
    return Visits(count=len(sure), possible=len(visits) - len(sure), last_s=max(ends) if ends else None)


def _passes(
    walk: Walk, places: FloatArray, tree: shapely.STRtree, radius_m: float
) -> dict[int, list[tuple[int, float]]]:
    """Return, by place, the fixes after which the walk comes near, with the distance."""
    ends = np.stack((walk.fixes[:-1], walk.fixes[1:]), axis=1)
    whole = np.diff(walk.part) == 0
    if walk.timed:
        whole &= np.diff(walk.time_s) <= GAP_S
    first = np.flatnonzero(whole)
    steps: npt.NDArray[np.object_] = np.asarray(shapely.linestrings(ends[first]), dtype=object)
    fixes: npt.NDArray[np.object_] = np.asarray(shapely.points(walk.fixes), dtype=object)
    shapes = np.concatenate((steps, fixes))
    fix = np.concatenate((first, np.arange(len(walk.fixes))))
    shape, place = tree.query(shapes, predicate="dwithin", distance=radius_m)
    found: dict[int, list[tuple[int, float]]] = {}
    if len(shape):
        apart = shapely.distance(shapes[shape], shapely.points(places[place]))
        for at, where, distance in zip(fix[shape].tolist(), place.tolist(), apart.tolist(), strict=True):
            found.setdefault(where, []).append((at, distance))
    return found


def _grouped(place: int, rows: Sequence[tuple[int, float]], walk: Walk) -> Iterable[Visit]:
    """Yield one visit for each time the walk came, half an hour apart."""
    ordered = sorted(rows)
    start = 0
    for at in range(1, len(ordered) + 1):
        if at < len(ordered):
            away_s = walk.time_s[ordered[at][0]] - walk.time_s[ordered[at - 1][0]]
            if not away_s > APART_S:
                continue
        group = ordered[start:at]
        yield Visit(
            place=place,
            start_s=float(walk.time_s[group[0][0]]),
            end_s=float(walk.time_s[group[-1][0]]),
            nearest_m=min(distance for _, distance in group),
        )
        start = at


def _in_gaps(walk: Walk, places: FloatArray, tree: shapely.STRtree, visited: set[int]) -> Iterable[Visit]:
    """Yield the visits that signal gaps leave possible, to places not visited anyway."""
    for gap in signal_gaps(walk):
        middle = shapely.Point((gap.start[0] + gap.end[0]) / 2, (gap.start[1] + gap.end[1]) / 2)
        for place in tree.query(middle, predicate="dwithin", distance=gap.reach_m / 2).tolist():
            way_m = sum(float(np.hypot(*(places[place] - end))) for end in (gap.start, gap.end))
            if place not in visited and way_m <= gap.reach_m:
                yield Visit(
                    place=place,
                    start_s=float(walk.time_s[gap.before]),
                    end_s=float(walk.time_s[gap.before + 1]),
                    nearest_m=0.0,
                    sure=False,
                )
