"""The pages as Streamlit runs them: each asks for its role first, and shows what it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from jobs import access, desk, township
from pages.common import session, widgets
from tests.server import LOGIN, PASSWORD, PAYLOADS, make_store
from tests.shared import ROOT


@pytest.fixture(scope="module", autouse=True)
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("pages") / "demo.gpkg"
    make_store(path)
    desk.put(desk.Desk(store=township.open_store(path)))
    yield path
    desk.close()


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def sign_in(login: str) -> None:
        token = access.sign_in(login, PASSWORD)
        monkeypatch.setattr(session, "token", lambda: token)

    return sign_in


def _home() -> None:
    from pages import home

    home.show()


def _measure() -> None:
    from pages import measure

    measure.show()


def _accounts() -> None:
    from pages import accounts

    accounts.show()


PAGES = (_home, _measure, _accounts)


def _run(page: Callable[[], None]) -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


@pytest.mark.parametrize("page", PAGES)
def test_page__anonymous_sees_only_the_refusal(page: Callable[[], None]) -> None:
    """A page reached past the router (Streamlit's own switch_page does it) must ask by itself."""
    shown = _run(page)
    assert [one.value for one in shown.error] == ["请先登录。"]
    assert not shown.button
    assert not shown.exception


def test_router__anonymous_sees_only_the_refusal() -> None:
    shown = AppTest.from_file(str(ROOT / "pages" / "common" / "router.py"), default_timeout=30).run()
    assert [one.value for one in shown.error] == ["请先登录。"]


def test_router__does_not_lie_beside_a_folder_called_pages() -> None:
    assert not (ROOT / "pages" / "common" / "pages").exists()
    import app

    assert app.SCRIPT.parent.name == "common"


def test_accounts__viewer_is_refused(signed_in: Callable[[str], None]) -> None:
    signed_in("li")
    shown = _run(_accounts)
    assert [one.value for one in shown.error] == ["您的账号不能做这件事：请找管理员。"]
    assert not shown.selectbox


@pytest.mark.parametrize("page", PAGES)
def test_page__administrator_sees_it_without_a_fault(
    page: Callable[[], None], signed_in: Callable[[str], None]
) -> None:
    signed_in(LOGIN)
    shown = _run(page)
    assert not shown.exception
    assert not shown.error


def test_accounts__role_is_changed_and_the_last_administrator_kept(signed_in: Callable[[str], None]) -> None:
    signed_in(LOGIN)
    shown = _run(_accounts)
    shown.selectbox(key="role-u2").set_value("editor").run()
    assert desk.current().store.accounts.get("u2").role == "editor"
    shown.selectbox(key="role-u1").set_value("viewer").run()
    assert "最后一个管理员" in shown.error[0].value
    assert desk.current().store.accounts.get("u1").role == "administrator"
    access.set_role(desk.current().store.accounts.get("u1"), "u2", "viewer")


def test_home__own_township_waits_for_name_and_place(signed_in: Callable[[str], None]) -> None:
    signed_in(LOGIN)
    shown = _run(_home)
    assert shown.button(key="own-begin").disabled
    shown.text_input(key="own-name").set_value("红柳乡")
    shown.number_input(key="own-lon").set_value(102.0)
    shown.number_input(key="own-lat").set_value(38.0)
    shown.run()
    assert not shown.button(key="own-begin").disabled


@pytest.mark.parametrize("payload", [*PAYLOADS, "$x$ :red[y] # z", "a\n- b"])
def test_plain__markdown_shows_it_letter_by_letter(payload: str) -> None:
    """Streamlit draws Markdown's pictures: one in a holder's name would fetch it from elsewhere."""
    shown = widgets.plain(payload)
    for sign in "*_[]()<>{}`$#!:":
        assert all(shown[i - 1] == "\\" for i, letter in enumerate(shown) if letter == sign), sign
    assert "\n" not in shown


def test_map__events_become_acts() -> None:
    from pages.common import mapview

    event: dict[str, Any] = {
        "kind": "edit",
        "seq": "1",
        "edits": [
            {
                "action": "create",
                "layer": "claim_a",
                "id": None,
                "geometry": {"type": "Point", "coordinates": [1, 2]},
            }
        ],
    }
    act = mapview._act(event)
    assert isinstance(act, mapview.Edited)
    assert act.edits[0].layer == "claim_a"
    assert mapview._act(
        {"kind": "select", "layer": None, "id": None, "lon": 1, "lat": 2}
    ) == mapview.Selected(layer=None, id=None, lon_deg=1.0, lat_deg=2.0)
    assert mapview._act({"kind": "pick", "lon": 1, "lat": 2}) == mapview.Picked(lon_deg=1.0, lat_deg=2.0)
    assert mapview._act({"kind": "undo"}) == mapview.Undone()
    assert mapview._act({"kind": "something else"}) is None
