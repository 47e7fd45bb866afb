"""Lines that share the disputed ground: by area or by worth, in any proportion.

Each disputed patch is shared in the proportion asked for, so that no one gets one patch for another, and the
whole is shared so too. Where the claims fold across each other, or lie centimetres apart, the line follows one
claim, turn by turn, and the other patches make up for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.optimize import brentq
from shapely.geometry.base import BaseGeometry

from geo.balance import thinned
from geo.boundary import Analysis
from geo.crs import Plane
from geo.lens import Lens
from geo.lens import between as ground_of
from geo.polyline import FloatArray, coordinates, rounded
from geo.proposal import Grade
from geo.sleeve import Sleeve
from geo.split import ground_between, split

__all__ = ["Worth", "graded_worth", "is_narrow", "shared_line", "through_lenses", "uncovered_m2"]

NARROW_M = 0.02
"""Mean width of a lens too narrow to lay another line through."""

NARROWEST_M = 0.003
"""The same where nothing wider is left to make up for what is given away."""

SMALL_M2 = 1.0
SMALL_SHARE = 0.02
"""A patch smaller than this, and than this share of all, is not shared but left to one side, turn by turn."""

THINNED_WITHIN_M = (0.5, 0.2, 0.1, 0.05, 0.02)
"""A shared line has no shape to be true to: it is thinned as far as it can be inside its lens."""

INSIDE_M = 1e-6
"""Room for rounding errors when a line is asked to be inside its lens."""

CLOSE_ENOUGH_M2 = 0.2
"""A share of the area is met when it is off by no more; the rounding to 1 mm moves about as much."""

Course = Callable[[Lens], FloatArray]
Worth = Callable[[BaseGeometry], float]


def is_narrow(lens: Lens, width_m: float = NARROW_M) -> bool:
    """Tell whether no third line fits into a lens: its mean width is less than ``width_m``, or it is folded."""
    length = float(np.hypot(*np.diff(lens.chain_a, axis=0).T).sum())
    return lens.shape is None or lens.folded or abs(lens.signed_m2) < width_m * length


@dataclass(frozen=True, slots=True)
class _Plan:
    """Chains for the lenses without room (None for the others), and what they give to A of how much."""

    chains: tuple[FloatArray | None, ...]
    given: float
    fixed: float


def _plan(analysis: Analysis, share: float, worth: Worth, width_m: float, small_m2: float) -> _Plan:
    """Leave each narrow lens to A or to B, so that A's part of them stays near ``share``."""
    chains: list[FloatArray | None] = []
    given = fixed = 0.0
    for lens in analysis.lenses:
        if lens.shape is None or lens.is_gap(analysis.plots_claimed):
            chains.append(lens.chain_a)
        elif is_narrow(lens, width_m) or lens.shape.area < small_m2:
            size = worth(lens.shape)
            to_a = given + size / 2 <= share * (fixed + size)
            fixed += size
            given += size if to_a else 0.0
            chains.append(lens.chain_a if to_a else lens.chain_b)
        else:
            chains.append(None)
    return _Plan(tuple(chains), given, fixed)


def through_lenses(analysis: Analysis, course: Course) -> FloatArray:
    """Return the line that takes ``course`` through each lens that has room, and a claim's chain through others."""
    plan = _plan(analysis, 0.5, _plane_area, NARROW_M, 0.0)
    pairs = zip(plan.chains, analysis.lenses, strict=True)
    return rounded([course(lens) if chain is None else chain for chain, lens in pairs])


def shared_line(analysis: Analysis, share: float, zone: Plane, worth: Worth | None = None) -> FloatArray:
    """Return the line that leaves ``share`` of every patch to A.

    Parameters
    ----------
    analysis : Analysis
    share : float
        A's part, 0 to 1.
    zone : Zone
        For areas of record.
    worth : function of a geometry, optional
        Worth of ground, additive; the area of record otherwise.
    """
    measure_of, whole = _gauge(analysis, worth)
    small_m2 = min(SMALL_M2, SMALL_SHARE * analysis.disputed.area)
    plan = _plan(analysis, share, measure_of, NARROW_M, small_m2)
    slack = CLOSE_ENOUGH_M2 / analysis.disputed.area * whole
    if not -slack <= share * whole - plan.given <= whole - plan.fixed + slack:
        plan = _plan(analysis, share, measure_of, NARROWEST_M, 0.0)
    free = whole - plan.fixed
    wanted = (share * whole - plan.given) / free if free > 0 else share
    cuts = [None if chain is not None else _Cut(lens, measure_of) for chain, lens in _beside(plan, analysis)]
    line = np.empty((0, 2))
    for _ in range(4):
        chains = [
            chain if cut is None or chain is not None else cut.line(wanted)
            for chain, cut in zip(plan.chains, cuts, strict=True)
        ]
        line = rounded([chain for chain in chains if chain is not None])
        off = share - _share_got(analysis, line, zone, worth)
        if abs(off) * analysis.disputed_area_m2 <= CLOSE_ENOUGH_M2 or free <= 0:
            break
        wanted += off * whole / free
    return line


