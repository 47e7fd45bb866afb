"""What is wrong with, or must be said about, the rows of an observation sheet."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from data.importing.quantities import LENGTH_UNITS_M, Angle, Length
from data.importing.text import plain
from geo.errors import FileError, Problem

__all__ = ["Faults", "alike_names"]

_SHOWN = 8
_FATAL: Final = {
    # code: (what zh, what en, what to do zh, what to do en)
    "cell_unreadable": ("“{value}”读不出来（{role}）", "“{value}” cannot be read ({role})", "角度请写 127-03-15 或 127.0542°，长度请写 120.50 或 361.5尺。", "Write angles 127-03-15 or 127.0542°, lengths 120.50 or 361.5尺."),
    "cell_is_date": ("“{value}”被表格软件改成了日期", "“{value}” was turned into a date by the spreadsheet", "请把该列设为文本后重新输入，如 45-30-12。", "Format the column as text and type it again, as 45-30-12."),
    "back_sight_missing": ("测站 {station} 到 {target} 有水平角，却没有后视", "station {station} has an angle to {target} but no backsight", "请填写后视点号；若是度盘读数，请改填“方向”栏。", "Enter the backsight; if it is a circle reading, use the direction column."),
    "target_missing": ("测站 {station} 有观测值，却没有目标点", "station {station} has a value but no target", "请填写目标点号。", "Enter the target point."),
    "station_missing": ("到 {target} 的观测没有测站", "the sight to {target} has no station", "请填写测站点号。", "Enter the station."),
    "row_without_value": ("{station} 到 {target} 没有任何观测值", "{station} to {target} has no value", "请补录角度或距离，或删去此行。", "Enter the angle or distance, or delete the row."),
    "known_point_twice": ("点 {point} 与第 {first} 行同名而坐标不同", "point {point} has other coordinates in row {first}", "若是两个点请改名，若是同一点请核对坐标。", "Rename one if they are two points, else correct the coordinates."),
    "point_half": ("点 {point} 只有一个坐标", "point {point} has only one of X and Y", "请补上 X（北）或 Y（东）。", "Add X (north) or Y (east)."),
    "zenith_missing": ("{leg} 是斜距，却没有天顶距，也没有高程", "{leg} is a slope distance without zenith angle or heights", "请补天顶距，或改填平距。", "Add the zenith angle, or enter the horizontal distance."),
}  # fmt: skip
_NAMES_ZH: Final = {
    "angle": "水平角", "direction": "方向", "azimuth": "方位角", "zenith": "天顶距", "distance": "距离",
    "slope_distance": "斜距", "height_difference": "高差",
}  # fmt: skip


class Faults:
    """The place being read, and what has been noted so far."""

    def __init__(self, name: str) -> None:
        self.name, self.sheet, self.row = name, "", 0
        self._angles: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._lengths: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._assumed: dict[tuple[str, str], int] = defaultdict(int)
        self._unused: list[str] = []

    def place(self) -> str:
        """Return the row being read, for people."""
        return f"{self.sheet} 第{self.row}行 row {self.row}".strip()

    def fault(self, code: str, **facts: object) -> FileError:
        """Return the error ``code`` at the row being read."""
        what_zh, what_en, remedy_zh, remedy_en = _FATAL[code]
        shown = {key: " ".join(str(value).split())[:60] for key, value in facts.items()}
        row_en = f"{self.sheet} row {self.row}".strip()
        return FileError(
            code,
            zh=f"{self.sheet} 第 {self.row} 行：{what_zh}。{remedy_zh}".strip(),
            en=f"{row_en[:1].upper()}{row_en[1:]}: {what_en}. {remedy_en}",
            where=f"row {self.row}",
            **shown,
        )

    def unreadable(self, value: object, role: str) -> FileError:
        """Return the error about a cell that is no angle or length."""
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            return self.fault("cell_is_date", value=value)
        return self.fault("cell_unreadable", value=plain(value), role=role.replace("_", " "))

    def no_columns(self) -> FileError:
        """Return the error about a file that is no observation sheet."""
        return FileError(
            "no_observation_columns",
            zh="文件 {name} 不是观测表：需要“测站、后视、目标、水平角、距离”等列和“点号、X、Y”已知点，或 .gkf 文件。",
            en="File {name} is no observation sheet: it needs columns as station, backsight, target, angle, distance and known "
            "points as point, X, Y; or bring a .gkf file.",
            where=self.name,
            name=self.name,
        )

    def angle(self, text: str, angle: Angle) -> None:
        """Note how an angle was written."""
        if angle.form != "whole":
            self._angles[angle.form].append((str(self.row), text))

    def length(self, text: str, length: Length) -> None:
        """Note the unit of a length."""
        self._lengths[length.unit or "m"].append((str(self.row), text))

    def assumed(self, kind: str, accuracy: str) -> None:
        """Note an accuracy that nobody stated."""
        self._assumed[kind, accuracy] += 1

    def unused(self, point: str) -> None:
        """Note a known point that no observation touches."""
        self._unused.append(point)

    def listed(self) -> tuple[Problem, ...]:
        """Return what was noted as problems."""
        return (*self._mixed_angles(), *self._converted(), *self._accuracies(), *self._left())

    def _mixed_angles(self) -> list[Problem]:
        if len(self._angles) < 2:
            return []
        usual = max(self._angles, key=lambda form: len(self._angles[form]))
        return [
            Problem(
                "angle_forms_mixed",
                f"第 {_rows(found)} 行的角度（{found[0][1]}）写法是{_FORMS[form][0]}，其余多为{_FORMS[usual][0]}；已按各自写法换算",
                f"Rows {_rows(found)} write angles ({found[0][1]}) as {_FORMS[form][1]}, most others as {_FORMS[usual][1]}; "
                "each was read as written",
                f"row {found[0][0]}",
                f"请核对：若 {found[0][1]} 其实是度.分秒，请改写为 度-分-秒。",
                f"Check: if {found[0][1]} is really ddd.mmss, write it as d-m-s.",
            )
            for form, found in self._angles.items()
            if form != usual
        ]

    def _converted(self) -> list[Problem]:
        return [
            Problem(
                "length_mixed" if len(self._lengths) > 1 else "length_converted",
                f"第 {_rows(found)} 行的长度（{found[0][1]}）按{unit}换算：1 {unit} = {LENGTH_UNITS_M[unit]:.6g} m",
                f"Rows {_rows(found)}: lengths ({found[0][1]}) converted, 1 {unit} = {LENGTH_UNITS_M[unit]:.6g} m",
                f"row {found[0][0]}",
                "请确认单位；市尺为 1/3 m，旧营造尺为 0.32 m，若用旧尺请先换算。",
                "Confirm the unit; a market chi is 1/3 m, an old builders' chi 0.32 m: convert the latter first.",
            )
            for unit, found in self._lengths.items()
            if unit != "m"
        ]

    def _accuracies(self) -> list[Problem]:
        return [
            Problem(
                "accuracy_assumed",
                f"{count} 个{_NAMES_ZH[kind]}没有中误差，按 {accuracy} 计",
                f"{count} of kind {kind.replace('_', ' ')} have no standard error, {accuracy} was assumed",
                kind,
                "请在“中误差”栏或表头写明仪器精度。",
                "State the instrument's accuracy in the sd column or above the heading.",
            )
            for (kind, accuracy), count in self._assumed.items()
        ]

    def _left(self) -> list[Problem]:
        return [
            Problem(
                "point_unobserved",
                f"已知点 {name} 没有任何观测，未参加平差",
                f"Known point {name} has no observation and takes no part",
                name,
                "若本应联测，请核对观测行里的点名。",
                "If it was meant to be tied in, check the names in the rows.",
            )
            for name in self._unused
        ]


_FORMS: Final = {
    "dms": ("度-分-秒", "degrees-minutes-seconds"),
    "degrees": ("十进制度", "decimal degrees"),
    "gon": ("新度 gon", "gons"),
    "packed": ("度.分秒", "ddd.mmss"),
}


def _rows(found: list[tuple[str, str]]) -> str:
    rows = list(dict.fromkeys(row for row, _ in found))
    return "、".join(rows[:_SHOWN]) + (" …" if len(rows) > _SHOWN else "")


def alike_names(rows: Mapping[str, int]) -> Problem | None:
    """Return the problem of two names that may be one point (``A1`` and ``a-1``), or None."""
    by_core: dict[str, list[str]] = defaultdict(list)
    for name in rows:
        folded = unicodedata.normalize("NFKC", name).casefold()
        by_core[re.sub(r"[\s_\-.#号点]", "", folded) or folded].append(name)
    pairs = [names for names in by_core.values() if len(names) > 1]
    if not pairs:
        return None
    one, two = pairs[0][:2]
    return Problem(
        "names_alike",
        f"点名“{one}”（第 {rows[one]} 行）与“{two}”（第 {rows[two]} 行）几乎相同，现按两个点计算",
        f"The names {one!r} (row {rows[one]}) and {two!r} (row {rows[two]}) are nearly the same; they were taken as two points",
        f"row {rows[two]}",
        "若是同一点，请写成同一个点名。",
        "Write them alike if they are one point.",
    )
