"""How a file's coordinates stand on the ground, and the figures of its shapes.

Three ways (DEFINITIONS 1 to 3): a file in a zone of CGCS2000 is measured in that zone, sides straight in its plane;
longitudes and latitudes in China (and Web Mercator there) in their 3° zone, sides geodesic; a file of another
country in the plane of its own system, or straight from its longitudes and latitudes. Where the system or a map
shift is not known there is no area of record.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs, measure, recognise
from geo.datum import flat_crs, read_crs
from geo.errors import CrsError, GeometryError
from geo.reading import in_order
from geo.recognition import Recognition

__all__ = ["Standing", "standing_of"]

Coordinates: TypeAlias = npt.NDArray[np.float64]
Convert: TypeAlias = Callable[[Coordinates], Coordinates]
Figure = TypeVar("Figure")

_PLANE_NUMBERS_M = 1e5
"""Plane coordinates of the old systems are larger than this in both columns; nothing in degrees is."""

Shapes: TypeAlias = Sequence[BaseGeometry] | npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of where a file's coordinates stand.

    All methods but `turned` take shapes as `turned` returns them.

    Attributes
    ----------
    plane : Zone or Frame, optional
        Where areas of record are measured; None for longitudes and latitudes taken as they are.
    plane_name : str, optional
        Name of the plane of plane areas; None when no plane area can be given.
    measurable : bool
        False while the reference system or a map shift is unknown: then no area of record.
    sides : str
        Whether sides are straight in the plane or geodesics.
    turn : callable
        Puts the file's coordinates into the order east, north, angles in decimal degrees.
    place : callable
        Takes turned coordinates to ``plane`` (or to longitude and latitude), rounded where the definitions
        say so.
    flat : callable, optional
        Takes turned coordinates to plane metres, not rounded; None when they are in such a plane already.
    metres_per_unit : float
        Of the file's own plane, when its unit is not the metre.
    """

    plane: crs.Plane | None
    plane_name: str | None
    measurable: bool
    sides: Literal["plane", "geodesic"]
    turn: Convert
    place: Convert
    flat: Convert | None = None
    metres_per_unit: float = 1.0

    def turned(self, shapes: Shapes) -> npt.NDArray[Any]:
        """Return shapes as the file has them, east before north: overlaps are looked for in these."""
        return _converted(shapes, self.turn)

    def placed(self, shapes: Shapes) -> npt.NDArray[Any]:
        """Return shapes where they are measured."""
        return _converted(shapes, self.place)

    def plane_areas_m2(self, shapes: Shapes) -> list[float | None]:
        """Return plane areas, square metres: from the rounded coordinates where there is a working plane."""
        if self.plane_name is None:
            return [None] * len(shapes)
        return _each(shapes, self._plane_areas)

    def flat_areas_m2(self, shapes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Return plane areas of shapes or pieces of them, square metres, nothing rounded."""
        flat = shapes if self.flat is None else _converted(shapes, self.flat)
        return np.asarray(shapely.area(flat) * self.metres_per_unit**2, dtype=np.float64)

    def on_ellipsoid(self, shapes: Shapes) -> list[tuple[float, float] | None]:
        """Return area of record and perimeter of each shape; None for one that cannot be placed or measured."""
        if not self.measurable:
            return [None] * len(shapes)
        return _each(shapes, self._figures)

    def length_m(self, line: BaseGeometry) -> float | None:
        """Return the length of a line on the ellipsoid."""
        if not self.measurable:
            return None
        placed = self.placed([line])[0]
        return (
            measure.geographic_length_m(placed)
            if self.plane is None
            else measure.length_m(placed, self.plane)
        )

    def _plane_areas(self, shapes: Shapes) -> list[float]:
        if isinstance(self.plane, crs.Zone):
            return [float(area) for area in shapely.area(self.placed(shapes))]
        return [float(area) for area in self.flat_areas_m2(np.asarray(shapes, dtype=object))]

    def _figures(self, shapes: Shapes) -> list[tuple[float, float]]:
        placed = self.placed(shapes)
        if self.plane is None:
            area, perimeter = measure.measured_geographic(placed)
        else:
            area, perimeter, *_ = measure.measured(placed, self.plane, sides=self.sides)
        return list(zip(area.tolist(), perimeter.tolist(), strict=True))


def standing_of(
    coords: Coordinates, recognition: Recognition, zone: crs.Zone | None = None
) -> Standing | None:
    """Return how a file's coordinates stand; None when not even that they are metres is known.

    Parameters
    ----------
    coords : array, shape (n, 2)
        All coordinates of the file, as they stand in it.
    zone : Zone, optional
        The township's, for longitudes and latitudes in China.
    """
    if not len(coords):
        return None
    if recognition.status != "decided":
        return _in_some_plane() if _surely_metres(coords, recognition) else None
    plane = recognise.own_plane(coords, recognition, assume_shift="none")
    read = replace(
        recognition, axis_order="lon_lat" if recognition.geographic else "east_north", angle_unit="degrees"
    )

    def turn(coords: Coordinates) -> Coordinates:
        return in_order(coords, recognition)

    if recognition.zone is not None:
        return _in_zone(read, plane, turn)
    if isinstance(plane, crs.Zone) or recognition.geographic:
        return _by_degrees(read, zone if zone is not None and isinstance(plane, crs.Zone) else plane, turn)
    return _in_own_plane(read, turn)


def _surely_metres(coords: Coordinates, recognition: Recognition) -> bool:
    """Tell whether areas in the file's own plane are square metres although nobody knows where it lies."""
    if recognition.candidates:
        return not any(each.geographic for each in recognition.candidates)
    old = any(problem.code == "datum_unknown" for problem in recognition.problems)
    return old and bool((np.abs(coords[np.isfinite(coords).all(axis=1)]) > _PLANE_NUMBERS_M).all())


def _in_zone(read: Recognition, plane: crs.Plane, turn: Convert) -> Standing:
    return Standing(
        plane=plane,
        plane_name=plane.name,
        measurable=True,
        sides="plane",
        turn=turn,
        place=lambda coords: recognise.place(coords, read, plane),
    )


def _by_degrees(read: Recognition, plane: crs.Plane, turn: Convert) -> Standing:
    """Return the standing of longitudes and latitudes, or of Web Mercator in China.

    Abroad nothing is rounded: there is no working plane.
    """
    chinese = isinstance(plane, crs.Zone)

    def degrees(coords: Coordinates) -> Coordinates:
        return recognise.lonlat(coords, read, assume_shift="none")

    def flat(coords: Coordinates) -> Coordinates:
        return crs.to_working(degrees(coords), plane)

    return Standing(
        plane=plane if chinese else None,
        plane_name=plane.name if read.measurable else None,
        measurable=read.measurable,
        sides="geodesic",
        turn=turn,
        place=(lambda coords: crs.round_mm(flat(coords))) if chinese else degrees,
        flat=flat,
    )


def _in_own_plane(read: Recognition, turn: Convert) -> Standing:
    """Return the standing of a foreign file in a plane, whatever the unit of that plane."""
    definition = read.definition or ""
    unit = flat_crs(read_crs(definition)).axis_info[0].unit_conversion_factor
    frame = crs.Frame(definition=definition, name=read.crs_name, epsg=read.epsg, ellipsoid=crs.CGCS2000)
    return Standing(
        plane=frame,
        plane_name=read.crs_name,
        measurable=read.measurable,
        sides="plane",
        turn=turn,
        place=_same,
        metres_per_unit=float(unit),
    )


def _in_some_plane() -> Standing:
    """Return the standing of metres in some plane: plane areas hold in whichever zone they are."""
    return Standing(plane=None, plane_name="", measurable=False, sides="plane", turn=_same, place=_same)


def _each(shapes: Shapes, figures: Callable[[Shapes], list[Figure]]) -> list[Figure | None]:
    """Return the figures of all shapes at once, or one by one when some cannot be measured."""
    try:
        return list(figures(shapes))
    except (CrsError, GeometryError):
        if len(shapes) == 1:
            return [None]
        return [_each([shape], figures)[0] for shape in shapes]


def _same(coords: Coordinates) -> Coordinates:
    return coords


def _converted(shapes: Shapes, convert: Convert) -> npt.NDArray[Any]:
    array = np.asarray(shapes, dtype=object)
    return np.asarray(shapely.transform(array, convert), dtype=object) if len(array) else array
