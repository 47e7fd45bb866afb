"""Two lines side by side: what the facing parts of two claims become, however the claims are given.

The lines reach beyond their *core* (as far as a recorded point may lie) so that a recorded common or three-way
point outside the core can still become an end. Where a plot takes part, claimant A lies on the left of the
lines; of two lines A keeps the direction it is given in.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.claim import Claim, LineSide
from geo.errors import DisputeError, Problem
from geo.polyline import FloatArray, Ruler, coordinates, directed_like, line_parts, polygon_parts
from geo.ring import arcs_between, mean_distance_m

__all__ = [
    "Facing",
    "Pair",
    "apart",
    "facing_line",
    "loops_cut",
    "one_part_taken",
    "side_assumed",
    "touch_in_point",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Chainages at which the two lines begin or end beside each other.

    ``shared`` tells that both lines, carried on beyond their ends, run along one outer boundary to the other's
    end: the plots end at different corners of it.
    """

    a_m: float
    b_m: float
    agreed: bool
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facing:
    """Two lines side by side, directed alike.

    ``start`` and ``end`` bound the core. ``plot_a`` and ``plot_b`` are the parts of the plots concerned,
    None for a claim that is a line. ``side_known`` is False when A's side had to be assumed.
    """

    line_a: FloatArray
    line_b: FloatArray
    start: Pair
    end: Pair
    a_side: LineSide
    side_known: bool
    plot_a: Polygon | None
    plot_b: Polygon | None
    problems: tuple[Problem, ...]


def facing_line(shape: BaseGeometry, start: FloatArray, end: FloatArray, beside: Ruler) -> FloatArray | None:
    """Return the line of a source that faces a dispute, directed like ``beside``; None when it has none.

    Of a polygon the arc between the points nearest to ``start`` and ``end`` that runs nearer to ``beside``;
    of several lines the nearest.
    """
    rings = [part for plot in polygon_parts(shape) for part in shapely.get_rings(plot)]
    if rings:
        arcs = [arc for ring in rings for arc in arcs_between(Ruler(coordinates(ring)), start, end)]
        return min(arcs, key=lambda arc: mean_distance_m(arc, beside), default=None)
    lines = [coordinates(part) for part in line_parts(shape)]
    if not lines:
        return None
    return directed_like(min(lines, key=lambda line: mean_distance_m(line, beside)), beside)


def apart(apart_m: float) -> DisputeError:
    """Return the error of two claims that do not meet."""
    return DisputeError(
        "claims_apart",
        zh="两方主张相距 {distance_m} 米，互不相接：没有争议地；如应相邻，请核对坐标系或补记公共界点。",
        en="The claims lie {distance_m} m apart and do not meet: nothing is in dispute. If they are neighbours, "
        "check the reference systems or record the common points.",
        distance_m=round(apart_m, 2),
    )


def touch_in_point() -> DisputeError:
    """Return the error of two claims that have one point in common."""
    return DisputeError(
        "claims_touch_in_point",
        zh="两方主张只在一点相接，没有共同界线：请核对两方的图形。",
        en="The claims meet in a single point and have no boundary in common: check both shapes.",
    )


def loops_cut(claim: Claim, loops: int, limit_m2: float) -> Problem:
    """Return the note that small loops of a claim's boundary were cut off."""
    return DisputeError(
        "loops_cut",
        zh="{party}方的主张界线有 {loops} 个不超过 {limit_m2} 平方米的小圈，按行走误差剪去。",
        en="The boundary claimed by {party} had {loops} loops of up to {limit_m2} m², cut off as noise of the walk.",
        where=claim.label,
        party=claim.party,
        loops=loops,
        limit_m2=limit_m2,
    ).problem("请在图上核对。", "Check the line on the map.")


def one_part_taken(claim: Claim, count: int) -> Problem:
    """Return the note that only one of a claim's parts is analysed."""
    return DisputeError(
        "one_part_taken",
        zh="{party}方的主张有 {count} 个部分：只分析与对方相接的一个。",
        en="The claim of {party} has {count} parts: only the one that meets the other claim is analysed.",
        where=claim.label,
        party=claim.party,
        count=count,
    ).problem("其余部分如有争议，请另立一案。", "If the others are in dispute, make a case for each.")


def side_assumed() -> Problem:
    """Return the note that nobody said on which side of the line each party lies."""
    return DisputeError(
        "side_assumed",
        zh="没有说明两方各在界线哪一侧：按各自向对方一侧主张来推定。",
        en="It is not said on which side of the line each party lies: each is taken to claim towards the other.",
    ).problem("请核对并填写。", "Check, and say so.")
