"""A file of plots becomes records: same count, same areas, same coverage; what cannot be taken says why."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from data.exporting.facts import OutFeature, OutLayer
from data.exporting.shapefile import write as write_shapefile
from data.exporting.target import target_for
from data.store import Plot, Store
from geo import audit, crs, measure
from geo.errors import AccessError, StoreError
from geo.units import mu
from geo.zone import Zone
from jobs import intake, land_columns, land_keeping, landing, township
from jobs.access import Account
from jobs.intake import Overrule, TakenFile, Upload
from jobs.landing import Landing, Wish
from tests.shared import ROOT

ZONE = Zone(width_deg=3, number=34)
EAST_M, NORTH_M = 525_000.0, 4_473_000.0
NEAR = tuple(crs.to_geographic([[EAST_M, NORTH_M]], ZONE)[0].tolist())
# An invented number: the area code does not exist, the check digit is right.
IDENTITY = "990101197001011231"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "自己的乡.gpkg", epsg=4543, name="自己的乡", clock=township.clock) as made:
        with made.change(by="system", action="township.begin"):
            made.settings.set(township.PLACE_SETTING, list(NEAR))
        yield made


@pytest.fixture
def editor(store: Store) -> Account:
    store.accounts.create(login="zhang", name="张", role="administrator", password="a long password 7")
    return store.accounts.all()[0]


def shapefile(rows: list[tuple[BaseGeometry, Mapping[str, str]]]) -> bytes:
    """Return a zipped shapefile with attributes in GBK and no .cpg, as offices send them."""
    features = [
        OutFeature(id=str(number), name="", geometry=shape, properties=row)
        for number, (shape, row) in enumerate(rows)
    ]
    layer = OutLayer(title="地块", plane=ZONE, features=features)
    whole = write_shapefile(layer, target_for("shapefile", ZONE), "gb18030")
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(packed, "w") as kept:
        for name in source.namelist():
            if not name.endswith(".cpg"):
                kept.writestr(name, source.read(name))
    return packed.getvalue()


def square(column: int, row: int = 0, side_m: float = 100.0) -> Polygon:
    west, south = EAST_M + 100.0 * column, NORTH_M + 100.0 * row
    return box(west, south, west + side_m, south + side_m)


def taken(store: Store, rows: list[tuple[BaseGeometry, Mapping[str, str]]]) -> tuple[TakenFile, ...]:
    files = intake.take_in([Upload(name="地块.zip", data=shapefile(rows))], near=NEAR, zone=store.zone)
    assert files[0].placed, files[0].problems
    return files


def prepared(store: Store, rows: list[tuple[BaseGeometry, Mapping[str, str]]], **wish: str) -> Landing:
    files = taken(store, rows)
    return landing.prepare(store, files, replace(landing.guess(files), **wish))


def codes(found: Landing) -> list[str]:
    return [one.problem.code for one in found.skipped]


def township_of_plots(count: int) -> list[Polygon]:
    """Return irregular plots that tile a square, but for a few left out (gaps) and one that is grown (overlaps)."""
    corner = np.array([EAST_M, NORTH_M])
    spots = corner + np.random.default_rng(20261121).uniform(0, 20_000, (count, 2))
    ground = box(EAST_M, NORTH_M, EAST_M + 20_000, NORTH_M + 20_000)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots), extend_to=ground))
    tiles = shapely.set_precision(shapely.coverage_simplify(shapely.intersection(cells, ground), 0), 0.001)
    plots = [shapely.orient_polygons(tile) for tile in tiles if isinstance(tile, Polygon)]
    inner = [number for number, plot in enumerate(plots) if plot.within(ground.buffer(-2000))]
    plots[inner[0]] = shapely.set_precision(plots[inner[0]].buffer(3.0, join_style="mitre"), 0.001)
    return [plot for number, plot in enumerate(plots) if number not in inner[5:40:7]]


def test_landing__a_township_comes_back_from_a_gbk_shapefile(store: Store, editor: Account) -> None:
    plots = {f"6203211042030{number:06d}": plot for number, plot in enumerate(township_of_plots(700))}
    rows = [
        (
            plot,
            {
                "DKBM": code,
                "CBFMC": f"承包户{code[-2:]}",
                "QZH": f"草证第{code[-4:]}号",
                "HTMJ": f"{mu(plot.area):.4f}",
            },
        )
        for code, plot in plots.items()
    ]
    files = taken(store, rows)
    wish = landing.guess(files)
    assert (wish.columns.code, wish.columns.holder, wish.columns.certificate) == ("DKBM", "CBFMC", "QZH")
    assert (wish.columns.area, wish.columns.area_unit) == ("HTMJ", "mu")
    found = landing.prepare(store, files, wish)
    assert not found.skipped
    told: list[float] = []
    assert land_keeping.keep(store, found, editor, progress=told.append) == len(plots)
    assert told == sorted(told)
    kept = {plot.code: plot for plot in store.plots.find(status="registered")}
    assert set(kept) == set(plots)
    for code, plot in plots.items():
        mine = kept[code]
        assert mine.geometry is not None
        assert mine.geometry.area == pytest.approx(plot.area, abs=1e-6)
        assert mine.measured_area_m2 == pytest.approx(measure.area_m2(plot, ZONE), abs=1e-3)
        assert mine.contract_area_m2 == pytest.approx(plot.area, abs=0.05)
    assert len(store.parties.find()) == len({code[-2:] for code in plots})
    before = audit.audit_coverage(list(plots.values()))
    assert before.overlaps
    assert before.gaps
    after = audit.audit_coverage([plot.geometry for plot in kept.values()])
    assert (after.valid, len(after.overlaps), len(after.gaps)) == (
        before.valid,
        len(before.overlaps),
        len(before.gaps),
    )
    assert after.overlap_area_m2 == pytest.approx(before.overlap_area_m2, abs=1e-3)
    assert after.gap_area_m2 == pytest.approx(before.gap_area_m2, abs=1e-3)
    assert (found.coverage.gap_area_m2, len(found.coverage.gaps)) == (after.gap_area_m2, len(after.gaps))
    assert store.check().chain_valid


def test_landing__names_every_reason(store: Store, editor: Account) -> None:
    crossed = Polygon(
        [
            (EAST_M, NORTH_M + 900),
            (EAST_M + 50, NORTH_M + 950),
            (EAST_M + 50, NORTH_M + 900),
            (EAST_M, NORTH_M + 950),
        ]
    )
    rows = [
        (square(0), {"DKBM": "A1"}),
        (square(1), {"DKBM": "A2"}),
        (square(2), {"DKBM": "A2"}),
        (square(3), {"DKBM": "A3"}),
        (square(3), {"DKBM": "A3"}),
        (crossed, {"DKBM": "A4"}),
        (square(0, row=2000), {"DKBM": "A5"}),
        (square(6), {"DKBM": ""}),
    ]
    found = prepared(store, rows)
    assert codes(found) == [
        "code_twice",
        "code_twice",
        "repeated",
        "ring_crosses_itself",
        "far_from_township",
    ]
    assert [one.code for one in found.incoming] == ["A1", "A3", "L-00001"]
    assert [note.code for note in found.notes] == ["codes_given"]
    land_keeping.keep(store, found, editor)
    again = prepared(store, rows)
    assert again.incoming == ()
    assert codes(again).count("code_in_records") == 3
    assert codes(again)[-1] == "same_ground"
    for one in again.skipped:
        assert one.problem.what("zh")
        assert one.problem.what("en") != one.problem.what("zh")


def test_landing__overlaps_do_not_keep_a_plot_out(store: Store, editor: Account) -> None:
    rows = [(square(0, side_m=101.0), {"DKBM": "A1"}), (square(1), {"DKBM": "A2"})]
    found = prepared(store, rows)
    assert [(each.a, each.b, each.area_m2) for each in found.coverage.overlaps] == [("A1", "A2", 100.0)]
    land_keeping.keep(store, found, editor)
    beside = prepared(store, [(square(2, side_m=100.0).buffer(1, join_style="mitre"), {"DKBM": "A3"})])
    assert [(each.a, each.b) for each in beside.with_records] == [("A3", "A2")]
    assert beside.with_records[0].area_m2 == pytest.approx(100.0)
    assert len(beside.incoming) == 1


def test_landing__several_parts_stay_one_plot(store: Store, editor: Account) -> None:
    two = MultiPolygon([square(0), square(3)])
    found = prepared(store, [(two, {"DKBM": "A1"}), (square(5), {"DKBM": "A2"})])
    land_keeping.keep(store, found, editor)
    kept = store.plots.by_code("A1")
    assert kept is not None
    assert kept.geometry is not None
    assert shapely.equals(kept.geometry, two)


def test_landing__takes_no_identity_numbers(store: Store, editor: Account) -> None:
    rows = [
        (square(n), {"DKBM": f"A{n}", "权利人": f"张三（{IDENTITY}）", "SFZH": IDENTITY, "备注号": IDENTITY})
        for n in range(3)
    ]
    files = taken(store, rows)
    names = land_columns.columns_of([one.properties for one in landing.areas_of(files)])
    assert {"DKBM", "权利人"} <= set(names)
    assert not {"SFZH", "备注号"} & set(names)
    found = landing.prepare(store, files, landing.guess(files))
    assert [note.code for note in found.notes] == ["identity_left_out", "holders_by_name"]
    land_keeping.keep(store, found, editor)
    assert [party.name for party in store.parties.find()] == ["张三"]
    assert IDENTITY.encode() not in store.path.read_bytes()


def test_landing__holders_of_one_name_are_told_apart_by_code(store: Store, editor: Account) -> None:
    rows = [
        (square(n), {"DKBM": f"A{n}", "CBFMC": "王军", "CBFBM": f"6203211042030{n // 2}"}) for n in range(4)
    ]
    land_keeping.keep(store, prepared(store, rows), editor)
    assert len(store.parties.find()) == 2
    more = prepared(store, [(square(9), {"DKBM": "A9", "CBFMC": "王军", "CBFBM": "62032110420300"})])
    land_keeping.keep(store, more, editor)
    assert len(store.parties.find()) == 2
    store_party = store.parties.find()[0]
    with store.change(by="system", action="party.erase"):
        store.parties.erase(store_party)
    assert store.parties.find()[0].name is None


@pytest.mark.parametrize(("unit", "factor"), [("mu", 3 / 2000), ("m2", 1.0), ("ha", 1e-4)])
def test_guess__the_values_tell_the_unit(unit: str, factor: float) -> None:
    rows = [{"地块面积": f"{10_100 * factor:.4f}"}, {"地块面积": "不详"}]
    columns = land_columns.guess(rows, [10_000.0, 10_000.0])
    assert (columns.area, columns.area_unit) == ("地块面积", unit)


def test_landing__villages_and_groups_become_units(store: Store, editor: Account) -> None:
    village = [(square(0, side_m=1000.0), {"XZQDM": "620321104201", "XZQMC": "南沟村"})]
    land_keeping.keep(store, prepared(store, village, what="village"), editor)
    groups = [(square(n), {"编码": f"G{n}", "名称": f"{n} 组"}) for n in range(2)]
    land_keeping.keep(store, prepared(store, groups, what="group"), editor)
    plots = prepared(store, [(square(1), {"DKBM": "A1"}), (square(30), {"DKBM": "A2"})])
    land_keeping.keep(store, plots, editor)
    unit = {one.code: one for one in store.units.find()}
    assert unit["620321104201"].name == "南沟村"
    assert unit["G1"].parent_id == unit["620321104201"].id
    placed = {plot.code: plot.unit_id for plot in store.plots.find()}
    assert placed == {"A1": unit["G1"].id, "A2": None}


def test_keep__all_or_nothing(store: Store, editor: Account) -> None:
    found = prepared(store, [(square(n), {"DKBM": f"A{n}", "CBFMC": "甲"}) for n in range(3)])
    with store.change(by="system", action="test.meanwhile"):
        store.plots.add(Plot(code="A2"))
    with pytest.raises(StoreError, match="already in use"):
        land_keeping.keep(store, found, editor)
    assert [plot.code for plot in store.plots.find()] == ["A2"]
    assert store.parties.find() == ()


def test_keep__viewers_may_not(store: Store, editor: Account) -> None:
    found = prepared(store, [(square(0), {"DKBM": "A1"})])
    with pytest.raises(AccessError):
        land_keeping.keep(store, found, replace(editor, role="viewer"))


def test_landing__a_thing_without_areas_says_so(store: Store) -> None:
    line = json.dumps(
        {"type": "LineString", "coordinates": [list(NEAR), [NEAR[0] + 0.001, NEAR[1]]]}
    ).encode()
    files = intake.take_in([Upload(name="线.geojson", data=line)], near=NEAR, zone=store.zone)
    assert codes(landing.prepare(store, files, landing.guess(files))) == ["file_not_placed"]
    files = (intake.place_again(files[0], Overrule(shift="none"), near=NEAR, zone=store.zone),)
    found = landing.prepare(store, files, landing.guess(files))
    assert found.incoming == ()
    assert codes(found) == ["not_areas"]


def test_command__brings_a_file_in(tmp_path: Path) -> None:
    source = tmp_path / "地块.zip"
    source.write_bytes(shapefile([(square(0, side_m=101.0), {"DKBM": "A1"}), (square(1), {"DKBM": "A2"})]))
    near = ",".join(map(str, NEAR))
    words = ["land", str(source), "--use", "cropland", "--store", str(tmp_path / "乡.gpkg"), "--near", near]
    ran = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *words, "--json"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    stated = json.loads(ran.stdout)
    assert (stated["added"], stated["skipped"], stated["overlap_area_m2"]) == (2, [], 100.0)
    assert (stated["gaps"], stated["gap_area_m2"]) == ([], 0.0)
    with Store.open(tmp_path / "乡.gpkg", clock=township.clock, read_only=True) as opened:
        assert {plot.land_use for plot in opened.plots.find()} == {"cropland"}


def test_wish__is_a_plain_fact() -> None:
    assert Wish(columns=land_columns.Columns()).what == "grassland"
