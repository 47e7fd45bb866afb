"""Follow life with little movement: households came and went, and the groups must fit again.

Arithmetic alone says how many of those who stayed must change their group at least (``least_moves``); the search
starts from the old groups and pays a price for every further one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.annealing import Prices, Schedule, anneal
from geo.chance import seeded
from geo.grouping import MISFIT_WAYS, Effort, typical_way
from geo.trees import Graph, Window, cut_into_groups
from geo.windows import SizeWindow

__all__ = ["DRIFT", "STAY_WAYS", "division_cost", "follow_block", "least_moves", "likely_counts", "matched"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

STAY_WAYS = (6.0, 1.5)
"""What a household's change of group must gain, in typical ways between neighbours, to be worth it."""

DRIFT = 0.03
"""How much dearer than a division anew the continued groups of a parent may be before changes get cheaper."""


def least_moves(survivors: IntArray, newcomers: int, groups: int, window: SizeWindow) -> int:
    """Return how many of those who stayed must change their group, whatever the ground looks like.

    Parameters
    ----------
    survivors : array of int
        Households left in each old group.
    newcomers : int
        Households that had no group.
    groups : int
        Number of groups wanted.
    """
    sizes = np.sort(np.asarray(survivors, dtype=np.int64))[::-1]
    dissolved = int(sizes[groups:].sum())
    kept = np.zeros(groups, dtype=np.int64)
    kept[: len(sizes[:groups])] = sizes[:groups]
    over = int(np.maximum(kept - window.most, 0).sum())
    wanting = int(np.maximum(window.least - kept, 0).sum())
    return max(dissolved + over, wanting - newcomers, 0)


def likely_counts(survivors: IntArray, newcomers: int, window: SizeWindow) -> int:
    """Return the possible number of groups that moves the fewest, then the one nearest the target."""
    everyone = int(np.sum(survivors)) + newcomers
    counts = window.group_counts(everyone) or range(1, 2)
    best = window.group_count(everyone)
    return min(
        counts,
        key=lambda k: (
            least_moves(survivors, newcomers, k, window),
            k != best,
            abs(everyone / k - window.target),
        ),
    )


def follow_block(
    graph: Graph,
    way: FloatArray,
    old: IntArray,
    groups: int,
    window: Window,
    anew: IntArray,
    *,
    effort: Effort,
    seed: tuple[int, ...],
    stays: tuple[float, ...] = STAY_WAYS,
) -> IntArray:
    """Return new groups near the old ones.

    The dearest price of ``stays`` comes first; a cheaper one is taken only when the groups have drifted so far
    from the division made anew that compactness suffers.

    Parameters
    ----------
    old : array of int, shape (n,)
        Old group of each household, 0 to the number of old groups - 1; -1 for newcomers.
    anew : array of int, shape (n,)
        Division from nothing, of any number of groups.

    Returns
    -------
    array of int, shape (n,)
        Numbers below the number of old groups are these groups continued; numbers from there on are new groups.
    """
    fresh_cost = division_cost(way, anew)
    best = old
    for number, stay in enumerate(stays):
        price = stay * typical_way(graph)
        best = _near(graph, way, old, groups, window, anew, price, effort, (*seed, number))
        if division_cost(way, best) <= (1.0 + DRIFT) * fresh_cost:
            break
    return best


def division_cost(way: FloatArray, label: IntArray) -> float:
    """Return the sum of ways to the medoids."""
    members = [np.flatnonzero(label == name) for name in np.unique(label)]
    return float(sum(way[np.ix_(group, group)].sum(axis=0).min() for group in members))


