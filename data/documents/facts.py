"""What the papers of a dispute are written from: plain, frozen facts, computed elsewhere.

A :class:`Dossier` holds every figure once; each paper only prints it. An empty string, ``None`` or an empty
tuple means *not known yet* and is printed as a blank line to be filled in by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

__all__ = [
    "Attendance",
    "BoundaryPoint",
    "CaseFacts",
    "Dossier",
    "Frame",
    "InputFile",
    "LandKind",
    "Language",
    "LineFacts",
    "LineLevel",
    "Neighbour",
    "Office",
    "Outcome",
    "Party",
    "PlotChange",
    "ProposalFacts",
    "Referral",
    "Schedule",
    "SourceAgreementFacts",
    "Stamp",
    "Standing",
    "StretchFacts",
    "Surveyor",
    "Term",
    "TermKind",
]

Language = Literal["zh", "en"]
LandKind = Literal["grassland", "cropland", "woodland", "homestead", "other"]
LineLevel = Literal["plot", "group", "village", "township", "county", "province"]
Standing = Literal["holder", "issuer", "collective", "user"]
Attendance = Literal["present", "proxy", "notified", "absent", "unknown"]
TermKind = Literal[
    "line", "shared_use", "seasonal_use", "passage", "water", "compensation", "status_quo", "other"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who keeps the case and to whom one can go next; all names as they stand on paper."""

    township: str = ""
    county: str = ""
    province: str = ""
    committee: str = ""
    court: str = ""
    arbitration: str = ""
    telephone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of the dispute: names only, never identity numbers.

    ``claim`` is what the party says, ``responsibility`` what it answers for (People's Mediation Law Art 29),
    ``representative`` the person who signs for a unit, ``proxy`` the one who holds a written proxy.
    """

    side: Literal["a", "b"]
    name: str = ""
    is_unit: bool = False
    representative: str = ""
    proxy: str = ""
    place: str = ""
    plot: str = ""
    certificate: str = ""
    contract_area_m2: float | None = None
    measured_area_m2: float | None = None
    measured_area_sigma_m2: float | None = None
    claim: str = ""
    responsibility: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody else whose plot touches the line, or the issuer: everybody who has to be joined."""

    name: str = ""
    standing: Standing = "holder"
    plot: str = ""
    attendance: Attendance = "unknown"
    notified_on: date | None = None
    fixed_point: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The matter itself, in the words of those who recorded it."""

    number: str = ""
    title: str = ""
    land: LandKind = "grassland"
    contracted: bool = True
    level: LineLevel = "plot"
    place: str = ""
    accepted_on: date | None = None
    facts: str = ""
    dispute: str = ""
    used_by: str = ""
    mediators: tuple[str, ...] = ()
    recorder: str = ""
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The reference system of every coordinate: the township's working zone, plane coordinates in metres.

    ``convergence_deg`` is grid north minus true north at the middle of the line, positive where grid north
    lies east of true north.
    """

    epsg: int
    zone_name: str
    central_meridian_deg: float
    convergence_deg: float
    datum: str = "CGCS2000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyor:
    """Who measured. Only a unit with a certificate number and an operator makes an official point table."""

    unit: str = ""
    certificate_no: str = ""
    operator: str = ""
    measured_on: date | None = None
    method: str = ""

    @property
    def is_qualified(self) -> bool:
        """Tell whether unit, certificate number and operator are all stated (DEFINITIONS 17)."""
        return all(word.strip() for word in (self.unit, self.certificate_no, self.operator))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """One line on the sheet: a claim, a source or the agreed line; ``role`` names its style.

    ``sigma_m`` is the standard error of a point of it, ``None`` when nobody knows.
    """

    role: str
    label: str
    length_m: float
    sigma_m: float | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchFacts:
    """A stretch of the common boundary, agreed or disputed, with its verdict (DEFINITIONS 11, 12)."""

    number: int
    from_m: float
    to_m: float
    state: Literal["agreed", "disputed"]
    verdict: Literal["within_error", "real_difference", "not_enough_evidence"] | None = None
    area_m2: float = 0.0
    area_sigma_m2: float | None = None
    at_most_m2: float | None = None
    mean_separation_m: float | None = None
    max_separation_m: float | None = None
    sigma_difference_m: float | None = None
    instrument: str = ""
    used_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAgreementFacts:
    """How far one claim follows one source: the share of its length within the tolerance."""

    source: str
    claim: Literal["a", "b"]
    share: float
    mean_difference_m: float
    max_difference_m: float
    tolerance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """One proposed line with what it costs each side."""

    name: str
    label_zh: str
    label_en: str
    area_to_a_m2: float
    area_to_b_m2: float
    outside_m2: float
    length_m: float
    markers: int
    mean_from_a_m: float | None = None
    mean_from_b_m: float | None = None
    mean_from_certificate_m: float | None = None
    max_from_certificate_m: float | None = None
    needs: tuple[str, ...] = ()
    chosen: bool = False
    prefilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryPoint:
    """A numbered point of the agreed line, rounded to 1 mm; ``side_to_next_m`` is ``None`` at the last one.

    ``is_marked`` tells whether a marker stands there; a bend without one is a point of the line all the same.
    """

    number: str
    northing_m: float
    easting_m: float
    lon_deg: float
    lat_deg: float
    kind: str = ""
    is_marked: bool = True
    side_to_next_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The agreed line: its points in walking order, its length and what each side receives of the disputed area."""

    proposal: str
    label_zh: str
    label_en: str
    points: tuple[BoundaryPoint, ...]
    length_m: float
    area_to_a_m2: float
    area_to_b_m2: float
    outside_m2: float = 0.0
    is_ring: bool = False
    description_zh: str = ""
    description_en: str = ""
    provisional_ends: bool = False

    @property
    def markers(self) -> int:
        """Return how many points get a marker."""
        return sum(point.is_marked for point in self.points)

    @property
    def sides_m(self) -> float:
        """Return the sum of the sides in the plane, which a reader of the table may add up."""
        return sum(point.side_to_next_m or 0.0 for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotChange:
    """A plot before and after the agreement (areas of record)."""

    plot: str
    holder: str
    area_before_m2: float
    area_after_m2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing agreed: what, who does it, how, by when. A line is one kind of term among others."""

    kind: TermKind
    what: str = ""
    who: str = ""
    how: str = ""
    place: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    yearly: str = ""
    amount_yuan: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Dates of the procedure; ``None`` is filled in by hand. Limits are counted elsewhere; 0 days takes the norm."""

    walk_at: datetime | None = None
    walk_meeting_place: str = ""
    posted_on: date | None = None
    objection_working_days: int = 0
    objection_due: date | None = None
    signed_on: date | None = None
    confirmation_due: date | None = None
    follow_up_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Why the matter is not settled here and to whom it goes."""

    reason: Literal["line_level", "units", "refused", "failed", "competence"]
    to: str = ""
    requests: str = ""
    done_so_far: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that was used, by name and digest, with what it was taken for."""

    name: str
    sha256: str
    role: str = ""
    taken_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When and by what the papers were made: inputs, so that the same records give the same bytes."""

    made_at: datetime
    version: str
    inputs: tuple[InputFile, ...] = ()
    publication: Literal["internal", "public"] = "internal"
    approval_no: str = ""
    exemption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything the papers of one case say."""

    case: CaseFacts
    office: Office
    parties: tuple[Party, ...]
    frame: Frame
    stamp: Stamp
    neighbours: tuple[Neighbour, ...] = ()
    surveyor: Surveyor = Surveyor()
    lines: tuple[LineFacts, ...] = ()
    stretches: tuple[StretchFacts, ...] = ()
    sources: tuple[SourceAgreementFacts, ...] = ()
    proposals: tuple[ProposalFacts, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    explanations: tuple[str, ...] = ()
    disputed_area_m2: float = 0.0
    disputed_area_sigma_m2: float | None = None
    disputed_at_most_m2: float | None = None
    unclaimed_area_m2: float = 0.0
    outcome: Outcome | None = None
    changes: tuple[PlotChange, ...] = ()
    terms: tuple[Term, ...] = ()
    schedule: Schedule = Schedule()
    referral: Referral | None = None
    lang: Language = "zh"

    def party(self, side: Literal["a", "b"]) -> Party:
        """Return the party of ``side``, or an empty one whose fields print as blanks."""
        return next((party for party in self.parties if party.side == side), Party(side=side))
