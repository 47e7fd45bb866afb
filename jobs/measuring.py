"""What the plots of a file measure: area of record, plane area, perimeter, and whether they form a coverage.

Areas of record are on the CGCS2000 ellipsoid (DEFINITIONS 3); overlaps and gaps are those of the file's own
coordinates (DEFINITIONS 5). While the reference system or a map shift is unknown there is no area of record,
and the file says so (DEFINITIONS 18). A walk that comes back to its start, and a list of points, are measured
as the ring they go round, and say that they are taken so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from data.importing import ImportedFeature, ImportedFile, Limits
from geo import audit, crs, explain, shapes, uncertainty
from geo.errors import Language, Problem
from geo.recognition import Recognition
from geo.uncertainty import Accuracy
from geo.units import format_number
from jobs.intake import Overrule, TakenFile, take_in
from jobs.measured import MeasuredFeature, MeasuredFile
from jobs.quick_measure import closed_walk
from jobs.standing import Standing, standing_of

__all__ = ["MeasuredFeature", "MeasuredFile", "measure", "measure_file", "measure_taken"]

_METRES_PER_DEGREE: Final = 111_320.0

MOST_EXPLAINED: Final = 50
"""Declared areas that get an explanation in one file: each takes some hundredths of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """A feature and the shape it is measured as, east before north where that is known."""

    feature: ImportedFeature
    shape: BaseGeometry
    said: tuple[Problem, ...] = ()

    @property
    def kind(self) -> str:
        """``"area"``, ``"line"`` or ``"point"``."""
        if self.shape.geom_type in ("Polygon", "MultiPolygon"):
            return "area"
        return "line" if self.shape.geom_type in ("LineString", "MultiLineString") else "point"


def measure(
    path: str | Path,
    *,
    epsg: int | None = None,
    near_lonlat_deg: tuple[float, float] | None = None,
    shift: Literal["none", "gcj02", "bd09"] | None = None,
    lang: Language = "zh",
    limits: Limits | None = None,
) -> dict[str, Any]:
    """Measure a file for the command line.

    Parameters
    ----------
    path : path
        File of any accepted format.
    epsg : int, optional
        Reference system, said by the user; it overrules the file.
    near_lonlat_deg : tuple of float, optional
        Where the township lies.
    shift : str, optional
        Map shift of longitudes and latitudes, said by the user.

    Raises
    ------
    FileError
        The file cannot be used.
    CrsError
        The reference system named is not known, or stands on an old datum.
    """
    if epsg is not None:
        crs.refuse_old_datum(epsg)
    said = {str(path): Overrule(epsg=epsg, shift=shift)} if epsg is not None or shift is not None else None
    (taken,) = take_in([path], near=near_lonlat_deg, overrules=said, limits=limits)
    return measure_taken(taken).as_dict(lang)


def measure_taken(taken: TakenFile, *, accuracy: Accuracy | None = None) -> MeasuredFile:
    """Measure a file that has been taken in.

    Raises
    ------
    FileError
        The file cannot be used.
    """
    if taken.error is not None:
        raise taken.error
    assert taken.imported is not None
    assert taken.recognition is not None
    zone = taken.plane if isinstance(taken.plane, crs.Zone) else None
    return measure_file(taken.imported, taken.recognition, zone=zone, accuracy=accuracy)


def measure_file(
    imported: ImportedFile,
    recognition: Recognition,
    *,
    zone: crs.Zone | None = None,
    accuracy: Accuracy | None = None,
) -> MeasuredFile:
    """Measure the features of a file that has been read and recognised.

    Parameters
    ----------
    zone : Zone, optional
        The township's, for longitudes and latitudes; a file in a zone is measured in its own.
    accuracy : Accuracy, optional
        Of the file's points; areas get a standard error then.
    """
    standing = standing_of(imported.coords(), recognition, zone)
    withheld = () if recognition.measurable else (_withheld(recognition),)
    meant = _meant(imported, standing)
    rows = [_measured(each, standing, withheld) for each in meant]
    if standing is not None:
        _measure_areas(rows, meant, standing, accuracy)
    plots = [each for each in meant if each.kind == "area" and not each.said]
    coverage = audit.audit_coverage(
        [each.shape for each in plots],
        [each.feature.id for each in plots],
        area_of=_rough_areas_m2 if standing is None else standing.flat_areas_m2,
    )
    return MeasuredFile(
        path=imported.path,
        recognition=recognition,
        plane=None if standing is None else standing.plane_name,
        features=tuple(rows),
        coverage=coverage,
        coverage_in_m2=standing is not None,
        problems=(*_of_the_file(imported), *recognition.problems, *withheld),
    )


