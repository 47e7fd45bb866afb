"""Evidence beside the store: photographs, scans and files, named by the SHA-256 of their content.

Scans of signatures and fingerprints are *sensitive*: they lie encrypted. Everything is verified whenever it
is read. A file is on the disk before its record is committed, so that a record never lacks its file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
import sqlalchemy as sa
from shapely.geometry import Point

from data.store import photo
from data.store.changes import Changes
from data.store.engine import Database
from data.store.files import write_whole
from data.store.records import Evidence
from data.store.rows import Rows
from data.store.vault import Vault
from geo import crs
from geo.errors import StoreError

__all__ = ["EvidenceBox"]

_NEAR_DEG = 3.0
"""Beyond this from the zone's meridian a photograph was not taken in the township, or its receiver erred."""


class EvidenceBox(Rows[Evidence]):
    """The evidence of a township's cases; records here, contents in ``folder``."""

    def __init__(
        self,
        database: Database,
        tables: sa.MetaData,
        changes: Changes,
        *,
        folder: Path,
        vault: Vault,
        zone: crs.Zone,
    ) -> None:
        super().__init__(database, tables.tables["evidence"], Evidence)
        self.folder = folder
        self._vault = vault
        self._changes = changes
        self._zone = zone

    def put(
        self,
        content: bytes,
        *,
        name: str,
        kind: Literal["photo", "scan", "file"] = "file",
        case_id: int | None = None,
        media_type: str = "application/octet-stream",
        sensitive: bool | None = None,
    ) -> Evidence:
        """Keep ``content``; a photograph's own position becomes a point on the map.

        Parameters
        ----------
        sensitive : bool, optional
            Keep it encrypted; by default scans are (they show fingerprints), others are not.

        Raises
        ------
        FileError
            ``photo_unreadable`` when a photograph is none.
        StoreError
            As :meth:`Rows.add`.
        """
        facts = photo.read_facts(content, name) if kind == "photo" else None
        sealed = kind == "scan" if sensitive is None else sensitive
        digest = hashlib.sha256(content).hexdigest()
        self._keep(digest, content, sealed=sealed)
        return self.add(
            Evidence(
                case_id=case_id,
                kind=kind,
                name=name,
                sha256=digest,
                media_type=facts.media_type if facts else media_type,
                size_bytes=len(content),
                sensitive=sealed,
                added_at=self._changes.current().at,
                taken_at=facts.taken_at if facts else "",
                lon_deg=facts.lon_deg if facts else None,
                lat_deg=facts.lat_deg if facts else None,
                geometry=self._place(facts),
            )
        )

    def read(self, sha256: str) -> bytes:
        """Return the content with this digest, verified.

        Raises
        ------
        StoreError
            ``evidence_missing``; ``evidence_altered``; ``key_missing`` or ``seal_broken`` for a scan.
        """
        plain, sealed = self._paths(sha256)
        if sealed.exists():
            content = self._vault.open(sealed.read_bytes())
        elif plain.exists():
            content = plain.read_bytes()
        else:
            raise StoreError(
                "evidence_missing",
                zh="证据文件 {digest} 不在档案文件夹里：请从备份恢复，或重新放入原件。",
                en="The evidence {digest} is not in the records' folder: restore it from a backup or add it again.",
                where=sha256,
                digest=sha256[:12],
            )
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(
                "evidence_altered",
                zh="证据文件 {digest} 的内容与入档时不同，不能作为证据使用：请从备份恢复。",
                en="The evidence {digest} is not what was filed and cannot serve: restore it from a backup.",
                where=sha256,
                digest=sha256[:12],
            )
        return content

    def exported(self, evidence: Evidence) -> bytes:
        """Return the content as it may leave: photographs without their EXIF.

        Raises
        ------
        StoreError, FileError
            As :meth:`read`; ``photo_unreadable``.
        """
        content = self.read(evidence.sha256)
        picture = evidence.kind == "photo" or evidence.media_type.startswith("image/")
        return photo.without_metadata(content, evidence.name or "") if picture else content

    def damaged(self) -> tuple[str, ...]:
        """Return the digests of filed evidence that is missing or not what was filed."""
        with self._database.read() as connection:
            digests = connection.execute(sa.select(self._table.c.sha256).distinct()).scalars().all()
        return tuple(digest for digest in sorted(digests) if not self._sound(digest))

    def _sound(self, digest: str) -> bool:
        try:
            self.read(digest)
        except StoreError:
            return False
        return True

    def _keep(self, digest: str, content: bytes, *, sealed: bool) -> None:
        plain, locked = self._paths(digest)
        if sealed and not locked.exists():
            write_whole(locked, self._vault.seal(content))
        if sealed:
            plain.unlink(missing_ok=True)
        elif not plain.exists() and not locked.exists():
            write_whole(plain, content)

    def _paths(self, digest: str) -> tuple[Path, Path]:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise StoreError(
                "evidence_missing",
                zh="“{digest}”不是证据编号：请从案件的证据列表中选择。",
                en="{digest!r} is not the number of an evidence: choose one from the case's list.",
                where=digest[:64],
                digest=digest[:64],
            )
        own = self.folder / digest[:2]
        return own / digest, own / f"{digest}.sealed"

    def _place(self, facts: photo.PhotoFacts | None) -> Point | None:
        if facts is None or facts.lon_deg is None or facts.lat_deg is None:
            return None
        if abs(facts.lon_deg - self._zone.central_meridian_deg) > _NEAR_DEG:
            return None
        spot = crs.round_mm(crs.to_working(np.array([[facts.lon_deg, facts.lat_deg]]), self._zone))
        return Point(spot[0])
