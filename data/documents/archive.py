"""Zip archives whose bytes depend on their contents only: office files re-zipped, and the package itself."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

__all__ = ["pack", "sealed"]

_OLDEST = (1980, 1, 1, 0, 0, 0)
_CREATED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")


def pack(parts: Iterable[tuple[str, bytes]], made_at: datetime) -> bytes:
    """Return a zip of ``(name, bytes)`` in the order given, every entry dated ``made_at``."""
    stamp = (made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, made_at.second)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name, date_time=max(stamp, _OLDEST))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def sealed(office_file: bytes, made_at: datetime) -> bytes:
    """Return a DOCX or XLSX with every date in it set to ``made_at``, so that it does not tell the clock."""
    moment = made_at if made_at.tzinfo is None else made_at.astimezone(UTC)
    iso = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(office_file)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    fixed = [
        (name, _CREATED.sub(rb"\g<1>" + iso + rb"\g<3>", data) if name == "docProps/core.xml" else data)
        for name, data in parts
    ]
    return pack(fixed, made_at)
