"""What lies between two lines: the lenses from one crossing to the next.

Two lines that begin and end in common points enclose a lens between every two crossings that follow each
other on *both* lines. Where a line folds back and the order of crossings differs, the longest common order
is kept, and what is left inside one lens counts where the two lines see it on different sides (an odd number
of crossings away from the outside); such a lens is *folded*.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from geo.polyline import SAME_POINT_M, FloatArray, Ruler, polygon_parts, signed_area_m2

__all__ = ["Lens", "between", "lenses"]

_Ground = tuple[Polygon | MultiPolygon | None, float, bool]

SLIVER_M2 = 1e-6
"""Areas up to this are none (DEFINITIONS 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """The ground between two lines from one crossing to the next.

    ``chain_a`` and ``chain_b`` run between the same two points; chainages are those of the two lines.
    ``signed_m2`` (plane) is positive where line B lies to the left of line A. ``shape`` is None where the
    lines coincide.
    """

    start_a_m: float
    end_a_m: float
    start_b_m: float
    end_b_m: float
    chain_a: FloatArray
    chain_b: FloatArray
    shape: Polygon | MultiPolygon | None
    signed_m2: float
    folded: bool

    def is_gap(self, plots_claimed: bool) -> bool:
        """Tell whether neither claims the ground: between plots, where line B does not lie left of line A."""
        return plots_claimed and not self.folded and self.signed_m2 < 0

    @property
    def middle_a_m(self) -> float:
        """Return the chainage on line A halfway along the lens."""
        return (self.start_a_m + self.end_a_m) / 2


def lenses(line_a: FloatArray, line_b: FloatArray) -> list[Lens]:
    """Return the lenses between two simple lines with common ends, in their order along line A."""
    ruler_a, ruler_b = Ruler(line_a), Ruler(line_b)
    nodes = _common_order(_nodes(ruler_a, ruler_b))
    found = _lenses(ruler_a, ruler_b, nodes)
    while True:
        clash = _overlapping(found)
        if clash is None:
            return found
        del nodes[clash[0] + 1 : clash[1] + 1]
        found = _lenses(ruler_a, ruler_b, nodes)


def _overlapping(found: list[Lens]) -> tuple[int, int] | None:
    """Return the numbers of two lenses that overlap, which happens when a line folds far across others."""
    shaped = [(index, each.shape) for index, each in enumerate(found) if each.shape is not None]
    filled, shapes = [index for index, _ in shaped], [shape for _, shape in shaped]
    if len(shapes) < 2 or shapely.is_valid(
        MultiPolygon([part for shape in shapes for part in polygon_parts(shape)])
    ):
        return None
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True) if i < j]
    areas = [float(shapely.intersection(shapes[i], shapes[j]).area) for i, j in pairs]
    worst = int(np.argmax(areas))
    if areas[worst] <= SLIVER_M2:
        return None
    return filled[pairs[worst][0]], filled[pairs[worst][1]]


def between(chain_a: FloatArray, chain_b: FloatArray) -> _Ground:
    """Return shape, signed plane area and whether folded, of the ground between two chains with common ends."""
    return _grounds([chain_a], [chain_b])[0]


def _odd_parts(ring: FloatArray, signed: float) -> _Ground:
    """Return the parts that a ring crossing itself goes round an odd number of times."""
    parts = polygon_parts(shapely.make_valid(Polygon(ring), method="linework"), SLIVER_M2)
    if not parts:
        return None, signed, False
    total = sum(part.area for part in parts)
    largest = max(parts, key=lambda part: part.area)
    if total - largest.area <= 1e-3 * total:
        return largest, signed, len(largest.interiors) > 0
    return MultiPolygon(parts), signed, True


@dataclass(frozen=True, slots=True)
class _Node:
    a_m: float
    b_m: float
    point: FloatArray


def _nodes(ruler_a: Ruler, ruler_b: Ruler) -> list[_Node]:
    """Return the points that both lines pass, their ends included, in their order along line A."""
    met = shapely.get_coordinates(ruler_a.line.intersection(ruler_b.line))
    nodes = [_Node(0.0, 0.0, ruler_a.coords[0])]
    if len(met):
        on_a, on_b = ruler_a.nearest(met)[0], ruler_b.nearest(met)[0]
        order = np.lexsort((on_b, on_a))
        for index in order.tolist():
            nodes.append(_Node(float(on_a[index]), float(on_b[index]), met[index]))
    nodes.append(_Node(ruler_a.length_m, ruler_b.length_m, ruler_a.coords[-1]))
    return nodes


