"""Settle a dispute from files alone: the command line's way through the same steps as the page."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data import calendars
from data.documents.facts import CaseFacts, InputFile, Party, Stamp
from data.rules import norms
from geo import crs
from geo.accuracy import Accuracy, with_shift_undone
from geo.boundary import Claim, DisputeSettings, SourceLine
from geo.claim import SourceKind
from geo.errors import ArgumentError, DisputeError, FileError, JiebiaoError, Language, Problem
from geo.proposal import Grade, Proposal
from geo.zone import Zone
from jobs import package, quick_measure, redrawing
from jobs.dispute.finding import METHOD, Finding, Question, find, single_line
from jobs.intake import Overrule, TakenFeature, TakenFile, place_again, take_in
from jobs.matter import ChangedPlot, MapPlot, Matter, Paperwork

__all__ = ["PACKAGE_NAME", "Prepared", "Request", "figures", "prepare", "settle"]

PACKAGE_NAME = "package.zip"
_COMPACT = 0.2
_PREFILLED = ("best_fit", "certificate", "measured", "equal_area", "middle")
_GRADE_FIELDS = ("grade", "value", "等级", "单价", "价值", "系数", "分值", "产草量")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be settled: files by role, accuracies, wishes."""

    a: Path
    b: Path
    out: Path
    certificate: Path | None = None
    measured: Path | None = None
    grades: Path | None = None
    plots: Path | None = None
    near: tuple[float, float] | None = None
    sigma_a: float | None = None
    sigma_b: float | None = None
    sigma_certificate: float | None = None
    sigma_measured: float | None = None
    share: float | None = None
    at: str | None = None
    choose: str | None = None
    shift: Literal["none", "gcj02", "bd09"] | None = None

    @classmethod
    def from_arguments(cls, given: Mapping[str, Any]) -> Request:
        """Return the request that the command line's arguments make."""
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})

    @property
    def files(self) -> dict[str, Path]:
        """Return the files given, by role."""
        roles = ("a", "b", "certificate", "measured", "grades", "plots")
        return {role: path for role in roles if (path := getattr(self, role)) is not None}

    def accuracy(self, role: str) -> Accuracy | None:
        """Return the accuracy given for a role."""
        sigma_m = getattr(self, f"sigma_{role}")
        return Accuracy(sigma_own_m=sigma_m) if sigma_m is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A dispute read from files and worked out, before its papers are made."""

    matter: Matter
    finding: Finding
    problems: tuple[Problem, ...]


def prepare(request: Request, *, lang: Language = "zh") -> Prepared:
    """Read the files, analyse the claims, make all proposals and put the chosen line into the plots.

    Raises
    ------
    FileError, CrsError, DisputeError, ArgumentError
        One sentence for what cannot be used.
    """
    made_at = _time(request.at)
    taken, zone = _taken(request)
    finding = find(_question(request, taken, zone))
    chosen, notes = _chosen(request, finding)
    changed, more = _changed(taken, finding, chosen)
    return Prepared(
        matter=_matter(request, taken, finding, chosen, changed, made_at, lang),
        finding=finding,
        problems=(*_file_problems(taken), *finding.problems, *notes, *more),
    )


def settle(request: Request, *, lang: Language = "zh") -> dict[str, Any]:
    """Work a dispute out from files, write its package, and return the figures.

    Raises
    ------
    FileError, CrsError, DisputeError, ArgumentError
        As :func:`prepare`; then nothing is written.
    """
    prepared = prepare(request, lang=lang)
    made = package.make(prepared.matter, norms.load(), calendar=calendars.published())
    written = _write(request.out, made.data)
    return (
        figures(prepared, lang)
        | written
        | {"problems": [problem.as_dict(lang) for problem in (*prepared.problems, *made.problems)]}
    )


def _time(text: str | None) -> datetime:
    """Return the documents' time: as given, else the present, to the second."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError as fault:
        raise ArgumentError(
            "time_unreadable",
            zh="时间“{text}”读不懂：请写成 2026-11-21T09:30:00+08:00。",
            en="The time {text!r} cannot be read: write it as 2026-11-21T09:30:00+08:00.",
            where="--at",
            text=text[:40],
        ) from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _taken(request: Request) -> tuple[dict[str, TakenFile], Zone]:
    """Read and place all files in one zone; files that are decided tell where the others lie."""
    roles, paths = list(request.files), list(request.files.values())
    first = take_in(paths, near=request.near)
    for file in first:
        if file.error is not None:
            raise file.error
    said = [_said(request, file) for file in first]
    near = request.near or _place([place_again(file, each) for file, each in zip(first, said, strict=True)])
    if near is None:
        raise _unplaced(first[0], request.near)
    zone = crs.working_zone(near[0])
    again = (place_again(file, each, near=near, zone=zone) for file, each in zip(first, said, strict=True))
    placed = dict(zip(roles, again, strict=True))
    for file in placed.values():
        if not file.placed:
            raise _unplaced(file, near)
    return placed, zone


