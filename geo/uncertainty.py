"""Standard errors of areas, lengths, bearings and of what lies between two lines, from the points' errors.

A survey's error has two parts, both per axis: its *own* part, independent from point to point, and its
*common* part, one shift of the whole survey. The shift cancels within a survey and counts between surveys.

The area of a polygon is bilinear in its coordinates, so its variance is known exactly, not only to first
order: ``J C J' + tr(H C H C) / 2``. The second term matters for dense walks with metres of noise. All
figures are for the plane of the working CRS; the scale of the ellipsoid (under 4e-4) does not matter here.

References
----------
C. D. Ghilani, Adjustment Computations, ch. 6 (propagation of random errors). For the quadratic form:
A. M. Mathai and S. B. Provost, Quadratic Forms in Random Variables, 1992, ch. 3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.accuracy import EXACT, Accuracy, difference_sigma_m, half_width95
from geo.between import AreaBetween, area_between, area_between_sigma_m2
from geo.errors import AccuracyError, GeometryError
from geo.shapes import check_area, check_line
from geo.shoelace import FloatArray, area_jacobian, signed_area_m2

__all__ = [
    "EXACT",
    "Accuracy",
    "AreaBetween",
    "area_between",
    "area_between_sigma_m2",
    "area_sigma_m2",
    "bearing_sigma_deg",
    "covariance_m2",
    "deviation_m",
    "deviation_sigma_m",
    "difference_sigma_m",
    "half_width95",
    "length_bias_m",
    "length_sigma_m",
    "walk_covariance_m2",
]


def area_sigma_m2(
    geom: BaseGeometry, accuracy: Accuracy | None = None, *, covariance: npt.ArrayLike | None = None
) -> float:
    """Return the standard error of a polygon's area, square metres.

    Parameters
    ----------
    geom : Polygon or MultiPolygon
        In the working plane; every ring's points count once.
    accuracy : Accuracy
        Of all points; its common part cancels.
    covariance : array, shape (2n, 2n)
        Instead of ``accuracy``: covariances in m² of easting 1, northing 1, easting 2, … of the n points in
        the order of the rings, without each ring's closing point.

    Raises
    ------
    AccuracyError
        Neither or both are given, or the covariance matrix has another size or is not symmetric.
    """
    check_area([geom])
    rings = list(_open_rings(geom))
    if covariance is None:
        own2 = _given(accuracy).sigma_own_m ** 2
        jacobian2 = sum(float(np.sum(area_jacobian(ring) ** 2)) for ring in rings)
        return math.sqrt(own2 * jacobian2 + own2**2 / 2 * sum(map(len, rings)))
    if accuracy is not None:
        raise _one_of_two()
    matrix = _checked(covariance, sum(map(len, rings)))
    signs = np.repeat(_ring_signs(geom, rings), [2 * len(ring) for ring in rings])
    jacobian = signs * np.concatenate([area_jacobian(ring).ravel() for ring in rings])
    bent = signs[:, None] * _hessian_times([len(ring) for ring in rings], matrix)
    return math.sqrt(float(jacobian @ matrix @ jacobian) + float(np.sum(bent * bent.T)) / 2)


def length_sigma_m(
    line: BaseGeometry, accuracy: Accuracy | None = None, *, covariance: npt.ArrayLike | None = None
) -> float:
    """Return the standard error of a line's length, metres, to first order.

    Good while the sides are several times longer than the points' error; see `length_bias_m`.
    """
    jacobian = np.concatenate([_length_jacobian(part) for part in _parts(line)])
    if covariance is None:
        return _given(accuracy).sigma_own_m * math.sqrt(float(np.sum(jacobian**2)))
    if accuracy is not None:
        raise _one_of_two()
    flat = jacobian.ravel()
    return math.sqrt(float(flat @ _checked(covariance, len(jacobian)) @ flat))


def length_bias_m(line: BaseGeometry, accuracy: Accuracy) -> float:
    """Return by how much the points' own errors lengthen a line on average, metres.

    Noise across a side always lengthens it: ``sigma² / length`` per side. A walk recorded every second with
    3 m of noise is far longer than the way walked.
    """
    steps = [np.hypot(*np.diff(part, axis=0).T) for part in _parts(line)]
    return accuracy.sigma_own_m**2 * float(sum(np.sum(1 / step[step > 0]) for step in steps))


def bearing_sigma_deg(
    length_m: float, accuracy_start: Accuracy, accuracy_end: Accuracy | None = None
) -> float:
    """Return the standard error of a side's bearing, degrees.

    Parameters
    ----------
    length_m : float
        Length of the side.
    accuracy_end : Accuracy, optional
        When the end is from another survey; otherwise both ends are of one survey, whose shift cancels.
    """
    if not length_m > 0:
        raise GeometryError(
            "side_without_length",
            zh="边长为 {length_m} 米：没有方位角。",
            en="A side of {length_m} m has no bearing.",
            length_m=length_m,
        )
    end = accuracy_start if accuracy_end is None else accuracy_end
    across = difference_sigma_m(accuracy_start, end, same_survey=accuracy_end is None)
    return math.degrees(across / length_m)


def deviation_m(point: Point, line: LineString) -> float:
    """Return the distance of a point from a line, metres, positive to the left of the line's direction."""
    start, end, share = _foot(point, line)
    along, offset = end - start, np.array([point.x, point.y]) - (start + share * (end - start))
    return math.copysign(float(np.hypot(*offset)), float(along[0] * offset[1] - along[1] * offset[0]))


