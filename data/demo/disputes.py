"""Twelve invented disputes on the demo township, each at a border of its kind."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Point, Polygon

from data.demo import names, stories
from data.demo.claiming import bump, measured, pushed
from data.demo.facts import LineFact, PlotFact, Township
from data.demo.quarrel import Dispute, DisputeFile, Encoding, Expected, Role
from data.demo.sites import Site, Sites
from data.demo.stories import Story
from data.demo.telling import Brought, Telling, areas_mu
from data.demo.township import DEFAULT_SEED, make_township
from geo.errors import GeometryError

__all__ = ["find_disputes", "make_disputes"]

_COUNTY_LINE_NUMBER = 8
_STRETCH_M = 1_200.0


@lru_cache(maxsize=2)
def find_disputes(seed: int = DEFAULT_SEED) -> tuple[Dispute, ...]:
    """Return the disputes of the demo township of a seed."""
    return make_disputes(make_township(seed))


def make_disputes(township: Township) -> tuple[Dispute, ...]:
    """Return the twelve disputes, numbered from 1, over different plots in different villages.

    Raises
    ------
    GeometryError
        ``demo_no_site``: the seed's township has no border of some kind (rare).
    """
    sites = Sites(township=township)
    told = [*stories.STORIES]
    disputes = []
    for number in range(1, len(told) + 2):
        rng = np.random.default_rng([township.seed, 100 + number])
        if number == _COUNTY_LINE_NUMBER:
            disputes.append(_county_line(number, sites, rng))
        else:
            disputes.append(_placed(number, told.pop(0), sites, rng))
    return tuple(disputes)


def _placed(number: int, story: Story, sites: Sites, rng: np.random.Generator) -> Dispute:
    candidates = sites.candidates(
        uses=story.uses,
        shared=story.shared,
        course=story.course,
        length_m=story.length_m,
        village=number % len(names.VILLAGES),
    )
    for site in candidates:
        brought = story.bring(Telling(site=site, sites=sites, rng=rng))
        if brought is not None:
            sites.take(site)
            return _dispute(number, story, site, sites, brought)
    raise _no_site(story.kind)


def _no_site(kind: str) -> GeometryError:
    return GeometryError(
        "demo_no_site",
        zh="演示乡里找不到适合“{kind}”纠纷的界线。请换一个种子。",
        en="The demo township has no border for a dispute of kind {kind}. Use another seed.",
        kind=kind,
    )


def _dispute(number: int, story: Story, site: Site, sites: Sites, brought: Brought) -> Dispute:
    unit = story.shared == 9
    a, b = site.plot_a, site.plot_b
    called_zh, called_en = (_called(site, sites, unit=unit, english=english) for english in (False, True))
    return Dispute(
        number=number,
        kind=story.kind,
        title_zh=story.title[0].format(**called_zh),
        title_en=story.title[1].format(**called_en),
        story_zh="（虚构）" + story.story[0].format(**called_zh),
        story_en="(Invented) " + story.story[1].format(**called_en),
        level="unit" if unit else "household",
        land_use=a.land_use if a.land_use != "other" else "grassland",
        unit_code=a.group_code,
        plot_a_code=a.code,
        plot_b_code=b.code,
        party_a_code=a.group_code if unit else sites.holder(a).code,
        party_b_code=b.group_code if unit else sites.holder(b).code,
        party_b_zh=sites.parties[b.group_code].name_zh if unit else sites.holder(b).name_zh,
        place=_middle(site.border),
        border=site.border,
        files=tuple(_numbered(number, file) for file in brought.files),
        expected=_expected(number, brought.expected),
        absent_plot_code=brought.absent.code if brought.absent else None,
        fixed_points=brought.fixed_points,
    )


def _called(site: Site, sites: Sites, *, unit: bool, english: bool) -> dict[str, str]:
    """Return how the parties and their place are called in a story."""
    name = sites.place_name if unit else sites.short
    return {
        "a": name(site.plot_a, english=english),
        "b": name(site.plot_b, english=english),
        "place": sites.place_name(site.plot_a, english=english),
    }


def _middle(line: LineString) -> Point:
    return Point(np.round(shapely.get_coordinates(line.interpolate(0.5, normalized=True))[0], 3))


def _numbered(number: int, file: DisputeFile) -> DisputeFile:
    """Return the file with its dispute's number in front of its name, so that no two are called alike."""
    return DisputeFile(
        name=f"{number:02d}_{file.name}",
        role=file.role,
        title_zh=file.title_zh,
        title_en=file.title_en,
        encoding=file.encoding,
        shape=file.shape,
        claimant_side=file.claimant_side,
        sigma_own_m=file.sigma_own_m,
        sigma_common_m=file.sigma_common_m,
        attributes=file.attributes,
    )


