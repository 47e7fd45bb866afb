"""The check of a whole store: rows, chain, seams, triggers, indexes, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from data.store import geopackage, triggers
from data.store.engine import Database, raw
from data.store.evidence import EvidenceBox
from data.store.log import ChainFault, Log
from data.store.plots import Plots
from data.store.schema import geometry_column
from data.store.settings import Settings
from geo.audit import Coverage, Gap, audit_coverage, find_gaps

__all__ = ["KNOWN_GAPS", "StoreReport", "check"]

KNOWN_GAPS = "coverage.known_gaps_en_m"
"""Setting: points [[easting_m, northing_m], …] in gaps that are right, such as a lake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReport:
    """Finding of a check.

    ``coverage`` has an audit of the agreed state per land use; ``gaps`` are those of all land together,
    less the known ones. ``coverage_valid``: no overlap within a land use and no gap.
    """

    rows: Mapping[str, int]
    chain_valid: bool
    chain_faults: tuple[ChainFault, ...]
    log_head: tuple[int, str]
    coverage_valid: bool
    coverage: Mapping[str, Coverage]
    gaps: tuple[Gap, ...]
    triggers_missing: tuple[str, ...]
    indexes_broken: tuple[str, ...]
    file_sound: bool
    evidence_damaged: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing at all was found."""
        lists = (self.triggers_missing, self.indexes_broken, self.evidence_damaged)
        return self.chain_valid and self.coverage_valid and self.file_sound and not any(lists)


def check(
    database: Database,
    tables: sa.MetaData,
    log: Log,
    plots: Plots,
    evidence: EvidenceBox,
    settings: Settings,
    expected_head: tuple[int, str] | None = None,
) -> StoreReport:
    """Check everything that can be checked by reading; see :class:`StoreReport`."""
    faults = log.faults(expected_head)
    coverage, gaps = _seams(plots, settings)
    with database.read() as connection:
        driver = raw(connection)
        lost = triggers.missing(driver, tables)
        broken = tuple(name for name in _layers(tables) if not geopackage.rtree_sound(driver, name, "geom"))
        sound = driver.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        linked = not driver.execute("PRAGMA foreign_key_check").fetchall()
        rows = _count(connection, tables)
    return StoreReport(
        rows=rows,
        chain_valid=not faults,
        chain_faults=faults,
        log_head=log.head(),
        coverage_valid=not gaps and not any(each.overlaps or each.problems for each in coverage.values()),
        coverage=coverage,
        gaps=gaps,
        triggers_missing=lost,
        indexes_broken=broken,
        file_sound=sound and linked,
        evidence_damaged=evidence.damaged(),
    )


def _seams(plots: Plots, settings: Settings) -> tuple[dict[str, Coverage], tuple[Gap, ...]]:
    shapes = plots.agreed()
    land: dict[str, list[int]] = {}
    codes = {}
    for plot in plots.current():
        codes[plot.id] = plot.code
        if plot.id in shapes:
            land.setdefault(plot.land_use, []).append(plot.id)
    coverage = {
        use: audit_coverage([shapes[number] for number in numbers], [codes[number] for number in numbers])
        for use, numbers in sorted(land.items())
    }
    known = [shapely.Point(spot) for spot in settings.get(KNOWN_GAPS, ())]
    gaps = _all_gaps(coverage, list(shapes.values()))
    return coverage, tuple(gap for gap in gaps if not any(gap.geom.contains(spot) for spot in known))


def _all_gaps(coverage: Mapping[str, Coverage], shapes: list[BaseGeometry]) -> tuple[Gap, ...]:
    """Return the gaps of all land together; of one land use they are known already."""
    if len(coverage) <= 1:
        return next((each.gaps for each in coverage.values()), ())
    sound = [shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes]
    return find_gaps(np.asarray(sound, dtype=object))


def _layers(tables: sa.MetaData) -> list[str]:
    return [table.name for table in tables.sorted_tables if geometry_column(table) is not None]


def _count(connection: sa.Connection, tables: sa.MetaData) -> dict[str, int]:
    return {
        table.name: int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        for table in sorted(tables.sorted_tables, key=lambda table: table.name)
        if table.name != "change_context"
    }
