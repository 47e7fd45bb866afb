"""Bring one's own township's land into the records: what a file of plots would add, and adding it.

Nothing is changed on the way in: a plot stays one plot however many parts it has, registered shapes are never
overwritten, and what cannot be taken is listed with its reason. Overlaps and gaps do not keep a plot out,
for they are what the certificates say; they are listed. Only a ring that touches itself in points is parted
into shell and hole, as databases want it: its area is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from data.store import Store
from geo import audit, crs, measure
from geo.audit import Coverage, Overlap
from geo.errors import Language, Problem
from geo.shapes import MEASURABLE_FAULTS, find_fault
from jobs import land_columns, land_reasons, maps, township
from jobs.land_columns import Columns
from jobs.taken import TakenFeature, TakenFile

__all__ = ["UNITS", "USES", "Incoming", "Landing", "Skipped", "What", "Wish", "areas_of", "guess", "prepare"]

What = Literal["grassland", "cropland", "woodland", "village", "group"]
USES: Final = ("grassland", "cropland", "woodland")
UNITS: Final = ("village", "group")

FAR_M: Final = 50_000.0
"""Metres beyond the township's records at which a plot surely is not of this township."""

FAR_FROM_PLACE_M: Final = 150_000.0
"""The same around the place given at the beginning, while there are no records: townships can be that wide."""

SAME_SHARE: Final = 0.999
"""Two shapes that have this share of both in common are the same ground."""

