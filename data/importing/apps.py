"""Which program wrote a file, from the traces programs leave; some of them shift their coordinates."""

from __future__ import annotations

import re

__all__ = ["app_of"]

_TRACES: tuple[tuple[str, str], ...] = (
    ("ovital", r"ovital|奥维|omap_|ovkml|ovobj"),
    ("amap", r"\bamap\b|autonavi|高德"),
    ("tencent", r"tencent|腾讯|soso\.?map|qqmap"),
    ("baidu", r"baidu|百度|bd-?_?09(?!\d)"),
    ("GCJ-02", r"gcj[-_ ]?0?2(?!\d)|gcj_|火星坐标"),
    ("2bulu", r"2bulu|两步路"),
    ("foooooot", r"foooooot|六只脚"),
    ("bigemap", r"bigemap|大地图"),
    ("locaspace", r"locaspace|图新"),
    ("rivermap", r"rivermap|水经注|水经微图"),
    ("gpstoolbox", r"gps\s?tool\s?box|gps工具箱|gps 工具箱"),
    ("garmin", r"garmin"),
    ("google", r"google earth|kml\.google|earth\.google"),
    ("qgis", r"qgis"),
    ("arcgis", r"arcgis|esri"),
)
_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _TRACES)
_SCHEMAS = re.compile(r"https?://\S*?(?=[\"'\s<>])|xmlns(:\w+)?\s*=\s*[\"'][^\"']*[\"']")


def app_of(text: str, creator: str = "") -> str | None:
    """Return the program's short name (``ovital``, ``amap``, …), or None.

    A declared creator goes before traces in the head of the file, which ends at the first placemark: what
    people call their plots is no trace.  Addresses of schemas, which every program copies, are none either.
    """
    for searched in (creator, _SCHEMAS.sub(" ", text[:20_000].partition("<Placemark")[0])):
        for name, pattern in _PATTERNS:
            if searched and pattern.search(searched):
                return name
    return None
