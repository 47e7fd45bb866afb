"""Where another number comes from: the number a person brings, beside the shape it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

from data.store import Case, Store
from geo import explain
from geo.crs import Zone
from geo.errors import Language
from geo.explain import Match, Unit
from geo.uncertainty import Accuracy
from jobs.dispute.finding import Finding

__all__ = ["Subject", "explained", "subjects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A piece of ground people give numbers for."""

    id: str
    zh: str
    en: str
    shape: Polygon | MultiPolygon
    accuracy: Accuracy | None = None

    def title(self, lang: Language) -> str:
        """Return what it is called."""
        return self.zh if lang == "zh" else self.en


def subjects(store: Store, case: Case, finding: Finding) -> tuple[Subject, ...]:
    """Return what a number can be about: what each side claims, each registered plot, the disputed ground."""
    found: list[Subject] = []
    for claim, side, side_en in zip(finding.question.claims, "甲乙", "AB", strict=True):
        if claim.polygon is not None:
            found.append(
                Subject(
                    id=f"claim-{claim.side}",
                    zh=f"{side}方主张的地块",
                    en=f"the plot {side_en} claims",
                    shape=claim.polygon,
                    accuracy=claim.accuracy,
                )
            )
    found += _registered(store, case)
    if not finding.analysis.disputed.is_empty:
        found.append(
            Subject(id="disputed", zh="争议区", en="the disputed area", shape=finding.analysis.disputed)
        )
    return tuple(found)


def _registered(store: Store, case: Case) -> Sequence[Subject]:
    found = []
    for number, side, side_en in ((case.plot_a_id, "甲", "A"), (case.plot_b_id, "乙", "B")):
        plot = store.plots.get(number) if number is not None else None
        if plot is not None and isinstance(plot.geometry, Polygon | MultiPolygon):
            sigma = plot.sigma_own_m
            accuracy = (
                Accuracy(sigma_own_m=sigma, sigma_common_m=plot.sigma_common_m or 0.0)
                if sigma is not None
                else None
            )
            found.append(
                Subject(
                    id=f"plot-{plot.code}",
                    zh=f"{side}方登记的地块 {plot.code}",
                    en=f"{side_en}'s registered plot {plot.code}",
                    shape=plot.geometry,
                    accuracy=accuracy,
                )
            )
    return found


def explained(subject: Subject, number: str, unit: Unit, zone: Zone) -> tuple[Match, ...]:
    """Return how a number somebody brought for a piece of ground can have come about, likeliest first.

    Raises
    ------
    ArgumentError
        ``not_an_area_number``.
    GeometryError
        The shape has no area.
    """
    return explain.match(explain.read_given(number, unit), subject.shape, zone, accuracy=subject.accuracy)
