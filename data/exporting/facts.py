"""What leaves the house in a file: features in one working plane, and the time the file is dated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import Plane

__all__ = ["UNDATED", "Coords", "Kind", "OutFeature", "OutLayer", "kind_of", "paths", "polygons"]

Coords: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["areas", "lines", "points"]

UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""Date of a file to which none is given, so that the same features give the same bytes."""

_KINDS: dict[int, Kind] = {0: "points", 1: "lines", 2: "areas"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFeature:
    """One feature to write; ``geometry`` in the layer's plane, metres."""

    id: str
    name: str
    geometry: BaseGeometry
    properties: Mapping[str, str] = field(default_factory=dict)
    point_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutLayer:
    """Features of one plane, the layer's title, and the time the file is dated."""

    title: str
    plane: Plane
    features: Sequence[OutFeature]
    made_at: datetime = UNDATED


def kind_of(geometry: BaseGeometry) -> Kind:
    """Return whether a geometry is made of points, lines or areas."""
    return _KINDS[int(shapely.get_dimensions(geometry))]


def polygons(geometry: BaseGeometry) -> Iterator[list[Coords]]:
    """Yield the rings of each polygon of an area: the outer one clockwise, then the holes the other way."""
    for part in shapely.get_parts([geometry]):
        turned = shapely.orient_polygons(part, exterior_cw=True)
        yield [np.asarray(ring.coords)[:, :2] for ring in (turned.exterior, *turned.interiors)]


def paths(geometry: BaseGeometry) -> Iterator[Coords]:
    """Yield the coordinates of each part: rings of areas, parts of lines, points one by one."""
    if kind_of(geometry) == "areas":
        for rings in polygons(geometry):
            yield from rings
        return
    for part in shapely.get_parts([geometry]):
        yield np.asarray(part.coords)[:, :2]
