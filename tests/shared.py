"""Where tests find the files made by others; absent files skip, saying so."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"


def path(relative: str) -> Path:
    """Return the shared file or folder ``relative``, or skip the test when it is not on this machine."""
    found = DATA / relative
    if not found.exists():
        pytest.skip(f"shared file {relative} is not on this machine")
    return found


def present(relative: str) -> bool:
    """Tell whether the shared file or folder is on this machine (for parametrisation)."""
    return (DATA / relative).exists()
