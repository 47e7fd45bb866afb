"""What is said about households and parents that do not fit together: one sentence each, with the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from data.importing import Unplaced
from data.importing.places import place_in_words
from geo.audit import Overlap
from geo.errors import Problem
from geo.units import format_number
from jobs.taken import TakenFeature

__all__ = [
    "in_two_parents",
    "mended",
    "number_twice",
    "overlapping",
    "parent_numbers_repeat",
    "parent_unknown",
    "pulled_in",
    "to_place",
    "without_households",
]

_MOST_NAMED = 20


def _en(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} … ({len(names)})"


def _zh(names: Sequence[str]) -> str:
    """Return the same in Chinese."""
    shown = "、".join(place_in_words(name, "zh") for name in names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else f"{shown} 等 {len(names)} 处"


def to_place(records: Sequence[Unplaced]) -> Problem:
    """Say which households have no coordinates."""
    rows = [f"{item.name} ({item.where})" if item.name else item.where for item in records]
    return Problem(
        "households_to_place",
        f"有 {len(records)} 户没有坐标，已列入待落图名单，未参加划分：{_zh(rows)}。",
        f"{len(records)} households have no coordinates; they are kept in the list to be placed: {_en(rows)}.",
        records[0].where,
        "补上坐标或在图上点出位置后重新划分。",
        "Add their coordinates, or point at them on the map, and divide again.",
    )


def in_two_parents(number: str, rows: Sequence[str], parents: Sequence[str], kept: str) -> Problem:
    """Say that one household is listed in two parents."""
    return Problem(
        "household_in_two_parents",
        f"户号 {number} 同时列在 {_zh(parents)}（{_zh(rows)}）：只在 {kept} 计一次。",
        f"Household {number} is listed in {_en(parents)} ({_en(rows)}): it counts once, in {kept}.",
        rows[0],
        "请核实这一户属于哪个单元，删去多余的一行。",
        "Find out where it belongs and delete the other row.",
    )


def number_twice(number: str, rows: Sequence[str], counted_once: Sequence[str]) -> Problem:
    """Say that a number comes more than once in one parent."""
    if counted_once:
        zh, en = (
            f"{_zh(counted_once)} 与前面相同，不重复计",
            f"{_en(counted_once)} repeat it and do not count",
        )
    else:
        zh, en = (
            "内容不同，都保留，后面的编号加了尾号",
            "they differ, so all count, the later ones with a tail to the number",
        )
    return Problem(
        "number_twice",
        f"户号 {number} 出现 {len(rows)} 次（{_zh(rows)}）：{zh}。",
        f"Number {number} comes {len(rows)} times ({_en(rows)}): {en}.",
        rows[0],
        "请改正户号。",
        "Correct the numbers.",
    )


def parent_unknown(column: str, features: Sequence[TakenFeature]) -> Problem:
    """Say that some households name no parent, or one that is not there."""
    said = [f"{item.properties.get(column, '') or '—'} ({item.where})" for item in features]
    return Problem(
        "parent_unknown",
        f"有 {len(features)} 户的“{column}”为空或找不到对应单元，按所在位置归属：{_zh(said)}。",
        f"{len(features)} households name no known parent in {column!r} and were put where they stand: {_en(said)}.",
        features[0].where,
        "请核对这些户的归属。",
        "Check where they belong.",
    )


def parent_numbers_repeat(column: str, names: Sequence[str], features: Sequence[TakenFeature]) -> Problem:
    """Say that numbers of parents are missing or come twice."""
    twice = [
        f"{name or '—'} ({feature.where})"
        for name, feature in zip(names, features, strict=True)
        if not name or names.count(name) > 1
    ]
    return Problem(
        "parent_numbers_repeat",
        f"上级单元的“{column}”有空缺或重复，后面的加了尾号：{_zh(twice)}。",
        f"Parents' {column!r} is blank or repeated; later ones got a tail: {_en(twice)}.",
        features[0].where,
        "请给每个单元唯一的编号。",
        "Give every parent a number of its own.",
    )


def without_households(ids: Sequence[str], parent: npt.NDArray[np.int64]) -> list[Problem]:
    """Say which parents have no household."""
    empty = sorted(set(range(len(ids))) - set(parent.tolist()))
    if not empty:
        return []
    names = [ids[number] for number in empty]
    return [
        Problem(
            "parent_without_households",
            f"有 {len(empty)} 个单元没有户：{_zh(names)}。这些单元不划分。",
            f"{len(empty)} parents have no household: {_en(names)}. They are not divided.",
            ids[empty[0]],
            "请核对户的坐标或归属；确无住户的，并入相邻单元。",
            "Check the households' places; join parents without any to a neighbour.",
        )
    ]


def overlapping(overlaps: Sequence[Overlap], features: Sequence[TakenFeature]) -> Problem:
    """Say which parents overlap."""

    def name(number: str) -> str:
        feature = features[int(number)]
        return f"{feature.name} ({feature.where})" if feature.name else feature.where

    pairs = [f"{name(each.a)} × {name(each.b)} {format_number(each.area_m2)} m²" for each in overlaps]
    return Problem(
        "parents_overlap",
        f"上级单元有 {len(overlaps)} 处重叠：{_zh(pairs)}。重叠部分归排在前面的单元。",
        f"Parents overlap in {len(overlaps)} places: {_en(pairs)}. The ground goes to the one listed first.",
        features[int(overlaps[0].a)].where,
        "请先改正上级单元的界线。",
        "Correct the parents' borders first.",
    )


def mended(where: str) -> Problem:
    """Say that an area crosses itself."""
    return Problem(
        "parent_mended",
        "单元的界线自相交，已在本次划分的副本里修复，原图形未改动。",
        "The parent's border crosses itself; it was mended in this division's copy only.",
        where,
        "请改正这一单元的界线。",
        "Correct its border.",
    )


def pulled_in(rows: Sequence[tuple[str, str, float]]) -> Problem:
    """Say which households stand outside their parent: (number, row, metres)."""
    said = [f"{number} ({where}, {format_number(away, 1)} m)" for number, where, away in rows]
    return Problem(
        "households_outside_parent",
        f"有 {len(rows)} 户在所属单元之外，已移到界内最近处：{_zh(said)}。",
        f"{len(rows)} households stand outside their parent and were pulled to its nearest point: {_en(said)}.",
        rows[0][1],
        "请核对坐标和归属。",
        "Check their coordinates and where they belong.",
    )
