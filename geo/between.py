"""What lies between two lines, net and gross, with its standard error (DEFINITIONS 7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from geo.accuracy import Accuracy, difference_sigma_m, half_width95
from geo.shapes import check_line
from geo.shoelace import FloatArray, area_jacobian, signed_area_m2

__all__ = ["CLEAR_OF_NOISE", "AreaBetween", "area_between", "area_between_sigma_m2"]

CLEAR_OF_NOISE = 3.0
"""Separation over sigma of the difference beyond which a gross area has an interval (DEFINITIONS 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaBetween:
    """What lies between two lines.

    ``net_m2`` is positive where line B lies to the left of line A. ``gross_sigma_m2`` is None where the lines
    are so near that noise alone makes gross area; then only ``at_most_m2`` is to be printed.
    """

    net_m2: float
    net_sigma_m2: float
    gross_m2: float
    gross_sigma_m2: float | None
    at_most_m2: float
    mean_separation_m: float
    sigma_difference_m: float


def area_between_sigma_m2(
    line_a: LineString,
    line_b: LineString,
    accuracy_a: Accuracy,
    accuracy_b: Accuracy,
    *,
    same_survey: bool = False,
    fixed_ends: bool = False,
) -> float:
    """Return the standard error of the net signed area between two lines, square metres.

    Always true, however near the lines are (DEFINITIONS 7).

    Parameters
    ----------
    line_a, line_b : LineString
        In the working plane, both directed alike; the area is closed by segments between their ends.
    same_survey : bool
        The two lines share one survey, so that its shift cancels.
    fixed_ends : bool
        The first and last points of both lines are recorded common points and carry no error.
    """
    own_a, own_b = _free(line_a, fixed_ends), _free(line_b, fixed_ends)
    ring = np.vstack((shapely.get_coordinates(line_a), shapely.get_coordinates(line_b)[::-1]))
    jacobian = area_jacobian(ring)
    own2 = np.concatenate(
        (own_a * accuracy_a.sigma_own_m**2, own_b[::-1] * accuracy_b.sigma_own_m**2), dtype=np.float64
    )
    second = float(np.sum(own2 * np.roll(own2, -1))) / 2
    free = np.concatenate((own_a, own_b[::-1]))[:, None] * jacobian
    shift_a, shift_b = free[: len(own_a)].sum(axis=0), free[len(own_a) :].sum(axis=0)
    common2 = _common2((accuracy_a, accuracy_b), (shift_a, shift_b), same_survey)
    return math.sqrt(float(np.sum(own2[:, None] * jacobian**2)) + second + common2)


def area_between(
    line_a: LineString,
    line_b: LineString,
    accuracy_a: Accuracy,
    accuracy_b: Accuracy,
    *,
    same_survey: bool = False,
    fixed_ends: bool = False,
) -> AreaBetween:
    """Return the net and the gross area between two lines with their standard errors.

    The gross area, every face between the lines counted as positive, has an interval only where the mean
    separation exceeds three sigma of the difference (DEFINITIONS 7).

    Parameters
    ----------
    line_a, line_b, accuracy_a, accuracy_b, same_survey, fixed_ends
        As for `area_between_sigma_m2`.
    """
    ring = np.vstack((shapely.get_coordinates(line_a), shapely.get_coordinates(line_b)[::-1]))
    net_sigma = area_between_sigma_m2(
        line_a, line_b, accuracy_a, accuracy_b, same_survey=same_survey, fixed_ends=fixed_ends
    )
    faces = _faces(ring)
    gross = float(sum(face.area for face in faces))
    accuracies = (accuracy_a, accuracy_b)
    free = (_free(line_a, fixed_ends), _free(line_b, fixed_ends))
    gross_sigma = _gross_sigma(ring, faces, accuracies, free, same_survey)
    difference = difference_sigma_m(accuracy_a, accuracy_b, same_survey=same_survey)
    separation = 2 * gross / (line_a.length + line_b.length)
    clear = separation > CLEAR_OF_NOISE * difference
    return AreaBetween(
        net_m2=signed_area_m2(ring),
        net_sigma_m2=net_sigma,
        gross_m2=gross,
        gross_sigma_m2=gross_sigma if clear else None,
        at_most_m2=gross + half_width95(max(gross_sigma, net_sigma)),
        mean_separation_m=separation,
        sigma_difference_m=difference,
    )


def _free(line: LineString, fixed_ends: bool) -> FloatArray:
    """Return 1 for each point that carries an error, 0 for a recorded common point."""
    check_line(line)
    free = np.ones(len(shapely.get_coordinates(line)))
    if fixed_ends:
        free[[0, -1]] = 0.0
    return free


def _faces(ring: FloatArray) -> list[Polygon]:
    """Return the faces enclosed by the closed, perhaps crossing ring, each counter-clockwise."""
    noded = shapely.union_all(shapely.linestrings(np.vstack((ring, ring[:1]))))
    parts = shapely.polygonize(shapely.get_parts([noded]).tolist())
    return list(
        shapely.get_parts(shapely.orient_polygons(MultiPolygon(list(parts.geoms)), exterior_cw=False))
    )


def _gross_sigma(
    ring: FloatArray,
    faces: list[Polygon],
    accuracies: tuple[Accuracy, Accuracy],
    free: tuple[FloatArray, FloatArray],
    same_survey: bool,
) -> float:
    """Return the standard error of the sum of the faces' areas.

    A face grows by the outward displacement of its edges; each edge lies on one side of the ring and is
    displaced by the errors of that side's two ends in proportion. Crossing points need no terms of their own.
    """
    jacobian = np.zeros_like(ring)
    ends = np.roll(ring, -1, axis=0)
    sides = shapely.STRtree([LineString(pair) for pair in zip(ring, ends, strict=True)])
    for edge in (shapely.get_coordinates(part) for part in shapely.get_rings(faces)):
        middle, step = (edge[1:] + edge[:-1]) / 2, np.diff(edge, axis=0)
        side = sides.nearest(shapely.points(middle))
        length = np.maximum(np.hypot(*(ends - ring)[side].T), np.finfo(float).tiny)
        share = np.clip(np.hypot(*(middle - ring[side]).T) / length, 0, 1)[:, None]
        outward = np.column_stack((step[:, 1], -step[:, 0]))
        np.add.at(jacobian, side, outward * (1 - share))
        np.add.at(jacobian, (side + 1) % len(ring), outward * share)
    split = len(free[0])
    parts = (jacobian[:split] * free[0][:, None], jacobian[split:] * free[1][::-1, None])
    own2 = sum(
        accuracy.sigma_own_m**2 * float(np.sum(part**2))
        for accuracy, part in zip(accuracies, parts, strict=True)
    )
    return math.sqrt(own2 + _common2(accuracies, (parts[0].sum(axis=0), parts[1].sum(axis=0)), same_survey))


def _common2(
    accuracies: tuple[Accuracy, Accuracy], shifts: tuple[FloatArray, FloatArray], same_survey: bool
) -> float:
    """Return the variance that the surveys' shifts put into an area, given its change per metre of shift."""
    if same_survey:
        common = max(accuracy.sigma_common_m for accuracy in accuracies)
        return common**2 * float(np.sum((shifts[0] + shifts[1]) ** 2))
    return sum(
        accuracy.sigma_common_m**2 * float(np.sum(shift**2))
        for accuracy, shift in zip(accuracies, shifts, strict=True)
    )
