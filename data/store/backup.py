"""Backups: one zip with a consistent copy of the records, the accounts, the evidence and a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from data.store.files import settle_folder, sha256_of
from data.store.openings import companions
from data.store.sealed import is_sealed, seal_file, unseal_file
from data.store.store import Store
from geo.errors import Problem, StoreError

__all__ = ["BackupManifest", "back_up", "read_manifest", "restore"]

_FORMAT = "jiebiao-backup-1"
_MANIFEST = "manifest.json"
_RECORDS, _ACCOUNTS, _KEY, _EVIDENCE = "records.gpkg", "accounts.sqlite", "records.key", "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupManifest:
    """What a backup holds: SHA-256 by name, and the sealed log's last entry at its making."""

    township: str
    made_at: datetime
    log_head: tuple[int, str]
    files: Mapping[str, str]
    encrypted: bool
    problems: tuple[Problem, ...] = ()


def back_up(store: Store, target: Path, *, passphrase: str | None = None) -> BackupManifest:
    """Write a backup while the store is in use, whole or not at all, and read it back.

    Parameters
    ----------
    target : Path
        The file to write; one that exists is replaced only when the new one is whole.
    passphrase : str, optional
        Encrypt the backup. Without one it holds personal data, and the key of the scans, readable by
        whoever has it: a problem says so.

    Raises
    ------
    StoreError
        ``backup_unwritable``; ``backup_damaged`` when it does not read back.
    """
    at = store.clock()
    try:
        with _beside(target) as folder:
            plain = folder / "backup.zip"
            _write(store, folder, plain, at)
            manifest = _verified(plain, encrypted=passphrase is not None)
            ready = plain
            if passphrase is not None:
                ready = folder / "backup.sealed"
                seal_file(plain, ready, passphrase)
            os.replace(ready, target)
        settle_folder(target.parent)
    except OSError as fault:
        raise StoreError(
            "backup_unwritable",
            zh="备份写不到 {name}（{reason}）：请核对文件夹与剩余空间。",
            en="The backup cannot be written to {name} ({reason}): check the folder and the space left.",
            where=str(target),
            name=target.name,
            reason=fault.strerror or str(fault),
        ) from fault
    return manifest


def read_manifest(backup: Path, *, passphrase: str | None = None) -> BackupManifest:
    """Verify every file of a backup and return its manifest.

    Raises
    ------
    StoreError
        ``backup_missing``, ``backup_foreign``, ``backup_damaged``, ``passphrase_needed``,
        ``passphrase_wrong``.
    """
    with _opened(backup, passphrase) as (plain, encrypted):
        return _verified(plain, encrypted=encrypted)


