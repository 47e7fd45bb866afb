"""Approximate coordinates for a network's points, by the surveyor's elementary constructions.

Rules, tried in turn until nothing more can be placed; whatever places a point lets the next rule go on:

1. polar        bearing and distance from an oriented, placed station (or back from one)
2. vector       coordinate differences from a placed point
3. free station distance and direction from an unplaced station to two or more placed points
4. intersection two bearings from placed stations
5. resection    directions or angles from an unplaced station to three or more placed points
6. arcs         distances from three placed points; with two, the side that other observations favour
7. local frames stations that see common points are joined into one piece, then fitted on the placed points
8. seed         with no point placed, or one, a measured length is laid north: the network is free to turn

Values need only be good enough for the adjustment to converge.
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import least_squares

from geo.observation import Network, Observation

__all__ = ["approximate_heights", "approximate_positions"]

Place = complex  # easting + i northing: turning and scaling are one multiplication


def approximate_positions(network: Network) -> dict[str, tuple[float, float]]:
    """Return ``{point: (easting_m, northing_m)}`` for every point that can be placed."""
    search = _Search(network)
    rules = (
        search.polar,
        search.vectors,
        search.free_stations,
        search.intersections,
        search.resections,
        search.arcs,
    )
    while search.missing():
        if any(rule() for rule in rules):
            continue
        if not (search.local_frames() or search.ambiguous_arcs() or search.seed()):
            break
    return {name: (place.real, place.imag) for name, place in search.placed.items()}


def _bearing(start: Place, end: Place) -> float:
    return math.atan2((end - start).real, (end - start).imag)


def _polar(start: Place, bearing_rad: float, distance_m: float) -> Place:
    return start + distance_m * complex(math.sin(bearing_rad), math.cos(bearing_rad))


def _mean_angle(angles: Iterable[float]) -> float:
    return cmath.phase(sum(cmath.exp(1j * angle) for angle in angles))


class _Search:
    """The points placed so far and the observations indexed for the rules."""

    def __init__(self, network: Network) -> None:
        wanted = [point for point in network.points if point.plane is not None]
        self.wanted = {point.id for point in wanted}
        self.placed: dict[str, Place] = {
            point.id: complex(point.easting_m, point.northing_m)
            for point in wanted
            if point.easting_m is not None and point.northing_m is not None
        }
        self.distances = _distances(network.observations)
        self.sets: dict[int, dict[str, float]] = defaultdict(dict)
        self.station: dict[int, str] = {}
        self.azimuths: dict[str, dict[str, float]] = defaultdict(dict)
        self.angles: list[Observation] = []
        self.differences: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        for observation in network.observations:
            self._index(observation)

    def _index(self, seen: Observation) -> None:
        if seen.kind == "direction":
            self.sets[seen.direction_set][seen.to] = math.radians(seen.value)
            self.station[seen.direction_set] = seen.at
        elif seen.kind == "azimuth":
            self.azimuths[seen.at][seen.to] = math.radians(seen.value)
        elif seen.kind == "angle":
            self.angles.append(seen)
        elif seen.kind == "coordinate_difference":
            self.differences[seen.at, seen.to][seen.component] = seen.value

    def missing(self) -> set[str]:
        return self.wanted - self.placed.keys()

    def _place(self, name: str, place: Place) -> bool:
        if name in self.placed or name not in self.wanted or not cmath.isfinite(place):
            return False
        self.placed[name] = place
        return True

    def _place_all(self, places: Mapping[str, Place]) -> bool:
        return sum(self._place(name, place) for name, place in places.items()) > 0

    def bearings(self) -> dict[tuple[str, str], float]:
        """Return every bearing known now: azimuths, oriented sets, angles with one known leg."""
        known: dict[tuple[str, str], float] = {}
        for at, targets in self.azimuths.items():
            for to, bearing in targets.items():
                known[at, to] = bearing
                known[to, at] = bearing + math.pi
        for number, targets in self.sets.items():
            zero = self._orientation(number, known)
            if zero is not None:
                known.update({(self.station[number], to): zero + angle for to, angle in targets.items()})
        self._extend_by_angles(known)
        return known

    def _orientation(self, number: int, known: Mapping[tuple[str, str], float]) -> float | None:
        at = self.station[number]
        zeros = []
        for to, angle in self.sets[number].items():
            if at in self.placed and to in self.placed:
                zeros.append(_bearing(self.placed[at], self.placed[to]) - angle)
            elif (at, to) in known:
                zeros.append(known[at, to] - angle)
            elif (to, at) in known:
                zeros.append(known[to, at] + math.pi - angle)
        return _mean_angle(zeros) if zeros else None

    def _extend_by_angles(self, known: dict[tuple[str, str], float]) -> None:
        again = True
        while again:
            again = False
            for seen in self.angles:
                back = self._leg(seen.at, seen.back, known)
                fore = self._leg(seen.at, seen.to, known)
                if back is not None and fore is None:
                    known[seen.at, seen.to] = back + math.radians(seen.value)
                    again = True
                elif fore is not None and back is None:
                    known[seen.at, seen.back] = fore - math.radians(seen.value)
                    again = True

    def _leg(self, at: str, to: str, known: Mapping[tuple[str, str], float]) -> float | None:
        if (at, to) in known:
            return known[at, to]
        if (to, at) in known:
            return known[to, at] + math.pi
        if at in self.placed and to in self.placed:
            return _bearing(self.placed[at], self.placed[to])
        return None

    def polar(self) -> bool:
        known = self.bearings()
        placed = False
        for (at, to), bearing in known.items():
            distance = self.distances.get(frozenset((at, to)))
            if distance is None:
                continue
            if at in self.placed:
                placed |= self._place(to, _polar(self.placed[at], bearing, distance))
            elif to in self.placed:
                placed |= self._place(at, _polar(self.placed[to], bearing + math.pi, distance))
        return placed

    def vectors(self) -> bool:
        placed = False
        for (at, to), parts in self.differences.items():
            if not {"easting", "northing"} <= parts.keys():
                continue
            step = complex(parts["easting"], parts["northing"])
            if at in self.placed:
                placed |= self._place(to, self.placed[at] + step)
            elif to in self.placed:
                placed |= self._place(at, self.placed[to] - step)
        return placed

    def _local(self, number: int) -> dict[str, Place]:
        """Return what one station sees by direction and distance, itself at zero, its circle's zero as north."""
        at = self.station[number]
        seen = {
            to: _polar(0j, angle, self.distances[frozenset((at, to))])
            for to, angle in self.sets[number].items()
            if frozenset((at, to)) in self.distances
        }
        return {at: 0j, **seen}

    def free_stations(self) -> bool:
        placed = False
        for number in self.sets:
            local = self._local(number)
            common = [name for name in local if name in self.placed]
            if len(common) >= 2 and set(local) - self.placed.keys():
                fit = _fit(common, local, self.placed)
                for name, place in local.items():
                    placed |= self._place(name, fit(place))
        return placed

    def intersections(self) -> bool:
        rays: dict[str, list[tuple[Place, float]]] = defaultdict(list)
        for (at, to), bearing in self.bearings().items():
            if at in self.placed and to not in self.placed:
                rays[to].append((self.placed[at], bearing))
        placed = False
        for name, seen in rays.items():
            best = max(
                itertools.combinations(seen, 2),
                key=lambda pair: abs(math.sin(pair[0][1] - pair[1][1])),
                default=None,
            )
            if best and abs(math.sin(best[0][1] - best[1][1])) > 0.02:
                placed |= self._place(name, _cross(*best[0], *best[1]))
        return placed

    def resections(self) -> bool:
        sights: dict[str, list[list[tuple[Place, float]]]] = defaultdict(list)
        for number, targets in self.sets.items():
            known = [(self.placed[to], angle) for to, angle in targets.items() if to in self.placed]
            sights[self.station[number]].append(known)
        for name, known in self._angle_sets().items():
            sights[name].append(known)
        placed = False
        for name, groups in sights.items():
            best = max(groups, key=len)
            if name not in self.placed and len(best) >= 3:
                found = _resect(best)
                placed |= found is not None and self._place(name, found)
        return placed

    def _angle_sets(self) -> dict[str, list[tuple[Place, float]]]:
        """Chain the angles measured at one station into directions from one zero."""
        chains: dict[str, dict[str, float]] = defaultdict(dict)
        for seen in self.angles:
            chain = chains[seen.at]
            if not chain:
                chain[seen.back] = 0.0
            if seen.back in chain:
                chain.setdefault(seen.to, chain[seen.back] + math.radians(seen.value))
            elif seen.to in chain:
                chain[seen.back] = chain[seen.to] - math.radians(seen.value)
        return {
            at: [(self.placed[name], angle) for name, angle in chain.items() if name in self.placed]
            for at, chain in chains.items()
        }

    def _circles(self, name: str) -> list[tuple[Place, float]]:
        return [
            (self.placed[other], distance)
            for pair, distance in self.distances.items()
            if name in pair and len(pair) == 2 and (other := next(iter(pair - {name}))) in self.placed
        ]

    def arcs(self) -> bool:
        placed = False
        for name in sorted(self.missing()):
            circles = self._circles(name)
            candidates = _arc_candidates(circles)
            if len(circles) >= 3 and candidates:
                placed |= self._place(name, min(candidates, key=lambda place: _misfit(place, circles)))
        return placed

    def ambiguous_arcs(self) -> bool:
        for name in sorted(self.missing()):
            circles = self._circles(name)
            candidates = _arc_candidates(circles)
            if candidates:
                return self._place(name, min(candidates, key=lambda place: self._angle_misfit(name, place)))
        return False

    def seed(self) -> bool:
        """Lay one length north from the one placed point, or from the first of none."""
        if len(self.placed) > 1:
            return False
        for pair, distance in self.distances.items():
            names = sorted(pair, key=lambda name: name not in self.placed)
            if len(names) == 2 and pair <= self.wanted and (not self.placed or names[0] in self.placed):
                self.placed.setdefault(names[0], 0j)
                return self._place(names[1], self.placed[names[0]] + 1j * distance)
        return False

    def _angle_misfit(self, name: str, place: Place) -> float:
        """Return how badly the angles and sets that touch ``name`` fit if it lay at ``place``."""
        trial = {**self.placed, name: place}
        total = 0.0
        for seen in self.angles:
            if name in (seen.at, seen.back, seen.to) and {seen.at, seen.back, seen.to} <= trial.keys():
                turn = _bearing(trial[seen.at], trial[seen.to]) - _bearing(trial[seen.at], trial[seen.back])
                total += abs(cmath.phase(cmath.exp(1j * (turn - math.radians(seen.value)))))
        for number, targets in self.sets.items():
            at = self.station[number]
            if at in trial and (name == at or name in targets):
                zeros = [
                    _bearing(trial[at], trial[to]) - angle for to, angle in targets.items() if to in trial
                ]
                mean = _mean_angle(zeros) if zeros else 0.0
                total += sum(abs(cmath.phase(cmath.exp(1j * (zero - mean)))) for zero in zeros)
        return total

    def local_frames(self) -> bool:
        """Join what the stations see into pieces, then fit the largest piece on placed points (or let it lie)."""
        pieces = [local for number in self.sets if len(local := self._local(number)) >= 2]
        pieces = [piece for piece in pieces if set(piece) - self.placed.keys()]
        if not pieces:
            return False
        pieces = _join(pieces)
        anchored = [
            p for p in pieces if len(p.keys() & self.placed.keys()) >= 2 and p.keys() - self.placed.keys()
        ]
        if anchored:
            piece = max(anchored, key=len)
            fit = _fit([name for name in piece if name in self.placed], piece, self.placed)
            return self._place_all({name: fit(place) for name, place in piece.items()})
        if self.placed:
            return False
        return self._place_all(max(pieces, key=len))


