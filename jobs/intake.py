"""Take in the files people bring: read each safely, say what it is, and place it in the working plane.

One file never spoils another: what cannot be used carries its sentence, what is partly good its problems.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.importing import ImportedFeature, ImportedFile, Limits, PointSequence, read_bytes, read_file
from data.importing.sentences import problem
from geo import crs
from geo.errors import CrsError, FileError, Problem
from geo.recognise import (
    Hints,
    Recognition,
    Shift,
    answered,
    app_in_properties,
    app_in_text,
    lonlat,
    own_plane,
    place,
    recognise,
)
from geo.zone import Zone
from jobs.taken import Overrule, Progress, Source, TakenFeature, TakenFile, TakenSequence, Upload

__all__ = [
    "Overrule",
    "Progress",
    "Source",
    "TakenFeature",
    "TakenFile",
    "TakenSequence",
    "Upload",
    "gathered",
    "place_again",
    "preview",
    "take_in",
]

_PARTS = {".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix"}
_ORIGINS = {"app", "creator", "generator", "source", "来源", "数据来源", "坐标来源", "采集软件", "软件"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
GEODESIC_SIDE_M = 50.0
"""Longest side of geographic input that is still taken as straight in the plane (DEFINITIONS 1)."""


def take_in(
    sources: Sequence[Source],
    *,
    near: tuple[float, float] | None = None,
    zone: Zone | None = None,
    overrules: Mapping[str, Overrule] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[TakenFile, ...]:
    """Read, recognise and place files, in their order; a bad one carries its error, nothing is raised.

    Parameters
    ----------
    sources : sequence of path or Upload
        Parts of one shapefile uploaded singly are put together.
    near : (longitude, latitude), optional
        Place of the township, degrees; settles what the numbers alone do not.
    zone : Zone, optional
        Working zone to place in; by default the township's, else each file's own.
    overrules : mapping, optional
        By path or name: what the user says instead.
    limits : Limits, optional
        What reading one file may cost.
    progress : callable, optional
        Told after each file: how many are read, of how many, and which it was.
    """
    whole = gathered(sources)
    given = overrules or {}
    read: list[TakenFile] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for found in pool.map(lambda source: _read(source, limits), whole):
            read.append(found)
            if progress is not None:
                progress(len(read), len(whole), found.path)
    placed = [
        _placed(found, near, zone, _overrule(given, found.path)) if found.imported is not None else found
        for found in read
    ]
    return _repeated(placed)


def _overrule(given: Mapping[str, Overrule], path: str) -> Overrule:
    return given.get(path) or given.get(PurePath(path).name) or Overrule()


def gathered(sources: Sequence[Source]) -> list[Source]:
    """Put the parts of a shapefile together: uploaded parts become one archive, paths find theirs on disk.

    What comes back is what :func:`take_in` reads, in the same order.
    """
    shapes = {_stem(source) for source in sources if _suffix(source) == ".shp"}
    parts: dict[str, list[Upload]] = {}
    for source in sources:
        if isinstance(source, Upload) and _suffix(source) in _PARTS and _stem(source) in shapes:
            parts.setdefault(_stem(source), []).append(source)
    found: list[Source] = []
    for source in sources:
        if _suffix(source) in _PARTS and _stem(source) in shapes:
            continue
        if isinstance(source, Upload) and _suffix(source) == ".shp" and _stem(source) in parts:
            found.append(_archive(source, parts[_stem(source)]))
        else:
            found.append(source)
    return found


def _archive(shape: Upload, parts: Sequence[Upload]) -> Upload:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (shape, *parts):
            entry = zipfile.ZipInfo(PurePath(part.name).name, _ZIP_TIME)
            archive.writestr(entry, part.data)
    return Upload(name=shape.name, data=packed.getvalue())


def _name(source: Source) -> str:
    return source.name if isinstance(source, Upload) else str(source)


def _suffix(source: Source) -> str:
    return PurePath(_name(source)).suffix.lower()


def _stem(source: Source) -> str:
    return str(PurePath(_name(source)).with_suffix("")).lower()


def _read(source: Source, limits: Limits | None) -> TakenFile:
    path = _name(source)
    try:
        if isinstance(source, Upload):
            imported = read_bytes(PurePath(source.name).name, source.data, limits)
        else:
            imported = read_file(source, limits)
    except FileError as error:
        return TakenFile(path=path, error=error, problems=(error.problem(),))
    return TakenFile(path=path, imported=imported, problems=imported.problems)


def place_again(
    taken: TakenFile,
    overrule: Overrule,
    *,
    near: tuple[float, float] | None = None,
    zone: Zone | None = None,
) -> TakenFile:
    """Return the same file placed by what the user says, without reading it again.

    Raises
    ------
    FileError
        The file could not be used in the first place.
    """
    if taken.imported is None:
        assert taken.error is not None
        raise taken.error
    return _placed(TakenFile(path=taken.path, imported=taken.imported), near, zone, overrule)


def _placed(
    taken: TakenFile, near: tuple[float, float] | None, zone: Zone | None, overrule: Overrule
) -> TakenFile:
    imported = taken.imported
    assert imported is not None
    coords = imported.coords()
    recognition, doubts = _recognised(coords, _hints(imported, near, overrule), overrule)
    problems = (*imported.problems, *recognition.problems, *doubts)
    known = replace(taken, recognition=recognition, problems=problems)
    if not recognition.measurable:
        return known
    try:
        plane = zone or (crs.working_zone(near[0]) if near else own_plane(coords, recognition))
        features = _features(imported.features, recognition, plane, overrule.close_rings)
        sequences = tuple(_sequence(found, recognition, plane) for found in imported.sequences)
    except CrsError as error:
        return replace(known, problems=(*problems, error.problem()))
    sides = _sides(recognition, features)
    return replace(known, plane=plane, sides=sides, features=features, sequences=sequences)


def _hints(imported: ImportedFile, near: tuple[float, float] | None, overrule: Overrule) -> Hints:
    hints = imported.hints
    if hints.app is None:
        hints = replace(hints, app=_origin(imported.features[:200]))
    if near is not None:
        hints = hints.near(*near)
    if overrule.shift is not None:
        hints = replace(hints, shift=overrule.shift)
    if overrule.axis_order is not None:
        hints = replace(hints, axis=overrule.axis_order, axis_named=True)
    if overrule.epsg is not None:
        hints = Hints(
            declared_epsg=overrule.epsg,
            declared_by_user=True,
            axis=hints.axis,
            axis_named=hints.axis_named,
            format=hints.format,
            near_lonlat=hints.near_lonlat,
            shift=hints.shift,
            decimal_degrees=hints.decimal_degrees,
        )
    return hints


def _origin(features: Sequence[ImportedFeature]) -> str | None:
    """Return the program or site the attributes speak of: by their names, or by what all state as their source."""
    names = {name for feature in features for name in feature.properties}
    stated = {
        value.strip()
        for feature in features
        for name, value in feature.properties.items()
        if name.lower() in _ORIGINS and value.strip()
    }
    known = {app_in_text(value) for value in stated}
    return app_in_properties(names) or (stated.pop() if len(known) == 1 and known != {None} else None)


def _recognised(
    coords: NDArray[np.float64], hints: Hints, overrule: Overrule
) -> tuple[Recognition, tuple[Problem, ...]]:
    """Return the recognition after the user's answers, and what keeps an answer from being used."""
    found = recognise(coords, hints)
    if overrule.axis_order is not None and found.status == "decided":
        found = replace(found, axis_order=overrule.axis_order)
    if overrule.candidate is None and overrule.zone is None:
        return found, ()
    try:
        shift: Shift | None = overrule.shift
        return answered(found, candidate=overrule.candidate, zone=overrule.zone, shift=shift), ()
    except CrsError as error:
        return found, (error.problem(),)


