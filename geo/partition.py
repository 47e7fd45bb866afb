"""Divide the households of every parent into groups: bounded by the parent, moderate in size, seamless.

Terms of DEFINITIONS 20. Groups consist of households whose ground is adjacent, so that each group's ground is
one piece wherever its parent is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from geo.blocks import Block, blocks_of, graph_of
from geo.cells import Cells, make_cells
from geo.grouping import (
    LARGE_HOUSEHOLDS,
    Effort,
    EffortName,
    Task,
    divide_block,
    divide_large,
    group_parts,
)
from geo.sites import Sites, place_sites
from geo.trees import Window
from geo.ways import Straight, Way
from geo.windows import LeastChange, SizeWindow

__all__ = ["Division", "Ground", "ParentResult", "Plan", "divide", "divide_parent", "lay_out", "summed_up"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to divide.

    Attributes
    ----------
    window : SizeWindow
        Sizes wanted.
    effort : {"quick", "thorough"}
        Thorough takes about thirty times as long.
    squares : bool
        Measure squared distances to the centre of the group, as k-means does, instead of distances to the
        medoid household.
    way : Way, optional
        Cost of walking from household to household; straight distance by default.
    seed : int
        The same seed gives the same groups.
    """

    window: SizeWindow
    effort: EffortName = "quick"
    squares: bool = False
    way: Way | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Households on the ground of their parents, before they are divided.

    Attributes
    ----------
    members : tuple of array
        Households of each parent, ascending.
    """

    sites: Sites
    cells: Cells
    members: tuple[IntArray, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentResult:
    """What became of one parent.

    Attributes
    ----------
    parent : int
        Index of the parent.
    households, groups : int
        Numbers of both.
    window : SizeWindow
        Sizes its groups were made to; opened when it cannot be cut as wanted.
    least_change : LeastChange, optional
        What would make it possible, when it cannot be cut as wanted.
    bridged : int
        Groups that lie in several places because the parent's pieces cannot be cut one by one.
    torn : int
        Groups that lie in several places though they need not.
    objective_m : float
        Sum of the plane distances of households to their group's medoid household.
    """

    parent: int
    households: int
    groups: int
    window: SizeWindow
    least_change: LeastChange | None
    bridged: int
    torn: int
    objective_m: float

    @property
    def feasible(self) -> bool:
        """Tell whether the parent can be cut into the sizes wanted."""
        return self.least_change is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Households divided into groups.

    Attributes
    ----------
    group : array of int, shape (n,)
        Number of each household's group, 0 to the number of groups - 1, parent by parent.
    group_parent, medoid, size : array of int, shape (k,)
        Of each group: its parent; the household with the least sum of plane distances to the others (ties: the
        first); how many households it has.
    objective_m : float
        Sum over all parents.
    violations : int
        Groups outside the window, in parents that can be cut as wanted.
    torn : int
        Groups that lie in several places though they need not.
    """

    window: SizeWindow
    ground: Ground
    group: IntArray
    group_parent: IntArray
    medoid: IntArray
    size: IntArray
    parents: tuple[ParentResult, ...]
    objective_m: float
    violations: int
    torn: int


def lay_out(given_en: FloatArray, parent: IntArray, parents: npt.NDArray[Any]) -> Ground:
    """Give every household its own ground inside its parent.

    Parameters
    ----------
    given_en : array, shape (n, 2)
        Easting and northing of the households, metres in the working plane.
    parent : array of int, shape (n,)
        Index into ``parents``.
    parents : array of Polygon or MultiPolygon, shape (m,)
        Valid areas in the same plane.
    """
    sites = place_sites(given_en, parent, parents)
    order = np.argsort(sites.parent, kind="stable")
    members = np.split(order, np.searchsorted(sites.parent[order], np.arange(1, len(parents))))
    return Ground(sites=sites, cells=make_cells(sites, parents), members=tuple(members))


def divide(ground: Ground, plan: Plan) -> Division:
    """Divide every parent's households into groups.

    Examples
    --------
    >>> import shapely
    >>> east = np.arange(16.0)
    >>> homes = np.column_stack([10 * east + 5, np.full(16, 5.0)])
    >>> field = np.array([shapely.box(0, 0, 160, 10)])
    >>> ground = lay_out(homes, np.zeros(16, dtype=np.int64), field)
    >>> found = divide(ground, Plan(window=SizeWindow(least=7, target=8, most=9)))
    >>> found.size.tolist(), found.violations, found.torn
    ([8, 8], 0, 0)
    """
    group = np.full(len(ground.sites.parent), -1, dtype=np.int64)
    made = 0
    for parent, members in enumerate(ground.members):
        if len(members):
            label = divide_parent(ground, plan, parent)
            group[members] = made + label
            made += int(label.max()) + 1
    return summed_up(ground, plan.window, group)


