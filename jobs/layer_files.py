"""One layer of a file, named as ``FILE`` or ``FILE:LAYER``, with its features in the township's plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
import shapely

from data.importing import Limits, Unplaced
from geo import crs
from geo.crs import Plane
from geo.errors import CrsError, FileError, Problem
from geo.zone import Zone
from jobs.intake import take_in
from jobs.taken import TakenFeature, TakenFile

__all__ = ["Layer", "LayerName", "Role", "read_layers"]

Role: TypeAlias = Literal["households", "parents", "barriers", "network", "warm"]

_DIMENSION: Final[Mapping[Role, tuple[int, ...]]] = {
    "households": (0, 2),
    "parents": (2,),
    "barriers": (1, 2),
    "network": (1,),
    "warm": (0,),
}
_USUAL: Final[Mapping[Role, tuple[str, ...]]] = {
    "households": ("households", "household", "户", "住户", "农户", "家庭", "buildings"),
    "parents": ("parents", "parent", "村民小组", "小组", "村组", "villages", "村"),
    "barriers": ("barriers", "rivers", "streams", "ridges", "河流", "河", "山脊"),
    "network": ("network", "roads", "paths", "道路", "路"),
    "warm": ("households", "户"),
}
_KINDS: Final[Mapping[Role, tuple[str, str]]] = {
    "households": ("点（户）", "points (households)"),
    "parents": ("面（上级单元）", "areas (parents)"),
    "barriers": ("线（河流、山脊）", "lines (streams, ridges)"),
    "network": ("线（道路）", "lines (roads)"),
    "warm": ("点（上次的户）", "points (households of the earlier division)"),
}
_LIMITS: Final = Limits(seconds=120.0, memory_bytes=3 * 1024**3, rows_are_points=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerName:
    """A file and, perhaps, a layer in it."""

    path: Path
    layer: str = ""

    @classmethod
    def parse(cls, text: str) -> LayerName:
        """Read ``FILE`` or ``FILE:LAYER``; a colon that belongs to the path stays with it.

        >>> LayerName.parse("town.gpkg:parents").layer
        'parents'
        """
        head, colon, tail = text.rpartition(":")
        if not colon or len(head) < 2 or Path(text).exists() or "/" in tail or "\\" in tail:
            return cls(path=Path(text))
        return cls(path=Path(head), layer=tail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The features of one layer that can play its role, and what is to be said about it.

    ``unplaced`` are its records without a shape; ``plane`` is that of the coordinates.
    """

    role: Role
    name: LayerName
    plane: Plane
    features: tuple[TakenFeature, ...]
    unplaced: tuple[Unplaced, ...]
    problems: tuple[Problem, ...]


def read_layers(
    names: Mapping[Role, LayerName], *, near: tuple[float, float] | None = None
) -> dict[Role, Layer]:
    """Read each role's layer; all in the plane of the parents.

    Raises
    ------
    FileError
        A file cannot be used, has no such layer, or several that might be meant.
    CrsError
        ``not_placed``: it is not certain where a file lies.
    """
    order = sorted(names, key=lambda role: role != "parents")
    found: dict[Role, Layer] = {}
    files: dict[Path, TakenFile] = {}
    plane: Plane | None = None
    for role in order:
        path = names[role].path
        if path not in files:
            files[path] = _taken(path, near, plane)
        file = files[path]
        if plane is None:
            plane = file.plane
            near = near or _middle(file)
        found[role] = _layer(role, names[role], file, plane)
    return found


def _taken(path: Path, near: tuple[float, float] | None, plane: Plane | None) -> TakenFile:
    zone = plane if isinstance(plane, Zone) else None
    file = take_in([path], near=near, zone=zone, limits=_LIMITS)[0]
    if file.error is not None:
        raise file.error
    if file.plane is None:
        raise _not_placed(file)
    return file


def _middle(file: TakenFile) -> tuple[float, float] | None:
    """Return the longitude and latitude of the middle of a file that lies in a zone."""
    if not isinstance(file.plane, Zone) or not file.features:
        return None
    west, south, east, north = shapely.total_bounds([feature.geometry for feature in file.features])
    middle = np.array([[(west + east) / 2, (south + north) / 2]])
    lon_deg, lat_deg = crs.to_geographic(middle, file.plane)[0]
    return float(lon_deg), float(lat_deg)


