"""Published working-day calendars: those the library carries, and files an office imports for later years.

Files understood: the State Council notice as JSON, one object a year
(``{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}, …]}``) or a list of them, and CSV with a date and
休/班 (or off/work) in each row. A file that names a year without any day is a year not yet published.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from geo.deadline import WorkCalendar, YearCalendar
from geo.errors import FileError

__all__ = ["MOST_BYTES", "published", "read_calendar"]

MOST_BYTES = 2_000_000
_OFF = {"休", "放假", "off", "holiday", "true", "1"}
_WORKED = {"班", "上班", "调休上班", "work", "workday", "false", "0"}


def published() -> WorkCalendar:
    """Return the State Council's calendars that the library ``chinesecalendar`` carries."""
    import chinese_calendar

    # The library's table of days ends inside its last published year; earlier years are complete.
    known = {day.year for day in chinese_calendar.holidays}
    entries = [(day, True) for day in chinese_calendar.holidays] + [
        (day, False) for day in chinese_calendar.workdays
    ]
    return _by_year((entry for entry in entries if entry[0].year in known), known)


def read_calendar(path: Path) -> WorkCalendar:
    """Read a calendar file of one or more years.

    Raises
    ------
    FileError
        ``calendar_unreadable`` naming the row; ``calendar_empty`` when no day is in it.
    """
    text = _text(path)
    entries = _from_json(text, path) if text.lstrip()[:1] in ("{", "[") else _from_csv(text, path)
    if not entries:
        raise FileError(
            "calendar_empty",
            zh="{name} 里没有任何放假安排（可能该年尚未公布）：请在国务院公布后重新导入。",
            en="{name} holds no days off (the year may not be published yet): import it again once it is.",
            where=path.name,
            name=path.name,
        )
    return _by_year(entries, {day.year for day, _ in entries})


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
    except OSError as fault:
        raise _unreadable(path, "", str(fault.strerror or fault)) from fault
    if len(raw) > MOST_BYTES:
        raise _unreadable(path, "", f"> {MOST_BYTES} bytes")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "", "encoding")


def _from_json(text: str, path: Path) -> list[tuple[date, bool]]:
    try:
        content: Any = json.loads(text)
        years = content if isinstance(content, list) else [content]
        return [
            (date.fromisoformat(day["date"]), _is_true(day["isOffDay"]))
            for year in years
            for day in year["days"]
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise _unreadable(path, "", str(fault)) from fault


def _is_true(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"isOffDay: {value!r}")
    return value


def _from_csv(text: str, path: Path) -> list[tuple[date, bool]]:
    entries: list[tuple[date, bool]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells or (number == 1 and not cells[0][:1].isdigit()):
            continue
        entries.append(_csv_entry(cells, path, number))
    return entries


def _csv_entry(cells: list[str], path: Path, number: int) -> tuple[date, bool]:
    words = {cell.lower() for cell in cells[1:]}
    try:
        day = date.fromisoformat(cells[0].replace("/", "-").replace(".", "-"))
    except ValueError as fault:
        raise _unreadable(path, f"row {number}", cells[0]) from fault
    if bool(words & _OFF) == bool(words & _WORKED):
        raise _unreadable(path, f"row {number}", ", ".join(cells))
    return day, bool(words & _OFF)


def _unreadable(path: Path, place: str, detail: str) -> FileError:
    return FileError(
        "calendar_unreadable",
        zh="读不懂放假安排 {name} {place}（{detail}）：每行应为“2027-01-01,休”或“…,班”，或国务院安排的 JSON。",
        en="The calendar {name} {place} cannot be read ({detail}): rows like '2027-01-01,off' or '…,work', or the JSON form.",
        where=f"{path.name} {place}".strip(),
        name=path.name,
        place=place,
        detail=detail[:120],
    )


def _by_year(entries: Iterable[tuple[date, bool]], years: set[int]) -> WorkCalendar:
    off: dict[int, set[date]] = defaultdict(set)
    worked: dict[int, set[date]] = defaultdict(set)
    for day, is_off in entries:
        (off if is_off else worked)[day.year].add(day)
    return WorkCalendar(
        years={
            y: YearCalendar(days_off=frozenset(off[y]), days_worked=frozenset(worked[y]))
            for y in sorted(years)
        }
    )
