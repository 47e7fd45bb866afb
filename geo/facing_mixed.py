"""A plot and a boundary line as claims: the arc of the plot's ring that faces the line."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from geo.claim import Claim, DisputeSettings, LineSide
from geo.errors import Problem
from geo.facing import Facing, Pair, apart, one_part_taken, side_assumed, touch_in_point
from geo.facing_lines import claim_line
from geo.facing_plots import valid_parts
from geo.polyline import FloatArray, Ruler, coordinates, signed_area_m2
from geo.ring import Interval, Region, mean_distance_m, meetings, regions

__all__ = ["face_plot_and_line", "mirrored"]


def face_plot_and_line(plot_claim: Claim, line_claim: Claim, settings: DisputeSettings) -> Facing:
    """Return the facing lines with the plot as claim A, on the left."""
    plot, noted = _nearest_part(plot_claim, line_claim, settings)
    line, loops = claim_line(line_claim, settings)
    region = _nearest_ring(plot, LineString(line))
    ruler = Ruler(line)
    if region.ring.line.distance(ruler.line) > max(region.ring.length_m, ruler.length_m):
        raise apart(float(region.ring.line.distance(ruler.line)))
    (start_m, start_agreed), (end_m, end_agreed) = _line_ends_on_plot(region, ruler, plot, settings)
    core = ruler.between(start_m, end_m)
    arc, forward, sure = _arc_beside(region, core, plot, line_claim.claimant_side)
    extended, start_a, end_a = _extended(region, arc, settings.fixed_point_reach_m)
    line_b = line if forward else line[::-1]
    if not forward:
        start_m, end_m = ruler.length_m - end_m, ruler.length_m - start_m
        start_agreed, end_agreed = end_agreed, start_agreed
    return Facing(
        line_a=extended,
        line_b=line_b,
        start=Pair(a_m=start_a, b_m=start_m, agreed=start_agreed),
        end=Pair(a_m=end_a, b_m=end_m, agreed=end_agreed),
        a_side="left",
        side_known=sure,
        plot_a=plot,
        plot_b=None,
        problems=(*noted, *loops, *(() if sure else (side_assumed(),))),
    )


def _nearest_part(
    plot_claim: Claim, line_claim: Claim, settings: DisputeSettings
) -> tuple[Polygon, list[Problem]]:
    line = line_claim.line or LineString()
    parts, noted = valid_parts(plot_claim, settings)
    if len(parts) == 1:
        return parts[0], noted
    inside = [float(part.intersection(line).length) for part in parts]
    away = [float(part.distance(line)) for part in parts]
    best = min(range(len(parts)), key=lambda i: (away[i], -inside[i]))
    return parts[best], [*noted, one_part_taken(plot_claim, len(parts))]


def _nearest_ring(plot: Polygon, line: LineString) -> Region:
    rings = regions(plot)
    near = [float(region.ring.line.buffer(1.0).intersection(line).length) for region in rings]
    away = [mean_distance_m(coordinates(line), region.ring) for region in rings]
    return rings[min(range(len(rings)), key=lambda i: (-near[i], away[i]))]


def _line_ends_on_plot(
    region: Region, ruler: Ruler, plot: Polygon, settings: DisputeSettings
) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """Return chainage on the line, and whether agreed, of both ends of its part beside the plot.

    An end on the ring is agreed. One inside the plot, or outside but beside the ring, stays as it is; one that runs
    out of the plot is cut back to where the line meets the ring.
    """
    tolerance_m = settings.agreed_within_m
    met = meetings(region.ring, ruler, tolerance_m)[:, 1]
    ends = []
    for at_m, point in ((0.0, ruler.coords[0]), (ruler.length_m, ruler.coords[-1])):
        _, foot, (away_m,) = region.ring.nearest(point)
        inside = shapely.contains_xy(plot, *point) and away_m > tolerance_m
        beside = away_m > tolerance_m and abs(ruler.locate(foot[0]) - at_m) <= away_m / 2
        candidates = np.empty(0) if inside or beside else met
        nearest = candidates[np.argsort(np.abs(candidates - at_m))[:1]]
        ends.append((float(nearest[0]), True) if nearest.size else (at_m, False))
    if ends[1][0] - ends[0][0] <= tolerance_m:
        raise touch_in_point()
    return ends[0], ends[1]


def _arc_beside(
    region: Region, core: FloatArray, plot: Polygon, side: LineSide | None
) -> tuple[Interval, bool, bool]:
    """Return the ring's arc that faces the line, whether the line runs along it forward, and how sure.

    (1) An arc that lies far nearer to the line than the other is taken. (2) Else the line runs through the
    plot, and the land in dispute lies on its claimant's side. (3) Without a side the nearer arc is taken.
    """
    spans = region.spans(core[0], core[-1])
    beside = Ruler(core)
    away = [mean_distance_m(region.arc(*span), beside) for span in spans]
    nearer = int(away[1] < away[0])
    if min(away) < 0.25 * max(away):
        return spans[nearer], nearer == 0, True
    if side is None or LineString(core).intersection(plot).length < 0.5 * beside.length_m:
        return spans[nearer], nearer == 0, side is not None
    forward = signed_area_m2(np.vstack((core, region.arc(*spans[0])[::-1]))) > 0
    chosen = 0 if forward == (side == "left") else 1
    return spans[chosen], chosen == 0, True


def _extended(region: Region, arc: Interval, reach_m: float) -> tuple[FloatArray, float, float]:
    """Return the arc with as much of the ring before and after as a recorded point may need."""
    spare = min(reach_m, 0.45 * (region.ring.length_m - (arc[1] - arc[0])))
    spare = max(spare, 0.0)
    return region.arc(arc[0] - spare, arc[1] + spare), spare, spare + arc[1] - arc[0]


def mirrored(found: Facing) -> Facing:
    """Return the facing lines with the claims exchanged, A again on the left."""
    length_a = Ruler(found.line_b).length_m
    length_b = Ruler(found.line_a).length_m

    def turned(pair: Pair) -> Pair:
        return Pair(a_m=length_a - pair.b_m, b_m=length_b - pair.a_m, agreed=pair.agreed)

    return Facing(
        line_a=found.line_b[::-1],
        line_b=found.line_a[::-1],
        start=turned(found.end),
        end=turned(found.start),
        a_side="left",
        side_known=found.side_known,
        plot_a=found.plot_b,
        plot_b=found.plot_a,
        problems=found.problems,
    )
