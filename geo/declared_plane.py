"""Recognition of coordinates in a declared plane that is no zone of CGCS2000: UTM, Web Mercator, foreign."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from geo import crs
from geo.case import (
    LIMIT_KM,
    PLANE_ORDERS,
    Case,
    axis_problem,
    chinese_share,
    decided,
    kilometres,
    near_reason,
    places,
    refused,
    too_far,
)
from geo.china import in_china
from geo.datum import flat_crs, natural_meridian_deg
from geo.origin import app_shift, find_shift
from geo.reading import Reading
from geo.reasons import problem, reason
from geo.recognition import AxisOrder, Recognition

__all__ = ["has_plane_declaration", "recognise_declared_plane"]

_AREA_MARGIN_DEG: Final = 3.0
_MERIDIAN_REACH_DEG: Final = 8.0


def has_plane_declaration(case: Case) -> bool:
    """Tell whether the file declares a plane other than a zone of CGCS2000 (UTM, Web Mercator, foreign)."""
    declared = case.declared
    return declared.definition is not None and declared.zone is None and declared.geographic is False


def recognise_declared_plane(case: Case) -> Recognition | None:
    """Decide by the declared plane, or return None when the numbers cannot belong to it."""
    readings = [reading for order in PLANE_ORDERS if _fits(case, reading := _declared_reading(case, order))]
    if not readings:
        return None
    reading = _likelier(case, readings)
    distance = kilometres(case, reading) if case.hints.near_lonlat is not None else None
    if distance is not None and distance > LIMIT_KM:
        return refused((*case.declared.problems, too_far(reading.name, distance)), name=reading.name)
    return _settle_declared(case, reading, distance)


def _declared_reading(case: Case, order: AxisOrder) -> Reading:
    declared = case.declared
    return Reading(
        name=declared.name or "",
        definition=declared.definition or "",
        epsg=declared.epsg,
        axis_order=order,
    )


def _likelier(case: Case, readings: list[Reading]) -> Reading:
    """Return the order that lies nearer the township, else the one in China, else the one named or usual."""
    if len(readings) == 1:
        return readings[0]
    if case.hints.near_lonlat is not None:
        return min(readings, key=lambda reading: kilometres(case, reading))
    chinese = [reading for reading in readings if chinese_share(places(case, reading)) >= 0.5]
    if len(chinese) == 1:
        return chinese[0]
    north_first = case.hints.axis_named and case.hints.axis == "north_east"
    return readings[1 if north_first else 0]


def _fits(case: Case, reading: Reading) -> bool:
    """Tell whether the data lie where the declared system is meant to be used."""
    lonlat = places(case, reading)
    if lonlat is None:
        return False
    if np.abs(case.coords).max() < 360.0:
        return False
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    meridian_deg = natural_meridian_deg(reading.definition)
    if meridian_deg is not None:
        return bool((np.abs((lon - meridian_deg + 180.0) % 360.0 - 180.0) <= _MERIDIAN_REACH_DEG).all())
    area = flat_crs(crs.read_crs(reading.definition)).area_of_use
    if area is None:
        return True
    width_deg = (area.east - area.west) % 360.0 or 360.0
    fits = (lon - area.west + _AREA_MARGIN_DEG) % 360.0 <= width_deg + 2.0 * _AREA_MARGIN_DEG
    fits &= (lat >= area.south - _AREA_MARGIN_DEG) & (lat <= area.north + _AREA_MARGIN_DEG)
    return bool(fits.all())


def _settle_declared(case: Case, reading: Reading, distance: float | None) -> Recognition:
    lonlat = places(case, reading)
    chinese = lonlat is not None and bool(in_china(lonlat).any())
    placed_in_china = chinese and case.hints.near_lonlat is not None
    if placed_in_china and not case.declared.modern:
        fault = problem("datum_untransformable", name=reading.name)
        return refused((*case.declared.problems, fault), name=reading.name)
    why = [reason("declared", name=reading.name)]
    problems = [*case.declared.problems, *axis_problem(case, reading.axis_order)]
    if crs.is_mercator(reading.definition):
        if chinese and app_shift(case.hints.app) == "bd09":
            return refused((*case.declared.problems, problem("baidu_mercator")), name=reading.name)
        finding = find_shift(case.hints, case.declared, chinese=chinese)
    else:
        surveyed = replace(case.declared, cgcs2000=True)
        finding = find_shift(case.hints, surveyed, chinese=chinese)
    return decided(
        case,
        reading,
        [*why, *near_reason(distance), finding.why],
        shift=finding.shift,
        confidence=min(0.96, finding.confidence),
        problems=[*problems, *finding.problems],
        distance=distance,
    )
