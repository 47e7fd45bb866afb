"""Read survey networks in GNU Gama's XML form (``.gkf``), as surveyors exchange them.

Reference: GNU Gama manual, *XML input data format for gama-local*. Angles are gons (standard errors in 0.0001 gon)
or degrees-minutes-seconds with hyphens (seconds); lengths metres, standard errors millimetres. ``axes-xy`` tells where
x and y point, ``angles`` which way angles grow ("left-handed" is clockwise).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from geo.errors import FileError, JiebiaoError, Problem
from geo.observation import (
    Component,
    Correlation,
    Network,
    NetworkPoint,
    Observation,
    ObservationKind,
    PointState,
)

__all__ = ["MOST_BYTES", "Axes", "GamaFile", "read_gkf"]

MOST_BYTES = 50_000_000
_KINDS: Final[dict[str, ObservationKind]] = {
    "distance": "distance",
    "direction": "direction",
    "angle": "angle",
    "azimuth": "azimuth",
    "s-distance": "slope_distance",
    "z-angle": "zenith",
    "dh": "height_difference",
}
_ANGLES = {"direction", "angle", "azimuth", "z-angle"}
_DEFAULT_SIGMA = {
    "distance": "distance",
    "s-distance": "distance",
    "direction": "direction",
    "angle": "angle",
    "z-angle": "zenith-angle",
    "azimuth": "azimuth",
}
_STEPS = {"n": (0, 1), "s": (0, -1), "e": (1, 1), "w": (1, -1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Where the file's x and y point, as letters (``"ne"``: x north, y east)."""

    letters: str = "ne"

    def to_east_north(self, x: float, y: float) -> tuple[float, float]:
        """Return easting and northing of the file's x and y."""
        values = [0.0, 0.0]
        for letter, value in zip(self.letters, (x, y), strict=True):
            slot, sign = _STEPS[letter]
            values[slot] = sign * value
        return values[1], values[0]

    def from_east_north(self, easting_m: float, northing_m: float) -> tuple[float, float]:
        """Return the file's x and y."""
        by_slot = (northing_m, easting_m)
        first, second = (_STEPS[letter] for letter in self.letters)
        return first[1] * by_slot[first[0]], second[1] * by_slot[second[0]]

    def component(self, axis: str) -> tuple[Component, float]:
        """Return which component x, y or z is, and its sign."""
        if axis == "z":
            return "height", 1.0
        slot, sign = _STEPS[self.letters["xy".index(axis)]]
        return ("northing", "easting")[slot], float(sign)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, kw_only=True)
class GamaFile:
    """A network with the axes of its file and what had to be left out."""

    network: Network
    axes: Axes
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reader:
    axes: Axes
    turn: float
    sigma_apriori: float
    defaults: dict[str, str]
    observations: list[Observation] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    sets: int = 0


def read_gkf(content: bytes, name: str = "") -> GamaFile:
    """Read a ``.gkf`` file.

    Raises
    ------
    FileError
        ``gkf_unreadable`` naming the element, ``gkf_too_large``, ``gkf_no_network``.
    """
    if len(content) > MOST_BYTES:
        raise _unreadable(name, f"> {MOST_BYTES} bytes")
    try:
        root = fromstring(content, forbid_dtd=False)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as fault:
        raise _unreadable(name, str(fault)) from fault
    element = next((item for item in root.iter() if _tag(item) == "network"), None)
    if element is None:
        raise _unreadable(name, "<network>")
    try:
        return _network(element)
    except JiebiaoError:
        raise
    except (ValueError, KeyError, TypeError) as fault:
        raise _unreadable(name, str(fault)) from fault


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _unreadable(name: str, detail: str) -> FileError:
    return FileError(
        "gkf_unreadable",
        zh="观测文件 {name} 读不懂（{detail}）：请确认是 gama-local 的 .gkf 文件并已完整保存。",
        en="The observation file {name} cannot be read ({detail}): make sure it is a complete gama-local .gkf file.",
        where=name,
        name=name,
        detail=" ".join(detail.split())[:160],
    )


def _network(element: Element) -> GamaFile:
    axes = Axes(letters=element.get("axes-xy", "ne").strip().lower())
    if len(axes.letters) != 2 or {_STEPS[letter][0] for letter in axes.letters} != {0, 1}:
        raise ValueError(f"axes-xy={axes.letters!r}")
    turn = -1.0 if element.get("angles", "left-handed").strip() == "right-handed" else 1.0
    parameters = next((item for item in element if _tag(item) == "parameters"), Element("parameters"))
    body = next(
        (item for item in element if _tag(item) == "points-observations"), Element("points-observations")
    )
    reader = _Reader(axes, turn, float(parameters.get("sigma-apr", "10")), dict(body.attrib))
    for item in body:
        _read_item(reader, item)
    points, observations, correlations, problems = _active(_points(axes, body), reader)
    network = Network(
        points=points,
        observations=observations,
        correlations=correlations,
        sigma_apriori=reader.sigma_apriori,
        use_aposteriori=parameters.get("sigma-act", "aposteriori").strip() != "apriori",
        confidence=float(parameters.get("conf-pr", "0.95")),
        description=next(((item.text or "").strip() for item in element if _tag(item) == "description"), ""),
    )
    return GamaFile(network=network, axes=axes, problems=problems)


