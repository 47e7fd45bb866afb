"""Nobody gets past the login: pages, layers, tiles, evidence, sockets, over plain HTTP against the running app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.server import LOGIN, PASSWORD, PAYLOADS, Server, serve
from tests.shared import ROOT

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    return server.log_in()


@pytest.mark.parametrize("path", ["/", "/home", "/measure", "/accounts", "/pages/measure", "/router"])
def test_guard__anonymous_page_goes_to_login(server: Server, path: str) -> None:
    """A page's own address must not run the page before the router (Streamlit does on a fresh server)."""
    answer = server.ask(path, **HTML)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/auth/login")


@pytest.mark.parametrize(
    "path",
    [
        "/layers/plot_grassland.geojson",
        "/maps/township",
        "/tiles/file1/3/1/2",
        "/evidence/" + "0" * 64,
        "/documents/1",
        "/media/abc.png",
        "/_stcore/host-config",
        "/_stcore/stream",
        "/static/js/index.js",
        "/app/static/x",
    ],
)
def test_guard__anonymous_gets_nothing_else(server: Server, path: str) -> None:
    assert server.ask(path).status == 401


def test_guard__anonymous_socket_is_refused(server: Server) -> None:
    answer = server.ask(
        "/_stcore/stream",
        Connection="Upgrade",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
    )
    assert answer.status in {401, 403}


def test_guard__foreign_socket_is_refused_even_with_session(server: Server, token: str) -> None:
    answer = server.ask(
        "/_stcore/stream",
        cookie=token,
        Connection="Upgrade",
        Upgrade="websocket",
        Origin="http://evil.example",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
    )
    assert answer.status == 403


def test_guard__foreign_host_is_refused(server: Server, token: str) -> None:
    """DNS rebinding: a page of another name that resolves to this machine."""
    assert server.ask("/", cookie=token, Host="evil.example", **HTML).status == 400


def test_guard__upload_needs_session(server: Server) -> None:
    assert server.ask("/_stcore/upload_file/a/b", method="PUT").status == 401


def test_login__sets_http_only_same_site_cookie(server: Server) -> None:
    answer = server.ask("/auth/login", form={"login": LOGIN, "password": PASSWORD, "back": "/measure"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert answer.headers["location"] == "/measure"


@pytest.mark.parametrize("back", ["//evil.example", "http://evil.example", "/\\evil.example", "\\\\evil"])
def test_login__never_leads_elsewhere(server: Server, back: str) -> None:
    answer = server.ask("/auth/login", form={"login": LOGIN, "password": PASSWORD, "back": back})
    assert answer.headers["location"] == "/"


def test_login__refuses_forms_of_other_sites(server: Server) -> None:
    answer = server.ask(
        "/auth/login", form={"login": LOGIN, "password": PASSWORD}, Origin="http://evil.example"
    )
    assert answer.status == 403


def test_login__wrong_password_says_so_and_sets_nothing(server: Server) -> None:
    answer = server.ask("/auth/login", form={"login": "<b>x</b>", "password": "wrong"})
    assert answer.status == 401
    assert "set-cookie" not in answer.headers
    assert "<b>x</b>" not in answer.text


def test_login__locks_after_five_failures(server: Server) -> None:
    for _attempt in range(5):
        last = server.ask("/auth/login", form={"login": "li", "password": "wrong wrong"})
    assert "15" in last.text
    right = server.ask("/auth/login", form={"login": "li", "password": PASSWORD})
    assert right.status == 401


def test_first__is_closed_once_there_is_an_account(server: Server) -> None:
    form = {"login": "eve", "name": "x", "password": PASSWORD, "again": PASSWORD}
    answer = server.ask("/auth/first", form=form)
    assert answer.status == 400
    assert "set-cookie" not in answer.headers


def test_logout__ends_the_session_on_the_server(server: Server) -> None:
    mine = server.log_in()
    assert server.ask("/layers/stream.geojson", cookie=mine).status == 200
    assert server.ask("/auth/logout", cookie=mine, Sec_Fetch_Site="cross-site").status == 403
    assert server.ask("/auth/logout", cookie=mine, Sec_Fetch_Site="same-origin").status == 303
    assert server.ask("/layers/stream.geojson", cookie=mine).status == 401


def test_layers__come_as_data_with_etag(server: Server, token: str) -> None:
    first = server.ask("/layers/plot_grassland.geojson", cookie=token)
    assert first.headers["content-type"] == "application/geo+json"
    features = json.loads(first.body)["features"]
    assert {feature["properties"]["holder"] for feature in features} <= set(PAYLOADS)
    again = server.ask("/layers/plot_grassland.geojson", cookie=token, If_None_Match=first.headers["etag"])
    assert again.status == 304
    assert again.body == b""


def test_layers__unknown_is_a_sentence(server: Server, token: str) -> None:
    answer = server.ask("/layers/nothing.geojson?lang=en", cookie=token)
    assert (answer.status, answer.text) == (404, "There is no layer nothing.")


def test_layers__never_read_outside(server: Server, token: str) -> None:
    assert server.ask("/layers/..%2f..%2fetc%2fpasswd.geojson", cookie=token).status in {400, 404}
    assert server.ask("/assets/..%2f..%2fapp.py").status in {400, 404}


def test_tiles__without_base_layer_is_no_fault(server: Server, token: str) -> None:
    assert server.ask("/tiles/file1/3/1/2", cookie=token).status == 404


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("leaflet/leaflet.js", {"text/javascript", "application/javascript"}),
        ("jiebiao/map.js", {"text/javascript", "application/javascript"}),
        ("jiebiao/map.css", {"text/css"}),
        ("fonts/NotoSansSC-Regular.ttf", {"font/ttf"}),
        ("jiebiao/icon.svg", {"image/svg+xml"}),
    ],
)
def test_assets__have_their_kind_without_login(server: Server, path: str, kinds: set[str]) -> None:
    """Windows registries call scripts plain text; with nosniff the browser would then run none."""
    answer = server.ask(f"/assets/{path}")
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] in kinds
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages__may_be_reached_with_session(server: Server, token: str) -> None:
    answer = server.ask("/measure", cookie=token, **HTML)
    assert answer.status == 200
    assert "<title>" in answer.text


