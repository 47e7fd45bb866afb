"""What a line gives to each side of a dispute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo import measure
from geo.boundary import ROUNDING_M, Analysis
from geo.crs import Plane
from geo.lens import lenses
from geo.polyline import FloatArray, Ruler, coordinates, polygon_parts

__all__ = ["Split", "ground_between", "split", "strays_m"]

SLIVER_M2 = 1e-6

STEP_M = 0.25
"""How densely a line outside is asked how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Areas of record. ``outside`` is ground beyond the disputed area that the line moves."""

    to_a_m2: float
    to_b_m2: float
    outside_m2: float
    outside: MultiPolygon


def ground_between(line: FloatArray, other: FloatArray) -> MultiPolygon:
    """Return the ground that two simple lines with common ends see on different sides."""
    shapes = [
        part for each in lenses(line, other) if each.shape is not None for part in polygon_parts(each.shape)
    ]
    whole = MultiPolygon(shapes)
    return whole if whole.is_valid else MultiPolygon(polygon_parts(shapely.union_all(shapes)))


def split(analysis: Analysis, line: FloatArray, zone: Plane, *, may_leave: bool = False) -> Split:
    """Return what a line from end point to end point gives to each side.

    To A goes the disputed ground between the line and B's claim line, to B the rest.

    Parameters
    ----------
    analysis : Analysis
    line : array, shape (n, 2)
        Simple, beginning and ending at the analysis's end points.
    zone : Zone
        For areas of record.
    may_leave : bool
        False for a line known to keep to the disputed ground, which moves nothing outside it.
    """
    to_b = ground_between(line, coordinates(analysis.closed_a))
    whole = may_leave or analysis.holed
    parted_m2 = _record_m2(shapely.intersection(analysis.disputed, to_b) if whole else to_b, zone)
    to_b_m2 = min(parted_m2, analysis.disputed_area_m2)
    outside = _outside(analysis, line, to_b) if may_leave else MultiPolygon()
    return Split(
        to_a_m2=analysis.disputed_area_m2 - to_b_m2,
        to_b_m2=to_b_m2,
        outside_m2=_record_m2(outside, zone),
        outside=outside,
    )


def strays_m(analysis: Analysis, line: FloatArray) -> float:
    """Return how far a line leaves the disputed ground and the claim lines, metres; 0 within the rounding."""
    shape = LineString(line)
    if analysis.room.covers(shape):
        return 0.0
    beyond = shape.difference(analysis.room)
    points = coordinates(shapely.segmentize(beyond, STEP_M))
    claims = (analysis.closed_a, analysis.closed_b)
    nearest = [Ruler(coordinates(claim)).nearest(points)[2] for claim in claims]
    return float(np.minimum(*nearest).max())


def _outside(analysis: Analysis, line: FloatArray, to_b: MultiPolygon) -> MultiPolygon:
    """Return the ground that a line moves beyond the disputed ground.

    Lines follow claim A along ground that neither claims, so only what they part from A there counts as moved.
    """
    to_a = ground_between(line, coordinates(analysis.closed_b))
    disputed = shapely.union_all(_shapes(analysis, gaps=False))
    gaps = shapely.union_all(_shapes(analysis, gaps=True)) if analysis.plots_claimed else disputed
    beyond = [
        shapely.difference(to_b, disputed.buffer(ROUNDING_M)),
        shapely.difference(to_a, gaps.buffer(ROUNDING_M)),
    ]
    parts = [part for ground in beyond for part in polygon_parts(ground, SLIVER_M2)]
    wide = [part for part in parts if not part.buffer(-ROUNDING_M).is_empty]
    return MultiPolygon(polygon_parts(shapely.union_all(wide)))


def _shapes(analysis: Analysis, *, gaps: bool) -> list[BaseGeometry]:
    """Return the ground between the claim lines, with or without what neither claims."""
    shaped = [(lens, lens.shape) for lens in analysis.lenses if lens.shape is not None]
    return [shape for lens, shape in shaped if gaps or not lens.is_gap(analysis.plots_claimed)]


def _record_m2(shape: BaseGeometry, zone: Plane) -> float:
    parts = polygon_parts(shape, SLIVER_M2)
    return float(np.sum(measure.areas_m2(parts, zone))) if parts else 0.0
