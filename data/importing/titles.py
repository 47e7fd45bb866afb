"""What the words above a table say about its coordinates: reference system, meridian, zone, origin."""

from __future__ import annotations

import re
from dataclasses import replace

from data.importing.apps import app_of
from data.importing.text import number, plain
from geo.recognition import Hints

__all__ = ["titled"]

_SYSTEM = re.compile(
    r"坐标系[统]?\s*[:：]?\s*([^\s,，;；。]*(?:2000|cgcs|80|54|wgs)[^\s,，;；。]*)|((?:国家)?2000国家?大地坐标系|cgcs\s*-?2000)",
    re.IGNORECASE,
)
_MERIDIAN = re.compile(r"中央(?:子午线|经线)\s*(?:为|[:：=])?\s*(\d{2,3}(?:\.\d+)?)")
_ZONE = re.compile(r"带号\s*(?:为|[:：=])?\s*(\d{2})(?!\d)|第\s*(\d{2})\s*带")
_WIDTH = re.compile(r"([36三六])\s*(?:度|°)\s*(?:分)?带|几度分带\s*[:：=]\s*([36])")


def titled(hints: Hints, title: str) -> Hints:
    """Return the hints with what a table's title says; nothing already known is overwritten.

    >>> titled(Hints(), "界址点成果表　坐标系：CGCS2000　中央子午线：102°").central_meridian_deg
    102.0
    """
    title = plain(title)
    system, meridian, zone, width = (pattern.search(title) for pattern in (_SYSTEM, _MERIDIAN, _ZONE, _WIDTH))
    found = hints
    if system and found.declared_name is None:
        found = replace(found, declared_name=system[1] or system[2])
    if meridian and found.central_meridian_deg is None:
        found = replace(found, central_meridian_deg=number(meridian[1]))
    if zone and found.declared_zone is None:
        found = replace(found, declared_zone=int(zone[1] or zone[2]))
    if width and found.declared_zone_width_deg is None:
        narrow = (width[1] or width[2]) in {"3", "三"}
        found = replace(found, declared_zone_width_deg=3 if narrow else 6)
    return replace(found, app=app_of(title)) if found.app is None else found
