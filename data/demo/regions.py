"""Cutting a grid into regions that grow from seeds and meet where crossing is dear: on ridges and streams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from data.demo import drainage

__all__ = ["allot", "centre_seeds", "grow", "parts_of", "split_evenly", "without_fragments"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]


def grow(
    shape: tuple[int, int],
    seeds: Cells,
    *,
    region: Cells,
    barrier: Cells,
    crossing: float,
    friction: Grid | None = None,
) -> tuple[Cells, Grid]:
    """Return for each cell the index of the seed nearest by cost, and that cost in cells.

    Growth stays inside the seed's ``region`` (cells of a negative region take part in nothing); a step
    between two different ``barrier`` labels costs ``crossing`` cells more; ``friction`` multiplies steps.
    Cells no seed reaches get -1 and infinity.
    """
    start, end, length = drainage.neighbour_edges(shape)
    inside = (region[start] == region[end]) & (region[start] >= 0)
    start, end, length = start[inside], end[inside], length[inside]
    if friction is not None:
        length = length * (friction[start] + friction[end]) / 2
    cost = length + crossing * (barrier[start] != barrier[end])
    count = region.size
    graph = coo_array((cost, (start, end)), shape=(count, count)).tocsr()
    distance, _, source = dijkstra(
        graph, directed=False, indices=seeds, return_predecessors=True, min_only=True
    )
    index = np.full(count + 1, -1, dtype=np.int64)
    index[seeds] = np.arange(seeds.size)
    return index[np.where(source < 0, count, source)], distance


def split_evenly(
    shape: tuple[int, int],
    region: Cells,
    parts: Cells,
    rng: np.random.Generator,
    *,
    barrier: Cells,
    crossing: float,
    rounds: int = 5,
) -> tuple[Cells, Cells]:
    """Cut region ``r`` (0, 1, ...) into ``parts[r]`` pieces of similar size; return labels and their region.

    Seeds are spread by Lloyd's method: after each growth they move to the middle of their piece.
    """
    seeds = _first_seeds(shape, region, parts, rng)
    region_of = region[seeds]
    fair = np.bincount(region[region >= 0], minlength=parts.size)[region_of] / parts[region_of]
    rough = _roughness(shape, rng)
    for turn in range(rounds + 1):
        label, _ = grow(shape, seeds, region=region, barrier=barrier, crossing=crossing, friction=rough)
        label = without_fragments(shape, label, region, 1, one_part=True)
        if turn < rounds:
            size = np.bincount(label[label >= 0], minlength=seeds.size)
            seeds = _reseeded(shape, label, centre_seeds(shape, label, seeds), size / fair, region_of)
    return label, region_of


def _roughness(shape: tuple[int, int], rng: np.random.Generator) -> Grid:
    """Return friction that varies from place to place, so that borders do not run along rows and diagonals."""
    mottle = ndimage.gaussian_filter(rng.standard_normal(shape), 2.0)
    return np.asarray(np.exp(0.45 * mottle / mottle.std())).ravel()


def _reseeded(shape: tuple[int, int], label: Cells, seeds: Cells, share: Grid, region_of: Cells) -> Cells:
    """Move the seed of each starved piece into the largest piece of its region, far from its seed."""
    seeds, share = seeds.copy(), share.copy()
    for starved in np.flatnonzero(share < 0.4):
        rivals = np.flatnonzero(region_of == region_of[starved])
        largest = rivals[np.argmax(share[rivals])]
        if share[largest] < 1.3:
            continue
        cells = np.flatnonzero(label == largest)
        row, column = np.divmod(cells, shape[1])
        at_row, at_column = divmod(int(seeds[largest]), shape[1])
        seeds[starved] = cells[np.argmax((row - at_row) ** 2 + (column - at_column) ** 2)]
        share[largest] /= 2
    return seeds


def _first_seeds(shape: tuple[int, int], region: Cells, parts: Cells, rng: np.random.Generator) -> Cells:
    """Return seeds spaced along each region's cells taken in a space-filling order (Z-curve)."""
    cells = np.flatnonzero(region >= 0)
    row, column = np.divmod(cells, shape[1])
    cells = cells[np.lexsort((_z_order(row, column), region[cells]))]
    counts = np.bincount(region[cells], minlength=parts.size)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    seeds = []
    for begin, count, wanted in zip(first, counts, parts, strict=True):
        place = (np.arange(wanted) + rng.uniform(0.25, 0.75, wanted)) * count / max(wanted, 1)
        seeds.append(cells[begin + place.astype(np.int64)])
    return np.concatenate(seeds)


