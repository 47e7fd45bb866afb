"""Read our observation sheet (CSV, TSV, XLS, XLSX): known points and what was observed between them.

Rules: (1) a heading row begins a block, of known points or of observations; (2) a blank station repeats the one
above, as merged cells do; (3) an angle turns clockwise from backsight to target, a right angle the other way;
(4) X is north and Y east; (5) units stand in the cell, else in the heading, else in a settings row above, else degrees
and metres; (6) whatever was converted, mixed or assumed is listed with its rows; (7) a row that cannot be used
stops the reading: nothing is dropped.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data.importing import delimited, excel
from data.importing.facts import Limits
from data.importing.observation_faults import Faults, alike_names
from data.importing.observation_headings import ObservationColumns, observation_columns, setting
from data.importing.quantities import (
    Angle,
    AngleForm,
    Length,
    angle_form,
    length_unit,
    read_angle,
    read_bearing,
    read_length,
)
from data.importing.source import Source
from data.importing.table import Sheet
from data.importing.text import decode, number, plain
from geo.errors import Problem
from geo.observation import Network, NetworkPoint, Observation, ObservationKind, PointState

__all__ = ["TEMPLATE", "ObservationSheet", "read_observations"]

TEMPLATE = """等级,图根,,,,,
角中误差,10,,,,,
距离中误差,5+5,,,,,
点号,X,Y,H,,,
A,1000.000,2000.000,,,,
B,1200.000,2000.000,,,,
测站,后视,目标,水平角,方位角,距离,备注
A,B,1,45-00-00,,147.02,X 为北 north，Y 为东 east；角自后视顺时针至目标 clockwise from backsight
1,A,2,117-27-24,,124.47,
2,1,3,113-00-18,,132.30,
3,2,4,110-58-42,,165.68,
4,3,A,95-30-12,,164.02,
A,4,1,103-02-48,,,
"""
"""A sheet to start from: a closed traverse at A, oriented on B; accuracies ″ and mm + ppm."""

_ASSUMED = {"angle": 6.0, "direction": 6.0, "azimuth": 10.0, "zenith": 10.0}
_ASSUMED_COMPASS_SEC = 1800.0
_ASSUMED_LENGTH = (5.0, 5.0)
_ASSUMED_TAPE = (50.0, 500.0)
_ASSUMED_RISE_MM = 5.0
_STATES: dict[str, PointState] = {
    "待定": "adjusted",
    "概略": "adjusted",
    "adjusted": "adjusted",
    "approximate": "adjusted",
    "约束": "constrained",
    "constrained": "constrained",
}
_KINDS_ZH = {
    "distance": "距离",
    "direction": "方向",
    "angle": "水平角",
    "azimuth": "方位角",
    "slope_distance": "斜距",
    "zenith": "天顶距",
    "height_difference": "高差",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationSheet:
    """A network with the traverse class its sheet names and what is to be said about the sheet."""

    network: Network
    class_name: str = ""
    problems: tuple[Problem, ...] = ()
    alike: Problem | None = None
    """Two names that differ only in case, blanks or signs: the first thing to look at when points hang loose."""


@dataclass(slots=True)
class _Reader:
    faults: Faults
    settings: dict[str, str] = field(default_factory=dict)
    points: dict[str, NetworkPoint] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    seen: list[Observation] = field(default_factory=list)
    compass: bool = False
    sets: dict[tuple[str, str, int], int] = field(default_factory=dict)
    station: str = ""
    back: str = ""
    run: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a block, by role."""

    number: int
    cells: Sequence[object]
    columns: ObservationColumns
    settings: dict[str, str]

    def raw(self, role: str) -> object:
        column = self.columns.place.get(role)
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def text(self, role: str) -> str:
        return plain(self.raw(role))

    def name(self, role: str) -> str:
        return " ".join(self.text(role).split())

    def form(self, role: str) -> AngleForm | None:
        return self.columns.angle_forms.get(role) or angle_form(self.settings.get("angle_unit", ""))

    def unit(self, role: str) -> str:
        return self.columns.length_units.get(role) or length_unit(self.settings.get("length_unit", ""))


