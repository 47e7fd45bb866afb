"""What was taken in: files, their features placed in the working plane, and what the user says about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.importing import Fixes, ImportedFile
from data.importing.sentences import problem
from geo import crs
from geo.errors import FileError, Problem
from geo.recognise import AxisOrder, Recognition
from geo.zone import Zone

__all__ = ["Overrule", "Progress", "Source", "TakenFeature", "TakenFile", "TakenSequence", "Upload"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as the browser sends it."""

    name: str
    data: bytes


Source: TypeAlias = str | Path | Upload
Progress: TypeAlias = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrule:
    """What the user says against, or instead of, what the program found.

    Attributes
    ----------
    epsg : int, optional
        Reference system the coordinates are in.
    zone : Zone, optional
        Zone of plane coordinates.
    axis_order, shift : str, optional
        Order of the columns; map shift.
    candidate : int, optional
        Which of the readings offered.
    close_rings : bool
        Join the ends of rings that are not closed.
    """

    epsg: int | None = None
    zone: Zone | None = None
    axis_order: AxisOrder | None = None
    shift: Literal["none", "gcj02", "bd09"] | None = None
    candidate: int | None = None
    close_rings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFeature:
    """One plot, line or point, placed: ``geometry`` in the file's working plane, rounded to 1 mm."""

    id: str
    name: str
    geometry: BaseGeometry
    properties: Mapping[str, str] = field(default_factory=dict)
    layer: str = ""
    where: str = ""
    declared_area_m2: float | None = None
    declared_area_step_m2: float | None = None
    point_names: tuple[str, ...] = ()
    fixes: Fixes | None = None
    open_ring: bool = False
    valid: bool = True
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSequence:
    """A list of points, placed, that may be meant as a line or as the corners of a plot (``ring``, or None)."""

    name: str
    line: LineString
    ring: Polygon | None
    point_names: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile:
    """One file taken in.

    Attributes
    ----------
    path : str
        As given; for an upload its name.
    imported : ImportedFile, optional
        What it held; None when it cannot be used.
    recognition : Recognition, optional
        What its coordinates were taken for.
    plane : Zone or Frame, optional
        Plane of the placed features; None while they cannot be placed.
    sides : str
        ``"plane"`` or ``"geodesic"``: how its sides are meant (DEFINITIONS 1).
    features, sequences : tuple
        Placed; empty while the reference system or the map shift is not known.
    problems : tuple of Problem
        All of them: of reading, of recognising and of placing.
    error : FileError, optional
        Why it cannot be used at all.
    """

    path: str
    imported: ImportedFile | None = None
    recognition: Recognition | None = None
    plane: crs.Plane | None = None
    sides: Literal["plane", "geodesic"] = "plane"
    features: tuple[TakenFeature, ...] = ()
    sequences: tuple[TakenSequence, ...] = ()
    problems: tuple[Problem, ...] = ()
    error: FileError | None = None

    @property
    def placed(self) -> bool:
        """Tell whether the features lie in the working plane, so that they can be measured."""
        return self.plane is not None

    def areas(self) -> tuple[TakenFeature, ...]:
        """Return the plots; of a file of points alone the plot its points enclose in their order."""
        found = tuple(feature for feature in self.features if shapely.get_dimensions(feature.geometry) == 2)
        if found or self.lines_drawn():
            return found
        return tuple(
            _joined(sequence, sequence.ring) for sequence in self.sequences if sequence.ring is not None
        )

    def lines(self) -> tuple[TakenFeature, ...]:
        """Return the lines; of a file of points alone the line through them in their order."""
        found = self.lines_drawn()
        if found or any(shapely.get_dimensions(feature.geometry) == 2 for feature in self.features):
            return found
        return tuple(_joined(sequence, sequence.line) for sequence in self.sequences)

    def lines_drawn(self) -> tuple[TakenFeature, ...]:
        """Return the lines the file itself draws."""
        return tuple(feature for feature in self.features if shapely.get_dimensions(feature.geometry) == 1)


def _joined(sequence: TakenSequence, geometry: BaseGeometry) -> TakenFeature:
    """Return a sequence as the feature it may be meant as, saying that it was joined."""
    area = shapely.get_dimensions(geometry) == 2
    words = {"kind_zh": "面" if area else "线", "kind_en": "plot" if area else "line"}
    return TakenFeature(
        id=sequence.name or "1",
        name=sequence.name,
        geometry=geometry,
        point_names=sequence.point_names,
        valid=bool(geometry.is_valid),
        problems=(problem("points_joined", sequence.name, **words),),
    )
