"""A proposed line with its figures: the facts that pages, documents and stores pass on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely.geometry import LineString, MultiPolygon

from geo.claim import SourceKind
from geo.errors import Problem

__all__ = ["Difference", "Grade", "Marker", "Need", "Proposal", "ProposalName", "ProposalSet", "Withheld"]

ProposalName = (
    SourceKind | Literal["best_fit", "equal_area", "share", "equal_value", "middle", "straight", "by_hand"]
)

Need = Literal[
    "both_parties_sign",
    "registration",
    "issuer_consent",
    "assembly_two_thirds",
    "government_approval",
    "title_unknown",
]
"""What a line needs by law: always the parties' signatures; where it leaves the registered or contracted line, to be
registered anew, and perhaps the issuer's consent, two thirds of the villagers' assembly and approval (Grassland
Law 11, 13-15; DEFINITIONS 16). ``title_unknown``: there is no certificate or contract to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A polygon of land of one grade and its worth, in any unit per square metre."""

    polygon: MultiPolygon
    value_per_m2: float
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A boundary marker on a proposed line, numbered from the start.

    ``kind``: at an end point, at a bend, or between two others that would lie out of sight.
    """

    number: int
    easting_m: float
    northing_m: float
    lon: float
    lat: float
    kind: Literal["end", "bend", "sight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Distance of a proposed line from another, along the proposed line, metres."""

    mean_m: float
    max_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A line from end point to end point and what it gives to each side.

    Areas are areas of record. ``area_to_a_m2`` is the disputed ground between the line and B's line,
    ``area_to_b_m2`` that between the line and A's; together they are the disputed area. ``outside_m2`` is ground
    beyond both claims that the line moves (only a straight line or one drawn by hand does). ``clipped_m`` is the
    length of a source outside the disputed area, where the proposal runs along a claim instead.
    """

    name: ProposalName
    source: str
    line: LineString
    area_to_a_m2: float
    area_to_b_m2: float
    outside_m2: float
    clipped_m: float
    length_m: float
    markers: tuple[Marker, ...]
    from_claim_a: Difference
    from_claim_b: Difference
    from_certificate: Difference | None
    needs: tuple[Need, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def disputed_area_m2(self) -> float:
        """Return the sum of both sides' areas: the disputed area."""
        return self.area_to_a_m2 + self.area_to_b_m2

    @property
    def share_to_a(self) -> float:
        """Return A's share of the disputed area, 0 to 1."""
        total = self.disputed_area_m2
        return self.area_to_a_m2 / total if total else 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A proposal that cannot be made, and why."""

    name: ProposalName
    reason: Problem
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSet:
    """All lines that can be proposed in a dispute, and those that cannot."""

    proposals: tuple[Proposal, ...]
    withheld: tuple[Withheld, ...]

    def named(self, name: ProposalName) -> Proposal | None:
        """Return the first proposal of this name, or None."""
        return next((proposal for proposal in self.proposals if proposal.name == name), None)
