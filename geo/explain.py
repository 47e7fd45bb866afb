"""Why another number is another number: every rival area people bring is explained, not dismissed.

`explain_area` (in `geo.rivals`) lists the areas the same plot has on other rulers and after the usual slips;
`match` says which of them a number that somebody brought most likely is, in words for the person who brought
it. A match says how the number *can* have come about; the area of record stays the area of record.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geo.crs import Plane
from geo.errors import ArgumentError
from geo.rivals import Explained, explain_area
from geo.uncertainty import Accuracy
from geo.units import HALF_WIDTH_95, MU_M2, format_number, mu

__all__ = ["Explained", "Given", "Match", "Unit", "explain_area", "match", "read_given"]

Unit = Literal["mu", "ha", "m2", "km2"]

_UNITS: dict[str, tuple[float, str, str]] = {
    "mu": (MU_M2, "亩", "mu"),
    "ha": (10_000.0, "公顷", "ha"),
    "m2": (1.0, "平方米", "m²"),
    "km2": (1e6, "平方公里", "km²"),
}
_CLOSE = 2e-6
"""Share of an area by which the same ruler in two programs may differ."""
_NEAR = 2e-4
"""Share within which a ruler is still worth naming when none fits to the printed digit."""
_MOST = 3
"""So many explanations help; more confuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A number somebody brought: as said, in m², and half its last printed digit in m²."""

    text_zh: str
    text_en: str
    area_m2: float
    rounding_m2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A number explained. ``exact`` tells that it fits to its last printed digit."""

    name: str
    exact: bool
    difference_m2: float
    zh: str
    en: str


def read_given(number: str, unit: Unit = "mu") -> Given:
    """Return a number as people write it, with what its last printed digit leaves open.

    Raises
    ------
    ArgumentError
        It is no number above zero, or the unit is not known.

    Examples
    --------
    >>> given = read_given("2,419.5")
    >>> round(given.area_m2), round(given.rounding_m2, 1), given.text_zh
    (1613000, 33.3, '2,419.5 亩')
    """
    plain = re.sub(r"[,，\s]", "", str(number)).translate(
        str.maketrans("０１２３４５６７８９．", "0123456789.")
    )
    if unit not in _UNITS or not re.fullmatch(r"\d+(\.\d+)?", plain) or not float(plain) > 0:
        raise ArgumentError(
            "not_an_area_number",
            zh="“{number}”不是面积数（单位 {unit}）：请写成 2419.5 这样的数，单位为亩、公顷、平方米或平方公里。",
            en="{number} is not an area in {unit}: write it like 2419.5, in mu, ha, m2 or km2.",
            number=number,
            unit=unit,
        )
    size_m2, zh, en = _UNITS[unit]
    digits = len(plain.partition(".")[2])
    shown = format_number(float(plain), digits)
    return Given(
        text_zh=f"{shown} {zh}",
        text_en=f"{shown} {en}",
        area_m2=float(plain) * size_m2,
        rounding_m2=0.5 * 10.0**-digits * size_m2,
    )


def match(
    given: Given | float,
    geom: BaseGeometry,
    zone: Plane,
    *,
    accuracy: Accuracy | None = None,
    height_m: float | None = None,
) -> tuple[Match, ...]:
    """Return the likeliest explanations of a number, best first; always at least one.

    Parameters
    ----------
    given : Given or float
        From `read_given`; a plain number is square metres, good to 0.01 mu.
    geom, zone, accuracy, height_m
        As for `explain_area`.
    """
    said = given if isinstance(given, Given) else _from_m2(given)
    record, *others = explain_area(geom, zone, accuracy=accuracy, height_m=height_m)
    for fits in (_rounded, _cut_off):
        if fits(said, record):
            return (_matched(said, record, record, "is"),)
        exact = _once([each for each in others if each.sigma_m2 is None and fits(said, each)])
        if exact:
            alone = len(exact) == 1
            # Drawing programs reckon plane areas: where that fits, the other fits are by chance.
            return tuple(
                _matched(said, each, record, "is" if alone or each.name == "plane" else "may")
                for each in exact
            )
    near = [each for each in others if each.sigma_m2 is None and _nearly(said, each, record)]
    within = [each for each in others if each.sigma_m2 is not None and _within(said, each)]
    nearest = sorted(near, key=lambda each: abs(each.area_m2 - said.area_m2))
    found = _once([*_once(nearest)[: _MOST - 1], *within])
    if found:
        return tuple(_matched(said, each, record, "near") for each in found)
    return (_slope_or_other(said, record),)


