"""Least-squares adjustment of survey networks: fixed, constrained or free, plane, height or both.

Gauss-Newton on sparse normal equations. The datum defect is found, not assumed: shifts, turns and scale of
the whole network that change no observation are bordered onto the normal matrix, held by the constrained points
(all adjusted points when none is named), which is Baarda's S-transformation to the inner-constraint solution.
What is still singular is a gap in the observations, and the points it leaves open are named.

References
----------
Ghilani, *Adjustment Computations*; Baarda 1968, *A testing procedure for use in geodetic networks*;
Pope 1976, *The statistics of residuals and the detection of outliers* (tau test);
Koch, *Parameterschätzung und Hypothesentests*.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu
from scipy.stats import chi2

from geo.adjusted import AdjustedObservation, AdjustedPoint, Adjustment, ErrorEllipse, Suspect
from geo.approximate import approximate_heights, approximate_positions
from geo.connection import check_network
from geo.datum_defect import Datum, datum_of
from geo.design import Columns, Design, Floats, coordinate_count, design, observed_values
from geo.errors import GeometryError
from geo.observation import ANGULAR, Network, NetworkPoint
from geo.snooping import snoop
from geo.sparse_inverse import selected_inverse

__all__ = ["AdjustedObservation", "AdjustedPoint", "Adjustment", "ErrorEllipse", "Suspect", "adjust"]

_MOST_ITERATIONS = 60
_CONVERGED_M = 1e-8
_LEAST_PIVOT = 1e-13
_CHUNK = 256


def adjust(network: Network, *, with_covariance: bool = False) -> Adjustment:
    """Adjust a network.

    Parameters
    ----------
    network : Network
        Points and observations in one plane, metres and degrees.
    with_covariance : bool
        Keep the full covariance matrix of the coordinates (memory grows with the square of the points).

    Raises
    ------
    GeometryError
        As ``geo.connection.check_network``; ``not_placed`` (no approximate position can be found), ``rank_defect`` (points left open, named),
        ``not_converging``.
    """
    check_network(network)
    columns = Columns.of(network)
    places, zeros = _start(network, columns)
    whitener = _whitener(network)
    state = _iterate(network, columns, places, zeros, whitener)
    return _conclude(network, columns, state, whitener, with_covariance)


def _start(network: Network, columns: Columns) -> tuple[Floats, dict[int, float]]:
    positions = approximate_positions(network)
    heights = approximate_heights(network, positions)
    places = np.zeros((len(network.points), 3))
    for point in network.points:
        row = columns.order[point.id]
        if point.plane is not None and point.id not in positions:
            raise _not_placed(point)
        # A point that only carries heights still has its plan position, which a zenith angle may need.
        places[row, :2] = positions.get(point.id, (point.easting_m or 0.0, point.northing_m or 0.0))
        places[row, 2] = heights.get(point.id, point.height_m or 0.0)
    return places, _circle_zeros(network, columns, places)


def _not_placed(point: NetworkPoint) -> GeometryError:
    return GeometryError(
        "not_placed",
        zh="点 {point} 的位置由现有观测推不出来：请补一个到已知点的距离或角度，或给出概略坐标。",
        en="The position of point {point} does not follow from the observations: add a distance or an angle to a known point, "
        "or an approximate position.",
        where=point.id,
        point=point.id,
    )


def _circle_zeros(network: Network, columns: Columns, places: Floats) -> dict[int, float]:
    sums: dict[int, complex] = {}
    for seen in network.observations:
        if seen.kind == "direction":
            step = places[columns.order[seen.to]] - places[columns.order[seen.at]]
            zero = math.atan2(step[0], step[1]) - math.radians(seen.value)
            sums[seen.direction_set] = sums.get(seen.direction_set, 0j) + complex(
                math.cos(zero), math.sin(zero)
            )
    return {number: math.atan2(total.imag, total.real) for number, total in sums.items()}


def _whitener(network: Network) -> sparse.csr_array:
    """Return W with WᵀW = weight matrix (sigma_apriori² times the inverse covariance), block by block."""
    sigmas = np.array([math.radians(o.sigma) if o.kind in ANGULAR else o.sigma for o in network.observations])
    correlated = {member for group in network.correlations for member in group.members}
    alone = np.array([i for i in range(len(sigmas)) if i not in correlated], dtype=np.int64)
    rows, cols = [alone], [alone]
    values: list[npt.NDArray[Any]] = [network.sigma_apriori / sigmas[alone]]
    for group in network.correlations:
        inverse = network.sigma_apriori * np.linalg.inv(_cholesky(group.members, group.covariance, network))
        members = np.array(group.members, dtype=np.int64)
        rows.append(np.repeat(members, len(members)))
        cols.append(np.tile(members, len(members)))
        values.append(inverse.ravel())
    triples = (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols)))
    return sparse.coo_array(triples, shape=(len(sigmas), len(sigmas))).tocsr()


def _cholesky(
    members: tuple[int, ...], covariance: tuple[tuple[float, ...], ...], network: Network
) -> Floats:
    try:
        return np.linalg.cholesky(np.array(covariance))
    except np.linalg.LinAlgError as fault:
        name = network.observations[members[0]].name
        raise GeometryError(
            "covariance_not_positive",
            zh="观测 {observation} 所在组的协方差矩阵不是正定的：请核对。",
            en="The covariance matrix of the group of {observation} is not positive definite: check it.",
            where=name,
            observation=name,
        ) from fault


@dataclass(slots=True, kw_only=True)
class _State:
    """The solution at convergence."""

    places: Floats
    misclosure: Floats
    whitened: sparse.csr_array
    factor: Any
    scaled: sparse.csc_array
    scale: Floats
    datum: Datum
    iterations: int

    def solve(self, right: Floats) -> Floats:
        """Return the cofactor matrix times ``right`` (unknowns, columns), in the network's datum."""
        side = self.datum.transposed(right)[self.datum.kept]
        scale = self.scale[:, None]
        solved = np.zeros_like(right)
        solved[self.datum.kept] = scale * np.asarray(self.factor.solve(np.asfortranarray(scale * side)))
        return self.datum.transform(solved)


