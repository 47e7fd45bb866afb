"""Divide households into grids and groups: the command ``divide``, and what the page calls.

Files -> households and parents in one plane -> groups, their ground, a certificate per parent -> GeoPackage.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from geo.alignment import align
from geo.certificate import Certificate, certify
from geo.errors import ArgumentError, Language, Problem
from geo.following import Followed, follow
from geo.grouping import EffortName
from geo.partition import Division, Plan, divide, lay_out
from geo.territory import Territories, draw
from geo.ways import AroundBarriers, OnRoads, Sides, Way
from geo.windows import SizeWindow
from jobs import divided_tables, dividing_words, household_words
from jobs.earlier import Earlier, read_earlier
from jobs.households import Township, match
from jobs.inspecting import problem_row
from jobs.layer_files import Layer, LayerName, Role, read_layers

__all__ = ["Divided", "Request", "divide_files", "divide_township", "figures", "make_ready"]

IntArray = npt.NDArray[np.int64]
_REPORTED_M: Final = 0.02
_MIP_SECONDS: Final[Mapping[EffortName, float]] = {"quick": 0.0, "thorough": 20.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to divide, and how.

    Attributes
    ----------
    files : mapping
        ``households`` and ``parents``, and where there are any ``barriers``, ``network``, ``warm``.
    window : SizeWindow
        Sizes wanted.
    out : Path, optional
        GeoPackage to write.
    effort : {"quick", "thorough"}
        Work put into it.
    squares : bool
        Divide by squared distances to the centre of the group, as k-means does.
    bound : bool
        Certify every parent.
    near : (longitude, latitude), optional
        Place of the township, degrees.
    seed : int
        The same seed gives the same groups.
    """

    files: Mapping[Role, LayerName]
    window: SizeWindow
    out: Path | None = None
    effort: EffortName = "quick"
    squares: bool = False
    bound: bool = True
    near: tuple[float, float] | None = None
    seed: int = 1

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, Any]) -> Request:
        """Return what the command line's arguments say.

        Raises
        ------
        ArgumentError
            ``window_impossible``.
        """
        roles: Sequence[Role] = ("households", "parents", "barriers", "network", "warm")
        return cls(
            files={role: LayerName.parse(arguments[role]) for role in roles if arguments.get(role)},
            window=SizeWindow(least=arguments["least"], target=arguments["target"], most=arguments["most"]),
            out=arguments["out"],
            effort=arguments["effort"],
            squares=arguments["measure"] == "squares",
            near=arguments["near"],
            seed=arguments["seed"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """A township divided.

    Attributes
    ----------
    names : tuple of str
        Name of each group; a group that goes on keeps its name.
    crossings : array of int, shape (n,), optional
        Barriers between each household and its medoid.
    followed : Followed, optional
        What changed against the earlier division.
    seconds : mapping
        Seconds of each step, reading and writing apart.
    """

    township: Township
    division: Division
    territories: Territories
    names: tuple[str, ...]
    certificates: tuple[Certificate, ...]
    crossings: IntArray | None = None
    followed: Followed | None = None
    earlier: Earlier | None = None
    problems: tuple[Problem, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def divide_files(request: Request, *, lang: Language = "zh") -> dict[str, Any]:
    """Divide the households of files, write the GeoPackage, and return the figures of CLI.md.

    Raises
    ------
    FileError, CrsError
        A file cannot be used or placed.
    ArgumentError
        ``window_impossible``, ``out_not_gpkg``, ``cannot_write``.
    """
    _check_out(request.out)
    layers = read_layers(request.files, near=request.near)
    township = match(layers["households"], layers["parents"])
    make_ready()
    divided = divide_township(township, request, layers)
    if request.out is not None:
        divided_tables.write(divided, layers["parents"].plane, request.out)
    return figures(divided, request.window, lang)


def _check_out(out: Path | None) -> None:
    if out is not None and out.suffix.lower() != ".gpkg":
        raise ArgumentError(
            "out_not_gpkg",
            zh="结果文件 {name} 应以 .gpkg 结尾：请改正 --out。",
            en="The file to write, {name}, must end in .gpkg: correct --out.",
            where="--out",
            name=out.name,
        )


def divide_township(township: Township, request: Request, layers: Mapping[Role, Layer]) -> Divided:
    """Divide households that have been matched with their parents."""
    clock = _Clock()
    areas = township.parents.areas
    ground = lay_out(township.given_en, township.parent, areas)
    clock.lap("cells")
    barriers, roads = _lines(layers.get("barriers")), _lines(layers.get("network"))
    sides = Sides(ground.sites.placed_en, township.parent, areas, barriers) if len(barriers) else None
    way = _way(township, barriers, roads, sides)
    plan = Plan(
        window=request.window, effort=request.effort, squares=request.squares, way=way, seed=request.seed
    )
    earlier = read_earlier(layers["warm"], township) if "warm" in layers else None
    followed = None
    if earlier is None:
        division = divide(ground, plan)
    else:
        followed = follow(ground, plan, earlier.group, earlier.changed)
        division = followed.division
    clock.lap("groups")
    territories = draw(division, areas)
    if len(barriers) or len(roads):
        territories = align(territories, division, areas, np.concatenate([barriers, roads]))
    clock.lap("polygons")
    certificates = certify(division, mip_seconds=_MIP_SECONDS[request.effort]) if request.bound else ()
    clock.lap("bounds")
    return Divided(
        township=township,
        division=division,
        territories=territories,
        names=_names(township, division, followed, earlier),
        certificates=certificates,
        crossings=None if sides is None else _crossings(sides, division),
        followed=followed,
        earlier=earlier,
        problems=_problems(township, division, territories),
        seconds=clock.laps,
    )


class _Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """End a step."""
        now = time.perf_counter()
        self.laps[name] = now - self._since
        self._since = now


def _lines(layer: Layer | None) -> npt.NDArray[Any]:
    """Return the lines of a layer; of areas, such as wide rivers, their borders."""
    if layer is None:
        return np.empty(0, dtype=object)
    shapes = np.array([feature.geometry for feature in layer.features], dtype=object)
    wide = shapely.get_dimensions(shapes) == 2
    shapes[wide] = shapely.boundary(shapes[wide])
    return np.asarray(shapely.get_parts(shapes), dtype=object)


def _way(
    township: Township, barriers: npt.NDArray[Any], roads: npt.NDArray[Any], sides: Sides | None
) -> Way | None:
    if len(roads):
        nothing = np.empty(0, dtype=object)
        known = sides or Sides(township.given_en, township.parent, township.parents.areas, nothing)
        return OnRoads(township.given_en, roads, known)
    return AroundBarriers(township.given_en, sides) if len(barriers) and sides is not None else None


def _crossings(sides: Sides, division: Division) -> IntArray:
    household = np.arange(len(division.group))
    return np.asarray(sides.crossings(household, division.medoid[division.group]), dtype=np.int64)


def _names(
    township: Township, division: Division, followed: Followed | None, earlier: Earlier | None
) -> tuple[str, ...]:
    """Name groups after their parent with a running number; groups that go on keep their names."""
    known = earlier.names if earlier is not None else ()
    used = set(known)
    counter: dict[int, int] = {}
    found = []
    for group, parent in enumerate(division.group_parent.tolist()):
        before = int(followed.continues[group]) if followed is not None else -1
        if before >= 0:
            found.append(known[before])
            continue
        name = ""
        while not name or name in used:
            counter[parent] = counter.get(parent, 0) + 1
            name = f"{township.parents.ids[parent]}-{counter[parent]}"
        used.add(name)
        found.append(name)
    return tuple(found)


def _problems(township: Township, division: Division, territories: Territories) -> tuple[Problem, ...]:
    found = list(township.problems)
    pulled = division.ground.sites.pulled_m
    outside = np.flatnonzero(pulled > _REPORTED_M).tolist()
    if outside:
        found.append(
            household_words.pulled_in(
                [(township.ids[at], township.rows[at], float(pulled[at])) for at in outside]
            )
        )
    found.extend(dividing_words.of_result(township, division, territories))
    return tuple(found)


def figures(divided: Divided, window: SizeWindow, lang: Language = "zh") -> dict[str, Any]:
    """Return the figures of a division as CLI.md names them, and more beside."""
    division, territories = divided.division, divided.territories
    steps = {name: round(seconds, 3) for name, seconds in divided.seconds.items()}
    return {
        "groups": len(division.size),
        "households": len(division.group),
        "violations": division.violations,
        "torn": division.torn,
        "infeasible_parents": dividing_words.infeasible(divided.township, division, window, lang),
        "objective_m": round(division.objective_m, 3),
        "bound_m": round(sum(each.bound_m for each in divided.certificates), 3)
        if divided.certificates
        else None,
        **_movement(divided),
        "coverage_valid": territories.coverage_valid,
        "area_error": territories.area_error,
        "seconds": round(sum(divided.seconds.values()) - divided.seconds.get("bounds", 0.0), 3),
        "seconds_by_step": steps,
        "sizes": {"least": int(division.size.min()), "most": int(division.size.max())},
        "bridged": sum(result.bridged for result in division.parents),
        "crossings": None if divided.crossings is None else int((divided.crossings > 0).sum()),
        "parents": _parents(divided, lang),
        "to_place": [
            {"where": item.where, "name": item.name, "properties": dict(item.properties)}
            for item in divided.township.to_place
        ],
        "problems": [problem_row(item, lang) for item in divided.problems],
    }


def _movement(divided: Divided) -> dict[str, Any]:
    """Return who moved against the earlier division, and what dividing anew would have moved."""
    followed, earlier = divided.followed, divided.earlier
    if followed is None or earlier is None:
        return {"moved": 0.0, "survivors": 0}
    survivors = max(1, followed.survivors)
    return {
        "moved": len(followed.moved) / survivors,
        "survivors": followed.survivors,
        "newcomers": int((earlier.group < 0).sum()),
        "left": earlier.left,
        "least_moved": followed.least_moves / survivors,
        "moved_households": _moved_rows(divided, followed, earlier),
        "anew": {"objective_m": round(followed.anew.objective_m, 3), "groups": len(followed.anew.size)},
    }


def _moved_rows(divided: Divided, followed: Followed, earlier: Earlier) -> list[dict[str, str]]:
    return [
        {
            "household": divided.township.ids[at],
            "from": earlier.names[earlier.group[at]],
            "to": divided.names[divided.division.group[at]],
        }
        for at in followed.moved.tolist()
    ]


def _parents(divided: Divided, lang: Language) -> list[dict[str, Any]]:
    certificates = {each.parent: each for each in divided.certificates}
    return [
        dividing_words.parent_row(divided.township, result, certificates.get(result.parent), lang)
        for result in divided.division.parents
    ]


def make_ready() -> None:
    """Load, or at set-up compile, everything that is compiled, by dividing two small fields."""
    side = np.arange(8.0) * 10 + 5
    homes = np.array([(east, north) for east in side for north in side[:7]])
    homes = np.concatenate([homes, homes[:20] + np.array([100.0, 0.0])])
    parent = np.r_[np.zeros(56, np.int64), np.ones(20, np.int64)]
    fields = np.array([shapely.box(0, 0, 80, 70), shapely.box(100, 0, 180, 70)], dtype=object)
    ground = lay_out(homes, parent, fields)
    plan = Plan(window=SizeWindow(least=6, target=7, most=8))
    division = divide(ground, plan)
    certify(division)
    follow(ground, plan, np.where(np.arange(76) % 19 == 0, -1, division.group), np.ones(2, dtype=bool))
