"""What has to be divided together: the connected parts of a parent, joined only where arithmetic asks for it.

A parent may lie in several pieces. Each piece is divided by itself when all pieces can be cut into the sizes
wanted; else the fewest pieces are joined, nearest first, over a bridge between their nearest households. One
bridge can serve one group only, so that no more groups than necessary lie in several places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from geo.trees import Graph
from geo.ways import Way
from geo.windows import SizeWindow

__all__ = ["Block", "blocks_of", "graph_of"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_MOST_PIECES = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Households divided together.

    Attributes
    ----------
    members : array of int
        Households, ascending.
    groups : int
        Number of groups to make of them.
    bridges : tuple of (int, int)
        Pairs of households taken as neighbours although their pieces do not touch.
    """

    members: IntArray
    groups: int
    bridges: tuple[tuple[int, int], ...] = ()


def blocks_of(
    members: IntArray, part: IntArray, placed_en: FloatArray, window: SizeWindow, groups: int | None
) -> tuple[Block, ...]:
    """Return the blocks of one parent; their numbers of groups add up to ``groups``.

    When ``groups`` is None any possible number will do, and each block gets the best for itself.

    Parameters
    ----------
    members : array of int
        Households of the parent.
    part : array of int, shape (n,)
        Connected part of the graph of neighbours each household of the township lies in.
    window : SizeWindow
        Opened already where the parent cannot be cut as wanted.
    """
    names = np.unique(part[members])
    if len(names) == 1:
        return (Block(members=np.sort(members), groups=groups or window.group_count(len(members))),)
    pieces = [np.sort(members[part[members] == name]) for name in names]
    gaps = _Gaps(pieces, placed_en)
    clusters = _clusters(pieces, gaps, window, groups)
    sizes = [sum(len(pieces[number]) for number in cluster) for cluster in clusters]
    shares = _shares(sizes, window, groups)
    return tuple(
        Block(
            members=np.sort(np.concatenate([pieces[number] for number in cluster])),
            groups=share,
            bridges=gaps.bridges(cluster),
        )
        for cluster, share in zip(clusters, shares, strict=True)
    )


