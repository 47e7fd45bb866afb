"""Why a plot of a file is not taken into the records, and what else is said of the file: sentences."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import JiebiaoError, Problem
from geo.units import format_number

__all__ = [
    "code_twice",
    "codes_given",
    "far",
    "holders_by_name",
    "identity",
    "in_records",
    "no_area",
    "not_placed",
    "parted",
    "repeated",
    "same_ground",
    "shape",
]


def shape(fault: JiebiaoError) -> Problem:
    """Say that a shape is no valid area."""
    return fault.problem(
        "在原来的软件里改好图形再放入。", "Mend the shape where it was drawn and bring it again."
    )


def far(where: str, away_m: float, limit_m: float) -> Problem:
    """Say that a plot lies too far away."""
    away, limit = format_number(away_m / 1000, 0), format_number(limit_m / 1000, 0)
    return Problem(
        "far_from_township",
        f"离本乡 {away} 公里（超过 {limit} 公里），不会是本乡的地。",
        f"It lies {away} km from the township (more than {limit} km) and cannot be its land.",
        where,
        "请核对文件的坐标系，或核对打开的是不是这个乡。",
        "Check the file's reference system, or whether this is the township it belongs to.",
    )


def in_records(where: str, code: str) -> Problem:
    """Say that the code is in the records: what is registered is never overwritten."""
    return Problem(
        "code_in_records",
        f"编号 {code} 已在档案里；登记的图形不会被覆盖。",
        f"The code {code} is in the records; a registered shape is never overwritten.",
        where,
        "确是另一块地的，改编号后再放入；界线有变的，走纠纷或换证。",
        "If it is another plot, change its code and bring it again; a changed line goes through a case or a new "
        "certificate.",
    )


def code_twice(where: str, code: str, places: Sequence[str]) -> Problem:
    """Say that several different polygons have one code."""
    shown = "、".join(places[:6]) + ("……" if len(places) > 6 else "")
    return Problem(
        "code_twice",
        f"编号 {code} 在文件里用了 {len(places)} 次（第 {shown} 个），图形不同，不知道哪一个对。",
        f"The code {code} stands {len(places)} times in the file (numbers {shown.replace('、', ', ')}) with different "
        "shapes; which one is right is not known.",
        where,
        "同一块地分成几片的，合成一个多部分图形；不是的，改正编号。",
        "If they are parts of one plot, join them to one shape of several parts; otherwise correct the codes.",
    )


def repeated(where: str, first: str) -> Problem:
    """Say that a polygon stands in the file twice."""
    return Problem(
        "repeated",
        f"与第 {first} 个编号、图形都相同，只收一次。",
        f"It has the code and the shape of number {first} and is taken once.",
        where,
    )


def same_ground(where: str, code: str) -> Problem:
    """Say that the same ground is in the records under another code."""
    return Problem(
        "same_ground",
        f"同一块地已在档案里，编号 {code}。",
        f"The same ground is in the records already, as {code}.",
        where,
        "不必再收；编号不对的，请核对证书。",
        "It need not be taken again; if a code is wrong, look at the certificate.",
    )


def no_area(path: str, count: int) -> Problem:
    """Say that lines and points are no plots."""
    return Problem(
        "not_areas",
        f"有 {count} 个线或点，围不成地块，没有收。",
        f"{count} lines or points enclose no plot and are not taken.",
        path,
        "没有闭合的界线，在原来的软件里闭合成面再放入。",
        "Close boundaries that are open where they were drawn, and bring the file again.",
    )


def not_placed(path: str) -> Problem:
    """Say that it is not known where a file lies."""
    return Problem(
        "file_not_placed",
        "还不知道这个文件是哪一种坐标，放不到图上，没有收。",
        "Which coordinates the file has is not settled; it cannot be placed and is not taken.",
        path,
        "请选定坐标种类，或说明有没有手机地图偏移（命令行用 --shift、--near）。",
        "Say which coordinates they are, or whether a phone map shifted them (--shift, --near on the command line).",
    )


def identity(columns: Sequence[str]) -> Problem:
    """Say that identity numbers are not taken over."""
    return Problem(
        "identity_left_out",
        f"“{'”“'.join(columns)}”是身份证件号码，不收进档案。",
        f"Identity numbers ({', '.join(columns)}) are not taken into the records.",
        "",
    )


def codes_given(count: int) -> Problem:
    """Say that plots without a code got one."""
    return Problem(
        "codes_given",
        f"有 {count} 个没有编号，已按顺序给了临时编号（L-00001 这样）。",
        f"{count} had no code and got a provisional one (like L-00001).",
        "",
        "有正式编号时，选对编号那一列再收。",
        "If there are official codes, choose their column first.",
    )


def parted(count: int) -> Problem:
    """Say that rings that touch themselves were parted."""
    return Problem(
        "rings_parted",
        f"有 {count} 个图形与自身相接，已拆成外环与内环，面积不变。",
        f"{count} shapes touched themselves and were parted into shell and hole; their areas are the same.",
        "",
    )


def holders_by_name(column: str) -> Problem:
    """Say that one name in the file is taken for one person."""
    return Problem(
        "holders_by_name",
        f"没有承包方编码：“{column}”里同名的算同一户。",
        f"There is no code of holders: one name in {column} is taken for one household.",
        "",
        "有同名不同户的，请在文件里加一列承包方编码。",
        "If different households share a name, add a column of holder codes to the file.",
    )
