"""Prove what was covered: target lines, places and areas against the tracks of a period; the command ``cover``.

Of each target line every metre is covered, not covered, or nobody can tell; each place has its visits; each area
the part that was overlooked. A track counts once however often it was uploaded, and one without times proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo import cleaning, covered, crs, measure, searched, visit
from geo.covered import CoverSettings, LineCoverage, Targets
from geo.errors import ArgumentError, CrsError, FileError, Language, Problem
from geo.interval import Intervals
from geo.track import CleanTrack
from geo.visit import Visits
from geo.walk import Walk, filled_times
from jobs.inspecting import problem_row
from jobs.intake import Overrule, Source, TakenFile, place_again, take_in
from jobs.tracking import LOCAL, TrackFile, not_placed, read_tracks

__all__ = ["Covered", "Period", "TargetShape", "cover", "cover_files"]

ELSEWHERE_M = 20_000.0
"""A track farther than this from every target was made elsewhere."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both included; None where open."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def from_text(cls, first: str | None, last: str | None) -> Period:
        """Return the period between two dates written ``2026-11-20``.

        Raises
        ------
        ArgumentError
            ``date_unreadable``; ``period_reversed``.
        """
        found = cls(first=_day(first, "--from"), last=_day(last, "--to"))
        if found.first and found.last and found.first > found.last:
            raise ArgumentError(
                "period_reversed",
                zh="开始日期 {first} 晚于结束日期 {last}：请对调。",
                en="The period begins on {first}, after its end on {last}: swap them.",
                where="--from",
                first=found.first.isoformat(),
                last=found.last.isoformat(),
            )
        return found

    @property
    def bounded(self) -> bool:
        """Tell whether the period has a limit."""
        return self.first is not None or self.last is not None

    def holds(self, time_s: FloatArray) -> npt.NDArray[np.bool_]:
        """Tell which times, seconds since 1970, lie in the period."""
        inside = np.ones(len(time_s), dtype=bool)
        if self.first is not None:
            inside &= time_s >= _midnight_s(self.first)
        if self.last is not None:
            inside &= time_s < _midnight_s(self.last + timedelta(days=1))
        return inside


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShape:
    """One target: its name and shape in the working plane."""

    id: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What the tracks prove.

    ``lines`` holds, for each target line, its coverage part by part; lengths on the ellipsoid are plane lengths
    times ``scale``.
    """

    lines: tuple[tuple[TargetShape, tuple[LineCoverage, ...], float], ...]
    points: tuple[tuple[TargetShape, Visits], ...]
    areas: tuple[tuple[TargetShape, BaseGeometry], ...]
    tracks: tuple[TrackFile, ...]
    problems: tuple[Problem, ...]


def cover_files(
    targets: Source,
    tracks: Sequence[Source],
    *,
    swath_m: float | None = None,
    first: str | None = None,
    last: str | None = None,
    now: datetime | None = None,
    lang: Language = "zh",
) -> dict[str, Any]:
    """Return ``lines``, ``points``, ``areas`` and ``tracks``, as CLI.md describes.

    Raises
    ------
    FileError, CrsError, ArgumentError
        One sentence for what cannot be used.
    """
    period = Period.from_text(first, last)
    settings = CoverSettings() if swath_m is None else CoverSettings(swath_m=swath_m)
    found = cover(targets, read_tracks(tracks, now=now), settings=settings, period=period)
    return {
        "lines": [_line_row(*row) for row in found.lines],
        "points": [_point_row(*row) for row in found.points],
        "areas": [_area_row(*row) for row in found.areas],
        "tracks": [file.as_dict(lang) for file in found.tracks],
        "swath_m": settings.swath_m,
        "problems": [problem_row(item, lang) for item in found.problems],
    }


def cover(
    targets: Source,
    files: Sequence[TrackFile],
    *,
    settings: CoverSettings | None = None,
    period: Period | None = None,
) -> Covered:
    """Compare the targets of a file with tracks.

    Parameters
    ----------
    targets : path or Upload
        Lines, points and areas in any accepted format.
    files : sequence of TrackFile
        As :func:`jobs.tracking.read_tracks` returns them.

    Raises
    ------
    FileError
        The targets cannot be read or placed, or there are none.
    """
    settings = settings or CoverSettings()
    taken = _placed_targets(targets, _middle(files))
    assert taken.plane is not None
    shapes = _shapes(taken)
    walks, problems = _walks(files, taken.plane, shapes, period or Period())
    return Covered(
        lines=_lines(shapes, walks, taken.plane, settings),
        points=_points(shapes, walks, settings),
        areas=_areas(shapes, walks, settings),
        tracks=tuple(files),
        problems=(*(item for item in taken.problems if item.code != "mixed_kinds"), *problems),
    )


# ---- targets ----------------------------------------------------------------------------------------------


def _placed_targets(source: Source, near: tuple[float, float] | None) -> TakenFile:
    """Return the targets placed; what the file leaves open is taken from where the tracks lie."""
    taken = take_in([source])[0]
    if taken.error is not None:
        raise taken.error
    if not taken.placed and taken.recognition is not None:
        open_shift = taken.recognition.status == "decided" and taken.recognition.shift == "unknown"
        taken = place_again(taken, Overrule(shift="none") if open_shift else Overrule(), near=near)
    if not taken.placed:
        raise not_placed(taken)
    return taken


def _middle(files: Sequence[TrackFile]) -> tuple[float, float] | None:
    """Return where the tracks lie: the median fix."""
    fixes = [track.lonlat for file in files for track in file.tracks if len(track.lonlat)]
    if not fixes:
        return None
    lon_deg, lat_deg = np.median(np.vstack(fixes), axis=0)
    return float(lon_deg), float(lat_deg)


def _shapes(taken: TakenFile) -> tuple[TargetShape, ...]:
    found = tuple(
        TargetShape(id=feature.id, name=feature.name, geometry=feature.geometry)
        for feature in taken.features
        if not feature.geometry.is_empty
    )
    if not found:
        name = PurePath(taken.path).name
        raise FileError(
            "no_targets",
            zh="文件 {name} 里没有目标：请给出要巡的线、点或片。",
            en="File {name} holds no target: give the lines, points or areas to be covered.",
            where=name,
            name=name,
        )
    return found


def _of_dimension(shapes: Sequence[TargetShape], dimension: int) -> tuple[TargetShape, ...]:
    return tuple(shape for shape in shapes if shapely.get_dimensions(shape.geometry) == dimension)


# ---- tracks -----------------------------------------------------------------------------------------------


def _walks(
    files: Sequence[TrackFile], plane: crs.Plane, shapes: Sequence[TargetShape], period: Period
) -> tuple[list[Walk], list[Problem]]:
    """Return the walks of the period near the targets, each once, and what was left out."""
    bounds = shapely.total_bounds([shape.geometry for shape in shapes])
    tracks = [(file, track) for file in files for track in file.tracks]
    repeated = cleaning.repeats([track for _, track in tracks])
    walks: list[Walk] = []
    problems: list[Problem] = []
    for number, (file, track) in enumerate(tracks):
        if number in repeated or len(track.lonlat) < 1:
            continue
        walk = _walk(track, plane)
        problem = _left_out(file, walk, bounds, period)
        if problem is not None and problem not in problems:
            problems.append(problem)
        if walk is not None and (problem is None or problem.code == "track_without_times"):
            walks.append(_within(walk, period))
    return walks, problems


def _walk(track: CleanTrack, plane: crs.Plane) -> Walk | None:
    try:
        fixes = crs.to_working(track.lonlat, plane)
    except CrsError:
        return None
    return Walk(
        fixes=fixes,
        time_s=filled_times(fixes, track.time_s, track.part),
        part=track.part,
        label=track.label,
    )


def _left_out(file: TrackFile, walk: Walk | None, bounds: FloatArray, period: Period) -> Problem | None:
    """Return why a walk proves nothing here, or None."""
    if walk is None or _apart_m(walk, bounds) > ELSEWHERE_M:
        return Problem(
            "track_elsewhere",
            "轨迹不在目标附近（20 公里以外），没有用。",
            "The track lies elsewhere, over 20 km from every target: not used.",
            file.name,
        )
    if not walk.timed and period.bounded:
        return Problem(
            "track_undated",
            "轨迹没有可信的时间，不能归入这一时期，没有用。",
            "The track has no believable times and cannot be put into the period: not used.",
            file.name,
        )
    if not walk.timed:
        return Problem(
            "track_without_times",
            "轨迹没有可信的时间，看不出信号中断：沿线走过的只算“说不准”。",
            "The track has no believable times, so gaps cannot be seen: what it follows counts as “cannot tell”.",
            file.name,
        )
    if not period.holds(walk.time_s).any():
        return Problem(
            "track_outside_period",
            "轨迹不在所查的时期内，没有用。",
            "The track lies outside the period asked for: not used.",
            file.name,
        )
    return None


def _apart_m(walk: Walk, bounds: FloatArray) -> float:
    """Return how far the nearest fix lies outside the targets' bounds."""
    beyond = np.maximum(np.maximum(bounds[:2] - walk.fixes, walk.fixes - bounds[2:]), 0.0)
    return float(np.hypot(*beyond.T).min())


