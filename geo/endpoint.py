"""Where a disputed boundary begins and ends.

In this order (DEFINITIONS 10): recorded common or three-way points; the first and last agreed points; means
of the two lines' ends weighted by accuracy, marked provisional. Segments that close a line to an end point
are kept apart from the claim, because nobody claimed them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from shapely.geometry import LineString, Point

from geo import crs
from geo.claim import DisputeSettings, FixedPoint
from geo.errors import DisputeError, Problem
from geo.facing import Facing, Pair
from geo.polyline import FloatArray, Ruler, mean_point, without_repeats
from geo.uncertainty import Accuracy

__all__ = ["EndPoint", "Ended", "end_points"]

CLOSED_WITHIN_M = 0.0015
"""A line that ends this near to an end point (coordinates are rounded to 1 mm) needs no closing segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoint:
    """One end of the boundary, where every proposal begins or ends.

    ``closing_a`` and ``closing_b`` run from the point to the end of the claim lines; None when the line ends
    there. A ``provisional`` point waits for a measurement in presence of both.
    """

    easting_m: float
    northing_m: float
    kind: Literal["common", "three_way", "agreed", "provisional"]
    name: str
    closing_a: LineString | None
    closing_b: LineString | None

    @property
    def provisional(self) -> bool:
        """Tell whether the point is only a mean of two different ends."""
        return self.kind == "provisional"

    @property
    def point(self) -> Point:
        """Return the point as a geometry."""
        return Point(self.easting_m, self.northing_m)

    @property
    def position(self) -> FloatArray:
        """Return ``[easting_m, northing_m]``."""
        return np.array([self.easting_m, self.northing_m])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The two claim lines cut to the boundary, and its ends."""

    line_a: FloatArray
    line_b: FloatArray
    start: EndPoint
    end: EndPoint
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A recorded point with the chainages of its feet and its place along the core, 0 at the start."""

    point: FixedPoint
    pair: Pair
    share: float


def end_points(
    facing: Facing,
    fixed_points: Sequence[FixedPoint],
    accuracies: tuple[Accuracy | None, Accuracy | None],
    settings: DisputeSettings,
) -> Ended:
    """Return the end points of a boundary and the claim lines cut to them.

    Parameters
    ----------
    facing : Facing
        The two lines side by side.
    fixed_points : sequence of FixedPoint
        Recorded points, of which at most one becomes each end.
    accuracies : (Accuracy or None, Accuracy or None)
        Of claims A and B; they weigh the provisional means. Unknown, both weigh alike.
    """
    rulers = Ruler(facing.line_a), Ruler(facing.line_b)
    placed, problems = _placed(facing, rulers, fixed_points, settings)
    first = min((p for p in placed if p.share < 0.5), key=lambda p: p.share, default=None)
    last = max((p for p in placed if p.share >= 0.5), key=lambda p: p.share, default=None)
    problems += [_not_an_end(p.point) for p in placed if p is not first and p is not last]
    start = first.pair if first else facing.start
    end = last.pair if last else facing.end
    line_a, line_b, ends = _closed(rulers, (first, last), (start, end), _weights(accuracies))
    problems += [
        _provisional(where) for where, end in zip(("start", "end"), ends, strict=True) if end.provisional
    ]
    return Ended(line_a=line_a, line_b=line_b, start=ends[0], end=ends[1], problems=tuple(problems))


def _placed(
    facing: Facing, rulers: tuple[Ruler, Ruler], fixed_points: Sequence[FixedPoint], settings: DisputeSettings
) -> tuple[list[_Placed], list[Problem]]:
    """Return the recorded points that may be ends: near both lines, and common ones near the lines' ends."""
    found: list[_Placed] = []
    problems: list[Problem] = []
    core_a = max(facing.end.a_m - facing.start.a_m, 1e-6)
    core_b = max(facing.end.b_m - facing.start.b_m, 1e-6)
    for point in fixed_points:
        at = np.array([point.easting_m, point.northing_m])
        (on_a,), _, (off_a,) = rulers[0].nearest(at)
        (on_b,), _, (off_b,) = rulers[1].nearest(at)
        if max(off_a, off_b) > settings.fixed_point_reach_m:
            problems.append(_out_of_reach(point, float(max(off_a, off_b)), settings))
            continue
        share = ((on_a - facing.start.a_m) / core_a + (on_b - facing.start.b_m) / core_b) / 2
        placed = _Placed(point, Pair(a_m=float(on_a), b_m=float(on_b), agreed=True), float(share))
        inward_m = min(share, 1 - share) * (core_a + core_b) / 2
        if point.kind == "common" and inward_m > settings.fixed_point_reach_m:
            problems.append(_not_an_end(point))
        else:
            found.append(placed)
    return found, problems


