"""The file is a GeoPackage that other programs read and edit, and nothing they do passes unseen."""

from __future__ import annotations

import sqlite3
import warnings

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import Plot, Store, geopackage
from geo.errors import GeometryError, StoreError
from tests.store_township import EPSG, SOUTH_M, WEST_M, clock, make, settled_land, square


def foreign(path) -> sqlite3.Connection:
    """A connection as QGIS has it: the ST functions, and nothing of ours."""
    connection = sqlite3.connect(path)
    geopackage.register_functions(connection)
    return connection


def run(path, *statements):
    connection = foreign(path)
    with connection:
        for statement, values in statements:
            connection.execute(statement, values)
    connection.close()


COORDINATE = st.floats(-1e7, 1e7, allow_nan=False)


@given(st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=9))
def test_blob__gives_back_every_coordinate_and_its_box(points):
    line = shapely.LineString(points)
    blob = geopackage.encode(line, EPSG)
    assert shapely.equals_exact(geopackage.decode(blob), line)
    assert blob[:4] == b"GP\x00\x03"
    assert int.from_bytes(blob[4:8], "little") == EPSG


def test_blob__of_a_point_with_height_loses_the_height_only():
    blob = geopackage.encode(shapely.Point(1.5, 2.5, 9.0), EPSG)
    assert geopackage.decode(blob).equals(shapely.Point(1.5, 2.5))
    assert not geopackage.decode(blob).has_z


def test_file__is_a_geopackage_1_4(tmp_path):
    with make(tmp_path):
        pass
    connection = sqlite3.connect(tmp_path / "township.gpkg")
    assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 10400
    triggers = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name LIKE 'rtree_plot_geom_%' AND type = 'trigger'"
    ).fetchone()[0]
    connection.close()
    assert triggers == 7


def test_file__is_read_by_gdal_with_its_reference_system(tmp_path):
    with settled_land(tmp_path) as store:
        path = store.path
    found = geopandas.read_file(path, layer="plot")
    assert found.crs.to_epsg() == EPSG
    assert len(found) == 16
    assert found.geometry.iloc[0].equals(shapely.MultiPolygon([square(0, 0)]))
    assert pyogrio.read_info(path, layer="plot")["total_bounds"] == pytest.approx(
        (WEST_M, SOUTH_M, WEST_M + 400, SOUTH_M + 400)
    )


def test_file__takes_rows_that_gdal_inserts_while_it_is_open(tmp_path):
    with make(tmp_path) as store:
        lines = geopandas.GeoDataFrame(
            {"name": ["新路"]},
            geometry=[shapely.LineString([(WEST_M, SOUTH_M), (WEST_M + 9, SOUTH_M)])],
            crs=EPSG,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(lines, store.path, layer="feature_road", append=True)
        assert [
            road.name for road in store.features("road").within((WEST_M, SOUTH_M, WEST_M + 1, SOUTH_M + 1))
        ] == ["新路"]
        entry = store.history.of("feature_road")[0]
        assert (entry.who, entry.operation, entry.after["name"]) == ("outside", "insert", "新路")


def test_outside_edit__is_recorded_versioned_indexed_and_logged(tmp_path):
    with settled_land(tmp_path) as store:
        path, before = store.path, store.plots.get(3)
    run(path, ("UPDATE plot SET name = ? WHERE fid = 3", ("南沟",)))
    with Store.open(path, clock=clock) as store:
        assert [problem.code for problem in store.problems] == ["edited_outside"]
        after = store.plots.get(3)
        assert (after.name, after.version) == ("南沟", before.version + 1)
        entry = store.history.of("plot", 3)[-1]
        assert (entry.who, entry.why, entry.before["name"], entry.after["name"]) == (
            "outside",
            None,
            "",
            "南沟",
        )
        assert store.log.latest(1)[0].action == "outside.edit"
        assert store.check().sound


def test_outside_edit__makes_the_app_users_save_stale(tmp_path):
    with settled_land(tmp_path) as store:
        mine = store.plots.get(3)
        run(store.path, ("UPDATE plot SET name = ? WHERE fid = 3", ("南沟",)))
        stale = pytest.raises(StoreError, match="saved this record after you opened it")
        with stale, store.change(by="u1", action="plot.edit"):
            store.plots.save(mine)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plot SET geom = (SELECT geom FROM plot WHERE fid = 2) WHERE fid = 1",
        "UPDATE plot SET status = 'draft' WHERE fid = 1",
        "DELETE FROM plot WHERE fid = 1",
        "INSERT OR REPLACE INTO plot (fid, code) VALUES (1, '1-1')",
        "UPDATE log SET who = 'u9'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 1",
        "DELETE FROM history",
        "UPDATE history SET before = NULL, after = NULL",
        "UPDATE history SET why = 'otherwise'",
    ],
)
def test_outside_edit__of_what_must_stand_is_refused_in_any_program(tmp_path, statement):
    with settled_land(tmp_path) as store:
        with pytest.raises(sqlite3.IntegrityError, match=r"never overwritten|append-only"):
            run(store.path, (statement, ()))
        assert store.check().sound


