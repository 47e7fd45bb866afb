"""Reckon the day a time limit ends, with the State Council's calendars and any the office imported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data import calendars
from geo import deadline as reckoning
from geo.errors import ArgumentError

__all__ = ["deadline", "read_date"]


def read_date(text: str) -> date:
    """Read a day as people write it: 2026-11-21, 2026.11.21, 2026/11/21, 20261121 or 2026年11月21日.

    Raises
    ------
    ArgumentError
        ``date_unreadable``.
    """
    plain = (
        text.strip()
        .replace("年", "-")
        .replace("月", "-")
        .removesuffix("日")
        .replace("/", "-")
        .replace(".", "-")
    )
    parts = [plain[:4], plain[4:6], plain[6:]] if plain.isdigit() and len(plain) == 8 else plain.split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError as fault:
        raise ArgumentError(
            "date_unreadable",
            zh="日期“{text}”读不懂：请写成 2026-11-21。",
            en="The date {text!r} cannot be read: write it as 2026-11-21.",
            where="DATE",
            text=text[:40],
        ) from fault


def deadline(
    received: str, *, days: int, natural: bool = False, calendar: Path | None = None
) -> dict[str, str]:
    """Return ``{"due": ISO date}`` for a limit of ``days`` from the day received."""
    known = calendars.published()
    if calendar is not None:
        known = known.merged(calendars.read_calendar(calendar))
    return {"due": reckoning.due_date(read_date(received), days, known, natural=natural).isoformat()}
