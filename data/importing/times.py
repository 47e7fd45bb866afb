"""Time stamps of receivers and phones: ISO 8601 in its many spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from data.importing.sentences import problem
from geo.errors import Problem

__all__ = ["check_times", "normal_time"]

_STAMP = re.compile(
    r"^\s*(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[T\s]+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?P<fraction>[.,]\d+)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{2})?\s*$",
    re.IGNORECASE,
)
_EARLIEST = "1990-01-01"


def normal_time(text: str) -> str | None:
    """Return a stamp in UTC, ``2026-11-20T08:00:00Z``; without a zone in the file, without ``Z``; or None.

    >>> normal_time("2026-11-20T16:00:00.500+08:00")
    '2026-11-20T08:00:00.5Z'
    >>> normal_time("2026/11/20 8:00")
    '2026-11-20T08:00:00'
    """
    match = _STAMP.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in re.split("[-/]", match["date"]))
    clock = [int(part) for part in match["clock"].split(":")]
    try:
        stamp = datetime(year, month, day, clock[0], clock[1], min(clock[2], 59) if len(clock) > 2 else 0)
        zone = match["zone"]
        if zone and zone.upper() != "Z":
            digits = zone[1:].replace(":", "").ljust(4, "0")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
            stamp = stamp - shift if zone[0] == "+" else stamp + shift
    except (ValueError, OverflowError):
        return None
    fraction = (match["fraction"] or "").replace(",", ".").rstrip("0").rstrip(".")
    return stamp.isoformat(timespec="seconds") + fraction + ("Z" if zone else "")


def check_times(
    raw: Sequence[str], times: Sequence[str | None], where: str, latest_time: str | None
) -> list[Problem]:
    """List stamps that cannot be read, cannot be believed, or run backwards; positions are never touched."""
    latest = latest_time or (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    unreadable = [i for i, text in enumerate(raw) if text.strip() and times[i] is None]
    unbelievable = [i for i, time in enumerate(times) if time and not _EARLIEST <= time <= latest]
    doubted = set(unbelievable)
    known = [(i, time.rstrip("Z")) for i, time in enumerate(times) if time and i not in doubted]
    backwards = [later[0] for earlier, later in pairwise(known) if later[1] < earlier[1]]
    found = []
    for code, rows in (
        ("time_unreadable", unreadable),
        ("time_unbelievable", unbelievable),
        ("time_backwards", backwards),
    ):
        if rows:
            first = raw[rows[0]] if code != "time_unbelievable" else times[rows[0]]
            found.append(
                problem(code, f"{where} · {rows[0] + 1}", count=len(rows), vertex=rows[0] + 1, first=first)
            )
    return found
