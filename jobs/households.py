"""Households and the parents they belong to, made out of two layers, with everything odd said plainly.

Rules: (1) a column that households and parents share says who belongs where, when it agrees with the ground for
most; else the ground says it; (2) a household standing outside its parent stays with it and is pulled in; (3) a
number that comes twice: the same household again is counted once, another one keeps its row under a new number,
and one listed in two parents counts in the one it stands in; (4) nobody is dropped: records without a place are
kept in a list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from data.importing import Unplaced
from geo.audit import find_overlaps
from geo.errors import FileError, Problem
from jobs import household_words as words
from jobs.layer_files import Layer
from jobs.taken import TakenFeature

__all__ = ["Parents", "Township", "match"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
GeometryArray = npt.NDArray[Any]

_IDS: Final = (
    "household_id", "hh_id", "户号", "户编号", "户编码", "户籍编号", "家庭编号", "农户编号", "门牌号", "编号", "序号", "id", "fid",
)  # fmt: skip
_PARENT_IDS: Final = (
    "parent_id", "group_id", "unit_id", "小组编号", "组编号", "村组编号", "单元编号", "编号", "编码", "代码", "code", "id",
    "name", "名称", "小组名称", "组名", "村民小组", "组别",
)  # fmt: skip
_AGREEMENT: Final = 0.5
_SLIVER_M2: Final = 1e-6
_JOINT: Final = "·"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parents:
    """The units households are divided inside.

    Attributes
    ----------
    ids : tuple of str
        Unique.
    areas : array of Polygon or MultiPolygon
        Valid, none overlapping another.
    features : tuple of TakenFeature
        As read.
    """

    ids: tuple[str, ...]
    areas: GeometryArray
    features: tuple[TakenFeature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """Households with a place and a parent each.

    Attributes
    ----------
    ids, rows : tuple of str
        Number of each household, unique; its place in the file.
    given_en : array, shape (n, 2)
        Easting and northing as surveyed.
    parent : array of int, shape (n,)
        Index into ``parents``.
    features : tuple of TakenFeature
        As read, one a household.
    id_column, parent_column : str
        Where the numbers came from; empty when not from a column.
    to_place : tuple of Unplaced
        Records without coordinates.
    problems : tuple of Problem
        Everything odd, with the rows.
    """

    parents: Parents
    ids: tuple[str, ...]
    rows: tuple[str, ...]
    given_en: FloatArray
    parent: IntArray
    features: tuple[TakenFeature, ...]
    id_column: str
    parent_column: str
    to_place: tuple[Unplaced, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Roll:
    """Households while they are being matched."""

    features: list[TakenFeature]
    places: FloatArray
    numbers: list[str]
    parent: IntArray
    stands_in: IntArray


def match(households: Layer, parents: Layer) -> Township:
    """Return the households of a township with their parents.

    Raises
    ------
    FileError
        ``no_households``: no household has a place.
    """
    problems: list[Problem] = [*parents.problems]
    problems.extend(item for item in households.problems if item not in problems)
    areas = _tidy(parents.features, problems)
    features = list(households.features)
    places = _places(features)
    stands_in = _standing(places, areas)
    column, values, said = _column(features, parents.features, stands_in)
    ids = _parent_ids(parents.features, values, problems)
    parent = _belonging(features, column, said, stands_in, (places, areas), problems)
    id_column = _id_column(features, column)
    numbers = [feature.properties.get(id_column, "") for feature in features]
    roll = _Roll(features, places, numbers, parent, stands_in)
    kept, final = _counted_once(roll, ids, problems)
    if not kept:
        raise FileError(
            "no_households",
            zh="文件 {name} 里没有一户有坐标：请补上坐标后再试。",
            en="No household of {name} has coordinates: add them.",
            where=str(households.name.path),
            name=households.name.path.name,
        )
    problems.extend(words.without_households(ids, parent[kept]))
    if households.unplaced:
        problems.append(words.to_place(households.unplaced))
    return Township(
        parents=Parents(ids=ids, areas=areas, features=parents.features),
        ids=tuple(final),
        rows=tuple(features[at].where for at in kept),
        given_en=places[kept],
        parent=parent[kept],
        features=tuple(features[at] for at in kept),
        id_column=id_column,
        parent_column=column,
        to_place=households.unplaced,
        problems=tuple(problems),
    )


def _tidy(features: Sequence[TakenFeature], problems: list[Problem]) -> GeometryArray:
    """Return valid areas that do not overlap; ground claimed twice goes to the one listed first."""
    areas = np.empty(len(features), dtype=object)
    for number, feature in enumerate(features):
        area = feature.geometry
        if not area.is_valid:
            area = shapely.make_valid(area, method="structure", keep_collapsed=False)
            problems.append(words.mended(feature.where))
        areas[number] = shapely.normalize(area) if area.geom_type == "GeometryCollection" else area
    names = [str(number) for number in range(len(areas))]
    overlaps = [each for each in find_overlaps(areas, names) if each.area_m2 > _SLIVER_M2]
    if overlaps:
        problems.append(words.overlapping(overlaps, features))
    for overlap in overlaps:
        low, high = sorted((int(overlap.a), int(overlap.b)))
        areas[high] = _only_areas(shapely.difference(areas[high], areas[low]))
    return areas


def _only_areas(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts([shape]) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _places(features: Sequence[TakenFeature]) -> FloatArray:
    """Return where each household stands; a building stands for its household."""
    shapes = np.array([feature.geometry for feature in features], dtype=object)
    spread = ~np.isin(shapely.get_type_id(shapes), (0,))
    shapes[spread] = shapely.point_on_surface(shapes[spread])
    return np.round(shapely.get_coordinates(shapes), 3)


def _standing(places: FloatArray, areas: GeometryArray) -> IntArray:
    """Return the parent each household stands in, -1 for none; on a common border the first."""
    found = np.full(len(places), -1, dtype=np.int64)
    at, area = shapely.STRtree(areas).query(shapely.points(places), predicate="intersects")
    order = np.lexsort((-area, at))
    found[at[order]] = area[order]
    return found


def _column(
    features: Sequence[TakenFeature], parents: Sequence[TakenFeature], stands_in: IntArray
) -> tuple[str, list[str] | None, IntArray]:
    """Return the households' column that names their parent, the parents' own names, and whom it names.

    It is the one that agrees with the ground for the most households, and for half of them at least.
    """
    known = stands_in >= 0
    best: tuple[float, bool, int] = (_AGREEMENT, False, -len(_PARENT_IDS) - 1)
    found: tuple[str, list[str] | None, IntArray] = ("", None, np.full(len(features), -1, dtype=np.int64))
    for own, names, column, values in _candidates(features, parents):
        place = {name: number for number, name in enumerate(names)}
        said = np.array([place.get(value, -1) for value in values], dtype=np.int64)
        agree = float((said[known] == stands_in[known]).mean()) if known.any() else 0.0
        rank = (round(agree, 3), column == own, -_position(own, _PARENT_IDS))
        if rank > best:
            best, found = rank, (column, names, said)
    return found


def _candidates(
    features: Sequence[TakenFeature], parents: Sequence[TakenFeature]
) -> Iterator[tuple[str, list[str], str, list[str]]]:
    """Yield parents' columns that name each of them, with households' columns that may refer to them.

    Where village and group together name a parent, both columns go together.
    """
    columns = _columns(features)
    for own, names in _name_columns(parents).items():
        for column in columns:
            yield own, names, column, [feature.properties.get(column, "") for feature in features]
    common = [column for column in _columns(parents) if column in columns][:6]
    for pair in combinations(common, 2):
        names = [_JOINT.join(parent.properties.get(column, "") for column in pair) for parent in parents]
        if len(set(names)) == len(names):
            values = [
                _JOINT.join(feature.properties.get(column, "") for column in pair) for feature in features
            ]
            yield _JOINT.join(pair), names, _JOINT.join(pair), values


def _columns(features: Sequence[TakenFeature]) -> list[str]:
    return list(dict.fromkeys(column for feature in features[:200] for column in feature.properties))


def _name_columns(parents: Sequence[TakenFeature]) -> dict[str, list[str]]:
    """Return the columns of the parents whose values are all there and all different."""
    found = {}
    for column in _columns(parents):
        names = [parent.properties.get(column, "") for parent in parents]
        if all(names) and len(set(names)) == len(names):
            found[column] = names
    return found


def _position(name: str, wanted: Sequence[str]) -> int:
    folded = name.strip().lower()
    return wanted.index(folded) if folded in wanted else len(wanted)


def _parent_ids(
    parents: Sequence[TakenFeature], linked: list[str] | None, problems: list[Problem]
) -> tuple[str, ...]:
    """Return unique names of the parents: those households refer to, else the likeliest column."""
    if linked is not None:
        return tuple(linked)
    columns = _name_columns(parents)
    if columns:
        return tuple(columns[min(columns, key=lambda column: _position(column, _PARENT_IDS))])
    usual = [column for column in _columns(parents) if _position(column, _PARENT_IDS) < len(_PARENT_IDS)]
    if usual:
        column = min(usual, key=lambda name: _position(name, _PARENT_IDS))
        names = [parent.properties.get(column, "") for parent in parents]
        problems.append(words.parent_numbers_repeat(column, names, parents))
        return tuple(
            _made_unique([name or parent.where for name, parent in zip(names, parents, strict=True)])
        )
    return tuple(str(number + 1) for number in range(len(parents)))


def _belonging(
    features: Sequence[TakenFeature],
    column: str,
    said: IntArray,
    stands_in: IntArray,
    ground: tuple[FloatArray, GeometryArray],
    problems: list[Problem],
) -> IntArray:
    """Return the parent of each household: the one named, else the one it stands in, else the nearest."""
    parent = np.where(said >= 0, said, stands_in)
    if column:
        unknown = np.flatnonzero(said < 0)
        if len(unknown):
            problems.append(words.parent_unknown(column, [features[at] for at in unknown.tolist()]))
    lost = np.flatnonzero(parent < 0)
    if len(lost):
        places, areas = ground
        parent[lost] = shapely.STRtree(areas).query_nearest(shapely.points(places[lost]), all_matches=False)[
            1
        ]
    return np.asarray(parent, dtype=np.int64)


def _id_column(features: Sequence[TakenFeature], parent_column: str) -> str:
    """Return the column with the households' numbers, or nothing."""
    columns = [column for column in _columns(features) if column != parent_column]
    usual = [column for column in columns if _position(column, _IDS) < len(_IDS)]
    if usual:
        return min(usual, key=lambda column: _position(column, _IDS))
    full = [
        column
        for column in columns
        if len({feature.properties.get(column, "") for feature in features} - {""}) == len(features)
    ]
    return full[0] if full else ""


