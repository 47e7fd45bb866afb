"""Follow life with little movement: the groups of one block when households came and went.

Arithmetic alone says how many of those who stayed must change their group at least (``least_moves``); the search
starts from the old groups and pays a price for everybody who changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.annealing import Prices, Schedule, anneal
from geo.bounds import EXACT_HOUSEHOLDS
from geo.chance import seeded
from geo.grouping import MISFIT_WAYS, Task, anneal_pieces, induced, typical_way
from geo.trees import Graph, Window, cut_into_groups
from geo.windows import SizeWindow

__all__ = ["continued", "continued_large", "division_cost", "least_moves", "likely_count", "matched"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def least_moves(survivors: Sequence[int] | IntArray, newcomers: int, groups: int, window: SizeWindow) -> int:
    """Return how many of those who stayed must change their group, whatever the ground looks like.

    Parameters
    ----------
    survivors : sequence of int
        Households left in each old group.
    newcomers : int
        Households that had no group.
    groups : int
        Number of groups wanted.

    Examples
    --------
    >>> least_moves([13, 8], 0, 2, SizeWindow(least=8, target=10, most=12))
    1
    """
    sizes = np.sort(np.asarray(survivors, dtype=np.int64))[::-1]
    dissolved = int(sizes[groups:].sum())
    kept = np.zeros(groups, dtype=np.int64)
    kept[: len(sizes[:groups])] = sizes[:groups]
    over = int(np.maximum(kept - window.most, 0).sum())
    wanting = int(np.maximum(window.least - kept, 0).sum())
    return max(dissolved + over, wanting - newcomers, 0)


def likely_count(
    survivors: Sequence[int] | IntArray, newcomers: int, window: SizeWindow, counts: Sequence[int]
) -> int:
    """Return the one of some numbers of groups that moves the fewest, then the one of DEFINITIONS 20."""
    everyone = int(np.sum(survivors)) + newcomers
    wanted = window.group_count(everyone)
    return min(
        counts,
        key=lambda k: (least_moves(survivors, newcomers, k, window), k != wanted, abs(k - wanted)),
    )


def division_cost(way: FloatArray, label: IntArray) -> float:
    """Return the sum of ways to the medoids."""
    members = [np.flatnonzero(label == name) for name in np.unique(label)]
    return float(sum(way[np.ix_(group, group)].sum(axis=0).min() for group in members))


def continued(task: Task, way: FloatArray, old: IntArray, anew: IntArray, stay_ways: float) -> IntArray:
    """Return new groups of a block near the old ones.

    Parameters
    ----------
    old : array of int, shape (n,)
        Old group of each household, 0 to the number of old groups - 1; -1 for newcomers.
    anew : array of int, shape (n,)
        Division into the same number of groups, made from nothing.
    stay_ways : float
        What a change of group must gain to be worth it, in typical ways between neighbours.

    Returns
    -------
    array of int, shape (n,)
        Numbers below the number of old groups are these groups continued; numbers from there on are new groups.
    """
    typical = typical_way(task.graph)
    price = stay_ways * typical
    best = matched(anew, old)
    rank = _rank(way, best, old, task.window, price)
    small = task.count <= EXACT_HOUSEHOLDS
    steps = task.effort.steps if small else task.effort.steps // 2
    for start in range(task.effort.starts_small if small else task.effort.starts):
        label = _patched(task, old, start)
        names, own = np.unique(label, return_inverse=True)
        own = own.astype(np.int64)
        prices = Prices(MISFIT_WAYS * max(price, typical), price, _renamed(old, names), False)
        cooling = Schedule(steps * task.count, 0.5 * price, 0.02 * typical)
        anneal(task.graph, way, own, len(names), task.window, prices, cooling, seeded(*task.seed, start))
        now = _rank(way, names[own], old, task.window, price)
        if now < rank:
            best, rank = names[own], now
    return best


def continued_large(
    task: Task, way_between: Callable[[IntArray], FloatArray], old: IntArray, stay_ways: float
) -> IntArray:
    """Return new groups near the old ones for a block too large for one matrix of ways."""
    typical = typical_way(task.graph)
    price = stay_ways * typical
    label = _patched(task, old, 0)
    names, own = np.unique(label, return_inverse=True)
    own = own.astype(np.int64)
    prices = Prices(MISFIT_WAYS * max(price, typical), price, _renamed(old, names), False)
    anneal_pieces(task, own, way_between, prices, hot=0.5 * price, cold=0.02 * typical)
    return np.asarray(names[own], dtype=np.int64)


def _renamed(old: IntArray, names: IntArray) -> IntArray:
    """Return the old groups by their place in ``names``; groups that are gone get a number nobody has."""
    place = np.full(int(max(old.max(initial=-1), names.max(initial=-1))) + 2, len(names), dtype=np.int64)
    place[names], place[-1] = np.arange(len(names)), -1
    return np.asarray(place[old])


def _rank(way: FloatArray, label: IntArray, old: IntArray, window: Window, price: float) -> tuple[int, float]:
    size = np.unique(label, return_counts=True)[1]
    missed = int(np.maximum(size - window.most, 0).sum() + np.maximum(window.least - size, 0).sum())
    moved = int(((old >= 0) & (old != label)).sum())
    return missed, division_cost(way, label) + price * moved


def matched(anew: IntArray, old: IntArray) -> IntArray:
    """Return a division with its groups named after the old groups they share the most households with.

    Groups that continue none get new numbers, from the number of old groups on.
    """
    names, label = np.unique(anew, return_inverse=True)
    olds = int(old.max(initial=-1)) + 1
    shared = np.zeros((len(names), max(olds, 1)))
    stayed = old >= 0
    np.add.at(shared, (label[stayed], old[stayed]), 1)
    new, kept = linear_sum_assignment(-shared)
    name = np.full(len(names), -1, dtype=np.int64)
    common = shared[new, kept] > 0
    name[new[common]] = kept[common]
    name[name < 0] = olds + np.arange(int((name < 0).sum()))
    return np.asarray(name[label], dtype=np.int64)


def _patched(task: Task, old: IntArray, start: int) -> IntArray:
    """Return connected groups, as many as wanted, that continue the old ones where they can."""
    label = _largest_parts(task.graph, old)
    names, sizes = np.unique(label[label >= 0], return_counts=True)
    if len(names) > task.groups:
        label[np.isin(label, _to_dissolve(names, sizes, len(names) - task.groups, start))] = -1
    _attach(task.graph, label)
    fresh = int(max(old.max(initial=-1), label.max(initial=-1))) + 1
    while True:
        names, sizes = np.unique(label, return_counts=True)
        if len(names) >= task.groups:
            return label
        order = np.argsort(-sizes, kind="stable")
        order = order[sizes[order] > 1]
        members = np.flatnonzero(label == names[order[min(start % 3, len(order) - 1)]])
        label[members[_half(task, members, start)]] = fresh
        fresh += 1


def _to_dissolve(names: IntArray, sizes: IntArray, number: int, start: int) -> IntArray:
    """Return the smallest groups; of the last one other starts try the next larger."""
    order = np.argsort(sizes, kind="stable")
    gone = order[:number].copy()
    gone[-1] = order[min(number - 1 + start % 3, len(order) - 1)]
    return np.asarray(names[gone])


def _half(task: Task, members: IntArray, start: int) -> npt.NDArray[np.bool_]:
    """Return which members of a group leave it when it is cut in two; the smaller half."""
    half = len(members) // 2
    window = Window(max(1, half - 1), len(members) - max(1, half - 1))
    side = cut_into_groups(induced(task.graph, members), 2, window, seeded(*task.seed, 7, start))
    return np.asarray(side == (0 if 2 * int((side == 1).sum()) > len(members) else 1))


def _largest_parts(graph: Graph, old: IntArray) -> IntArray:
    """Return the old groups without the parts that were torn off them."""
    count = len(old)
    source = np.repeat(np.arange(count), np.diff(graph.first))
    kept = (old[source] == old[graph.neighbour]) & (old[source] >= 0)
    ends = (source[kept], graph.neighbour[kept])
    links = coo_matrix((np.ones(int(kept.sum())), ends), shape=(count, count))
    part = connected_components(links, directed=False)[1]
    order = np.lexsort((part, -np.bincount(part)[part], old))
    first = order[np.r_[True, old[order][1:] != old[order][:-1]]]
    main = np.full(int(old.max(initial=-1)) + 2, -1, dtype=np.int64)
    main[old[first]] = part[first]
    main[-1] = -1
    return np.where(main[old] == part, old, -1)


def _attach(graph: Graph, label: IntArray) -> None:
    """Give each household without a group the group of its nearest neighbour that has one."""
    source = np.repeat(np.arange(len(label)), np.diff(graph.first))
    if (label < 0).all():
        label[:] = 0
    while (label < 0).any():
        open_edge = np.flatnonzero((label[source] < 0) & (label[graph.neighbour] >= 0))
        edge = open_edge[np.argmin(graph.weight[open_edge])]
        label[source[edge]] = label[graph.neighbour[edge]]
