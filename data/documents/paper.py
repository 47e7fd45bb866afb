"""What all papers of a case have in common: head, mark, foot, the parties, the points, the way onward."""

from __future__ import annotations

from data.documents import words
from data.documents.blocks import Block, Column, Document, Fields, Grid, Para
from data.documents.facts import Dossier, LineLevel, Neighbour, Outcome, Party
from data.rules.norms import Norms, Way

__all__ = [
    "ATTENDANCE",
    "LEVELS",
    "STANDING",
    "everybody",
    "neighbour_grid",
    "office_name",
    "paper",
    "parties_fields",
    "point_columns",
    "point_rows",
    "way_paragraphs",
    "ways",
]

STANDING = {"holder": "相邻权利人", "issuer": "发包方", "collective": "集体经济组织", "user": "实际使用人"}
ATTENDANCE = {
    "present": "到场",
    "proxy": "委托代理人到场",
    "notified": "已通知，未到场",
    "absent": "未到场",
    "unknown": "",
}
LEVELS: dict[LineLevel, str] = {
    "plot": "地块界",
    "group": "村民小组界",
    "village": "村界",
    "township": "乡（镇）界",
    "county": "县界",
    "province": "省界",
}
_WAY_OF_LAND = {"grassland": "grassland", "woodland": "woodland"}
_ADMINISTRATIVE = ("township", "county", "province")


def paper(
    dossier: Dossier,
    key: str,
    title_zh: str,
    title_en: str,
    blocks: tuple[Block, ...],
    *,
    number: bool = True,
) -> Document:
    """Return a paper of the case with its head, mark and foot."""
    return Document(
        key=key,
        title_zh=title_zh,
        title_en=title_en,
        blocks=blocks,
        head=office_name(dossier),
        mark=words.mark(dossier.stamp),
        foot=words.stamp_text(dossier),
        number=f"编号：{words.or_blank(dossier.case.number)}" if number else "",
        bilingual=dossier.lang == "en",
    )


def office_name(dossier: Dossier) -> str:
    """Return who issues the papers: the committee, else the township."""
    return dossier.office.committee or dossier.office.township


def everybody(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    """Return ``(standing, name)`` of all who must be joined: both parties, neighbours, issuer (governance)."""
    parties = tuple((f"{'甲' if side == 'a' else '乙'}方", dossier.party(side).name) for side in ("a", "b"))
    return parties + tuple((STANDING[person.standing], person.name) for person in dossier.neighbours)


def parties_fields(dossier: Dossier) -> tuple[Block, ...]:
    """Return both parties as tables of names and plots; no identity number has a place here."""
    return tuple(Fields(rows=_party_rows(dossier.party(side)), pairs=2) for side in ("a", "b"))


def _party_rows(party: Party) -> tuple[tuple[str, str], ...]:
    label = "甲方" if party.side == "a" else "乙方"
    proxy = f"{'负责人' if party.is_unit else '代理人'}"
    stands = party.representative if party.is_unit else party.proxy
    return (
        (label, party.name),
        (proxy, stands),
        ("住所", party.place),
        ("地块", party.plot),
        ("证书或合同", party.certificate),
        ("合同面积", words.area(party.contract_area_m2)),
    )


def neighbour_grid(neighbours: tuple[Neighbour, ...]) -> Grid:
    """Return the table of everybody else who has to be joined."""
    columns = (
        Column(zh="姓名或名称", en="Name", share=2.2),
        Column(zh="身份", en="Standing", share=1.6),
        Column(zh="地块", en="Plot", share=1.6),
        Column(zh="通知日期", en="Notified", share=2.0),
        Column(zh="到场情况", en="Attendance", share=1.8),
    )
    rows = tuple(
        (
            words.or_blank(person.name, 8),
            STANDING[person.standing],
            person.plot,
            words.day(person.notified_on) if person.notified_on else "",
            ATTENDANCE[person.attendance],
        )
        for person in neighbours
    )
    return Grid(columns=columns, rows=rows)


def point_columns() -> tuple[Column, ...]:
    """Return the columns of a boundary-point table: X is north, as survey tables have it."""
    return (
        Column(zh="序号", en="No.", align="center", share=0.7),
        Column(zh="点号", en="Point", align="center", share=0.9),
        Column(zh="X（北）/米", en="X (north) / m", align="right", share=1.7),
        Column(zh="Y（东）/米", en="Y (east) / m", align="right", share=1.7),
        Column(zh="边长/米", en="Side / m", align="right", share=1.1),
        Column(zh="界桩", en="Marker", align="center", share=0.8),
    )


def point_rows(outcome: Outcome) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the point table; a ring repeats its first point, and the side stands between its ends."""
    points = outcome.points + (outcome.points[:1] if outcome.is_ring else ())
    last = len(points) - 1
    return tuple(
        (
            str(i + 1),
            point.number,
            words.coordinate(point.northing_m),
            words.coordinate(point.easting_m),
            "" if i == last or point.side_to_next_m is None else words.figure(point.side_to_next_m, 2),
            "●" if point.is_marked else "—",
        )
        for i, point in enumerate(points)
    )


def ways(dossier: Dossier, norms: Norms) -> tuple[Way, ...]:
    """Return the ways this dispute can take, by kind of land, contract and level of the line."""
    case = dossier.case
    if case.level in _ADMINISTRATIVE:
        return (norms.way("administrative"),)
    title = norms.way(_WAY_OF_LAND.get(case.land, "land"))
    return (norms.way("contract"), title) if case.contracted else (title,)


def way_paragraphs(dossier: Dossier, norms: Norms) -> tuple[Para, ...]:
    """Return the way to the county or the court as numbered paragraphs (norms, "Who settles what")."""
    units = all(dossier.party(side).is_unit for side in ("a", "b"))
    lines = []
    for way in ways(dossier, norms):
        decides = way.units if units else way.person
        court = f"；{way.court}" if way.court else ""
        lines.append(f"{way.subject}：{decides}{court}（{way.law}）。")
    return tuple(Para(zh=f"{i}. {line}") for i, line in enumerate(lines, 1))
