"""Several layers with many features into one GeoPackage, written by GDAL in one go.

Columns keep whole numbers and decimals as numbers. The same layers give the same bytes.
"""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from geo.crs import Plane
from geo.errors import ArgumentError

__all__ = ["Column", "LayerTable", "typed_column", "write_layers"]

Column = npt.NDArray[Any]

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,12}")
_DATED = "1980-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTable:
    """One layer: its name, its shapes (None for a table without), and its columns.

    ``kind`` is the declared geometry type.
    """

    name: str
    kind: Literal["Point", "MultiPolygon", "MultiLineString", "None"]
    shapes: npt.NDArray[Any] | None
    columns: Mapping[str, Column]


def typed_column(values: Sequence[str]) -> Column:
    """Return texts as whole numbers or decimals when all of them are, else as texts with None for blanks.

    >>> typed_column(["7", "12"]).dtype.kind, typed_column(["07", "12"]).dtype.kind
    ('i', 'O')
    """
    if values and all(_WHOLE.fullmatch(value) for value in values):
        return np.array([int(value) for value in values], dtype=np.int64)
    if values and all(_WHOLE.fullmatch(value) or _DECIMAL.fullmatch(value) for value in values):
        return np.array([float(value) for value in values])
    return np.array([value or None for value in values], dtype=object)


def write_layers(path: Path, layers: Sequence[LayerTable], plane: Plane) -> None:
    """Write the layers whole or not at all, over what was there.

    Raises
    ------
    ArgumentError
        ``cannot_write``: the folder is missing or may not be written to.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATED})
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".jiebiao-") as folder:
            scratch = Path(folder) / "written.gpkg"
            for number, layer in enumerate(layers):
                _write(scratch, layer, plane, append=number > 0)
            os.replace(scratch, path)
    except OSError as fault:
        raise _cannot_write(path, fault.strerror or type(fault).__name__) from fault
    except pyogrio.errors.DataSourceError as fault:
        raise _cannot_write(path, str(fault)[:120]) from fault
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _cannot_write(path: Path, detail: str) -> ArgumentError:
    return ArgumentError(
        "cannot_write",
        zh="不能写入 {path}：{detail}。请检查文件夹是否存在、是否有写入权限、文件是否被占用。",
        en="Cannot write {path}: {detail}. Check that the folder exists, may be written to, and the file is not in "
        "use.",
        where=str(path),
        path=str(path),
        detail=detail,
    )


def _write(scratch: Path, layer: LayerTable, plane: Plane, *, append: bool) -> None:
    import pyogrio.raw

    bare = layer.kind == "None"
    epsg = getattr(plane, "epsg", None)
    shapes = None if bare or layer.shapes is None else shapely.to_wkb(_multi(layer))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            str(scratch),
            shapes,
            [np.asarray(column) for column in layer.columns.values()],
            np.array(list(layer.columns), dtype=object),
            layer=layer.name,
            driver="GPKG",
            geometry_type=None if bare else layer.kind,
            crs=None if bare else (f"EPSG:{epsg}" if epsg else plane.definition),
            append=append,
        )


def _multi(layer: LayerTable) -> npt.NDArray[Any]:
    """Return the shapes, single areas and lines as collections of one, as the layer declares."""
    shapes = np.array(layer.shapes, dtype=object)
    for single, several in ((3, shapely.multipolygons), (1, shapely.multilinestrings)):
        at = np.flatnonzero(shapely.get_type_id(shapes) == single)
        if len(at) and layer.kind != "Point":
            shapes[at] = several(shapes[at], indices=np.arange(len(at)))
    return shapes