def _distances(observations: Iterable[Observation]) -> dict[frozenset[str], float]:
    """Return horizontal distances by pair of points; slope distances are reduced where a zenith angle allows."""
    zeniths = {
        frozenset((seen.at, seen.to)): math.radians(seen.value)
        for seen in observations
        if seen.kind == "zenith"
    }
    found: dict[frozenset[str], float] = {}
    for seen in observations:
        pair = frozenset((seen.at, seen.to))
        if seen.kind == "distance":
            found.setdefault(pair, seen.value)
        elif seen.kind == "slope_distance":
            found.setdefault(pair, seen.value * abs(math.sin(zeniths.get(pair, math.pi / 2))))
    return found


def _fit(common: list[str], local: Mapping[str, Place], placed: Mapping[str, Place]) -> _Similarity:
    """Return the turn and shift (no scale) that lays ``local`` best on ``placed`` (Horn 1987, in the plane)."""
    local_mean = sum(local[name] for name in common) / len(common)
    placed_mean = sum(placed[name] for name in common) / len(common)
    turn = sum((placed[name] - placed_mean) * (local[name] - local_mean).conjugate() for name in common)
    return _Similarity(local_mean, placed_mean, turn / abs(turn) if turn else 1 + 0j)


class _Similarity:
    def __init__(self, local_mean: Place, placed_mean: Place, turn: complex) -> None:
        self.local_mean, self.placed_mean, self.turn = local_mean, placed_mean, turn

    def __call__(self, place: Place) -> Place:
        return self.placed_mean + self.turn * (place - self.local_mean)


