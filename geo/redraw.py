"""The agreed line put into the neighbourhood: two plots change, all others stay as they are.

The outer ring of both plots together is kept point by point, so that no other plot's line moves; only what lies
between its two meetings with the agreed line is divided anew. A meeting in the middle of a neighbour's side becomes a
point *on* that side in the neighbour's ring too (kept in full precision, so that his line and his area stay what they
were): without it the three plots would no longer match point by point.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo import measure
from geo.claim import Claim, DisputeSettings
from geo.crs import Plane
from geo.errors import DisputeError
from geo.facing import Facing
from geo.facing_plots import face_plots
from geo.laying import Laid, TwoPlots, falls_apart, laid, two_plots
from geo.polyline import FloatArray, Ruler, coordinates, polygon_parts, without_repeats

__all__ = ["Redrawn", "Touching", "redraw", "touching"]

LEAST_PLOT_M2 = 1.0
"""A plot smaller than this is emptied."""

TOTAL_KEPT_M2 = 0.01

Plot = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """The two plots with the agreed line between them.

    ``changed`` holds the two plots; ``noded`` neighbours who got a point on their own straight side and are otherwise
    the same. ``boundary`` is the new common line from outer ring to outer ring, A on its left. ``joined_m`` and
    ``cut_m`` tell how much the agreed line was carried on or cut back. Areas are of record when a zone was given, else
    plane. ``to_a_m2`` is what A gains.
    """

    changed: dict[str, Plot]
    noded: dict[str, Plot]
    boundary: LineString
    area_before_m2: dict[str, float]
    area_after_m2: dict[str, float]
    to_a_m2: float
    joined_m: float
    cut_m: float
    valid_before: bool
    valid_after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Touching:
    """A plot whose boundary the line touches, and along how many metres (0: in points)."""

    plot_id: str
    length_m: float


def touching(plots: Mapping[str, Plot], line: LineString, within_m: float = 0.10) -> tuple[Touching, ...]:
    """Return every plot whose boundary comes within ``within_m`` of a line: all of them have to be joined.

    Parameters
    ----------
    plots : mapping of plot id to Polygon or MultiPolygon
        In the working plane.
    line : LineString
        The disputed boundary or the agreed line.
    """
    ids, shapes = list(plots), list(plots.values())
    near = line.buffer(within_m)
    hits = shapely.STRtree(shapes).query(near, predicate="intersects").tolist() if shapes else []
    met = [(ids[i], shapes[i].boundary) for i in sorted(hits)]
    return tuple(
        Touching(plot_id=plot_id, length_m=_along_m(boundary, near, within_m))
        for plot_id, boundary in met
        if boundary.distance(line) <= within_m
    )


def _along_m(boundary: BaseGeometry, near: BaseGeometry, within_m: float) -> float:
    """Return how far a boundary runs beside the line; what any crossing has in common does not count."""
    length = float(boundary.intersection(near).length)
    return length if length > 4 * within_m else 0.0


def redraw(
    plots: Mapping[str, Plot],
    plot_a_id: str,
    plot_b_id: str,
    agreed_line: LineString,
    fixed_ids: Collection[str] = (),
    *,
    zone: Plane | None = None,
    settings: DisputeSettings | None = None,
) -> Redrawn:
    """Return the two plots redrawn to an agreed line, nobody else's line moved.

    Parameters
    ----------
    plots : mapping of plot id to Polygon or MultiPolygon
        The agreed state: both plots and at least every plot that touches them.
    plot_a_id, plot_b_id : str
    agreed_line : LineString
        In the working plane, rounded to 1 mm.
    fixed_ids : collection of str
        Plots that may not move, for instance of an absent neighbour.
    zone : Zone, optional
        For areas of record; plane areas otherwise.

    Raises
    ------
    DisputeError
        ``plot_missing``, ``plot_fixed``, ``line_crosses_itself``, ``line_misses_plots``, ``line_leaves_plots``,
        ``line_crosses_hole``, ``plot_falls_apart``, ``plot_emptied``, ``coverage_broken``, or a reason why the two plots
        have no common line (`geo.facing_plots`).
    """
    use = settings or DisputeSettings()
    _refuse_unfit(plots, plot_a_id, plot_b_id, agreed_line, fixed_ids)
    facing = _facing(plots, plot_a_id, plot_b_id, use)
    both = two_plots(facing)
    placed = laid(both, agreed_line, plots, (plot_a_id, plot_b_id))
    parts = _parted(both, placed.line, (plot_a_id, plot_b_id))
    whole = [
        _with_other_parts(plots[plot_id], old, new)
        for plot_id, old, new in zip(
            (plot_a_id, plot_b_id), (facing.plot_a, facing.plot_b), parts, strict=True
        )
    ]
    changed = {plot_a_id: whole[0], plot_b_id: whole[1]}
    noded = _noded(plots, changed, placed.line)
    return _checked(plots, changed, noded, placed, (plot_a_id, plot_b_id), zone)


def _refuse_unfit(
    plots: Mapping[str, Plot], plot_a_id: str, plot_b_id: str, line: LineString, fixed_ids: Collection[str]
) -> None:
    for plot_id in (plot_a_id, plot_b_id):
        if plot_id not in plots:
            raise DisputeError(
                "plot_missing",
                zh="地块 {plot} 不在给出的地块中：请先选定两方的地块。",
                en="Plot {plot} is not among the plots given: choose both parties' plots first.",
                where=plot_id,
                plot=plot_id,
            )
        if plot_id in fixed_ids:
            raise DisputeError(
                "plot_fixed",
                zh="地块 {plot} 的权利人没有参加（或界线已固定）：未到场一方的界线不移动。",
                en="The holder of plot {plot} has not taken part, or its lines are fixed: an absent neighbour's line "
                "does not move.",
                where=plot_id,
                plot=plot_id,
            )
    if not line.is_simple or line.is_empty or line.is_ring:
        raise DisputeError(
            "line_crosses_itself",
            zh="协议线自相交叉或首尾相接：不能用它分开两块地。",
            en="The agreed line crosses itself or closes upon itself: it cannot part two plots.",
        )


def _facing(plots: Mapping[str, Plot], plot_a_id: str, plot_b_id: str, settings: DisputeSettings) -> Facing:
    claims = (
        Claim(side="a", polygon=plots[plot_a_id], label=plot_a_id),
        Claim(side="b", polygon=plots[plot_b_id], label=plot_b_id),
    )
    return face_plots(*claims, (), replace(settings, largest_loop_m2=0.0))


def _parted(both: TwoPlots, line: FloatArray, own: tuple[str, str]) -> tuple[Polygon, Polygon]:
    """Return both plots: the line with the outer ring from its end on round to its start, and the rest."""
    ring = both.ring
    start_m, end_m = ring.locate(line[0]), ring.locate(line[-1])
    length = ring.length_m
    left = np.vstack((line, _arc(ring, end_m, end_m + (start_m - end_m) % length)))
    right = np.vstack((line[::-1], _arc(ring, start_m, start_m + (end_m - start_m) % length)))
    shells = [Polygon(without_repeats(shell, 1e-9)) for shell in (left, right)]
    for plot_id, shell in zip(own, shells, strict=True):
        if not shell.is_valid:
            raise falls_apart(own)
        if shell.area < LEAST_PLOT_M2:
            raise DisputeError(
                "plot_emptied",
                zh="按这条线，地块 {plot} 只剩 {area_m2} 平方米：这不是界线调整，请按地块转移办理。",
                en="By this line plot {plot} would keep only {area_m2} m²: that is no change of a boundary but a "
                "transfer of the plot.",
                where=plot_id,
                plot=plot_id,
                area_m2=round(float(shell.area), 2),
            )
    first, second = (_with_holes(shell, both, line, own) for shell in shells)
    return first, second


def _arc(ring: Ruler, start_m: float, end_m: float) -> FloatArray:
    """Return the ring's points strictly between two chainages, round its first point if need be."""
    chainages = np.concatenate((ring.chainage_m[:-1], ring.chainage_m[:-1] + ring.length_m))
    points = np.vstack((ring.coords[:-1], ring.coords[:-1]))
    inside = (chainages > start_m + 1e-7) & (chainages < end_m - 1e-7)
    return points[inside]


