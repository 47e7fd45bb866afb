"""Where the files served to the browser and the Chinese typeface lie."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["ASSETS", "FONT_BOLD", "FONT_REGULAR", "fingerprint", "text"]

ASSETS = Path(__file__).resolve().parent / "assets"
"""Folder of everything vendored; each part keeps its licence beside it."""

FONT_REGULAR = ASSETS / "fonts" / "NotoSansSC-Regular.ttf"
FONT_BOLD = ASSETS / "fonts" / "NotoSansSC-Bold.ttf"


def text(relative: str) -> str:
    """Return the text of a vendored script or style sheet."""
    return (ASSETS / relative).read_text(encoding="utf-8")


@cache
def fingerprint() -> str:
    """Return eight hex digits that change when a script or style sheet changes, to keep browser caches right."""
    digest = hashlib.sha256()
    for path in sorted(ASSETS.rglob("*")):
        if path.suffix in {".js", ".css"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