def _z_order(row: Cells, column: Cells) -> Cells:
    code = np.zeros_like(row)
    for bit in range(12):
        code |= ((column >> bit) & 1) << (2 * bit) | ((row >> bit) & 1) << (2 * bit + 1)
    return code


def centre_seeds(shape: tuple[int, int], label: Cells, seeds: Cells) -> Cells:
    """Return for each label 0, 1, ... its cell nearest to the mean of its cells; its old seed if it has none."""
    cells = np.flatnonzero(label >= 0)
    owner = label[cells]
    row, column = np.divmod(cells, shape[1])
    count = seeds.size
    size = np.bincount(owner, minlength=count)
    seated = np.flatnonzero(size)
    size = np.maximum(size, 1)
    mean_row = np.bincount(owner, row, minlength=count) / size
    mean_column = np.bincount(owner, column, minlength=count) / size
    off = (row - mean_row[owner]) ** 2 + (column - mean_column[owner]) ** 2
    order = np.lexsort((cells, off, owner))
    first = np.unique(owner[order], return_index=True)[1]
    moved = seeds.copy()
    moved[seated] = cells[order[first]]
    return moved


def parts_of(shape: tuple[int, int], label: Cells) -> tuple[Cells, int]:
    """Number the 4-connected parts of equal label; return flat part numbers and their count."""
    number = np.arange(label.size).reshape(shape)
    grid = label.reshape(shape)
    across, down = grid[:, :-1] == grid[:, 1:], grid[:-1] == grid[1:]
    start = np.concatenate([number[:, :-1][across], number[:-1][down]])
    end = np.concatenate([number[:, 1:][across], number[1:][down]])
    graph = coo_array((np.ones(start.size, dtype=np.int8), (start, end)), shape=(label.size, label.size))
    count, part = connected_components(graph.tocsr(), directed=False)
    return part.astype(np.int64), int(count)


def without_fragments(
    shape: tuple[int, int], label: Cells, within: Cells, least: int | Cells, *, one_part: bool = False
) -> Cells:
    """Return ``label`` with small parts given to neighbours in the same ``within`` region.

    A part is small under ``least`` cells (one number, or one for each label); with ``one_part`` every part
    but a label's largest is given away. Negative labels stay; a part without such a neighbour stays.
    """
    label = label.copy()
    for _ in range(6):
        part, count = parts_of(shape, label)
        size = np.bincount(part, minlength=count)
        limit = np.asarray(least)[np.maximum(label, 0)] if np.ndim(least) else least
        small = size[part] < limit
        if one_part:
            order = np.lexsort((part, -size[part], label))
            first = np.unique(label[order], return_index=True)[1]
            small |= ~np.isin(part, part[order[first]])
        adopted = _adopted(shape, label, small & (label >= 0), within)
        if np.array_equal(adopted, label):
            return label
        label = adopted
    return label


def _adopted(shape: tuple[int, int], label: Cells, orphan: NDArray[np.bool_], within: Cells) -> Cells:
    """Give orphan cells, ring by ring, the label of a 4-neighbour of the same region that is none."""
    grid, waiting = label.reshape(shape).copy(), orphan.reshape(shape).copy()
    region = within.reshape(shape)
    centre = (slice(1, None), slice(None)), (slice(None, -1), slice(None))
    side = (slice(None), slice(1, None)), (slice(None), slice(None, -1))
    while waiting.any():
        before = int(waiting.sum())
        for here, there in (centre, centre[::-1], side, side[::-1]):
            give = waiting[here] & ~waiting[there] & (region[here] == region[there]) & (grid[there] >= 0)
            grid[here] = np.where(give, grid[there], grid[here])
            waiting[here] &= ~give
        if int(waiting.sum()) == before:
            break
    return grid.ravel()


def allot(total: int, weight: Grid, least: int = 1) -> Cells:
    """Share ``total`` things by ``weight``, whole numbers, at least ``least`` each (largest remainder)."""
    exact = np.maximum(weight / weight.sum() * (total - least * weight.size), 0.0) + least
    share = np.floor(exact).astype(np.int64)
    missing = total - int(share.sum())
    share[np.argsort(share - exact, kind="stable")[:missing]] += 1
    return np.asarray(share, dtype=np.int64)
