"""The facts of recognition: what a file says about its coordinates, and what they were taken for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from geo.errors import Language, Problem
from geo.zone import Zone

__all__ = ["AngleUnit", "AxisOrder", "Hints", "Reason", "Recognition", "Shift", "Status"]

AxisOrder: TypeAlias = Literal["east_north", "north_east", "lon_lat", "lat_lon"]
AngleUnit: TypeAlias = Literal["degrees", "packed_dms"]
Shift: TypeAlias = Literal["none", "gcj02", "bd09", "unknown"]
Status: TypeAlias = Literal["decided", "ask", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a file, its maker or the user says about its coordinates; everything may be missing or wrong.

    Attributes
    ----------
    declared_epsg : int, optional
        EPSG code the file states.
    declared_zone, declared_zone_width_deg : int, optional
        Zone number 带号 and width 几度分带 the file states.
    central_meridian_deg : float, optional
        Central meridian 中央子午线 the file states.
    declared_name : str, optional
        Name of the reference system in words (``2000国家大地坐标系``).
    axis : str, optional
        Order of the two columns by the format's rule or the column heads: ``"north_east"``, ``"east_north"``,
        ``"lon_lat"`` or ``"lat_lon"``.
    axis_named : bool
        True when the file *names* its columns or attributes (GPX, a CSV with heads 经度 and 纬度), so that the
        order is a statement of this file and not only a rule of the format.
    format : str
        Format as the importers call it (``"gpx"``, ``"geojson"``, ``"land_txt"``).
    app : str, optional
        Program or site the file came from, in its own words.
    near_lonlat : tuple of float, optional
        Longitude and latitude of the township, degrees.
    wkt : str, optional
        Definition of the reference system (``.prj``, ``srs``), WKT or PROJ text.
    shift : str, optional
        Map shift as the *user* states it.
    declared_by_user : bool
        True when the user himself stated the reference system; then nobody is asked again about a shift.
    decimal_degrees : bool, optional
        True when the file says that its angles are decimal degrees, False that they are packed
        degrees-minutes-seconds (``DDD.MMSS``), None when it does not say.
    """

    declared_epsg: int | None = None
    declared_zone: int | None = None
    declared_zone_width_deg: int | None = None
    central_meridian_deg: float | None = None
    declared_name: str | None = None
    axis: AxisOrder | None = None
    axis_named: bool = False
    format: str = ""
    app: str | None = None
    near_lonlat: tuple[float, float] | None = None
    wkt: str | None = None
    shift: Literal["none", "gcj02", "bd09"] | None = None
    declared_by_user: bool = False
    decimal_degrees: bool | None = None

    def near(self, lon_deg: float, lat_deg: float) -> Hints:
        """Return the same hints for a township at this place."""
        return replace(self, near_lonlat=(lon_deg, lat_deg))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason of a decision, as the user reads it."""

    code: str
    zh: str
    en: str

    def sentence(self, lang: Language = "zh") -> str:
        """Return the reason in ``lang``."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What coordinates were taken for, how surely, and why.

    Attributes
    ----------
    status : str
        ``"decided"``, ``"ask"`` (the candidates are listed) or ``"refused"``.
    crs_name, epsg, definition : str, int or None, str or None
        Name and code of the reference system, and the text PROJ reads; None while not known.
    zone : Zone, optional
        Gauss-Krüger zone of CGCS2000, with the form of the easting.
    axis_order : str, optional
        Order of the two columns; None while not known.
    shift : str
        ``"none"``, ``"gcj02"``, ``"bd09"`` or ``"unknown"``.
    confidence : float
        0 to 1; 1 only for what the numbers themselves prove.
    why : tuple of Reason
        In the order in which they decided.
    candidates : tuple of Recognition
        For ``"ask"``: what it may be, likeliest first; each is decided and can be used as it is.
    problems : tuple of Problem
        Contradictions and doubts that stay although it is decided.
    angle_unit : str
        How geographic coordinates are written.
    distance_km : float, optional
        From the township to the middle of the data, when the place of both is known.
    datum_assumed : bool
        True when no datum is stated and CGCS2000 is taken (the only one in force since 2018-07-01).
    """

    status: Status
    crs_name: str
    epsg: int | None = None
    definition: str | None = None
    zone: Zone | None = None
    axis_order: AxisOrder | None = None
    shift: Shift = "unknown"
    confidence: float = 0.0
    why: tuple[Reason, ...] = ()
    candidates: tuple[Recognition, ...] = ()
    problems: tuple[Problem, ...] = ()
    angle_unit: AngleUnit = "degrees"
    distance_km: float | None = None
    datum_assumed: bool = False

    @property
    def measurable(self) -> bool:
        """Tell whether areas of record may be computed: decided, and the shift known (DEFINITIONS 18)."""
        return self.status == "decided" and self.shift != "unknown"

    @property
    def geographic(self) -> bool:
        """Tell whether the coordinates are longitudes and latitudes."""
        return self.axis_order in ("lon_lat", "lat_lon")

    def sentences(self, lang: Language = "zh") -> tuple[str, ...]:
        """Return the reasons in ``lang``."""
        return tuple(reason.sentence(lang) for reason in self.why)
