"""Proposed lines for a dispute, and a line drawn by hand (DEFINITIONS 14).

Every proposal starts and ends exactly at the end points, never crosses itself and stays inside the disputed ground;
the straight line and one drawn by hand may leave it by a stated tolerance. What cannot be made is withheld with the
reason, never faked. Coordinates are rounded to 1 mm before anything is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geo import withholding
from geo.bestfit import best_line
from geo.boundary import Analysis
from geo.claim import DisputeSettings, SourceLine
from geo.clip import clipped_line, clipped_m, closed_line
from geo.crs import Plane
from geo.errors import DisputeError
from geo.evidence import Evidence, Title, evidence_beside, title_of, uncovered_m
from geo.handdrawn import evaluate
from geo.middle import middle_line
from geo.offer import broken, describe, fault
from geo.polyline import FloatArray, Ruler, coordinates
from geo.proposal import (
    Difference,
    Grade,
    Marker,
    Need,
    Proposal,
    ProposalName,
    ProposalSet,
    Withheld,
)
from geo.sharing import graded_worth, shared_line, uncovered_m2
from geo.split import split, strays_m
from geo.straight import straightened

__all__ = [
    "Difference",
    "Grade",
    "Marker",
    "Need",
    "Proposal",
    "ProposalName",
    "ProposalSet",
    "Withheld",
    "describe",
    "evaluate",
    "proposals",
]

AREA_MET_M2 = 1.0
"""An area share is met when it is off by no more."""

FOLDED_SHARE = 0.05
"""Share of the disputed ground between folded claims beyond which there is no equidistant line."""

ALWAYS_NAMED: tuple[ProposalName, ...] = ("best_fit", "equal_area", "middle", "straight")
"""Proposals that every dispute has, made or withheld."""

_STRAIGHTENED: tuple[ProposalName, ...] = ("best_fit", "equal_area", "middle")
"""Lines that the straight line keeps to, in this order, unless one is chosen."""


@dataclass(slots=True)
class _Desk:
    """What all proposals of one dispute have in common, and those made so far."""

    analysis: Analysis
    zone: Plane
    settings: DisputeSettings
    evidence: list[Evidence]
    made: list[Proposal] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)

    def withhold(self, name: ProposalName, error: DisputeError, source: str = "") -> None:
        self.withheld.append(Withheld(name=name, reason=error.problem(), source=source))

    def offer(
        self,
        name: ProposalName,
        line: FloatArray,
        *,
        source: str = "",
        cut_m: float = 0.0,
        inside: bool = True,
    ) -> None:
        """Add a line as a proposal, or withhold it when it breaks a rule that all proposals keep."""
        found_fault = fault(self.analysis, line, inside=inside)
        if found_fault is not None:
            self.withhold(name, found_fault, source)
            return
        found = describe(
            name,
            line,
            self.analysis,
            zone=self.zone,
            settings=self.settings,
            title=self.title,
            source=source,
            cut_m=cut_m,
            may_leave=not inside,
        )
        self.made.append(found)

    @property
    def title(self) -> Title | None:
        """Return the registered or contracted line."""
        return title_of(self.analysis, self.evidence, self.settings)


def proposals(
    analysis: Analysis,
    sources: Sequence[SourceLine] = (),
    *,
    zone: Plane,
    share: float | None = None,
    grades: Sequence[Grade] | None = None,
    straighten: ProposalName | None = None,
    settings: DisputeSettings | None = None,
) -> ProposalSet:
    """Return every line that the inputs allow, and what is withheld.

    Parameters
    ----------
    analysis : Analysis
    sources : sequence of SourceLine
        The evidence, as given to `geo.boundary.analyse`. Claims are never evidence.
    zone : Zone
        Working zone, for areas of record and the markers' longitudes and latitudes.
    share : float, optional
        A's part of the disputed area, 0 to 1, for the proposal ``share``.
    grades : sequence of Grade, optional
        Land grades for ``equal_value``.
    straighten : ProposalName, optional
        The line that ``straight`` keeps to; otherwise the best fit, or else equal areas.
    settings : DisputeSettings, optional

    Raises
    ------
    ArgumentError
        ``bad_share`` when the share is not within 0 to 1.
    """
    if share is not None and not 0 <= share <= 1:
        raise withholding.bad_share(share)
    use = settings or DisputeSettings()
    desk = _Desk(analysis, zone, use, [])
    if not analysis.disputed_stretches or analysis.disputed_area_m2 <= 0:
        for name in ALWAYS_NAMED:
            desk.withhold(name, withholding.nothing_to_share())
        return ProposalSet(proposals=(), withheld=tuple(desk.withheld))
    _offer_sources(desk, sources)
    _offer_best_fit(desk)
    _offer_shares(desk, share, grades)
    _offer_middle(desk)
    _offer_straight(desk, straighten)
    return ProposalSet(proposals=tuple(desk.made), withheld=tuple(desk.withheld))


# ---- evidence --------------------------------------------------------------------------------------------


def _offer_sources(desk: _Desk, sources: Sequence[SourceLine]) -> None:
    found, elsewhere = evidence_beside(desk.analysis, sources)
    desk.evidence.extend(found)
    for source in elsewhere:
        desk.withhold(source.kind, withholding.elsewhere(source), source.name)
    for each in desk.evidence:
        missing_m = uncovered_m(desk.analysis, [each])
        if missing_m > desk.settings.source_gap_m:
            desk.withhold(each.source.kind, withholding.covers_part(each.source, missing_m), each.source.name)
            continue
        _offer_clipped(desk, each.source.kind, each.line, each.source.name)


def _offer_best_fit(desk: _Desk) -> None:
    if not desk.evidence:
        desk.withhold("best_fit", withholding.no_evidence())
        return
    missing_m = uncovered_m(desk.analysis, desk.evidence)
    if missing_m > desk.settings.source_gap_m:
        desk.withhold("best_fit", withholding.evidence_missing(missing_m))
        return
    found = best_line(desk.evidence, Ruler(coordinates(desk.analysis.line_a)))
    if found is not None:
        _offer_clipped(desk, "best_fit", found[0], "、".join(found[1]))


def _offer_clipped(desk: _Desk, name: ProposalName, line: FloatArray, source: str) -> None:
    closed = closed_line(desk.analysis, line)
    if closed is None:
        desk.withhold(name, broken("crosses_itself", "会自相交叉", "would cross itself"), source)
        return
    cut_m = clipped_m(desk.analysis, line, desk.settings.agreed_within_m)
    desk.offer(name, clipped_line(desk.analysis, closed), source=source, cut_m=cut_m)


# ---- shares ----------------------------------------------------------------------------------------------


def _offer_shares(desk: _Desk, share: float | None, grades: Sequence[Grade] | None) -> None:
    _offer_share(desk, "equal_area", 0.5)
    if share is not None:
        _offer_share(desk, "share", share)
    if not grades:
        desk.withhold("equal_value", withholding.no_grades())
        return
    bare_m2, twice_m2 = uncovered_m2(desk.analysis, grades)
    if bare_m2 > AREA_MET_M2 or twice_m2 > AREA_MET_M2:
        desk.withhold("equal_value", withholding.grades_wrong(bare_m2, twice_m2))
    elif graded_worth(grades)(desk.analysis.disputed) <= 0:
        desk.withhold("equal_value", withholding.no_worth())
    else:
        desk.offer("equal_value", shared_line(desk.analysis, 0.5, desk.zone, graded_worth(grades)))


def _offer_middle(desk: _Desk) -> None:
    """Offer the equidistant line, unless much of the ground is folded and has none."""
    folded = sum(lens.shape.area for lens in desk.analysis.lenses if lens.folded and lens.shape is not None)
    if folded > FOLDED_SHARE * desk.analysis.disputed.area:
        desk.withhold("middle", withholding.folded_ground(folded))
    else:
        desk.offer("middle", middle_line(desk.analysis))


def _offer_share(desk: _Desk, name: ProposalName, share: float) -> None:
    line = shared_line(desk.analysis, share, desk.zone)
    if fault(desk.analysis, line) is None:
        wanted = share * desk.analysis.disputed_area_m2
        got = split(desk.analysis, line, desk.zone).to_a_m2
        if abs(got - wanted) > AREA_MET_M2:
            desk.withhold(name, withholding.share_missed(got - wanted))
            return
    desk.offer(name, line)


# ---- straight --------------------------------------------------------------------------------------------


def _offer_straight(desk: _Desk, straighten: ProposalName | None) -> None:
    names = (straighten,) if straighten else _STRAIGHTENED
    chosen = next((each for name in names for each in desk.made if each.name == name), None)
    if chosen is None:
        desk.withhold("straight", withholding.nothing_to_straighten())
        return
    base = coordinates(chosen.line)
    within_m = desk.settings.straight_within_m
    while within_m >= desk.settings.agreed_within_m / 2:
        line = straightened(base, within_m)
        if strays_m(desk.analysis, line) <= desk.settings.straight_outside_tolerance_m:
            desk.offer("straight", line, source=chosen.name, inside=False)
            return
        within_m *= 0.7
    desk.withhold("straight", withholding.cannot_straighten(desk.settings))