def _beside(plan: _Plan, analysis: Analysis) -> list[tuple[FloatArray | None, Lens]]:
    return list(zip(plan.chains, analysis.lenses, strict=True))


def _plane_area(ground: BaseGeometry) -> float:
    return float(ground.area)


def _gauge(analysis: Analysis, worth: Worth | None) -> tuple[Worth, float]:
    """Return how ground within the lenses counts, and how much all of it counts."""
    gross = math.fsum(
        lens.shape.area
        for lens in analysis.lenses
        if lens.shape is not None and not lens.is_gap(analysis.plots_claimed)
    )
    holed = abs(gross - analysis.disputed.area) > 1e-3
    if worth is None and not holed:
        return _plane_area, gross
    count: Worth = worth or _plane_area
    return (lambda ground: count(shapely.intersection(ground, analysis.disputed))), count(analysis.disputed)


def _share_got(analysis: Analysis, line: FloatArray, zone: Plane, worth: Worth | None) -> float:
    if worth is None:
        return split(analysis, line, zone).to_a_m2 / analysis.disputed_area_m2
    to_a = shapely.intersection(analysis.disputed, ground_between(line, coordinates(analysis.closed_b)))
    return worth(to_a) / worth(analysis.disputed)


class _Cut:
    """One lens ready to be shared."""

    __slots__ = ("_count", "_ground", "_lens", "_sleeve", "_whole")

    def __init__(self, lens: Lens, count: Worth) -> None:
        self._lens = lens
        self._sleeve = Sleeve(lens)
        self._count = count
        self._whole = count(lens.shape) if lens.shape is not None else 0.0
        self._ground = shapely.buffer(lens.shape, INSIDE_M)
        shapely.prepare(self._ground)

    def line(self, share: float) -> FloatArray:
        """Return the chain that leaves ``share`` of the lens's worth to A."""
        wanted = min(1.0, max(0.0, share))
        if self._count is not _plane_area and 0 < wanted < 1 and self._whole > 0:
            wanted = float(brentq(self._excess, 0.0, 1.0, args=(wanted,), xtol=1e-7, rtol=1e-9))
        line = self._sleeve.line(wanted)
        for within_m in THINNED_WITHIN_M:
            fewer = thinned(line, within_m)
            if shapely.covered_by(shapely.linestrings(fewer), self._ground):
                return fewer
        return line

    def _excess(self, area_share: float, wanted: float) -> float:
        ground, _, _ = ground_of(self._sleeve.line(area_share), self._lens.chain_b)
        return (self._count(ground) if ground is not None else 0.0) / self._whole - wanted


def graded_worth(grades: Sequence[Grade]) -> Worth:
    """Return the function that gives ground its worth by the grades it lies on; off all grades it has none."""
    tree = shapely.STRtree([grade.polygon for grade in grades])

    def worth(ground: BaseGeometry) -> float:
        touched = tree.query(ground, predicate="intersects")
        return math.fsum(
            grades[i].value_per_m2 * float(shapely.intersection(ground, grades[i].polygon).area)
            for i in touched
        )

    return worth


def uncovered_m2(analysis: Analysis, grades: Sequence[Grade]) -> tuple[float, float]:
    """Return the plane areas of disputed ground that no grade covers, and that several cover."""
    inside = [shapely.intersection(analysis.disputed, grade.polygon) for grade in grades]
    covered = float(shapely.union_all(inside).area) if inside else 0.0
    return analysis.disputed.area - covered, math.fsum(part.area for part in inside) - covered
