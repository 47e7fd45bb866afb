"""Pictures beneath the map, chosen by the administrator; none by default, so that nothing leaves the machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from data.store import Store
from data.tiles import BLANK_PNG, Tile, TileSource, open_tiles
from geo.errors import ArgumentError, JiebiaoError, Language, Problem
from jobs import access
from jobs.access import Account
from layers.webmap import BaseLayer

__all__ = ["BaseSetting", "add_file", "base_layers", "remove", "saved", "set_tianditu", "tile", "troubles"]

_KEY: Final = "base_layers"
_TIANDITU: Final = {
    "tianditu_image": (("img_w", "cia_w"), "天地图影像", "Tianditu imagery"),
    "tianditu_map": (("vec_w", "cva_w"), "天地图地图", "Tianditu map"),
}
_SERVICE: Final = (
    "https://t{{s}}.tianditu.gov.cn/{layer}/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={name}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)

_open: dict[str, TileSource] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSetting:
    """One base layer as it is set: a service with the township's key, or a file on this machine."""

    id: str
    kind: Literal["tianditu", "file"]
    title: str
    path: str = ""
    key: str = ""


def saved(store: Store) -> tuple[BaseSetting, ...]:
    """Return the base layers of the settings."""
    rows: Any = store.settings.get(_KEY, [])
    return tuple(BaseSetting(**row) for row in rows) if isinstance(rows, list | tuple) else ()


def base_layers(store: Store, lang: Language) -> tuple[BaseLayer, ...]:
    """Return what the map may show beneath; files that cannot be read now are left out, never an error."""
    found: list[BaseLayer] = []
    for one in saved(store):
        if one.kind == "tianditu":
            found.extend(_tianditu(one.key, lang))
            continue
        source = _source(one)
        if source is not None:
            found.append(_local(one, source))
    return tuple(found)


def troubles(store: Store) -> tuple[Problem, ...]:
    """Return why files of the settings cannot be shown."""
    found = []
    for one in saved(store):
        if one.kind == "file":
            try:
                _opened(one)
            except JiebiaoError as fault:
                found.append(fault.problem())
    return tuple(found)


def _tianditu(key: str, lang: Language) -> list[BaseLayer]:
    return [
        BaseLayer(
            id=id_,
            title=zh if lang == "zh" else en,
            urls=tuple(_SERVICE.format(layer=layer, name=layer[:3], key=key) for layer in layers),
            min_zoom=1,
            max_zoom=18,
            subdomains="01234567",
            attribution="天地图",
        )
        for id_, (layers, zh, en) in _TIANDITU.items()
    ]


def _local(one: BaseSetting, source: TileSource) -> BaseLayer:
    return BaseLayer(
        id=one.id,
        title=one.title,
        urls=(f"/tiles/{one.id}/{{z}}/{{x}}/{{y}}",),
        min_zoom=source.min_zoom,
        max_zoom=source.max_zoom,
        bounds=source.bounds,
    )


def _opened(one: BaseSetting) -> TileSource:
    with _lock:
        if one.path not in _open:
            _open[one.path] = open_tiles(Path(one.path))
        return _open[one.path]


def _source(one: BaseSetting) -> TileSource | None:
    try:
        return _opened(one)
    except JiebiaoError:
        return None


def tile(store: Store, id_: str, zoom: int, column: int, row: int) -> Tile:
    """Return one picture of a local base layer; a transparent one where there is none.

    Raises
    ------
    ArgumentError
        ``base_unknown`` for an id that is not in the settings.
    """
    settings: Mapping[str, BaseSetting] = {one.id: one for one in saved(store) if one.kind == "file"}
    if id_ not in settings:
        raise _unknown(id_)
    source = _source(settings[id_])
    inside = 0 <= zoom <= 24 and 0 <= column < 2**zoom and 0 <= row < 2**zoom
    found = source.tile(zoom, column, row) if source is not None and inside else None
    return found or Tile(BLANK_PNG, "image/png")


def _unknown(id_: str) -> ArgumentError:
    return ArgumentError("base_unknown", zh="没有底图 {name}。", en="There is no base map {name}.", name=id_)


# ---- settings --------------------------------------------------------------------------------------------


def set_tianditu(store: Store, key: str, by: Account) -> None:
    """Show Tianditu with the township's own key, or no more when the key is empty."""
    access.require(by, "administrator")
    plain = key.strip()
    if plain and not (plain.isascii() and plain.isalnum()):
        raise ArgumentError(
            "tianditu_key",
            zh="天地图密钥只含字母和数字，请从天地图网站复制后再粘贴。",
            en="A Tianditu key has letters and digits only: copy it from their site.",
        )
    others = [one for one in saved(store) if one.kind != "tianditu"]
    mine = [BaseSetting(id="tianditu", kind="tianditu", title="天地图", key=plain)] if plain else []
    _write(store, [*mine, *others], by, "settings.tianditu")


def add_file(store: Store, path: str, title: str, by: Account) -> None:
    """Show a file of this machine beneath the map.

    Raises
    ------
    FileError
        When it is no readable base map.
    """
    access.require(by, "administrator")
    where = Path(path.strip().strip('"')).expanduser()
    open_tiles(where).close()
    taken = {one.id for one in saved(store)}
    number = next(i for i in range(1, len(taken) + 2) if f"file{i}" not in taken)
    mine = BaseSetting(id=f"file{number}", kind="file", title=title.strip() or where.stem, path=str(where))
    _write(store, [*saved(store), mine], by, "settings.base_file")


def remove(store: Store, id_: str, by: Account) -> None:
    """Show a base layer no more; the file stays where it is."""
    access.require(by, "administrator")
    gone = [one for one in saved(store) if one.id == id_]
    if not gone:
        raise _unknown(id_)
    _write(store, [one for one in saved(store) if one.id != id_], by, "settings.base_remove")
    with _lock:
        source = _open.pop(gone[0].path, None)
    if source is not None:
        source.close()


def _write(store: Store, rows: list[BaseSetting], by: Account, action: str) -> None:
    plain = [
        {"id": one.id, "kind": one.kind, "title": one.title, "path": one.path, "key": one.key} for one in rows
    ]
    with store.change(by=by.id, action=action):
        store.settings.set(_KEY, plain)
