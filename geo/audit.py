"""Overlaps and gaps of a set of plots (DEFINITIONS 5), the same for two people.

An *overlap* is a pair of features whose intersection exceeds 1e-6 m²; the total is the sum over pairs. A
*gap* is an interior ring of the union of all features, the holes of plots included, over 1e-6 m². Figures are
of the plane the coordinates stand in.

Shapes that are no valid area are listed, mended in the audit's own copy and audited so; nothing that was
given is changed. Candidate pairs come from an index of boxes and are kept only when their interiors meet,
before anything is intersected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import ArgumentError, Problem
from geo.shapes import find_fault

__all__ = [
    "LEAST_AREA_M2",
    "Coverage",
    "Gap",
    "Overlap",
    "Slivers",
    "audit_coverage",
    "find_gaps",
    "find_overlaps",
    "part_slivers",
]

LEAST_AREA_M2 = 1e-6
"""What counts as an overlap or a gap at all (DEFINITIONS 5)."""

_INTERIORS_MEET = "T********"
_BATCH = 20_000

GeometryArray: TypeAlias = npt.NDArray[Any]
AreaOf: TypeAlias = Callable[[GeometryArray], npt.NDArray[np.float64]]
"""Gives the areas in m² of shapes; for files in degrees, whose own plane has no square metres."""
Progress: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A pair of features that claim the same ground."""

    a: str
    b: str
    area_m2: float
    geom: MultiPolygon

    @property
    def width_m(self) -> float:
        """Mean width: twice the area over the perimeter."""
        return _width_m(self.area_m2, self.geom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Ground enclosed by features that none of them covers.

    ``area_m2`` is that of the enclosing ring (DEFINITIONS 5); ``open_area_m2`` leaves out features that lie
    like islands inside it. ``own_hole`` tells a hole of one plot, such as a pond, from ground left between
    neighbours.
    """

    area_m2: float
    open_area_m2: float
    own_hole: bool
    geom: Polygon

    @property
    def width_m(self) -> float:
        """Mean width: twice the open area over the perimeter."""
        return _width_m(self.open_area_m2, self.geom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Finding of an audit. Overlaps and gaps come largest first.

    ``valid``: every feature is a valid area, no two overlap, and no gap is left between neighbours; a hole of
    one plot is its own shape and no fault. ``edges_match`` is the test of GEOS on vertices: neighbours share
    every point of their common sides.
    """

    valid: bool
    edges_match: bool
    features: int
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    overlap_area_m2: float
    gap_area_m2: float
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slivers:
    """Overlaps or gaps parted for the screen: the wide ones one by one, the slivers as one figure."""

    wide: tuple[Overlap | Gap, ...]
    sliver_count: int
    sliver_area_m2: float
    width_m: float


def audit_coverage(
    geoms: Sequence[BaseGeometry | None] | GeometryArray,
    ids: Sequence[str] | None = None,
    *,
    area_of: AreaOf = shapely.area,
    progress: Progress | None = None,
) -> Coverage:
    """Find overlaps and gaps of a set of plots.

    Parameters
    ----------
    geoms : sequence of Polygon, MultiPolygon or None, shape (n,)
        In one plane. Other shapes are listed as problems and left out.
    ids : sequence of str, shape (n,), optional
        Names of the features; their numbers from 1 otherwise.
    area_of : callable, optional
        Areas in m² when the coordinates are degrees.
    progress : callable, optional
        Told the share done, 0 to 1.

    Raises
    ------
    ArgumentError
        ``ids`` and ``geoms`` differ in number.

    Examples
    --------
    >>> found = audit_coverage([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)], ["12-07", "12-08"])
    >>> [(overlap.a, overlap.b, overlap.area_m2) for overlap in found.overlaps], found.valid
    ([('12-07', '12-08', 2.0)], False)
    """
    names = [str(number + 1) for number in range(len(geoms))] if ids is None else [str(name) for name in ids]
    if len(names) != len(geoms):
        raise ArgumentError(
            "ids_do_not_match",
            zh="图形有 {shapes} 个，编号有 {names} 个：必须一一对应。",
            en="There are {shapes} shapes and {names} names: give one for each.",
            shapes=len(geoms),
            names=len(names),
        )
    areas, kept, problems = _mended(geoms, names)
    overlaps = find_overlaps(areas, kept, area_of=area_of, progress=progress)
    edges_match = not problems and bool(shapely.coverage_is_valid(areas))
    gaps = find_gaps(areas, area_of=area_of, edges_match=edges_match)
    return Coverage(
        valid=not (problems or overlaps) and all(gap.own_hole for gap in gaps),
        edges_match=edges_match,
        features=len(areas),
        overlaps=overlaps,
        gaps=gaps,
        overlap_area_m2=float(sum(overlap.area_m2 for overlap in overlaps)),
        gap_area_m2=float(sum(gap.area_m2 for gap in gaps)),
        problems=tuple(problems),
    )


def find_overlaps(
    areas: GeometryArray,
    ids: Sequence[str],
    *,
    area_of: AreaOf = shapely.area,
    progress: Progress | None = None,
) -> tuple[Overlap, ...]:
    """Return the overlapping pairs of valid areas, largest first; 20 µs of a processor a plot."""
    areas = np.asarray(areas, dtype=object)
    tree = shapely.STRtree(areas)
    found: list[Overlap] = []
    for at in range(0, len(areas), _BATCH):
        first, second = tree.query(areas[at : at + _BATCH])
        first = first + at
        once = first < second
        found.extend(_intersected(areas, ids, first[once], second[once], area_of))
        if progress is not None:
            progress(min(1.0, (at + _BATCH) / len(areas)))
    return tuple(sorted(found, key=lambda overlap: (-overlap.area_m2, overlap.a, overlap.b)))


def find_gaps(
    areas: GeometryArray, *, area_of: AreaOf = shapely.area, edges_match: bool = False
) -> tuple[Gap, ...]:
    """Return the interior rings of the union of valid areas, largest first.

    ``edges_match`` tells that the areas are a valid coverage, whose union needs no noding.
    """
    areas = np.asarray(areas, dtype=object)
    if not len(areas):
        return ()
    union = shapely.coverage_union_all(areas) if edges_match else shapely.union_all(areas)
    parts = shapely.get_parts(union)
    holes = _holes(parts)
    sizes = area_of(holes) if len(holes) else np.empty(0)
    holes, sizes = holes[sizes > LEAST_AREA_M2], sizes[sizes > LEAST_AREA_M2]
    own = _equal_to_one(holes, _holes(shapely.get_parts(areas)))
    within = shapely.STRtree(parts)
    gaps = [
        Gap(
            area_m2=size, open_area_m2=_open_m2(hole, size, parts, within, area_of), own_hole=alone, geom=hole
        )
        for hole, size, alone in zip(holes, sizes.tolist(), own, strict=True)
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.area_m2, gap.geom.bounds)))


