"""Traverses 导线: closed, link and free; misclosures and the compass rule.

Angles are *left* angles 左角: clockwise at a station from the one before it to the one after it, so that

    bearing out = bearing in + left angle - 180°

The angular misclosure is computed minus known bearing of the closing sight, spread evenly over the angles. The linear
misclosure is computed minus known end point: ``fx`` north, ``fy`` east (Chinese axes), ``fs`` its length and
1 : n with n = length / fs; the compass rule (Bowditch 1808) spreads it in proportion to the legs.

References
----------
Ghilani & Wolf, *Elementary Surveying*, ch. 10; 《工程测量标准》导线测量.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from geo.errors import GeometryError

__all__ = [
    "AdjustedTraverse",
    "Misclosure",
    "Rounding",
    "Traverse",
    "TraverseKind",
    "TraverseStation",
    "adjust_traverse",
    "left_from_right_deg",
]

TraverseKind = Literal["closed", "link", "free"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """Steps of a computation by hand: corrections of angles, increments, and corrections of increments."""

    angle_sec: float = 1.0
    length_m: float = 0.01
    correction_m: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Traverse:
    """A traverse as observed.

    Parameters
    ----------
    kind : {"closed", "link", "free"}
        Closed returns to its start (the last station repeats the first), link ends at a known point.
    stations : tuple of str
        The n + 1 points in order.
    distances_m : tuple of float
        The n horizontal legs.
    angles_deg : tuple of float or None
        Left angle at each station. None at the start when ``start_bearing_deg`` is that of the first leg, and at the
        end when there is no closing sight. Empty when every leg has its own bearing.
    bearings_deg : tuple of float
        Bearings of the n legs (compass legs), instead of angles.
    start_bearing_deg : float
        From the start to its backsight when there is an angle at the start, else of the first leg.
    end_bearing_deg : float, optional
        From the end to its closing sight; of a closed traverse, of the first leg.
    """

    kind: TraverseKind
    stations: tuple[str, ...]
    distances_m: tuple[float, ...]
    start_easting_m: float
    start_northing_m: float
    end_easting_m: float | None = None
    end_northing_m: float | None = None
    angles_deg: tuple[float | None, ...] = ()
    bearings_deg: tuple[float, ...] = ()
    start_bearing_deg: float = 0.0
    end_bearing_deg: float | None = None

    def __post_init__(self) -> None:
        _check_stations(self)
        _check_legs(self)
        _check_angles(self)

    @property
    def end_m(self) -> tuple[float, float] | None:
        """Return easting and northing of the known end; a closed traverse ends where it starts."""
        if self.kind == "closed":
            return self.start_easting_m, self.start_northing_m
        if self.kind == "free" or self.end_easting_m is None or self.end_northing_m is None:
            return None
        return self.end_easting_m, self.end_northing_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Misclosure:
    """What does not close; parts that nothing controls are None, and so is the ratio of a perfect traverse.

    ``ratio`` is n of 1 : n, ``angles`` how many angles share the angular misclosure.
    """

    angular_sec: float | None
    fx_m: float | None
    fy_m: float | None
    linear_m: float | None
    ratio: float | None
    length_m: float
    angles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TraverseStation:
    """A station after the compass rule, with the leg that leads to it (None at the start)."""

    id: str
    easting_m: float
    northing_m: float
    bearing_deg: float | None = None
    correction_north_m: float | None = None
    correction_east_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedTraverse:
    """A traverse after spreading its misclosures; ``corrections_sec`` belong to the stations' angles."""

    stations: tuple[TraverseStation, ...]
    corrections_sec: tuple[float, ...]
    misclosure: Misclosure


def left_from_right_deg(right_deg: float) -> float:
    """Return the left angle of a right angle 右角."""
    return (360.0 - right_deg) % 360.0


