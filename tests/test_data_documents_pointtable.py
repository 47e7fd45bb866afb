"""Point table and stake-out list as files: real numbers, the closing point, the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import datetime

import numpy as np
import openpyxl

from data.documents import archive, paper, pointtable, stakeout
from geo.description import stake_out
from geo.zone import working_zone
from tests import dossiers


def test_csv__has_a_byte_order_mark_and_three_decimals() -> None:
    data = pointtable.table_csv(dossiers.OUTCOME)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == pointtable.HEADER
    assert rows[1] == ["1", "J1", "4476012.345", "441203.118", "50.00", "●"]
    assert rows[3] == ["3", "J3", "4476057.345", "441263.118", "", "●"]


def test_table__of_a_ring_repeats_the_first_point() -> None:
    points = tuple(replace(point, side_to_next_m=10.0) for point in dossiers.POINTS)
    rows = paper.point_rows(replace(dossiers.OUTCOME, points=points, is_ring=True))
    assert [row[1] for row in rows] == ["J1", "J2", "J3", "J1"]
    assert [row[4] for row in rows] == ["10.00", "10.00", "10.00", ""]
    assert rows[0][2:4] == rows[-1][2:4]


def test_xlsx__holds_numbers_and_the_same_bytes() -> None:
    facts = dossiers.full()
    data = pointtable.table_xlsx(facts, dossiers.OUTCOME)
    assert data == pointtable.table_xlsx(facts, dossiers.OUTCOME)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet["A1"].value == "调解用界点坐标表"
    assert sheet["C4"].value == 4476012.345
    assert sheet["E5"].value == 25.0


def test_xlsx__a_point_named_like_a_formula_stays_text() -> None:
    points = (replace(dossiers.POINTS[0], number="=1+1"), *dossiers.POINTS[1:])
    data = pointtable.table_xlsx(dossiers.full(), replace(dossiers.OUTCOME, points=points))
    cell = openpyxl.load_workbook(io.BytesIO(data)).active["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_xlsx__tells_no_clock() -> None:
    data = pointtable.table_xlsx(dossiers.full(), dossiers.OUTCOME)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2026, 11, 21, 9, 30, 0)}
        assert b"2026-11-21T09:30:00Z" in book.read("docProps/core.xml")


def test_pack__same_parts_same_bytes_and_dates_before_1980_are_kept_legal() -> None:
    parts = [("甲/乙.txt", b"1"), ("b.txt", b"2")]
    assert archive.pack(parts, datetime(1970, 1, 1)) == archive.pack(parts, datetime(1970, 1, 1))
    with zipfile.ZipFile(io.BytesIO(archive.pack(parts, datetime(1970, 1, 1)))) as found:
        assert found.namelist() == ["甲/乙.txt", "b.txt"]
        assert found.testzip() is None


def test_stake_out__writes_what_a_controller_reads() -> None:
    coords = np.array([(p.easting_m, p.northing_m) for p in dossiers.POINTS])
    rows = stake_out(coords, [p.number for p in dossiers.POINTS], working_zone(102.3))
    table = list(csv.reader(io.StringIO(stakeout.stake_csv(rows).decode("utf-8-sig"))))
    assert tuple(table[0]) == stakeout.HEADER
    assert table[1][:3] == ["J1", "4476012.345", "441203.118"]
    assert [row[5] for row in table[1:]] == ["0.00", "50.00", "75.00"]
    assert table[3][6:] == ["", ""]
