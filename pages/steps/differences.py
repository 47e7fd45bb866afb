"""Step 3, the differences 差异: four lines on one map, the stretches, the measuring opinion on each."""

from __future__ import annotations

from geo.boundary import Analysis
from geo.errors import JiebiaoError
from geo.stretch import Stretch
from jobs.dispute import material, picture
from jobs.dispute.finding import Finding, try_find
from pages.common import mapview, widgets, words
from pages.common.words import _
from pages.steps import evidence, opinion, speech, stretchcard
from pages.steps.work import Board, Next, Work, fit_once

__all__ = ["board", "finding_board", "found", "no_finding", "onward", "panel", "take"]


def board(work: Work) -> Board:
    """Show the four lines, the disputed patches hatched, the agreed stretches; all of them can be clicked."""
    return finding_board(work, found(work))


def found(work: Work) -> Finding | None:
    """Return the finding, or None while there is none."""
    return _result(work)[0]


def _result(work: Work) -> tuple[Finding | None, JiebiaoError | None]:
    result: tuple[Finding | None, JiebiaoError | None] = work.once(
        "finding", lambda: try_find(work.store, work.case)
    )
    return result


def finding_board(work: Work, finding: Finding | None) -> Board:
    """Show what was found over the lines."""
    rows = [row.line for row in material.lines_of(work.store, work.case)]
    if finding is None:
        return Board(layers=picture.lines(rows, selectable=False))
    analysis = finding.analysis
    verdicts = {each.number: opinion.verdict(each) for each in analysis.disputed_stretches}
    chosen = _chosen(work, analysis)
    return Board(
        layers=[
            *picture.ground(analysis, verdicts),
            *picture.lines(rows, selectable=False),
            *picture.end_points(analysis),
        ],
        selected=[picture.place_of(chosen)] if chosen is not None else [],
        command=fit_once(work, "line", "disputed", "stretch_agreed"),
    )


def _chosen(work: Work, analysis: Analysis) -> Stretch | None:
    wanted = work.get("stretch")
    return next((each for each in analysis.stretches if each.number == wanted), None)


def take(work: Work, act: mapview.Act) -> bool:
    """Select the stretch that was clicked."""
    if not isinstance(act, mapview.Selected):
        return False
    work.put("stretch", picture.stretch_of(act.layer, act.id))
    return True


def no_finding(work: Work) -> Finding | None:
    """Return the finding, or say why there is none."""
    finding, fault = _result(work)
    if fault is not None:
        widgets.empty(_("还比不出来。"), words.error_sentence(fault))
    return finding


def panel(work: Work) -> None:
    """Show the figures, the stretches, and what speaks for whom."""
    finding = no_finding(work)
    if finding is None:
        return
    analysis = finding.analysis
    _figures(analysis)
    for stretch in analysis.stretches:
        stretchcard.show(work, stretch)
    widgets.note(_("以上是测量意见，不是裁决：只说量得出、量不出，不说地归谁。"))
    speech.doubts(finding.problems)
    evidence.agreements(finding)
    evidence.other_numbers(work, finding)


def _figures(analysis: Analysis) -> None:
    area = speech.disputed_area(
        analysis.disputed_area_m2, analysis.disputed_area_sigma_m2, analysis.disputed_at_most_m2
    )
    lengths = _(
        "一致 {agreed}，争议 {disputed}",
        agreed=words.length_m(analysis.agreed_length_m, 0),
        disputed=words.length_m(analysis.disputed_length_m, 0),
    )
    widgets.figure(_("争议面积"), area, lengths, f"{analysis.disputed_area_m2:.3f} m²")
    if analysis.unclaimed_area_m2 > 0:
        unclaimed = speech.small_area(analysis.unclaimed_area_m2)
        widgets.note(_("另有 {area} 两家都没有主张，单列，不分给谁。", area=unclaimed))


def onward(work: Work) -> Next | None:
    """Lead to the options, or to the referral of what is not settled here."""
    finding, fault = _result(work)
    if work.case.level != "household":
        return Next(label=_("下一步：出移送材料"), act=lambda: work.put("step", "papers"))
    why_not = words.error_sentence(fault) if finding is None and fault is not None else ""
    return Next(label=_("下一步：看有哪些方案"), why_not=why_not)
