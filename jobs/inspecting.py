"""What each file was taken for, and why: the command ``inspect``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from data.importing.places import place_in_words
from geo.errors import Language, Problem
from geo.recognise import Recognition
from jobs.intake import Source, TakenFile, take_in

__all__ = ["describe", "inspect_files", "problem_row"]

_KINDS = {0: "points", 1: "lines", 2: "areas"}


def inspect_files(
    sources: Sequence[Source], *, near: tuple[float, float] | None = None, lang: Language = "zh"
) -> dict[str, Any]:
    """Return ``files``, one entry a file, as CLI.md describes.

    A file that cannot be used has its sentence among its problems; when none can be used the first one's error
    is raised.

    Raises
    ------
    FileError
        No file can be used.
    """
    taken = take_in(sources, near=near)
    if taken and all(file.error is not None for file in taken):
        error = taken[0].error
        assert error is not None
        raise error
    return {"files": [describe(file, lang) for file in taken]}


def describe(file: TakenFile, lang: Language = "zh") -> dict[str, Any]:
    """Return one file's entry: format, encoding, features, crs, confidence, why, problems."""
    imported, recognition = file.imported, file.recognition
    entry: dict[str, Any] = {
        "path": file.path,
        "format": imported.format if imported else None,
        "encoding": imported.encoding if imported else None,
        "features": len(imported.features) if imported else 0,
        "kinds": _kinds(file),
        "crs": _crs(recognition),
        "status": recognition.status if recognition else "refused",
        "confidence": round(recognition.confidence, 2) if recognition else 0.0,
        "why": list(recognition.sentences(lang)) if recognition else [],
        "candidates": [_crs(found) for found in recognition.candidates] if recognition else [],
        "sides": file.sides,
        "problems": [problem_row(item, lang) for item in file.problems],
    }
    if imported:
        entry["app"] = imported.hints.app
        entry["sha256"] = imported.sha256
    return entry


def problem_row(item: Problem, lang: Language) -> Mapping[str, str]:
    """Return a problem's row with its place in the reader's language."""
    return item.as_dict(lang) | {"where": place_in_words(item.where, lang)}


def _kinds(file: TakenFile) -> dict[str, int]:
    if file.imported is None:
        return {}
    shapes = [feature.geometry for feature in file.imported.features]
    counts = Counter(shapely.get_dimensions(shapes).tolist())
    return {name: counts[dimension] for dimension, name in _KINDS.items() if counts[dimension]}


def _crs(recognition: Recognition | None) -> dict[str, Any]:
    if recognition is None:
        return {"name": None, "epsg": None, "zone": None, "axis_order": None, "shift": "unknown"}
    zone = recognition.zone
    return {
        "name": recognition.crs_name or None,
        "epsg": recognition.epsg,
        "zone": zone.number if zone else None,
        "zone_width_deg": zone.width_deg if zone else None,
        "central_meridian_deg": zone.central_meridian_deg if zone else None,
        "zone_prefixed": zone.prefixed if zone else None,
        "axis_order": recognition.axis_order,
        "shift": recognition.shift,
        "angle_unit": recognition.angle_unit if recognition.geographic else None,
    }
