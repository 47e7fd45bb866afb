"""The motions of a whole network that change no observation, and how its datum holds them.

Baarda's S-transformation carries the solution of a minimal constraint to the one of least corrections at the
constrained points.

References
----------
Baarda 1973, *S-transformations and criterion matrices*.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import qr

from geo.design import Columns, Floats, coordinate_count
from geo.observation import Network

__all__ = ["Datum", "datum_of"]

_NULL = 1e-9
_NULL_EFFECT = 1e-7


@dataclass(slots=True, kw_only=True)
class Datum:
    """How a free network is held: ``kept`` columns are solved, the others stay; ``shift`` then moves to the datum.

    The minimal-constraint solution keeps the matrix sparse and positive definite; the S-transformation
    x - G (BᵀG)⁻¹ Bᵀ x turns it into the one of least corrections at the constrained points.
    """

    kept: npt.NDArray[np.int64]
    motions: Floats
    border: Floats

    def transform(self, solution: Floats) -> Floats:
        """Return columns of corrections or cofactors moved to the datum."""
        if self.motions.shape[1] == 0:
            return solution
        moved: Floats = solution - self.motions @ np.linalg.solve(
            self.border.T @ self.motions, self.border.T @ solution
        )
        return moved

    def transposed(self, columns: Floats) -> Floats:
        """Return the transposed transformation of ``columns``."""
        if self.motions.shape[1] == 0:
            return columns
        moved: Floats = columns - self.border @ np.linalg.solve(
            self.motions.T @ self.border, self.motions.T @ columns
        )
        return moved


def datum_of(network: Network, columns: Columns, places: Floats, whitened: sparse.csr_array) -> Datum:
    motions = _datum_defect(columns, places, whitened)
    held: npt.NDArray[Any] = np.zeros(0, dtype=np.int64)
    if motions.shape[1]:
        coordinates = motions[: coordinate_count(columns)]
        held = qr(coordinates.T, mode="r", pivoting=True)[1][: motions.shape[1]]
    kept = np.setdiff1d(np.arange(columns.count), held)
    return Datum(kept=kept, motions=motions, border=_border(network, columns, motions))


def _datum_defect(columns: Columns, places: Floats, whitened: sparse.csr_array) -> Floats:
    """Return an orthonormal basis of the motions of the whole network that change no observation."""
    directions, sizes, _ = np.linalg.svd(_motions(columns, places), full_matrices=False)
    # In a plane network several motions coincide, beside fixed points some vanish: keep an independent set.
    motions = directions[:, sizes > _NULL * sizes.max(initial=1.0)]
    if motions.shape[1] == 0:
        return motions
    size = math.sqrt(float(whitened.power(2).sum()) / whitened.shape[1])
    effect = (whitened @ motions) / size
    # The eigenvalues of the small cross product would lose half the digits; the triangle of a QR keeps them.
    _, singular, right = np.linalg.svd(np.linalg.qr(effect, mode="r"), full_matrices=True)
    strengths = np.zeros(motions.shape[1])
    strengths[: len(singular)] = singular
    basis: Floats = motions @ right[strengths < _NULL_EFFECT].T
    return basis


def _motions(columns: Columns, places: Floats) -> Floats:
    """Return shifts, turns and scale of the unknown coordinates, one motion a column."""
    centred = (places - places.mean(axis=0)) / max(float(np.ptp(places, axis=0).max(initial=0.0)), 1.0)
    east, north, height = centred.T
    zero, one = np.zeros(len(places)), np.ones(len(places))
    fields = [
        (one, zero, zero),
        (zero, one, zero),
        (zero, zero, one),
        (north, -east, zero),
        (east, north, height),
        (east, north, zero),
        (zero, height, -north),
        (height, zero, -east),
    ]
    motions = np.zeros((columns.count, len(fields)))
    for number, field in enumerate(fields):
        for part in range(3):
            known = columns.of_point[:, part] >= 0
            motions[columns.of_point[known, part], number] = field[part][known]
    # A clockwise turn of the network turns every circle's zero with it.
    size = max(float(np.ptp(places, axis=0).max(initial=0.0)), 1.0)
    motions[list(columns.of_set.values()), 3] = 1.0 / size
    return motions


def _border(network: Network, columns: Columns, null: Floats) -> Floats:
    """Return the rows that hold the datum: the null motions, seen only at the constrained coordinates."""
    if null.shape[1] == 0:
        return null
    held = np.zeros(columns.count)
    for point in network.points:
        for part, state in enumerate((point.plane, point.plane, point.vertical)):
            column = columns.of_point[columns.order[point.id], part]
            if column >= 0 and state == "constrained":
                held[column] = 1.0
    border = null * held[:, None]
    if np.linalg.matrix_rank(border, tol=1e-9) < null.shape[1]:
        held[: coordinate_count(columns)] = 1.0
        border = null * held[:, None]
    return border
