"""The analysis of a boundary dispute: two claims beside each other, and beside the sources.

Nothing here proposes anything: it says where the claims agree, where and by how much they differ, whether the
difference is more than measuring error, and which source each claim agrees with (DEFINITIONS 8-13). Proposals
are made from it in `geo.settlement`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.agreement import SourceAgreement, compared, source_beside
from geo.claim import (
    RANKS,
    Claim,
    DisputeSettings,
    FixedPoint,
    LineSide,
    SourceKind,
    SourceLine,
)
from geo.crs import Plane
from geo.endpoint import Ended, EndPoint, end_points
from geo.errors import DisputeError, Problem
from geo.facing import Facing
from geo.facing_lines import face_lines
from geo.facing_mixed import face_plot_and_line, mirrored
from geo.facing_plots import face_plots
from geo.lens import Lens, lenses
from geo.polyline import FloatArray, Ruler, coordinates, polygon_parts, signed_area_m2
from geo.remark import remarks
from geo.span import Ground, grounds, joined_spans, spans
from geo.stretch import Stretch, stretches
from geo.uncertainty import Accuracy, difference_sigma_m

__all__ = [
    "RANKS",
    "ROUNDING_M",
    "Analysis",
    "Claim",
    "DisputeSettings",
    "EndPoint",
    "FixedPoint",
    "SourceAgreement",
    "SourceKind",
    "SourceLine",
    "Stretch",
    "analyse",
    "face",
    "source_beside",
]

ROUNDING_M = 0.002
"""A line rounded to 1 mm may stand this far outside; that is not leaving the disputed ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What two claims and the sources say about one boundary.

    Lines run from ``start`` to ``end``, B directed like A. Areas are areas of record: ``disputed_area_m2`` is
    the sum over the disputed stretches, ``gross_area_m2`` adds what neither claims, ``net_area_m2`` counts ground
    where line B lies left of line A as positive and the rest as negative. ``closed_a`` and ``closed_b`` are the
    claim lines with their closing segments; ``lenses`` is the ground between them, for the proposals; where
    a plot is claimed (``plots_claimed``) the clockwise ones are claimed by neither. ``room`` is where a proposal may run:
    the lenses that are disputed and both closed lines, wider by the rounding. ``holed`` tells that a plot's hole lies in the ground.
    """

    line_a: LineString
    line_b: LineString
    closed_a: LineString
    closed_b: LineString
    a_side: LineSide
    side_known: bool
    start: EndPoint
    end: EndPoint
    stretches: tuple[Stretch, ...]
    disputed: MultiPolygon
    disputed_area_m2: float
    disputed_area_sigma_m2: float | None
    disputed_at_most_m2: float | None
    gross_area_m2: float
    net_area_m2: float
    unclaimed: MultiPolygon
    unclaimed_area_m2: float
    crossings: int
    source_agreements: tuple[SourceAgreement, ...]
    lenses: tuple[Lens, ...]
    room: BaseGeometry
    plots_claimed: bool
    holed: bool
    problems: tuple[Problem, ...]

    @property
    def disputed_stretches(self) -> tuple[Stretch, ...]:
        """Return the stretches that are disputed, in order."""
        return tuple(stretch for stretch in self.stretches if stretch.state == "disputed")

    @property
    def agreed_length_m(self) -> float:
        """Return the length along claim A on which the claims agree."""
        return math.fsum(stretch.length_m for stretch in self.stretches if stretch.state == "agreed")

    @property
    def disputed_length_m(self) -> float:
        """Return the length along claim A on which the claims differ."""
        return math.fsum(stretch.length_m for stretch in self.disputed_stretches)


def analyse(
    claim_a: Claim,
    claim_b: Claim,
    sources: Sequence[SourceLine] = (),
    *,
    zone: Plane,
    fixed_points: Sequence[FixedPoint] = (),
    settings: DisputeSettings | None = None,
) -> Analysis:
    """Return the analysis of the dispute between two claims.

    Parameters
    ----------
    claim_a, claim_b : Claim
        Plots or lines in the working plane, rounded to 1 mm.
    sources : sequence of SourceLine
        Evidence; it does not change the disputed area, only what each claim is compared with.
    zone : Zone
        Working zone of all coordinates, for areas of record.
    fixed_points : sequence of FixedPoint
        Recorded common and three-way points.
    settings : DisputeSettings, optional
        The township's; the defaults of DEFINITIONS otherwise.

    Raises
    ------
    DisputeError
        The claims make no dispute about one boundary; see `face`.

    Examples
    --------
    Two rectangles of 100 m overlap by 10 m, so that 1,000 m² in the plane are in dispute:

    >>> from shapely.geometry import box
    >>> from geo.crs import working_zone
    >>> found = analyse(
    ...     Claim(side="a", polygon=box(500000, 4400000, 500060, 4400100)),
    ...     Claim(side="b", polygon=box(500050, 4400000, 500100, 4400100)),
    ...     zone=working_zone(102.0),
    ... )
    >>> round(found.disputed_area_m2, 2), round(found.disputed.area, 2), found.unclaimed_area_m2
    (1000.0, 1000.0, 0.0)
    """
    use = settings or DisputeSettings()
    facing = face(claim_a, claim_b, fixed_points, use)
    accuracies = (claim_a.accuracy, claim_b.accuracy)
    ended = end_points(facing, fixed_points, accuracies, use)
    return _analysed(facing, ended, accuracies, sources, zone, use)


def face(
    claim_a: Claim, claim_b: Claim, fixed_points: Sequence[FixedPoint], settings: DisputeSettings
) -> Facing:
    """Return the facing lines of two claims, however they are given.

    Recorded points serve here only for plots that do not touch.

    Raises
    ------
    DisputeError
        ``claims_apart``, ``claims_identical``, ``claim_inside_other``, ``closed_boundary``,
        ``claims_cut_through``, ``claims_touch_in_point``, ``claim_line_closed``, ``claim_line_too_short``,
        ``claim_crosses_itself``, ``claim_shape_invalid``, ``claimants_on_one_side``.
    """
    if claim_a.polygon is not None and claim_b.polygon is not None:
        return face_plots(claim_a, claim_b, fixed_points, settings)
    if claim_a.polygon is not None:
        return face_plot_and_line(claim_a, claim_b, settings)
    if claim_b.polygon is not None:
        return mirrored(face_plot_and_line(claim_b, claim_a, settings))
    return face_lines(claim_a, claim_b, settings)


def _analysed(
    facing: Facing,
    ended: Ended,
    accuracies: tuple[Accuracy | None, Accuracy | None],
    sources: Sequence[SourceLine],
    zone: Plane,
    settings: DisputeSettings,
) -> Analysis:
    rulers = Ruler(ended.line_a), Ruler(ended.line_b)
    closed = _closed(ended.line_a, ended, "A"), _closed(ended.line_b, ended, "B")
    found_lenses = lenses(*closed)
    offset_m = _offset_m(ended)
    crossings = np.array([each.start_a_m - offset_m for each in found_lenses[1:]])
    cut = spans(*rulers, crossings, settings)
    contested = any(span.disputed for span in cut)
    plots = (facing.plot_a, facing.plot_b)
    pieces = grounds(found_lenses, cut, offset_m, plots) if contested else []
    if contested:
        cut = joined_spans(cut, pieces, rulers, _sigma_m(accuracies, settings))
        pieces = grounds(found_lenses, cut, offset_m, plots)
    found = stretches(rulers, cut, pieces, accuracies, zone, settings)
    totals = _totals(found, pieces)
    sigma, at_most = _total_sigma(found, accuracies, settings)
    agreements, source_problems = compared(
        rulers, (ended.start.position, ended.end.position), accuracies, sources, settings
    )
    own = remarks(cut, found_lenses, facing, pieces, rulers, settings)
    return Analysis(
        line_a=rulers[0].line,
        line_b=rulers[1].line,
        closed_a=LineString(closed[0]),
        closed_b=LineString(closed[1]),
        a_side=facing.a_side,
        side_known=facing.side_known,
        start=ended.start,
        end=ended.end,
        stretches=found,
        crossings=len(found_lenses) - 1,
        source_agreements=agreements,
        lenses=tuple(found_lenses),
        room=_room(found_lenses, closed, plots != (None, None)),
        plots_claimed=plots != (None, None),
        holed=any(plot is not None and len(plot.interiors) > 0 for plot in plots),
        problems=(*facing.problems, *ended.problems, *own, *source_problems),
        disputed=_multi([piece for piece in pieces if piece.claimed]),
        disputed_area_m2=totals.disputed_m2,
        disputed_area_sigma_m2=sigma,
        disputed_at_most_m2=at_most,
        gross_area_m2=totals.disputed_m2 + totals.unclaimed_m2,
        net_area_m2=totals.net_m2,
        unclaimed=_multi([piece for piece in pieces if not piece.claimed]),
        unclaimed_area_m2=totals.unclaimed_m2,
    )


def _closed(line: FloatArray, ended: Ended, party: str) -> FloatArray:
    """Return a claim line with its closing segments, which must not cross it."""
    before, after = (end.closing_a if party == "A" else end.closing_b for end in (ended.start, ended.end))
    pieces = [line]
    if before is not None:
        pieces.insert(0, coordinates(before)[:-1])
    if after is not None:
        pieces.append(coordinates(after)[::-1][1:])
    closed = np.vstack(pieces)
    if not LineString(closed).is_simple:
        raise DisputeError(
            "closing_crosses_claim",
            zh="{party}方的主张线与连到端点的线段相交：请记录公共界点，或把主张线画到端点。",
            en="The claim line of {party} crosses the segment that closes it to an end point: record the common "
            "point, or draw the line to its end.",
            party=party,
        )
    return closed


def _sigma_m(accuracies: tuple[Accuracy | None, Accuracy | None], settings: DisputeSettings) -> float | None:
    first, second = accuracies
    if first is None or second is None:
        return None
    return difference_sigma_m(first, second, same_survey=settings.same_survey)


def _room(
    found_lenses: list[Lens], closed: tuple[FloatArray, FloatArray], plots_claimed: bool
) -> BaseGeometry:
    shapes = [
        each.shape for each in found_lenses if each.shape is not None and not each.is_gap(plots_claimed)
    ]
    room = shapely.union_all([*shapes, *(LineString(line) for line in closed)]).buffer(ROUNDING_M)
    shapely.prepare(room)
    return room


def _offset_m(ended: Ended) -> float:
    """Return the length of claim A's closing segment at the start."""
    return 0.0 if ended.start.closing_a is None else float(ended.start.closing_a.length)


