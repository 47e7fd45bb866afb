"""When a time limit ends, by working days or natural days (DEFINITIONS 23).

The day received is not counted; a working-day limit is due on the N-th working day after it; a natural-day
limit that ends on a day off ends on the next working day (Civil Code Art 201 and 203).
Which days are worked is a fact that the State Council publishes year by year: a year without a published
calendar is an error here, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from geo.errors import ArgumentError

__all__ = ["LONGEST_DAYS", "WorkCalendar", "YearCalendar", "due_date", "is_working_day"]

LONGEST_DAYS = 3660
"""Longest limit accepted; beyond it the number is a typing error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCalendar:
    """One year's published exceptions: weekdays that are off, weekend days that are worked."""

    days_off: frozenset[date]
    days_worked: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """The published calendars at hand, by year."""

    years: Mapping[int, YearCalendar]

    def merged(self, other: WorkCalendar) -> WorkCalendar:
        """Return both; a year in ``other`` replaces ours."""
        return WorkCalendar(years={**self.years, **other.years})


def is_working_day(day: date, calendar: WorkCalendar) -> bool:
    """Tell whether ``day`` is worked.

    Raises
    ------
    ArgumentError
        ``calendar_missing`` when the year's calendar is not at hand.
    """
    year = calendar.years.get(day.year)
    if year is None:
        raise ArgumentError(
            "calendar_missing",
            zh="没有 {year} 年的放假安排，不能推算 {day} 是否上班：请导入国务院公布的 {year} 年放假安排后再算。",
            en="There is no published holiday calendar for {year}, so {day} cannot be decided: import that year's calendar.",
            where=str(day),
            year=day.year,
            day=day.isoformat(),
        )
    if day in year.days_worked:
        return True
    return day.weekday() < 5 and day not in year.days_off


def due_date(received: date, days: int, calendar: WorkCalendar, *, natural: bool = False) -> date:
    """Return the last day of a limit of ``days`` that began with the receipt on ``received``.

    Parameters
    ----------
    received : date
        Day of receipt, not counted.
    days : int
        Length of the limit, 1 to 3660.
    natural : bool
        Count every day; the end moves on to the next working day.

    Raises
    ------
    ArgumentError
        ``days_out_of_range``, or ``calendar_missing`` for a year that is not at hand.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise ArgumentError(
            "days_out_of_range",
            zh="期限 {days} 天不在 1–{limit} 天之内：请核对天数。",
            en="A limit of {days} days is outside 1 to {limit}: check the number.",
            where="days",
            days=days,
            limit=LONGEST_DAYS,
        )
    return _natural_end(received, days, calendar) if natural else _working_end(received, days, calendar)


def _natural_end(received: date, days: int, calendar: WorkCalendar) -> date:
    end = received + timedelta(days=days)
    while not is_working_day(end, calendar):
        end += timedelta(days=1)
    return end


def _working_end(received: date, days: int, calendar: WorkCalendar) -> date:
    end, left = received, days
    while left:
        end += timedelta(days=1)
        left -= is_working_day(end, calendar)
    return end
