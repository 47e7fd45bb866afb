"""On which side of a claimed line the claimant lives, in the words of the compass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from geo.crs import Zone
from geo.description import direction
from geo.errors import Language
from geo.measure import bearings_deg

__all__ = ["LineSide", "SideWords", "likely_side", "side_words"]

LineSide = Literal["left", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideWords:
    """What left and right of a line are called by the compass."""

    left_zh: str
    left_en: str
    right_zh: str
    right_en: str

    def of(self, side: LineSide, lang: Language) -> str:
        """Return the side's word."""
        return str(getattr(self, f"{side}_{lang}"))


def _single(shape: BaseGeometry) -> LineString | None:
    if isinstance(shape, MultiLineString):
        shape = linemerge(shape)
    return shape if isinstance(shape, LineString) and shape.length > 0 else None


def side_words(shape: BaseGeometry, zone: Zone) -> SideWords | None:
    """Return the directions that lie left and right of a line as a whole, or None for what is no single line."""
    line = _single(shape)
    if line is None or line.is_ring:
        return None
    ends = np.asarray(line.coords)[[0, -1], :2]
    eighth_deg = 45.0 * round(float(bearings_deg(ends, zone)[0]) / 45.0)  # people name eight directions
    left, right = direction(eighth_deg - 90.0), direction(eighth_deg + 90.0)
    return SideWords(left_zh=left.zh, left_en=left.en, right_zh=right.zh, right_en=right.en)


def likely_side(shape: BaseGeometry, land: BaseGeometry | None) -> LineSide | None:
    """Return the side on which a plot lies, or None when that cannot be told."""
    line = _single(shape)
    if line is None or land is None or land.is_empty:
        return None
    inside = land.representative_point()
    along_m = line.project(inside)
    before, after = (
        line.interpolate(at_m) for at_m in (max(0.0, along_m - 1.0), min(line.length, along_m + 1.0))
    )
    turn = (after.x - before.x) * (inside.y - before.y) - (after.y - before.y) * (inside.x - before.x)
    if abs(turn) < 1e-9:
        return None
    return "left" if turn > 0 else "right"
