"""The agreement says what Art 29 asks for, and every paper prints the same figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from data.documents import (
    agreement,
    description,
    followup,
    notices,
    opinion,
    pointtable,
    referral,
    terms,
    words,
)
from data.documents.blocks import Box, Document, Fields, Grid, Heading, Para, Ruled, Signatures
from data.documents.facts import CaseFacts, Party, Referral, Surveyor, Term, TermKind
from data.rules import norms
from tests import dossiers

NORMS = norms.load()


def told(document: Document) -> str:
    """Return every word of a paper."""
    found: list[str] = [document.title_zh, document.number]
    for block in document.blocks:
        match block:
            case Heading() | Para() | Box():
                found.append(block.zh)
            case Fields():
                found += [word for pair in block.rows for word in pair]
            case Grid():
                found += [cell for row in block.rows for cell in row]
            case Signatures():
                found += [f"{box.role}{box.name}" for box in block.boxes]
            case Ruled():
                found.append(block.label)
    return "\n".join(found)


def marks(document: Document) -> list[str]:
    return [box.mark for block in document.blocks if isinstance(block, Signatures) for box in block.boxes]


def test_agreement__holds_the_contents_of_article_29() -> None:
    made = agreement.agreement(dossiers.full(), NORMS)
    text = told(made)
    for word in ("王某", "李某", "2003 年承包时", "南沟梁东段草场界线", "未及时埋桩", "越界建围栏"):
        assert word in text
    assert "界线长 75.0 米" in text
    assert "2026年12月31日" in text
    assert "赵某" in text
    assert {"fingerprint", "seal"} <= set(marks(made))


def test_agreement__lists_everybody_who_must_be_joined() -> None:
    text = told(agreement.agreement(dossiers.full(), NORMS))
    assert "张某" in text
    assert "发包方（签名或者捺印）柳沟村村民委员会" in text


def test_agreement__shows_the_way_to_county_and_court() -> None:
    text = told(agreement.agreement(dossiers.full(), NORMS))
    assert "自愿" in text
    assert "《中华人民共和国草原法》第十六条" in text
    assert "《中华人民共和国人民调解法》第三十三条" in text
    assert "30日内" in text


def test_agreement__leaves_the_certificate_as_it_is() -> None:
    assert "证书和登记簿的记载不因本协议改变" in told(agreement.agreement(dossiers.full(), NORMS))


def test_agreement__has_no_place_for_identity_numbers() -> None:
    for made in (agreement.agreement(dossiers.full(), NORMS), notices.proxy(dossiers.full())):
        assert "身份证号" not in told(made)
        assert "证件号" not in told(made)


def test_read_aloud__says_the_figures_in_spoken_words() -> None:
    text = told(agreement.agreement(dossiers.full(), NORMS))
    assert "争的那块地 3.24 ± 0.06 亩，1.55 亩归王某，1.69 亩归李某" in text
    assert "不想签" in text


def test_figures__are_the_same_in_every_paper() -> None:
    facts = dossiers.full()
    papers = (
        agreement.agreement(facts, NORMS),
        opinion.opinion(facts),
        opinion.comparison(facts),
        notices.public_notice(facts, NORMS),
        notices.status_quo(facts, NORMS),
        referral.statement(facts, NORMS),
    )
    for made in papers:
        assert "3.24 ± 0.06 亩" in told(made)
    for made in (papers[0], pointtable.point_table(facts, dossiers.OUTCOME)):
        assert "4476012.345" in told(made)
        assert "50.00" in told(made)


@pytest.mark.parametrize("kind", terms.KINDS)
def test_clause__of_each_kind_stands_without_facts(kind: TermKind) -> None:
    text = terms.clause(Term(kind=kind))
    assert "None" not in text
    assert "__" in text
    assert text.endswith("。")


def test_clause__of_each_kind_says_who_and_until_when() -> None:
    until = dt.date(2028, 5, 1)
    assert "3,050.50 元（大写：叁仟零伍拾元伍角）" in terms.clause(
        Term(kind="compensation", who="乙方向甲方", amount_yuan=3050.5, ends_on=until)
    )
    assert "维持现状至2028年5月1日" in terms.clause(Term(kind="status_quo", ends_on=until))
    assert "每年6月至9月由甲方使用" in terms.clause(Term(kind="seasonal_use", who="甲方", yearly="6月至9月"))
    assert "南沟泉的水源由双方取用" in terms.clause(Term(kind="water", place="南沟泉", who="双方"))
    assert "北豁口留出牲畜" in terms.clause(Term(kind="passage", place="北豁口", who="甲方的羊群"))


def test_agreement__without_a_line_carries_the_other_terms() -> None:
    facts = dossiers.full(outcome=None, terms=(Term(kind="shared_use", how="轮流放牧"),))
    text = told(agreement.agreement(facts, NORMS))
    assert "共同使用" in text
    assert "J1" not in text


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        (0.0, "零元整"),
        (10.0, "壹拾元整"),
        (1005.0, "壹仟零伍元整"),
        (10005.0, "壹万零伍元整"),
        (120_000_340.0, "壹亿贰仟万零叁佰肆拾元整"),
        (1_234_567.89, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        (3.05, "叁元零伍分"),
    ],
)
def test_capitals(amount: float, capitals: str) -> None:
    assert words.capitals(amount) == capitals


@pytest.mark.parametrize(
    ("land", "contracted", "law"),
    [
        ("grassland", False, "草原法》第十六条"),
        ("cropland", False, "土地管理法》第十四条"),
        ("homestead", False, "土地管理法》第十四条"),
        ("woodland", False, "森林法》第二十二条"),
        ("cropland", True, "农村土地承包经营纠纷调解仲裁法"),
    ],
)
def test_way_onward__is_that_of_the_kind_of_land(land: str, contracted: bool, law: str) -> None:
    facts = dossiers.full(case=CaseFacts(land=land, contracted=contracted))  # type: ignore[arg-type]
    text = told(notices.way_onward(facts, NORMS))
    assert law in text
    assert ("仲裁" in text) is contracted


def test_way_onward__sends_units_to_the_county() -> None:
    parties = tuple(replace(party, is_unit=True) for party in dossiers.PARTIES)
    facts = dossiers.full(parties=parties, case=CaseFacts(land="grassland", contracted=False))
    text = told(notices.way_onward(facts, NORMS))
    assert "由县级以上人民政府处理" in text
    assert "由乡（镇）人民政府或者" not in text


def test_walk_notice__one_for_everybody_and_the_absent_lose_nothing() -> None:
    text = told(notices.walk_notice(dossiers.full()))
    assert text.count("送达回证") == 4
    assert text.count("不因这次指界而移动") == 4


def test_public_notice__counts_working_days() -> None:
    text = told(notices.public_notice(dossiers.full(), NORMS))
    assert "7 个工作日，至2026年12月7日止" in text
    blank = told(notices.public_notice(dossiers.empty(), NORMS))
    assert "7 个工作日，至______年____月____日止" in blank


def test_status_quo__cites_what_nobody_may_do() -> None:
    assert "任何一方不得改变草原利用现状" in told(notices.status_quo(dossiers.full(), NORMS))


def test_opinion__says_it_is_no_decision_and_tells_each_stretch() -> None:
    text = told(opinion.opinion(dossiers.full()))
    assert "不是裁决" in text
    assert "至多 0.34 亩" in text
    assert "2.90 ± 0.06 亩" in text
    assert "RTK 卫星定位重新测量可以分清" in text
    assert "没有争议" in text


def test_comparison__names_what_was_withheld_and_why() -> None:
    text = told(opinion.comparison(dossiers.full()))
    assert "没有草场等级资料" in text
    assert "发包方同意" in text


def test_statement__proposes_no_line() -> None:
    facts = dossiers.full(
        case=replace(dossiers.CASE, level="county"), referral=Referral(reason="line_level", to="县民政局")
    )
    text = told(referral.statement(facts, NORMS)) + told(referral.referral_letter(facts, NORMS))
    assert "县界" in text
    assert "县民政局" in text
    assert "行政区域边界争议处理条例" in text
    assert "最佳拟合" not in text


def test_description__has_a_paragraph_a_leg() -> None:
    text = told(description.description(dossiers.full(), dossiers.OUTCOME))
    assert "由 J2 起，向东北行 25.00 米，至 J3。" in text


def test_follow_up__repeats_what_was_agreed() -> None:
    assert "一次付清" in told(followup.follow_up(dossiers.full()))


@pytest.mark.parametrize(
    ("surveyor", "title"),
    [
        (Surveyor(), "调解用界点坐标表"),
        (Surveyor(unit="某测绘院", operator="吴某"), "调解用界点坐标表"),
        (Surveyor(unit="某测绘院", certificate_no="甲测资字 1", operator="吴某"), "界址点成果表"),
    ],
)
def test_point_table__title_needs_a_qualified_unit(surveyor: Surveyor, title: str) -> None:
    """DEFINITIONS 17."""
    facts = dossiers.full(surveyor=surveyor)
    assert pointtable.title(facts) == title


def test_party__of_a_unit_signs_by_its_representative() -> None:
    party = Party(side="a", name="某合作社", is_unit=True, representative="郑某", proxy="别人")
    text = told(agreement.agreement(dossiers.full(parties=(party, dossiers.PARTIES[1])), NORMS))
    assert "郑某" in text
    assert "别人" not in text