def _points(axes: Axes, body: Element) -> dict[str, NetworkPoint]:
    merged: dict[str, dict[str, str]] = {}
    for item in body:
        if _tag(item) == "point":
            merged.setdefault(_id(item.attrib["id"]), {}).update(item.attrib)
    return {name: _point(axes, name, attributes) for name, attributes in merged.items()}


def _point(axes: Axes, name: str, attributes: dict[str, str]) -> NetworkPoint:
    fixed, adjusted = attributes.get("fix", ""), attributes.get("adj", "")
    plane = _state(fixed, adjusted, "xy")
    vertical = _state(fixed, adjusted, "z")
    easting_m = northing_m = None
    if "x" in attributes and "y" in attributes:
        easting_m, northing_m = axes.to_east_north(float(attributes["x"]), float(attributes["y"]))
    height_m = float(attributes["z"]) if "z" in attributes else None
    return NetworkPoint(
        id=name, easting_m=easting_m, northing_m=northing_m, height_m=height_m, plane=plane, vertical=vertical
    )


def _state(fixed: str, adjusted: str, letters: str) -> PointState | None:
    if letters in fixed.lower():
        return "fixed"
    if letters.upper() in adjusted:
        return "constrained"
    return "adjusted" if letters in adjusted.lower() else None


def _id(text: str) -> str:
    return " ".join(text.split())


def _read_item(reader: _Reader, item: Element) -> None:
    tag = _tag(item)
    first = len(reader.observations)
    if tag in ("obs", "height-differences"):
        reader.sets += 1
        for child in item:
            if _tag(child) in _KINDS:
                reader.observations.append(_observation(reader, item, child))
    elif tag == "vectors":
        for child in item:
            if _tag(child) == "vec":
                reader.observations.extend(_vector(reader, child))
    elif tag == "coordinates":
        for child in item:
            if _tag(child) == "point":
                reader.observations.extend(_coordinates(reader, child))
    matrix = next((child for child in item if _tag(child) == "cov-mat"), None)
    if matrix is not None:
        _correlate(reader, matrix, first)


def _observation(reader: _Reader, group: Element, item: Element) -> Observation:
    tag = _tag(item)
    get = item.attrib.get
    value, is_degrees = _value(tag, item.attrib["val"])
    clockwise = reader.turn if tag in ("direction", "angle", "azimuth") else 1.0
    return Observation(
        kind=_KINDS[tag],
        at=_id(get("from") or group.attrib["from"]),
        to=_id(get("fs") or get("to") or ""),
        back=_id(get("bs") or ""),
        value=clockwise * value,
        sigma=_sigma(reader, tag, item, value, is_degrees),
        direction_set=reader.sets if tag == "direction" else -1,
        instrument_height_m=float(get("from_dh") or group.get("from_dh") or 0.0),
        target_height_m=float(get("to_dh") or 0.0),
    )


def _value(tag: str, text: str) -> tuple[float, bool]:
    """Return degrees or metres, and whether an angle stood in degrees-minutes-seconds."""
    text = text.strip()
    if tag not in _ANGLES:
        return float(text), False
    parts = text.lstrip("+-").split("-")
    if len(parts) == 1:
        return float(text) * 0.9, False
    degrees, minutes, seconds = (float(part) for part in (*parts, "0")[:3])
    size = degrees + minutes / 60.0 + seconds / 3600.0
    return (-size if text.startswith("-") else size), True


def _sigma(reader: _Reader, tag: str, item: Element, value: float, is_degrees: bool) -> float:
    """Return the standard error in metres or degrees; missing ones are made up for by the covariance matrix."""
    text = item.get("stdev") or reader.defaults.get(_DEFAULT_SIGMA.get(tag, "") + "-stdev")
    if tag == "dh" and item.get("stdev") is None and item.get("dist"):
        return reader.sigma_apriori * math.sqrt(float(item.attrib["dist"])) / 1000.0
    if text is None:
        return math.radians(
            1.0
        )  # replaced by the group's covariance matrix; gama refuses a file without either
    if tag in _ANGLES:
        return float(text) / 3600.0 if is_degrees else float(text) * 0.9 / 10_000.0
    parts = [float(part) for part in text.split()]
    constant, factor, power = (*parts, 0.0, 1.0)[:3] if len(parts) < 3 else parts[:3]
    return float(constant + factor * (abs(value) / 1000.0) ** power) / 1000.0


