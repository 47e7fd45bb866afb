"""Follow life in a whole township: the smallest change that restores the rules, beside dividing anew.

A parent in which nothing changed and whose groups keep the rules is not touched. In the others every change of
group has its price. The price starts high; it is lowered, where that gains the most, only while the township's
groups have drifted further than ``DRIFT`` from what dividing anew would give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geo.blocks import Block, blocks_of, graph_of
from geo.churn import continued, continued_large, division_cost, least_moves, likely_count
from geo.grouping import LARGE_HOUSEHOLDS, Effort, Task, divide_block, group_parts
from geo.partition import Division, Ground, Plan, divide, in_order, summed_up, way_of
from geo.trees import Window
from geo.ways import Way
from geo.windows import SizeWindow

__all__ = ["DRIFT", "STAY_WAYS", "Followed", "follow"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STAY_WAYS = (20.0, 3.0, 1.0, 0.4)
"""Prices of a change of group, in typical ways between neighbours, the dearest first."""

DRIFT = 0.01
"""How much dearer than dividing anew the township's groups may become before changes get cheaper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A division continued.

    Attributes
    ----------
    division : Division
        The groups now.
    continues : array of int, shape (k,)
        Old group that each group continues; -1 for a new one.
    moved : array of int
        Households that stayed and whose group changed.
    survivors : int
        Households that had a group before.
    least_moves : int
        How many had to change by arithmetic alone.
    anew : Division
        What dividing from nothing gives, to compare.
    """

    division: Division
    continues: IntArray
    moved: IntArray
    survivors: int
    least_moves: int
    anew: Division


@dataclass(slots=True)
class _Change:
    """A block to change: candidates (label, cost, moved), the dearest price first, and the one taken."""

    members: IntArray
    names: IntArray
    task: Task
    candidates: list[tuple[IntArray, float, int]]
    at_price: Callable[[float], tuple[IntArray, float, int]]
    counts: bool
    taken: int = 0


def follow(ground: Ground, plan: Plan, old: IntArray, changed: npt.NDArray[np.bool_]) -> Followed:
    """Return groups that keep the rules again, near the old ones.

    Parameters
    ----------
    old : array of int, shape (n,)
        Number of the group each household was in; -1 for those that had none.
    changed : array of bool, shape (m,)
        Parents in which households came, went or moved.
    """
    plan = replace(plan, squares=False)
    anew = divide(ground, plan)
    known = _at_home(ground, old)
    changes: list[_Change] = []
    least = 0
    for parent, members in enumerate(ground.members):
        if len(members) and (changed[parent] or not _keeps_rules(ground, plan, members, known[members])):
            changes.extend(_changes(ground, plan, parent, known))
            least += _least(known[members], plan.window)
    _settle(changes, ground, plan, known, anew)
    return _summed_up(changes, ground, plan, old, known, anew, least)


def _at_home(ground: Ground, old: IntArray) -> IntArray:
    """Return the old groups, without those of households that now belong to another parent."""
    known = old.copy()
    parent = ground.sites.parent
    for name in np.unique(old[old >= 0]).tolist():
        members = np.flatnonzero(old == name)
        home = np.bincount(parent[members]).argmax()
        known[members[parent[members] != home]] = -1
    return known


def _keeps_rules(ground: Ground, plan: Plan, members: IntArray, known: IntArray) -> bool:
    """Tell whether everybody has a group, and the groups have their sizes and lie in one place."""
    if (known < 0).any():
        return False
    label = in_order(known)
    size = np.bincount(label)
    window = plan.window.widened(len(members), len(size))
    if len(size) not in _counts(plan.window, len(members), len(size)):
        return False
    if size.min() < window.least or size.max() > window.most:
        return False
    blocks = blocks_of(members, ground.cells.part, ground.sites.placed_en, window, len(size))
    bridges = tuple(bridge for block in blocks for bridge in block.bridges)
    graph = graph_of(
        Block(members=members, groups=0, bridges=bridges), ground.cells.shared_m, way_of(ground, plan)
    )
    return bool((group_parts(graph, label) == 1).all())


def _least(known: IntArray, window: SizeWindow) -> int:
    survivors = np.unique(known[known >= 0], return_counts=True)[1]
    newcomers = int((known < 0).sum())
    return min(
        least_moves(survivors, newcomers, count, window.widened(len(known), count))
        for count in _counts(window, len(known), len(survivors))
    )


def _counts(window: SizeWindow, households: int, before: int) -> tuple[int, ...]:
    """Return the possible numbers of groups; a parent that cannot be cut as wanted keeps the number it had."""
    if window.group_counts(households) or not before:
        return window.best_counts(households)
    return (min(before, households),)


def _changes(ground: Ground, plan: Plan, parent: int, known: IntArray) -> list[_Change]:
    """Return the blocks of a parent with their dearest, least moving candidates."""
    members = ground.members[parent]
    survivors, newcomers = _counted(known[members])
    counts = _counts(plan.window, len(members), len(survivors))
    window = plan.window.widened(len(members), likely_count(survivors, newcomers, plan.window, counts))
    feasible = plan.window.fits(len(members))
    found, used = [], set[int]()
    for block in blocks_of(members, ground.cells.part, ground.sites.placed_en, window, None):
        change = _change(ground, plan, block, window, known, used)
        change.counts = feasible
        found.append(change)
        used.update(change.names.tolist())
    return found


def _counted(known: IntArray) -> tuple[IntArray, int]:
    """Return the sizes of the old groups, and the number of newcomers."""
    return np.unique(known[known >= 0], return_counts=True)[1], int((known < 0).sum())


def _change(
    ground: Ground, plan: Plan, block: Block, window: SizeWindow, known: IntArray, used: set[int]
) -> _Change:
    """Return one block with its first candidate; names used by another block do not continue here."""
    own = known[block.members]
    own = np.where(np.isin(own, sorted(used)), -1, own)
    names = np.unique(own[own >= 0])
    old = np.where(own >= 0, np.searchsorted(names, own), -1).astype(np.int64)
    way = way_of(ground, plan)
    survivors, newcomers = _counted(old)
    counts = _counts(window, len(old), len(survivors))
    groups = likely_count(survivors, newcomers, window, counts)
    seed = (plan.seed, 31, int(block.members[0]))
    task = Task(
        graph=graph_of(block, ground.cells.shared_m, way),
        groups=groups,
        window=Window(window.least, window.most),
        effort=Effort.named(plan.effort),
        seed=seed,
    )
    if len(block.members) > LARGE_HOUSEHOLDS:
        at_price = _large_candidates(task, lambda chosen: way.matrix(block.members[chosen]), old)
    else:
        at_price = _candidates(task, way.matrix(block.members), old)
    return _Change(block.members, names, task, [at_price(STAY_WAYS[0])], at_price, True)


def _candidates(task: Task, way: FloatArray, old: IntArray) -> Callable[[float], tuple[IntArray, float, int]]:
    anew = divide_block(task, way)

    def at_price(stay_ways: float) -> tuple[IntArray, float, int]:
        label = continued(task, way, old, anew, stay_ways)
        return label, division_cost(way, label), int(((old >= 0) & (old != label)).sum())

    return at_price


def _large_candidates(
    task: Task, way_between: Callable[[IntArray], FloatArray], old: IntArray
) -> Callable[[float], tuple[IntArray, float, int]]:
    def at_price(stay_ways: float) -> tuple[IntArray, float, int]:
        label = continued_large(task, way_between, old, stay_ways)
        groups = [np.flatnonzero(label == name) for name in np.unique(label)]
        cost = sum(
            division_cost(way_between(group), np.zeros(len(group), dtype=np.int64)) for group in groups
        )
        return label, cost, int(((old >= 0) & (old != label)).sum())

    return at_price


def _settle(changes: list[_Change], ground: Ground, plan: Plan, known: IntArray, anew: Division) -> None:
    """Take cheaper changes where they gain the most a household, while the township drifts too far."""
    group = _labels(changes, known)[0]
    way = way_of(ground, plan)
    feasible = np.array([result.feasible for result in anew.parents], dtype=bool)[ground.sites.parent]
    fresh = _way_cost(way, anew.group, feasible)
    now = _way_cost(way, group, feasible)
    open_changes = [change for change in changes if change.counts]
    if now <= (1 + DRIFT) * fresh:
        return
    for change in open_changes:
        change.candidates.extend(change.at_price(price) for price in STAY_WAYS[1:])
    while now > (1 + DRIFT) * fresh:
        best = max((_gain(change) for change in open_changes), default=(0.0, 0, 0.0))
        if best[0] <= 0:
            break
        change = max(open_changes, key=lambda each: _gain(each)[0])
        change.taken = best[1]
        now -= best[2]


def _way_cost(way: Way, group: IntArray, counted: npt.NDArray[np.bool_]) -> float:
    """Return the sum of ways to the medoids of the groups that count."""
    members = np.flatnonzero(counted)
    order = members[np.argsort(group[members], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return float(sum(way.matrix(each).sum(axis=0).min() for each in groups if len(each)))


def _gain(change: _Change) -> tuple[float, int, float]:
    """Return the most a further household moved would gain, with which candidate, and how much in all."""
    _, cost, moved = change.candidates[change.taken]
    ranked = [
        ((cost - other[1]) / max(1, other[2] - moved), number, cost - other[1])
        for number, other in enumerate(change.candidates)
        if cost - other[1] > 1e-6
    ]
    return max(ranked, default=(0.0, change.taken, 0.0))


def _labels(changes: list[_Change], known: IntArray) -> tuple[IntArray, IntArray]:
    """Return the group of every household, 0 to k - 1, and the old group each continues."""
    label = known.copy()
    fresh = int(known.max(initial=-1)) + 1
    new_from = fresh
    for change in changes:
        own = change.candidates[change.taken][0]
        named = np.r_[change.names, fresh + np.arange(int(own.max(initial=0)) + 1)]
        label[change.members] = named[own]
        fresh = int(max(label.max(initial=-1) + 1, fresh))
    names, group = np.unique(label, return_inverse=True)
    return group.astype(np.int64), np.where(names < new_from, names, -1)


def _summed_up(
    changes: list[_Change],
    ground: Ground,
    plan: Plan,
    old: IntArray,
    known: IntArray,
    anew: Division,
    least: int,
) -> Followed:
    group, continues = _labels(changes, known)
    ordered = in_order_by_parent(group, ground.sites.parent)
    first = np.full(len(continues), -1, dtype=np.int64)
    first[ordered] = continues[group]
    moved = np.flatnonzero((old >= 0) & (continues[group] != old))
    return Followed(
        division=summed_up(ground, plan.window, ordered),
        continues=first,
        moved=moved,
        survivors=int((old >= 0).sum()),
        least_moves=least,
        anew=anew,
    )


def in_order_by_parent(group: IntArray, parent: IntArray) -> IntArray:
    """Return the same groups numbered parent by parent, in the order of their first household."""
    names, first = np.unique(group, return_index=True)
    order = np.lexsort((first, parent[first]))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return np.asarray(rank[np.searchsorted(names, group)], dtype=np.int64)
