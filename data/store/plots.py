"""Plots: the registered state as certified, and the agreed state beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from data.store.columns import within_box
from data.store.engine import Database
from data.store.records import Plot, Surface
from data.store.rows import Box, Rows
from geo.errors import StoreError

__all__ = ["Plots"]


class Plots(Rows[Plot]):
    """The plots of a township; ``geometry`` of a plot is always its registered shape."""

    def __init__(self, database: Database, tables: sa.MetaData) -> None:
        super().__init__(database, tables.tables["plot"], Plot)
        self._agreed = tables.tables["plot_agreed"]

    def by_code(self, code: str) -> Plot | None:
        """Return the plot in force with this code, or None."""
        return self._one(self._table.c.code == code, self._table.c.status != "superseded")

    def current(self, *where: sa.ColumnElement[bool]) -> tuple[Plot, ...]:
        """Return every plot in force, shapes or not."""
        return self._all(self._table.c.status != "superseded", *where)

    def agreed(self, plot_ids: Iterable[int] | None = None, *, box: Box | None = None) -> dict[int, Surface]:
        """Return the agreed state by plot number: what was agreed, else what is registered.

        Parameters
        ----------
        plot_ids : iterable of int, optional
            Only these plots; plots without a shape are left out.
        box : tuple, optional
            Only plots whose agreed bounding box meets this one.
        """
        own, beside = self._table, self._agreed
        registered = sa.select(own.c.fid, own.c.geom).where(
            own.c.status != "superseded",
            own.c.geom.is_not(None),
            ~sa.exists().where(beside.c.plot_id == own.c.fid),
        )
        agreed = sa.select(beside.c.plot_id, beside.c.geom)
        if plot_ids is not None:
            wanted = list(plot_ids)
            registered = registered.where(own.c.fid.in_(wanted))
            agreed = agreed.where(beside.c.plot_id.in_(wanted))
        if box is not None:
            registered = registered.where(within_box(own.c.geom, box))
            agreed = agreed.where(within_box(beside.c.geom, box))
        with self._database.read() as connection:
            found = [*connection.execute(registered), *connection.execute(agreed)]
        return {int(row[0]): row[1] for row in sorted(found, key=lambda row: int(row[0]))}

    def touching(self, geometry: BaseGeometry, within_m: float = 0.01) -> tuple[Plot, ...]:
        """Return the plots whose agreed shape lies within ``within_m`` of ``geometry``."""
        west, south, east, north = geometry.bounds
        box = (west - within_m, south - within_m, east + within_m, north + within_m)
        shapes = self.agreed(box=box)
        near = [number for number, shape in shapes.items() if shapely.dwithin(shape, geometry, within_m)]
        return self._all(self._table.c.fid.in_(near)) if near else ()

    def register(self, plot: Plot) -> Plot:
        """Mark a plot as registered: from now on its shape stands.

        Raises
        ------
        StoreError
            As :meth:`Rows.save`.
        """
        return self.save(replace(plot, status="registered"))

    def supersede(self, old: Plot, new: Plot) -> Plot:
        """Store a new certificate's plot beside the old one, which is kept and no longer in force.

        The new plot carries the shape the registry gave; an agreed shape of the old one has become
        history and leaves the agreed state.

        Raises
        ------
        StoreError
            ``not_registered`` when the old plot never was registered; else as :meth:`Rows.save`.
        """
        if old.status != "registered":
            raise StoreError(
                "not_registered",
                zh="宗地 {plot} 还没有登记，不存在可替换的旧证：请先登记。",
                en="Plot {plot} is not registered, so no certificate of it can be replaced: register it first.",
                where=old.code,
                plot=old.code,
            )
        self.save(replace(old, status="superseded"))
        self._database.writing().execute(self._agreed.delete().where(self._agreed.c.plot_id == old.id))
        return self.add(replace(new, status="registered"))