def test_outside_edit__of_other_facts_of_a_registered_plot_passes(tmp_path):
    with settled_land(tmp_path) as store:
        run(store.path, ("UPDATE plot SET geom = geom, holder_id = 2 WHERE fid = 1", ()))
        assert store.plots.get(1).holder_id == 2


def test_opening__puts_back_triggers_that_were_dropped_and_mends_the_index(tmp_path):
    with make(tmp_path) as store:
        path = store.path
        with store.change(by="u1", action="plot.import"):
            store.plots.add(Plot(code="1", geometry=square(0, 0)))
    connection = foreign(path)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE name LIKE 'rtree_plot_geom_%' AND type = 'trigger'"
    ).fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE plot SET geom = ? WHERE fid = 1", (geopackage.encode(square(9, 9), EPSG),))
    connection.commit()
    connection.close()
    with Store.open(path, clock=clock, read_only=True) as store:
        report = store.check()
        assert len(report.triggers_missing) == 7
        assert report.indexes_broken == ("plot",)
    with Store.open(path, clock=clock) as store:
        assert "triggers_restored" in [problem.code for problem in store.problems]
        assert [plot.code for plot in store.plots.within(square(9, 9).bounds)] == ["1"]
        assert store.check().sound


def test_every_connection__has_wal_and_full_synchronisation(tmp_path):
    with make(tmp_path) as store:
        path = store.path
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete"  # as QGIS leaves it
    connection.close()
    with Store.open(path, clock=clock) as store:
        for ask in (store._database.read, store._database.write):
            with ask() as connection:
                asked = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                    for name in (
                        "journal_mode",
                        "synchronous",
                        "foreign_keys",
                        "busy_timeout",
                        "secure_delete",
                    )
                }
            assert asked == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 10000,
                "secure_delete": 1,
            }


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_within__finds_what_a_look_at_every_box_finds(tmp_path_factory, seed):
    draw = np.random.default_rng(seed)
    origin = np.array([WEST_M, SOUTH_M])
    corners = draw.uniform(0, 1000, (40, 2))
    shapes = [shapely.box(x, y, x + 60, y + 60) for x, y in (corners + origin).round(3)]
    west, south = draw.uniform(0, 900, 2) + origin
    box = (west, south, west + 200, south + 200)
    with make(tmp_path_factory.mktemp("store")) as store:
        with store.change(by="u1", action="plot.import"):
            plots = store.plots.add_many(
                [Plot(code=str(n), geometry=shape) for n, shape in enumerate(shapes)]
            )
            moved = store.plots.save(Plot(**{**fields(plots[0]), "geometry": shapely.box(*box)}))
            store.plots.delete(plots[1])
        expected = {moved.code} | {
            str(n) for n, shape in enumerate(shapes) if n > 1 and shape.intersects(shapely.box(*box))
        }
        assert {plot.code for plot in store.plots.within(box)} == expected


def fields(plot):
    return {name: getattr(plot, name) for name in ("id", "version", "code")}


def test_shape__that_does_not_belong_in_a_column_is_refused(tmp_path):
    with make(tmp_path) as store, store.change(by="u1", action="plot.import"):
        with pytest.raises(GeometryError, match="A MULTIPOLYGON is kept here, a Point was given"):
            store.plots.add(Plot(code="1", geometry=shapely.Point(1, 2)))
        with pytest.raises(GeometryError, match="empty"):
            store.plots.add(Plot(code="1", geometry=shapely.Polygon()))


def test_styles__stand_where_qgis_looks(tmp_path):
    with make(tmp_path) as store:
        for qml in ("<qgis old/>", "<qgis/>"):
            with store.change(by="u1", action="style.set"):
                store.set_styles({"plot": (qml, "<sld/>")})
    styles = pyogrio.read_dataframe(tmp_path / "township.gpkg", layer="layer_styles")
    assert styles[["f_table_name", "f_geometry_column", "styleQML", "useAsDefault"]].values.tolist() == [
        ["plot", "geom", "<qgis/>", True]
    ]


def test_copy__is_one_whole_file_without_journal_and_without_accounts(tmp_path):
    with settled_land(tmp_path) as store:
        store.copy_to(tmp_path / "copy.gpkg")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("copy")) == ["copy.gpkg"]
    connection = sqlite3.connect(tmp_path / "copy.gpkg")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert connection.execute("SELECT count(*) FROM plot").fetchone()[0] == 16
    connection.close()
