"""What surveyors observe, and the points they observe between.

Angles are degrees, lengths metres, clockwise from north; the reader of a file has already turned gons, axes
and hands into these. A direction belongs to a *set*: the circle's zero is one unknown for all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from geo.errors import AccuracyError, GeometryError

__all__ = [
    "ANGULAR",
    "Component",
    "Correlation",
    "Network",
    "NetworkPoint",
    "Observation",
    "ObservationKind",
    "PointState",
]

ObservationKind = Literal[
    "distance",
    "direction",
    "angle",
    "azimuth",
    "slope_distance",
    "zenith",
    "height_difference",
    "coordinate_difference",
    "coordinate",
]
Component = Literal["easting", "northing", "height"]
PointState = Literal["fixed", "adjusted", "constrained"]

ANGULAR = frozenset({"direction", "angle", "azimuth", "zenith"})
"""Kinds whose values and standard errors are degrees; all others are metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPoint:
    """A point of a network.

    ``plane`` and ``vertical`` tell what happens to its position and height: *fixed* (known without error),
    *adjusted*, *constrained* (adjusted, and one of those that hold a free network's datum), or ``None`` when that
    part takes no part. Coordinates of adjusted points are approximate values and may be missing.
    """

    id: str
    easting_m: float | None = None
    northing_m: float | None = None
    height_m: float | None = None
    plane: PointState | None = None
    vertical: PointState | None = None

    def __post_init__(self) -> None:
        values = (self.easting_m, self.northing_m, self.height_m)
        if any(value is not None and not math.isfinite(value) for value in values):
            raise GeometryError(
                "point_not_finite",
                zh="点 {id} 的坐标不是有限的数：请改正。",
                en="Point {id} has a coordinate that is not finite: correct it.",
                where=self.id,
                id=self.id,
            )
        self._require("plane", (self.easting_m, self.northing_m), self.plane)
        self._require("height", (self.height_m,), self.vertical)

    def _require(self, part: str, values: tuple[float | None, ...], state: PointState | None) -> None:
        if state == "fixed" and None in values:
            raise GeometryError(
                "fixed_without_coordinates",
                zh="固定点 {id} 没有坐标（{part}）：请补上，或改为待平差点。",
                en="Fixed point {id} has no coordinates ({part}): add them or let it be adjusted.",
                where=self.id,
                id=self.id,
                part=part,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One observed value with its standard error.

    ``at`` is the station, ``to`` the target (the foresight of an angle), ``back`` an angle's backsight.
    ``direction_set`` numbers the set a direction belongs to. ``component`` names what a coordinate or a coordinate
    difference is of. ``label`` is what people call the observation when it is named as suspicious.
    """

    kind: ObservationKind
    at: str
    to: str = ""
    back: str = ""
    value: float
    sigma: float
    direction_set: int = -1
    component: Component = "easting"
    instrument_height_m: float = 0.0
    target_height_m: float = 0.0
    label: str = ""

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise GeometryError(
                "observation_not_finite",
                zh="观测 {name} 的值不是有限的数：请改正。",
                en="Observation {name} is not a finite number: correct it.",
                where=self.name,
                name=self.name,
            )
        if not (math.isfinite(self.sigma) and self.sigma > 0):
            raise AccuracyError(
                "observation_without_accuracy",
                zh="观测 {name} 没有中误差或不大于 0：请给出仪器精度。",
                en="Observation {name} has no standard error above zero: state the instrument's accuracy.",
                where=self.name,
                name=self.name,
            )

    @property
    def name(self) -> str:
        """Return the observation as people name it: kind and points."""
        points = "-".join(point for point in (self.back, self.at, self.to) if point)
        return self.label or f"{self.kind} {points}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Observations with a common covariance matrix, by their places in the network's list.

    ``covariance`` is the full matrix in square metres, row by row.
    """

    members: tuple[int, ...]
    covariance: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Points, observations and correlations of one adjustment."""

    points: tuple[NetworkPoint, ...]
    observations: tuple[Observation, ...]
    correlations: tuple[Correlation, ...] = ()
    sigma_apriori: float = 1.0
    use_aposteriori: bool = True
    confidence: float = 0.95
    description: str = ""
