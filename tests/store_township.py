"""A small township for tests of the records: four by four plots, with invented names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import shapely

from data.store import Case, Evidence, Party, Plot, Store

EPSG = 4542
WEST_M, SOUTH_M, SIDE_M, ACROSS = 500_000.0, 4_180_000.0, 100.0, 4
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOON


def square(column: float, row: float, wide: float = 1.0) -> shapely.Polygon:
    west, south = WEST_M + column * SIDE_M, SOUTH_M + row * SIDE_M
    return shapely.box(west, south, west + wide * SIDE_M, south + SIDE_M)


def make(folder: Path, name: str = "township.gpkg") -> Store:
    return Store.create(folder / name, epsg=EPSG, name="试验乡", clock=clock, address="http://127.0.0.1:8501")


def settled_land(folder: Path) -> Store:
    """A township with registered plots 1-1 to 4-4 (numbers 1 to 16) and two holders."""
    store = make(folder)
    with store.change(by="u1", action="plot.import"):
        store.parties.add_many(
            [Party(code="h1", name="甲某", phone="13000000001"), Party(code="h2", name="乙某")]
        )
        plots = store.plots.add_many(
            [
                Plot(code=f"{row + 1}-{column + 1}", geometry=square(column, row), holder_id=1 + column % 2)
                for row in range(ACROSS)
                for column in range(ACROSS)
            ]
        )
        for plot in plots:
            store.plots.register(plot)
    return store


def open_case(store: Store, **facts: object) -> Case:
    with store.change(by="u1", action="case.open"):
        return store.cases.open(Case(plot_a_id=1, plot_b_id=2, **facts))


def signed_scan(store: Store, case: Case, content: bytes = b"%PDF signed") -> Evidence:
    with store.change(by="u1", action="evidence.add"):
        return store.evidence.put(content, name="签字件.pdf", kind="scan", case_id=case.id)


def moved_line(east_m: float = 10.0) -> tuple[dict[int, shapely.Polygon], shapely.LineString]:
    """Plots 1 and 2 with their common line moved east, and the line."""
    edge = WEST_M + SIDE_M + east_m
    left = shapely.box(WEST_M, SOUTH_M, edge, SOUTH_M + SIDE_M)
    right = shapely.box(edge, SOUTH_M, WEST_M + 2 * SIDE_M, SOUTH_M + SIDE_M)
    return {1: left, 2: right}, shapely.LineString([(edge, SOUTH_M), (edge, SOUTH_M + SIDE_M)])
