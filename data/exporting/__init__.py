"""Features written to the formats people ask for; the same features and time give the same bytes."""

from __future__ import annotations

from importlib import import_module

from data.exporting.facts import UNDATED, OutFeature, OutLayer
from data.exporting.target import Target, target_for
from geo.errors import ArgumentError

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "UNDATED",
    "OutFeature",
    "OutLayer",
    "Target",
    "export",
    "format_named",
    "target_for",
]

FORMATS: dict[str, tuple[str, str]] = {
    "cass_dat": ("cass", "write"),
    "csv": ("tables", "write_csv"),
    "dxf": ("dxf", "write"),
    "geojson": ("geojson", "write"),
    "gpkg": ("gpkg", "write"),
    "gpx": ("gpx", "write"),
    "kml": ("kml", "write"),
    "kmz": ("kml", "write_kmz"),
    "land_txt": ("landtxt", "write"),
    "shapefile": ("shapefile", "write"),
    "xlsx": ("tables", "write_xlsx"),
}
"""Module and function that write each format."""

SUFFIXES = {
    "cass_dat": ".dat",
    "csv": ".csv",
    "dxf": ".dxf",
    "geojson": ".geojson",
    "gpkg": ".gpkg",
    "gpx": ".gpx",
    "kml": ".kml",
    "kmz": ".kmz",
    "land_txt": ".txt",
    "shapefile": ".zip",
    "xlsx": ".xlsx",
}

_OTHER_NAMES = {
    "dat": "cass_dat",
    "cass": "cass_dat",
    "txt": "land_txt",
    "landtxt": "land_txt",
    "json": "geojson",
    "shp": "shapefile",
    "shp_zip": "shapefile",
    "excel": "xlsx",
    "geopackage": "gpkg",
}


def format_named(name: str) -> str:
    """Return the format a user's word means (``shp``, ``dat``, ``txt`` are understood).

    Raises
    ------
    ArgumentError
        ``format_not_written``.
    """
    wanted = name.strip().lower().lstrip(".")
    found = _OTHER_NAMES.get(wanted, wanted)
    if found not in FORMATS:
        raise ArgumentError(
            "format_not_written",
            zh="不能写出“{format}”：可用 {known}。",
            en="{format} cannot be written: use one of {known}.",
            where="--to",
            format=name[:40],
            known=", ".join(FORMATS),
        )
    return found


def export(format_name: str, layer: OutLayer, epsg: int | None = None) -> bytes:
    """Return a layer's bytes in a format, in the format's usual reference system or the one asked for.

    Raises
    ------
    ArgumentError
        ``format_not_written``, ``crs_not_for_format``, ``mixed_kinds``.
    CrsError
        The system asked for cannot be used.
    """
    found = format_named(format_name)
    module, function = FORMATS[found]
    target = target_for(found, layer.plane, epsg)
    written: bytes = getattr(import_module(f"data.exporting.{module}"), function)(layer, target)
    return written
