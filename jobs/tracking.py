"""Bring back tracks: take in files of walks, clean them, and list each repair; the command ``track``.

A file that is no track at all says so; one that cannot be used never spoils the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.importing import ImportedFeature
from data.importing.places import place_in_words
from data.importing.times import normal_time
from geo import cleaning, recognise
from geo.errors import CrsError, FileError, Language, Problem
from geo.repair import Repair
from geo.track import CleanTrack, Kind, RawTrack
from jobs.inspecting import problem_row
from jobs.intake import Progress, Source, TakenFile, take_in

__all__ = ["LOCAL", "TrackFile", "not_placed", "raw_tracks", "read_tracks", "track_files"]

LOCAL = timezone(timedelta(hours=8))
"""The time of China: of clocks in offices, and of days of duty."""

_NAMED_DEGREES = {"gpx", "kml", "tcx"}
_TOLD_AS_REPAIRS = {
    "point_out_of_range",
    "point_zero_zero",
    "shift_unknown",
    "time_backwards",
    "time_unbelievable",
    "vertex_out_of_range",
}
_TIME_LISTS = ("coordTimes", "coordinateProperties", "times", "timestamps")
_TIME_NAMES = ("time", "时间", "时刻", "stamp", "date", "recorded_at", "日期")
_WALK_NAMES = ("track", "track_id", "轨迹", "人员", "巡查员", "姓名", "source_id", "device", "设备", "user")

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFile:
    """The tracks of one file, cleaned.

    Attributes
    ----------
    path : str
        As given.
    tracks : tuple of CleanTrack
        In the order of the file.
    points : int
        Fixes in the file.
    twin : str, optional
        The file that holds the same walk.
    problems : tuple of Problem
        What else is wrong with the file.
    error : FileError, optional
        Why it cannot be used.
    """

    path: str
    tracks: tuple[CleanTrack, ...] = ()
    points: int = 0
    twin: str | None = None
    problems: tuple[Problem, ...] = ()
    error: FileError | None = None

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return PurePath(self.path).name

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Return the repairs of all tracks."""
        return tuple(repair for track in self.tracks for repair in track.repairs)

    @property
    def length_m(self) -> float:
        """Return the length after cleaning."""
        return float(sum(track.length_m for track in self.tracks))

    def as_dict(self, lang: Language) -> dict[str, Any]:
        """Return the command line's entry."""
        starts = [track.start_s for track in self.tracks if track.start_s is not None]
        ends = [track.end_s for track in self.tracks if track.end_s is not None]
        entry: dict[str, Any] = {
            "file": self.path,
            "length_m": round(self.length_m, 2),
            "raw_length_m": round(sum(track.raw_length_m for track in self.tracks), 2),
            "points": self.points,
            "points_kept": sum(len(track.lonlat) for track in self.tracks),
            "tracks": len(self.tracks),
            "start": _iso(min(starts)) if starts else None,
            "end": _iso(max(ends)) if ends else None,
            "repairs": [_repair_row(repair, lang) for repair in self.repairs],
            "problems": [problem_row(item, lang) for item in self.problems],
        }
        if self.twin is not None:
            entry["duplicate_of"] = self.twin
        return entry


def track_files(
    sources: Sequence[Source], *, now: datetime | None = None, lang: Language = "zh"
) -> dict[str, Any]:
    """Return ``tracks``, one entry a file, as CLI.md describes.

    Raises
    ------
    FileError
        None of the files can be used.
    """
    return {"tracks": [file.as_dict(lang) for file in read_tracks(sources, now=now)]}


def read_tracks(
    sources: Sequence[Source], *, now: datetime | None = None, progress: Progress | None = None
) -> tuple[TrackFile, ...]:
    """Read, clean and compare the tracks of files, in their order.

    Parameters
    ----------
    sources : sequence of path or Upload
        GPX, KML, TCX, GeoJSON, or a table of points with times.
    now : datetime, optional
        The present; stamps after it are not believed.

    Raises
    ------
    FileError
        None of the files can be used.
    """
    now_s = (now or datetime.now(UTC)).timestamp()
    taken = take_in(sources, progress=progress)
    files = [_cleaned(file, now_s) for file in taken]
    errors = [file.error for file in files if file.error is not None]
    if files and len(errors) == len(files):
        raise errors[0]
    return _compared(files)


