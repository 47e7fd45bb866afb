"""Can these observations be adjusted at all: names that are known, points that are touched, parts that hang together."""

from __future__ import annotations

from collections import Counter

from geo.errors import GeometryError
from geo.observation import Network, Observation

__all__ = ["check_network", "parts"]

_SHOWN = 5


def check_network(network: Network) -> None:
    """Refuse a network that cannot be adjusted, naming the observation or the points and the remedy.

    Raises
    ------
    GeometryError
        ``no_observations``, ``point_twice``, ``point_unknown``, ``same_point_twice``, ``point_alone``, ``unconnected``.
    """
    if not network.observations:
        raise GeometryError(
            "no_observations",
            zh="没有任何观测：请录入距离、角度或高差。",
            en="There are no observations: enter distances, angles or height differences.",
        )
    _check_names(network)
    known = {point.id for point in network.points}
    for seen in network.observations:
        _check_ends(seen, known)
    _check_touched(network)
    _check_connected(network)


def _check_names(network: Network) -> None:
    name, count = (
        Counter(point.id for point in network.points).most_common(1)[0] if network.points else ("", 0)
    )
    if count > 1:
        raise GeometryError(
            "point_twice",
            zh="点表里有 {count} 个点都叫 {point}：若是两个点请改名，若是同一点请只留一行。",
            en="{count} points are called {point}: rename one if they are two, keep one row if they are one.",
            where=name,
            point=name,
            count=count,
        )


def _check_ends(seen: Observation, known: set[str]) -> None:
    for name in (seen.at, seen.to, seen.back):
        if name and name not in known:
            raise GeometryError(
                "point_unknown",
                zh="观测 {observation} 里的点 {point} 不在点表中：请补上这个点，或改正点名。",
                en="Observation {observation} names point {point}, which is not in the list: add it or correct the name.",
                where=seen.name,
                observation=seen.name,
                point=name,
            )
    if (seen.to == seen.at and seen.kind != "coordinate") or (seen.back and seen.back in (seen.at, seen.to)):
        raise GeometryError(
            "same_point_twice",
            zh="观测 {observation} 的测站、后视、目标里有两个是同一个点：请改正点名。",
            en="Observation {observation} has the same station and target, or sights one point twice: correct the name.",
            where=seen.name,
            observation=seen.name,
        )


def _check_touched(network: Network) -> None:
    touched = {name for seen in network.observations for name in (seen.at, seen.to, seen.back)}
    free = [p.id for p in network.points if "fixed" not in (p.plane, p.vertical) and (p.plane or p.vertical)]
    alone = sorted(set(free) - touched)
    if alone:
        raise GeometryError(
            "point_alone",
            zh="点 {points} 没有任何观测：请补测，或从点表中删去。",
            en="No observation touches point {points}: observe it or take it off the list.",
            where=alone[0],
            points=_shown(alone),
        )


def parts(network: Network) -> list[list[str]]:
    """Return the points that observations join, the largest part first; known points hang together by themselves."""
    parent = {point.id: point.id for point in network.points}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    anchors = [point.id for point in network.points if "fixed" in (point.plane, point.vertical)]
    anchors += [seen.at for seen in network.observations if seen.kind == "coordinate"]
    joined = [anchors] + [[n for n in (o.at, o.to, o.back) if n] for o in network.observations]
    for names in joined:
        for name in names[1:]:
            parent[root(name)] = root(names[0])
    found: dict[str, list[str]] = {}
    for name in parent:
        found.setdefault(root(name), []).append(name)
    return sorted(found.values(), key=len, reverse=True)


def _check_connected(network: Network) -> None:
    found = parts(network)
    if len(found) < 2:
        return
    fixed = {point.id for point in network.points if "fixed" in (point.plane, point.vertical)}
    loose = next((part for part in found[::-1] if not fixed.intersection(part)), found[-1])
    raise GeometryError(
        "unconnected",
        zh="点 {points}（共 {count} 个）与其余部分没有任何观测相连：请补测一条联系边或方向，或核对是否一点用了两个名字。",
        en="Points {points} ({count} in all) hang on nothing else by any observation: observe a tie, or check whether one point has "
        "two names.",
        where=loose[0],
        points=_shown(loose),
        count=len(loose),
    )


def _shown(names: list[str]) -> str:
    return "、".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
