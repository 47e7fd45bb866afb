"""What an adjustment gives: points with their errors, observations with their tests, and those to doubt."""

from __future__ import annotations

from dataclasses import dataclass

from geo.design import Columns, Floats
from geo.observation import Observation

__all__ = ["AdjustedObservation", "AdjustedPoint", "Adjustment", "ErrorEllipse", "Suspect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEllipse:
    """Standard error ellipse of a point: half axes and the bearing of the greater one."""

    semi_major_m: float
    semi_minor_m: float
    bearing_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedPoint:
    """A point after the adjustment; parts that took no part are ``None``, fixed parts have error zero."""

    id: str
    easting_m: float | None
    northing_m: float | None
    height_m: float | None
    sigma_easting_m: float | None
    sigma_northing_m: float | None
    sigma_height_m: float | None
    ellipse: ErrorEllipse | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedObservation:
    """An observation after the adjustment.

    ``residual`` is adjusted minus observed (m or degrees), ``redundancy`` its share in the degrees of freedom,
    ``standardised_residual`` the residual over its standard error (``None`` where nothing controls it).
    """

    observation: Observation
    residual: float
    redundancy: float
    standardised_residual: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An observation that the others contradict."""

    observation: Observation
    standardised_residual: float
    remedy_zh: str
    remedy_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """The result; ``covariance_m2`` holds the plane covariances of all unknown coordinates by column."""

    points: tuple[AdjustedPoint, ...]
    observations: tuple[AdjustedObservation, ...]
    suspects: tuple[Suspect, ...]
    degrees_of_freedom: int
    defect: int
    sum_weighted_squares: float
    sigma0: float
    sigma_used: float
    global_test_passed: bool | None
    iterations: int
    columns: Columns
    covariance_m2: Floats | None

    def point(self, id_: str) -> AdjustedPoint:
        """Return the adjusted point ``id_``."""
        return next(point for point in self.points if point.id == id_)