_Place: TypeAlias = tuple[float, float]
_WORDS: Final[dict[What, tuple[str, ...]]] = {
    "cropland": ("耕地", "旱地", "水浇地", "水田", "cropland"),
    "woodland": ("林地", "乔木林", "灌木林", "woodland"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user says of a file: its columns, and what its polygons are."""

    columns: Columns
    what: What = "grassland"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One polygon of a file as it would be stored; ``geometry`` in the township's plane, metres."""

    number: int
    where: str
    code: str
    geometry: BaseGeometry
    name: str = ""
    holder: str = ""
    holder_code: str = ""
    certificate: str = ""
    contract_area_m2: float | None = None
    measured_area_m2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """One polygon that is not taken, and why."""

    number: int
    code: str
    problem: Problem
    geometry: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What a file would add.

    Attributes
    ----------
    what : str
        Land use, or the tier of units.
    incoming, skipped : tuple
        What would be added and what would not, in the order of the file.
    coverage : Coverage
        Overlaps and gaps of what would be added, named by code.
    with_records : tuple of Overlap
        Overlaps with what is in the records already: ``a`` is the new plot, ``b`` the one there.
    notes : tuple of Problem
        What else the user should know.
    sha256 : tuple of str
        Digests of the files.
    """

    what: What
    incoming: tuple[Incoming, ...]
    skipped: tuple[Skipped, ...]
    coverage: Coverage
    with_records: tuple[Overlap, ...] = ()
    notes: tuple[Problem, ...] = ()
    sha256: tuple[str, ...] = ()

    def as_dict(self, lang: Language) -> dict[str, Any]:
        """Return what the command line prints of it."""
        found = self.coverage
        return {
            "skipped": [
                {
                    "where": one.problem.where,
                    "what": one.problem.what(lang),
                    "remedy": one.problem.remedy(lang),
                }
                for one in self.skipped
            ],
            "overlaps": [{"a": each.a, "b": each.b, "area_m2": each.area_m2} for each in found.overlaps],
            "gaps": [{"area_m2": each.area_m2} for each in found.gaps],
            "overlap_area_m2": found.overlap_area_m2,
            "gap_area_m2": found.gap_area_m2,
            "overlaps_with_records": [
                {"a": each.a, "b": each.b, "area_m2": each.area_m2} for each in self.with_records
            ],
            "problems": [problem.as_dict(lang) for problem in self.notes],
        }


@dataclass(slots=True)
class _Sorting:
    """Polygons on their way through the checks; each check moves some from ``kept`` to ``skipped``."""

    kept: list[Incoming]
    skipped: list[Skipped] = field(default_factory=list)

    def drop(self, reasons: dict[int, Problem]) -> None:
        """Set aside those whose number has a reason."""
        for one in self.kept:
            if one.number in reasons:
                problem = reasons[one.number]
                self.skipped.append(
                    Skipped(number=one.number, code=one.code, problem=problem, geometry=one.geometry)
                )
        self.kept = [one for one in self.kept if one.number not in reasons]


def areas_of(files: Sequence[TakenFile]) -> list[TakenFeature]:
    """Return the polygons of the files that could be placed."""
    return [feature for file in files if file.placed for feature in file.areas()]


def guess(files: Sequence[TakenFile]) -> Wish:
    """Return what the columns and the values of the files say of themselves."""
    features = areas_of(files)
    rows = [feature.properties for feature in features]
    columns = land_columns.guess(rows, [feature.geometry.area for feature in features])
    likely: What = "grassland"
    for what, words in _WORDS.items():
        speak = sum(any(word in value for value in row.values() for word in words) for row in rows[:200])
        if speak > len(rows[:200]) / 2:
            likely = what
    return Wish(columns=columns, what=likely)


def prepare(store: Store, files: Sequence[TakenFile], wish: Wish, *, near: _Place | None = None) -> Landing:
    """Return what files would add to the records; nothing is stored.

    Parameters
    ----------
    files : sequence of TakenFile
        Placed in the township's zone.
    wish : Wish
        Which column is what, and what the polygons are.
    near : (longitude, latitude), optional
        Where the township lies, when its records do not say.
    """
    features = areas_of(files)
    sorting = _Sorting(kept=[_incoming(number, feature, wish) for number, feature in enumerate(features, 1)])
    mended = _check_shapes(sorting)
    _check_distance(sorting, store, near)
    _check_codes(sorting, store, wish)
    crossing = _check_ground(sorting, store, wish)
    given = _give_codes(sorting, store, wish)
    kept = _measured(sorting.kept, store)
    coverage = audit.audit_coverage([one.geometry for one in kept], [one.code for one in kept])
    names = {one.number: one.code for one in kept}
    return Landing(
        what=wish.what,
        incoming=tuple(kept),
        skipped=(*sorted(sorting.skipped, key=lambda one: one.number), *_no_areas(files)),
        coverage=coverage,
        with_records=tuple(replace(each, a=names[int(each.a)]) for each in crossing if int(each.a) in names),
        notes=_notes(features, kept, wish, given, mended),
        sha256=tuple(file.imported.sha256 for file in files if file.placed and file.imported is not None),
    )


def _incoming(number: int, feature: TakenFeature, wish: Wish) -> Incoming:
    columns, row = wish.columns, feature.properties
    area = row.get(columns.area or "", "")
    plot = wish.what in USES
    return Incoming(
        number=number,
        where=f"{number}",
        code=columns.text("code", row),
        name=columns.text("name", row),
        holder=columns.text("holder", row) if plot else "",
        holder_code=columns.text("holder_code", row) if plot else "",
        certificate=columns.text("certificate", row) if plot else "",
        contract_area_m2=land_columns.area_m2(area, columns.area_unit) if plot else None,
        geometry=shapely.force_2d(feature.geometry),
    )


def _label(one: Incoming) -> str:
    return f"{one.where} {one.code}".strip()


def _check_shapes(sorting: _Sorting) -> int:
    """Set aside shapes that are no valid area; part shell and hole of those that only touch themselves."""
    reasons: dict[int, Problem] = {}
    mended = 0
    for place, one in enumerate(sorting.kept):
        fault = find_fault(one.geometry, _label(one))
        if fault is None:
            continue
        parted = (
            shapely.make_valid(one.geometry, method="structure") if fault.code in MEASURABLE_FAULTS else None
        )
        if parted is not None and abs(parted.area - one.geometry.area) < 1e-6 and find_fault(parted) is None:
            sorting.kept[place] = replace(one, geometry=parted)
            mended += 1
        else:
            reasons[one.number] = land_reasons.shape(fault)
    sorting.drop(reasons)
    return mended


def _check_distance(sorting: _Sorting, store: Store, near: _Place | None) -> None:
    """Set aside what surely lies in another township."""
    extent = maps.extent_lonlat(store)
    if near is None and extent is None and store.settings.get(township.PLACE_SETTING) is None:
        return
    middle = near if extent is None and near is not None else township.place(store)
    centre = crs.to_working(np.array([middle]), store.zone)[0]
    limit_m = FAR_FROM_PLACE_M
    if extent is not None:
        corner = crs.to_working(np.array([extent[:2]]), store.zone)[0]
        limit_m = float(np.hypot(*(corner - centre))) + FAR_M
    spots = shapely.get_coordinates(shapely.centroid(_shapes(sorting.kept)))
    away_m = np.hypot(*(spots - centre).T)
    sorting.drop(
        {
            one.number: land_reasons.far(_label(one), away, limit_m)
            for one, away in zip(sorting.kept, away_m.tolist(), strict=True)
            if away > limit_m
        }
    )


def _check_codes(sorting: _Sorting, store: Store, wish: Wish) -> None:
    """Set aside what has a code that is in the records, or that several polygons of the file have."""
    taken = _codes(store, wish)
    bearers: dict[str, list[Incoming]] = {}
    for one in sorting.kept:
        if one.code:
            bearers.setdefault(one.code, []).append(one)
    reasons: dict[int, Problem] = {}
    for code, many in bearers.items():
        if code in taken:
            reasons |= {one.number: land_reasons.in_records(_label(one), code) for one in many}
        elif all(shapely.equals(one.geometry, many[0].geometry) for one in many[1:]):
            reasons |= {one.number: land_reasons.repeated(_label(one), many[0].where) for one in many[1:]}
        else:
            places = [one.where for one in many]
            reasons |= {one.number: land_reasons.code_twice(_label(one), code, places) for one in many}
    sorting.drop(reasons)


def _check_ground(sorting: _Sorting, store: Store, wish: Wish) -> list[Overlap]:
    """Set aside what is in the records under another code; return what overlaps the records otherwise.

    The overlaps are named by number in the file and by code in the records.
    """
    there = _recorded(sorting.kept, store, wish)
    if not there or not sorting.kept:
        return []
    new = [(str(one.number), one.geometry) for one in sorting.kept]
    ids = [*(name for name, _shape in new), *(f"/{code}" for code, _shape in there)]
    shapes = [*(shape for _name, shape in new), *(shape for _code, shape in there)]
    sizes = dict(zip(ids, shapely.area(shapes).tolist(), strict=True))
    pairs = [
        each
        for each in audit.find_overlaps(np.array(shapes, dtype=object), ids)
        if not each.a.startswith("/") and each.b.startswith("/")
    ]
    same = {
        int(each.a): each.b[1:]
        for each in pairs
        if each.area_m2 > SAME_SHARE * max(sizes[each.a], sizes[each.b])
    }
    labels = {one.number: _label(one) for one in sorting.kept}
    sorting.drop({number: land_reasons.same_ground(labels[number], code) for number, code in same.items()})
    return [replace(each, b=each.b[1:]) for each in pairs if int(each.a) not in same]


def _recorded(kept: Sequence[Incoming], store: Store, wish: Wish) -> list[tuple[str, BaseGeometry]]:
    """Return code and shape of what the records hold of the same kind about there."""
    if wish.what in UNITS:
        units = store.units.find(tier=wish.what)
        return [(unit.code, unit.geometry) for unit in units if unit.geometry is not None]
    if not kept:
        return []
    west, south, east, north = shapely.total_bounds(_shapes(kept)).tolist()
    shapes = store.plots.agreed(box=(west, south, east, north))
    return [
        (plot.code, shapes[plot.id])
        for plot in (store.plots.current() if shapes else ())
        if plot.id in shapes and plot.land_use == wish.what
    ]


def _give_codes(sorting: _Sorting, store: Store, wish: Wish) -> int:
    """Give a code to what has none; return to how many."""
    used = _codes(store, wish) | {one.code for one in sorting.kept}
    free = _free_codes("U" if wish.what in UNITS else "L", used)
    lacking = [place for place, one in enumerate(sorting.kept) if not one.code]
    for place in lacking:
        sorting.kept[place] = replace(sorting.kept[place], code=next(free))
    return len(lacking)


def _free_codes(letter: str, used: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if (code := f"{letter}-{number:05d}") not in used:
            yield code


def _codes(store: Store, wish: Wish) -> set[str]:
    if wish.what in UNITS:
        return {unit.code for unit in store.units.find()}
    return {plot.code for plot in store.plots.current()}


def _measured(kept: Sequence[Incoming], store: Store) -> list[Incoming]:
    """Put in the areas of record."""
    if not kept:
        return []
    areas = measure.areas_m2([one.geometry for one in kept], store.zone).tolist()
    return [replace(one, measured_area_m2=area) for one, area in zip(kept, areas, strict=True)]


def _shapes(kept: Sequence[Incoming]) -> npt.NDArray[Any]:
    return np.array([one.geometry for one in kept], dtype=object)


def _no_areas(files: Sequence[TakenFile]) -> Iterator[Skipped]:
    """Yield what is said of files that cannot be placed, and of lines and points, which are no plots."""
    for file in files:
        areas = sum(shapely.get_dimensions(one.geometry) == 2 for one in file.features)
        if file.error is not None:
            yield Skipped(number=0, code="", problem=file.error.problem())
        elif not file.placed:
            yield Skipped(number=0, code="", problem=land_reasons.not_placed(file.path))
        elif len(file.features) > areas and (areas or not file.areas()):
            yield Skipped(
                number=0, code="", problem=land_reasons.no_area(file.path, len(file.features) - areas)
            )


def _notes(
    features: Sequence[TakenFeature], kept: Sequence[Incoming], wish: Wish, given: int, mended: int
) -> tuple[Problem, ...]:
    hidden = land_columns.identity_columns([feature.properties for feature in features])
    by_name = any(one.holder and not one.holder_code for one in kept)
    said = (
        land_reasons.identity(hidden) if hidden else None,
        land_reasons.codes_given(given) if given else None,
        land_reasons.parted(mended) if mended else None,
        land_reasons.holders_by_name(wish.columns.holder or "") if by_name else None,
    )
    return tuple(problem for problem in said if problem is not None)
