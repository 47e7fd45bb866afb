"""What signing will change, or has changed: the plots' shapes and areas, the agreed line."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from data.store import Case, Store
from geo import measure
from geo.errors import JiebiaoError
from geo.units import format_area_mu
from jobs import redrawing
from jobs.dispute import choosing, signing
from jobs.dispute.finding import find, question_of
from jobs.dispute.signing import PlotRow

__all__ = ["Outcome", "agreed_lines", "change_mu", "outcome_of", "settled_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The two plots as they would be, or why they cannot be."""

    rows: tuple[PlotRow, ...] = ()
    shapes: dict[str, BaseGeometry]
    fault: JiebiaoError | None = None


def outcome_of(store: Store, case: Case) -> Outcome:
    """Return what recording the signed copy will change; for a settled case nothing more will."""
    if case.closed_at is not None or case.plot_a_id is None or case.plot_b_id is None:
        return Outcome(shapes={})
    try:
        finding = find(question_of(store, case))
        chosen = choosing.chosen_of(store, case, finding)
        if chosen is None:
            return Outcome(shapes={})
        drawn = redrawing.redraw_case(store, case, finding, chosen.proposal)
        rows = signing.plot_changes(store, case)
    except JiebiaoError as fault:
        return Outcome(shapes={}, fault=fault)
    shapes = {store.plots.get(number).code: drawn.changed[number] for number in drawn.areas_changed}
    return Outcome(rows=rows, shapes=dict(shapes))


def settled_rows(store: Store, case: Case) -> tuple[PlotRow, ...]:
    """Return registered and agreed areas of record of both plots of a case."""
    numbers = [number for number in (case.plot_a_id, case.plot_b_id) if number is not None]
    agreed = store.plots.agreed(numbers)
    plots = [store.plots.get(number) for number in numbers]
    return tuple(
        PlotRow(
            code=plot.code,
            area_before_m2=measure.area_m2(plot.geometry, store.zone),
            area_after_m2=measure.area_m2(agreed[plot.id], store.zone),
        )
        for plot in plots
        if plot.geometry is not None and plot.id in agreed
    )


def change_mu(row: PlotRow) -> float:
    """Return by how many mu a plot changes: the difference of the printed figures, so that a reader can add up."""
    before, after = (
        float(format_area_mu(area_m2).replace(",", "")) for area_m2 in (row.area_before_m2, row.area_after_m2)
    )
    return round(after - before, 2)


def agreed_lines(store: Store, case: Case) -> tuple[BaseGeometry, ...]:
    """Return the lines recorded as agreed in a case."""
    return tuple(line.geometry for line in store.boundary_lines.of_case(case.id))
