"""The agreed line put into the neighbourhood: two plots change, all others stay as they are.

The outer ring of both plots together is kept point by point, so that no other plot's line moves; only what lies
between its two meetings with the agreed line is divided anew. A meeting in the middle of a neighbour's side becomes a
point *on* that side in the neighbour's ring too (kept in full precision, so that his line and his area stay what they
were): without it the three plots would no longer match point by point.

The agreed line ends where the claims' end points are, which may be centimetres or metres from the registered corner.
It is carried on: (1) an end on the outer ring is the meeting; (2) an end on the old common line is reached along that
line; (3) an end up to `JOIN_M` short of the corner is joined to it straight; (4) a bit of up to `JOIN_M` beyond the
outer ring is cut off. Farther than that, or outside in between, the line would take land from somebody who is no
party, and is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
from geo.polyline import FloatArray, Ruler, coordinates, directed_like, polygon_parts, without_repeats

__all__ = ["JOIN_M", "Redrawn", "Touching", "redraw", "touching"]

JOIN_M = 5.0
"""Longest piece by which an agreed line is carried on, or cut back, to meet the outer ring."""

SNAP_M = 0.05
"""A meeting this near to a point of the outer ring is that point."""

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
    both = _union(facing)
    laid = _laid(both, agreed_line)
    _refuse_outside(agreed_line, laid, both, plots, (plot_a_id, plot_b_id))
    parts = _parted(both, laid.line, (plot_a_id, plot_b_id))
    whole = [
        _with_other_parts(plots[plot_id], old, new)
        for plot_id, old, new in zip(
            (plot_a_id, plot_b_id), (facing.plot_a, facing.plot_b), parts, strict=True
        )
    ]
    changed = {plot_a_id: whole[0], plot_b_id: whole[1]}
    noded = _noded(plots, changed, laid.line)
    return _checked(plots, changed, noded, laid, (plot_a_id, plot_b_id), zone)


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
    return face_plots(*claims, (), settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Both:
    """Both plots together: the outer ring counter-clockwise, the holes, the old common line and its corners."""

    shape: Polygon
    ring: Ruler
    old: Ruler


def _union(facing: Facing) -> _Both:
    plots = [plot for plot in (facing.plot_a, facing.plot_b) if plot is not None]
    parts = polygon_parts(shapely.union_all(plots))
    shape = max(parts, key=lambda part: part.area)
    shape = shapely.orient_polygons(shape, exterior_cw=False)
    old = Ruler(Ruler(facing.line_a).between(facing.start.a_m, facing.end.a_m))
    return _Both(shape=shape, ring=Ruler(coordinates(shape.exterior)), old=old)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    line: FloatArray
    joined_m: float
    cut_m: float


def _laid(both: _Both, agreed_line: LineString) -> _Laid:
    """Return the agreed line from meeting to meeting with the outer ring, A on its left."""
    line = directed_like(without_repeats(coordinates(agreed_line)), both.old)
    forward, joined_start, cut_start = _begun(line, both, both.old)
    backward, joined_end, cut_end = _begun(forward[::-1], both, Ruler(both.old.coords[::-1]))
    laid = without_repeats(backward[::-1], 1e-9)
    if len(laid) < 2 or not LineString(laid).is_simple:
        raise DisputeError(
            "line_crosses_itself",
            zh="协议线接到原界线后自相交叉：请检查协议线两端。",
            en="Carried on to the old boundary, the agreed line crosses itself: check its ends.",
        )
    return _Laid(line=laid, joined_m=joined_start + joined_end, cut_m=cut_start + cut_end)


def _begun(line: FloatArray, both: _Both, old: Ruler) -> tuple[FloatArray, float, float]:
    """Return the line with its beginning on the outer ring, metres joined on, metres cut off."""
    line, cut_m = _cut_back(line, both)
    first = line[0]
    if both.ring.distance_m(first) <= SNAP_M:
        return np.vstack((_on_ring(first, both.ring), line[1:])), 0.0, cut_m
    corner = _on_ring(old.coords[0], both.ring)
    if old.distance_m(first) <= SNAP_M:
        way = old.between(0.0, old.locate(first))
        return np.vstack((corner, way[1:-1], line)), 0.0, cut_m
    gap_m = float(np.hypot(*(first - corner)))
    if gap_m <= JOIN_M:
        return np.vstack((corner, line)), gap_m, cut_m
    if old.distance_m(first) <= JOIN_M:
        way = old.between(0.0, old.locate(first))
        return np.vstack((corner, way[1:], line)), old.distance_m(first), cut_m
    if both.ring.distance_m(first) <= JOIN_M:
        return np.vstack((_on_ring(first, both.ring), line)), both.ring.distance_m(first), cut_m
    raise DisputeError(
        "line_misses_plots",
        zh="协议线的一端离两块地的边界 {distance_m} 米（限 {limit_m} 米）：请画到共同界址点。",
        en="One end of the agreed line lies {distance_m} m from the boundaries of the two plots (limit {limit_m} m): "
        "draw it to the common boundary point.",
        distance_m=round(both.ring.distance_m(first), 2),
        limit_m=JOIN_M,
    )


def _cut_back(line: FloatArray, both: _Both) -> tuple[FloatArray, float]:
    """Return the line without what it has outside or along the outer ring before it turns inside, and that length."""
    ruler = Ruler(line)
    inside = ruler.line.intersection(both.shape.buffer(-SNAP_M))
    if inside.is_empty:
        return line, 0.0
    points = coordinates(inside)
    entry_m = float(ruler.nearest(points)[0].min())
    before = ruler.between(0.0, entry_m)
    met = coordinates(LineString(before).intersection(both.ring.line)) if entry_m > 0 else np.empty((0, 2))
    on_ring = ruler.nearest(met)[0].tolist() if len(met) else []
    vertices = ruler.chainage_m[ruler.chainage_m <= entry_m]
    beside = vertices[both.ring.nearest(ruler.points_at(vertices))[2] <= SNAP_M]
    start_m = max([*on_ring, *beside.tolist(), 0.0])
    outside_m = float(LineString(before).difference(both.shape.buffer(SNAP_M)).length) if entry_m > 0 else 0.0
    return ruler.between(start_m, ruler.length_m), outside_m


def _on_ring(point: FloatArray, ring: Ruler) -> FloatArray:
    """Return the ring's point nearest to one that lies on or beside it: a point of its own if there is one so near."""
    away = np.hypot(*(ring.coords - point).T)
    nearest = int(np.argmin(away))
    snaps = away[nearest] <= SNAP_M
    found: FloatArray = ring.coords[nearest] if snaps else ring.nearest(point)[1][0]
    return found