def restore(backup: Path, target: Path, *, passphrase: str | None = None) -> BackupManifest:
    """Put a backup's records at ``target`` with accounts, key and evidence beside it.

    Nothing is put in place before everything is verified; nothing that exists is overwritten.

    Raises
    ------
    StoreError
        As :func:`read_manifest`; ``store_exists``.
    """
    folder, key, accounts = companions(target)
    for place in (target, folder, key, accounts):
        if place.exists():
            raise StoreError(
                "store_exists",
                zh="{name} 已经存在，不会覆盖：请恢复到一个空文件夹。",
                en="{name} exists and is not overwritten: restore into an empty folder.",
                where=str(place),
                name=place.name,
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    with _opened(backup, passphrase) as (plain, encrypted), _beside(target) as space:
        manifest = _verified(plain, encrypted=encrypted)
        with zipfile.ZipFile(plain) as archive:
            archive.extractall(space, members=list(manifest.files))
        if (space / _EVIDENCE).exists():
            (space / _EVIDENCE).replace(folder)
        for name, place in ((_KEY, key), (_ACCOUNTS, accounts), (_RECORDS, target)):
            if (space / name).exists():
                (space / name).replace(place)
        if key.exists():
            key.chmod(0o600)
    return manifest


def _write(store: Store, folder: Path, plain: Path, at: datetime) -> None:
    """Copy the records first: evidence is always on the disk before the record that names it."""
    head = _copy(store, folder / _RECORDS, folder / _ACCOUNTS)
    sources = dict(_sources(store, folder))
    digests = {name: sha256_of(path) for name, path in sorted(sources.items())}
    manifest = {
        "format": _FORMAT,
        "township": store.name,
        "made_at": at.isoformat(),
        "log_head": list(head),
        "files": digests,
    }
    stamp = at.timetuple()[:6]
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in digests:
            entry = zipfile.ZipInfo(name, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with sources[name].open("rb") as source, archive.open(entry, "w", force_zip64=True) as into:
                shutil.copyfileobj(source, into, 1 << 20)
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1)
        archive.writestr(zipfile.ZipInfo(_MANIFEST, date_time=stamp), text)
    with plain.open("rb") as file:
        os.fsync(file.fileno())


def _copy(store: Store, records: Path, accounts: Path) -> tuple[int, str]:
    store.copy_to(records)
    if store.has_accounts:
        store.accounts.copy_to(accounts)
    with Store.open(records, clock=store.clock, read_only=True) as copy:
        return copy.log.head()


def _sources(store: Store, folder: Path) -> Iterator[tuple[str, Path]]:
    evidence, key, _ = companions(store.path)
    for name, path in ((_RECORDS, folder / _RECORDS), (_ACCOUNTS, folder / _ACCOUNTS), (_KEY, key)):
        if path.exists():
            yield name, path
    for path in sorted(evidence.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"{_EVIDENCE}/{path.relative_to(evidence).as_posix()}", path


@contextmanager
def _opened(backup: Path, passphrase: str | None) -> Iterator[tuple[Path, bool]]:
    """Give the plain zip of a backup and whether it was encrypted."""
    if not backup.is_file():
        raise StoreError(
            "backup_missing",
            zh="没有找到备份 {name}：请核对位置。",
            en="There is no backup at {name}: check the place.",
            where=str(backup),
            name=backup.name,
        )
    if not is_sealed(backup):
        yield backup, False
        return
    if not passphrase:
        raise StoreError(
            "passphrase_needed",
            zh="备份 {name} 是加密的：请给出口令。",
            en="The backup {name} is encrypted: give its passphrase.",
            where=str(backup),
            name=backup.name,
        )
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "backup.zip"
        unseal_file(backup, plain, passphrase)
        yield plain, True


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a folder on the same disk, so that files move into place at once."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as folder:
        yield Path(folder)


def _verified(plain: Path, *, encrypted: bool) -> BackupManifest:
    try:
        with zipfile.ZipFile(plain) as archive:
            stated = json.loads(archive.read(_MANIFEST))
            if stated.get("format") != _FORMAT:
                raise _foreign(plain)
            wrong = _wrong_files(archive, stated["files"])
    except StoreError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        raise _foreign(plain) from fault
    if wrong:
        raise StoreError(
            "backup_damaged",
            zh="备份里的 {files} 与清单不符：请换一份备份。",
            en="In the backup, {files} differ from the manifest: take another backup.",
            where=plain.name,
            files=", ".join(wrong[:5]),
        )
    return BackupManifest(
        township=stated["township"],
        made_at=datetime.fromisoformat(stated["made_at"]),
        log_head=(int(stated["log_head"][0]), str(stated["log_head"][1])),
        files=stated["files"],
        encrypted=encrypted,
        problems=() if encrypted else (_readable_by_all(),),
    )


def _wrong_files(archive: zipfile.ZipFile, files: Mapping[str, str]) -> list[str]:
    names = set(archive.namelist()) - {_MANIFEST}
    wrong = sorted(names ^ set(files)) + [name for name in files if not _inside(name)]
    for name, stated in files.items():
        if name in names and _inside(name):
            with archive.open(name) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != stated:  # type: ignore[arg-type]
                    wrong.append(name)
    return wrong


def _inside(name: str) -> bool:
    """Tell whether a name stays in the folder it is unpacked to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _readable_by_all() -> Problem:
    return Problem(
        "backup_not_encrypted",
        "备份没有加密：里面有个人信息和扫描件的密钥。",
        "The backup is not encrypted: it holds personal data and the key of the scans.",
        "",
        "请设口令，或把备份锁好。",
        "Give a passphrase, or keep the backup under lock.",
    )


def _foreign(backup: Path) -> StoreError:
    return StoreError(
        "backup_foreign",
        zh="{name} 不是界标的备份，或已损坏：请选择备份文件。",
        en="{name} is no Jiebiao backup, or damaged: choose a backup file.",
        where=str(backup),
        name=backup.name,
    )
