"""The package: complete, the same bytes, every figure the same in every part, nothing settled that is not ours."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache

import pytest
import shapely
from pypdf import PdfReader

from data import calendars
from data.documents.facts import CaseFacts, Schedule, Surveyor, Term
from data.importing import read_in_process
from data.rules import norms
from geo.errors import ArgumentError, DisputeError
from jobs import package
from jobs.dossier import dossier, proposal_words
from jobs.matter import Paperwork
from jobs.package import Package
from jobs.recipes import recipes
from tests import dossiers, matters

NORMS = norms.load()


@cache
def settled() -> Package:
    return package.make(matters.matter(), NORMS, calendar=calendars.published())


def text_of(data: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def printed(key: str, **changes: object) -> str:
    """Return the text of one part of the changed matter."""
    return text_of(package.make_part(matters.matter(**changes), NORMS, key).data)


def planned(**changes: object) -> list[str]:
    """Return the names of the parts the changed matter would get, without making them."""
    matter = matters.matter(**changes)
    return [recipe.name for recipe in recipes(matter, dossier(matter, NORMS)[0], NORMS)]


def papers_with(**changes: object) -> Paperwork:
    return replace(matters.PAPERWORK, **changes)  # type: ignore[arg-type]


def names(made: Package) -> list[str]:
    return [part.name for part in made.parts]


def test_make__holds_every_part_of_a_settlement() -> None:
    expected = (
        "人民调解协议书.pdf 人民调解协议书.docx 界线图-A4.pdf 界线图-A3.pdf 调解用界点坐标表.pdf 调解用界点坐标表.xlsx "
        "调解用界点坐标表.csv 界线走向说明.pdf 界桩放样表.csv 界桩.gpx 界桩.kml 界桩.dat 现场指界通知书.docx 指界委托书.docx "
        "现场指界记录.docx 界线公示.docx 维持现状通知书.docx 权利告知书.docx 测量意见.pdf 界线方案比较表.pdf 回访表.docx "
        "变更地块.gpkg 变更地块.zip 变更地块.txt 材料清单.pdf manifest.json"
    )
    for name in expected.split():
        assert any(found.endswith(name) for found in names(settled())), name
    assert settled().problems == ()


def test_make__gives_the_same_bytes_twice() -> None:
    assert package.make(matters.matter(), NORMS, calendar=calendars.published()).data == settled().data


def test_make__another_time_stamp_changes_papers_but_no_figure() -> None:
    later = replace(matters.matter().stamp, made_at=matters.MADE_AT.replace(day=22))
    for key, same in (("坐标表.csv", True), ("测量意见", False)):
        made = package.make_part(matters.matter(stamp=later), NORMS, key)
        assert (made.data == settled().part(key).data) is same


def test_make_part__is_the_part_of_the_package() -> None:
    assert package.make_part(matters.matter(), NORMS, "A3").data == settled().part("A3").data
    with pytest.raises(ArgumentError, match="no part 'nothing'"):
        package.make_part(matters.matter(), NORMS, "nothing")


def test_make__the_zip_is_what_the_manifest_says() -> None:
    with zipfile.ZipFile(io.BytesIO(settled().data)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        listed = {part["name"]: part["sha256"] for part in manifest["parts"]}
        assert set(listed) == set(archive.namelist()) - {"manifest.json"}
        for name, digest in listed.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 21, 9, 30, 0)}


def test_make__prints_the_same_areas_everywhere() -> None:
    """Disputed area, both shares and the line's length, found in every part that has to state them."""
    analysis, chosen = matters.matter().analysis, matters.matter().chosen
    assert chosen is not None
    to_a, to_b = (round(area / (10000 / 15) + 1e-9, 2) for area in (chosen.area_to_a_m2, chosen.area_to_b_m2))
    disputed = f"{analysis.disputed_area_m2 * 15 / 10000:.2f}±"
    for key in (
        "协议书.pdf",
        "界线图-A4",
        "界线图-A3",
        "测量意见",
        "比较表",
        "公示.pdf",
        "维持现状通知书.pdf",
    ):
        assert disputed in text_of(settled().part(key).data), key
    for key in ("协议书.pdf", "界线图-A4", "界线图-A3", "比较表"):
        text = text_of(settled().part(key).data)
        assert f"{to_a:.2f}" in text, key
        assert f"{to_b:.2f}" in text, key
    for key in ("协议书.pdf", "界线图-A4", "坐标表.pdf", "走向说明", "比较表"):
        assert f"{chosen.length_m:.1f}" in text_of(settled().part(key).data), key


