"""How much of each claim agrees with each source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo import uncertainty
from geo.claim import ClaimSide, DisputeSettings, SourceKind, SourceLine
from geo.errors import DisputeError, Problem
from geo.facing import facing_line
from geo.lens import lenses
from geo.polyline import FloatArray, Ruler
from geo.uncertainty import Accuracy

__all__ = ["SIGMAS", "SourceAgreement", "compared", "source_agreement", "source_beside"]

SIGMAS = 2.0
"""A claim agrees with a source where it lies within this many sigma of their difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAgreement:
    """One claim beside one source.

    ``share_within`` is the share of the claim's length within ``limit_m`` of the source: twice sigma of the
    difference where both accuracies are known (``sigma_known``), else the agreed distance.
    """

    side: ClaimSide
    source: str
    kind: SourceKind
    share_within: float
    limit_m: float
    sigma_known: bool
    mean_deviation_m: float
    max_deviation_m: float
    area_between_m2: float


def source_agreement(
    side: ClaimSide,
    claim_line: FloatArray,
    claim_accuracy: Accuracy | None,
    source: SourceLine,
    source_line: FloatArray,
    settings: DisputeSettings,
) -> SourceAgreement:
    """Return the agreement of one claim line with one source's line, both directed alike.

    The plane area between the two is closed by segments between their ends, so a source that covers only part of
    the boundary is compared where it lies.
    """
    claim, beside = Ruler(claim_line), Ruler(source_line)
    known = claim_accuracy is not None and source.accuracy is not None
    limit_m = settings.agreed_within_m
    if claim_accuracy is not None and source.accuracy is not None:
        limit_m = max(limit_m, SIGMAS * uncertainty.difference_sigma_m(claim_accuracy, source.accuracy))
    away = beside.nearest(claim.points_at(np.linspace(0.0, claim.length_m, 513)))[2]
    corners = beside.nearest(claim.coords)[2]
    near = claim.line.intersection(beside.line.buffer(limit_m))
    closed = np.vstack((claim_line[:1], source_line, claim_line[-1:]))
    area_m2 = math.fsum(each.shape.area for each in lenses(claim_line, closed) if each.shape is not None)
    return SourceAgreement(
        side=side,
        source=source.name,
        kind=source.kind,
        share_within=min(1.0, float(near.length) / claim.length_m),
        limit_m=limit_m,
        sigma_known=known,
        mean_deviation_m=float(np.trapezoid(away) / (len(away) - 1)),
        max_deviation_m=float(max(away.max(), corners.max())),
        area_between_m2=area_m2,
    )


def compared(
    rulers: tuple[Ruler, Ruler],
    ends: tuple[FloatArray, FloatArray],
    accuracies: tuple[Accuracy | None, Accuracy | None],
    sources: Sequence[SourceLine],
    settings: DisputeSettings,
) -> tuple[tuple[SourceAgreement, ...], list[Problem]]:
    """Return each claim beside each source, and the sources that cannot be set beside them."""
    found: list[SourceAgreement] = []
    problems: list[Problem] = []
    names = [source.name for source in sources]
    for source in sources:
        if names.count(source.name) > 1:
            raise _same_name(source.name)
        line = source_beside(source, rulers[0], *ends)
        if line is None:
            problems.append(_source_elsewhere(source))
            continue
        for side, ruler, accuracy in (("a", rulers[0], accuracies[0]), ("b", rulers[1], accuracies[1])):
            found.append(
                source_agreement("a" if side == "a" else "b", ruler.coords, accuracy, source, line, settings)
            )
    return tuple(found), problems


def source_beside(source: SourceLine, beside: Ruler, start: FloatArray, end: FloatArray) -> FloatArray | None:
    """Return a source's line beside the boundary: directed like it and cut at the points nearest to its ends.

    None when it lies farther from the boundary than the boundary is long, or has nothing beside it.
    """
    line = facing_line(source.line, start, end, beside)
    if line is None:
        return None
    ruler = Ruler(line)
    first, last = ruler.locate(start), ruler.locate(end)
    if last - first <= 1e-3 or ruler.line.distance(beside.line) > beside.length_m:
        return None
    return ruler.between(first, last)


def _same_name(name: str) -> DisputeError:
    return DisputeError(
        "source_name_twice",
        zh="有两项依据都叫“{name}”：请改名以便区分。",
        en="Two sources are named {name}: rename one.",
        where=name,
        name=name,
    )


def _source_elsewhere(source: SourceLine) -> Problem:
    return DisputeError(
        "source_elsewhere",
        zh="依据“{name}”不在这段界线旁：没有比较。",
        en="Source {name} does not lie beside this boundary: it is not compared.",
        where=source.name,
        name=source.name,
    ).problem("请核对它的坐标系与范围。", "Check its reference system and extent.")
