"""What each side brings to each of the quarrels: claims and evidence of every accepted format.

A function returns None where the site does not suit its story.
"""

from __future__ import annotations

from shapely.geometry import MultiPoint, Point

from data.demo.claiming import bump, digitised, measured, pushed, walked
from data.demo.quarrel import FixedPointFact
from data.demo.telling import Brought, Telling, brought

__all__ = [
    "claim_as_line",
    "fence_moved",
    "gap_nobody_claims",
    "old_map",
    "overlapping_certificates",
    "phone_map",
    "seasonal_pasture",
    "stream_shifted",
    "three_way_point",
    "unit_with_unit",
    "within_error",
]

_RTK = (0.05, 0.03)
_PHONE = (3.0, 2.0)
_SHARP = (0.25, 0.15)


def overlapping_certificates(tell: Telling) -> Brought | None:
    """Two certificates that overlap on both sides of a fence."""
    border, rng = tell.site.border, tell.rng
    a_line = pushed(border, bump(0.10, 0.80, 15.0))
    b_line = pushed(border, bump(0.30, 0.92, -11.0))
    fence = pushed(border, bump(0.12, 0.88, 4.0))
    return brought(
        tell.file(
            "claim_a",
            "shp_gbk_bare",
            tell.a_with(a_line),
            ("甲户证书宗地", "A's certificate plot"),
            _SHARP,
            "甲户_草原证宗地",
        ),
        tell.file(
            "claim_b",
            "land_txt",
            tell.b_with(b_line),
            ("乙户证书宗地", "B's certificate plot"),
            _SHARP,
            "乙户_报批坐标",
        ),
        tell.file(
            "certificate",
            "geojson",
            border,
            ("发证底图界线", "line of the certificates' base map"),
            _SHARP,
            "发证底图界线",
        ),
        tell.file(
            "measured",
            "cass_dat",
            measured(fence, _RTK[0], rng),
            ("围栏实测", "fence as measured"),
            _RTK,
            "围栏RTK实测",
        ),
        verdict="real_difference",
    )


def fence_moved(tell: Telling) -> Brought | None:
    """A certificate against a fence set anew."""
    border, rng = tell.site.border, tell.rng
    fence = pushed(border, bump(0.30, 0.85, -19.0))
    claimed = measured(fence, 0.05, rng)
    return brought(
        tell.file(
            "claim_a",
            "gpkg",
            tell.a_with(pushed(border)),
            ("甲户主张：按证书", "A: by the certificate"),
            (0.25, 0.10),
            "甲户主张",
        ),
        tell.file(
            "claim_b",
            "xlsx",
            tell.b_with(claimed),
            ("乙户主张：现围栏", "B: the fence as it stands"),
            _RTK,
            "乙户围栏拐点",
        ),
        tell.file(
            "certificate",
            "shp_utf8",
            tell.site.plot_a.geometry,
            ("甲户登记宗地", "A's registered plot"),
            (0.25, 0.10),
            "登记宗地",
        ),
        tell.file(
            "measured",
            "cass_dat",
            measured(pushed(border, bump(0.3, 0.85, -1.5)), 0.05, rng),
            ("旧桩坑实测", "old post holes as measured"),
            _RTK,
            "旧桩坑实测",
        ),
        verdict="real_difference",
    )


def stream_shifted(tell: Telling) -> Brought | None:
    """The stream of today against its old bed."""
    border, rng = tell.site.border, tell.rng
    new_bed = pushed(border, bump(0.15, 0.55, 22.0), bump(0.5, 0.9, 9.0))
    return brought(
        tell.file(
            "claim_a",
            "csv",
            measured(new_bed, 0.1, rng),
            ("甲户主张：现河道", "A: the stream of today"),
            (0.10, 0.05),
            "甲户_现河道点",
        ),
        tell.file(
            "claim_b",
            "cass_dat",
            measured(pushed(border), 0.1, rng),
            ("乙户主张：老河道", "B: the old bed"),
            (0.10, 0.05),
            "乙户_老河道点",
        ),
        tell.file(
            "natural",
            "gpx_walk",
            walked(new_bed, 3.0, rng),
            ("沿现河道走的轨迹", "a walk along the stream"),
            _PHONE,
            "现河道轨迹",
        ),
        tell.file(
            "old_map",
            "dxf",
            digitised(border, (3.5, -2.0), 5.0, rng),
            ("旧图上的河道", "the stream on the old map"),
            (3.0, 4.0),
            "旧图河道",
        ),
        verdict="real_difference",
    )


