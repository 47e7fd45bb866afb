"""Nobody passes without a session: one ASGI layer in front of every page, route and socket.

Streamlit would run a page's script for an anonymous visitor; here neither its HTML, its web socket, its
uploads nor its media are reached before the session cookie has been checked. The layer also refuses foreign
hosts (DNS rebinding) and foreign origins (cross-site requests), before Streamlit would ask an outside
service for this machine's address to compare with.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["COOKIE", "Guard", "same_origin"]

COOKIE: Final = "jiebiao_session"
"""Name of the session cookie."""

_OPEN: Final = ("/auth/", "/assets/", "/_stcore/health", "/favicon")
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}
_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        # The one outside service an administrator may switch on: pictures beneath the map.
        "img-src 'self' data: blob: https://*.tianditu.gov.cn",
        "connect-src 'self' ws://{host} wss://{host} data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "media-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""What Streamlit's pages may load: even text that slipped through as Markdown or HTML fetches nothing elsewhere."""


def same_origin(headers: Headers) -> bool:
    """Tell whether a request comes from a page of this server (or from no page at all)."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class Guard:
    """Pass on what carries a living session; send the others to the login.

    Parameters
    ----------
    app
        The application behind.
    signed_in
        Tells whether a session token is alive.
    lan
        Whether other machines of the office may come; else only this machine's own names are accepted.
    """

    def __init__(self, app: ASGIApp, *, signed_in: Callable[[str | None], bool], lan: bool) -> None:
        self._app = app
        self._signed_in = signed_in
        self._lan = lan
        self._names = {"localhost", socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope)
        if refusal is not None:
            await self._refuse(scope, receive, send, refusal)
            return
        if scope["type"] == "websocket":
            MutableHeaders(scope=scope)["origin"] = "http://127.0.0.1"
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send, Headers(scope=scope).get("host", "")))

    async def _refusal(self, scope: Scope) -> Response | None:
        connection = HTTPConnection(scope)
        path = connection.url.path
        if not self._known_host(connection.headers.get("host", "")):
            return PlainTextResponse("unknown host", 400)
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and not same_origin(connection.headers):
            return PlainTextResponse("cross-origin request refused", 403)
        if path.startswith(_OPEN):
            return None
        if await run_in_threadpool(self._signed_in, connection.cookies.get(COOKIE)):
            return None
        wants_page = scope["type"] == "http" and "text/html" in connection.headers.get("accept", "")
        if wants_page and scope["method"] in _SAFE:
            back = "" if path == "/" else f"?back={quote(path)}"
            return RedirectResponse(f"/auth/login{back}", 303)
        return PlainTextResponse("sign in first", 401)

    def _known_host(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "").lower()
        if name in self._names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._lan or address.is_loopback

    @staticmethod
    async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Response) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        await refusal(scope, receive, send)


def _with_headers(send: Send, host: str) -> Send:
    """Add what tells the browser to trust nobody else: a page may load from, and send to, this server only."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SECURITY.items():
                headers.setdefault(name, value)
            if headers.get("content-type", "").startswith("text/html"):
                headers.setdefault("Content-Security-Policy", _POLICY.format(host=host))
        await send(message)

    return wrapped
