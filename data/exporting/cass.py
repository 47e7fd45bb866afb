"""CASS point files out: ``number,code,easting,northing,height``, GBK, each corner once."""

from __future__ import annotations

from data.exporting.corners import corners
from data.exporting.facts import OutLayer
from data.exporting.safety import one_line
from data.exporting.target import Target

__all__ = ["write"]


def write(layer: OutLayer, target: Target) -> bytes:
    """Return every point of the layer as a line; the code column names the feature."""
    lines = []
    for feature in layer.features:
        code = one_line(feature.name or feature.id)
        for corner in corners(feature, layer, target, closed=False):
            lines.append(f"{one_line(corner.name)},{code},{corner.first:.3f},{corner.second:.3f},0.000")
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")
