"""What other rulers, and the usual slips, make of a plot: a list of rival numbers, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo import crs, measure, rulers, uncertainty
from geo.crs import Plane
from geo.shapes import check_area
from geo.uncertainty import Accuracy
from geo.units import HALF_WIDTH_95, MU_M2, format_number, mu

__all__ = ["Explained", "explain_area"]

_UTM_SCALE = 0.9996


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One way to come to another number.

    ``area_m2`` is that number, in square metres; ``sigma_m2`` is None for a ruler or a slip, which gives
    one definite number, and a standard error for a measurement that is merely imprecise. ``zh`` and ``en``
    say how it comes about, as the end of a sentence beginning “this number was …”.
    """

    name: str
    area_m2: float
    zh: str
    en: str
    sigma_m2: float | None = None


def explain_area(
    geom: BaseGeometry,
    zone: Plane,
    *,
    accuracy: Accuracy | None = None,
    height_m: float | None = None,
) -> tuple[Explained, ...]:
    """Return what other rulers and the usual slips make of a plot, likeliest first.

    The first is the area of record itself.

    Parameters
    ----------
    geom : Polygon or MultiPolygon
        In the plane of ``zone``.
    accuracy : Accuracy, optional
        Of the plot's own points: then numbers within its error are explained by it.
    height_m : float, optional
        Height of the ground, to explain areas measured up there.

    Raises
    ------
    GeometryError
        The shape has no area.
    """
    check_area([geom])
    record = measure.area_m2(geom, zone)
    lonlat = rulers.geographic(geom, zone)
    found = [_record(record), *_planes(geom, lonlat, zone), *_maps(lonlat, record)]
    found += [*_other_ellipsoids(lonlat, zone), *_shapes(geom, zone, height_m, record)]
    found += [*_slips(found[:2]), *_errors(geom, record, accuracy)]
    return tuple(found)


def _record(area: float) -> Explained:
    return Explained(
        name="record",
        area_m2=area,
        zh="在 CGCS2000 椭球面上量的，与本系统的面积一致",
        en="measured on the CGCS2000 ellipsoid, as the area of record is",
    )


def _planes(geom: BaseGeometry, lonlat: BaseGeometry, zone: Plane) -> Iterator[Explained]:
    yield Explained(
        name="plane",
        area_m2=measure.plane_area_m2(geom),
        zh="投影平面上的面积（测图软件直接由坐标算出）：投影会改变面积，高斯投影使离中央子午线远的地方变大",
        en="the area in the plane of projection, as drawing programs reckon it from coordinates: a projection "
        "changes areas, and Gauss's swells what lies far from the central meridian",
    )
    longitude = float(shapely.centroid(lonlat).x)
    three, six = 3.0 * round(longitude / 3.0), 3.0 + 6.0 * round((longitude - 3.0) / 6.0)
    meridians = sorted(
        {three, three - 3, three + 3, six} - {zone.central_meridian_deg}, key=lambda m: abs(m - three)
    )
    for meridian in meridians:
        yield Explained(
            name="wrong_zone",
            area_m2=rulers.gauss_m2(lonlat, meridian),
            zh=f"在中央子午线 {meridian:g}° 的投影带平面上量的，不是本乡镇的投影带",
            en=f"measured in the plane of the zone of {meridian:g}° E, not the township's own",
        )
    yield Explained(
        name="utm",
        area_m2=rulers.gauss_m2(lonlat, six, scale=_UTM_SCALE),
        zh="在 UTM 投影平面上量的：UTM 把长度统一乘了 0.9996",
        en="measured in the UTM plane, which multiplies lengths by 0.9996",
    )


def _maps(lonlat: BaseGeometry, record_m2: float) -> Iterator[Explained]:
    mercator = rulers.web_mercator_m2(lonlat)
    latitude = float(shapely.centroid(lonlat).y)
    swollen = format_number(mercator / record_m2, 2)
    yield Explained(
        name="web_mercator",
        area_m2=mercator,
        zh=f"在网页墨卡托投影上量的：这种网页和手机地图投影在北纬 {latitude:.1f}° 把面积放大到 {swollen} 倍",
        en=f"measured in Web Mercator, the projection of web and phone maps, which at {latitude:.1f}° N "
        f"multiplies areas by {swollen}",
    )
    for name, sphere, radius in (
        ("sphere", rulers.MEAN_SPHERE, "6371"),
        ("equatorial_sphere", rulers.EQUATORIAL_SPHERE, "6378"),
    ):
        yield Explained(
            name=name,
            area_m2=rulers.sphere_m2(lonlat, sphere),
            zh=f"把地球当作半径 {radius} 公里的圆球量的（不少手机软件如此）",
            en=f"measured on a sphere of {radius} km, as many phone programs do",
        )
    yield from _shifted(lonlat)
    yield from _degrees(lonlat)


def _shifted(lonlat: BaseGeometry) -> Iterator[Explained]:
    for name, area, maps_zh, maps_en in (
        ("gcj02", rulers.gcj02_m2(lonlat), "高德、腾讯等手机地图（GCJ-02）", "Amap, Tencent (GCJ-02)"),
        ("bd09", rulers.bd09_m2(lonlat), "百度地图（BD-09）", "Baidu (BD-09)"),
    ):
        yield Explained(
            name=name,
            area_m2=area,
            zh=f"在加了偏移的{maps_zh}坐标上量的：偏移各处不同，面积也随之改变",
            en=f"measured on the shifted coordinates of {maps_en}: the shift differs from place to place and "
            "changes areas",
        )


