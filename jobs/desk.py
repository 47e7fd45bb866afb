"""The township whose records are open in this process: one store, shared by every page and route."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.store import Store
from geo.errors import StoreError

__all__ = ["Desk", "Store", "close", "current", "is_open", "put", "switch"]

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def _code() -> str:
    """Return eight letters and digits that cannot be taken for one another."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


@dataclass(slots=True, kw_only=True)
class Desk:
    """An open store and how it may be reached.

    ``lan`` tells whether other machines of the office may come; then the first account needs ``first_code``,
    which only the console shows.
    """

    store: Store
    address: str = ""
    lan: bool = False
    first_code: str = field(default_factory=_code)


_lock = threading.RLock()
_desk: Desk | None = None


def put(desk: Desk) -> Desk:
    """Make ``desk`` the one of this process and return it."""
    global _desk
    with _lock:
        _desk = desk
    return desk


def is_open() -> bool:
    """Tell whether a township is open."""
    return _desk is not None


def current() -> Desk:
    """Return the open desk.

    Raises
    ------
    StoreError
        ``no_store_open`` before the launcher has opened one.
    """
    desk = _desk
    if desk is None:
        raise StoreError(
            "no_store_open",
            zh="没有打开任何乡镇的档案：请从 start.py 启动程序。",
            en="No township's records are open: start the program with start.py.",
        )
    return desk


def switch(opened: Callable[[Path], Store], path: Path) -> Desk:
    """Close the open store and go on with the one at ``path``; on failure the old one is opened again."""
    with _lock:
        old = current()
        old_path = old.store.path
        old.store.close()
        try:
            old.store = opened(path)
        except Exception:
            old.store = opened(old_path)
            raise
        return old


def close() -> None:
    """Close the store, if one is open."""
    global _desk
    with _lock:
        if _desk is not None:
            _desk.store.close()
        _desk = None
