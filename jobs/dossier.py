"""From the finding on a dispute to the facts its papers print: every figure is taken over once, here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from data.documents.facts import (
    BoundaryPoint,
    Dossier,
    Frame,
    LineFacts,
    Outcome,
    PlotChange,
    ProposalFacts,
    Referral,
    Schedule,
    SourceAgreementFacts,
    StretchFacts,
)
from data.rules.norms import Norms
from geo import crs, measure
from geo.claim import SourceLine
from geo.deadline import WorkCalendar, due_date
from geo.description import running_description
from geo.errors import ArgumentError, DisputeError, Problem
from geo.proposal import Proposal
from geo.stretch import Stretch
from geo.uncertainty import Accuracy
from geo.verdict import INSTRUMENTS
from geo.zone import Zone
from jobs.matter import ChangedPlot, Matter, Paperwork

__all__ = ["PROPOSAL_WORDS", "dossier", "proposal_words", "referral_needed"]

_ON_LINE_M = 0.002
"""A marker this near to the line lies on it (coordinates are rounded to 1 mm)."""

PROPOSAL_WORDS: dict[str, tuple[str, str]] = {
    "decision": ("处理决定线", "Line of the decision"),
    "agreement": ("以前协议线", "Earlier agreement"),
    "certificate": ("证书线", "Certificate line"),
    "contract": ("合同附图线", "Contract's map"),
    "measured": ("实测线", "Measured line"),
    "old_map": ("旧图线", "Old map"),
    "natural": ("自然界线", "Natural line"),
    "best_fit": ("最佳拟合线", "Best fit of the evidence"),
    "equal_area": ("等面积线", "Equal areas"),
    "share": ("按约定比例线", "Agreed share"),
    "equal_value": ("等值线", "Equal value"),
    "middle": ("中线", "Middle line"),
    "straight": ("取直线", "Straightened line"),
    "by_hand": ("手工调整线", "Drawn by hand"),
}
"""What people call each proposal."""
_NEED_WORDS: dict[str, str] = {
    "registration": "向登记机构申请变更登记，登记完成以前证书记载不变",
    "issuer_consent": "发包方同意",
    "assembly_two_thirds": "本集体经济组织村（牧）民会议三分之二以上成员或者三分之二以上代表同意",
    "government_approval": "报乡（镇）人民政府和县级人民政府主管部门批准",
    "title_unknown": "查明证书或者承包合同的记载（目前没有证书和合同）",
}
"""What a line needs by law beside both signatures (Grassland Law 11, 13-15)."""

_SOURCE_WORDS = {
    "decision": "处理决定",
    "agreement": "以前的协议",
    "certificate": "登记证书",
    "contract": "承包合同附图",
    "measured": "共同测量",
    "old_map": "旧图",
    "natural": "自然地物",
}


def proposal_words(name: str, label: str = "") -> tuple[str, str]:
    """Return what a proposal is called in both languages; a source line keeps its own label."""
    zh, en = PROPOSAL_WORDS.get(name, (label or name, label or name))
    return (label or zh, label or en)


def referral_needed(matter: Matter) -> Referral | None:
    """Return why the matter is referred instead of settled, or None (DEFINITIONS 16).

    Lines of township, county or province are decided above; units with units go to the county.
    """
    paperwork = matter.paperwork
    if paperwork.case.level in ("township", "county", "province"):
        return paperwork.referral or Referral(reason="line_level")
    if len(paperwork.parties) == 2 and all(party.is_unit for party in paperwork.parties):
        return paperwork.referral or Referral(reason="units")
    return paperwork.referral


def dossier(
    matter: Matter, norms: Norms, calendar: WorkCalendar | None = None
) -> tuple[Dossier, tuple[Problem, ...]]:
    """Return the facts of all papers, and what could not be worked out for them.

    Raises
    ------
    DisputeError
        ``not_settled_here`` when a line was chosen for a dispute that is to be referred.
    """
    paperwork = matter.paperwork
    referral = referral_needed(matter)
    if referral is not None and matter.chosen is not None:
        raise _not_settled_here()
    schedule, problems = _scheduled(paperwork.schedule, norms, calendar)
    analysis = matter.analysis
    return (
        Dossier(
            case=paperwork.case,
            office=paperwork.office,
            parties=paperwork.parties,
            neighbours=paperwork.neighbours,
            frame=_frame(matter),
            stamp=matter.stamp,
            surveyor=paperwork.surveyor,
            lines=tuple(_lines(matter)),
            stretches=tuple(_stretch(stretch, paperwork) for stretch in analysis.stretches),
            sources=tuple(_sources(matter)),
            proposals=() if referral else tuple(_proposals(matter)),
            withheld=() if referral else tuple(_withheld(matter)),
            explanations=paperwork.explanations,
            disputed_area_m2=analysis.disputed_area_m2,
            disputed_area_sigma_m2=analysis.disputed_area_sigma_m2,
            disputed_at_most_m2=analysis.disputed_at_most_m2,
            unclaimed_area_m2=analysis.unclaimed_area_m2,
            outcome=_outcome(matter, matter.chosen) if matter.chosen else None,
            changes=tuple(_change(plot, matter.zone) for plot in matter.changed),
            terms=paperwork.terms,
            schedule=schedule,
            referral=referral,
            lang=matter.lang,
        ),
        problems,
    )


def _not_settled_here() -> DisputeError:
    return DisputeError(
        "not_settled_here",
        zh="乡、县、省界线和单位之间的争议不在这里调解定界：请改做争议情况说明和移送函。",
        en="Lines of township, county or province and disputes between units are not settled here: make the "
        "statement of the dispute and the referral instead.",
    )


def _frame(matter: Matter) -> Frame:
    middle = np.array([[matter.analysis.start.easting_m, matter.analysis.start.northing_m]])
    zone = matter.zone
    return Frame(
        epsg=zone.epsg,
        zone_name=f"{zone.width_deg}°带第 {zone.number} 带",
        central_meridian_deg=zone.central_meridian_deg,
        convergence_deg=float(measure.convergence_deg(middle, zone)[0]),
    )


def _lines(matter: Matter) -> Iterable[LineFacts]:
    """Return the lines on the sheet: claims first, then sources by rank."""
    analysis = matter.analysis
    for claim, line in zip(matter.claims, (analysis.line_a, analysis.line_b), strict=True):
        yield LineFacts(
            role=f"claim_{claim.side}",
            label="甲方主张线" if claim.side == "a" else "乙方主张线",
            length_m=measure.length_m(line, matter.zone),
            sigma_m=_sigma(claim.accuracy),
            origin=claim.label,
        )
    for source in sorted(matter.sources, key=lambda each: each.rank):
        yield LineFacts(
            role=source.kind,
            label=source.label or source.name,
            length_m=_source_length(source, matter.zone),
            sigma_m=_sigma(source.accuracy),
            origin=_SOURCE_WORDS[source.kind],
        )


def _sigma(accuracy: Accuracy | None) -> float | None:
    return accuracy.sigma_m if accuracy else None


def _source_length(source: SourceLine, zone: Zone) -> float:
    shape = source.line
    if isinstance(shape, Polygon | MultiPolygon):
        return measure.perimeter_m(shape, zone)
    return measure.length_m(shape, zone)


def _stretch(stretch: Stretch, paperwork: Paperwork) -> StretchFacts:
    tools = {instrument.code: instrument.zh for instrument in INSTRUMENTS}
    return StretchFacts(
        number=stretch.number,
        from_m=stretch.from_m,
        to_m=stretch.to_m,
        state=stretch.state,
        verdict=stretch.verdict,
        area_m2=stretch.area_m2,
        area_sigma_m2=stretch.area_sigma_m2,
        at_most_m2=stretch.at_most_m2,
        mean_separation_m=stretch.mean_separation_m,
        max_separation_m=stretch.max_separation_m,
        sigma_difference_m=stretch.sigma_difference_m,
        instrument=tools[stretch.instrument] if stretch.instrument else "",
        used_by=dict(paperwork.users).get(stretch.number, ""),
    )


def _sources(matter: Matter) -> Iterable[SourceAgreementFacts]:
    labels = {source.name: source.label or source.name for source in matter.sources}
    for found in matter.analysis.source_agreements:
        yield SourceAgreementFacts(
            source=labels.get(found.source, found.source),
            claim=found.side,
            share=found.share_within,
            mean_difference_m=found.mean_deviation_m,
            max_difference_m=found.max_deviation_m,
            tolerance_m=found.limit_m,
        )


def _proposals(matter: Matter) -> Iterable[ProposalFacts]:
    found = list(matter.proposals.proposals) if matter.proposals else []
    chosen = matter.chosen
    if chosen is not None and chosen not in found:
        found.append(chosen)
    for proposal in found:
        zh, en = proposal_words(proposal.name, _label(matter, proposal))
        yield ProposalFacts(
            name=proposal.name,
            label_zh=zh,
            label_en=en,
            area_to_a_m2=proposal.area_to_a_m2,
            area_to_b_m2=proposal.area_to_b_m2,
            outside_m2=proposal.outside_m2,
            length_m=proposal.length_m,
            markers=len(proposal.markers),
            mean_from_a_m=proposal.from_claim_a.mean_m,
            mean_from_b_m=proposal.from_claim_b.mean_m,
            mean_from_certificate_m=proposal.from_certificate.mean_m if proposal.from_certificate else None,
            max_from_certificate_m=proposal.from_certificate.max_m if proposal.from_certificate else None,
            needs=tuple(_NEED_WORDS[need] for need in proposal.needs if need in _NEED_WORDS),
            chosen=proposal is chosen and not matter.prefilled,
            prefilled=proposal is chosen and matter.prefilled,
        )


def _label(matter: Matter, proposal: Proposal) -> str:
    """Return the label of the source a proposal follows, when it is one of several of its kind."""
    same = [source for source in matter.sources if source.name == proposal.source]
    several = same and sum(source.kind == same[0].kind for source in matter.sources) > 1
    return (same[0].label or same[0].name) if several else ""


def _withheld(matter: Matter) -> Iterable[tuple[str, str]]:
    for held in matter.proposals.withheld if matter.proposals else ():
        yield proposal_words(held.name, held.source)[0], held.reason.what("zh")


def _outcome(matter: Matter, proposal: Proposal) -> Outcome:
    """Return the agreed line: every bend is a point, every marker is numbered along the line."""
    zh, en = proposal_words(proposal.name, _label(matter, proposal))
    points = _points(proposal, matter.zone)
    described = running_description(
        LineString([(point.easting_m, point.northing_m) for point in points]),
        matter.zone,
        [point.number if point.is_marked else "" for point in points],
    )
    ends = matter.analysis.start, matter.analysis.end
    return Outcome(
        proposal=proposal.name,
        label_zh=zh,
        label_en=en,
        points=points,
        length_m=proposal.length_m,
        area_to_a_m2=proposal.area_to_a_m2,
        area_to_b_m2=proposal.area_to_b_m2,
        outside_m2=proposal.outside_m2,
        description_zh=described.text_zh,
        description_en=described.text_en,
        provisional_ends=any(end.provisional for end in ends),
    )


def _points(proposal: Proposal, zone: Zone) -> tuple[BoundaryPoint, ...]:
    """Return markers and the line's bends in walking order; a bend between J3 and J4 is J3-1."""
    rows = _along(proposal)
    coords = np.array([row[:2] for row in rows])
    lonlat = crs.to_geographic(coords, zone)
    sides = [*measure.side_lengths_m(coords).tolist(), None]
    points = []
    last, bends = "", 0
    for (easting, northing, name, kind), (lon, lat), side in zip(rows, lonlat.tolist(), sides, strict=True):
        last, bends = (name, 0) if name else (last, bends + 1)
        points.append(
            BoundaryPoint(
                number=name or f"{last}-{bends}",
                northing_m=northing,
                easting_m=easting,
                lon_deg=lon,
                lat_deg=lat,
                kind=kind,
                is_marked=bool(name),
                side_to_next_m=side,
            )
        )
    return tuple(points)


