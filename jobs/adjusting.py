"""Adjust a survey network from a file of observations and say what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.importing import gkf
from geo import network as adjustment
from geo.errors import FileError, Language

__all__ = ["adjust_file", "report"]


def adjust_file(path: Path, *, lang: Language = "zh") -> dict[str, Any]:
    """Adjust the network in ``path`` and return the command line's result."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise FileError(
            "file_unreadable",
            zh="文件 {name} 打不开（{detail}）：请检查路径。",
            en="File {name} cannot be opened ({detail}): check the path.",
            where=str(path),
            name=path.name,
            detail=fault.strerror or str(fault),
        ) from fault
    return report(gkf.read_gkf(content, path.name), lang=lang)


def report(file: gkf.GamaFile, *, lang: Language = "zh") -> dict[str, Any]:
    """Adjust a network that was read and return the result as plain values."""
    result = adjustment.adjust(file.network)
    return {
        "points": [_point(point, file.axes) for point in result.points],
        "sigma0": result.sigma0,
        "degrees_of_freedom": result.degrees_of_freedom,
        "sum_weighted_squares": result.sum_weighted_squares,
        "misclosure": None,
        "suspects": [
            {
                "observation": item.observation.name,
                "standardised_residual": item.standardised_residual,
                "remedy": item.remedy_zh if lang == "zh" else item.remedy_en,
            }
            for item in result.suspects
        ],
        "sigma_apriori": file.network.sigma_apriori,
        "datum_defect": result.defect,
        "global_test_passed": result.global_test_passed,
        "problems": [problem.as_dict(lang) for problem in file.problems],
    }


def _point(point: adjustment.AdjustedPoint, axes: gkf.Axes) -> dict[str, Any]:
    x = y = None
    if point.easting_m is not None and point.northing_m is not None:
        x, y = axes.from_east_north(point.easting_m, point.northing_m)
    return {
        "id": point.id,
        "easting_m": point.easting_m,
        "northing_m": point.northing_m,
        "height_m": point.height_m,
        "sd_easting_m": point.sigma_easting_m,
        "sd_northing_m": point.sigma_northing_m,
        "sd_height_m": point.sigma_height_m,
        "x": x,
        "y": y,
    }
