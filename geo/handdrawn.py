"""A line drawn by hand: put onto the end points, judged, and measured like every proposal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import LineString

from geo import crs
from geo.boundary import ROUNDING_M, Analysis
from geo.claim import DisputeSettings, SourceLine
from geo.crs import Plane
from geo.errors import DisputeError, Problem
from geo.evidence import evidence_beside, title_of
from geo.offer import describe
from geo.polyline import FloatArray, coordinates, self_crossing, without_repeats
from geo.proposal import Proposal

__all__ = ["evaluate"]


def evaluate(
    line: LineString,
    analysis: Analysis,
    *,
    zone: Plane,
    sources: Sequence[SourceLine] = (),
    settings: DisputeSettings | None = None,
) -> Proposal:
    """Return a hand-drawn line with live figures, named ``by_hand``.

    Its direction does not matter. Ends near the end points are moved onto them. Where it leaves the disputed ground it
    is kept as drawn: ``problems`` says how far, and ``outside_m2`` how much land beyond both claims it moves.

    Parameters
    ----------
    line : LineString
        In the working plane.
    analysis : Analysis
    zone : Zone
    sources : sequence of SourceLine
        For the difference from the certificate.

    Raises
    ------
    DisputeError
        ``hand_line_too_short``, ``hand_line_ends_elsewhere``, ``hand_line_crosses_itself``.
    """
    use = settings or DisputeSettings()
    drawn, moved = _on_end_points(line, analysis, use)
    _refuse_crossing(drawn)
    problems = [_moved(moved)] if moved > ROUNDING_M else []
    evidence, _ = evidence_beside(analysis, sources)
    found = describe(
        "by_hand",
        drawn,
        analysis,
        zone=zone,
        settings=use,
        title=title_of(analysis, evidence, use),
        problems=tuple(problems),
        may_leave=True,
    )
    return found


def _on_end_points(
    line: LineString, analysis: Analysis, settings: DisputeSettings
) -> tuple[FloatArray, float]:
    """Return the line from end point to end point, and how far its ends were moved."""
    coords = without_repeats(coordinates(line)) if not line.is_empty else np.empty((0, 2))
    if len(coords) < 2 or not np.isfinite(coords).all():
        raise DisputeError(
            "hand_line_too_short",
            zh="画的线不足两个不同的点：请从一个端点画到另一个端点。",
            en="The line drawn has fewer than two different points: draw from one end point to the other.",
        )
    ends = np.array([analysis.start.position, analysis.end.position])
    gaps = [np.hypot(*(coords[[0, -1]][order] - ends).T) for order in ([0, 1], [1, 0])]
    drawn = coords if gaps[0].sum() <= gaps[1].sum() else coords[::-1]
    gap = min(gaps, key=lambda pair: float(pair.sum()))
    for index, name in ((0, ("起点", "first")), (1, ("终点", "last"))):
        if gap[index] > settings.hand_snap_m:
            raise _ends_elsewhere(name, float(gap[index]), settings)
    drawn = crs.round_mm(drawn)
    drawn[0], drawn[-1] = ends
    return without_repeats(drawn), float(gap.max())


def _ends_elsewhere(name: tuple[str, str], distance_m: float, settings: DisputeSettings) -> DisputeError:
    return DisputeError(
        "hand_line_ends_elsewhere",
        zh="画的线离界线{name_zh}还有 {distance_m} 米（{limit_m} 米以内会自动接上）：请画到端点。",
        en="The line drawn ends {distance_m} m from the {name_en} end point (within {limit_m} m it is joined by "
        "itself): draw it to the point.",
        name_zh=name[0],
        name_en=name[1],
        distance_m=round(distance_m, 2),
        limit_m=settings.hand_snap_m,
    )


def _refuse_crossing(drawn: FloatArray) -> None:
    if LineString(drawn).is_simple:
        return
    at = self_crossing(drawn)
    raise DisputeError(
        "hand_line_crosses_itself",
        zh="画的线在东 {easting_m} 北 {northing_m} 处与自身相交：请移开该处的点。",
        en="The line drawn crosses itself at E {easting_m} N {northing_m}: move the points there.",
        easting_m=round(float(at[0]), 3),
        northing_m=round(float(at[1]), 3),
    )


def _moved(distance_m: float) -> Problem:
    return DisputeError(
        "hand_line_joined",
        zh="线的端头移动了 {distance_m} 米，接到端点上。",
        en="The ends of the line were moved by up to {distance_m} m onto the end points.",
        distance_m=round(distance_m, 2),
    ).problem()
