"""Where a dispute can lie: borders of the wanted kind, each plot used once, villages in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from shapely.geometry import LineString, Point

from data.demo import names
from data.demo.facts import BorderFact, Course, LandUse, PartyFact, PlotFact, Township

__all__ = ["Site", "Sites"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Two neighbouring plots and their border, with A on its left."""

    plot_a: PlotFact
    plot_b: PlotFact
    border: LineString

    @property
    def code_length(self) -> int:
        """Return how many digits of their codes the two plots share a unit by: 14 group, 12 village, 9."""
        for length in (14, 12, 9):
            if self.plot_a.code[:length] == self.plot_b.code[:length]:
                return length
        return 0


@dataclass(slots=True, kw_only=True)
class Sites:
    """The township's borders by which disputes are placed; remembers which plots are taken."""

    township: Township
    plots: dict[str, PlotFact] = field(default_factory=dict)
    parties: dict[str, PartyFact] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.plots = {plot.code: plot for plot in self.township.plots}
        self.parties = {party.code: party for party in self.township.parties}

    def candidates(
        self,
        *,
        uses: tuple[LandUse, LandUse] = ("grassland", "grassland"),
        shared: int = 14,
        course: Course | None = None,
        length_m: tuple[float, float],
        village: int,
    ) -> Iterator[Site]:
        """Yield sites of the wanted kind: first in the wanted village, nearest to the middle length first.

        ``shared`` is how many digits of the code the plots must have in common, and no more units than that:
        14 one group, 12 two groups of a village, 9 two villages.
        """
        middle_m = sum(length_m) / 2
        found = []
        for border in self.township.borders:
            site = self._site(border, uses)
            if site is None or site.code_length != shared or (course and border.course != course):
                continue
            if length_m[0] <= border.geometry.length <= length_m[1]:
                away = (int(site.plot_a.code[9:12]) - 201 - village) % 7
                found.append((away, abs(border.geometry.length - middle_m), site.plot_a.code, site))
        for *_, site in sorted(found, key=lambda item: item[:3]):
            if not {site.plot_a.code, site.plot_b.code} & self.taken:
                yield site

    def _site(self, border: BorderFact, uses: tuple[LandUse, LandUse]) -> Site | None:
        a, b = self.plots[border.plot_a_code], self.plots[border.plot_b_code]
        line = border.geometry
        if (a.land_use, b.land_use) != uses:
            if (b.land_use, a.land_use) != uses:
                return None
            a, b, line = b, a, line.reverse()
        whole = not a.geometry.interiors and not b.geometry.interiors
        sized = min(a.geometry.area, b.geometry.area) > 4_000
        return (
            Site(plot_a=a, plot_b=b, border=line)
            if whole and sized and a.holder_code != b.holder_code
            else None
        )

    def take(self, site: Site) -> None:
        """Keep a site's plots and those around them from further disputes."""
        self.taken |= {site.plot_a.code, site.plot_b.code}

    def holder(self, plot: PlotFact) -> PartyFact:
        """Return who holds a plot."""
        if plot.holder_code is None:
            raise KeyError(plot.code)
        return self.parties[plot.holder_code]

    def short(self, plot: PlotFact, *, english: bool = False) -> str:
        """Return the holder's short name, like 甲子户 or Household 1, or the collective's."""
        party = self.holder(plot)
        whole = party.name_en if english else party.name_zh
        whole = whole.replace("（虚构）", "").replace(" (invented)", "")
        if party.kind == "collective":
            return whole
        return whole.split(" of ")[0] if english else whole.split("组")[-1]

    def place_name(self, plot: PlotFact, *, english: bool = False) -> str:
        """Return the group's name, like 罗盘岭村一组."""
        return names.group_name(int(plot.code[9:12]) - 201, int(plot.code[12:14]) - 1)[int(english)]

    def third_plot(self, site: Site, corner: tuple[float, ...]) -> PlotFact | None:
        """Return the grassland plot of an absent household of the same group that meets a site at a corner."""
        at = Point(corner)
        away = {house.party_code for house in self.township.households if house.geometry is None}
        for plot in self.township.plots:
            near = plot.group_code == site.plot_a.group_code and plot.holder_code in away
            other = plot.code not in (site.plot_a.code, site.plot_b.code)
            if near and other and plot.land_use == "grassland" and plot.geometry.distance(at) < 0.001:
                return plot
        return None