def _iterate(
    network: Network, columns: Columns, places: Floats, zeros: dict[int, float], whitener: sparse.csr_array
) -> _State:
    observed = observed_values(network.observations)
    angular = np.array([seen.kind in ANGULAR for seen in network.observations])
    for number in range(1, _MOST_ITERATIONS + 1):
        now = design(network, columns, places, zeros)
        misclosure = _misclosure(observed, now, angular)
        state = _solve_state(network, columns, places, whitener @ now.matrix, misclosure, number)
        correction = _correction(state, whitener @ misclosure)
        _apply(columns, places, zeros, _damped(correction, columns))
        largest = float(np.abs(correction[: coordinate_count(columns)]).max(initial=0.0))
        if largest < _CONVERGED_M or (number > 20 and largest < 1e-6):
            final = design(network, columns, places, zeros)
            state.misclosure = _misclosure(observed, final, angular)
            state.places = places
            return state
    raise GeometryError(
        "not_converging",
        zh="平差 {count} 次仍不收敛：概略坐标或某个观测错得太多，请先核对角度的单位和方向、距离的单位。",
        en="The adjustment does not converge in {count} rounds: an approximate position or an observation is far off; check units "
        "and the sense of the angles first.",
        count=_MOST_ITERATIONS,
    )


def _misclosure(observed: Floats, now: Design, angular: Any) -> Floats:
    difference = observed - now.computed
    return np.where(angular, (difference + math.pi) % (2 * math.pi) - math.pi, difference)


def _solve_state(
    network: Network,
    columns: Columns,
    places: Floats,
    whitened: sparse.csr_array,
    misclosure: Floats,
    number: int,
) -> _State:
    normal = (whitened.T @ whitened).tocsc()
    _check_diagonal(network, columns, normal.diagonal())
    datum = datum_of(network, columns, places, whitened)
    reduced = normal[datum.kept][:, datum.kept]
    scale = 1.0 / np.sqrt(reduced.diagonal())
    scaled = (sparse.diags_array(scale) @ reduced @ sparse.diags_array(scale)).tocsc()
    return _State(
        places=places,
        misclosure=misclosure,
        whitened=whitened,
        factor=_factorise(network, columns, scaled, datum.kept),
        scaled=scaled,
        scale=scale,
        datum=datum,
        iterations=number,
    )


def _check_diagonal(network: Network, columns: Columns, diagonal: Floats) -> None:
    open_columns = np.flatnonzero(diagonal <= 0)
    if len(open_columns):
        raise _rank_defect(network, columns, open_columns)


