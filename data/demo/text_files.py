"""The dispute files that are text: CASS points, land-approval text, CSV, GeoJSON, DXF."""

from __future__ import annotations

import json

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from data.demo.quarrel import DisputeFile
from geo import crs
from geo.zone import Zone, prefixed_zone

__all__ = ["cass_dat", "corners", "csv", "dxf", "geojson", "land_txt"]

Coords = NDArray[np.float64]


def corners(shape: BaseGeometry) -> Coords:
    """Return the points of a shape in order, shape (n, 2); a plot's first point comes again at the end."""
    outline = shape.exterior if isinstance(shape, Polygon) else shape
    return shapely.get_coordinates(outline)


def cass_dat(file: DisputeFile, zone: Zone) -> bytes:
    """Return ``number,code,easting,northing,height`` lines as CASS writes them, GBK."""
    del zone
    lines = [f"J{n + 1},,{east:.3f},{north:.3f},0.000" for n, (east, north) in enumerate(corners(file.shape))]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def land_txt(file: DisputeFile, zone: Zone) -> bytes:
    """Return a plot as land-approval text: north first, zone number in the easting, plane area in hectares."""
    numbered = prefixed_zone(zone.number)
    points = corners(file.shape) + np.array([numbered.false_easting_m - zone.false_easting_m, 0.0])
    owned = dict(file.attributes)
    head = [
        "[属性描述]",
        "格式版本号=1.01版本",
        "数据产生单位=示范乡（虚构）",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        f"{len(points)},{file.shape.area / 10_000:.4f},{owned['地块编码']},{owned['地块名称']},面,,草地,,@",
    ]
    rows = [
        f"J{n % (len(points) - 1) + 1},1,{north:.3f},{east:.3f}" for n, (east, north) in enumerate(points)
    ]
    return ("\r\n".join([*head, *rows]) + "\r\n").encode("gbk")


def csv(file: DisputeFile, zone: Zone) -> bytes:
    """Return points as a receiver's table: 点号, X north, Y east; GBK, as Excel expects it."""
    del zone
    points = [(f"D{n + 1}", *point) for n, point in enumerate(corners(file.shape))]
    if isinstance(file.shape, MultiPoint):
        points = [(file.title_zh, *point) for point in shapely.get_coordinates(file.shape)]
    rows = [f"{name},{north:.3f},{east:.3f},0.000" for name, east, north in points]
    return ("\r\n".join(["点号,X坐标,Y坐标,高程", *rows]) + "\r\n").encode("gbk")


def geojson(file: DisputeFile, zone: Zone) -> bytes:
    """Return the shape in longitude and latitude of CGCS2000, nine decimals, with its attributes."""
    placed = shapely.transform(file.shape, lambda points: np.round(crs.to_geographic(points, zone), 9))
    feature = {
        "type": "Feature",
        "properties": dict(file.attributes),
        "geometry": json.loads(shapely.to_geojson(placed)),
    }
    whole = {
        "type": "FeatureCollection",
        "name": file.title_zh,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [feature],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8")


def dxf(file: DisputeFile, zone: Zone) -> bytes:
    """Return the line as an old-style polyline of an R12 drawing with a Chinese label, GBK."""
    del zone
    points = corners(file.shape)
    middle = points[len(points) // 2]
    head = [
        (0, "SECTION"),
        (2, "HEADER"),
        (9, "$ACADVER"),
        (1, "AC1009"),
        (9, "$DWGCODEPAGE"),
        (3, "ANSI_936"),
    ]
    head += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    closed = 1 if isinstance(file.shape, Polygon) else 0
    line: list[tuple[int, object]] = [(0, "POLYLINE"), (8, "界线"), (66, 1), (70, closed)]
    for east, north in points[:-1] if closed else points:
        line += [(0, "VERTEX"), (8, "界线"), (10, f"{east:.3f}"), (20, f"{north:.3f}"), (30, "0.0")]
    line += [(0, "SEQEND"), (8, "界线")]
    text = [
        (0, "TEXT"),
        (8, "注记"),
        (10, f"{middle[0] + 15:.3f}"),
        (20, f"{middle[1] + 15:.3f}"),
        (30, "0.0"),
    ]
    text += [(40, "20.0"), (1, file.title_zh)]
    tags = [*head, *line, *text, (0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code:>3}\r\n{value}\r\n" for code, value in tags).encode("gbk")
