"""What a reader is given (a source) and what it fills (a parsed file)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from data.importing.attributes import declared_area, feature_name
from data.importing.facts import Fixes, ImportedFeature, Limits, PointSequence, Unplaced
from data.importing.shapes import Shape
from geo.errors import Problem
from geo.recognition import Hints

__all__ = ["Parsed", "Source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of one file, its name for people, and the limits to keep.

    ``siblings`` holds the other parts of a loose shapefile by lower-case suffix.
    """

    name: str
    data: bytes
    limits: Limits
    siblings: Mapping[str, bytes] = field(default_factory=dict)
    archives: int = 0
    """How many archives lie around it."""


@dataclass(slots=True)
class Parsed:
    """A file while it is being read."""

    format: str
    encoding: str | None = None
    features: list[ImportedFeature] = field(default_factory=list)
    sequences: list[PointSequence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    hints: Hints = field(default_factory=Hints)
    _ids: set[str] = field(default_factory=set)

    def add(
        self,
        shape: Shape,
        *,
        name: str = "",
        given_id: str = "",
        properties: Mapping[str, str] | None = None,
        layer: str = "",
        where: str = "",
        area: tuple[float, float] | None = None,
        point_names: Sequence[str] = (),
        fixes: Fixes | None = None,
    ) -> None:
        """Add a shape as a feature, or only its problems when nothing of it can be used.

        ``area`` is the declared area and its last printed digit in m²; without it the attributes are
        searched for one.
        """
        self.problems.extend(shape.problems)
        if shape.geometry is None:
            self.keep_unplaced(properties, layer=layer, where=where, name=name)
            return
        properties = dict(properties or {})
        declared = area or declared_area(properties)
        self.features.append(
            ImportedFeature(
                id=self._unique(given_id),
                name=name or feature_name(properties),
                geometry=shape.geometry,
                properties=properties,
                layer=layer,
                where=where,
                declared_area_m2=declared[0] if declared else None,
                declared_area_step_m2=declared[1] if declared else None,
                point_names=tuple(point_names),
                fixes=fixes,
                open_ring=shape.open_ring,
                valid=shape.valid,
                problems=tuple(shape.problems),
            )
        )

    def keep_unplaced(
        self, properties: Mapping[str, str] | None, *, where: str, layer: str = "", name: str = ""
    ) -> None:
        """Keep what is known of a record that has no usable shape."""
        known = {key: value for key, value in (properties or {}).items() if value}
        if known or name:
            called = name or feature_name(known)
            self.unplaced.append(Unplaced(where=where, layer=layer, name=called, properties=known))

    def adopt(self, other: Parsed, layer: str, prefix: str = "") -> None:
        """Take over another file's features as a layer; places get the ``prefix``."""
        self.problems += [_placed(item, prefix) for item in other.problems]
        self.sequences += other.sequences
        self.unplaced += [
            replace(item, where=prefix + item.where, layer="/".join(filter(None, (layer, item.layer))))
            for item in other.unplaced
        ]
        for feature in other.features:
            names = "/".join(name for name in (layer, feature.layer) if name)
            self.features.append(
                replace(
                    feature,
                    id=self._unique(feature.id),
                    layer=names,
                    where=prefix + feature.where,
                    problems=tuple(_placed(item, prefix) for item in feature.problems),
                )
            )

    def _unique(self, wanted: str) -> str:
        base = wanted or str(len(self.features) + 1)
        found, number = base, 2
        while found in self._ids:
            found, number = f"{base}-{number}", number + 1
        self._ids.add(found)
        return found


def _placed(item: Problem, prefix: str) -> Problem:
    return Problem(item.code, item.what_zh, item.what_en, prefix + item.where, item.remedy_zh, item.remedy_en)