class _Gaps:
    """Nearest households of every two pieces, found when asked for."""

    def __init__(self, pieces: list[IntArray], placed_en: FloatArray) -> None:
        self._pieces = pieces
        self._trees = [cKDTree(placed_en[piece]) for piece in pieces]
        self._known: dict[tuple[int, int], tuple[float, int, int]] = {}

    def between(self, one: int, other: int) -> tuple[float, int, int]:
        """Return the gap in metres and the two households on its sides."""
        low, high = min(one, other), max(one, other)
        if (low, high) not in self._known:
            away, index = (np.atleast_1d(each) for each in self._trees[low].query(self._trees[high].data))
            at = int(np.argmin(away))
            pair = int(self._pieces[low][index[at]]), int(self._pieces[high][at])
            self._known[low, high] = (float(away[at]), *pair)
        return self._known[low, high]

    def bridges(self, cluster: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """Return the shortest bridges that join the pieces of a cluster."""
        joined, found = {cluster[0]}, []
        while len(joined) < len(cluster):
            ends = [(self.between(a, b), b) for a in sorted(joined) for b in cluster if b not in joined]
            (_, one, other), piece = min(ends)
            found.append((one, other))
            joined.add(piece)
        return tuple(found)

    def length_m(self, cluster: tuple[int, ...]) -> float:
        """Return the length of the bridges of a cluster."""
        joined, total = {cluster[0]}, 0.0
        while len(joined) < len(cluster):
            gap, piece = min((self.between(a, b)[0], b) for a in joined for b in cluster if b not in joined)
            total += gap
            joined.add(piece)
        return total


def _clusters(
    pieces: list[IntArray], gaps: _Gaps, window: SizeWindow, groups: int | None
) -> list[tuple[int, ...]]:
    """Return which pieces go together: the most clusters that can be cut, then the shortest bridges."""
    everything = tuple(range(len(pieces)))
    if len(pieces) > _MOST_PIECES:
        return _joined_step_by_step(pieces, gaps, window, groups)
    best, best_rank = [everything], (-1, gaps.length_m(everything))
    for way in _ways_to_part(everything):
        if _can_be_cut([sum(len(pieces[number]) for number in cluster) for cluster in way], window, groups):
            rank = (-len(way), sum(gaps.length_m(cluster) for cluster in way))
            if rank < best_rank:
                best, best_rank = way, rank
    return best


def _ways_to_part(items: tuple[int, ...]) -> list[list[tuple[int, ...]]]:
    """Return every way to part some items into clusters."""
    if not items:
        return [[]]
    first, rest = items[0], items[1:]
    found = []
    for way in _ways_to_part(rest):
        found.append([(first,), *way])
        found.extend([*way[:at], (first, *way[at]), *way[at + 1 :]] for at in range(len(way)))
    return found


def _joined_step_by_step(
    pieces: list[IntArray], gaps: _Gaps, window: SizeWindow, groups: int | None
) -> list[tuple[int, ...]]:
    """Join the smallest cluster that cannot be cut with its nearest, until all can be."""
    clusters: list[tuple[int, ...]] = [(number,) for number in range(len(pieces))]
    while len(clusters) > 1:
        sizes = [sum(len(pieces[number]) for number in cluster) for cluster in clusters]
        bad = [at for at, size in enumerate(sizes) if not window.fits(size)]
        if not bad and _can_be_cut(sizes, window, groups):
            break
        at = min(bad or range(len(clusters)), key=lambda number: sizes[number])
        gap = {
            other: min(gaps.between(a, b)[0] for a in clusters[at] for b in clusters[other])
            for other in range(len(clusters))
            if other != at
        }
        to = min(gap, key=lambda other: (gap[other], other))
        merged = tuple(sorted(clusters[at] + clusters[to]))
        clusters = [merged, *(cluster for number, cluster in enumerate(clusters) if number not in (at, to))]
    return clusters


def _can_be_cut(sizes: list[int], window: SizeWindow, groups: int | None) -> bool:
    counts = [window.group_counts(size) for size in sizes]
    if not all(counts):
        return False
    return groups is None or sum(c.start for c in counts) <= groups <= sum(c.stop - 1 for c in counts)


def _shares(sizes: list[int], window: SizeWindow, groups: int | None) -> list[int]:
    """Return how many groups each cluster gets, sizes as near the target as can be."""
    if groups is None:
        return [window.group_count(size) for size in sizes]
    if len(sizes) == 1:
        return [groups]
    counts = [window.group_counts(size) for size in sizes]
    shares = [count.start for count in counts]
    while sum(shares) < groups:
        open_to_more = [at for at, count in enumerate(counts) if shares[at] + 1 in count]
        shares[max(open_to_more, key=lambda at: (sizes[at] / shares[at], -at))] += 1
    return shares


def graph_of(block: Block, shared_m: csr_matrix, way: Way) -> Graph:
    """Return the neighbours inside a block, with the way between neighbours as weight."""
    members = block.members
    degree = np.diff(shared_m.indptr)[members]
    offset = np.repeat(shared_m.indptr[members] - np.cumsum(degree) + degree, degree)
    neighbour = shared_m.indices[offset + np.arange(len(offset))].astype(np.int64)
    place = np.searchsorted(members, neighbour)
    source = np.repeat(np.arange(len(members)), degree)
    within = members[np.minimum(place, len(members) - 1)] == neighbour
    source, place = source[within], place[within]
    if block.bridges:
        ends = np.searchsorted(members, np.array(block.bridges))
        source = np.concatenate([source, ends[:, 0], ends[:, 1]])
        place = np.concatenate([place, ends[:, 1], ends[:, 0]])
    order = np.lexsort((place, source))
    source, place = source[order], place[order]
    first = np.r_[0, np.cumsum(np.bincount(source, minlength=len(members)))].astype(np.int64)
    return Graph(first, place.astype(np.int64), way.along(members[source], members[place]))
