"""The words a schema is written in: a table of records and its kinds of columns."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from data.store.columns import Geometry, JsonText, UtcTime

__all__ = ["choice", "json", "link", "number", "personal", "record", "shape", "text", "time"]


def record(tables: sa.MetaData, name: str, title: str, *columns: SchemaItem) -> sa.Table:
    """Add a table of records: a key, a version, history, and a title for QGIS."""
    return sa.Table(
        name,
        tables,
        sa.Column("fid", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        *columns,
        sqlite_autoincrement=True,
        info={"history": True, "title": title},
    )


def text(name: str, default: str | None = "", **options: Any) -> sa.Column[str]:
    """Return a text column; empty, not NULL, unless ``default`` is None."""
    if default is None:
        return sa.Column(name, sa.Text, **options)
    return sa.Column(name, sa.Text, nullable=False, server_default=default, **options)


def personal(name: str) -> sa.Column[str]:
    """Return a column of personal text: erasable, absent from history and log."""
    return sa.Column(name, sa.Text, info={"personal": True})


def choice(name: str, *words: str) -> tuple[sa.Column[str], sa.CheckConstraint]:
    """Return a column that takes only ``words``, the first by default, and the rule that says so."""
    listed = ", ".join(f"'{word}'" for word in words)
    return text(name, words[0]), sa.CheckConstraint(f"{name} IN ({listed})", name=f"{name}_known")


def link(name: str, table: str, required: bool = False) -> sa.Column[int]:
    """Return a column that names a row of ``table``."""
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.fid"), nullable=not required, index=True)


def number(name: str) -> sa.Column[float]:
    """Return a column of a measured number, or NULL when it is not known."""
    return sa.Column(name, sa.Double)


def time(name: str) -> sa.Column[Any]:
    """Return a column of a time."""
    return sa.Column(name, UtcTime())


def json(name: str, default: str = "{}") -> sa.Column[Any]:
    """Return a column of a JSON value."""
    return sa.Column(name, JsonText(), nullable=False, server_default=default)


def shape(shape: str, epsg: int, required: bool = False) -> sa.Column[Any]:
    """Return the geometry column."""
    return sa.Column("geom", Geometry(shape, epsg), nullable=not required)
