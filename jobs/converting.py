"""One file into another format: the command ``convert``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Literal

from data.exporting import OutFeature, OutLayer, export, format_named
from geo.errors import ArgumentError, CrsError, Language
from jobs.inspecting import problem_row
from jobs.intake import Overrule, TakenFile, place_again, take_in

__all__ = ["convert_file", "out_layer", "write_whole"]


def convert_file(
    path: str | Path,
    to: str,
    out: str | Path,
    *,
    epsg: int | None = None,
    near: tuple[float, float] | None = None,
    shift: Literal["none", "gcj02", "bd09"] | None = None,
    lang: Language = "zh",
) -> dict[str, Any]:
    """Convert a file, and return ``written`` and ``features``.

    ``epsg`` is the reference system to write. When the file does not tell its own and it cannot be recognised,
    it is that of the file.

    Raises
    ------
    FileError, CrsError
        The file cannot be used or placed.
    ArgumentError
        The format, the reference system or the folder cannot be used.
    """
    format_name = format_named(to)
    said = {str(path): Overrule(shift=shift)} if shift is not None else None
    taken = take_in([path], near=near, overrules=said)[0]
    if taken.error is not None:
        raise taken.error
    written_epsg = epsg
    if not taken.placed and epsg is not None:
        taken, written_epsg = place_again(taken, Overrule(epsg=epsg), near=near), None
    layer = out_layer(taken)
    write_whole(Path(out), export(format_name, layer, written_epsg))
    return {
        "written": str(out),
        "features": len(layer.features),
        "format": format_name,
        "problems": [problem_row(item, lang) for item in taken.problems],
    }


def out_layer(taken: TakenFile) -> OutLayer:
    """Return a placed file's features for writing.

    Raises
    ------
    CrsError
        ``not_placed``: the reference system or the map shift is not settled.
    FileError
        The file could not be used.
    """
    if taken.error is not None:
        raise taken.error
    if taken.plane is None:
        doubt = next((item for item in reversed(taken.problems)), None)
        raise CrsError(
            "not_placed",
            zh="文件 {name} 的位置还不能确定：{why_zh}。{remedy_zh}",
            en="File {name} cannot be placed yet: {why_en}. {remedy_en}",
            where=taken.path,
            name=Path(taken.path).name,
            why_zh=doubt.what_zh.rstrip("。") if doubt else "坐标系未定",
            why_en=doubt.what_en.rstrip(".") if doubt else "its reference system is not settled",
            remedy_zh=doubt.remedy_zh if doubt else "",
            remedy_en=doubt.remedy_en if doubt else "",
        )
    features = [
        OutFeature(
            id=feature.id,
            name=feature.name,
            geometry=feature.geometry,
            properties=feature.properties,
            point_names=feature.point_names,
        )
        for feature in taken.features
    ]
    return OutLayer(title=Path(taken.path).stem, plane=taken.plane, features=features)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then moved over it.

    Raises
    ------
    ArgumentError
        ``cannot_write``.
    """
    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".jiebiao-", suffix=path.suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(scratch, path)
        except OSError:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise ArgumentError(
            "cannot_write",
            zh="不能写入 {path}：{detail}。请检查文件夹是否存在、是否有写入权限。",
            en="Cannot write {path}: {detail}. Check that the folder exists and may be written to.",
            where=str(path),
            path=str(path),
            detail=fault.strerror or type(fault).__name__,
        ) from fault
