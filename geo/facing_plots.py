"""Two plots as claims: the parts of their rings that face each other.

An *outer* part of a ring lies along the outside of both plots together, gaps that the two enclose not counted
as outside. What is left of each ring, inside the other plot, along it or along a gap between them, faces the
other. If that is more than one run, the claims cut through each other and no single line parts them. A plot
that has no such run while the other has one shares its outer boundary with the ground in dispute: it claims
all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.claim import Claim, DisputeSettings, FixedPoint
from geo.errors import DisputeError, Problem
from geo.facing import Facing, Pair, apart, loops_cut, one_part_taken, touch_in_point
from geo.polyline import FloatArray, Ruler, polygon_parts
from geo.ring import Interval, Region, intervals_on_ring, mean_distance_m, meetings, regions
from geo.shapes import find_fault

__all__ = ["face_plots", "valid_parts"]

TOUCH_M2 = 1e-6
"""Overlaps up to this area are none (DEFINITIONS 5)."""

SAME_BOUNDARY_M = 0.005
"""Outer boundaries nearer than this are one (twice the rounding of both, and a little)."""

CORNER_M = 0.5
"""Shorter runs are corners; a run's end this near to a meeting of both rings ends there."""


def face_plots(
    claim_a: Claim, claim_b: Claim, fixed_points: Sequence[FixedPoint], settings: DisputeSettings
) -> Facing:
    plot_a, plot_b, problems = _meeting_parts(claim_a, claim_b, fixed_points, settings)
    tolerance_m = settings.agreed_within_m
    region_a, region_b = _meeting_rings(plot_a, plot_b, tolerance_m)
    if plot_a.distance(plot_b) > tolerance_m:
        arcs = _arcs_between_points(region_a, region_b, fixed_points)
    else:
        arcs = _facing_arcs(region_a, region_b, settings)
    line_a, line_b, start, end = _lined_up(region_a, region_b, arcs, settings)
    return Facing(
        line_a=line_a,
        line_b=line_b,
        start=start,
        end=end,
        a_side="left",
        side_known=True,
        plot_a=plot_a,
        plot_b=plot_b,
        problems=tuple(problems),
    )


def valid_parts(claim: Claim, settings: DisputeSettings) -> tuple[list[Polygon], list[Problem]]:
    """Return the parts of a claimed plot, outer rings counter-clockwise, and what was done to it.

    Small loops of its boundary, as a walk has them, are cut off; any other fault is refused.
    """
    plot = MultiPolygon() if claim.polygon is None else claim.polygon
    fault = find_fault(plot)
    parts, loops = polygon_parts(plot, TOUCH_M2), 0
    if fault is not None and fault.code in ("ring_crosses_itself", "ring_touches_itself") and len(parts) == 1:
        parts, loops = _without_loops(parts[0], settings.largest_loop_m2)
    if fault is not None and not loops:
        raise DisputeError(
            "claim_shape_invalid",
            zh="{party}方的主张地块不能用：{reason_zh}",
            en="The plot claimed by {party} cannot be used: {reason_en}",
            where=claim.label,
            party=claim.party,
            reason_zh=fault.sentence("zh"),
            reason_en=fault.sentence("en"),
        )
    noted = [loops_cut(claim, loops, settings.largest_loop_m2)] if loops else []
    return [shapely.orient_polygons(shapely.force_2d(part), exterior_cw=False) for part in parts], noted


def _without_loops(plot: Polygon, largest_m2: float) -> tuple[list[Polygon], int]:
    """Return a plot without its small loops, and their number; 0 when a loop is too large to be noise.

    A loop outside becomes a part of its own, one that turns inward a hole where the ring goes round twice.
    """
    parts = sorted(polygon_parts(shapely.make_valid(plot)), key=lambda part: -part.area)
    if not parts:
        return [plot], 0
    holes = [hole for hole in parts[0].interiors if Polygon(hole).area > largest_m2]
    outside, inside = parts[1:], len(parts[0].interiors) - len(holes)
    if len(holes) != len(plot.interiors) or any(part.area > largest_m2 for part in outside):
        return [plot], 0
    return [Polygon(parts[0].exterior, holes)], max(1, len(outside) + inside)


def _meeting_parts(
    claim_a: Claim, claim_b: Claim, fixed_points: Sequence[FixedPoint], settings: DisputeSettings
) -> tuple[Polygon, Polygon, list[Problem]]:
    """Return the two parts that overlap most, or else touch along the longest boundary."""
    (parts_a, noted_a), (parts_b, noted_b) = valid_parts(claim_a, settings), valid_parts(claim_b, settings)
    pairs = [(a, b) for a in parts_a for b in parts_b]
    areas = [float(shapely.intersection(a, b).area) for a, b in pairs]
    reach_m = settings.agreed_within_m
    along = [float(a.boundary.intersection(b.boundary.buffer(reach_m)).length) for a, b in pairs]
    best = max(range(len(pairs)), key=lambda i: (areas[i] if areas[i] > TOUCH_M2 else 0.0, along[i]))
    if (
        areas[best] <= TOUCH_M2
        and along[best] == 0
        and _gap_span_m(*pairs[best], fixed_points, settings) == 0
    ):
        raise apart(float(min(a.distance(b) for a, b in pairs)))
    problems = [
        one_part_taken(claim, len(parts))
        for claim, parts in ((claim_a, parts_a), (claim_b, parts_b))
        if len(parts) > 1
    ]
    return *pairs[best], [*noted_a, *noted_b, *problems]


