"""The package 文书包 of a dispute: every paper, sheet, table and file made from one dossier, in one zip.

The same matter with the same time stamp gives the same bytes on one machine and lock file. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from data.documents import (
    agreement,
    contents,
    description,
    docx,
    followup,
    notices,
    opinion,
    pdf,
    pointtable,
    referral,
    words,
)
from data.documents.archive import pack
from data.documents.blocks import Document
from data.documents.contents import Part
from data.documents.facts import Dossier, Outcome
from data.rules.norms import Norms
from geo.deadline import WorkCalendar
from geo.errors import DisputeError, Problem
from jobs import line_files
from jobs.case_sheet import case_sheet
from jobs.dossier import dossier
from jobs.matter import Matter
from layers import sheet
from layers.vendored import FONT_BOLD, FONT_REGULAR

__all__ = ["Package", "make"]

TYPEFACE: Final = pdf.Typeface(regular=FONT_REGULAR, bold=FONT_BOLD)
PAPERS: Final = ("A4", "A3")
Step = Callable[[int, int, str], None]
"""Told before each part: how many are done, of how many, and what comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A finished package: the zip, its parts, the facts they were made from, and what to look at."""

    data: bytes
    parts: tuple[Part, ...]
    dossier: Dossier
    problems: tuple[Problem, ...]

    def part(self, key: str) -> Part:
        """Return the part whose name contains ``key``."""
        return next(part for part in self.parts if key in part.name)


def make(
    matter: Matter,
    norms: Norms,
    *,
    calendar: WorkCalendar | None = None,
    progress: Step | None = None,
) -> Package:
    """Make the package of a settlement, or of a referral where the matter is not settled here.

    Parameters
    ----------
    matter : Matter
        What was found, written down and chosen.
    norms : Norms
        The township's figures and ways.
    calendar : WorkCalendar, optional
        Working days, for the limits counted in working days; without it they stay blank.
    progress : callable, optional
        Told of each part before it is made.

    Raises
    ------
    DisputeError
        ``not_settled_here`` for a chosen line of a dispute that is to be referred.
    """
    facts, problems = dossier(matter, norms, calendar)
    makers = list(_makers(matter, facts, norms))
    parts: list[Part] = []
    for i, (title, maker) in enumerate(makers):
        if progress is not None:
            progress(i, len(makers) + 1, title)
        parts.append(maker())
    if progress is not None:
        progress(len(makers), len(makers) + 1, "材料清单")
    parts = [*_contents(facts, parts), *parts]
    data = pack(((part.name, part.data) for part in parts), words.china_time(matter.stamp.made_at))
    return Package(data=data, parts=tuple(parts), dossier=facts, problems=(*problems, *_found(parts)))


Maker = tuple[str, Callable[[], Part]]


def _makers(matter: Matter, facts: Dossier, norms: Norms) -> Iterator[Maker]:
    """Return every part with its title, in the order of the package; each is made when called."""
    if facts.referral is not None:
        yield from _papers("01", referral.referral_letter(facts, norms), facts)
        yield from _papers("02", referral.statement(facts, norms), facts)
    else:
        yield from _papers("01", agreement.agreement(facts, norms), facts)
    for paper in PAPERS:
        yield _sheet(matter, facts, paper)
    if facts.outcome is not None:
        yield from _line_parts(matter, facts, facts.outcome)
    yield from _procedure(facts, norms)
    yield _pdf("10", opinion.opinion(facts))
    if facts.proposals:
        yield _pdf("11", opinion.comparison(facts))
    if facts.referral is None:
        yield from _papers("12", followup.follow_up(facts), facts)
    if matter.changed and facts.referral is None:
        for name in line_files.HANDOVER_FORMATS:
            yield "登记移交文件", partial(line_files.handover_file, matter, facts, name)


def _procedure(facts: Dossier, norms: Norms) -> Iterator[Maker]:
    """Return the notices; a matter that is referred needs no walk and no posting."""
    if facts.referral is None:
        yield from _papers("06", notices.walk_notice(facts), facts)
        yield from _papers("06", notices.proxy(facts), facts)
        yield from _papers("06", notices.walk_record(facts), facts)
        yield from _papers("07", notices.public_notice(facts, norms), facts)
    yield from _papers("08", notices.status_quo(facts, norms), facts)
    yield from _papers("09", notices.way_onward(facts, norms), facts)


def _line_parts(matter: Matter, facts: Dossier, outcome: Outcome) -> Iterator[Maker]:
    """Return the point table, the description and the stake-out files of the agreed line."""
    title = pointtable.title(facts)
    yield _pdf("03", pointtable.point_table(facts, outcome))
    yield title, lambda: _file(f"03-{title}.xlsx", title, pointtable.table_xlsx(facts, outcome))
    yield title, lambda: _file(f"03-{title}.csv", title, pointtable.table_csv(outcome))
    yield _pdf("04", description.description(facts, outcome))
    yield "放样文件", lambda: line_files.stake_list(matter, outcome)
    for name in line_files.STAKE_FORMATS:
        yield "放样文件", partial(line_files.stake_file, matter, facts, outcome, name)


def _papers(number: str, document: Document, facts: Dossier) -> Iterator[Maker]:
    """Return a paper as PDF and, to be edited, as DOCX."""
    yield _pdf(number, document)
    name = f"{number}-{document.title_zh}.docx"
    yield (
        document.title_zh,
        lambda: _file(name, document.title_zh, docx.render(document, facts.stamp.made_at)),
    )


def _pdf(number: str, document: Document) -> Maker:
    def maker() -> Part:
        printed = pdf.render(document, TYPEFACE)
        return Part(
            name=f"{number}-{document.title_zh}.pdf",
            data=printed.data,
            title=document.title_zh,
            missing=printed.missing,
        )

    return document.title_zh, maker


def _sheet(matter: Matter, facts: Dossier, paper: str) -> Maker:
    title = f"界线图 {paper}"

    def maker() -> Part:
        drawn = sheet.compose(case_sheet(matter, facts, paper))
        number = "03" if facts.referral is not None else "02"
        return Part(
            name=f"{number}-界线图-{paper}.pdf",
            data=drawn.data,
            title=title,
            missing=drawn.missing,
            dropped=drawn.dropped,
        )

    return title, maker


def _file(name: str, title: str, data: bytes) -> Part:
    return Part(name=name, title=title, data=data)


def _contents(facts: Dossier, parts: list[Part]) -> list[Part]:
    printed = pdf.render(contents.content_list(facts, parts), TYPEFACE)
    listed = Part(name="00-材料清单.pdf", title="材料清单", data=printed.data, missing=printed.missing)
    digest = contents.manifest(facts, [listed, *parts], _figures(facts))
    return [listed, Part(name="manifest.json", title="清单", data=digest)]


def _figures(facts: Dossier) -> dict[str, object]:
    """Return the figures every part prints, not rounded."""
    figures: dict[str, object] = {
        "disputed_area_m2": facts.disputed_area_m2,
        "disputed_area_sigma_m2": facts.disputed_area_sigma_m2,
        "unclaimed_area_m2": facts.unclaimed_area_m2,
    }
    if facts.outcome is not None:
        figures |= {
            "proposal": facts.outcome.proposal,
            "area_to_a_m2": facts.outcome.area_to_a_m2,
            "area_to_b_m2": facts.outcome.area_to_b_m2,
            "outside_m2": facts.outcome.outside_m2,
            "length_m": facts.outcome.length_m,
            "points": len(facts.outcome.points),
            "markers": facts.outcome.markers,
        }
    return figures


def _found(parts: list[Part]) -> Iterator[Problem]:
    """Return what somebody has to look at: characters without a glyph, labels without room."""
    lacking = dict.fromkeys(character for part in parts for character in part.missing)
    if lacking:
        codes = "、".join(f"U+{ord(character):04X}" for character in lacking)
        yield DisputeError(
            "characters_missing",
            zh="字库中没有这些字：{codes}，PDF 上印作“〓”。",
            en="The typeface has no {codes}; the PDFs print 〓 instead.",
            codes=codes,
        ).problem("请在纸上手工补写；DOCX 中有原字。", "Write them in by hand; the DOCX keeps them.")
    for part in parts:
        if part.dropped:
            yield DisputeError(
                "labels_without_room",
                zh="{name} 上有 {count} 个注记放不下：{labels}。",
                en="{count} labels found no room on {name}: {labels}.",
                where=part.name,
                name=part.name,
                count=len(part.dropped),
                labels="、".join(part.dropped[:12]),
            ).problem("请看 A3 图，或用更大的比例尺。", "Use the A3 sheet or a larger scale.")
