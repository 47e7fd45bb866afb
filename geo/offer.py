"""What every proposed line is measured by, and the rules that every proposal keeps."""

from __future__ import annotations

import numpy as np
from shapely.geometry import LineString

from geo import measure
from geo.boundary import Analysis
from geo.claim import DisputeSettings
from geo.crs import Plane
from geo.errors import DisputeError, Problem
from geo.evidence import Title
from geo.marker import markers_on
from geo.polyline import FloatArray, Ruler, coordinates
from geo.proposal import Difference, Need, Proposal, ProposalName
from geo.split import split, strays_m

__all__ = ["broken", "describe", "fault"]


def describe(
    name: ProposalName,
    line: FloatArray,
    analysis: Analysis,
    *,
    zone: Plane,
    settings: DisputeSettings,
    title: Title | None = None,
    source: str = "",
    cut_m: float = 0.0,
    problems: tuple[Problem, ...] = (),
    may_leave: bool = False,
) -> Proposal:
    """Return a line with all its figures.

    Parameters
    ----------
    line : array, shape (n, 2)
        Simple, from end point to end point, rounded to 1 mm.
    title : Title, optional
        The registered or contracted line beside the boundary.
    cut_m : float
        Length of the source that was clipped.
    may_leave : bool
        For a line that may leave the disputed ground: a problem then says by how much it does.
    """
    areas = split(analysis, line, zone, may_leave=may_leave)
    claims = [coordinates(claim) for claim in (analysis.line_a, analysis.line_b)]
    from_title = None if title is None else _difference(line, title.line, title.whole)
    strayed_m = strays_m(analysis, line) if may_leave else 0.0
    leaves = (_leaves(areas.outside_m2, strayed_m),) if strayed_m > 0 else ()
    return Proposal(
        name=name,
        source=source,
        line=LineString(line),
        area_to_a_m2=areas.to_a_m2,
        area_to_b_m2=areas.to_b_m2,
        outside_m2=areas.outside_m2,
        clipped_m=cut_m,
        length_m=measure.length_m(LineString(line), zone),
        markers=markers_on(line, zone, settings),
        from_claim_a=_difference(line, claims[0]),
        from_claim_b=_difference(line, claims[1]),
        from_certificate=from_title,
        needs=_needs(from_title, settings),
        problems=(*problems, *leaves),
    )


def _difference(line: FloatArray, other: FloatArray, whole: bool = True) -> Difference:
    """Return the distances of a line from another; of one that is not whole, only where there is one beside it."""
    ruler, beside = Ruler(line), Ruler(other)
    stations = np.union1d(np.linspace(0.0, ruler.length_m, 513), ruler.chainage_m)
    at_m, _, away = beside.nearest(ruler.points_at(stations))
    gaps = np.diff(stations)
    inner = (at_m > 1e-6) & (at_m < beside.length_m - 1e-6)
    if not whole and inner.any():
        gaps = gaps * (inner[1:] & inner[:-1])
        away = np.where(inner, away, 0.0)
    total = float(gaps.sum())
    mean_m = float(np.sum(gaps * (away[1:] + away[:-1]) / 2)) / total if total else float(away.mean())
    return Difference(mean_m=mean_m, max_m=float(away.max()))


def _leaves(outside_m2: float, by_m: float) -> Problem:
    return DisputeError(
        "line_leaves_disputed_ground",
        zh="这条线超出争议地最多 {distance_m} 米，涉及争议以外的 {area_m2} 平方米：双方主张都没有到那里。",
        en="The line leaves the disputed ground by up to {distance_m} m and moves {area_m2} m² that neither claim "
        "reaches.",
        distance_m=round(by_m, 2),
        area_m2=round(outside_m2, 1),
    ).problem("请把线移回争议地内，或取得双方同意。", "Move it back inside, or get both parties' consent.")


def _needs(from_title: Difference | None, settings: DisputeSettings) -> tuple[Need, ...]:
    if from_title is None:
        return ("both_parties_sign", "title_unknown")
    if from_title.max_m <= settings.agreed_within_m:
        return ("both_parties_sign",)
    return (
        "both_parties_sign",
        "registration",
        "issuer_consent",
        "assembly_two_thirds",
        "government_approval",
    )


def fault(analysis: Analysis, line: FloatArray, *, inside: bool = True) -> DisputeError | None:
    """Return which rule of all proposals a line breaks, or None.

    Parameters
    ----------
    line : array, shape (n, 2)
    inside : bool
        Whether the line has to stay inside the disputed ground.
    """
    shape = LineString(line)
    ends = (analysis.start.position, analysis.end.position)
    if len(line) < 2 or not (np.array_equal(line[0], ends[0]) and np.array_equal(line[-1], ends[1])):
        return broken("misses_end_points", "不从端点到端点", "does not run from end point to end point")
    if not shape.is_simple:
        return broken("crosses_itself", "会自相交叉", "would cross itself")
    if inside and strays_m(analysis, line) > 0:
        return broken("leaves_disputed_ground", "会离开争议地", "would leave the disputed ground")
    return None


def broken(code: str, zh: str, en: str) -> DisputeError:
    """Return the reason why a line that ``zh`` / ``en`` is not proposed."""
    return DisputeError(
        f"line_{code}",
        zh="这条线{fault_zh}，因此不提出。",
        en="The line {fault_en}, so it is not proposed.",
        fault_zh=zh,
        fault_en=en,
    )
