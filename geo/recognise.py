"""Take coordinates for what they are: decided, or asked, or refused; never decided wrongly.

The order of evidence: what the numbers themselves prove, the declared reference system, the township's
place, the program the file came from. What none of them settles is asked, with the candidates. The rules are
in :mod:`geo.angles` (degrees), :mod:`geo.planes` (metres) and :mod:`geo.origin` (map shifts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geo import crs, shift
from geo.angles import recognise_degrees
from geo.case import AXIS_WORDS, Case, refused
from geo.china import in_china
from geo.declared import read_declared
from geo.declared_plane import has_plane_declaration, recognise_declared_plane
from geo.errors import CrsError, Problem
from geo.origin import app_in_properties, app_in_text, app_shift
from geo.planes import recognise_metres
from geo.reading import PROVEN, Kind, common_kinds, degree_kinds, in_order, lonlat_of, row_kinds
from geo.reasons import problem, reason
from geo.recognition import AngleUnit, AxisOrder, Hints, Reason, Recognition, Shift, Status
from geo.shift_comparison import compare_shift

__all__ = [
    "AngleUnit",
    "AxisOrder",
    "Hints",
    "Reason",
    "Recognition",
    "Shift",
    "Status",
    "answered",
    "app_in_properties",
    "app_in_text",
    "app_shift",
    "compare_shift",
    "lonlat",
    "own_plane",
    "place",
    "recognise",
]

_KIND_WORDS = {
    Kind.LON_LAT: ("经纬度", "longitude and latitude"),
    Kind.LAT_LON: ("经纬度", "longitude and latitude"),
    Kind.PREFIXED_EN: ("带带号的平面坐标", "plane coordinates with a zone number"),
    Kind.PREFIXED_NE: ("带带号的平面坐标", "plane coordinates with a zone number"),
    Kind.BARE_EN: ("不带带号的平面坐标", "plane coordinates without a zone number"),
    Kind.BARE_NE: ("不带带号的平面坐标", "plane coordinates without a zone number"),
    Kind.MERCATOR_EN: ("网络墨卡托坐标", "Web Mercator coordinates"),
    Kind.MERCATOR_NE: ("网络墨卡托坐标", "Web Mercator coordinates"),
    Kind.NOTHING: ("其他数值", "something else"),
}


def recognise(coords: npt.ArrayLike, hints: Hints | None = None) -> Recognition:
    """Decide what the coordinates of a file are, from the numbers and everything said about them.

    Parameters
    ----------
    coords : array (n, 2)
        As they stand in the file, columns in the file's order. Rows that are not finite are left out.
    hints : Hints, optional
        What the file, its maker and the user say.

    Returns
    -------
    Recognition
        ``status`` is ``"decided"``, ``"ask"`` or ``"refused"``; nothing is raised for bad coordinates.

    Examples
    --------
    >>> recognise([[2579602.040, 38378344.592], [2579571.739, 38378464.403]]).crs_name
    'CGCS2000 / 3-degree Gauss-Kruger zone 38'
    >>> recognise([[4184013.7, 524409.3]]).status
    'ask'
    >>> recognise([[4184013.7, 524409.3]], Hints(near_lonlat=(102.3, 37.8))).epsg
    4543
    """
    known = hints or Hints()
    array = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    usable = array[np.isfinite(array).all(axis=1)]
    try:
        declared = read_declared(known)
    except CrsError as error:
        fault = error.problem("请提供 CGCS2000 成果或控制点。", "Give CGCS2000 data or control points.")
        return refused([fault], name=str(error.facts.get("datum", "")))
    if not len(usable):
        return refused([problem("no_coordinates")])
    return _dispatch(Case(coords=usable, hints=known, declared=declared))


def _dispatch(case: Case) -> Recognition:
    kinds = row_kinds(case.coords)
    common = common_kinds(kinds)
    if has_plane_declaration(case):
        found = recognise_declared_plane(case)
        if found is not None:
            return found
        case = _overruled(case)
        if not common & PROVEN or not (case.declared.modern or degree_kinds(common)):
            return _contradicted(case)
    degrees = degree_kinds(common)
    if degrees:
        return recognise_degrees(case, degrees)
    if common:
        return recognise_metres(case, common)
    return _unreadable(case, kinds)


def _overruled(case: Case) -> Case:
    """Drop a declared plane to which the numbers cannot belong."""
    contradiction = problem("declared_contradicts", name=case.declared.name)
    declared = replace(
        case.declared,
        problems=(*case.declared.problems, contradiction),
        definition=None,
        geographic=None,
        cgcs2000=False,
    )
    return replace(case, declared=declared)


def _contradicted(case: Case) -> Recognition:
    """Ask when the declared plane is wrong and the numbers alone do not prove another system."""
    problems = case.declared.problems
    why = tuple(Reason(code=item.code, zh=item.what_zh, en=item.what_en) for item in problems)
    if case.hints.near_lonlat is not None:
        return refused(problems)
    return Recognition(status="ask", crs_name="", shift="unknown", why=why, problems=problems)


def _unreadable(case: Case, kinds: npt.NDArray[np.int64]) -> Recognition:
    """Refuse numbers that fit nothing, or different things; ask when a declaration could still help."""
    different = np.flatnonzero((kinds & kinds[0]) == 0)
    if len(different) and (kinds != 0).any():
        return refused([*case.declared.problems, _mixed(kinds, int(different[0]))])
    first, second = case.coords[0]
    fault = problem("no_reading", first=f"{first:g}", second=f"{second:g}")
    why = Reason(code=fault.code, zh=fault.what_zh, en=fault.what_en)
    problems = (*case.declared.problems, fault)
    if case.hints.near_lonlat is not None or case.declared.problems:
        return refused(problems)
    return Recognition(status="ask", crs_name="", shift="unknown", why=(why,), problems=problems)


def _mixed(kinds: npt.NDArray[np.int64], row: int) -> Problem:
    same = int(((kinds & kinds[0]) != 0).sum()) if kinds[0] else int((kinds == 0).sum())
    first_zh, first_en = _KIND_WORDS[_lowest(int(kinds[0]))]
    second_zh, second_en = _KIND_WORDS[_lowest(int(kinds[row]))]
    return problem(
        "mixed_systems",
        first_count=same,
        second_count=len(kinds) - same,
        first_zh=first_zh,
        first_en=first_en,
        second_zh=second_zh,
        second_en=second_en,
        row=row + 1,
    )


def _lowest(bits: int) -> Kind:
    return Kind(bits & -bits)


def lonlat(
    coords: npt.ArrayLike, recognition: Recognition, *, assume_shift: shift.ShiftName | None = None
) -> crs.Coordinates:
    """Return CGCS2000 / WGS 84 longitudes and latitudes of a file's coordinates, the map shift undone.

    Parameters
    ----------
    coords : array (n, 2)
        As they stand in the file.
    recognition : Recognition
        A decided one (or a candidate).
    assume_shift : str, optional
        Shift to undo while it is unknown, for showing data on the map; never for an area of record.

    Raises
    ------
    CrsError
        ``not_decided``; ``shift_unknown`` when the shift is unknown and none is assumed.
    """
    _require_decided(recognition)
    array = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    named = assume_shift if recognition.shift == "unknown" else recognition.shift
    if named is None:
        raise CrsError(
            "shift_unknown",
            zh="不知道坐标有没有手机地图偏移（100-700 m）：请先说明来源。",
            en="It is not known whether a phone map shifted the coordinates (by 100 to 700 m): say where they "
            "come from first.",
        )
    raw = lonlat_of(array, recognition)
    return raw if named == "none" else shift.unshifted(raw, named)


def _require_decided(recognition: Recognition) -> None:
    if recognition.status == "decided" and recognition.definition is not None:
        return
    said = recognition.problems[0] if recognition.problems else None
    raise CrsError(
        "not_decided",
        zh="坐标系尚未确定：{why_zh}。请先确认坐标系。",
        en="The reference system is not settled: {why_en}. Settle it first.",
        why_zh=said.what_zh if said else "",
        why_en=said.what_en if said else "",
    )


def place(
    coords: npt.ArrayLike,
    recognition: Recognition,
    zone: crs.Plane,
    *,
    assume_shift: shift.ShiftName | None = None,
) -> crs.Coordinates:
    """Convert a file's coordinates to the working plane, rounded to 1 mm.

    Parameters
    ----------
    coords : array (n, 2)
        As they stand in the file.
    recognition : Recognition
        A decided one (or a candidate).
    zone : Zone or Frame
        The township's working zone, or the frame of a foreign file (see :func:`own_plane`).
    assume_shift : str, optional
        As in :func:`lonlat`.

    Returns
    -------
    array (n, 2)
        ``[easting_m, northing_m]``.

    Raises
    ------
    CrsError
        ``not_decided``, ``shift_unknown``; as :func:`geo.crs.transform`.

    Examples
    --------
    >>> found = recognise([[4184013.6824, 34524409.3230]])
    >>> place([[4184013.6824, 34524409.3230]], found, crs.working_zone(102.3)).tolist()
    [[524409.323, 4184013.682]]
    """
    _require_decided(recognition)
    array = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    if recognition.shift != "none":
        return crs.round_mm(crs.to_working(lonlat(array, recognition, assume_shift=assume_shift), zone))
    return crs.round_mm(crs.transform(in_order(array, recognition), recognition.definition or "", zone))


def own_plane(
    coords: npt.ArrayLike, recognition: Recognition, *, assume_shift: shift.ShiftName | None = None
) -> crs.Plane:
    """Return the plane in which a file is measured for itself, without a township.

    A zone of CGCS2000 is its own plane (without the zone number); longitudes and latitudes in China take
    their 3° zone; everything else is measured in its own plane on its own ellipsoid, or in a Transverse
    Mercator plane through its middle when it has none in metres.

    Raises
    ------
    CrsError
        ``not_decided``; ``shift_unknown``.
    """
    _require_decided(recognition)
    if recognition.zone is not None:
        return recognition.zone.working
    definition = recognition.definition or ""
    array = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    places = lonlat(array[:1000], recognition, assume_shift=assume_shift)
    if (recognition.geographic or crs.is_mercator(definition)) and in_china(places).any():
        return crs.working_zone(float(np.clip(np.median(places[:, 0]), 73.5, 136.4)))
    try:
        return crs.frame_of(definition)
    except CrsError as error:
        if error.code != "not_a_plane":
            raise
    return crs.frame_around(_middle_deg(places[:, 0]), definition)


def _middle_deg(lon_deg: npt.NDArray[np.float64]) -> float:
    """Return the middle longitude, also across the 180° meridian."""
    if lon_deg.max() - lon_deg.min() > 180.0:
        return float(np.median(lon_deg % 360.0))
    return float(np.median(lon_deg))


def answered(
    recognition: Recognition,
    *,
    candidate: int | None = None,
    zone: crs.Zone | None = None,
    shift: Shift | None = None,
) -> Recognition:
    """Return the recognition after the user's answer to what was asked, or his overruling.

    Parameters
    ----------
    recognition : Recognition
        Decided or asked.
    candidate : int, optional
        Index of the candidate he chose.
    zone : Zone, optional
        Zone he named, for plane coordinates of CGCS2000.
    shift : str, optional
        Shift he stated.

    Raises
    ------
    CrsError
        ``no_such_candidate``; ``not_decided`` when the answer does not settle it.
    """
    chosen = recognition if candidate is None else _candidate_at(recognition, candidate)
    if zone is not None:
        chosen = replace(
            chosen,
            status="decided",
            zone=zone,
            epsg=zone.epsg,
            definition=zone.definition,
            crs_name=zone.name,
        )
    _require_decided(chosen)
    problems = chosen.problems
    if shift is not None:
        problems = tuple(item for item in problems if item.code not in ("shift_unknown", "shift_contradicts"))
    axis_zh, axis_en = AXIS_WORDS[chosen.axis_order or "east_north"]
    why = reason("answered", system=chosen.crs_name, axis_zh=axis_zh, axis_en=axis_en)
    settled = () if candidate is None and zone is None else (why,)
    stated: Sequence[Reason] = (reason("shift_by_user", shift=shift),) if shift is not None else ()
    return replace(
        chosen,
        shift=shift or chosen.shift,
        confidence=0.98,
        why=(*chosen.why, *settled, *stated),
        candidates=(),
        problems=problems,
    )


def _candidate_at(recognition: Recognition, index: int) -> Recognition:
    if not 0 <= index < len(recognition.candidates):
        raise CrsError(
            "no_such_candidate",
            zh="没有第 {number} 种读法：共有 {count} 种。",
            en="There is no reading number {number}: there are {count}.",
            number=index + 1,
            count=len(recognition.candidates),
        )
    return recognition.candidates[index]