def _refuse_outside(
    agreed_line: LineString, laid: _Laid, both: _Both, plots: Mapping[str, Plot], own: tuple[str, str]
) -> None:
    """Refuse a line that leaves the two plots, naming whose line it would move."""
    beyond = agreed_line.difference(both.shape.buffer(SNAP_M))
    line = LineString(laid.line)
    inner = LineString(Ruler(laid.line).between(SNAP_M, line.length - SNAP_M))
    crossing = inner.intersection(both.ring.line)
    outside_m = float(inner.difference(both.shape).length)
    if laid.cut_m > JOIN_M or outside_m > 0 or crossing.length > 0:
        taken = [shape for shape in (beyond, crossing) if not shape.is_empty]
        met = [
            plot_id
            for plot_id, plot in plots.items()
            if any(plot.distance(shape) <= SNAP_M for shape in taken)
        ]
        raise _leaves(
            max(outside_m, float(beyond.length)), float(crossing.length), [i for i in met if i not in own]
        )
    if not crossing.is_empty:
        raise _falls_apart(own)


def _leaves(outside_m: float, along_m: float, others: list[str]) -> DisputeError:
    return DisputeError(
        "line_leaves_plots",
        zh="协议线有 {outside_m} 米越出两方的地块、{along_m} 米压在别人的界线上（涉及：{others}）：未参加者的界线不移动。",
        en="The agreed line leaves the two plots for {outside_m} m and runs {along_m} m along others' lines "
        "(plots: {others}): the line of one who takes no part does not move.",
        outside_m=round(outside_m, 2),
        along_m=round(along_m, 2),
        others="、".join(others) or "-",
        ids=others,
    )


def _falls_apart(own: tuple[str, str]) -> DisputeError:
    return DisputeError(
        "plot_falls_apart",
        zh="按这条线，地块 {plot_a} 或 {plot_b} 会分成几块：请改线，使每块地保持完整。",
        en="By this line plot {plot_a} or {plot_b} would fall apart: change it so that each stays in one piece.",
        plot_a=own[0],
        plot_b=own[1],
    )


def _parted(both: _Both, line: FloatArray, own: tuple[str, str]) -> tuple[Polygon, Polygon]:
    """Return both plots: the line with the outer ring from its end on round to its start, and the rest."""
    ring = both.ring
    start_m, end_m = ring.locate(line[0]), ring.locate(line[-1])
    length = ring.length_m
    left = np.vstack((line, _arc(ring, end_m, end_m + (start_m - end_m) % length)))
    right = np.vstack((line[::-1], _arc(ring, start_m, start_m + (end_m - start_m) % length)))
    shells = [Polygon(without_repeats(shell, 1e-9)) for shell in (left, right)]
    for plot_id, shell in zip(own, shells, strict=True):
        if not shell.is_valid:
            raise _falls_apart(own)
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


def _with_holes(shell: Polygon, both: _Both, line: FloatArray, own: tuple[str, str]) -> Polygon:
    """Return a plot with the holes that lie in it; gaps between the plots stay gaps."""
    holes = []
    for hole in both.shape.interiors:
        if Polygon(hole).intersects(LineString(line)):
            cut = polygon_parts(shapely.difference(shell, Polygon(hole)), LEAST_PLOT_M2)
            if len(cut) != 1:
                raise _falls_apart(own)
            shell = cut[0]
        elif shell.contains(Polygon(hole)):
            holes.append(hole)
    return Polygon(shell.exterior, [*shell.interiors, *holes]) if holes else shell


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
    laid: _Laid,
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
        boundary=LineString(laid.line),
        area_before_m2=area_before,
        area_after_m2=area_after,
        to_a_m2=area_after[own[0]] - area_before[own[0]],
        joined_m=laid.joined_m,
        cut_m=laid.cut_m,
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
