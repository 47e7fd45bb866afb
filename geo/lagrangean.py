"""A lower bound for any division of a parent, however large: no division can cost less.

Groups need not be connected here, so the bound holds for the connected ones too. Model (capacitated p-median,
both limits): choose k medoids, give each household to one, every group between ``least`` and ``most``. "Each
household to one group" is put into the objective with a price per household (Lagrange); what remains falls
apart into one small problem a medoid: take the ``least`` - 1 cheapest others and further ones while they pay.
Prices are improved by subgradient steps.

References
----------
Geoffrion, A. M. (1974), Lagrangean relaxation for integer programming, https://doi.org/10.1007/BFb0120690.
Mulvey, J. M. and Beck, M. P. (1984), Solving capacitated clustering problems,
https://doi.org/10.1016/0377-2217(84)90155-3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.trees import Window

__all__ = ["Relaxation", "relax", "relax_near"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_PATIENCE = 10
_SHRINK = 0.6
_SMALLEST_STEP = 2e-3
_MEMORY = 0.6


class Relaxation(NamedTuple):
    """The best bound found, the household's prices that give it, and the worth of each as a medoid.

    The sum of the prices and of the ``groups`` smallest worths is the bound.
    """

    bound: float
    price: FloatArray
    worth: FloatArray


def relax(distance: FloatArray, groups: int, window: Window, upper: float, steps: int) -> Relaxation:
    """Return a lower bound of the cost of dividing.

    Parameters
    ----------
    distance : array, shape (n, n)
        Cost of the way between two households, 0 on the diagonal.
    groups : int
        Number of groups.
    upper : float
        Cost of a known division; only the length of the steps depends on it.
    steps : int
        Most subgradient steps.
    """
    near = np.argsort(distance, axis=1, kind="stable").astype(np.int64)
    return relax_near(np.take_along_axis(distance, near, axis=1), near, groups, window, upper, steps)


def relax_near(
    way: FloatArray, near: IntArray, groups: int, window: Window, upper: float, steps: int
) -> Relaxation:
    """Return the bound from the ways to the nearest households only, for parents too large for all ways.

    Parameters
    ----------
    way : array, shape (n, m)
        Ways from each household to its m nearest, itself included, ascending.
    near : array of int, shape (n, m)
        Which households these are. The bound holds whatever m is.
    """
    depth = min(way.shape[1] - 1, max(1, window.least // 2))
    price = np.ascontiguousarray(way[:, depth])
    found: Relaxation = _ascend(
        np.ascontiguousarray(way), near, groups, window.least, window.most, upper, steps, price
    )
    return found


@compiled
def _ascend(
    way: FloatArray, near: IntArray, groups: int, least: int, most: int, upper: float, steps: int, price: FloatArray
) -> Relaxation:  # fmt: skip
    count = len(way)
    chosen = np.empty((count, most), np.int64)
    size = np.empty(count, np.int64)
    worth, best_worth = np.empty(count), np.empty(count)
    best, best_price = -1e300, price.copy()
    slope, before = np.empty(count), np.zeros(count)
    length, stale = 1.0, 0
    for _ in range(steps):
        _weigh_medoids(way, near, least, most, price, worth, chosen, size)
        medoids = np.argsort(worth)[:groups]
        bound = price.sum() + worth[medoids].sum()
        if bound > best + 1e-9 * abs(best):
            best, stale = bound, 0
            best_price[:], best_worth[:] = price, worth
        else:
            stale += 1
        if stale >= _PATIENCE:
            length, stale = length * _SHRINK, 0
            price[:] = best_price
        missing = _direction(medoids, chosen, size, slope, before)
        if missing == 0 or length < _SMALLEST_STEP:
            break
        steepness = max((slope * slope).sum(), 1.0)
        price += length * max(upper - bound, 1e-4 * abs(upper)) / steepness * slope
        before[:] = slope
    return Relaxation(best, best_price, best_worth)


@compiled
def _direction(
    medoids: IntArray, chosen: IntArray, size: IntArray, slope: FloatArray, before: FloatArray
) -> int:
    """Set ``slope`` to one minus how often each household is taken, leaning on the step before.

    Return how many households are not taken exactly once: none means that the bound is reached.
    """
    slope[:] = 1.0
    for medoid in medoids:
        for at in range(size[medoid]):
            slope[chosen[medoid, at]] -= 1.0
    missing = 0
    for household in range(len(slope)):
        missing += int(slope[household] != 0.0)
        slope[household] += _MEMORY * before[household]
    return missing


@compiled
def _weigh_medoids(
    way: FloatArray, near: IntArray, least: int, most: int, price: FloatArray, worth: FloatArray, chosen: IntArray,
    size: IntArray,
) -> None:  # fmt: skip
    """Set the worth of each household as a medoid, and whom it would take, itself first."""
    dearest = price.max()
    value = np.empty(most)
    whole = way.shape[1] == len(price)
    for medoid in range(len(price)):
        taken, open_end = _take_best(
            way[medoid], near[medoid], medoid, least, most, price, dearest, value, chosen[medoid]
        )
        size[medoid] = taken
        if open_end and not whole:
            worth[medoid] = _at_best(value, taken, least, most, way[medoid, -1] - dearest)
        else:
            worth[medoid] = value[:taken].sum()


@compiled
def _take_best(
    way: FloatArray, near: IntArray, medoid: int, least: int, most: int, price: FloatArray, dearest: float,
    value: FloatArray, chosen: IntArray,
) -> tuple[int, bool]:  # fmt: skip
    """Fill ``chosen`` and its ``value`` (way less price, ascending); return how many are worth taking.

    Households come by distance; once even the dearest of the rest could not enter, none can. The second answer
    tells that the list of near households ended before that.
    """
    value[0], chosen[0] = -price[medoid], medoid
    taken, open_end = 1, True
    for at in range(len(near)):
        household = near[at]
        if household == medoid:
            continue
        floor = way[at] - dearest
        if taken >= least and floor >= 0.0 and (least == 1 or floor >= value[least - 1]):
            open_end = False
            break
        if taken == most and (most == 1 or floor >= value[most - 1]):
            open_end = False
            break
        gain = way[at] - price[household]
        if taken == most and gain >= value[most - 1]:
            continue
        spot = min(taken, most - 1)
        while spot > 1 and value[spot - 1] > gain:
            value[spot], chosen[spot] = value[spot - 1], chosen[spot - 1]
            spot -= 1
        value[spot], chosen[spot] = gain, household
        taken = min(taken + 1, most)
    while taken > least and value[taken - 1] >= 0.0:
        taken -= 1
    return taken, open_end


@compiled
def _at_best(value: FloatArray, taken: int, least: int, most: int, floor: float) -> float:
    """Return what the choice could be worth at best if households beyond the list cost ``floor`` each."""
    worth = float(value[0])
    for spot in range(1, most):
        here = min(value[spot], floor) if spot < taken else floor
        if spot >= least and here >= 0.0:
            break
        worth += here
    return worth
