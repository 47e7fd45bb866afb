"""Make the invented township: its records, its disputes with what people brought, and the files themselves.

Everything is written beside its place and moved there when it is whole, so that a half-made township is never
opened.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from data.demo import disputes, files, heights
from data.demo.facts import PlotFact, Township
from data.demo.quarrel import Dispute
from data.demo.township import DEFAULT_SEED, make_township
from data.store import (
    KNOWN_GAPS,
    BoundaryLine,
    Feature,
    FeatureKind,
    Household,
    Marker,
    Party,
    Plot,
    Store,
    Unit,
)
from data.store.openings import companions
from geo import crs
from geo.errors import StoreError
from jobs import demo_cases, styling, township
from jobs.demo_cases import Rows

__all__ = ["FILES_FOLDER", "HEIGHTS", "make", "place_of"]

FILES_FOLDER: Final = "示范资料"
"""Folder of the dispute files beside the records."""

HEIGHTS: Final = "示范乡_编造的高程.tif"
"""File of the made height model, in the same folder."""

Progress = Callable[[float, str, str], None]
"""Called with the share done and what is being done, Chinese and English."""


def make(
    store: Path | None = None,
    *,
    files_folder: Path | None = None,
    seed: int = DEFAULT_SEED,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Make the invented township's records and write the files of its disputes and its height model.

    Parameters
    ----------
    store : Path, optional
        File of the records, or a folder for ``demo.gpkg``; the user's records folder otherwise.
    files_folder : Path, optional
        Where the dispute files go; ``示范资料`` beside the records otherwise. When the records are there
        already and a folder is given, only the files are written.
    seed : int
        Another seed gives another township with the same figures.

    Raises
    ------
    StoreError
        ``store_exists`` when there are records already and no folder is given.
    """
    path = place_of(store)
    folder = files_folder if files_folder is not None else path.parent / FILES_FOLDER
    tell = progress or _silently
    made = not path.exists()
    if not made and files_folder is None:
        raise _exists(path)
    tell(0.0, "正在生成地形和地块", "making terrain and plots")
    land = make_township(seed)
    quarrels = disputes.find_disputes(seed)
    tell(0.6, "正在写纠纷资料", "writing the dispute files")
    written = files.write(quarrels, land.zone, folder)
    (folder / HEIGHTS).write_bytes(heights.geotiff(land.terrain, land.zone))
    if made:
        tell(0.65, "正在写档案", "writing the records")
        _make_records(path, land, quarrels, tell)
    tell(1.0, "示范乡已备好", "the demo township is ready")
    return _stated(path, folder, land, quarrels, written, made)


def place_of(store: Path | None) -> Path:
    """Return the file the invented township's records are or will be in."""
    if store is None:
        return township.home() / township.DEMO
    return store if store.suffix.lower() == ".gpkg" else store / township.DEMO


def _silently(share: float, zh: str, en: str) -> None:
    """Tell nobody."""


def _exists(path: Path) -> StoreError:
    return StoreError(
        "store_exists",
        zh="{name} 已经存在：示范乡已经做过了；只要资料文件时，请用 --out 指定文件夹。",
        en="{name} is there already: the demo township has been made. For its files only, give a folder with --out.",
        where=str(path),
        name=path.name,
    )


def _stated(
    path: Path,
    folder: Path,
    land: Township,
    quarrels: tuple[Dispute, ...],
    written: dict[str, Path],
    made: bool,
) -> dict[str, object]:
    return {
        "store": str(path),
        "made": made,
        "seed": land.seed,
        "name": land.name_zh,
        "notice": land.notice_zh,
        "villages": sum(unit.tier == "village" for unit in land.units),
        "groups": sum(unit.tier == "group" for unit in land.units),
        "households": sum(house.geometry is not None for house in land.households),
        "plots": sum(plot.land_use != "other" for plot in land.plots),
        "disputes": len(quarrels),
        "folder": str(folder),
        "files": len(written),
    }


def _make_records(path: Path, land: Township, quarrels: tuple[Dispute, ...], tell: Progress) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".demo-") as scratch:
        part = Path(scratch) / path.name
        with Store.create(part, epsg=land.zone.epsg, name=land.name_zh, clock=township.clock) as store:
            styling.style_store(store)
            rows = _store_land(store, land)
            tell(0.8, "正在登记纠纷", "opening the disputes")
            demo_cases.open_cases(store, land, quarrels, rows)
        _move(part, path)