def _along(proposal: Proposal) -> list[tuple[float, float, str, str]]:
    """Return ``(easting_m, northing_m, marker name or "", kind)`` of markers and bends along the line."""
    line = proposal.line
    markers = np.array([(marker.easting_m, marker.northing_m) for marker in proposal.markers]).reshape(-1, 2)
    rows = [
        (
            line.project(Point(marker.easting_m, marker.northing_m)),
            marker.easting_m,
            marker.northing_m,
            marker,
        )
        for marker in proposal.markers
    ]
    found = [
        (at, easting, northing, f"J{marker.number}", str(marker.kind))
        for at, easting, northing, marker in rows
    ]
    coords = shapely.get_coordinates(line)
    chainages = [0.0, *np.cumsum(measure.side_lengths_m(coords)).tolist()]
    for at, (easting, northing) in zip(chainages, coords.tolist(), strict=True):
        if not (np.hypot(*(markers - (easting, northing)).T) <= _ON_LINE_M).any():
            found.append((at, easting, northing, "", "bend"))
    found.sort(key=lambda row: row[0])
    return [(easting, northing, name, kind) for _, easting, northing, name, kind in found]


def _change(plot: ChangedPlot, zone: Zone) -> PlotChange:
    return PlotChange(
        plot=plot.code or plot.id,
        holder=plot.holder,
        area_before_m2=measure.area_m2(plot.before, zone),
        area_after_m2=measure.area_m2(plot.after, zone),
    )


