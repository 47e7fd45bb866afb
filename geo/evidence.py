"""The sources beside one boundary: which part of it each covers, and what none of them does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.boundary import Analysis, source_beside
from geo.claim import DisputeSettings, SourceLine
from geo.polyline import FloatArray, Ruler, coordinates

__all__ = ["Evidence", "Title", "evidence_beside", "title_of", "uncovered_m"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A source's line beside the boundary and the chainages on claim A's line that it covers."""

    source: SourceLine
    line: FloatArray
    from_m: float
    to_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The registered or contracted line; ``whole`` when it covers every disputed stretch."""

    line: FloatArray
    whole: bool


def evidence_beside(
    analysis: Analysis, sources: Sequence[SourceLine]
) -> tuple[list[Evidence], list[SourceLine]]:
    """Return the sources beside the boundary, directed and cut like it, and those that lie elsewhere."""
    claim_a = Ruler(coordinates(analysis.line_a))
    found: list[Evidence] = []
    elsewhere: list[SourceLine] = []
    for source in sources:
        line = source_beside(source, claim_a, analysis.start.position, analysis.end.position)
        if line is None:
            elsewhere.append(source)
            continue
        first, last = claim_a.locate(line[0]), claim_a.locate(line[-1])
        found.append(Evidence(source=source, line=line, from_m=min(first, last), to_m=max(first, last)))
    return found, elsewhere


def uncovered_m(analysis: Analysis, evidence: Sequence[Evidence]) -> float:
    """Return the longest part of a disputed stretch that no evidence covers, along claim A."""
    longest = 0.0
    spans = sorted((each.from_m, each.to_m) for each in evidence)
    for stretch in analysis.disputed_stretches:
        at_m = stretch.from_m
        for from_m, to_m in spans:
            longest = max(longest, min(from_m, stretch.to_m) - at_m)
            at_m = max(at_m, to_m)
        longest = max(longest, stretch.to_m - at_m)
    return longest


def title_of(analysis: Analysis, evidence: Sequence[Evidence], settings: DisputeSettings) -> Title | None:
    """Return the line of the certificate, or else of the contract; None without either."""
    for kind in ("certificate", "contract"):
        for each in evidence:
            if each.source.kind == kind:
                return Title(line=each.line, whole=uncovered_m(analysis, [each]) <= settings.source_gap_m)
    return None
