"""Recognition of coordinates in metres: order of the axes, zone and its number, Web Mercator.

Plane coordinates that declare nothing are taken for Gauss-Krüger on CGCS2000, as township data are; UTM and
local systems must be declared, for their numbers look the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from geo import crs
from geo.case import (
    AXIS_WORDS,
    LIMIT_KM,
    Case,
    asked,
    axis_problem,
    chinese_share,
    decided,
    kilometres,
    near_reason,
    places,
    refused,
    too_far,
)
from geo.errors import Problem
from geo.origin import app_shift, find_shift
from geo.reading import Kind, Reading, east_first, mercator_reading, zone_numbers, zone_reading
from geo.reasons import problem, reason
from geo.recognition import Reason, Recognition

__all__ = ["recognise_metres"]

_ZONE_LIMIT_KM: Final = 100.0
_USUAL_REACH_DEG: Final = {3: 2.1, 6: 3.6}
_PREFIXED: Final = Kind.PREFIXED_EN | Kind.PREFIXED_NE
_BARE: Final = Kind.BARE_EN | Kind.BARE_NE
_MERCATOR: Final = Kind.MERCATOR_EN | Kind.MERCATOR_NE
_NORTH_FIRST: Final = Kind.PREFIXED_NE | Kind.BARE_NE | Kind.MERCATOR_NE


def recognise_metres(case: Case, kinds: Kind) -> Recognition:
    """Decide coordinates that all may be eastings and northings of a zone, or Web Mercator."""
    north_first = bool(kinds & _NORTH_FIRST)
    if kinds & _PREFIXED:
        eastings = east_first(case.coords, "north_east" if north_first else "east_north")[:, 0]
        numbers = zone_numbers(eastings)
        if len(numbers) > 1:
            return refused([problem("mixed_zones", numbers=", ".join(map(str, numbers)))])
        reading = zone_reading(crs.prefixed_zone(numbers[0]), north_first=north_first)
        rival = mercator_reading(north_first=north_first) if kinds & _MERCATOR else None
        return _with_prefix(case, reading, rival)
    if kinds & _BARE:
        return _without_prefix(case, north_first)
    return _as_mercator(case, mercator_reading(north_first=north_first))


def _with_prefix(case: Case, reading: Reading, rival: Reading | None) -> Recognition:
    """Decide eastings that begin with a zone number; 6° zones 13 to 15 may be Web Mercator instead."""
    doubts = _prefix_problems(case, reading)
    conflict = any(doubt.code == "prefix_contradicts" for doubt in doubts)
    possible = [reading] if rival is None or _says_zone(case) else [reading, rival]
    if case.hints.near_lonlat is not None:
        distances = {option.name: kilometres(case, option) for option in possible}
        possible = [option for option in possible if distances[option.name] <= LIMIT_KM]
        if not possible:
            nearest = min(distances, key=lambda name: distances[name])
            return _cannot_be_near(case, nearest, distances[nearest], doubts)
    else:
        inside = [option for option in possible if chinese_share(places(case, option)) >= 0.5]
        if not inside or conflict:
            fault = () if inside else (problem("outside_china", name=reading.name),)
            return _ask_between(case, inside or [reading], (*doubts, *fault))
        possible = inside if _says_zone(case) else possible
    if len(possible) == 1 and possible[0] is reading:
        return _settle_zone(case, reading, _prefix_reason(reading), doubts, 0.97)
    if len(possible) == 1:
        return _settle_mercator(case, possible[0])
    return _ask_between(case, possible, doubts)


def _says_zone(case: Case) -> bool:
    """Tell whether the file itself speaks of zones or of survey data, so that Web Mercator is out."""
    declared = case.declared
    return declared.zone is not None or declared.cgcs2000 or case.hints.format.lower() in _SURVEY_FORMATS


_SURVEY_FORMATS: Final = frozenset({"land_txt", "landtxt", "cass_dat", "dat", "dxf", "dwg"})


def _prefix_problems(case: Case, reading: Reading) -> tuple[Problem, ...]:
    found = [*case.declared.problems, *axis_problem(case, reading.axis_order)]
    declared, zone = case.declared.zone, reading.zone
    if case.declared.geographic:
        found.append(problem("declared_contradicts", name=case.declared.name))
    if declared is None or zone is None:
        return tuple(found)
    if declared.central_meridian_deg != zone.central_meridian_deg:
        found.append(
            problem(
                "prefix_contradicts",
                declared_deg=f"{declared.central_meridian_deg:g}",
                number=zone.number,
                prefix_deg=f"{zone.central_meridian_deg:g}",
            )
        )
    elif case.declared.definition is not None and not declared.prefixed:
        found.append(problem("prefix_unexpected", name=case.declared.name))
    return tuple(found)


def _prefix_reason(reading: Reading) -> list[Reason]:
    zone = reading.zone
    if zone is None:
        return []
    meridian = f"{zone.central_meridian_deg:g}"
    return [reason("zone_by_prefix", number=zone.number, width_deg=zone.width_deg, meridian_deg=meridian)]


def _without_prefix(case: Case, north_first: bool) -> Recognition:
    """Decide eastings without a zone number: by the declared zone, else by the township's place."""
    declared = case.declared.zone
    if case.declared.geographic:
        case = _contradicted(case)
    if declared is not None:
        return _declared_bare(case, zone_reading(declared.working, north_first=north_first))
    readings = [
        zone_reading(zone, north_first=north_first) for zone in crs.all_zones() if zone.width_deg == 3
    ]
    if case.hints.near_lonlat is not None and not case.declared.local:
        return _bare_by_near(case, readings)
    inside = [reading for reading in readings if chinese_share(places(case, reading)) >= 0.5]
    return _ask_zone(case, inside)