def _join(pieces: list[dict[str, Place]]) -> list[dict[str, Place]]:
    """Join pieces that share two or more points, largest first."""
    waiting = sorted(pieces, key=len, reverse=True)
    done: list[dict[str, Place]] = []
    while waiting:
        base = dict(waiting.pop(0))
        grown = True
        while grown:
            grown = False
            for piece in list(waiting):
                common = [name for name in piece if name in base]
                if len(common) >= 2:
                    fit = _fit(common, piece, base)
                    base.update({name: fit(place) for name, place in piece.items() if name not in base})
                    waiting.remove(piece)
                    grown = True
        done.append(base)
    return done


def _cross(first: Place, first_bearing: float, second: Place, second_bearing: float) -> Place:
    ray, other = cmath.exp(1j * (math.pi / 2 - first_bearing)), cmath.exp(1j * (math.pi / 2 - second_bearing))
    between = second - first
    cross = ray.real * other.imag - ray.imag * other.real
    return first + ray * ((between.real * other.imag - between.imag * other.real) / cross)


def _arc_candidates(circles: list[tuple[Place, float]]) -> list[Place]:
    """Return both crossings of the best-conditioned pair of circles."""
    best: tuple[float, list[Place]] = (0.05, [])
    for (one, radius), (two, other_radius) in itertools.combinations(circles, 2):
        gap = abs(two - one)
        if gap == 0:
            continue
        along = (radius**2 - other_radius**2 + gap**2) / (2 * gap)
        height = math.sqrt(max(radius**2 - along**2, 0.0))
        unit = (two - one) / gap
        quality = height / max(radius, other_radius)
        if quality > best[0]:
            best = (quality, [one + unit * complex(along, height), one + unit * complex(along, -height)])
    return best[1]


