"""What people bring to a case: files with what they were taken for, lines with their accuracy, recorded points."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from data.store import Case, CaseFile, CaseLine, CasePoint, LineRole, Plot, Store
from geo.errors import ArgumentError
from geo.uncertainty import Accuracy
from geo.zone import Zone
from jobs import intake, township
from jobs.access import Account
from jobs.intake import Overrule, TakenFeature, TakenFile, Upload

__all__ = [
    "ROLES",
    "LineRow",
    "NewLine",
    "add_certificates",
    "add_files",
    "add_line",
    "add_point",
    "away_files_of",
    "away_of",
    "change_line",
    "feature_key",
    "files_of",
    "keep_files",
    "lines_of",
    "overrule",
    "put_away_file",
    "put_away_line",
    "redraw_line",
    "remove_point",
    "take_out_file",
    "take_out_line",
    "taken_again",
]

ROLES: tuple[LineRole, ...] = (
    "claim_a",
    "claim_b",
    "decision",
    "agreement",
    "certificate",
    "contract",
    "measured",
    "old_map",
    "natural",
)
"""What a line may be: the two claims, then the sources in the order of their rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line or plot that is given its meaning."""

    role: LineRole
    geometry: BaseGeometry
    label: str = ""
    accuracy: Accuracy | None = None
    claimant_side: Literal["left", "right"] | None = None
    declared_area_m2: float | None = None
    file_id: int | None = None
    feature_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of the case with the name of the file it came from."""

    line: CaseLine
    file_name: str


def add_files(
    store: Store,
    case: Case,
    uploads: Sequence[Upload],
    by: Account,
    *,
    progress: intake.Progress | None = None,
) -> tuple[TakenFile, ...]:
    """Take in files for a case: each is kept as evidence, with what it was taken for; bad ones are told, not kept.

    Parts of a shapefile that come singly are kept together, as one archive.
    """
    whole = intake.gathered(uploads)
    taken = intake.take_in(whole, near=township.place(store), zone=store.zone, progress=progress)
    keep_files(store, case, taken, [source for source in whole if isinstance(source, Upload)], by)
    return taken


def keep_files(
    store: Store, case: Case, taken: Sequence[TakenFile], uploads: Sequence[Upload], by: Account
) -> None:
    """Keep files that were taken in, with what each was taken for; those that cannot be used are not kept."""
    with store.change(by=by.id, action="case.files"):
        for file, upload in zip(taken, uploads, strict=True):
            if file.imported is not None:
                _keep(store, case, file, upload.data)


def _keep(store: Store, case: Case, file: TakenFile, content: bytes) -> CaseFile:
    assert file.imported is not None
    digest = hashlib.sha256(content).hexdigest()
    known = [each for each in store.case_files.find(case_id=case.id) if each.sha256 == digest]
    if known:
        return (
            store.case_files.save(replace(known[0], put_away_at=None)) if known[0].put_away_at else known[0]
        )
    store.evidence.put(content, name=file.path, kind="file", case_id=case.id)
    return store.case_files.add(
        CaseFile(
            case_id=case.id,
            name=file.path,
            sha256=digest,
            format=file.imported.format,
            size_bytes=len(content),
            recognition=_recognised(file),
            problems=tuple(problem.as_dict() for problem in file.problems),
            added_at=township.clock(),
        )
    )


def _recognised(file: TakenFile) -> dict[str, Any]:
    found = file.recognition
    if found is None:
        return {}
    return {
        "status": found.status,
        "crs_name": found.crs_name,
        "epsg": found.epsg,
        "zone": found.zone.number if found.zone else None,
        "axis_order": found.axis_order,
        "shift": found.shift,
        "confidence": found.confidence,
        "why_zh": list(found.sentences("zh")),
        "why_en": list(found.sentences("en")),
    }


def files_of(store: Store, case: Case) -> tuple[CaseFile, ...]:
    """Return the files of a case that are not put away."""
    return tuple(file for file in store.case_files.find(case_id=case.id) if file.put_away_at is None)


def taken_again(store: Store, file: CaseFile) -> TakenFile:
    """Read a kept file again, with what the user said instead of what was found."""
    upload = Upload(name=file.name, data=store.evidence.read(file.sha256))
    overrules = {file.name: _overrule(file.overrides)} if file.overrides else None
    (taken,) = intake.take_in([upload], near=township.place(store), zone=store.zone, overrules=overrules)
    return taken


