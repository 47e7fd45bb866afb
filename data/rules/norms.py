"""Figures of the norms with their status, and the ways a dispute can take, read from settings files.

A figure marked ``V`` was read in the law named and cannot be changed; ``S`` (seen in an excerpt) and ``M`` (from
memory) are defaults that a township's own file may replace.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from geo.errors import ArgumentError, FileError

__all__ = ["Figure", "Norms", "Status", "Way", "load"]

Status = Literal["V", "S", "M"]
_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its value in ``unit``, how sure its source is, what it is for in both languages."""

    key: str
    value: float
    unit: str
    status: Status
    zh: str
    en: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What the law says for one kind of land: who decides, the court's limit, what holds until then."""

    key: str
    status: Status
    law: str
    law_en: str
    subject: str
    person: str
    units: str
    court: str
    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """All figures and ways in force for a township."""

    figures: Mapping[str, Figure]
    ways: Mapping[str, Way]

    def figure(self, key: str) -> Figure:
        """Return the figure ``key``.

        Raises
        ------
        ArgumentError
            When there is no such figure.
        """
        if key not in self.figures:
            raise ArgumentError(
                "unknown_figure",
                zh="规范参数里没有“{key}”：请核对设置文件。",
                en="There is no figure {key!r} in the norms: check the settings file.",
                where=key,
                key=key,
            )
        return self.figures[key]

    def value(self, key: str) -> float:
        """Return the value of the figure ``key`` in its unit."""
        return self.figure(key).value

    def count(self, key: str) -> int:
        """Return the value of the figure ``key`` as a whole number (days, years)."""
        return round(self.figure(key).value)

    def way(self, key: str) -> Way:
        """Return the way ``key`` with its limits filled in from the figures."""
        way = self.ways[key]
        words = {name: f"{figure.value:g}" for name, figure in self.figures.items()}
        return replace(
            way,
            person=way.person.format_map(words),
            units=way.units.format_map(words),
            court=way.court.format_map(words),
        )


def load(township_file: Path | None = None) -> Norms:
    """Read the norms, with the township's own values for figures that are not law.

    Parameters
    ----------
    township_file : Path, optional
        TOML with a table ``[figures]`` of ``key = value``, or ``[figures.key]`` with ``value`` and ``source``.

    Raises
    ------
    FileError
        When the township's file is not readable TOML.
    ArgumentError
        When it names an unknown figure, changes one that is law, or gives no number.
    """
    figures = {key: _figure(key, row) for key, row in _table(_FOLDER / "norms.toml")["figures"].items()}
    ways = {key: Way(key=key, **row) for key, row in _table(_FOLDER / "ways.toml").items()}
    norms = Norms(figures=MappingProxyType(figures), ways=MappingProxyType(ways))
    if township_file is None:
        return norms
    own = _table(township_file).get("figures", {})
    changed = {key: _replaced(norms.figure(key), row) for key, row in own.items()}
    return replace(norms, figures=MappingProxyType({**figures, **changed}))


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise FileError(
            "settings_unreadable",
            zh="设置文件 {name} 读不出来（{why}）：请改正后再试。",
            en="The settings file {name} cannot be read ({why}): correct it and try again.",
            where=path.name,
            name=path.name,
            why=str(fault),
        ) from fault


def _figure(key: str, row: Mapping[str, Any]) -> Figure:
    status = row["status"]
    if status not in get_args(Status):
        raise ValueError(f"norms.toml: status of {key} is {status!r}")
    return Figure(key=key, **{**row, "value": float(row["value"]), "status": cast(Status, status)})


def _replaced(figure: Figure, row: object) -> Figure:
    if figure.status == "V":
        raise ArgumentError(
            "figure_is_law",
            zh="“{what}”是法律规定（{source}），不能在设置里改：请删去这一行。",
            en="{what_en} is law ({source}) and cannot be changed in the settings: delete the line.",
            where=figure.key,
            what=figure.zh,
            what_en=figure.en,
            source=figure.source,
        )
    entry: Mapping[str, object] = row if isinstance(row, Mapping) else {"value": row}
    value = entry.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise ArgumentError(
            "figure_not_a_number",
            zh="设置“{key}”应是大于 0 的数，现为 {value}：请改正。",
            en="The setting {key} must be a number above 0, it is {value}: correct it.",
            where=figure.key,
            key=figure.key,
            value=value,
        )
    return replace(figure, value=float(value), source=str(entry.get("source", "township")))
