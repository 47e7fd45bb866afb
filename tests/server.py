"""A township with awkward people in it and the app serving it, for tests over HTTP and in the browser."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from shapely.geometry import LineString, Point, box

from data.store import Feature, Household, Party, Plot, Store, Unit
from tests.shared import ROOT

__all__ = ["LOGIN", "PASSWORD", "PAYLOADS", "Answer", "Server", "make_store", "serve"]

LOGIN, PASSWORD = "zhang", "a long password 7"
PAYLOADS = (
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{{'x'}}",
    "${window.__xss=1}",
    '<img src=/nope onerror="window.__xss=1">',
    "</script><script>window.__xss=1</script>",
    "`+(window.__xss=1)+`",
    "![x](http://example.invalid/x.png)",
)
"""Names of holders that folium, Jinja, JavaScript, HTML or Markdown would execute or fetch."""

EAST_M, NORTH_M = 525_000.0, 4_473_000.0


def make_store(path: Path, *, with_account: bool = True) -> None:
    """Write a township of 12 plots whose holders have names that no program should read as code."""
    store = Store.create(path, epsg=4543, name="青石乡", clock=lambda: datetime.now(UTC))
    uses = ("grassland", "cropland", "woodland")
    with store.change(by="system", action="test.make"):
        unit = store.units.add(
            Unit(
                tier="village",
                code="V1",
                name="南沟村",
                geometry=box(EAST_M, NORTH_M, EAST_M + 2000, NORTH_M + 1500),
            )
        )
        for i in range(12):
            party = store.parties.add(Party(code=f"P{i}", name=PAYLOADS[i % len(PAYLOADS)], unit_id=unit.id))
            west, south = EAST_M + i % 4 * 500, NORTH_M + i // 4 * 500
            store.plots.add(
                Plot(
                    code=f"12-{i + 1:02d}",
                    land_use=uses[i % 3],
                    holder_id=party.id,
                    unit_id=unit.id,
                    contract_area_m2=250_000.0,
                    status="registered",
                    geometry=box(west, south, west + 500, south + 500),
                )
            )
            home = Point(west + 250, south + 150)
            store.households.add(Household(code=f"H{i}", party_id=party.id, unit_id=unit.id, geometry=home))
        course = LineString([(EAST_M, NORTH_M + 700), (EAST_M + 2000, NORTH_M + 900)])
        store.features("stream").add(Feature(name="南沟", geometry=course))
    if with_account:
        store.accounts.create(login=LOGIN, name="张站长", role="administrator", password=PASSWORD)
        store.accounts.create(login="li", name="李网格员", role="viewer", password=PASSWORD, by="u1")
    store.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Server:
    """A running app."""

    port: int
    process: subprocess.Popen[str]
    folder: Path
    lines: list[str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        cookie: str = "",
        form: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request, following nothing."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = f"jiebiao_session={cookie}"
        body = None
        if form is not None:
            body, method = urlencode(form), "POST"
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, sent)
        got = connection.getresponse()
        answer = Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        connection.close()
        return answer

    def log_in(self, login: str = LOGIN, password: str = PASSWORD) -> str:
        """Log in and return the session's token."""
        answer = self.ask("/auth/login", form={"login": login, "password": password})
        assert answer.status == 303, answer.text
        return answer.headers["set-cookie"].partition("jiebiao_session=")[2].partition(";")[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    folder: Path,
    *,
    lan: bool = False,
    with_account: bool = True,
    make: Callable[[Path], None] | None = None,
) -> Iterator[Server]:
    """Serve a fresh township from ``folder`` in a process of its own; ``make`` writes another one."""
    if make is not None:
        make(folder / "青石乡.gpkg")
    else:
        make_store(folder / "青石乡.gpkg", with_account=with_account)
    port = _free_port()
    # Only loopback is listened on even in tests of --lan: what is tested there is the code, not the network.
    code = (
        "import json, sys, app\nfrom pathlib import Path\n"
        "arguments = json.loads(sys.argv[1])\n"
        "app.run(port=arguments['port'], host='127.0.0.1' if arguments['lan'] else None, lan=arguments['lan'],"
        " store=Path(arguments['folder']), open_browser=False)\n"
    )
    arguments = json.dumps({"port": port, "lan": lan, "folder": str(folder)})
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    log = (folder / "app.log").open("w+", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", code, arguments], cwd=ROOT, env=environment, stdout=log, stderr=log, text=True
    )
    server = Server(port, process, folder, [])
    try:
        _wait(server)
        server.lines = (folder / "app.log").read_text(encoding="utf-8").splitlines()
        yield server
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _wait(server: Server) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise RuntimeError((server.folder / "app.log").read_text(encoding="utf-8"))
        try:
            if server.ask("/_stcore/health").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the app did not start")
