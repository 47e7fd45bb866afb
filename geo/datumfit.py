"""Fit local coordinates onto the township's by common points: similarity or affine in the plane, seven parameters in space.

Old datums, a village's own coordinates and scanned maps have no published way to CGCS2000; a few points known in both
are the only tie. Around the centroid of the points,

    similarity   E = E0 + a e + b n        N = N0 - b e + a n        scale √(a² + b²), turn atan2(b, a), clockwise
    affine       E = E0 + a e + b n        N = N0 + c e + d n
    seven        X = T + (1 + m) (x + ω × x), small turns ω, geocentric metres (only when it is enabled)

Points that stand almost in a line, or crowd in a corner of the area to be carried over, are refused: the fit would look
exact and be wrong elsewhere. Each point is also predicted from the others (leave-one-out), the honest test.

References
----------
Ghilani, *Adjustment Computations*, ch. 18; Helmert 1880; 《大地测量控制点坐标转换技术规程》.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from geo.design import Floats
from geo.errors import ArgumentError, GeometryError

__all__ = ["DatumFit", "FitKind", "PointFit", "apply_fit", "fit_datum", "predicted_sigma_m"]

FitKind = Literal["similarity", "affine", "seven_parameter"]
_PARAMETERS: Final = {"similarity": 4, "affine": 6, "seven_parameter": 7}
_LEAST_POINTS: Final = {"similarity": 3, "affine": 4, "seven_parameter": 4}
_LEAST_WIDTH = 0.1
_MOST_REACH = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFit:
    """One common point: residual (fitted minus given) and what the other points say of it (m), by component."""

    id: str
    residual_m: tuple[float, ...]
    left_out_m: tuple[float, ...]

    @property
    def left_out_length_m(self) -> float:
        """Return how far the others' prediction lies from the given point."""
        return math.hypot(*self.left_out_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatumFit:
    """A fit: parameters about ``from_centroid``, their covariance, and how well it does.

    ``parameters`` are E0, N0 and then a, b (similarity) or a, b, c, d (affine); or shifts (m), turns (rad) and scale
    change of seven. ``sigma0_m`` is the standard error of one coordinate of a common point.
    """

    kind: FitKind
    parameters: tuple[float, ...]
    covariance: Floats
    sigma0_m: float
    degrees_of_freedom: int
    from_centroid: tuple[float, ...]
    points: tuple[PointFit, ...]
    scale: float
    turn_deg: float | None

    @property
    def leave_one_out_m(self) -> float:
        """Return the root mean square of the leave-one-out distances."""
        return math.sqrt(sum(point.left_out_length_m**2 for point in self.points) / len(self.points))


def fit_datum(
    from_m: Floats,
    to_m: Floats,
    kind: FitKind = "similarity",
    *,
    names: Sequence[str] = (),
    area_m: Floats | None = None,
    seven_enabled: bool = False,
) -> DatumFit:
    """Fit ``from_m`` onto ``to_m``.

    Parameters
    ----------
    from_m, to_m : ndarray, shape (n, 2) or (n, 3)
        The common points, [easting_m, northing_m] in either system; geocentric X, Y, Z for seven parameters.
    kind : {"similarity", "affine", "seven_parameter"}
    names : sequence of str
        The points' names.
    area_m : ndarray, shape (k, 2), optional
        What is to be carried over, in the first system: points that only cover a corner of it are refused.
    seven_enabled : bool
        Seven parameters are a matter of the county bureau: refused unless the administrator enabled them.

    Raises
    ------
    ArgumentError
        ``seven_not_enabled``.
    GeometryError
        ``too_few_common_points``, ``common_points_collinear``, ``common_points_clustered``, ``common_points_unpaired``.
    """
    from_m, to_m = np.asarray(from_m, dtype=np.float64), np.asarray(to_m, dtype=np.float64)
    labels = list(names) or [str(place + 1) for place in range(len(from_m))]
    if kind == "seven_parameter" and not seven_enabled:
        raise ArgumentError(
            "seven_not_enabled",
            zh="七参数转换未启用：参数可能涉密，请由管理员启用，或改用相似、仿射变换。",
            en="Seven-parameter fits are off, since their parameters may be secret: have the administrator enable them, or use a "
            "similarity or affine fit.",
        )
    _check(from_m, to_m, kind, area_m)
    return _fit(from_m, to_m, kind, labels)


def apply_fit(fit: DatumFit, from_m: Floats) -> Floats:
    """Carry coordinates (n, 2 or 3) over by a fit."""
    design = _design(np.asarray(from_m, dtype=np.float64) - fit.from_centroid, fit.kind)
    base = _base(np.asarray(from_m, dtype=np.float64), fit.kind)
    moved: Floats = (design @ np.array(fit.parameters)).reshape(base.shape) + base
    return moved


def predicted_sigma_m(fit: DatumFit, from_m: Floats) -> Floats:
    """Return standard errors (n, components) that the fit itself gives carried-over points, beside their own."""
    from_m = np.asarray(from_m, dtype=np.float64)
    design = _design(from_m - fit.from_centroid, fit.kind)
    variance = np.einsum("ij,jk,ik->i", design, fit.covariance, design)
    sigma: Floats = np.sqrt(variance).reshape(from_m.shape)
    return sigma


def _fit(from_m: Floats, to_m: Floats, kind: FitKind, names: Sequence[str]) -> DatumFit:
    centroid = from_m.mean(axis=0)
    design = _design(from_m - centroid, kind)
    right = (to_m - _base(from_m, kind)).ravel()
    # Columns of one size: shifts are metres, the others multiply distances.
    size = np.linalg.norm(design, axis=0)
    triangle_q, triangle_r = np.linalg.qr(design / size)
    parameters = np.linalg.solve(triangle_r, triangle_q.T @ right) / size
    residuals = design @ parameters - right
    freedom = len(right) - len(parameters)
    sigma0 = math.sqrt(float(residuals @ residuals) / freedom) if freedom > 0 else 0.0
    inverse = np.linalg.inv(triangle_r) / size[:, None]
    hat = triangle_q @ triangle_q.T
    left_out = _left_out(residuals, hat, from_m.shape[1])
    scale, turn_deg = _scale_and_turn(parameters, kind)
    return DatumFit(
        kind=kind,
        parameters=tuple(parameters.tolist()),
        covariance=sigma0**2 * inverse @ inverse.T,
        sigma0_m=sigma0,
        degrees_of_freedom=freedom,
        from_centroid=tuple(centroid.tolist()),
        points=tuple(
            PointFit(id=name, residual_m=tuple(own.tolist()), left_out_m=tuple(other.tolist()))
            for name, own, other in zip(names, residuals.reshape(from_m.shape), left_out, strict=True)
        ),
        scale=scale,
        turn_deg=turn_deg,
    )


def _left_out(residuals: Floats, hat: Floats, parts: int) -> Floats:
    """Return each point's residual from the fit of the others: (I - H_ii)⁻¹ v_i, exact for least squares."""
    found = np.empty((len(residuals) // parts, parts))
    for place in range(len(found)):
        rows = slice(parts * place, parts * place + parts)
        found[place] = np.linalg.lstsq(np.eye(parts) - hat[rows, rows], residuals[rows], rcond=None)[0]
    return found


def _design(centred_m: Floats, kind: FitKind) -> Floats:
    count, parts = centred_m.shape
    zero, one = np.zeros(count), np.ones(count)
    if kind == "seven_parameter":
        x, y, z = centred_m.T
        rows = [
            np.column_stack((one, zero, zero, zero, z, -y, x)),
            np.column_stack((zero, one, zero, -z, zero, x, y)),
            np.column_stack((zero, zero, one, y, -x, zero, z)),
        ]
    else:
        east, north = centred_m.T
        if kind == "similarity":
            rows = [np.column_stack((one, zero, east, north)), np.column_stack((zero, one, north, -east))]
        else:
            rows = [
                np.column_stack((one, zero, east, north, zero, zero)),
                np.column_stack((zero, one, zero, zero, east, north)),
            ]
    return np.stack(rows, axis=1).reshape(count * parts, -1)


def _base(from_m: Floats, kind: FitKind) -> Floats:
    """Return what the parameters add to: nothing in the plane, the coordinates themselves in space."""
    return from_m.copy() if kind == "seven_parameter" else np.zeros_like(from_m)


def _scale_and_turn(parameters: Floats, kind: FitKind) -> tuple[float, float | None]:
    if kind == "seven_parameter":
        return 1.0 + float(parameters[6]), None
    if kind == "similarity":
        a, b = parameters[2:]
        return math.hypot(a, b), math.degrees(math.atan2(b, a))
    return math.sqrt(abs(float(np.linalg.det(parameters[2:].reshape(2, 2))))), None


def _check(from_m: Floats, to_m: Floats, kind: FitKind, area_m: Floats | None) -> None:
    parts = 3 if kind == "seven_parameter" else 2
    if from_m.shape != to_m.shape or from_m.ndim != 2 or from_m.shape[1] != parts:
        raise GeometryError(
            "common_points_unpaired",
            zh="两套坐标不成对（{one} 与 {two}）：每个公共点都要有两套完整坐标。",
            en="The two sets of coordinates do not pair ({one} and {two}): every common point needs both, complete.",
            one=str(from_m.shape),
            two=str(to_m.shape),
        )
    if len(from_m) < _LEAST_POINTS[kind]:
        raise GeometryError(
            "too_few_common_points",
            zh="只有 {count} 个公共点，至少需要 {least} 个才能检核：请再测几个两套坐标都有的点。",
            en="There are {count} common points, at least {least} are needed to check the fit: measure more points known in both.",
            count=len(from_m),
            least=_LEAST_POINTS[kind],
        )
    for points_m in (from_m, to_m):
        _check_spread(points_m)
    if area_m is not None and parts == 2:
        _check_reach(from_m, np.asarray(area_m, dtype=np.float64))


def _check_spread(points_m: Floats) -> None:
    """Refuse points in a line or on one spot: their cloud's second axis must be a tenth of its first."""
    centred = points_m - points_m.mean(axis=0)
    axes = np.linalg.svd(centred, compute_uv=False)
    if axes[0] < 1.0:
        raise _clustered(float(axes[0]))
    if axes[1] < _LEAST_WIDTH * axes[0]:
        length_m, width_m = np.ptp(centred @ np.linalg.svd(centred)[2].T[:, :2], axis=0)
        raise GeometryError(
            "common_points_collinear",
            zh="公共点几乎在一条直线上（长 {length} m，宽 {width} m）：横向无法控制，请在线外再测一个公共点。",
            en="The common points lie almost in a line ({length} m long, {width} m wide): nothing holds the fit across it; measure "
            "another common point away from the line.",
            length=f"{length_m:.0f}",
            width=f"{width_m:.0f}",
        )


def _check_reach(from_m: Floats, area_m: Floats) -> None:
    centre = from_m.mean(axis=0)
    radius_m = float(np.sqrt(((from_m - centre) ** 2).sum(axis=1).mean()))
    reach_m = float(np.hypot(*(area_m - centre).T).max())
    if reach_m > _MOST_REACH * radius_m:
        raise _clustered(radius_m, reach_m)


def _clustered(radius_m: float, reach_m: float | None = None) -> GeometryError:
    return GeometryError(
        "common_points_clustered",
        zh="公共点挤在半径约 {radius} m 的一角{rest_zh}：外推不可靠，请在四周再测公共点。",
        en="The common points crowd within about {radius} m{rest_en}: the fit would not hold outside; measure common points all round.",
        radius=f"{radius_m:.0f}",
        rest_zh="" if reach_m is None else f"，而要转换的范围远到 {reach_m:.0f} m",
        rest_en="" if reach_m is None else f" while the area reaches {reach_m:.0f} m from them",
    )
