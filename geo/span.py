"""The boundary cut into agreed and disputed spans, and the ground between the claims given to them.

Rules, numbered as in the code below:

1. Where the claims lie within the agreed distance of each other they agree; everything else is disputed.
2. A disputed part is seen from both lines: a finger of B that leaves A and comes back to the same place is
   disputed though no metre of A is far from B.
3. Agreed bits shorter than the shortest agreed stretch are points: where the lines cross there, two disputed
   stretches meet; where they only come near, one goes on.
4. Of two disputed stretches that meet in a point the short one joins its neighbour.
5. Nor does a crossing part two stretches that both lie within twice sigma of the difference.
6. All that lies between the lines belongs to the disputed stretch nearest along line A, slivers beside agreed
   stretches included, so that the stretches add up to the disputed area.

Chainages are those of claim A's line from its first point, closing segments not counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo import lens as lens_of
from geo.claim import DisputeSettings
from geo.lens import SLIVER_M2, Lens
from geo.polyline import FloatArray, Ruler, line_intervals, polygon_parts

__all__ = ["Ground", "Interval", "Span", "beside", "grounds", "joined_spans", "spans"]

Interval = tuple[float, float]

EXACTLY_M = 1e-4
"""Lines exactly the agreed distance apart agree, whatever the last bits of their coordinates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Chainages of a stretch on line A, before it has figures."""

    from_m: float
    to_m: float
    disputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A piece between the lines: to which span it belongs, and whether both claim it or neither does."""

    span: int
    shape: Polygon
    claimed: bool
    signed_m2: float


def spans(ruler_a: Ruler, ruler_b: Ruler, crossings_m: FloatArray, settings: DisputeSettings) -> list[Span]:
    """Return the agreed and disputed spans of line A, in order, from 0 to its length.

    Parameters
    ----------
    ruler_a, ruler_b : Ruler
        The claim lines without closing segments.
    crossings_m : array, shape (n,)
        Chainages on line A where the lines cross, rising.
    """
    away = _away(ruler_a, ruler_b, settings.agreed_within_m)
    parted = _parted(away, crossings_m, ruler_a.length_m, settings.shortest_agreed_m)
    parted = _without_short(parted, settings.shortest_disputed_m)
    found, at_m = [], 0.0
    for start_m, end_m in parted:
        if start_m > at_m:
            found.append(Span(from_m=at_m, to_m=start_m, disputed=False))
        found.append(Span(from_m=start_m, to_m=end_m, disputed=True))
        at_m = end_m
    if at_m < ruler_a.length_m or not found:
        found.append(Span(from_m=at_m, to_m=ruler_a.length_m, disputed=False))
    return found


def _away(ruler_a: Ruler, ruler_b: Ruler, within_m: float) -> list[Interval]:
    """Return the intervals of A where the lines are farther apart than ``within_m`` (rules 1 and 2).

    A finger of B stands on as much of A as the agreed distance on both sides.
    """
    found = _outside(ruler_a, ruler_b, within_m)
    for start_m, end_m in _outside(ruler_b, ruler_a, within_m):
        feet = ruler_a.nearest(ruler_b.points_at([start_m, end_m]))[0]
        first = 0.0 if start_m <= 1e-6 else float(feet.min())
        last = ruler_a.length_m if end_m >= ruler_b.length_m - 1e-6 else float(feet.max())
        short = max(0.0, within_m - abs(last - first) / 2)
        found.append((max(0.0, min(first, last) - short), min(ruler_a.length_m, max(first, last) + short)))
    merged: list[Interval] = []
    for start_m, end_m in sorted(found):
        if merged and start_m <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end_m, merged[-1][1])
        else:
            merged.append((start_m, end_m))
    return merged


def _outside(ruler: Ruler, other: Ruler, within_m: float) -> list[Interval]:
    away = ruler.line.difference(other.line.buffer(within_m + EXACTLY_M))
    found = [(max(0.0, start), min(ruler.length_m, end)) for start, end in line_intervals(ruler, away)]
    return [(start, end) for start, end in found if end - start > EXACTLY_M]


