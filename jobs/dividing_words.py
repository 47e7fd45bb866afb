"""What is said about a division: parents that cannot be cut as wanted, certificates, and the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from geo.certificate import Certificate, Reason
from geo.errors import Language, Problem
from geo.partition import Division, ParentResult
from geo.territory import Territories
from geo.windows import LeastChange, SizeWindow
from jobs.households import Township

__all__ = ["infeasible", "of_result", "parent_row"]

_MOST_NEIGHBOURS: Final = 3
_WHY: Final[Mapping[Reason, tuple[str, str]]] = {
    "optimal": ("已证明不可能更好", "proven: nothing can be better"),
    "connected": (
        "下限不要求各组连片；要连片就可能做不到更小",
        "the bound's own groups are not in one piece; connected groups may have to be dearer",
    ),
    "searched": ("可能还有更好的分法，可用彻底模式再找", "a better one may exist; try the thorough effort"),
    "relaxed": (
        "单元较大，下限是松弛值，本身可能偏低",
        "a large parent: the bound is a relaxation and may itself be too low",
    ),
}


def infeasible(
    township: Township, division: Division, window: SizeWindow, lang: Language
) -> list[dict[str, Any]]:
    """Return the parents that cannot be cut as wanted, each with the least change that makes it possible."""
    found = []
    for result in division.parents:
        if result.least_change is None or not result.households:
            continue
        joins = _joins(township, division, window, result.parent)
        row = {
            "parent": township.parents.ids[result.parent],
            "name": township.parents.features[result.parent].name,
            "households": result.households,
            "groups": result.groups,
            "least_change": _change(result.least_change),
            "join": joins,
            "tiers": _tiers(township, division, window, result.parent),
        }
        found.append(row | {"sentence": _sentence(row, result.least_change, joins, lang)})
    return found


def _change(change: LeastChange) -> dict[str, Any]:
    return {
        "least": change.least,
        "most": change.most,
        "groups": change.groups,
        "households_in": change.households_in,
        "households_out": change.households_out,
    }


def _joins(township: Township, division: Division, window: SizeWindow, parent: int) -> list[dict[str, Any]]:
    """Return the neighbours with which the parent could be cut as wanted, longest common border first."""
    areas = township.parents.areas
    near = shapely.STRtree(areas).query(areas[parent], predicate="intersects")
    own = division.parents[parent].households
    borders = []
    for other in near[near != parent].tolist():
        together = own + division.parents[other].households
        border_m = float(shapely.length(shapely.intersection(areas[parent], areas[other])))
        if border_m > 0 and window.group_counts(together):
            borders.append((border_m, other, together))
    return [
        {
            "parent": township.parents.ids[other],
            "households": together,
            "groups": window.group_count(together),
            "common_border_m": round(border_m, 1),
        }
        for border_m, other, together in sorted(borders, key=lambda row: (-row[0], row[1]))[:_MOST_NEIGHBOURS]
    ]


def _tiers(township: Township, division: Division, window: SizeWindow, parent: int) -> list[dict[str, Any]]:
    """Return the upper units named in the parents' columns that could be cut as wanted as a whole."""
    features = township.parents.features
    found = []
    for column, value in features[parent].properties.items():
        same = [at for at, feature in enumerate(features) if feature.properties.get(column) == value]
        households = sum(division.parents[at].households for at in same)
        if value and 1 < len(same) < len(features) and window.group_counts(households):
            row = {"column": column, "value": value, "parents": len(same), "households": households}
            found.append(row | {"groups": window.group_count(households)})
    return found


def _sentence(
    row: Mapping[str, Any], change: LeastChange, joins: list[dict[str, Any]], lang: Language
) -> str:
    zh = [f"把每组户数放宽到 {change.least}–{change.most} 户，分 {change.groups} 组"]
    en = [f"open the sizes to {change.least}-{change.most} ({change.groups} groups)"]
    if change.households_out:
        zh.append(f"划出 {change.households_out} 户")
        en.append(f"give {change.households_out} households away")
    if change.households_in:
        zh.append(f"划入 {change.households_in} 户")
        en.append(f"take {change.households_in} in")
    if joins:
        zh.append(f"与 {joins[0]['parent']} 合起来划分")
        en.append(f"divide it together with {joins[0]['parent']}")
    if lang == "zh":
        return (
            f"{row['parent']} 有 {row['households']} 户，分不出要求的大小；最小的改动："
            + "；或".join(zh)
            + "。"
        )
    return f"{row['parent']} has {row['households']} households and cannot be cut as wanted; least: {', or '.join(en)}."


def parent_row(
    township: Township, result: ParentResult, certificate: Certificate | None, lang: Language
) -> dict[str, Any]:
    """Return one parent's figures with its certificate."""
    row: dict[str, Any] = {
        "parent": township.parents.ids[result.parent],
        "households": result.households,
        "groups": result.groups,
        "feasible": result.feasible,
        "bridged": result.bridged,
        "torn": result.torn,
        "objective_m": round(result.objective_m, 3),
    }
    if certificate is not None:
        row |= {
            "bound_m": round(certificate.bound_m, 3),
            "bound_method": certificate.method,
            "gap": round(certificate.gap, 6),
            "why": _WHY[certificate.reason][0 if lang == "zh" else 1],
            "reason": certificate.reason,
        }
    return row


def of_result(township: Township, division: Division, territories: Territories) -> list[Problem]:
    """Return what else is to be said about a division."""
    found = []
    places = defaultdict(list)
    for group in territories.several_parts.tolist():
        places[township.parents.ids[division.group_parent[group]]].append(group)
    if places:
        names = ", ".join(f"{parent} ({len(groups)})" for parent, groups in places.items())
        found.append(
            Problem(
                "groups_in_several_places",
                f"这些单元本身不连片，其中有的组只能由几块组成：{names}。",
                f"These parents are not in one piece, so that groups of theirs are in several: {names}.",
                next(iter(places)),
            )
        )
    if len(territories.outside):
        names = ", ".join(township.ids[at] for at in territories.outside[:20].tolist())
        found.append(
            Problem(
                "households_off_ground",
                f"这些户没有落在本组的范围内：{names}。",
                f"These households do not stand on their group's ground: {names}.",
                township.rows[int(territories.outside[0])],
                "坐标过密，请核对这些户的坐标。",
                "They stand too close together; check their coordinates.",
            )
        )
    if not territories.coverage_valid or not np.isfinite(territories.area_error):
        found.append(
            Problem(
                "coverage_not_valid",
                "各组的范围之间仍有缝隙或重叠。",
                "Gaps or overlaps remain between the groups' ground.",
                "",
                "请检查上级单元的界线。",
                "Check the parents' borders.",
            )
        )
    return found
