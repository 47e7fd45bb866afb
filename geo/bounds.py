"""How far a division is from the best there can be: a proven bound for each parent.

Up to ``EXACT_HOUSEHOLDS`` the cheapest division of all is found, whether connected or not: medoids are chosen in
the order of their worth in the Lagrangean relaxation, every set that the relaxation cannot rule out gets its
households by an exact transport. Where that takes too long, the same model goes to the open MIP solver HiGHS.
Larger parents get the Lagrangean bound.

References
----------
Huangfu, Q. and Hall, J. A. J. (2018), Parallelizing the dual revised simplex method,
https://doi.org/10.1007/s12532-017-0130-5 (HiGHS).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.lagrangean import Relaxation, relax
from geo.transport import assign, nearest_cost
from geo.trees import Window

__all__ = ["EXACT_HOUSEHOLDS", "Bound", "best_division", "lower_bound", "solve_mip"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EXACT_HOUSEHOLDS = 40
"""Parents up to this size get the exact bound."""

_ALL_SETS = 1_000_000
_SOME_SETS = 20_000
_STEPS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """No division of the parent into so many groups costs less than ``cost``.

    ``label`` is the cheapest division when it was found; its groups need not be connected.
    """

    cost: float
    method: Literal["exact", "mip", "lagrangean", "single"]
    label: IntArray | None = None


def lower_bound(
    distance: FloatArray, groups: int, window: Window, upper: float, *, mip_seconds: float = 0.0
) -> Bound:
    """Return a bound for dividing households into ``groups`` groups.

    Parameters
    ----------
    distance : array, shape (n, n)
        Distance between two households, metres.
    upper : float
        Cost of a known division.
    mip_seconds : float
        Most time for the MIP solver where the exact search gives up; 0 leaves it out.
    """
    if groups == 1:
        return Bound(
            cost=float(distance.sum(axis=1).min()), method="single", label=np.zeros(len(distance), int)
        )
    relaxed = relax(distance, groups, window, upper, _STEPS)
    if len(distance) <= EXACT_HOUSEHOLDS:
        found = best_division(distance, groups, window, relaxed, upper)
        if found is not None:
            return found
        if mip_seconds > 0:
            return solve_mip(distance, groups, window, mip_seconds, floor=relaxed.bound)
    return Bound(cost=max(0.0, relaxed.bound), method="lagrangean")


def best_division(
    distance: FloatArray,
    groups: int,
    window: Window,
    relaxed: Relaxation,
    upper: float,
    *,
    most_sets: int | None = None,
) -> Bound | None:
    """Return the cheapest division of all, or None when too many sets of medoids would have to be tried.

    Parameters
    ----------
    most_sets : int, optional
        Most sets to look at; by default all of up to a million, else the first twenty thousand.
    """
    if most_sets is None:
        most_sets = _ALL_SETS if comb(len(distance), groups) <= _ALL_SETS else _SOME_SETS
    order = np.argsort(relaxed.worth, kind="stable")
    label = np.zeros(len(distance), dtype=np.int64)
    allowed = upper * (1 + 1e-9) + 1e-6
    cost, tried = _search_sets(
        distance, order, relaxed.worth[order], float(relaxed.price.sum()), groups, window.least, window.most,
        allowed, most_sets, label,
    )  # fmt: skip
    if tried >= most_sets:
        return None
    if not np.isfinite(cost):
        return Bound(cost=upper, method="exact")
    return Bound(cost=float(cost), method="exact", label=label)


@compiled
def _search_sets(
    distance: FloatArray, order: IntArray, worth: FloatArray, base: float, groups: int, least: int, most: int,
    upper: float, limit: int, label: IntArray,
) -> tuple[float, int]:  # fmt: skip
    """Try sets of medoids, best worth first; return the least cost below ``upper`` and the sets looked at."""
    count = len(order)
    pick = np.zeros(groups, np.int64)
    medoids = np.empty(groups, np.int64)
    trial = np.zeros(count, np.int64)
    sums = np.zeros(groups + 1)
    sums[0] = base
    best, found, tried, depth = upper, False, 0, 0
    while depth >= 0 and tried < limit:
        left = groups - depth
        rank = pick[depth]
        if rank + left > count or sums[depth] + worth[rank : rank + left].sum() >= best:
            depth -= 1
            if depth >= 0:
                pick[depth] += 1
            continue
        tried += 1
        sums[depth + 1] = sums[depth] + worth[rank]
        medoids[depth] = order[rank]
        if depth + 1 < groups:
            depth += 1
            pick[depth] = rank + 1
            continue
        if nearest_cost(distance, medoids) < best:
            cost = assign(distance, medoids, least, most, trial)
            if cost < best:
                best, found = cost, True
                label[:] = trial
        pick[depth] += 1
    return (best if found else np.inf), tried


def solve_mip(
    distance: FloatArray, groups: int, window: Window, seconds: float, *, floor: float = 0.0
) -> Bound:
    """Return the bound HiGHS proves within ``seconds``, at least ``floor``; exact when it finishes."""
    import highspy

    solver = cast(Any, highspy).Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", 1e-6)
    solver.passModel(_model(distance, groups, window))
    solver.run()
    facts = solver.getInfo()
    done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if not done:
        return Bound(cost=max(floor, float(facts.mip_dual_bound), 0.0), method="lagrangean")
    count = len(distance)
    choice = np.asarray(solver.getSolution().col_value).reshape(count, count)
    label = np.unique(choice.argmax(axis=1), return_inverse=True)[1].astype(np.int64)
    return Bound(cost=max(floor, float(facts.mip_dual_bound)), method="mip", label=label)


def _model(distance: FloatArray, groups: int, window: Window) -> Any:
    """Return the model of solver HiGHS: column i·n + j is 1 when household i goes to medoid j."""
    import highspy

    count = len(distance)
    rows, lower, upper = _rows(count, groups, window)
    model: Any = highspy.HighsLp()
    model.num_col_, model.num_row_ = count * count, len(rows)
    model.col_cost_ = distance.ravel()
    model.col_lower_, model.col_upper_ = np.zeros(count * count), np.ones(count * count)
    model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row) for row, _ in rows)]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([row for row, _ in rows]).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([value for _, value in rows])
    model.integrality_ = [highspy.HighsVarType.kInteger] * (count * count)
    return model


def _rows(
    count: int, groups: int, window: Window
) -> tuple[list[tuple[IntArray, FloatArray]], list[float], list[float]]:
    """Return the rows as (columns, values), and their limits."""
    everyone = np.arange(count)
    ones = np.ones(count)
    rows: list[tuple[IntArray, FloatArray]] = []
    lower, upper = [], []

    def add(columns: IntArray, values: FloatArray, least: float, most: float) -> None:
        rows.append((columns, values))
        lower.append(least)
        upper.append(most)

    for one in everyone:
        add(one * count + everyone, ones, 1.0, 1.0)
        column = everyone * count + one
        add(column, np.where(everyone == one, 1.0 - window.least, 1.0), 0.0, np.inf)
        add(column, np.where(everyone == one, 1.0 - window.most, 1.0), -np.inf, 0.0)
        for other in everyone[everyone != one]:
            add(np.array([other * count + one, one * count + one]), np.array([1.0, -1.0]), -np.inf, 0.0)
    add(everyone * count + everyone, ones, float(groups), float(groups))
    return rows, lower, upper
