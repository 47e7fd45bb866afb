"""The invented township in the records: whole, checked, with its cases ready, and never half made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from data.demo.disputes import find_disputes
from data.demo.township import GRASSLAND_MU, make_township
from data.store import Store
from geo import measure
from geo.errors import StoreError
from geo.units import mu
from jobs import demo, demo_cases, township
from jobs.dispute import finding, material


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object], list[float]]:
    folder = tmp_path_factory.mktemp("乡镇 档案")
    told: list[float] = []
    stated = demo.make(folder, progress=lambda share, _zh, _en: told.append(share))
    return folder, stated, told


@pytest.fixture(scope="module")
def store(made: tuple[Path, dict[str, object], list[float]]) -> Iterator[Store]:
    with Store.open(made[0] / township.DEMO, clock=township.clock, read_only=True) as opened:
        yield opened


def test_make__states_what_was_made(made: tuple[Path, dict[str, object], list[float]]) -> None:
    folder, stated, told = made
    assert stated["made"] is True
    assert (stated["villages"], stated["groups"], stated["households"], stated["disputes"]) == (
        7,
        29,
        512,
        12,
    )
    assert "虚构" in str(stated["notice"])
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert not [path for path in folder.iterdir() if path.name.startswith(".demo-")]


def test_make__records_are_sound(store: Store) -> None:
    report = store.check()
    assert report.sound
    assert report.coverage_valid
    assert not report.gaps
    assert report.rows["plot"] == 1_980
    assert report.rows["household"] == 1_140
    assert report.rows["dispute"] == 12


def test_make__stored_grassland_sums_to_the_published_mu(store: Store) -> None:
    shapes = [plot.geometry for plot in store.plots.current() if plot.land_use == "grassland"]
    area_m2 = measure.areas_m2([shape for shape in shapes if shape is not None], store.zone).sum()
    assert mu(float(area_m2)) == pytest.approx(GRASSLAND_MU, abs=0.5)


def test_make__stored_plots_are_the_generated_ones(store: Store) -> None:
    generated = {plot.code: plot for plot in make_township().plots}
    holders = {party.id: party.code for party in store.parties.find()}
    for plot in store.plots.current():
        fact = generated[plot.code]
        assert shapely.equals_exact(plot.geometry, fact.geometry, normalize=True)
        assert plot.status == "registered"
        assert holders[plot.holder_id or 0] == fact.holder_code


def test_make__township_knows_its_place(store: Store) -> None:
    lon_deg, lat_deg = township.place(store)
    assert lon_deg == pytest.approx(102.3, abs=0.1)
    assert lat_deg == pytest.approx(40.4, abs=0.1)
    assert "虚构" in store.name


def test_make__markers_stand_on_their_lines(store: Store) -> None:
    lines = {line.id: line.geometry for line in store.boundary_lines.find()}
    for marker in store.markers.find():
        assert lines[marker.line_id or 0].distance(marker.geometry) < 0.001


def test_make__every_case_but_the_tutorials_has_its_finding(store: Store) -> None:
    for case, dispute in zip(store.cases.listed(), find_disputes(), strict=True):
        assert (case.title, case.level) == (dispute.title_zh, dispute.level)
        found, problem = finding.try_find(store, case)
        if dispute.number == demo_cases.LEFT_TO_THE_READER:
            assert not material.files_of(store, case)
            assert problem is not None
            continue
        assert found is not None, problem
        largest = max(found.analysis.disputed_stretches, key=lambda stretch: stretch.area_m2)
        assert largest.verdict == dispute.expected.verdict


def test_make__lines_of_a_case_come_from_its_files(store: Store) -> None:
    for case in store.cases.listed():
        kept = {file.id for file in material.files_of(store, case)}
        for row in material.lines_of(store, case):
            assert row.line.file_id in kept
            assert row.line.label


def test_make__absent_neighbour_is_joined_and_marked(store: Store) -> None:
    dispute = next(dispute for dispute in find_disputes() if dispute.absent_plot_code)
    case = store.cases.listed()[dispute.number - 1]
    plot = store.plots.by_code(dispute.absent_plot_code or "")
    assert plot is not None
    joined = {row.plot_id: row.presence for row in store.joined.find(case_id=case.id)}
    assert joined[plot.id] == "absent"


def test_make__files_lie_in_a_folder_for_each_dispute(
    made: tuple[Path, dict[str, object], list[float]],
) -> None:
    folder = made[0] / demo.FILES_FOLDER
    names = [path.name for path in folder.rglob("*") if path.is_file()]
    assert Counter(names)["说明.txt"] == 12
    expected = {file.name for dispute in find_disputes() for file in dispute.files}
    assert expected == set(names) - {"说明.txt", demo.HEIGHTS}


def test_make__height_model_is_the_generated_ground(
    made: tuple[Path, dict[str, object], list[float]],
) -> None:
    ground = make_township().terrain
    with rasterio.open(made[0] / demo.FILES_FOLDER / demo.HEIGHTS) as raster:
        assert raster.crs.to_epsg() == 4543
        assert (raster.transform.c, raster.transform.f) == (ground.west_m, ground.north_m)
        assert np.abs(raster.read(1) - ground.height_m).max() < 0.01


def test_make__refuses_to_make_it_twice(made: tuple[Path, dict[str, object], list[float]]) -> None:
    with pytest.raises(StoreError, match="there already") as refused:
        demo.make(made[0])
    assert refused.value.code == "store_exists"


def test_make__writes_only_files_where_the_records_are_there(
    made: tuple[Path, dict[str, object], list[float]], tmp_path: Path
) -> None:
    stated = demo.make(made[0], files_folder=tmp_path / "files")
    assert stated["made"] is False
    mine = sorted(path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file())
    first = sorted(path.read_bytes() for path in (made[0] / demo.FILES_FOLDER).rglob("*") if path.is_file())
    assert mine == first


def test_make__stopped_half_way_leaves_no_records(tmp_path: Path) -> None:
    def stop(share: float, _zh: str, _en: str) -> None:
        if share >= 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.make(tmp_path, progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [demo.FILES_FOLDER]


def test_place_of__takes_a_file_a_folder_or_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEBIAO_HOME", str(tmp_path))
    assert demo.place_of(None) == tmp_path / township.DEMO
    assert demo.place_of(tmp_path / "x") == tmp_path / "x" / township.DEMO
    assert demo.place_of(tmp_path / "x.gpkg") == tmp_path / "x.gpkg"
