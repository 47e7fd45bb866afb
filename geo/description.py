"""A line in words 界线走向说明: from marker to marker, in sixteen directions by true north; and stake-out rows.

Directions are named as GB/T 17796 does, each 22.5° wide: north runs from 348°45' to 11°15'. A direction is that
of the bearing by true north (grid bearing plus meridian convergence) at the start of a piece; distances are
those in the working plane, the ones of the point table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString

from geo import crs, measure
from geo.crs import Plane
from geo.errors import ArgumentError
from geo.shapes import check_line
from geo.units import format_number

__all__ = [
    "DIRECTIONS",
    "Along",
    "Description",
    "Direction",
    "Leg",
    "Piece",
    "StakeRow",
    "direction",
    "running_description",
    "stake_out",
]

MOST_PIECES = 4
"""A leg with more turns than this is told by its general direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One of the sixteen directions."""

    zh: str
    en: str
    middle_deg: float


DIRECTIONS = tuple(
    Direction(zh=zh, en=en, middle_deg=22.5 * number)
    for number, (zh, en) in enumerate(
        (
            ("北", "north"),
            ("北偏东北", "north-northeast"),
            ("东北", "northeast"),
            ("东偏东北", "east-northeast"),
            ("东", "east"),
            ("东偏东南", "east-southeast"),
            ("东南", "southeast"),
            ("南偏东南", "south-southeast"),
            ("南", "south"),
            ("南偏西南", "south-southwest"),
            ("西南", "southwest"),
            ("西偏西南", "west-southwest"),
            ("西", "west"),
            ("西偏西北", "west-northwest"),
            ("西北", "northwest"),
            ("北偏西北", "north-northwest"),
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What a leg follows on the ground: a ridge, a stream, a fence, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a leg that keeps one of the sixteen directions."""

    direction: Direction
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The line from one marker to the next.

    ``bearing_deg`` and ``direction`` are of the straight way between the two markers, by true north;
    ``pieces`` are the turns between them; ``length_m`` is along the line.
    """

    start: str
    end: str
    length_m: float
    bearing_deg: float
    direction: Direction
    pieces: tuple[Piece, ...]
    along: Along | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A line in words, a leg a sentence."""

    legs: tuple[Leg, ...]
    length_m: float

    @property
    def text_zh(self) -> str:
        """One leg a line, in Chinese."""
        return "\n".join(_sentence_zh(leg, first=not number) for number, leg in enumerate(self.legs))

    @property
    def text_en(self) -> str:
        """One leg a line, in English."""
        return "\n".join(_sentence_en(leg, first=not number) for number, leg in enumerate(self.legs))


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeRow:
    """One marker to be set out.

    Bearings are by true north. ``to_next_*`` are None at the last marker, ``from_station_*`` without a
    station or at the station itself.
    """

    name: str
    easting_m: float
    northing_m: float
    lon_deg: float
    lat_deg: float
    chainage_m: float
    to_next_m: float | None
    to_next_bearing_deg: float | None
    from_station_m: float | None
    from_station_bearing_deg: float | None


def direction(bearing_deg: float) -> Direction:
    """Return which of the sixteen directions a bearing by true north lies in.

    Examples
    --------
    >>> [direction(bearing).zh for bearing in (348.75, 0.0, 11.24, 11.25, 270.0)]
    ['北', '北', '北', '北偏东北', '西']
    """
    if not math.isfinite(bearing_deg):
        raise ArgumentError(
            "bearing_not_finite",
            zh="方位角 {bearing_deg} 不是数。",
            en="The bearing {bearing_deg} is not a number.",
            bearing_deg=bearing_deg,
        )
    return DIRECTIONS[math.floor((bearing_deg % 360 + 11.25) / 22.5) % 16]


def running_description(
    line: LineString,
    zone: Plane,
    names: Sequence[str] | None = None,
    along: Mapping[str, Along] | None = None,
) -> Description:
    """Describe a line from marker to marker.

    Parameters
    ----------
    line : LineString
        In the plane of ``zone``; a closed line comes back to its first marker.
    names : sequence of str, one for each point of the line, optional
        Names of the markers; an empty name is a bend without a marker. Without names every point is a marker,
        J1, J2 and so on. The first and the last point are always markers.
    along : mapping of marker name to Along, optional
        What the leg that starts at a marker follows.

    Raises
    ------
    ArgumentError
        Names and points differ in number, or an end has no name.
    GeometryError
        There is no line, or two neighbouring points coincide.

    Examples
    --------
    >>> from geo.crs import working_zone
    >>> walk = LineString([(500000, 4200000), (500100, 4200100), (500100, 4200000)])
    >>> print(running_description(walk, working_zone(102)).text_zh)
    界线自 J1 起，向东北行 141.42 米，至 J2。
    由 J2 起，向南行 100.00 米，至 J3。
    """
    check_line(line)
    coords = shapely.get_coordinates(line)
    marks = _names(names, coords)
    at = [index for index, name in enumerate(marks) if name]
    follows = along or {}
    legs = tuple(
        _leg(coords[start : end + 1], marks[start], marks[end], zone, follows.get(marks[start]))
        for start, end in pairwise(at)
    )
    return Description(legs=legs, length_m=float(sum(leg.length_m for leg in legs)))