def _with_holes(shell: Polygon, both: TwoPlots, line: FloatArray, own: tuple[str, str]) -> Polygon:
    """Return a plot with the holes that lie in it; gaps between the plots stay gaps."""
    inside = []
    for hole in both.holes:
        if hole.intersects(LineString(line)):
            cut = polygon_parts(shapely.difference(shell, hole), LEAST_PLOT_M2)
            if len(cut) != 1:
                raise falls_apart(own)
            shell = cut[0]
        elif shell.contains(hole):
            inside.append(hole.exterior)
    return Polygon(shell.exterior, [*shell.interiors, *inside]) if inside else shell


def _with_other_parts(plot: Plot, old: Polygon | None, new: Polygon) -> Plot:
    """Return a plot with one of its parts exchanged."""
    parts = polygon_parts(plot)
    if len(parts) == 1 or old is None:
        return new
    kept = [part for part in parts if not part.equals(old)]
    return MultiPolygon([new, *kept])


def _noded(plots: Mapping[str, Plot], changed: Mapping[str, Plot], line: FloatArray) -> dict[str, Plot]:
    """Return the neighbours on whose straight side the line ends, with that point in their rings."""
    found: dict[str, Plot] = {}
    ids = [plot_id for plot_id in plots if plot_id not in changed]
    tree = shapely.STRtree([plots[plot_id] for plot_id in ids])
    for point in (line[0], line[-1]):
        for index in tree.query(shapely.points(point), predicate="dwithin", distance=1e-6):
            plot_id = ids[int(index)]
            plot = found.get(plot_id, plots[plot_id])
            with_point = _with_point(plot, point)
            if with_point is not None:
                found[plot_id] = with_point
    return found


