"""Instead of a settlement: the statement of a dispute and its referral 争议情况说明 / 移送函."""

from __future__ import annotations

from data.documents import opinion, paper, words
from data.documents.blocks import Block, Box, Document, Fields, Heading, Para, Ruled, Signatures, SignBox
from data.documents.facts import Dossier, Referral
from data.rules.norms import Norms

__all__ = ["referral_letter", "statement"]

_REASONS = {
    "line_level": "争议的界线是{level}，不属于乡镇调解的范围",
    "units": "争议双方都是单位，依法由县级以上人民政府处理",
    "refused": "当事人一方或者双方不同意调解",
    "failed": "经调解没有达成协议",
    "competence": "争议事项不属于本委员会调解的范围",
}


def _referral(dossier: Dossier) -> Referral:
    return dossier.referral or Referral(reason="failed")


def _reason(dossier: Dossier) -> str:
    return _REASONS[_referral(dossier).reason].format(level=paper.LEVELS[dossier.case.level])


def statement(dossier: Dossier, norms: Norms) -> Document:
    """Return 争议情况说明: the facts for whoever decides, with no proposal of a line."""
    case = dossier.case
    blocks: list[Block] = [
        Box(zh="本说明只陈述情况和测量结果，不提出划界意见，不是裁决。"),
        Heading(zh="一、争议双方", en="Parties"),
        *paper.parties_fields(dossier),
        Heading(zh="二、争议的界线和地点", en="The line and the place"),
        Fields(
            rows=(
                ("界线种类", paper.LEVELS[case.level]),
                ("地点", case.place),
                ("争议面积", words.disputed(dossier)),
                ("现由谁使用", case.used_by),
                ("受理日期", words.day(case.accepted_on)),
            )
        ),
        Heading(zh="三、事实和各方主张", en="Facts and claims"),
        *_told(case.facts or case.dispute),
        *(
            Para(
                zh=f"{words.party_label(dossier.party(side))}主张：{words.sentence(words.or_blank(dossier.party(side).claim, 36))}"
            )
            for side in ("a", "b")
        ),
        *_materials(dossier),
        Heading(zh="五、已做的工作和不能在本级处理的原因", en="What was done, and why it is referred"),
        *_told(_referral(dossier).done_so_far),
        Para(zh=f"不能在本级处理的原因：{_reason(dossier)}。"),
        *_holds(dossier, norms),
        Signatures(
            boxes=(
                SignBox(role="经办人", name=case.recorder, mark="none"),
                SignBox(role="单位", name=paper.office_name(dossier), mark="seal"),
            )
        ),
    ]
    return paper.paper(dossier, "statement", "争议情况说明", "Statement of the dispute", tuple(blocks))


def _told(text: str) -> tuple[Block, ...]:
    return (Para(zh=words.sentence(text)),) if text.strip() else (Ruled(lines=4),)


def _materials(dossier: Dossier) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Heading(zh="四、材料和测量情况", en="Materials and measurement"),
        *opinion.line_grid(dossier),
    ]
    blocks += [
        Para(zh=opinion.stretch_words(stretch))
        for stretch in dossier.stretches
        if stretch.state == "disputed"
    ]
    if not dossier.lines:
        blocks.append(Ruled(lines=3))
    return tuple(blocks)


def _holds(dossier: Dossier, norms: Norms) -> tuple[Block, ...]:
    return tuple(
        Para(zh=f"已告知各方：{words.sentence(way.hold)}（{way.law}）")
        for way in paper.ways(dossier, norms)
        if way.hold
    )


def referral_letter(dossier: Dossier, norms: Norms) -> Document:
    """Return 移送函 to whoever is competent, with what is enclosed and a receipt."""
    referral = _referral(dossier)
    law = "、".join(way.law for way in paper.ways(dossier, norms))
    blocks: tuple[Block, ...] = (
        Para(zh=f"{words.or_blank(referral.to, 16)}：", indent=False),
        Para(
            zh=f"关于“{words.or_blank(dossier.case.title)}”一事，因{_reason(dossier)}，根据{law}，现移送你单位处理。"
        ),
        Para(zh=f"请求事项：{words.sentence(words.or_blank(referral.requests, 36))}"),
        Para(
            zh="随函附送：争议情况说明、测量意见、争议区图、材料清单及电子文件。附图为调解参考测量，不作为权属依据。"
        ),
        Para(
            zh=f"联系人：{words.or_blank(dossier.case.recorder)}　电话：{words.or_blank(dossier.office.telephone)}"
        ),
        Para(zh=words.or_blank(dossier.office.township or paper.office_name(dossier)), align="right"),
        Para(zh=words.day(None), align="right"),
        Heading(zh="回执", en="Receipt"),
        Fields(rows=(("收到的材料", ""), ("收件单位、收件人", ""), ("收件日期", words.day(None)))),
    )
    return paper.paper(dossier, "referral", "移送函", "Referral", blocks)
