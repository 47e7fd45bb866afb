"""Who holds which plot: households, collectives, certificates and contract areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import Point

from data.demo import landuse, names
from data.demo.bounds import Sides
from data.demo.coverage import Coverage, Parcels
from data.demo.facts import HouseholdFact, LandUse, PartyFact, PlotFact, UnitFact
from data.demo.homes import Homes
from geo.units import MU_M2

__all__ = ["Allotment", "allotted", "make_households", "make_parties", "make_plots", "neighbour_words"]

Cells = NDArray[np.int64]
Grid = NDArray[np.float64]

_USES: dict[int, LandUse] = {
    landuse.GRASSLAND: "grassland",
    landuse.CROPLAND: "cropland",
    landuse.WOODLAND: "woodland",
    landuse.OTHER: "other",
}
_KINDS = {"grassland": "草场", "cropland": "耕地", "woodland": "林地", "other": "其他用地"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """For each parcel its land use, its number among its group's of that use, and its holder.

    ``household`` is the holder's number in the group; -1 the group itself, -2 nobody.
    """

    use: tuple[LandUse, ...]
    serial: Cells
    household: Cells
    registered: Cells  # households of each group


def allotted(parcels: Parcels, groups: int, rng: np.random.Generator) -> Allotment:
    """Give every household one grassland plot, cropland to some, woodland to the groups."""
    use = tuple(_USES[int(code)] for code in parcels.land)
    serial = np.zeros(len(use), dtype=np.int64)
    household = np.full(len(use), -2, dtype=np.int64)
    registered = np.bincount(parcels.group[parcels.land == landuse.GRASSLAND], minlength=groups)
    for group in range(groups):
        for code in range(4):
            own = np.flatnonzero((parcels.group == group) & (parcels.land == code))
            serial[own] = np.arange(own.size)
            if code == landuse.GRASSLAND:
                household[own] = np.arange(own.size)
            elif code == landuse.CROPLAND:
                order = rng.permutation(max(int(registered[group]), 1))
                household[own] = order[np.arange(own.size) % order.size]
            elif code == landuse.WOODLAND:
                household[own] = -1
    return Allotment(use=use, serial=serial, household=household, registered=registered)


def make_parties(groups: tuple[UnitFact, ...], allotment: Allotment) -> tuple[PartyFact, ...]:
    """Return each group as a collective, then its registered households."""
    parties = []
    for number, group in enumerate(groups):
        parties.append(
            PartyFact(
                code=group.code,
                kind="collective",
                unit_code=group.code,
                name_zh=f"{_bare(group.name_zh)}集体（虚构）",
                name_en=f"Collective of {group.name_en}",
            )
        )
        for household in range(int(allotment.registered[number])):
            parties.append(
                PartyFact(
                    code=_party_code(group.code, household),
                    kind="household",
                    unit_code=group.code,
                    name_zh=f"{_bare(group.name_zh)}{names.household_name(household)}（虚构）",
                    name_en=f"Household {household + 1} of {group.name_en}",
                )
            )
    return tuple(parties)


def _bare(name: str) -> str:
    return name.replace("（虚构）", "")


def _party_code(group_code: str, household: int) -> str:
    return f"{group_code}H{household + 1:03d}"


def make_households(
    groups: tuple[UnitFact, ...], allotment: Allotment, homes: Homes, rng: np.random.Generator
) -> tuple[HouseholdFact, ...]:
    """Return all registered households; as many as there are homes in a group live in it."""
    households = []
    for number, group in enumerate(groups):
        registered = int(allotment.registered[number])
        points = homes.points[homes.group == number]
        living = np.sort(rng.permutation(registered)[: len(points)])
        home = dict(zip(living.tolist(), points, strict=True))
        for household in range(registered):
            place = home.get(household)
            households.append(
                HouseholdFact(
                    code=f"{group.code}{household + 1:04d}",
                    group_code=group.code,
                    party_code=_party_code(group.code, household),
                    geometry=None if place is None else Point(place),
                )
            )
    return tuple(households)


def neighbour_words(allotment: Allotment) -> list[str]:
    """Return what each parcel is called in its neighbours' bounds."""
    words = []
    for use, household in zip(allotment.use, allotment.household.tolist(), strict=True):
        holder = names.household_name(household) if household >= 0 else "集体" if household == -1 else ""
        words.append(f"{holder}{_KINDS[use]}")
    return words


def make_plots(
    coverage: Coverage,
    parcels: Parcels,
    allotment: Allotment,
    bounds: list[Sides],
    groups: tuple[UnitFact, ...],
    rng: np.random.Generator,
) -> tuple[PlotFact, ...]:
    """Return all parcels as plots; contract areas differ a little from what was measured, some by much."""
    written = _contract_areas(coverage.area_m2, parcels.land, rng)
    sharp = rng.random(len(groups)) < 0.3  # groups whose points were measured anew with RTK
    numbers = dict.fromkeys(_KINDS, 0)
    plots = []
    for parcel, use in enumerate(allotment.use):
        group = groups[int(parcels.group[parcel])]
        serial, household = int(allotment.serial[parcel]), int(allotment.household[parcel])
        titled = use != "other"
        own_m, common_m = _accuracy(use, bool(sharp[parcels.group[parcel]]))
        plots.append(
            PlotFact(
                code=names.plot_code(group.code, use, serial),
                name_zh=_plot_name(use, household, _bare(group.name_zh)),
                land_use=use,
                group_code=group.code,
                holder_code=_holder(group.code, household),
                issuer_code=group.code if titled else None,
                certificate_number=names.certificate_number(use, numbers[use]),
                contract_area_m2=float(written[parcel]) if titled else None,
                measured_area_m2=float(coverage.area_m2[parcel]),
                bound_east=bounds[parcel][0],
                bound_south=bounds[parcel][1],
                bound_west=bounds[parcel][2],
                bound_north=bounds[parcel][3],
                sigma_own_m=own_m if titled else None,
                sigma_common_m=common_m if titled else None,
                geometry=coverage.polygons[parcel],
            )
        )
        numbers[use] += 1
    return tuple(plots)


def _holder(group_code: str, household: int) -> str | None:
    if household == -2:
        return None
    return group_code if household == -1 else _party_code(group_code, household)


def _plot_name(use: LandUse, household: int, group: str) -> str:
    holder = names.household_name(household) if household >= 0 else group
    return f"{holder}{_KINDS[use]}"


def _contract_areas(area_m2: Grid, land: Cells, rng: np.random.Generator) -> Grid:
    """Return areas as contracts state them: whole mu of grassland and woodland, tenths of cropland."""
    error = rng.normal(0.0, 0.015, area_m2.size)
    error[rng.random(area_m2.size) < 0.06] *= 4.0
    step = np.where(land == landuse.CROPLAND, 0.1, 1.0)
    area_mu = np.maximum(np.round(area_m2 / MU_M2 * (1.0 + error) / step), 1.0) * step
    return np.asarray(area_mu * MU_M2)


def _accuracy(use: LandUse, sharp: bool) -> tuple[float, float]:
    """Return the certificate points' own and common standard error, metres."""
    if use == "cropland":
        return 0.15, 0.05
    return (0.30, 0.10) if sharp else (3.0, 2.0)
