"""Put a chosen line into the plots: both neighbours change, the neighbourhood stays without gap and overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from data import exporting
from data.exporting import OutFeature, OutLayer
from data.store import Case, Store
from geo import measure, redraw
from geo.errors import DisputeError
from geo.proposal import Proposal
from geo.units import mu
from jobs.dispute.finding import Finding

__all__ = ["Drawn", "handover_plots", "redraw_case", "redraw_plots", "sides_of"]

_AROUND_M = 50.0
_NEAR_LINE_M = 30.0
Shape: TypeAlias = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """New shapes by plot: the two whose area changes, and neighbours that only gain a vertex on a straight side."""

    changed: Mapping[int, Shape]
    areas_changed: tuple[int, int]


def redraw_plots(
    plots: Mapping[int, BaseGeometry], plot_a: int, plot_b: int, finding: Finding, proposal: Proposal
) -> Drawn:
    """Return the shapes of a neighbourhood after the line is put between two of its plots.

    Raises
    ------
    DisputeError, GeometryError
        Why the line cannot be put in; nothing has changed then.
    """
    shapes = {str(key): shape for key, shape in plots.items() if isinstance(shape, Polygon | MultiPolygon)}
    drawn = redraw.redraw(
        shapes,
        str(plot_a),
        str(plot_b),
        proposal.line,
        zone=finding.question.zone,
        settings=finding.question.settings,
    )
    changed = {int(key): shape for key, shape in (drawn.noded | drawn.changed).items()}
    return Drawn(changed=changed, areas_changed=(plot_a, plot_b))


def redraw_case(store: Store, case: Case, finding: Finding, proposal: Proposal) -> Drawn:
    """Return what recording the signed copy of a case would change in the agreed state.

    Raises
    ------
    DisputeError
        ``case_without_plots``; as :func:`redraw_plots`.
    """
    if case.plot_a_id is None or case.plot_b_id is None:
        raise DisputeError(
            "case_without_plots",
            zh="案件 {number} 没有指明甲乙两方的地块，只登记界线，不改地块。",
            en="Case {number} does not say which plots it is about: only the line is recorded, no plot changes.",
            where=case.number,
            number=case.number,
        )
    own = store.plots.agreed([case.plot_a_id, case.plot_b_id])
    west, south, east, north = shapely.total_bounds([*own.values(), proposal.line])
    box = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    return redraw_plots(store.plots.agreed(box=box), case.plot_a_id, case.plot_b_id, finding, proposal)


def sides_of(plots: Mapping[int, BaseGeometry], finding: Finding) -> tuple[int, int]:
    """Return which plots of a file are A's and B's.

    They are the plots that hold most of each claim where claims are plots; else the two that lie on either side
    of the disputed boundary.

    Raises
    ------
    DisputeError
        ``plots_not_found`` when they are not two different plots.
    """
    analysis = finding.analysis
    near = shapely.union_all([analysis.line_a, analysis.line_b]).buffer(_NEAR_LINE_M)
    claims = finding.question.claims
    left = shapely.buffer(analysis.line_a, _NEAR_LINE_M, single_sided=True).intersection(near)
    right = shapely.buffer(analysis.line_a, -_NEAR_LINE_M, single_sided=True).intersection(near)
    grounds = (left, right) if analysis.a_side == "left" else (right, left)
    wanted = [
        claim.polygon.difference(other.polygon) if claim.polygon and other.polygon else ground
        for claim, other, ground in zip(claims, reversed(claims), grounds, strict=True)
    ]
    found = [max(plots, key=lambda key: plots[key].intersection(each).area) for each in wanted]
    if found[0] == found[1] or not all(plots[k].intersects(w) for k, w in zip(found, wanted, strict=True)):
        raise DisputeError(
            "plots_not_found",
            zh="地块文件里找不到分属双方的两块相邻地：请核对地块文件与主张是否在同一处。",
            en="The plots file does not hold two neighbouring plots of the two sides: check that it covers the dispute.",
        )
    return found[0], found[1]


def handover_plots(store: Store, plot_ids: Sequence[int]) -> bytes:
    """Return changed plots, in their agreed shapes, as a GeoPackage for the registry."""
    shapes = store.plots.agreed(plot_ids)
    features = []
    for plot_id in plot_ids:
        plot = store.plots.get(plot_id)
        area_m2 = measure.area_m2(shapes[plot_id], store.zone)
        facts = {"code": plot.code, "certificate": plot.certificate_number, "area_mu": f"{mu(area_m2):.2f}"}
        properties = {**facts, "state": "agreed, not yet registered 议定，未登记"}
        features.append(
            OutFeature(id=plot.code, name=plot.code, geometry=shapes[plot_id], properties=properties)
        )
    return exporting.export("gpkg", OutLayer(title="changed plots", plane=store.zone, features=features))