class _Totals(NamedTuple):
    disputed_m2: float
    unclaimed_m2: float
    net_m2: float


def _totals(found: tuple[Stretch, ...], pieces: list[Ground]) -> _Totals:
    """Return the areas of record over all stretches; the net one is scaled from the plane."""
    disputed_m2 = math.fsum(stretch.area_m2 for stretch in found)
    unclaimed_m2 = math.fsum(stretch.unclaimed_area_m2 for stretch in found)
    plane_m2 = math.fsum(piece.shape.area for piece in pieces)
    net_plane_m2 = math.fsum(math.copysign(piece.shape.area, piece.signed_m2) for piece in pieces)
    factor = (disputed_m2 + unclaimed_m2) / plane_m2 if plane_m2 else 1.0
    return _Totals(disputed_m2, unclaimed_m2, net_plane_m2 * factor)


def _multi(pieces: list[Ground]) -> MultiPolygon:
    shapes = [piece.shape for piece in pieces]
    whole = MultiPolygon(shapes)
    return whole if whole.is_valid else MultiPolygon(polygon_parts(shapely.union_all(shapes)))


def _total_sigma(
    found: tuple[Stretch, ...],
    accuracies: tuple[Accuracy | None, Accuracy | None],
    settings: DisputeSettings,
) -> tuple[float | None, float | None]:
    """Return sigma of the whole disputed area, or else what it is at most.

    The points' own errors add up from stretch to stretch as squares. A survey's common shift moves all stretches
    together: each grows by the shift times its chord, and stretches on both sides cancel. Where noise alone makes
    area (mean separation within 3 sigma over all disputed stretches) there is no sigma, only a limit.
    """
    disputed = [stretch for stretch in found if stretch.state == "disputed"]
    first, second = accuracies
    if first is None or second is None or not math.fsum(stretch.area_m2 for stretch in disputed):
        return None, None
    own2 = math.fsum((stretch.own_sigma_m2 or 0.0) ** 2 for stretch in disputed)
    common2 = 0.0 if settings.same_survey else first.sigma_common_m**2 + second.sigma_common_m**2
    shift = np.sum([_shift_m(stretch, common2) for stretch in disputed], axis=0)
    sigma = math.sqrt(own2 + common2 * float(shift @ shift))
    area = math.fsum(stretch.area_m2 + stretch.unclaimed_area_m2 for stretch in disputed)
    length = math.fsum((stretch.line_a.length + stretch.line_b.length) / 2 for stretch in disputed)
    difference = disputed[0].sigma_difference_m or 0.0
    if area > 3 * difference * length:
        return sigma, None
    limits = [stretch.at_most_m2 or stretch.area_m2 for stretch in disputed]
    return None, max(math.fsum(stretch.area_m2 for stretch in disputed) + 1.96 * sigma, *limits)


def _shift_m(stretch: Stretch, common2: float) -> FloatArray:
    """Return how much a stretch's area grows with a shift of one survey, by direction (metres).

    As long as the stretch's own figure says where that is known, so that the total of one stretch is its own.
    """
    line_a, line_b = coordinates(stretch.line_a), coordinates(stretch.line_b)
    chord = (line_a[-1] - line_a[0] + line_b[-1] - line_b[0]) / 2
    turned = math.copysign(1.0, signed_area_m2(np.vstack((line_a, line_b[::-1]))))
    size = float(np.hypot(*chord))
    if stretch.area_sigma_m2 is not None and common2 > 0 and size > 0:
        known = stretch.area_sigma_m2**2 - (stretch.own_sigma_m2 or 0.0) ** 2
        chord = chord / size * math.sqrt(max(known, 0.0) / common2)
    shifted: FloatArray = turned * chord
    return shifted
