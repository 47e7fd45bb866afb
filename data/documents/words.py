"""How the papers write figures, dates and blanks; every rounding comes from ``geo.units``."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from data.documents.facts import Dossier, Frame, Party, Stamp
from geo import units

__all__ = [
    "BLANK",
    "area",
    "area_mu",
    "capitals",
    "china_time",
    "clock",
    "coordinate",
    "day",
    "degrees",
    "disputed",
    "figure",
    "frame_text",
    "length",
    "mark",
    "money",
    "names",
    "or_blank",
    "party_label",
    "sentence",
    "shares",
    "short_day",
    "stamp_text",
]

BLANK = "____________"
"""Room for a word to be filled in by hand."""

_CHINA = timezone(timedelta(hours=8))
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿")
_SIDES = {"a": "甲方", "b": "乙方"}


def or_blank(text: str, width: int = 12) -> str:
    """Return ``text``, or a blank line of ``width`` places when it is not known."""
    return text.strip() or "_" * width


def day(value: date | None) -> str:
    """Return a date as people write it, with room for the figures when it is not known.

    >>> day(date(2026, 11, 21))
    '2026年11月21日'
    >>> day(None)
    '______年____月____日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else "______年____月____日"


def short_day(value: date | None) -> str:
    """Return a date for a narrow column."""
    return day(value) if value else "____年__月__日"


def china_time(moment: datetime) -> datetime:
    """Return a moment as clocks in China show it (UTC+8 everywhere, no summer time); a bare one is taken so.

    >>> china_time(datetime(2026, 11, 21, 18, 0, tzinfo=timezone(timedelta(0)))).isoformat()
    '2026-11-22T02:00:00+08:00'
    """
    return moment if moment.tzinfo is None else moment.astimezone(_CHINA)


def clock(value: datetime | None) -> str:
    """Return date and time of day, with room to write when it is not known."""
    if value is None:
        return "______年____月____日____时____分"
    local = china_time(value)
    return f"{day(local.date())}{local.hour}时{local.minute:02d}分"


def area(area_m2: float | None, sigma_m2: float | None = None) -> str:
    """Return an area with its unit and its 95 % half-width.

    >>> area(2160.0, 20.4)
    '3.24 ± 0.06 亩'
    """
    return "_______ 亩" if area_m2 is None else f"{units.format_area_mu(area_m2, sigma_m2)} 亩"


def disputed(dossier: Dossier) -> str:
    """Return the disputed area: with ±, or where noise alone makes area with what it is at most (DEFINITIONS 7)."""
    if dossier.disputed_area_sigma_m2 is None and dossier.disputed_at_most_m2 is not None:
        return f"{area(dossier.disputed_area_m2)}（在误差之内，至多 {area(dossier.disputed_at_most_m2)}）"
    return area(dossier.disputed_area_m2 or None, dossier.disputed_area_sigma_m2)


def shares(to_a_m2: float, to_b_m2: float) -> tuple[str, str]:
    """Return what each side receives, with its unit; as printed they add up to the whole."""
    to_a, to_b = units.format_shares_mu(to_a_m2, to_b_m2)
    return f"{to_a} 亩", f"{to_b} 亩"


def area_mu(area_m2: float) -> str:
    """Return an area in mu without its unit, for a column that names it."""
    return units.format_area_mu(area_m2)


def length(length_m: float, digits: int = 1) -> str:
    """Return a length with its unit."""
    return f"{units.format_length_m(length_m, digits)} 米"


def coordinate(value_m: float) -> str:
    """Return a coordinate to the millimetre, without thousands, as survey tables do."""
    return units.format_number(value_m, 3).replace(",", "")


def figure(value: float, digits: int = 2) -> str:
    """Return a figure without its unit, for a column that names it."""
    return units.format_number(value, digits)


def degrees(value_deg: float, digits: int = 8) -> str:
    """Return an angle in decimal degrees."""
    return units.format_number(value_deg, digits)


def money(amount_yuan: float | None) -> str:
    """Return an amount in yuan in figures and in capitals, with room to write when it is not known.

    >>> money(3050.5)
    '3,050.50 元（大写：叁仟零伍拾元伍角）'
    """
    if amount_yuan is None:
        return "____________元（大写：____________________）"
    return f"{units.format_number(amount_yuan)} 元（大写：{capitals(amount_yuan)}）"


def capitals(amount_yuan: float) -> str:
    """Return an amount below 10¹² yuan in the capitals that cannot be altered.

    >>> capitals(10_000_100)
    '壹仟万零壹佰元整'
    >>> capitals(0.05)
    '零元零伍分'
    """
    cents = round(amount_yuan * 100)
    whole, tenths, hundredths = cents // 100, cents // 10 % 10, cents % 10
    text = (_capital_integer(whole) or "零") + "元"
    if not tenths and not hundredths:
        return text + "整"
    text += f"{_CAPITALS[tenths]}角" if tenths else "零"
    return text + (f"{_CAPITALS[hundredths]}分" if hundredths else "")


def _capital_integer(value: int) -> str:
    text, pending = "", False
    for power in range(len(str(value)) - 1, -1, -1):
        digit = value // 10**power % 10
        if digit:
            text += ("零" if pending else "") + _CAPITALS[digit] + _PLACES[power % 4]
            pending = False
        elif text:
            pending = True
        if power and power % 4 == 0 and value // 10**power % 10_000:
            text += _MYRIADS[power // 4]
    return text


def names(people: tuple[str, ...], width: int = 12) -> str:
    """Return names joined as in a sentence, or a blank."""
    kept = [name.strip() for name in people if name.strip()]
    return "、".join(kept) if kept else "_" * width


def sentence(text: str) -> str:
    """Return ``text`` ending in exactly one full stop.

    >>> sentence("以河为界；")
    '以河为界。'
    """
    body = text.strip().rstrip("。；;，, ")
    return body + ("" if body.endswith(("！", "？")) else "。")


def party_label(party: Party) -> str:
    """Return side and name of a party, e.g. ``甲方（王某）``."""
    return f"{_SIDES[party.side]}（{or_blank(party.name)}）"


def mark(stamp: Stamp) -> str:
    """Return what must stand on every page: internal, or public with its number or exemption."""
    if stamp.publication == "internal":
        return "内部"
    return f"公开　{or_blank(stamp.approval_no or stamp.exemption)}"


def frame_text(frame: Frame) -> str:
    """Return the reference system in one line."""
    return (
        f"{frame.datum}，高斯-克吕格投影 {frame.zone_name}，"
        f"中央子午线 {units.format_number(frame.central_meridian_deg, 0)}°E（EPSG:{frame.epsg}）"
    )


def stamp_text(dossier: Dossier) -> str:
    """Return the foot of every page: case number, time of making, version."""
    made = clock(dossier.stamp.made_at)
    return f"案件 {or_blank(dossier.case.number)}　制作 {made}　界标 {dossier.stamp.version}"