def _features(
    imported: Sequence[ImportedFeature], recognition: Recognition, plane: crs.Plane, close_rings: bool
) -> tuple[TakenFeature, ...]:
    shapes = np.array([_closed(found) if close_rings else found.geometry for found in imported], dtype=object)
    moved = shapely.transform(shapes, lambda coords: place(coords, recognition, plane))
    return tuple(
        TakenFeature(
            id=found.id,
            name=found.name,
            geometry=geometry,
            properties=found.properties,
            layer=found.layer,
            where=found.where,
            declared_area_m2=found.declared_area_m2,
            declared_area_step_m2=found.declared_area_step_m2,
            point_names=found.point_names,
            fixes=found.fixes,
            open_ring=found.open_ring and not (close_rings and shapely.get_dimensions(geometry) == 2),
            valid=bool(geometry.is_valid) if shapely.get_dimensions(geometry) == 2 else found.valid,
            problems=found.problems,
        )
        for found, geometry in zip(imported, moved, strict=True)
    )


def _closed(found: ImportedFeature) -> BaseGeometry:
    if not found.open_ring:
        return found.geometry
    polygons = [Polygon(part.coords) for part in shapely.get_parts([found.geometry]) if len(part.coords) >= 3]
    if not polygons:
        return found.geometry
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _sequence(found: PointSequence, recognition: Recognition, plane: crs.Plane) -> TakenSequence:
    coords = place(found.coords, recognition, plane)
    ring = Polygon(coords) if len(np.unique(coords, axis=0)) >= 3 else None
    return TakenSequence(
        name=found.name,
        line=LineString(coords),
        ring=ring if ring is not None and ring.area > 0 else None,
        point_names=found.point_names,
        closed=found.closed,
    )