def phone_map(tell: Telling) -> Brought | None:
    """A certificate against an outline traced on a phone map."""
    border, rng = tell.site.border, tell.rng
    traced = measured(pushed(border, bump(0.1, 0.9, -8.0), step_m=60.0), 3.0, rng)
    return brought(
        tell.file(
            "claim_a",
            "shp_gbk_bare",
            tell.a_with(pushed(border)),
            ("甲户证书宗地", "A's certificate plot"),
            _SHARP,
            "甲户_草原证宗地",
        ),
        tell.file(
            "claim_b",
            "kml_gcj02",
            tell.b_with(traced),
            ("乙户手机地图图斑", "B's outline from a phone map"),
            (5.0, 5.0),
            "乙户_手机地图",
        ),
        verdict="not_enough_evidence",
    )


def within_error(tell: Telling) -> Brought | None:
    """Two measurements of one field ridge."""
    border, rng = tell.site.border, tell.rng
    sigma = (0.30, 0.10)
    a_line = measured(pushed(border, bump(0.05, 0.95, 0.22)), 0.06, rng)
    b_line = measured(pushed(border, bump(0.05, 0.95, -0.12)), 0.06, rng)
    return brought(
        tell.file(
            "claim_a", "cass_dat", a_line, ("甲户实测地埂", "the ridge as A measured it"), sigma, "甲户地埂"
        ),
        tell.file(
            "claim_b", "csv", b_line, ("乙户实测地埂", "the ridge as B measured it"), sigma, "乙户地埂"
        ),
        tell.file(
            "measured",
            "xlsx",
            measured(pushed(border), 0.03, rng),
            ("共同复测", "measured again together"),
            _RTK,
            "共同复测",
        ),
        verdict="within_error",
    )


def gap_nobody_claims(tell: Telling) -> Brought | None:
    """Two plots that leave a strip between them."""
    border = tell.site.border
    return brought(
        tell.file(
            "claim_a",
            "geojson",
            tell.a_with(pushed(border, bump(0.12, 0.9, -10.0))),
            ("甲户主张宗地", "the plot A claims"),
            (0.2, 0.1),
            "甲户宗地",
        ),
        tell.file(
            "claim_b",
            "gpkg",
            tell.b_with(pushed(border, bump(0.12, 0.9, 8.0))),
            ("乙户主张宗地", "the plot B claims"),
            (0.2, 0.1),
            "乙户宗地",
        ),
        verdict="real_difference",
    )


def unit_with_unit(tell: Telling) -> Brought | None:
    """Two villages' lines: an old map and a survey."""
    border, rng = tell.site.border, tell.rng
    return brought(
        tell.file(
            "claim_a",
            "dxf",
            digitised(pushed(border, bump(0.1, 0.9, 40.0)), (4.0, 3.0), 5.0, rng),
            ("甲村组旧图界线", "the old map of A's group"),
            (5.0, 5.0),
            "甲方旧图",
        ),
        tell.file(
            "claim_b",
            "cass_dat",
            measured(pushed(border), 0.1, rng),
            ("乙村组实测界线", "the line B's group measured"),
            (0.10, 0.05),
            "乙方界线",
        ),
        verdict="not_enough_evidence",
        way="refer",
    )


