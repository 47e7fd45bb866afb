"""Linearised observation equations of a network: computed values and partial derivatives.

Angles are radians here, so that coefficients of angles and lengths are of one size. Equations: Ghilani,
*Adjustment Computations*, ch. 14-17 and 23; Teunissen, *Network Quality Control*, ch. 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geo.observation import ANGULAR, Network, Observation

__all__ = ["Columns", "Design", "Floats", "coordinate_count", "design", "observed_values"]

Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
_PARTS = ("easting", "northing", "height")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of the design matrix each unknown has; -1 where a coordinate is not unknown.

    ``of_point`` has shape (points, 3) for easting, northing, height; ``of_set`` maps direction sets to columns.
    """

    order: Mapping[str, int]
    of_point: _Ints
    of_set: Mapping[int, int]
    count: int

    @classmethod
    def of(cls, network: Network) -> Columns:
        """Number the unknowns of a network."""
        order = {point.id: row for row, point in enumerate(network.points)}
        of_point = np.full((len(order), 3), -1, dtype=np.int64)
        count = 0
        for point in network.points:
            for part, state in enumerate((point.plane, point.plane, point.vertical)):
                if state in ("adjusted", "constrained"):
                    of_point[order[point.id], part] = count
                    count += 1
        numbers = sorted({seen.direction_set for seen in network.observations if seen.kind == "direction"})
        return cls(
            order=order,
            of_point=of_point,
            of_set={number: count + place for place, number in enumerate(numbers)},
            count=count + len(numbers),
        )