def test_make__every_file_has_the_same_points() -> None:
    """Coordinates of the table come back from CSV, GPX, KML and CASS, read by our own importers, to 1 mm."""
    rows = list(csv.DictReader(io.StringIO(settled().part("坐标表.csv").data.decode("utf-8-sig"))))
    table = [(float(row["Y（东）/米"]), float(row["X（北）/米"])) for row in rows]
    for row in rows:
        for key in ("坐标表.pdf", "协议书.pdf"):
            text = text_of(settled().part(key).data)
            assert row["X（北）/米"] in text
            assert row["Y（东）/米"] in text
    cass = [line.split(",") for line in settled().part("界桩.dat").data.decode("gb18030").split()]
    assert [(float(line[2]), float(line[3])) for line in cass] == table


@pytest.mark.parametrize("suffix", ["gpx", "kml"])
def test_make__geographic_files_come_back_to_the_table(suffix: str) -> None:
    from geo import crs

    found = read_in_process(f"x.{suffix}", settled().part(f"界桩.{suffix}").data)
    points = [feature.geometry for feature in found.features if feature.geometry.geom_type == "Point"]
    placed = crs.to_working(shapely.get_coordinates(points), matters.ZONE)
    outcome = settled().dossier.outcome
    assert outcome is not None
    for (easting, northing), point in zip(placed, outcome.points, strict=True):
        assert (easting, northing) == pytest.approx((point.easting_m, point.northing_m), abs=1e-3)


def test_make__area_after_redrawing_is_read_back_from_the_handover() -> None:
    text = settled().part("变更地块.txt").data.decode("gb18030")
    assert "J1,1," in text
    assert text.count(",面,,,,@") == 2


def test_make__bends_without_a_marker_are_points_of_the_table() -> None:
    matter = matters.matter()
    assert matter.proposals is not None
    chosen = matter.proposals.named("measured")
    facts, _ = dossier(matters.matter(chosen=chosen), NORMS)
    assert facts.outcome is not None
    assert len(facts.outcome.points) == 13
    assert facts.outcome.markers == 5
    numbers = [point.number for point in facts.outcome.points]
    assert numbers[:4] == ["J1", "J1-1", "J1-2", "J2"]
    assert len(set(numbers)) == 13
    line = shapely.LineString([(p.easting_m, p.northing_m) for p in facts.outcome.points])
    assert chosen is not None
    assert line.hausdorff_distance(chosen.line) < 0.002


def test_make__without_a_line_settles_by_terms() -> None:
    terms = (Term(kind="seasonal_use", who="甲方", yearly="6月至9月"),)
    plain = {"chosen": None, "changed": (), "paperwork": papers_with(terms=terms)}
    assert "每年6月至9月由甲方使用" in printed("协议书.pdf", **plain)
    assert not any("坐标表" in name or "放样" in name for name in planned(**plain))
    assert "争议界线图" in printed("界线图-A4", **plain)


def test_make__a_county_line_is_referred() -> None:
    made = package.make(matters.referred(), NORMS)
    assert any("移送函" in name for name in names(made))
    assert any("争议情况说明" in name for name in names(made))
    for word in ("协议书", "坐标表", "比较表", "公示", "回访"):
        assert not any(word in name for name in names(made)), word
    assert "某县民政局" in text_of(made.part("移送函.pdf").data)
    assert "议定界线" not in text_of(made.part("界线图-A4").data)


def test_make__units_with_units_are_referred_to_the_county() -> None:
    parties = tuple(replace(party, is_unit=True) for party in dossiers.PARTIES)
    text = printed("移送函.pdf", chosen=None, changed=(), paperwork=papers_with(parties=parties))
    assert "由县级以上人民政府处理" in text


@pytest.mark.parametrize("level", ["township", "county", "province"])
def test_make__never_settles_an_administrative_line(level: str) -> None:
    paperwork = replace(matters.PAPERWORK, case=replace(dossiers.CASE, level=level))
    with pytest.raises(DisputeError) as fault:
        package.make(matters.matter(paperwork=paperwork), NORMS)
    assert fault.value.code == "not_settled_here"


