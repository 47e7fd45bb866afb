"""Excel workbooks of points: .xlsx, .xls, and the HTML and XML tables that call themselves .xls."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from itertools import islice

from data.importing.archive import open_archive
from data.importing.sentences import problem, refusal
from data.importing.source import Parsed, Source
from data.importing.table import Sheet, add_sheet
from geo.errors import FileError
from geo.recognition import Hints

__all__ = ["add_sheets", "read", "sheets"]

_MAX_ROWS = 200_000
_MAX_COLUMNS = 256


def read(source: Source) -> Parsed:
    """Read every sheet that has columns of coordinates; each is a layer.

    Raises
    ------
    FileError
        ``damaged``, ``archive_bomb``, or ``no_coordinate_columns``.
    """
    return add_sheets(source, "xlsx" if source.data.startswith(b"PK") else "xls", sheets(source))


def sheets(source: Source) -> list[Sheet]:
    """Return the sheets of a workbook as rows of raw cells.

    Raises
    ------
    FileError
        ``damaged`` or ``archive_bomb``.
    """
    return list(_xlsx_sheets(source) if source.data.startswith(b"PK") else _xls_sheets(source))


def add_sheets(source: Source, format_name: str, sheets: list[Sheet]) -> Parsed:
    """Add the sheets of a workbook, the named one a layer when there are several.

    Raises
    ------
    FileError
        ``no_coordinate_columns`` when no sheet has them.
    """
    parsed = Parsed(format_name, hints=Hints(format=format_name))
    used = [add_sheet(parsed, sheet, source.limits) for sheet in sheets]
    if not any(used):
        raise refusal("no_coordinate_columns", source.name, name=source.name)
    if not parsed.features and source.data.startswith(b"PK"):
        formulas = _formula_count(source)
        if formulas:
            parsed.problems.append(problem("formula_without_value", source.name, count=formulas))
    return parsed


def _xlsx_sheets(source: Source) -> Iterator[Sheet]:
    archive = open_archive(source.name, source.data, source.limits)
    for member in archive.members:
        archive.check(member)
    os.environ["OPENPYXL_LXML"] = "False"
    try:
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(source.data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = [list(row[:_MAX_COLUMNS]) for row in islice(sheet.iter_rows(values_only=True), _MAX_ROWS)]
            yield Sheet(sheet.title, rows)
    except (FileError, MemoryError):
        raise
    except Exception as fault:
        raise _damaged(source, "xlsx", fault) from fault


def _formula_count(source: Source) -> int:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(source.data), read_only=True)
    cells = (cell for sheet in book.worksheets for row in islice(sheet.iter_rows(), 1000) for cell in row)
    return sum(1 for cell in cells if cell.data_type == "f")


def _xls_sheets(source: Source) -> Iterator[Sheet]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=source.data, logfile=io.StringIO(), on_demand=True)
        for sheet in book.sheets():
            rows = [
                [_xls_cell(cell) for cell in sheet.row(i)[:_MAX_COLUMNS]]
                for i in range(min(sheet.nrows, _MAX_ROWS))
            ]
            yield Sheet(sheet.name, rows)
    except (FileError, MemoryError):
        raise
    except Exception as fault:
        raise _damaged(source, "xls", fault) from fault


def _xls_cell(cell: object) -> object:
    kind, value = getattr(cell, "ctype", 0), getattr(cell, "value", None)
    return None if kind in {0, 5, 6} else value


def _damaged(source: Source, where_in: str, fault: Exception) -> FileError:
    detail = f"{type(fault).__name__}: {str(fault)[:100]}"
    return refusal("damaged", source.name, name=source.name, where_in=where_in, detail=detail)
