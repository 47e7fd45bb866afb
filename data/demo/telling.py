"""How a story is told at a site: its files, with the areas they should come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Polygon

from data.demo.claiming import grown
from data.demo.facts import PlotFact
from data.demo.quarrel import DisputeFile, Encoding, Expected, FixedPointFact, Role, Verdict
from data.demo.sites import Site, Sites
from geo.units import mu

__all__ = ["Brought", "Telling", "areas_mu", "brought"]

Shape = Polygon | LineString | MultiPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a story yields at a site: the files, the expectation, recorded points, an absent neighbour."""

    files: tuple[DisputeFile, ...]
    expected: Expected
    fixed_points: tuple[FixedPointFact, ...] = ()
    absent: PlotFact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A site with what a story needs to tell it."""

    site: Site
    sites: Sites
    rng: np.random.Generator

    def file(
        self,
        role: Role,
        encoding: Encoding,
        shape: Shape | None,
        title: tuple[str, str],
        sigma: tuple[float, float] | None,
        name: str,
    ) -> DisputeFile | None:
        """Return a file, or None when its shape could not be made here."""
        if shape is None:
            return None
        plot = self.site.plot_b if role == "claim_b" else self.site.plot_a
        return DisputeFile(
            name=name + _ENDINGS[encoding],
            role=role,
            title_zh=title[0],
            title_en=title[1],
            encoding=encoding,
            shape=shape,
            claimant_side=_claimant_side(role, shape),
            sigma_own_m=sigma[0] if sigma else None,
            sigma_common_m=sigma[1] if sigma else None,
            attributes=_attributes(self.sites, plot, shape),
        )

    def a_with(self, line: LineString) -> Polygon | None:
        """Return plot A with the border moved to ``line``."""
        return grown(self.site.plot_a.geometry, self.site.border, line)

    def b_with(self, line: LineString) -> Polygon | None:
        """Return plot B with the border moved to ``line`` (directed as the border)."""
        return grown(self.site.plot_b.geometry, self.site.border.reverse(), line.reverse())


_ENDINGS: dict[Encoding, str] = {
    "shp_gbk_bare": ".zip",
    "shp_utf8": ".zip",
    "kml_gcj02": ".kml",
    "kmz": ".kmz",
    "gpx_walk": ".gpx",
    "cass_dat": ".dat",
    "land_txt": ".txt",
    "dxf": ".dxf",
    "xlsx": ".xlsx",
    "csv": ".csv",
    "geojson": ".geojson",
    "gpkg": ".gpkg",
}


def _claimant_side(role: Role, shape: Shape) -> Literal["left", "right"] | None:
    """Return where the claimant of a line lies: A left, B right, as borders are directed."""
    if not isinstance(shape, LineString) or role not in ("claim_a", "claim_b"):
        return None
    return "left" if role == "claim_a" else "right"


def _attributes(sites: Sites, plot: PlotFact, shape: Shape) -> tuple[tuple[str, str], ...]:
    area = shape.area if isinstance(shape, Polygon) else plot.measured_area_m2
    return (
        ("地块编码", plot.code),
        ("地块名称", plot.name_zh),
        ("权利人", sites.holder(plot).name_zh),
        ("证书号", plot.certificate_number),
        ("面积亩", f"{mu(area):.2f}"),
    )


def brought(
    *files: DisputeFile | None,
    verdict: Verdict | None = None,
    way: str = "settle",
    asked: tuple[str, ...] = (),
    fixed_points: tuple[FixedPointFact, ...] = (),
    absent: PlotFact | None = None,
) -> Brought | None:
    """Return what was brought with the areas the claims differ by, or None when a file is missing."""
    whole = tuple(file for file in files if file is not None)
    if len(whole) != len(files):
        return None
    overlap, gap = areas_mu(whole)
    return Brought(
        files=whole,
        fixed_points=fixed_points,
        absent=absent,
        expected=Expected(
            way="refer" if way == "refer" else "settle",
            verdict=verdict,
            disputed_mu=(0.8 * overlap, 1.25 * overlap + 0.5),
            # Noisy walks also leave slivers that neither claims: up to a hundredth of what they dispute.
            unclaimed_mu=(0.8 * gap, 1.25 * gap + 0.01 * overlap + 0.5),
            asked=asked,
        ),
    )


def areas_mu(files: tuple[DisputeFile, ...]) -> tuple[float, float]:
    """Return the mu both claim and the mu between two plots' facing borders that neither claims."""
    a = next(file.shape for file in files if file.role == "claim_a")
    b = next(file.shape for file in files if file.role == "claim_b")
    if isinstance(a, Polygon) and isinstance(b, Polygon):
        both = shapely.union(a, b)
        filled = shapely.union_all([Polygon(part.exterior) for part in shapely.get_parts(both)])
        return mu(shapely.intersection(a, b).area), mu(filled.area - both.area)
    line_a, line_b = (_facing(one, other) for one, other in ((a, b), (b, a)))
    joins = [LineString([line_a.coords[end], line_b.coords[end]]) for end in (0, -1)]
    network = shapely.union_all([line_a, line_b, *joins])
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(network))))
    return mu(float(shapely.area(faces).sum())), 0.0


def _facing(shape: Shape, other: Shape) -> LineString:
    """Return the line itself, or the part of a plot's outline between the ends of the other's line."""
    if isinstance(shape, LineString):
        return shape
    assert isinstance(shape, Polygon), "points are no claim"
    assert isinstance(other, LineString), "two plots overlap, they do not face"
    ring = np.array(shape.exterior.coords)[:-1]
    ends = [int(np.argmin(np.hypot(*(ring - np.array(other.coords[end])).T))) for end in (0, -1)]
    ways = []
    for turned, (begin, end) in ((ring, ends), (ring[::-1], [len(ring) - 1 - number for number in ends])):
        count = (end - begin) % len(ring)
        ways.append(LineString(np.roll(turned, -begin, axis=0)[: count + 1]))
    return min(ways, key=lambda way: way.hausdorff_distance(other))
