"""Drawing a paper as PDF: our own text setting on reportlab, so that no text is ever taken for markup.

The same document and the same typeface give the same bytes (``invariant``). Text stays text, fonts are embedded
as subsets. A character the typeface lacks is drawn as the printers' mark 〓 and reported.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)

from data.documents.blocks import (
    Block,
    Box,
    Break,
    Column,
    Document,
    Fields,
    Grid,
    Heading,
    Para,
    Ruled,
    Signatures,
)
from data.documents.flowables import GREY, INK, RULE, RuledLines, Setter, SignRoom, Typeface, face

__all__ = ["BODY_WIDTH", "Printed", "Typeface", "render"]

_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 26 * mm, 24 * mm, 26 * mm, 24 * mm
BODY_WIDTH = _WIDTH - _LEFT - _RIGHT
_WITH_HEADING = 42 * mm
"""Room that must be left under a heading, else it moves to the next page."""
_TINT = colors.HexColor("#F1F1EE")
_SIZES = {"small": 9.0, "body": 11.5, "large": 15.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A finished PDF: its bytes, its pages, the characters the typeface lacks."""

    data: bytes
    pages: int
    missing: tuple[str, ...]


def render(document: Document, typeface: Typeface) -> Printed:
    """Draw ``document`` on A4.

    Returns
    -------
    Printed
        The file, the same bytes every time, with the characters that could not be drawn.
    """
    setter = Setter(face(typeface.regular), face(typeface.bold), {})
    buffer = io.BytesIO()
    made: list[_Numbered] = []

    def canvas(*given: Any, **named: Any) -> _Numbered:
        made.append(_Numbered(lambda page, pages: _furnish(page, document, setter, pages), *given, **named))
        return made[-1]

    _template(buffer, document, setter).build(list(_flow(document, setter)), canvasmaker=canvas)
    return Printed(data=buffer.getvalue(), pages=made[-1].pages, missing=tuple(setter.lacking))


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas that draws head and foot when all pages are there, so that each can tell how many there are."""

    def __init__(self, furnish: Callable[[Canvas, int], None], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._furnish = furnish
        self._kept: list[dict[str, Any]] = []
        self.pages = 0

    def showPage(self) -> None:
        """Keep the page for later."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw head and foot on every page, then write the file."""
        kept = self._kept
        for state in kept:
            self.__dict__.update(state)
            self._furnish(self, len(kept))
            super().showPage()
        super().save()
        self.pages = len(kept)


def _template(target: io.BytesIO, document: Document, setter: Setter) -> BaseDocTemplate:
    template = BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        title=setter.ready(document.title()),
        author=setter.ready(document.head),
        subject=setter.ready(document.number),
        creator="Jiebiao 界标",
        lang="zh-CN",
    )
    frame = Frame(_LEFT, _BOTTOM, BODY_WIDTH, _HEIGHT - _TOP - _BOTTOM, 0, 0, 0, 0, id="body")
    template.addPageTemplates([PageTemplate(id="page", frames=[frame])])
    return template


def _furnish(canvas: Canvas, document: Document, setter: Setter, pages: int) -> None:
    """Draw head, mark and foot of one page."""
    canvas.saveState()
    canvas.setFillColor(GREY)
    canvas.setFont(setter.regular.name, 8.5)
    canvas.drawString(_LEFT, _HEIGHT - 16 * mm, setter.ready(document.head))
    canvas.setFont(setter.bold.name, 10)
    canvas.drawRightString(_WIDTH - _RIGHT, _HEIGHT - 16 * mm, setter.ready(document.mark))
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.4)
    canvas.line(_LEFT, _HEIGHT - 18 * mm, _WIDTH - _RIGHT, _HEIGHT - 18 * mm)
    canvas.line(_LEFT, 17 * mm, _WIDTH - _RIGHT, 17 * mm)
    canvas.setFont(setter.regular.name, 8)
    canvas.drawString(_LEFT, 13 * mm, setter.ready(document.foot))
    canvas.drawRightString(_WIDTH - _RIGHT, 13 * mm, f"第 {canvas.getPageNumber()} 页 / 共 {pages} 页")
    canvas.restoreState()


def _flow(document: Document, setter: Setter) -> Iterator[Flowable]:
    """Return the flowables of the whole paper, title first."""
    yield setter.text(document.title_zh, 20, align="center", strong=True, leading=1.35)
    if document.bilingual:
        yield setter.text(document.title_en, 11.5, align="center", grey=True, leading=1.4)
    if document.number:
        yield setter.text(document.number, 10, align="right", leading=1.8)
    yield Spacer(1, 3 * mm)
    for block in document.blocks:
        yield from _draw(block, setter, document.bilingual)