def _parted(
    away: list[Interval], crossings_m: FloatArray, length_m: float, shortest_m: float
) -> list[Interval]:
    """Return the disputed intervals with short agreed bits between them made points (rule 3)."""
    found: list[Interval] = []
    for start_m, end_m in away:
        if found and start_m - found[-1][1] < shortest_m:
            inside = crossings_m[(crossings_m >= found[-1][1] - 1e-9) & (crossings_m <= start_m + 1e-9)]
            before = found.pop()
            if inside.size:
                cut_m = float(inside[np.argmin(np.abs(inside - (before[1] + start_m) / 2))])
                found += [(before[0], cut_m), (cut_m, end_m)]
            else:
                found.append((before[0], end_m))
        else:
            found.append((start_m, end_m))
    if found and found[0][0] < shortest_m:
        found[0] = 0.0, found[0][1]
    if found and found[-1][1] > length_m - shortest_m:
        found[-1] = found[-1][0], length_m
    return found


def _without_short(parted: list[Interval], shortest_m: float) -> list[Interval]:
    """Return the disputed intervals with short ones joined to the shorter neighbour they meet (rule 4)."""
    found = list(parted)
    while True:
        short = [
            (end_m - start_m, i) for i, (start_m, end_m) in enumerate(found) if end_m - start_m < shortest_m
        ]
        for _, i in sorted(short):
            beside = [j for j in (i - 1, i + 1) if 0 <= j < len(found) and _meet(found, i, j)]
            if beside:
                j = min(beside, key=lambda k: found[k][1] - found[k][0])
                first, last = sorted((i, j))
                found[first : last + 1] = [(found[first][0], found[last][1])]
                break
        else:
            return found


def _meet(found: list[Interval], i: int, j: int) -> bool:
    first, last = sorted((i, j))
    return found[first][1] == found[last][0]


def joined_spans(
    cut: Sequence[Span], pieces: Sequence[Ground], rulers: tuple[Ruler, Ruler], sigma_m: float | None
) -> list[Span]:
    """Return the spans with disputed ones that meet in a crossing joined where both lie within noise (rule 5).

    Where the mean separation is at most twice sigma of the difference on both sides of a crossing, the crossing
    itself means nothing.
    """
    if sigma_m is None:
        return list(cut)
    area = np.bincount([piece.span for piece in pieces], [piece.shape.area for piece in pieces], len(cut))
    joined: list[Span] = []
    before = False
    for span, on_b, ground in zip(cut, beside(rulers, cut), area, strict=True):
        length = (span.to_m - span.from_m + on_b[1] - on_b[0]) / 2
        noise = span.disputed and ground <= 2 * sigma_m * length
        if noise and before and joined[-1].to_m == span.from_m:
            joined[-1] = Span(from_m=joined[-1].from_m, to_m=span.to_m, disputed=True)
        else:
            joined.append(span)
        before = noise
    return joined


def grounds(
    lenses: Sequence[Lens], cut: Sequence[Span], offset_m: float, plots: tuple[Polygon | None, Polygon | None]
) -> list[Ground]:
    """Return every piece between the lines with the disputed span it belongs to (rule 6).

    Parameters
    ----------
    lenses : sequence of Lens
        Between the closed lines.
    cut : sequence of Span
        Of line A; at least one is disputed.
    offset_m : float
        Length of line A's closing segment at the start.
    plots : (Polygon or None, Polygon or None)
        The plots claimed. With a plot, ground to the right of line B is claimed by both where A lies left.
    """
    disputed = [index for index, span in enumerate(cut) if span.disputed]
    borders = _borders(lenses, [cut[index] for index in disputed], offset_m)
    found: list[Ground] = []
    for each in lenses:
        if each.shape is None:
            continue
        for middle_m, shape, signed in _pieces(each, borders):
            owner = disputed[int(np.searchsorted(borders, middle_m))]
            found.extend(_claimed(owner, shape, signed, plots))
    return found


