"""Find the two plots a dispute is about: by number, by holder, by what was clicked on the map."""

from __future__ import annotations

from dataclasses import dataclass

from data.store import Plot, Store
from geo.units import format_area_mu
from jobs.dispute.opening import party_name
from jobs.maps import short_code

__all__ = ["PlotCard", "card_of", "search"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotCard:
    """A plot as a list names it."""

    plot: Plot
    holder: str
    area_mu: str

    @property
    def title(self) -> str:
        """Return the end of its number with its holder."""
        return " · ".join(part for part in (short_code(self.plot.code), self.holder, self.plot.name) if part)


def card_of(store: Store, plot_id: int) -> PlotCard:
    """Return the card of a plot.

    Raises
    ------
    StoreError
        ``record_not_found``.
    """
    return _card(store.plots.get(plot_id), party_name(store, store.plots.get(plot_id).holder_id))


def _card(plot: Plot, holder: str) -> PlotCard:
    area_m2 = plot.contract_area_m2 or plot.measured_area_m2
    return PlotCard(plot=plot, holder=holder, area_mu=format_area_mu(area_m2) if area_m2 else "")


def search(store: Store, text: str, limit: int = 8) -> tuple[PlotCard, ...]:
    """Return plots whose number, name or holder contains ``text``; numbers that begin with it come first."""
    wanted = text.strip().lower()
    if not wanted:
        return ()
    names = {party.id: party.name or "" for party in store.parties.find()}
    found = []
    for plot in store.plots.current():
        holder = names.get(plot.holder_id or 0, "")
        if wanted in plot.code.lower() or wanted in holder.lower() or wanted in plot.name.lower():
            found.append(_card(plot, holder))
    found.sort(key=lambda card: (not card.plot.code.lower().startswith(wanted), card.plot.code))
    return tuple(found[:limit])