def _said(request: Request, file: TakenFile) -> Overrule:
    """Return the user's answer for a file: a shift is said only of files that leave it open."""
    is_open = file.recognition is not None and file.recognition.shift == "unknown"
    return Overrule(shift=request.shift if is_open else None)


def _place(files: Sequence[TakenFile]) -> tuple[float, float] | None:
    """Return the middle of the first file whose place is certain."""
    for file in files:
        if isinstance(file.plane, Zone) and file.features:
            west, south, east, north = shapely.total_bounds([feature.geometry for feature in file.features])
            middle = np.array([[(west + east) / 2, (south + north) / 2]])
            lon_deg, lat_deg = crs.to_geographic(middle, file.plane)[0]
            return float(lon_deg), float(lat_deg)
    return None


def _unplaced(file: TakenFile, near: tuple[float, float] | None) -> FileError:
    """Return why a file's coordinates cannot be used, in the words of its recognition."""
    found = file.recognition
    zh = "；".join(found.sentences("zh")) if found else ""
    en = "; ".join(found.sentences("en")) if found else ""
    hint = near is None
    return FileError(
        "file_not_placed",
        zh="文件 {name} 的坐标还不能确定（{zh_why}）：请"
        + ("用 --near 给出乡镇的大致经纬度，或" if hint else "")
        + "在源软件里写明坐标系后重新导出。",
        en="The coordinates of {name} are not certain yet ({en_why}): "
        + ("give the township's place with --near, or " if hint else "")
        + "state the reference system in the program it comes from and export it again.",
        where=Path(file.path).name,
        name=Path(file.path).name,
        zh_why=zh,
        en_why=en,
    )


def _question(request: Request, taken: Mapping[str, TakenFile], zone: Zone) -> Question:
    shape_a, shape_b = _claim_shapes(taken["a"], taken["b"])
    sources = [
        _source(kind, taken[kind], _accuracy(request, taken, kind))
        for kind in ("certificate", "measured")
        if kind in taken
    ]
    return Question(
        zone=zone,
        claims=(
            _claim("a", shape_a, _accuracy(request, taken, "a")),
            _claim("b", shape_b, _accuracy(request, taken, "b")),
        ),
        sources=tuple(sources),
        settings=DisputeSettings(),
        share=request.share,
        grades=_grades(taken["grades"]) if "grades" in taken else (),
    )


def _accuracy(request: Request, taken: Mapping[str, TakenFile], role: str) -> Accuracy | None:
    """Return the accuracy given for a role, widened where the file's map shift was undone by model."""
    accuracy, found = request.accuracy(role), taken[role].recognition
    if accuracy is None or found is None or found.shift not in ("gcj02", "bd09"):
        return accuracy
    return with_shift_undone(accuracy)


def _claim(side: str, feature: TakenFeature, accuracy: Accuracy | None) -> Claim:
    shape = feature.geometry
    polygon = shape if isinstance(shape, Polygon | MultiPolygon) else None
    return Claim(
        side="a" if side == "a" else "b",
        polygon=polygon,
        line=None if polygon is not None else single_line(shape, feature.name),
        accuracy=accuracy,
        label=feature.name,
    )


def _claim_shapes(file_a: TakenFile, file_b: TakenFile) -> tuple[TakenFeature, TakenFeature]:
    """Return both claims; of a file with many plots the one that meets the other side's is meant."""
    all_a, all_b = _shapes(file_a), _shapes(file_b)
    if len(all_a) == 1 and len(all_b) == 1:
        return all_a[0], all_b[0]
    pairs = [(one, other) for one in all_a for other in all_b]
    areas = [one.geometry.intersection(other.geometry).area for one, other in pairs]
    if max(areas) > 0 and sum(area > 1e-6 for area in areas) == 1:
        return pairs[areas.index(max(areas))]
    many = file_a if len(all_a) > 1 else file_b
    raise DisputeError(
        "claim_ambiguous",
        zh="文件 {name} 里有 {count} 个图形，不能确定哪个是主张：请只留一个再试。",
        en="File {name} holds {count} shapes and it is not certain which is the claim: keep one and try again.",
        where=Path(many.path).name,
        name=Path(many.path).name,
        count=max(len(all_a), len(all_b)),
    )