def _degrees(lonlat: BaseGeometry) -> Iterator[Explained]:
    yield Explained(
        name="swapped_axes",
        area_m2=rulers.swapped_m2(lonlat),
        zh="把经度和纬度颠倒后量的",
        en="measured with longitude and latitude exchanged",
    )
    yield Explained(
        name="degrees_with_cosine",
        area_m2=rulers.degrees_with_cosine_m2(lonlat),
        zh="把每度都当作 111.32 公里粗略换算的",
        en="reckoned roughly with 111.32 km to every degree",
    )
    yield Explained(
        name="degrees_square",
        area_m2=rulers.degrees_square_m2(lonlat),
        zh="把经度也当作每度 111.32 公里换算的，没有按纬度缩短",
        en="reckoned with 111.32 km to a degree of longitude too, not shortened by latitude",
    )


def _other_ellipsoids(lonlat: BaseGeometry, zone: Plane) -> Iterator[Explained]:
    if not isinstance(zone, crs.Zone):
        return
    for name, ellipsoid, zh, en in (
        ("xian_80", rulers.XIAN_80, "1980 西安坐标系", "Xian 1980"),
        ("beijing_54", rulers.BEIJING_54, "1954 北京坐标系", "Beijing 1954"),
    ):
        yield Explained(
            name=name,
            area_m2=rulers.gauss_m2(lonlat, zone.central_meridian_deg, ellipsoid),
            zh=f"按{zh}的椭球在高斯平面上算的",
            en=f"reckoned in the Gauss plane on the ellipsoid of {en}",
        )


def _shapes(geom: BaseGeometry, zone: Plane, height_m: float | None, record_m2: float) -> Iterator[Explained]:
    if height_m is not None:
        yield Explained(
            name="ground_height",
            area_m2=record_m2 * (1 + height_m / rulers.MEAN_SPHERE.semi_major_m) ** 2,
            zh=f"在海拔 {height_m:.0f} 米的地面上量的，没有归算到椭球面",
            en=f"measured on the ground at {height_m:.0f} m, not reduced to the ellipsoid",
        )
    shell = rulers.shell_m2(geom, zone)
    if shell is not None:
        yield Explained(
            name="holes_not_taken_off",
            area_m2=shell,
            zh="没有扣除地块里面的空洞（水面、他人的地）",
            en="measured without taking off the holes inside the plot (water, others' land)",
        )
    rectangle = rulers.length_times_width_m2(geom)
    if rectangle is not None:
        yield Explained(
            name="length_times_width",
            area_m2=rectangle,
            zh="用平均长乘平均宽算的：四角不是直角时总是偏大",
            en="reckoned as mean length times mean width, too much whenever the corners are not square",
        )
    parts = shapely.get_parts(geom)
    for number, part in enumerate(parts if len(parts) > 1 else ()):
        yield Explained(
            name="one_part",
            area_m2=measure.area_m2(part, zone),
            zh=f"只量了 {len(parts)} 块中的第 {number + 1} 块",
            en=f"measured for part {number + 1} of {len(parts)} only",
        )


def _slips(bases: list[Explained]) -> Iterator[Explained]:
    """Yield slips of units on the area of record and on the plane area."""
    slips = (
        ("mu_666_67", MU_M2 / 666.67, "按 1 亩 = 666.67 平方米折算的", "converted with 666.67 m² to the mu"),
        ("mu_667", MU_M2 / 667.0, "按 1 亩 = 667 平方米折算的", "converted with 667 m² to the mu"),
        ("mu_666", MU_M2 / 666.0, "按 1 亩 = 666 平方米折算的", "converted with 666 m² to the mu"),
        ("hectares_as_mu", 1 / 15, "公顷数被当成了亩数", "a figure in hectares taken for mu"),
        ("mu_as_hectares", 15.0, "亩数被当成了公顷数", "a figure in mu taken for hectares"),
        ("ares_as_mu", MU_M2 / 100.0, "公亩（100 平方米）数被当成了亩数", "a figure in ares taken for mu"),
    )
    for name, factor, zh, en in slips:
        for base in bases:
            of_zh, of_en = ("", "") if base.name == "record" else ("（平面面积）", " (plane area)")
            yield Explained(name=name, area_m2=base.area_m2 * factor, zh=zh + of_zh, en=en + of_en)


def _errors(geom: BaseGeometry, record_m2: float, accuracy: Accuracy | None) -> Iterator[Explained]:
    """Yield measurements that are merely imprecise."""
    found = [
        (
            "walk",
            rulers.walk_sigma_m2(geom),
            "手持定位绕地走一圈量的",
            "walked round with a hand-held receiver",
        ),
        (
            "digitised",
            rulers.digitised_sigma_m2(geom, 10_000),
            "从 1:10 000 地形图上量的",
            "taken from a map of 1:10,000",
        ),
    ]
    if accuracy is not None:
        own = uncertainty.area_sigma_m2(geom, accuracy)
        found.insert(0, ("own_error", own, "同一测量方法重新量的", "measured again by the same means"))
    for name, sigma, zh, en in found:
        width = format_number(mu(HALF_WIDTH_95 * sigma), 2)
        yield Explained(
            name=name,
            area_m2=record_m2,
            sigma_m2=sigma,
            zh=f"{zh}：这样量误差有 ±{width} 亩，差别在误差以内",
            en=f"{en}: that is good to ±{width} mu, and the difference is within it",
        )
