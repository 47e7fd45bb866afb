"""Start a case between two neighbours, take it up again, or put it away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from shapely.geometry import Point
from shapely.ops import nearest_points

from data.store import Case, CaseLevel, LandUse, Party, Plot, Store
from geo.errors import ArgumentError
from jobs.access import Account

__all__ = ["CaseCard", "NewCase", "cards", "case_of", "open_case", "party_name", "put_away"]

Level = Literal["household", "unit", "administrative"]
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What a mediator says when a case is opened; the plots may be missing, the names too.

    ``level`` is *household* where a person takes part, *unit* between units, *administrative* for a line of
    townships, counties or provinces: the last two are referred, never settled here (Grassland Law 16,
    Boundary Disputes Regulation).
    """

    title: str
    name_a: str = ""
    name_b: str = ""
    plot_a_id: int | None = None
    plot_b_id: int | None = None
    level: CaseLevel = "household"
    land_use: LandUse = "grassland"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """One row of the list of cases."""

    case: Case
    name_a: str
    name_b: str


def open_case(store: Store, new: NewCase, by: Account) -> Case:
    """Open a case and return it; holders of the plots become its parties unless names are given.

    Raises
    ------
    ArgumentError
        ``case_without_title``, ``same_plot_twice``.
    """
    title = " ".join(new.title.split())[:_LONGEST_TITLE]
    if not title:
        raise ArgumentError(
            "case_without_title",
            zh="案件还没有名称：请写一句话，例如“南沟梁草原界线”。",
            en="The case has no title yet: write a few words, for example 'pasture line at the south gully'.",
        )
    if new.plot_a_id is not None and new.plot_a_id == new.plot_b_id:
        raise ArgumentError(
            "same_plot_twice",
            zh="甲乙两方选了同一块地：请各选各的地块。",
            en="Both sides have the same plot: choose one for each.",
        )
    plots = [store.plots.get(plot_id) if plot_id else None for plot_id in (new.plot_a_id, new.plot_b_id)]
    with store.change(by=by.id, action="case.open"):
        parties = [
            _party(store, plot, name, side)
            for plot, name, side in zip(plots, (new.name_a, new.name_b), "ab", strict=True)
        ]
        return store.cases.open(
            Case(
                title=title,
                level=new.level,
                land_use=_land_use(plots, new.land_use),
                unit_id=next((plot.unit_id for plot in plots if plot is not None), None),
                plot_a_id=new.plot_a_id,
                plot_b_id=new.plot_b_id,
                party_a_id=parties[0],
                party_b_id=parties[1],
                geometry=_place(plots),
            )
        )


def _land_use(plots: list[Plot | None], given: LandUse) -> LandUse:
    return next((plot.land_use for plot in plots if plot is not None), given)


def _party(store: Store, plot: Plot | None, name: str, side: str) -> int | None:
    """Return the party of a side: the plot's holder, or a new one by the name given."""
    holder = store.parties.get(plot.holder_id) if plot is not None and plot.holder_id else None
    name = " ".join(name.split())
    if holder is not None and name in ("", holder.name):
        return holder.id
    if not name:
        return None
    number = store.parties.count() + 1
    return store.parties.add(Party(code=f"P{number:06d}{side}", name=name)).id


def _place(plots: list[Plot | None]) -> Point | None:
    """Return where the two plots meet, or the middle of the one that has a shape."""
    shapes = [plot.geometry for plot in plots if plot is not None and plot.geometry is not None]
    if len(shapes) == 2:
        one, other = nearest_points(*shapes)
        return Point((one.x + other.x) / 2, (one.y + other.y) / 2)
    return shapes[0].representative_point() if shapes else None


def case_of(store: Store, number: str) -> Case:
    """Return the case with this number.

    Raises
    ------
    ArgumentError
        ``case_unknown``.
    """
    case = store.cases.by_number(number)
    if case is None:
        raise ArgumentError(
            "case_unknown",
            zh="没有案件 {number}：请从列表里选。",
            en="There is no case {number}: choose one from the list.",
            where=number,
            number=number,
        )
    return case


def party_name(store: Store, party_id: int | None) -> str:
    """Return a party's name as people write it, empty when it is unknown or erased."""
    return (store.parties.get(party_id).name or "") if party_id is not None else ""


def cards(store: Store, *, put_away: bool = False) -> tuple[CaseCard, ...]:
    """Return the cases for the list, the newest first."""
    found = sorted(store.cases.listed(put_away=put_away), key=lambda case: case.number, reverse=True)
    return tuple(
        CaseCard(
            case=case, name_a=party_name(store, case.party_a_id), name_b=party_name(store, case.party_b_id)
        )
        for case in found
    )


def put_away(store: Store, case: Case, by: Account, *, back: bool = False) -> Case:
    """Put a case away, or take it out again; nothing is deleted."""
    with store.change(by=by.id, action="case.back" if back else "case.put_away"):
        return store.cases.save(replace(case, put_away_at=None)) if back else store.cases.put_away(case)
