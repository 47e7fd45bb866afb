"""The map in Chromium: drawing, changing, exact figures, and names that no program may read as code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Watched, chromium, open_page, wait_for_map
from tests.server import EAST_M, NORTH_M, PAYLOADS, Server, serve

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


def _click(page: Page, box: dict[str, float], x: float, y: float) -> None:
    # Clicks nearer to each other than a hand can make them are taken for one by the drawing tool.
    page.wait_for_timeout(120)
    page.mouse.click(box["x"] + box["w"] * x, box["y"] + box["h"] * y)


def _runs_of_payloads(page: Page) -> object:
    return page.evaluate("window.__xss")


def test_names_of_holders__are_shown_letter_by_letter(desk: Watched, server: Server) -> None:
    """Labels, tooltips, legend and home page show what would run in folium, Jinja, HTML or Markdown."""
    page = desk.page
    wait_for_map(page, "home")
    page.evaluate("window.jiebiaoMaps.home.map.setZoom(16, {animate: false})")
    page.wait_for_timeout(300)
    labels = page.locator(".jb-label").all_text_contents()
    assert any(payload in labels for payload in PAYLOADS)
    box = _box(page, "home")
    page.mouse.move(box["x"] + box["w"] * 0.45, box["y"] + box["h"] * 0.45)
    page.wait_for_selector(".jb-tip-row")
    assert _runs_of_payloads(page) is None
    assert desk.outside == []


def test_measure__draw_change_undo_and_print(desk: Watched, server: Server) -> None:
    """One rerun per act, exact figures from the server, place and zoom kept, vertices not touched returned as sent."""
    page = desk.page
    page.goto(f"{server.base}/measure")
    wait_for_map(page, "measure")
    box = _box(page, "measure")
    view = page.evaluate(
        "(() => { const m = window.jiebiaoMaps.measure.map; return [m.getCenter(), m.getZoom()]; })()"
    )
    _button(page, "点一块地")
    for x, y in ((0.3, 0.3), (0.5, 0.3), (0.5, 0.6), (0.3, 0.6)):
        _click(page, box, x, y)
    expect(page.locator(".jb-live")).to_contain_text("亩")
    _button(page, "完成")
    expect(page.get_by_text("周长", exact=True)).to_be_visible()
    first = page.locator(".jb-figure .value").first.inner_text()
    before = _ring(page)
    _button(page, "改点")
    page.wait_for_timeout(300)
    page.mouse.move(box["x"] + box["w"] * 0.5, box["y"] + box["h"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["w"] * 0.57, box["y"] + box["h"] * 0.21, steps=6)
    page.mouse.up()
    _button(page, "完成")
    expect(page.locator(".jb-figure .value").first).not_to_have_text(first)
    after = _ring(page)
    assert len(after) == len(before)
    assert sum(vertex in after for vertex in before) == len(before) - 1
    _button(page, "撤销")
    expect(page.locator(".jb-figure .value").first).to_have_text(first)
    assert _ring(page) == before
    same = page.evaluate(
        "(() => { const m = window.jiebiaoMaps.measure.map; return [m.getCenter(), m.getZoom()]; })()"
    )
    assert same == view
    with page.expect_download(timeout=60_000) as download:
        _button(page, "打印量算单")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert desk.outside == []
    assert desk.errors == []


def test_cursor__shows_the_plane_coordinates_of_the_zone(desk: Watched, server: Server) -> None:
    """The browser's own Gauss-Krueger agrees with PROJ to a millimetre."""
    from geo import crs
    from geo.zone import working_zone

    lonlat = crs.to_geographic([[EAST_M, NORTH_M], [EAST_M + 90_000, NORTH_M - 800_000]], working_zone(102.3))
    desk.page.goto(f"{server.base}/assets/jiebiao/icon.svg")
    for (lon, lat), wanted in zip(
        lonlat.tolist(), ((EAST_M, NORTH_M), (EAST_M + 90_000, NORTH_M - 800_000)), strict=True
    ):
        got = desk.page.evaluate(
            "async ([lon, lat]) => (await import('/assets/jiebiao/geodesy.js')).gaussKrueger(lon, lat, 102)",
            [lon, lat],
        )
        assert got["easting"] == pytest.approx(wanted[0], abs=0.001)
        assert got["northing"] == pytest.approx(wanted[1], abs=0.001)


def _ring(page: Page) -> list[list[float]]:
    text = page.evaluate(
        "JSON.stringify([...window.jiebiaoMaps.measure.layers.entries.get('measured_plot').byId.values()][0]"
        ".toGeoJSON(false).geometry.coordinates[0].slice(0, -1))"
    )
    ring: list[list[float]] = json.loads(text)
    return ring