def coordinate_count(columns: Columns) -> int:
    """Return how many unknowns are coordinates; the circles' zeros come after them."""
    return columns.count - len(columns.of_set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Computed values (m, rad) of all observations and their derivatives, shape (observations, unknowns)."""

    computed: Floats
    matrix: sparse.csr_array


def observed_values(observations: Sequence[Observation]) -> Floats:
    """Return the observed values, angles in radians."""
    return np.array(
        [math.radians(o.value) if o.kind in ANGULAR else o.value for o in observations], dtype=np.float64
    )


def design(network: Network, columns: Columns, places: Floats, zeros: Mapping[int, float]) -> Design:
    """Return the design at the approximate ``places`` (points, 3) and circle ``zeros`` in radians."""
    computed = np.empty(len(network.observations))
    rows: list[_Ints] = []
    cols: list[_Ints] = []
    values: list[Floats] = []
    for kind, members in _by_kind(network.observations):
        block = _Block(network.observations, members, columns, places, zeros)
        computed[members] = _EQUATIONS[kind](block)
        for member_rows, member_cols, member_values in block.entries:
            keep = member_cols >= 0
            rows.append(member_rows[keep])
            cols.append(member_cols[keep])
            values.append(member_values[keep])
    shape = (len(network.observations), columns.count)
    triples = (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols)))
    return Design(computed=computed, matrix=sparse.coo_array(triples, shape=shape).tocsr())


def _by_kind(observations: Sequence[Observation]) -> Iterator[tuple[str, _Ints]]:
    order = sorted(range(len(observations)), key=lambda i: observations[i].kind)
    for kind, members in groupby(order, key=lambda i: observations[i].kind):
        yield kind, np.fromiter(members, dtype=np.int64)


class _Block:
    """All observations of one kind, as arrays."""

    def __init__(
        self,
        observations: Sequence[Observation],
        members: _Ints,
        columns: Columns,
        places: Floats,
        zeros: Mapping[int, float],
    ) -> None:
        self.seen = [observations[i] for i in members]
        self.members, self.columns, self.places, self.zeros = members, columns, places, zeros
        self.entries: list[tuple[_Ints, _Ints, Floats]] = []
        self.at = self._rows([seen.at for seen in self.seen])
        self.to = self._rows([seen.to or seen.at for seen in self.seen])
        self.back = self._rows([seen.back or seen.at for seen in self.seen])

    def _rows(self, names: list[str]) -> _Ints:
        return np.array([self.columns.order[name] for name in names], dtype=np.int64)

    def step(self, start: _Ints, end: _Ints) -> Floats:
        """Return differences of easting, northing and height, shape (n, 3)."""
        difference: Floats = self.places[end] - self.places[start]
        return difference

    def line_of_sight(self) -> Floats:
        """Return the differences between instrument and target, their heights above the marks included."""
        step = self.step(self.at, self.to)
        step[:, 2] += [seen.target_height_m - seen.instrument_height_m for seen in self.seen]
        return step

    def add(self, points: _Ints, derivative: Floats) -> None:
        """Add derivatives by the coordinates of ``points``; shape (n, 3)."""
        for part in range(3):
            self.entries.append((self.members, self.columns.of_point[points, part], derivative[:, part]))

    def add_pair(self, start: _Ints, end: _Ints, derivative: Floats) -> None:
        """Add a derivative by the difference end minus start."""
        self.add(end, derivative)
        self.add(start, -derivative)

    def bearing(self, start: _Ints, end: _Ints) -> tuple[Floats, Floats]:
        """Return bearings from north and their derivative by the difference end minus start."""
        step = self.step(start, end)
        square = np.maximum(step[:, 0] ** 2 + step[:, 1] ** 2, 1e-12)
        slope = np.zeros_like(step)
        slope[:, 0], slope[:, 1] = step[:, 1] / square, -step[:, 0] / square
        return np.arctan2(step[:, 0], step[:, 1]), slope


def _length(block: _Block, step: Floats) -> Floats:
    length: Floats = np.sqrt((step**2).sum(axis=1))
    block.add_pair(block.at, block.to, step / np.maximum(length, 1e-9)[:, None])
    return length


def _distance(block: _Block) -> Floats:
    step = block.step(block.at, block.to)
    step[:, 2] = 0.0
    return _length(block, step)


def _slope_distance(block: _Block) -> Floats:
    return _length(block, block.line_of_sight())


def _azimuth(block: _Block) -> Floats:
    bearing, slope = block.bearing(block.at, block.to)
    block.add_pair(block.at, block.to, slope)
    return bearing


def _direction(block: _Block) -> Floats:
    bearing = _azimuth(block)
    numbers = [seen.direction_set for seen in block.seen]
    cols = np.array([block.columns.of_set[number] for number in numbers], dtype=np.int64)
    block.entries.append((block.members, cols, np.full(len(cols), -1.0)))
    reading: Floats = bearing - np.array([block.zeros[number] for number in numbers])
    return reading


def _angle(block: _Block) -> Floats:
    fore, fore_slope = block.bearing(block.at, block.to)
    back, back_slope = block.bearing(block.at, block.back)
    block.add_pair(block.at, block.to, fore_slope)
    block.add_pair(block.at, block.back, -back_slope)
    turn: Floats = fore - back
    return turn


def _zenith(block: _Block) -> Floats:
    step = block.line_of_sight()
    level = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    square = level**2 + step[:, 2] ** 2
    slope = np.empty_like(step)
    slope[:, :2] = step[:, :2] * (step[:, 2] / (level * square))[:, None]
    slope[:, 2] = -level / square
    block.add_pair(block.at, block.to, slope)
    angle: Floats = np.arctan2(level, step[:, 2])
    return angle


def _height_difference(block: _Block) -> Floats:
    slope = np.zeros((len(block.seen), 3))
    slope[:, 2] = 1.0
    block.add_pair(block.at, block.to, slope)
    rise: Floats = block.step(block.at, block.to)[:, 2]
    return rise


def _coordinate_difference(block: _Block) -> Floats:
    part = np.array([_PARTS.index(seen.component) for seen in block.seen])
    block.add_pair(block.at, block.to, np.eye(3)[part])
    difference: Floats = block.step(block.at, block.to)[np.arange(len(part)), part]
    return difference


def _coordinate(block: _Block) -> Floats:
    part = np.array([_PARTS.index(seen.component) for seen in block.seen])
    block.add(block.at, np.eye(3)[part])
    value: Floats = block.places[block.at, part]
    return value


_EQUATIONS = {
    "distance": _distance,
    "slope_distance": _slope_distance,
    "azimuth": _azimuth,
    "direction": _direction,
    "angle": _angle,
    "zenith": _zenith,
    "height_difference": _height_difference,
    "coordinate_difference": _coordinate_difference,
    "coordinate": _coordinate,
}
