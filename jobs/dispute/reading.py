"""What is inside the files of a case: each kept file read once, its shapes for the map and for the list of lines."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.store import Case, CaseFile, Store
from geo import crs
from geo.errors import CrsError, JiebiaoError
from geo.zone import Zone
from jobs import intake, township
from jobs.access import Account
from jobs.dispute import material
from jobs.dispute.material import feature_key, files_of, taken_again
from jobs.intake import Overrule, TakenFeature, TakenFile

__all__ = [
    "FileShape",
    "ReadFile",
    "away_km",
    "nearest_first",
    "overrule",
    "read_files",
    "shape_id",
    "shapes_of",
    "split_id",
]

_MOST_KEPT: Final = 48
_kept: OrderedDict[tuple[str, ...], TakenFile] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A kept file with what it holds; ``fault`` says why it cannot be read again."""

    file: CaseFile
    taken: TakenFile | None
    fault: JiebiaoError | None = None

    @property
    def placed(self) -> bool:
        """Tell whether its shapes stand in the working plane."""
        return self.taken is not None and self.taken.placed


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape:
    """One line or plot of a file, in the working CRS."""

    file: CaseFile
    key: str
    name: str
    geometry: BaseGeometry
    declared_area_m2: float | None = None

    @property
    def id(self) -> str:
        """Return its name on the map."""
        return shape_id(self.file.id, self.key)

    @property
    def is_area(self) -> bool:
        """Tell whether it is a plot rather than a line."""
        return bool(shapely.get_dimensions(self.geometry) == 2)


def shape_id(file_id: int, key: str) -> str:
    """Return the name on the map of a file's feature."""
    return f"{file_id}|{key}"


def split_id(name: str) -> tuple[int, str]:
    """Return the file and the feature that a name on the map means."""
    file_id, _, key = name.partition("|")
    return (int(file_id) if file_id.isdigit() else 0), key


def read_files(store: Store, case: Case) -> tuple[ReadFile, ...]:
    """Return the files of a case with what is inside; a file is read once as long as nobody overrules it."""
    files = files_of(store, case)
    with ThreadPoolExecutor(max_workers=2) as pool:
        return tuple(pool.map(lambda file: _read(store, file), files))


def _read(store: Store, file: CaseFile) -> ReadFile:
    near = township.place(store)
    key = (
        file.sha256,
        file.name,
        json.dumps(dict(file.overrides), sort_keys=True, default=str),
        store.zone.definition,
        f"{near[0]:.3f} {near[1]:.3f}",
    )
    with _lock:
        taken = _kept.get(key)
    if taken is None:
        try:
            taken = taken_again(store, file)
        except JiebiaoError as fault:
            return ReadFile(file=file, taken=None, fault=fault)
    with _lock:
        _kept[key] = taken
        _kept.move_to_end(key)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return ReadFile(file=file, taken=taken)


def shapes_of(read: ReadFile, zone: Zone) -> tuple[FileShape, ...]:
    """Return the plots and lines of a file that can be given a meaning.

    Of a file whose place is known but not its map shift, the shapes for looking at only (see ``placed``).
    """
    if read.taken is None:
        return ()
    if not read.taken.placed:
        return _unplaced(read, zone)
    found = (*read.taken.areas(), *read.taken.lines())
    shapes = (_shape(read.file, feature) for feature in found if not feature.geometry.is_empty)
    return tuple(shape for shape in shapes if _is_on_the_map(shape.geometry, zone))


def _is_on_the_map(shape: BaseGeometry, zone: Zone) -> bool:
    """Tell whether a shape can be drawn: columns taken in the wrong order lie outside every map."""
    try:
        crs.to_geographic(shapely.get_coordinates(shape), zone)
    except CrsError:
        return False
    return True


def away_km(read: ReadFile, store: Store) -> float:
    """Return how far the middle of a file's shapes lies from the township, kilometres."""
    shapes = shapes_of(read, store.zone)
    if not shapes:
        return 0.0
    middle = shapely.union_all([shapely.box(*shape.geometry.bounds) for shape in shapes]).centroid
    here = crs.to_working(np.array([township.place(store)]), store.zone)[0]
    return float(np.hypot(middle.x - here[0], middle.y - here[1])) / 1000.0


def overrule(store: Store, file: CaseFile, said: Overrule, by: Account) -> CaseFile:
    """Keep what the user says of a file; lines already made from it move along.

    Raises
    ------
    CrsError
        ``overrule_off_the_map`` when the file would lie nowhere; nothing is kept then.
    """
    read = _read(store, file)
    if read.taken is not None and read.taken.imported is not None and said != Overrule():
        placed = intake.place_again(read.taken, said, near=township.place(store), zone=store.zone)
        tried = replace(read, taken=placed)
        if (
            placed.placed
            and placed.features
            and not shapes_of(tried, store.zone)
            and shapes_of(read, store.zone)
        ):
            raise CrsError(
                "overrule_off_the_map",
                zh="按这样读，文件“{name}”放不到地图上：多半是两列次序或中央经线选错了，已保留原来的认法。",
                en="Read so, {name} lies on no map: most likely the order of the columns or the meridian is wrong; "
                "the old reading is kept.",
                where=file.name,
                name=file.name,
            )
    return material.overrule(store, file, said, by)[0]


def _shape(file: CaseFile, feature: TakenFeature) -> FileShape:
    return FileShape(
        file=file,
        key=feature_key(feature),
        name=feature.name or feature.id,
        geometry=shapely.force_2d(feature.geometry),
        declared_area_m2=feature.declared_area_m2,
    )


def _unplaced(read: ReadFile, zone: Zone) -> tuple[FileShape, ...]:
    assert read.taken is not None
    imported = read.taken.imported
    if imported is None:
        return ()
    try:
        degrees = intake.preview(read.taken)
    except CrsError:
        return ()
    found = []
    for feature, shape in zip(imported.features, degrees, strict=True):
        try:
            placed = shapely.transform(
                shapely.force_2d(shape), lambda lonlat: crs.round_mm(crs.to_working(lonlat, zone))
            )
        except CrsError:
            continue
        found.append(
            FileShape(file=read.file, key=f"?/{feature.id}", name=feature.name or feature.id, geometry=placed)
        )
    return tuple(found)


def nearest_first(shapes: Iterable[FileShape], places: Iterable[BaseGeometry]) -> tuple[FileShape, ...]:
    """Return shapes in the order of their distance from the case, of equal ones that with the nearer middle first."""
    found, beside = list(shapes), list(places)
    if not beside or not found:
        return tuple(found)
    whole = shapely.union_all(beside)
    drawn = np.array([shape.geometry for shape in found], dtype=object)
    away = np.round(shapely.distance(drawn, whole), 3)
    middles = np.round(shapely.distance(shapely.centroid(drawn), whole.centroid), 3)
    return tuple(found[int(i)] for i in np.lexsort((middles, away)))
