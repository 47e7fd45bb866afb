"""The addresses beside the pages: layers, tiles, evidence and documents, each behind the session."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from geo.errors import AccessError, ArgumentError, JiebiaoError, Language, StoreError
from jobs import access, basemaps, desk, maps
from pages.common import signin
from pages.common.assets import Assets
from pages.common.guard import COOKIE

__all__ = ["all_routes"]

_Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SHOWN: Final = {"image/png", "image/jpeg", "image/webp", "application/pdf"}


def all_routes() -> list[BaseRoute]:
    """Return every route of our own."""
    return [
        Mount("/assets", Assets()),
        *signin.routes(),
        Route("/layers/{layer}.geojson", _signed_in(_layer)),
        Route("/tiles/{source}/{zoom:int}/{column:int}/{row:int}", _signed_in(_tile)),
        Route("/maps/township", _signed_in(_township_map)),
        Route("/evidence/{sha256}", _signed_in(_evidence)),
        Route("/documents/{number:int}", _signed_in(_document)),
    ]


def _signed_in(handler: _Handler) -> _Handler:
    """Answer only those who carry a living session, even if the guard in front were left out."""

    async def checked(request: Request) -> Response:
        if await run_in_threadpool(access.account_of, request.cookies.get(COOKIE)) is None:
            return PlainTextResponse("sign in first", 401)
        try:
            return await handler(request)
        except JiebiaoError as fault:
            status = (
                404 if isinstance(fault, ArgumentError) else 403 if isinstance(fault, AccessError) else 409
            )
            return PlainTextResponse(fault.sentence(_language(request)), status)

    return checked


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("lang") == "en" else "zh"


async def _layer(request: Request) -> Response:
    name, lang = request.path_params["layer"], _language(request)
    store = desk.current().store
    stamp = await run_in_threadpool(maps.version, store)
    tag = '"' + hashlib.sha256(f"{store.path}|{name}|{lang}|{stamp}".encode()).hexdigest()[:24] + '"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    body = await run_in_threadpool(_layer_bytes, name, lang, str(store.path), stamp)
    return Response(body, media_type="application/geo+json", headers=headers)


@lru_cache(maxsize=48)
def _layer_bytes(name: str, lang: Language, _path: str, _stamp: str) -> bytes:
    return maps.geojson(desk.current().store, name, lang)


async def _township_map(request: Request) -> Response:
    page = await run_in_threadpool(maps.township_page, desk.current().store, _language(request))
    return HTMLResponse(page, headers={"Cache-Control": "private, no-store"})


async def _tile(request: Request) -> Response:
    place = request.path_params
    picture = await run_in_threadpool(
        basemaps.tile,
        desk.current().store,
        place["source"],
        place["zoom"],
        place["column"],
        place["row"],
    )
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(picture.data, media_type=picture.media_type, headers=headers)


async def _evidence(request: Request) -> Response:
    digest = request.path_params["sha256"]
    if not _DIGEST.fullmatch(digest):
        return PlainTextResponse("no such evidence", 404)
    who = await run_in_threadpool(access.account_of, request.cookies.get(COOKIE))
    found = await run_in_threadpool(_read_evidence, digest, who)
    if found is None:
        return PlainTextResponse("no such evidence", 404)
    return _file(*found)


async def _document(request: Request) -> Response:
    who = await run_in_threadpool(access.account_of, request.cookies.get(COOKIE))
    found = await run_in_threadpool(_read_document, request.path_params["number"], who)
    if found is None:
        return PlainTextResponse("no such document", 404)
    return _file(*found)


def _file(data: bytes, kind: str, name: str) -> Response:
    shown = kind if kind in _SHOWN else "application/octet-stream"
    place = "inline" if shown in _SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=shown, headers=headers)


def _read_evidence(digest: str, who: access.Account | None) -> tuple[bytes, str, str] | None:
    """Return content, kind and name; scans of signatures and fingerprints are for those who handle cases."""
    store = desk.current().store
    rows = store.evidence.find(sha256=digest)
    if not rows:
        return None
    if any(row.sensitive for row in rows):
        access.require(who, "editor")
    return store.evidence.read(digest), rows[0].media_type, rows[0].name or digest[:12]


def _read_document(number: int, who: access.Account | None) -> tuple[bytes, str, str] | None:
    try:
        row = desk.current().store.documents.get(number)
    except StoreError:
        return None
    found = _read_evidence(row.sha256, who)
    return (found[0], found[1], row.name) if found else None
