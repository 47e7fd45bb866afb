"""Which way water runs over a height model: receivers, contributing area, stream links, hillside facets.

Water leaves every hollow over its lowest pass: the paths are the minimum spanning tree of the grid's
neighbours, each edge weighted by its higher end (Cordonnier, Bovy & Braun 2019, Earth Surface Dynamics 7,
doi:10.5194/esurf-7-549-2019), with the steepest of equal edges first, so that slopes drain as D8 says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

__all__ = [
    "Flow",
    "accumulate",
    "downhill",
    "facets",
    "links",
    "neighbour_edges",
    "rim",
    "route",
    "upstream_main",
    "wear",
]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Drainage of a grid; cells are flat numbers, ``levels`` holds them from the outlets upwards."""

    shape: tuple[int, int]
    receiver: Cells
    step_m: Grid
    levels: tuple[Cells, ...]


def rim(rows: int, columns: int) -> Cells:
    """Return the flat numbers of the outermost cells."""
    number = np.arange(rows * columns).reshape(rows, columns)
    return np.unique(np.concatenate([number[0], number[-1], number[:, 0], number[:, -1]]))


def neighbour_edges(shape: tuple[int, int]) -> tuple[Cells, Cells, Grid]:
    """Return both ends and the length in cells of every edge between 8-neighbours, each once."""
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    pairs = [
        (number[:, :-1], number[:, 1:], 1.0),
        (number[:-1], number[1:], 1.0),
        (number[:-1, :-1], number[1:, 1:], np.sqrt(2.0)),
        (number[:-1, 1:], number[1:, :-1], np.sqrt(2.0)),
    ]
    start = np.concatenate([a.ravel() for a, _, _ in pairs])
    end = np.concatenate([b.ravel() for _, b, _ in pairs])
    length = np.concatenate([np.full(a.size, step) for a, _, step in pairs])
    return start, end, length


def route(height: Grid, cell_m: float) -> Flow:
    """Return the drainage of ``height``; all rim cells are outlets and drain to themselves."""
    flat = height.ravel()
    start, end, length = neighbour_edges((height.shape[0], height.shape[1]))
    steepness = np.abs(flat[start] - flat[end]) / length
    weight = np.maximum(flat[start], flat[end]) - 1e-7 * steepness
    outlets = rim(height.shape[0], height.shape[1])
    sea = flat.size
    graph = coo_array(
        (
            np.concatenate([weight - weight.min() + 1.0, np.full(outlets.size, 0.5)]),
            (np.concatenate([start, np.full(outlets.size, sea)]), np.concatenate([end, outlets])),
        ),
        shape=(sea + 1, sea + 1),
    )
    order, before = breadth_first_order(minimum_spanning_tree(graph.tocsr()), sea, directed=False)
    receiver = before[:sea].astype(np.int64)
    receiver[outlets] = np.where(receiver[outlets] == sea, outlets, receiver[outlets])
    return _flow((height.shape[0], height.shape[1]), receiver, order[1:].astype(np.int64), cell_m)


def _flow(shape: tuple[int, int], receiver: Cells, order: Cells, cell_m: float) -> Flow:
    depth = np.zeros(receiver.size, dtype=np.int64)
    jump = receiver.copy()
    depth[jump != np.arange(receiver.size)] = 1
    while True:  # pointer doubling: after k rounds a cell has looked 2^k cells downstream
        further = depth + depth[jump]
        if np.array_equal(further, depth):
            break
        depth, jump = further, jump[jump]
    counts = np.cumsum(np.bincount(depth))
    by_depth = order[np.argsort(depth[order], kind="stable")]
    row, column = np.divmod(np.arange(receiver.size), shape[1])
    to_row, to_column = np.divmod(receiver, shape[1])
    step_m = np.hypot(row - to_row, column - to_column) * cell_m
    step_m[step_m == 0] = cell_m
    return Flow(shape=shape, receiver=receiver, step_m=step_m, levels=tuple(np.split(by_depth, counts[:-1])))


def accumulate(flow: Flow, amount: Grid | None = None) -> Grid:
    """Return for each cell the sum of ``amount`` (1 a cell by default) over itself and all above it."""
    total = np.ones(flow.receiver.size) if amount is None else amount.ravel().astype(np.float64)
    for cells in reversed(flow.levels[1:]):
        np.add.at(total, flow.receiver[cells], total[cells])
    return total


def wear(flow: Flow, height: Grid, factor: Grid) -> Grid:
    """Return heights after one implicit step of stream-power erosion with ``factor`` per cell."""
    worn = height.ravel().copy()
    for cells in flow.levels[1:]:
        share = factor[cells]
        worn[cells] = (worn[cells] + share * worn[flow.receiver[cells]]) / (1 + share)
    return worn.reshape(height.shape)


def downhill(flow: Flow, height: Grid) -> Grid:
    """Return heights lowered where needed so that no stream runs uphill."""
    lowered = height.ravel().copy()
    for cells in reversed(flow.levels[1:]):
        np.minimum.at(lowered, flow.receiver[cells], lowered[cells])
    return lowered.reshape(height.shape)


def upstream_main(flow: Flow, area: Grid) -> Cells:
    """Return for each cell the neighbour above that brings most water; itself where none does."""
    main = np.arange(flow.receiver.size)
    above = np.flatnonzero(flow.receiver != main)
    above = above[np.argsort(area[above], kind="stable")]
    main[flow.receiver[above]] = above
    return main


def links(flow: Flow, stream: NDArray[np.bool_]) -> Cells:
    """Return for each stream cell the last cell of its link (down to a confluence); -1 off the streams."""
    number = np.arange(flow.receiver.size)
    joins = np.zeros(number.size, dtype=np.int64)
    inside = stream & (flow.receiver != number)
    np.add.at(joins, flow.receiver[inside], 1)
    ends = stream & ((flow.receiver == number) | (joins[flow.receiver] > 1) | ~stream[flow.receiver])
    onward = np.where(ends | ~stream, number, flow.receiver)
    return np.where(stream, _followed(onward), -1)


def facets(flow: Flow, stream: NDArray[np.bool_], area: Grid) -> Cells:
    """Return for each cell its hillside: the stream link it drains to and the bank it stands on.

    Facets meet along ridges and along streams, where people put their borders.
    """
    number = np.arange(flow.receiver.size)
    link = links(flow, stream)
    onward = np.where(stream, number, flow.receiver)
    last = _followed(np.where(stream[onward], number, onward))  # last cell before the stream
    reached = flow.receiver[last]
    reached = np.where(stream, number, np.where(stream[reached], reached, last))
    bank = _bank(flow, upstream_main(flow, area), last, reached)
    bank[stream] = 1
    return np.where(link[reached] >= 0, link[reached] * 2 + bank, -1 - reached)


def _bank(flow: Flow, main: Cells, last: Cells, reached: Cells) -> Cells:
    """Return 1 where ``last`` enters the stream at ``reached`` from the left looking down, else 0."""
    columns = flow.shape[1]
    above, below = main[reached], flow.receiver[reached]

    def offset(cells: Cells, origin: Cells) -> tuple[Cells, Cells]:
        return cells % columns - origin % columns, origin // columns - cells // columns

    down_e, down_n = offset(below, above)
    in_e, in_n = offset(last, reached)
    return (down_e * in_n - down_n * in_e > 0).astype(np.int64)


def _followed(onward: Cells) -> Cells:
    """Return where each pointer chain ends."""
    while True:
        further = onward[onward]
        if np.array_equal(further, onward):
            return onward
        onward = further
