"""Land-approval exchange text 报批坐标: ``[属性描述]`` then ``[地块坐标]`` with ``J1,1,X,Y``, north first.

A plot begins with ``count,area in ha,code,name,面,sheet,use,class,@``; its lines are point name, ring number,
northing, easting.  Ring 1 is the outer boundary; further numbers are holes, or further parts when they lie
outside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from data.importing.attributes import last_digit
from data.importing.sentences import problem, refusal
from data.importing.shapes import Shape, area_shape, line_shape, point_shape, rings_by_place
from data.importing.source import Parsed, Source
from data.importing.text import decode, number, plain
from geo.errors import Problem
from geo.recognition import Hints

__all__ = ["read"]

_SECTION = re.compile(r"^\[(.+)\]$")
_FIELDS = ("count", "area_ha", "code", "name", "kind", "sheet", "use", "land_class")
_SHOWN = {
    "code": "地块编号",
    "name": "地块名称",
    "kind": "记录图形属性",
    "sheet": "图幅号",
    "use": "地块用途",
    "land_class": "地类编码",
}


@dataclass(slots=True)
class _Plot:
    line_number: int
    header: dict[str, str]
    rings: list[list[tuple[str, float, float]]] = field(default_factory=list)
    _number: str = ""

    @property
    def point_count(self) -> int:
        return sum(len(ring) for ring in self.rings)

    def take(self, number: str, point: tuple[str, float, float]) -> None:
        """Add a point; another ring number, or a point after a ring has closed, begins a new ring."""
        last = self.rings[-1] if self.rings else []
        closed = len(last) > 3 and last[0][1:] == last[-1][1:]
        if not last or closed or number != self._number:
            self.rings.append([])
        self._number = number
        self.rings[-1].append(point)


def read(source: Source) -> Parsed:
    """Read the plots; columns stay north, east as in the file.

    Raises
    ------
    FileError
        ``damaged`` when no coordinate line can be read.
    """
    text, encoding, lossy = decode(source.data)
    parsed = Parsed("land_txt", encoding)
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    header, plots, bad = _split(text)
    if bad:
        parsed.problems.append(
            problem(
                "row_unreadable", f"row {bad[0][0]}", count=len(bad), first=f"{bad[0][0]}: {bad[0][1][:40]}"
            )
        )
    if not plots:
        raise refusal("no_features", source.name, name=source.name, format="land_txt")
    parsed.hints = _hints(header)
    for plot in plots:
        _add_plot(parsed, plot, source.limits.closing_gap_m)
    return parsed


def _split(text: str) -> tuple[dict[str, str], list[_Plot], list[tuple[int, str]]]:
    header: dict[str, str] = {}
    plots: list[_Plot] = []
    bad: list[tuple[int, str]] = []
    section = ""
    for line_number, line in _lines(text):
        match = _SECTION.match(plain(line))
        if match:
            section = match[1]
        elif section != "地块坐标" and "=" in line:
            key, _, value = line.partition("=")
            header[key.strip()] = value.strip()
        elif section in {"地块坐标", ""} and not _take_line(plots, line_number, line):
            bad.append((line_number, line))
    return header, plots, bad


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for line_number, line in enumerate(text.splitlines(), start=1):
        text = line.replace("\ufeff", "").strip()
        text = text if "," in text else text.replace("，", ",")
        if text:
            yield line_number, text


def _take_line(plots: list[_Plot], line_number: int, line: str) -> bool:
    cells = [cell.strip() for cell in line.split(",")]
    if line.endswith("@") or (len(cells) >= 8 and number(cells[0]) is not None):
        plots.append(_Plot(line_number, dict(zip(_FIELDS, cells, strict=False))))
        return True
    if len(cells) < 4:
        return False
    first, second = number(cells[2]), number(cells[3])
    if first is None or second is None:
        if not {"nan", "inf", "-inf"} & {cell.lower() for cell in cells[2:4]}:
            return False
        first, second = float("nan") if first is None else first, float("nan") if second is None else second
    if not plots:
        plots.append(_Plot(line_number, {}))
    plots[-1].take(plain(cells[1]) or "1", (plain(cells[0]), first, second))
    return True


def _hints(header: dict[str, str]) -> Hints:
    zone = number(header.get("带号", ""))
    width = number(header.get("几度分带", ""))
    return Hints(
        declared_zone=int(zone) if zone is not None else None,
        declared_zone_width_deg=int(width) if width in (3, 6) else None,
        declared_name=header.get("坐标系") or None,
        axis="north_east",
        format="land_txt",
    )


def _add_plot(parsed: Parsed, plot: _Plot, closing_gap_m: float) -> None:
    name = plot.header.get("name", "")
    where = f"plot {plot.header.get('code') or name or len(parsed.features) + 1} (row {plot.line_number})"
    names = [point[0] for ring in plot.rings for point in ring]
    shape = _shape(plot, where, closing_gap_m)
    shape.problems += _count_problem(plot, where)
    area = _declared(plot)
    metres = shape.geometry is not None and max(abs(value) for value in shape.geometry.bounds) > 400
    if area is not None and shape.geometry is not None and metres and shape.geometry.area > 0:
        shape.problems += _area_problem(area, shape.geometry.area, where)
    properties = {_SHOWN[key]: value for key, value in plot.header.items() if key in _SHOWN and value}
    if plot.header.get("area_ha"):
        properties["地块面积(公顷)"] = plot.header["area_ha"]
    parsed.add(
        shape,
        name=name,
        given_id=plot.header.get("code", ""),
        properties=properties,
        where=where,
        area=area,
        point_names=names,
    )


def _shape(plot: _Plot, where: str, closing_gap_m: float) -> Shape:
    rings = [np.array([point[1:] for point in ring], dtype=float) for ring in plot.rings]
    kind = plot.header.get("kind", "面")
    if kind == "点":
        return point_shape(np.vstack(rings), where) if rings else Shape()
    if kind == "线":
        return line_shape(rings, where)
    if len(rings) > 1 and all(np.isfinite(ring).all() for ring in rings):
        return area_shape(rings_by_place(rings), where, closing_gap_m=closing_gap_m)
    return area_shape([[ring] for ring in rings], where, closing_gap_m=closing_gap_m)


def _declared(plot: _Plot) -> tuple[float, float] | None:
    text = plot.header.get("area_ha", "")
    hectares = number(text)
    if hectares is None or hectares <= 0:
        return None
    return hectares * 10_000, last_digit(text) * 10_000


def _count_problem(plot: _Plot, where: str) -> list[Problem]:
    declared = number(plot.header.get("count", ""))
    if declared is None or int(declared) == plot.point_count:
        return []
    return [problem("point_count_differs", where, declared=int(declared), found=plot.point_count)]


def _area_problem(declared: tuple[float, float], plane_area_m2: float, where: str) -> list[Problem]:
    """List a declared area that is not the plane area to its last printed digit (halves may go either way)."""
    area_m2, step_m2 = declared
    if abs(plane_area_m2 - area_m2) <= 0.5 * step_m2 * (1 + 1e-6):
        return []
    return [
        problem(
            "declared_area_differs",
            where,
            declared_ha=f"{area_m2 / 1e4:.4f}",
            computed_ha=f"{plane_area_m2 / 1e4:.4f}",
            difference_m2=f"{plane_area_m2 - area_m2:+.1f}",
        )
    ]
