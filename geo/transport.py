"""Give households to medoids that are fixed, at least cost, every group within its sizes.

A transport problem solved exactly: all go to the nearest medoid first; then, while a group is too large or too
small, one household moves along the cheapest chain of groups. Each state is the cheapest for its sizes, so the
first one without misfit is the cheapest of all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

__all__ = ["assign", "nearest_cost"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_TOO_MANY = 1e12


@compiled
def nearest_cost(distance: FloatArray, medoids: IntArray) -> float:
    """Return the cost when everybody goes to the nearest medoid, whatever the sizes."""
    cost = 0.0
    for household in range(len(distance)):
        nearest = np.inf
        for medoid in medoids:
            nearest = min(nearest, distance[medoid, household])
        cost += nearest
    return cost


@compiled
def assign(distance: FloatArray, medoids: IntArray, least: int, most: int, label: IntArray) -> float:
    """Set ``label`` to the cheapest groups around ``medoids`` and return their cost; infinite when none fit."""
    groups = len(medoids)
    size = np.zeros(groups, np.int64)
    _to_nearest(distance, medoids, label, size)
    chain = np.empty((groups, groups))
    mover = np.empty((groups, groups), np.int64)
    step = np.empty((groups, groups), np.int64)
    while True:
        missed = 0
        for group in range(groups):
            missed += max(0, least - size[group], size[group] - most)
        if missed == 0:
            break
        _price_moves(distance, medoids, label, chain, mover)
        _shortest_chains(chain, step)
        start, end = _best_chain(chain, size, least, most)
        if start < 0:
            return np.inf
        _move_along(start, end, step, mover, label)
        size[start] -= 1
        size[end] += 1
    cost = 0.0
    for household in range(len(label)):
        cost += distance[medoids[label[household]], household]
    return cost


@compiled
def _to_nearest(distance: FloatArray, medoids: IntArray, label: IntArray, size: IntArray) -> None:
    for household in range(len(label)):
        best = 0
        for group in range(1, len(medoids)):
            if distance[medoids[group], household] < distance[medoids[best], household]:
                best = group
        label[household] = best
    for group in range(len(medoids)):
        label[medoids[group]] = group
    for household in range(len(label)):
        size[label[household]] += 1


@compiled
def _price_moves(
    distance: FloatArray, medoids: IntArray, label: IntArray, chain: FloatArray, mover: IntArray
) -> None:
    """Set the cost of letting one household go from one group to another, and which one that is."""
    chain[:] = np.inf
    for group in range(len(medoids)):
        chain[group, group] = 0.0
    for household in range(len(label)):
        here = label[household]
        if medoids[here] == household:
            continue
        for there in range(len(medoids)):
            rise = distance[medoids[there], household] - distance[medoids[here], household]
            if there != here and rise < chain[here, there]:
                chain[here, there] = rise
                mover[here, there] = household


@compiled
def _shortest_chains(chain: FloatArray, step: IntArray) -> None:
    """Turn single moves into the cheapest chains (Floyd, Warshall); ``step`` is the first group of each."""
    groups = len(chain)
    for start in range(groups):
        for end in range(groups):
            step[start, end] = end
    for via in range(groups):
        for start in range(groups):
            for end in range(groups):
                cost = chain[start, via] + chain[via, end]
                if cost < chain[start, end] - 1e-9:
                    chain[start, end] = cost
                    step[start, end] = step[start, via]


@compiled
def _best_chain(chain: FloatArray, size: IntArray, least: int, most: int) -> tuple[int, int]:
    """Return the ends of the cheapest chain that makes the sizes fit better, or (-1, -1)."""
    best, best_start, best_end = 0.0, -1, -1
    for start in range(len(size)):
        relief = int(size[start] > most) - int(size[start] <= least)
        for end in range(len(size)):
            change = int(size[end] >= most) - int(size[end] < least) - relief
            if start != end and change < 0 and chain[start, end] < np.inf:
                rise = _TOO_MANY * change + chain[start, end]
                if rise < best:
                    best, best_start, best_end = rise, start, end
    return best_start, best_end


@compiled
def _move_along(start: int, end: int, step: IntArray, mover: IntArray, label: IntArray) -> None:
    here = start
    while here != end:
        there = step[here, end]
        label[mover[here, there]] = there
        here = there