def _misfit(place: Place, circles: list[tuple[Place, float]]) -> float:
    return sum((abs(place - centre) - radius) ** 2 for centre, radius in circles)


def _resect(sights: list[tuple[Place, float]]) -> Place | None:
    """Return the station that sees the targets at these directions, by least squares from a ring of starts."""
    targets = np.array([target for target, _ in sights])
    angles = np.array([angle for _, angle in sights])
    middle = targets.mean()
    size = float(np.abs(targets - middle).max()) or 1.0

    def wrong(position: np.ndarray) -> np.ndarray:
        step = targets - (middle + size * complex(position[0], position[1]))
        zeros = np.arctan2(step.real, step.imag) - angles
        mean = np.angle(np.exp(1j * zeros).sum())
        return np.asarray(np.angle(np.exp(1j * (zeros - mean))))

    starts = [
        (r * math.cos(t), r * math.sin(t)) for r in (0.05, 0.7, 2.0) for t in np.arange(0, 6.2, math.pi / 4)
    ]
    fits = [least_squares(wrong, start, method="trf", max_nfev=60) for start in starts]
    best = min(fits, key=lambda fit: fit.cost)
    if not math.isfinite(best.cost) or best.cost > 1e-4:
        return None
    return complex(middle + size * complex(best.x[0], best.x[1]))


def approximate_heights(network: Network, positions: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return ``{point: height_m}``, carried along height differences, zenith angles and vectors."""
    heights = {p.id: p.height_m for p in network.points if p.vertical is not None and p.height_m is not None}
    wanted = {p.id for p in network.points if p.vertical is not None}
    if wanted and not heights:
        heights[sorted(wanted)[0]] = 0.0
    steps = list(_height_steps(network, positions))
    again = True
    while again:
        again = False
        for at, to, step in steps:
            if at in heights and to not in heights and to in wanted:
                heights[to], again = heights[at] + step, True
            elif to in heights and at not in heights and at in wanted:
                heights[at], again = heights[to] - step, True
    for name in sorted(wanted - heights.keys()):
        # Slope distances alone leave the height open: start level, a little off so that the design is regular.
        heights[name] = sum(heights.values()) / max(len(heights), 1) + 1.0
    return heights


def _height_steps(
    network: Network, positions: Mapping[str, tuple[float, float]]
) -> Iterable[tuple[str, str, float]]:
    slopes = {frozenset((o.at, o.to)): o.value for o in network.observations if o.kind == "slope_distance"}
    for seen in network.observations:
        rise = seen.instrument_height_m - seen.target_height_m
        if seen.kind == "height_difference" or (
            seen.kind == "coordinate_difference" and seen.component == "height"
        ):
            yield seen.at, seen.to, seen.value
        elif seen.kind == "zenith":
            slope = slopes.get(frozenset((seen.at, seen.to)))
            angle = math.radians(seen.value)
            if slope is not None:
                yield seen.at, seen.to, slope * math.cos(angle) + rise
            elif seen.at in positions and seen.to in positions and abs(math.sin(angle)) > 1e-6:
                level = math.dist(positions[seen.at], positions[seen.to])
                yield seen.at, seen.to, level / math.tan(angle) + rise
