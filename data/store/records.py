"""The records a township keeps, as frozen facts.

Every record has ``id`` (0 until it is stored) and ``version`` (0 until it is stored; a save names the
version it was read at). Geometries are shapely, in the township's working CRS, easting before northing,
metres. Times are aware UTC. Personal text stands only in fields the schema marks as erasable; everything
else names people by ``party_id`` or by the account's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

__all__ = [
    "Agreement",
    "BoundaryLine",
    "Case",
    "CaseFile",
    "CaseLevel",
    "CaseLine",
    "CasePoint",
    "CaseState",
    "Evidence",
    "Feature",
    "FeatureKind",
    "Household",
    "IssuedDocument",
    "JoinedParty",
    "Json",
    "LandUse",
    "LineRole",
    "LineState",
    "Marker",
    "Note",
    "Party",
    "Plot",
    "PlotStatus",
    "Presence",
    "ProposalRecord",
    "Record",
    "Surface",
    "Unit",
]

Json = Mapping[str, object]
"""A JSON object: string keys, values of strings, numbers, booleans, None, lists and objects."""

Surface = BaseGeometry
"""A Polygon or MultiPolygon; a MultiPolygon of one part comes back as its Polygon."""

LandUse = Literal["grassland", "cropland", "woodland"]
PlotStatus = Literal["draft", "registered", "superseded"]
LineState = Literal["claimed", "agreed", "registration_pending", "registered"]
FeatureKind = Literal["road", "stream", "ridge", "county_line"]
CaseLevel = Literal["household", "unit", "administrative"]
CaseState = Literal["open", "chosen", "printed", "settled", "reopened", "referred", "failed", "withdrawn"]
LineRole = Literal[
    "claim_a",
    "claim_b",
    "decision",
    "agreement",
    "certificate",
    "contract",
    "measured",
    "old_map",
    "natural",
]
Presence = Literal["unknown", "present", "proxy", "absent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every stored row has: its number and the version it was read at."""

    id: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Record):
    """An administrative or service unit: a named tier, a polygon inside its parent's."""

    tier: str
    code: str
    name: str
    parent_id: int | None = None
    geometry: Surface | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household(Record):
    """A resident household where it lives; people stand in ``party`` only."""

    code: str
    unit_id: int | None = None
    party_id: int | None = None
    geometry: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Record):
    """A holder, neighbour or issuer: the only place of a person's name and telephone number.

    ``kind`` is ``"household"``, ``"collective"`` (a village or group) or ``"unit"``.
    """

    code: str
    kind: str = "household"
    unit_id: int | None = None
    name: str | None = None
    phone: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot(Record):
    """A plot as its certificate has it; the shape may be missing, the four bounds in words only."""

    code: str
    name: str = ""
    unit_id: int | None = None
    land_use: LandUse = "grassland"
    holder_id: int | None = None
    issuer_id: int | None = None
    certificate_number: str = ""
    contract_area_m2: float | None = None
    measured_area_m2: float | None = None
    bound_east: str = ""
    bound_south: str = ""
    bound_west: str = ""
    bound_north: str = ""
    sigma_own_m: float | None = None
    sigma_common_m: float | None = None
    status: PlotStatus = "draft"
    geometry: Surface | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryLine(Record):
    """A line between two plots or two units, with its state (DEFINITIONS 15)."""

    kind: Literal["grassland", "cropland", "woodland", "administrative"] = "grassland"
    level: str = ""
    name: str = ""
    state: LineState = "claimed"
    plot_a_id: int | None = None
    plot_b_id: int | None = None
    case_id: int | None = None
    issuer_id: int | None = None
    geometry: LineString | MultiLineString


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker(Record):
    """A boundary marker on the ground or planned."""

    number: str
    kind: str = ""
    line_id: int | None = None
    case_id: int | None = None
    state: Literal["planned", "set", "missing", "moved"] = "planned"
    geometry: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature(Record):
    """A thing of the terrain: road or track, stream, ridge, county line."""

    name: str = ""
    class_name: str = ""
    geometry: LineString | MultiLineString


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Record):
    """A boundary dispute: number like ``2026-017``, place, state, sides, what was chosen."""

    number: str = ""
    title: str = ""
    state: CaseState = "open"
    level: CaseLevel = "household"
    land_use: LandUse = "grassland"
    unit_id: int | None = None
    plot_a_id: int | None = None
    plot_b_id: int | None = None
    party_a_id: int | None = None
    party_b_id: int | None = None
    settings: Json = field(default_factory=dict)
    chosen_proposal_id: int | None = None
    arrangement: Json = field(default_factory=dict)
    status_quo_until: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    put_away_at: datetime | None = None
    geometry: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile(Record):
    """A file brought to a case: what it is, what it was taken for, what the user overruled."""

    case_id: int
    name: str
    sha256: str
    format: str
    size_bytes: int
    recognition: Json = field(default_factory=dict)
    overrides: Json = field(default_factory=dict)
    problems: tuple[Json, ...] = ()
    added_at: datetime | None = None
    put_away_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine(Record):
    """A claim or a source of a case: a line or a polygon, with its accuracy (None: unknown)."""

    case_id: int
    role: LineRole
    label: str = ""
    claimant_side: Literal["left", "right"] | None = None
    sigma_own_m: float | None = None
    sigma_common_m: float | None = None
    declared_area_m2: float | None = None
    file_id: int | None = None
    feature_key: str = ""
    put_away_at: datetime | None = None
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePoint(Record):
    """A fixed end point of a case: recorded common or three-way point (DEFINITIONS 10)."""

    case_id: int
    kind: Literal["common", "three_way"] = "common"
    name: str = ""
    geometry: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRecord(Record):
    """A snapshot of a proposed line and the finding it came from, named by its inputs' digest."""

    case_id: int
    name: str
    inputs_sha256: str
    finding: Json = field(default_factory=dict)
    made_at: datetime | None = None
    geometry: LineString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Record):
    """A signed agreement: the line (or an arrangement that is none), the scan, the plots it changed."""

    case_id: int
    number: int
    scan_sha256: str
    proposal: str = ""
    plot_ids: tuple[int, ...] = ()
    arrangement: Json = field(default_factory=dict)
    signed_at: datetime | None = None
    recorded_at: datetime | None = None
    reopened_at: datetime | None = None
    geometry: LineString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedParty(Record):
    """A party a case must join: holders whose plot touches the line, and the issuer."""

    case_id: int
    party_id: int
    plot_id: int | None = None
    reason: Literal["side_a", "side_b", "neighbour", "issuer", "other"] = "neighbour"
    must_join: bool = True
    notified_at: datetime | None = None
    notice_way: str = ""
    presence: Presence = "unknown"
    proxy_name: str | None = None
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """Words written to a case; personal text, erasable."""

    case_id: int
    kind: str = ""
    text: str | None = None
    written_at: datetime | None = None
    written_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument(Record):
    """A document that left the program: its digest and the time stamp printed on it."""

    case_id: int | None = None
    kind: str
    name: str
    sha256: str
    stamped_at: datetime
    issued_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """A photograph, scan or file kept beside the store by its content's digest.

    ``geometry`` is the place a photograph says it was taken at; ``lon_deg``/``lat_deg`` as in its EXIF.
    """

    case_id: int | None = None
    kind: Literal["photo", "scan", "file"] = "file"
    name: str | None = None
    sha256: str
    media_type: str = "application/octet-stream"
    size_bytes: int
    sensitive: bool = False
    added_at: datetime | None = None
    taken_at: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    geometry: Point | None = None
