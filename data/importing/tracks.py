"""Recorded walks of any format, turned into one feature with all its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.importing.facts import Fixes, Limits
from data.importing.sentences import problem
from data.importing.shapes import Shape, impossible_degrees, line_shape, point_shape
from data.importing.text import number
from data.importing.times import check_times, normal_time

__all__ = ["RawFix", "track_shape"]


@dataclass(frozen=True, slots=True)
class RawFix:
    """One recorded point as text; nothing checked yet."""

    longitude: str
    latitude: str
    elevation: str = ""
    time: str = ""
    hdop: str = ""
    segment: int = 0


def track_shape(raw: Sequence[RawFix], where: str, limits: Limits) -> tuple[Shape, Fixes | None]:
    """Return the walk's line (a segment each part) and its points.

    Points without a position are left out of both and listed; points at 0, 0 and points that lie nowhere on
    earth (some phones mark a pause so) are kept among the points but not drawn; a walk that never leaves one
    spot becomes a point.
    """
    fixes, outside, shape = _fixes(raw, where)
    if fixes is None:
        return shape, None
    kept, texts = fixes
    shape.problems += check_times(texts, kept.times, where, limits.latest_time)
    zero = (kept.coords == 0).all(axis=1)
    if zero.any():
        first = int(np.argmax(zero)) + 1
        shape.problems.append(
            problem("point_zero_zero", f"{where} · {first}", count=int(zero.sum()), vertex=first)
        )
    drawn = _drawn(kept, ~zero & ~outside, where)
    shape.geometry = drawn.geometry
    return shape, kept


def _fixes(
    raw: Sequence[RawFix], where: str
) -> tuple[tuple[Fixes, list[str]] | None, NDArray[np.bool_], Shape]:
    """Return the points that have a position with their stamps as written, and which of them are impossible."""
    shape = Shape()
    coords = np.array([[_float(fix.longitude), _float(fix.latitude)] for fix in raw], dtype=float).reshape(
        -1, 2
    )
    finite = np.isfinite(coords).all(axis=1)
    if not finite.all():
        first = int(np.argmin(finite)) + 1
        shape.problems.append(
            problem("point_not_finite", f"{where} · {first}", count=int((~finite).sum()), vertex=first)
        )
    outside = finite & _nowhere(np.where(finite[:, None], coords, 1.0))
    if outside.any():
        at = int(np.argmax(outside))
        shape.problems.append(
            problem(
                "point_out_of_range",
                f"{where} · {at + 1}",
                count=int(outside.sum()),
                vertex=at + 1,
                first=f"{coords[at, 0]:g}",
                second=f"{coords[at, 1]:g}",
            )
        )
    keep = np.flatnonzero(finite).tolist()
    if outside.sum() == len(keep):
        return None, outside[keep], shape
    chosen = [raw[i] for i in keep]
    fixes = Fixes(
        coords=coords[keep],
        elevation_m=_numbers([fix.elevation for fix in chosen]),
        times=tuple(normal_time(fix.time) for fix in chosen),
        segment=np.array([fix.segment for fix in chosen], dtype=np.int64),
        hdop=_numbers([fix.hdop for fix in chosen]),
    )
    return (fixes, [fix.time for fix in chosen]), outside[keep], shape


def _nowhere(coords: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie nowhere on earth; a latitude over 90° counts when most points have a possible one."""
    impossible = impossible_degrees(coords)
    beyond_pole = (np.abs(coords[:, 1]) > 90) & (np.abs(coords).max(axis=1) <= 360)
    few = beyond_pole.sum() < (~beyond_pole & ~impossible).sum()
    return impossible | beyond_pole if few else impossible


def _drawn(fixes: Fixes, use: NDArray[np.bool_], where: str) -> Shape:
    parts = []
    for segment in np.unique(fixes.segment):
        part = fixes.coords[use & (fixes.segment == segment)]
        moved = part[np.r_[True, (np.diff(part, axis=0) != 0).any(axis=1)]] if len(part) else part
        if len(moved) >= 2:
            parts.append(moved)
    if parts:
        return line_shape(parts, where)
    return point_shape(fixes.coords[use][:1], where) if use.any() else Shape()


def _numbers(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.array([_float(text) for text in texts], dtype=float)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        found = number(text)
        return float("nan") if found is None else found
