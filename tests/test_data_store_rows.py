"""Records go in and come out as they were; a stale save, a taken code and an unknown word are refused."""

from __future__ import annotations

import dataclasses
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import shapely

from data.store import (
    Agreement,
    BoundaryLine,
    Case,
    CaseFile,
    CaseLine,
    CasePoint,
    Evidence,
    Feature,
    Household,
    IssuedDocument,
    JoinedParty,
    Marker,
    Note,
    Party,
    Plot,
    ProposalRecord,
    Store,
    Unit,
)
from data.store.schema import metadata
from geo.errors import StoreError
from tests.store_township import EPSG, NOON, SOUTH_M, WEST_M, clock, make, open_case, settled_land, square

LINE = shapely.LineString([(WEST_M, SOUTH_M), (WEST_M + 12.345, SOUTH_M + 1)])
POINT = shapely.Point(WEST_M + 0.001, SOUTH_M)
RING = shapely.Polygon(
    square(0, 0).exterior, [shapely.box(WEST_M + 1, SOUTH_M + 1, WEST_M + 2, SOUTH_M + 2).exterior]
)

EXAMPLES = [
    ("units", Unit(tier="村", code="v9", name="某村", geometry=RING)),
    ("households", Household(code="hh9", unit_id=None, party_id=1, geometry=POINT)),
    ("parties", Party(code="p9", kind="collective", name="某村委会", phone="0937-0000000")),
    ("plots", Plot(code="p-9", bound_east="东至山梁", contract_area_m2=1234.5)),
    (
        "plots",
        Plot(code="p-8", geometry=shapely.MultiPolygon([square(8, 8), square(10, 8)]), land_use="woodland"),
    ),
    (
        "boundary_lines",
        BoundaryLine(kind="administrative", level="county", state="registered", geometry=LINE),
    ),
    ("markers", Marker(number="J1", case_id=1, state="set", geometry=POINT)),
    (
        "case_files",
        CaseFile(
            case_id=1,
            name="甲.kml",
            sha256="0" * 64,
            format="kml",
            size_bytes=7,
            recognition={"crs": None, "why": ["带号"]},
            problems=({"where": "1"},),
            added_at=NOON,
        ),
    ),
    ("case_lines", CaseLine(case_id=1, role="claim_a", geometry=RING, sigma_own_m=3.0, sigma_common_m=0.5)),
    ("case_lines", CaseLine(case_id=1, role="measured", geometry=LINE, claimant_side="left")),
    ("case_points", CasePoint(case_id=1, kind="three_way", name="J7", geometry=POINT)),
    (
        "proposals",
        ProposalRecord(
            case_id=1,
            name="best_fit",
            inputs_sha256="1" * 64,
            finding={"areas": [0.1, 2]},
            made_at=NOON,
            geometry=LINE,
        ),
    ),
    (
        "agreements",
        Agreement(
            case_id=1,
            number=1,
            scan_sha256="2" * 64,
            plot_ids=(1, 2),
            geometry=LINE,
            arrangement={"kind": "seasonal"},
            signed_at=NOON,
            recorded_at=NOON,
        ),
    ),
    (
        "joined",
        JoinedParty(
            case_id=1,
            party_id=2,
            reason="issuer",
            must_join=False,
            proxy_name="丁某",
            notified_at=NOON,
            presence="proxy",
        ),
    ),
    ("notes", Note(case_id=1, kind="walk", text="双方到场", written_at=NOON, written_by="u1")),
    (
        "documents",
        IssuedDocument(case_id=1, kind="agreement", name="协议.pdf", sha256="3" * 64, stamped_at=NOON),
    ),
    (
        "evidence",
        Evidence(kind="photo", sha256="4" * 64, size_bytes=5, lon_deg=103.0, lat_deg=37.8, geometry=POINT),
    ),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with settled_land(tmp_path_factory.mktemp("store")) as store:
        open_case(store, title="草原界线")
        yield store


@pytest.mark.parametrize(
    ("where", "record"), EXAMPLES, ids=lambda each: each if isinstance(each, str) else ""
)
def test_add__gives_back_what_was_stored(store, where, record):
    rows = getattr(store, where)
    with store.change(by="u1", action="test.add"):
        added = rows.add(record)
    assert added.version == 1
    assert rows.get(added.id) == added == replace(record, id=added.id, version=1)


@pytest.mark.parametrize("kind", ["road", "stream", "ridge", "county_line"])
def test_features__keep_their_kind_apart(store, kind):
    with store.change(by="u1", action="test.add"):
        added = store.features(kind).add(Feature(name="沟", class_name="track", geometry=LINE))
    assert store.features(kind).find() == (added,)


def test_schema__has_a_column_for_every_field_and_no_other(store):
    for rows in [*vars(store).values(), store.features("road")]:
        if kind := getattr(rows, "_kind", None):
            fields = {
                "fid" if f.name == "id" else "geom" if f.name == "geometry" else f.name
                for f in dataclasses.fields(kind)
            }
            assert fields == {column.name for column in rows._table.columns}, kind


def test_schema__links_stand_on_tables_of_the_schema():
    tables = metadata(EPSG).tables
    assert all(key.column.table.name in tables for table in tables.values() for key in table.foreign_keys)


def test_save__of_a_stale_record_is_refused_with_both_versions(store):
    with store.change(by="u1", action="test.edit"):
        mine = theirs = store.plots.add(Plot(code="stale"))
        store.plots.save(replace(theirs, name="先到"))
    with pytest.raises(StoreError) as caught, store.change(by="u2", action="test.edit"):
        store.plots.save(replace(mine, name="后到"))
    facts = caught.value.facts
    assert caught.value.code == "stale_version"
    assert (facts["version_yours"], facts["version_stored"]) == (1, 2)
    assert (facts["yours"].name, facts["stored"].name) == ("后到", "先到")
    assert store.plots.by_code("stale").name == "先到"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (Plot(code="1-1"), "record_taken"),
        (Plot(code="new", holder_id=999), "record_refused"),
        (Plot(code="new", land_use="desert"), "record_refused"),
    ],
)
def test_add__refuses_with_a_sentence_and_the_change_stores_nothing(store, record, code):
    before = store.plots.count(), store.log.head()
    with pytest.raises(StoreError) as caught, store.change(by="u1", action="test.add"):
        store.plots.add_many([Plot(code="companion"), record])
    assert caught.value.code == code
    assert "SQL" not in caught.value.sentence("en") + caught.value.sentence("zh")
    assert (store.plots.count(), store.log.head()) == before