def divide_parent(ground: Ground, plan: Plan, parent: int) -> IntArray:
    """Return the groups of one parent's households, numbered from 0 in the order of their first household."""
    members = ground.members[parent]
    groups = plan.window.group_count(len(members))
    window = plan.window.widened(len(members), groups)
    found = blocks_of(members, ground.cells.part, ground.sites.placed_en, window, groups)
    label = np.full(len(members), -1, dtype=np.int64)
    made = 0
    for block in found:
        own = _divide(ground, plan, block, window, parent)
        label[np.searchsorted(members, block.members)] = made + own
        made += block.groups
    return in_order(label)


def in_order(label: IntArray) -> IntArray:
    """Return the same groups numbered in the order of their first household."""
    _, first, compact = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[compact], dtype=np.int64)


def _divide(ground: Ground, plan: Plan, block: Block, window: SizeWindow, parent: int) -> IntArray:
    way = way_of(ground, plan)
    task = Task(
        graph=graph_of(block, ground.cells.shared_m, way),
        groups=block.groups,
        window=Window(window.least, window.most),
        effort=Effort.named(plan.effort),
        seed=(plan.seed, parent, int(block.members[0])),
        squares=plan.squares,
    )
    if len(block.members) > LARGE_HOUSEHOLDS:
        return divide_large(task, lambda chosen: way.matrix(block.members[chosen]))
    return divide_block(task, way.matrix(block.members))


def way_of(ground: Ground, plan: Plan) -> Way:
    """Return what ways cost under a plan."""
    return plan.way or Straight(ground.sites.given_en, squares=plan.squares)


def summed_up(ground: Ground, window: SizeWindow, group: IntArray) -> Division:
    """Return the division that gives each household the group of that number, 0 to k - 1, none empty."""
    groups = int(group.max(initial=-1)) + 1
    size = np.bincount(group, minlength=groups)
    medoid, cost = _medoids(ground.sites.given_en, group, groups)
    group_parent = ground.sites.parent[medoid] if groups else np.empty(0, dtype=np.int64)
    parents = tuple(_result(ground, window, group, parent, cost) for parent in range(len(ground.members)))
    feasible = np.array([result.feasible for result in parents], dtype=bool)
    outside = (size < window.least) | (size > window.most)
    return Division(
        window=window,
        ground=ground,
        group=group,
        group_parent=group_parent,
        medoid=medoid,
        size=size,
        parents=parents,
        objective_m=float(cost.sum()),
        violations=int((outside & feasible[group_parent]).sum()) if groups else 0,
        torn=sum(result.torn for result in parents),
    )


def _medoids(given_en: FloatArray, group: IntArray, groups: int) -> tuple[IntArray, FloatArray]:
    """Return the medoid household of each group and the sum of its distances."""
    order = np.argsort(group, kind="stable")
    medoid, cost = np.empty(groups, dtype=np.int64), np.empty(groups)
    for number, members in enumerate(np.split(order, np.searchsorted(group[order], np.arange(1, groups)))):
        sums = cdist(given_en[members], given_en[members]).sum(axis=1)
        medoid[number], cost[number] = members[np.argmin(sums)], sums.min()
    return medoid, cost


def _result(
    ground: Ground, window: SizeWindow, group: IntArray, parent: int, cost: FloatArray
) -> ParentResult:
    members = ground.members[parent]
    names, label = np.unique(group[members], return_inverse=True)
    count = len(members)
    bridged, torn = _places(ground, window, members, label.astype(np.int64))
    return ParentResult(
        parent=parent,
        households=count,
        groups=len(names),
        window=window.widened(count, len(names)) if count else window,
        least_change=None if count and window.group_counts(count) else window.least_change(count),
        bridged=bridged,
        torn=torn,
        objective_m=float(cost[names].sum()),
    )


def _places(ground: Ground, window: SizeWindow, members: IntArray, label: IntArray) -> tuple[int, int]:
    """Return how many groups lie in several places because they must, and how many though they need not."""
    if not len(members):
        return 0, 0
    whole = Block(members=members, groups=0)
    several = group_parts(graph_of(whole, ground.cells.shared_m, Straight(ground.sites.given_en)), label) > 1
    if not several.any():
        return 0, 0
    groups = len(several)
    opened = window.widened(len(members), groups)
    blocks = blocks_of(members, ground.cells.part, ground.sites.placed_en, opened, groups)
    must = sum(len(block.bridges) for block in blocks)
    found = int(several.sum())
    return min(found, must), max(0, found - must)
