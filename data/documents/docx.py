"""Writing a paper as an editable DOCX from the same blocks as the PDF; the same document gives the same bytes."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from data.documents.archive import sealed
from data.documents.blocks import (
    Align,
    Block,
    Box,
    Break,
    Document,
    Fields,
    Grid,
    Heading,
    Para,
    Ruled,
    Signatures,
    SignBox,
)
from geo import typeset

__all__ = ["render"]

_SONG, _HEI = "宋体", "黑体"
_LATIN = "Times New Roman"
_WIDTH_MM = 160
_SIZES = {"small": 9.0, "body": 12.0, "large": 16.0}
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr", "w:sectPr")
"""What the schema puts after a paragraph's borders; Word is strict about the order."""
_GREY = RGBColor(0x5A, 0x5A, 0x5A)


def render(document: Document, made_at: datetime) -> bytes:
    """Return ``document`` as a DOCX on A4; ``made_at`` stands for every date in the file."""
    file = docx.Document()
    _set_up(file, document, made_at)
    _title(file, document)
    for block in document.blocks:
        _write(file, block, document.bilingual)
    buffer = io.BytesIO()
    file.save(buffer)
    return sealed(buffer.getvalue(), made_at)


def _set_up(file: Any, document: Document, made_at: datetime) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(26), Mm(24)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(_SIZES["body"])
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _SONG)
    normal.paragraph_format.space_after = Pt(3)
    properties = file.core_properties
    properties.title, properties.author = _clean(document.title())[:255], _clean(document.head)[:255]
    properties.comments, properties.language = "", "zh-CN"
    properties.created = properties.modified = made_at
    head = section.header.paragraphs[0]
    _run(head, f"{document.head}\t\t{document.mark}", 9)
    _tab_stops(head)
    foot = section.footer.paragraphs[0]
    _run(foot, f"{document.foot}\t\t第 ", 8)
    _page_field(foot, "PAGE")
    _run(foot, " 页 / 共 ", 8)
    _page_field(foot, "NUMPAGES")
    _run(foot, " 页", 8)
    _tab_stops(foot)


