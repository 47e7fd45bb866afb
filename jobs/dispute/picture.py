"""A case on the map: its lines, its files' shapes, what was found and what is proposed, as map layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from data.store import Case, CaseLine, Plot, Store
from geo.boundary import Analysis
from geo.errors import Language
from geo.proposal import Proposal
from geo.stretch import Stretch
from geo.units import format_area_mu
from jobs import maps
from jobs.dispute.material import ROLES
from jobs.dispute.reading import FileShape
from layers.webmap import MapFeature, MapLayer, bounds_lonlat

__all__ = [
    "agreed",
    "around",
    "box_of",
    "case_plots",
    "cases_layer",
    "changed_plots",
    "end_points",
    "file_shapes",
    "ground",
    "lines",
    "place_of",
    "points",
    "proposed",
    "stretch_of",
]

_MOST_SHAPES: Final = 1500
"""More shapes of files than this are not sent to the browser: the nearest are."""


def around(store: Store, lang: Language) -> tuple[MapLayer, ...]:
    """Return the township beneath the case: only to look at and to snap to."""
    return maps.township_layers(store, lang, selectable=False)


def box_of(store: Store, case: Case, more: Iterable[BaseGeometry] = ()) -> maps.Extent | None:
    """Return west, south, east, north in degrees around the case: its lines, else its plots or its place."""
    lines_ = [line.geometry for line in store.case_lines.find(case_id=case.id) if line.put_away_at is None]
    found = [*lines_, *more] or [
        plot.geometry for plot in case_plots(store, case) if plot.geometry is not None
    ]
    if not found and case.geometry is not None:
        found = [case.geometry.buffer(500.0)]
    return bounds_lonlat(found, store.zone, margin=0.15)


def case_plots(store: Store, case: Case) -> tuple[Plot, ...]:
    """Return the plots of both sides, those that are known."""
    return tuple(store.plots.get(number) for number in (case.plot_a_id, case.plot_b_id) if number is not None)


def lines(
    found: Sequence[CaseLine], *, editable: bool = False, selectable: bool = True
) -> tuple[MapLayer, ...]:
    """Return one layer for each role, sources beneath the claims; a registered shape is never edited."""
    layers = []
    for role in reversed(ROLES):
        mine = [line for line in found if line.role == role]
        registered = any(line.feature_key.startswith("plot/") for line in mine)
        if mine:
            layers.append(
                MapLayer.of(
                    role,
                    [_line(line) for line in mine],
                    editable=editable and not registered,
                    selectable=selectable,
                    snap=True,
                )
            )
    return tuple(layers)


def _line(line: CaseLine) -> MapFeature:
    return MapFeature(id=str(line.id), geometry=line.geometry, properties={"label": line.label})


def points(store: Store, case: Case) -> tuple[MapLayer, ...]:
    """Return the recorded common points (squares) and three-way points (triangles)."""
    rows = store.case_points.find(case_id=case.id)
    kinds = (("common", "marker_shared"), ("three_way", "end_point"))
    return tuple(
        MapLayer.of(
            layer,
            [
                MapFeature(id=str(row.id), geometry=row.geometry, properties={"name": row.name})
                for row in rows
                if row.kind == kind
            ],
            snap=True,
        )
        for kind, layer in kinds
    )


def file_shapes(shapes: Sequence[FileShape]) -> MapLayer:
    """Return what is inside the files."""
    features = {
        shape.id: MapFeature(id=shape.id, geometry=shape.geometry, properties={"number": shape.name})
        for shape in shapes[:_MOST_SHAPES]
    }
    return MapLayer.of("import_preview", list(features.values()), snap=True)


def ground(analysis: Analysis, verdicts: dict[int, str]) -> tuple[MapLayer, ...]:
    """Return disputed patches (id: number of the stretch), unclaimed ground and agreed stretches."""
    disputed = [each for each in analysis.disputed_stretches if each.patch is not None]
    agreed = [each for each in analysis.stretches if each.state == "agreed"]
    return (
        MapLayer.of("unclaimed", [_unclaimed(each) for each in analysis.stretches if each.unclaimed_patch]),
        MapLayer.of("disputed", [_patch(each, verdicts) for each in disputed]),
        MapLayer.of(
            "stretch_agreed",
            [
                MapFeature(id=str(each.number), geometry=each.line_a, properties={"label": str(each.number)})
                for each in agreed
            ],
        ),
    )


def _patch(stretch: Stretch, verdicts: dict[int, str]) -> MapFeature:
    patch = stretch.patch
    assert isinstance(patch, Polygon | MultiPolygon)
    area = format_area_mu(stretch.area_m2, stretch.area_sigma_m2)
    return MapFeature(
        id=str(stretch.number),
        geometry=patch,
        properties={
            "number": str(stretch.number),
            "area_mu": area,
            "verdict": verdicts.get(stretch.number, ""),
        },
    )


def _unclaimed(stretch: Stretch) -> MapFeature:
    patch = stretch.unclaimed_patch
    assert isinstance(patch, Polygon | MultiPolygon)
    return MapFeature(
        id=str(stretch.number),
        geometry=patch,
        properties={"number": "", "area_mu": format_area_mu(stretch.unclaimed_area_m2)},
    )


def stretch_of(layer: str | None, id_: str | None) -> int | None:
    """Return the number of the stretch that a click on the map means, or None."""
    known = layer in ("disputed", "stretch_agreed", "unclaimed") and id_ is not None and id_.isdigit()
    return int(id_ or 0) if known else None


def place_of(stretch: Stretch) -> tuple[str, str]:
    """Return the layer and the feature that stand for a stretch on the map."""
    return ("stretch_agreed" if stretch.state == "agreed" else "disputed", str(stretch.number))


def end_points(analysis: Analysis) -> tuple[MapLayer, ...]:
    """Return the ends of the boundary and the segments that close the claims to them."""
    ends = (("start", analysis.start), ("end", analysis.end))
    closing = [
        MapFeature(id=f"{name}-{side}", geometry=segment, properties={"label": ""})
        for name, end in ends
        for side, segment in (("a", end.closing_a), ("b", end.closing_b))
        if segment is not None
    ]
    return (
        MapLayer.of("closing", closing, selectable=False),
        MapLayer.of(
            "end_point",
            [MapFeature(id=name, geometry=end.point, properties={"name": end.name}) for name, end in ends],
            selectable=False,
            snap=True,
        ),
    )


def proposed(proposal: Proposal, *, chosen: bool = False, editable: bool = False) -> tuple[MapLayer, ...]:
    """Return a proposed line with its numbered markers; the chosen one is drawn as agreed."""
    line = MapFeature(id=proposal.name, geometry=proposal.line, properties={"label": proposal.source})
    markers = [
        MapFeature(
            id=str(each.number),
            geometry=Point(each.easting_m, each.northing_m),
            properties={"name": str(each.number)},
        )
        for each in proposal.markers
    ]
    return (
        MapLayer.of("agreed" if chosen else "proposal", [line], editable=editable, selectable=False),
        MapLayer.of("marker", markers, selectable=False),
    )


def agreed(shapes: Sequence[BaseGeometry]) -> tuple[MapLayer, ...]:
    """Return the lines that were agreed in a case."""
    features = [
        MapFeature(id=str(number), geometry=shape, properties={"label": ""})
        for number, shape in enumerate(shapes, start=1)
    ]
    return (MapLayer.of("agreed", features, selectable=False),)


def changed_plots(shapes: dict[str, BaseGeometry]) -> MapLayer:
    """Return plots in their new shapes, by their code."""
    return MapLayer.of(
        "plot_changed",
        [
            MapFeature(id=code, geometry=shape, properties={"number": maps.short_code(code)})
            for code, shape in sorted(shapes.items())
        ],
        selectable=False,
    )


def cases_layer(store: Store, title: str) -> MapLayer:
    """Return every case on the table as a point with its number."""
    features = [
        MapFeature(id=case.number, geometry=case.geometry, properties={"name": case.number})
        for case in store.cases.listed()
        if case.geometry is not None
    ]
    return MapLayer.of("end_point", features, title=title)
