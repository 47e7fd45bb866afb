"""The dispute files that programs write: zipped shapefiles, GeoPackage, Excel."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon

from data.demo.markup_files import zipped
from data.demo.quarrel import DisputeFile
from data.demo.text_files import corners
from geo.zone import Zone

__all__ = ["gpkg", "shp_gbk_bare", "shp_utf8", "xlsx"]

_DAY = "2026-05-20"
_CODES = {
    "地块编码": "DKBM",
    "地块名称": "DKMC",
    "权利人": "CBFMC",
    "证书号": "CBJYQZBM",
    "面积亩": "HTMJM",
    "界线名称": "JXMC",
    "说明": "BZ",
}
_TIME = "2026-05-20T01:30:00Z"


def shp_gbk_bare(file: DisputeFile, zone: Zone) -> bytes:
    """Return a zipped shapefile as it is often passed on: GBK attributes, no ``.cpg``, no ``.prj``."""
    members = _shapefile(file, zone, "GBK", dict(file.attributes))
    return zipped(
        {name: content for name, content in members.items() if name[-4:] in (".shp", ".shx", ".dbf")}
    )


def shp_utf8(file: DisputeFile, zone: Zone) -> bytes:
    """Return a zipped shapefile with all its parts: UTF-8 attributes, ``.cpg``, ``.prj``.

    Its fields have the short codes of the land-contract databases: in UTF-8 a name has room for three characters.
    """
    return zipped(_shapefile(file, zone, "UTF-8", {_CODES[name]: value for name, value in file.attributes}))


def gpkg(file: DisputeFile, zone: Zone) -> bytes:
    """Return a GeoPackage of one layer in the working CRS."""
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plots.gpkg"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _TIME})
        try:
            _write(file, zone, path, dict(file.attributes), driver="GPKG", layer="宗地")
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()


def _shapefile(file: DisputeFile, zone: Zone, encoding: str, fields: dict[str, str]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plots.shp"
        _write(
            file, zone, path, fields, driver="ESRI Shapefile", encoding=encoding, DBF_DATE_LAST_UPDATE=_DAY
        )
        stem = file.name.removesuffix(".zip")
        return {stem + part.suffix: part.read_bytes() for part in sorted(path.parent.iterdir())}


def _write(file: DisputeFile, zone: Zone, path: Path, fields: dict[str, str], **options: Any) -> None:
    from pyogrio import raw

    raw.write(
        str(path),
        geometry=np.array([shapely.to_wkb(file.shape)], dtype=object),
        field_data=[np.array([value], dtype=object) for value in fields.values()],
        fields=list(fields),
        geometry_type="Polygon" if isinstance(file.shape, Polygon) else "LineString",
        crs=f"EPSG:{zone.epsg}",
        **options,
    )


def xlsx(file: DisputeFile, zone: Zone) -> bytes:
    """Return a corner table: title, then 宗地 or 线号, 点号, X north, Y east, side length."""
    from openpyxl import Workbook

    del zone
    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = "界址点"
    plot = isinstance(file.shape, Polygon)
    sheet.append(["宗地号" if plot else "线号", "点号", "X坐标", "Y坐标", "边长"])
    points = corners(file.shape)
    sides = [*np.hypot(*np.diff(points, axis=0).T), 0.0]
    named = dict(file.attributes).get("地块编码", file.title_zh) if plot else file.title_zh
    for number, ((east, north), side) in enumerate(zip(points, sides, strict=True)):
        label = f"J{number % (len(points) - 1) + 1}" if plot else f"D{number + 1}"
        sheet.append([named, label, round(float(north), 3), round(float(east), 3), round(float(side), 2)])
    whole = io.BytesIO()
    book.save(whole)
    return _undated(whole.getvalue())


def _undated(content: bytes) -> bytes:
    """Return a workbook's bytes without the day it was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stamp = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    members["docProps/core.xml"] = stamp.sub(_TIME.encode(), members["docProps/core.xml"])
    return zipped(members)
