"""Overlaps and gaps exactly as defined, against geopandas and by hand."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo import audit
from geo.errors import ArgumentError
from tests import shared

FILES = [
    "parcels/fiboa_lpis/ai4sf/1_vietnam_areas.gpkg",
    "parcels/fiboa_lpis/at/inspire_schlaege_2025-1_polygon.gpkg.zip",
    "parcels/fiboa_lpis/de_sh/Feldbloecke_2026_GPKG.zip",
    "parcels/fiboa_lpis/es_cat/Cultius_DUN2023_GPKG.zip",
    "parcels/fiboa_lpis/hr/land_parcels.gpkg",
    "parcels/fiboa_lpis/nl/brpgewaspercelen_definitief_2023.gpkg",
    "parcels/fiboa_lpis/nl_block/referentiepercelen.gpkg",
    "parcels/fiboa_lpis/nz/irrigated-land-area-raw-2020-update.zip",
    "parcels/fiboa_lpis/se/se2023.zip",
    "parcels/r_sf/buildings.gpkg",
    "parcels/zsiki_surveying/parcels.shp",
    "parcels/zsiki_surveying/buildings.shp",
    "shp/pyshp/blockgroups.shp",
    "shp/shapefile_js/senate.zip",
    "shp/shapefile_js/counties.zip",
]


def grid(columns: int = 3, rows: int = 3, size_m: float = 10.0) -> list[Polygon]:
    return [
        box(size_m * column, size_m * row, size_m * (column + 1), size_m * (row + 1))
        for row in range(rows)
        for column in range(columns)
    ]


def read(path: Path) -> geopandas.GeoDataFrame:
    source = f"/vsizip/{path}" if path.suffix == ".zip" else path
    return geopandas.read_file(source, engine="pyogrio", layer=0)


def test_coverage__plots_that_tile_are_valid() -> None:
    found = audit.audit_coverage(grid())
    assert found.valid
    assert found.edges_match
    assert (found.features, found.overlap_area_m2, found.gap_area_m2) == (9, 0.0, 0.0)


def test_overlap__pairs_with_their_area() -> None:
    plots = [box(0, 0, 10, 10), box(8, 0, 18, 10), box(9, 0, 19, 10), box(19, 0, 29, 10)]
    found = audit.audit_coverage(plots, ["p1", "p2", "p3", "p4"])
    assert [(o.a, o.b, o.area_m2) for o in found.overlaps] == [
        ("p2", "p3", 90.0),
        ("p1", "p2", 20.0),
        ("p1", "p3", 10.0),
    ]
    assert found.overlap_area_m2 == 120.0
    assert not found.valid


def test_overlap__the_same_plot_twice_and_one_inside_another() -> None:
    found = audit.audit_coverage([box(0, 0, 4, 4), box(0, 0, 4, 4), box(1, 1, 2, 2)])
    assert [(o.a, o.b, o.area_m2) for o in found.overlaps] == [
        ("1", "2", 16.0),
        ("1", "3", 1.0),
        ("2", "3", 1.0),
    ]


def test_overlap__smallest_that_counts() -> None:
    """1e-6 m² is not an overlap yet; a hair more is."""
    for width_m, count in ((1e-7, 0), (1.5e-7, 1)):
        assert len(audit.audit_coverage([box(0, 0, 10, 10), box(10 - width_m, 0, 20, 10)]).overlaps) == count


def test_overlap__plots_that_only_touch_do_not() -> None:
    corner, side = box(10, 10, 20, 20), box(10, 3, 20, 7)
    found = audit.audit_coverage([box(0, 0, 10, 10), corner, side])
    assert found.overlaps == ()
    assert found.valid
    assert not found.edges_match


def test_gap__missing_plot_is_enclosed() -> None:
    plots = grid()
    del plots[4]
    found = audit.audit_coverage(plots)
    assert [gap.area_m2 for gap in found.gaps] == [100.0]
    assert found.gaps[0].geom.equals(box(10, 10, 20, 20))
    assert not found.valid


def test_gap__open_to_the_outside_is_none() -> None:
    plots = grid()
    del plots[1]
    assert audit.audit_coverage(plots).gaps == ()


def test_gap__holes_of_plots_are_included_unless_filled() -> None:
    holed = box(0, 0, 10, 10).difference(box(3, 3, 5, 5))
    pond = audit.audit_coverage([holed])
    assert pond.gap_area_m2 == pytest.approx(4.0)
    assert (pond.gaps[0].own_hole, pond.valid) == (True, True)
    half = audit.audit_coverage([holed, box(3, 3, 4, 5)])
    assert [(gap.area_m2, gap.own_hole) for gap in half.gaps] == [(pytest.approx(2.0), False)]
    assert not half.valid
    filled = audit.audit_coverage([holed, box(3, 3, 5, 5)])
    assert (filled.gaps, filled.valid) == ((), True)


def test_gap__island_is_told_apart() -> None:
    """The ring's area is the gap by definition; the ground nobody holds is beside it."""
    holed = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
    found = audit.audit_coverage([holed, box(12, 12, 14, 14)])
    assert found.gap_area_m2 == pytest.approx(100.0)
    assert found.gaps[0].open_area_m2 == pytest.approx(96.0)


