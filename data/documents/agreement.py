"""The mediation agreement 人民调解协议书 (People's Mediation Law Art 29) with its text for reading aloud."""

from __future__ import annotations

from data.documents import paper, terms, words
from data.documents.blocks import (
    Block,
    Box,
    Break,
    Column,
    Document,
    Grid,
    Heading,
    Para,
    Ruled,
    Signatures,
    SignBox,
)
from data.documents.facts import Dossier
from data.rules.norms import Norms

__all__ = ["agreement", "read_aloud"]

_MOST_ROWS = 30
"""A longer line's points stand in the annex only."""
_NUMERALS = "一二三四五六七八九十"


def agreement(dossier: Dossier, norms: Norms) -> Document:
    """Return the agreement: parties, facts and dispute, what is agreed, how and by when, signatures."""
    blocks: tuple[Block, ...] = (
        *_parties(dossier),
        *_facts(dossier),
        *_agreed(dossier),
        *_onward(dossier, norms),
        *_signatures(dossier),
        Break(),
        *read_aloud(dossier, norms),
    )
    return paper.paper(dossier, "agreement", "人民调解协议书", "Mediation agreement", blocks)


def _parties(dossier: Dossier) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(zh="一、当事人", en="Parties"), *paper.parties_fields(dossier)]
    if dossier.neighbours:
        blocks.append(Para(zh="相邻权利人、发包方等应当参加的人：", en="Others who are joined", indent=False))
        blocks.append(paper.neighbour_grid(dossier.neighbours))
    return tuple(blocks)


def _facts(dossier: Dossier) -> tuple[Block, ...]:
    case = dossier.case
    blocks: list[Block] = [
        Heading(zh="二、纠纷事实、争议事项和各方责任", en="Facts, dispute, responsibilities")
    ]
    place = f"争议地点：{words.or_blank(case.place)}。" if case.place.strip() else ""
    blocks += _written(f"{place}{case.facts}", "纠纷的主要事实：")
    blocks += _written(case.dispute, "争议事项：")
    for side in ("a", "b"):
        party = dossier.party(side)
        claim = words.sentence(words.or_blank(party.claim, 36))
        duty = words.sentence(words.or_blank(party.responsibility, 36))
        blocks.append(Para(zh=f"{words.party_label(party)}主张：{claim}责任：{duty}"))
    if dossier.disputed_area_m2 > 0:
        blocks.append(Para(zh=_measured(dossier)))
    return tuple(blocks)


def _written(text: str, label: str) -> list[Block]:
    """Return recorded words, or ruled lines to write them on."""
    return [Para(zh=label + words.sentence(text))] if text.strip() else [Ruled(label=label, lines=3)]


def _measured(dossier: Dossier) -> str:
    disputed = [stretch for stretch in dossier.stretches if stretch.state == "disputed"]
    area = words.disputed(dossier)
    unclaimed = (
        f"双方均未主张的 {words.area(dossier.unclaimed_area_m2)}不在分配之列。"
        if dossier.unclaimed_area_m2 > 0
        else ""
    )
    return (
        f"经测量，双方主张不一致的界线 {len(disputed)} 段，争议面积 {area}。{unclaimed}"
        "测量意见只供调解参考，不是裁决。"
    )


def _agreed(dossier: Dossier) -> tuple[Block, ...]:
    blocks: list[Block] = [
        Heading(zh="三、调解协议内容", en="What is agreed"),
        Para(zh="经调解，双方当事人自愿达成如下协议："),
    ]
    agreed = terms.clauses(dossier)
    blocks += [Para(zh=f"（{_numeral(i)}）{text}") for i, text in enumerate(agreed)] or [Ruled(lines=5)]
    if dossier.outcome:
        if len(dossier.outcome.points) <= _MOST_ROWS:
            blocks.append(Grid(columns=paper.point_columns(), rows=paper.point_rows(dossier.outcome)))
        blocks.append(Para(zh=f"坐标系：{words.frame_text(dossier.frame)}。", indent=False, size="small"))
        blocks += _registration(dossier)
    blocks.append(Heading(zh="四、履行方式和期限", en="How and by when"))
    blocks.append(_performance(dossier))
    return tuple(blocks)


def _numeral(index: int) -> str:
    return _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)


def _registration(dossier: Dossier) -> list[Block]:
    needs = next(
        (proposal.needs for proposal in dossier.proposals if proposal.chosen or proposal.prefilled), ()
    )
    text = (
        "议定界线与证书、登记簿记载不一致的，证书和登记簿的记载不因本协议改变；双方应配合发包方依法办理变更登记，"
        "登记完成以前，议定界线与登记界线分别标示。"
    )
    blocks: list[Block] = [Para(zh=text)]
    if needs:
        blocks.append(Box(zh="依法还需要：" + "".join(words.sentence(need) for need in needs)))
    return blocks


