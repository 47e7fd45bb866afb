"""Observation sheets from the file to the figures: forms of writing, units, classes, and faults that are named."""

from __future__ import annotations

import datetime
import io

import pytest
from openpyxl import Workbook

from data.importing.observations import TEMPLATE, read_observations
from data.importing.quantities import read_angle, read_bearing, read_length
from geo.errors import ArgumentError, JiebiaoError
from jobs.adjusting import adjust_file, adjust_sheet
from tests import shared

KNOWN = "点号,X,Y,H\nA,0,0,\nB,0,300,\nC,400,0,\n"


def adjusted(text, **options):
    return adjust_sheet(read_observations(text.encode("utf-8"), "sheet.csv"), **options)


def codes(text):
    return [problem.code for problem in read_observations(text.encode("utf-8"), "sheet.csv").problems]


def point(result, name):
    return next(item for item in result["points"] if item["id"] == name)


def test_adjust__template_gives_the_published_misclosure():
    found = adjusted(TEMPLATE)["misclosure"]
    assert round(found["angular_sec"]) == -36
    assert (round(found["fx_m"], 2), round(found["fy_m"], 2)) == (0.10, 0.13)
    assert found["linear_m"] == pytest.approx(0.16474777654, abs=1e-9)
    assert found["ratio"] == pytest.approx(4452.19969, abs=1e-4)
    assert found["within_limits"] is True


@pytest.mark.parametrize("separator", ["\t", ";", "，"])
def test_adjust__separators(separator):
    result = adjusted(TEMPLATE.replace(",", separator))
    assert result["misclosure"]["ratio"] == pytest.approx(4452.2, abs=0.1)


def test_adjust__workbook_gbk_and_english_headings_give_the_same(tmp_path):
    expected = adjusted(TEMPLATE)["points"]
    book = Workbook()
    for line in TEMPLATE.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "观测.xlsx")
    (tmp_path / "gbk.csv").write_bytes(TEMPLATE.encode("gbk"))
    english = TEMPLATE.replace(
        "测站,后视,目标,水平角,方位角,距离,备注", "station,backsight,target,angle,azimuth,distance,note"
    )
    english = (
        english.replace("等级,图根", "class,mapping")
        .replace("角中误差", "angle sd")
        .replace("距离中误差", "distance sd")
    )
    (tmp_path / "en.csv").write_text(english, "utf-8")
    for name in ("观测.xlsx", "gbk.csv", "en.csv"):
        assert adjust_file(tmp_path / name)["points"] == expected


def test_adjust__gkf_is_told_by_content(tmp_path):
    source = shared.path("survey/gama/Ghilani16_1_Traverse.gkf")
    (tmp_path / "anything.txt").write_bytes(source.read_bytes())
    result = adjust_file(tmp_path / "anything.txt")
    assert result["misclosure"]["angular_sec"] == pytest.approx(60.0)
    assert result["degrees_of_freedom"] == 3


def test_adjust__network_has_no_misclosure():
    file = shared.path("ref/gama_local/krumm/2D/Ghilani_Wolf_Distance_Angle.gkf")
    assert adjust_file(file)["misclosure"] is None


POLAR = "测站,后视,目标,水平角{unit},距离{length}\nA,B,P,{angle},{distance}\n"


@pytest.mark.parametrize(
    ("unit", "angle"),
    [
        ("", "315-00-00"),
        ("", "315°00′00″"),
        ("", "315 00 00"),
        ("", "315.0°"),
        ("(gon)", "350"),
        ("", "350g"),
        ("(ddd.mmss)", "315.0000"),
        ("", "３１５度００分"),
    ],
)
def test_adjust__ways_to_write_an_angle(unit, angle):
    result = adjusted(KNOWN + POLAR.format(unit=unit, length="", angle=angle, distance="141.4214"))
    assert point(result, "P")["easting_m"] == pytest.approx(100.0, abs=1e-3)
    assert point(result, "P")["northing_m"] == pytest.approx(100.0, abs=1e-3)


