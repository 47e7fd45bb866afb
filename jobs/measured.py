"""The facts of a measured file, and their form on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo import audit, explain
from geo.errors import Language, Problem
from geo.recognition import Recognition
from geo.units import mu
from jobs.inspecting import problem_row

__all__ = ["MeasuredFeature", "MeasuredFile"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFeature:
    """One feature measured; figures are None where there are none, and ``problems`` say why.

    ``mended_area_m2`` is the area of record of the mended copy of a shape that crosses itself: a hint of what
    may be meant, not an area of the shape. ``explained`` says how the declared area came about.
    """

    id: str
    name: str
    kind: str
    valid: bool
    area_m2: float | None = None
    area_sigma_m2: float | None = None
    plane_area_m2: float | None = None
    perimeter_m: float | None = None
    length_m: float | None = None
    mended_area_m2: float | None = None
    declared_area_m2: float | None = None
    explained: explain.Match | None = None
    problems: tuple[Problem, ...] = ()

    def as_dict(self, lang: Language) -> dict[str, Any]:
        """Return the command line's form."""
        said = None if self.explained is None else {"zh": self.explained.zh, "en": self.explained.en}[lang]
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "area_m2": self.area_m2,
            "area_sd_m2": self.area_sigma_m2,
            "area_mu": None if self.area_m2 is None else mu(self.area_m2),
            "plane_area_m2": self.plane_area_m2,
            "perimeter_m": self.perimeter_m,
            "length_m": self.length_m,
            "mended_area_m2": self.mended_area_m2,
            "declared_area_m2": self.declared_area_m2,
            "declared_explained": said,
            "valid": self.valid,
            "problems": [dict(problem_row(problem, lang)) for problem in self.problems],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFile:
    """A file measured.

    ``plane`` names the plane of the plane areas, None without one. ``coverage`` has areas in m² only when
    ``coverage_in_m2``: otherwise only the pairs are known.
    """

    path: str
    recognition: Recognition
    plane: str | None
    features: tuple[MeasuredFeature, ...]
    coverage: audit.Coverage
    coverage_in_m2: bool
    problems: tuple[Problem, ...]

    def as_dict(self, lang: Language) -> dict[str, Any]:
        """Return the command line's form."""
        return {
            "path": self.path,
            "crs": _crs_dict(self.recognition),
            "plane": self.plane,
            "features": [feature.as_dict(lang) for feature in self.features],
            "coverage": _coverage_dict(self.coverage, self.coverage_in_m2, lang),
            "problems": [dict(problem_row(problem, lang)) for problem in self.problems],
        }


def _crs_dict(recognition: Recognition) -> dict[str, Any]:
    zone = recognition.zone
    return {
        "name": recognition.crs_name,
        "epsg": recognition.epsg,
        "zone": None if zone is None else zone.number,
        "axis_order": recognition.axis_order,
        "shift": recognition.shift,
        "status": recognition.status,
    }


def _coverage_dict(coverage: audit.Coverage, in_m2: bool, lang: Language) -> dict[str, Any]:
    def size(area_m2: float) -> float | None:
        return area_m2 if in_m2 else None

    return {
        "valid": coverage.valid,
        "edges_match": coverage.edges_match,
        "overlaps": [{"a": each.a, "b": each.b, "area_m2": size(each.area_m2)} for each in coverage.overlaps],
        "gaps": [{"area_m2": size(each.area_m2), "own_hole": each.own_hole} for each in coverage.gaps],
        "overlap_area_m2": size(coverage.overlap_area_m2),
        "gap_area_m2": size(coverage.gap_area_m2),
        "problems": [dict(problem_row(problem, lang)) for problem in coverage.problems],
    }