def _sides(recognition: Recognition, features: Sequence[TakenFeature]) -> Literal["plane", "geodesic"]:
    """Return how sides are meant: geodesic for geographic input with a side over 50 m, else straight."""
    if not recognition.geographic:
        return "plane"
    drawn = [feature.geometry for feature in features if shapely.get_dimensions(feature.geometry) > 0]
    for geometry in drawn:
        coords, index = shapely.get_coordinates(
            shapely.get_parts([shapely.boundary(geometry) if geometry.area > 0 else geometry]),
            return_index=True,
        )
        steps = np.hypot(*np.diff(coords, axis=0).T)[np.diff(index) == 0]
        if steps.size and steps.max() > GEODESIC_SIDE_M:
            return "geodesic"
    return "plane"


def _repeated(taken: Sequence[TakenFile]) -> tuple[TakenFile, ...]:
    """List files of one name, and files of one content."""
    names: Counter[str] = Counter()
    first_of: dict[str, str] = {}
    found = []
    for file in taken:
        name = PurePath(file.path).name
        names[name] += 1
        notes: list[Problem] = []
        content = file.imported.sha256 if file.imported is not None else None
        if content in first_of:
            notes.append(problem("same_content", name, name=name, other=first_of[content]))
        elif names[name] > 1:
            notes.append(problem("several_files_one_name", name, name=name, number=names[name]))
        if content is not None:
            first_of.setdefault(content, file.path)
        found.append(replace(file, problems=(*file.problems, *notes)) if notes else file)
    return tuple(found)


def preview(
    taken: TakenFile, *, assume_shift: Literal["none", "gcj02", "bd09"] = "none"
) -> tuple[BaseGeometry, ...]:
    """Return the features in longitude and latitude for the map, also while the shift is still unknown.

    Never for an area of record.

    Raises
    ------
    CrsError
        The reference system is not settled.
    """
    imported, recognition = taken.imported, taken.recognition
    if imported is None or recognition is None:
        return ()
    shapes = np.array([found.geometry for found in imported.features], dtype=object)
    moved = shapely.transform(shapes, lambda coords: lonlat(coords, recognition, assume_shift=assume_shift))
    return tuple(moved)
