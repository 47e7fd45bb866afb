"""The parent's side: start a child for one file, watch its time and memory, and take its answer or kill it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import psutil

from data.importing.facts import ImportedFile, Limits
from data.importing.sentences import refusal
from data.importing.wire import unpack
from geo.errors import FileError

__all__ = ["read_bytes", "read_file"]

_ROOT = Path(__file__).resolve().parents[2]
_POLL_S = 0.02
_PASSED_ON = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "HOME",
    "USERPROFILE",
    "LANG",
    "PROJ_DATA",
    "LD_LIBRARY_PATH",
)


def read_file(path: str | Path, limits: Limits | None = None) -> ImportedFile:
    """Read a file from disk in a child process that is killed when it passes the limits.

    A loose ``.shp`` finds its other parts beside it.

    Raises
    ------
    FileError
        The file cannot be used, or passed a limit; one sentence says why.  Nothing is ever stored.
    """
    return _run(Path(path).name, str(Path(path).absolute()), None, str(path), limits or Limits())


def read_bytes(name: str, data: bytes, limits: Limits | None = None) -> ImportedFile:
    """Read an uploaded file's bytes in a child process; ``name`` is only shown and never opened.

    Raises
    ------
    FileError
        As for ``read_file``.
    """
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        facts = {"size_mb": round(len(data) / 1e6), "limit_mb": round(limits.file_bytes / 1e6)}
        raise refusal("file_too_large", name, name=name, **facts)
    return _run(name, None, data, name, limits)


def _run(name: str, path: str | None, data: bytes | None, shown: str, limits: Limits) -> ImportedFile:
    with tempfile.TemporaryDirectory(prefix="jiebiao-", ignore_cleanup_errors=True) as scratch:
        verdict, frame = _ask(name, path, data, replace(limits, scratch=scratch))
    if verdict is not None:
        raise _stopped(verdict, name, limits)
    try:
        return replace(unpack(frame), path=shown)
    except FileError:
        raise
    except ValueError as fault:
        raise refusal("reader_died", name, name=name, detail=f"{len(frame)} B") from fault


def _ask(name: str, path: str | None, data: bytes | None, limits: Limits) -> tuple[str | None, bytes]:
    """Return why the child was stopped, or None, and the frame it answered."""
    command = [sys.executable, "-X", "utf8", "-m", "data.importing.child", name.replace("\x00", "")]
    child = subprocess.Popen(
        command if path is None else [*command, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        cwd=_ROOT,
        env=_environment(),
    )
    watch = _Watch(child, limits)
    try:
        head = json.dumps(asdict(limits)).encode() + b"\n"
        frame = _talk(child, head, data or b"")
    finally:
        watch.stop()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
    return watch.verdict, frame


def _talk(child: subprocess.Popen[bytes], head: bytes, data: bytes) -> bytes:
    """Send the file and take the answer; a child killed meanwhile gives what it had written."""
    try:
        answer, _ = child.communicate(head + data)
    except BrokenPipeError:
        answer = b""
    return answer


def _environment() -> dict[str, str]:
    """Return the little of the environment a reader needs; one thread, so that memory is what is read."""
    kept = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    return kept | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(_ROOT),
    }


class _Watch:
    """Kills the child at its limit of time or of resident memory, and remembers which it was."""

    def __init__(self, child: subprocess.Popen[bytes], limits: Limits) -> None:
        self.verdict: str | None = None
        self._child = child
        self._limits = limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch, and the child if it still runs."""
        self._done.set()
        self._thread.join()
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()

    def _look(self) -> None:
        deadline = time.monotonic() + self._limits.seconds
        while not self._done.wait(_POLL_S) and self._child.poll() is None:
            if time.monotonic() > deadline:
                self._kill("too_slow")
            elif _resident_bytes(self._child.pid) > self._limits.memory_bytes:
                self._kill("too_much_memory")

    def _kill(self, verdict: str) -> None:
        self.verdict = verdict
        self._child.kill()


def _resident_bytes(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _stopped(verdict: str, name: str, limits: Limits) -> FileError:
    if verdict == "too_slow":
        return refusal("too_slow", name, name=name, limit_s=f"{limits.seconds:g}")
    return refusal("too_much_memory", name, name=name, limit_mb=round(limits.memory_bytes / 1024**2))
