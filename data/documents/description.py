"""The running description of the agreed line 界线走向说明, in sixteen directions by true north."""

from __future__ import annotations

from data.documents import paper, words
from data.documents.blocks import Block, Document, Para, Signatures, SignBox
from data.documents.facts import Dossier, Outcome

__all__ = ["description"]


def description(dossier: Dossier, outcome: Outcome) -> Document:
    """Return the description, one paragraph a leg; an empty one leaves room to write."""
    legs = [line for line in outcome.description_zh.split("\n") if line.strip()]
    english = outcome.description_en.split("\n") if outcome.description_en else []
    english += [""] * (len(legs) - len(english))
    blocks: list[Block] = [
        Para(
            zh=f"本说明所述界线自 {outcome.points[0].number} 点至 {outcome.points[-1].number} 点，"
            f"共 {len(outcome.points)} 个界点，长 {words.length(outcome.length_m)}。"
            "方向按真北的十六方位，距离为界线上的长度。"
        )
    ]
    blocks += [Para(zh=leg.strip(), en=english[i].strip()) for i, leg in enumerate(legs)]
    blocks.append(Para(zh=f"坐标系：{words.frame_text(dossier.frame)}。", indent=False, size="small"))
    blocks.append(
        Signatures(
            boxes=tuple(SignBox(role=standing, name=name) for standing, name in paper.everybody(dossier))
        )
    )
    return paper.paper(dossier, "description", "界线走向说明", "Running description", tuple(blocks))