@pytest.mark.parametrize(
    ("length", "distance"),
    [
        ("", "424.2641尺"),
        ("(尺)", "424.2641"),
        ("", "42丈4尺2.641寸"),
        ("(chain)", "7.030012"),
        ("", "0.1414214km"),
    ],
)
def test_adjust__lengths_are_converted_and_said_so(length, distance):
    text = KNOWN + POLAR.format(unit="", length=length, angle="315-00-00", distance=distance)
    assert point(adjusted(text), "P")["easting_m"] == pytest.approx(100.0, abs=1e-3)
    assert "length_converted" in codes(text)


def test_adjust__old_style_settings_rows():
    text = (
        "角度单位,gon\n长度单位：尺\n"
        + KNOWN
        + POLAR.format(unit="", length="", angle="350", distance="424.2641")
    )
    assert point(adjusted(text), "P")["northing_m"] == pytest.approx(100.0, abs=1e-3)


def test_adjust__right_angles_turn_the_other_way():
    text = KNOWN + "测站,后视,目标,右角,距离\nA,B,P,45-00-00,141.4214\n"
    assert point(adjusted(text), "P")["easting_m"] == pytest.approx(100.0, abs=1e-3)


def test_adjust__directions_with_merged_stations_and_heights():
    text = (
        "点号,X,Y,H\nA,0,0,100\nB,0,300,\nC,400,0,\n"
        "测站,目标,方向,斜距,天顶距,仪器高,目标高,角中误差(″),距中误差(mm)\n"
        "A,B,0-00-00,,,,,5,\n,C,270-00-06,,,,,5,\n,P,315-00-00,141.4284,89-25-41.5,1.5,1.5,5,3\n"
    )
    found = point(adjusted(text), "P")
    assert (found["easting_m"], found["northing_m"]) == pytest.approx((100.0, 100.0), abs=2e-3)
    assert found["height_m"] == pytest.approx(101.4116, abs=1e-3)
    assert found["sd_height_m"] > 0


def test_adjust__slope_distance_without_heights_is_levelled():
    text = KNOWN + "测站,后视,目标,水平角,斜距,竖直角\nA,B,P,315-00-00,282.8427,60-00-00\n"
    assert point(adjusted(text), "P")["easting_m"] == pytest.approx(100.0, abs=1e-3)


def test_adjust__compass_and_tape_legs():
    text = "点号,X,Y\nA,0,0\n测站,目标,方位角,距离\nA,B,N76-00E,80.4\nB,C,S36-00E,46.3\nC,D,S61-00W,72.8\nD,A,N38-00W,68.0\n"
    found = adjusted(text)["misclosure"]
    assert found["class"] == "compass"
    assert (found["fx_m"], found["fy_m"]) == pytest.approx((0.28362, -0.31106), abs=1e-5)
    assert found["angular_sec"] is None


def test_adjust__without_known_points_the_shape_comes_out_and_it_is_said():
    legs = "".join(f"{a},{b},{c},270-00-00,100\n" for b, a, c in ("DAB", "ABC", "BCD", "CDA"))
    result = adjusted("测站,后视,目标,水平角,距离\n" + legs)
    assert result["datum_defect"] == 3
    assert "datum_free" in [problem["code"] for problem in result["problems"]]
    assert result["misclosure"]["linear_m"] == pytest.approx(0.0, abs=1e-9)


def test_adjust__names_the_leg_taped_in_chi():
    result = adjusted(TEMPLATE.replace("132.30", "396.90"))
    assert result["misclosure"]["within_limits"] is False
    assert "2-3" in result["suspects"][0]["observation"]
    assert "尺" in result["suspects"][0]["remedy"]


def test_adjust__names_a_wrong_angle():
    result = adjusted(TEMPLATE.replace("110-58-42", "111-58-42"), lang="en")
    assert "angle 2-3-4" in result["suspects"][0]["observation"]
    assert "+1°" in result["suspects"][0]["remedy"] or "+0°59" in result["suspects"][0]["remedy"]


def test_adjust__chosen_class_decides():
    assert adjusted(TEMPLATE, class_name="一级导线")["misclosure"]["within_limits"] is False
    with pytest.raises(ArgumentError, match="no traverse class 'best'"):
        adjusted(TEMPLATE, class_name="best")


def test_read__lists_mixed_angles_by_row():
    text = TEMPLATE.replace("113-00-18", "113.0050")
    problem = next(p for p in read_observations(text.encode(), "x").problems if p.code == "angle_forms_mixed")
    assert problem.where == "row 10"
    assert "113.0050" in problem.what_zh


