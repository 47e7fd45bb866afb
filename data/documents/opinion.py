"""The measuring opinion 测量意见 and the comparison of proposals: plain words, never a decision."""

from __future__ import annotations

from data.documents import paper, words
from data.documents.blocks import (
    Block,
    Box,
    Column,
    Document,
    Fields,
    Grid,
    Heading,
    Para,
    Signatures,
    SignBox,
)
from data.documents.facts import Dossier, Language, LineFacts, ProposalFacts, StretchFacts
from geo import units

__all__ = ["comparison", "line_grid", "opinion", "stretch_words"]

_STATES = {"agreed": ("一致", "agreed"), "disputed": ("有争议", "disputed")}
_VERDICTS = {
    "within_error": ("误差之内", "within error"),
    "real_difference": ("确有差异", "real difference"),
    "not_enough_evidence": ("证据不足", "not enough evidence"),
}


def opinion(dossier: Dossier) -> Document:
    """Return the measuring opinion: what was measured, each stretch in plain words, how sources and claims agree."""
    blocks: list[Block] = [
        Box(
            zh="本意见只说明测量的情况，不是裁决，不确定权属。各线的证明力先看依据的等级，再看精度。",
            en="This opinion describes measurements. It is not a decision and fixes no title.",
        ),
        Heading(zh="一、测量和依据", en="Measurement and sources"),
        Fields(rows=_survey_rows(dossier)),
        *line_grid(dossier),
        Heading(zh="二、逐段意见", en="Stretch by stretch"),
        _stretch_grid(dossier),
    ]
    blocks += [Para(zh=stretch_words(s, "zh"), en=stretch_words(s, "en")) for s in dossier.stretches]
    blocks += _totals(dossier)
    blocks += _agreement_with_sources(dossier)
    if dossier.explanations:
        blocks.append(Heading(zh="四、为什么各人手里的数不一样", en="Why numbers differ"))
        blocks += [Para(zh=words.sentence(text)) for text in dossier.explanations]
    surveyor = dossier.surveyor
    blocks.append(
        Signatures(
            boxes=(
                SignBox(role="测量人", name=surveyor.operator, mark="none"),
                SignBox(role="测量单位", name=surveyor.unit, mark="seal"),
            )
        )
    )
    return paper.paper(dossier, "opinion", "测量意见", "Measuring opinion", tuple(blocks))


