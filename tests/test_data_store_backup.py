"""A backup reads back whole, or is refused; what it restores is what was there."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from data.store import Store, back_up, read_manifest, restore
from geo.errors import StoreError
from jobs import records
from tests.shared import ROOT
from tests.store_township import NOON, clock, open_case, settled_land, signed_scan

WORD = "一句口令"
PASSWORD = "eight characters"


@pytest.fixture
def store(tmp_path):
    with settled_land(tmp_path / "here") as store:
        store.accounts.create(login="zhan", name="站长", role="administrator", password=PASSWORD)
        case = open_case(store)
        signed_scan(store, case, b"fingerprint")
        yield store


def refused(code):
    return pytest.raises(StoreError, check=lambda fault: fault.code == code)


@pytest.mark.parametrize("word", [None, WORD])
def test_backup__restores_what_was_there(tmp_path, store, word):
    target = tmp_path / "备份 1.zip"
    made = back_up(store, target, passphrase=word)
    assert (made.township, made.made_at, made.log_head) == ("试验乡", NOON, store.log.head())
    assert [problem.code for problem in made.problems] == ([] if word else ["backup_not_encrypted"])
    assert read_manifest(target, passphrase=word) == made
    restore(target, tmp_path / "there" / "new.gpkg", passphrase=word)
    with Store.open(tmp_path / "there" / "new.gpkg", clock=clock) as again:
        assert again.problems == ()
        report = again.check(made.log_head)
        assert report.sound
        assert report.rows == store.check().rows
        (scan,) = again.evidence.find()
        assert again.evidence.read(scan.sha256) == b"fingerprint"
        assert again.accounts.log_in("zhan", PASSWORD)[0].role == "administrator"
        assert again.plots.agreed() == store.plots.agreed()


def test_backup__encrypted_shows_nothing_of_what_it_holds(tmp_path, store):
    plain, sealed = tmp_path / "a.zip", tmp_path / "b.zip"
    back_up(store, plain)
    back_up(store, sealed, passphrase=WORD)
    assert zipfile.is_zipfile(plain)
    content = sealed.read_bytes()
    assert not zipfile.is_zipfile(sealed)
    assert b"manifest" not in content
    assert "甲某".encode() not in content


def test_backup__is_made_while_others_write(tmp_path, store):
    beside = Store.open(store.path, clock=clock, read_only=True)
    with beside, store.change(by="u1", action="t"):
        store.settings.set("unfinished", 1)
        made = back_up(beside, tmp_path / "a.zip")
    restore(tmp_path / "a.zip", tmp_path / "new.gpkg")
    with Store.open(tmp_path / "new.gpkg", clock=clock, read_only=True) as again:
        assert again.settings.get("unfinished") is None
        assert again.check(made.log_head).sound


def test_backup__same_records_and_time_give_the_same_bytes(tmp_path, store):
    back_up(store, tmp_path / "a.zip")
    back_up(store, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_restore__overwrites_nothing(tmp_path, store):
    back_up(store, tmp_path / "a.zip")
    with refused("store_exists"):
        restore(tmp_path / "a.zip", store.path)
    (tmp_path / "new.accounts.sqlite").write_bytes(b"")
    with refused("store_exists"):
        restore(tmp_path / "a.zip", tmp_path / "new.gpkg")
    assert not (tmp_path / "new.gpkg").exists()


def rewrite(source: Path, target: Path, change) -> None:
    """Copy a backup with its manifest and files as ``change`` leaves them."""
    with zipfile.ZipFile(source) as old:
        files = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with zipfile.ZipFile(target, "w") as new:
        for name, content in files.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda manifest, files: files.update({"records.gpkg": files["records.gpkg"] + b"x"}),
            "backup_damaged",
        ),
        (lambda manifest, files: files.pop("records.key"), "backup_damaged"),
        (lambda manifest, files: files.update({"more": b""}), "backup_damaged"),
        (
            lambda manifest, files: (
                files.update({"../out": b""}),
                manifest["files"].update(
                    {"../out": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
                ),
            ),
            "backup_damaged",
        ),
        (lambda manifest, files: manifest.update(format="other"), "backup_foreign"),
        (lambda manifest, files: manifest.pop("files"), "backup_foreign"),
    ],
)
def test_backup__that_was_altered_is_refused_and_nothing_put_in_place(tmp_path, store, change, code):
    back_up(store, tmp_path / "a.zip")
    rewrite(tmp_path / "a.zip", tmp_path / "b.zip", change)
    with refused(code):
        restore(tmp_path / "b.zip", tmp_path / "there" / "new.gpkg")
    assert not list((tmp_path / "there").iterdir())
    assert not (tmp_path / "out").exists()


def test_backup__encrypted_and_altered_cut_or_misjudged_is_refused(tmp_path, store):
    target = tmp_path / "a.zip"
    back_up(store, target, passphrase=WORD)
    content = target.read_bytes()
    with refused("passphrase_needed"):
        read_manifest(target)
    with refused("passphrase_wrong"):
        read_manifest(target, passphrase="other")
    for altered in (
        content[:-20],
        content[: len(content) // 2] + b"xx" + content[len(content) // 2 + 2 :],
        content[:30],
    ):
        target.write_bytes(altered)
        with refused("passphrase_wrong"):
            read_manifest(target, passphrase=WORD)


@pytest.mark.parametrize(
    ("content", "code"), [(None, "backup_missing"), (b"", "backup_foreign"), (b"x", "backup_foreign")]
)
def test_backup__that_is_none_is_refused(tmp_path, content, code):
    if content is not None:
        (tmp_path / "a.zip").write_bytes(content)
    with refused(code):
        read_manifest(tmp_path / "a.zip")


def test_backup__that_cannot_be_written_says_so_and_leaves_no_part(tmp_path, store):
    with refused("backup_unwritable"):
        back_up(store, tmp_path / "nowhere" / "a.zip")
    (tmp_path / "folder.zip").mkdir()
    with refused("backup_unwritable"):
        back_up(store, tmp_path / "folder.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.zip", "here"]


def test_job_check__has_the_command_lines_keys_beside_a_running_app(store):
    stated = records.check(store.path)
    assert (stated["chain_valid"], stated["coverage_valid"], stated["rows"]["plot"]) == (True, True, 16)
    json.dumps(stated)


def test_job_backup_and_restore__go_together(tmp_path, store, monkeypatch):
    monkeypatch.setenv(records.PASSPHRASE_VARIABLE, WORD)
    stated = records.backup(store.path, tmp_path / "a.zip")
    assert (stated["encrypted"], stated["chain_valid"], stated["files"]) == (True, True, 4)
    again = records.restore(tmp_path / "a.zip", tmp_path / "there" / "x.gpkg")
    assert again["sound"]
    assert again["rows"] == stated["rows"]
    json.dumps([stated, again])


def test_job__takes_a_folder_or_the_users_home(tmp_path, store, monkeypatch):
    assert records.check(store.path.parent)["sound"]
    monkeypatch.setenv("JIEBIAO_HOME", str(store.path.parent))
    assert records.check()["sound"]
    monkeypatch.setenv("JIEBIAO_HOME", str(tmp_path / "empty"))
    with refused("store_missing"):
        records.check()


def test_job__refuses_records_in_the_programs_folder():
    with pytest.raises(ValueError, match="program's folder"):
        records.locate(ROOT / "data" / "x.gpkg")
    assert not os.path.exists(ROOT / "data" / "x.gpkg")
