"""Definitions of reference systems as files declare them, and the old Chinese datums among them.

Xian 1980, Beijing 1954 and New Beijing have no published transformation to CGCS2000, and PROJ hands their
coordinates back *unchanged*: they are found here by code, name (in any spelling) or ellipsoid, and refused.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import pyproj
from pyproj.enums import WktVersion
from pyproj.exceptions import CRSError as PyprojCRSError

from geo.errors import CrsError
from geo.zone import Zone, all_zones, zone_of_meridian

__all__ = [
    "CrsSource",
    "crs_text",
    "datum_name",
    "find_zone",
    "flat_crs",
    "is_cgcs2000",
    "is_geographic",
    "is_mercator",
    "is_modern",
    "natural_meridian_deg",
    "no_position",
    "old_datum_in",
    "old_datum_name",
    "read_crs",
    "refuse_old_datum",
    "zone_from_epsg",
]

CrsSource: TypeAlias = int | str | pyproj.CRS
"""An EPSG code, a definition in text (``EPSG:4490``, WKT, PROJ), or a CRS already read."""

_MODERN_INVERSE_FLATTENING: Final = (298.257222101, 298.257223563, 298.2572221)

_OLD_DATUMS: Final = (
    (
        (
            "xian80",
            "xian1980",
            "gcsxian",
            "西安80",
            "80西安",
            "1980西安",
            "西安1980",
            "80国家大地",
            "1980年国家大地",
        ),
        "Xian 1980",
        "1980 西安坐标系",
    ),
    (("newbeijing", "新北京54", "新1954", "北京54新"), "New Beijing", "新 1954 北京坐标系"),
    (
        ("beijing54", "beijing1954", "bj54", "北京54", "54北京", "1954北京", "1954年北京", "北京1954"),
        "Beijing 1954",
        "1954 北京坐标系",
    ),
)
_OLD_ELLIPSOIDS: Final = (
    (6378140.0, 298.257, "Xian 1980", "1980 西安坐标系"),
    (6378245.0, 298.3, "Beijing 1954", "1954 北京坐标系"),
)

_EPSG_RUNS: Final[tuple[tuple[int, Literal[3, 6], int, bool], ...]] = (
    (4491, 6, 13, True),
    (4502, 6, 13, False),
    (4513, 3, 25, True),
    (4534, 3, 25, False),
)


@lru_cache(maxsize=256)
def _read(definition: int | str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(definition)
    except PyprojCRSError as error:
        raise CrsError(
            "crs_unreadable",
            zh="不认识坐标系定义“{definition}”：请给出 EPSG 代码，例如 4490。",
            en="The reference system {definition!s} is not understood: give an EPSG code, for example 4490.",
            definition=str(definition)[:80],
        ) from error


def read_crs(source: CrsSource) -> pyproj.CRS:
    """Return the CRS for an EPSG code, WKT (also ESRI's) or PROJ text.

    Raises
    ------
    CrsError
        ``crs_unreadable``.
    """
    if isinstance(source, pyproj.CRS):
        return source
    return _read(source)


def flat_crs(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the horizontal CRS inside bound and compound ones.

    A bound CRS carries somebody's ``towgs84``, very often zeros that mean nothing; it is not used.
    """
    while True:
        if crs.is_bound and crs.source_crs is not None:
            crs = crs.source_crs
        elif crs.is_compound:
            crs = crs.sub_crs_list[0]
        else:
            return crs


def crs_text(crs: pyproj.CRS) -> str:
    """Return a text that reads back as the same CRS: its code when certain, else WKT."""
    epsg = crs.to_epsg(min_confidence=100)
    return f"EPSG:{epsg}" if epsg is not None else crs.to_wkt(WktVersion.WKT2_2019)


def datum_name(crs: pyproj.CRS) -> str:
    """Return the name of the datum a CRS stands on, empty when it has none."""
    geodetic = crs.geodetic_crs
    datum = geodetic.datum if geodetic is not None else None
    return "" if datum is None else str(datum.name)


def is_cgcs2000(crs: pyproj.CRS) -> bool:
    """Tell whether a CRS stands on CGCS2000, however its datum is spelled."""
    name = datum_name(crs).lower()
    return ("china" in name and "2000" in name) or "cgcs2000" in name


def is_modern(crs: pyproj.CRS) -> bool:
    """Tell whether the datum stands on the ellipsoid of GRS 80, WGS 84 or CGCS2000."""
    ellipsoid = crs.ellipsoid
    return ellipsoid is not None and any(
        abs(ellipsoid.semi_major_metre - 6378137.0) < 1e-3 and abs(ellipsoid.inverse_flattening - f) < 1e-6
        for f in _MODERN_INVERSE_FLATTENING
    )


def is_geographic(crs: CrsSource) -> bool:
    """Tell whether coordinates of this CRS are longitude and latitude."""
    return bool(flat_crs(read_crs(crs)).is_geographic)


def is_mercator(crs: CrsSource) -> bool:
    """Tell whether a CRS is Mercator (Web Mercator and its like): a picture of the world, no plane to measure."""
    operation = flat_crs(read_crs(crs)).coordinate_operation
    method = operation.method_name if operation is not None else ""
    return "Mercator" in method and not any(word in method for word in ("Transverse", "Oblique"))


def natural_meridian_deg(crs: CrsSource) -> float | None:
    """Return the central meridian of a Transverse Mercator CRS (UTM, Gauss-Krüger), None for any other."""
    operation = flat_crs(read_crs(crs)).coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    for parameter in operation.params:
        if parameter.name.lower() == "longitude of natural origin":
            return math.degrees(float(parameter.value) * (parameter.unit_conversion_factor or 1.0))
    return None


def no_position(definition: str) -> CrsError:
    """Return the error for a local system that states no place on the earth."""
    return CrsError(
        "no_position",
        zh="坐标系“{definition}”是独立（工程）坐标系，没有给出它在地球上的位置：请用控制点转换后再导入。",
        en="The reference system {definition!s} is a local one that states no place on the earth: convert the "
        "data with control points first.",
        definition=definition[:80],
    )


def zone_from_epsg(epsg: int) -> Zone:
    """Return the CGCS2000 zone with this EPSG code (4491 to 4554).

    Raises
    ------
    CrsError
        ``datum_unknown`` for an old datum, ``not_a_zone`` for any other code.
    """
    for least, width, first, prefixed in _EPSG_RUNS:
        offset = epsg - least
        if 0 <= offset < (21 if width == 3 else 11):
            return Zone(width_deg=width, number=first + offset, prefixed=prefixed)
    refuse_old_datum(epsg)
    raise CrsError(
        "not_a_zone",
        zh="EPSG:{epsg} 不是 CGCS2000 高斯-克吕格分带坐标系（4491-4554），请另选。",
        en="EPSG:{epsg} is not a CGCS2000 Gauss-Krüger zone (4491 to 4554). Choose another.",
        epsg=epsg,
    )


def find_zone(crs: CrsSource) -> Zone | None:
    """Return the CGCS2000 zone that a definition describes by its parameters, whatever its name, or None.

    ESRI's ``CGCS2000_3_Degree_GK_Zone_34`` and a hand-written Transverse Mercator are both found.
    """
    if isinstance(crs, int) and 4491 <= crs <= 4554:
        return zone_from_epsg(crs)
    return _zone_of(flat_crs(read_crs(crs)))


def _zone_of(crs: pyproj.CRS) -> Zone | None:
    operation = crs.coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name or not is_cgcs2000(crs):
        return None
    value = {p.name.lower(): float(p.value) * (p.unit_conversion_factor or 1.0) for p in operation.params}
    meridian_deg = math.degrees(value.get("longitude of natural origin", math.nan))
    standard = (
        abs(value.get("scale factor at natural origin", 1.0) - 1.0) < 1e-12
        and abs(value.get("latitude of natural origin", 0.0)) < 1e-12
        and abs(value.get("false northing", 0.0)) < 1e-6
        and crs.axis_info[0].unit_conversion_factor == 1.0
    )
    return _zone_with(meridian_deg, value.get("false easting", math.nan)) if standard else None


def _zone_with(meridian_deg: float, false_easting_m: float) -> Zone | None:
    bare = zone_of_meridian(round(meridian_deg, 9)) if math.isfinite(meridian_deg) else None
    if bare is None or abs(false_easting_m - bare.false_easting_m) < 1e-6:
        return bare
    for zone in all_zones(prefixed=True):
        same_meridian = zone.central_meridian_deg == bare.central_meridian_deg
        if same_meridian and abs(zone.false_easting_m - false_easting_m) < 1e-6:
            return zone
    return None


def old_datum_name(crs: CrsSource) -> tuple[str, str] | None:
    """Return the (English, Chinese) name of the old Chinese datum a CRS stands on, or None.

    Found by datum and CRS name in any spelling, else by ellipsoid when the datum is unnamed.
    """
    flat = flat_crs(read_crs(crs))
    geodetic = flat.geodetic_crs
    names = (datum_name(flat), "" if geodetic is None else str(geodetic.name), str(flat.name))
    return old_datum_in(*names) or _old_by_ellipsoid(flat)


def old_datum_in(*names: str) -> tuple[str, str] | None:
    """Return the (English, Chinese) name of the old datum that one of ``names`` speaks of, or None.

    Examples
    --------
    >>> old_datum_in("Xian_1980_3_Degree_GK_Zone_34")
    ('Xian 1980', '1980 西安坐标系')
    >>> old_datum_in("2000国家大地坐标系") is None
    True
    """
    for name in names:
        plain = "".join(letter for letter in name.lower() if letter.isalnum())
        for keys, english, chinese in _OLD_DATUMS:
            if any(key in plain for key in keys):
                return english, chinese
    return None


def _old_by_ellipsoid(crs: pyproj.CRS) -> tuple[str, str] | None:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None or not datum_name(crs).lower().startswith(("unknown", "not specified", "d_unknown")):
        return None
    for semi_major_m, inverse_flattening, english, chinese in _OLD_ELLIPSOIDS:
        same_size = abs(ellipsoid.semi_major_metre - semi_major_m) < 0.5
        if same_size and abs(ellipsoid.inverse_flattening - inverse_flattening) < 1e-6:
            return english, chinese
    return None


def refuse_old_datum(crs: CrsSource) -> None:
    """Raise for coordinates that cannot be placed without local control points.

    Raises
    ------
    CrsError
        ``datum_unknown`` for Xian 1980, Beijing 1954 and New Beijing.
    """
    found = old_datum_name(crs)
    if found is not None:
        raise _datum_unknown(*found)


def _datum_unknown(english: str, chinese: str) -> CrsError:
    return CrsError(
        "datum_unknown",
        zh="坐标属于{datum_zh}：它与 CGCS2000 之间没有公开的转换参数，直接使用会偏移几十至上百米。"
        "请向测绘部门索取 CGCS2000 成果，或提供本地控制点。",
        en="The coordinates are in {datum}: no transformation from it to CGCS2000 is published, and using them "
        "as they are is wrong by tens of metres or more. Ask the survey office for CGCS2000 data, or give "
        "local control points.",
        datum=english,
        datum_zh=chinese,
    )
