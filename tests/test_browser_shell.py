"""The shell in Chromium: nothing leaves the machine, the login stays, the language is the session's, it fits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Watched, chromium, open_page, wait_for_map
from tests.server import Server, serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def desk(browser: Browser, server: Server) -> Iterator[Watched]:
    """One signed-in page for the tests that leave it as they found it."""
    with open_page(browser, server) as watched:
        yield watched


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _box(page: Page, key: str) -> dict[str, float]:
    found: dict[str, float] = page.evaluate(
        "key => { const r = window.jiebiaoMaps[key].canvasBox.getBoundingClientRect();"
        " return {x: r.left, y: r.top, w: r.width, h: r.height}; }",
        key,
    )
    return found


def test_every_page__asks_nothing_of_the_network(desk: Watched, server: Server) -> None:
    """Fonts, map, plugins and Streamlit itself come from this machine; stock folium fetched ten files."""
    page = desk.page
    for path, key in (("/", "home"), ("/measure", "measure")):
        page.goto(server.base + path)
        wait_for_map(page, key)
    page.goto(f"{server.base}/accounts")
    expect(page.get_by_text("增加账号")).to_be_visible()
    page.goto(f"{server.base}/maps/township")
    page.wait_for_selector("body[data-ready]")
    assert desk.outside == []
    assert desk.errors == []
    assert page.evaluate("window.__xss") is None


def test_keyboard__reaches_map_tools_and_layers(desk: Watched, server: Server) -> None:
    page = desk.page
    page.goto(f"{server.base}/measure")
    wait_for_map(page, "measure")
    reached = set()
    for _step in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(() => { let a = document.activeElement; while (a && a.shadowRoot && a.shadowRoot.activeElement)"
                " a = a.shadowRoot.activeElement; return a ? (a.textContent || a.className || '').trim() : ''; })()"
            )
        )
    assert {"点一块地", "图层"} <= reached


def test_login__survives_reload_and_ends_with_logout(browser: Browser, server: Server) -> None:
    """A login kept in the page's state was lost on F5."""
    with open_page(browser, server) as watched:
        page = watched.page
        page.reload()
        wait_for_map(page, "home")
        assert "/auth/" not in page.url
        page.get_by_text("张站长").click()
        _button(page, "退出登录")
        page.wait_for_url("**/auth/login")
        page.goto(f"{server.base}/measure")
        assert "/auth/login" in page.url


def test_language__is_the_sessions_and_survives_reload(
    desk: Watched, browser: Browser, server: Server
) -> None:
    other = desk
    other.page.goto(server.base)
    with open_page(browser, server) as one:
        _button(one.page, "English")
        expect(one.page.get_by_text("What is due")).to_be_visible()
        expect(other.page.get_by_text("要办的事")).to_be_visible()
        one.page.reload()
        expect(one.page.get_by_text("What is due")).to_be_visible()


def test_pages__fit_a_telephone(desk: Watched, server: Server) -> None:
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    for path, key in (("/", "home"), ("/measure", "measure")):
        page.goto(server.base + path)
        wait_for_map(page, key)
        wide, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= room
        box = _box(page, key)
        assert box["x"] >= 0
        assert box["x"] + box["w"] <= 390
