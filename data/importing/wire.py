"""How the child hands a file to its parent: a JSON header and one block of WKB and numbers, no code in it."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.importing.facts import Fixes, ImportedFeature, ImportedFile, PointSequence, Unplaced
from geo.errors import FileError, Problem
from geo.recognition import Hints

__all__ = ["pack_error", "pack_file", "unpack"]

_MAGIC = b"JBI1"
_HEAD = struct.Struct(">4sQQ")


class _Block:
    """Numbers and shapes one after another; a reference is its offset and length."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def put(self, piece: bytes) -> list[int]:
        reference = [self.size, len(piece)]
        self.pieces.append(piece)
        self.size += len(piece)
        return reference


def pack_file(file: ImportedFile) -> bytes:
    """Return an imported file as bytes for the pipe."""
    block = _Block()
    shapes = shapely.to_wkb([feature.geometry for feature in file.features])
    header = {
        "path": file.path,
        "format": file.format,
        "encoding": file.encoding,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "hints": asdict(file.hints),
        "features": [_feature(f, wkb, block) for f, wkb in zip(file.features, shapes, strict=True)],
        "sequences": [_sequence(sequence, block) for sequence in file.sequences],
        "problems": [_problem(item) for item in file.problems],
        "unplaced": [asdict(item) for item in file.unplaced],
    }
    return _frame({"file": header}, b"".join(block.pieces))


def pack_error(error: FileError) -> bytes:
    """Return a refusal as bytes for the pipe."""
    zh, en = error.sentence("zh"), error.sentence("en")
    facts = {key: str(value) for key, value in error.facts.items()}
    return _frame(
        {"error": {"code": error.code, "zh": zh, "en": en, "where": error.where, "facts": facts}}, b""
    )


def _frame(header: dict[str, Any], block: bytes) -> bytes:
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "replace")
    return _HEAD.pack(_MAGIC, len(text), len(block)) + text + block


def unpack(frame: bytes) -> ImportedFile:
    """Return the file a child sent.

    Raises
    ------
    FileError
        The refusal the child sent.
    ValueError
        The bytes are no whole frame.
    """
    if len(frame) < _HEAD.size:
        raise ValueError("no frame")
    magic, text_size, block_size = _HEAD.unpack_from(frame)
    if magic != _MAGIC or len(frame) != _HEAD.size + text_size + block_size:
        raise ValueError("a torn frame")
    header = json.loads(frame[_HEAD.size : _HEAD.size + text_size])
    if "error" in header:
        raise _error(header["error"])
    return _file(header["file"], memoryview(frame)[_HEAD.size + text_size :])


def _error(found: dict[str, Any]) -> FileError:
    error = FileError(
        found["code"], zh="{_zh}", en="{_en}", where=found["where"], _zh=found["zh"], _en=found["en"]
    )
    error.facts.update(found["facts"])
    return error


def _file(found: dict[str, Any], block: memoryview) -> ImportedFile:
    geometries = shapely.from_wkb([bytes(_piece(feature["wkb"], block)) for feature in found["features"]])
    hints = found["hints"]
    if hints.get("near_lonlat") is not None:
        hints["near_lonlat"] = tuple(hints["near_lonlat"])
    return ImportedFile(
        path=found["path"],
        format=found["format"],
        encoding=found["encoding"],
        sha256=found["sha256"],
        size_bytes=found["size_bytes"],
        features=tuple(
            _read_feature(feature, geometry, block)
            for feature, geometry in zip(found["features"], geometries, strict=True)
        ),
        hints=Hints(**hints),
        sequences=tuple(_read_sequence(sequence, block) for sequence in found["sequences"]),
        problems=tuple(Problem(*item) for item in found["problems"]),
        unplaced=tuple(Unplaced(**item) for item in found["unplaced"]),
    )


def _feature(feature: ImportedFeature, wkb: bytes, block: _Block) -> dict[str, Any]:
    return {
        "id": feature.id,
        "name": feature.name,
        "wkb": block.put(wkb),
        "properties": dict(feature.properties),
        "layer": feature.layer,
        "where": feature.where,
        "declared_area_m2": feature.declared_area_m2,
        "declared_area_step_m2": feature.declared_area_step_m2,
        "point_names": feature.point_names,
        "fixes": _fixes(feature.fixes, block) if feature.fixes is not None else None,
        "open_ring": feature.open_ring,
        "valid": feature.valid,
        "problems": [_problem(item) for item in feature.problems],
    }


def _read_feature(found: dict[str, Any], geometry: Any, block: memoryview) -> ImportedFeature:
    fields = {key: value for key, value in found.items() if key != "wkb"}
    fields["geometry"] = geometry
    fields["point_names"] = tuple(found["point_names"])
    fields["problems"] = tuple(Problem(*item) for item in found["problems"])
    fields["fixes"] = _read_fixes(found["fixes"], block) if found["fixes"] is not None else None
    return ImportedFeature(**fields)


def _fixes(fixes: Fixes, block: _Block) -> dict[str, Any]:
    return {
        "coords": block.put(fixes.coords.astype("<f8").tobytes()),
        "elevation_m": block.put(fixes.elevation_m.astype("<f8").tobytes()),
        "hdop": block.put(fixes.hdop.astype("<f8").tobytes()),
        "segment": block.put(fixes.segment.astype("<f8").tobytes()),
        "times": fixes.times,
    }


def _read_fixes(found: dict[str, Any], block: memoryview) -> Fixes:
    return Fixes(
        coords=_numbers(found["coords"], block).reshape(-1, 2),
        elevation_m=_numbers(found["elevation_m"], block),
        hdop=_numbers(found["hdop"], block),
        segment=_numbers(found["segment"], block).astype(np.int64),
        times=tuple(found["times"]),
    )


def _sequence(sequence: PointSequence, block: _Block) -> dict[str, Any]:
    return {
        "name": sequence.name,
        "coords": block.put(sequence.coords.astype("<f8").tobytes()),
        "point_names": sequence.point_names,
        "closed": sequence.closed,
    }


def _read_sequence(found: dict[str, Any], block: memoryview) -> PointSequence:
    return PointSequence(
        name=found["name"],
        coords=_numbers(found["coords"], block).reshape(-1, 2),
        point_names=tuple(found["point_names"]),
        closed=found["closed"],
    )


def _numbers(reference: list[int], block: memoryview) -> NDArray[np.float64]:
    return np.frombuffer(_piece(reference, block), dtype="<f8").astype(np.float64)


def _piece(reference: list[int], block: memoryview) -> memoryview:
    offset, length = reference
    return block[offset : offset + length]


def _problem(item: Problem) -> list[str]:
    return [item.code, item.what_zh, item.what_en, item.where, item.remedy_zh, item.remedy_en]
