"""The one schema of a township's records, in SQLAlchemy Core, for whichever engine keeps it.

A column marked *personal* is left out of history and log, so that erasing its text leaves nothing behind;
a table marked *history* has every change of its rows recorded. Geometries are in the working CRS of the
township, known when the file is made.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa

from data.store import define
from data.store.columns import Geometry, UtcTime
from data.store.disputes import add_dispute_tables

__all__ = ["FEATURE_TABLES", "geometry_column", "has_history", "is_personal", "metadata"]

FEATURE_TABLES = {
    "road": "feature_road",
    "stream": "feature_stream",
    "ridge": "feature_ridge",
    "county_line": "feature_county_line",
}
"""The table of each kind of terrain feature."""


@cache
def metadata(epsg: int) -> sa.MetaData:
    """Return the tables of a township whose working CRS is ``epsg``."""
    tables = sa.MetaData()
    _bookkeeping(tables)
    _people(tables, epsg)
    _land(tables, epsg)
    _lines(tables, epsg)
    add_dispute_tables(tables, epsg)
    return tables


def geometry_column(table: sa.Table) -> sa.Column[Any] | None:
    """Return the table's geometry column, or None."""
    return next((column for column in table.columns if isinstance(column.type, Geometry)), None)


def has_history(table: sa.Table) -> bool:
    """Tell whether every change of the table's rows is recorded."""
    return bool(table.info.get("history"))


def is_personal(column: sa.Column[Any]) -> bool:
    """Tell whether the column holds personal text, which no history or log may repeat."""
    return bool(column.info.get("personal"))


def _bookkeeping(tables: sa.MetaData) -> None:
    sa.Table(
        "migration",
        tables,
        sa.Column("name", sa.Text, primary_key=True),
        define.time("applied_at"),
        define.text("program"),
    )
    define.record(
        tables,
        "setting",
        "设置",
        sa.Column("key", sa.Text, nullable=False, unique=True),
        define.json("value", "null"),
    )
    sa.Table(
        "change_context",
        tables,
        sa.Column("fid", sa.Integer, sa.CheckConstraint("fid = 1"), primary_key=True),
        sa.Column("at", sa.Text),
        sa.Column("who", sa.Text),
        sa.Column("why", sa.Text),
    )
    _history_and_log(tables)


def _history_and_log(tables: sa.MetaData) -> None:
    sa.Table(
        "history",
        tables,
        sa.Column("fid", sa.Integer, primary_key=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, info={"personal": True}),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("row_id", sa.Integer, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("before_geom", sa.LargeBinary),
        sa.Column("after_geom", sa.LargeBinary),
        sa.Index("history_row", "table_name", "row_id"),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "log",
        tables,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("objects", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("history_to", sa.Integer, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
    )


def _people(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "unit",
        "单位",
        define.text("tier"),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        define.text("name"),
        define.link("parent_id", "unit"),
        define.shape("MULTIPOLYGON", epsg),
    )
    define.record(
        tables,
        "party",
        "当事人",
        sa.Column("code", sa.Text, nullable=False, unique=True),
        define.text("kind", "household"),
        define.link("unit_id", "unit"),
        define.personal("name"),
        define.personal("phone"),
        define.time("erased_at"),
    )
    define.record(
        tables,
        "household",
        "住户",
        sa.Column("code", sa.Text, nullable=False, unique=True),
        define.link("unit_id", "unit"),
        define.link("party_id", "party"),
        define.shape("POINT", epsg),
    )


def _land(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "plot",
        "宗地（登记）",
        sa.Column("code", sa.Text, nullable=False),
        define.text("name"),
        define.link("unit_id", "unit"),
        *define.choice("land_use", "grassland", "cropland", "woodland"),
        define.link("holder_id", "party"),
        define.link("issuer_id", "party"),
        define.text("certificate_number"),
        define.number("contract_area_m2"),
        define.number("measured_area_m2"),
        *(
            define.text(f"bound_{side}", info={"personal": True})
            for side in ("east", "south", "west", "north")
        ),
        define.number("sigma_own_m"),
        define.number("sigma_common_m"),
        *define.choice("status", "draft", "registered", "superseded"),
        define.shape("MULTIPOLYGON", epsg),
        sa.Index(
            "plot_code_current",
            "code",
            unique=True,
            sqlite_where=sa.text("status <> 'superseded'"),
            postgresql_where=sa.text("status <> 'superseded'"),
        ),
    )
    define.record(
        tables,
        "plot_agreed",
        "宗地（约定）",
        sa.Column("plot_id", sa.Integer, sa.ForeignKey("plot.fid"), nullable=False, unique=True),
        define.link("case_id", "dispute"),
        define.time("since"),
        define.shape("MULTIPOLYGON", epsg, required=True),
    )


def _lines(tables: sa.MetaData, epsg: int) -> None:
    define.record(
        tables,
        "boundary_line",
        "界线",
        *define.choice("kind", "grassland", "cropland", "woodland", "administrative"),
        define.text("level"),
        define.text("name"),
        *define.choice("state", "claimed", "agreed", "registration_pending", "registered"),
        define.link("plot_a_id", "plot"),
        define.link("plot_b_id", "plot"),
        define.link("case_id", "dispute"),
        define.link("issuer_id", "party"),
        define.shape("MULTILINESTRING", epsg, required=True),
    )
    define.record(
        tables,
        "marker",
        "界桩",
        define.text("number"),
        define.text("kind"),
        define.link("line_id", "boundary_line"),
        define.link("case_id", "dispute"),
        *define.choice("state", "planned", "set", "missing", "moved"),
        define.shape("POINT", epsg, required=True),
    )
    for name, title in zip(FEATURE_TABLES.values(), ("道路", "溪流", "山脊", "县界"), strict=True):
        define.record(
            tables,
            name,
            title,
            define.text("name"),
            define.text("class_name"),
            define.shape("MULTILINESTRING", epsg, required=True),
        )
