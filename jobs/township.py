"""The townships on this machine: where their files lie, which one is open, and how to begin one's own."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from data.store import Store
from data.store.openings import companions
from geo.errors import ArgumentError
from geo.zone import working_zone
from jobs import access, desk, styling
from jobs.access import Account

__all__ = [
    "DEMO",
    "PLACE_SETTING",
    "Township",
    "begin_own",
    "clock",
    "found",
    "home",
    "is_demo",
    "locate",
    "open_store",
    "place",
    "switch_to",
]

DEMO: Final = "demo.gpkg"
"""File name of the invented township."""

_CURRENT: Final = "current.txt"
PLACE_SETTING: Final = "township.lonlat"
_CHINA: Final = (73.0, 136.0, 3.0, 54.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """One township's file on this machine."""

    path: Path
    is_demo: bool

    @property
    def title(self) -> str:
        """Return the file's name without its ending."""
        return self.path.stem


def clock() -> datetime:
    """Return the present: the only clock the store and the pages use."""
    return datetime.now(UTC)


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the user's records folder: ``JIEBIAO_HOME``, else the system's place for a user's data."""
    given = environment.get("JIEBIAO_HOME")
    if given:
        return Path(given).expanduser()
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", Path.home())) / "Jiebiao"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Jiebiao"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "jiebiao"


def found(folder: Path) -> tuple[Township, ...]:
    """Return the townships in a folder, one's own before the invented one."""
    files = sorted(folder.glob("*.gpkg")) if folder.is_dir() else []
    kept = [Township(path=path, is_demo=path.name == DEMO) for path in files if not path.name.startswith(".")]
    return tuple(sorted(kept, key=lambda one: (one.is_demo, one.path.name)))


def locate(given: Path | None) -> Path:
    """Return the township's file that ``given`` means: a file, a folder, or nothing (the user's folder).

    In a folder it is the one that was open last, else the first of one's own, else the invented one, which
    need not be there yet.
    """
    if given is not None and (given.suffix.lower() == ".gpkg" or given.is_file()):
        return given
    folder = given if given is not None else home()
    last = folder / _CURRENT
    if last.is_file():
        named = folder / Path(last.read_text(encoding="utf-8").strip()).name
        if named.is_file():
            return named
    present = found(folder)
    return present[0].path if present else folder / DEMO


def open_store(path: Path, *, address: str = "") -> Store:
    """Open a township's file for writing.

    Raises
    ------
    StoreError
        As :meth:`data.store.Store.open`.
    """
    return Store.open(path, clock=clock, address=address)


def is_demo() -> bool:
    """Tell whether the open township is the invented one."""
    return desk.current().store.path.name == DEMO


def place(store: Store) -> tuple[float, float]:
    """Return the longitude and latitude of the township: of its records' middle, else as given at its beginning."""
    from jobs import maps

    extent = maps.extent_lonlat(store)
    if extent is not None:
        return (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    kept: Any = store.settings.get(PLACE_SETTING)
    if isinstance(kept, list | tuple) and len(kept) == 2:
        return float(kept[0]), float(kept[1])
    return store.zone.central_meridian_deg, 38.0


def switch_to(path: Path, by: Account) -> None:
    """Open another township of this machine, for everybody at this desk.

    Raises
    ------
    AccessError
        Only an administrator may.
    StoreError
        When the file cannot be opened; the old one stays open.
    """
    access.require(by, "administrator")
    address = desk.current().address
    desk.switch(lambda wanted: open_store(wanted, address=address), path)
    _remember(path)


def begin_own(*, name: str, lon_deg: float, lat_deg: float, by: Account) -> Path:
    """Begin one's own township beside the open one and open it; the accounts come along.

    Parameters
    ----------
    name : str
        The township's name; it also names the file.
    lon_deg, lat_deg : float
        Where it lies: this decides its zone.

    Raises
    ------
    ArgumentError
        ``township_name_empty``; ``township_outside_china``.
    StoreError
        ``store_exists`` when there is a township of this name.
    """
    access.require(by, "administrator")
    path = desk.current().store.path.with_name(_file_name(name))
    _check_place(lon_deg, lat_deg)
    accounts = companions(path)[2]
    zone = working_zone(lon_deg)
    with Store.create(path, epsg=zone.epsg, name=name.strip(), clock=clock) as store:
        styling.style_store(store)
    accounts.unlink(missing_ok=True)
    desk.current().store.accounts.copy_to(accounts)
    switch_to(path, by)
    store = desk.current().store
    with store.change(by=by.id, action="township.begin"):
        store.settings.set(PLACE_SETTING, [lon_deg, lat_deg])
    return path


def _file_name(name: str) -> str:
    stem = re.sub(r'[\\/:*?"<>|\s.\x00-\x1f]+', "", name)[:40]
    if not stem:
        raise ArgumentError(
            "township_name_empty",
            zh="请填写乡镇名称。",
            en="Give the township's name.",
        )
    return f"{stem}.gpkg"


def _check_place(lon_deg: float, lat_deg: float) -> None:
    west, east, south, north = _CHINA
    if not (west <= lon_deg <= east and south <= lat_deg <= north):
        raise ArgumentError(
            "township_outside_china",
            zh="经度 {lon_deg}、纬度 {lat_deg} 不在中国范围内：经度应在 73–136，纬度应在 3–54，请核对。",
            en="Longitude {lon_deg}, latitude {lat_deg} is not in China: 73-136 and 3-54 are expected; check them.",
            lon_deg=lon_deg,
            lat_deg=lat_deg,
        )


def _remember(path: Path) -> None:
    part = path.with_name(f".{_CURRENT}.new")
    part.write_text(path.name, encoding="utf-8")
    os.replace(part, path.with_name(_CURRENT))
