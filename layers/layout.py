"""How a map lies on a sheet: paper, frame and panel, and the round scale at which the content fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.errors import ArgumentError
from layers.furniture import Projection
from layers.labels import Bounds

__all__ = ["MARGIN_MM", "PAPERS_MM", "SCALES", "Plan", "fit"]

PAPERS_MM: Final = {
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "A1": (594.0, 841.0),
    "A0": (841.0, 1189.0),
}
"""Short and long side of each paper."""

SCALES: Final = tuple(
    int(step * 10**power)
    for power in range(2, 6)
    for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
    if step * 10**power == int(step * 10**power)
)
"""Round scale denominators a sheet may take."""

MARGIN_MM: Final = 9.0
_TITLE_MM: Final = 17.0
_TICKS_MM: Final = 6.0
_FILL: Final = 0.88


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where things stand on the paper: the map's frame, and the panel beside or below it."""

    width_mm: float
    height_mm: float
    landscape: bool
    map_mm: Bounds
    panel_mm: Bounds


def fit(extent: Bounds, paper: str, landscape: bool | None, scale: int | None) -> tuple[Plan, Projection]:
    """Choose the way round and the scale, and put the content in the middle.

    Parameters
    ----------
    extent : Bounds
        West, south, east and north of what has to be seen whole, metres.
    paper : str
        A name of :data:`PAPERS_MM`.
    landscape : bool, optional
        None takes the way round that gives the larger scale.
    scale : int, optional
        Scale denominator; None takes the largest round one.

    Raises
    ------
    ArgumentError
        ``paper_unknown``, ``scale_too_large``, ``extent_too_large``.
    """
    if paper not in PAPERS_MM:
        raise ArgumentError(
            "paper_unknown",
            zh="没有 {paper} 这种纸：可用 A4、A3、A2、A1、A0。",
            en="There is no paper {paper}: use A4, A3, A2, A1 or A0.",
            where="paper",
            paper=paper,
        )
    ways = (landscape,) if landscape is not None else (False, True)
    plans = [_plan(paper, way) for way in ways]
    plan = min(plans, key=lambda p: (_least_scale(extent, p.map_mm), p.landscape))
    least = _least_scale(extent, plan.map_mm)
    taken = scale or _round_scale(least / _FILL)
    if least > taken * (1 + 1e-9):
        raise ArgumentError(
            "scale_too_large",
            zh="按 1:{scale} 画不进 {paper}：请用 1:{least} 或更小的比例尺，或者更大的纸。",
            en="At 1:{scale} the content does not fit {paper}: use 1:{least} or smaller, or larger paper.",
            where="scale",
            scale=taken,
            paper=paper,
            least=_round_scale(least),
        )
    return plan, _centred(extent, plan.map_mm, taken)


def _plan(paper: str, landscape: bool) -> Plan:
    short, long = PAPERS_MM[paper]
    width, height = (long, short) if landscape else (short, long)
    left, bottom, right, top = (
        MARGIN_MM,
        MARGIN_MM + 4.0,
        width - MARGIN_MM,
        height - MARGIN_MM - _TITLE_MM,
    )
    if landscape:
        side = min(max(0.27 * width, 72.0), 110.0)
        map_mm = (left + _TICKS_MM, bottom + _TICKS_MM, right - side - _TICKS_MM - 3.0, top - _TICKS_MM)
        panel = (right - side, bottom + 2.0, right, top - _TICKS_MM)
    else:
        deep = min(max(0.2 * height, 78.0), 110.0)
        map_mm = (left + _TICKS_MM, bottom + deep + _TICKS_MM + 2.0, right - _TICKS_MM, top - _TICKS_MM)
        panel = (left + _TICKS_MM, bottom + 1.0, right - _TICKS_MM, bottom + deep)
    return Plan(width_mm=width, height_mm=height, landscape=landscape, map_mm=map_mm, panel_mm=panel)


def _least_scale(extent: Bounds, frame: Bounds) -> float:
    return 1000.0 * max(
        (extent[2] - extent[0]) / (frame[2] - frame[0]), (extent[3] - extent[1]) / (frame[3] - frame[1])
    )


def _round_scale(least: float) -> int:
    for scale in SCALES:
        if scale >= least * (1 - 1e-9):
            return scale
    raise ArgumentError(
        "extent_too_large",
        zh="内容太大，1:{scale} 的图也放不下：请核对坐标是否在同一个坐标系。",
        en="The content does not fit even at 1:{scale}: check that all coordinates are in one reference system.",
        where="extent",
        scale=SCALES[-1],
    )


def _centred(extent: Bounds, frame: Bounds, scale: int) -> Projection:
    factor = scale / 1000.0
    middle_e, middle_n = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    east = middle_e - (frame[2] - frame[0]) * factor / 2
    north = middle_n - (frame[3] - frame[1]) * factor / 2
    return Projection(frame=frame, east_m=east, north_m=north, scale=scale)
