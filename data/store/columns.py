"""Column types that both engines share: geometry, UTC time, JSON text; and the one bounding-box clause."""

# ruff: noqa: ARG002 - SQLAlchemy names these arguments

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, UserDefinedType

from data.store import geopackage
from geo.errors import GeometryError

__all__ = ["Geometry", "JsonText", "UtcTime", "canonical_json", "utc_text", "within_box"]

_SHAPES: dict[str, frozenset[str]] = {
    "POINT": frozenset({"Point"}),
    "LINESTRING": frozenset({"LineString"}),
    "MULTILINESTRING": frozenset({"MultiLineString"}),
    "MULTIPOLYGON": frozenset({"MultiPolygon"}),
    "GEOMETRY": frozenset({"Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}),
}


class Geometry(UserDefinedType[BaseGeometry]):
    """A shapely geometry in the township's working CRS; kept as a GeoPackage blob by SQLite.

    A ``MULTI…`` column takes single shapes too and gives a single part back as itself.
    """

    cache_ok = True

    def __init__(self, shape: str, srs_id: int) -> None:
        self.shape = shape
        self.srs_id = srs_id

    def get_col_spec(self, **_: object) -> str:
        """Return the column's type in SQL: GeoPackage names a geometry column by its shape."""
        return self.shape

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[BaseGeometry | None], bytes | None]:
        """Return what turns a geometry into the engine's value."""

        def bind(geometry: BaseGeometry | None) -> bytes | None:
            return None if geometry is None else geopackage.encode(self.fitted(geometry), self.srs_id)

        return bind

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Callable[[bytes | None], BaseGeometry | None]:
        """Return what turns the engine's value into a geometry."""
        promoted = self.shape.startswith("MULTI")

        def read(blob: bytes | None) -> BaseGeometry | None:
            if blob is None:
                return None
            geometry = geopackage.decode(blob)
            parts = list(geometry.geoms) if isinstance(geometry, BaseMultipartGeometry) else []
            return parts[0] if promoted and len(parts) == 1 else geometry

        return read

    def fitted(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return ``geometry`` in the column's shape.

        Raises
        ------
        GeometryError
            ``geometry_empty``, or ``geometry_kind`` when the shape does not belong in this column.
        """
        if geometry.is_empty:
            raise GeometryError(
                "geometry_empty",
                zh="图形是空的，不能保存：请重新画或重新导入。",
                en="The shape is empty and cannot be stored: draw or import it again.",
            )
        if self.shape == "MULTIPOLYGON" and isinstance(geometry, Polygon):
            geometry = MultiPolygon([geometry])
        if self.shape == "MULTILINESTRING" and isinstance(geometry, LineString):
            geometry = MultiLineString([geometry])
        if geometry.geom_type not in _SHAPES[self.shape]:
            raise GeometryError(
                "geometry_kind",
                zh="这里要 {expected}，得到的是 {given}：请换成对应的图形。",
                en="A {expected} is kept here, a {given} was given: give the matching shape.",
                expected=self.shape,
                given=geometry.geom_type,
            )
        return geometry


class UtcTime(UserDefinedType[datetime]):
    """An aware time, kept as GeoPackage's ``2026-11-21T08:00:00.000Z``."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return the column's type in SQL."""
        return "DATETIME"

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[datetime | None], str | None]:
        """Return what turns a time into text."""
        return lambda moment: None if moment is None else utc_text(moment)

    def result_processor(
        self, dialect: sa.Dialect, coltype: object
    ) -> Callable[[str | None], datetime | None]:
        """Return what turns text into a time; QGIS may have written it without a zone."""

        def read(text: str | None) -> datetime | None:
            if text is None:
                return None
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

        return read


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text, keys sorted, Chinese as it is; arrays come back as tuples."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Return the value's canonical text."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        """Return the value; a list at the top becomes a tuple, so that records stay frozen."""
        read = None if value is None else json.loads(value)
        return tuple(read) if isinstance(read, list) else read


class within_box(sa.ColumnElement[bool]):
    """Rows whose bounding box meets ``box`` (west, south, east, north), through the spatial index."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.Column[Any], box: tuple[float, float, float, float]) -> None:
        self.column = column
        self.box = tuple(float(edge) for edge in box)


@compiles(within_box, "sqlite")  # type: ignore[no-untyped-call, untyped-decorator]
def _within_box_sqlite(clause: within_box, _compiler: Any, **_: Any) -> str:
    table, column = clause.column.table.name, clause.column.name  # type: ignore[attr-defined]
    west, south, east, north = (repr(edge) for edge in clause.box)
    return (
        f'"{table}".fid IN (SELECT id FROM "{geopackage.rtree_name(table, column)}"'
        f" WHERE minx <= {east} AND maxx >= {west} AND miny <= {north} AND maxy >= {south})"
    )


def utc_text(moment: datetime) -> str:
    """Return an aware time as GeoPackage text in UTC, milliseconds kept.

    Raises
    ------
    ValueError
        When ``moment`` names no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a stored time needs its time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def canonical_json(value: object) -> str:
    """Return the one text of a JSON value: sorted keys, no blanks, characters unescaped, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
