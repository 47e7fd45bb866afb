"""The launcher: one process, one port, our own routes around the Streamlit script.

Nothing is asked of the network: the server listens on this machine only unless ``lan``, sends no usage
statistics and looks up no address. Options reach Streamlit through its documented environment variables and
its theme through ``pages/common/theme.py``.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from geo.errors import StoreError
from jobs import access, desk, startup, township

__all__ = ["SETTINGS", "build", "run"]

ROOT: Final = Path(__file__).resolve().parent
SCRIPT: Final = ROOT / "pages" / "common" / "router.py"
UPLOAD_MB: Final = 200
_TRIES: Final = 20

SETTINGS: Final[dict[str, Any]] = {
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "127.0.0.1",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.showSidebarNavigation": False,
    "global.developmentMode": False,
    "runner.magicEnabled": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxMessageSize": UPLOAD_MB,
    "server.maxUploadSize": UPLOAD_MB,
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
}
"""Streamlit's options, by dotted name; ``server.address`` and ``server.port`` are added at the start."""


def run(
    *,
    port: int = 8501,
    host: str | None = None,
    lan: bool = False,
    store: Path | None = None,
    open_browser: bool = True,
) -> None:
    """Open the township's records, serve the pages until stopped, close the records.

    Parameters
    ----------
    port : int
        The port wished for; when it is taken, the next free one.
    host : str, optional
        The address to listen on; by default this machine only, with ``lan`` every address.
    lan : bool
        Let other machines of the office come; the first account then needs a code shown on the console.
    store : Path, optional
        Records file or folder; by default the user's folder.
    open_browser : bool
        Show the start page in the browser.

    Raises
    ------
    StoreError
        When the records cannot be opened, for instance because another process has them.
    """
    address = host or ("0.0.0.0" if lan else "127.0.0.1")
    listening = _listen(address, port)
    taken = int(listening.getsockname()[1])
    home = f"http://127.0.0.1:{taken}"
    try:
        opened = _open(township.locate(store), home, open_browser)
        if opened is None:
            return
        desk.put(desk.Desk(store=opened, address=home, lan=lan))
        _serve(listening, address, taken, lan, lambda: _announce(home, lan, taken, open_browser))
    finally:
        listening.close()
        desk.close()


def _open(path: Path, address: str, show: bool) -> desk.Store | None:
    """Open the records; when this machine serves them already, show that instead and return None."""
    try:
        return startup.open_or_begin(path, address=address)
    except StoreError as fault:
        other = str(fault.facts.get("address", ""))
        if fault.code != "store_in_use" or not show or not other.startswith("http"):
            raise
    print(f"界标已经在运行：{other}  Jiebiao is running already.", flush=True)
    _open_browser(other)
    return None


def _listen(address: str, port: int) -> socket.socket:
    """Return a bound socket at ``port`` or the next free one."""
    for wished in [*range(port, port + _TRIES), 0] if port else [0]:
        found = socket.socket(socket.AF_INET)
        if os.name != "nt":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((address, wished))
        except OSError:
            found.close()
            continue
        found.listen(128)
        found.setblocking(False)
        return found
    raise OSError(f"no free port at {address}")


def _serve(listening: socket.socket, address: str, port: int, lan: bool, ready: Callable[[], None]) -> None:
    import uvicorn

    application = build(address=address, port=port, lan=lan, ready=ready)
    config = uvicorn.Config(
        application,
        host=address,
        port=port,
        ws="websockets-sansio",
        ws_max_size=UPLOAD_MB * 1024 * 1024,
        access_log=False,
        log_level="warning",
        use_colors=False,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[listening])


def build(
    *,
    address: str = "127.0.0.1",
    port: int = 8501,
    lan: bool = False,
    ready: Callable[[], None] | None = None,
) -> Any:
    """Return the ASGI application: the guard, our routes, Streamlit behind them.

    ``ready`` is called once when the application has started.
    """
    _configure(address, port)
    import streamlit as st
    from starlette.middleware import Middleware

    from pages.common.guard import Guard
    from pages.common.routes import all_routes

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[None]:
        if ready is not None:
            ready()
        yield

    guard = Middleware(Guard, signed_in=lambda token: access.account_of(token) is not None, lan=lan)
    return st.App(SCRIPT, routes=all_routes(), middleware=[guard], lifespan=lifespan)


def _configure(address: str, port: int) -> None:
    """Give Streamlit its options before it reads any."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from streamlit import config

    from pages.common.theme import THEME

    options = {
        **SETTINGS,
        "server.address": address,
        "server.port": port,
        "browser.serverPort": port,
        **THEME,
    }
    for name, value in options.items():
        config.set_option(name, value)


def _announce(home: str, lan: bool, port: int, open_browser: bool) -> None:
    print(f"界标已经打开：{home}（按 Ctrl+C 关闭）  Jiebiao is open; Ctrl+C closes it.", flush=True)
    if lan:
        print(f"本单位其他电脑：http://{_own_name()}:{port}", flush=True)
        if access.no_account_yet():
            code = desk.current().first_code
            print(f"开机码（建立第一个账号时用）/ code for the first account: {code}", flush=True)
    if open_browser:
        threading.Thread(target=_open_browser, args=(home,), daemon=True).start()


def _own_name() -> str:
    """Return this machine's address in the office network, found without sending anything."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # A datagram socket that is connected but never written to only asks the routing table.
        probe.connect(("192.168.255.255", 9))
        return str(probe.getsockname()[0])
    return socket.gethostname()


def _open_browser(home: str) -> None:
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(home)