def _not_placed(file: TakenFile) -> CrsError:
    found = file.recognition
    return CrsError(
        "not_placed",
        zh="文件 {name} 的位置还不能确定（{why_zh}）：请用 --near 写明乡镇大致经纬度，或在原软件里写明坐标系后重新导出。",
        en="Where {name} lies is not certain ({why_en}): give --near LON,LAT, or export it with its reference "
        "system.",
        where=file.path,
        name=Path(file.path).name,
        why_zh="；".join(found.sentences("zh")) if found else "坐标系未定",
        why_en="; ".join(found.sentences("en")) if found else "its reference system is not settled",
    )


def _layer(role: Role, name: LayerName, file: TakenFile, plane: Plane | None) -> Layer:
    assert file.plane is not None
    assert file.imported is not None
    if file.plane != plane:
        raise _other_plane(role, file)
    layers = list(dict.fromkeys(feature.layer for feature in file.features))
    chosen = _chosen(role, name, file, layers)
    several = len(layers) > 1 or bool(layers and layers[0])
    meant = [feature for feature in file.features if feature.layer in chosen]
    features = [each for each in meant if shapely.get_dimensions(each.geometry) in _DIMENSION[role]]
    if not features:
        raise _no_shapes(role, name)
    unplaced = [item for item in file.imported.unplaced if not several or item.layer in chosen]
    problems = [item for item in file.problems if item.code not in {"mixed_kinds", "feature_without_shape"}]
    if len(features) < len(meant):
        problems.append(_left_out(role, name, len(meant) - len(features)))
    return Layer(
        role=role,
        name=name,
        plane=file.plane,
        features=tuple(features),
        unplaced=tuple(unplaced),
        problems=tuple(problems),
    )


def _chosen(role: Role, name: LayerName, file: TakenFile, layers: list[str]) -> set[str]:
    """Return the layers meant: the one named, else the only one that fits, else the one usually so called."""
    fitting = [
        layer
        for layer in layers
        if any(
            feature.layer == layer and shapely.get_dimensions(feature.geometry) in _DIMENSION[role][:1]
            for feature in file.features
        )
    ]
    if name.layer:
        if layers == [""]:
            return {""}
        same = {
            layer for layer in layers if name.layer.lower() in {layer.lower(), layer.lower().split("/")[-1]}
        }
        if not same:
            raise _no_such_layer(name, layers)
        return same
    if len(fitting) <= 1:
        return set(fitting or layers)
    usual = [layer for wanted in _USUAL[role] for layer in fitting if layer.lower() == wanted]
    if usual:
        return {usual[0]}
    if role in {"barriers", "network"}:
        return set(fitting)
    raise _several_layers(role, name, fitting)


def _no_such_layer(name: LayerName, layers: list[str]) -> FileError:
    return FileError(
        "no_such_layer",
        zh="文件 {name} 里没有图层“{layer}”：有 {layers}。请改正图层名。",
        en="File {name} has no layer {layer!r}: it has {layers}. Correct the name.",
        where=str(name.path),
        name=name.path.name,
        layer=name.layer,
        layers=", ".join(layers),
    )


def _several_layers(role: Role, name: LayerName, layers: list[str]) -> FileError:
    return FileError(
        "several_layers",
        zh="文件 {name} 里有几个图层都可能是{kind_zh}（{layers}）：请写成 {name}:图层名。",
        en="Several layers of {name} may be the {kind_en} ({layers}): write {name}:LAYER.",
        where=str(name.path),
        name=name.path.name,
        layers=", ".join(layers),
        kind_zh=_KINDS[role][0],
        kind_en=_KINDS[role][1],
    )


def _no_shapes(role: Role, name: LayerName) -> FileError:
    return FileError(
        "no_shapes_for_role",
        zh="文件 {name} 里没有{kind_zh}：请检查文件和图层是否选对。",
        en="File {name} holds no {kind_en}: check the file and the layer.",
        where=str(name.path),
        name=name.path.name,
        kind_zh=_KINDS[role][0],
        kind_en=_KINDS[role][1],
    )


def _other_plane(role: Role, file: TakenFile) -> CrsError:
    return CrsError(
        "planes_differ",
        zh="文件 {name} 与上级单元的文件不在同一坐标系，无法放在一起：请转换到同一坐标系后再试。",
        en="File {name} lies in another plane than the parents and cannot be put beside them: convert it first.",
        where=file.path,
        name=Path(file.path).name,
        role=role,
    )


def _left_out(role: Role, name: LayerName, count: int) -> Problem:
    kind_zh, kind_en = _KINDS[role]
    return Problem(
        "shapes_left_out",
        f"有 {count} 个图形不是{kind_zh}，没有使用。",
        f"{count} shapes are no {kind_en} and were left out.",
        name.path.name,
    )
