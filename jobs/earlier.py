"""An earlier division, read back: who was in which group, to follow life from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import FileError, Problem
from jobs.households import Township
from jobs.layer_files import Layer

__all__ = ["Earlier", "read_earlier"]

IntArray = npt.NDArray[np.int64]

_GROUPS: Final = ("group_id", "group", "grid_id", "grid", "组号", "十户组", "网格", "网格编号", "联户组")
_PARENTS: Final = ("parent_id", "parent")
_MOVED_M: Final = 0.02
_DRAWN_ELSEWHERE_M: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The earlier groups of the households of a township.

    Attributes
    ----------
    names : tuple of str
        Names of the earlier groups.
    group : array of int, shape (n,)
        Number of each household's earlier group in ``names``; -1 for newcomers.
    changed : array of bool, shape (m,)
        Parents in which households came, went or moved.
    left : int
        Households that are no longer there.
    problems : tuple of Problem
        What could not be followed.
    """

    names: tuple[str, ...]
    group: IntArray
    changed: npt.NDArray[np.bool_]
    left: int
    problems: tuple[Problem, ...]


def read_earlier(layer: Layer, township: Township) -> Earlier:
    """Return who was in which group.

    Raises
    ------
    FileError
        ``no_earlier_groups``: the layer does not name households and groups; ``nobody_known``: none of its
        households is among those to divide.
    """
    id_column, group_column = _columns(layer, township)
    rows = {feature.properties.get(id_column, ""): feature for feature in layer.features}
    place = {number: at for at, number in enumerate(township.ids)}
    known = [number for number in rows if number in place]
    if not known:
        raise _nobody_known(layer, id_column)
    named = {number: rows[number].properties.get(group_column, "") for number in rows}
    names = tuple(sorted({name for name in named.values() if name}))
    index = {name: at for at, name in enumerate(names)}
    group = np.array([index.get(named.get(number, ""), -1) for number in township.ids], dtype=np.int64)
    home = _homes(layer, township, named, group, index)
    return Earlier(
        names=names,
        group=group,
        changed=_changed(layer, township, rows, home, group),
        left=len(rows) - len(known),
        problems=(),
    )


def _columns(layer: Layer, township: Township) -> tuple[str, str]:
    columns = list(dict.fromkeys(name for feature in layer.features[:200] for name in feature.properties))
    ids = [name for name in (township.id_column, "household_id") if name in columns]
    groups = [name for name in _GROUPS if name in columns and name not in ids]
    if not ids or not groups:
        raise FileError(
            "no_earlier_groups",
            zh="文件 {name} 里找不到户号和组号两列（应有 household_id 与 group_id）：请用上次划分写出的文件。",
            en="File {name} has no columns for household and group (household_id and group_id): use the file that an "
            "earlier division wrote.",
            where=str(layer.name.path),
            name=layer.name.path.name,
        )
    return ids[0], groups[0]


def _nobody_known(layer: Layer, column: str) -> FileError:
    return FileError(
        "nobody_known",
        zh="文件 {name} 的“{column}”与本次的户号没有一个相同：请检查是否拿错了文件。",
        en="No {column} of {name} is among the households to divide: check that it is the right file.",
        where=str(layer.name.path),
        name=layer.name.path.name,
        column=column,
    )


def _homes(
    layer: Layer,
    township: Township,
    named: Mapping[str, str],
    group: IntArray,
    index: Mapping[str, int],
) -> dict[str, int]:
    """Return the parent each household of the earlier file was in, by its column or by its group's people."""
    parent_of = {name: at for at, name in enumerate(township.parents.ids)}
    column = next((name for name in _PARENTS if name in layer.features[0].properties), "")
    id_column = _columns(layer, township)[0]
    found = {}
    stayed = group >= 0
    votes = np.zeros((len(index), len(parent_of)), dtype=np.int64)
    np.add.at(votes, (group[stayed], township.parent[stayed]), 1)
    for feature in layer.features:
        number = feature.properties.get(id_column, "")
        said = parent_of.get(feature.properties.get(column, ""), -1)
        if said < 0 and named.get(number, "") in index:
            said = int(votes[index[named[number]]].argmax())
        found[number] = said
    return found


def _changed(
    layer: Layer,
    township: Township,
    rows: Mapping[str, object],
    home: Mapping[str, int],
    group: IntArray,
) -> npt.NDArray[np.bool_]:
    """Tell in which parents somebody came, went or moved."""
    changed = np.zeros(len(township.parents.ids), dtype=bool)
    changed[township.parent[group < 0]] = True
    here = set(township.ids)
    gone = [home[number] for number in rows if number not in here and home[number] >= 0]
    changed[gone] = True
    places, tolerance_m = _places(layer, _columns(layer, township)[0])
    for at, number in enumerate(township.ids):
        if number in home and home[number] != township.parent[at]:
            changed[[township.parent[at], *([home[number]] if home[number] >= 0 else [])]] = True
        before = places.get(number)
        if before is not None and np.hypot(*(township.given_en[at] - before)) > tolerance_m:
            changed[township.parent[at]] = True
    return changed


def _places(layer: Layer, id_column: str) -> tuple[dict[str, Sequence[float]], float]:
    """Return where each household stood, and how far it may seem to have moved without having done so.

    That is where it was surveyed when the file tells; else where it was drawn, some centimetres off.
    """
    numbers = [feature.properties.get(id_column, "") for feature in layer.features]
    try:
        surveyed = [
            (float(feature.properties["easting_m"]), float(feature.properties["northing_m"]))
            for feature in layer.features
        ]
    except (KeyError, ValueError):
        drawn = shapely.get_coordinates([feature.geometry for feature in layer.features])
        return dict(zip(numbers, drawn.tolist(), strict=True)), _DRAWN_ELSEWHERE_M
    return dict(zip(numbers, surveyed, strict=True)), _MOVED_M
