"""What a file declares about its reference system, read and checked against itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.enums import WktVersion

from geo import crs
from geo.datum import crs_text, flat_crs, is_cgcs2000, is_modern, old_datum_in
from geo.errors import CrsError, Problem
from geo.reasons import problem
from geo.recognition import Hints

__all__ = ["Declared", "read_declared"]

_NAME_OF_2000: Final = re.compile(
    r"cgcs|国家大地|2000国家|大地2000|2000坐标|2000大地|国家2000|china[ _]?2000|china geodetic"
)
_LOCAL_NAMES: Final = ("独立", "地方", "城市坐标", "假定", "任意", "local", "arbitrary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The declaration of a file.

    Attributes
    ----------
    definition, name, epsg
        Of the declared reference system; None when none is declared or it is a zone by number only.
    zone : Zone, optional
        Declared Gauss-Krüger zone of CGCS2000.
    geographic : bool, optional
        Whether the declared system is longitude and latitude; None when no system is declared.
    cgcs2000 : bool
        True when CGCS2000 is named as the datum.
    modern : bool
        False when the datum stands on another ellipsoid than WGS 84's and its like.
    contradictory : bool
        True when parts of the declaration contradict each other; then no zone is taken from it.
    local : bool
        True when a local system without a place on the earth is declared.
    """

    definition: str | None = None
    name: str | None = None
    epsg: int | None = None
    zone: crs.Zone | None = None
    geographic: bool | None = None
    cgcs2000: bool = False
    modern: bool = True
    contradictory: bool = False
    local: bool = False
    problems: tuple[Problem, ...] = ()


def read_declared(hints: Hints) -> Declared:
    """Return what the hints declare.

    Raises
    ------
    CrsError
        ``datum_unknown`` for Xian 1980, Beijing 1954 and New Beijing, however they are declared.
    """
    by_system = _by_definition(hints)
    if hints.declared_by_user and by_system.definition is not None:
        return by_system
    _refuse_old_name(hints.declared_name)
    header = _by_header(hints)
    if by_system.definition is None:
        problems = (*by_system.problems, *header.problems)
        return replace(header, problems=problems, local=header.local or by_system.local)
    if by_system.zone is None or header.zone is None:
        return by_system
    if by_system.zone.central_meridian_deg == header.zone.central_meridian_deg:
        return by_system
    return _contradictory(by_system.zone, header.zone)


def _refuse_old_name(name: str | None) -> None:
    old = old_datum_in(name) if name else None
    if old is not None:
        crs.refuse_old_datum(4610 if old[0] == "Xian 1980" else 4555 if old[0] == "New Beijing" else 4214)


def _by_definition(hints: Hints) -> Declared:
    texts = [text for text in (hints.wkt, _epsg_text(hints.declared_epsg)) if text]
    if hints.declared_by_user:
        texts.reverse()
    problems: list[Problem] = []
    local = False
    for text in texts:
        try:
            return _of_text(text)
        except CrsError as error:
            if error.code == "datum_unknown":
                raise
            local = local or error.code == "local_system"
            problems.append(error.problem("请给出 EPSG 代码。", "Give the EPSG code."))
    return Declared(problems=tuple(problems), local=local)


def _epsg_text(epsg: int | None) -> str | None:
    return None if epsg is None else f"EPSG:{epsg}"


@lru_cache(maxsize=128)
def _of_text(text: str) -> Declared:
    crs.refuse_old_datum(text)
    flat = flat_crs(crs.read_crs(text))
    if flat.geodetic_crs is None:
        raise CrsError(
            "local_system",
            zh="文件声明的坐标系“{name}”是独立坐标系，没有地理位置",
            en="The declared reference system {name} is a local one without a place on the earth",
            name=str(flat.name),
        )
    zone = crs.find_zone(flat)
    return Declared(
        definition=crs_text(flat) if zone is None else zone.definition,
        name=str(flat.name) if zone is None else zone.name,
        epsg=flat.to_epsg() if zone is None else zone.epsg,
        zone=zone,
        geographic=bool(flat.is_geographic),
        cgcs2000=is_cgcs2000(flat),
        modern=is_modern(flat),
    )


def _by_header(hints: Hints) -> Declared:
    """Read zone number, zone width, central meridian and the datum's name, as land-approval files state them."""
    name = (hints.declared_name or "").lower()
    cgcs2000 = _NAME_OF_2000.search(name) is not None
    if any(key in name for key in _LOCAL_NAMES):
        return Declared(local=True, problems=(problem("local_name", name=hints.declared_name),))
    by_number, problems = _zone_by_number(hints.declared_zone, hints.declared_zone_width_deg)
    meridian_deg = hints.central_meridian_deg
    if meridian_deg is None:
        return Declared(zone=by_number, cgcs2000=cgcs2000, problems=problems)
    if by_number is not None and abs(by_number.central_meridian_deg - meridian_deg) > 1e-6:
        return _contradictory(by_number, meridian_deg)
    by_meridian = crs.zone_of_meridian(meridian_deg)
    if by_meridian is not None:
        return Declared(zone=by_number or by_meridian, cgcs2000=cgcs2000, problems=problems)
    return _own_meridian(meridian_deg)


def _zone_by_number(number: int | None, width_deg: int | None) -> tuple[crs.Zone | None, tuple[Problem, ...]]:
    if number is None:
        return None, ()
    try:
        natural = crs.prefixed_zone(number).working
    except CrsError as error:
        return None, (error.problem("请核对带号。", "Check the zone number."),)
    if width_deg in (None, natural.width_deg):
        return natural, ()
    found = problem("width_contradicts", number=number, stated_deg=width_deg, natural_deg=natural.width_deg)
    return natural, (found,)


def _contradictory(one: crs.Zone, other: crs.Zone | float) -> Declared:
    meridian_deg = other.central_meridian_deg if isinstance(other, crs.Zone) else other
    found = problem("declaration_contradicts", one=one.central_meridian_deg, other=meridian_deg)
    return Declared(contradictory=True, problems=(found,))


@lru_cache(maxsize=32)
def _own_meridian(meridian_deg: float) -> Declared:
    """Return CGCS2000 Gauss-Krüger on a town's own central meridian."""
    name = f"CGCS2000 / Gauss-Kruger CM {meridian_deg:g}E"
    conversion = TransverseMercatorConversion(
        latitude_natural_origin=0.0,
        longitude_natural_origin=meridian_deg,
        false_easting=500_000.0,
        scale_factor_natural_origin=1.0,
    )
    plane = ProjectedCRS(name=name, conversion=conversion, geodetic_crs=crs.read_crs(crs.EPSG_CGCS2000))
    return Declared(
        definition=plane.to_wkt(WktVersion.WKT2_2019), name=name, geographic=False, cgcs2000=True, modern=True
    )