def test_get__of_nothing_says_so(store):
    with pytest.raises(StoreError, match="no record numbered 4711"):
        store.plots.get(4711)


def test_write__outside_a_change_is_a_fault_of_the_program(store):
    with pytest.raises(RuntimeError, match=r"inside `with store\.change"):
        store.plots.add(Plot(code="loose"))


def test_change__inside_a_change_joins_it(store):
    before = store.log.head()[0]
    with store.change(by="u1", action="outer"):
        store.settings.set("a", 1)
        with store.change(by="u2", action="inner"):
            store.settings.set("b", [1, {"c": None}])
    assert [(entry.seq - before, entry.who, entry.action) for entry in store.log.entries(before)] == [
        (1, "u1", "outer")
    ]
    assert (store.settings.get("a"), store.settings.get("b"), store.settings.get("z", 9)) == (
        1,
        (1, {"c": None}),
        9,
    )


def test_change__without_an_effect_leaves_no_entry(store):
    before = store.log.head()
    with store.change(by="u1", action="nothing"):
        pass
    assert store.log.head() == before
    with store.change(by="u1", action="export") as change:
        change.note("export:2026-001")
    assert store.log.latest(1)[0].objects == ("export:2026-001",)


def test_registered_shape__is_never_overwritten(store):
    plot = store.plots.get(16)
    with pytest.raises(StoreError) as caught, store.change(by="u1", action="test.edit"):
        store.plots.save(replace(plot, geometry=square(7, 7)))
    assert caught.value.code == "registered_geometry"
    assert store.plots.get(16) == plot


def test_supersede__keeps_the_old_certificate_beside_the_new(store):
    old = store.plots.get(15)
    with store.change(by="u1", action="plot.supersede"):
        new = store.plots.supersede(
            old, Plot(code=old.code, certificate_number="新证", geometry=square(2.0, 3.0))
        )
    assert store.plots.get(old.id).status == "superseded"
    assert store.plots.by_code(old.code) == new
    assert list(store.plots.agreed([old.id, new.id])) == [new.id]


def test_touching__finds_neighbours_by_edge_and_corner(tmp_path):
    with settled_land(tmp_path) as store:
        line = shapely.LineString([(WEST_M + 100, SOUTH_M), (WEST_M + 100, SOUTH_M + 100)])
        assert [plot.code for plot in store.plots.touching(line)] == ["1-1", "1-2", "2-1", "2-2"]


