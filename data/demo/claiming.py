"""How a claim comes from a true border: pushed sideways here and there, measured with an error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

__all__ = ["bump", "digitised", "grown", "measured", "pushed", "walked"]

Grid = NDArray[np.float64]
Profile = Callable[[Grid], Grid]


def bump(begin: float, end: float, by_m: float) -> Profile:
    """Return a push of ``by_m`` between two shares of the length, rising and falling softly."""

    def profile(share: Grid) -> Grid:
        inside = np.clip((share - begin) / (end - begin), 0.0, 1.0)
        return np.asarray(by_m * np.minimum(1.0, 1.6 * np.sin(np.pi * inside)) * (inside > 0) * (inside < 1))

    return profile


def pushed(border: LineString, *profiles: Profile, step_m: float = 25.0) -> LineString:
    """Return ``border`` moved to its right by the sum of the profiles; both ends stay where they are.

    Vertices are added so that none are farther apart than ``step_m``.
    """
    dense = shapely.get_coordinates(shapely.segmentize(border, step_m))
    chainage_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(dense, axis=0).T))])
    share = chainage_m / chainage_m[-1]
    by_m = np.sum([profile(share) for profile in profiles], axis=0) if profiles else np.zeros(len(dense))
    by_m[[0, -1]] = 0.0
    return LineString(np.round(dense + by_m[:, None] * _right(dense), 3))


def _right(points: Grid) -> Grid:
    """Return unit vectors to the right of a line at its vertices, turned softly where it bends."""
    ahead = np.gradient(points, axis=0)
    for _ in range(4):
        ahead[1:-1] = (ahead[:-2] + 2 * ahead[1:-1] + ahead[2:]) / 4
    normal = np.column_stack([ahead[:, 1], -ahead[:, 0]])
    return np.asarray(normal / np.maximum(np.hypot(*normal.T), 1e-9)[:, None])


def measured(line: LineString, sigma_m: float, rng: np.random.Generator, *, ends: bool = False) -> LineString:
    """Return the points of a line with a survey's own error; the ends are common points unless ``ends``."""
    points = shapely.get_coordinates(line)
    error = rng.normal(0.0, sigma_m, points.shape)
    if not ends:
        error[[0, -1]] = 0.0
    return LineString(np.round(points + error, 3))


def digitised(
    line: LineString, shift_m: tuple[float, float], sigma_m: float, rng: np.random.Generator
) -> LineString:
    """Return a line as read off an old map: few points, the whole sheet shifted."""
    points = shapely.get_coordinates(shapely.simplify(line, 2.0 * sigma_m / 3.0))
    return LineString(np.round(points + np.array(shift_m) + rng.normal(0.0, sigma_m / 3.0, points.shape), 1))


def walked(line: LineString, sigma_m: float, rng: np.random.Generator, *, step_m: float = 6.0) -> LineString:
    """Return the fixes of a walk along a line: every few metres, errors that drift (Gauss-Markov, 60 s)."""
    points = shapely.get_coordinates(shapely.segmentize(line, step_m))
    stay = np.exp(-5.0 / 60.0)
    error = np.zeros_like(points)
    error[0] = rng.normal(0.0, sigma_m, 2)
    for number in range(1, len(points)):
        error[number] = stay * error[number - 1] + rng.normal(0.0, sigma_m * np.sqrt(1 - stay**2), 2)
    return LineString(np.round(points + error, 3))


def grown(plot: Polygon, border: LineString, claimed: LineString) -> Polygon | None:
    """Return ``plot`` with its ``border`` replaced by ``claimed`` (same ends), or None when that is no plot.

    ``border`` has the plot on its left.
    """
    ring = shapely.get_coordinates(shapely.orient_polygons(plot).exterior)[:-1]
    begin = np.flatnonzero((ring == np.array(border.coords[0])).all(axis=1))
    end = np.flatnonzero((ring == np.array(border.coords[-1])).all(axis=1))
    if len(begin) != 1 or len(end) != 1:
        return None
    turned = np.roll(ring, -int(begin[0]), axis=0)
    last = int((end[0] - begin[0]) % len(ring))
    shape = Polygon(np.concatenate([shapely.get_coordinates(claimed), turned[last + 1 :]]))
    return shape if shape.is_valid else None