def _shapes(file: TakenFile) -> tuple[TakenFeature, ...]:
    """Return what a file claims: its plots, else its lines, else what its points mean in their order.

    A walk that comes back to its start is a plot. A list of points is a plot when the ring through them is
    compact, as plots are; the ring through the points of one boundary is a sliver.
    """
    drawn = tuple(feature for feature in file.features if shapely.get_dimensions(feature.geometry) == 2)
    found = drawn or tuple(map(_walk, file.lines_drawn())) or _from_points(file)
    if not found:
        raise _no_shape(file)
    return found


def _no_shape(file: TakenFile) -> FileError:
    return FileError(
        "no_claim_shape",
        zh="文件 {name} 里没有地块也没有线：请给出一块地或一条界线。",
        en="File {name} holds neither a plot nor a line: give one of them.",
        where=Path(file.path).name,
        name=Path(file.path).name,
    )


def _as_area(shape: BaseGeometry) -> Polygon | MultiPolygon:
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    return MultiPolygon()


def _from_points(file: TakenFile) -> tuple[TakenFeature, ...]:
    plots = tuple(plot for plot in file.areas() if plot.valid and _compactness(plot.geometry) > _COMPACT)
    return plots or file.lines()


def _compactness(shape: BaseGeometry) -> float:
    """Return 4πA/P² (Polsby and Popper 1991): 1 for a circle, near 0 for a sliver."""
    return float(4 * np.pi * shape.area / shape.length**2) if shape.length else 0.0


def _walk(feature: TakenFeature) -> TakenFeature:
    line = feature.geometry
    closed = quick_measure.closed_walk(line) if isinstance(line, LineString) else None
    return replace(feature, geometry=closed) if closed is not None else feature


def _source(kind: SourceKind, file: TakenFile, accuracy: Accuracy | None) -> SourceLine:
    shapes = _shapes(file)
    geometry = shapes[0].geometry if len(shapes) == 1 else shapely.union_all([s.geometry for s in shapes])
    if not isinstance(geometry, LineString | MultiLineString | Polygon | MultiPolygon):
        raise _no_shape(file)
    return SourceLine(name=kind, kind=kind, line=geometry, accuracy=accuracy, label=Path(file.path).name)


def _grades(file: TakenFile) -> tuple[Grade, ...]:
    """Read land grades: polygons with a number in a field called grade, value, 等级, 单价 …"""
    found = []
    for feature in file.areas():
        value = _grade_value(feature)
        if value is None:
            raise FileError(
                "grade_missing",
                zh="等级文件 {name} 的 {where} 没有大于 0 的等级值：请加一列“等级”或 grade。",
                en="Grades file {name}, {where}: no value above zero; add a column 'grade'.",
                where=feature.where,
                name=Path(file.path).name,
            )
        shape = _as_area(feature.geometry)
        polygon = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
        found.append(Grade(polygon=polygon, value_per_m2=value, name=feature.name))
    return tuple(found)


def _grade_value(feature: TakenFeature) -> float | None:
    for name, text in feature.properties.items():
        if any(word in name.lower() for word in _GRADE_FIELDS):
            try:
                value = float(text)
            except ValueError:
                continue
            if np.isfinite(value) and value > 0:
                return value
    return None


def _chosen(request: Request, finding: Finding) -> tuple[Proposal | None, tuple[Problem, ...]]:
    """Return the line for the package; without a choice the first by evidence is filled in and said to be so."""
    offered = finding.proposals.proposals
    if request.choose is not None:
        chosen = next((proposal for proposal in offered if proposal.name == request.choose), None)
        if chosen is None:
            raise _not_offered(request.choose, finding)
        return chosen, ()
    for name in _PREFILLED:
        chosen = next((proposal for proposal in offered if proposal.name == name), None)
        if chosen is not None:
            return chosen, (_prefilled(name),)
    return None, ()


def _not_offered(name: str, finding: Finding) -> ArgumentError:
    withheld = next((each for each in finding.proposals.withheld if each.name == name), None)
    return ArgumentError(
        "proposal_not_offered",
        zh="没有方案“{name}”（{zh_why}）：可选的有 {names}。",
        en="There is no proposal {name!r} ({en_why}): choose one of {names}.",
        where="--choose",
        name=name,
        zh_why=withheld.reason.what_zh if withheld else "名称不对",
        en_why=withheld.reason.what_en if withheld else "unknown name",
        names=", ".join(proposal.name for proposal in finding.proposals.proposals) or "-",
    )


def _prefilled(name: str) -> Problem:
    return Problem(
        "line_prefilled",
        f"没有指定方案，文书按“{name}”填写，只供双方商量。",
        f"No proposal was chosen; the papers are filled in with {name!r} for discussion only.",
        "--choose",
        "双方选定后，用 --choose 写明方案名。",
        "Once the parties have chosen, name the proposal with --choose.",
    )