def _factorise(
    network: Network, columns: Columns, matrix: sparse.csc_array, kept: npt.NDArray[np.int64]
) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sparse.linalg.MatrixRankWarning)
        try:
            factor = _positive_definite(matrix)
        except RuntimeError:
            raise _rank_defect(network, columns, kept[_open_columns(matrix)]) from None
    pivots = np.abs(factor.U.diagonal())
    if pivots.min() < _LEAST_PIVOT * pivots.max():
        raise _rank_defect(network, columns, kept[_open_columns(matrix)])
    return factor


def _positive_definite(matrix: sparse.csc_array) -> Any:
    """Factorise without pivoting, in the order of least fill-in for a symmetric pattern."""
    options = {"SymmetricMode": True}
    return splu(sparse.csc_matrix(matrix), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)


def _open_columns(matrix: sparse.csc_array) -> Any:
    """Return the unknowns that move in the weakest motion of a singular matrix (inverse iteration)."""
    shifted = matrix + 1e-11 * sparse.eye_array(matrix.shape[0], format="csc")
    factor = _positive_definite(shifted)
    vector = np.sin(np.arange(1.0, matrix.shape[0] + 1.0))
    for _ in range(4):
        vector = factor.solve(vector)
        vector /= np.linalg.norm(vector)
    size = np.abs(vector)
    return np.flatnonzero(size > 0.3 * size.max())


def _rank_defect(network: Network, columns: Columns, open_columns: Any) -> GeometryError:
    names = [
        point.id
        for point in network.points
        if np.isin(columns.of_point[columns.order[point.id]], open_columns).any()
    ]
    shown = "、".join(names[:5]) or "?"
    return GeometryError(
        "rank_defect",
        zh="观测不足以定出点 {points}：请补一条到其他点的距离或角度，或给一个已知点、已知方位。",
        en="The observations do not fix point {points}: add a distance or an angle to it, a known point or a known bearing.",
        where=names[0] if names else "",
        points=shown,
    )


def _correction(state: _State, right: Floats) -> Floats:
    return state.solve((state.whitened.T @ right)[:, None])[:, 0]


def _damped(correction: Floats, columns: Columns) -> Floats:
    """Shorten a step that would turn a circle by more than a quarter turn: poor approximations only."""
    turns = correction[coordinate_count(columns) :]
    largest = float(np.abs(turns).max(initial=0.0))
    return correction * min(1.0, 1.0 / largest) if largest > 1.0 else correction


def _apply(columns: Columns, places: Floats, zeros: dict[int, float], correction: Floats) -> None:
    for part in range(3):
        known = columns.of_point[:, part] >= 0
        places[known, part] += correction[columns.of_point[known, part]]
    for number, column in columns.of_set.items():
        zeros[number] += float(correction[column])


def _conclude(
    network: Network, columns: Columns, state: _State, whitener: sparse.csr_array, with_covariance: bool
) -> Adjustment:
    weighted = whitener @ state.misclosure
    squares = float(weighted @ weighted)
    defect = state.datum.motions.shape[1]
    freedom = len(network.observations) - columns.count + defect
    sigma0 = math.sqrt(squares / freedom) if freedom > 0 else network.sigma_apriori
    used = sigma0 if network.use_aposteriori and freedom > 0 else network.sigma_apriori
    near = _near_cofactors(state, columns)
    cofactors = _cofactors(state, columns) if near is None else _blocks(state, columns, near)
    leverage = _leverage(state) if near is None else _near_leverage(state, near)
    redundancy, standardised = _tests(leverage, weighted, used)
    seen = _adjusted_observations(network, state, redundancy, standardised)
    return Adjustment(
        points=tuple(
            _adjusted_point(point, columns, state.places, cofactors, used) for point in network.points
        ),
        observations=seen,
        suspects=_suspects(network, state, weighted, redundancy, freedom, used, whitener),
        degrees_of_freedom=freedom,
        defect=defect,
        sum_weighted_squares=squares,
        sigma0=sigma0,
        sigma_used=used,
        global_test_passed=_global_test(network, squares, freedom),
        iterations=state.iterations,
        columns=columns,
        covariance_m2=_full_covariance(state, columns, used) if with_covariance else None,
    )


def _solve_columns(state: _State, columns: Columns, wanted: Any) -> Floats:
    """Return the chosen columns of the cofactor matrix, shape (unknowns, wanted)."""
    side = np.zeros((columns.count, len(wanted)))
    side[wanted, np.arange(len(wanted))] = 1.0
    return state.solve(side)