def adjust_traverse(traverse: Traverse, rounding: Rounding | None = None) -> AdjustedTraverse:
    """Spread the misclosures: angles evenly, legs by the compass rule.

    Parameters
    ----------
    traverse : Traverse
        Plane coordinates in metres, bearings in degrees from grid north.
    rounding : Rounding, optional
        Compute as by hand, so that the printed corrections add up to the printed misclosure.

    Examples
    --------
    >>> square = Traverse(
    ...     kind="closed", stations=("A", "B", "C", "A"), distances_m=(100.0, 100.0, 141.42),
    ...     start_easting_m=0.0, start_northing_m=0.0, bearings_deg=(0.0, 90.0, 225.0),
    ... )
    >>> round(adjust_traverse(square).misclosure.linear_m, 4)
    0.0014
    """
    bearings, angular_sec, corrections_sec = _bearings(traverse, rounding)
    steps = [
        _increment(length_m, bearing_deg, rounding)
        for length_m, bearing_deg in zip(traverse.distances_m, bearings, strict=True)
    ]
    north_m, east_m = (math.fsum(step[axis] for step in steps) for axis in (0, 1))
    misclosure = _misclosure(traverse, angular_sec, north_m, east_m)
    step_m = rounding.correction_m if rounding else None
    corrections = [
        _shares(-(value or 0.0), traverse.distances_m, step_m) for value in (misclosure.fx_m, misclosure.fy_m)
    ]
    return AdjustedTraverse(
        stations=_stations(traverse, bearings, steps, corrections),
        corrections_sec=tuple(corrections_sec),
        misclosure=misclosure,
    )


def _bearings(traverse: Traverse, rounding: Rounding | None) -> tuple[list[float], float | None, list[float]]:
    """Return corrected bearings of the legs, the angular misclosure, and each station's correction."""
    if traverse.bearings_deg:
        return list(traverse.bearings_deg), None, [0.0] * len(traverse.stations)
    angles = traverse.angles_deg
    used = [float(angle is not None) for angle in angles]
    angular_sec = None
    corrections = [0.0] * len(angles)
    if traverse.end_bearing_deg is not None and angles[-1] is not None:
        arrived_deg = _carried(traverse, corrections)[-1]
        angular_sec = 3600.0 * ((arrived_deg - traverse.end_bearing_deg + 180.0) % 360.0 - 180.0)
        corrections = _shares(-angular_sec, used, rounding.angle_sec if rounding else None)
    return _carried(traverse, corrections)[: len(traverse.distances_m)], angular_sec, corrections


def _carried(traverse: Traverse, corrections_sec: list[float]) -> list[float]:
    """Carry the bearing through the angles: one bearing out of every station that has an angle or starts."""
    bearing_deg = traverse.start_bearing_deg
    found = [] if traverse.angles_deg[0] is not None else [bearing_deg % 360.0]
    inward_deg = bearing_deg + 180.0 if traverse.angles_deg[0] is not None else bearing_deg
    start = 0 if traverse.angles_deg[0] is not None else 1
    for angle, correction in zip(traverse.angles_deg[start:], corrections_sec[start:], strict=True):
        if angle is not None:
            inward_deg = (inward_deg + angle + correction / 3600.0 - 180.0) % 360.0
            found.append(inward_deg)
    return found


def _increment(length_m: float, bearing_deg: float, rounding: Rounding | None) -> tuple[float, float]:
    north_m = length_m * math.cos(math.radians(bearing_deg))
    east_m = length_m * math.sin(math.radians(bearing_deg))
    if rounding is None:
        return north_m, east_m
    step_m = rounding.length_m
    return round(north_m / step_m) * step_m, round(east_m / step_m) * step_m


def _misclosure(traverse: Traverse, angular_sec: float | None, north_m: float, east_m: float) -> Misclosure:
    length_m = math.fsum(traverse.distances_m)
    end = traverse.end_m
    fx_m = fy_m = linear_m = ratio = None
    if end is not None:
        fx_m = traverse.start_northing_m + north_m - end[1]
        fy_m = traverse.start_easting_m + east_m - end[0]
        linear_m = math.hypot(fx_m, fy_m)
        ratio = length_m / linear_m if linear_m > 1e-9 * length_m else None
    return Misclosure(
        angular_sec=angular_sec,
        fx_m=fx_m,
        fy_m=fy_m,
        linear_m=linear_m,
        ratio=ratio,
        length_m=length_m,
        angles=sum(angle is not None for angle in traverse.angles_deg),
    )


