"""Who, when, why, before and after; a sealed chain that names nobody; erasing that leaves it valid."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
import shapely
import sqlalchemy as sa

from data.store import JoinedParty, Note, Party, Plot, Store
from data.store.schema import is_personal, metadata
from geo.errors import StoreError
from tests.store_township import EPSG, NOON, clock, make, open_case, settled_land, square

NAME, PHONE, WORDS, PROXY = "独一无二的名字", "13912345678", "只在记事里的话", "代理人某某某"


def alter(path, *statements):
    """Change a file as somebody would who drops the guards first."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND (name LIKE 'log_%' OR name LIKE 'history_%')"
    ).fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_history__tells_who_when_why_before_and_after(tmp_path):
    with make(tmp_path) as store:
        with store.change(by="u7", action="plot.import", why="初始导入"):
            plot = store.plots.add(Plot(code="1", geometry=square(0, 0)))
        with store.change(by="u8", action="plot.edit", why="实地核对"):
            store.plots.save(replace(plot, name="南沟", geometry=square(1, 0)))
        with store.change(by="u9", action="plot.delete"):
            store.plots.delete(store.plots.get(plot.id))
        made, edited, gone = store.history.of("plot", plot.id)
        assert [(each.who, each.at, each.why, each.operation) for each in (made, edited, gone)] == [
            ("u7", NOON, "初始导入", "insert"),
            ("u8", NOON, "实地核对", "update"),
            ("u9", NOON, "", "delete"),
        ]
        assert (made.before, edited.before["name"], edited.after["name"], gone.after) == (
            None,
            "",
            "南沟",
            None,
        )
        assert (edited.before["version"], edited.after["version"]) == (1, 2)
        assert edited.geometry_before.equals(shapely.MultiPolygon([square(0, 0)]))
        assert edited.geometry_after.equals(shapely.MultiPolygon([square(1, 0)]))
        assert len(store.history.since(NOON)) == 4


def test_change__that_fails_leaves_neither_history_nor_author(tmp_path):
    with make(tmp_path) as store:
        before = store.log.head()
        with pytest.raises(StoreError), store.change(by="u7", action="plot.import"):
            store.plots.add_many([Plot(code="1"), Plot(code="1")])
        assert store.log.head() == before
        assert store.history.of("plot") == ()
        with store._database.read() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM change_context")).scalar() == 0


def test_log__seals_each_change_and_names_its_objects(tmp_path):
    with settled_land(tmp_path) as store:
        first, second, *_ = store.log.entries()
        assert (first.action, second.action) == ("store.create", "plot.import")
        assert second.previous == first.hash
        assert second.objects == ("party:1-2", "plot:1-16")
        assert store.log.faults() == ()
        assert store.log.faults(store.log.head()) == ()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE log SET who = 'u9' WHERE seq = 2", "hash"),
        ("DELETE FROM log WHERE seq = 1", "sequence"),
        ("DELETE FROM log WHERE seq = 2", "unlogged"),
        ("UPDATE history SET after = replace(after, '1-1', '9-9') WHERE fid = 4", "history"),
        ("UPDATE history SET after_geom = x'00' WHERE fid = 5", "history"),
        ("DELETE FROM history WHERE fid = 5", "history"),
        ("UPDATE history SET who = 'u9' WHERE fid = 5", "history"),
    ],
)
def test_log__shows_what_was_altered_behind_the_guards(tmp_path, statement, kind):
    with settled_land(tmp_path) as store:
        path = store.path
    alter(path, statement)
    with Store.open(path, clock=clock, read_only=True) as store:
        report = store.check()
    assert not report.chain_valid
    assert kind in {fault.kind for fault in report.chain_faults}
    assert report.triggers_missing


def test_log__cut_short_is_shown_by_a_head_kept_elsewhere(tmp_path):
    with settled_land(tmp_path) as store:
        path, before = store.path, store.log.head()
        with store.change(by="u1", action="plot.edit"):
            store.settings.set("a", 1)
        head = store.log.head()
    alter(
        path,
        f"DELETE FROM log WHERE seq > {before[0]}",
        "DELETE FROM history WHERE table_name = 'setting' AND fid > 2",
    )
    with Store.open(path, clock=clock, read_only=True) as store:
        assert store.check(head).chain_faults[-1].kind == "hash"
        assert store.check(before).chain_valid


def test_erasing__leaves_no_byte_of_the_text_and_the_chain_valid(tmp_path):
    with settled_land(tmp_path) as store:
        case = open_case(store)
        with store.change(by="u1", action="party.add", why="登记"):
            party = store.parties.add(Party(code="x", name=NAME, phone=PHONE))
            store.joined.add(JoinedParty(case_id=case.id, party_id=party.id, proxy_name=PROXY))
            note = store.notes.add(Note(case_id=case.id, text=WORDS))
        with store.change(by="u1", action="party.correct"):
            party = store.parties.save(replace(party, name=NAME + "改"))
        with store.change(by="u2", action="party.erase", why="本人要求"):
            erased = store.parties.erase(party)
            store.notes.erase(note)
        assert (erased.name, erased.phone, erased.erased_at) == (None, None, NOON)
        assert store.joined.find(party_id=party.id)[0].proxy_name is None
        report = store.check()
        assert report.chain_valid
        assert report.sound
        bytes_now = b"".join(path.read_bytes() for path in tmp_path.glob("township.gpkg*"))
    for text in (NAME, PHONE, WORDS, PROXY):
        assert text.encode() not in bytes_now


def test_history_and_log__hold_no_personal_text(tmp_path):
    with settled_land(tmp_path) as store:
        open_case(store, title=NAME)
        with store.change(by="u1", action="x"):
            store.parties.add(Party(code="x", name=NAME, phone=PHONE))
        texts = [
            str((each.before, each.after))
            for name in ("party", "dispute", "plot")
            for each in store.history.of(name)
        ]
        texts += [str(entry) for entry in store.log.entries()]
    assert not [text for text in texts if NAME in text or PHONE in text or "甲某" in text]


def test_schema__marks_as_personal_what_can_name_people():
    marked = {
        f"{table.name}.{column.name}"
        for table in metadata(EPSG).sorted_tables
        for column in table.columns
        if is_personal(column)
    }
    assert marked >= {
        "party.name",
        "party.phone",
        "note.text",
        "joined_party.proxy_name",
        "dispute.title",
        "evidence.name",
        "case_file.name",
        "plot.bound_east",
    }
