"""Open the township at start; the invented one is made when it is asked for and not there yet."""

from __future__ import annotations

import sys
from pathlib import Path

from data.store import Store
from jobs import demo, township

__all__ = ["open_or_begin"]


def open_or_begin(path: Path, *, address: str = "") -> Store:
    """Open a township's file; the invented township is made when it is asked for and not there yet.

    Raises
    ------
    StoreError
        As :meth:`data.store.Store.open`; ``store_missing`` when a file was named that is not there.
    """
    if path.name == township.DEMO and not path.exists():
        _make_demo(path)
    return township.open_store(path, address=address)


def _make_demo(path: Path) -> None:
    demo.make(path, progress=_told)


def _told(share: float, zh: str, en: str) -> None:
    """Say on the console how far the invented township is: it takes half a minute, once."""
    print(f"{share:4.0%}  {zh}  {en}", file=sys.stderr, flush=True)
