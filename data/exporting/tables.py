"""Tables of points out: CSV for one kind of feature, a workbook with one sheet a kind."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from data.documents.archive import sealed
from data.exporting.corners import corners
from data.exporting.facts import OutFeature, OutLayer, kind_of
from data.exporting.safety import cell
from data.exporting.target import Target
from geo.errors import ArgumentError

__all__ = ["write_csv", "write_xlsx"]

_SHEETS = {"areas": "地块", "lines": "界线", "points": "点"}
_GROUP = {"areas": ["地块编号", "地块名称", "环号"], "lines": ["线号", "线名称", "段号"], "points": []}


def write_csv(layer: OutLayer, target: Target) -> bytes:
    """Return the layer's points as CSV in UTF-8 with a byte-order mark, which Excel needs for Chinese.

    Raises
    ------
    ArgumentError
        ``mixed_kinds`` for a layer of points, lines and areas together.
    """
    kinds = sorted({kind_of(feature.geometry) for feature in layer.features})
    if len(kinds) > 1:
        raise ArgumentError(
            "mixed_kinds",
            zh="一个 CSV 只能放一种图形，这里有 {count} 种：请导出为 xlsx 或 gpkg。",
            en="A CSV holds one kind of feature, here are {count}: export to xlsx or gpkg.",
            where="--to",
            count=len(kinds),
        )
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_rows(layer, target, kinds[0] if kinds else "points"))
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(layer: OutLayer, target: Target) -> bytes:
    """Return the layer's points as a workbook; figures are numbers, everything else is text."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for kind, title in _SHEETS.items():
        chosen = [feature for feature in layer.features if kind_of(feature.geometry) == kind]
        if not chosen and (kind != "areas" or layer.features):
            continue
        sheet = book.create_sheet(title)
        part = OutLayer(title=layer.title, plane=layer.plane, features=chosen, made_at=layer.made_at)
        for number, row in enumerate(_rows(part, target, kind)):
            cells = []
            for heading, value in zip(_head(target, kind), row, strict=True):
                figure = number > 0 and heading in {"东坐标", "北坐标", "经度", "纬度"}
                written = WriteOnlyCell(sheet, float(value) if figure else value)
                if not figure:
                    written.data_type = "s"
                cells.append(written)
            sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue(), layer.made_at)


def _head(target: Target, kind: str) -> list[str]:
    figures = ["经度", "纬度"] if target.geographic else ["东坐标", "北坐标"]
    return [*_GROUP[kind], "点号", *figures, "坐标系"]


def _rows(layer: OutLayer, target: Target, kind: str) -> Iterator[list[str]]:
    yield _head(target, kind)
    for feature in layer.features:
        for corner in corners(feature, layer, target, closed=False):
            figures = [f"{value:.{target.digits}f}" for value in (corner.first, corner.second)]
            group = _group(feature, corner.ring, kind)
            yield [*group, cell(corner.name), *figures, f"EPSG:{target.epsg}"]


def _group(feature: OutFeature, ring: int, kind: str) -> list[str]:
    return [] if kind == "points" else [cell(feature.id), cell(feature.name), str(ring)]
