"""Zip archives of anything: shapefiles with their parts, KMZ, GeoPackage, FileGDB, or several files.

Members are read in memory.  Layers of another reference system than the largest are listed, not imported.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from data.importing import shapefile
from data.importing.archive import Archive, Member, open_archive
from data.importing.sentences import problem, refusal
from data.importing.source import Parsed, Source
from geo.errors import FileError
from geo.recognition import Hints

__all__ = ["read"]

_READABLE = {".kml", ".gpx", ".tcx", ".geojson", ".json", ".gpkg", ".gml", ".dxf", ".txt", ".dat", ".csv", ".tsv", ".xlsx", ".xls", ".fgb", ".osm", ".pbf"}  # fmt: skip
_ARCHIVES = {".kmz", ".zip"}
_MOST_ARCHIVES = 2
_FATAL = {"archive_bomb", "archive_locked"}


def read(source: Source) -> Parsed:
    """Read every readable member and join their features.

    Raises
    ------
    FileError
        The archive is damaged, too large or holds nothing readable; or its only member is refused.
    """
    archive = open_archive(source.name, source.data, source.limits)
    names = {member.name for member in archive.members}
    if "[Content_Types].xml" in names:
        return _office(source, names)
    if any(".gdb/" in name.lower() for name in names):
        return _geodatabase(source, archive)
    layers, faults = _layers(source, archive)
    if not layers:
        raise _nothing(source, archive, faults)
    joined = _join(source, layers)
    joined.problems = [*archive.problems, *joined.problems]
    joined.problems += [
        problem("member_skipped", name, member=name, zh=fault.sentence("zh"), en=fault.sentence("en"))
        for name, fault in faults
    ]
    return joined


def _office(source: Source, names: set[str]) -> Parsed:
    if any(name.startswith("xl/") for name in names):
        from data.importing.excel import read as read_workbook

        return read_workbook(source)
    from data.importing.sniff import FOREIGN

    shown, remedy_zh, remedy_en = FOREIGN["word"]
    facts = {"name": source.name, "kind": shown, "remedy_zh": remedy_zh, "remedy_en": remedy_en}
    raise refusal("format_not_taken", source.name, **facts)


def _geodatabase(source: Source, archive: Archive) -> Parsed:
    from data.importing.gdal import read_geodatabase

    parsed = read_geodatabase(source, archive)
    parsed.problems = [*archive.problems, *parsed.problems]
    return parsed


def _layers(source: Source, archive: Archive) -> tuple[list[tuple[str, Parsed]], list[tuple[str, FileError]]]:
    layers: list[tuple[str, Parsed]] = []
    faults: list[tuple[str, FileError]] = []
    for name, parts in _sources(archive, source.archives):
        try:
            layers.append((name, _read_one(source, archive, name, parts)))
        except FileError as fault:
            if fault.code in _FATAL:
                raise
            faults.append((name, fault))
    return layers, faults


def _sources(archive: Archive, depth: int) -> list[tuple[str, dict[str, Member]]]:
    """Return what can be read: shapefiles by their parts, other members alone, in the archive's order."""
    by_stem: dict[str, dict[str, Member]] = defaultdict(dict)
    for member in archive.members:
        suffix = ".shp" if member.suffix == ".shp" else member.suffix
        if suffix in shapefile.PARTS:
            by_stem[member.stem].setdefault(suffix, member)
    found = []
    for parts in by_stem.values():
        if ".shp" in parts or ".dbf" in parts:
            found.append((parts.get(".shp", next(iter(parts.values()))).name, parts))
    taken = _READABLE | (_ARCHIVES if depth < _MOST_ARCHIVES else set())
    found += [(member.name, {"": member}) for member in archive.members if member.suffix in taken]
    return found


def _read_one(source: Source, archive: Archive, name: str, parts: dict[str, Member]) -> Parsed:
    if "" in parts:
        from data.importing.reading import parse_source

        data = archive.read(parts[""])
        return parse_source(Source(name=name, data=data, limits=source.limits, archives=source.archives + 1))
    if ".shp" not in parts:
        raise refusal("shp_missing", name, stem=name.rpartition(".")[0])
    siblings = {suffix: archive.read(member) for suffix, member in parts.items()}
    data = siblings.pop(".shp")
    if not data:
        raise refusal("empty_file", name, name=name)
    return shapefile.read(Source(name=name, data=data, limits=source.limits, siblings=siblings))


def _nothing(source: Source, archive: Archive, faults: list[tuple[str, FileError]]) -> FileError:
    unsafe = len(archive.problems)
    if faults and not unsafe:
        return faults[0][1]
    count = len(archive.members) + unsafe
    note_zh = f"，其中 {unsafe} 个指向包外、未读取" if unsafe else ""
    note_en = f", {unsafe} of them pointing outside it and not read" if unsafe else ""
    return refusal(
        "archive_nothing", source.name, name=source.name, count=count, unsafe_zh=note_zh, unsafe_en=note_en
    )


def _join(source: Source, layers: list[tuple[str, Parsed]]) -> Parsed:
    """Join layers of one reference system, that of the most features; list the others."""
    count_by_system: dict[Hints, int] = defaultdict(int)
    for _, layer in layers:
        count_by_system[_system(layer)] += len(layer.features)
    chosen = max(count_by_system, key=lambda system: count_by_system[system])
    kept = [(name, layer) for name, layer in layers if _system(layer) == chosen]
    joined = Parsed(_format(source, kept[0][1]), kept[0][1].encoding, hints=kept[0][1].hints)
    for name, layer in layers:
        if _system(layer) != chosen:
            joined.problems.append(problem("other_reference_system", name, layer=name))
            continue
        several = len(kept) > 1
        joined.adopt(layer, _layer_name(name), prefix=f"{_layer_name(name)} · " if several else "")
    return joined


def _system(layer: Parsed) -> Hints:
    return replace(layer.hints, app=None, format="")


def _format(source: Source, first: Parsed) -> str:
    return "kmz" if first.format == "kml" and source.name.lower().endswith(".kmz") else first.format


def _layer_name(member: str) -> str:
    return member.rpartition("/")[2].rpartition(".")[0]
