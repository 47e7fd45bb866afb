"""Find the traverse in a network: the one chain or ring of measured legs between its known points.

Rules: (1) legs are pairs with a horizontal distance, or a slope distance and its zenith angle, means of repeats;
(2) side shots (points on one leg only, beside a chain or ring) are left aside; (3) what is left must be one ring,
one chain between two known points, or one open chain; anything else is a network and has no traverse misclosure.
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from geo.observation import Network, Observation
from geo.traverse import Traverse, TraverseKind

__all__ = ["find_traverse"]


def find_traverse(network: Network) -> Traverse | None:
    """Return the network's traverse, or None when it has no such shape.

    Raises
    ------
    GeometryError
        ``back_sight_missing`` when the legs make a traverse but a station lacks an angle.
    """
    seen = _Sights(network)
    path = _path(seen)
    if path is None:
        return None
    kind, stations = path
    found = _traverse(seen, kind, stations)
    if found is None and kind == "link":
        found = _traverse(seen, kind, stations[::-1])
    return found


class _Sights:
    """The network's plane observations by station."""

    def __init__(self, network: Network) -> None:
        plane = [point for point in network.points if point.plane is not None]
        self.order = [point.id for point in plane]
        self.known = {
            p.id: complex(p.easting_m or 0.0, p.northing_m or 0.0) for p in plane if p.plane == "fixed"
        }
        self.legs = _legs(network.observations)
        self.turns: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
        self.azimuths: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.sets: dict[str, dict[int, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
        for item in network.observations:
            self._index(item)

    def _index(self, item: Observation) -> None:
        if item.kind == "angle":
            self.turns[item.at][item.back, item.to].append(item.value)
            self.turns[item.at][item.to, item.back].append(-item.value)
        elif item.kind == "azimuth":
            self.azimuths[item.at, item.to].append(item.value)
            self.azimuths[item.to, item.at].append(item.value + 180.0)
        elif item.kind == "direction":
            self.sets[item.at][item.direction_set][item.to] = item.value

    def bearing_deg(self, at: str, to: str) -> float | None:
        """Return an observed bearing, or that between two known points."""
        if self.azimuths.get((at, to)):
            return _mean_deg(self.azimuths[at, to])
        if at in self.known and to in self.known:
            return _between_deg(self.known[at], self.known[to])
        return None

    def turn_deg(self, at: str, back: str, to: str) -> float | None:
        """Return the clockwise angle at a station from one target to another, the mean of all observed."""
        found = list(self.turns[at].get((back, to), ())) if at in self.turns else []
        for readings in self.sets.get(at, {}).values():
            if back in readings and to in readings:
                found.append(readings[to] - readings[back])
        return _mean_deg(found) if found else self._chained_deg(at, back, to)

    def _chained_deg(self, at: str, back: str, to: str) -> float | None:
        """Return the sum of angles that lead over other targets from one to the other."""
        reached, waiting = {back: 0.0}, [back]
        while waiting:
            start = waiting.pop()
            for (one, two), values in self.turns.get(at, {}).items():
                if one == start and two not in reached:
                    reached[two] = reached[start] + _mean_deg(values)
                    waiting.append(two)
        return reached[to] % 360.0 if to in reached else None

    def orientation(self, at: str, to: str) -> tuple[float, float] | None:
        """Return the angle at a known station from something oriented to ``to``, and that thing's bearing.

        It is a known point or bearing, or the zero of a circle that was set on several of them.
        """
        for readings in self.sets.get(at, {}).values():
            zero = self._zero_deg(at, readings, to)
            if to in readings and zero is not None:
                return readings[to], zero
        for back, target in self.turns.get(at, {}):
            bearing = self._fixed_bearing(at, back, to)
            if target == to and bearing is not None:
                return _mean_deg(self.turns[at][back, to]), bearing
        return None

    def _zero_deg(self, at: str, readings: dict[str, float], leg_to: str) -> float | None:
        """Return the bearing of a circle's zero, far targets weighing more: their coordinates turn it less."""
        total = 0j
        for name, reading in readings.items():
            bearing = self._fixed_bearing(at, name, leg_to)
            if bearing is not None:
                both = at in self.known and name in self.known
                weight = abs(self.known[name] - self.known[at]) if both else 1.0
                total += weight * cmath.exp(1j * math.radians(bearing - reading))
        return math.degrees(cmath.phase(total)) % 360.0 if total else None

    def _fixed_bearing(self, at: str, name: str, leg_to: str) -> float | None:
        return None if name == leg_to else self.bearing_deg(at, name)


def _between_deg(start: complex, end: complex) -> float:
    return math.degrees(math.atan2((end - start).real, (end - start).imag))


def _mean_deg(values: Iterable[float]) -> float:
    return math.degrees(cmath.phase(sum(cmath.exp(1j * math.radians(value)) for value in values))) % 360.0


def _legs(observations: Iterable[Observation]) -> dict[frozenset[str], float]:
    slopes: dict[frozenset[str], list[float]] = defaultdict(list)
    levels: dict[frozenset[str], list[float]] = defaultdict(list)
    zeniths: dict[frozenset[str], list[float]] = defaultdict(list)
    for item in observations:
        pair = frozenset((item.at, item.to))
        if item.kind == "distance":
            levels[pair].append(item.value)
        elif item.kind == "slope_distance":
            slopes[pair].append(item.value)
        elif item.kind == "zenith":
            zeniths[pair].append(abs(math.sin(math.radians(item.value))))
    for pair, values in slopes.items():
        if zeniths[pair]:
            factor = sum(zeniths[pair]) / len(zeniths[pair])
            levels[pair].extend(value * factor for value in values)
    return {pair: sum(values) / len(values) for pair, values in levels.items() if values}


def _path(seen: _Sights) -> tuple[TraverseKind, list[str]] | None:
    near: dict[str, set[str]] = {name: set() for name in seen.order}
    for pair in seen.legs:
        if len(pair) == 2 and pair <= near.keys() and not pair <= seen.known.keys():
            one, two = pair
            near[one].add(two)
            near[two].add(one)
    core = _without_side_shots(near, seen.known.keys())
    graph = core if any(core.values()) else near
    return _walk(graph, seen)


def _without_side_shots(near: dict[str, set[str]], known: Iterable[str]) -> dict[str, set[str]]:
    left = {name: set(others) for name, others in near.items()}
    fixed = set(known)
    waiting = [name for name in left if len(left[name]) == 1 and name not in fixed]
    while waiting:
        name = waiting.pop()
        for other in left[name]:
            left[other].discard(name)
            if len(left[other]) == 1 and other not in fixed:
                waiting.append(other)
        left[name] = set()
    # A known point with a single free chain hanging on it loses that chain here: then there is no core.
    return left


def _walk(graph: dict[str, set[str]], seen: _Sights) -> tuple[TraverseKind, list[str]] | None:
    used = [name for name in seen.order if graph.get(name)]
    fixed = [name for name in used if name in seen.known]
    ends = [name for name in used if len(graph[name]) == 1]
    if not used or any(len(graph[name]) > 2 for name in used) or len(fixed) > 2:
        return None
    start = fixed[0] if fixed else (ends or used)[0]
    if ends and start not in ends:
        return None
    stations = list(_steps(graph, start))
    if len(set(stations)) != len(used):
        return None
    if not ends:
        return ("closed", [*stations, start]) if len(fixed) <= 1 else None
    if len(fixed) == 2:
        return ("link", stations) if stations[-1] == fixed[1] else None
    return "free", stations


def _steps(graph: dict[str, set[str]], start: str) -> Iterator[str]:
    before, here = "", start
    while True:
        yield here
        onward = sorted(name for name in graph[here] if name != before)
        if not onward or onward[0] == start:
            return
        before, here = here, onward[0]


def _traverse(seen: _Sights, kind: TraverseKind, stations: list[str]) -> Traverse | None:
    legs = tuple(seen.legs[frozenset(pair)] for pair in itertools.pairwise(stations))
    start = seen.known.get(stations[0], 0j)
    end = seen.known.get(stations[-1]) if kind == "link" else None
    bearings = [seen.azimuths.get(pair) for pair in itertools.pairwise(stations)]
    angles = _inner_angles(seen, stations)
    opening = _opening(seen, kind, stations)
    compass = all(bearings) and (None in angles or not angles)
    if opening is None and not compass:
        return None
    first_angle, start_bearing = opening or (None, 0.0)
    last_angle, end_bearing = _closing(seen, kind, stations, start_bearing)
    return Traverse(
        kind=kind,
        stations=tuple(stations),
        distances_m=legs,
        angles_deg=() if compass else (first_angle, *angles, last_angle),
        bearings_deg=tuple(_mean_deg(values or ()) for values in bearings) if compass else (),
        start_bearing_deg=start_bearing,
        end_bearing_deg=None if compass else end_bearing,
        start_easting_m=start.real,
        start_northing_m=start.imag,
        end_easting_m=None if end is None else end.real,
        end_northing_m=None if end is None else end.imag,
    )


def _inner_angles(seen: _Sights, stations: list[str]) -> list[float | None]:
    inner = zip(stations, stations[1:], stations[2:], strict=False)
    return [seen.turn_deg(at, back, to) for back, at, to in inner]


def _opening(seen: _Sights, kind: TraverseKind, stations: list[str]) -> tuple[float | None, float] | None:
    """Return the angle at the start (None when the first leg's bearing is known) and the bearing it starts from."""
    at, to = stations[:2]
    bearing = seen.bearing_deg(at, to)
    oriented = seen.orientation(at, to)
    if kind == "closed":
        if oriented is not None:
            return None, (oriented[0] + oriented[1]) % 360.0
        return None, bearing if bearing is not None else 0.0  # a ring closes in any orientation
    if oriented is not None and at in seen.known:
        return oriented
    return None if bearing is None else (None, bearing)


def _closing(
    seen: _Sights, kind: TraverseKind, stations: list[str], start_bearing: float
) -> tuple[float | None, float | None]:
    """Return the angle at the end and the bearing it must arrive at."""
    if kind == "closed":
        angle = seen.turn_deg(stations[0], stations[-2], stations[1])
        return angle, start_bearing if angle is not None else None
    oriented = seen.orientation(stations[-1], stations[-2]) if kind == "link" else None
    if oriented is None:
        return None, None
    return -oriented[0] % 360.0, oriented[1]
