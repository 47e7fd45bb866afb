"""Files on disk that are whole or absent, whatever happens."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import psutil

from geo.errors import Problem

__all__ = ["network_problem", "settle_folder", "sha256_of", "write_whole"]

_NETWORK_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "afs", "ncpfs", "9p"}
)
_PIECE_BYTES = 1 << 20


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` under ``path`` so that a reader sees all of it or nothing, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Make a folder's new names last; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def network_problem(path: Path) -> Problem | None:
    """Return a warning when ``path`` lies on a network share, where SQLite's locks and journal fail."""
    text = str(path)
    on_share = text.startswith(("\\\\", "//")) or _mount_is_remote(path)
    if not on_share:
        return None
    return Problem(
        "store_on_network_share",
        f"档案 {path.name} 放在网络共享上：多台电脑的锁在那里不可靠，断线会损坏档案。",
        f"The records {path.name} lie on a network share: locks do not hold there and a lost connection can damage "
        "them.",
        str(path),
        "请把档案放在本机磁盘，用备份文件交换。",
        "Keep the records on a local disk and exchange backups.",
    )


def _mount_is_remote(path: Path) -> bool:
    """Tell whether the mount that holds ``path`` is a network file system."""
    place = path.resolve()
    holding = [
        part
        for part in psutil.disk_partitions(all=True)
        if place == Path(part.mountpoint) or Path(part.mountpoint) in place.parents
    ]
    if not holding:
        return False
    mount = max(holding, key=lambda part: len(part.mountpoint))
    kind = mount.fstype.lower()
    return kind in _NETWORK_SYSTEMS or kind.startswith("fuse.sshfs") or "remote" in mount.opts.split(",")