def test_pages__may_load_from_this_server_only(server: Server, token: str) -> None:
    """A picture in Markdown that slipped through would otherwise be fetched from somebody else."""
    policy = server.ask("/", cookie=token, **HTML).headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'self'"
    assert parts["connect-src"].split()[:2] == ["'self'", f"ws://127.0.0.1:{server.port}"]
    assert parts["object-src"] == "'none'"


def test_second_start__names_the_first(server: Server) -> None:
    """One process writes the records; a second says where the first is."""
    code = (
        "import sys, app\nfrom pathlib import Path\nfrom geo.errors import StoreError\n"
        "try:\n    app.run(port=0, store=Path(sys.argv[1]), open_browser=False)\n"
        "except StoreError as fault:\n    print(fault.code, fault.facts['address'])\n"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, str(server.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert second.stdout.strip() == f"store_in_use {server.base}"


def test_server__listens_on_loopback_only_and_connects_nowhere(server: Server) -> None:
    process = psutil.Process(server.process.pid)
    family = [process, *process.children(recursive=True)]
    sockets = [one for each in family for one in each.net_connections(kind="inet")]
    listening = {one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    outside = [one.raddr.ip for one in sockets if one.raddr and not one.raddr.ip.startswith("127.")]
    assert outside == []


def test_township_page__holds_no_text_folium_could_run(server: Server, token: str) -> None:
    answer = server.ask("/maps/township", cookie=token)
    assert answer.status == 200
    assert "://" not in answer.text.replace("http://www.w3.org", "")
    assert str(server.process.pid) not in answer.text.partition('id="jiebiao-texts"')[0]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("lan"), lan=True, with_account=False) as running:
        yield running


def test_first__with_lan_needs_the_code_of_the_console(fresh: Server) -> None:
    assert fresh.ask("/auth/login").headers["location"] == "/auth/first"
    form = {"login": "zhang", "name": "张站长", "password": PASSWORD, "again": PASSWORD}
    assert fresh.ask("/auth/first", form=form).status == 400
    assert fresh.ask("/auth/first", form={**form, "code": "AAAAAAAA"}).status == 400
    code = next(line.rpartition(": ")[2] for line in fresh.lines if "code for the first account" in line)
    assert fresh.ask("/auth/first", form={**form, "again": "another one", "code": code}).status == 400
    assert (
        fresh.ask("/auth/first", form={**form, "password": "short", "again": "short", "code": code}).status
        == 400
    )
    made = fresh.ask("/auth/first", form={**form, "code": code})
    assert made.status == 303
    assert "jiebiao_session=" in made.headers["set-cookie"]


def test_first__writes_no_password_anywhere(fresh: Server) -> None:
    for path in Path(fresh.folder).rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path
