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
    "dbf": ("没有图形的属性表 .dbf attributes only", "请连同 .shp 一起提供。", "Bring the .shp too."),
    "mbtiles": ("MBTiles/SQLite", "底图请在设置中加入。", "Add base maps in the settings."),
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"SQLite format 3\x00", "gpkg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
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
_KML_PARTS = {"document", "folder", "placemark"}
_DAT_LINE = re.compile(
    r"^[^,\t;]{0,30},[^,]{0,40},\s*-?\d+(\.\d+)?\s*,\s*-?\d+(\.\d+)?\s*(,\s*-?\d*(\.\d+)?\s*)?,?$"
)
_WKT_LINE = re.compile(r"^\s*\"?(SRID=\d+;)?\s*(MULTI)?(POLYGON|LINESTRING|POINT)\s*Z?M?\s*\(", re.IGNORECASE)


def sniff(name: str, data: bytes) -> str:
    """Return the format of a file, a key of ``FOREIGN`` for one that is known but not taken, or ``unknown``."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"OSMHeader" in data[:64]:
        return "osm_pbf"
    suffix = name.lower().rpartition(".")[2]
    if suffix == "dbf" and data[:1] in {b"\x03", b"\x30", b"\x31", b"\x83", b"\x8b", b"\xf5"}:
        return "dbf"
    text, _, _ = decode(data[:65536])
    return _sniff_text(text.lstrip("\ufeff").lstrip(), suffix)


def _sniff_text(text: str, suffix: str) -> str:
    if text.startswith("<"):
        return _sniff_xml(text)
    if text.startswith(("{", "[")) and not text.startswith(("[属性", "[地块")):
        return "geojson" if suffix not in {"txt"} or text[:2] != "[\u5c5e" else "land_txt"
    if "[地块坐标]" in text or "[属性描述]" in text:
        return "land_txt"
    lines = [line.strip() for line in text.splitlines()[:200] if line.strip()]
    if _is_dxf(lines):
        return "dxf"
    if sum(1 for line in lines[:20] if re.match(r"^[Jj]\d+\s*,", line)) >= 3:
        return "land_txt"
    if lines and _WKT_LINE.match(lines[0]):
        return "wkt"
    return _sniff_lines(lines, suffix)


def _sniff_lines(lines: list[str], suffix: str) -> str:
    body = lines[1:] if lines and re.fullmatch(r"\d+", lines[0]) else lines
    fitting = sum(1 for line in body if _DAT_LINE.match(line))
    if body and fitting >= 0.8 * len(body) and fitting >= 1:
        return "cass_dat"
    if suffix in {"csv", "tsv", "txt", "xls", "xlsx", "dat", "xyz", "asc"} or not suffix:
        rows = [len(re.split(r"[,\t;]|\s+", line)) for line in lines[:50]]
        return "csv" if rows and max(rows) >= 2 else "unknown"
    commas = [line.count(",") + line.count("\t") + line.count(";") for line in lines[:20]]
    return "csv" if len(commas) >= 2 and min(commas) >= 1 else "unknown"


def _sniff_xml(text: str) -> str:
    root = re.search(r"<(?![?!])([^\s/>]+)", text)
    if root is None:
        return "unknown"
    tag = root[1].rpartition(":")[2].lower()
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
