"""Where the files served to the browser and the Chinese typeface lie."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ASSETS", "FONT_BOLD", "FONT_REGULAR", "text"]

ASSETS = Path(__file__).resolve().parent / "assets"
"""Folder of everything vendored; each part keeps its licence beside it."""

FONT_REGULAR = ASSETS / "fonts" / "NotoSansSC-Regular.ttf"
FONT_BOLD = ASSETS / "fonts" / "NotoSansSC-Bold.ttf"


def text(relative: str) -> str:
    """Return the text of a vendored script or style sheet."""
    return (ASSETS / relative).read_text(encoding="utf-8")