def _survey_rows(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    surveyor = dossier.surveyor
    return (
        ("坐标系", words.frame_text(dossier.frame)),
        ("测量方法", surveyor.method),
        ("测量日期", words.day(surveyor.measured_on)),
        ("测量单位、证书", " ".join(word for word in (surveyor.unit, surveyor.certificate_no) if word)),
    )


def line_grid(dossier: Dossier) -> tuple[Block, ...]:
    """Return the table of the lines with origin, length and accuracy; nothing when there is none."""
    if not dossier.lines:
        return ()
    columns = (
        Column(zh="线", en="Line", share=2.0),
        Column(zh="来源", en="Origin", share=3.0),
        Column(zh="长/米", en="Length / m", align="right", share=1.0),
        Column(zh="点位中误差/米", en="Standard error / m", align="right", share=1.2),
    )
    return (Grid(columns=columns, rows=tuple(_line_row(line) for line in dossier.lines)),)


def _line_row(line: LineFacts) -> tuple[str, ...]:
    sigma = "不明" if line.sigma_m is None else words.figure(line.sigma_m)
    return (line.label, line.origin, words.figure(line.length_m, 1), sigma)


def _stretch_grid(dossier: Dossier) -> Grid:
    columns = (
        Column(zh="段", en="No.", align="center", share=0.5),
        Column(zh="起止/米", en="From - to / m", align="center", share=1.5),
        Column(zh="情况", en="State", align="center", share=0.9),
        Column(zh="测量意见", en="Opinion", align="center", share=1.2),
        Column(zh="面积/亩", en="Area / mu", align="right", share=1.4),
        Column(zh="平均相距/米", en="Mean apart / m", align="right", share=1.1),
        Column(zh="两倍误差/米", en="2 sigma / m", align="right", share=1.1),
    )
    return Grid(columns=columns, rows=tuple(_stretch_row(stretch) for stretch in dossier.stretches))


def _stretch_row(stretch: StretchFacts) -> tuple[str, ...]:
    verdict = _VERDICTS[stretch.verdict][0] if stretch.verdict else ""
    double = "" if stretch.sigma_difference_m is None else words.figure(2 * stretch.sigma_difference_m)
    apart = "" if stretch.mean_separation_m is None else words.figure(stretch.mean_separation_m)
    return (
        str(stretch.number),
        f"{words.figure(stretch.from_m, 1)} – {words.figure(stretch.to_m, 1)}",
        _STATES[stretch.state][0],
        verdict,
        _stretch_area(stretch),
        apart,
        double,
    )


def _stretch_area(stretch: StretchFacts) -> str:
    if stretch.state == "agreed":
        return ""
    if stretch.verdict == "within_error" and stretch.at_most_m2 is not None:
        return f"至多 {units.format_area_mu(stretch.at_most_m2)}"
    return units.format_area_mu(stretch.area_m2, stretch.area_sigma_m2)


def stretch_words(stretch: StretchFacts, lang: Language = "zh") -> str:
    """Return the opinion on one stretch in a sentence anybody understands."""
    return _stretch_zh(stretch) if lang == "zh" else _stretch_en(stretch)


def _stretch_zh(stretch: StretchFacts) -> str:
    span = f"第 {stretch.number} 段（{words.figure(stretch.from_m, 1)} 米至 {words.length(stretch.to_m)}）："
    if stretch.state == "agreed":
        return span + "两家的线是一致的，没有争议。"
    apart = (
        ""
        if stretch.mean_separation_m is None
        else f"两家的线平均相距 {words.length(stretch.mean_separation_m)}"
    )
    if stretch.max_separation_m is not None:
        apart += f"，最远处 {words.length(stretch.max_separation_m)}"
    user = f"现由{stretch.used_by}使用。" if stretch.used_by else ""
    return f"{span}{apart}{_verdict_zh(stretch)}{user}"


def _verdict_zh(stretch: StretchFacts) -> str:
    error = (
        "" if stretch.sigma_difference_m is None else f"（± {words.length(2 * stretch.sigma_difference_m)}）"
    )
    area = f"两线之间 {words.area(stretch.area_m2, stretch.area_sigma_m2)}"
    match stretch.verdict:
        case "within_error":
            at_most = (
                f"，两线之间至多 {words.area(stretch.at_most_m2)}" if stretch.at_most_m2 is not None else ""
            )
            return f"，没有超出测量误差{error}，凭现有测量分不出两条线{at_most}。"
        case "real_difference":
            return f"，超出了测量误差{error}，两条线确实不同，{area}。"
        case _:
            decides = f"用{stretch.instrument}重新测量可以分清。" if stretch.instrument else ""
            return f"，{area}；现有资料的精度不够或者不明，不能判断。{decides}"


def _stretch_en(stretch: StretchFacts) -> str:
    span = (
        f"Stretch {stretch.number} ({words.figure(stretch.from_m, 1)} to {words.figure(stretch.to_m, 1)} m): "
    )
    if stretch.state == "agreed":
        return span + "the two lines agree."
    apart = (
        ""
        if stretch.mean_separation_m is None
        else f"the lines lie {words.figure(stretch.mean_separation_m, 1)} m apart on average, "
    )
    match stretch.verdict:
        case "within_error":
            most = (
                ""
                if stretch.at_most_m2 is None
                else f", at most {units.format_area_mu(stretch.at_most_m2)} mu"
            )
            return f"{span}{apart}within the error of measuring{most}."
        case "real_difference":
            area = units.format_area_mu(stretch.area_m2, stretch.area_sigma_m2)
            return f"{span}{apart}more than the error of measuring: a real difference of {area} mu."
        case _:
            tool = f" {stretch.instrument} would decide it." if stretch.instrument else ""
            return f"{span}{apart}there is not enough evidence to tell.{tool}"


def _totals(dossier: Dossier) -> list[Block]:
    area = words.disputed(dossier)
    text = f"合计：争议面积 {area}。"
    if dossier.unclaimed_area_m2 > 0:
        text += f"另有 {words.area(dossier.unclaimed_area_m2)}双方都未主张，单独列出，不作分配。"
    text += "“±”是 95% 的把握范围：同样测一百次，约九十五次落在这个范围里。"
    return [Para(zh=text, strong=True)]


def _agreement_with_sources(dossier: Dossier) -> list[Block]:
    if not dossier.sources:
        return []
    columns = (
        Column(zh="依据", en="Source", share=2.4),
        Column(zh="对照的主张", en="Claim", align="center", share=1.2),
        Column(zh="相符长度", en="Agrees", align="right", share=1.1),
        Column(zh="平均相差/米", en="Mean / m", align="right", share=1.2),
        Column(zh="最大相差/米", en="Largest / m", align="right", share=1.2),
        Column(zh="容许/米", en="Tolerance / m", align="right", share=1.1),
    )
    rows = tuple(
        (
            found.source,
            "甲方" if found.claim == "a" else "乙方",
            f"{words.figure(100 * found.share, 0)}%",
            words.figure(found.mean_difference_m),
            words.figure(found.max_difference_m),
            words.figure(found.tolerance_m),
        )
        for found in dossier.sources
    )
    heading = Heading(zh="三、两家的主张与各项依据对照", en="Claims against sources")
    return [heading, Grid(columns=columns, rows=rows)]


def comparison(dossier: Dossier) -> Document:
    """Return the table of all proposals with what each costs, and those withheld with the reason."""
    area = words.disputed(dossier)
    blocks: list[Block] = [
        Para(
            zh=f"争议面积 {area}。下表各方案的起止点相同；“归甲”是方案线与乙方主张线之间的面积，“归乙”相反，单位为亩。"
            "依据的等级在前，精度在后；任何一方的主张都不作为依据。"
        ),
        _proposal_grid(dossier),
    ]
    blocks += _proposal_notes(dossier)
    if dossier.withheld:
        blocks.append(Heading(zh="没有列出的方案和原因", en="Withheld, with reasons"))
        blocks += [Para(zh=f"{name}：{words.sentence(reason)}") for name, reason in dossier.withheld]
    blocks.append(
        Box(
            zh="选哪一个方案由双方自愿商定；都不合适的，可以另画一条，也可以约定共同使用、分季使用、通行、取水、补偿或者维持现状。"
        )
    )
    return paper.paper(dossier, "comparison", "界线方案比较表", "Comparison of proposals", tuple(blocks))


def _proposal_grid(dossier: Dossier) -> Grid:
    columns = (
        Column(zh="方案", en="Proposal", share=1.9),
        Column(zh="归甲/亩", en="To A", align="right", share=1.0),
        Column(zh="归乙/亩", en="To B", align="right", share=1.0),
        Column(zh="区外/亩", en="Outside", align="right", share=0.9),
        Column(zh="线长/米", en="Length", align="right", share=1.1),
        Column(zh="界桩", en="Markers", align="right", share=0.7),
        Column(zh="距甲线/米", en="From A", align="right", share=1.1),
        Column(zh="距乙线/米", en="From B", align="right", share=1.1),
        Column(zh="距证书/米", en="From certificate", align="right", share=1.1),
    )
    rows = tuple(_proposal_row(proposal) for proposal in dossier.proposals)
    chosen = tuple(i for i, proposal in enumerate(dossier.proposals) if proposal.chosen or proposal.prefilled)
    return Grid(columns=columns, rows=rows, strong_rows=chosen)


def _proposal_row(proposal: ProposalFacts) -> tuple[str, ...]:
    def metres(value: float | None) -> str:
        return "—" if value is None else words.figure(value, 1)

    return (
        ("● " if proposal.chosen or proposal.prefilled else "") + proposal.label_zh,
        *units.format_shares_mu(proposal.area_to_a_m2, proposal.area_to_b_m2),
        units.format_area_mu(proposal.outside_m2),
        words.figure(proposal.length_m, 1),
        str(proposal.markers),
        metres(proposal.mean_from_a_m),
        metres(proposal.mean_from_b_m),
        metres(proposal.mean_from_certificate_m),
    )


def _proposal_notes(dossier: Dossier) -> list[Block]:
    same: dict[tuple[str, ...], list[str]] = {}
    for proposal in dossier.proposals:
        if proposal.needs:
            same.setdefault(proposal.needs, []).append(proposal.label_zh)
    notes = [
        Para(zh=f"{'、'.join(labels)}：依法还需要{words.sentence('；'.join(needs))}")
        for needs, labels in same.items()
    ]
    chosen = [Para(zh=words_, indent=False)] if (words_ := _mark_words(dossier)) else []
    heading: list[Block] = [Heading(zh="法律手续", en="What the law asks for")] if notes else []
    return [*chosen, *heading, *notes]


def _mark_words(dossier: Dossier) -> str:
    """Return what the mark in the table means: chosen by the parties, or only filled in to be talked about."""
    if any(proposal.chosen for proposal in dossier.proposals):
        return "● 为双方选定的方案。"
    if any(proposal.prefilled for proposal in dossier.proposals):
        return "● 双方尚未选定方案：文书暂按此线填写，只供商量。"
    return ""