def _rough_areas_m2(pieces: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return areas good enough to tell slivers of rounding from overlaps, in degrees or metres alike."""
    small = np.abs(shapely.total_bounds(pieces)).max(initial=0.0) <= 360
    return np.asarray(shapely.area(pieces) * (_METRES_PER_DEGREE**2 if small else 1.0), dtype=np.float64)


def _meant(imported: ImportedFile, standing: Standing | None) -> list[_Meant]:
    """Return every feature with the shape to measure, and the rings that lists of points go round."""
    features = list(imported.features)
    turned = [feature.geometry for feature in features]
    if standing is not None:
        turned = list(standing.turned(turned))
    meant = [_as_walked(feature, shape, standing) for feature, shape in zip(features, turned, strict=True)]
    return [*meant, *_rings_of_points(imported, standing)]


def _as_walked(feature: ImportedFeature, shape: BaseGeometry, standing: Standing | None) -> _Meant:
    """Take a walk that comes back to its start for the ring it goes round."""
    if feature.fixes is None or standing is None or not isinstance(shape, LineString):
        return _Meant(feature=feature, shape=shape)
    ring = closed_walk(standing.placed([shape])[0]) and Polygon(shape.coords)
    if not ring or not ring.is_valid:
        return _Meant(feature=feature, shape=shape)
    return _Meant(feature=feature, shape=ring, said=(_taken_as_ring("walk_as_ring", feature.where),))


def _rings_of_points(imported: ImportedFile, standing: Standing | None) -> list[_Meant]:
    """Return the plots whose corners a list of points may be; only of a file that draws nothing itself."""
    found: list[_Meant] = []
    if any(shapely.get_dimensions(feature.geometry) > 0 for feature in imported.features):
        return found
    for number, sequence in enumerate(imported.sequences):
        if standing is None or len(sequence.coords) < 4 - (not sequence.closed):
            continue
        ring = standing.turned([Polygon(sequence.coords)])[0]
        identity = f"points-{number + 1}"
        feature = ImportedFeature(
            id=identity,
            name=sequence.name,
            geometry=ring,
            where=sequence.name or identity,
            point_names=sequence.point_names,
        )
        found.append(
            _Meant(feature=feature, shape=ring, said=(_taken_as_ring("points_as_ring", feature.where),))
        )
    return found


def _measured(meant: _Meant, standing: Standing | None, withheld: tuple[Problem, ...]) -> MeasuredFeature:
    """Return the feature with what is wrong with it, and the figures of lines and of shapes without an area."""
    feature = meant.feature
    fault = shapes.find_fault(meant.shape, feature.where) if meant.kind == "area" else None
    listed = [each for each in feature.problems if fault is None or each.code != "invalid_shape"]
    own = [] if fault is None else [fault.problem()]
    row = MeasuredFeature(
        id=feature.id,
        name=feature.name,
        kind=meant.kind,
        valid=feature.valid and fault is None and not feature.open_ring,
        declared_area_m2=feature.declared_area_m2,
        problems=(*listed, *own, *meant.said, *(withheld if meant.kind == "area" else ())),
    )
    if standing is None:
        return row
    if meant.kind == "line":
        return replace(row, length_m=standing.length_m(meant.shape))
    return row if fault is None else replace(row, mended_area_m2=_mended_m2(meant.shape, standing))


def _measure_areas(
    rows: list[MeasuredFeature], meant: Sequence[_Meant], standing: Standing, accuracy: Accuracy | None
) -> None:
    """Put the figures of all areas into the rows at once, then the explanations of declared areas."""
    sound = [
        number
        for number, row in enumerate(rows)
        if row.kind == "area" and shapes.is_definite(meant[number].shape)
    ]
    given = [meant[number].shape for number in sound]
    figures = zip(sound, standing.on_ellipsoid(given), standing.plane_areas_m2(given), strict=True)
    for number, on_ellipsoid, plane_area in figures:
        area, perimeter = on_ellipsoid or (None, None)
        rows[number] = replace(
            rows[number],
            area_m2=area,
            perimeter_m=perimeter,
            plane_area_m2=plane_area,
            mended_area_m2=None,
            area_sigma_m2=None if area is None else _sigma_m2(meant[number].shape, standing, accuracy),
        )
        if area is None and standing.measurable:
            rows[number] = replace(
                rows[number], problems=(*rows[number].problems, _not_measured(meant[number]))
            )
    _explain(rows, meant, standing, accuracy)


def _sigma_m2(shape: BaseGeometry, standing: Standing, accuracy: Accuracy | None) -> float | None:
    if accuracy is None:
        return None
    flat = shape if standing.flat is None else shapely.transform(shape, standing.flat)
    return uncertainty.area_sigma_m2(flat, accuracy)


def _mended_m2(shape: BaseGeometry, standing: Standing) -> float | None:
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    found = standing.on_ellipsoid([part for part in shapely.get_parts(mended) if isinstance(part, Polygon)])
    areas = [each[0] for each in found if each is not None]
    return float(sum(areas)) if areas else None


def _explain(
    rows: list[MeasuredFeature], meant: Sequence[_Meant], standing: Standing, accuracy: Accuracy | None
) -> None:
    """Say how declared areas came about, for the first rows that have one."""
    declared = [number for number, row in enumerate(rows) if row.area_m2 and row.declared_area_m2]
    for number in declared[:MOST_EXPLAINED] if standing.plane is not None else ():
        shape = standing.placed([meant[number].shape])[0]
        if shapes.find_fault(shape) is None and standing.plane is not None:
            said = _said(meant[number].feature)
            match = explain.match(said, shape, standing.plane, accuracy=accuracy)[0]
            rows[number] = replace(rows[number], explained=match)


def _said(feature: ImportedFeature) -> explain.Given:
    """Return a declared area as it was printed, in hectares as land files print it."""
    area = feature.declared_area_m2 or 0.0
    step = feature.declared_area_step_m2 or 0.0
    digits = 4 if not step else min(4, max(0, round(-np.log10(step / 1e4))))
    shown = format_number(area / 1e4, digits)
    return explain.Given(
        text_zh=f"{shown} 公顷", text_en=f"{shown} ha", area_m2=area, rounding_m2=step / 2 or 0.5
    )


def _of_the_file(imported: ImportedFile) -> list[Problem]:
    """Return the problems that are not told with a feature."""
    told = {problem for feature in imported.features for problem in feature.problems}
    return [problem for problem in imported.problems if problem not in told]


def _withheld(recognition: Recognition) -> Problem:
    """Say why there is no area of record."""
    if recognition.status == "decided":
        return Problem(
            "area_withheld_shift",
            "不知道坐标有没有手机地图偏移，不给出面积（偏移本身可使面积改变千分之六）。",
            "Whether a phone map shifted the coordinates is not known, so there is no area (the shift alone can "
            "change it by 0.6 %).",
            "",
            "请说明坐标来源；确知没有偏移时，用 --crs 写明坐标系。",
            "Say where the coordinates come from; when they are surely not shifted, name the system with --crs.",
        )
    return Problem(
        "area_withheld_crs",
        "坐标系尚未确定，不给出面积。",
        "The reference system is not settled, so there is no area.",
        "",
        "请用 --crs 写明坐标系，或用 --near 写明乡镇大致位置。",
        "Name the reference system with --crs, or where the township lies with --near.",
    )


def _not_measured(meant: _Meant) -> Problem:
    """Say that a sound shape came to nothing on its way to the working plane."""
    return Problem(
        "not_measured",
        "坐标取到毫米或换算到工作平面后，图形不成立，没有面积。",
        "Rounded to 1 mm or brought to the working plane, the shape no longer holds: it has no area.",
        meant.feature.where,
        "请核对这一图形的坐标。",
        "Check the coordinates of this shape.",
    )


def _taken_as_ring(code: str, where: str) -> Problem:
    """Say that a ring was made of something that is not one."""
    if code == "walk_as_ring":
        return Problem(
            code,
            "轨迹首尾相接，按绕地一圈量了面积。",
            "The walk comes back to its start and was measured as the ring it goes round.",
            where,
        )
    return Problem(
        code,
        "按文件中的次序把各点连成地块量了面积；次序不对时面积无意义。",
        "The points were joined in the order of the file to a plot; in another order the area means nothing.",
        where,
    )