def _matter(
    request: Request,
    taken: Mapping[str, TakenFile],
    finding: Finding,
    chosen: Proposal | None,
    changed: tuple[ChangedPlot, ...],
    made_at: datetime,
    lang: Language,
) -> Matter:
    plots = taken["plots"].areas() if "plots" in taken else ()
    return Matter(
        zone=finding.question.zone,
        claims=finding.question.claims,
        analysis=finding.analysis,
        stamp=Stamp(made_at=made_at, version=METHOD, inputs=tuple(_inputs(taken, lang))),
        sources=finding.question.sources,
        proposals=finding.proposals,
        chosen=chosen,
        prefilled=request.choose is None,
        changed=changed,
        plots=tuple(MapPlot(label=plot.name, geometry=_as_area(plot.geometry)) for plot in plots),
        paperwork=Paperwork(case=CaseFacts(), parties=(Party(side="a"), Party(side="b"))),
        lang=lang,
    )


def _inputs(taken: Mapping[str, TakenFile], lang: Language) -> list[InputFile]:
    return [
        InputFile(
            name=Path(file.path).name,
            sha256=file.imported.sha256 if file.imported else "",
            role=role,
            taken_for=file.recognition.sentences(lang)[0]
            if file.recognition and file.recognition.why
            else "",
        )
        for role, file in taken.items()
    ]


def _changed(
    taken: Mapping[str, TakenFile], finding: Finding, chosen: Proposal | None
) -> tuple[tuple[ChangedPlot, ...], tuple[Problem, ...]]:
    """Return both plots before and after, where plots were given; what is in the way is a problem, not a failure."""
    if "plots" not in taken or chosen is None:
        return (), ()
    named = dict(enumerate(taken["plots"].areas()))
    plots = {key: plot.geometry for key, plot in named.items()}
    try:
        key_a, key_b = redrawing.sides_of(plots, finding)
        drawn = redrawing.redraw_plots(plots, key_a, key_b, finding, chosen)
    except JiebiaoError as fault:
        return (), (fault.problem(),)
    changed = [
        ChangedPlot(
            id=str(key),
            code=named[key].name or named[key].id,
            holder="",
            before=_as_area(plots[key]),
            after=drawn.changed[key],
        )
        for key in drawn.areas_changed
        if key in drawn.changed
    ]
    return tuple(changed), ()


def _write(folder: Path, data: bytes) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return {"package": str(_replace(folder / PACKAGE_NAME, data))}


def _replace(path: Path, data: bytes) -> Path:
    """Write beside, then move: a half-written package never lies in the folder."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _file_problems(taken: Mapping[str, TakenFile]) -> list[Problem]:
    return [problem for file in taken.values() for problem in file.problems]


def figures(prepared: Prepared, lang: Language = "zh") -> dict[str, Any]:
    """Return the figures of a dispute as the command line prints them."""
    finding = prepared.finding
    analysis = finding.analysis
    withheld = [
        {"name": each.name, "reason": each.reason.what(lang), "code": each.reason.code}
        for each in finding.proposals.withheld
    ]
    return {
        "disputed_area_m2": analysis.disputed_area_m2,
        "disputed_area_sd_m2": analysis.disputed_area_sigma_m2,
        "disputed_at_most_m2": analysis.disputed_at_most_m2,
        "unclaimed_area_m2": analysis.unclaimed_area_m2,
        "stretches": [_stretch(each) for each in analysis.stretches],
        "proposals": [_proposal(each) for each in finding.proposals.proposals],
        "withheld": withheld,
        "chosen": prepared.matter.chosen.name if prepared.matter.chosen else None,
        "inputs_sha256": finding.sha256,
        "problems": [problem.as_dict(lang) for problem in prepared.problems],
    }


def _stretch(stretch: Any) -> dict[str, Any]:
    return {
        "from_m": stretch.from_m,
        "to_m": stretch.to_m,
        "state": stretch.state,
        "verdict": stretch.verdict,
        "area_m2": stretch.area_m2,
        "area_sd_m2": stretch.area_sigma_m2,
        "at_most_m2": stretch.at_most_m2,
        "mean_separation_m": stretch.mean_separation_m,
        "instrument": stretch.instrument,
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "name": proposal.name,
        "area_to_a_m2": proposal.area_to_a_m2,
        "area_to_b_m2": proposal.area_to_b_m2,
        "outside_m2": proposal.outside_m2,
        "clipped_m": proposal.clipped_m,
        "length_m": proposal.length_m,
        "markers": len(proposal.markers),
        "points": [[round(e, 3), round(n, 3)] for e, n in proposal.line.coords],
        "needs": list(proposal.needs),
    }
