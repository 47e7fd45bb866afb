"""The wanted entries of a sparse inverse against the dense inverse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import splu

from geo.sparse_inverse import selected_inverse


def factor_of(matrix):
    return splu(
        sparse.csc_matrix(matrix),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )


@pytest.mark.parametrize("seed", range(5))
def test_selected_inverse__is_the_dense_inverse_where_the_matrix_has_entries(seed):
    half = sparse.random_array((60, 40), density=0.06, rng=np.random.default_rng(seed))
    matrix = (half.T @ half + 0.5 * sparse.eye_array(40)).tocsc()
    found = selected_inverse(matrix, factor_of(matrix))
    dense = np.linalg.inv(matrix.toarray())
    here = matrix.toarray() != 0
    assert found[here] == pytest.approx(dense[here], rel=1e-10, abs=1e-12)


def test_selected_inverse__of_one_number():
    matrix = sparse.csc_array(np.array([[4.0]]))
    assert selected_inverse(matrix, factor_of(matrix)).tolist() == [[0.25]]
