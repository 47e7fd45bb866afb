"""A file encrypted under a passphrase, piece by piece, for backups that leave the office.

Layout: ``JBSEAL1`` and a 16-byte salt, then pieces of 1 MiB, each AES-256-GCM under a key from scrypt. A
piece's number and whether it is the last are authenticated, so that none can be dropped or exchanged.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from geo.errors import StoreError

__all__ = ["is_sealed", "seal_file", "unseal_file"]

_MAGIC = b"JBSEAL1\x00"
_SALT_BYTES = 16
_TAG_BYTES = 16
_PIECE_BYTES = 1 << 20


def is_sealed(path: Path) -> bool:
    """Tell whether a file was written by :func:`seal_file`."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def seal_file(source: Path, target: Path, passphrase: str) -> None:
    """Write ``source`` encrypted to ``target``."""
    salt = os.urandom(_SALT_BYTES)
    cipher = AESGCM(_key(passphrase, salt))
    with source.open("rb") as plain, target.open("wb") as file:
        file.write(_MAGIC + salt)
        piece, number = plain.read(_PIECE_BYTES), 0
        while True:
            following = plain.read(_PIECE_BYTES)
            file.write(cipher.encrypt(*_place(number, last=not following, piece=piece)))
            if not following:
                break
            piece, number = following, number + 1
        file.flush()
        os.fsync(file.fileno())


def unseal_file(source: Path, target: Path, passphrase: str) -> None:
    """Write what was sealed in ``source`` to ``target``.

    Raises
    ------
    StoreError
        ``passphrase_wrong`` when the passphrase is another or the file was altered or cut.
    """
    with source.open("rb") as file, target.open("wb") as plain:
        file.read(len(_MAGIC))
        cipher = AESGCM(_key(passphrase, file.read(_SALT_BYTES)))
        try:
            _unseal(file, plain, cipher)
        except InvalidTag as fault:
            raise StoreError(
                "passphrase_wrong",
                zh="备份 {name} 打不开：口令不对，或文件不完整。请核对口令，或换一份备份。",
                en="The backup {name} does not open: the passphrase is wrong or the file is not whole. Check the "
                "passphrase, or take another backup.",
                where=str(source),
                name=source.name,
            ) from fault


def _unseal(file: IO[bytes], plain: IO[bytes], cipher: AESGCM) -> None:
    piece, number = file.read(_PIECE_BYTES + _TAG_BYTES), 0
    while True:
        following = file.read(_PIECE_BYTES + _TAG_BYTES)
        plain.write(cipher.decrypt(*_place(number, last=not following, piece=piece)))
        if not following:
            return
        piece, number = following, number + 1


def _place(number: int, *, last: bool, piece: bytes) -> tuple[bytes, bytes, bytes]:
    """Return nonce, content and what is authenticated beside; the key is new for every file."""
    return struct.pack(">4xQ", number), piece, struct.pack(">Q?", number, last)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode("utf-8"))
