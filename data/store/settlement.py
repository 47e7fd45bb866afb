"""Making an agreement effective: one transaction in which plots, line and case change together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import shapely
import sqlalchemy as sa
from shapely.geometry import LineString

from data.store.cases import Cases
from data.store.changes import Change, Changes
from data.store.engine import Database
from data.store.evidence import EvidenceBox
from data.store.lines import BoundaryLines
from data.store.parties import JoinedParties
from data.store.plots import Plots
from data.store.records import Agreement, BoundaryLine, Case, Json, Plot, Surface
from data.store.rows import Rows
from data.store.seams import refuse_broken_seams
from geo.errors import StoreError

__all__ = ["Settlement"]

_AROUND_M = 1.0
_STILL_M = 0.002
"""A new vertex on an old side, rounded to 1 mm, moves it by less than this."""


class Settlement:
    """Records agreements and reopens cases; called inside ``with store.change(...)``."""

    def __init__(
        self,
        database: Database,
        tables: sa.MetaData,
        changes: Changes,
        *,
        cases: Cases,
        plots: Plots,
        lines: BoundaryLines,
        evidence: EvidenceBox,
        joined: JoinedParties,
    ) -> None:
        self._database = database
        self._agreed = tables.tables["plot_agreed"]
        self._agreements = Rows(database, tables.tables["agreement"], Agreement)
        self._changes = changes
        self._cases = cases
        self._plots = plots
        self._lines = lines
        self._evidence = evidence
        self._joined = joined

    def record(
        self,
        case: Case,
        *,
        scan_sha256: str,
        changed: Mapping[int, Surface],
        line: LineString | None,
        proposal: str = "",
        arrangement: Json | None = None,
        signed_at: datetime | None = None,
    ) -> Agreement:
        """Record a signed agreement; see :meth:`data.store.Store.record_agreement`."""
        change = self._changes.current()
        self._refuse_what_is_not_ours(case)
        if line is None and (changed or not arrangement):
            raise ValueError("an agreement has a line, or an arrangement without a line")
        self._evidence.read(scan_sha256)
        if changed:
            self._change_plots(case, changed, change)
        if line is not None:
            self._set_line(case, line)
        number = 1 + max((each.number for each in self.of_case(case.id)), default=0)
        agreement = self._agreements.add(
            Agreement(
                case_id=case.id,
                number=number,
                scan_sha256=scan_sha256,
                proposal=proposal,
                plot_ids=tuple(sorted(changed)),
                arrangement=dict(arrangement or {}),
                signed_at=signed_at,
                recorded_at=change.at,
                geometry=line,
            )
        )
        Rows.save(self._cases, replace(case, state="settled", closed_at=change.at))
        return agreement

    def reopen(self, case: Case) -> Case:
        """Reopen a closed case, keeping everything; see :meth:`data.store.Store.reopen`."""
        change = self._changes.current()
        if case.closed_at is None:
            raise StoreError(
                "case_not_closed",
                zh="案件 {number} 没有结案，不必重开。",
                en="Case {number} is not closed, so it need not be reopened: go on with it.",
                where=case.number,
                number=case.number,
            )
        for agreement in self.of_case(case.id):
            if agreement.reopened_at is None:
                self._agreements.save(replace(agreement, reopened_at=change.at))
        return Rows.save(self._cases, replace(case, state="reopened", closed_at=None))

    def of_case(self, case_id: int) -> tuple[Agreement, ...]:
        """Return the agreements of a case, oldest first."""
        return self._agreements.find(case_id=case_id)

    def _refuse_what_is_not_ours(self, case: Case) -> None:
        if case.level != "household":
            raise StoreError(
                "referred_not_settled",
                zh="案件 {number} 涉及单位之间或行政区域界线，不能在本程序里达成：请出移送材料，报上级处理。",
                en="Case {number} is between units or about an administrative line and is not settled here: "
                "make the referral and send it up.",
                where=case.number,
                number=case.number,
                level=case.level,
            )
        if self._cases.get(case.id).state == "settled":
            raise StoreError(
                "case_settled",
                zh="案件 {number} 已达成协议：要改动，请先重开案件。",
                en="Case {number} is settled already: reopen it before recording another agreement.",
                where=case.number,
                number=case.number,
            )

    def _change_plots(self, case: Case, changed: Mapping[int, Surface], change: Change) -> None:
        """Put the new agreed shapes in place, all or none, when the neighbourhood stays seamless."""
        plots = {number: self._plots.get(number) for number in sorted(changed)}
        own = self._plots.agreed(changed)
        west, south, east, north = shapely.total_bounds([*own.values(), *changed.values()])
        box = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
        self._refuse_moving_the_absent(case, own, changed, plots)
        names = {number: plot.code for number, plot in plots.items()}
        refuse_broken_seams({**self._plots.agreed(box=box), **own}, changed, names)
        connection, row = self._database.writing(), self._agreed.c
        for plot_id, shape in sorted(changed.items()):
            new = {"geom": shape, "case_id": case.id, "since": change.at}
            updated = connection.execute(
                self._agreed.update().where(row.plot_id == plot_id).values(version=row.version + 1, **new)
            )
            if updated.rowcount == 0:
                connection.execute(self._agreed.insert().values(plot_id=plot_id, **new))

    def _refuse_moving_the_absent(
        self,
        case: Case,
        own: Mapping[int, Surface],
        changed: Mapping[int, Surface],
        plots: Mapping[int, Plot],
    ) -> None:
        """Refuse to move the line of a neighbour who did not come; a vertex on it he may gain.

        Free to move are the plots of both sides, and those whose holder was present or represented.
        """
        came = self._joined.present(case.id)
        parties = {case.party_a_id, case.party_b_id, *(each.party_id for each in came)} - {None}
        free = {case.plot_a_id, case.plot_b_id, *(each.plot_id for each in came if each.reason != "issuer")}
        for number, plot in plots.items():
            if number in free or plot.holder_id in parties or number not in own:
                continue
            moved_m = float(shapely.hausdorff_distance(own[number].boundary, changed[number].boundary))
            if moved_m > _STILL_M:
                raise StoreError(
                    "absent_neighbour_moved",
                    zh="宗地 {plot} 的邻户没有到场，他的界线不能移动（移动了 {moved_m:.2f} m）：请通知他到场，或改线。",
                    en="The neighbour of plot {plot} was not present, so his line does not move (it moved "
                    "{moved_m:.2f} m): have him come, or change the line.",
                    where=plot.code,
                    plot=plot.code,
                    moved_m=moved_m,
                )

    def _set_line(self, case: Case, line: LineString) -> None:
        """Keep one agreed line a case; what it was before stands in history and in its agreement."""
        agreed = [each for each in self._lines.of_case(case.id) if each.state == "agreed"]
        if agreed:
            self._lines.save(replace(agreed[-1], geometry=line))
            return
        self._lines.add(
            BoundaryLine(
                kind=case.land_use,
                level=case.level,
                state="agreed",
                plot_a_id=case.plot_a_id,
                plot_b_id=case.plot_b_id,
                case_id=case.id,
                geometry=line,
            )
        )
