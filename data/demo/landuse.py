"""What each cell of the township is: grassland, cropland, woodland or other land, to the published shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from data.demo import regions
from data.demo.units import Ground, UnitGrid

__all__ = ["CROPLAND", "GRASSLAND", "OTHER", "WOODLAND", "LandTargets", "make_land_use"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

GRASSLAND, CROPLAND, WOODLAND, OTHER = 0, 1, 2, 3
_LEAST_CELLS = np.array([70, 12, 70, 10])
_RIVER_KM2 = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LandTargets:
    """How many cells each class is to have; grassland is the rest."""

    cropland: int
    woodland: int
    other: int


def make_land_use(
    ground: Ground, units: UnitGrid, homes: NDArray[np.bool_], targets: LandTargets, rng: np.random.Generator
) -> Cells:
    """Return the class of each cell (-1 outside), its counts within about a plot of the targets.

    ``homes`` marks cells of hamlets, which are other land. Patches too small to be plots are given to the
    land around them; the shares are then met by asking for a little more or less.
    """
    inside = units.group >= 0
    score = _scores(ground, inside, rng)
    fixed = inside & (homes | _river_bed(ground))
    wanted = np.array([targets.cropland, targets.woodland, targets.other], dtype=np.float64)
    asked = wanted.copy()
    for _ in range(5):
        land = _cleaned(ground, units, _classes(score, fixed, inside, asked), fixed)
        found = np.array([np.sum(land == code) for code in (CROPLAND, WOODLAND, OTHER)])
        if np.all(np.abs(found - wanted) < 40):
            break
        asked += wanted - found
    return land


def _classes(
    score: dict[int, Grid], fixed: NDArray[np.bool_], inside: NDArray[np.bool_], asked: Grid
) -> Cells:
    land = np.where(inside, GRASSLAND, -1)
    land[fixed] = OTHER
    already = int(fixed.sum())
    for code, count in ((OTHER, asked[2] - already), (CROPLAND, asked[0]), (WOODLAND, asked[1])):
        free = np.flatnonzero(land == GRASSLAND)
        best = np.argsort(-score[code][free], kind="stable")[: max(round(count), 0)]
        land[free[best]] = code
    return land


def _cleaned(ground: Ground, units: UnitGrid, land: Cells, fixed: NDArray[np.bool_]) -> Cells:
    """Smooth ragged patches and give away those too small; hamlets and river beds keep their cells."""
    shape = ground.terrain.shape
    grid = land.reshape(shape)
    votes = np.stack([ndimage.uniform_filter((grid == code).astype(np.float32), 3) for code in range(4)])
    smooth = np.where(land >= 0, np.argmax(votes, axis=0).ravel(), -1)
    smooth[fixed] = OTHER
    key = np.where(land >= 0, units.group * 4 + smooth, -1)  # a patch ends at its group's border
    least = np.tile(_LEAST_CELLS, units.village_of_group.size)
    return np.where(land >= 0, regions.without_fragments(shape, key, units.group, least) % 4, -1)


def _river_bed(ground: Ground) -> NDArray[np.bool_]:
    """Mark gravel beds: some 100 m along streams, more along the largest."""
    shape = ground.terrain.shape
    area = ground.area_km2.reshape(shape)
    bed = ndimage.binary_dilation(area >= _RIVER_KM2)
    return np.asarray(bed | ndimage.binary_dilation(area >= 6 * _RIVER_KM2, iterations=2)).ravel()


def _scores(ground: Ground, inside: NDArray[np.bool_], rng: np.random.Generator) -> dict[int, Grid]:
    terrain = ground.terrain
    height, slope = terrain.height_m, ground.slope.reshape(terrain.shape)
    level = (height - height.ravel()[inside].min()) / np.ptp(height.ravel()[inside])
    mottle = ndimage.gaussian_filter(rng.standard_normal(terrain.shape), 5.0)
    mottle /= mottle.std()
    score = {
        OTHER: level + 0.12 * np.minimum(slope, 1.5) + 0.02 * mottle,
        CROPLAND: -3.0 * slope - 0.9 * level - 0.0016 * _from_stream_m(ground) + 0.05 * mottle,
        WOODLAND: _shade(height) - 5.0 * (level - 0.42) ** 2 + 0.10 * mottle + 0.4 * np.minimum(slope, 0.6),
    }
    return {code: ndimage.gaussian_filter(field, 1.5).ravel() for code, field in score.items()}


def _from_stream_m(ground: Ground) -> Grid:
    shape = ground.terrain.shape
    valley = (ground.area_km2 >= 5.0).reshape(shape)
    return np.asarray(ndimage.distance_transform_edt(~valley) * ground.terrain.cell_m)


def _shade(height: Grid) -> Grid:
    """Return how far ground faces north, 1 to -1: trees stand on the shady side."""
    southward, eastward = np.gradient(ndimage.gaussian_filter(height, 4.0))
    return np.asarray((southward + 0.25 * eastward) / np.maximum(np.hypot(southward, eastward), 1.0))