def _within(walk: Walk, period: Period) -> Walk:
    """Return the fixes of a walk that lie in the period."""
    if not period.bounded or not walk.timed:
        return walk
    inside = period.holds(walk.time_s)
    return Walk(
        fixes=walk.fixes[inside], time_s=walk.time_s[inside], part=walk.part[inside], label=walk.label
    )


# ---- what was covered -------------------------------------------------------------------------------------


def _lines(
    shapes: Sequence[TargetShape], walks: Sequence[Walk], plane: crs.Plane, settings: CoverSettings
) -> tuple[tuple[TargetShape, tuple[LineCoverage, ...], float], ...]:
    lines = _of_dimension(shapes, 1)
    if not lines:
        return ()
    parts, owner = shapely.get_parts([line.geometry for line in lines], return_index=True)
    targets = Targets([shapely.get_coordinates(part) for part in parts], settings)
    passes = [found for walk in walks for found in covered.passes_of(walk, targets)]
    coverage = covered.coverage_of(targets, passes)
    return tuple(
        (
            line,
            tuple(coverage[part] for part in np.flatnonzero(owner == number)),
            measure.length_m(line.geometry, plane) / line.geometry.length,
        )
        for number, line in enumerate(lines)
    )


def _points(
    shapes: Sequence[TargetShape], walks: Sequence[Walk], settings: CoverSettings
) -> tuple[tuple[TargetShape, Visits], ...]:
    points = _of_dimension(shapes, 0)
    if not points:
        return ()
    places = np.array([shapely.get_coordinates(point.geometry)[0] for point in points])
    radius_m = max(visit.RADIUS_M, settings.swath_m)
    visits = [found for walk in walks for found in visit.visits_of(walk, places, radius_m)]
    return tuple(zip(points, visit.visits_to(len(points), visits), strict=True))