def _cofactors(state: _State, columns: Columns) -> Mapping[int, Floats]:
    """Return each point's 3x3 block of the cofactor matrix (zero where a coordinate is not unknown)."""
    blocks: dict[int, Floats] = {}
    rows = np.flatnonzero((columns.of_point >= 0).any(axis=1))
    for start in range(0, len(rows), _CHUNK // 2):
        chunk = rows[start : start + _CHUNK // 2]
        wanted = columns.of_point[chunk]
        solved = _solve_columns(state, columns, np.where(wanted >= 0, wanted, 0).ravel())
        for place, row in enumerate(chunk):
            known = columns.of_point[row] >= 0
            block = solved[np.where(known, columns.of_point[row], 0)][:, 3 * place : 3 * place + 3]
            blocks[int(row)] = np.where(np.outer(known, known), block, 0.0)
    return blocks


def _full_covariance(state: _State, columns: Columns, used: float) -> Floats:
    wanted = np.arange(coordinate_count(columns))
    return used**2 * _solve_columns(state, columns, wanted)[wanted]


def _near_cofactors(state: _State, columns: Columns) -> Floats | None:
    """Return the cofactors of unknowns that meet in an observation or a point, before the datum; shape (kept, kept)."""
    position = np.full(columns.count, -1)
    position[state.datum.kept] = np.arange(len(state.datum.kept))
    known = np.where(columns.of_point >= 0, position[columns.of_point], -1)
    pairs = np.concatenate([known[:, pair] for pair in ([0, 1], [1, 0], [0, 2], [2, 0], [1, 2], [2, 1])])
    pairs = pairs[(pairs >= 0).all(axis=1)]
    wanted = sparse.coo_array((np.zeros(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=state.scaled.shape)
    scaled, wanted = state.scaled.tocoo(), wanted.tocoo()
    both = sparse.coo_array(
        (
            np.concatenate((scaled.data, wanted.data)),
            (np.concatenate((scaled.row, wanted.row)), np.concatenate((scaled.col, wanted.col))),
        ),
        shape=state.scaled.shape,
    )
    table = selected_inverse(both.tocsc(), state.factor)
    if table is None:
        return None
    table *= state.scale[:, None]
    table *= state.scale
    return table


def _blocks(state: _State, columns: Columns, near: Floats) -> Mapping[int, Floats]:
    """Return each point's 3x3 block of the cofactor matrix, moved to the network's datum."""
    datum = state.datum
    position = np.full(columns.count, -1)
    position[datum.kept] = np.arange(len(datum.kept))
    moving = _moving(state)
    blocks: dict[int, Floats] = {}
    for row in np.flatnonzero((columns.of_point >= 0).any(axis=1)).tolist():
        unknown = columns.of_point[row]
        place = np.where(unknown >= 0, position[unknown], -1)
        known = place >= 0
        block = np.where(np.outer(known, known), near[np.ix_(place, place)], 0.0)
        if moving is not None:
            turn, carried, spread = (part[unknown] for part in moving)
            block = block - turn @ carried.T - carried @ turn.T + spread @ turn.T
        free = unknown >= 0
        blocks[row] = np.where(np.outer(free, free), block, 0.0)
    return blocks


def _moving(state: _State) -> tuple[Floats, Floats, Floats] | None:
    """Return the parts of S Q Sᵀ = Q - T Wᵀ - W Tᵀ + T M Tᵀ with T = G (BᵀG)⁻¹, W = Q B, M = BᵀQB: T, W and T M."""
    datum = state.datum
    if datum.motions.shape[1] == 0:
        return None
    turn = datum.motions @ np.linalg.inv(datum.border.T @ datum.motions)
    carried = np.zeros_like(datum.border)
    scale = state.scale[:, None]
    side = np.asfortranarray(scale * datum.border[datum.kept])
    carried[datum.kept] = scale * np.asarray(state.factor.solve(side))
    return turn, carried, turn @ (datum.border.T @ carried)


def _near_leverage(state: _State, near: Floats) -> Floats:
    """Return how much of each observation is its own; the datum does not matter to observations."""
    rows = state.whitened[:, state.datum.kept].tocsr()
    leverage = np.empty(rows.shape[0])
    for row in range(rows.shape[0]):
        stored = slice(rows.indptr[row], rows.indptr[row + 1])
        values, cols = rows.data[stored], rows.indices[stored]
        leverage[row] = values @ near[np.ix_(cols, cols)] @ values
    return leverage


def _leverage(state: _State) -> Floats:
    """Return the same by solving for every observation: for networks too large for the table."""
    leverage = np.empty(state.whitened.shape[0])
    for start in range(0, len(leverage), _CHUNK):
        rows = state.whitened[start : start + _CHUNK].toarray()
        leverage[start : start + _CHUNK] = (rows * state.solve(rows.T).T).sum(axis=1)
    return leverage


def _tests(leverage: Floats, weighted: Floats, used: float) -> tuple[Floats, Floats]:
    """Return redundancy numbers and standardised residuals (NaN where nothing controls the observation)."""
    count = len(leverage)
    redundancy = np.clip(1.0 - leverage, 0.0, 1.0)
    residual_sigma = used * np.sqrt(redundancy)
    controlled = redundancy > 1e-6
    standardised = np.full(count, math.nan)
    standardised[controlled] = -weighted[controlled] / np.maximum(residual_sigma[controlled], 1e-300)
    if used == 0.0:
        standardised[controlled] = 0.0
    return redundancy, standardised


def _adjusted_observations(
    network: Network, state: _State, redundancy: Floats, standardised: Floats
) -> tuple[AdjustedObservation, ...]:
    angular = [seen.kind in ANGULAR for seen in network.observations]
    residuals = [
        -math.degrees(value) if is_angle else -float(value)
        for value, is_angle in zip(state.misclosure.tolist(), angular, strict=True)
    ]
    return tuple(
        AdjustedObservation(
            observation=seen,
            residual=residual,
            redundancy=float(share),
            standardised_residual=None if math.isnan(ratio) else float(ratio),
        )
        for seen, residual, share, ratio in zip(
            network.observations, residuals, redundancy, standardised, strict=True
        )
    )


def _adjusted_point(
    point: NetworkPoint, columns: Columns, places: Floats, cofactors: Mapping[int, Floats], used: float
) -> AdjustedPoint:
    row = columns.order[point.id]
    covariance = used**2 * cofactors.get(row, np.zeros((3, 3)))
    sigma = np.sqrt(np.maximum(np.diag(covariance), 0.0)).tolist()
    place = places[row].tolist()
    has_plane, has_height = point.plane is not None, point.vertical is not None
    return AdjustedPoint(
        id=point.id,
        easting_m=place[0] if has_plane else point.easting_m,
        northing_m=place[1] if has_plane else point.northing_m,
        height_m=place[2] if has_height else point.height_m,
        sigma_easting_m=sigma[0] if has_plane else None,
        sigma_northing_m=sigma[1] if has_plane else None,
        sigma_height_m=sigma[2] if has_height else None,
        ellipse=_ellipse(covariance[:2, :2]) if point.plane in ("adjusted", "constrained") else None,
    )


def _ellipse(covariance: Floats) -> ErrorEllipse:
    values, vectors = np.linalg.eigh(covariance)
    east, north = vectors[:, 1]
    return ErrorEllipse(
        semi_major_m=math.sqrt(max(float(values[1]), 0.0)),
        semi_minor_m=math.sqrt(max(float(values[0]), 0.0)),
        bearing_deg=math.degrees(math.atan2(east, north)) % 180.0,
    )


def _global_test(network: Network, squares: float, freedom: int) -> bool | None:
    """Test sigma0 against its a-priori value, two-sided, at the network's confidence."""
    if freedom <= 0:
        return None
    ratio = squares / network.sigma_apriori**2
    tail = (1.0 - network.confidence) / 2.0
    return bool(chi2.ppf(tail, freedom) <= ratio <= chi2.ppf(1.0 - tail, freedom))


def _suspects(
    network: Network,
    state: _State,
    weighted: Floats,
    redundancy: Floats,
    freedom: int,
    used: float,
    whitener: sparse.csr_array,
) -> tuple[Suspect, ...]:
    """Snoop for blunders with the factors at hand: each removal costs one solve."""

    def cofactors(place: int) -> Floats:
        row = state.whitened[[place]].toarray()
        column: Floats = -(state.whitened @ state.solve(row.T)).ravel()
        column[place] += 1.0
        return column

    if freedom < 2:
        return ()
    angular = np.array([seen.kind in ANGULAR for seen in network.observations])
    scale = np.where(angular, 180.0 / math.pi, 1.0) / whitener.diagonal()
    return snoop(network.observations, weighted, redundancy, freedom, cofactors, scale, used)
