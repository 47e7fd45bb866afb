"""One process writes an embedded file: a lock the system frees by itself when the process dies."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO

from geo.errors import StoreError

__all__ = ["WriterLock"]

_LOCKED_BYTE = 1 << 30
"""Beyond the note's end, so that others can read who holds the lock while Windows locks the byte."""


class WriterLock:
    """Holds the right to write ``store_path``; beside it stands a note saying who holds it, and where.

    The lock is the operating system's: after a kill or a power cut it is free, whatever the note says.

    Raises
    ------
    StoreError
        ``store_in_use`` with ``address`` and ``pid`` of the process that writes.
    """

    def __init__(self, store_path: Path, *, address: str) -> None:
        self.path = store_path.with_name(store_path.name + ".lock")
        self._file: IO[str] | None = self.path.open("a+", encoding="utf-8")
        if not _take(self._file):
            holder = self._note()
            self._file.close()
            self._file = None
            raise StoreError(
                "store_in_use",
                zh="档案 {name} 正由另一个程序使用（{address}，进程 {pid}）：请到那里操作，或先关闭它。",
                en="The records {name} are in use by another program ({address}, process {pid}): "
                "work there, or close it first.",
                where=str(store_path),
                name=store_path.name,
                address=holder.get("address", "?"),
                pid=holder.get("pid", "?"),
            )
        self._write(address)

    def rename(self, address: str) -> None:
        """Say under which address the holder can be reached from now on."""
        self._write(address)

    def release(self) -> None:
        """Give the right back; harmless when called twice."""
        if self._file is None:
            return
        self._file.truncate(0)
        _free(self._file)
        self._file.close()
        self._file = None

    def _write(self, address: str) -> None:
        if self._file is None:
            raise RuntimeError("the lock was released")
        self._file.truncate(0)
        self._file.write(json.dumps({"address": address, "pid": os.getpid()}))
        self._file.flush()

    def _note(self) -> dict[str, object]:
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

    def _free(file: IO[str]) -> None:
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _free(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
