"""The line that the evidence supports best.

Each part of the boundary follows the highest rank of evidence that covers it; within a rank the lines are averaged
by their accuracy. Lines of unknown accuracy are averaged only where no line of known accuracy of their rank covers
the part. Claims are never evidence (DEFINITIONS 13).

Parts are told by the foot on claim A's line; each sampled station is one metre or a four-hundredth of the line from
the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from geo.evidence import Evidence
from geo.polyline import FloatArray, Ruler, bends, without_repeats

__all__ = ["best_line"]


MEAN_WITHIN_M = 0.01
"""How far a mean line may stray from the mean of its lines for want of points."""


def best_line(evidence: Sequence[Evidence], claim_a: Ruler) -> tuple[FloatArray, tuple[str, ...]] | None:
    """Return the line through the best evidence along the boundary, and the names of the sources it follows.

    None without evidence. A part that nothing covers is bridged by a straight segment.
    """
    runs = _runs(evidence)
    pieces = [
        _mean_line([evidence[i] for i in chosen], from_m, to_m, claim_a) for from_m, to_m, chosen in runs
    ]
    if not pieces:
        return None
    used = sorted({i for _, _, chosen in runs for i in chosen})
    return without_repeats(np.vstack(pieces)), tuple(evidence[i].source.name for i in used)


def _runs(evidence: Sequence[Evidence]) -> list[tuple[float, float, tuple[int, ...]]]:
    """Return (from, to, sources used) for each part of the boundary that some evidence covers."""
    borders = sorted({border for each in evidence for border in (each.from_m, each.to_m)})
    found: list[tuple[float, float, tuple[int, ...]]] = []
    for from_m, to_m in pairwise(borders):
        chosen = _strongest(evidence, (from_m + to_m) / 2)
        if not chosen:
            continue
        if found and found[-1][2] == chosen and found[-1][1] == from_m:
            found[-1] = (found[-1][0], to_m, chosen)
        else:
            found.append((from_m, to_m, chosen))
    return found


def _strongest(evidence: Sequence[Evidence], at_m: float) -> tuple[int, ...]:
    """Return the sources of the highest rank that cover a chainage, known accuracies before unknown."""
    here = [i for i, each in enumerate(evidence) if each.from_m <= at_m <= each.to_m]
    if not here:
        return ()
    rank = min(evidence[i].source.rank for i in here)
    ranked = [i for i in here if evidence[i].source.rank == rank]
    known = [i for i in ranked if evidence[i].source.accuracy is not None]
    return tuple(known or ranked)


def _mean_line(chosen: list[Evidence], from_m: float, to_m: float, claim_a: Ruler) -> FloatArray:
    """Return the weighted mean of several lines over one part of the boundary."""
    weights = _weights(chosen)
    lead = int(np.argmax(weights))
    line = _part(chosen[lead], from_m, to_m, claim_a)
    if len(chosen) == 1:
        return line
    ruler = Ruler(line)
    stations = np.union1d(ruler.chainage_m, np.linspace(0, ruler.length_m, 401))
    points = ruler.points_at(stations)
    mean = np.zeros_like(points)
    for weight, each in zip(weights, chosen, strict=True):
        mean += weight * Ruler(each.line).nearest(points)[1]
    return bends(mean, MEAN_WITHIN_M)


def _weights(chosen: list[Evidence]) -> FloatArray:
    sigmas = np.array(
        [0.0 if each.source.accuracy is None else each.source.accuracy.sigma_m for each in chosen]
    )
    if any(each.source.accuracy is None for each in chosen):
        return np.full(len(chosen), 1 / len(chosen))
    exact = sigmas == 0
    raw = exact.astype(float) if exact.any() else 1 / sigmas**2
    weights: FloatArray = raw / raw.sum()
    return weights


def _part(each: Evidence, from_m: float, to_m: float, claim_a: Ruler) -> FloatArray:
    """Return a source's line between the points nearest to two points of claim A's line."""
    ruler = Ruler(each.line)
    first = 0.0 if from_m <= each.from_m else ruler.locate(claim_a.points_at(from_m))
    last = ruler.length_m if to_m >= each.to_m else ruler.locate(claim_a.points_at(to_m))
    return ruler.between(first, max(first, last))
