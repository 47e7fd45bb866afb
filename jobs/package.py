"""The package 文书包 of a dispute: every paper, sheet, table and file made from one dossier, in one zip.

The same matter with the same time stamp gives the same bytes on one machine and lock file. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from data.documents import contents, pdf, words
from data.documents.archive import pack
from data.documents.contents import Part
from data.documents.facts import Dossier
from data.rules.norms import Norms
from geo.deadline import WorkCalendar
from geo.errors import ArgumentError, DisputeError, Problem
from jobs.dossier import dossier
from jobs.matter import Matter
from jobs.recipes import TYPEFACE, recipes

__all__ = ["Package", "Step", "make", "make_part"]

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
    wanted = list(recipes(matter, facts, norms))
    parts: list[Part] = []
    for i, recipe in enumerate(wanted):
        if progress is not None:
            progress(i, len(wanted) + 1, recipe.title)
        parts.append(recipe.make())
    if progress is not None:
        progress(len(wanted), len(wanted) + 1, "材料清单")
    parts = [*_contents(facts, parts), *parts]
    data = pack(((part.name, part.data) for part in parts), words.china_time(matter.stamp.made_at))
    return Package(data=data, parts=tuple(parts), dossier=facts, problems=(*problems, *_found(parts)))


def make_part(matter: Matter, norms: Norms, key: str, *, calendar: WorkCalendar | None = None) -> Part:
    """Make one part only: the first whose name contains ``key``; it is the same as in the package.

    Raises
    ------
    ArgumentError
        ``no_such_part``.
    DisputeError
        As :func:`make`.
    """
    facts, _ = dossier(matter, norms, calendar)
    found = next((recipe for recipe in recipes(matter, facts, norms) if key in recipe.name), None)
    if found is None:
        raise ArgumentError(
            "no_such_part",
            zh="文书包里没有“{key}”。",
            en="The package has no part {key!r}.",
            where=key,
            key=key,
        )
    return found.make()


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