def read_observations(content: bytes, name: str = "", limits: Limits | None = None) -> ObservationSheet:
    """Read an observation sheet.

    Raises
    ------
    FileError
        ``no_observation_columns``, ``damaged``, and what is wrong with a row: ``cell_unreadable``, ``cell_is_date``,
        ``back_sight_missing``, ``target_missing``, ``station_missing``, ``known_point_twice``, ``zenith_missing``.
    """
    reader = _Reader(Faults(name))
    found = False
    for sheet in _sheets(content, name, limits or Limits()):
        found = _read_sheet(reader, sheet) or found
    if not found or not reader.seen:
        raise reader.faults.no_columns()
    network = _network(reader)
    alike = alike_names(reader.rows)
    problems = (*reader.faults.listed(), *((alike,) if alike else ()))
    return ObservationSheet(
        network=network, class_name=reader.settings.get("class", ""), problems=problems, alike=alike
    )


def _sheets(content: bytes, name: str, limits: Limits) -> list[Sheet]:
    source = Source(name=name, data=content, limits=limits)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return excel.sheets(source)
    text, _, _ = decode(content)
    return [Sheet("", delimited.rows(text.lstrip("\ufeff")))]


def _read_sheet(reader: _Reader, sheet: Sheet) -> bool:
    columns: ObservationColumns | None = None
    found = False
    for index, cells in enumerate(sheet.rows, start=1):
        reader.faults.sheet, reader.faults.row = sheet.name, index
        heading = observation_columns(cells)
        stated = setting(cells)
        if heading is not None:
            columns, found, reader.run, reader.station = heading, True, reader.run + 1, ""
        elif stated is not None:
            reader.settings[stated[0]] = stated[1]
        elif columns is not None and any(plain(cell) for cell in cells):
            _read_row(reader, _Row(index, cells, columns, reader.settings))
    return found


def _read_row(reader: _Reader, row: _Row) -> None:
    if row.text("point") and any(row.text(role) for role in ("northing", "easting", "height")):
        _read_point(reader, row)
    elif "station" in row.columns.place:
        _read_sights(reader, row)


def _read_point(reader: _Reader, row: _Row) -> None:
    name = row.name("point")
    easting, northing, height = (_metres(reader, row, role) for role in ("easting", "northing", "height"))
    if (easting is None) != (northing is None):
        raise reader.faults.fault("point_half", point=name)
    state = _STATES.get(row.text("state").lower(), "fixed")
    point = NetworkPoint(
        id=name,
        easting_m=easting,
        northing_m=northing,
        height_m=height,
        plane=state if easting is not None else None,
        vertical=state if height is not None else None,
    )
    before = reader.points.get(name)
    if before is not None and before != point:
        raise reader.faults.fault("known_point_twice", point=name, first=reader.rows[name])
    reader.points[name] = point
    reader.rows.setdefault(name, row.number)


def _metres(reader: _Reader, row: _Row, role: str) -> float | None:
    length = _length(reader, row, role)
    return None if length is None else length.metres


def _length(reader: _Reader, row: _Row, role: str) -> Length | None:
    if not row.text(role):
        return None
    # Coordinates and heights are metres whatever the tape was marked in.
    taped = role in ("distance", "slope", "rise", "instrument_height", "target_height")
    length = read_length(row.raw(role), row.unit(role) if taped else "")
    if length is None:
        raise reader.faults.unreadable(row.raw(role), role)
    if taped:
        reader.faults.length(row.text(role), length)
    return length


def _angle(reader: _Reader, row: _Row, role: str) -> Angle | None:
    if not row.text(role):
        return None
    read = read_bearing if role == "azimuth" else read_angle
    angle = read(row.raw(role), row.form(role))
    if angle is None or abs(angle.degrees) > 400.0:
        raise reader.faults.unreadable(row.raw(role), role)
    reader.faults.angle(row.text(role), angle)
    return angle


