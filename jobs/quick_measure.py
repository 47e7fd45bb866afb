"""Just measure 量一量: a ring clicked on the map, or a walk, becomes mu ±, sides and one printed page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo import crs, explain, measure, uncertainty
from geo.errors import GeometryError, Language
from geo.explain import Match, Unit
from geo.uncertainty import Accuracy
from geo.zone import Zone
from jobs.intake import TakenFile

__all__ = [
    "INSTRUMENTS",
    "Instrument",
    "QuickMeasure",
    "Side",
    "closed_walk",
    "coordinates_csv",
    "explain_number",
    "map_file",
    "measure_shape",
    "shapes_of",
    "sheet_pdf",
]

CLOSED_WALK_SHARE: Final = 0.05
"""A walk whose ends lie nearer than this share of its length went round something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """How points were found, and how well: standard error of one point per axis; None when nobody knows."""

    id: str
    title_zh: str
    title_en: str
    accuracy: Accuracy | None

    def title(self, lang: Language) -> str:
        """Return the instrument's title in ``lang``."""
        return self.title_zh if lang == "zh" else self.title_en


INSTRUMENTS: Final = (
    Instrument(
        id="phone", title_zh="手机", title_en="phone", accuracy=Accuracy(sigma_own_m=3.0, sigma_common_m=3.0)
    ),
    Instrument(
        id="handheld",
        title_zh="手持机",
        title_en="hand-held receiver",
        accuracy=Accuracy(sigma_own_m=1.5, sigma_common_m=1.5),
    ),
    Instrument(
        id="rtk",
        title_zh="RTK 测量仪（固定解）",
        title_en="RTK receiver (fixed)",
        accuracy=Accuracy(sigma_own_m=0.02, sigma_common_m=0.02),
    ),
    Instrument(
        id="image",
        title_zh="影像图上点的",
        title_en="clicked on an image",
        accuracy=Accuracy(sigma_own_m=1.0, sigma_common_m=2.0),
    ),
    Instrument(id="unknown", title_zh="不清楚", title_en="not known", accuracy=None),
)
"""Usual instruments with cautious figures; the user's own figure goes before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: from point ``start`` to point ``end`` (numbered from 1), bearing from true north."""

    start: int
    end: int
    length_m: float
    bearing_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickMeasure:
    """What was measured: a closed plot, or a line (then the areas are None).

    ``points`` are shape (n, 2), easting and northing, 1 mm; ``lonlat`` the same in degrees. Standard errors
    are None when the points' accuracy is not known.
    """

    kind: Literal["polygon", "line"]
    zone: Zone
    geometry: BaseGeometry
    points: npt.NDArray[np.float64]
    lonlat: npt.NDArray[np.float64]
    area_m2: float | None
    area_sigma_m2: float | None
    plane_area_m2: float | None
    length_m: float
    length_sigma_m: float | None
    sides: tuple[Side, ...]
    accuracy: Accuracy | None
    sha256: str


def closed_walk(line: LineString) -> Polygon | None:
    """Return the ring a walk went round, or None when its ends are too far apart or it encloses nothing."""
    coords = np.asarray(line.coords)[:, :2]
    gap_m = float(np.hypot(*(coords[0] - coords[-1])))
    if len(coords) < 4 or gap_m > CLOSED_WALK_SHARE * line.length:
        return None
    ring = Polygon(coords)
    return ring if ring.is_valid and ring.area > 0 else None


def measure_shape(geometry: BaseGeometry, zone: Zone, accuracy: Accuracy | None = None) -> QuickMeasure:
    """Measure one plot or line.

    Parameters
    ----------
    geometry : Polygon or LineString
        In the working CRS of ``zone``, metres.
    zone : Zone
        The township's zone.
    accuracy : Accuracy, optional
        Of the points; without it there is no ±.

    Raises
    ------
    GeometryError
        ``not_one_shape`` for other kinds of shape; otherwise as :func:`geo.measure.area_m2`.
    """
    rounded = shapely.remove_repeated_points(shapely.transform(shapely.force_2d(geometry), crs.round_mm))
    if not isinstance(rounded, Polygon | LineString):
        raise GeometryError(
            "not_one_shape",
            zh="只能量一块地或一条线，这里是 {kind}：请一次量一个。",
            en="One plot or one line can be measured, this is {kind}: measure one at a time.",
            kind=rounded.geom_type,
        )
    closed = isinstance(rounded, Polygon)
    # The area is asked for first: it refuses rings that cross themselves, with a sentence.
    area_m2 = measure.area_m2(rounded, zone) if closed else None
    ring = np.asarray(rounded.exterior.coords if isinstance(rounded, Polygon) else rounded.coords)
    points = ring[:-1] if closed else ring
    length_m = measure.perimeter_m(rounded, zone) if closed else measure.length_m(rounded, zone)
    return QuickMeasure(
        kind="polygon" if closed else "line",
        zone=zone,
        geometry=rounded,
        points=points,
        lonlat=crs.to_geographic(points, zone),
        area_m2=area_m2,
        area_sigma_m2=uncertainty.area_sigma_m2(rounded, accuracy) if closed and accuracy else None,
        plane_area_m2=measure.plane_area_m2(rounded) if closed else None,
        length_m=length_m,
        length_sigma_m=_length_sigma_m(ring, accuracy),
        sides=_sides(ring, zone, closed),
        accuracy=accuracy,
        sha256=hashlib.sha256(shapely.to_wkb(rounded)).hexdigest(),
    )


