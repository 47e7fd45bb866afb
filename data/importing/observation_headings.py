"""Which column of an observation sheet is what, and what its settings rows say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data.importing.quantities import AngleForm, angle_form, length_unit
from data.importing.text import number, plain

__all__ = ["ObservationColumns", "observation_columns", "setting"]

_ROLES: Final = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (
            "sigma_angle",
            r"(测?角|方向|方位)[^距]*(中误差|精度)|^(sd|sigma|stdev)_?(angle|dir|azi)|(angle|direction|azimuth)_?(sd|sigma)",
        ),
        (
            "sigma_length",
            r"(距|边)[^角]*(中误差|精度)|^(sd|sigma|stdev)_?(dist|length)|(distance|length)_?(sd|sigma)",
        ),
        ("sigma_rise", r"高差(中误差|精度)|^(sd|sigma)_?(rise|dh)|(rise|dh)_?(sd|sigma)"),
        ("sigma", r"中误差|标准差|精度|^sd\b|^sigma|^stdev|^sd$|^sd\("),
        ("instrument_height", r"仪器高|仪高|^hi($|\()|instrument_?height"),
        ("target_height", r"棱镜高|觇标高|目标高|镜高|^ht($|\()|target_?height"),
        ("zenith", r"天顶距|天顶角|^zenith|^z-angle"),
        ("vertical", r"竖直角|垂直角|竖角|倾角|高度角|vertical_?angle|slope_?angle"),
        ("slope", r"斜距|^slope"),
        ("rise", r"高差|^dh($|\()|^rise|height_?diff"),
        ("right_angle", r"右角|右折角|^right"),
        ("angle", r"水平角|左角|转折角|夹角|折角|观测角|^angle|^horizontal_?angle"),
        ("azimuth", r"方位角|象限角|^azimuth|^bearing"),
        ("direction", r"方向|度盘读数|水平读数|^direction|^circle|^hz"),
        ("distance", r"平距|水平距离|^距离|边长|量距|^distance|^dist|^length|^hd($|\()"),
        ("station", r"测站|设站|^station|^from|^at$|^站"),
        ("back", r"后视|^back|^bs$"),
        ("target", r"前视|目标|照准|镜站|觇点|^target|^fore|^fs$|^to$"),
        ("set", r"测回|^set|^组"),
        ("state", r"类型|状态|性质|^state|^type|^fix"),
        ("point", r"^(已知|控制)?点(号|名)?$|^(已知|控制)点|^point|^name$|^pt$|^id$"),
        ("northing", r"^x($|坐标|[(\[_])|北坐标|^北|^n($|[(\[])|northing|纵坐标"),
        ("easting", r"^y($|坐标|[(\[_])|东坐标|^东|^e($|[(\[])|easting|横坐标"),
        ("height", r"^h($|[(\[])|高程|^height|elev|^z($|[(\[])"),
    )
)
_SETTINGS: Final = tuple(
    (key, re.compile(pattern, re.IGNORECASE))
    for key, pattern in (
        ("angle_unit", r"^角度?单位|^angle_?unit"),
        ("length_unit", r"^(长度|距离|边长)单位|^length_?unit|^distance_?unit"),
        ("sigma_angle", r"^(测?角度?|方向|角度)中误差|^angle_?sd"),
        ("sigma_azimuth", r"^方位角中误差|^azimuth_?sd"),
        ("sigma_length", r"^(测距|距离|边长|距)中误差|^distance_?sd"),
        ("sigma_rise", r"^高差中误差|^rise_?sd"),
        ("class", r"^(导线)?等级|^class$|^traverse_?class"),
    )
)
_SEEN = {"angle", "right_angle", "direction", "azimuth", "distance", "slope", "zenith", "vertical", "rise"}


@dataclass(frozen=True, slots=True)
class ObservationColumns:
    """Column numbers by role, and the units their headings state."""

    place: Mapping[str, int]
    angle_forms: Mapping[str, AngleForm]
    length_units: Mapping[str, str]


def observation_columns(cells: Sequence[object]) -> ObservationColumns | None:
    """Return the columns a heading row names, or None when the row is no heading of observations or known points."""
    place: dict[str, int] = {}
    for column, cell in enumerate(cells):
        text = re.sub(r"\s+", "", plain(cell))
        if text and number(cell) is None:
            role = next((role for role, pattern in _ROLES if pattern.search(text)), "")
            if role and role not in place:
                place[role] = column
    observing = "station" in place and bool(_SEEN & place.keys())
    listing = "point" in place and ({"northing", "easting"} <= place.keys() or "height" in place)
    if not (observing or listing):
        return None
    headings = {role: plain(cells[column]) for role, column in place.items()}
    forms = {role: form for role, text in headings.items() if (form := angle_form(text)) is not None}
    units = {
        role: unit
        for role, text in headings.items()
        if re.search(r"[(（\[/]", text) and (unit := length_unit(text))
    }
    return ObservationColumns(place, forms, units)


def setting(cells: Sequence[object]) -> tuple[str, str] | None:
    """Return key and value of a settings row (``角度单位, gon``), or None."""
    filled = [plain(cell) for cell in cells if plain(cell)]
    if len(filled) == 1:
        filled = [part.strip() for part in re.split(r"[:：=]", filled[0], maxsplit=1)]
    if len(filled) < 2:
        return None
    name = re.sub(r"[\s:：]", "", filled[0])
    key = next((key for key, pattern in _SETTINGS if pattern.search(name)), "")
    return (key, filled[1]) if key and (len(filled) == 2 or number(filled[1]) is not None) else None
