"""Making and opening a file: what is refused, and what is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from data.store import migrations
from data.store.engine import Database, raw
from data.store.log import Log
from data.store.schema import metadata
from data.store.settings import Settings
from geo.crs import zone_from_epsg
from geo.errors import Problem, StoreError

__all__ = [
    "accounts_missing",
    "companions",
    "damage_as_sentence",
    "edited_outside",
    "make",
    "read_epsg",
    "refuse_existing",
    "refuse_missing",
    "refuse_older",
    "refuse_other_crs",
    "restored",
]

_MAGIC = b"SQLite format 3\x00"


def companions(path: Path) -> tuple[Path, Path, Path]:
    """Return the evidence folder, the key file and the accounts file that belong to a store."""
    return (
        path.with_name(f"{path.stem}.evidence"),
        path.with_name(f"{path.stem}.key"),
        path.with_name(f"{path.stem}.accounts.sqlite"),
    )


def make(path: Path, *, epsg: int, name: str, at: datetime) -> None:
    """Make a new file under another name and put it in place when it is whole."""
    part = path.with_name(f".{path.name}.new")
    for left in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
        left.unlink(missing_ok=True)
    database, tables = Database(part), metadata(epsg)
    with database.write() as connection:
        migrations.create(connection, tables, epsg, at)
        settings, log = Settings(database, tables), Log(database, tables)
        settings.set("township.name", name)
        log.append(connection, who="system", at=at, action="store.create")
    database.close()
    part.replace(path)


def read_epsg(database: Database) -> int:
    """Return the working CRS of a file.

    Raises
    ------
    StoreError
        ``store_foreign`` when the file is no township's.
    """
    with database.read() as connection:
        driver = raw(connection)
        known = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'migration'").fetchone()
        if known:
            found = driver.execute(
                "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'plot'"
            ).fetchone()
            if found:
                return int(found[0])
    raise _foreign(database.path)


def refuse_missing(path: Path) -> None:
    """Refuse a path without a file, and a file that is no database."""
    if not path.is_file():
        raise StoreError(
            "store_missing",
            zh="没有找到档案 {name}：请核对位置，或先新建乡镇。",
            en="There are no records at {name}: check the place, or set up a township first.",
            where=str(path),
            name=path.name,
        )
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise _foreign(path)


def refuse_existing(path: Path) -> None:
    """Refuse to make a file where there is one."""
    if path.exists():
        raise StoreError(
            "store_exists",
            zh="{name} 已经存在，不会覆盖：请打开它，或换一个文件名。",
            en="{name} exists and is not overwritten: open it, or choose another name.",
            where=str(path),
            name=path.name,
        )


def refuse_other_crs(epsg: int) -> None:
    """Refuse a working CRS that is no unprefixed 3° zone of CGCS2000."""
    if 4534 <= epsg <= 4554 and zone_from_epsg(epsg).epsg == epsg:
        return
    raise StoreError(
        "store_crs",
        zh="EPSG:{epsg} 不能作工作坐标系：请用 CGCS2000 三度带、东坐标不带带号的坐标系（EPSG 4534–4554）。",
        en="EPSG:{epsg} cannot be the working system: use a CGCS2000 3° zone without zone number (EPSG 4534-4554).",
        where=f"EPSG:{epsg}",
        epsg=epsg,
    )


def refuse_older(path: Path, lacking: tuple[str, ...]) -> None:
    """Refuse to only read a file that must first be brought up to date."""
    if lacking:
        raise StoreError(
            "store_older",
            zh="档案 {name} 由旧版程序写成，要先升级（{steps}）：请用程序打开一次。",
            en="The records {name} were written by an older program and need {steps}: open them once in the program.",
            where=str(path),
            name=path.name,
            steps=", ".join(lacking),
        )


def restored(path: Path, names: tuple[str, ...]) -> Problem | None:
    """Say that triggers another program dropped were put back."""
    if not names:
        return None
    return Problem(
        "triggers_restored",
        f"别的程序删掉了档案的 {len(names)} 个触发器，已补回并重建空间索引。",
        f"Another program dropped {len(names)} triggers of the records; they were put back and the spatial index "
        "rebuilt.",
        str(path),
        "请核对近期的改动；在 QGIS 中不要改表结构。",
        "Look through the recent changes; do not change the structure of tables in QGIS.",
    )


def edited_outside(path: Path) -> Problem:
    """Say that another program edited the records."""
    return Problem(
        "edited_outside",
        "档案在程序之外（如 QGIS）被改过，改动已记入历史和日志。",
        "The records were edited outside the program (as by QGIS); history and log have the changes.",
        str(path),
        "请在历史里核对这些改动。",
        "Look through these changes in the history.",
    )


def accounts_missing(path: Path) -> StoreError:
    """Say that a file came without its accounts."""
    return StoreError(
        "accounts_missing",
        zh="档案 {name} 旁边没有账号文件：这是交换用的副本，只能查看。",
        en="The records {name} came without their accounts: this copy is for reading only.",
        where=str(path),
        name=path.name,
    )


@contextmanager
def damage_as_sentence(path: Path) -> Iterator[None]:
    """Turn the engine's word for a damaged file into a sentence."""
    try:
        yield
    except (sqlite3.DatabaseError, sa.exc.DatabaseError) as fault:
        raise StoreError(
            "store_damaged",
            zh="档案 {name} 已损坏，读不出来：请从最近的备份恢复，坏文件另存勿删。",
            en="The records {name} are damaged and cannot be read: restore the latest backup and keep the bad file.",
            where=str(path),
            name=path.name,
        ) from fault


def _foreign(path: Path) -> StoreError:
    return StoreError(
        "store_foreign",
        zh="{name} 不是界标的档案：请选择本乡镇的 .gpkg 档案文件。",
        en="{name} is not a Jiebiao file: choose the township's own .gpkg.",
        where=str(path),
        name=path.name,
    )