def _near(
    graph: Graph,
    way: FloatArray,
    old: IntArray,
    groups: int,
    window: Window,
    anew: IntArray,
    price: float,
    effort: Effort,
    seed: tuple[int, ...],
) -> IntArray:
    """Return the best of several annealed continuations of the old groups, and of the division anew."""
    best = matched(anew, old)
    rank = _rank(way, best, old, window, price)
    for start in range(effort.starts_small):
        label = _patched(graph, way, old, groups, start, seed)
        names, compact = np.unique(label, return_inverse=True)
        compact = compact.astype(np.int64)
        known = np.full(int(max(old.max(initial=-1), names.max())) + 2, len(names))
        known[names], known[-1] = np.arange(len(names)), -1
        misfit = MISFIT_WAYS * max(price, typical_way(graph))
        prices = Prices(misfit, price, known[old].astype(np.int64), False)
        steps = Schedule(effort.steps * len(label), 0.5 * price, 0.02 * typical_way(graph))
        anneal(graph, way, compact, len(names), window, prices, steps, seeded(*seed, start))
        now = _rank(way, names[compact], old, window, price)
        if now < rank:
            best, rank = names[compact], now
    return best


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


def _patched(
    graph: Graph, way: FloatArray, old: IntArray, groups: int, start: int, seed: tuple[int, ...]
) -> IntArray:
    """Return connected groups, as many as wanted, that continue the old ones where they can."""
    label = _largest_parts(graph, old)
    names, sizes = np.unique(label[label >= 0], return_counts=True)
    if len(names) > groups:
        order = np.argsort(sizes, kind="stable")
        drop = len(names) - groups
        gone = order[:drop].copy()
        gone[-1] = order[min(drop - 1 + start % 3, len(names) - 1)]
        label[np.isin(label, names[gone])] = -1
    _attach(graph, way, label)
    fresh = int(max(old.max(initial=-1), label.max(initial=-1))) + 1
    state = seeded(*seed, 7, start)
    while len(np.unique(label)) < groups:
        names, sizes = np.unique(label, return_counts=True)
        order = np.argsort(-sizes, kind="stable")
        chosen = names[order[min(start % 3, len(order) - 1)]] if sizes[order[0]] > 1 else names[order[0]]
        members = np.flatnonzero(label == chosen)
        if len(members) < 2:
            members = np.flatnonzero(label == names[order[0]])
        half = len(members) // 2
        side = cut_into_groups(_induced(graph, members), 2, Window(max(1, half - 1), half + 2), state)
        label[members[side == (0 if (side == 1).sum() > half else 1)]] = fresh
        fresh += 1
    return label


def _induced(graph: Graph, members: IntArray) -> Graph:
    place = np.full(len(graph.first) - 1, -1, dtype=np.int64)
    place[members] = np.arange(len(members))
    source = np.repeat(np.arange(len(graph.first) - 1), np.diff(graph.first))
    kept = (place[source] >= 0) & (place[graph.neighbour] >= 0)
    first = np.r_[0, np.cumsum(np.bincount(place[source[kept]], minlength=len(members)))].astype(np.int64)
    return Graph(first, place[graph.neighbour[kept]], graph.weight[kept])


def _largest_parts(graph: Graph, old: IntArray) -> IntArray:
    """Return the old groups without the parts that were torn off them."""
    count = len(old)
    source = np.repeat(np.arange(count), np.diff(graph.first))
    kept = (old[source] == old[graph.neighbour]) & (old[source] >= 0)
    links = coo_matrix(
        (np.ones(int(kept.sum())), (source[kept], graph.neighbour[kept])), shape=(count, count)
    )
    part = connected_components(links, directed=False)[1]
    size = np.bincount(part)
    label = old.copy()
    order = np.lexsort((part, -size[part], old))
    first = np.r_[True, old[order][1:] != old[order][:-1]] if count else np.empty(0, bool)
    main = dict(zip(old[order[first]].tolist(), part[order[first]].tolist(), strict=True))
    main[-1] = -1
    label[np.array([main[name] for name in old.tolist()]) != part] = -1
    return label


def _attach(graph: Graph, way: FloatArray, label: IntArray) -> None:
    """Give each household without a group the group of its nearest neighbour that has one."""
    source = np.repeat(np.arange(len(label)), np.diff(graph.first))
    if (label < 0).all():
        label[:] = 0
    while (label < 0).any():
        open_edge = np.flatnonzero((label[source] < 0) & (label[graph.neighbour] >= 0))
        edge = open_edge[np.argmin(way[source[open_edge], graph.neighbour[open_edge]])]
        label[source[edge]] = label[graph.neighbour[edge]]