def _contradicted(case: Case) -> Case:
    fault = problem("declared_contradicts", name=case.declared.name)
    return replace(case, declared=replace(case.declared, problems=(*case.declared.problems, fault)))


def _declared_bare(case: Case, reading: Reading) -> Recognition:
    doubts = [*case.declared.problems, *axis_problem(case, reading.axis_order)]
    declared = case.declared.zone
    if declared is not None and declared.prefixed:
        doubts.append(problem("prefix_missing", name=declared.name))
    if case.hints.near_lonlat is None:
        if chinese_share(places(case, reading)) < 0.5:
            return _ask_between(case, [reading], (*doubts, problem("outside_china", name=reading.name)))
        return _settle_zone(case, reading, [_bare_reason(reading)], doubts, 0.94)
    distance = kilometres(case, reading)
    rivals = _near_zones(case, reading.axis_order == "north_east") if distance > _ZONE_LIMIT_KM else []
    if rivals:
        fault = problem("declared_far", name=reading.name, distance_km=round(distance))
        return _ask_between(case, [*rivals, reading], (*doubts, fault))
    if distance > LIMIT_KM:
        return _cannot_be_near(case, reading.name, distance, doubts)
    return _settle_zone(case, reading, [_bare_reason(reading)], doubts, 0.96)


def _near_zones(case: Case, north_first: bool) -> list[Reading]:
    zones = (zone for zone in crs.all_zones() if zone.width_deg == 3)
    readings = (zone_reading(zone, north_first=north_first) for zone in zones)
    return [reading for reading in readings if kilometres(case, reading) <= _ZONE_LIMIT_KM]


def _bare_by_near(case: Case, readings: list[Reading]) -> Recognition:
    distances = [kilometres(case, reading) for reading in readings]
    order = np.argsort(distances)
    nearest = readings[int(order[0])]
    doubts = [*case.declared.problems, *axis_problem(case, nearest.axis_order)]
    if distances[int(order[0])] > _ZONE_LIMIT_KM:
        return _cannot_be_near(case, nearest.name, distances[int(order[0])], doubts)
    within = [readings[int(row)] for row in order if distances[int(row)] <= _ZONE_LIMIT_KM]
    if len(within) > 1:
        return _ask_between(case, within, doubts)
    nearest = _by_width(case, nearest)
    lon, _ = case.hints.near_lonlat or (0.0, 0.0)
    zone = nearest.zone
    why = reason(
        "zone_by_near",
        lon=f"{lon:g}",
        meridian_deg=f"{zone.central_meridian_deg:g}" if zone is not None else "",
        distance_km=round(distances[int(order[0])]),
    )
    return _settle_zone(case, nearest, [why], doubts, 0.92)