def _expected(number: int, expected: Expected) -> Expected:
    return Expected(
        way=expected.way,
        verdict=expected.verdict,
        disputed_mu=expected.disputed_mu,
        unclaimed_mu=expected.unclaimed_mu,
        asked=tuple(f"{number:02d}_{name}" for name in expected.asked),
    )


def _county_line(number: int, sites: Sites, rng: np.random.Generator) -> Dispute:
    """Return the dispute over the county line: stated and referred, never settled here."""
    line = next(
        line for line in sites.township.lines if line.level == "county" and line.geometry.length > _STRETCH_M
    )
    stretch = _stretch(line, sites.township.units[0].geometry)
    plot = _plot_at(sites, line, stretch)
    neighbour_zh, neighbour_en = names.NEIGHBOURS["county"]
    place, place_en = names.group_name(int(line.unit_a_code[9:12]) - 201, int(line.unit_a_code[12:14]) - 1)
    ours = measured(pushed(stretch), 0.1, rng)
    theirs = measured(pushed(stretch, bump(0.1, 0.9, -55.0)), 4.0, rng)
    files = (
        _line_file(number, "claim_a", "我方县界线", "shp_utf8", ours, (0.10, 0.05), "我方界线.zip"),
        _line_file(number, "claim_b", "邻县界线", "kmz", theirs, (4.0, 3.0), "邻县界线.kmz"),
    )
    between, _ = areas_mu(files)
    return Dispute(
        number=number,
        kind="county_line",
        title_zh=f"县界：{place}与{neighbour_zh}",
        title_en=f"The county line: {place_en} and {neighbour_en}",
        story_zh=f"（虚构）{place}的牧户和邻县牧户在县界上相遇，两边的界线差五十多米。县界由上级依法定图处理，本乡只出情况说明和移送函。",
        story_en="(Invented) Herders meet at the county line, which both sides draw differently. It is decided above by "
        "the official map: the township only states the case and refers it.",
        level="administrative",
        land_use="grassland",
        unit_code=line.unit_a_code,
        plot_a_code=plot.code if plot else None,
        plot_b_code=None,
        party_a_code=line.unit_a_code,
        party_b_code=None,
        party_b_zh=neighbour_zh,
        place=_middle(stretch),
        border=stretch,
        files=files,
        expected=Expected(
            way="refer",
            verdict="not_enough_evidence",
            disputed_mu=(0.8 * between, 1.25 * between + 0.5),
            unclaimed_mu=(0.0, 0.5),
            asked=(files[1].name,),
        ),
    )


def _line_file(
    number: int,
    role: Role,
    title: str,
    encoding: Encoding,
    shape: LineString,
    sigma: tuple[float, float],
    name: str,
) -> DisputeFile:
    ours = role == "claim_a"
    return DisputeFile(
        name=f"{number:02d}_{name}",
        role=role,
        title_zh=title,
        title_en="our county line" if ours else "the neighbour's county line",
        encoding=encoding,
        shape=shape,
        claimant_side="left" if ours else "right",
        sigma_own_m=sigma[0],
        sigma_common_m=sigma[1],
        attributes=(("界线名称", title), ("说明", "虚构")),
    )


def _stretch(line: LineFact, township: Polygon) -> LineString:
    """Return some 1.2 km from the middle of a line, directed so that the township lies on its left."""
    middle_m = line.geometry.length / 2
    cut = shapely.ops.substring(line.geometry, middle_m - _STRETCH_M / 2, middle_m + _STRETCH_M / 2)
    points = np.round(shapely.get_coordinates(cut), 3)
    place = (points[0] + points[1]) / 2
    along = (points[1] - points[0]) / np.hypot(*(points[1] - points[0]))
    left = Point(place + np.array([-along[1], along[0]]))
    return LineString(points if township.contains(left) else points[::-1])


def _plot_at(sites: Sites, line: LineFact, stretch: LineString) -> PlotFact | None:
    """Return the grassland plot that lies along most of a stretch of the county line."""
    own = [
        plot
        for plot in sites.township.plots
        if plot.group_code == line.unit_a_code and plot.land_use == "grassland"
    ]
    along = [
        (shapely.intersection(plot.geometry.buffer(1.0), stretch).length, plot.code, plot) for plot in own
    ]
    best = max(along, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] > 0 else None
