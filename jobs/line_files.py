"""Files beside the papers: the stake-out of the agreed line, and the changed plots for the registry."""

from __future__ import annotations

from typing import Final

from shapely.geometry import LineString, Point

from data import exporting
from data.documents import stakeout, words
from data.documents.contents import Recipe
from data.documents.facts import Dossier, Outcome
from data.exporting import OutFeature, OutLayer
from geo.description import stake_out
from jobs.matter import Matter

__all__ = ["HANDOVER_FORMATS", "STAKE_FORMATS", "handover", "stake_file", "stake_list"]

STAKE_FORMATS: Final = ("gpx", "kml", "cass_dat")
HANDOVER_FORMATS: Final = ("gpkg", "shapefile", "land_txt")
_STAKES: Final = "05-放样/界桩"
_HANDOVER: Final = "13-登记移交/变更地块"


def stake_list(matter: Matter, outcome: Outcome) -> Recipe:
    """Return the list of markers as CSV."""
    marked = [point for point in outcome.points if point.is_marked]
    rows = stake_out(
        [(point.easting_m, point.northing_m) for point in marked],
        [point.number for point in marked],
        matter.zone,
    )
    return Recipe.of(f"{_STAKES}放样表.csv", "界桩放样表", lambda: stakeout.stake_csv(rows))


def stake_file(matter: Matter, facts: Dossier, outcome: Outcome, format_name: str) -> Recipe:
    """Return the markers, and for a map also the line, in one of :data:`STAKE_FORMATS`."""
    marked = [point for point in outcome.points if point.is_marked]
    features = [
        OutFeature(id=point.number, name=point.number, geometry=Point(point.easting_m, point.northing_m))
        for point in marked
    ]
    if format_name != "cass_dat":
        line = LineString([(point.easting_m, point.northing_m) for point in outcome.points])
        features.append(OutFeature(id="line", name="议定界线", geometry=line))
    return _written(_STAKES, "界桩放样", format_name, _layer(matter, facts, "界桩放样", features))


def handover(matter: Matter, facts: Dossier, format_name: str) -> Recipe:
    """Return the changed plots in one of :data:`HANDOVER_FORMATS`, marked as agreed and not yet registered."""
    features = [
        OutFeature(
            id=plot.code or plot.id,
            name=plot.code or plot.id,
            geometry=plot.after,
            properties={
                "承包方": plot.holder,
                "变更前亩": words.area_mu(change.area_before_m2),
                "变更后亩": words.area_mu(change.area_after_m2),
                "状态": "议定，未登记",
                "案件": facts.case.number,
            },
        )
        for plot, change in zip(matter.changed, facts.changes, strict=True)
    ]
    return _written(_HANDOVER, "变更地块", format_name, _layer(matter, facts, "变更地块", features))


def _layer(matter: Matter, facts: Dossier, title: str, features: list[OutFeature]) -> OutLayer:
    return OutLayer(title=title, plane=matter.zone, features=features, made_at=facts.stamp.made_at)


def _written(stem: str, title: str, format_name: str, layer: OutLayer) -> Recipe:
    name = f"{stem}{exporting.SUFFIXES[format_name]}"
    return Recipe.of(name, title, lambda: exporting.export(format_name, layer))
