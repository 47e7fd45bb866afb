"""Add what a file brings to the records, in one transaction: plots as registered, holders as parties, or units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast

import numpy as np
import shapely

from data.store import Party, Plot, Store, Unit
from geo.crs import working_zone
from geo.errors import Language
from geo.uncertainty import Accuracy
from jobs import access, intake, landing, records, styling, township
from jobs.access import Account
from jobs.intake import Overrule
from jobs.landing import UNITS, Incoming, Landing, What, Wish

__all__ = ["BATCH", "Progress", "keep", "land_file"]

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""

BATCH: Final = 500
"""Rows that are written between two reports."""

_COLLECTIVE: Final = re.compile(r"(委员会|村委会|合作社|集体|小组|[村组社]|collective)$")
_TIERS: Final = ("group", "village", "township")
_T = TypeVar("_T")


def keep(
    store: Store,
    landed: Landing,
    by: Account,
    *,
    accuracy: Accuracy | None = None,
    progress: Progress | None = None,
) -> int:
    """Add the polygons of ``landed.incoming`` to the records, all or none, and return how many.

    Parameters
    ----------
    accuracy : Accuracy, optional
        Of the points of the whole file; None when nobody knows.

    Raises
    ------
    AccessError
        Only editors may.
    StoreError
        ``record_taken`` when somebody added one of the codes meanwhile; nothing is stored then.
    """
    access.require(by, "editor")
    return _keep(store, landed, by.id, accuracy, progress)


def land_file(
    path: Path,
    *,
    store: Path | None = None,
    what: What | None = None,
    near: tuple[float, float] | None = None,
    shift: Literal["none", "gcj02", "bd09"] | None = None,
    lang: Language = "zh",
) -> dict[str, Any]:
    """Bring a file into the records from the command line.

    Records named by file that are not there yet are begun when ``near`` says where the township lies.

    Raises
    ------
    FileError
        The file cannot be used.
    StoreError
        The records cannot be opened for writing.
    """
    with _opened(records.locate(store), near) as opened:
        overrules = {str(path): Overrule(shift=shift)}
        place = near or township.place(opened)
        files = intake.take_in([path], near=place, zone=opened.zone, overrules=overrules)
        if files[0].error is not None:
            raise files[0].error
        said = landing.guess(files)
        wish = said if what is None else Wish(columns=said.columns, what=what)
        landed = landing.prepare(opened, files, wish, near=near)
        added = _keep(opened, landed, "system", None, None) if landed.incoming else 0
    return {"added": added, "use": wish.what, **landed.as_dict(lang)}


def _opened(path: Path, near: tuple[float, float] | None) -> Store:
    """Open the records, or begin them at a place."""
    if path.exists() or near is None or path.name == township.DEMO:
        return township.open_store(path)
    begun = Store.create(path, epsg=working_zone(near[0]).epsg, name=path.stem, clock=township.clock)
    styling.style_store(begun)
    with begun.change(by="system", action="township.begin"):
        begun.settings.set(township.PLACE_SETTING, list(near))
    return begun


def _keep(
    store: Store, landed: Landing, by: str, accuracy: Accuracy | None, progress: Progress | None
) -> int:
    tell = progress or (lambda _share: None)
    with store.change(by=by, action="land.bring") as change:
        for digest in landed.sha256:
            change.note(f"file:{digest}")
        places = _containing(landed, store)
        if landed.what in UNITS:
            _add_units(store, landed, places)
        else:
            _add_plots(store, landed, places, accuracy, tell)
    tell(1.0)
    return len(landed.incoming)


def _add_plots(
    store: Store, landed: Landing, places: Sequence[int | None], accuracy: Accuracy | None, tell: Progress
) -> None:
    holders = _add_holders(store, landed.incoming, places)
    plots = [
        Plot(
            code=one.code,
            name=one.name,
            unit_id=unit,
            land_use=cast(Any, landed.what),
            holder_id=holders.get(_holder_key(one)),
            certificate_number=one.certificate,
            contract_area_m2=one.contract_area_m2,
            measured_area_m2=one.measured_area_m2,
            sigma_own_m=accuracy.sigma_own_m if accuracy else None,
            sigma_common_m=accuracy.sigma_common_m if accuracy else None,
            status="registered",
            geometry=one.geometry,
        )
        for one, unit in zip(landed.incoming, places, strict=True)
    ]
    done = 0
    for batch in _batches(plots):
        store.plots.add_many(batch)
        done += len(batch)
        tell(done / len(plots))


def _add_units(store: Store, landed: Landing, places: Sequence[int | None]) -> None:
    store.units.add_many(
        [
            Unit(
                tier=landed.what,
                code=one.code,
                name=one.name or one.code,
                parent_id=parent,
                geometry=one.geometry,
            )
            for one, parent in zip(landed.incoming, places, strict=True)
        ]
    )


def _add_holders(
    store: Store, incoming: Sequence[Incoming], places: Sequence[int | None]
) -> dict[tuple[str, str], int]:
    """Return the party of each holder: by code one that is there already, else a new one.

    A name alone never joins holders of different files: people share names.
    """
    there = {party.code: party for party in store.parties.find()}
    found: dict[tuple[str, str], int] = {}
    new: dict[tuple[str, str], Party] = {}
    number = len(there)
    for one, unit in zip(incoming, places, strict=True):
        key = _holder_key(one)
        if not one.holder or key in found or key in new:
            continue
        if one.holder_code in there and there[one.holder_code].name == one.holder:
            found[key] = there[one.holder_code].id
            continue
        code = one.holder_code if one.holder_code and one.holder_code not in there else ""
        while not code or code in there:
            number += 1
            code = f"P{number:06d}"
        kind = "collective" if _COLLECTIVE.search(one.holder) else "household"
        new[key] = Party(code=code, kind=kind, unit_id=unit, name=one.holder)
        there[code] = new[key]
    added = [party for batch in _batches(list(new.values())) for party in store.parties.add_many(batch)]
    return found | {key: party.id for key, party in zip(new, added, strict=True)}


def _holder_key(one: Incoming) -> tuple[str, str]:
    return one.holder_code, one.holder


def _containing(landed: Landing, store: Store) -> list[int | None]:
    """Return for each polygon the number of the smallest unit above it that it lies in, or None."""
    tiers = _TIERS[_TIERS.index(landed.what) + 1 :] if landed.what in UNITS else _TIERS
    units = [
        (unit.id, unit.geometry)
        for tier in tiers
        for unit in store.units.find(tier=tier)
        if unit.geometry is not None
    ]
    places: list[int | None] = [None] * len(landed.incoming)
    if not units or not places:
        return places
    spots = shapely.point_on_surface(np.array([one.geometry for one in landed.incoming], dtype=object))
    which, inside = shapely.STRtree([shape for _id, shape in units]).query(spots, predicate="intersects")
    for spot, unit in sorted(zip(which.tolist(), inside.tolist(), strict=True), reverse=True):
        places[spot] = units[unit][0]
    return places


def _batches(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for at in range(0, len(rows), BATCH):
        yield rows[at : at + BATCH]