def _performance(dossier: Dossier) -> Grid:
    columns = (
        Column(zh="事项", en="What", share=1.2),
        Column(zh="由谁履行", en="Who", share=1.3),
        Column(zh="怎样履行", en="How", share=3.2),
        Column(zh="完成期限", en="By when", share=1.7),
    )
    rows = terms.performance_rows(dossier) or tuple(("", "", "", words.short_day(None)) for _ in range(3))
    return Grid(columns=columns, rows=rows)


def _onward(dossier: Dossier, norms: Norms) -> tuple[Block, ...]:
    confirmation = norms.way("confirmation")
    due = dossier.schedule.confirmation_due
    until = f"（最迟 {words.day(due)}）" if due else ""
    court = dossier.office.court
    where = f"有管辖权的人民法院：{court}。" if court.strip() else ""
    return (
        Heading(zh="五、权利告知", en="Rights, and the way to county or court"),
        Para(zh="调解出于自愿，任何一方可以不接受调解，可以不签本协议，也可以依法走下列途径："),
        *paper.way_paragraphs(dossier, norms),
        Para(zh=f"{confirmation.subject}：{confirmation.person}{until}（{confirmation.law}）。{where}"),
        Heading(zh="六、生效", en="Effect"),
        Para(
            zh="本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。"
            "本协议一式____份，当事人各执一份，人民调解委员会留存一份。附件与本协议具有同等效力。"
        ),
    )


def _signatures(dossier: Dossier) -> tuple[Block, ...]:
    boxes = [_sign(words_, name) for words_, name in paper.everybody(dossier)]
    mediators = dossier.case.mediators or ("",)
    boxes += [SignBox(role="人民调解员（签名）", name=name, mark="none") for name in mediators]
    boxes += [SignBox(role="见证人（签名）", name=name) for name in dossier.case.witnesses]
    boxes.append(SignBox(role="记录人（签名）", name=dossier.case.recorder, mark="none"))
    boxes.append(SignBox(role="人民调解委员会", name=dossier.office.committee, mark="seal"))
    return (Heading(zh="七、签字", en="Signatures"), Signatures(boxes=tuple(boxes)))


def _sign(standing: str, name: str) -> SignBox:
    return SignBox(role=f"{standing}（签名或者捺印）", name=name)


def read_aloud(dossier: Dossier, norms: Norms) -> tuple[Block, ...]:
    """Return the text the mediator reads out before anybody signs, in spoken words and large type."""
    a, b = (words.or_blank(dossier.party(side).name, 8) for side in ("a", "b"))
    blocks: list[Block] = [
        Para(zh="宣 读 稿", en="Text for reading aloud", align="center", strong=True, size="large"),
        Box(zh="签字以前由调解员逐条念给各方听。听不清、听不懂的，当场问，当场答。"),
        _spoken(
            f"今天，由{words.or_blank(paper.office_name(dossier))}主持，{a}和{b}两家，就"
            f"“{words.or_blank(dossier.case.title)}”这件事商量好了。我把商量好的话念一遍。"
        ),
    ]
    blocks += [_spoken(f"第{_numeral(i)}，{text}") for i, text in enumerate(_spoken_clauses(dossier))]
    days = norms.count("court_confirmation_days")
    blocks += [
        _spoken(f"签不签，是你们自己的事，谁也不能逼谁。不想签，{_other_ways(dossier)}。"),
        _spoken(f"签了就要照着做。愿意的话，{days} 天以内两家一起到法院，请法院确认这份协议。"),
        _spoken("都听清楚了没有？有没有哪一条和你们说好的不一样？"),
        Grid(
            columns=(
                Column(zh="听读人", share=1.4),
                Column(zh="回答", share=3),
                Column(zh="签名或者捺印", share=1.6),
            ),
            rows=tuple(
                (f"{standing} {name}".strip(), "", "\n") for standing, name in paper.everybody(dossier)
            ),
            size="body",
        ),
        Para(zh="宣读人：____________　　宣读时间：______年____月____日____时____分", indent=False),
    ]
    return tuple(blocks)


def _other_ways(dossier: Dossier) -> str:
    arbitration = "，可以申请仲裁" if dossier.case.contracted else ""
    return f"可以找政府处理{arbitration}，也可以依法上法院"


def _spoken(text: str) -> Para:
    return Para(zh=text, size="large")


def _spoken_clauses(dossier: Dossier) -> tuple[str, ...]:
    spoken = []
    outcome = dossier.outcome
    if outcome:
        a, b = (words.or_blank(dossier.party(side).name, 8) for side in ("a", "b"))
        spoken.append(
            f"地界从 {outcome.points[0].number} 号点走到 {outcome.points[-1].number} 号点，"
            f"全长 {words.length(outcome.length_m)}，要埋 {outcome.markers} 个桩，图上都画着。"
        )
        to_a, to_b = words.shares(outcome.area_to_a_m2, outcome.area_to_b_m2)
        spoken.append(f"争的那块地 {words.disputed(dossier)}，{to_a}归{a}，{to_b}归{b}。")
        spoken.append("证书上写的暂时不变，要等登记办完才变。")
    spoken += [terms.clause(term) for term in dossier.terms if term.kind != "line"]
    return tuple(spoken)