def _areas(
    shapes: Sequence[TargetShape], walks: Sequence[Walk], settings: CoverSettings
) -> tuple[tuple[TargetShape, BaseGeometry], ...]:
    return tuple(
        (area, searched.searched(shapely.make_valid(area.geometry), walks, settings.swath_m))
        for area in _of_dimension(shapes, 2)
    )


# ---- rows of the command line -----------------------------------------------------------------------------


def _line_row(shape: TargetShape, parts: Sequence[LineCoverage], scale: float) -> dict[str, Any]:
    lasts = [part.last_s for part in parts if part.last_s is not None]
    return {
        "id": shape.id,
        "name": shape.name,
        "length_m": round(scale * sum(part.length_m for part in parts), 2),
        "covered_m": round(scale * sum(part.covered_m for part in parts), 2),
        "unknown_m": round(scale * sum(part.unknown_m for part in parts), 2),
        "covered": _rows(parts, scale, "covered"),
        "unknown": _rows(parts, scale, "unknown"),
        "missing": _rows(parts, scale, "missing"),
        "last_covered": _iso(max(lasts)) if lasts else None,
    }


def _rows(parts: Sequence[LineCoverage], scale: float, name: str) -> list[list[float]]:
    """Return intervals as ``[from_m, to_m]``; of a line of several parts, one part after the other."""
    rows, before_m = [], 0.0
    for part in parts:
        intervals: Intervals = getattr(part, name)
        rows += [[round(scale * (before_m + at), 1) for at in pair] for pair in intervals]
        before_m += part.length_m
    return rows


def _point_row(shape: TargetShape, found: Visits) -> dict[str, Any]:
    return {
        "id": shape.id,
        "name": shape.name,
        "visits": found.count,
        "last_visit": None if found.last_s is None else _iso(found.last_s),
        "possible_visits": found.possible,
    }


def _area_row(shape: TargetShape, found: BaseGeometry) -> dict[str, Any]:
    return {
        "id": shape.id,
        "name": shape.name,
        "area_m2": round(shape.geometry.area, 1),
        "searched_m2": round(found.area, 1),
    }


def _iso(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _midnight_s(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).timestamp()


def _day(text: str | None, where: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError as fault:
        raise ArgumentError(
            "date_unreadable",
            zh="日期“{text}”读不懂：请写成 2026-11-20。",
            en="The date {text!r} cannot be read: write it as 2026-11-20.",
            where=where,
            text=text[:40],
        ) from fault