def _once(found: list[Explained]) -> list[Explained]:
    """Return the first few, the first of each name."""
    first: dict[str, Explained] = {}
    for each in found:
        first.setdefault(each.name, each)
    return list(first.values())[:_MOST]


def _rounded(given: Given, known: Explained) -> bool:
    """Tell whether a number is this one rounded to its last printed digit."""
    return abs(known.area_m2 - given.area_m2) <= given.rounding_m2 + _CLOSE * known.area_m2


def _cut_off(given: Given, known: Explained) -> bool:
    """Tell whether a number is this one with its further digits left off, as people read a screen."""
    return 0 <= known.area_m2 - given.area_m2 <= 2 * given.rounding_m2


def _nearly(given: Given, known: Explained, record: Explained) -> bool:
    """Tell whether a number is close to this one, and clearly closer than to the area of record."""
    away = abs(known.area_m2 - given.area_m2)
    close = away <= given.rounding_m2 + _NEAR * given.area_m2
    return close and away < abs(record.area_m2 - given.area_m2) / 2


def _within(given: Given, known: Explained) -> bool:
    return abs(known.area_m2 - given.area_m2) <= given.rounding_m2 + HALF_WIDTH_95 * (known.sigma_m2 or 0.0)


_VERBS = {"is": ("是", "was"), "may": ("可能是", "may have been"), "near": ("大概是", "was probably")}


def _matched(given: Given, known: Explained, record: Explained, sure: Literal["is", "may", "near"]) -> Match:
    verb_zh, verb_en = _VERBS[sure]
    on_record = format_number(mu(record.area_m2), 2)
    tail_zh = "" if known is record else f"；同一图形在椭球面上是 {on_record} 亩"
    tail_en = "" if known is record else f"; on the ellipsoid the same shape has {on_record} mu"
    return Match(
        name=known.name,
        exact=sure != "near",
        difference_m2=given.area_m2 - record.area_m2,
        zh=f"您给的 {given.text_zh}{verb_zh}{known.zh}{tail_zh}。",
        en=f"Your figure of {given.text_en} {verb_en} {known.en}{tail_en}.",
    )


def _slope_or_other(given: Given, record: Explained) -> Match:
    """Explain what no ruler gives: ground measured along a slope, or another shape altogether."""
    ratio = given.area_m2 / record.area_m2
    on_record = format_number(mu(record.area_m2), 2)
    if 1.0 < ratio <= 1.0 / math.cos(math.radians(35)):
        slope = format_number(math.degrees(math.acos(1 / ratio)), 0)
        return Match(
            name="slope",
            exact=False,
            difference_m2=given.area_m2 - record.area_m2,
            zh=f"您给的 {given.text_zh}可能是沿坡面量的（平均坡度约 {slope}° 时会这样），也可能量的不是同一条界线；"
            f"证书面积都是水平面积，同一图形是 {on_record} 亩。",
            en=f"Your figure of {given.text_en} may have been measured along the slope (a mean slope of about "
            f"{slope}° does that), or along another line; certificates state level areas: {on_record} mu.",
        )
    share = format_number(100 * (ratio - 1), 1)
    return Match(
        name="another_shape",
        exact=False,
        difference_m2=given.area_m2 - record.area_m2,
        zh=f"您给的 {given.text_zh}与同一图形的 {on_record} 亩相差 {share} %，常见的量法都得不出：量的多半不是同一条界线，"
        "请把当时的图或坐标拿来比对。",
        en=f"Your figure of {given.text_en} differs by {share} % from the shape's {on_record} mu, and none of the "
        "usual ways of measuring gives it: most likely another line was measured. Bring its map or coordinates.",
    )


def _from_m2(area_m2: float) -> Given:
    if not (math.isfinite(area_m2) and area_m2 > 0):
        raise ArgumentError(
            "not_an_area_number",
            zh="“{number}”不是面积数：请给出大于 0 的数。",
            en="{number} is not an area: give a number above 0.",
            number=area_m2,
        )
    return (
        read_given(format_number(mu(area_m2), 2))
        if mu(area_m2) >= 0.005
        else read_given(f"{area_m2:.6f}", "m2")
    )
