"""The signed copy: recording it changes both plots together; a case can be reopened; changed plots are handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.store import Agreement, Case, Store
from geo import measure
from geo.errors import DisputeError
from jobs import redrawing
from jobs.access import Account
from jobs.dispute import choosing
from jobs.dispute.finding import find, question_of
from jobs.dispute.papers import matter_of

__all__ = [
    "MOST_BYTES",
    "PlotRow",
    "agreements_of",
    "handover",
    "plot_changes",
    "record_signed",
    "refer",
    "reopen",
]

MOST_BYTES = 40_000_000
_MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotRow:
    """A plot before and after, in areas of record."""

    code: str
    area_before_m2: float
    area_after_m2: float


def plot_changes(store: Store, case: Case) -> tuple[PlotRow, ...]:
    """Return what recording the signed copy will change; nothing for an arrangement that is no line.

    Raises
    ------
    DisputeError, GeometryError
        Why the line cannot be put into the plots.
    """
    finding = find(question_of(store, case))
    chosen = choosing.chosen_of(store, case, finding)
    if chosen is None or case.plot_a_id is None or case.plot_b_id is None:
        return ()
    drawn = redrawing.redraw_case(store, case, finding, chosen.proposal)
    before = store.plots.agreed(drawn.areas_changed)
    return tuple(
        PlotRow(
            code=store.plots.get(plot_id).code,
            area_before_m2=measure.area_m2(before[plot_id], store.zone),
            area_after_m2=measure.area_m2(drawn.changed[plot_id], store.zone),
        )
        for plot_id in drawn.areas_changed
    )


def record_signed(
    store: Store, case: Case, scan: bytes, name: str, by: Account, *, signed_at: datetime
) -> Agreement:
    """Record the signed copy: the scan is kept, and the plots change, in one transaction.

    Raises
    ------
    DisputeError
        ``nothing_chosen``, ``scan_unusable``, ``choice_stale``; as :func:`plot_changes`.
    StoreError
        As :meth:`data.store.Store.record_agreement`.
    """
    media_type = _media_type(scan, name)
    matter = matter_of(store, case, at=signed_at)
    if matter.chosen is None and not choosing.terms_of(case):
        raise DisputeError(
            "nothing_chosen",
            zh="案件 {number} 还没有选定界线，也没有写其他约定：请先到“方案”一步。",
            en="Case {number} has neither a chosen line nor other terms: go to the step 'options' first.",
            where=case.number,
            number=case.number,
        )
    changed = {}
    if matter.chosen is not None and case.plot_a_id is not None and case.plot_b_id is not None:
        finding = find(question_of(store, case))
        changed = dict(redrawing.redraw_case(store, case, finding, matter.chosen).changed)
    with store.change(by=by.id, action="case.settle"):
        kept = store.evidence.put(scan, name=name, kind="scan", case_id=case.id, media_type=media_type)
        return store.record_agreement(
            case,
            scan_sha256=kept.sha256,
            changed=changed,
            line=matter.chosen.line if matter.chosen is not None else None,
            proposal=matter.chosen.name if matter.chosen is not None else "",
            arrangement=case.arrangement,
            signed_at=signed_at,
        )


def _media_type(scan: bytes, name: str) -> str:
    """Return the scan's type by its content.

    Raises
    ------
    DisputeError
        ``scan_unusable`` for an empty, too large or other kind of file.
    """
    starts = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
    found = next((kind for start, kind in starts.items() if scan.startswith(start)), None)
    if found is None or len(scan) > MOST_BYTES:
        raise DisputeError(
            "scan_unusable",
            zh="签字件 {name} 不是 PDF、JPG 或 PNG，或大于 {limit} MB：请重新扫描或拍照后上传。",
            en="The signed copy {name} is no PDF, JPG or PNG, or larger than {limit} MB: scan or photograph it again.",
            where=name,
            name=name,
            limit=MOST_BYTES // 1_000_000,
        )
    return _MEDIA[found]


def agreements_of(store: Store, case: Case) -> tuple[Agreement, ...]:
    """Return the agreements recorded for a case, oldest first."""
    return store.agreements.find(case_id=case.id)


def reopen(store: Store, case: Case, by: Account, *, why: str) -> Case:
    """Reopen a closed case with the reason; everything stays as it is until a new agreement."""
    with store.change(by=by.id, action="case.reopen", why=why):
        return store.reopen(case)


def refer(store: Store, case: Case, by: Account, *, why: str = "") -> Case:
    """Close a case as sent up to whoever decides it."""
    with store.change(by=by.id, action="case.refer", why=why):
        return store.cases.close(case, "referred")


def handover(store: Store, case: Case) -> bytes:
    """Return the changed plots of the latest agreement as a GeoPackage for the registry.

    Raises
    ------
    DisputeError
        ``no_agreement`` before a signed copy was recorded.
    """
    signed = [each for each in agreements_of(store, case) if each.plot_ids]
    if not signed:
        raise DisputeError(
            "no_agreement",
            zh="案件 {number} 还没有登记签字件，没有可移交的地块。",
            en="No signed copy of case {number} is recorded yet, so there are no plots to hand over.",
            where=case.number,
            number=case.number,
        )
    return redrawing.handover_plots(store, signed[-1].plot_ids)