def test_slivers__are_grouped_below_a_width() -> None:
    plots = [box(0, 0, 100, 10), box(99.9, 0, 200, 10), box(190, 0, 300, 10)]
    found = audit.audit_coverage(plots)
    parted = audit.part_slivers(found.overlaps, width_m=0.5)
    assert [each.area_m2 for each in parted.wide] == [100.0]
    assert parted.sliver_count == 1
    assert parted.sliver_area_m2 == pytest.approx(1.0)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_invalid__shapes_are_listed_and_mended_in_the_copy_only() -> None:
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    before = bow_tie.wkb
    shapes = [
        bow_tie,
        box(5, 0, 20, 10),
        None,
        shapely.Point(1, 1),
        Polygon(),
        Polygon([(0, 0), (np.inf, 0), (0, 1)]),
    ]
    found = audit.audit_coverage(shapes, list("abcdef"))
    assert [(problem.where, problem.code) for problem in found.problems] == [
        ("a", "ring_crosses_itself"),
        ("c", "empty_geometry"),
        ("d", "not_an_area"),
        ("e", "empty_geometry"),
        ("f", "coordinate_not_finite"),
    ]
    assert "copy" in found.problems[0].remedy("en")
    assert [(o.a, o.b, o.area_m2) for o in found.overlaps] == [("a", "b", 25.0)]
    assert (found.features, found.valid) == (2, False)
    assert bow_tie.wkb == before


def test_names_must_match() -> None:
    with pytest.raises(ArgumentError, match="9 shapes and 1 names"):
        audit.audit_coverage(grid(), ["only"])


def test_nothing_to_audit() -> None:
    found = audit.audit_coverage([])
    assert (found.valid, found.features, found.gaps) == (True, 0, ())


def test_progress_reaches_the_end() -> None:
    told: list[float] = []
    audit.audit_coverage(grid(), progress=told.append)
    assert told[-1] == 1.0


def test_area_of__degrees_are_measured_by_the_caller() -> None:
    found = audit.audit_coverage(
        [box(100, 40, 100.002, 40.002), box(100.001, 40, 100.003, 40.002)],
        area_of=lambda shapes: shapely.area(shapes) * 1e10,
    )
    assert found.overlap_area_m2 == pytest.approx(2e4)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 25))
def test_overlaps__order_of_features_does_not_matter(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    corner, size = rng.uniform(0, 50, (count, 2)).round(3), rng.uniform(1, 20, (count, 2)).round(3)
    plots = shapely.box(*corner.T, *(corner + size).T)
    names = np.array([f"{number:02d}" for number in range(count)])
    turn = rng.permutation(count)
    first = audit.audit_coverage(plots, names.tolist())
    second = audit.audit_coverage(plots[turn], names[turn].tolist())
    pairs = [{frozenset((o.a, o.b)): round(o.area_m2, 6) for o in each.overlaps} for each in (first, second)]
    assert pairs[0] == pairs[1]
    assert second.gap_area_m2 == pytest.approx(first.gap_area_m2)


@pytest.mark.parametrize("name", FILES)
def test_coverage__real_files_as_geopandas_finds_them(name: str) -> None:
    plots = read(shared.path(name))
    plots = plots[plots.geom_type.isin(["Polygon", "MultiPolygon"])].reset_index(drop=True)
    shapes = plots.geometry.force_2d()
    found = audit.audit_coverage(shapes.to_numpy(), plots.index.astype(str))
    frame = geopandas.GeoDataFrame(
        {"n": plots.index}, geometry=shapes.make_valid(method="structure").to_numpy()
    )
    pairs = geopandas.overlay(frame, frame, how="intersection", keep_geom_type=True)
    pairs = pairs[(pairs["n_1"] < pairs["n_2"]) & (pairs.area > 1e-6)]
    mine = {(int(o.a), int(o.b)): o.area_m2 for o in found.overlaps}
    theirs = {(a, b): area for a, b, area in zip(pairs["n_1"], pairs["n_2"], pairs.area, strict=True)}
    assert mine.keys() == theirs.keys()
    assert [mine[pair] for pair in theirs] == pytest.approx(list(theirs.values()), rel=1e-6, abs=1e-6)
    parts = shapely.get_parts(shapely.union_all(frame.geometry.to_numpy()))
    rings = [Polygon(ring).area for part in parts if isinstance(part, Polygon) for ring in part.interiors]
    assert found.gap_area_m2 == pytest.approx(sum(area for area in rings if area > 1e-6))


def test_mending_leaves_a_multipolygon_whole() -> None:
    overlapping = MultiPolygon([box(0, 0, 10, 10), box(5, 0, 15, 10)])
    found = audit.audit_coverage([overlapping])
    assert found.problems[0].where == "1"
    assert found.overlaps == ()
    assert os.linesep not in found.problems[0].what()
