"""The township's layers for the map: what there is, in which version, and its content as GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from shapely.geometry.base import BaseGeometry

from data.store import LogEntry, Plot, Store
from geo import units
from geo.errors import ArgumentError, Language
from layers import webmap
from layers.definition import definition
from layers.webmap import MapFeature, MapLayer

__all__ = ["TOWNSHIP_LAYERS", "extent_lonlat", "geojson", "short_code", "township_layers", "township_page", "version"]

_LAND_USE: Final[dict[Language, dict[str, str]]] = {
    "zh": {"grassland": "草原", "cropland": "耕地", "woodland": "林地"},
    "en": {"grassland": "grassland", "cropland": "cropland", "woodland": "woodland"},
}


_SHORT: Final = 5
"""Last digits of a plot's code that are written on the map: the whole code has nineteen."""

Extent: TypeAlias = tuple[float, float, float, float]
Reader: TypeAlias = Callable[[Store, Language], Iterator[MapFeature]]


@dataclass(frozen=True, slots=True)
class _Source:
    """One layer of the township: where its features come from."""

    layer: str
    features: Reader
    snap: bool = False
    visible: bool = True
    selectable: bool = False


def _plots(land_use: str) -> Reader:
    def read(store: Store, lang: Language) -> Iterator[MapFeature]:
        shapes = store.plots.agreed()
        holders = _names(store)
        for plot in store.plots.current():
            if plot.land_use == land_use and plot.id in shapes:
                yield _plot_feature(plot, shapes[plot.id], holders, lang)

    return read


def _names(store: Store) -> Mapping[int, str]:
    return {party.id: party.name or party.code for party in store.parties.find()}


def _plot_feature(plot: Plot, shape: BaseGeometry, holders: Mapping[int, str], lang: Language) -> MapFeature:
    area_m2 = plot.contract_area_m2 or plot.measured_area_m2
    return MapFeature(
        id=str(plot.id),
        geometry=shape,
        properties={
            "number": plot.code,
            "short": short_code(plot.code),
            "holder": holders.get(plot.holder_id or 0, ""),
            "land_use": _LAND_USE[lang].get(plot.land_use, plot.land_use),
            "area_mu": units.format_area_mu(area_m2) if area_m2 else "",
        },
    )


def _features(kind: str, class_names: frozenset[str] | None = None) -> Reader:
    def read(store: Store, _lang: Language) -> Iterator[MapFeature]:
        for one in store.features(kind).find():  # type: ignore[arg-type]
            if class_names is None or one.class_name in class_names:
                yield MapFeature(id=str(one.id), geometry=one.geometry, properties={"label": one.name})

    return read


def _roads(store: Store, _lang: Language) -> Iterator[MapFeature]:
    for one in store.features("road").find():
        if one.class_name != "track":
            yield MapFeature(id=str(one.id), geometry=one.geometry, properties={"label": one.name})


def _lines(state: frozenset[str]) -> Reader:
    def read(store: Store, _lang: Language) -> Iterator[MapFeature]:
        for line in store.boundary_lines.find():
            if line.state in state:
                yield MapFeature(id=str(line.id), geometry=line.geometry, properties={"label": line.name})

    return read


def _households(store: Store, _lang: Language) -> Iterator[MapFeature]:
    names = _names(store)
    for one in store.households.find():
        if one.geometry is not None:
            name = names.get(one.party_id or 0, one.code)
            yield MapFeature(id=str(one.id), geometry=one.geometry, properties={"name": name})


def _units(tier: str) -> Reader:
    def read(store: Store, _lang: Language) -> Iterator[MapFeature]:
        for one in store.units.find(tier=tier):
            if one.geometry is not None:
                border = one.geometry.boundary
                yield MapFeature(id=str(one.id), geometry=border, properties={"label": one.name})

    return read


