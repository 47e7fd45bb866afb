"""The dispute files that are XML: a phone map's shifted KML, a KMZ, a walk as GPX."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from data.demo.quarrel import DisputeFile
from data.demo.text_files import corners
from geo import crs, shift
from geo.zone import Zone

__all__ = ["gpx_walk", "kml_gcj02", "kmz", "zipped"]

Coords = NDArray[np.float64]

_BEGAN = datetime(2026, 5, 20, 1, 30, tzinfo=UTC)
_BETWEEN_FIXES_S = 5
_ZIP_DATE = (2026, 5, 20, 9, 30, 0)


def kml_gcj02(file: DisputeFile, zone: Zone) -> bytes:
    """Return the outline as a Chinese phone map exports it: GCJ-02, which the file does not say."""
    points = shift.gcj02_from_wgs84(crs.to_geographic(corners(file.shape), zone))
    return _kml(file, points, "奥维互动地图导出（示意，虚构）", decimals=7).encode("utf-8")


def kmz(file: DisputeFile, zone: Zone) -> bytes:
    """Return the shape as a zipped KML drawn in a globe program, not shifted."""
    points = crs.to_geographic(corners(file.shape), zone)
    return zipped({"doc.kml": _kml(file, points, "Google Earth", decimals=8).encode("utf-8")})


def _kml(file: DisputeFile, points: Coords, program: str, *, decimals: int) -> str:
    text = " ".join(f"{lon:.{decimals}f},{lat:.{decimals}f},0" for lon, lat in points)
    if isinstance(file.shape, Polygon):
        shape = (
            f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{text}</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon>"
        )
    else:
        shape = f"<LineString><coordinates>{text}</coordinates></LineString>"
    note = escape("；".join(f"{key}：{value}" for key, value in file.attributes))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n'
        f"<Document><name>{escape(program)}</name>\n"
        f"<Placemark><name>{escape(file.title_zh)}</name><description>{note}</description>{shape}</Placemark>\n"
        "</Document></kml>\n"
    )


def gpx_walk(file: DisputeFile, zone: Zone) -> bytes:
    """Return the fixes as a track of a hand-held receiver: a fix every five seconds, heights, times."""
    lonlat = crs.to_geographic(shapely.get_coordinates(file.shape), zone)
    fixes = []
    for number, (lon, lat) in enumerate(lonlat):
        time = _BEGAN + timedelta(seconds=_BETWEEN_FIXES_S * number)
        fixes.append(
            f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>2900.0</ele>'
            f"<time>{time.strftime('%Y-%m-%dT%H:%M:%SZ')}</time></trkpt>"
        )
    body = "\n".join(fixes)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Handheld GNSS (invented)" xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"<trk><name>{escape(file.title_zh)}</name><trkseg>\n{body}\n</trkseg></trk>\n</gpx>\n"
    ).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip of members whose bytes do not depend on the day it is made."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return whole.getvalue()
