"""The map in Chromium: drawing, changing, exact figures, and names that no program may read as code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Watched, chromium, open_page, wait_for_map, wait_until_idle
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
    for _wait in range(50):
        if _ring(page) == before:
            break
        page.wait_for_timeout(100)
    assert _ring(page) == before
    same = page.evaluate(
        "(() => { const m = window.jiebiaoMaps.measure.map; return [m.getCenter(), m.getZoom()]; })()"
    )
    assert same == view
    wait_until_idle(page)
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


def _screen(page: Page, key: str, east_m: float, north_m: float) -> tuple[float, float]:
    """Return where a point of the working plane lies on the screen."""
    from geo import crs
    from geo.zone import working_zone

    ((lon, lat),) = crs.to_geographic([[east_m, north_m]], working_zone(102.3)).tolist()
    found = page.evaluate(
        "([key, lon, lat]) => { const d = window.jiebiaoMaps[key], r = d.canvasBox.getBoundingClientRect(),"
        " p = d.map.latLngToContainerPoint([lat, lon]); return [r.left + p.x, r.top + p.y]; }",
        [key, lon, lat],
    )
    return found[0], found[1]


def test_snapping__takes_the_neighbours_corner_to_the_millimetre(desk: Watched, server: Server) -> None:
    """A point clicked near a corner of a plot is that corner, also after its way to the server and back."""
    from layers.webmap import working_geometry

    page = desk.page
    page.goto(f"{server.base}/measure")
    wait_for_map(page, "measure")
    corner = (EAST_M + 500, NORTH_M + 500)
    x, y = _screen(page, "measure", *corner)
    _button(page, "点一块地")
    for at in ((x + 5, y - 4), (x + 160, y - 40), (x + 120, y - 150)):
        page.mouse.move(at[0] + 3, at[1] + 3)
        page.wait_for_timeout(250)
        page.mouse.move(*at)
        page.wait_for_timeout(250)
        page.mouse.click(*at)
    _button(page, "完成")
    expect(page.get_by_text("周长", exact=True)).to_be_visible()
    from geo.zone import working_zone

    ring = working_geometry({"type": "LineString", "coordinates": _ring(page)}, working_zone(102.3))
    nearest = min(((e - corner[0]) ** 2 + (n - corner[1]) ** 2) ** 0.5 for e, n in ring.coords)
    assert nearest <= 0.001
    _button(page, "撤销")
    expect(page.get_by_text("还没有量过。")).to_be_visible()


def test_place_and_zoom__stay_over_pages_and_reload(desk: Watched, server: Server) -> None:
    page = desk.page
    page.goto(server.base)
    wait_for_map(page, "home")
    page.evaluate("void window.jiebiaoMaps.home.map.setView([40.395, 102.31], 15.5, {animate: false})")
    here = "(() => { const m = window.jiebiaoMaps.home.map, c = m.getCenter(); return [c.lat, c.lng, m.getZoom()]; })()"
    before = page.evaluate(here)
    page.get_by_role("link", name="量一量").click()
    wait_for_map(page, "measure")
    page.get_by_role("link", name="首页").click()
    wait_for_map(page, "home")
    assert page.evaluate(here) == pytest.approx(before, abs=5e-5)
    page.reload()
    wait_for_map(page, "home")
    assert page.evaluate(here) == pytest.approx(before, abs=5e-5)


def test_layers__are_listed_with_their_symbols_and_can_be_hidden(desk: Watched, server: Server) -> None:
    page = desk.page
    page.goto(server.base)
    wait_for_map(page, "home")
    _button(page, "图层")
    shown = "window.jiebiaoMaps.home.map.hasLayer(window.jiebiaoMaps.home.layers.entries.get('stream').group)"
    assert page.evaluate(shown)
    page.get_by_label("溪流", exact=True).uncheck()
    assert not page.evaluate(shown)
    page.keyboard.press("Escape")
    expect(page.locator(".jb-panel")).to_be_hidden()


def test_tiles__of_a_local_file_lie_beneath_and_ask_nobody_else(
    desk: Watched, server: Server, tmp_path: Path
) -> None:
    """A GeoTIFF of the settings page is drawn under the layers, tile by tile, from this machine."""
    from tests.test_data_tiles import make_geotiff

    page = desk.page
    page.goto(f"{server.base}/accounts")
    page.get_by_role("tab", name="底图").click()
    page.get_by_text("用本机的影像或瓦片文件").click()
    page.get_by_label("文件位置（MBTiles、PMTiles 或 GeoTIFF）").fill(
        str(make_geotiff(tmp_path / "正射 一.tif", 102.3, 40.38))
    )
    _button(page, "加为底图")
    expect(page.get_by_text("正射 一", exact=True)).to_be_visible()
    page.goto(server.base)
    wait_for_map(page, "home")
    page.wait_for_function("window.jiebiaoMaps.home.panel.baseLayer")
    page.wait_for_function(
        "[...window.jiebiaoMaps.home.canvasBox.querySelectorAll('img.leaflet-tile-loaded')].some(i => i.naturalWidth === 256)"
    )
    assert desk.outside == []
    assert desk.errors == []


def test_hand_over_file__shows_names_and_runs_none(desk: Watched) -> None:
    """Folium compiled such names on the server and put them into scripts: here they are text, and nothing is asked."""
    from layers import folium_map
    from tests.test_layers_folium_map import ZONE, plots_named

    page = desk.page.context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(folium_map.hand_over(plots_named(PAYLOADS), ZONE, title=PAYLOADS[1]).decode())
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".jb-legend h1")).to_have_text(PAYLOADS[1])
    labels = page.locator(".jb-label").all_text_contents()
    assert labels
    assert set(labels) <= set(PAYLOADS)
    assert page.evaluate("window.__xss") is None
    assert asked == []
    page.close()