def overrule(store: Store, file: CaseFile, said: Overrule, by: Account) -> tuple[CaseFile, TakenFile]:
    """Keep what the user says instead; lines already made from the file move with it, in one change."""
    changed = replace(file, overrides=_plain_overrule(said))
    upload = Upload(name=file.name, data=store.evidence.read(file.sha256))
    (taken,) = intake.take_in(
        [upload], near=township.place(store), zone=store.zone, overrules={file.name: said}
    )
    with store.change(by=by.id, action="case.overrule"):
        saved = store.case_files.save(replace(changed, recognition=_recognised(taken)))
        _move_lines(store, saved, taken)
    return saved, taken


def _move_lines(store: Store, file: CaseFile, taken: TakenFile) -> None:
    shapes = {feature_key(feature): feature.geometry for feature in (*taken.areas(), *taken.lines())}
    for line in store.case_lines.find(case_id=file.case_id, file_id=file.id):
        if line.feature_key in shapes:
            store.case_lines.save(replace(line, geometry=shapes[line.feature_key]))


def feature_key(feature: TakenFeature) -> str:
    """Return what a feature is called inside its file; points joined to a line and to a plot are two things."""
    joined = any(problem.code == "points_joined" for problem in feature.problems)
    kind = f"{feature.geometry.geom_type.lower()} of " if joined else ""
    return f"{kind}{feature.layer}/{feature.id}"


def _plain_overrule(said: Overrule) -> dict[str, Any]:
    zone = said.zone
    plain = {
        "epsg": said.epsg,
        "zone": zone and {"width_deg": zone.width_deg, "number": zone.number, "prefixed": zone.prefixed},
        "axis_order": said.axis_order,
        "shift": said.shift,
        "candidate": said.candidate,
        "close_rings": said.close_rings,
    }
    return {name: value for name, value in plain.items() if value not in (None, False)}


def _overrule(kept: Any) -> Overrule:
    given = dict(kept)
    zone = given.pop("zone", None)
    return Overrule(**given, zone=Zone(**zone) if zone else None)


def put_away_file(store: Store, file: CaseFile, by: Account) -> None:
    """Put a file away; lines made from it stay."""
    with store.change(by=by.id, action="case.file_away"):
        store.case_files.save(replace(file, put_away_at=township.clock()))


def add_line(store: Store, case: Case, new: NewLine, by: Account) -> CaseLine:
    """Give a line its meaning. A side has one claim: the older one is put away.

    Raises
    ------
    ArgumentError
        ``line_is_a_point`` for a shape that is neither line nor area.
    """
    if new.geometry.geom_type not in ("LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        raise ArgumentError(
            "line_is_a_point",
            zh="“{label}”只是点，不能当界线：请选一条线或一块地。",
            en="{label} is only points and cannot be a line: choose a line or a plot.",
            where=new.label,
            label=new.label or new.geometry.geom_type,
        )
    with store.change(by=by.id, action="case.line"):
        if new.role in ("claim_a", "claim_b"):
            _replace_claims(store, case.id, new.role)
        return store.case_lines.add(_record(case, new))


def _record(case: Case, new: NewLine) -> CaseLine:
    accuracy = new.accuracy
    return CaseLine(
        case_id=case.id,
        role=new.role,
        label=new.label.strip()[:80],
        claimant_side=new.claimant_side,
        sigma_own_m=accuracy.sigma_own_m if accuracy else None,
        sigma_common_m=accuracy.sigma_common_m if accuracy else None,
        declared_area_m2=new.declared_area_m2,
        file_id=new.file_id,
        feature_key=new.feature_key,
        geometry=new.geometry,
    )


def _replace_claims(store: Store, case_id: int, role: LineRole) -> None:
    for line in store.case_lines.find(case_id=case_id, role=role):
        if line.put_away_at is None:
            store.case_lines.save(replace(line, put_away_at=township.clock()))


def add_certificates(store: Store, case: Case, by: Account) -> tuple[CaseLine, ...]:
    """Add the registered shapes of both plots as the certificate line, once."""
    known = {line.feature_key for line in store.case_lines.find(case_id=case.id) if line.put_away_at is None}
    plots = [store.plots.get(plot_id) for plot_id in (case.plot_a_id, case.plot_b_id) if plot_id is not None]
    added = []
    for plot in plots:
        if plot.geometry is not None and f"plot/{plot.code}" not in known:
            new = NewLine(
                role="certificate",
                geometry=plot.geometry,
                label=plot.certificate_number or plot.code,
                accuracy=_plot_accuracy(plot),
                declared_area_m2=plot.contract_area_m2,
                feature_key=f"plot/{plot.code}",
            )
            added.append(add_line(store, case, new, by))
            break  # both plots share the registered line: one of them states it
    return tuple(added)