def _weights(accuracies: tuple[Accuracy | None, Accuracy | None]) -> tuple[float, float]:
    first, second = accuracies
    if first is None or second is None:
        return 1.0, 1.0
    variances = first.sigma_m**2, second.sigma_m**2
    if min(variances) == 0:
        return (1.0, 1.0) if max(variances) == 0 else (float(variances[0] == 0), float(variances[1] == 0))
    return 1 / variances[0], 1 / variances[1]


def _closed(
    rulers: tuple[Ruler, Ruler],
    recorded: tuple[_Placed | None, _Placed | None],
    pairs: tuple[Pair, Pair],
    weights: tuple[float, float],
) -> tuple[FloatArray, FloatArray, list[EndPoint]]:
    """Return both lines, their ends moved onto the end point where they all but lie on it, and the ends."""
    start, end = pairs
    lines = [rulers[0].between(start.a_m, end.a_m), rulers[1].between(start.b_m, end.b_m)]
    ends = []
    for index, found, pair in zip((0, -1), recorded, pairs, strict=True):
        at = crs.round_mm(_position(rulers, found, pair, weights))
        closings = [
            _closing(ruler, line, index, at, pair.shared) for ruler, line in zip(rulers, lines, strict=True)
        ]
        kind: Literal["common", "three_way", "agreed", "provisional"]
        kind = found.point.kind if found else ("agreed" if pair.agreed else "provisional")
        ends.append(
            EndPoint(
                easting_m=float(at[0]),
                northing_m=float(at[1]),
                kind=kind,
                name=found.point.name if found else "",
                closing_a=closings[0],
                closing_b=closings[1],
            )
        )
    return without_repeats(lines[0]), without_repeats(lines[1]), ends


def _position(
    rulers: tuple[Ruler, Ruler], found: _Placed | None, pair: Pair, weights: tuple[float, float]
) -> FloatArray:
    """Return the recorded point, or the mean of both ends: along the outer boundary that both share, if any."""
    if found is not None:
        return np.array([found.point.easting_m, found.point.northing_m])
    point_a, point_b = rulers[0].points_at(pair.a_m)[0], rulers[1].points_at(pair.b_m)[0]
    if not pair.shared:
        return mean_point(point_a, point_b, weights)
    other_m = rulers[0].locate(point_b)
    at: FloatArray = rulers[0].points_at((pair.a_m * weights[0] + other_m * weights[1]) / sum(weights))[0]
    return at


def _closing(ruler: Ruler, line: FloatArray, index: int, at: FloatArray, along: bool) -> LineString | None:
    """Return the way from the end point to the line's end, straight or along the line carried on."""
    if np.hypot(*(line[index] - at)) <= CLOSED_WITHIN_M:
        line[index] = at
        return None
    if not along:
        return LineString([at, line[index]])
    way = ruler.between(ruler.locate(at), ruler.locate(line[index]))
    way[0] = at
    return LineString(way)


def _out_of_reach(point: FixedPoint, distance_m: float, settings: DisputeSettings) -> Problem:
    return DisputeError(
        "recorded_point_far",
        zh="已记录的点{point}离两方主张 {distance_m} 米，超过 {limit_m} 米：没有作为端点。",
        en="The recorded point {point} lies {distance_m} m from the claims, more than {limit_m} m: it was not "
        "taken for an end.",
        where=point.name,
        point=point.name,
        distance_m=round(distance_m, 1),
        limit_m=settings.fixed_point_reach_m,
    ).problem("请核对该点的坐标。", "Check the point's coordinates.")


def _not_an_end(point: FixedPoint) -> Problem:
    return DisputeError(
        "recorded_point_inside",
        zh="已记录的点{point}不在界线两端：没有作为端点。",
        en="The recorded point {point} does not lie at an end of the boundary: it was not taken for one.",
        where=point.name,
        point=point.name,
    ).problem("如界线应在此分段，请分两案处理。", "If the boundary is to be divided there, make two cases.")


def _provisional(where: str) -> Problem:
    names = {"start": ("起点", "first"), "end": ("终点", "last")}[where]
    return DisputeError(
        "end_provisional",
        zh="界线{name_zh}两方不一致，暂取按精度加权的平均点。",
        en="The parties' {name_en} points of the boundary differ: the mean weighted by accuracy is taken for now.",
        where=where,
        name_zh=names[0],
        name_en=names[1],
    ).problem(
        "请双方到场确认端点后重算。", "Have both parties confirm the point on the ground and compute again."
    )