def _vector(reader: _Reader, item: Element) -> Iterator[Observation]:
    for axis in ("x", "y", "z"):
        component, sign = reader.axes.component(axis)
        yield Observation(
            kind="coordinate_difference",
            at=_id(item.attrib["from"]),
            to=_id(item.attrib["to"]),
            value=sign * float(item.attrib["d" + axis]),
            sigma=float(item.get("stdev", "1")) / 1000.0,
            component=component,
        )


def _coordinates(reader: _Reader, item: Element) -> Iterator[Observation]:
    for axis in ("x", "y", "z"):
        if axis in item.attrib:
            component, sign = reader.axes.component(axis)
            yield Observation(
                kind="coordinate",
                at=_id(item.attrib["id"]),
                value=sign * float(item.attrib[axis]),
                sigma=float(item.get("stdev", "1")) / 1000.0,
                component=component,
            )


def _correlate(reader: _Reader, matrix: Element, first: int) -> None:
    members = tuple(range(first, len(reader.observations)))
    size, band = int(matrix.attrib["dim"]), int(matrix.attrib["band"])
    if size != len(members):
        raise ValueError(f"cov-mat dim={size}, observations {len(members)}")
    numbers = iter((matrix.text or "").split())
    full = [[0.0] * size for _ in range(size)]
    for row in range(size):
        for column in range(row, min(row + band + 1, size)):
            full[row][column] = full[column][row] = float(next(numbers))
    units = [_covariance_unit(reader.axes, reader.observations[member]) for member in members]
    scaled = tuple(tuple(full[r][c] * units[r] * units[c] for c in range(size)) for r in range(size))
    reader.correlations.append(Correlation(members=members, covariance=scaled))


def _covariance_unit(axes: Axes, seen: Observation) -> float:
    """Return metres (radians for angles) of one unit of the matrix, with the axis's sign."""
    if seen.kind in ("direction", "angle", "azimuth", "zenith"):
        return math.radians(0.9 / 10_000.0)
    if seen.kind in ("coordinate", "coordinate_difference") and seen.component != "height":
        letter = next(x for x in axes.letters if (_STEPS[x][0] == 1) == (seen.component == "easting"))
        return _STEPS[letter][1] / 1000.0
    return 1.0 / 1000.0


def _active(
    points: dict[str, NetworkPoint], reader: _Reader
) -> tuple[tuple[NetworkPoint, ...], tuple[Observation, ...], tuple[Correlation, ...], tuple[Problem, ...]]:
    """Keep what takes part: observations between points whose needed parts are fixed or adjusted."""
    kept = [place for place, seen in enumerate(reader.observations) if _takes_part(points, seen)]
    new_place = {old: new for new, old in enumerate(kept)}
    problems = [_left_out(seen) for place, seen in enumerate(reader.observations) if place not in new_place]
    observations = tuple(reader.observations[place] for place in kept)
    correlations = []
    for group in reader.correlations:
        rows = [row for row, member in enumerate(group.members) if member in new_place]
        covariance = tuple(tuple(group.covariance[r][c] for c in rows) for r in rows)
        if rows:
            members = tuple(new_place[group.members[row]] for row in rows)
            correlations.append(Correlation(members=members, covariance=covariance))
    touched = {name for seen in observations for name in (seen.at, seen.to, seen.back)}
    active = []
    for point in points.values():
        if point.id in touched and (point.plane or point.vertical):
            active.append(point)
        elif point.plane or point.vertical:
            problems.append(_unobserved(point))
    return tuple(active), observations, tuple(correlations), tuple(problems)


def _takes_part(points: dict[str, NetworkPoint], seen: Observation) -> bool:
    vertical = seen.kind in ("height_difference", "slope_distance", "zenith") or seen.component == "height"
    plane = seen.kind != "height_difference" and not (
        seen.kind.startswith("coordinate") and seen.component == "height"
    )
    named = [points.get(name) for name in (seen.at, seen.to, seen.back) if name]
    return all(
        point is not None
        and (not vertical or point.vertical is not None)
        and (not plane or point.plane is not None)
        for point in named
    )


def _left_out(seen: Observation) -> Problem:
    return Problem(
        "observation_left_out",
        f"观测 {seen.name} 未参加平差：它的点既不是固定点也不是待定点。",
        f"Observation {seen.name} takes no part: a point of it is neither fixed nor adjusted.",
        seen.name,
        "请在点表里写明该点是固定（fix）还是待定（adj）。",
        "Say in the list of points whether it is fixed or adjusted.",
    )


def _unobserved(point: NetworkPoint) -> Problem:
    return Problem(
        "point_unobserved",
        f"点 {point.id} 没有任何观测，未参加平差。",
        f"Point {point.id} has no observation and takes no part.",
        point.id,
        "请补测，或从点表中删去。",
        "Observe it or take it off the list.",
    )
