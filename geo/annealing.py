"""Improve a division step by step: households go over to a neighbouring group, or two change places.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, https://doi.org/10.1126/science.220.4598.671) over
divisions whose groups are connected. A household that leaves one household's group for another changes the cost
of two groups only, and each household keeps the sum of its distances to its own group, so that a step costs as
much as a group has members. Cost = distances to the medoid household (or squared distances to the centre),
plus a price for every household too many or too few, plus, when following an earlier division, a price for every
household that changes its group.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.chance import State, below, unit
from geo.compiled import compiled
from geo.trees import Graph, Window, misfit

__all__ = ["Outcome", "Prices", "Schedule", "anneal"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_SWAP_SHARE = 0.4


class Prices(NamedTuple):
    """What counts beside distance, all in metres (or square metres).

    ``misfit`` per household too many or too few, ``move`` per household whose group is not its ``old`` one (-1:
    it had none), ``squares`` to measure squared distances to the centre of the group.
    """

    misfit: float
    move: float
    old: IntArray
    squares: bool


class Schedule(NamedTuple):
    """How many steps, and the temperature at the first and the last of them."""

    steps: int
    hot: float
    cold: float


class Outcome(NamedTuple):
    """Cost of distances, households too many or too few, and households moved."""

    cost: float
    misfit: int
    moved: int


@compiled
def anneal(
    graph: Graph,
    distance: FloatArray,
    label: IntArray,
    groups: int,
    window: Window,
    prices: Prices,
    schedule: Schedule,
    state: State,
) -> Outcome:
    """Improve ``label`` in place; groups that are connected stay connected.

    Parameters
    ----------
    distance : array, shape (n, n)
        Cost of the way between two households; squared distances when ``prices.squares``.
    label : array of int, shape (n,)
        Group of each household, 0 to ``groups`` - 1, none empty.
    """
    size = np.zeros(groups, np.int64)
    member = _members(label, size, window.most + 8)
    place = np.zeros(len(label), np.int64)
    total = np.zeros(len(label))
    cost = np.zeros(groups)
    _lay_out(distance, member, size, place, total, cost, prices.squares)
    _run(
        graph.first, graph.neighbour, distance, label, member, size, place, total, cost,
        window.least, window.most, prices.misfit, prices.move, prices.old, prices.squares,
        schedule.steps, schedule.hot, schedule.cold, state,
    )  # fmt: skip
    return _outcome(label, size, total, member, window, prices)


# The functions below take plain arrays: tuples of arrays would be counted in and out at every call, which
# doubles the time of a step.


@compiled
def _run(
    first: IntArray, neighbour: IntArray, distance: FloatArray, label: IntArray, member: IntArray, size: IntArray,
    place: IntArray, total: FloatArray, cost: FloatArray, least: int, most: int, price_misfit: float,
    price_move: float, old: IntArray, squares: bool, steps: int, hot: float, cold: float, state: State,
) -> None:  # fmt: skip
    """Take ``steps`` steps, cooling from ``hot`` to ``cold``."""
    count = len(label)
    mark = np.full(count, -1, np.int64)
    queue = np.empty(count + 1, np.int64)
    room = member.shape[1]
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(1, steps - 1))
    for _ in range(steps):
        heat *= cooling
        leaver = below(state, count)
        degree = first[leaver + 1] - first[leaver]
        if degree == 0:
            continue
        giving = label[leaver]
        taking = label[neighbour[first[leaver] + below(state, degree)]]
        if giving == taking or size[taking] + 1 >= room:
            continue
        worse = _worse_by(size[giving], size[taking], least, most)
        comer = -1
        if worse > 0 or (worse == 0 and unit(state) < _SWAP_SHARE):
            comer = member[taking, below(state, size[taking])]
            if not _meets(first, neighbour, label, comer, giving, leaver):
                continue
            worse = 0
        cost_giving = _cost_after(distance, member, size, total, giving, leaver, comer, squares)
        cost_taking = _cost_after(distance, member, size, total, taking, comer, leaver, squares)
        rise = cost_giving + cost_taking - cost[giving] - cost[taking] + price_misfit * worse
        if price_move > 0.0:
            rise += price_move * _strays(old, leaver, comer, giving, taking)
        if rise > 0 and (rise > 30 * heat or unit(state) >= math.exp(-rise / heat)):
            continue
        if not _stays_connected(first, neighbour, member, size, giving, leaver, comer, mark, queue):
            continue
        if comer >= 0 and not _stays_connected(
            first, neighbour, member, size, taking, comer, leaver, mark, queue
        ):
            continue
        _exchange(distance, member, size, place, total, label, giving, taking, leaver, comer)
        cost[giving], cost[taking] = cost_giving, cost_taking


@compiled
def _exchange(
    distance: FloatArray, member: IntArray, size: IntArray, place: IntArray, total: FloatArray, label: IntArray,
    giving: int, taking: int, leaver: int, comer: int,
) -> None:  # fmt: skip
    """Let ``leaver`` go over, and ``comer``, unless -1, come the other way."""
    _leave(distance, member, size, place, total, giving, leaver)
    if comer >= 0:
        _leave(distance, member, size, place, total, taking, comer)
        _join(distance, member, size, place, total, label, giving, comer)
    _join(distance, member, size, place, total, label, taking, leaver)


@compiled
def _members(label: IntArray, size: IntArray, room: int) -> IntArray:
    """Return the members of every group, a row each, and count them into ``size``."""
    for group in label:
        size[group] += 1
    member = np.zeros((len(size), max(room, size.max() + 8)), np.int64)
    size[:] = 0
    for household in range(len(label)):
        group = label[household]
        member[group, size[group]] = household
        size[group] += 1
    return member


@compiled
def _lay_out(
    distance: FloatArray, member: IntArray, size: IntArray, place: IntArray, total: FloatArray, cost: FloatArray,
    squares: bool,
) -> None:  # fmt: skip
    for group in range(len(size)):
        for at in range(size[group]):
            one = member[group, at]
            place[one] = at
            for to in range(size[group]):
                total[one] += distance[one, member[group, to]]
        cost[group] = _cost(member, size, total, group, squares)


@compiled
def _cost(member: IntArray, size: IntArray, total: FloatArray, group: int, squares: bool) -> float:
    """Return the cost of a group from the sums of distances of its members."""
    everything, lowest = 0.0, np.inf
    for at in range(size[group]):
        everything += total[member[group, at]]
        lowest = min(lowest, total[member[group, at]])
    return everything / (2.0 * size[group]) if squares else lowest


@compiled
def _worse_by(giving: int, taking: int, least: int, most: int) -> int:
    """Return by how many households the sizes fit worse when one goes over; many when none would be left."""
    if giving == 1:
        return 1 << 20
    before = max(0, least - giving, giving - most) + max(0, least - taking, taking - most)
    return (
        max(0, least - giving + 1, giving - 1 - most) + max(0, least - taking - 1, taking + 1 - most) - before
    )


@compiled
def _strays(old: IntArray, leaver: int, comer: int, giving: int, taking: int) -> int:
    """Return by how many more households are not in their old group after the step."""
    change = 0
    if old[leaver] >= 0:
        change += int(old[leaver] == giving) - int(old[leaver] == taking)
    if comer >= 0 and old[comer] >= 0:
        change += int(old[comer] == taking) - int(old[comer] == giving)
    return change


@compiled
def _meets(
    first: IntArray, neighbour: IntArray, label: IntArray, household: int, group: int, but: int
) -> bool:
    """Tell whether ``household`` borders ``group`` elsewhere than at the household that leaves it."""
    for edge in range(first[household], first[household + 1]):
        other = neighbour[edge]
        if label[other] == group and other != but:
            return True
    return False


@compiled
def _cost_after(
    distance: FloatArray, member: IntArray, size: IntArray, total: FloatArray, group: int, leaver: int, comer: int,
    squares: bool,
) -> float:  # fmt: skip
    """Return the cost of a group without ``leaver`` and with ``comer`` (either may be -1)."""
    if squares:
        return _squares_after(distance, member, size, total, group, leaver, comer)
    if comer < 0:
        return _cost_without(distance, member, size, total, group, leaver)
    if leaver < 0:
        return _cost_with(distance, member, size, total, group, comer)
    return _cost_exchanged(distance, member, size, total, group, leaver, comer)


@compiled
def _cost_without(
    distance: FloatArray, member: IntArray, size: IntArray, total: FloatArray, group: int, leaver: int
) -> float:
    lowest = np.inf
    for at in range(size[group]):
        one = member[group, at]
        if one != leaver:
            lowest = min(lowest, total[one] - distance[leaver, one])
    return lowest


@compiled
def _cost_with(
    distance: FloatArray, member: IntArray, size: IntArray, total: FloatArray, group: int, comer: int
) -> float:
    lowest, coming = np.inf, 0.0
    for at in range(size[group]):
        one = member[group, at]
        way = distance[comer, one]
        coming += way
        lowest = min(lowest, total[one] + way)
    return min(lowest, coming)


@compiled
def _cost_exchanged(
    distance: FloatArray, member: IntArray, size: IntArray, total: FloatArray, group: int, leaver: int, comer: int
) -> float:  # fmt: skip
    lowest, coming = np.inf, 0.0
    for at in range(size[group]):
        one = member[group, at]
        if one != leaver:
            way = distance[comer, one]
            coming += way
            lowest = min(lowest, total[one] - distance[leaver, one] + way)
    return min(lowest, coming)


@compiled
def _squares_after(
    distance: FloatArray, member: IntArray, size: IntArray, total: FloatArray, group: int, leaver: int, comer: int
) -> float:  # fmt: skip
    """Return the sum of squares to the centre without ``leaver`` and with ``comer`` (either may be -1)."""
    everything, after = 0.0, size[group] - int(leaver >= 0) + int(comer >= 0)
    for at in range(size[group]):
        one = member[group, at]
        everything += total[one]
        if comer >= 0 and one != leaver:
            everything += 2.0 * distance[comer, one]
    if leaver >= 0:
        everything -= 2.0 * total[leaver]
    return float(everything / (2.0 * max(1, after)))


@compiled
def _stays_connected(
    first: IntArray, neighbour: IntArray, member: IntArray, size: IntArray, group: int, leaver: int, comer: int,
    mark: IntArray, queue: IntArray,
) -> bool:  # fmt: skip
    """Tell whether the group without ``leaver`` and with ``comer`` is connected."""
    members = 0
    for at in range(size[group]):
        one = member[group, at]
        if one != leaver:
            mark[one] = group
            queue[0] = one
            members += 1
    if comer >= 0:
        mark[comer] = group
        queue[0] = comer
        members += 1
    mark[queue[0]] = -1
    reached, at = 1, 0
    while at < reached:
        one = queue[at]
        at += 1
        for edge in range(first[one], first[one + 1]):
            other = neighbour[edge]
            if mark[other] == group:
                mark[other] = -1
                queue[reached] = other
                reached += 1
    if reached == members:
        return True
    for spot in range(size[group]):
        mark[member[group, spot]] = -1
    if comer >= 0:
        mark[comer] = -1
    return False


@compiled
def _leave(
    distance: FloatArray, member: IntArray, size: IntArray, place: IntArray, total: FloatArray, group: int,
    household: int,
) -> None:  # fmt: skip
    size[group] -= 1
    last = member[group, size[group]]
    member[group, place[household]] = last
    place[last] = place[household]
    for at in range(size[group]):
        one = member[group, at]
        total[one] -= distance[household, one]


@compiled
def _join(
    distance: FloatArray, member: IntArray, size: IntArray, place: IntArray, total: FloatArray, label: IntArray,
    group: int, household: int,
) -> None:  # fmt: skip
    coming = 0.0
    for at in range(size[group]):
        one = member[group, at]
        total[one] += distance[household, one]
        coming += distance[household, one]
    total[household] = coming
    member[group, size[group]] = household
    place[household] = size[group]
    size[group] += 1
    label[household] = group


@compiled
def _outcome(
    label: IntArray, size: IntArray, total: FloatArray, member: IntArray, window: Window, prices: Prices
) -> Outcome:
    missed, cost, moved = 0, 0.0, 0
    for group in range(len(size)):
        missed += misfit(size[group], 1, window)
        cost += _cost(member, size, total, group, prices.squares)
    for household in range(len(label)):
        if prices.old[household] >= 0 and prices.old[household] != label[household]:
            moved += 1
    return Outcome(cost, missed, moved)
