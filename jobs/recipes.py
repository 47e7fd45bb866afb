"""What a package is made of: every paper, sheet and file of a matter, each made when it is called for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from data.documents import (
    agreement,
    description,
    docx,
    followup,
    notices,
    opinion,
    pdf,
    pointtable,
    referral,
)
from data.documents.blocks import Document
from data.documents.contents import Part, Recipe
from data.documents.facts import Dossier, Outcome
from data.rules.norms import Norms
from jobs import line_files
from jobs.case_sheet import case_sheet
from jobs.matter import Matter
from layers import sheet
from layers.vendored import FONT_BOLD, FONT_REGULAR

__all__ = ["PAPERS", "TYPEFACE", "recipes"]

TYPEFACE: Final = pdf.Typeface(regular=FONT_REGULAR, bold=FONT_BOLD)
PAPERS: Final = ("A4", "A3")


def recipes(matter: Matter, facts: Dossier, norms: Norms) -> Iterator[Recipe]:
    """Return every part of the package in its order; each is made when its ``make`` is called."""
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
            yield line_files.handover(matter, facts, name)


def _procedure(facts: Dossier, norms: Norms) -> Iterator[Recipe]:
    """Return the notices; a matter that is referred needs no walk and no posting."""
    if facts.referral is None:
        yield from _papers("06", notices.walk_notice(facts), facts)
        yield from _papers("06", notices.proxy(facts), facts)
        yield from _papers("06", notices.walk_record(facts), facts)
        yield from _papers("07", notices.public_notice(facts, norms), facts)
    yield from _papers("08", notices.status_quo(facts, norms), facts)
    yield from _papers("09", notices.way_onward(facts, norms), facts)


def _line_parts(matter: Matter, facts: Dossier, outcome: Outcome) -> Iterator[Recipe]:
    """Return the point table, the description and the stake-out files of the agreed line."""
    title = pointtable.title(facts)
    yield _pdf("03", pointtable.point_table(facts, outcome))
    yield Recipe.of(f"03-{title}.xlsx", title, lambda: pointtable.table_xlsx(facts, outcome))
    yield Recipe.of(f"03-{title}.csv", title, lambda: pointtable.table_csv(outcome))
    yield _pdf("04", description.description(facts, outcome))
    yield line_files.stake_list(matter, outcome)
    for name in line_files.STAKE_FORMATS:
        yield line_files.stake_file(matter, facts, outcome, name)


def _papers(number: str, document: Document, facts: Dossier) -> Iterator[Recipe]:
    """Return a paper as PDF and, to be edited, as DOCX."""
    yield _pdf(number, document)
    name = f"{number}-{document.title_zh}.docx"
    yield Recipe.of(name, document.title_zh, lambda: docx.render(document, facts.stamp.made_at))


def _pdf(number: str, document: Document) -> Recipe:
    name = f"{number}-{document.title_zh}.pdf"

    def make() -> Part:
        printed = pdf.render(document, TYPEFACE)
        return Part(name=name, data=printed.data, title=document.title_zh, missing=printed.missing)

    return Recipe(name=name, title=document.title_zh, make=make)


def _sheet(matter: Matter, facts: Dossier, paper: str) -> Recipe:
    title = f"界线图 {paper}"
    name = f"{'03' if facts.referral is not None else '02'}-界线图-{paper}.pdf"

    def make() -> Part:
        drawn = sheet.compose(case_sheet(matter, facts, paper))
        return Part(name=name, data=drawn.data, title=title, missing=drawn.missing, dropped=drawn.dropped)

    return Recipe(name=name, title=title, make=make)
