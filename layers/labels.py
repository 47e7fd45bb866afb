"""Placing labels on a sheet so that none covers another, a mark or, where it can be helped, a line.

All figures are millimetres on paper. Labels are placed in order of rank; each tries positions round its
anchor, near ones first; one that finds no free place is reported, not printed over something else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from shapely import STRtree
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

__all__ = ["Bounds", "Label", "Placed", "place"]

Bounds: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""
_ANGLES = tuple(math.radians(angle) for angle in (45, 135, 315, 225, 0, 180, 90, 270, 20, 70, 110, 160))
_REACHES_MM = (0.6, 2.0, 4.5, 8.0, 12.0, 17.0, 24.0)
_LEADER_FROM_MM = 4.0
_COST_LINE = 6.0
_COST_REACH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text of known size to stand near ``(x_mm, y_mm)``; higher ``rank`` is placed first.

    ``keep_off_mm`` is the radius of the mark at the anchor; ``centred`` labels sit on their anchor if they can.
    """

    text: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    rank: int = 0
    keep_off_mm: float = 0.0
    centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a label stands: the middle of its box, and whether a leader joins it to its anchor."""

    label: Label
    x_mm: float
    y_mm: float
    leader: bool


def place(
    labels: Sequence[Label], lines: Sequence[BaseGeometry], frame: Bounds
) -> tuple[tuple[Placed, ...], tuple[Label, ...]]:
    """Place labels inside ``frame`` without overlap.

    Parameters
    ----------
    labels : sequence of Label
        What to place; every anchor with a mark is kept free of other labels.
    lines : sequence of geometry
        Lines better not crossed, in millimetres on paper.
    frame : Bounds
        Left, bottom, right, top.

    Returns
    -------
    tuple
        The placed labels and those that found no room.

    Examples
    --------
    >>> one = Label(text="J1", x_mm=50, y_mm=50, width_mm=4, height_mm=3, keep_off_mm=1)
    >>> placed, dropped = place([one], [], (0, 0, 100, 100))
    >>> round(placed[0].x_mm, 1), dropped
    (53.1, ())
    >>> place([], [], (0, 0, 1, 1))
    ((), ())
    """
    marks = [_mark(label) for label in labels if label.keep_off_mm > 0]
    taken = np.array(marks, dtype=np.float64).reshape(-1, 4)
    tree = STRtree(list(lines))
    placed: list[Placed] = []
    dropped: list[Label] = []
    order = sorted(range(len(labels)), key=lambda i: (-labels[i].rank, i))
    for i in order:
        found = _best(labels[i], taken, tree, frame)
        if found is None:
            dropped.append(labels[i])
            continue
        placed.append(found)
        taken = np.vstack([taken, _box(labels[i], found.x_mm, found.y_mm)])
    return tuple(placed), tuple(dropped)


def _mark(label: Label) -> Bounds:
    r = label.keep_off_mm
    return (label.x_mm - r, label.y_mm - r, label.x_mm + r, label.y_mm + r)


def _box(label: Label, x: float, y: float) -> Bounds:
    w, h = label.width_mm / 2, label.height_mm / 2
    return (x - w, y - h, x + w, y + h)


def _best(label: Label, taken: np.ndarray, tree: STRtree, frame: Bounds) -> Placed | None:
    """Return the cheapest free place; candidates come nearest first, so the first without a line wins early."""
    spots = np.array(_candidates(label))
    bounds = np.column_stack(
        (
            spots[:, 0] - label.width_mm / 2,
            spots[:, 1] - label.height_mm / 2,
            spots[:, 0] + label.width_mm / 2,
            spots[:, 1] + label.height_mm / 2,
        )
    )
    best, least = None, math.inf
    for i in np.flatnonzero(_inside(bounds, frame) & ~_overlapping(bounds, taken)).tolist():
        reach = float(spots[i, 2])
        if reach * _COST_REACH >= least:
            break
        cost = reach * _COST_REACH + _COST_LINE * _crossed(bounds[i], tree)
        if cost < least:
            best, least = i, cost
    if best is None:
        return None
    x, y, reach = spots[best].tolist()
    return Placed(label=label, x_mm=x, y_mm=y, leader=reach > _LEADER_FROM_MM)


def _candidates(label: Label) -> list[tuple[float, float, float]]:
    """Return box middles with their distance from the anchor's mark, nearest first."""
    found = [(label.x_mm, label.y_mm, 0.0)] if label.centred else []
    for reach in _REACHES_MM:
        for angle in _ANGLES:
            dx, dy = math.cos(angle), math.sin(angle)
            away = label.keep_off_mm + reach
            x = label.x_mm + dx * away + _shift(dx) * label.width_mm / 2
            y = label.y_mm + dy * away + _shift(dy) * label.height_mm / 2
            found.append((x, y, reach))
    return found


def _shift(direction: float) -> float:
    """Return -1, 0 or 1: which edge of the box faces the anchor."""
    return 0.0 if abs(direction) < 0.3 else math.copysign(1.0, direction)


def _inside(bounds: np.ndarray, frame: Bounds) -> npt.NDArray[np.bool_]:
    low, high = np.array(frame[:2]), np.array(frame[2:])
    return np.logical_and((bounds[:, :2] >= low).all(axis=1), (bounds[:, 2:] <= high).all(axis=1))


def _overlapping(bounds: np.ndarray, taken: np.ndarray) -> npt.NDArray[np.bool_]:
    """Tell for each box whether one of the taken ones overlaps it; only those in reach are compared."""
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    near = taken[(taken[:, 2:] > low).all(axis=1) & (taken[:, :2] < high).all(axis=1)]
    apart = (near[None, :, 2:] <= bounds[:, None, :2]) | (near[None, :, :2] >= bounds[:, None, 2:])
    overlapping: npt.NDArray[np.bool_] = (~apart.any(axis=2)).any(axis=1)
    return overlapping


def _crossed(bounds: np.ndarray, tree: STRtree) -> int:
    """Return how many lines run under the box."""
    return len(tree.query(box(*bounds.tolist()), predicate="intersects"))
