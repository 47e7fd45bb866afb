"""The made height model: fractal ground, worn down by its own rivers, then drained.

Uplift against stream-power erosion, solved implicitly from the outlet up (Braun & Willett 2013,
Geomorphology 180-181, doi:10.1016/j.geomorph.2012.10.008), leaves valleys, ridges and confluences where
water would have made them. Nothing is stored but the seed: the same seed gives the same ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from data.demo import drainage

__all__ = ["Terrain", "make_terrain"]

Grid = NDArray[np.float64]

_CELL_M = 50.0
_COARSE = 5  # coarse cells are this many fine cells wide
_WIDTH_M, _HEIGHT_M = 39_000.0, 36_000.0
_CENTRE_EASTING_M, _CENTRE_NORTHING_M = 525_450.0, 4_473_800.0  # 102.3 E, 40.4 N in EPSG:4543
_LOWEST_M, _HIGHEST_M = 2_310.0, 4_480.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """Heights at cell centres; row 0 is the northernmost, column 0 the westernmost.

    ``west_m`` and ``north_m`` are the outer edges of the grid in the working CRS (EPSG:4543).
    """

    height_m: Grid
    west_m: float
    north_m: float
    cell_m: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.height_m.shape
        return rows, columns

    def centres(self, cells: NDArray[np.int64]) -> Grid:
        """Return cell centres, shape (n, 2) [easting_m, northing_m], of flat cell numbers."""
        row, column = np.divmod(cells, self.shape[1])
        return np.column_stack(
            [self.west_m + (column + 0.5) * self.cell_m, self.north_m - (row + 0.5) * self.cell_m]
        )

    def cells(self, points: Grid) -> NDArray[np.int64]:
        """Return the flat cell numbers under points, shape (n, 2); points outside take the nearest cell."""
        rows, columns = self.shape
        column = np.clip(((points[:, 0] - self.west_m) // self.cell_m).astype(np.int64), 0, columns - 1)
        row = np.clip(((self.north_m - points[:, 1]) // self.cell_m).astype(np.int64), 0, rows - 1)
        return np.asarray(row * columns + column, dtype=np.int64)

    def heights(self, points: Grid) -> Grid:
        """Return heights at points, shape (n, 2), by bilinear interpolation between cell centres."""
        row = (self.north_m - points[:, 1]) / self.cell_m - 0.5
        column = (points[:, 0] - self.west_m) / self.cell_m - 0.5
        found = ndimage.map_coordinates(self.height_m, [row, column], order=1, mode="nearest")
        return np.asarray(found, dtype=np.float64)

    def slope(self) -> Grid:
        """Return the steepness, rise over run, of ground smoothed over 100 m."""
        north_south, west_east = np.gradient(ndimage.gaussian_filter(self.height_m, 1.0), self.cell_m)
        return np.asarray(np.hypot(north_south, west_east))


def make_terrain(seed: int) -> Terrain:
    """Return the height model of a mountain township with valleys wide enough to live in."""
    rng = np.random.default_rng([seed, 1])
    rows, columns = round(_HEIGHT_M / _CELL_M), round(_WIDTH_M / _CELL_M)
    coarse = _worn(rng, rows // _COARSE, columns // _COARSE)
    rough = _fractal(rng, (rows, columns), 2.6) * 14.0 + _fractal(rng, (rows, columns), 1.8) * 3.0
    fine = _winding(rng, coarse) + rough
    height_m = _with_valley_floors(_scaled(fine))
    height_m = drainage.downhill(drainage.route(height_m, _CELL_M), height_m)
    return Terrain(
        height_m=np.round(height_m, 1),
        west_m=_CENTRE_EASTING_M - _WIDTH_M / 2,
        north_m=_CENTRE_NORTHING_M + _HEIGHT_M / 2,
        cell_m=_CELL_M,
    )


def _winding(rng: np.random.Generator, coarse: Grid) -> Grid:
    """Return coarse ground on fine cells, its straight valleys bent by some 100 m to either side."""
    shape = (coarse.shape[0] * _COARSE, coarse.shape[1] * _COARSE)
    row, column = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    bend = [_fractal(rng, shape, 3.4) * 5.0 + _fractal(rng, shape, 2.9) * 1.6 for _ in range(2)]
    place = [(axis + move + 0.5) / _COARSE - 0.5 for axis, move in zip((row, column), bend, strict=True)]
    return np.asarray(ndimage.map_coordinates(coarse, place, order=3, mode="nearest"))


def _worn(rng: np.random.Generator, rows: int, columns: int, steps: int = 26) -> Grid:
    """Raise a rough plain and let its rivers wear it down for ``steps`` rounds."""
    uplift = _uplift(rng, rows, columns)
    height = 40.0 * uplift + 25.0 * _fractal(rng, (rows, columns), 2.4)
    cell_m = _CELL_M * _COARSE
    rim = drainage.rim(rows, columns)
    base = _base_level(rows, columns).flat[rim]
    for _ in range(steps):
        height.flat[rim] = base
        flow = drainage.route(height, cell_m)
        area_m2 = drainage.accumulate(flow) * cell_m**2
        height = drainage.wear(flow, height + 250.0 * uplift, 0.2 * np.sqrt(area_m2) / flow.step_m)
        height = ndimage.gaussian_filter(height, 0.4)
    return height


def _base_level(rows: int, columns: int) -> Grid:
    """Return the level water leaves at: lowest in the north-east, where the plain lies."""
    row, column = np.meshgrid(np.linspace(0, 1, rows), np.linspace(1, 0, columns), indexing="ij")
    return np.asarray(1500.0 * np.clip(0.6 * row + 0.45 * column - 0.25, 0.0, None))


def _uplift(rng: np.random.Generator, rows: int, columns: int) -> Grid:
    """Return how fast the ground rises: most along a main ridge in the south-west, roughly."""
    row, column = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    to_ridge = (row - 0.98) + 0.55 * (column - 0.15) + 0.06 * np.sin(5.0 * column + 1.0)
    along = np.exp(-((to_ridge / 0.42) ** 2))
    return np.asarray(0.35 + 1.3 * along + 0.17 * _fractal(rng, (rows, columns), 3.2), dtype=np.float64)


def _fractal(rng: np.random.Generator, shape: tuple[int, ...], roughness: float) -> Grid:
    """Return seeded noise with power falling as frequency to ``-roughness``, standard deviation 1."""
    white = np.fft.rfft2(rng.standard_normal(shape))
    frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :])
    frequency[0, 0] = np.inf
    noise = np.fft.irfft2(white * frequency ** (-roughness / 2), s=shape)
    return np.asarray(noise / noise.std(), dtype=np.float64)


def _scaled(height: Grid) -> Grid:
    low, high = np.percentile(height, [0.5, 99.95])
    return np.asarray(_LOWEST_M + (height - low) * (_HIGHEST_M - _LOWEST_M) / (high - low))


def _with_valley_floors(height_m: Grid) -> Grid:
    """Flatten the ground beside larger streams, wider where more water comes down."""
    flow = drainage.route(height_m, _CELL_M)
    area_km2 = (drainage.accumulate(flow) * _CELL_M**2 / 1e6).reshape(height_m.shape)
    stream = area_km2 >= 2.0
    distance, (row, column) = ndimage.distance_transform_edt(~stream, return_indices=True)
    width_m = 90.0 + 60.0 * np.sqrt(area_km2[row, column])
    share = np.clip(1.0 - distance * _CELL_M / width_m, 0.0, 1.0) ** 1.5
    floor_m = drainage.downhill(flow, height_m)[row, column] + 0.03 * distance * _CELL_M
    drop_m = np.where(height_m > floor_m, (height_m - floor_m) * share, 0.0)
    soft_m = ndimage.gaussian_filter(drop_m, 3.0)  # without it, cliffs stand where two valleys' floors meet
    near = ndimage.gaussian_filter(stream.astype(np.float64), 2.0)
    blend = np.clip(near / 0.12, 0.0, 1.0)
    return np.asarray(height_m - drop_m * blend - soft_m * (1.0 - blend))