def _cleaned(taken: TakenFile, now_s: float) -> TrackFile:
    if taken.error is not None:
        return TrackFile(path=taken.path, error=taken.error, problems=(taken.error.problem(),))
    try:
        raw = raw_tracks(taken)
    except FileError as error:
        return TrackFile(path=taken.path, error=error, problems=(error.problem(),))
    told = tuple(item for item in taken.problems if item.code not in _TOLD_AS_REPAIRS)
    return TrackFile(
        path=taken.path,
        tracks=cleaning.clean_file(raw, now_s=now_s),
        points=sum(len(track.lonlat) for track in raw),
        problems=told,
    )


def _compared(files: Sequence[TrackFile]) -> tuple[TrackFile, ...]:
    """Tell of each file whose tracks all stand in another one too."""
    tracks = [(at, track) for at, file in enumerate(files) for track in file.tracks]
    found = cleaning.repeats([track for _, track in tracks])
    holders: dict[int, set[int]] = {}
    single: set[int] = set()
    for number, (at, track) in enumerate(tracks):
        holder = tracks[found[number]][0] if number in found else None
        if holder is not None and holder != at:
            holders.setdefault(at, set()).add(holder)
        elif len(track.lonlat):
            single.add(at)
    return tuple(
        _with_twin(file, files[min(holders[at])]) if at in holders and at not in single else file
        for at, file in enumerate(files)
    )


def _with_twin(file: TrackFile, twin: TrackFile) -> TrackFile:
    said = Repair(code="duplicate_upload", facts={"other": twin.name})
    first = replace(file.tracks[0], repairs=(*file.tracks[0].repairs, said))
    return replace(file, twin=twin.path, tracks=(first, *file.tracks[1:]))


# ---- from features to tracks ----------------------------------------------------------------------------


def raw_tracks(taken: TakenFile) -> tuple[RawTrack, ...]:
    """Return the tracks of a file as they stand in it, in WGS 84 longitude and latitude.

    Raises
    ------
    FileError
        ``no_track`` when it holds none; ``file_not_placed`` when nobody knows where its coordinates lie.
    """
    assert taken.imported is not None
    features = taken.imported.features
    walks = [_of_fixes(taken, feature) for feature in features if _has_fixes(feature)]
    lines = [feature for feature in features if feature.fixes is None and _is_line(feature)]
    walks += [_of_line(taken, feature) for feature in lines]
    walks = walks or _of_points(taken, features)
    if not walks:
        raise _no_track(taken)
    return tuple(walks)


def _has_fixes(feature: ImportedFeature) -> bool:
    return feature.fixes is not None and not feature.where.startswith("waypoint")


def _is_line(feature: ImportedFeature) -> bool:
    return feature.geometry.geom_type in ("LineString", "MultiLineString") and not feature.open_ring


def _of_fixes(taken: TakenFile, feature: ImportedFeature) -> RawTrack:
    fixes = feature.fixes
    assert fixes is not None
    planned = feature.where.startswith(("route", "course"))
    return RawTrack(
        lonlat=_lonlat(taken, fixes.coords),
        time_s=_seconds(fixes.times),
        segment=fixes.segment,
        kind="planned" if planned else "recorded",
        label=_label(feature),
    )


def _of_line(taken: TakenFile, feature: ImportedFeature) -> RawTrack:
    """Return a line of a map file; some programs put the times of its points beside it."""
    coords, part = shapely.get_coordinates(shapely.get_parts([feature.geometry]), return_index=True)
    times = _listed_times(feature.properties, len(coords))
    kind: Kind = "drawn" if times is None else "recorded"
    return RawTrack(
        lonlat=_lonlat(taken, coords),
        time_s=np.full(len(coords), np.nan) if times is None else times,
        segment=np.asarray(part, dtype=np.int64),
        kind=kind,
        label=_label(feature),
    )


def _listed_times(properties: Mapping[str, str], count: int) -> FloatArray | None:
    for name in _TIME_LISTS:
        try:
            found = json.loads(properties.get(name, ""))
        except ValueError:
            continue
        if isinstance(found, dict):
            found = found.get("times", [])
        flat = _flattened(found)
        if len(flat) == count:
            return _seconds([normal_time(text) for text in flat], LOCAL)
    return None


def _flattened(found: object) -> list[str]:
    if not isinstance(found, list):
        return [str(found)]
    return [text for item in found for text in _flattened(item)]