_SOURCES: Final = (
    _Source("plot_grassland", _plots("grassland"), snap=True, selectable=True),
    _Source("plot_cropland", _plots("cropland"), snap=True, selectable=True),
    _Source("plot_woodland", _plots("woodland"), snap=True, selectable=True),
    _Source("stream", _features("stream")),
    _Source("ridge", _features("ridge"), visible=False),
    _Source("road", _roads),
    _Source("track", _features("road", frozenset({"track"})), visible=False),
    _Source("boundary_agreed", _lines(frozenset({"agreed", "registration_pending"}))),
    _Source("village", _units("village")),
    _Source("township", _units("township")),
    _Source("county", _features("county_line")),
    _Source("household", _households),
)

_extents: dict[tuple[str, str], Extent | None] = {}
"""The extent last asked for: every run of a page asks, and it only changes with the records."""

_OF_A_CASE: Final = frozenset(
    {
        "dispute",
        "case_file",
        "case_line",
        "case_point",
        "proposal",
        "agreement",
        "joined_party",
        "note",
        "issued_document",
        "evidence",
        "account",
    }
)
"""Tables whose rows are on no layer of the township."""

_versions: dict[str, tuple[int, int]] = {}
"""By file: the last entry of the log looked at, and the last one about land."""

TOWNSHIP_LAYERS: Final[Mapping[str, _Source]] = {source.layer: source for source in _SOURCES}
"""Layers that can be fetched from ``/layers/<id>.geojson``, from the bottom up."""


def version(store: Store) -> str:
    """Return what changes whenever land or people change: the number of the sealed log's last entry about them.

    Work inside a case leaves it alone, so that the township is not drawn anew at every edit.
    """
    key = str(store.path)
    head = store.log.head()[0]
    seen, last = _versions.get(key, (0, 0))
    if seen > head:
        seen, last = 0, 0
    while seen < head:
        entries = store.log.entries(seen)
        last = max((entry.seq for entry in entries if _is_about_land(entry)), default=last)
        seen = entries[-1].seq
    _versions[key] = (seen, last)
    return f"{store.path.stem}-{last}"


def _is_about_land(entry: LogEntry) -> bool:
    tables = {named.partition(":")[0] for named in entry.objects}
    return not tables <= _OF_A_CASE


def short_code(code: str) -> str:
    """Return the end of a plot's number, by which people tell neighbours apart; official numbers have 19 digits."""
    return code[-_SHORT:]


def geojson(store: Store, layer: str, lang: Language = "zh") -> bytes:
    """Return one layer of the township as GeoJSON in degrees.

    Raises
    ------
    ArgumentError
        ``layer_unknown``.
    """
    source = TOWNSHIP_LAYERS.get(layer)
    if source is None:
        raise ArgumentError(
            "layer_unknown",
            zh="没有图层 {name}。",
            en="There is no layer {name}.",
            where=layer,
            name=layer,
        )
    return webmap.geojson_bytes(source.features(store, lang), store.zone)


def township_layers(store: Store, lang: Language = "zh", *, selectable: bool = True) -> tuple[MapLayer, ...]:
    """Return the township's layers by address, for the component."""
    stamp = version(store)
    return tuple(
        MapLayer(
            definition=definition(source.layer),
            url=f"/layers/{source.layer}.geojson?lang={lang}",
            version=stamp,
            visible=source.visible,
            selectable=selectable and source.selectable,
            snap=source.snap,
            label="short" if source.layer.startswith("plot_") else None,
        )
        for source in _SOURCES
    )


def township_page(store: Store, lang: Language = "zh") -> str:
    """Return the whole township as a page to read and print, its layers fetched by address."""
    from layers import folium_map

    layers = township_layers(store, lang, selectable=False)
    return folium_map.read_only(layers, store.zone, title=store.name, lang=lang)


def extent_lonlat(store: Store) -> Extent | None:
    """Return west, south, east, north in degrees around the units, else the plots, or None when empty."""
    key = (str(store.path), version(store))
    if key not in _extents:
        shapes = [unit.geometry for unit in store.units.find() if unit.geometry is not None]
        if not shapes:
            shapes = list(store.plots.agreed().values())
        _extents.clear()
        _extents[key] = webmap.bounds_lonlat(shapes, store.zone)
    return _extents[key]