def _read_sights(reader: _Reader, row: _Row) -> None:
    station, back, target = row.name("station"), row.name("back"), row.name("target")
    if station and station != reader.station:
        reader.run += 1
    elif not station and not back:
        back = reader.back
    reader.station = station or reader.station
    reader.back = back
    before = len(reader.seen)
    turns = [(_angle(reader, row, "angle"), 1.0), (_angle(reader, row, "right_angle"), -1.0)]
    for turn, sense in turns:
        if turn is not None:
            _need(reader, target=target, back=back, with_back=True)
            _add(reader, row, "angle", target, turn.degrees * sense % 360.0, back=back)
    circles: tuple[ObservationKind, ...] = ("direction", "azimuth")
    for kind in circles:
        reading = _angle(reader, row, kind)
        if reading is not None:
            sighted = target or back
            _need(reader, target=sighted, back=back, with_back=False)
            reader.compass |= kind == "azimuth" and not reading.to_seconds
            _add(reader, row, kind, sighted, reading.degrees % 360.0)
    _read_lengths(reader, row, target or back)
    if len(reader.seen) == before and not row.text("point") and (back and target):
        raise reader.faults.fault("row_without_value", station=reader.station, target=target)


def _need(reader: _Reader, *, target: str, back: str, with_back: bool) -> None:
    if not reader.station:
        raise reader.faults.fault("station_missing", target=target)
    if not target:
        raise reader.faults.fault("target_missing", station=reader.station)
    if with_back and not back:
        raise reader.faults.fault("back_sight_missing", station=reader.station, target=target)


def _read_lengths(reader: _Reader, row: _Row, target: str) -> None:
    distance, slope, rise = (_length(reader, row, role) for role in ("distance", "slope", "rise"))
    zenith = _angle(reader, row, "zenith")
    vertical = _angle(reader, row, "vertical")
    if vertical is not None and zenith is None:
        zenith = replace(vertical, degrees=90.0 - vertical.degrees)
    measured: tuple[tuple[ObservationKind, str, Length | None], ...] = (
        ("distance", "distance", distance),
        ("slope_distance", "slope", slope),
        ("height_difference", "rise", rise),
    )
    found: list[tuple[ObservationKind, float]] = []
    for kind, role, value in measured:
        if value is not None and value.metres <= 0 and kind != "height_difference":
            raise reader.faults.unreadable(row.raw(role), role)
        if value is not None:
            found.append((kind, value.metres))
    if zenith is not None:
        found.append(("zenith", zenith.degrees))
    for kind, metres in found:
        _need(reader, target=target, back="", with_back=False)
        _add(reader, row, kind, target, metres)


def _add(
    reader: _Reader, row: _Row, kind: ObservationKind, target: str, value: float, back: str = ""
) -> None:
    at = reader.station
    for name in (at, target, back):
        if name:
            reader.rows.setdefault(name, row.number)
    key = (at, row.text("set"), 0 if row.text("set") else reader.run)
    points = "-".join(name for name in (back, at, target) if name)
    reader.seen.append(
        Observation(
            kind=kind,
            at=at,
            to=target,
            back=back,
            value=value,
            sigma=_sigma(reader, row, kind, value),
            direction_set=reader.sets.setdefault(key, len(reader.sets)) if kind == "direction" else -1,
            instrument_height_m=_metres(reader, row, "instrument_height") or 0.0,
            target_height_m=_metres(reader, row, "target_height") or 0.0,
            label=f"{reader.faults.place()} {_KINDS_ZH[kind]} {kind.replace('_', ' ')} {points}",
        )
    )


def _sigma(reader: _Reader, row: _Row, kind: ObservationKind, value: float) -> float:
    """Return the standard error in degrees or metres: of the row, of the settings, or assumed and said so."""
    family = {"distance": "length", "slope_distance": "length", "height_difference": "rise"}.get(
        kind, "angle"
    )
    role = f"sigma_{family}"
    text = row.text(role) or _common_sigma(row, family)
    text = text or (kind == "azimuth" and row.settings.get("sigma_azimuth")) or row.settings.get(role) or ""
    if not text:
        return _assumed(reader, kind, value)
    parts = [number(part.strip().rstrip("\"″'′秒")) for part in text.replace("ppm", "").split("+")]
    if None in parts or not 1 <= len(parts) <= 2 or (parts[0] or 0.0) < 0 or not any(parts):
        raise reader.faults.unreadable(text, "sigma")
    constant, part = (parts[0] or 0.0), (parts[1] or 0.0) if len(parts) == 2 else 0.0
    if family == "angle":
        return constant / 3600.0
    in_metres = row.columns.length_units.get(role if row.text(role) else "sigma") == "m"
    return constant * (1.0 if in_metres else 0.001) + part * abs(value) * 1e-6


