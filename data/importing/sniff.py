"""Tell a file's format by its content; the name decides only between what the content allows."""

from __future__ import annotations

import re

from data.importing.text import decode

__all__ = ["FOREIGN", "sniff"]

FOREIGN: dict[str, tuple[str, str, str]] = {
    # code: (kind shown, remedy zh, remedy en)
    "dwg": (
        "DWG (AutoCAD)",
        "请在 CAD 中另存为 DXF（R2004）。",
        "Save it as DXF (R2004) in the CAD program.",
    ),
    "pdf": (
        "PDF",
        "请把它作为证据附件，或提供原始坐标文件。",
        "Attach it as evidence, or bring the coordinates.",
    ),
    "picture": ("图片 picture", "请把它作为证据附件。", "Attach it as evidence."),
    "tiff": ("TIFF/GeoTIFF", "影像请在底图设置中加入。", "Add imagery in the settings of base maps."),
    "rar": ("RAR/7z", "请解压后用 ZIP 压缩。", "Unpack it and zip it."),
    "word": (
        "Word/PowerPoint",
        "请把坐标表另存为 Excel 或 CSV。",
        "Save its coordinate table as Excel or CSV.",
    ),
    "parquet": ("Parquet", "请转换为 GeoPackage。", "Convert it to GeoPackage."),
    "gama": ("GNU Gama 观测文件 observations", "请用平差 adjust 命令。", "Use the adjust command."),
    "part": (
        "Shapefile 的一部分 one part of a shapefile",
        "请连同 .shp 一起压缩后提供。",
        "Zip it with its .shp.",
    ),
    "mbtiles": ("MBTiles/SQLite", "底图请在设置中加入。", "Add base maps in the settings."),
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"SQLite format 3\x00", "gpkg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x09\x00\x04\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"AutoCAD Binary DXF", "dxf"),
    (b"fgb\x03", "flatgeobuf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"AC10", "dwg"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "rar"),
    (b"PAR1", "parquet"),
)

_ROOTS = {
    "kml": "kml",
    "gpx": "gpx",
    "trainingcenterdatabase": "tcx",
    "osm": "osm",
    "osmchange": "osm",
    "gama-local": "gama",
    "gama-xml": "gama",
    "gama-local-adjustment": "gama",
    "workbook": "xml_workbook",
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
_HEAD = 65_536
_PARTS = {"shx", "dbf", "prj", "cpg", "qpj", "sbn", "sbx", "qix"}
_TABLES = {"csv", "tsv", "txt", "xls", "dat", "xyz", "asc", "pts"}
_KML_PARTS = {"document", "folder", "placemark"}
_DAT_LINE = re.compile(
    r"^[^,\t;]{0,30},[^,]{0,40},\s*-?\d+(\.\d+)?\s*,\s*-?\d+(\.\d+)?\s*(,\s*-?\d*(\.\d+)?\s*)?,?$"
)
_WKT_LINE = re.compile(r"^\s*\"?(SRID=\d+;)?\s*(MULTI)?(POLYGON|LINESTRING|POINT)\s*Z?M?\s*\(", re.IGNORECASE)


def sniff(name: str, data: bytes) -> str:
    """Return the format of a file, a key of ``FOREIGN`` for one that is known but not taken, or ``unknown``."""
    suffix = name.lower().rpartition(".")[2]
    if suffix in _PARTS or name.lower().endswith(".shp.xml"):
        return "part"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[6:15] == b"OSMHeader":
        return "osm_pbf"
    text, _, _ = decode(data[:_HEAD])
    return _sniff_text(text.lstrip("\ufeff").lstrip(), suffix)


def _sniff_text(text: str, suffix: str) -> str:
    lines = [line.strip() for line in text.splitlines()[:400] if line.strip()]
    land = "[地块坐标]" in text or "[属性描述]" in text
    if land or sum(1 for line in lines[:20] if re.match(r"^[Jj]\d+\s*,\s*\d+\s*,", line)) >= 3:
        return "land_txt"
    if text.startswith("<"):
        return _sniff_xml(text)
    if re.match(r"\{\s*[\"}]|\[\s*[\[{\]]|\x1e", text):
        return "geojson"
    if _is_dxf(lines):
        return "dxf"
    return "wkt" if lines and _WKT_LINE.match(lines[0]) else _sniff_lines(lines, suffix)


def _sniff_lines(lines: list[str], suffix: str) -> str:
    """Tell CASS points, which have no heading and metres with decimals, from other tables and from prose."""
    if any(_CONTROL.search(line) for line in lines):
        return "unknown"
    body = lines[1:] if lines and re.fullmatch(r"\d+", lines[0]) else lines
    fitting = [line for line in body if _DAT_LINE.match(line)]
    decimals = sum(1 for line in fitting if "." in ",".join(line.split(",")[2:4]))
    enough = len(fitting) >= (0.8 if suffix == "dat" else 1.0) * len(body)
    if fitting and enough and decimals >= 0.5 * len(fitting) and _DAT_LINE.match(body[0]):
        return "cass_dat"
    columns = [len(re.split(r"[,\t;|，]", line)) for line in lines[:60]]
    if suffix in _TABLES:
        columns += [len(line.split()) for line in lines[:60]]
    return "csv" if len(lines) >= 2 and max(columns, default=0) >= 2 else "unknown"


def _sniff_xml(text: str) -> str:
    text = re.sub(r"<!--.*?(-->|$)", "", text, flags=re.DOTALL)
    root = re.search(r"<(?![?!])([^\s/>]+)", text)
    if root is None:
        return "unknown"
    tag = root[1].rpartition(":")[2].lower()
    if tag.startswith(("ogr", "gdal", "vrt")):
        return "unknown"
    if tag in _KML_PARTS:
        return "kml"
    if tag in _ROOTS:
        return _ROOTS[tag]
    if tag in {"featurecollection", "wfs"} or "opengis.net/gml" in text[:20_000]:
        return "gml"
    return "html" if tag == "html" or "<table" in text.lower() else "unknown"


def _is_dxf(lines: list[str]) -> bool:
    while len(lines) >= 2 and lines[0] == "999":
        lines = lines[2:]
    return len(lines) >= 2 and lines[0] == "0" and lines[1].upper() in {"SECTION", "EOF"}
