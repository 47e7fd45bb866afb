"""The boundary-point table as a paper, as CSV and as XLSX; its title tells who may answer for it (DEFINITIONS 17)."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from data.documents import paper, words
from data.documents.archive import sealed
from data.documents.blocks import Block, Box, Document, Fields, Grid, Para, Signatures, SignBox
from data.documents.facts import Dossier, Outcome

__all__ = ["HEADER", "point_table", "table_csv", "table_xlsx", "title"]

HEADER = ("序号", "点号", "X（北）/米", "Y（东）/米", "边长/米", "界桩")
_REFERENCE = "调解用界点坐标表"
_OFFICIAL = "界址点成果表"


def title(dossier: Dossier) -> str:
    """Return 界址点成果表 only for a qualified unit with certificate number and operator, else 调解用界点坐标表."""
    return _OFFICIAL if dossier.surveyor.is_qualified else _REFERENCE


def point_table(dossier: Dossier, outcome: Outcome) -> Document:
    """Return the table as a paper."""
    surveyor = dossier.surveyor
    blocks: list[Block] = [Fields(rows=_heading_rows(dossier, outcome), pairs=2)]
    blocks.append(Grid(columns=paper.point_columns(), rows=paper.point_rows(outcome), size="body"))
    if abs(outcome.sides_m - outcome.length_m) >= 0.05:
        blocks.append(Para(zh=_two_lengths(outcome), size="small", indent=False))
    if not surveyor.is_qualified:
        blocks.append(Box(zh="调解参考测量，只供调解和现场放样使用；申请登记须由有资质的测绘单位测量。"))
    blocks.append(
        Signatures(
            boxes=(
                SignBox(role="测量人", name=surveyor.operator, mark="none"),
                SignBox(role="测量单位", name=surveyor.unit, mark="seal"),
            )
        )
    )
    english = "Boundary points" if surveyor.is_qualified else "Boundary points for mediation"
    return paper.paper(dossier, "point_table", title(dossier), english, tuple(blocks))


def _two_lengths(outcome: Outcome) -> str:
    return (
        f"边长是投影平面上的长度，合计 {words.length(outcome.sides_m, 2)}；界线长 {words.length(outcome.length_m, 2)}"
        "是椭球面上的长度，两者的差来自投影，不是错误。"
    )


def _heading_rows(dossier: Dossier, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    surveyor = dossier.surveyor
    return (
        ("甲方地块", " ".join(w for w in (dossier.party("a").name, dossier.party("a").plot) if w)),
        ("乙方地块", " ".join(w for w in (dossier.party("b").name, dossier.party("b").plot) if w)),
        ("坐标系", f"{dossier.frame.datum} {dossier.frame.zone_name}"),
        ("中央子午线", f"{words.figure(dossier.frame.central_meridian_deg, 0)}°E"),
        ("界点数", f"{len(outcome.points)}，其中埋桩 {outcome.markers}"),
        ("界线长", words.length(outcome.length_m)),
        ("测量单位", surveyor.unit),
        ("资质证书号", surveyor.certificate_no),
        ("测量人", surveyor.operator),
        ("测量日期", words.day(surveyor.measured_on)),
    )


def table_csv(outcome: Outcome) -> bytes:
    """Return the table as UTF-8 CSV with a byte-order mark, as spreadsheets of Chinese offices expect."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([cell.replace(",", "") for cell in row] for row in paper.point_rows(outcome))
    return text.getvalue().encode("utf-8-sig")


def table_xlsx(dossier: Dossier, outcome: Outcome) -> bytes:
    """Return the table as a workbook with real numbers, the same bytes every time."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has no sheet")
    _fill(sheet, dossier, outcome)
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue(), dossier.stamp.made_at)


def _fill(sheet: Worksheet, dossier: Dossier, outcome: Outcome) -> None:
    sheet.title = title(dossier)
    sheet.append([title(dossier)])
    sheet.append([f"{words.frame_text(dossier.frame)}；案件 {dossier.case.number}"])
    sheet.append(list(HEADER))
    for serial, number, north, east, side, marked in paper.point_rows(outcome):
        length = float(side.replace(",", "")) if side else None
        sheet.append([int(serial), number, float(north), float(east), length, marked])
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[3]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center")
    for row in sheet.iter_rows(min_row=4, min_col=3, max_col=4):
        for cell in row:
            cell.number_format = "0.000"
    for row in sheet.iter_rows(min_row=4, min_col=2, max_col=2):
        row[0].data_type = "s"
    for column, width in zip("ABCDEF", (8, 10, 18, 18, 12, 8), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A4"
    sheet.page_setup.paperSize = 9