def _borders(lenses: Sequence[Lens], disputed: list[Span], offset_m: float) -> FloatArray:
    """Return the chainages on the closed line A that part the disputed spans: crossings where there are any."""
    nodes = np.array([each.start_a_m for each in lenses[1:]])
    found = []
    for before, after in pairwise(disputed):
        first, last = before.to_m + offset_m, after.from_m + offset_m
        inside = nodes[(nodes >= first - 1e-6) & (nodes <= last + 1e-6)]
        middle = (first + last) / 2
        found.append(float(inside[np.argmin(np.abs(inside - middle))]) if inside.size else middle)
    return np.array(found)


def _pieces(each: Lens, borders: FloatArray) -> list[tuple[float, Polygon | MultiPolygon, float]]:
    """Return (chainage of the middle, shape, signed area) of a lens cut across at the borders inside it."""
    assert each.shape is not None
    inside = borders[(borders > each.start_a_m + 1e-6) & (borders < each.end_a_m - 1e-6)]
    if not inside.size or each.folded:
        return [(each.middle_a_m, each.shape, each.signed_m2)]
    chain_a, chain_b = Ruler(each.chain_a), Ruler(each.chain_b)
    cuts_a = np.concatenate(([0.0], inside - each.start_a_m, [chain_a.length_m]))
    cuts_b = chain_b.nearest(chain_a.points_at(cuts_a))[0]
    cuts_b[0], cuts_b[-1] = 0.0, chain_b.length_m
    found = []
    for i in range(len(cuts_a) - 1):
        side_a = chain_a.between(cuts_a[i], cuts_a[i + 1])
        side_b = np.vstack((side_a[:1], chain_b.between(cuts_b[i], cuts_b[i + 1]), side_a[-1:]))
        shape, signed, _ = lens_of.between(side_a, side_b)
        if shape is not None:
            found.append((each.start_a_m + (cuts_a[i] + cuts_a[i + 1]) / 2, shape, signed))
    return found


def _claimed(
    owner: int, shape: Polygon | MultiPolygon, signed: float, plots: tuple[Polygon | None, Polygon | None]
) -> list[Ground]:
    """Return a piece as disputed or unclaimed ground; what a plot's hole takes out of it is neither."""
    if plots == (None, None):
        return [
            Ground(span=owner, shape=part, claimed=True, signed_m2=signed) for part in polygon_parts(shape)
        ]
    holed = any(plot is not None and plot.interiors for plot in plots)
    if isinstance(shape, Polygon) and not holed:
        return [Ground(span=owner, shape=shape, claimed=signed > 0, signed_m2=signed)]
    inside: BaseGeometry = shape
    outside: BaseGeometry = shape
    for plot in plots:
        if plot is not None:
            inside = shapely.intersection(inside, plot)
            outside = shapely.difference(outside, Polygon(plot.exterior))
    both = [(part, True) for part in polygon_parts(inside, SLIVER_M2)]
    neither = [(part, False) for part in polygon_parts(outside, SLIVER_M2)]
    return [
        Ground(
            span=owner, shape=part, claimed=claimed, signed_m2=math.copysign(part.area, 1 if claimed else -1)
        )
        for part, claimed in both + neither
    ]


def beside(rulers: tuple[Ruler, Ruler], cut: Sequence[Span]) -> list[Interval]:
    """Return the part of line B beside each span, rising."""
    ruler_a, ruler_b = rulers
    borders = ruler_a.points_at([span.to_m for span in cut[:-1]])
    along = ruler_b.nearest(borders)[0] if len(borders) else np.empty(0)
    chainages = np.maximum.accumulate(np.concatenate(([0.0], along, [ruler_b.length_m])))
    return [(float(chainages[i]), float(chainages[i + 1])) for i in range(len(cut))]