def _length_sigma_m(ring: npt.NDArray[np.float64], accuracy: Accuracy | None) -> float | None:
    return uncertainty.length_sigma_m(LineString(ring), accuracy) if accuracy else None


def _sides(ring: npt.NDArray[np.float64], zone: Zone, closed: bool) -> tuple[Side, ...]:
    lengths = measure.side_lengths_m(ring)
    bearings = measure.bearings_deg(ring, zone)
    last = len(lengths)
    return tuple(
        Side(
            start=i + 1,
            end=1 if closed and i + 1 == last else i + 2,
            length_m=float(length),
            bearing_deg=float(bearing),
        )
        for i, (length, bearing) in enumerate(zip(lengths, bearings, strict=True))
    )


def sheet_pdf(
    found: QuickMeasure, *, at: datetime, place: str = "", note: str = "", lang: Language = "zh"
) -> bytes:
    """Return one A4 page: the drawing with numbered points, the figures, the sides and the coordinates.

    Parameters
    ----------
    found : QuickMeasure
        What was measured.
    at : datetime
        The time printed on the page; the same time gives the same bytes.
    place, note : str
        Printed as they are given.
    """
    from layers import measure_sheet

    return measure_sheet.draw(
        measure_sheet.MeasureSheet(
            closed=found.kind == "polygon",
            points=found.points,
            lonlat=found.lonlat,
            zone=found.zone,
            area_m2=found.area_m2,
            area_sigma_m2=found.area_sigma_m2,
            plane_area_m2=found.plane_area_m2,
            length_m=found.length_m,
            sides=tuple((side.start, side.end, side.length_m, side.bearing_deg) for side in found.sides),
            sigma_m=found.accuracy.sigma_own_m if found.accuracy else None,
            sha256=found.sha256,
            at=at,
            place=place,
            note=note,
        ),
        lang,
    )


def coordinates_csv(found: QuickMeasure, lang: Language = "zh") -> bytes:
    """Return the points as CSV that a spreadsheet opens: number, easting, northing, longitude, latitude."""
    heads = {
        "zh": "点号,东坐标（米）,北坐标（米）,经度,纬度",
        "en": "point,easting_m,northing_m,longitude,latitude",
    }
    rows = [
        f"{i + 1},{en[0]:.3f},{en[1]:.3f},{ll[0]:.9f},{ll[1]:.9f}"
        for i, (en, ll) in enumerate(zip(found.points, found.lonlat, strict=True))
    ]
    # The mark at the beginning tells spreadsheets that the text is UTF-8.
    return ("\ufeff" + "\r\n".join([heads[lang], *rows]) + "\r\n").encode()


def explain_number(found: QuickMeasure, number: str, unit: Unit) -> tuple[Match, ...]:
    """Return how a number somebody brought can have come about, likeliest first.

    Raises
    ------
    ArgumentError
        ``not_an_area_number``.
    """
    given = explain.read_given(number, unit)
    return explain.match(given, found.geometry, found.zone, accuracy=found.accuracy)


def shapes_of(taken: TakenFile) -> tuple[BaseGeometry, ...]:
    """Return the plots and lines of a file that can be measured, each alone.

    A walk whose ends meet is the plot it went round; parts of one feature are measured singly.
    """
    found: list[BaseGeometry] = []
    for feature in (*taken.areas(), *taken.lines()):
        for part in shapely.get_parts(shapely.force_2d(feature.geometry)):
            ring = closed_walk(part) if isinstance(part, LineString) else None
            found.append(ring or part)
    return tuple(found)


def map_file(found: QuickMeasure, *, title: str, lang: Language = "zh") -> bytes:
    """Return the shape as one HTML file that opens on a telephone without network."""
    from layers import folium_map
    from layers.webmap import MapFeature, MapLayer

    layer = "measured_plot" if found.kind == "polygon" else "measured_line"
    points = [
        MapFeature(id=str(i + 1), geometry=shapely.Point(point), properties={"name": str(i + 1)})
        for i, point in enumerate(found.points)
    ]
    layers = [
        MapLayer.of(layer, [MapFeature(id="1", geometry=found.geometry)]),
        MapLayer.of("measured_point", points if len(points) <= 500 else []),
    ]
    return folium_map.hand_over(layers, found.zone, title=title, lang=lang)
