"""A certificate for each parent: how far its groups are from a proven bound, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from geo.blocks import Block, graph_of
from geo.bounds import Bound, lower_bound
from geo.grouping import LARGE_HOUSEHOLDS, group_parts
from geo.lagrangean import relax_near
from geo.partition import Division
from geo.trees import Window
from geo.ways import Straight

__all__ = ["Certificate", "Reason", "certify"]

IntArray = npt.NDArray[np.int64]
Reason: TypeAlias = Literal["optimal", "connected", "searched", "relaxed"]

_NEAR = 300
_STEPS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is proven about one parent.

    Attributes
    ----------
    parent : int
        Index of the parent.
    objective_m, bound_m : float
        Its groups' sum of distances; no division into as many groups of these sizes has less than the bound.
    method : str
        ``single`` (one group), ``exact``, ``mip``, or ``lagrangean``.
    reason : str
        ``optimal``: nothing can be better. ``connected``: the bound's own groups are not in one piece, so that
        connected groups may have to be dearer. ``searched``: a connected division at the bound exists but was
        not found. ``relaxed``: the bound is a relaxation and may itself be too low.
    """

    parent: int
    objective_m: float
    bound_m: float
    method: str
    reason: Reason

    @property
    def gap(self) -> float:
        """Return how far the groups are above the bound, relative to it."""
        return self.objective_m / self.bound_m - 1.0 if self.bound_m > 0 else 0.0


def certify(division: Division, *, mip_seconds: float = 0.0) -> tuple[Certificate, ...]:
    """Return a certificate for every parent that has households.

    Parameters
    ----------
    mip_seconds : float
        Most time for the MIP solver on a parent whose exact search gives up.
    """
    found = []
    for result in division.parents:
        if not result.households:
            continue
        members = division.ground.members[result.parent]
        window = Window(result.window.least, result.window.most)
        if len(members) > LARGE_HOUSEHOLDS:
            bound = _large(division, members, result.groups, window, result.objective_m)
        else:
            places = division.ground.sites.given_en[members]
            way = np.asarray(cdist(places, places))
            bound = lower_bound(way, result.groups, window, result.objective_m, mip_seconds=mip_seconds)
        found.append(
            Certificate(
                parent=result.parent,
                objective_m=result.objective_m,
                bound_m=min(bound.cost, result.objective_m),
                method=bound.method,
                reason=_reason(division, members, bound, result.objective_m),
            )
        )
    return tuple(found)


def _large(division: Division, members: IntArray, groups: int, window: Window, upper: float) -> Bound:
    places = division.ground.sites.given_en[members]
    away, near = cKDTree(places).query(places, k=min(_NEAR, len(members)))
    relaxed = relax_near(np.asarray(away), np.asarray(near, dtype=np.int64), groups, window, upper, _STEPS)
    return Bound(cost=max(0.0, relaxed.bound), method="lagrangean")


def _reason(division: Division, members: IntArray, bound: Bound, objective_m: float) -> Reason:
    if objective_m <= bound.cost * (1 + 1e-9) + 1e-6:
        return "optimal"
    if bound.label is None:
        return "relaxed"
    ground = division.ground
    graph = graph_of(Block(members=members, groups=0), ground.cells.shared_m, Straight(ground.sites.given_en))
    return "connected" if (group_parts(graph, bound.label) > 1).any() else "searched"
