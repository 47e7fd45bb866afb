"""Adjust field observations from a file, network or traverse, and say what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.importing import gkf
from data.importing.observations import ObservationSheet, read_observations
from data.importing.text import decode
from data.rules import norms
from data.rules.traverses import traverse_class
from geo import misclosure
from geo import network as adjustment
from geo.errors import FileError, GeometryError, Language, Problem
from geo.observation import Network, Observation
from geo.traverse import Traverse, adjust_traverse
from geo.traverse_finding import find_traverse

__all__ = ["adjust_file", "adjust_sheet", "report"]


def adjust_file(path: Path, *, class_name: str = "", lang: Language = "zh") -> dict[str, Any]:
    """Adjust the observations in ``path`` (``.gkf`` or our sheet, told by content) and return the result.

    Parameters
    ----------
    path : Path
        File of observations.
    class_name : str
        Traverse class to judge by; the sheet's own goes second, then 图根 (罗盘 for compass legs).
    lang : {"zh", "en"}
        Language of the remedies.
    """
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
    if _is_xml(content):
        return report(gkf.read_gkf(content, path.name), class_name=class_name, lang=lang)
    return adjust_sheet(read_observations(content, path.name), class_name=class_name, lang=lang)


def _is_xml(content: bytes) -> bool:
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return False
    return decode(content[:4096])[0].lstrip("\ufeff \t\r\n").startswith("<")


def report(file: gkf.GamaFile, *, class_name: str = "", lang: Language = "zh") -> dict[str, Any]:
    """Adjust a network read from a ``.gkf`` file and return the result as plain values."""
    return _result(file.network, file.axes, file.problems, class_name, lang)


def adjust_sheet(sheet: ObservationSheet, *, class_name: str = "", lang: Language = "zh") -> dict[str, Any]:
    """Adjust an observation sheet and return the result as plain values.

    Raises
    ------
    GeometryError
        As ``geo.network.adjust``; ``back_sight_missing`` when a traverse hangs loose for want of one;
        ``names_alike`` when points hang loose and two names are nearly the same.
    """
    axes = gkf.Axes(letters="ne")
    chosen = class_name or sheet.class_name
    try:
        return _result(sheet.network, axes, sheet.problems, chosen, lang)
    except GeometryError as fault:
        if fault.code in ("not_placed", "rank_defect", "unconnected", "point_alone"):
            _raise_plainer(sheet, fault)
        raise


def _raise_plainer(sheet: ObservationSheet, fault: GeometryError) -> None:
    """Raise what a surveyor would look at first, when it explains why points hang loose."""
    if sheet.alike is not None:
        raise GeometryError(
            sheet.alike.code,
            zh=f"{sheet.alike.what_zh}，因此{fault.sentence('zh')}{sheet.alike.remedy_zh}",
            en=f"{sheet.alike.what_en}. {fault.sentence('en')} {sheet.alike.remedy_en}",
            where=sheet.alike.where,
        ) from fault
    find_traverse(sheet.network)


def _result(
    network: Network, axes: gkf.Axes, problems: tuple[Problem, ...], class_name: str, lang: Language
) -> dict[str, Any]:
    result = adjustment.adjust(network)
    listed = [*problems, *_datum_problem(result)]
    closing: dict[str, Any] | None = None
    faults: tuple[misclosure.TraverseFault, ...] = ()
    try:
        closing, faults = _misclosure(network, class_name)
    except GeometryError as gap:  # the other observations do without that angle, so nothing closes on it
        listed.append(gap.problem())
    return {
        "points": [_point(point, axes) for point in result.points],
        "sigma0": result.sigma0,
        "degrees_of_freedom": result.degrees_of_freedom,
        "sum_weighted_squares": result.sum_weighted_squares,
        "misclosure": closing,
        "suspects": _named_once(
            [
                *(_fault(item, result, lang) for item in faults),
                *(_suspect(item, lang) for item in result.suspects),
            ]
        ),
        "sigma_apriori": network.sigma_apriori,
        "datum_defect": result.defect,
        "global_test_passed": result.global_test_passed,
        "problems": [problem.as_dict(lang) for problem in listed],
    }


def _named_once(suspects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the first word on each observation: a traverse's own fault finding says more than the test."""
    found: dict[str, dict[str, Any]] = {}
    for item in suspects:
        found.setdefault(item["observation"], item)
    return list(found.values())


def _suspect(item: adjustment.Suspect, lang: Language) -> dict[str, Any]:
    return {
        "observation": item.observation.name,
        "standardised_residual": item.standardised_residual,
        "remedy": item.remedy_zh if lang == "zh" else item.remedy_en,
    }


def _fault(fault: misclosure.TraverseFault, result: adjustment.Adjustment, lang: Language) -> dict[str, Any]:
    """Return a traverse's fault as a suspect: the observation it means, with its residual in the adjustment."""
    meant = next((item for item in result.observations if _means(fault, item.observation)), None)
    return {
        "observation": meant.observation.name if meant else fault.where,
        "standardised_residual": meant.standardised_residual if meant else None,
        "remedy": fault.remedy_zh if lang == "zh" else fault.remedy_en,
    }


def _means(fault: misclosure.TraverseFault, seen: Observation) -> bool:
    if fault.kind == "angle":
        return seen.kind in ("angle", "direction") and seen.at == fault.where
    kinds = ("azimuth",) if fault.kind == "bearing" else ("distance", "slope_distance")
    return seen.kind in kinds and fault.where in (f"{seen.at}-{seen.to}", f"{seen.to}-{seen.at}")


def _misclosure(
    network: Network, class_name: str
) -> tuple[dict[str, Any] | None, tuple[misclosure.TraverseFault, ...]]:
    """Return the traverse's misclosure and the observations that alone explain one beyond its class."""
    traverse = find_traverse(network)
    if traverse is None:
        return None, ()
    limits = traverse_class(class_name or ("compass" if traverse.bearings_deg else "mapping"), norms.load())
    return _closing(traverse, limits), misclosure.find_faults(traverse, limits)


def _closing(traverse: Traverse, limits: misclosure.TraverseClass) -> dict[str, Any]:
    adjusted = adjust_traverse(traverse)
    found = adjusted.misclosure
    verdict = misclosure.judge(found, limits)
    return {
        "angular_sec": found.angular_sec,
        "linear_m": found.linear_m,
        "fx_m": found.fx_m,
        "fy_m": found.fy_m,
        "ratio": found.ratio,
        "length_m": found.length_m,
        "kind": traverse.kind,
        "class": limits.key,
        "angular_limit_sec": verdict.angular_limit_sec,
        "ratio_limit": verdict.ratio_limit,
        "within_limits": verdict.within,
        "compass_rule": [
            {"id": item.id, "easting_m": item.easting_m, "northing_m": item.northing_m}
            for item in adjusted.stations
        ],
    }


def _datum_problem(result: adjustment.Adjustment) -> list[Problem]:
    if result.defect == 0:
        return []
    return [
        Problem(
            "datum_free",
            f"观测网没有完全固定（自由度 {result.defect}）：坐标的位置或方向是相对的，只有形状可用",
            f"The network is not tied down ({result.defect} free motions): its place or bearing is relative, only its shape counts",
            "",
            "请给出已知点，或一条已知方位边。",
            "Give known points, or a known bearing.",
        )
    ]


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
