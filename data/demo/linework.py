"""From labelled cells to drawn borders: arcs between nodes, each drawn once for both its neighbours.

Because a border is stored once, the plots on its two sides have exactly the same vertices, and the plots
together are a valid coverage.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon

from data.demo.paths import smoothed
from geo.errors import GeometryError

__all__ = ["Arc", "Linework", "faces", "shifted", "shifting_length_m", "trace"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """A border between two nodes with the cells on its sides where it starts (-1 off the grid)."""

    points: Grid
    left_cell: int
    right_cell: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linework:
    """All borders of a labelled grid."""

    arcs: tuple[Arc, ...]


def trace(
    label: NDArray[np.int64],
    *,
    west_m: float,
    north_m: float,
    cell_m: float,
    rounds: int = 3,
    thin_m: float = 9.0,
) -> Linework:
    """Draw the borders between different labels of a grid, rows from the north.

    Staircases become lines through the middles of cell edges, smoothed ``rounds`` times and thinned to
    ``thin_m``; where two borders then cross, both are drawn with less smoothing.
    """
    runs = _corner_runs(label)
    nodes = _node_places(runs)
    scale = np.array([cell_m, -cell_m])
    origin = np.array([west_m, north_m])
    chains = [_chain(run, nodes) * scale + origin for run in runs]
    lines = [_drawn(chain, rounds, thin_m) for chain in chains]
    for less in range(rounds - 1, -1, -1):
        crossing = _crossing(lines)
        if not crossing:
            break
        for number in crossing:
            lines[number] = _drawn(chains[number], less, thin_m * less / rounds)
    sides = [_sides(run, label.shape) for run in runs]
    return Linework(
        arcs=tuple(
            Arc(points=points, left_cell=left, right_cell=right)
            for points, (left, right) in zip(lines, sides, strict=True)
        )
    )


def faces(lines: list[Grid], left: Cells, right: Cells) -> dict[int, Polygon]:
    """Return the face of each label 0, 1, ... from borders with the labels on their sides.

    The label of a face is read off the first border met on its outer ring, so that no point inside has to
    be found.

    Raises
    ------
    GeometryError
        A label has no face or two: borders cross.
    """
    found: dict[int, Polygon] = {}
    start: dict[tuple[float, float, float, float], int] = {}
    for points, on_left, on_right in zip(lines, left.tolist(), right.tolist(), strict=True):
        start[_segment(points[0], points[1])] = on_left
        start[_segment(points[1], points[0])] = on_right
    polygons = shapely.get_parts(shapely.polygonize(_line_strings(lines)))
    for polygon in shapely.orient_polygons(polygons):
        ring = shapely.get_coordinates(polygon.exterior)
        label = next(start[key] for pair in pairwise(ring) if (key := _segment(*pair)) in start)
        if label in found:
            raise _crossed(label)
        if label >= 0:
            found[label] = polygon
    wanted = int(max(left.max(), right.max())) + 1
    missing = set(range(wanted)) - set(found)
    if missing:
        raise _crossed(min(missing))
    return found


def _segment(start: Grid, end: Grid) -> tuple[float, float, float, float]:
    return (float(start[0]), float(start[1]), float(end[0]), float(end[1]))


def _crossed(label: int) -> GeometryError:
    return GeometryError(
        "demo_borders_cross",
        zh="演示乡第 {label} 块地的界线相交。请换一个种子。",
        en="Borders of the demo township cross at parcel {label}. Use another seed.",
        label=label,
    )


def shifted(lines: list[Grid], shift_m: Grid) -> list[Grid]:
    """Return lines moved sideways, to the left where positive; ends stay, lines that would cross stay."""
    moved = [_offset(points, by_m) if by_m else points for points, by_m in zip(lines, shift_m, strict=True)]
    for _ in range(20):
        crossing = _crossing(moved)
        if not crossing:
            return moved
        for number in crossing:
            moved[number] = lines[number]
    return lines


def shifting_length_m(points: Grid) -> float:
    """Return how many square metres ``shifted`` adds beside a line for each metre it is moved."""
    pieces = np.hypot(*np.diff(points, axis=0).T)
    if len(points) < 3:
        return 0.0
    closed = bool(np.array_equal(points[0], points[-1]))
    return float(pieces.sum() if closed else pieces.sum() - (pieces[0] + pieces[-1]) / 2)


def _offset(points: Grid, left_m: float) -> Grid:
    if len(points) < 3:
        return points
    closed = bool(np.array_equal(points[0], points[-1]))
    chord = points[2:] - points[:-2]
    if closed:
        chord = np.concatenate([(points[1] - points[-2])[None], chord, (points[1] - points[-2])[None]])
    normal = np.column_stack([-chord[:, 1], chord[:, 0]])
    normal /= np.maximum(np.hypot(chord[:, 0], chord[:, 1]), 1e-9)[:, None]
    moved = points.copy()
    moved[slice(None) if closed else slice(1, -1)] += left_m * normal
    return np.round(moved, 3)


def _corner_runs(label: NDArray[np.int64]) -> list[Cells]:
    """Return borders as runs of corners (n, 2) [column, row], cut where three or four borders meet."""
    rows, columns = label.shape
    padded = np.full((rows + 2, columns + 2), -1, dtype=np.int64)
    padded[1:-1, 1:-1] = label
    row, column = np.nonzero(padded[:, :-1] != padded[:, 1:])  # an upright edge right of the cell
    upright = np.stack([np.stack([column, row - 1], 1), np.stack([column, row], 1)], axis=1)
    row, column = np.nonzero(padded[:-1] != padded[1:])
    level = np.stack([np.stack([column - 1, row], 1), np.stack([column, row], 1)], axis=1)
    edges = np.concatenate([upright, level]).astype(np.float64)
    merged = shapely.line_merge(shapely.multilinestrings(_line_strings(list(edges))))
    runs = [shapely.get_coordinates(part).astype(np.int64) for part in shapely.get_parts(merged)]
    return sorted((_forward(run) for run in runs), key=lambda run: run[:3].tolist())


def _forward(run: Cells) -> Cells:
    """Return a run starting at its smaller end, a ring at its smallest corner, so that order is settled."""
    if not np.array_equal(run[0], run[-1]):
        return run if run[0].tolist() <= run[-1].tolist() else run[::-1]
    ring = run[:-1]
    first = int(np.lexsort((ring[:, 1], ring[:, 0]))[0])
    return np.concatenate([ring[first:], ring[: first + 1]])


def _node_places(runs: list[Cells]) -> dict[tuple[int, int], Grid]:
    """Return where each meeting corner is drawn: between the corner and its borders' first middles."""
    meeting: dict[tuple[int, int], list[Grid]] = {}
    for run in runs:
        if np.array_equal(run[0], run[-1]):
            continue
        for end, following in ((run[0], run[1]), (run[-1], run[-2])):
            meeting.setdefault((int(end[0]), int(end[1])), []).append((end + following) / 2.0)
    return {corner: np.mean([*middles, np.array(corner)], axis=0) for corner, middles in meeting.items()}


