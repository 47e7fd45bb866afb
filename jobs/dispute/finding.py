"""What the lines of a case say: the analysis and the proposed lines, as one frozen finding.

The same function serves the page (lines from the store) and the command line (lines from files).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge

from data.store import Case, CaseLine, CasePoint, Store
from geo import handdrawn, settlement
from geo.accuracy import Accuracy, with_shift_undone
from geo.boundary import Analysis, Claim, DisputeSettings, FixedPoint, SourceLine, analyse
from geo.claim import RANKS
from geo.errors import DisputeError, JiebiaoError, Problem
from geo.proposal import Grade, Proposal, ProposalSet
from geo.zone import Zone

__all__ = [
    "METHOD",
    "Finding",
    "Question",
    "as_json",
    "by_hand",
    "find",
    "is_ready",
    "question_of",
    "settings_of",
    "single_line",
    "try_find",
]

METHOD = "jiebiao-dispute-1"
"""Version of the method, part of every digest: the same inputs and method give the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything a finding depends on."""

    zone: Zone
    claims: tuple[Claim, Claim]
    sources: tuple[SourceLine, ...] = ()
    fixed_points: tuple[FixedPoint, ...] = ()
    settings: DisputeSettings = field(default_factory=DisputeSettings)
    share: float | None = None
    grades: tuple[Grade, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the digest of all inputs and of the method."""
        text = json.dumps(_plain(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"{METHOD}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer: analysis and proposals, with the digest of the question."""

    question: Question
    analysis: Analysis
    proposals: ProposalSet
    sha256: str

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return everything the user should know about the inputs."""
        return self.analysis.problems


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it; shapes by their well-known binary."""
    if isinstance(value, BaseGeometry):
        return str(shapely.to_wkb(value, hex=True, byte_order=1))
    if hasattr(value, "__dataclass_fields__"):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def find(question: Question) -> Finding:
    """Analyse a dispute and make all its proposals.

    Raises
    ------
    DisputeError
        The claims make no dispute about one boundary.
    """
    return _found(question.sha256, _Boxed(question))


class _Boxed:
    """Carries a question past the cache: the digest alone is the key, shapes need not be hashed."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Boxed)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _found(digest: str, boxed: _Boxed) -> Finding:
    question = boxed.question
    analysis = analyse(
        *question.claims,
        question.sources,
        zone=question.zone,
        fixed_points=question.fixed_points,
        settings=question.settings,
    )
    proposed = settlement.proposals(
        analysis,
        question.sources,
        zone=question.zone,
        share=question.share,
        grades=question.grades or None,
        settings=question.settings,
    )
    return Finding(question=question, analysis=analysis, proposals=proposed, sha256=digest)


def by_hand(finding: Finding, line: LineString) -> Proposal:
    """Return what a line drawn by hand gives to each side.

    Raises
    ------
    DisputeError
        The line crosses itself, leaves the disputed area, or does not run from end to end.
    """
    question = finding.question
    return handdrawn.evaluate(
        line, finding.analysis, zone=question.zone, sources=question.sources, settings=question.settings
    )


def is_ready(lines: Sequence[CaseLine]) -> bool:
    """Tell whether both sides have a claim."""
    roles = {line.role for line in lines if line.put_away_at is None}
    return {"claim_a", "claim_b"} <= roles


def question_of(store: Store, case: Case) -> Question:
    """Return the question that a case's stored lines ask.

    Raises
    ------
    DisputeError
        ``claims_missing`` until both sides have a claim.
    """
    lines = tuple(line for line in store.case_lines.find(case_id=case.id) if line.put_away_at is None)
    lines = _with_shifts(store, case, lines)
    if not is_ready(lines):
        raise DisputeError(
            "claims_missing",
            zh="还缺一方的主张：请在“界线”一步指明哪条线是甲方、哪条是乙方的。",
            en="A side's claim is missing: say in the step 'lines' which line is A's and which is B's.",
            where=case.number,
        )
    return Question(
        zone=store.zone,
        claims=(_claim(lines, "a"), _claim(lines, "b")),
        sources=_sources(lines),
        fixed_points=tuple(map(_fixed_point, store.case_points.find(case_id=case.id))),
        settings=settings_of(case),
        share=_share(case),
    )


def _with_shifts(store: Store, case: Case, lines: tuple[CaseLine, ...]) -> tuple[CaseLine, ...]:
    """Widen the accuracy of lines whose file's map shift was undone by model (DEFINITIONS 19)."""
    shifted = {
        file.id
        for file in store.case_files.find(case_id=case.id)
        if file.recognition.get("shift") in ("gcj02", "bd09")
    }
    return tuple(_widened(line) if line.file_id in shifted else line for line in lines)


def _widened(line: CaseLine) -> CaseLine:
    accuracy = _accuracy(line)
    return (
        line if accuracy is None else replace(line, sigma_common_m=with_shift_undone(accuracy).sigma_common_m)
    )


def settings_of(case: Case) -> DisputeSettings:
    """Return the case's settings; what it does not set has the township's default."""
    known = {item.name for item in fields(DisputeSettings)}
    given: dict[str, Any] = {name: value for name, value in case.settings.items() if name in known}
    return DisputeSettings(**given)


def _share(case: Case) -> float | None:
    value = case.settings.get("share")
    return float(value) if isinstance(value, int | float) else None


def _claim(lines: Sequence[CaseLine], side: str) -> Claim:
    """Return a side's claim: its newest line or plot."""
    newest = max((line for line in lines if line.role == f"claim_{side}"), key=lambda line: line.id)
    shape = newest.geometry
    polygon = shape if isinstance(shape, Polygon | MultiPolygon) else None
    return Claim(
        side="a" if side == "a" else "b",
        polygon=polygon,
        line=None if polygon is not None else single_line(shape, newest.label),
        claimant_side=newest.claimant_side,
        accuracy=_accuracy(newest),
        label=newest.label,
    )


def _sources(lines: Sequence[CaseLine]) -> tuple[SourceLine, ...]:
    """Return the evidence; names are made unique because people's labels need not be."""
    found: list[SourceLine] = []
    for line in lines:
        if line.role in RANKS and isinstance(
            line.geometry, LineString | MultiLineString | Polygon | MultiPolygon
        ):
            found.append(
                SourceLine(
                    name=f"{line.role}-{line.id}",
                    kind=line.role,  # type: ignore[arg-type]
                    line=line.geometry,
                    accuracy=_accuracy(line),
                    label=line.label,
                )
            )
    return tuple(found)


def _accuracy(line: CaseLine) -> Accuracy | None:
    if line.sigma_own_m is None:
        return None
    return Accuracy(sigma_own_m=line.sigma_own_m, sigma_common_m=line.sigma_common_m or 0.0)


def _fixed_point(point: CasePoint) -> FixedPoint:
    place = point.geometry
    return FixedPoint(easting_m=place.x, northing_m=place.y, kind=point.kind, name=point.name)


def single_line(shape: BaseGeometry, label: str) -> LineString:
    """Return a claim's shape as one line; parts that touch are joined.

    Raises
    ------
    DisputeError
        ``claim_in_pieces``; ``claim_not_a_line`` for points.
    """
    if isinstance(shape, LineString):
        return shape
    if isinstance(shape, MultiLineString):
        joined = linemerge(shape)
        if isinstance(joined, LineString):
            return joined
        raise DisputeError(
            "claim_in_pieces",
            zh="主张线“{label}”断成 {count} 段：请在图上连成一条，或只选其中一段。",
            en="The claim line {label} is in {count} pieces: join them on the map or choose one.",
            where=label,
            label=label,
            count=len(joined.geoms),
        )
    raise DisputeError(
        "claim_not_a_line",
        zh="“{label}”是{kind}，不能作为界线或地块：请选线或面。",
        en="{label} is a {kind}, neither a line nor a plot: choose a line or a polygon.",
        where=label,
        label=label,
        kind=shape.geom_type,
    )


def as_json(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal's figures for the snapshot kept in the store, without its line."""
    return {
        "name": proposal.name,
        "source": proposal.source,
        "area_to_a_m2": proposal.area_to_a_m2,
        "area_to_b_m2": proposal.area_to_b_m2,
        "outside_m2": proposal.outside_m2,
        "clipped_m": proposal.clipped_m,
        "length_m": proposal.length_m,
        "markers": [asdict(marker) for marker in proposal.markers],
        "needs": list(proposal.needs),
        "method": METHOD,
    }


def try_find(store: Store, case: Case) -> tuple[Finding | None, JiebiaoError | None]:
    """Return the finding of a case, or the sentence why there is none yet."""
    try:
        return find(question_of(store, case)), None
    except JiebiaoError as fault:
        return None, fault
