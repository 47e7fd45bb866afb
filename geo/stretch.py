"""The agreed and disputed stretches of a boundary, each with its ground, its figures and its verdict.

Chainages are those of claim A's line from its first point, closing segments not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from geo import measure, uncertainty
from geo.claim import DisputeSettings
from geo.crs import Plane
from geo.polyline import FloatArray, Ruler, polygon_parts, without_repeats
from geo.span import Ground, Interval, Span, beside
from geo.uncertainty import EXACT, Accuracy, AreaBetween
from geo.units import HALF_WIDTH_95
from geo.verdict import InstrumentCode, Verdict, deciding_instrument, judge

__all__ = ["Stretch", "stretches"]

_Share = tuple[float, Polygon | MultiPolygon | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch of the boundary.

    Areas are areas of record. ``area_m2`` is disputed ground, ``unclaimed_area_m2`` ground that neither claims.
    Where the lines are so near that noise alone makes area, ``area_sigma_m2`` is None and ``at_most_m2`` is the
    figure to print (DEFINITIONS 7); both are None while an accuracy is unknown. ``own_sigma_m2`` is the part of the
    area's sigma that comes from the points' own errors, known whenever the accuracies are.
    """

    number: int
    from_m: float
    to_m: float
    state: Literal["agreed", "disputed"]
    verdict: Verdict | None
    area_m2: float
    area_sigma_m2: float | None
    own_sigma_m2: float | None
    at_most_m2: float | None
    mean_separation_m: float
    max_separation_m: float
    sigma_difference_m: float | None
    instrument: InstrumentCode | None
    line_a: LineString
    line_b: LineString
    patch: Polygon | MultiPolygon | None
    unclaimed_area_m2: float
    unclaimed_patch: Polygon | MultiPolygon | None

    @property
    def length_m(self) -> float:
        """Return the length along claim A."""
        return self.to_m - self.from_m


def stretches(
    rulers: tuple[Ruler, Ruler],
    cut: Sequence[Span],
    pieces: Sequence[Ground],
    accuracies: tuple[Accuracy | None, Accuracy | None],
    zone: Plane,
    settings: DisputeSettings,
) -> tuple[Stretch, ...]:
    """Return the stretches with their figures.

    Parameters
    ----------
    rulers : (Ruler, Ruler)
        Claim lines A and B without closing segments.
    cut : sequence of Span
    pieces : sequence of Ground
    accuracies : (Accuracy or None, Accuracy or None)
    zone : Zone
        Working zone of the coordinates, for areas of record.
    """
    areas = measure.areas_m2([piece.shape for piece in pieces], zone) if pieces else np.empty(0)
    on_b = beside(rulers, cut)
    found = []
    for index, span in enumerate(cut):
        mine = [i for i, piece in enumerate(pieces) if piece.span == index]
        shares = []
        for claimed in (True, False):
            chosen = [i for i in mine if pieces[i].claimed == claimed]
            shares.append((float(areas[chosen].sum()), _joined([pieces[i].shape for i in chosen])))
        between = _separation(rulers, span, on_b[index], accuracies, settings)
        found.append(_stretch(index + 1, span, (shares[0], shares[1]), between, settings))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Separation:
    """The two lines of a stretch and what lies between them; without accuracies the sigmas mean nothing."""

    lines: tuple[LineString, LineString]
    between: AreaBetween
    known: bool
    own_sigma_m2: float
    farthest_m: float


def _separation(
    rulers: tuple[Ruler, Ruler],
    span: Span,
    on_b: Interval,
    accuracies: tuple[Accuracy | None, Accuracy | None],
    settings: DisputeSettings,
) -> _Separation:
    coords = rulers[0].between(span.from_m, span.to_m), rulers[1].between(*on_b)
    lines = LineString(coords[0]), LineString(coords[1])
    known = accuracies[0] is not None and accuracies[1] is not None
    full = [accuracy if known and accuracy else EXACT for accuracy in accuracies]
    own = [Accuracy(sigma_own_m=accuracy.sigma_own_m) for accuracy in full]
    between = uncertainty.area_between(*lines, full[0], full[1], same_survey=settings.same_survey)
    alone = uncertainty.area_between(*lines, own[0], own[1])
    return _Separation(
        lines=lines,
        between=between,
        known=known,
        own_sigma_m2=(alone.at_most_m2 - alone.gross_m2) / HALF_WIDTH_95,
        farthest_m=max(_farthest_m(*coords), _farthest_m(*coords[::-1])),
    )


def _stretch(
    number: int,
    span: Span,
    shares: tuple[_Share, _Share],
    found: _Separation,
    settings: DisputeSettings,
) -> Stretch:
    """Return a stretch with its figures and verdict; ``shares`` are disputed and unclaimed ground."""
    between, known = found.between, found.known and span.disputed
    sigma = between.sigma_difference_m if found.known else None
    verdict = judge(between.mean_separation_m, sigma, settings) if span.disputed else None
    unsure = verdict == "not_enough_evidence"
    clear = known and between.gross_sigma_m2 is not None
    return Stretch(
        number=number,
        from_m=span.from_m,
        to_m=span.to_m,
        state="disputed" if span.disputed else "agreed",
        verdict=verdict,
        area_m2=shares[0][0],
        area_sigma_m2=between.gross_sigma_m2 if clear else None,
        own_sigma_m2=found.own_sigma_m2 if known else None,
        at_most_m2=between.at_most_m2 if known and not clear else None,
        mean_separation_m=between.mean_separation_m,
        max_separation_m=found.farthest_m,
        sigma_difference_m=sigma,
        instrument=deciding_instrument(between.mean_separation_m, settings).code if unsure else None,
        line_a=found.lines[0],
        line_b=found.lines[1],
        patch=shares[0][1],
        unclaimed_area_m2=shares[1][0],
        unclaimed_patch=shares[1][1],
    )


def _farthest_m(line: FloatArray, other: FloatArray) -> float:
    """Return the greatest distance of a line, which may be a point, from another."""
    if len(without_repeats(other)) < 2:
        return float(np.hypot(*(line - other[0]).T).max())
    dense = line
    if len(without_repeats(line)) > 1:
        ruler = Ruler(line)
        dense = np.vstack((line, ruler.points_at(np.linspace(0.0, ruler.length_m, 65))))
    return float(Ruler(other).nearest(dense)[2].max())


def _joined(parts: list[Polygon]) -> Polygon | MultiPolygon | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    whole = MultiPolygon(parts)
    if whole.is_valid:
        return whole
    merged = polygon_parts(shapely.union_all(parts))
    return merged[0] if len(merged) == 1 else MultiPolygon(merged)