def _gap_span_m(
    plot_a: Polygon, plot_b: Polygon, fixed_points: Sequence[FixedPoint], settings: DisputeSettings
) -> float:
    """Return how far apart the recorded points beside both plots lie; 0 with fewer than two."""
    places = [Point(point.easting_m, point.northing_m) for point in fixed_points]
    reach_m = settings.fixed_point_reach_m
    beside = [at for at in places if max(plot.exterior.distance(at) for plot in (plot_a, plot_b)) <= reach_m]
    return max((first.distance(second) for first in beside for second in beside), default=0.0)


def _meeting_rings(plot_a: Polygon, plot_b: Polygon, tolerance_m: float) -> tuple[Region, Region]:
    """Return the ring of each plot that runs longest inside or along the other plot."""
    chosen = []
    for plot, other in ((plot_a, plot_b), (plot_b, plot_a)):
        rings = regions(plot)
        near = other.buffer(tolerance_m)
        met = [float(region.ring.line.intersection(near).length) for region in rings]
        chosen.append(rings[int(np.argmax(met))])
    return chosen[0], chosen[1]


def _arcs_between_points(
    region_a: Region, region_b: Region, fixed_points: Sequence[FixedPoint]
) -> tuple[Interval, Interval]:
    """Return the arcs of two plots with a gap between them, from one recorded point to another."""
    points = np.array([(point.easting_m, point.northing_m) for point in fixed_points])
    apart = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    arcs = []
    for region, other in ((region_a, region_b), (region_b, region_a)):
        spans = region.spans(points[first], points[second])
        arcs.append(min(spans, key=lambda span: mean_distance_m(region.arc(*span), other.ring)))
    return arcs[0], arcs[1]


def _facing_arcs(region_a: Region, region_b: Region, settings: DisputeSettings) -> tuple[Interval, Interval]:
    """Return the facing arc of each ring, in the ring's own direction."""
    tolerance_m = settings.agreed_within_m
    outside = _outside(region_a, region_b, tolerance_m / 2)
    runs_a = _inner_runs(region_a, region_b, outside, tolerance_m)
    runs_b = _inner_runs(region_b, region_a, outside, tolerance_m)
    _refuse_closed(region_a, region_b, runs_a, runs_b)
    if len(runs_a) == 1 and len(runs_b) == 1:
        return runs_a[0], runs_b[0]
    if len(runs_a) == 1 and not runs_b:
        return runs_a[0], _claims_all(region_b, region_a, runs_a[0])
    if len(runs_b) == 1 and not runs_a:
        return _claims_all(region_a, region_b, runs_b[0]), runs_b[0]
    if not runs_a and not runs_b:
        raise _same_or_touching(region_a, region_b)
    raise DisputeError(
        "claims_cut_through",
        zh="两方主张互相穿过（相对的边界分成 {runs_a} 段和 {runs_b} 段）：没有一条线能分开，请提交有争议的界线。",
        en="The claims cut through each other (their facing boundaries fall into {runs_a} and {runs_b} pieces): "
        "no single line parts them. Give the disputed boundary as lines.",
        runs_a=len(runs_a),
        runs_b=len(runs_b),
        area_m2=_overlap_m2(region_a, region_b),
    )


def _overlap_m2(region_a: Region, region_b: Region) -> float:
    return round(float(shapely.intersection(region_a.solid, region_b.solid).area), 3)


def _refuse_closed(
    region_a: Region, region_b: Region, runs_a: list[Interval], runs_b: list[Interval]
) -> None:
    """Refuse a boundary that has no ends: one plot inside the other, or inside its hole."""
    for party, region, runs in (("A", region_a, runs_a), ("B", region_b, runs_b)):
        if not any(end_m - start_m >= region.ring.length_m - 1e-3 for start_m, end_m in runs):
            continue
        if region_a.is_hole or region_b.is_hole:
            raise DisputeError(
                "closed_boundary",
                zh="一方的地块整个位于另一方的内环里，共同界线首尾相接：请把有争议的一段作为线提交。",
                en="One plot lies inside a hole of the other and their boundary closes upon itself: give the "
                "disputed part as lines.",
            )
        raise DisputeError(
            "claim_inside_other",
            zh="{party}方的主张整个位于另一方之内（{area_m2} 平方米）：争议不在一条界线上，请提交有争议的界线。",
            en="The claim of {party} lies wholly inside the other claim ({area_m2} m²): the dispute is not about "
            "one line. Give the disputed boundary as lines.",
            party=party,
            area_m2=_overlap_m2(region_a, region_b),
        )