def test_make__with_nothing_written_down_prints_blanks() -> None:
    made = package.make(matters.matter(paperwork=Paperwork()), NORMS)
    for part in made.parts:
        if part.name.endswith(".pdf"):
            text = text_of(part.data)
            assert "None" not in text, part.name
            assert not re.search(r"\bnan\b", text), part.name
    assert "____" in text_of(made.part("协议书.pdf").data)


def test_make__a_qualified_survey_changes_title_and_notice() -> None:
    paperwork = papers_with(surveyor=Surveyor(unit="某测绘院", certificate_no="甲测资字 1", operator="吴某"))
    assert any("界址点成果表" in name for name in planned(paperwork=paperwork))
    assert "调解参考测量" not in printed("界线图-A4", paperwork=paperwork)
    assert "调解参考测量" in text_of(settled().part("界线图-A4").data)


def test_make__reports_rare_characters_once() -> None:
    parties = (replace(dossiers.PARTIES[0], name="王\U00031000"), dossiers.PARTIES[1])
    made = package.make(
        matters.matter(chosen=None, changed=(), paperwork=papers_with(parties=parties)), NORMS
    )
    assert [problem.code for problem in made.problems] == ["characters_missing"]
    assert "U+31000" in made.problems[0].what("zh")
    assert "王〓" in text_of(made.part("协议书.pdf").data)


@pytest.mark.parametrize("payload", ["{{7*7}}<script>", "=1+1", "../../x", "甲\n乙", "$x$%s"])
def test_make__takes_any_name_as_a_name(payload: str) -> None:
    paperwork = papers_with(case=replace(dossiers.CASE, title=payload, number=payload))
    shown = "".join(payload.split())
    assert shown in printed("协议书.pdf", paperwork=paperwork)
    assert shown in printed("界线图-A4", paperwork=paperwork)
    assert not any(".." in name for name in planned(paperwork=paperwork))


def test_make__a_public_sheet_shows_the_number_given_and_never_makes_one_up() -> None:
    stamp = replace(matters.matter().stamp, publication="public", approval_no="某S（2026）1号")
    assert "某S（2026）1号" in printed("A4", stamp=stamp)
    assert "公开____" in printed("A4", stamp=replace(stamp, approval_no=""))


def test_make__tells_its_progress() -> None:
    seen: list[tuple[int, int, str]] = []
    made = package.make(
        matters.referred(), NORMS, progress=lambda done, of, what: seen.append((done, of, what))
    )
    assert [done for done, _, _ in seen] == list(range(len(seen)))
    assert {of for _, of, _ in seen} == {len(seen)}
    assert len(made.parts) == len(seen) + 1


def test_dossier__counts_limits_in_working_days() -> None:
    """Seven working days after Thursday 26 November 2026 end on Monday 7 December; 30 days after signing too."""
    schedule = Schedule(posted_on=dossiers.SCHEDULE.posted_on, signed_on=dossiers.SCHEDULE.posted_on)
    matter = matters.matter(paperwork=replace(matters.PAPERWORK, schedule=schedule))
    facts, problems = dossier(matter, NORMS, calendars.published())
    assert problems == ()
    assert str(facts.schedule.objection_due) == "2026-12-07"
    assert [str(day) for day in facts.schedule.follow_up_on] == ["2026-12-26", "2027-05-25"]


def test_dossier__a_year_without_calendar_stays_blank_and_is_told() -> None:
    from datetime import date

    schedule = Schedule(posted_on=date(2031, 3, 1))
    matter = matters.matter(paperwork=replace(matters.PAPERWORK, schedule=schedule))
    facts, problems = dossier(matter, NORMS, calendars.published())
    assert facts.schedule.objection_due is None
    assert [problem.code for problem in problems] == ["calendar_missing"]


def test_dossier__of_grassland_without_contract_cites_the_grassland_law() -> None:
    case = CaseFacts(land="grassland", contracted=False)
    text = printed("权利告知书.pdf", chosen=None, changed=(), paperwork=Paperwork(case=case))
    assert "草原法》第十六条" in text
    assert "仲裁委员会" not in text


def test_words__every_proposal_has_a_name() -> None:
    assert proposal_words("best_fit") == ("最佳拟合线", "Best fit of the evidence")
    assert proposal_words("certificate", "二轮承包证书")[0] == "二轮承包证书"
