"""Papers as PDF: the same bytes, selectable text, embedded fonts, user text as it was typed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from data.documents import (
    agreement,
    contents,
    description,
    followup,
    notices,
    opinion,
    pdf,
    pointtable,
    referral,
)
from data.documents.blocks import Column, Document, Fields, Grid, Para, Signatures, SignBox
from data.documents.facts import Dossier
from data.documents.flowables import MISSING
from data.rules import norms
from tests import dossiers

NORMS = norms.load()
PAPERS: dict[str, Callable[[Dossier], Document]] = {
    "agreement": lambda d: agreement.agreement(d, NORMS),
    "opinion": opinion.opinion,
    "comparison": opinion.comparison,
    "walk_notice": notices.walk_notice,
    "proxy": notices.proxy,
    "walk_record": notices.walk_record,
    "public_notice": lambda d: notices.public_notice(d, NORMS),
    "status_quo": lambda d: notices.status_quo(d, NORMS),
    "way_onward": lambda d: notices.way_onward(d, NORMS),
    "follow_up": followup.follow_up,
    "statement": lambda d: referral.statement(d, NORMS),
    "referral": lambda d: referral.referral_letter(d, NORMS),
    "contents": lambda d: contents.content_list(d, []),
}
WITH_A_LINE: dict[str, Callable[[Dossier], Document]] = {
    "point_table": lambda d: pointtable.point_table(d, dossiers.OUTCOME),
    "description": lambda d: description.description(d, dossiers.OUTCOME),
}


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(data: bytes) -> str:
    return "".join(text_of(data).split())


def one(*blocks: object) -> Document:
    return Document(key="x", title_zh="试", title_en="Test", blocks=tuple(blocks))  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [*PAPERS, *WITH_A_LINE])
def test_render__gives_the_same_bytes_twice(key: str) -> None:
    make = {**PAPERS, **WITH_A_LINE}[key]
    first = pdf.render(make(dossiers.full()), dossiers.TYPEFACE)
    assert first.data == pdf.render(make(dossiers.full()), dossiers.TYPEFACE).data
    assert first.missing == ()


@pytest.mark.parametrize("key", [*PAPERS, *WITH_A_LINE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_render__missing_facts_are_blanks_never_none(key: str, lang: str) -> None:
    from dataclasses import replace

    made = {**PAPERS, **WITH_A_LINE}[key](replace(dossiers.empty(), lang=lang))
    text = text_of(pdf.render(made, dossiers.TYPEFACE).data)
    assert "None" not in text
    assert "nan" not in text
    assert made.title_zh in text


def test_render__embeds_its_fonts() -> None:
    reader = PdfReader(
        io.BytesIO(pdf.render(agreement.agreement(dossiers.full(), NORMS), dossiers.TYPEFACE).data)
    )
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object().get("/FontDescriptor")
            if font.get_object()["/BaseFont"] != "/Helvetica":
                assert descriptor is not None
                assert "/FontFile2" in descriptor.get_object()


@pytest.mark.parametrize(
    "payload",
    [
        "<b>粗</b> & <img src=x>",
        "{{7*7}} ${x}",
        "</para><font size=99>",
        "&lt;未转义&amp;",
        "<br/>\\n%s %(a)s",
    ],
)
def test_render__never_takes_user_text_for_markup(payload: str) -> None:
    made = one(
        Para(zh=payload),
        Fields(rows=((payload, payload),)),
        Grid(columns=(Column(zh="列"),), rows=((payload,),)),
    )
    assert squeezed(pdf.render(made, dossiers.TYPEFACE).data).count("".join(payload.split())) == 4


def test_render__reports_a_character_without_a_glyph() -> None:
    printed = pdf.render(one(Para(zh="姓名：\U00031000某😀")), dossiers.TYPEFACE)
    assert printed.missing == ("\U00031000", "😀")
    assert f"姓名：{MISSING}某{MISSING}" in text_of(printed.data)


def test_render__draws_rare_characters_of_names() -> None:
    rare = "\U0003106c赟喆堃昇祎珺垚犇淼鑫翀彧甯㑇䶮"
    printed = pdf.render(one(Para(zh=rare)), dossiers.TYPEFACE)
    assert printed.missing == ()
    assert rare in squeezed(printed.data)


def test_render__numbers_its_pages() -> None:
    made = one(*(Para(zh="这是一段话。" * 40) for _ in range(20)))
    printed = pdf.render(made, dossiers.TYPEFACE)
    reader = PdfReader(io.BytesIO(printed.data))
    assert printed.pages == len(reader.pages) > 1
    for number, page in enumerate(reader.pages, 1):
        assert f"第{number}页/共{printed.pages}页" in "".join(page.extract_text().split())


def test_render__a_long_table_repeats_its_head() -> None:
    grid = Grid(
        columns=(Column(zh="甲列"), Column(zh="乙列")), rows=tuple((str(i), "值") for i in range(200))
    )
    printed = pdf.render(one(grid), dossiers.TYPEFACE)
    assert text_of(printed.data).count("甲列") == printed.pages > 3


def test_render__very_long_names_stay_on_the_page() -> None:
    name = "某某草原畜牧业专业合作社联合社" * 4
    made = one(
        Signatures(boxes=(SignBox(role=name, name=name), SignBox(role="乙方", mark="seal"))),
        Grid(columns=(Column(zh="窄", share=1), Column(zh="宽", share=9)), rows=((name, name),)),
    )
    assert pdf.render(made, dossiers.TYPEFACE).pages == 1