def _with_point(plot: Plot, point: FloatArray) -> Plot | None:
    """Return a plot with ``point`` inserted in the side it lies on; None when it is a corner already."""
    parts = []
    inserted = False
    for part in polygon_parts(plot):
        rings = []
        for ring in (part.exterior, *part.interiors):
            coords = coordinates(ring)
            ruler = Ruler(coords)
            near = ruler.distance_m(point) <= 1e-6 and np.hypot(*(coords - point).T).min() > 1e-9
            if near:
                side = int(np.searchsorted(ruler.chainage_m, ruler.locate(point)))
                coords, inserted = np.insert(ruler.coords, side, point, axis=0), True
            rings.append(coords)
        parts.append(Polygon(rings[0], rings[1:]))
    if not inserted:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _checked(
    plots: Mapping[str, Plot],
    changed: dict[str, Plot],
    noded: dict[str, Plot],
    placed: Laid,
    own: tuple[str, str],
    zone: Plane | None,
) -> Redrawn:
    """Return the result when no gap or overlap is new and the total area is kept."""
    before = {plot_id: plots[plot_id] for plot_id in own}
    after = {plot_id: changed[plot_id] for plot_id in own}
    area_before, area_after = _areas_m2(before, zone), _areas_m2(after, zone)
    around = _neighbourhood(plots, own)
    valid_before = _is_coverage([plots[plot_id] for plot_id in around])
    now = {**{plot_id: plots[plot_id] for plot_id in around}, **noded, **changed}
    valid_after = _is_coverage(list(now.values()))
    total = _areas_m2({"": shapely.union(before[own[0]], before[own[1]])}, zone)[""]
    kept = abs(sum(area_after.values()) - total) <= TOTAL_KEPT_M2
    if not kept or (valid_before and not valid_after):
        raise DisputeError(
            "coverage_broken",
            zh="改线后会出现新的缝隙或重叠（面积差 {difference_m2} 平方米）：没有更改，请检查两块地的界址点。",
            en="The new line would leave a gap or an overlap (areas differ by {difference_m2} m²): nothing was changed. "
            "Check the boundary points of both plots.",
            difference_m2=round(sum(area_after.values()) - total, 4),
        )
    return Redrawn(
        changed=changed,
        noded=noded,
        boundary=LineString(placed.line),
        area_before_m2=area_before,
        area_after_m2=area_after,
        to_a_m2=area_after[own[0]] - area_before[own[0]],
        joined_m=placed.joined_m,
        cut_m=placed.cut_m,
        valid_before=valid_before,
        valid_after=valid_after,
    )


def _neighbourhood(plots: Mapping[str, Plot], own: tuple[str, str]) -> list[str]:
    """Return both plots and every plot that meets one of them."""
    ids, shapes = list(plots), list(plots.values())
    tree = shapely.STRtree(shapes)
    hits = {int(i) for plot_id in own for i in tree.query(plots[plot_id], predicate="dwithin", distance=0.5)}
    return [ids[i] for i in sorted(hits)]


def _is_coverage(shapes: list[Plot]) -> bool:
    return bool(shapely.coverage_is_valid(shapes))


def _areas_m2(plots: Mapping[str, BaseGeometry], zone: Plane | None) -> dict[str, float]:
    if zone is None:
        return {plot_id: measure.plane_area_m2(plot) for plot_id, plot in plots.items()}
    return {plot_id: measure.area_m2(plot, zone) for plot_id, plot in plots.items()}
