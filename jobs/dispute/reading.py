"""What is inside the files of a case: each kept file read once, its shapes for the map and for the list of lines."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.store import Case, CaseFile, Store
from geo import crs
from geo.errors import CrsError, JiebiaoError
from geo.zone import Zone
from jobs import intake, township
from jobs.dispute.material import feature_key, files_of, taken_again
from jobs.intake import TakenFeature, TakenFile

__all__ = ["FileShape", "ReadFile", "nearest_first", "read_files", "shape_id", "shapes_of", "split_id"]

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
    return tuple(_shape(read.file, feature) for feature in found if not feature.geometry.is_empty)


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
