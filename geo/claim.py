"""What comes into a dispute: the two claims, the sources, recorded points and the settings.

A claim is a plot polygon, or a boundary line with the side on which its claimant lies (DEFINITIONS 8).
A source is a line that some paper, decision or measurement gives; sources are ranked (DEFINITIONS 13),
claims are never evidence. All shapes stand in the working plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon

from geo.errors import DisputeError
from geo.uncertainty import Accuracy

__all__ = [
    "RANKS",
    "Claim",
    "ClaimSide",
    "DisputeSettings",
    "FixedPoint",
    "LineSide",
    "PointKind",
    "SourceKind",
    "SourceLine",
]

ClaimSide = Literal["a", "b"]
LineSide = Literal["left", "right"]
PointKind = Literal["common", "three_way"]
SourceKind = Literal["decision", "agreement", "certificate", "contract", "measured", "old_map", "natural"]

RANKS: dict[SourceKind, int] = {
    "decision": 1,
    "agreement": 1,
    "certificate": 2,
    "contract": 3,
    "measured": 4,
    "old_map": 5,
    "natural": 6,
}
"""Rank of each kind of evidence, 1 the strongest; accuracy weighs only within a rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One party's claim: a plot polygon, or a boundary line.

    Parameters
    ----------
    side : {"a", "b"}
        Whose claim.
    polygon : Polygon or MultiPolygon, optional
        The plot claimed.
    line : LineString, optional
        The boundary claimed, instead of the polygon.
    claimant_side : {"left", "right"}, optional
        Side of ``line``, in its own direction, on which the claimant's land lies.
    accuracy : Accuracy, optional
        Of its points; None when unknown.

    Raises
    ------
    DisputeError
        ``claim_without_shape`` when neither shape is given, ``claim_with_two_shapes`` when both are.
    """

    side: ClaimSide
    polygon: Polygon | MultiPolygon | None = None
    line: LineString | None = None
    claimant_side: LineSide | None = None
    accuracy: Accuracy | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if self.polygon is None and self.line is None:
            raise DisputeError(
                "claim_without_shape",
                zh="{party}方的主张没有图形：请给出地块面或一条界线。",
                en="The claim of {party} has no shape: give a plot or a boundary line.",
                where=self.label,
                party=self.party,
            )
        if self.polygon is not None and self.line is not None:
            raise DisputeError(
                "claim_with_two_shapes",
                zh="{party}方的主张既有地块面又有界线：只保留一个。",
                en="The claim of {party} has both a plot and a line: keep one of them.",
                where=self.label,
                party=self.party,
            )

    @property
    def party(self) -> str:
        """Return the name of the side as sentences use it."""
        return self.side.upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One piece of evidence about where the boundary runs.

    Parameters
    ----------
    name : str
        Name unique in the case.
    kind : SourceKind
        Gives the rank.
    line : LineString, MultiLineString, Polygon or MultiPolygon
        Of a polygon the part that faces the dispute is taken; of several lines the one nearest to it.
    accuracy : Accuracy, optional
        Of its points; None when unknown.
    """

    name: str
    kind: SourceKind
    line: LineString | MultiLineString | Polygon | MultiPolygon
    accuracy: Accuracy | None = None
    label: str = ""

    @property
    def rank(self) -> int:
        """Return the rank of the source, 1 the strongest."""
        return RANKS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoint:
    """A recorded boundary point that the parties share, or where three plots meet."""

    easting_m: float
    northing_m: float
    kind: PointKind = "common"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettings:
    """Settings of a township for its disputes, with the defaults of DEFINITIONS.

    Parameters
    ----------
    agreed_within_m : float
        Claims nearer than this agree.
    not_enough_sigma2_m : float
        Twice sigma of the difference beyond which there is not enough evidence for a verdict.
    shortest_agreed_m, shortest_disputed_m : float
        Where claims only cross, the shorter agreed bit is a point; of two disputed stretches that meet in
        a point the shorter than ``shortest_disputed_m`` joins its neighbour.
    fixed_point_reach_m : float
        A recorded point farther than this from either claim is not an end of this boundary.
    largest_loop_m2 : float
        Loops of a claim line up to this area are taken for noise of a walk and cut off.
    source_gap_m : float
        Length of a disputed stretch that a source may leave uncovered.
    same_survey : bool
        Both claims come from one survey, so that its common shift cancels between them.
    marker_sight_m, marker_tolerance_m : float
        Farthest distance between markers; bends up to the tolerance get none.
    straight_within_m, straight_outside_tolerance_m : float
        How far the straight line may leave the chosen line, and the disputed area.
    hand_snap_m : float
        A hand-drawn line's end this near to an end point is moved onto it.
    """

    agreed_within_m: float = 0.10
    not_enough_sigma2_m: float = 1.0
    shortest_agreed_m: float = 5.0
    shortest_disputed_m: float = 5.0
    fixed_point_reach_m: float = 30.0
    largest_loop_m2: float = 25.0
    source_gap_m: float = 5.0
    same_survey: bool = False
    marker_sight_m: float = 200.0
    marker_tolerance_m: float = 0.2
    straight_within_m: float = 1.0
    straight_outside_tolerance_m: float = 0.5
    hand_snap_m: float = 5.0

    def __post_init__(self) -> None:
        for name in ("agreed_within_m", "not_enough_sigma2_m", "marker_sight_m", "straight_within_m"):
            if not getattr(self, name) > 0:
                raise DisputeError(
                    "bad_setting",
                    zh="设置 {setting} 为 {value}：应为大于 0 的数。",
                    en="Setting {setting} is {value}: it must be more than 0.",
                    setting=name,
                    value=getattr(self, name),
                )
