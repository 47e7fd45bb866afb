"""Tables that office systems export as ``.xls`` but write as HTML or as Excel's XML of 2003."""

from __future__ import annotations

from html.parser import HTMLParser

from data.importing.excel import add_sheets
from data.importing.source import Parsed, Source
from data.importing.table import Sheet
from data.importing.text import decode
from data.importing.xmltree import parse, prepare

__all__ = ["read"]

_MAX_SPAN = 200


def read(source: Source) -> Parsed:
    """Read HTML tables or an XML workbook as sheets.

    Raises
    ------
    FileError
        ``no_coordinate_columns``, or what the XML reader refuses.
    """
    text, encoding, _ = decode(source.data)
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:4000]:
        sheets = _xml_sheets(source)
    else:
        tables = _Tables()
        tables.feed(text)
        sheets = [Sheet(f"{number}", rows) for number, rows in enumerate(tables.tables, start=1)]
    parsed = add_sheets(source, "xls", sheets)
    parsed.encoding = encoding
    return parsed


class _Tables(HTMLParser):
    """Collects the rows of every table; a cell over several columns is repeated as blanks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[object]]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" or (tag == "tr" and not self.tables):
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._close_cell()
            span = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], min(int(span), _MAX_SPAN) if span.isdigit() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1] += ["".join(self._cell).strip(), *[None] * (self._span - 1)]
        self._cell = None


def _xml_sheets(source: Source) -> list[Sheet]:
    text, _, _ = prepare(source.data)
    root, _ = parse(source.name, text, source.limits, "XML")
    sheets = []
    for worksheet in root.all("Worksheet"):
        rows: list[list[object]] = []
        for row in (node for node in worksheet.walk() if node.tag == "Row"):
            cells: list[object] = []
            for cell in row.all("Cell"):
                index = cell.attributes.get("Index", "")
                if index.isdigit():
                    cells += [None] * min(_MAX_SPAN, int(index) - 1 - len(cells))
                cells.append(cell.value("Data"))
            rows.append(cells)
        sheets.append(Sheet(worksheet.attributes.get("Name", ""), rows))
    return sheets
