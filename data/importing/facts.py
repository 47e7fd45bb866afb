"""What a file held, as it stands in the file: nothing converted, nothing rounded, nothing guessed.

Coordinates keep the file's own order and reference system; ``geo.recognise`` decides later what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import Problem
from geo.recognition import Hints

__all__ = ["Fixes", "ImportedFeature", "ImportedFile", "Limits", "PointSequence", "Unplaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost before reading it is given up.

    ``seconds`` of wall time and ``memory_bytes`` at the peak hold for the child process; the others are
    checked while reading. Archive members are read in memory and never written to disk.
    """

    seconds: float = 10.0
    memory_bytes: int = 1024**3
    file_bytes: int = 256 * 1024**2
    member_bytes: int = 160 * 1024**2
    archive_bytes: int = 320 * 1024**2
    archive_entries: int = 2000
    archive_ratio: float = 250.0
    depth: int = 200
    closing_gap_m: float = 0.05
    rows_are_points: bool = False
    """Whether every row of a table is a point of its own, whatever column might group rows to plots."""
    scratch: str | None = None
    """Folder for the rare format that cannot be read from memory; the parent process makes and removes it."""
    latest_time: str | None = None
    """Latest believable time stamp, ISO 8601 in UTC; ``None`` takes the computer's clock plus one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """The recorded points of a walk, each as the receiver wrote it.

    Attributes
    ----------
    coords : ndarray, shape (n, 2)
        Positions in the file's order (longitude, latitude for GPX, KML and TCX).
    elevation_m : ndarray, shape (n,)
        Elevation; NaN where the file has none.
    times : tuple of str or None
        Time stamps, ISO 8601 in UTC (``2026-11-20T08:00:00Z``); a stamp without a zone keeps none;
        ``None`` where missing or unreadable.
    segment : ndarray of int, shape (n,)
        Number of the recording segment each point belongs to, from 0.
    hdop : ndarray, shape (n,)
        Horizontal dilution of precision, NaN where missing.
    """

    coords: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    times: tuple[str | None, ...]
    segment: NDArray[np.int64]
    hdop: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeature:
    """One plot, line or point of a file; several parts stay one feature.

    Attributes
    ----------
    id : str
        Unique within the file.
    geometry : shapely geometry
        Two-dimensional, coordinates as they stand in the file.
    where : str
        Place in the file, for people: ``feature 3``, ``row 12``.
    declared_area_m2, declared_area_step_m2 : float, optional
        Area the file states, and the value of its last printed digit.
    open_ring : bool
        True for a line that was meant as an area but whose ring is not closed.
    valid : bool
        False when the shape crosses itself, or has a hole outside it.
    """

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
class PointSequence:
    """A list of points in the order of the file, which may be meant as a line or as the corners of a plot.

    ``coords`` has shape (n, 2) in the file's order of columns; ``closed`` tells that the last point repeats
    the first.
    """

    name: str
    coords: NDArray[np.float64]
    point_names: tuple[str, ...]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A record without a usable shape: kept, so that it can be put in its place later."""

    where: str
    layer: str = ""
    name: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """One file, read: its features, what it says about its reference system, and what is wrong with it.

    ``problems`` holds every problem of the file, those of its features included.
    """

    path: str
    format: str
    encoding: str | None
    sha256: str
    size_bytes: int
    features: tuple[ImportedFeature, ...]
    hints: Hints
    sequences: tuple[PointSequence, ...] = ()
    problems: tuple[Problem, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()

    def coords(self) -> NDArray[np.float64]:
        """Return all coordinates, shape (n, 2), as they stand in the file."""
        from shapely import get_coordinates

        if not self.features:
            return np.empty((0, 2))
        found: NDArray[np.float64] = get_coordinates([feature.geometry for feature in self.features])
        return found
