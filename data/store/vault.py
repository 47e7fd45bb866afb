"""Encryption at rest for scans with fingerprints: one key in the records' folder."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from geo.errors import StoreError

__all__ = ["Vault"]


class Vault:
    """Seals and opens sensitive content with the key at ``path`` (made on first use, readable by its owner)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def seal(self, content: bytes) -> bytes:
        """Return ``content`` encrypted and authenticated."""
        return self._cipher(make=True).encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises
        ------
        StoreError
            ``key_missing``; ``seal_broken`` when the content or the key is not the one it was sealed with.
        """
        try:
            return self._cipher(make=False).decrypt(sealed)
        except InvalidToken as fault:
            raise StoreError(
                "seal_broken",
                zh="加密的扫描件打不开：文件被改动，或密钥 {key} 不是当时的那一把。请从备份恢复。",
                en="An encrypted scan does not open: it was altered, or the key {key} is not the one it was sealed "
                "with. Restore both from a backup.",
                where=str(self.path),
                key=self.path.name,
            ) from fault

    def _cipher(self, *, make: bool) -> Fernet:
        if not self.path.exists():
            if not make:
                raise StoreError(
                    "key_missing",
                    zh="密钥文件 {key} 不见了，加密的扫描件打不开：请从备份恢复它。",
                    en="The key file {key} is missing, so encrypted scans do not open: restore it from a backup.",
                    where=str(self.path),
                    key=self.path.name,
                )
            self._make()
        return Fernet(self.path.read_bytes())

    def _make(self) -> None:
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
