"""Vendored files over HTTP, with the right kinds whatever the machine's registry says."""

from __future__ import annotations

import mimetypes
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from layers.vendored import ASSETS

__all__ = ["Assets", "register_types"]

_TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".json": "application/json",
    ".geojson": "application/geo+json",
}
_DAY_S: Final = 24 * 3600


def register_types() -> None:
    """Tell Python the kinds of our files: some Windows registries call a script plain text."""
    for suffix, kind in _TYPES.items():
        mimetypes.add_type(kind, suffix)


class Assets(StaticFiles):
    """The folder ``layers/assets``; may be read before the login, for it holds nothing of the township."""

    def __init__(self) -> None:
        register_types()
        super().__init__(directory=ASSETS)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return one file; fonts and pictures may be kept, scripts are asked for anew (and answered 304)."""
        answer = await super().get_response(path, scope)
        kept = path.endswith((".ttf", ".png", ".svg"))
        answer.headers["Cache-Control"] = f"public, max-age={30 * _DAY_S}" if kept else "no-cache"
        if path.endswith(".ttf"):
            # Compressing ten megabytes anew for every visitor would cost more than it saves.
            answer.headers["Content-Encoding"] = "identity"
        return answer
