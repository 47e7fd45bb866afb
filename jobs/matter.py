"""A dispute ready for its papers: what was found, what people wrote down, which line they chose."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely.geometry import MultiPolygon, Polygon

from data.documents.facts import (
    CaseFacts,
    LandKind,
    Language,
    Neighbour,
    Office,
    Party,
    Referral,
    Schedule,
    Stamp,
    Surveyor,
    Term,
)
from geo.boundary import Analysis
from geo.claim import Claim, SourceLine
from geo.proposal import Proposal, ProposalSet
from geo.zone import Zone

__all__ = ["ChangedPlot", "MapPlot", "Matter", "Paperwork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paperwork:
    """What people wrote down for the papers; everything may be missing and is then filled in by hand."""

    case: CaseFacts = field(default_factory=CaseFacts)
    office: Office = field(default_factory=Office)
    parties: tuple[Party, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    surveyor: Surveyor = field(default_factory=Surveyor)
    terms: tuple[Term, ...] = ()
    schedule: Schedule = field(default_factory=Schedule)
    referral: Referral | None = None
    explanations: tuple[str, ...] = ()
    users: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPlot:
    """A plot whose shape the agreement changes, before and after, in the working plane."""

    id: str
    code: str
    holder: str
    before: Polygon | MultiPolygon
    after: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlot:
    """A plot in the background of the map; ``land_use`` picks its symbol."""

    label: str
    geometry: Polygon | MultiPolygon
    land_use: LandKind = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A dispute with all that was found about it, ready for its papers.

    Shapes stand in the plane of ``zone``. ``chosen`` is the line the parties picked, ``None`` for a settlement
    that is not a line and for a referral; ``prefilled`` says that nobody picked it yet, it only fills the papers in.
    """

    zone: Zone
    claims: tuple[Claim, Claim]
    analysis: Analysis
    stamp: Stamp
    sources: tuple[SourceLine, ...] = ()
    proposals: ProposalSet | None = None
    chosen: Proposal | None = None
    prefilled: bool = False
    changed: tuple[ChangedPlot, ...] = ()
    plots: tuple[MapPlot, ...] = ()
    paperwork: Paperwork = field(default_factory=Paperwork)
    lang: Language = "zh"
