"""One case of recognition: the numbers, what is declared, and the pieces both kinds of numbers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geo import crs
from geo.china import distance_km, in_china
from geo.declared import Declared
from geo.errors import CrsError, Problem
from geo.reading import Reading, lonlat_of
from geo.reasons import problem, reason
from geo.recognition import AxisOrder, Hints, Reason, Recognition, Shift

__all__ = [
    "AXIS_WORDS",
    "FAR_KM",
    "LIMIT_KM",
    "PLANE_ORDERS",
    "Case",
    "asked",
    "axis_problem",
    "chinese_share",
    "decided",
    "far_problem",
    "kilometres",
    "near_reason",
    "places",
    "refused",
    "too_far",
]

FAR_KM: Final = 50.0
"""Beyond this distance from the township data are flagged."""

LIMIT_KM: Final = 200.0
"""Beyond this distance from the township data are refused."""

PLANE_ORDERS: Final[tuple[AxisOrder, AxisOrder]] = ("east_north", "north_east")

_SAMPLE_ROWS: Final = 400

AXIS_WORDS: Final[dict[AxisOrder, tuple[str, str]]] = {
    "east_north": ("东坐标在前", "east first"),
    "north_east": ("北坐标在前", "north first"),
    "lon_lat": ("经度在前", "longitude first"),
    "lat_lon": ("纬度在前", "latitude first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The usable coordinates of a file as they stand, its hints and its declaration."""

    coords: crs.Coordinates
    hints: Hints
    declared: Declared

    @property
    def sample(self) -> crs.Coordinates:
        """Return at most a few hundred rows, the extreme ones among them."""
        if len(self.coords) <= _SAMPLE_ROWS:
            return self.coords
        rows = np.linspace(0, len(self.coords) - 1, _SAMPLE_ROWS).astype(np.int64)
        extremes = np.concatenate((self.coords.argmin(axis=0), self.coords.argmax(axis=0)))
        chosen: crs.Coordinates = self.coords[np.unique(np.concatenate((rows, extremes)))]
        return chosen


def places(case: Case, reading: Reading) -> crs.Coordinates | None:
    """Return the longitudes and latitudes the sample means when read so, or None when it cannot be."""
    try:
        return lonlat_of(case.sample, reading)
    except CrsError:
        return None


def chinese_share(lonlat: crs.Coordinates | None) -> float:
    """Return the share of places that may lie in China."""
    return 0.0 if lonlat is None or not len(lonlat) else float(in_china(lonlat).mean())


def kilometres(case: Case, reading: Reading) -> float:
    """Return the distance from the township when read so; infinite when it cannot be read so."""
    lonlat = places(case, reading)
    near = case.hints.near_lonlat
    return np.inf if lonlat is None or near is None else distance_km(lonlat, near)


def far_problem(distance: float | None) -> tuple[Problem, ...]:
    """Return the flag for data far outside the township."""
    if distance is None or distance <= FAR_KM:
        return ()
    return (problem("far_from_place", distance_km=round(distance), limit_km=round(FAR_KM)),)


def decided(
    case: Case,
    reading: Reading,
    why: Sequence[Reason],
    *,
    shift: Shift,
    confidence: float,
    problems: Sequence[Problem] = (),
    distance: float | None = None,
    datum_assumed: bool = False,
) -> Recognition:
    """Return the decision for a reading, summed up in its first reason."""
    axis_zh, axis_en = AXIS_WORDS[reading.axis_order]
    shifted = {"gcj02": " (GCJ-02)", "bd09": " (BD-09)"}.get(shift, "")
    written = " (DDD.MMSS)" if reading.angle_unit == "packed_dms" else ""
    system = f"{reading.name}{written}{shifted}"
    count = len(case.coords)
    word = "point" if count == 1 else "points"
    summary = reason("summary", points=count, word=word, system=system, axis_zh=axis_zh, axis_en=axis_en)
    return Recognition(
        status="decided",
        crs_name=system,
        epsg=reading.epsg,
        definition=reading.definition,
        zone=reading.zone,
        axis_order=reading.axis_order,
        shift=shift,
        confidence=confidence,
        why=(summary, *why),
        problems=(*problems, *far_problem(distance)),
        angle_unit=reading.angle_unit,
        distance_km=distance,
        datum_assumed=datum_assumed,
    )


def asked(
    why: Sequence[Reason],
    problems: Sequence[Problem],
    candidates: Sequence[Recognition],
    *,
    name: str = "",
    shift: Shift = "unknown",
) -> Recognition:
    """Return the question: what the candidates agree on stays, the rest is left open."""
    orders = {candidate.axis_order for candidate in candidates}
    shifts = {candidate.shift for candidate in candidates}
    return Recognition(
        status="ask",
        crs_name=name,
        axis_order=orders.pop() if len(orders) == 1 else None,
        shift=shifts.pop() if len(shifts) == 1 else shift,
        confidence=round(1.0 / (len(candidates) + 1), 3),
        why=(*why, *_said(problems)),
        problems=tuple(problems),
        candidates=tuple(candidates),
    )


def refused(problems: Sequence[Problem], *, why: Sequence[Reason] = (), name: str = "") -> Recognition:
    """Return the refusal; each problem is also its reason."""
    return Recognition(
        status="refused",
        crs_name=name,
        confidence=0.0,
        why=(*why, *_said(problems)),
        problems=tuple(problems),
    )


def _said(problems: Sequence[Problem]) -> tuple[Reason, ...]:
    return tuple(Reason(code=item.code, zh=item.what_zh, en=item.what_en) for item in problems)


def near_reason(distance: float | None) -> tuple[Reason, ...]:
    """Return the reason that states the distance from the township, when it is known."""
    return () if distance is None else (reason("near", distance_km=round(distance)),)


def too_far(name: str, distance: float) -> Problem:
    """Return the reason of refusal for data that cannot lie near the township."""
    shown = "?" if not np.isfinite(distance) else round(distance)
    return problem("cannot_be_near", name=name, distance_km=shown, limit_km=round(LIMIT_KM))


def axis_problem(case: Case, order: AxisOrder) -> tuple[Problem, ...]:
    """Return the contradiction between the stated order of plane axes and the one found."""
    stated = case.hints.axis
    if stated not in PLANE_ORDERS or stated == order:
        return ()
    (stated_zh, stated_en), (axis_zh, axis_en) = AXIS_WORDS[stated], AXIS_WORDS[order]
    facts = {"stated_zh": stated_zh, "stated_en": stated_en, "axis_zh": axis_zh, "axis_en": axis_en}
    return (problem("axis_contradicts", **facts),)
