"""Opening: one writer, refusals in words, warnings about shares, and an older file brought up to date."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from data.store import Store, files, geopackage, lock, migrations, openings
from geo.errors import JiebiaoError, StoreError
from tests.shared import ROOT
from tests.store_township import EPSG, clock, make, settled_land, square

OLD = Path(__file__).with_name("store_0001.sql")


def refused(code, kind=StoreError):
    return pytest.raises(kind, check=lambda fault: fault.code == code)


def test_writer__is_one_and_a_second_hears_where_the_first_is(tmp_path):
    with make(tmp_path) as store, refused("store_in_use") as caught:
        Store.open(store.path, clock=clock)
    assert caught.value.facts["address"] == "http://127.0.0.1:8501"
    assert caught.value.facts["pid"] == os.getpid()
    assert "http://127.0.0.1:8501" in caught.value.sentence("zh")


def test_writer__in_another_process_is_refused_too(tmp_path):
    program = (
        "import sys; from data.store import Store; from tests.store_township import clock; from pathlib import Path\n"
        "try: Store.open(Path(sys.argv[1]), clock=clock)\n"
        "except ValueError as fault: print(fault.code)"
    )
    with make(tmp_path) as store:
        answer = subprocess.run(
            [sys.executable, "-c", program, str(store.path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert answer.stdout.strip() == "store_in_use"


def test_writer__that_closed_or_failed_to_open_leaves_the_lock_free(tmp_path):
    make(tmp_path).close()
    path = tmp_path / "township.gpkg"
    (tmp_path / "other.gpkg").write_bytes(b"SQLite format 3\x00" + bytes(84))
    for _ in range(2):
        with refused("store_damaged"):
            Store.open(tmp_path / "other.gpkg", clock=clock)
    Store.open(path, clock=clock).close()
    Store.open(path, clock=clock).close()


def test_lock__left_by_a_dead_process_is_free(tmp_path):
    path = tmp_path / "township.gpkg"
    path.with_name("township.gpkg.lock").write_text(
        json.dumps({"address": "http://dead", "pid": 1}), encoding="utf-8"
    )
    held = lock.WriterLock(path, address="http://living")
    held.rename("http://living:2")
    with refused("store_in_use") as caught:
        lock.WriterLock(path, address="")
    assert caught.value.facts["address"] == "http://living:2"
    held.release()
    held.release()


def test_reader__reads_beside_the_writer(tmp_path):
    with settled_land(tmp_path) as store, Store.open(store.path, clock=clock, read_only=True) as beside:
        assert beside.check().sound
        with store.change(by="u1", action="t"):
            store.settings.set("a", 1)
        assert beside.settings.get("a") == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "store_missing"),
        (b"", "store_foreign"),
        (b"PK\x03\x04 not a database", "store_foreign"),
        (b"SQLite format 3\x00" + bytes(200), "store_damaged"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_open__refuses_what_is_no_store(tmp_path, content, code, read_only):
    path = tmp_path / "township.gpkg"
    if content is not None:
        path.write_bytes(content)
    with refused(code):
        Store.open(path, clock=clock, read_only=read_only)


def test_open__refuses_another_programs_geopackage_and_leaves_it_as_it_was(tmp_path):
    path = tmp_path / "other.gpkg"
    connection = sqlite3.connect(path)
    geopackage.initialise(connection, EPSG)
    connection.commit()
    connection.close()
    for read_only in (True, False):
        with refused("store_foreign"):
            Store.open(path, clock=clock, read_only=read_only)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'history'").fetchone()[0] == 0
    connection.close()


def test_open__refuses_a_damaged_store(tmp_path):
    with settled_land(tmp_path) as store:
        path = store.path
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    with refused("store_damaged"):
        Store.open(path, clock=clock)


def test_open__refuses_a_newer_file_and_names_what_it_does_not_know(tmp_path):
    make(tmp_path).close()
    path = tmp_path / "township.gpkg"
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO migration (name) VALUES ('9999_from_the_future')")
    connection.commit()
    connection.close()
    for read_only in (True, False):
        with refused("store_newer") as caught:
            Store.open(path, clock=clock, read_only=read_only)
    assert "9999_from_the_future" in str(caught.value)


def test_create__overwrites_nothing_and_takes_working_zones_only(tmp_path):
    make(tmp_path).close()
    with refused("store_exists"):
        make(tmp_path)
    for epsg in (4326, 4490, 4527, 2383, 4600):
        with refused("store_crs"):
            Store.create(tmp_path / "new.gpkg", epsg=epsg, name="乡", clock=clock)
    assert not (tmp_path / "new.gpkg").exists()


def test_create__works_in_a_chinese_folder_with_blanks(tmp_path):
    folder = tmp_path / "某 乡 档案" / "2026 年"
    with make(folder, "某 乡.gpkg") as store:
        assert store.name == "试验乡"
    assert sorted(path.name for path in folder.iterdir()) == [
        "某 乡.accounts.sqlite",
        "某 乡.gpkg",
        "某 乡.gpkg.lock",
    ]


def test_create__after_a_half_made_file_starts_anew(tmp_path):
    (tmp_path / ".township.gpkg.new").write_bytes(b"half")
    with make(tmp_path) as store:
        assert store.check().sound


@pytest.mark.parametrize(
    ("kind", "options", "remote"),
    [
        ("cifs", "rw", True),
        ("nfs4", "rw", True),
        ("fuse.sshfs", "rw", True),
        ("NTFS", "rw,remote", True),
        ("ext4", "rw", False),
        ("apfs", "rw,local", False),
    ],
)
def test_network_share__is_warned_of(tmp_path, monkeypatch, kind, options, remote):
    part = namedtuple("part", "mountpoint fstype opts")
    mounts = [part("/", "ext4", "rw"), part(str(tmp_path), kind, options)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: mounts)
    with make(tmp_path) as store:
        assert [problem.code for problem in store.problems] == (["store_on_network_share"] if remote else [])


def test_network_share__is_known_by_its_windows_name():
    assert files.network_problem(Path("\\\\server\\share\\township.gpkg")).code == "store_on_network_share"


def old_file(path):
    """The first schema, as the first program wrote it, without the triggers that are made at opening."""
    connection = sqlite3.connect(path)
    geopackage.register_functions(connection)
    connection.executescript(OLD.read_text(encoding="utf-8"))
    connection.close()


def structure(path):
    connection = sqlite3.connect(path)
    found = {
        (kind, name): " ".join((text or "").split())
        for kind, name, text in connection.execute("SELECT type, name, sql FROM sqlite_master")
        if not name.startswith("sqlite_stat")
    }
    found["columns"] = {
        name: [tuple(row) for row in connection.execute(f'PRAGMA table_info("{name}")')]
        for (kind, name) in list(found)
        if kind == "table"
    }
    connection.close()
    return found


def test_older_file__is_brought_to_todays_schema_and_keeps_its_rows(tmp_path):
    old_file(tmp_path / "old.gpkg")
    with refused("store_older"):
        Store.open(tmp_path / "old.gpkg", clock=clock, read_only=True)
    with Store.open(tmp_path / "old.gpkg", clock=clock) as store:
        assert store.problems == ()
        assert [plot.code for plot in store.plots.find()] == ["1-1", "1-2", "1-3"]
        assert [plot.code for plot in store.plots.within(square(0.1, 0.1, wide=0.1).bounds)] == ["1-1"]
        assert store.parties.get(1).name == "甲某"
        report = store.check()
        assert report.sound
        assert report.rows["migration"] == len(migrations.MIGRATIONS)
    make(tmp_path).close()
    assert structure(tmp_path / "old.gpkg") == structure(tmp_path / "township.gpkg")


def test_older_file__brought_up_to_date_twice_is_the_same(tmp_path):
    old_file(tmp_path / "old.gpkg")
    Store.open(tmp_path / "old.gpkg", clock=clock).close()
    once = structure(tmp_path / "old.gpkg")
    with Store.open(tmp_path / "old.gpkg", clock=clock) as store:
        assert store.problems == ()
        head = store.log.head()
    assert structure(tmp_path / "old.gpkg") == once
    with Store.open(tmp_path / "old.gpkg", clock=clock) as store:
        assert store.log.head() == head


def test_older_file__that_fails_half_way_stays_as_it_was(tmp_path, monkeypatch):
    old_file(tmp_path / "old.gpkg")
    before = structure(tmp_path / "old.gpkg")

    def broken(_driver):
        raise StoreError("broken", zh="坏", en="broken")

    monkeypatch.setitem(migrations.MIGRATIONS, "9000_broken", broken)
    with refused("broken"):
        Store.open(tmp_path / "old.gpkg", clock=clock)
    assert structure(tmp_path / "old.gpkg") == before


def test_migrations__are_named_in_order():
    names = list(migrations.MIGRATIONS)
    assert names == sorted(names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def _hold(path, ready, release):
    connection = sqlite3.connect(path)
    connection.execute("BEGIN IMMEDIATE")
    ready.set()
    release.wait(30)
    connection.close()


def test_change__while_another_program_keeps_the_file_locked_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("data.store.engine._BUSY_MS", 200)
    monkeypatch.setitem(__import__("data.store.engine", fromlist=["x"])._ASSERTED, "busy_timeout", 200)
    context = multiprocessing.get_context("spawn")
    ready, release = context.Event(), context.Event()
    with make(tmp_path) as store:
        other = context.Process(target=_hold, args=(store.path, ready, release))
        other.start()
        assert ready.wait(30)
        with refused("store_busy"), store.change(by="u1", action="t"):
            store.settings.set("a", 1)
        release.set()
        other.join()
        with store.change(by="u1", action="t"):
            store.settings.set("a", 1)


def test_refusals__are_sentences_in_both_languages(tmp_path):
    for fault in (openings.accounts_missing(tmp_path / "a.gpkg"), openings._foreign(tmp_path / "a.gpkg")):
        assert isinstance(fault, JiebiaoError)
        assert fault.sentence("zh").endswith("。")
        assert fault.sentence("en").endswith(".")
