"""Names and codes of the demo township: invented, after surveyors' tools and the calendar.

No name is a person's: a household is called after its group and one of the sixty signs of the calendar.
Codes are built like real ones (six digits county, three township, three village, two group, five plot) but
begin with 99, which is not given to any division.
"""

from __future__ import annotations

__all__ = [
    "NEIGHBOURS",
    "NOTICE_EN",
    "NOTICE_ZH",
    "STREAMS",
    "TOWNSHIP_CODE",
    "TOWNSHIP_EN",
    "TOWNSHIP_ZH",
    "VILLAGES",
    "certificate_number",
    "group_code",
    "group_name",
    "household_name",
    "plot_code",
    "village_code",
]

TOWNSHIP_ZH = "示范乡（虚构）"
TOWNSHIP_EN = "Demo Township (invented)"
TOWNSHIP_CODE = "990099100"
NOTICE_ZH = "本乡、各村组、各户、各宗纠纷及全部数据均为虚构，由程序按种子生成，仅供学习和演示；地形也是编造的，位置取在无人区。"
NOTICE_EN = (
    "This township, its villages, households, disputes and all data are invented, made by a program from a seed "
    "for learning and demonstration; the terrain is made up too and laid on uninhabited ground."
)
NEIGHBOURS = {
    "north": ("北标乡（虚构）", "North Mark Township (invented)"),
    "east": ("东杆乡（虚构）", "East Rod Township (invented)"),
    "county": ("远测县（虚构）", "Far Survey County (invented)"),
}
VILLAGES = (
    ("罗盘岭", "Compass Ridge"),
    ("卷尺沟", "Tape Gully"),
    ("墨斗湾", "Inkline Bend"),
    ("水准坪", "Level Flat"),
    ("标尺梁", "Staff Spur"),
    ("测绳河", "Measuring-line River"),
    ("铅锤泉", "Plumb-bob Spring"),
)
STREAMS = (
    "经纬河", "刻度河", "图板河", "棱镜沟", "花杆沟", "圆规沟", "量角沟", "方格沟", "图钉沟", "比例沟", "墨线沟", "铅笔沟",
    "橡皮沟", "三角沟", "直尺沟", "尺垫沟", "脚架沟", "觇牌沟", "测钎沟", "等高沟", "网点沟", "闭合沟", "平差沟", "象限沟",
    "坐标沟", "方位沟", "基线沟", "图廓沟", "图例沟", "注记沟", "界桩沟", "界标沟",
)  # fmt: skip
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_DIGITS = "零一二三四五六七八九十"
_TITLES = {"grassland": "示草证字", "cropland": "示地证字", "woodland": "示林证字"}
_FIRST_SERIAL = {"grassland": 0, "cropland": 30_000, "woodland": 60_000, "other": 90_000}


def village_code(number: int) -> str:
    """Return the 12-digit code of village ``number`` (from 0)."""
    return f"{TOWNSHIP_CODE}{201 + number:03d}"


def group_code(village: int, number: int) -> str:
    """Return the 14-digit code of group ``number`` (from 0) of a village."""
    return f"{village_code(village)}{number + 1:02d}"


def group_name(village: int, number: int) -> tuple[str, str]:
    """Return a group's Chinese and English name."""
    chinese, english = VILLAGES[village]
    return f"{chinese}村{_DIGITS[number + 1]}组", f"{english} Group {number + 1}"


def household_name(number: int) -> str:
    """Return the sign of household ``number`` (from 0) in its group: 甲子户 to 癸亥户, then 甲子二户.

    >>> household_name(0), household_name(59), household_name(60)
    ('甲子户', '癸亥户', '甲子二户')
    """
    turn, sign = divmod(number, 60)
    again = _DIGITS[turn + 1] if turn else ""
    return f"{_STEMS[sign % 10]}{_BRANCHES[sign % 12]}{again}户"


def plot_code(group: str, land_use: str, number: int) -> str:
    """Return the 19-digit code of plot ``number`` (from 0) of a land use in a group."""
    return f"{group}{_FIRST_SERIAL[land_use] + number + 1:05d}"


def certificate_number(land_use: str, number: int) -> str:
    """Return an invented certificate number; other land has none.

    >>> certificate_number("grassland", 0)
    '示草证字（虚构）第00001号'
    >>> certificate_number("other", 0)
    ''
    """
    title = _TITLES.get(land_use)
    return f"{title}（虚构）第{number + 1:05d}号" if title else ""
