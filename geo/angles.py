"""Recognition of coordinates in degrees: order of the axes, way of writing, map shift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from geo.case import (
    AXIS_WORDS,
    LIMIT_KM,
    Case,
    asked,
    chinese_share,
    decided,
    kilometres,
    places,
    refused,
)
from geo.china import in_china
from geo.declared import Declared
from geo.errors import Problem
from geo.origin import find_shift
from geo.reading import Kind, Reading, geographic_reading, is_packed_dms
from geo.reasons import problem, reason
from geo.recognition import AxisOrder, Reason, Recognition

__all__ = ["recognise_degrees"]

_TABLES: Final = frozenset(
    {"csv", "tsv", "txt", "xls", "xlsx", "excel", "dat", "cass_dat", "land_txt", "table"}
)
_LON_FIRST_FORMATS: Final = frozenset({"geojson", "kml", "kmz", "gpkg", "geopackage", "shp", "shapefile"})
_STATED: Final[Mapping[AxisOrder, AxisOrder]] = {"north_east": "lat_lon", "east_north": "lon_lat"}
_PLACE_NEAR_KM: Final = 15.0
_PLACE_FAR_KM: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The order found, why, and how surely."""

    reading: Reading
    why: Reason
    confidence: float
    distance: float | None = None


def recognise_degrees(case: Case, kinds: Kind) -> Recognition:
    """Decide coordinates that all may be longitudes and latitudes.

    Parameters
    ----------
    case : Case
    kinds : Kind
        ``LON_LAT`` and ``LAT_LON`` as far as latitudes stay within 90°.
    """
    orders: tuple[tuple[Kind, AxisOrder], ...] = ((Kind.LON_LAT, "lon_lat"), (Kind.LAT_LON, "lat_lon"))
    readings = [_reading(case, order) for kind, order in orders if kind in kinds]
    found = _by_near(case, readings) if case.hints.near_lonlat is not None else _by_numbers(case, readings)
    return found if isinstance(found, Recognition) else _settle_angles(case, found)


def _reading(case: Case, order: AxisOrder) -> Reading:
    packed = case.hints.decimal_degrees is False
    declared = case.declared
    if declared.geographic and declared.definition is not None:
        return geographic_reading(
            order,
            name=declared.name or "",
            definition=declared.definition,
            epsg=declared.epsg,
            angle_unit="packed_dms" if packed else "degrees",
        )
    if declared.cgcs2000:
        return geographic_reading(
            order,
            name="China Geodetic Coordinate System 2000",
            definition="EPSG:4490",
            epsg=4490,
            angle_unit="packed_dms" if packed else "degrees",
        )
    return geographic_reading(order, angle_unit="packed_dms" if packed else "degrees")


def _by_near(case: Case, readings: list[Reading]) -> _Order | Recognition:
    """Choose the order under which the data lie near the township."""
    distances = [kilometres(case, reading) for reading in readings]
    near = [item for item in zip(distances, readings, strict=True) if item[0] <= LIMIT_KM]
    lon, lat = case.hints.near_lonlat or (0.0, 0.0)
    if not near:
        distance, reading = min(zip(distances, readings, strict=True), key=lambda item: item[0])
        fault = problem(
            "cannot_be_near",
            name=f"{reading.name} ({reading.axis_order})",
            distance_km=round(distance),
            limit_km=round(LIMIT_KM),
        )
        return refused((*case.declared.problems, fault))
    if len(near) == 2:
        return _undecided_order(case, readings)
    distance, reading = near[0]
    why = reason("axis_by_near", lon=f"{lon:g}", lat=f"{lat:g}", distance_km=round(distance))
    return _Order(reading=reading, why=why, confidence=0.99, distance=distance)


def _by_numbers(case: Case, readings: list[Reading]) -> _Order | Recognition:
    """Choose the order that lies in China, or the only legal one."""
    chinese = [reading for reading in readings if chinese_share(places(case, reading)) >= 0.5]
    if len(chinese) == 1:
        return _Order(reading=chinese[0], why=_range_reason(case), confidence=0.99)
    if len(readings) == 1:
        return _Order(reading=readings[0], why=reason("axis_only_legal"), confidence=0.95)
    return _undecided_order(case, readings)


def _range_reason(case: Case) -> Reason:
    low, high = case.coords.min(axis=0), case.coords.max(axis=0)
    return reason(
        "axis_by_range_degrees",
        first_low=f"{low[0]:.6g}",
        first_high=f"{high[0]:.6g}",
        second_low=f"{low[1]:.6g}",
        second_high=f"{high[1]:.6g}",
    )


