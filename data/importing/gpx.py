"""GPX of any version and any tolerance: tracks, routes and waypoints, each track one feature.

A track keeps its segments as parts.  Values outside the standard (a ``<fix>`` of an unknown kind, elements in
the wrong place) are not looked at, so they cannot stop the import.
"""

from __future__ import annotations

from data.importing.apps import app_of
from data.importing.sentences import problem
from data.importing.source import Parsed, Source
from data.importing.tracks import RawFix, track_shape
from data.importing.xmltree import Node, parse, prepare
from geo.recognition import Hints

__all__ = ["read"]

_TEXTS = {"cmt": "备注", "desc": "描述", "type": "类型", "sym": "符号", "src": "来源"}


def read(source: Source) -> Parsed:
    """Read the file; positions are longitude, latitude.

    Raises
    ------
    FileError
        ``xml_entities``, ``too_deep`` or ``damaged``.
    """
    text, encoding, lossy = prepare(source.data)
    parsed = Parsed("gpx", encoding)
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    root, problems = parse(source.name, text, source.limits, "GPX")
    parsed.problems += problems
    app = root.attributes.get("creator", "").strip() or app_of(text)
    parsed.hints = Hints(axis="lon_lat", axis_named=True, format="gpx", app=app)
    for number, node in enumerate(root.all("trk"), start=1):
        _add_track(parsed, source, node, f"track {number}", _track_points(node))
    for number, node in enumerate(root.all("rte"), start=1):
        points = [(point, 0) for point in node.all("rtept")]
        _add_track(parsed, source, node, f"route {number}", points)
    for number, node in enumerate(root.all("wpt"), start=1):
        _add_track(parsed, source, node, f"waypoint {number}", [(node, 0)])
    return parsed


def _track_points(track: Node) -> list[tuple[Node, int]]:
    segments = track.all("trkseg")
    loose = [(point, 0) for point in track.all("trkpt")]
    return loose + [(point, i) for i, segment in enumerate(segments) for point in segment.all("trkpt")]


def _add_track(
    parsed: Parsed, source: Source, node: Node, where: str, points: list[tuple[Node, int]]
) -> None:
    raw = [
        RawFix(
            longitude=point.attributes.get("lon", ""),
            latitude=point.attributes.get("lat", ""),
            elevation=point.value("ele"),
            time=point.value("time"),
            hdop=point.value("hdop"),
            segment=segment,
        )
        for point, segment in points
    ]
    if not raw:
        parsed.problems.append(problem("feature_without_shape", where, count=1, first=where))
        return
    shape, fixes = track_shape(raw, where, source.limits)
    properties = {shown: node.value(tag) for tag, shown in _TEXTS.items() if node.value(tag)}
    properties["种类"] = where.partition(" ")[0]
    names = [point.value("name") for point, _ in points]
    parsed.add(
        shape,
        name=node.value("name"),
        properties=properties,
        where=where,
        fixes=fixes,
        point_names=names if any(names) and fixes is not None and len(fixes.times) == len(names) else (),
    )