def three_way_point(tell: Telling) -> Brought | None:
    """A walk against a certificate, ending where an absent neighbour's plot begins."""
    border, rng, site = tell.site.border, tell.rng, tell.site
    meeting = [(end, tell.sites.third_plot(site, end)) for end in (border.coords[0], border.coords[-1])]
    third = next(((end, plot) for end, plot in meeting if plot is not None), None)
    if third is None:
        return None
    point = Point(third[0])
    walk = walked(pushed(border, bump(0.1, 0.9, 12.0)), 3.0, rng)
    return brought(
        tell.file(
            "claim_a", "gpx_walk", walk, ("甲户指界轨迹", "A's walk along his line"), _PHONE, "甲户指界"
        ),
        tell.file(
            "claim_b",
            "land_txt",
            site.plot_b.geometry,
            ("乙户证书宗地", "B's certificate plot"),
            _SHARP,
            "乙户_报批坐标",
        ),
        tell.file(
            "fixed_points", "csv", MultiPoint([point]), ("三方界点", "three-way point"), _RTK, "三方界点"
        ),
        verdict="not_enough_evidence",
        fixed_points=(FixedPointFact(kind="three_way", name="三方界点", geometry=point),),
        absent=third[1],
    )


def claim_as_line(tell: Telling) -> Brought | None:
    """A measured line against a contracted plot."""
    border, rng = tell.site.border, tell.rng
    return brought(
        tell.file(
            "claim_a",
            "cass_dat",
            measured(pushed(border, bump(0.15, 0.85, 4.5), step_m=12.0), 0.03, rng),
            ("甲户主张界线", "the line A claims"),
            _RTK,
            "甲户界线",
        ),
        tell.file(
            "claim_b",
            "shp_utf8",
            tell.site.plot_b.geometry,
            ("乙户承包地块", "B's contracted plot"),
            (0.15, 0.05),
            "乙户承包地块",
        ),
        tell.file(
            "contract",
            "dxf",
            pushed(border),
            ("合同附图界线", "line of the contract's map"),
            (0.3, 0.2),
            "合同附图",
        ),
        verdict="real_difference",
    )


def old_map(tell: Telling) -> Brought | None:
    """Woodland by an old map against pasture by a contract."""
    border, rng = tell.site.border, tell.rng
    old = pushed(border, bump(0.08, 0.92, 28.0))
    return brought(
        tell.file(
            "claim_a",
            "shp_gbk_bare",
            tell.a_with(old),
            ("林地：按旧图", "woodland by the old map"),
            (8.0, 12.0),
            "林权旧图宗地",
        ),
        tell.file(
            "claim_b",
            "xlsx",
            tell.site.plot_b.geometry,
            ("草场：按合同", "pasture by the contract"),
            (3.0, 2.0),
            "草场合同拐点",
        ),
        tell.file(
            "old_map",
            "dxf",
            digitised(old, (9.0, -6.0), 12.0, rng),
            ("旧地形图林界", "the forest edge on the old map"),
            (8.0, 12.0),
            "旧图林界",
        ),
        tell.file(
            "natural",
            "gpx_walk",
            walked(pushed(border, bump(0.1, 0.9, 6.0)), 3.0, rng),
            ("现林缘轨迹", "a walk along the forest edge"),
            _PHONE,
            "林缘轨迹",
        ),
        verdict="not_enough_evidence",
    )


def seasonal_pasture(tell: Telling) -> Brought | None:
    """Two herds on one ridge in summer."""
    border, rng = tell.site.border, tell.rng
    a_line, b_line = pushed(border, bump(0.06, 0.94, 70.0)), pushed(border, bump(0.06, 0.94, -45.0))
    return brought(
        tell.file(
            "claim_a",
            "kmz",
            tell.a_with(a_line),
            ("甲户夏季草场", "A's summer pasture"),
            (5.0, 3.0),
            "甲户夏场",
        ),
        tell.file(
            "claim_b",
            "gpx_walk",
            walked(b_line, 3.0, rng),
            ("乙户放牧线", "the line B herds to"),
            _PHONE,
            "乙户放牧线",
        ),
        tell.file(
            "certificate",
            "geojson",
            border,
            ("发证底图界线", "line of the certificates' base map"),
            (3.0, 2.0),
            "发证底图界线",
        ),
        verdict="not_enough_evidence",
        asked=("甲户夏场.kmz",),
    )