def _shares(total: float, weights: tuple[float, ...] | list[float], step: float | None) -> list[float]:
    """Share ``total`` by weight; with a step, in whole steps that still add up (largest remainder)."""
    whole = math.fsum(weights)
    exact = [total * weight / whole for weight in weights]
    if step is None:
        return exact
    sign = math.copysign(1.0, total)
    units = [abs(value) / step for value in exact]
    counts = [math.floor(unit + 1e-9) for unit in units]
    left = round(abs(total) / step) - sum(counts)
    # Ties go to the first, as on paper: a tolerance keeps the last bit of a float from deciding.
    order = sorted(range(len(units)), key=lambda i: (-round(units[i] - counts[i], 6), i))
    for place in order[:left]:
        counts[place] += 1
    return [sign * count * step for count in counts]


def _stations(
    traverse: Traverse,
    bearings: list[float],
    steps: list[tuple[float, float]],
    corrections: list[list[float]],
) -> tuple[TraverseStation, ...]:
    east_m, north_m = traverse.start_easting_m, traverse.start_northing_m
    found = [TraverseStation(id=traverse.stations[0], easting_m=east_m, northing_m=north_m)]
    for place, name in enumerate(traverse.stations[1:]):
        north_m += steps[place][0] + corrections[0][place]
        east_m += steps[place][1] + corrections[1][place]
        found.append(
            TraverseStation(
                id=name,
                easting_m=east_m,
                northing_m=north_m,
                bearing_deg=bearings[place],
                correction_north_m=corrections[0][place],
                correction_east_m=corrections[1][place],
            )
        )
    return tuple(found)


def _check_stations(traverse: Traverse) -> None:
    names = traverse.stations
    closed = traverse.kind == "closed"
    if closed and names[0] != names[-1]:
        raise GeometryError(
            "traverse_not_closed",
            zh="闭合导线应回到起点 {start}，却止于 {end}：若是同一点请用同一点名，否则请改为附合或支导线。",
            en="A closed traverse returns to its start {start}, this one ends at {end}: use one name if it is one point, "
            "else make it a link or free traverse.",
            where=names[-1],
            start=names[0],
            end=names[-1],
        )
    once = names[:-1] if closed else names
    twice = next((name for name in once if once.count(name) > 1), None)
    if twice is not None:
        raise GeometryError(
            "station_twice",
            zh="导线两次经过点 {point}：若是两个点用了同一点名，请改名；若确为一点，请分成两条导线。",
            en="The traverse passes point {point} twice: rename one if two points share the name, else split the traverse there.",
            where=twice,
            point=twice,
        )


def _check_legs(traverse: Traverse) -> None:
    legs, names = traverse.distances_m, traverse.stations
    least = 3 if traverse.kind == "closed" else 1
    if len(legs) != len(names) - 1 or len(legs) < least:
        raise GeometryError(
            "leg_missing",
            zh="导线 {line} 有 {points} 个点，需要 {needed} 条边（闭合导线至少 3 条），现有 {count} 条：请补上缺的边长。",
            en="Traverse {line} has {points} points and needs {needed} legs (a closed one at least 3), it has {count}: "
            "add the missing length.",
            where=names[0],
            line="-".join(names),
            points=len(names),
            needed=max(len(names) - 1, least),
            count=len(legs),
        )
    for place, length_m in enumerate(legs):
        if not (math.isfinite(length_m) and length_m > 0):
            leg = f"{names[place]}-{names[place + 1]}"
            raise GeometryError(
                "leg_not_positive",
                zh="边 {leg} 的边长 {value} 不大于 0：请核对手簿。",
                en="Leg {leg} has the length {value}, which is not above 0: check the field book.",
                where=leg,
                leg=leg,
                value=length_m,
            )


def _check_angles(traverse: Traverse) -> None:
    names = traverse.stations
    if traverse.bearings_deg:
        missing = len(traverse.bearings_deg) != len(traverse.distances_m)
        place = min(len(traverse.bearings_deg), len(names) - 1)
    else:
        inner = traverse.angles_deg[1 : len(names) - 1]
        gaps = [place for place, angle in enumerate(inner, start=1) if angle is None]
        missing = bool(gaps) or len(traverse.angles_deg) != len(names)
        place = gaps[0] if gaps else min(len(traverse.angles_deg), len(names) - 1)
    if missing:
        raise GeometryError(
            "back_sight_missing",
            zh="测站 {station} 缺后视或前视，转折角算不出来：请补录该站到 {back} 的后视读数，或补测。",
            en="Station {station} lacks a backsight or foresight, so its angle is unknown: add the reading to {back}, or observe it.",
            where=names[place],
            station=names[place],
            back=names[place - 1],
        )
