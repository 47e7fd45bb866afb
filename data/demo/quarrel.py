"""The facts of a dispute in the demo township: who, where, what each file says, what should come out.

The quarrels are invented like everything else; the files hold what a survey of that kind would have found,
with its error, and say so by their standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely.geometry import LineString, MultiPoint, Point, Polygon

__all__ = ["Dispute", "DisputeFile", "Encoding", "Expected", "FixedPointFact", "Kind", "Role"]

Kind = Literal[
    "overlapping_certificates",
    "fence_moved",
    "stream_shifted",
    "phone_map",
    "within_error",
    "gap_nobody_claims",
    "unit_with_unit",
    "county_line",
    "three_way_point",
    "claim_as_line",
    "old_map",
    "seasonal_pasture",
]
Role = Literal[
    "claim_a", "claim_b", "certificate", "contract", "measured", "old_map", "natural", "fixed_points"
]
Encoding = Literal[
    "shp_gbk_bare",
    "shp_utf8",
    "kml_gcj02",
    "kmz",
    "gpx_walk",
    "cass_dat",
    "land_txt",
    "dxf",
    "xlsx",
    "csv",
    "geojson",
    "gpkg",
]
Verdict = Literal["within_error", "real_difference", "not_enough_evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFile:
    """One file somebody brings.

    ``shape`` is what it says, in the working CRS, errors of its survey included, before it is written in the
    file's own system. ``claimant_side`` is the side of a claim line on which its claimant lies.
    """

    name: str
    role: Role
    title_zh: str
    title_en: str
    encoding: Encoding
    shape: Polygon | LineString | MultiPoint
    claimant_side: Literal["left", "right"] | None = None
    sigma_own_m: float | None = None
    sigma_common_m: float | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPointFact:
    """A recorded common or three-way point."""

    kind: Literal["common", "three_way"]
    name: str
    geometry: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the flow should find; areas in mu as least and greatest.

    ``verdict`` is that of the largest disputed stretch, None where there is none; ``asked`` names files that
    cannot be placed without asking whether a phone map shifted them (they are not shifted).
    """

    way: Literal["settle", "refer"]
    verdict: Verdict | None = None
    disputed_mu: tuple[float, float] = (0.0, 0.0)
    unclaimed_mu: tuple[float, float] = (0.0, 0.0)
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One invented dispute; ``border`` is where the border stands in the township's plots, A on its left."""

    number: int
    kind: Kind
    title_zh: str
    title_en: str
    story_zh: str
    story_en: str
    level: Literal["household", "unit", "administrative"]
    land_use: Literal["grassland", "cropland", "woodland"]
    unit_code: str
    plot_a_code: str | None
    plot_b_code: str | None
    party_a_code: str
    party_b_code: str | None
    party_b_zh: str
    place: Point
    border: LineString
    files: tuple[DisputeFile, ...]
    expected: Expected
    absent_plot_code: str | None = None
    fixed_points: tuple[FixedPointFact, ...] = ()