def _move(part: Path, path: Path) -> None:
    """Put the finished files in place, the records last."""
    for made, wanted in zip(companions(part), companions(path), strict=True):
        if made.is_dir():
            shutil.move(made, wanted)
        elif made.exists():
            os.replace(made, wanted)
    os.replace(part, path)


def _store_land(store: Store, land: Township) -> Rows:
    rows = Rows()
    with store.change(by="system", action="demo.make", why=land.notice_zh):
        _store_settings(store, land)
        _store_people(store, land, rows)
        plots = [_plot(plot, rows) for plot in land.plots if plot.land_use != "other"]
        rows.plot = {plot.code: plot.id for plot in store.plots.add_many(plots)}
        _store_borders(store, land, rows)
        _store_features(store, land)
    return rows


def _store_settings(store: Store, land: Township) -> None:
    middle = np.array([land.units[0].geometry.centroid.coords[0]])
    lon_deg, lat_deg = crs.to_geographic(middle, land.zone)[0]
    other = [plot.geometry.representative_point() for plot in land.plots if plot.land_use == "other"]
    store.settings.set(township.PLACE_SETTING, [float(lon_deg), float(lat_deg)])
    store.settings.set(KNOWN_GAPS, [[round(spot.x, 3), round(spot.y, 3)] for spot in other])
    store.settings.set("demo.seed", land.seed)
    store.settings.set("demo.notice", {"zh": land.notice_zh, "en": land.notice_en})


def _store_people(store: Store, land: Township, rows: Rows) -> None:
    for unit in land.units:
        parent = rows.unit.get(unit.parent_code or "")
        kept = store.units.add(
            Unit(tier=unit.tier, code=unit.code, name=unit.name_zh, parent_id=parent, geometry=unit.geometry)
        )
        rows.unit[unit.code] = kept.id
    parties = [
        Party(code=party.code, kind=party.kind, unit_id=rows.unit[party.unit_code], name=party.name_zh)
        for party in land.parties
    ]
    rows.party = {party.code: party.id for party in store.parties.add_many(parties)}
    store.households.add_many(
        [
            Household(
                code=house.code,
                unit_id=rows.unit[house.group_code],
                party_id=rows.party[house.party_code],
                geometry=house.geometry,
            )
            for house in land.households
        ]
    )


def _plot(plot: PlotFact, rows: Rows) -> Plot:
    assert plot.land_use != "other", "other land is no plot"
    return Plot(
        code=plot.code,
        name=plot.name_zh,
        unit_id=rows.unit[plot.group_code],
        land_use=plot.land_use,
        holder_id=rows.party[plot.holder_code or plot.group_code],
        issuer_id=rows.party[plot.issuer_code or plot.group_code],
        certificate_number=plot.certificate_number,
        contract_area_m2=plot.contract_area_m2,
        measured_area_m2=plot.measured_area_m2,
        bound_east=plot.bound_east,
        bound_south=plot.bound_south,
        bound_west=plot.bound_west,
        bound_north=plot.bound_north,
        sigma_own_m=plot.sigma_own_m,
        sigma_common_m=plot.sigma_common_m,
        status="registered",
        geometry=plot.geometry,
    )


def _store_borders(store: Store, land: Township, rows: Rows) -> None:
    lines = [
        BoundaryLine(
            kind="administrative",
            level=line.level,
            name=line.name_zh,
            state="registered",
            geometry=line.geometry,
        )
        for line in land.lines
    ]
    kept = store.boundary_lines.add_many(lines)
    rows.line = {line.number: row.id for line, row in zip(land.lines, kept, strict=True)}
    store.markers.add_many(
        [
            Marker(
                number=marker.number,
                kind=marker.kind,
                line_id=rows.line[marker.line_number],
                state="set",
                geometry=marker.geometry,
            )
            for marker in land.markers
        ]
    )


def _store_features(store: Store, land: Township) -> None:
    kinds: tuple[FeatureKind, ...] = ("road", "stream", "ridge")
    for kind in kinds:
        store.features(kind).add_many(
            [
                Feature(name=feature.name_zh, class_name=feature.class_name, geometry=feature.geometry)
                for feature in land.features
                if feature.kind == kind
            ]
        )
    store.features("county_line").add_many(
        [
            Feature(name=line.name_zh, class_name="county", geometry=line.geometry)
            for line in land.lines
            if line.level == "county"
        ]
    )
