"""The follow-up form 回访表 (People's Mediation Law Art 31)."""

from __future__ import annotations

from data.documents import paper, terms, words
from data.documents.blocks import (
    Block,
    Column,
    Document,
    Fields,
    Grid,
    Heading,
    Para,
    Ruled,
    Signatures,
    SignBox,
)
from data.documents.facts import Dossier

__all__ = ["follow_up"]


def follow_up(dossier: Dossier) -> Document:
    """Return a form for the visits after signing: each thing agreed, done or not, and what each side says."""
    visits = dossier.schedule.follow_up_on or (None, None)
    columns = (
        Column(zh="约定事项", en="Agreed", share=1.3),
        Column(zh="怎样履行", en="How", share=2.8),
        Column(zh="期限", en="By when", share=1.6),
        Column(zh="已履行", en="Done", align="center", share=0.8),
        Column(zh="说明", en="Remarks", share=1.5),
    )
    rows = tuple((what, how, until, "", "") for what, _who, how, until in terms.performance_rows(dossier))
    blocks: list[Block] = [
        Fields(
            rows=(
                ("纠纷", dossier.case.title),
                ("签字日期", words.day(dossier.schedule.signed_on)),
                ("甲方", dossier.party("a").name),
                ("乙方", dossier.party("b").name),
            ),
            pairs=2,
        ),
        Grid(columns=columns, rows=rows or tuple(("", "", words.short_day(None), "", "") for _ in range(3))),
    ]
    for i, planned in enumerate(visits, 1):
        blocks.append(Heading(zh=f"第 {i} 次回访（计划日期：{words.day(planned)}）", en=f"Visit {i}"))
        blocks += _visit(dossier)
    return paper.paper(dossier, "follow_up", "回访表", "Follow-up form", tuple(blocks))


def _visit(dossier: Dossier) -> tuple[Block, ...]:
    return (
        Para(
            zh="界桩、围栏是否完好：□ 是　□ 否　　双方是否照协议使用：□ 是　□ 否　　是否有新的争议：□ 有　□ 无",
            indent=False,
        ),
        Ruled(label="双方的意见、需要办理的事：", lines=2),
        Signatures(
            boxes=(
                SignBox(role="甲方", name=dossier.party("a").name),
                SignBox(role="乙方", name=dossier.party("b").name),
                SignBox(role="回访人", mark="none"),
            )
        ),
    )
