"""Tracks: fixes in the order in which they were recorded, before and after cleaning.

Positions are WGS 84 longitudes and latitudes, so that a track may lie anywhere; lengths are geodesics on the
ellipsoid, without heights. Positions that lie nowhere on earth (some phones mark a pause by latitude 100 and
200) can only be compared on a sphere, as the programs do that take them literally.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj

from geo.repair import Repair

__all__ = ["CleanTrack", "Clock", "Kind", "RawTrack", "length_m", "step_lengths_m"]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
Kind: TypeAlias = Literal["recorded", "planned", "drawn"]
Clock: TypeAlias = Literal["believed", "partly", "none"]

_ELLIPSOID = pyproj.Geod(ellps="GRS80")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTrack:
    """One track as it stands in its file.

    Attributes
    ----------
    lonlat : array, shape (n, 2)
        Degrees, finite; may be impossible.
    time_s : array, shape (n,)
        Seconds since 1970-01-01 UTC; NaN where missing or unreadable.
    segment : array of int, shape (n,)
        Recording segment of each fix; nothing was recorded between two segments.
    kind : str
        ``"recorded"``, ``"planned"`` (a route) or ``"drawn"`` (a line without any fix).
    label : str
        Its name and place in the file, for people.
    """

    lonlat: FloatArray
    time_s: FloatArray
    segment: IntArray
    kind: Kind = "recorded"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanTrack:
    """One track after cleaning.

    Attributes
    ----------
    lonlat : array, shape (n, 2)
        The fixes kept, nothing moved.
    time_s : array, shape (n,)
        Their times; NaN where the stamp is missing or not believed.
    part : array of int, shape (n,)
        Parts between which nothing was recorded; no length is counted from one to the next.
    source : array of int, shape (n,)
        Index of each fix in the raw track.
    clock : str
        ``"believed"``, ``"partly"`` (some stamps are missing or not believed) or ``"none"``.
    raw_length_m, length_m : float
        Taken literally, and after cleaning; the difference is the sum of the repairs' effects.
    """

    lonlat: FloatArray
    time_s: FloatArray
    part: IntArray
    source: IntArray
    clock: Clock
    raw_length_m: float
    length_m: float
    repairs: tuple[Repair, ...] = ()
    label: str = ""

    @property
    def start_s(self) -> float | None:
        """Return the first believed time, or None."""
        known = self.time_s[np.isfinite(self.time_s)]
        return float(known[0]) if len(known) else None

    @property
    def end_s(self) -> float | None:
        """Return the last believed time, or None."""
        known = self.time_s[np.isfinite(self.time_s)]
        return float(known[-1]) if len(known) else None


def step_lengths_m(lonlat: FloatArray) -> FloatArray:
    """Return the length of each step from one fix to the next, shape (n - 1,).

    Geodesics on the ellipsoid; on a sphere where a latitude is impossible.

    Examples
    --------
    >>> step_lengths_m(np.array([[14.0, 3.0], [14.001, 3.0]])).round(2).tolist()
    [111.17]
    """
    if len(lonlat) < 2:
        return np.empty(0)
    start, end = lonlat[:-1], lonlat[1:]
    sound = (np.abs(start[:, 1]) <= 90.0) & (np.abs(end[:, 1]) <= 90.0)
    steps = np.empty(len(start))
    steps[sound] = _ELLIPSOID.inv(start[sound, 0], start[sound, 1], end[sound, 0], end[sound, 1])[2]
    steps[~sound] = _on_sphere_m(start[~sound], end[~sound])
    return steps


def _on_sphere_m(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return great-circle lengths by the haversine formula, which takes any number for a latitude."""
    from_rad, to_rad = np.radians(start), np.radians(end)
    across = np.cos(from_rad[:, 1]) * np.cos(to_rad[:, 1]) * np.sin((to_rad[:, 0] - from_rad[:, 0]) / 2) ** 2
    haversine = np.sin((to_rad[:, 1] - from_rad[:, 1]) / 2) ** 2 + across
    found: FloatArray = 2 * _ELLIPSOID.a * np.arcsin(np.sqrt(np.clip(haversine, 0.0, 1.0)))
    return found


def length_m(lonlat: FloatArray, part: Sequence[int] | IntArray) -> float:
    """Return the length of the steps within parts; nothing is counted from one part to the next.

    A single fix has length 0.
    """
    within = np.diff(np.asarray(part)) == 0
    return float(step_lengths_m(lonlat)[within].sum())
