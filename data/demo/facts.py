"""What the demo township consists of: frozen facts, without a store's numbers.

Everything is invented. Geometries are shapely, in EPSG:4543 (CGCS2000, 3° zone, central meridian 102° E),
metres, easting before northing, at 1 mm. Codes begin with 99, which no division of the country has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from data.demo.terrain import Terrain
from geo.zone import Zone

__all__ = [
    "AreaFact",
    "AreaKind",
    "BorderFact",
    "Course",
    "FeatureFact",
    "FeatureKind",
    "HouseholdFact",
    "LandUse",
    "Level",
    "LineFact",
    "MarkerFact",
    "PartyFact",
    "PlaceFact",
    "PlaceKind",
    "PlotFact",
    "Tier",
    "Township",
    "UnitFact",
]

Tier = Literal["township", "village", "group"]
LandUse = Literal["grassland", "cropland", "woodland", "other"]
Level = Literal["county", "township", "village", "group"]
FeatureKind = Literal["road", "stream", "ridge", "herd_passage"]
Course = Literal["stream", "ridge", "fence"]
PlaceKind = Literal["water_point", "service_point", "bridge", "fire_lookout"]
AreaKind = Literal["summer_pasture", "winter_pasture", "grazing_ban"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFact:
    """The township, a village or a villager group."""

    tier: Tier
    code: str
    name_zh: str
    name_en: str
    parent_code: str | None
    geometry: Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFact:
    """A household or a collective; its name is a place and a sign of the calendar, nobody's name."""

    code: str
    kind: Literal["household", "collective"]
    unit_code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotFact:
    """A plot with what its certificate says and what was measured.

    Other land (river beds, hamlets, rock) fills the coverage; it has no certificate and no holder.
    """

    code: str
    name_zh: str
    land_use: LandUse
    group_code: str
    holder_code: str | None
    issuer_code: str | None
    certificate_number: str
    contract_area_m2: float | None
    measured_area_m2: float
    bound_east: str
    bound_south: str
    bound_west: str
    bound_north: str
    sigma_own_m: float | None
    sigma_common_m: float | None
    geometry: Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFact:
    """A registered household; ``geometry`` is where it lives, None when it lives elsewhere."""

    code: str
    group_code: str
    party_code: str
    geometry: Point | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """A border between two units; ``unit_b_code`` is None towards a neighbour outside, who is named."""

    number: str
    level: Level
    name_zh: str
    unit_a_code: str
    unit_b_code: str | None
    neighbour_zh: str
    patrolled: bool
    geometry: LineString


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderFact:
    """The common border of two plots, in one piece, directed so that plot A lies on its left."""

    plot_a_code: str
    plot_b_code: str
    course: Course
    geometry: LineString


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerFact:
    """A boundary marker that stands on the ground."""

    number: str
    kind: Literal["three_way", "line"]
    line_number: str
    geometry: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureFact:
    """A line of the ground; ``class_name`` grades roads and streams."""

    kind: FeatureKind
    name_zh: str
    class_name: str
    geometry: LineString


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFact:
    """A place that is visited."""

    kind: PlaceKind
    name_zh: str
    unit_code: str
    geometry: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFact:
    """A seasonal pasture or a grazing ban: whole grassland plots; dates as month-day, None all year."""

    kind: AreaKind
    name_zh: str
    unit_code: str
    from_day: str | None
    to_day: str | None
    plot_codes: tuple[str, ...]
    geometry: Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """The whole demo township, as generated from ``seed``."""

    seed: int
    name_zh: str
    name_en: str
    notice_zh: str
    notice_en: str
    zone: Zone
    terrain: Terrain
    units: tuple[UnitFact, ...]
    parties: tuple[PartyFact, ...]
    plots: tuple[PlotFact, ...]
    households: tuple[HouseholdFact, ...]
    borders: tuple[BorderFact, ...]
    lines: tuple[LineFact, ...]
    markers: tuple[MarkerFact, ...]
    features: tuple[FeatureFact, ...]
    places: tuple[PlaceFact, ...]
    areas: tuple[AreaFact, ...]
