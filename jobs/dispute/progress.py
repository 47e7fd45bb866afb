"""How far a case has come: what is there, and which step is to be taken next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.store import Case, CaseFile, Store
from jobs.dispute.choosing import terms_of
from jobs.dispute.finding import is_ready

__all__ = ["STEPS", "Progress", "StepName", "is_asked", "progress_of"]

StepName = Literal["files", "lines", "differences", "options", "papers", "signing"]
STEPS: tuple[StepName, ...] = ("files", "lines", "differences", "options", "papers", "signing")
"""The steps of a case in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a case has, counted from its records alone; ``asked`` files wait for an answer."""

    files: int
    asked: int
    lines: int
    ready: bool
    chosen: bool
    printed: bool
    closed: bool

    @property
    def step(self) -> StepName:
        """Return the step at which work goes on."""
        if self.closed or self.printed:
            return "signing"
        if self.chosen:
            return "papers"
        if self.ready:
            return "differences"
        return "lines" if self.lines or (self.files and not self.asked) else "files"

    def done(self, step: StepName) -> bool:
        """Tell whether a step has what the next one needs."""
        return {
            "files": bool(self.lines or self.files) and not self.asked,
            "lines": self.ready,
            "differences": self.ready and (self.chosen or self.printed or self.closed),
            "options": self.chosen,
            "papers": self.printed,
            "signing": self.closed,
        }[step]


def is_asked(file: CaseFile) -> bool:
    """Tell whether somebody has to say what a file's coordinates are."""
    found = file.recognition
    return found.get("status") == "ask" or (
        found.get("status") == "decided" and found.get("shift") == "unknown"
    )


def progress_of(store: Store, case: Case) -> Progress:
    """Return how far a case has come."""
    lines = [line for line in store.case_lines.find(case_id=case.id) if line.put_away_at is None]
    files = [file for file in store.case_files.find(case_id=case.id) if file.put_away_at is None]
    issued = store.documents.find(case_id=case.id)
    closed = case.closed_at is not None
    return Progress(
        files=len(files),
        asked=sum(is_asked(file) for file in files),
        lines=len(lines),
        ready=is_ready(lines),
        chosen=case.chosen_proposal_id is not None or bool(terms_of(case)),
        printed=case.state in ("printed", "settled") or (case.level != "household" and bool(issued)),
        closed=closed,
    )