def _scheduled(
    schedule: Schedule, norms: Norms, calendar: WorkCalendar | None
) -> tuple[Schedule, tuple[Problem, ...]]:
    """Return the schedule with its limits counted where their first day is known (DEFINITIONS 23)."""
    days = schedule.objection_working_days or norms.count("objection_working_days")
    found = replace(schedule, objection_working_days=days)
    if schedule.signed_on is not None and not schedule.follow_up_on:
        visits = (norms.count("follow_up_first_days"), norms.count("follow_up_second_days"))
        found = replace(
            found, follow_up_on=tuple(schedule.signed_on + timedelta(days=each) for each in visits)
        )
    problems: list[Problem] = []
    if calendar is None:
        return found, ()
    if schedule.posted_on is not None and schedule.objection_due is None:
        due = _due(schedule.posted_on, days, calendar, natural=False, problems=problems)
        found = replace(found, objection_due=due)
    if schedule.signed_on is not None and schedule.confirmation_due is None:
        count = norms.count("court_confirmation_days")
        due = _due(schedule.signed_on, count, calendar, natural=True, problems=problems)
        found = replace(found, confirmation_due=due)
    return found, tuple(problems)


def _due(
    first: date, days: int, calendar: WorkCalendar, *, natural: bool, problems: list[Problem]
) -> date | None:
    """Return the last day, or None with the reason noted when that year's calendar is not at hand."""
    try:
        return due_date(first, days, calendar, natural=natural)
    except ArgumentError as fault:
        problems.append(fault.problem())
        return None