def _same_or_touching(region_a: Region, region_b: Region) -> DisputeError:
    overlap_m2 = _overlap_m2(region_a, region_b)
    if overlap_m2 < 0.5 * min(region_a.solid.area, region_b.solid.area):
        return touch_in_point()
    return DisputeError(
        "claims_identical",
        zh="两方主张的是同一个地块（{area_m2} 平方米）：争议不在界线上，而在整块地归谁。",
        en="Both parties claim the same plot ({area_m2} m²): the dispute is not about a line but about the whole "
        "plot.",
        area_m2=overlap_m2,
    )


def _outside(region_a: Region, region_b: Region, half_m: float) -> BaseGeometry:
    """Return the outline of the outside of both plots together.

    The plots are widened so that gaps within the agreed distance close. In a hole the outside is the largest
    part of it that stays open, if any.
    """
    both = shapely.union(region_a.solid.buffer(half_m), region_b.solid.buffer(half_m))
    if not (region_a.is_hole or region_b.is_hole):
        return MultiLineString([part.exterior for part in polygon_parts(both)])
    holes = [hole for part in polygon_parts(both) for hole in part.interiors]
    return MultiLineString(sorted(holes, key=lambda hole: -Polygon(hole).area)[:1])


def _inner_runs(region: Region, other: Region, outside: BaseGeometry, tolerance_m: float) -> list[Interval]:
    """Return the intervals of a ring away from the outside that come to the other plot."""
    near = outside.buffer(tolerance_m / 2 + SAME_BOUNDARY_M)
    runs = intervals_on_ring(region.ring, region.ring.line.difference(near))
    runs = [(start_m, end_m) for start_m, end_m in runs if end_m - start_m >= CORNER_M]
    reach = other.solid.buffer(tolerance_m)
    return [run for run in runs if shapely.intersects(shapely.linestrings(region.arc(*run)), reach)]


def _claims_all(region: Region, inner: Region, run: Interval) -> Interval:
    """Return the arc of an outer ring behind the plot inside it, seen from that plot's run."""
    ends = inner.ring.points_at(np.array(run) % inner.ring.length_m)
    return min(region.spans(*ends), key=lambda span: mean_distance_m(region.arc(*span), inner.ring))


def _lined_up(
    region_a: Region, region_b: Region, arcs: tuple[Interval, Interval], settings: DisputeSettings
) -> tuple[FloatArray, FloatArray, Pair, Pair]:
    """Return both arcs as lines directed like A, carried on beyond their ends, and the ends of the core."""
    line_a, start_a, end_a = _carried_on(region_a, arcs[0])
    backward, start_b, end_b = _carried_on(region_b, arcs[1])
    ruler_a, ruler_b = Ruler(line_a), Ruler(backward[::-1])
    start_b, end_b = ruler_b.length_m - end_b, ruler_b.length_m - start_b
    met = meetings(ruler_a, ruler_b, settings.agreed_within_m)
    rulers = ruler_a, ruler_b
    start = _corner(rulers, met, (start_a, start_b), settings.agreed_within_m)
    end = _corner(rulers, met, (end_a, end_b), settings.agreed_within_m)
    if end.a_m - start.a_m <= CORNER_M and end.b_m - start.b_m <= CORNER_M:
        raise touch_in_point()
    return ruler_a.coords, ruler_b.coords, start, end


def _carried_on(region: Region, arc: Interval) -> tuple[FloatArray, float, float]:
    """Return the arc with nearly half of the rest of the ring at either end, and where it lies on that."""
    spare = 0.45 * max(region.ring.length_m - (arc[1] - arc[0]), 0.0)
    return region.arc(arc[0] - spare, arc[1] + spare), spare, spare + arc[1] - arc[0]


def _corner(rulers: tuple[Ruler, Ruler], met: FloatArray, at_m: tuple[float, float], within_m: float) -> Pair:
    """Return where two facing arcs begin (or end).

    (1) Each arc's end moves to the nearest meeting of both rings; if that is one point, it is agreed. (2) Else,
    when each end lies on the other's ring, the plots end at two corners of one outer boundary. (3) Else the ends
    are merely different.
    """
    snapped = [_snapped(met[:, axis], at_m[axis]) for axis in (0, 1)]
    points = [ruler.points_at(at)[0] for ruler, at in zip(rulers, snapped, strict=True)]
    pair = Pair(a_m=snapped[0], b_m=snapped[1], agreed=True)
    if np.hypot(*(points[0] - points[1])) <= 1.5 * within_m:
        return pair
    shared = rulers[0].distance_m(points[1]) <= within_m and rulers[1].distance_m(points[0]) <= within_m
    return Pair(a_m=pair.a_m, b_m=pair.b_m, agreed=False, shared=shared)


def _snapped(met_m: FloatArray, at_m: float) -> float:
    near = met_m[np.abs(met_m - at_m) <= CORNER_M]
    return float(near[np.argmin(np.abs(near - at_m))]) if near.size else at_m