def test_case_numbers__count_by_the_year_of_beijing(tmp_path):
    moments = iter([datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)])
    now = [NOON]
    with Store.create(tmp_path / "t.gpkg", epsg=EPSG, name="乡", clock=lambda: now[0]) as store:
        numbers = []
        for moment in (NOON, *moments):
            now[0] = moment
            with store.change(by="u1", action="case.open"):
                numbers.append(store.cases.open(Case()).number)
    assert numbers == ["2026-001", "2026-002", "2027-001"]


def test_case__is_settled_by_its_agreement_only(store):
    case = open_case(store)
    with pytest.raises(StoreError, match="becomes settled only"), store.change(by="u1", action="t"):
        store.cases.save(replace(case, state="settled"))
    with store.change(by="u1", action="case.refer"):
        closed = store.cases.close(case, "referred")
    assert (closed.state, closed.closed_at) == ("referred", NOON)
    with store.change(by="u1", action="case.put_away"):
        away = store.cases.put_away(closed)
    assert away in store.cases.listed(put_away=True)
    assert away not in store.cases.listed()


def test_line__goes_forward_only(store):
    with store.change(by="u1", action="line.add"):
        line = store.boundary_lines.add(BoundaryLine(state="agreed", geometry=LINE))
        line = store.boundary_lines.advance(line, "registration_pending")
    with pytest.raises(StoreError, match="cannot go from"), store.change(by="u1", action="line.back"):
        store.boundary_lines.advance(line, "agreed")
    with store.change(by="u1", action="line.add"):
        claimed = store.boundary_lines.add(BoundaryLine(geometry=LINE))
    with (
        pytest.raises(StoreError, match="record the signed agreement"),
        store.change(by="u1", action="line.up"),
    ):
        store.boundary_lines.advance(claimed, "agreed")


def test_times__come_back_in_utc(store):
    case = open_case(store)
    with store.change(by="u1", action="t"):
        store.cases.save(replace(case, status_quo_until=NOON.astimezone(timezone(timedelta(hours=8)))))
    assert store.cases.get(case.id).status_quo_until == NOON
    with pytest.raises(ValueError, match="time zone"), store.change(by="u1", action="t"):
        store.cases.save(replace(store.cases.get(case.id), status_quo_until=datetime(2026, 1, 1)))


def test_add_many__stores_ten_thousand_plots_in_seconds_and_keeps_their_order(tmp_path):
    plots = [Plot(code=f"p{n}", geometry=square(n % 100, n // 100)) for n in range(10_000)]
    with make(tmp_path) as store:
        started = time.process_time()
        with store.change(by="u1", action="plot.import"):
            stored = store.plots.add_many(plots)
        assert time.process_time() - started < 10
        assert [plot.code for plot in store.plots.find()] == [plot.code for plot in plots]
        assert store.plots.get(stored[4321].id).code == "p4321"
        assert store.log.latest(1)[0].objects == ("plot:1-10000",)


def test_twenty_people__lose_no_update_and_meet_no_lock_error(tmp_path):
    faults, slow = [], []
    with make(tmp_path) as store:
        with store.change(by="u1", action="plot.import"):
            plot = store.plots.add(Plot(code="1", contract_area_m2=0.0))

        def work() -> None:
            for _ in range(3):
                started = time.perf_counter()
                try:
                    with store.change(by="u1", action="plot.edit"):
                        mine = store.plots.get(plot.id)
                        store.plots.save(replace(mine, contract_area_m2=mine.contract_area_m2 + 1))
                except Exception as fault:
                    faults.append(fault)
                slow.append(time.perf_counter() - started)

        people = [threading.Thread(target=work) for _ in range(20)]
        for person in people:
            person.start()
        for person in people:
            person.join()
        assert not faults
        assert store.plots.get(plot.id).contract_area_m2 == 60
        assert store.check().sound


def test_reader__sees_a_whole_state_while_another_writes(tmp_path):
    with make(tmp_path) as store, store.change(by="u1", action="plot.import"):
        store.plots.add(Plot(code="1"))
        seen = []
        reader = threading.Thread(target=lambda: seen.append(store.plots.count()))
        reader.start()
        reader.join()
        assert (seen, store.plots.count()) == ([0], 1)


def test_read_only__refuses_to_write(tmp_path):
    make(tmp_path).close()
    store = Store.open(tmp_path / "township.gpkg", clock=clock, read_only=True)
    with store, pytest.raises(StoreError, match="reading only"), store.change(by="u1", action="t"):
        store.settings.set("a", 1)