def _tab_stops(paragraph: Any) -> None:
    """Put the second tab at the right margin; Word's own stops are for Letter paper."""
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Mm(_WIDTH_MM / 2), WD_TAB_ALIGNMENT.CENTER)
    stops.add_tab_stop(Mm(_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.style.paragraph_format.tab_stops.clear_all()


def _page_field(paragraph: Any, code: str) -> None:
    """Add a page number; each mark has its own run, so that programs keep its size."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size, run.font.name = Pt(8), _LATIN
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _title(file: Any, document: Document) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, document.title_zh, 20, strong=True)
    if document.bilingual:
        english = file.add_paragraph()
        english.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(english, document.title_en, 11, grey=True)
    if document.number:
        number = file.add_paragraph()
        number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _run(number, document.number, 10.5)


def _write(file: Any, block: Block, bilingual: bool) -> None:
    match block:
        case Heading():
            words = f"{block.zh}　{block.en}" if bilingual and block.en else block.zh
            paragraph = file.add_paragraph()
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(8)
            _run(paragraph, words, 13, strong=True)
        case Para():
            _para(file, block, bilingual)
        case Box():
            _box(file, block, bilingual)
        case Fields():
            _fields(file, block)
        case Grid():
            _grid(file, block, bilingual)
        case Signatures():
            _signatures(file, block)
        case Ruled():
            _ruled(file, block)
        case Break():
            file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _para(file: Any, block: Para, bilingual: bool) -> None:
    size = _SIZES[block.size]
    paragraph = file.add_paragraph()
    paragraph.alignment = _ALIGN[block.align]
    paragraph.paragraph_format.line_spacing = 1.5
    if block.indent and block.align == "left":
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    _run(paragraph, block.zh, size, strong=block.strong)
    if bilingual and block.en:
        english = file.add_paragraph()
        english.alignment = _ALIGN[block.align]
        _run(english, block.en, size * 0.85, grey=True)


def _box(file: Any, block: Box, bilingual: bool) -> None:
    table = _table(file, 1, (1.0,))
    cell = table.rows[0].cells[0]
    _shade(cell)
    _cell(cell, block.zh, 11)
    if bilingual and block.en:
        _run(cell.add_paragraph(), block.en, 9.5, grey=True)
    _gap(file)


def _fields(file: Any, block: Fields) -> None:
    step = block.pairs
    rows = [block.rows[i : i + step] for i in range(0, len(block.rows), step)]
    label = 0.2 if step == 1 else 0.16
    table = _table(file, len(rows), (label, 1 / step - label) * step)
    for row, pairs in zip(table.rows, rows, strict=True):
        for i, (name, value) in enumerate(pairs):
            _shade(row.cells[2 * i])
            _cell(row.cells[2 * i], name, 11, strong=True)
            _cell(row.cells[2 * i + 1], value, 11)
    _gap(file)


def _grid(file: Any, block: Grid, bilingual: bool) -> None:
    total = sum(column.share for column in block.columns)
    table = _table(file, len(block.rows) + 1, tuple(column.share / total for column in block.columns))
    size = {"small": 9.5, "body": 11.0}[block.size]
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _shade(cell)
        words = f"{column.zh}\n{column.en}" if bilingual and column.en else column.zh
        _cell(cell, words, size, strong=True, align="center")
    _repeat_head(table.rows[0])
    for i, (row, values) in enumerate(zip(table.rows[1:], block.rows, strict=True)):
        _whole(row)
        for cell, column, value in zip(row.cells, block.columns, values, strict=True):
            _cell(cell, value, size, align=column.align, strong=i in block.strong_rows)
    _gap(file)


def _signatures(file: Any, block: Signatures) -> None:
    rows = [block.boxes[i : i + 2] for i in range(0, len(block.boxes), 2)]
    table = _table(file, len(rows), (0.34, 0.16, 0.34, 0.16))
    for row, boxes in zip(table.rows, rows, strict=True):
        _whole(row)
        row.height = Mm(27)
        for i, box in enumerate(boxes):
            _sign(row.cells[2 * i], row.cells[2 * i + 1], box)
        if len(boxes) == 1:
            row.cells[2].merge(row.cells[3])
    _gap(file)


def _sign(words: Any, mark: Any, box: SignBox) -> None:
    _cell(words, box.role, 10.5, strong=True)
    for text in (box.name, "____________________", "______年____月____日"):
        paragraph = words.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        _run(paragraph, text, 10.5)
    label = {"fingerprint": "捺印", "seal": "（盖章）", "none": ""}[box.mark]
    _cell(mark, label, 8, align="center")


def _ruled(file: Any, block: Ruled) -> None:
    if block.label:
        _run(file.add_paragraph(), block.label, _SIZES["body"])
    for _ in range(block.lines):
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.line_spacing = 1.6
        _bottom_border(paragraph)


def _table(file: Any, rows: int, shares: tuple[float, ...]) -> Any:
    table = file.add_table(rows=rows, cols=len(shares))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _pad(table)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(_WIDTH_MM * share)
        for cell in column.cells:
            cell.width = Mm(_WIDTH_MM * share)
    return table


def _cell(cell: Any, text: str, size: float, *, align: Align = "left", strong: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, size, strong=strong)


def _run(paragraph: Any, text: str, size: float, *, strong: bool = False, grey: bool = False) -> None:
    """Add plain text; line breaks stay, characters XML cannot hold are left out."""
    run = paragraph.add_run(_clean(text, keep_tabs=True))
    run.font.size, run.font.bold, run.font.name = Pt(size), strong, _LATIN
    run._element.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), _HEI if strong else _SONG)
    if grey:
        run.font.color.rgb = _GREY


def _clean(text: str, *, keep_tabs: bool = False) -> str:
    if keep_tabs:
        return "\t".join(typeset.clean(part) for part in text.split("\t"))
    return typeset.clean(text)


def _gap(file: Any) -> None:
    """Word needs a paragraph after a table; keep it low."""
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), "F1F1EE")
    cell._tc.get_or_add_tcPr().append(shading)


def _repeat_head(row: Any) -> None:
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    whole = OxmlElement("w:cantSplit")
    whole.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(whole)


def _bottom_border(paragraph: Any) -> None:
    """Rule the paragraph's foot; ``between`` keeps the rules of neighbours apart, which would else be joined."""
    borders = OxmlElement("w:pBdr")
    for side in ("bottom", "between"):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "7A7A7A")):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def _pad(table: Any) -> None:
    """Give the cells of a table air above and below."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "45"), ("left", "80"), ("bottom", "45"), ("right", "80")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), twips)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:
        look.addprevious(margins)
