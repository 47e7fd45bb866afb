"""Garmin TCX: activities and courses; each activity or course is one feature, its laps' tracks are parts."""

from __future__ import annotations

from data.importing.sentences import problem
from data.importing.source import Parsed, Source
from data.importing.tracks import RawFix, track_shape
from data.importing.xmltree import Node, parse, prepare
from geo.recognition import Hints

__all__ = ["read"]


def read(source: Source) -> Parsed:
    """Read activities and courses; positions are longitude, latitude.

    Raises
    ------
    FileError
        ``xml_entities``, ``too_deep`` or ``damaged``.
    """
    text, encoding, lossy = prepare(source.data)
    parsed = Parsed("tcx", encoding, hints=Hints(axis="lon_lat", axis_named=True, format="tcx", app="garmin"))
    if lossy:
        parsed.problems.append(problem("encoding_lossy", source.name, used=encoding))
    root, problems = parse(source.name, text, source.limits, "TCX")
    parsed.problems += problems
    walks = [node for node in root.walk() if node.tag in {"Activity", "Course"}]
    for number, walk in enumerate(walks, start=1):
        where = f"{walk.tag.lower()} {number}"
        raw = _points(walk)
        if not raw:
            parsed.problems.append(problem("feature_without_shape", where, count=1, first=where))
            continue
        shape, fixes = track_shape(raw, where, source.limits)
        properties = {"类型": walk.attributes.get("Sport", "")} if walk.attributes.get("Sport") else {}
        parsed.add(shape, name=walk.value("Name", "Id"), properties=properties, where=where, fixes=fixes)
    return parsed


def _points(walk: Node) -> list[RawFix]:
    raw = []
    tracks = [node for node in walk.walk() if node.tag == "Track"]
    for segment, track in enumerate(tracks):
        for point in track.all("Trackpoint"):
            position = point.find("Position")
            if position is None:
                continue
            raw.append(
                RawFix(
                    longitude=position.value("LongitudeDegrees"),
                    latitude=position.value("LatitudeDegrees"),
                    elevation=point.value("AltitudeMeters"),
                    time=point.value("Time"),
                    segment=segment,
                )
            )
    return raw
