"""A first division: cut random spanning trees of the neighbours' graph until every group has its size.

Recursive bisection: a spanning tree of the part, light edges first with some noise, is cut at an edge that
leaves on both sides numbers of households that can be cut further. Both sides stay connected by construction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.chance import State, below, unit
from geo.compiled import compiled

__all__ = ["Graph", "Window", "cut_into_groups", "misfit"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_TRIES = 30


class Graph(NamedTuple):
    """Neighbours of each household, one after the other: ``neighbour[first[i]:first[i + 1]]``."""

    first: IntArray
    neighbour: IntArray
    weight: FloatArray
    """Cost of going to that neighbour; trees take the cheap ones."""


class Window(NamedTuple):
    """Least and greatest size of a group."""

    least: int
    most: int


class _Scratch(NamedTuple):
    place: IntArray
    parent: IntArray
    order: IntArray
    below: IntArray
    root: IntArray


@compiled
def misfit(size: int, groups: int, window: Window) -> int:
    """Return by how many ``size`` households miss what ``groups`` groups can hold."""
    return max(0, groups * window.least - size, size - groups * window.most)


@compiled
def cut_into_groups(graph: Graph, groups: int, window: Window, state: State) -> IntArray:
    """Return a group number for each household of a connected graph; sizes fit where the trees allow it."""
    count = len(graph.first) - 1
    scratch = _Scratch(
        np.full(count, -1, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
    )
    label = np.zeros(count, np.int64)
    wanted = np.zeros(groups, np.int64)
    wanted[0] = groups
    made = 1
    at = 0
    while at < made:
        if wanted[at] <= 1:
            at += 1
            continue
        members = np.flatnonzero(label == at)
        side, inside = _best_cut(graph, members, wanted[at], window, state, scratch)
        for spot in range(len(members)):
            if side[spot]:
                label[members[spot]] = made
        wanted[made] = inside
        wanted[at] -= inside
        made += 1
    return label


@compiled
def _best_cut(
    graph: Graph, members: IntArray, groups: int, window: Window, state: State, scratch: _Scratch
) -> tuple[npt.NDArray[np.bool_], int]:
    """Return which members go to the new part, and how many groups that part is for."""
    best_loss = 1 << 60
    best_side = np.zeros(len(members), np.bool_)
    best_inside = 1
    for attempt in range(_TRIES):
        _grow_tree(graph, members, 0.2 + 0.1 * attempt, state, scratch)
        node, inside, loss = _choose_edge(graph, members, groups, window, state, scratch)
        if node >= 0 and loss < best_loss:
            best_loss, best_inside = loss, inside
            for spot in range(len(members)):
                best_side[spot] = _hangs_below(spot, node, scratch.parent)
        if best_loss == 0:
            break
    for spot in range(len(members)):
        scratch.place[members[spot]] = -1
    return best_side, best_inside


@compiled
def _grow_tree(graph: Graph, members: IntArray, noise: float, state: State, scratch: _Scratch) -> None:
    """Grow a light spanning tree of the members (Prim): parents and order in places among the members."""
    count = len(members)
    place, parent, order = scratch.place, scratch.parent, scratch.order
    key = np.full(count, np.inf)
    for spot in range(count):
        place[members[spot]] = spot
        parent[spot] = -1
    heap_key = np.empty(len(graph.neighbour) + 1)
    heap_spot = np.empty(len(graph.neighbour) + 1, np.int64)
    heap_key[0], heap_spot[0], length = 0.0, below(state, count), 1
    key[heap_spot[0]] = 0.0
    taken = np.zeros(count, np.bool_)
    reached = 0
    while length > 0:
        spot, length = heap_spot[0], _pop(heap_key, heap_spot, length)
        if taken[spot]:
            continue
        taken[spot] = True
        order[reached] = spot
        reached += 1
        household = members[spot]
        for edge in range(graph.first[household], graph.first[household + 1]):
            other = place[graph.neighbour[edge]]
            if other < 0 or taken[other]:
                continue
            cost = (graph.weight[edge] + 1e-3) * (1.0 + noise * 3.0 * unit(state))
            if cost < key[other]:
                key[other] = cost
                parent[other] = spot
                length = _push(heap_key, heap_spot, length, cost, other)


@compiled
def _push(heap_key: FloatArray, heap_spot: IntArray, length: int, key: float, spot: int) -> int:
    at = length
    while at > 0 and heap_key[(at - 1) // 2] > key:
        heap_key[at], heap_spot[at] = heap_key[(at - 1) // 2], heap_spot[(at - 1) // 2]
        at = (at - 1) // 2
    heap_key[at], heap_spot[at] = key, spot
    return length + 1


@compiled
def _pop(heap_key: FloatArray, heap_spot: IntArray, length: int) -> int:
    length -= 1
    key, spot = heap_key[length], heap_spot[length]
    at = 0
    while 2 * at + 1 < length:
        child = 2 * at + 1
        if child + 1 < length and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[at], heap_spot[at] = heap_key[child], heap_spot[child]
        at = child
    heap_key[at], heap_spot[at] = key, spot
    return length


@compiled
def _choose_edge(
    graph: Graph, members: IntArray, groups: int, window: Window, state: State, scratch: _Scratch
) -> tuple[int, int, int]:
    """Return the node below the edge to cut, the groups below it, and by how many households sizes miss."""
    count = len(members)
    parent, order, size = scratch.parent, scratch.order, scratch.below
    for spot in range(count):
        size[spot] = 1
    for at in range(count - 1, 0, -1):
        size[parent[order[at]]] += size[order[at]]
    best_node, best_inside, best_loss, best_worth = -1, 1, 1 << 60, -1.0
    for at in range(1, count):
        node = order[at]
        inside = _groups_below(size[node], count, groups, window)
        loss = misfit(size[node], inside, window) + misfit(count - size[node], groups - inside, window)
        if loss > best_loss:
            continue
        balance = 0.25 + min(inside, groups - inside) / groups
        worth = _edge_weight(graph, members, parent[node], node, scratch) * balance * (0.5 + unit(state))
        if loss < best_loss or worth > best_worth:
            best_node, best_inside, best_loss, best_worth = node, inside, loss, worth
    return best_node, best_inside, best_loss


@compiled
def _groups_below(size: int, count: int, groups: int, window: Window) -> int:
    """Return into how many groups the side of ``size`` households is best cut."""
    guess = min(groups - 1, max(1, round(size * groups / count)))
    best, best_loss = guess, 1 << 60
    for inside in (guess, guess - 1, guess + 1):
        if 1 <= inside < groups:
            loss = misfit(size, inside, window) + misfit(count - size, groups - inside, window)
            if loss < best_loss:
                best, best_loss = inside, loss
    return best


@compiled
def _edge_weight(graph: Graph, members: IntArray, spot: int, other: int, scratch: _Scratch) -> float:
    household = members[spot]
    for edge in range(graph.first[household], graph.first[household + 1]):
        if scratch.place[graph.neighbour[edge]] == other:
            return float(graph.weight[edge]) + 1e-3
    return 1e-3


@compiled
def _hangs_below(spot: int, node: int, parent: IntArray) -> bool:
    while spot != -1:
        if spot == node:
            return True
        spot = parent[spot]
    return False