def deviation_sigma_m(
    point: Point,
    line: LineString,
    accuracy_point: Accuracy,
    accuracy_line: Accuracy,
    *,
    same_survey: bool = False,
) -> float:
    """Return the standard error of `deviation_m`, metres.

    The error of the line at the foot is that of the two ends of the side, each by its share.
    """
    share = _foot(point, line)[2]
    own2 = accuracy_point.sigma_own_m**2 + accuracy_line.sigma_own_m**2 * (share**2 + (1 - share) ** 2)
    commons = (accuracy_point.sigma_common_m, accuracy_line.sigma_common_m)
    return math.hypot(math.sqrt(own2), *(() if same_survey else commons))


def covariance_m2(count: int, accuracy: Accuracy) -> FloatArray:
    """Return the covariance matrix of ``count`` points of one survey, shape (2 count, 2 count), m²."""
    axis = accuracy.sigma_own_m**2 * np.eye(count) + accuracy.sigma_common_m**2
    return np.asarray(np.kron(axis, np.eye(2)), dtype=np.float64)


def walk_covariance_m2(
    elapsed_s: npt.ArrayLike, sigma_m: float, correlation_time_s: float = 60.0
) -> FloatArray:
    """Return the covariance matrix of a walk's fixes, whose errors fade slowly, shape (2n, 2n), m².

    A Gauss-Markov process: correlation ``exp(-gap / correlation_time_s)``, the axes independent.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        Times of the fixes.
    sigma_m : float
        Standard error of one fix, per axis.
    """
    Accuracy(sigma_own_m=sigma_m)
    elapsed = np.asarray(elapsed_s, dtype=np.float64)
    gap = np.abs(elapsed[:, None] - elapsed[None, :])
    return np.asarray(np.kron(sigma_m**2 * np.exp(-gap / correlation_time_s), np.eye(2)), dtype=np.float64)


def _open_rings(geom: BaseGeometry) -> Iterator[FloatArray]:
    """Yield each ring without its closing point, as it stands."""
    for ring in shapely.get_rings(shapely.get_parts(geom)):
        yield shapely.get_coordinates(ring)[:-1]


def _ring_signs(geom: BaseGeometry, rings: list[FloatArray]) -> FloatArray:
    """Return what turns each ring's signed area into its part of the area: shells add, holes take off."""
    holes = [hole > 0 for part in shapely.get_parts(geom) for hole in range(1 + len(part.interiors))]
    turns = np.sign([signed_area_m2(ring) for ring in rings])
    return np.asarray(np.where(holes, -turns, turns), dtype=np.float64)


def _hessian_times(counts: list[int], matrix: FloatArray) -> FloatArray:
    """Return the product of the area's second derivatives, half a turn to either neighbour, and ``matrix``."""
    after, before, start = [], [], 0
    for count in counts:
        index = np.arange(count)
        after.append(start + (index + 1) % count)
        before.append(start + (index - 1) % count)
        start += count
    blocks = matrix.reshape(start, 2, -1)
    chord = blocks[np.concatenate(after)] - blocks[np.concatenate(before)]
    return np.stack((chord[:, 1], -chord[:, 0]), axis=1).reshape(matrix.shape) / 2


def _length_jacobian(coords: FloatArray) -> FloatArray:
    steps = np.diff(coords, axis=0)
    length = np.hypot(*steps.T)
    unit = np.divide(steps, length[:, None], out=np.zeros_like(steps), where=length[:, None] > 0)
    jacobian = np.zeros_like(coords)
    jacobian[1:] += unit
    jacobian[:-1] -= unit
    if len(coords) > 3 and np.array_equal(coords[0], coords[-1]):
        jacobian[0] += jacobian[-1]
        return jacobian[:-1]
    return jacobian


def _parts(line: BaseGeometry) -> Iterator[FloatArray]:
    if line is not None and line.geom_type in ("Polygon", "MultiPolygon"):
        check_area([line])
        line = line.boundary
    check_line(line)
    for part in shapely.get_parts(line):
        yield shapely.get_coordinates(part)


def _foot(point: Point, line: LineString) -> tuple[FloatArray, FloatArray, float]:
    """Return the two ends of the side nearest to the point, and the foot's share of it."""
    coords = next(_parts(line))
    start, step = coords[:-1], np.diff(coords, axis=0)
    here = np.array([point.x, point.y])
    length2 = np.maximum(np.sum(step**2, axis=1), np.finfo(float).tiny)
    share = np.clip(np.sum((here - start) * step, axis=1) / length2, 0, 1)
    nearest = int(np.argmin(np.hypot(*(here - start - share[:, None] * step).T)))
    return start[nearest], coords[nearest + 1], float(share[nearest])


def _given(accuracy: Accuracy | None) -> Accuracy:
    if accuracy is None:
        raise AccuracyError(
            "accuracy_missing",
            zh="没有点位精度：算不出中误差，请填写测量方法或点位中误差。",
            en="The points' accuracy is not known, so there is no standard error: state the instrument or the "
            "points' sigma.",
        )
    return accuracy


def _one_of_two() -> AccuracyError:
    return AccuracyError(
        "accuracy_twice",
        zh="点位精度与协方差矩阵只能给一个。",
        en="Give either the points' accuracy or a covariance matrix, not both.",
    )


def _checked(covariance: npt.ArrayLike, count: int) -> FloatArray:
    matrix = np.asarray(covariance, dtype=np.float64)
    if (
        matrix.shape != (2 * count, 2 * count)
        or not np.isfinite(matrix).all()
        or not np.allclose(matrix, matrix.T)
    ):
        raise AccuracyError(
            "bad_covariance",
            zh="协方差矩阵应为 {size} 阶对称阵（{count} 个点），得到的形状为 {shape}。",
            en="The covariance matrix must be symmetric of order {size} for {count} points; its shape is {shape}.",
            size=2 * count,
            count=count,
            shape=matrix.shape,
        )
    return matrix
