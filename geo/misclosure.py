"""Is a traverse good enough, and where is the blunder when it is not.

One blunder leaves a trace that names it (Ghilani & Wolf, *Elementary Surveying*, 10.17):

1. angle     taking the whole angular misclosure off that one angle makes the figure close
2. length    the closing error lies along that leg
3. bearing   the closing error lies across that leg (compass legs)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from geo.traverse import Misclosure, Traverse, adjust_traverse

__all__ = ["TraverseClass", "TraverseFault", "Verdict", "find_faults", "judge"]

FaultKind = Literal["angle", "length", "bearing"]
_UNITS = (
    ("尺", "chi", 1.0 / 3.0),
    ("丈", "zhang", 10.0 / 3.0),
    ("链", "chain", 20.1168),
    ("英尺", "feet", 0.3048),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraverseClass:
    """Limits of one class: angular misclosure ±``angular_sec`` √n, linear misclosure 1 : ``ratio``."""

    key: str
    zh: str
    en: str
    angular_sec: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A misclosure against its class; None where there was nothing to judge."""

    angular_limit_sec: float | None
    ratio_limit: float
    angular_within: bool | None
    linear_within: bool | None

    @property
    def within(self) -> bool:
        """Tell that nothing exceeds its limit."""
        return self.angular_within is not False and self.linear_within is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class TraverseFault:
    """An observation that alone explains the misclosure; ``amount`` is what it has too much (degrees or m)."""

    kind: FaultKind
    where: str
    amount: float
    ratio_without: float | None
    remedy_zh: str
    remedy_en: str


def judge(misclosure: Misclosure, limits: TraverseClass) -> Verdict:
    """Hold a misclosure against a class."""
    angular_limit = None
    angular_within = linear_within = None
    if misclosure.angular_sec is not None:
        angular_limit = limits.angular_sec * math.sqrt(misclosure.angles)
        angular_within = abs(misclosure.angular_sec) <= angular_limit
    if misclosure.linear_m is not None:
        linear_within = misclosure.ratio is None or misclosure.ratio >= limits.ratio
    return Verdict(
        angular_limit_sec=angular_limit,
        ratio_limit=limits.ratio,
        angular_within=angular_within,
        linear_within=linear_within,
    )


def find_faults(traverse: Traverse, limits: TraverseClass) -> tuple[TraverseFault, ...]:
    """Name the observations that alone explain a misclosure beyond its class, likeliest first.

    Empty when the traverse is within its class, or when no single observation explains it.
    """
    misclosure = adjust_traverse(traverse).misclosure
    verdict = judge(misclosure, limits)
    if verdict.within or misclosure.linear_m is None:
        return ()
    if verdict.angular_within is False:
        found = _angles(traverse, misclosure, limits)
    else:
        found = _lengths(traverse, misclosure, limits)
        if traverse.bearings_deg:
            found += _compass(traverse, misclosure, limits)
    return tuple(sorted(found, key=lambda fault: -(fault.ratio_without or math.inf)))


def _angles(traverse: Traverse, misclosure: Misclosure, limits: TraverseClass) -> list[TraverseFault]:
    found = []
    excess_deg = (misclosure.angular_sec or 0.0) / 3600.0
    for place, angle in enumerate(traverse.angles_deg):
        if angle is None:
            continue
        angles = list(traverse.angles_deg)
        angles[place] = angle - excess_deg
        mended = adjust_traverse(replace(traverse, angles_deg=tuple(angles))).misclosure
        if mended.ratio is None or mended.ratio >= limits.ratio:
            found.append(_angle_fault(traverse.stations[place], excess_deg, mended.ratio))
    return found


def _angle_fault(station: str, excess_deg: float, ratio: float | None) -> TraverseFault:
    return TraverseFault(
        kind="angle",
        where=station,
        amount=excess_deg,
        ratio_without=ratio,
        remedy_zh=f"测站 {station} 的角度约差 {_dms(excess_deg)}：请核对后视与前视的读数是否抄错或颠倒，必要时在 {station} 重测。",
        remedy_en=f"The angle at {station} is off by about {_dms(excess_deg)}: check both sights for a slip or an exchange, "
        f"observe it again at {station} if need be.",
    )


def _dms(value_deg: float) -> str:
    seconds = round(abs(value_deg) * 3600.0)
    return f"{'-' if value_deg < 0 else '+'}{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}″"


def _lengths(traverse: Traverse, misclosure: Misclosure, limits: TraverseClass) -> list[TraverseFault]:
    found = []
    for place, (along_m, across_m) in enumerate(_components(traverse, misclosure)):
        ratio = misclosure.length_m / abs(across_m) if across_m else None
        true_m = traverse.distances_m[place] - along_m
        if (ratio is None or ratio >= limits.ratio) and true_m > 0:
            leg = f"{traverse.stations[place]}-{traverse.stations[place + 1]}"
            found.append(_length_fault(leg, traverse.distances_m[place], along_m, ratio))
    return found


def _components(traverse: Traverse, misclosure: Misclosure) -> list[tuple[float, float]]:
    """Return the closing error along and across each leg (m)."""
    fx_m, fy_m = misclosure.fx_m or 0.0, misclosure.fy_m or 0.0
    bearings = [
        math.radians(station.bearing_deg or 0.0) for station in adjust_traverse(traverse).stations[1:]
    ]
    return [
        (fx_m * math.cos(b) + fy_m * math.sin(b), fy_m * math.cos(b) - fx_m * math.sin(b)) for b in bearings
    ]


def _length_fault(leg: str, length_m: float, excess_m: float, ratio: float | None) -> TraverseFault:
    factor = (length_m - excess_m) / length_m
    unit = next((unit for unit in _UNITS if abs(factor / unit[2] - 1.0) < 0.01), None)
    hint_zh = f"它像是以{unit[0]}记录的；" if unit else ""
    hint_en = f"it looks as if recorded in {unit[1]}; " if unit else ""
    return TraverseFault(
        kind="length",
        where=leg,
        amount=excess_m,
        ratio_without=ratio,
        remedy_zh=f"边 {leg} 约长了 {excess_m:+.2f} m：{hint_zh}请核对是否漏记整尺段、读错米数，必要时重量。",
        remedy_en=f"Leg {leg} is too long by about {excess_m:+.2f} m: {hint_en}look for a dropped tape length or a misread metre, "
        "tape it again if need be.",
    )


def _compass(traverse: Traverse, misclosure: Misclosure, limits: TraverseClass) -> list[TraverseFault]:
    found = []
    for place, (along_m, across_m) in enumerate(_components(traverse, misclosure)):
        ratio = misclosure.length_m / abs(along_m) if along_m else None
        if ratio is None or ratio >= limits.ratio:
            leg = f"{traverse.stations[place]}-{traverse.stations[place + 1]}"
            excess_deg = math.degrees(math.atan2(across_m, traverse.distances_m[place]))
            found.append(
                TraverseFault(
                    kind="bearing",
                    where=leg,
                    amount=excess_deg,
                    ratio_without=ratio,
                    remedy_zh=f"边 {leg} 的方位角约差 {excess_deg:+.1f}°：请核对罗盘读数，附近有无铁器、高压线。",
                    remedy_en=f"The bearing of leg {leg} is off by about {excess_deg:+.1f}°: check the compass reading, and whether "
                    "iron or a power line was near.",
                )
            )
    return found