def part_slivers(found: Sequence[Overlap | Gap], width_m: float = 0.5) -> Slivers:
    """Part overlaps or gaps narrower than ``width_m`` from the wide ones, for the screen."""
    wide = tuple(each for each in found if each.width_m >= width_m)
    slivers = [each for each in found if each.width_m < width_m]
    area = float(sum(each.area_m2 for each in slivers))
    return Slivers(wide=wide, sliver_count=len(slivers), sliver_area_m2=area, width_m=width_m)


def _holes(parts: GeometryArray) -> GeometryArray:
    """Return the interior rings of polygons as polygons."""
    rings = [hole for part in parts if isinstance(part, Polygon) for hole in part.interiors]
    return np.array([Polygon(ring) for ring in rings], dtype=object)


def _equal_to_one(gaps: GeometryArray, holes: GeometryArray) -> list[bool]:
    """Tell of each gap whether it is just the hole of one plot."""
    if not (len(gaps) and len(holes)):
        return [False] * len(gaps)
    gap, hole = shapely.STRtree(holes).query(gaps)
    differ = shapely.area(shapely.symmetric_difference(gaps[gap], holes[hole]))
    own = set(gap[differ <= 1e-6 * shapely.area(gaps[gap])].tolist())
    return [number in own for number in range(len(gaps))]


def _intersected(
    areas: GeometryArray,
    ids: Sequence[str],
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    area_of: AreaOf,
) -> list[Overlap]:
    meet = shapely.relate_pattern(areas[first], areas[second], _INTERIORS_MEET)
    first, second = first[meet], second[meet]
    shared = [_polygons(shape) for shape in shapely.intersection(areas[first], areas[second])]
    sizes: list[float] = area_of(np.array(shared, dtype=object)).tolist() if shared else []
    return [
        Overlap(a=ids[i], b=ids[j], area_m2=size, geom=geom)
        for i, j, size, geom in zip(first.tolist(), second.tolist(), sizes, shared, strict=True)
        if size > LEAST_AREA_M2
    ]


def _mended(
    geoms: Sequence[BaseGeometry | None] | GeometryArray, ids: Sequence[str]
) -> tuple[GeometryArray, list[str], list[Problem]]:
    """Return valid areas, their names, and what was wrong with the others."""
    array = shapely.force_2d(np.asarray(geoms, dtype=object)) if len(geoms) else np.empty(0, dtype=object)
    problems: list[Problem] = []
    faulty = ~np.isin(shapely.get_type_id(array), (3, 6)) | ~shapely.is_valid(array) | shapely.is_empty(array)
    for index in np.flatnonzero(faulty).tolist():
        fault = find_fault(array[index], ids[index])
        if fault is not None:
            array[index] = _mend(array[index])
            problems.append(fault.problem(*_remedy(array[index] is not None)))
    kept = [index for index, shape in enumerate(array) if shape is not None]
    return array[kept], [ids[index] for index in kept], problems


def _mend(geom: BaseGeometry | None) -> BaseGeometry | None:
    """Return a valid area of the same rings, or None where there is none."""
    if geom is None or geom.geom_type not in ("Polygon", "MultiPolygon"):
        return None
    if not np.isfinite(shapely.get_coordinates(geom)).all():
        return None
    mended = shapely.make_valid(geom, method="structure", keep_collapsed=False)
    return None if mended.is_empty else mended


def _remedy(mended: bool) -> tuple[str, str]:
    if mended:
        return (
            "仅在检查用的副本中修复后参与检查，原图形未改动。",
            "Mended in the audit's own copy only; the shape itself is unchanged.",
        )
    return ("未参与重叠与空隙检查。", "Left out of the audit.")


def _open_m2(
    hole: Polygon, size_m2: float, parts: GeometryArray, tree: shapely.STRtree, area_of: AreaOf
) -> float:
    """Return a gap's area without the features that lie inside it."""
    islands = parts[tree.query(hole, predicate="covers")]
    return size_m2 - float(np.sum(area_of(islands))) if len(islands) else size_m2


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    """Return the areas in an intersection, without the points and lines where two plots only touch."""
    if isinstance(shape, MultiPolygon):
        return shape
    return MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, Polygon)])


def _width_m(area_m2: float, geom: BaseGeometry) -> float:
    return 2 * area_m2 / geom.length if geom.length else 0.0