def test_read__lists_mixed_lengths_by_row():
    text = TEMPLATE.replace("132.30", "396.90尺")
    problem = next(p for p in read_observations(text.encode(), "x").problems if p.code == "length_mixed")
    assert problem.where == "row 10"
    assert adjusted(text)["misclosure"]["ratio"] == pytest.approx(4452.2, abs=0.1)


def test_read__says_what_accuracy_it_assumed():
    assert (
        codes(KNOWN + POLAR.format(unit="", length="", angle="90-00-00", distance="10")).count(
            "accuracy_assumed"
        )
        == 2
    )
    assert "accuracy_assumed" not in codes(TEMPLATE)


FAULTS = {
    "back_sight_missing": (
        "2,1,3,113-00-18",
        "2,,3,113-00-18",
        "Row 10: station 2 has an angle to 3 but no backsight",
    ),
    "target_missing": ("2,1,3,113-00-18", "2,1,,113-00-18", "Row 10: station 2 has a value but no target"),
    "cell_unreadable": ("113-00-18", "113-75-18", "Row 10: “113-75-18” cannot be read"),
    "row_without_value": ("113-00-18,,132.30", ",,", "Row 10: 2 to 3 has no value"),
    "known_point_twice": (
        "B,1200.000,2000.000,,,,",
        "A,1200.000,2000.000,,,,",
        "Row 6: point A has other coordinates in row 5",
    ),
    "point_half": ("B,1200.000,2000.000,,,,", "B,1200.000,,,,,", "Row 6: point B has only one of X and Y"),
}


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_read__names_the_row_and_the_remedy(code):
    before, after, sentence = FAULTS[code]
    assert before in TEMPLATE
    with pytest.raises(JiebiaoError, match=sentence) as caught:
        adjusted(TEMPLATE.replace(before, after))
    assert caught.value.code == code
    assert "请" in caught.value.sentence("zh") or "需要" in caught.value.sentence("zh")


def test_read__names_a_cell_that_excel_made_a_date():
    book = Workbook()
    for line in TEMPLATE.splitlines():
        book.active.append(line.split(","))
    book.active["D10"] = datetime.datetime(2026, 11, 3)
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(JiebiaoError, match="turned into a date") as caught:
        read_observations(buffer.getvalue(), "x.xlsx")
    assert caught.value.where == "row 10"


def test_adjust__names_one_point_with_two_names():
    text = (
        "点号,X,Y\nA,0,0\nQ,0,300\n测站,后视,目标,水平角,距离\nA,Q,p1,90-00-00,100\nP1,A,P2,180-00-00,100\n"
    )
    with pytest.raises(JiebiaoError, match=r"'p1' .* and 'P1' .* nearly the same") as caught:
        adjusted(text)
    assert caught.value.code == "names_alike"


def test_adjust__names_the_station_of_a_traverse_without_a_backsight():
    text = KNOWN + "测站,后视,目标,水平角,距离\nA,B,P,90-00-00,100\nP,,Q,,100\nQ,P,R,180-00-00,100\n"
    with pytest.raises(JiebiaoError, match="Station P lacks a backsight"):
        adjusted(text)


def test_adjust__says_that_a_ring_lacks_an_angle_it_can_do_without():
    result = adjusted(TEMPLATE.replace("3,2,4,110-58-42", "3,2,4,"))
    assert result["misclosure"] is None
    assert "back_sight_missing" in [problem["code"] for problem in result["problems"]]


@pytest.mark.parametrize("text", ["", "x", "测站", "1,2,3\n4,5,6", "\x00\x01", "PK\x03\x04"])
def test_read__refuses_what_is_no_sheet(text):
    with pytest.raises(JiebiaoError):
        read_observations(text.encode("utf-8"), "x")


def test_quantities__quadrants_and_compound_lengths():
    assert read_bearing("北偏西38°").degrees == pytest.approx(322.0)
    assert read_bearing("NE 10").degrees == pytest.approx(10.0)
    assert read_bearing("N95E") is None
    assert read_length("3丈2丈") is None
    assert read_angle("12.3x") is None
    assert read_length("1丈2尺").metres == pytest.approx(4.0)
