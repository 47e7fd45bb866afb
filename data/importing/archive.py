"""Zip archives read in memory: no name in them ever becomes a path on the disk."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass

from data.importing.facts import Limits
from data.importing.sentences import problem, refusal
from geo.errors import Problem

__all__ = ["Archive", "Member", "open_archive", "unpack_stream"]

_CHUNK = 1 << 20
_SMALL = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its name as people read it, and its declared size."""

    name: str
    size_bytes: int
    entry: zipfile.ZipInfo

    @property
    def suffix(self) -> str:
        """Return the lower-case suffix with its dot, or nothing."""
        return posixpath.splitext(self.name.lower())[1]

    @property
    def stem(self) -> str:
        """Return the name without its suffix, lower case, the folder included."""
        return posixpath.splitext(self.name.lower())[0]


class Archive:
    """An opened archive whose entries were counted and named, but not yet unpacked."""

    def __init__(self, name: str, zipped: zipfile.ZipFile, limits: Limits) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._zipped = zipped
        self._limits = limits
        self._unpacked_bytes = 0
        self.members = tuple(self._safe_members())

    def _safe_members(self) -> list[Member]:
        members = []
        for entry in self._zipped.infolist():
            name = _readable_name(entry)
            if not entry.filename or entry.is_dir() or _is_litter(name):
                continue
            if _leaves_archive(name):
                self.problems.append(problem("archive_unsafe_name", name, member=name))
                continue
            members.append(Member(name, entry.file_size, entry))
        return members

    def read(self, member: Member) -> bytes:
        """Return a member's bytes, unpacked in pieces and given up when they pass the limits.

        Raises
        ------
        FileError
            ``archive_bomb``, ``archive_locked`` or ``damaged``.
        """
        self.check(member, member.size_bytes)
        pieces, size = [], 0
        try:
            with self._zipped.open(member.entry) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    self.check(member, size)
                    pieces.append(piece)
        except RuntimeError as fault:
            raise refusal("archive_locked", member.name, name=self.name) from fault
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as fault:
            raise refusal(
                "damaged", member.name, name=self.name, where_in=member.name, detail=str(fault)[:120]
            ) from fault
        self._unpacked_bytes += size
        return b"".join(pieces)

    def check(self, member: Member, size: int | None = None) -> None:
        """Refuse a member whose size, declared or found so far, passes the limits.

        Raises
        ------
        FileError
            ``archive_bomb``.
        """
        size = member.size_bytes if size is None else size
        ratio = size / max(1, member.entry.compress_size)
        too_dense = ratio > self._limits.archive_ratio and size > _SMALL
        too_large = size > self._limits.member_bytes
        if too_dense or too_large or self._unpacked_bytes + size > self._limits.archive_bytes:
            raise refusal(
                "archive_bomb",
                member.name,
                name=self.name,
                member=member.name,
                size_mb=round(max(size, member.size_bytes) / 1e6),
                ratio=round(max(ratio, member.size_bytes / max(1, member.entry.compress_size))),
            )


def open_archive(name: str, data: bytes, limits: Limits) -> Archive:
    """Open a zip archive held in memory.

    Raises
    ------
    FileError
        ``damaged`` when it is no sound archive, ``archive_entries`` when it has too many.
    """
    try:
        zipped = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise refusal("damaged", name, name=name, where_in="zip", detail=str(fault)[:120]) from fault
    count = len(zipped.infolist())
    if count > limits.archive_entries:
        raise refusal("archive_entries", name, name=name, count=count, limit=limits.archive_entries)
    return Archive(name, zipped, limits)


def unpack_stream(name: str, data: bytes, kind: str, limits: Limits) -> bytes:
    """Return the content of a single compressed file, ``gzip`` or ``bzip2``, within the limits.

    Raises
    ------
    FileError
        ``archive_bomb`` or ``damaged``.
    """
    import bz2
    import gzip

    try:
        with gzip.open(io.BytesIO(data)) if kind == "gzip" else bz2.open(io.BytesIO(data)) as opened:
            content = opened.read(limits.member_bytes + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise refusal("damaged", name, name=name, where_in=kind, detail=str(fault)[:120]) from fault
    ratio = len(content) / max(1, len(data))
    if len(content) > limits.member_bytes or (ratio > limits.archive_ratio and len(content) > _SMALL):
        size_mb = round(len(content) / 1e6)
        raise refusal("archive_bomb", name, name=name, member=name, size_mb=size_mb, ratio=round(ratio))
    return bytes(content)


def _readable_name(entry: zipfile.ZipInfo) -> str:
    """Return the entry's name; names without the UTF-8 flag are GB18030 in Chinese archives."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return entry.filename


def _leaves_archive(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name


def _is_litter(name: str) -> bool:
    base = posixpath.basename(name)
    return name.startswith("__MACOSX/") or base.startswith("._") or base in {".DS_Store", "Thumbs.db"}
