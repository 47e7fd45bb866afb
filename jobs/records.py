"""The township's records from the command line: check them, back them up, put a backup in place."""

from __future__ import annotations

import os
from pathlib import Path

from data.store import BackupManifest, Clock, Store, StoreReport, back_up
from data.store import restore as restore_backup
from geo.errors import ArgumentError, StoreError
from jobs import township

__all__ = ["PASSPHRASE_VARIABLE", "backup", "check", "locate", "restore"]

PASSPHRASE_VARIABLE = "JIEBIAO_PASSPHRASE"
"""Environment variable with the passphrase of backups."""

_CHECKOUT = Path(__file__).resolve().parent.parent


def locate(store: Path | None = None) -> Path:
    """Return the file of the records; see :func:`jobs.township.locate`.

    Raises
    ------
    ArgumentError
        ``store_in_program_folder``: an update of the program would touch them there.
    """
    path = township.locate(store).expanduser().absolute()
    if _CHECKOUT in path.resolve().parents:
        raise ArgumentError(
            "store_in_program_folder",
            zh="档案不能放在程序文件夹 {folder} 里（更新程序会碰到它）：请用 --store 或 JIEBIAO_HOME 另指一处。",
            en="Records cannot lie in the program's folder {folder} (an update would touch them): name another with "
            "--store or JIEBIAO_HOME.",
            where=str(path),
            folder=str(_CHECKOUT),
        )
    return path


def check(store: Path | None = None) -> dict[str, object]:
    """Check the records beside a running app and return what the command line prints."""
    with _reading(locate(store)) as opened:
        return _stated(opened.check(), opened)


def backup(store: Path | None, target: Path, *, passphrase: str | None = None) -> dict[str, object]:
    """Check the records, write a backup of them, read it back, and return what the command line prints.

    The passphrase is the one given, else that of the environment variable ``JIEBIAO_PASSPHRASE``.

    Raises
    ------
    StoreError
        As :func:`data.store.back_up`; a backup of unsound records is written all the same, and said to be.
    """
    secret = passphrase or os.environ.get(PASSPHRASE_VARIABLE) or None
    with _reading(locate(store)) as opened:
        stated = _stated(opened.check(), opened)
        manifest = back_up(opened, target.absolute(), passphrase=secret)
    return {**stated, **_written(manifest, target)}


def restore(target: Path, store: Path | None = None, *, passphrase: str | None = None) -> dict[str, object]:
    """Put a backup's records where there are none yet.

    Raises
    ------
    StoreError
        As :func:`data.store.restore`; ``backup_log_differs`` when the records are not those of the manifest.
    """
    secret = passphrase or os.environ.get(PASSPHRASE_VARIABLE) or None
    path = locate(store)
    manifest = restore_backup(target.absolute(), path, passphrase=secret)
    with _reading(path) as opened:
        report = opened.check(manifest.log_head)
        stated = _stated(report, opened)
    if not report.chain_valid:
        raise StoreError(
            "backup_log_differs",
            zh="恢复出的档案 {name} 日志链不完整，与备份清单不符：请换一份备份。",
            en="The log of the restored records {name} is not the one the backup states: take another backup.",
            where=str(path),
            name=path.name,
        )
    return {**stated, "store": str(path)}


def _reading(path: Path, clock: Clock = township.clock) -> Store:
    return Store.open(path, clock=clock, read_only=True)


def _stated(report: StoreReport, store: Store) -> dict[str, object]:
    return {
        "store": str(store.path),
        "rows": dict(report.rows),
        "chain_valid": report.chain_valid,
        "coverage_valid": report.coverage_valid,
        "sound": report.sound,
        "log_head": {"seq": report.log_head[0], "hash": report.log_head[1]},
        "chain_faults": [{"seq": fault.seq, "kind": fault.kind} for fault in report.chain_faults],
        "overlaps": [
            {"a": pair.a, "b": pair.b, "area_m2": pair.area_m2, "land_use": use}
            for use, coverage in report.coverage.items()
            for pair in coverage.overlaps
        ],
        "gaps": [{"area_m2": gap.area_m2} for gap in report.gaps],
        "triggers_missing": list(report.triggers_missing),
        "indexes_broken": list(report.indexes_broken),
        "evidence_damaged": list(report.evidence_damaged),
        "file_sound": report.file_sound,
        "problems": [problem.as_dict() for problem in store.problems],
    }


def _written(manifest: BackupManifest, target: Path) -> dict[str, object]:
    return {
        "written": str(target),
        "files": len(manifest.files),
        "encrypted": manifest.encrypted,
        "problems": [problem.as_dict() for problem in manifest.problems],
    }
