"""Divide one block of households into connected groups of the sizes wanted, at little cost.

Small blocks: the cheapest division of all is computed; when its groups are connected, nothing can be better.
Otherwise, and for larger blocks: several first divisions from random trees, each annealed, the best kept. Very
large blocks are annealed piece by piece, the pieces chosen anew in every round, so that work and memory grow
with the number of households only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.annealing import Outcome, Prices, Schedule, anneal
from geo.bounds import EXACT_HOUSEHOLDS, best_division
from geo.chance import seeded
from geo.lagrangean import relax
from geo.trees import Graph, Window, cut_into_groups

__all__ = [
    "LARGE_HOUSEHOLDS",
    "MISFIT_WAYS",
    "Effort",
    "EffortName",
    "Task",
    "anneal_pieces",
    "divide_block",
    "divide_large",
    "group_parts",
    "induced",
    "typical_way",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
EffortName: TypeAlias = Literal["quick", "thorough"]
Rank: TypeAlias = tuple[int, float]

MISFIT_WAYS = 50.0
"""Price of a household too many or too few, in typical ways between neighbours."""

LARGE_HOUSEHOLDS = 1500
"""Larger blocks are annealed piece by piece."""

_HOT, _COLD = 2.5, 0.02
_RELAX_STEPS = 120
_FIRST_STEPS = 300
_MOST_SETS = 3000
_PIECE_GROUPS = (30, 45, 70)
_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much work goes into a block: starts, annealing steps per household, further tries until sizes fit."""

    starts_small: int
    starts: int
    steps: int
    tries_to_fit: int = 12

    @classmethod
    def named(cls, name: EffortName) -> Effort:
        """Return the quick or the thorough effort."""
        if name == "quick":
            return cls(starts_small=4, starts=1, steps=2500)
        return cls(starts_small=20, starts=4, steps=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A block to divide.

    Attributes
    ----------
    graph : Graph
        Connected graph of neighbours; its weights are ways.
    groups : int
        Number of groups.
    window : Window
        Sizes.
    seed : tuple of int
        The same seed gives the same division.
    squares : bool
        Ways are squared distances, and the cost of a group is taken to its centre, not to its medoid.
    """

    graph: Graph
    groups: int
    window: Window
    effort: Effort
    seed: tuple[int, ...]
    squares: bool = False

    @property
    def count(self) -> int:
        """Return the number of households."""
        return len(self.graph.first) - 1

    def prices(self) -> Prices:
        """Return what counts beside distance."""
        nobody = np.full(self.count, -1, dtype=np.int64)
        return Prices(MISFIT_WAYS * typical_way(self.graph), 0.0, nobody, self.squares)


def typical_way(graph: Graph) -> float:
    """Return the median way between neighbours that stand apart; temperatures and prices are measured by it."""
    apart = graph.weight[graph.weight > 0.05]
    return float(np.median(apart)) if len(apart) else 1.0


def divide_block(task: Task, way: FloatArray) -> IntArray:
    """Return the group of each household of a block, 0 to ``task.groups`` - 1.

    Parameters
    ----------
    way : array, shape (n, n)
        Cost of the way between two households.
    """
    if task.groups <= 1 or task.count <= 1:
        return np.zeros(task.count, dtype=np.int64)
    best, rank = _annealed(task, way, 1009, steps=_FIRST_STEPS)
    small = task.count <= EXACT_HOUSEHOLDS
    if small and not task.squares and rank[0] == 0:
        exact = _exact(task, way, rank[1])
        if exact is not None and (group_parts(task.graph, exact) == 1).all():
            return exact
    for start in range(task.effort.starts_small if small else task.effort.starts):
        label, now = _annealed(task, way, start)
        if now < rank:
            best, rank = label, now
    for attempt in range(task.effort.tries_to_fit if rank[0] else 0):
        label, now = _annealed(task, way, 2003 + attempt, dearer=2.0 + attempt)
        if now < rank:
            best, rank = label, now
        if rank[0] == 0:
            break
    return best


def _annealed(
    task: Task, way: FloatArray, start: int, *, steps: int | None = None, dearer: float = 1.0
) -> tuple[IntArray, Rank]:
    """Return a division from a random tree, annealed, with its misfit and its cost."""
    state = seeded(*task.seed, start)
    label = cut_into_groups(task.graph, task.groups, task.window, state)
    prices = task.prices()
    typical = prices.misfit / MISFIT_WAYS
    schedule = Schedule((steps or task.effort.steps) * task.count, _HOT * typical, _COLD * typical)
    prices = prices._replace(misfit=prices.misfit * dearer)
    found: Outcome = anneal(task.graph, way, label, task.groups, task.window, prices, schedule, state)
    return label, (found.misfit, found.cost)


def _exact(task: Task, way: FloatArray, upper: float) -> IntArray | None:
    relaxed = relax(way, task.groups, task.window, upper, _RELAX_STEPS)
    found = best_division(way, task.groups, task.window, relaxed, upper, most_sets=_MOST_SETS)
    return None if found is None else found.label


def divide_large(task: Task, way_between: Callable[[IntArray], FloatArray]) -> IntArray:
    """Return the groups of a block too large for one matrix of ways.

    Parameters
    ----------
    way_between : callable
        Gives the matrix of ways between some households of the block.
    """
    label: IntArray = cut_into_groups(task.graph, task.groups, task.window, seeded(*task.seed))
    prices = task.prices()
    typical = prices.misfit / MISFIT_WAYS
    anneal_pieces(task, label, way_between, prices, hot=_HOT * typical, cold=_COLD * typical)
    return label


def anneal_pieces(
    task: Task,
    label: IntArray,
    way_between: Callable[[IntArray], FloatArray],
    prices: Prices,
    *,
    hot: float,
    cold: float,
) -> None:
    """Improve a division in place, some dozens of groups at a time, other ones in every turn."""
    turn, spare = 0, task.effort.tries_to_fit
    while turn < _ROUNDS or (spare > 0 and _misfit(label, task)):
        heat = hot if turn == 0 or turn >= _ROUNDS else 0.4 * hot
        for piece in _pieces(task, label, turn):
            _anneal_piece(task, label, piece, way_between, prices, (heat, cold), turn)
        turn += 1
        spare -= int(turn > _ROUNDS)


def _misfit(label: IntArray, task: Task) -> int:
    size = np.bincount(label, minlength=task.groups)
    return int((np.maximum(size - task.window.most, 0) + np.maximum(task.window.least - size, 0)).sum())


def _pieces(task: Task, label: IntArray, turn: int) -> list[IntArray]:
    """Return connected sets of groups that together are all groups, others in every turn."""
    source = np.repeat(np.arange(task.count), np.diff(task.graph.first))
    first, second = label[source], label[task.graph.neighbour]
    between = first != second
    links = coo_matrix(
        (np.ones(int(between.sum())), (first[between], second[between])), shape=(task.groups, task.groups)
    ).tocsr()
    graph = Graph(links.indptr.astype(np.int64), links.indices.astype(np.int64), np.ones(links.nnz))
    least, wanted, most = _PIECE_GROUPS
    pieces = max(1, round(task.groups / wanted))
    piece = cut_into_groups(graph, pieces, Window(least, most), seeded(*task.seed, 17, turn))
    return [np.flatnonzero(piece == number) for number in range(pieces)]


def _anneal_piece(
    task: Task,
    label: IntArray,
    groups: IntArray,
    way_between: Callable[[IntArray], FloatArray],
    prices: Prices,
    heats: tuple[float, float],
    turn: int,
) -> None:
    """Improve the division of some groups among themselves."""
    members = np.flatnonzero(np.isin(label, groups))
    place = np.full(task.groups + 2, len(groups), dtype=np.int64)
    place[groups], place[-1] = np.arange(len(groups)), -1
    own = place[label[members]]
    inside = Prices(
        prices.misfit, prices.move, place[np.minimum(prices.old[members], task.groups)], prices.squares
    )
    steps = Schedule(task.effort.steps * len(members) // 2, *heats)
    state = seeded(*task.seed, turn, int(groups[0]))
    graph = induced(task.graph, members)
    anneal(graph, way_between(members), own, len(groups), task.window, inside, steps, state)
    label[members] = groups[own]


def induced(graph: Graph, members: IntArray) -> Graph:
    """Return the graph among some households, numbered in their order."""
    count = len(graph.first) - 1
    place = np.full(count, -1, dtype=np.int64)
    place[members] = np.arange(len(members))
    source = np.repeat(np.arange(count), np.diff(graph.first))
    kept = (place[source] >= 0) & (place[graph.neighbour] >= 0)
    source, neighbour, weight = place[source[kept]], place[graph.neighbour[kept]], graph.weight[kept]
    order = np.argsort(source, kind="stable")
    first = np.r_[0, np.cumsum(np.bincount(source, minlength=len(members)))].astype(np.int64)
    return Graph(first, neighbour[order], weight[order])


def group_parts(graph: Graph, label: IntArray) -> IntArray:
    """Return into how many parts each group falls on the graph."""
    count = len(label)
    source = np.repeat(np.arange(count), np.diff(graph.first))
    kept = label[source] == label[graph.neighbour]
    links = coo_matrix(
        (np.ones(int(kept.sum())), (source[kept], graph.neighbour[kept])), shape=(count, count)
    )
    part = connected_components(links, directed=False)[1]
    pairs = np.unique(np.stack([label, part]), axis=1)
    return np.bincount(pairs[0], minlength=int(label.max(initial=-1)) + 1)