def _of_points(taken: TakenFile, features: Sequence[ImportedFeature]) -> list[RawTrack]:
    """Return the walks that rows of points with times make, one for each person or track named."""
    points = [feature for feature in features if feature.geometry.geom_type == "Point"]
    column = _time_column(points)
    if column is None:
        return []
    walks: dict[str, list[ImportedFeature]] = {}
    name = next((key for key in points[0].properties if key.strip().lower() in _WALK_NAMES), None)
    for point in points:
        walks.setdefault(point.properties.get(name, "") if name else "", []).append(point)
    return [
        RawTrack(
            lonlat=_lonlat(taken, shapely.get_coordinates([point.geometry for point in rows])),
            time_s=_seconds([normal_time(point.properties.get(column, "")) for point in rows], LOCAL),
            segment=np.zeros(len(rows), dtype=np.int64),
            label=label,
        )
        for label, rows in walks.items()
    ]


def _time_column(points: Sequence[ImportedFeature]) -> str | None:
    """Return the property with the times: named so, and readable in most rows."""
    if len(points) < 2:
        return None
    named = [key for key in points[0].properties if any(word in key.lower() for word in _TIME_NAMES)]
    for key in named:
        read = [normal_time(point.properties.get(key, "")) is not None for point in points]
        if sum(read) > len(points) / 2:
            return key
    return None


def _label(feature: ImportedFeature) -> str:
    named = feature.name and feature.name not in feature.where
    return f"{feature.where} {feature.name}" if named else feature.where


def _seconds(times: Sequence[str | None], zone: tzinfo = UTC) -> FloatArray:
    """Return seconds since 1970; stamps without a zone are in ``zone``: GPX means UTC, a table the office's clock."""
    return np.array([np.nan if text is None else _second(text, zone) for text in times], dtype=np.float64)


def _second(text: str, zone: tzinfo) -> float:
    whole, _, fraction = text.removesuffix("Z").partition(".")
    stamp = datetime.fromisoformat(whole).replace(tzinfo=UTC if text.endswith("Z") else zone).timestamp()
    return stamp + (float(f"0.{fraction}") if fraction.isdigit() else 0.0)


def _lonlat(taken: TakenFile, coords: FloatArray) -> FloatArray:
    """Return WGS 84 degrees; a map shift that is known is undone, one that is not stays.

    The attributes of GPX, KML and TCX are named: only there may a position be impossible.
    """
    recognition, imported = taken.recognition, taken.imported
    assert imported is not None
    known = recognition is not None and recognition.status == "decided"
    if imported.format in _NAMED_DEGREES:
        possible = (np.abs(coords[:, 1]) <= 90.0) & (np.abs(coords[:, 0]) <= 360.0)
        found = coords.copy()
        if known and recognition is not None and recognition.shift in ("gcj02", "bd09") and possible.any():
            found[possible] = recognise.lonlat(coords[possible], recognition)
        return found
    if recognition is None or not known:
        raise not_placed(taken)
    try:
        return recognise.lonlat(coords, recognition, assume_shift="none")
    except CrsError as fault:
        raise not_placed(taken) from fault


def not_placed(taken: TakenFile) -> FileError:
    """Return why a file's coordinates cannot be used, in the words of its recognition."""
    name, found = PurePath(taken.path).name, taken.recognition
    return FileError(
        "file_not_placed",
        zh="文件 {name} 的坐标还不能确定（{zh_why}）：请在源软件里写明坐标系后重新导出。",
        en="The coordinates of {name} are not certain ({en_why}): state the reference system in the program it "
        "comes from and export it again.",
        where=name,
        name=name,
        zh_why="；".join(found.sentences("zh")) if found else "",
        en_why="; ".join(found.sentences("en")) if found else "",
    )


def _no_track(taken: TakenFile) -> FileError:
    name = PurePath(taken.path).name
    return FileError(
        "no_track",
        zh="文件 {name} 里没有轨迹：只有 {count} 个点或面，没有线，也没有带时间的点。请从记录轨迹的软件导出 GPX。",
        en="File {name} holds no track: {count} points or areas, no line and no points with times. Export GPX "
        "from the program that recorded the walk.",
        where=name,
        name=name,
        count=len(taken.imported.features) if taken.imported else 0,
    )


def _repair_row(repair: Repair, lang: Language) -> dict[str, Any]:
    words = {"zh": f"第 {repair.fix} 点", "en": f"point {repair.fix}"}[lang] if repair.fix else ""
    place = place_in_words(repair.track, lang)
    return {
        "code": repair.code,
        "what": repair.what(lang),
        "where": " · ".join(part for part in (place, words) if part),
        "effect_m": round(repair.effect_m, 2) + 0.0,
    }


def _iso(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
