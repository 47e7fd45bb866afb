"""Land-approval exchange text out: north first, the zone's number in the easting, GBK."""

from __future__ import annotations

from collections.abc import Iterator

from data.exporting.corners import corners
from data.exporting.facts import OutFeature, OutLayer, kind_of
from data.exporting.safety import one_line
from data.exporting.target import Target
from geo.errors import ArgumentError
from geo.zone import Zone

__all__ = ["write"]

_MARKS = {"areas": "面", "lines": "线", "points": "点"}


def write(layer: OutLayer, target: Target) -> bytes:
    """Return the layer's plots with their plane areas in hectares to four decimals.

    Raises
    ------
    ArgumentError
        ``crs_not_for_format`` without a zone.
    """
    zone = target.plane
    if not isinstance(zone, Zone):
        raise ArgumentError(
            "crs_not_for_format",
            zh="报批坐标 txt 需要 CGCS2000 高斯-克吕格分带。",
            en="Land-approval text takes a Gauss-Krüger zone of CGCS2000.",
            where="--crs",
        )
    lines = [
        "[属性描述]",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone.width_deg}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
    ]
    for feature in layer.features:
        lines += _plot(feature, layer, target)
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


def _plot(feature: OutFeature, layer: OutLayer, target: Target) -> Iterator[str]:
    points = list(corners(feature, layer, target, closed=True))
    hectares = target.geometry(feature.geometry, layer.plane).area / 10_000
    mark = _MARKS[kind_of(feature.geometry)]
    yield f"{len(points)},{hectares:.4f},{one_line(feature.id)},{one_line(feature.name)},{mark},,,,@"
    for corner in points:
        yield f"{one_line(corner.name)},{corner.ring},{corner.second:.3f},{corner.first:.3f}"