def _draw(block: Block, setter: Setter, bilingual: bool) -> Iterator[Flowable]:
    match block:
        case Heading():
            yield from _heading(block, setter, bilingual)
        case Para():
            yield from _para(block, setter, bilingual)
        case Box():
            yield _framed(_box(block, setter, bilingual))
        case Fields():
            yield _framed(_fields(block, setter))
        case Grid():
            yield _framed(_grid(block, setter, bilingual))
        case Signatures():
            yield from _signatures(block, setter)
        case Ruled():
            if block.label:
                yield setter.text(block.label)
            yield RuledLines(block.lines)
            yield Spacer(1, 2 * mm)
        case Break():
            yield PageBreak()


def _framed(table: Flowable) -> Flowable:
    """Give a table air above and below."""
    table.spaceBefore, table.spaceAfter = 2 * mm, 2.5 * mm
    return table


def _heading(block: Heading, setter: Setter, bilingual: bool) -> Iterator[Flowable]:
    words = f"{block.zh}　{block.en}" if bilingual and block.en else block.zh
    yield CondPageBreak(_WITH_HEADING)
    yield Spacer(1, 2.5 * mm)
    yield setter.text(words, 12.5, strong=True, leading=1.7)


def _para(block: Para, setter: Setter, bilingual: bool) -> Iterator[Flowable]:
    size = _SIZES[block.size]
    left = block.align == "left"
    yield setter.text(
        block.zh, size, align=block.align, indent=block.indent and left, strong=block.strong, justify=left
    )
    if bilingual and block.en:
        yield setter.text(block.en, size * 0.85, align=block.align, grey=True, leading=1.4)


def _box(block: Box, setter: Setter, bilingual: bool) -> Flowable:
    cells: list[Flowable] = [setter.text(block.zh, 10.5, leading=1.5)]
    if bilingual and block.en:
        cells.append(setter.text(block.en, 9, grey=True, leading=1.4))
    return Table(
        [[cells]],
        colWidths=[BODY_WIDTH],
        style=[
            ("BOX", (0, 0), (-1, -1), 0.9, INK),
            ("BACKGROUND", (0, 0), (-1, -1), _TINT),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ],
    )


def _fields(block: Fields, setter: Setter) -> Flowable:
    step = block.pairs
    cells = [
        setter.text(word, 10.5, strong=i == 0, leading=1.5)
        for pair in block.rows
        for i, word in enumerate(pair)
    ]
    while len(cells) % (2 * step):
        cells.append(setter.text("", 10.5))
    rows = [cells[i : i + 2 * step] for i in range(0, len(cells), 2 * step)]
    widest = max((setter.bold.width(name, 10.5) for name, _ in block.rows), default=0.0) + 10
    label = min(max(widest, 26 * mm), 46 * mm if step == 1 else 32 * mm)
    widths = [label, BODY_WIDTH / step - label] * step
    return Table(
        rows, colWidths=widths, splitInRow=0, style=_ruled(head_rows=0, label_columns=range(0, 2 * step, 2))
    )


def _grid(block: Grid, setter: Setter, bilingual: bool) -> Flowable:
    size = _SIZES[block.size]
    total = sum(column.share for column in block.columns)
    head = [_head_cell(column, size, setter, bilingual) for column in block.columns]
    rows = [
        [
            setter.text(word, size, align=column.align, strong=i in block.strong_rows, leading=1.4)
            for column, word in zip(block.columns, row, strict=True)
        ]
        for i, row in enumerate(block.rows)
    ]
    widths = [BODY_WIDTH * column.share / total for column in block.columns]
    return Table([head, *rows], colWidths=widths, repeatRows=1, style=_ruled(head_rows=1, label_columns=()))


def _head_cell(column: Column, size: float, setter: Setter, bilingual: bool) -> list[Flowable]:
    cell: list[Flowable] = [setter.text(column.zh, size, align="center", strong=True, leading=1.35)]
    if bilingual and column.en:
        cell.append(setter.text(column.en, size * 0.82, align="center", grey=True, leading=1.3))
    return cell


def _ruled(*, head_rows: int, label_columns: Any) -> list[tuple[Any, ...]]:
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    if head_rows:
        style.append(("BACKGROUND", (0, 0), (-1, head_rows - 1), _TINT))
    style.extend(("BACKGROUND", (column, 0), (column, -1), _TINT) for column in label_columns)
    return style


def _signatures(block: Signatures, setter: Setter) -> Iterator[Flowable]:
    """Return signature rooms two a row; a row never splits."""
    half = BODY_WIDTH / 2
    yield Spacer(1, 2 * mm)
    for i in range(0, len(block.boxes), 2):
        pair = block.boxes[i : i + 2]
        tall = any(box.mark != "none" for box in pair)
        row: list[Any] = [SignRoom(box, setter, tall=tall) for box in pair]
        row += [""] * (2 - len(row))
        yield Table(
            [row],
            colWidths=[half, half],
            style=[
                ("BOX", (0, 0), (-1, -1), 0.5, RULE),
                ("INNERGRID", (0, 0), (-1, -1), 0.5, RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 6),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ],
        )
    yield Spacer(1, 3 * mm)
