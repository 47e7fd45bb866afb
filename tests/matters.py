"""An invented dispute on uninhabited ground, analysed for real, for the tests of packages."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from shapely.geometry import LineString, Polygon

from data.documents.facts import Referral, Stamp
from geo.boundary import analyse
from geo.claim import Claim, SourceLine
from geo.settlement import proposals
from geo.uncertainty import Accuracy
from geo.zone import working_zone
from jobs.matter import ChangedPlot, MapPlot, Matter, Paperwork
from tests import dossiers

ZONE = working_zone(102.3)
EAST, NORTH = 441_200.0, 4_476_000.0
MADE_AT = dt.datetime(2026, 11, 21, 1, 30, tzinfo=dt.UTC)


def line(sideways_m: float, bends: int = 13) -> LineString:
    """Return a line of about 390 m whose middle lies ``sideways_m`` off the chord."""
    share = np.linspace(0.0, 1.0, bends)
    off = sideways_m * np.sin(np.pi * share)
    return LineString(np.column_stack((EAST + 270 * share - off * 0.68, NORTH + 280 * share + off * 0.69)))


def plots() -> tuple[MapPlot, ...]:
    middle = list(line(0.0).coords)
    west = Polygon([*middle, (EAST + 100, NORTH + 420), (EAST - 200, NORTH + 300), (EAST - 200, NORTH)])
    east = Polygon([*middle, (EAST + 500, NORTH + 280), (EAST + 420, NORTH - 60)])
    return (
        MapPlot(label="12-07", geometry=west, land_use="grassland"),
        MapPlot(label="12-08", geometry=east, land_use="grassland"),
    )


def matter(**changes: object) -> Matter:
    """Return the dispute with the best fit chosen; ``changes`` replace fields."""
    claims = (
        Claim(
            side="a",
            line=line(-9.0),
            claimant_side="left",
            accuracy=Accuracy(sigma_own_m=0.4),
            label="手机 KML",
        ),
        Claim(
            side="b", line=line(8.0), claimant_side="right", accuracy=Accuracy(sigma_own_m=0.3), label="航迹"
        ),
    )
    sources = (
        SourceLine(
            name="certificate", kind="certificate", line=line(1.0, 5), accuracy=Accuracy(sigma_own_m=0.5)
        ),
        SourceLine(name="measured", kind="measured", line=line(2.0), accuracy=Accuracy(sigma_own_m=0.05)),
    )
    analysis = analyse(*claims, sources, zone=ZONE)
    offered = proposals(analysis, sources, zone=ZONE)
    before = plots()
    facts: dict[str, object] = {
        "zone": ZONE,
        "claims": claims,
        "analysis": analysis,
        "stamp": Stamp(made_at=MADE_AT, version="0.1.0", inputs=dossiers.STAMP.inputs),
        "sources": sources,
        "proposals": offered,
        "chosen": offered.named("certificate"),
        "plots": before,
        "changed": tuple(
            ChangedPlot(id=str(i), code=plot.label, holder="某户", before=plot.geometry, after=plot.geometry)
            for i, plot in enumerate(before)
        ),
        "paperwork": PAPERWORK,
        **changes,
    }
    return Matter(**facts)  # type: ignore[arg-type]


def referred() -> Matter:
    """Return the dispute as one about a county line."""
    case = replace(dossiers.CASE, level="county")
    paperwork = replace(PAPERWORK, case=case, referral=Referral(reason="line_level", to="某县民政局"))
    return matter(chosen=None, changed=(), paperwork=paperwork)


PAPERWORK = Paperwork(
    case=dossiers.CASE,
    office=dossiers.OFFICE,
    parties=dossiers.PARTIES,
    neighbours=dossiers.NEIGHBOURS,
    surveyor=dossiers.full().surveyor,
    terms=dossiers.TERMS,
    schedule=dossiers.SCHEDULE,
)
