"""Who may log in: no default, no plain password or token kept, locked after five failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.store import Store
from geo.errors import AccessError, StoreError
from tests.store_township import EPSG, NOON

WORD = "一个足够长的密码"


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Clock()


@pytest.fixture
def store(tmp_path, time):
    with Store.create(tmp_path / "township.gpkg", epsg=EPSG, name="乡", clock=time) as store:
        yield store


@pytest.fixture
def accounts(store):
    assert store.accounts.none_yet()
    store.accounts.create(login="zhan", name="站长", role="administrator", password=WORD)
    return store.accounts


def refused(code):
    return pytest.raises(AccessError, check=lambda fault: fault.code == code)


def test_first_account__must_be_an_administrator(store):
    with refused("first_not_administrator"):
        store.accounts.create(login="a", name="a", role="viewer", password=WORD)
    assert store.accounts.none_yet()


def test_log_in__opens_a_session_that_a_restart_survives(tmp_path, store, accounts, time):
    account, token = accounts.log_in(" zhan ", WORD)
    assert (account.id, account.role) == ("u1", "administrator")
    store.close()
    with Store.open(tmp_path / "township.gpkg", clock=time) as again:
        assert again.accounts.by_token(token) == account


def test_session__ends_by_log_out_by_time_and_by_a_new_password(accounts, time):
    _, first = accounts.log_in("zhan", WORD)
    _, second = accounts.log_in("zhan", WORD)
    accounts.log_out(first)
    assert accounts.by_token(first) is None
    assert accounts.by_token(second) is not None
    time.now += timedelta(hours=13)
    assert accounts.by_token(second) is None
    _, third = accounts.log_in("zhan", WORD)
    accounts.set_password("u1", WORD + "2", by="u1")
    assert accounts.by_token(third) is None
    with refused("login_failed"):
        accounts.log_in("zhan", WORD)
    accounts.log_in("zhan", WORD + "2")


@pytest.mark.parametrize("token", [None, "", "x", "' OR 1=1"])
def test_session__unknown_is_nobody(accounts, token):
    assert accounts.by_token(token) is None


def test_log_in__says_the_same_of_a_wrong_name_and_a_wrong_password(accounts):
    answers = []
    for login, password in (("zhan", "wrong password"), ("nobody", WORD), ("", ""), ("zhan", "x" * 10_000)):
        with refused("login_failed") as caught:
            accounts.log_in(login, password)
        answers.append(caught.value.sentence("zh"))
    assert len(set(answers)) == 1


def test_log_in__locks_after_five_failures_for_a_quarter_of_an_hour(store, accounts, time):
    for _ in range(4):
        with refused("login_failed"):
            accounts.log_in("zhan", "wrong password")
    with refused("login_locked"):
        accounts.log_in("zhan", "wrong password")
    with refused("login_locked") as caught:
        accounts.log_in("zhan", WORD)
    assert caught.value.facts["minutes"] == 15
    assert store.log.latest(1)[0].action == "account.locked"
    time.now += timedelta(minutes=15)
    assert accounts.log_in("zhan", WORD)[0].failed_attempts == 0


def test_log_in__that_succeeds_forgets_failures(accounts):
    for _ in range(3):
        for _ in range(4):
            with refused("login_failed"):
                accounts.log_in("zhan", "wrong password")
        accounts.log_in("zhan", WORD)


def test_account__disabled_is_out_at_once_and_back_when_enabled(accounts):
    accounts.create(login="li", name="李", role="editor", password=WORD, by="u1")
    _, token = accounts.log_in("li", WORD)
    accounts.disable("u2", by="u1")
    assert accounts.by_token(token) is None
    with refused("account_disabled"):
        accounts.log_in("li", WORD)
    accounts.enable("u2", by="u1")
    assert accounts.log_in("li", WORD)[0].id == "u2"
    assert accounts.by_token(token) is None


def test_account__disabled_with_a_wrong_password_says_no_more_than_others(accounts):
    accounts.create(login="li", name="李", role="editor", password=WORD, by="u1")
    accounts.disable("u2", by="u1")
    with refused("login_failed"):
        accounts.log_in("li", "wrong password")


def test_administrator__the_last_one_stays(accounts):
    accounts.create(login="li", name="李", role="administrator", password=WORD, by="u1")
    accounts.disable("u2", by="u1")
    for act in (lambda: accounts.disable("u1", by="u1"), lambda: accounts.set_role("u1", "viewer", by="u1")):
        with refused("last_administrator"):
            act()
    accounts.enable("u2", by="u1")
    assert accounts.set_role("u1", "viewer", by="u2").role == "viewer"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"login": "zhan"}, "login_taken"),
        ({"login": "  "}, "login_empty"),
        ({"password": "1234567"}, "password_short"),
        ({"password": "x" * 257}, "password_long"),
    ],
)
def test_create__refuses(accounts, facts, code):
    with refused(code):
        accounts.create(
            **{"login": "li", "name": "李", "role": "viewer", "password": WORD, "by": "u1", **facts}
        )
    assert len(accounts.all()) == 1


@pytest.mark.parametrize("unknown", ["u9", "", "u", "x1", "u-1", "u²"])
def test_account__unknown_is_refused(accounts, unknown):
    with refused("account_unknown"):
        accounts.get(unknown)


def test_accounts__are_logged_by_number_and_leave_nothing_in_the_records(tmp_path, store, accounts):
    accounts.create(login="li-login", name="李某某", role="viewer", password=WORD, by="u1")
    _, token = accounts.log_in("li-login", WORD)
    assert [(entry.who, entry.action, entry.objects) for entry in store.log.latest(2)] == [
        ("u1", "account.create", ("account:u1",)),
        ("u1", "account.create", ("account:u2",)),
    ]
    assert store.check().chain_valid
    store.close()
    records = (tmp_path / "township.gpkg").read_bytes()
    hashes = (tmp_path / "township.accounts.sqlite").read_bytes()
    for secret in (WORD, token):
        assert secret.encode() not in records + hashes
    assert "李某某".encode() not in records
    assert b"$argon2" not in records
    assert b"$argon2id$" in hashes


def test_accounts__of_a_copy_without_them_are_missing(tmp_path, store, time):
    store.copy_to(tmp_path / "copy.gpkg")
    with Store.open(tmp_path / "copy.gpkg", clock=time, read_only=True) as copy:
        assert copy.check().sound
        with pytest.raises(StoreError, match="without their accounts"):
            copy.accounts.all()
    assert not (tmp_path / "copy.accounts.sqlite").exists()