def stake_out(
    coords: npt.ArrayLike,
    names: Sequence[str],
    zone: Plane,
    station: tuple[float, float] | None = None,
) -> tuple[StakeRow, ...]:
    """Return what is needed to set markers out on the ground.

    Parameters
    ----------
    coords : array, shape (n, 2)
        Easting and northing of the markers in the plane of ``zone``, in their order along the line.
    names : sequence of str, shape (n,)
        Names of the markers.
    station : (easting_m, northing_m), optional
        A known point from which distances and bearings are wanted too.

    Raises
    ------
    ArgumentError
        Names and markers differ in number.
    """
    points = np.asarray(coords, dtype=np.float64)
    if len(points) != len(names):
        raise _names_differ(len(points), len(names))
    sides = measure.side_lengths_m(points).tolist()
    bearings = measure.bearings_deg(points, zone).tolist()
    lonlat = crs.to_geographic(points, zone)
    chainage = [0.0, *np.cumsum(sides).tolist()]
    reached = [_reach(station, point, zone) for point in points]
    rows = zip(
        names,
        points.tolist(),
        lonlat.tolist(),
        chainage,
        [*sides, None],
        [*bearings, None],
        reached,
        strict=True,
    )
    return tuple(
        StakeRow(
            name=name,
            easting_m=easting,
            northing_m=northing,
            lon_deg=lon,
            lat_deg=lat,
            chainage_m=along,
            to_next_m=side,
            to_next_bearing_deg=bearing,
            from_station_m=reach[0],
            from_station_bearing_deg=reach[1],
        )
        for name, (easting, northing), (lon, lat), along, side, bearing, reach in rows
    )


def _names(names: Sequence[str] | None, coords: npt.NDArray[np.float64]) -> list[str]:
    if names is None:
        given = [f"J{number + 1}" for number in range(len(coords))]
        return [*given[:-1], "J1"] if np.array_equal(coords[0], coords[-1]) else given
    if len(names) != len(coords):
        raise _names_differ(len(coords), len(names))
    if not (names[0] and names[-1]):
        raise ArgumentError(
            "end_without_name",
            zh="界线的起点和终点必须有界点名称。",
            en="The first and the last point of a line need names.",
        )
    return list(names)


def _leg(coords: npt.NDArray[np.float64], start: str, end: str, zone: Plane, along: Along | None) -> Leg:
    lengths = measure.side_lengths_m(coords).tolist()
    bearings = measure.bearings_deg(coords, zone).tolist()
    chord = coords[[0, -1]]
    straight = bearings[0] if np.array_equal(*chord) else float(measure.bearings_deg(chord, zone)[0])
    return Leg(
        start=start,
        end=end,
        length_m=float(sum(lengths)),
        bearing_deg=straight,
        direction=direction(straight),
        pieces=_pieces(bearings, lengths),
        along=along,
    )


def _pieces(bearings: list[float], lengths: list[float]) -> tuple[Piece, ...]:
    """Join neighbouring sides that keep one direction."""
    pieces: list[Piece] = []
    for bearing, length in zip(bearings, lengths, strict=True):
        heading = direction(bearing)
        if pieces and pieces[-1].direction == heading:
            pieces.append(Piece(direction=heading, length_m=pieces.pop().length_m + length))
        else:
            pieces.append(Piece(direction=heading, length_m=length))
    return tuple(pieces)


def _sentence_zh(leg: Leg, first: bool) -> str:
    start = f"界线自 {leg.start} 起" if first else f"由 {leg.start} 起"
    along = f"，沿{leg.along.zh}" if leg.along else ""
    return f"{start}{along}，{_way_zh(leg)}，至 {leg.end}。"


def _way_zh(leg: Leg) -> str:
    if len(leg.pieces) == 1:
        return f"向{leg.pieces[0].direction.zh}行 {_metres(leg.length_m)} 米"
    if len(leg.pieces) > MOST_PIECES:
        return f"总体向{leg.direction.zh}曲折行 {_metres(leg.length_m)} 米"
    turns = [f"向{piece.direction.zh}行 {_metres(piece.length_m)} 米" for piece in leg.pieces]
    return f"先{turns[0]}，" + "，".join(f"再{turn}" for turn in turns[1:])


def _sentence_en(leg: Leg, first: bool) -> str:
    start = f"The line runs from {leg.start}" if first else f"From {leg.start}"
    along = f" along {leg.along.en}" if leg.along else ""
    return f"{start}{along} {_way_en(leg)} to {leg.end}."


def _way_en(leg: Leg) -> str:
    if len(leg.pieces) == 1:
        return f"{leg.pieces[0].direction.en} for {_metres(leg.length_m)} m"
    if len(leg.pieces) > MOST_PIECES:
        return f"winding generally {leg.direction.en} for {_metres(leg.length_m)} m"
    return ", then ".join(f"{piece.direction.en} for {_metres(piece.length_m)} m" for piece in leg.pieces)


def _metres(length_m: float) -> str:
    return format_number(length_m, 2)


def _reach(
    station: tuple[float, float] | None, point: npt.NDArray[np.float64], zone: Plane
) -> tuple[float | None, float | None]:
    if station is None or np.array_equal(station, point):
        return None, None
    way = np.array([station, point])
    return float(measure.side_lengths_m(way)[0]), float(measure.bearings_deg(way, zone)[0])


def _names_differ(points: int, names: int) -> ArgumentError:
    return ArgumentError(
        "names_do_not_match",
        zh="界线有 {points} 个点，名称有 {names} 个：必须一一对应。",
        en="The line has {points} points and there are {names} names: give one for each.",
        points=points,
        names=names,
    )