def _undecided_order(case: Case, readings: list[Reading]) -> _Order | Recognition:
    """Choose by what the file says of itself, else ask."""
    by_order = {reading.axis_order: reading for reading in readings}
    stated = _STATED.get(case.hints.axis, case.hints.axis) if case.hints.axis else None
    if case.hints.axis_named and stated in by_order:
        return _Order(reading=by_order[stated], why=reason("axis_by_names"), confidence=0.9)
    if case.declared.geographic:
        name = case.declared.name
        return _Order(
            reading=by_order["lon_lat"], why=reason("axis_by_declaration", name=name), confidence=0.85
        )
    likeliest = sorted(readings, key=lambda reading: reading.axis_order != (stated or "lon_lat"))
    candidates = [
        _settle(case, _Order(reading=r, why=_range_reason(case), confidence=0.5)) for r in likeliest
    ]
    return asked((), (*case.declared.problems, problem("axis_unknown")), candidates, name=readings[0].name)


def _settle_angles(case: Case, order: _Order) -> Recognition:
    """Settle whether the degrees are decimal, then everything else."""
    hints = case.hints
    doubtful = (
        hints.decimal_degrees is None and hints.format.lower() in _TABLES and is_packed_dms(case.coords)
    )
    if not doubtful:
        return _settle(case, order)
    packed = replace(order, reading=replace(order.reading, angle_unit="packed_dms"))
    near_decimal, near_packed = kilometres(case, order.reading), kilometres(case, packed.reading)
    if near_decimal <= _PLACE_NEAR_KM and near_packed >= _PLACE_FAR_KM:
        return _settle(case, replace(order, distance=near_decimal))
    if near_packed <= _PLACE_NEAR_KM and near_decimal >= _PLACE_FAR_KM:
        return _settle(case, replace(packed, distance=near_packed))
    candidates = [_settle(case, order), _settle(case, packed)]
    return asked(
        (order.why, reason("maybe_packed_dms")),
        (*case.declared.problems, problem("angle_unknown")),
        candidates,
        name=order.reading.name,
    )


def _settle(case: Case, order: _Order) -> Recognition:
    """Settle datum and shift of a known order, and list the contradictions that stay."""
    lonlat = places(case, order.reading)
    if lonlat is None:
        return refused((*case.declared.problems, _no_reading(case)))
    chinese = bool(in_china(lonlat).any())
    if chinese and not case.declared.modern and case.declared.geographic:
        fault = problem("datum_untransformable", name=case.declared.name)
        return refused((*case.declared.problems, fault), name=case.declared.name or "")
    finding = find_shift(case.hints, _trusted(case.declared), chinese=chinese)
    why = [order.why, *_writing(order.reading), finding.why]
    return decided(
        case,
        order.reading,
        why,
        shift=finding.shift,
        confidence=min(order.confidence, finding.confidence),
        problems=(*_contradictions(case, order.reading.axis_order), *finding.problems),
        distance=order.distance,
        datum_assumed=not case.declared.geographic,
    )


def _trusted(declared: Declared) -> Declared:
    """Return the declaration as far as degrees can bear it: a plane system with degrees in it proves nothing."""
    return (
        declared if declared.geographic is not False else replace(declared, cgcs2000=False, definition=None)
    )


def _writing(reading: Reading) -> tuple[Reason, ...]:
    return (reason("packed_dms"),) if reading.angle_unit == "packed_dms" else ()


def _no_reading(case: Case) -> Problem:
    first, second = case.coords[0]
    return problem("no_reading", first=f"{first:g}", second=f"{second:g}")


def _contradictions(case: Case, order: AxisOrder) -> tuple[Problem, ...]:
    found = list(case.declared.problems)
    if case.declared.geographic is False:
        found.append(problem("declared_contradicts", name=case.declared.name))
    rule: AxisOrder | None = "lon_lat" if case.hints.format.lower() in _LON_FIRST_FORMATS else None
    stated = _STATED.get(case.hints.axis, case.hints.axis) if case.hints.axis else rule
    if stated is not None and stated != order:
        (stated_zh, stated_en), (axis_zh, axis_en) = AXIS_WORDS[stated], AXIS_WORDS[order]
        found.append(
            problem(
                "axis_contradicts",
                stated_zh=stated_zh,
                stated_en=stated_en,
                axis_zh=axis_zh,
                axis_en=axis_en,
            )
        )
    return tuple(found)
