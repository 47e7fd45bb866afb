"""An agreement becomes effective whole or not at all, and keeps certificate, seams and the absent neighbour."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import KNOWN_GAPS, JoinedParty, Party, Plot, Store
from geo.errors import GeometryError, StoreError
from tests.store_township import (
    NOON,
    SOUTH_M,
    WEST_M,
    clock,
    moved_line,
    open_case,
    settled_land,
    signed_scan,
    square,
)


def settle(store: Store, case, changed, line, **more):
    scan = signed_scan(store, case)
    with store.change(by="u1", action="case.settle", why="双方签字"):
        return store.record_agreement(
            store.cases.get(case.id), scan_sha256=scan.sha256, changed=changed, line=line, **more
        )


@pytest.fixture
def land(tmp_path):
    with settled_land(tmp_path) as store:
        yield store


def test_agreement__changes_both_plots_line_and_case_together(land):
    case = open_case(land)
    changed, line = moved_line()
    agreement = settle(land, case, changed, line, proposal="best_fit", signed_at=NOON)
    assert land.agreements.get(agreement.id) == agreement
    assert (agreement.number, agreement.plot_ids, agreement.recorded_at) == (1, (1, 2), NOON)
    agreed = land.plots.agreed([1, 2, 3])
    assert agreed[1].equals(changed[1])
    assert agreed[2].equals(changed[2])
    assert agreed[3].equals(square(2, 0))
    (drawn,) = land.boundary_lines.of_case(case.id)
    assert (drawn.state, drawn.plot_a_id, drawn.plot_b_id) == ("agreed", 1, 2)
    assert drawn.geometry.equals(line)
    assert land.cases.get(case.id).state == "settled"
    assert land.check().sound


def test_agreement__leaves_the_certificates_shape_and_writes_history(land):
    case = open_case(land)
    settle(land, case, *moved_line())
    assert land.plots.get(1).geometry.equals(square(0, 0))
    assert land.plots.get(1).status == "registered"
    entry = land.history.of("plot_agreed")[-1]
    assert (entry.who, entry.why, entry.operation) == ("u1", "双方签字", "insert")
    sealed = land.log.latest(1)[0]
    assert sealed.action == "case.settle"
    assert {"agreement:1", "boundary_line:1", "dispute:1", "plot_agreed:1-2"} <= set(sealed.objects)


def test_reopening__keeps_everything_and_a_second_agreement_keeps_the_first(land):
    case = open_case(land)
    first_changed, _ = moved_line()
    settle(land, case, *moved_line())
    with land.change(by="u1", action="case.reopen"):
        reopened = land.reopen(land.cases.get(case.id))
    assert (reopened.state, reopened.closed_at) == ("reopened", None)
    assert land.plots.agreed([1])[1].equals(first_changed[1])
    second_changed, second_line = moved_line(-5.0)
    settle(land, case, second_changed, second_line)
    first, second = land.agreements.find(case_id=case.id)
    assert (first.number, first.reopened_at, second.number, second.reopened_at) == (1, NOON, 2, None)
    assert land.plots.agreed([1])[1].equals(second_changed[1])
    assert [line.geometry.equals(second_line) for line in land.boundary_lines.of_case(case.id)] == [True]
    entry = land.history.of("plot_agreed", 1)[-1]
    assert shapely.area(entry.geometry_before) == pytest.approx(shapely.area(first_changed[1]), abs=1e-6)
    assert land.check().sound


def test_reopening__of_an_open_case_is_refused(land):
    with pytest.raises(StoreError, match="need not be reopened"), land.change(by="u1", action="case.reopen"):
        land.reopen(open_case(land))


def breaking(kind):
    changed, line = moved_line()
    if kind == "overlap":
        changed[1] = square(0, 0, wide=1.3)
    if kind == "gap":
        hole = shapely.box(WEST_M + 40, SOUTH_M + 40, WEST_M + 50, SOUTH_M + 50)
        changed[1] = changed[1].difference(hole)
    if kind == "lost":
        changed[1] = changed[1].difference(shapely.box(WEST_M - 1, SOUTH_M, WEST_M + 1, SOUTH_M + 99))
    if kind == "gained":
        changed[1] = changed[1].union(shapely.box(WEST_M - 2, SOUTH_M, WEST_M, SOUTH_M + 50))
    if kind == "third":
        changed[1] = changed[1].union(shapely.box(WEST_M, SOUTH_M + 100, WEST_M + 50, SOUTH_M + 120))
    return changed, line


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("overlap", "overlap_area_m2"),
        ("gap", "gap_area_m2"),
        ("lost", "lost_area_m2"),
        ("gained", "gained_area_m2"),
        ("third", "overlap_area_m2"),
    ],
)
def test_agreement__that_would_break_the_seams_stores_nothing(land, kind, fact):
    case = open_case(land)
    signed_scan(land, case)
    before = land.log.head(), land.cases.get(case.id), land.plots.agreed()
    with pytest.raises(StoreError) as caught:
        settle_with_scan(land, case, *breaking(kind))
    assert caught.value.code == "coverage_broken"
    assert caught.value.facts[fact] > 0.01
    after = land.log.head(), land.cases.get(case.id), land.plots.agreed()
    assert after == before
    assert land.agreements.count() == land.boundary_lines.count() == 0


def settle_with_scan(store, case, changed, line):
    digest = store.evidence.find(case_id=case.id)[0].sha256
    with store.change(by="u1", action="case.settle"):
        store.record_agreement(case, scan_sha256=digest, changed=changed, line=line)


def test_agreement__with_a_shape_that_is_none_is_refused(land):
    case = open_case(land)
    signed_scan(land, case)
    changed, line = moved_line()
    west, south = WEST_M, SOUTH_M
    changed[1] = shapely.Polygon([(west, south), (west + 9, south + 9), (west + 9, south), (west, south + 9)])
    with pytest.raises(GeometryError, match="1-1 is not valid"):
        settle_with_scan(land, case, changed, line)


def test_agreement__may_mend_an_overlap_of_the_certificates(tmp_path):
    from tests.store_township import make

    with make(tmp_path) as store:
        with store.change(by="u1", action="plot.import"):
            store.plots.add(Plot(code="1", geometry=square(0, 0, wide=1.2)))
            store.plots.add(Plot(code="2", geometry=square(1, 0)))
        assert not store.check().coverage_valid
        settle(store, open_case(store), *moved_line())
        assert store.check().sound


def test_agreement__is_not_hindered_by_faults_it_did_not_make(land):
    with land.change(by="u1", action="plot.import"):
        land.plots.add(Plot(code="bad", geometry=square(0.2, 0.2, wide=0.1)))
    settle(land, open_case(land), *moved_line())
    assert land.plots.agreed([1])[1].equals(moved_line()[0][1])


@pytest.mark.parametrize("level", ["unit", "administrative"])
def test_agreement__between_units_or_on_their_lines_is_referred(land, level):
    case = open_case(land, level=level)
    with pytest.raises(StoreError) as caught:
        settle(land, case, *moved_line())
    assert caught.value.code == "referred_not_settled"


def test_agreement__needs_its_signed_copy(land):
    case = open_case(land)
    changed, line = moved_line()
    with pytest.raises(StoreError) as caught, land.change(by="u1", action="case.settle"):
        land.record_agreement(case, scan_sha256="0" * 64, changed=changed, line=line)
    assert caught.value.code == "evidence_missing"


def test_agreement__on_a_stale_case_is_refused_and_stores_nothing(land):
    case = open_case(land)
    signed_scan(land, case)
    with land.change(by="u2", action="case.edit"):
        land.cases.save(case)
    with pytest.raises(StoreError) as caught:
        settle_with_scan(land, case, *moved_line())
    assert caught.value.code == "stale_version"
    assert land.plots.agreed([1])[1].equals(square(0, 0))


def test_agreement__twice_is_refused(land):
    case = open_case(land)
    settle(land, case, *moved_line())
    with pytest.raises(StoreError, match="settled already"):
        settle(land, case, *moved_line(3.0))


def test_agreement__that_is_no_line_changes_no_plot(land):
    case = open_case(land)
    agreement = settle(land, case, {}, None, arrangement={"kind": "seasonal", "until": "2030-10-01"})
    assert land.agreements.get(agreement.id).arrangement["kind"] == "seasonal"
    assert land.cases.get(case.id).state == "settled"
    assert land.boundary_lines.count() == 0


def test_agreement__does_not_move_an_absent_neighbours_line(land):
    case = open_case(land)
    with land.change(by="u1", action="party.add"):
        party = land.parties.add(Party(code="h5"))
        joined = land.joined.add(JoinedParty(case_id=case.id, party_id=party.id, plot_id=5))
    edge = WEST_M + 110
    corner = [(WEST_M, SOUTH_M + 90), (edge, SOUTH_M + 100)]
    changed, line = moved_line()
    changed[1] = shapely.Polygon(
        [(WEST_M, SOUTH_M), (edge, SOUTH_M), corner[1], (WEST_M + 100, SOUTH_M + 100), corner[0]]
    )
    changed[5] = shapely.Polygon(
        [corner[0], (WEST_M + 100, SOUTH_M + 100), (WEST_M + 100, SOUTH_M + 200), (WEST_M, SOUTH_M + 200)]
    )
    with pytest.raises(StoreError) as caught:
        settle(land, case, changed, line)
    assert caught.value.code == "absent_neighbour_moved"
    assert land.plots.agreed([1])[1].equals(square(0, 0))
    with land.change(by="u1", action="party.came"):
        land.joined.save(
            JoinedParty(
                id=joined.id,
                version=joined.version,
                case_id=case.id,
                party_id=party.id,
                plot_id=5,
                presence="present",
            )
        )
    settle(land, case, changed, line)
    assert land.check().sound


def test_agreement__does_not_move_the_line_of_somebody_who_was_not_even_listed(land):
    case = open_case(land)
    changed, line = moved_line()
    changed[1] = changed[1].difference(shapely.box(WEST_M, SOUTH_M + 99, WEST_M + 100, SOUTH_M + 100))
    changed[5] = square(0, 1).union(shapely.box(WEST_M, SOUTH_M + 99, WEST_M + 100, SOUTH_M + 100))
    with pytest.raises(StoreError) as caught:
        settle(land, case, changed, line)
    assert caught.value.code == "absent_neighbour_moved"
    assert caught.value.facts["moved_m"] == pytest.approx(1.0)


def test_agreement__may_give_an_absent_neighbour_a_vertex(land):
    case = open_case(land)
    with land.change(by="u1", action="party.add"):
        party = land.parties.add(Party(code="h5"))
        land.joined.add(JoinedParty(case_id=case.id, party_id=party.id, plot_id=6))
    changed, line = moved_line()
    vertex = (WEST_M + 110, SOUTH_M + 100)
    changed[6] = shapely.Polygon(
        [
            (WEST_M + 100, SOUTH_M + 100),
            vertex,
            (WEST_M + 200, SOUTH_M + 100),
            (WEST_M + 200, SOUTH_M + 200),
            (WEST_M + 100, SOUTH_M + 200),
        ]
    )
    settle(land, case, changed, line)
    assert land.check().sound


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-99_000, 99_000), min_size=1, max_size=4, unique=True))
def test_agreements__keep_the_total_area_and_the_seams_whatever_line_is_drawn(tmp_path_factory, moves_mm):
    with settled_land(tmp_path_factory.mktemp("store")) as store:
        case, total = open_case(store), sum(shape.area for shape in store.plots.agreed().values())
        for move_mm in moves_mm:
            if store.cases.get(case.id).state == "settled":
                with store.change(by="u1", action="case.reopen"):
                    store.reopen(store.cases.get(case.id))
            settle(store, case, *moved_line(move_mm / 1000))
            now = sum(shape.area for shape in store.plots.agreed().values())
            assert now == pytest.approx(total, abs=0.01)
        assert store.check().sound


def test_check__lists_a_gap_until_it_is_known_to_be_right(land):
    lake = shapely.box(WEST_M + 440, SOUTH_M + 40, WEST_M + 460, SOUTH_M + 60)
    with land.change(by="u1", action="plot.import"):
        land.plots.add(Plot(code="shore", land_use="woodland", geometry=square(4, 0).difference(lake)))
    report = land.check()
    assert not report.coverage_valid
    assert [gap.area_m2 for gap in report.gaps] == pytest.approx([400.0])
    with land.change(by="u1", action="gap.known"):
        land.settings.set(KNOWN_GAPS, [[WEST_M + 450, SOUTH_M + 50]])
    assert land.check().coverage_valid


def test_check__lists_overlaps_within_a_land_use_only(land):
    with land.change(by="u1", action="plot.import"):
        land.plots.add(Plot(code="field", land_use="cropland", geometry=square(0.2, 0.2, wide=0.2)))
    assert land.check().coverage_valid
    with land.change(by="u1", action="plot.import"):
        land.plots.add(Plot(code="field2", land_use="cropland", geometry=square(0.3, 0.2, wide=0.2)))
    report = land.check()
    assert not report.coverage_valid
    assert [(pair.a, pair.b) for pair in report.coverage["cropland"].overlaps] == [("field", "field2")]


def test_closed_and_opened__the_agreed_state_is_the_same(tmp_path):
    with settled_land(tmp_path) as store:
        settle(store, open_case(store), *moved_line())
        before = store.plots.agreed()
    with Store.open(tmp_path / "township.gpkg", clock=clock) as store:
        assert store.problems == ()
        assert store.plots.agreed() == before