def _plot_accuracy(plot: Plot) -> Accuracy | None:
    if plot.sigma_own_m is None:
        return None
    return Accuracy(sigma_own_m=plot.sigma_own_m, sigma_common_m=plot.sigma_common_m or 0.0)


def change_line(
    store: Store,
    line: CaseLine,
    by: Account,
    *,
    role: LineRole,
    label: str,
    accuracy: Accuracy | None,
    claimant_side: Literal["left", "right"] | None = None,
) -> CaseLine:
    """Change what a line is, what it is called or how accurate it is; a side keeps one claim."""
    changed = replace(
        line,
        role=role,
        label=label.strip()[:80],
        claimant_side=claimant_side,
        sigma_own_m=accuracy.sigma_own_m if accuracy else None,
        sigma_common_m=accuracy.sigma_common_m if accuracy else None,
    )
    with store.change(by=by.id, action="case.line"):
        if role != line.role and role in ("claim_a", "claim_b"):
            _replace_claims(store, line.case_id, role)
        return store.case_lines.save(changed)


def away_of(store: Store, case: Case) -> tuple[LineRow, ...]:
    """Return the lines of a case that were put away, the latest first."""
    names = {file.id: file.name for file in store.case_files.find(case_id=case.id)}
    lines = [line for line in store.case_lines.find(case_id=case.id) if line.put_away_at is not None]
    lines.sort(key=lambda line: (line.put_away_at, line.id), reverse=True)
    return tuple(LineRow(line=line, file_name=names.get(line.file_id or 0, "")) for line in lines)


def take_out_line(store: Store, line: CaseLine, by: Account) -> CaseLine:
    """Take a line out again; a claim taken out replaces the side's present one."""
    with store.change(by=by.id, action="case.line"):
        if line.role in ("claim_a", "claim_b"):
            _replace_claims(store, line.case_id, line.role)
        return store.case_lines.save(replace(line, put_away_at=None))


def away_files_of(store: Store, case: Case) -> tuple[CaseFile, ...]:
    """Return the files of a case that were put away."""
    return tuple(file for file in store.case_files.find(case_id=case.id) if file.put_away_at is not None)


def take_out_file(store: Store, file: CaseFile, by: Account) -> CaseFile:
    """Take a file out again."""
    with store.change(by=by.id, action="case.files"):
        return store.case_files.save(replace(file, put_away_at=None))


def redraw_line(store: Store, line: CaseLine, geometry: BaseGeometry, by: Account) -> CaseLine:
    """Give a line the shape it was edited to on the map."""
    with store.change(by=by.id, action="case.redraw"):
        return store.case_lines.save(replace(line, geometry=geometry))


def put_away_line(store: Store, line: CaseLine, by: Account) -> None:
    """Put a line away; it stays in the records."""
    with store.change(by=by.id, action="case.line_away"):
        store.case_lines.save(replace(line, put_away_at=township.clock()))


def lines_of(store: Store, case: Case) -> tuple[LineRow, ...]:
    """Return the lines of a case, claims first, then sources by rank."""
    names = {file.id: file.name for file in store.case_files.find(case_id=case.id)}
    lines = [line for line in store.case_lines.find(case_id=case.id) if line.put_away_at is None]
    ordered = sorted(lines, key=lambda line: (ROLES.index(line.role), line.id))
    return tuple(LineRow(line=line, file_name=names.get(line.file_id or 0, "")) for line in ordered)


def add_point(
    store: Store,
    case: Case,
    by: Account,
    *,
    easting_m: float,
    northing_m: float,
    kind: Literal["common", "three_way"] = "common",
    name: str = "",
) -> CasePoint:
    """Record a boundary point that both sides share, or where three plots meet."""
    place = Point(round(easting_m, 3), round(northing_m, 3))
    with store.change(by=by.id, action="case.point"):
        return store.case_points.add(
            CasePoint(case_id=case.id, kind=kind, name=name.strip()[:40], geometry=place)
        )


def remove_point(store: Store, point: CasePoint, by: Account) -> None:
    """Take a recorded point back; history keeps it."""
    with store.change(by=by.id, action="case.point_away"):
        store.case_points.delete(point)