def _counted_once(
    roll: _Roll, parents: Sequence[str], problems: list[Problem]
) -> tuple[list[int], list[str]]:
    """Return the households that count, and their numbers made unique; say what was found twice."""
    rows: dict[str, list[int]] = defaultdict(list)
    for at, number in enumerate(roll.numbers):
        if number:
            rows[number].append(at)
    left_out: set[int] = set()
    for number, found in rows.items():
        if len(found) > 1:
            left_out |= _repeated(roll, number, found, parents, problems)
    kept = [at for at in range(len(roll.features)) if at not in left_out]
    names = [roll.numbers[at] or f"#{at + 1}" for at in kept]
    return kept, _made_unique(names)


def _repeated(
    roll: _Roll, number: str, found: list[int], parents: Sequence[str], problems: list[Problem]
) -> set[int]:
    """Return which rows of one number do not count, and say so."""
    where = [roll.features[at].where for at in found]
    homes = list(dict.fromkeys(roll.parent[found].tolist()))
    if len(homes) > 1:
        standing = [at for at in found if roll.stands_in[at] == roll.parent[at]]
        keeper = (standing or found)[0]
        names = [parents[home] for home in homes]
        problems.append(words.in_two_parents(number, where, names, parents[roll.parent[keeper]]))
        return {at for at in found if roll.parent[at] != roll.parent[keeper]} | _same_again(
            roll, [at for at in found if roll.parent[at] == roll.parent[keeper]]
        )
    again = _same_again(roll, found)
    problems.append(words.number_twice(number, where, [roll.features[at].where for at in sorted(again)]))
    return again


def _same_again(roll: _Roll, found: list[int]) -> set[int]:
    """Return the rows that say the same of the same place as an earlier one."""
    seen: set[tuple[Any, ...]] = set()
    again = set()
    for at in found:
        key = (*roll.places[at].tolist(), *sorted(roll.features[at].properties.items()))
        if key in seen:
            again.add(at)
        seen.add(key)
    return again


def _made_unique(names: list[str]) -> list[str]:
    """Return names with a running number after those that came before."""
    taken, counts, found = set(names), Counter[str](), []
    for name in names:
        counts[name] += 1
        unique = name
        while counts[name] > 1 and (unique in taken or unique in found):
            unique = f"{name}-{counts[name]}"
            counts[name] += int(unique in taken)
        found.append(unique)
        taken.add(unique)
    return found
