"""An agreed line laid into two plots: from one meeting with their outer ring to the other.

The agreed line ends where the claims' end points are, which may be centimetres or metres from the registered corner.
(1) An end on the outer ring is the meeting; (2) an end on the old common line is reached along that line; (3) an end up to
`JOIN_M` short of the corner is joined to it straight; (4) a bit of up to `JOIN_M` beyond the outer ring is cut off. Farther
than that, or outside in between, the line would take land from somebody who is no party, and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from geo.errors import DisputeError
from geo.facing import Facing
from geo.lens import SLIVER_M2, between
from geo.polyline import FloatArray, Ruler, coordinates, directed_like, polygon_parts, without_repeats

__all__ = ["JOIN_M", "SNAP_M", "Laid", "TwoPlots", "falls_apart", "laid", "two_plots"]

JOIN_M = 5.0
"""Longest piece by which an agreed line is carried on, or cut back, to meet the outer ring."""

SNAP_M = 0.05
"""A meeting this near to a point of the outer ring is that point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPlots:
    """Two plots that face each other, as one.

    ``filled`` is the ground within the outer ring, counter-clockwise; ``holes`` what belongs to neither plot in it:
    gaps between them, and third plots inside one. ``old`` is the common line so far, as A's ring has it.
    """

    filled: Polygon
    ring: Ruler
    holes: tuple[Polygon, ...]
    old: Ruler


def two_plots(facing: Facing) -> TwoPlots:
    """Return two facing plots as one."""
    plots = [plot for plot in (facing.plot_a, facing.plot_b) if plot is not None]
    old = Ruler(facing.line_a).between(facing.start.a_m, facing.end.a_m)
    other = Ruler(facing.line_b).between(facing.start.b_m, facing.end.b_m)
    gap, _, _ = between(old, np.vstack((old[:1], other, old[-1:])))
    both = shapely.union_all(plots)
    parts = polygon_parts(shapely.union_all([*plots, gap]) if gap is not None else both)
    filled = Polygon(max(parts, key=lambda part: part.area).exterior)
    filled = shapely.orient_polygons(filled, exterior_cw=False)
    holes = polygon_parts(shapely.difference(filled, both), SLIVER_M2)
    ring = Ruler(coordinates(filled.exterior))
    return TwoPlots(filled=filled, ring=ring, holes=tuple(holes), old=Ruler(old))


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """The line from meeting to meeting; how much was joined on and how much cut off at its ends."""

    line: FloatArray
    joined_m: float
    cut_m: float


def laid(
    both: TwoPlots, agreed_line: LineString, plots: Mapping[str, Polygon | MultiPolygon], own: tuple[str, str]
) -> Laid:
    """Return the agreed line from meeting to meeting with the outer ring, A on its left.

    Raises
    ------
    DisputeError
        ``line_misses_plots``, ``line_crosses_itself``, ``line_leaves_plots`` (naming whose line it would move among
        ``plots``), ``plot_falls_apart``.
    """
    line = directed_like(without_repeats(coordinates(agreed_line)), both.old)
    forward, joined_start, cut_start = _begun(line, both, both.old)
    backward, joined_end, cut_end = _begun(forward[::-1], both, Ruler(both.old.coords[::-1]))
    whole = without_repeats(backward[::-1], 1e-9)
    if len(whole) < 2 or not LineString(whole).is_simple:
        raise DisputeError(
            "line_crosses_itself",
            zh="协议线接到原界线后自相交叉：请检查协议线两端。",
            en="Carried on to the old boundary, the agreed line crosses itself: check its ends.",
        )
    found = Laid(line=whole, joined_m=joined_start + joined_end, cut_m=cut_start + cut_end)
    _refuse_outside(agreed_line, found, both, plots, own)
    return found


def _begun(line: FloatArray, both: TwoPlots, old: Ruler) -> tuple[FloatArray, float, float]:
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


def _cut_back(line: FloatArray, both: TwoPlots) -> tuple[FloatArray, float]:
    """Return the line without what it has outside or along the outer ring before it turns inside, and that length."""
    ruler = Ruler(line)
    inside = ruler.line.intersection(both.filled.buffer(-SNAP_M))
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
    outside_m = (
        float(LineString(before).difference(both.filled.buffer(SNAP_M)).length) if entry_m > 0 else 0.0
    )
    return ruler.between(start_m, ruler.length_m), outside_m


def _on_ring(point: FloatArray, ring: Ruler) -> FloatArray:
    """Return the ring's point nearest to one that lies on or beside it: a point of its own if there is one so near."""
    away = np.hypot(*(ring.coords - point).T)
    nearest = int(np.argmin(away))
    snaps = away[nearest] <= SNAP_M
    found: FloatArray = ring.coords[nearest] if snaps else ring.nearest(point)[1][0]
    return found


def _refuse_outside(
    agreed_line: LineString,
    placed: Laid,
    both: TwoPlots,
    plots: Mapping[str, Polygon | MultiPolygon],
    own: tuple[str, str],
) -> None:
    """Refuse a line that leaves the two plots, naming whose line it would move."""
    beyond = agreed_line.difference(both.filled.buffer(SNAP_M))
    line = LineString(placed.line)
    inner = LineString(Ruler(placed.line).between(SNAP_M, line.length - SNAP_M))
    crossing = inner.intersection(both.ring.line)
    outside_m = float(inner.difference(both.filled).length)
    if placed.cut_m > JOIN_M or outside_m > 0 or crossing.length > 0:
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
        raise falls_apart(own)


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


def falls_apart(own: tuple[str, str]) -> DisputeError:
    """Return the error of a line that cuts a plot into pieces."""
    return DisputeError(
        "plot_falls_apart",
        zh="按这条线，地块 {plot_a} 或 {plot_b} 会分成几块：请改线，使每块地保持完整。",
        en="By this line plot {plot_a} or {plot_b} would fall apart: change it so that each stays in one piece.",
        plot_a=own[0],
        plot_b=own[1],
    )