def _common_sigma(row: _Row, family: str) -> str:
    """Return this family's part of one common column: ``5`` for a row of one kind, ``10/5`` for angle and length."""
    text = row.text("sigma")
    parts = [part.strip() for part in text.replace(";", "/").replace("；", "/").split("/")]
    return parts[-1] if family != "angle" else parts[0]


def _assumed(reader: _Reader, kind: ObservationKind, value: float) -> float:
    compass = kind == "azimuth" and reader.compass
    if kind in _ASSUMED:
        seconds = _ASSUMED_COMPASS_SEC if compass else _ASSUMED[kind]
        reader.faults.assumed(kind, f"{seconds:g}″")
        return seconds / 3600.0
    if kind == "height_difference":
        reader.faults.assumed(kind, f"{_ASSUMED_RISE_MM:g} mm")
        return _ASSUMED_RISE_MM / 1000.0
    constant, part = _ASSUMED_TAPE if reader.compass else _ASSUMED_LENGTH
    reader.faults.assumed(kind, f"{constant:g} mm + {part:g} ppm")
    return constant / 1000.0 + part * abs(value) * 1e-6


def _network(reader: _Reader) -> Network:
    has_heights = any(point.vertical for point in reader.points.values()) or any(
        item.kind == "height_difference" for item in reader.seen
    )
    seen = reader.seen if has_heights else _levelled(reader)
    plane, vertical = _touched(seen)
    names = list(dict.fromkeys([*reader.points, *plane, *vertical]))
    points = []
    for name in names:
        point = reader.points.get(name, NetworkPoint(id=name))
        if name not in plane and name not in vertical:
            reader.faults.unused(name)
            continue
        points.append(
            replace(
                point,
                plane=(point.plane or "adjusted") if name in plane else None,
                vertical=(point.vertical or "adjusted") if name in vertical else None,
            )
        )
    return Network(points=tuple(points), observations=tuple(seen))


def _touched(seen: Sequence[Observation]) -> tuple[dict[str, None], dict[str, None]]:
    """Return the points whose plan position and whose heights the observations involve, in order."""
    plane: dict[str, None] = {}
    vertical: dict[str, None] = {}
    for item in seen:
        names = dict.fromkeys(name for name in (item.at, item.to, item.back) if name)
        if item.kind != "height_difference":
            plane.update(names)
        if item.kind in ("height_difference", "slope_distance", "zenith"):
            vertical.update(names)
    return plane, vertical


def _levelled(reader: _Reader) -> list[Observation]:
    """Reduce slope distances by their zenith angles: without a height there is nothing to carry heights to."""
    zeniths: dict[frozenset[str], list[Observation]] = defaultdict(list)
    for item in reader.seen:
        if item.kind == "zenith":
            zeniths[frozenset((item.at, item.to))].append(item)
    found = []
    for item in reader.seen:
        if item.kind == "slope_distance":
            both = zeniths.get(frozenset((item.at, item.to)))
            if not both:
                raise reader.faults.fault("zenith_missing", leg=item.label)
            found.append(_reduced(item, both[0]))
        elif item.kind != "zenith":
            found.append(item)
    return found


def _reduced(slope: Observation, zenith: Observation) -> Observation:
    angle = math.radians(zenith.value)
    sigma = math.hypot(
        slope.sigma * math.sin(angle), slope.value * math.cos(angle) * math.radians(zenith.sigma)
    )
    return replace(slope, kind="distance", value=slope.value * math.sin(angle), sigma=sigma)