def _chain(run: Cells, nodes: dict[tuple[int, int], Grid]) -> Grid:
    middles = (run[:-1] + run[1:]) / 2.0
    if np.array_equal(run[0], run[-1]) and tuple(run[0].tolist()) not in nodes:
        return np.concatenate([middles, middles[:1]])
    first, last = (nodes.get((int(end[0]), int(end[1])), end.astype(float)) for end in (run[0], run[-1]))
    return np.concatenate([first[None], middles, last[None]])


def _drawn(chain: Grid, rounds: int, thin_m: float) -> Grid:
    line = LineString(smoothed(chain, rounds))
    if thin_m > 0:
        thin = line.simplify(thin_m)
        closed = bool(np.array_equal(chain[0], chain[-1]))
        if shapely.get_num_points(thin) >= (4 if closed else 2):
            return np.round(shapely.get_coordinates(thin), 3)
    return np.round(shapely.get_coordinates(line), 3)


def _line_strings(lines: list[Grid]) -> NDArray[np.object_]:
    """Return lines as shapely line strings, made at once."""
    owner = np.repeat(np.arange(len(lines)), [len(points) for points in lines])
    return np.asarray(shapely.linestrings(np.concatenate(lines), indices=owner), dtype=object)


def _crossing(lines: list[Grid]) -> set[int]:
    """Return the numbers of lines that meet another elsewhere than at ends, or cross themselves."""
    shapes = _line_strings(lines)
    simple = shapely.is_simple(shapes)
    wrong = set(np.flatnonzero(~simple).tolist())
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    touching = shapely.relate_pattern(shapes[first], shapes[second], "FF*F*****")
    for one, other in zip(first[~touching], second[~touching], strict=True):
        wrong |= {int(one), int(other)}
    return wrong


def _sides(run: Cells, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the flat cells left and right of a run's first edge, -1 off the grid."""
    (column, row), (to_column, to_row) = run[0].tolist(), run[1].tolist()
    if column == to_column:  # an upright edge: cells to its west and east
        at = min(row, to_row)
        west, east = (at, column - 1), (at, column)
        pair = (east, west) if to_row > row else (west, east)  # rows run south
    else:
        at = min(column, to_column)
        north, south = (row - 1, at), (row, at)
        pair = (north, south) if to_column > column else (south, north)
    flat = [r * shape[1] + c if 0 <= r < shape[0] and 0 <= c < shape[1] else -1 for r, c in pair]
    return flat[0], flat[1]