def _by_width(case: Case, reading: Reading) -> Reading:
    """Name the 6° zone of the same meridian when the data lie beyond a 3° zone: the coordinates are the same."""
    lonlat, zone = places(case, reading), reading.zone
    if lonlat is None or zone is None or zone.number % 2 == 0:
        return reading
    if np.abs(lonlat[:, 0] - zone.central_meridian_deg).max() <= _USUAL_REACH_DEG[3]:
        return reading
    six = crs.Zone(width_deg=6, number=(zone.number + 1) // 2)
    return zone_reading(six, north_first=reading.axis_order == "north_east")


def _bare_reason(reading: Reading) -> Reason:
    zone = reading.zone
    meridian = f"{zone.central_meridian_deg:g}" if zone is not None else ""
    return reason("zone_by_declaration", name=reading.name, meridian_deg=meridian)


def _settle_zone(
    case: Case, reading: Reading, why: list[Reason], doubts: Sequence[Problem], confidence: float
) -> Recognition:
    """Settle datum and shift of a known zone."""
    declared = case.declared
    distance = kilometres(case, reading) if case.hints.near_lonlat is not None else None
    datum = reason("datum_declared") if declared.cgcs2000 else reason("datum_assumed")
    finding = find_shift(case.hints, replace(declared, cgcs2000=True, name=reading.name), chinese=True)
    shift_why = reason("no_shift_plane") if finding.why.code == "no_shift_declared" else finding.why
    axis_zh, axis_en = AXIS_WORDS[reading.axis_order]
    size = reason("axis_by_size", axis_zh=axis_zh, axis_en=axis_en)
    return decided(
        case,
        reading,
        [*why, size, datum, *near_reason(distance), shift_why],
        shift=finding.shift,
        confidence=min(confidence if declared.cgcs2000 else 0.9, finding.confidence),
        problems=[*doubts, *_reach_problem(case, reading), *finding.problems],
        distance=distance,
        datum_assumed=not declared.cgcs2000,
    )


def _reach_problem(case: Case, reading: Reading) -> tuple[Problem, ...]:
    lonlat, zone = places(case, reading), reading.zone
    if lonlat is None or zone is None:
        return ()
    offset_deg = float(np.abs(lonlat[:, 0] - zone.central_meridian_deg).max())
    # Without a zone number the 3° zone stands also for the 6° zone of the same meridian.
    wide = zone.width_deg == 6 or (not zone.prefixed and zone.number % 2 == 1)
    width_deg = 6 if wide else 3
    if offset_deg <= _USUAL_REACH_DEG[width_deg]:
        return ()
    return (problem("far_from_meridian", offset_deg=round(offset_deg, 1), width_deg=width_deg),)


def _as_mercator(case: Case, reading: Reading) -> Recognition:
    if case.hints.near_lonlat is not None:
        distance = kilometres(case, reading)
        if distance > LIMIT_KM:
            return _cannot_be_near(case, reading.name, distance, case.declared.problems)
    elif chinese_share(places(case, reading)) < 0.5:
        return _ask_between(case, [reading], (problem("outside_china", name=reading.name),))
    return _settle_mercator(case, reading)


def _settle_mercator(case: Case, reading: Reading) -> Recognition:
    if app_shift(case.hints.app) == "bd09":
        return refused((*case.declared.problems, problem("baidu_mercator")), name=reading.name)
    doubts = [*case.declared.problems, *axis_problem(case, reading.axis_order)]
    stated = case.declared.name or (case.declared.zone.name if case.declared.zone is not None else None)
    if stated is not None:
        doubts.append(problem("declared_contradicts", name=stated))
    distance = kilometres(case, reading) if case.hints.near_lonlat is not None else None
    undeclared = replace(case.declared, cgcs2000=False, definition=None)
    finding = find_shift(case.hints, undeclared, chinese=True)
    return decided(
        case,
        reading,
        [reason("mercator"), *near_reason(distance), finding.why],
        shift=finding.shift,
        confidence=min(0.85, finding.confidence),
        problems=[*doubts, *finding.problems],
        distance=distance,
        datum_assumed=True,
    )


# Questions and refusals ----------------------------------------------------------------------------------


def _ask_between(case: Case, readings: Sequence[Reading], doubts: Sequence[Problem]) -> Recognition:
    candidates = [_candidate(case, reading) for reading in readings]
    question = problem(
        "several_readings", count=len(readings), names="; ".join(reading.name for reading in readings)
    )
    asks = [*doubts, question] if len(readings) > 1 else list(doubts)
    return asked((), asks, candidates, name=readings[0].name if len(readings) == 1 else "")


def _ask_zone(case: Case, readings: Sequence[Reading]) -> Recognition:
    candidates = [_candidate(case, reading) for reading in readings]
    doubts = [*case.declared.problems, problem("zone_unknown")]
    name = "CGCS2000 / 3-degree Gauss-Kruger (zone unknown)"
    return asked([reason("zone_unknown")], doubts, candidates, name=name, shift="none")


def _candidate(case: Case, reading: Reading) -> Recognition:
    if reading.zone is None:
        return _settle_mercator(case, reading)
    why = _prefix_reason(reading) if reading.zone.prefixed else [_chosen_reason(reading)]
    return _settle_zone(case, reading, why, (), 0.5)


def _chosen_reason(reading: Reading) -> Reason:
    axis_zh, axis_en = AXIS_WORDS[reading.axis_order]
    return reason("answered", system=reading.name, axis_zh=axis_zh, axis_en=axis_en)


def _cannot_be_near(case: Case, name: str, distance: float, doubts: Sequence[Problem]) -> Recognition:
    fault = too_far(name, distance)
    known = [doubt for doubt in doubts if doubt not in case.declared.problems]
    return refused((*case.declared.problems, *known, fault), name=name)
