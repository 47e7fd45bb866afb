"""The entries of a sparse symmetric inverse that an adjustment needs, without solving for whole columns.

Takahashi's equations run back through the factor A = L D Lᵀ and give the inverse Z wherever L has an entry,

    Z_sj = -Z_ss l_sj        Z_jj = 1 / d_j - l_sjᵀ Z_sj        (s: the rows below the diagonal of column j)

which covers every pair of unknowns that meet in one observation. The work is that of the factorisation.

References
----------
Takahashi, Fagan & Chin 1973; Erisman & Tinney 1975, *On computing certain elements of the inverse of a sparse matrix*.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from geo.design import Floats

__all__ = ["MOST_UNKNOWNS", "selected_inverse"]

MOST_UNKNOWNS = 9000
"""Beyond this the square table that holds the entries would pass 650 MB."""


def selected_inverse(matrix: sparse.csc_array, factor: Any) -> Floats | None:
    """Return a table (n, n) that holds the inverse wherever the factor has entries, zeros elsewhere.

    ``matrix`` is symmetric, its stored pattern (zeros included) says which entries are wanted; ``factor`` is its
    SuperLU factor, without pivoting. None when the factor was pivoted or the matrix is larger than the table may be.
    """
    size = matrix.shape[0]
    if size > MOST_UNKNOWNS or not np.array_equal(factor.perm_r, factor.perm_c):
        return None
    place = np.asarray(factor.perm_c)
    below = _filled_pattern(matrix, place)
    lower, pivots = factor.L.tocsc(), factor.U.diagonal()
    table: Floats = np.zeros((size, size))
    column = np.zeros(size)
    for j in range(size - 1, -1, -1):
        rows = below[j]
        stored = slice(lower.indptr[j], lower.indptr[j + 1])
        column[lower.indices[stored]] = lower.data[stored]
        values = column[rows]
        found = -(table[np.ix_(rows, rows)] @ values)
        table[rows, j] = table[j, rows] = found
        table[j, j] = 1.0 / pivots[j] - values @ found
        column[lower.indices[stored]] = 0.0
    entries: Floats = table[np.ix_(place, place)]
    return entries


def _filled_pattern(matrix: sparse.csc_array, place: Any) -> list[Any]:
    """Return the rows below the diagonal of each column of the factor, entries that cancel included."""
    pattern = matrix.tocoo()
    rows, cols = place[pattern.row], place[pattern.col]
    kept = rows > cols
    below: list[set[int]] = [set() for _ in range(matrix.shape[0])]
    for row, col in zip(rows[kept].tolist(), cols[kept].tolist(), strict=True):
        below[col].add(row)
    for found in below:
        if found:
            parent = min(found)
            below[parent] |= found - {parent}
    return [np.array(sorted(found), dtype=np.int64) for found in below]
