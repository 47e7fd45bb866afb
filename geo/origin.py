"""The program or site a file came from, and what that says about a map shift."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from geo.declared import Declared
from geo.errors import Problem
from geo.reasons import problem, reason
from geo.recognition import Hints, Reason, Shift

__all__ = ["RECEIVER_FORMATS", "ShiftFinding", "app_in_properties", "app_in_text", "app_shift", "find_shift"]

RECEIVER_FORMATS: Final = frozenset({"gpx", "tcx", "fit", "nmea", "osm", "osm_pbf", "pbf"})
"""Formats that are WGS 84 by standard and written by receivers, or by OpenStreetMap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftFinding:
    """The shift of longitudes and latitudes, why, how surely, and the doubts that stay."""

    shift: Shift
    why: Reason
    confidence: float
    problems: tuple[Problem, ...] = ()


_APPS: Final[tuple[tuple[str, str, Shift], ...]] = (
    ("Baidu", r"baidu|百度|(?<![a-z])bmap(?![a-z])|bd[-_ ]?0?9(?!\d)", "bd09"),
    ("DataV", r"datav|geo\.datav|aliyun|阿里云", "gcj02"),
    ("Amap", r"(?<![a-z])amap(?![a-z])|高德|autonavi|gaode|frykit", "gcj02"),
    ("Tencent", r"tencent|腾讯|(?<![a-z])qq[ _-]?map|(?<![a-z])soso(?![a-z])", "gcj02"),
    ("Ovital", r"ovital|奥维|(?<![a-z])omap(?![a-z])|ovobj", "gcj02"),
    ("GCJ-02", r"gcj[-_ ]?0?2|火星坐标", "gcj02"),
    ("Tianditu", r"tianditu|天地图|map\s?world", "none"),
    ("OpenStreetMap", r"openstreetmap|overpass|(?<![a-z])josm(?![a-z])|osmium", "none"),
    (
        "Chinese sports app",
        r"2bulu|两步路|六只脚|foooooot|行者|xingzhe|(?<![a-z])keep(?![a-z])|咕咚|codoon|悦跑圈|joyrun|huawei|华为|"
        r"小米|mi fit|zepp|bigemap|大地图|rivermap|水经注|水经微图|91卫图|gps\s?tool\s?box|gps\s?工具箱|locaspace|图新",
        "unknown",
    ),
)


def app_in_text(text: str | None) -> str | None:
    """Return the known program or site that a text (creator, comment, file name) speaks of, or None.

    Examples
    --------
    >>> app_in_text("高德地图 12.01")
    'Amap'
    >>> app_in_text("Datamaps exporter") is None
    True
    """
    found = _match(text)
    return None if found is None else found[0]


def app_shift(text: str | None) -> Shift | None:
    """Return the shift of coordinates from the program ``text`` speaks of; None when it is not a known one.

    ``"unknown"`` means a program known to write either.

    Examples
    --------
    >>> app_shift("Baidu Map export"), app_shift("Garmin eTrex"), app_shift("两步路")
    ('bd09', None, 'unknown')
    """
    found = _match(text)
    return None if found is None else found[1]


def _match(text: str | None) -> tuple[str, Shift] | None:
    if not text:
        return None
    lower = text.lower()
    for name, pattern, shift in _APPS:
        if re.search(pattern, lower):
            return name, shift
    return None


def app_in_properties(names: Iterable[str]) -> str | None:
    """Return the site whose attribute names these are: DataV.GeoAtlas or Amap's district lists, or None.

    Examples
    --------
    >>> app_in_properties(["adcode", "name", "childrenNum", "acroutes"])
    'DataV'
    >>> app_in_properties(["province_adcode", "city_adcode", "short_name"])
    'Amap'
    """
    lower = {name.lower() for name in names}
    if "adcode" in lower and lower & {"acroutes", "childrennum", "subfeatureindex"}:
        return "DataV"
    if any(name == "adcode" or name.endswith("_adcode") for name in lower):
        return "Amap"
    return None


def find_shift(hints: Hints, declared: Declared, *, chinese: bool) -> ShiftFinding:
    """Return the shift of geographic (or Web Mercator) coordinates from what is known of their origin.

    Rules, the first that holds:

    1. the user's word;
    2. abroad there is no shift;
    3. the program they came from, unless the file declares survey data;
    4. a reference system stated by the user himself, CGCS2000, or a receiver's format: none;
    5. otherwise unknown: a label of WGS 84 proves nothing, phone maps carry it too.

    Parameters
    ----------
    hints : Hints
    declared : Declared
    chinese : bool
        Whether any of the coordinates may lie in China.
    """
    if hints.shift is not None:
        return _finding(hints.shift, reason("shift_by_user", shift=hints.shift), 0.98)
    if not chinese:
        return _finding("none", reason("no_shift_abroad"), 0.98)
    by_app = app_shift(hints.app)
    if by_app is not None:
        return _by_app(by_app, str(app_in_text(hints.app)), declared)
    if declared.cgcs2000 or (hints.declared_by_user and declared.definition is not None):
        return _finding("none", reason("no_shift_declared", name=declared.name or "CGCS2000"), 0.96)
    if hints.format.lower() in RECEIVER_FORMATS:
        return _finding("none", reason("no_shift_receiver", format=hints.format.upper()), 0.95)
    return _unknown()


def _by_app(shift: Shift, app: str, declared: Declared) -> ShiftFinding:
    if shift == "unknown":
        return _unknown()
    if shift == "none":
        return _finding("none", reason("no_shift_by_app", app=app), 0.95)
    if declared.cgcs2000:
        return _unknown(problem("shift_contradicts", app=app, name=declared.name or "CGCS2000"))
    names = {"gcj02": "GCJ-02", "bd09": "BD-09"}
    return _finding(shift, reason("shift_by_app", app=app, shift=names[shift]), 0.92)


def _finding(shift: Shift, why: Reason, confidence: float) -> ShiftFinding:
    return ShiftFinding(shift=shift, why=why, confidence=confidence)


def _unknown(*problems: Problem) -> ShiftFinding:
    found = (*problems, problem("shift_unknown"))
    return ShiftFinding(shift="unknown", why=reason("shift_unknown"), confidence=0.5, problems=found)
