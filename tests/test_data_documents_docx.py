"""Papers as DOCX: the same bytes, the same words as the PDF, user text as it was typed."""

from __future__ import annotations

import io
import zipfile

import docx as reader
import pytest

from data.documents import agreement, docx, notices
from data.documents.blocks import Document, Para
from data.rules import norms
from tests import dossiers

NORMS = norms.load()


def text_of(data: bytes) -> str:
    file = reader.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def test_render__gives_the_same_bytes_twice() -> None:
    made = agreement.agreement(dossiers.full(), NORMS)
    assert docx.render(made, dossiers.MADE_AT) == docx.render(made, dossiers.MADE_AT)


def test_render__tells_no_clock() -> None:
    data = docx.render(agreement.agreement(dossiers.full(), NORMS), dossiers.MADE_AT)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(2026, 11, 21, 9, 30, 0)}
        assert b"2026-11-21T09:30:00Z" in file.read("docProps/core.xml")


def test_render__says_what_the_agreement_says() -> None:
    text = text_of(docx.render(agreement.agreement(dossiers.full(), NORMS), dossiers.MADE_AT))
    for word in ("人民调解协议书", "王某", "捺印", "（盖章）", "宣 读 稿", "4476012.345", "3.24 ± 0.06 亩"):
        assert word in text


def test_render__of_nothing_known_leaves_blanks() -> None:
    text = text_of(docx.render(notices.walk_notice(dossiers.empty()), dossiers.MADE_AT))
    assert "None" not in text
    assert "____" in text


@pytest.mark.parametrize("payload", ["<b>&amp;</b>", "{{x}}", "甲\x00乙\x1b", "\U0003106c某"])
def test_render__keeps_user_text_and_drops_what_xml_cannot_hold(payload: str) -> None:
    made = Document(key="x", title_zh="试", title_en="", blocks=(Para(zh=payload),))
    expected = payload.replace("\x00", "").replace("\x1b", "")
    assert expected in text_of(docx.render(made, dossiers.MADE_AT))
