"""Corners of plots and stations of lines, one by one, with the numbers a surveyor gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.exporting.facts import OutFeature, OutLayer, kind_of, paths
from data.exporting.target import Target

__all__ = ["Corner", "corners"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """One point: its ring or part number from 1, its name, its coordinates, east (or longitude) first."""

    ring: int
    name: str
    first: float
    second: float


def corners(feature: OutFeature, layer: OutLayer, target: Target, *, closed: bool) -> Iterator[Corner]:
    """Yield a feature's points; of a ring the first is repeated at the end when ``closed``.

    Names are the file's own when there is one for every point, else J1, J2, …; a repeated point keeps its name.
    """
    drawn = list(paths(feature.geometry))
    area = kind_of(feature.geometry) == "areas"
    counts = [len(path) - 1 if area else len(path) for path in drawn]
    names = _names(feature, counts, [len(path) for path in drawn])
    start = 0
    for ring, (path, count) in enumerate(zip(drawn, counts, strict=True), start=1):
        coords = target.coordinates(path, layer.plane)
        for i in range(len(path) if closed and area else count):
            name = names[start + i % count]
            yield Corner(ring=ring, name=name, first=float(coords[i, 0]), second=float(coords[i, 1]))
        start += count


def _names(feature: OutFeature, counts: list[int], lengths: list[int]) -> list[str]:
    """Return one name a distinct point; those of the file when they fit and the ring was not turned round."""
    given = list(feature.point_names)
    usable = len(counts) == 1 and len(given) in {counts[0], lengths[0]} and all(given)
    if usable and kind_of(feature.geometry) != "areas":
        return given
    if sum(counts) == 1 and kind_of(feature.geometry) == "points":
        return [feature.name or feature.id]
    return [f"J{number}" for number in range(1, sum(counts) + 1)]
