"""Working-day limits against public calendars (holiday-cn, chinesecalendar)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from data import calendars
from geo.deadline import due_date, is_working_day
from geo.errors import ArgumentError, FileError
from jobs import deadlines
from tests import shared


@pytest.mark.parametrize("year", range(2019, 2027))
def test_working_days__agree_with_two_public_calendars_day_by_day(year):
    other = calendars.read_calendar(shared.path(f"ref/holidays/{year}.json"))
    table = json.loads(shared.path("ref/holidays/chinesecalendar_2019_2026.json").read_text("utf-8"))[
        "years"
    ][str(year)]
    ours = calendars.published()
    day = date(year, 1, 1)
    while day.year == year:
        expected = (day.weekday() < 5 or day.isoformat() in table["weekend_makeup_workdays"]) and (
            day.isoformat() not in table["weekday_days_off"]
        )
        assert is_working_day(day, ours) == expected == is_working_day(day, other), day
        day += timedelta(days=1)


def test_due_date__does_not_count_the_day_received():
    known = calendars.published()
    assert due_date(date(2026, 11, 20), 1, known) == date(2026, 11, 23)  # Friday -> Monday
    assert due_date(date(2026, 9, 30), 3, known) == date(
        2026, 10, 10
    )  # over National Day; Sat 10 Oct is worked


def test_due_date__natural_limit_ends_on_the_next_working_day():
    assert due_date(date(2026, 11, 11), 10, calendars.published(), natural=True) == date(2026, 11, 23)


def test_due_date__refuses_a_year_without_calendar():
    with pytest.raises(ArgumentError, match="2027"):
        due_date(date(2026, 12, 30), 7, calendars.published())


def test_due_date__refuses_an_empty_published_year():
    with pytest.raises(FileError, match="no days off"):
        calendars.read_calendar(shared.path("ref/holidays/2027.json"))


@pytest.mark.parametrize("days", [0, -1, 5000])
def test_due_date__refuses_impossible_lengths(days):
    with pytest.raises(ArgumentError, match="outside 1"):
        due_date(date(2026, 11, 20), days, calendars.published())


def test_calendar_file__csv_in_gbk_and_bad_row(tmp_path):
    good = tmp_path / "2027.csv"
    good.write_bytes(
        "日期,性质\n2027-01-01,休\n2027/2/6,班\n".replace("2027/2/6", "2027-02-06").encode("gbk")
    )
    result = deadlines.deadline("2026年12月31日", days=1, calendar=good)
    assert result == {"due": "2027-01-04"}
    good.write_text("2027-01-01,休\n2027-01-02,?\n", "utf-8")
    with pytest.raises(FileError, match="row 2"):
        deadlines.deadline("2026-12-31", days=1, calendar=good)


@pytest.mark.parametrize("text", ["2026-11-20", "2026.11.20", "2026/11/20", "20261120", "2026年11月20日"])
def test_date__is_read_as_people_write_it(text):
    assert deadlines.read_date(text) == date(2026, 11, 20)


@pytest.mark.parametrize("text", ["", "昨天", "2026-13-01", "2026-02-30"])
def test_date__refuses_what_is_no_date(text):
    with pytest.raises(ArgumentError, match="cannot be read"):
        deadlines.read_date(text)