def _common_order(nodes: list[_Node]) -> list[_Node]:
    """Return the longest series of nodes that rises along both lines, first and last kept."""
    first, last = nodes[0], nodes[-1]
    gap = 1e-6
    inner = [
        node
        for node in nodes[1:-1]
        if first.a_m + gap < node.a_m < last.a_m - gap and first.b_m + gap < node.b_m < last.b_m - gap
    ]
    ends: list[float] = []
    at: list[int] = []
    before: list[int] = []
    for index, node in enumerate(inner):
        place = bisect_left(ends, node.b_m)
        before.append(at[place - 1] if place else -1)
        ends[place : place + 1] = [node.b_m]
        at[place : place + 1] = [index]
    kept: list[_Node] = []
    index = at[-1] if at else -1
    while index >= 0:
        if not kept or (kept[-1].a_m - inner[index].a_m > gap and kept[-1].b_m - inner[index].b_m > gap):
            kept.append(inner[index])
        index = before[index]
    return [first, *reversed(kept), last]


def _lenses(ruler_a: Ruler, ruler_b: Ruler, nodes: list[_Node]) -> list[Lens]:
    """Return the lens between every two nodes."""
    points = np.array([node.point for node in nodes])
    chains_a = _chains(ruler_a, np.array([node.a_m for node in nodes]), points)
    chains_b = _chains(ruler_b, np.array([node.b_m for node in nodes]), points)
    found = []
    for (first, last), chain_a, chain_b, ground in zip(
        pairwise(nodes), chains_a, chains_b, _grounds(chains_a, chains_b), strict=True
    ):
        shape, signed, folded = ground
        found.append(
            Lens(
                start_a_m=first.a_m,
                end_a_m=last.a_m,
                start_b_m=first.b_m,
                end_b_m=last.b_m,
                chain_a=chain_a,
                chain_b=chain_b,
                shape=shape,
                signed_m2=signed,
                folded=folded,
            )
        )
    return found


def _chains(ruler: Ruler, at_m: FloatArray, points: FloatArray) -> list[FloatArray]:
    """Return the parts of a line from each of the given points to the next; ``at_m`` rises."""
    following = np.clip(np.searchsorted(at_m, ruler.chainage_m), 1, len(at_m) - 1)
    apart = np.minimum(
        np.abs(ruler.chainage_m - at_m[following - 1]), np.abs(ruler.chainage_m - at_m[following])
    )
    inner = apart > SAME_POINT_M
    order = np.argsort(np.concatenate((at_m, ruler.chainage_m[inner])), kind="stable")
    coords = np.vstack((points, ruler.coords[inner]))[order]
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return [coords[start : end + 1] for start, end in pairwise(place[: len(at_m)].tolist())]


def _grounds(chains_a: list[FloatArray], chains_b: list[FloatArray]) -> list[_Ground]:
    """Return what `between` does for many pairs of chains at once."""
    rings = [np.vstack((a, b[-2:0:-1], a[:1])) for a, b in zip(chains_a, chains_b, strict=True)]
    found: list[_Ground] = [(None, 0.0, False)] * len(rings)
    solid = [index for index, ring in enumerate(rings) if len(ring) > 3]
    if not solid:
        return found
    sizes = [len(rings[index]) for index in solid]
    coords = np.vstack([rings[index] for index in solid])
    closed = shapely.linearrings(coords, indices=np.repeat(np.arange(len(solid)), sizes))
    shapes: npt.NDArray[np.object_] = np.asarray(shapely.polygons(closed), dtype=object)
    areas, valid = np.asarray(shapely.area(shapes)), np.asarray(shapely.is_valid(shapes))
    signs = np.where(np.asarray(shapely.is_ccw(closed)), 1.0, -1.0)
    for place, index in enumerate(solid):
        if valid[place]:
            shape = shapes[place] if areas[place] > SLIVER_M2 else None
            found[index] = (shape, float(signs[place] * areas[place]), False)
        else:
            found[index] = _odd_parts(rings[index], signed_area_m2(rings[index][:-1]))
    return found
