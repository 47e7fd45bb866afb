"""A valley with one quarrel in it, and the files both sides bring: for tests of the pages and for the tutorial."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon, box

from data.exporting.facts import OutFeature, OutLayer
from data.exporting.shapefile import write as write_shapefile
from data.exporting.target import target_for
from data.store import Feature, Household, Party, Plot, Store, Unit
from geo import crs, shift
from geo.zone import Zone
from tests.server import LOGIN, PASSWORD

__all__ = ["EPSG", "LOGIN", "PASSWORD", "ZONE", "border", "files", "land", "make_store", "write_files"]

EPSG = 4543
ZONE = Zone(width_deg=3, number=34)
_EAST_M, _NORTH_M = 525_000.0, 4_473_000.0
_PEOPLE = ("苏和", "巴图", "其木格", "王守田", "乌兰", "张满仓")
_WIGGLE_M = (0.0, 14.0, -6.0, 9.0, 21.0, 12.0, -4.0, 0.0)


def border(push_m: float = 0.0, row: int = 1) -> LineString:
    """Return the common line of the two plots of a row, bent east by up to ``push_m`` in its middle."""
    south = _NORTH_M + row * 600
    along = np.linspace(0.0, 1.0, len(_WIGGLE_M))
    east = _EAST_M + 800 + np.array(_WIGGLE_M) + push_m * np.sin(np.pi * np.clip((along - 0.2) / 0.6, 0, 1))
    return LineString(np.round(np.column_stack([east, south + along * 600]), 3))


def land() -> dict[str, Polygon]:
    """Return six plots in three rows that meet without gaps."""
    found = {}
    for row in range(3):
        line = np.asarray(border(row=row).coords)
        south, north = _NORTH_M + row * 600, _NORTH_M + (row + 1) * 600
        west = [(_EAST_M, north), (_EAST_M, south)]
        east = [(_EAST_M + 1600, north), (_EAST_M + 1600, south)]
        found[f"07-{2 * row + 1:02d}"] = shapely.orient_polygons(Polygon([*line, *west]))
        found[f"07-{2 * row + 2:02d}"] = shapely.orient_polygons(Polygon([*line, *east]))
    return found


def make_store(path: Path, *, accounts: bool = True) -> None:
    """Write the valley: six registered plots, their holders, the village as issuer, and three accounts."""
    store = Store.create(path, epsg=EPSG, name="青石乡", clock=lambda: datetime.now(UTC))
    with store.change(by="system", action="test.make"):
        ground = box(_EAST_M, _NORTH_M, _EAST_M + 1600, _NORTH_M + 1800)
        unit = store.units.add(Unit(tier="village", code="V1", name="南沟村", geometry=ground))
        issuer = store.parties.add(
            Party(code="V1", kind="collective", name="南沟村村民委员会", unit_id=unit.id)
        )
        for (code, shape), name in zip(land().items(), _PEOPLE, strict=True):
            _settle(store, unit.id, issuer.id, code, shape, name)
        course = LineString(
            [(_EAST_M, _NORTH_M + 500), (_EAST_M + 900, _NORTH_M + 560), (_EAST_M + 1600, _NORTH_M + 420)]
        )
        store.features("stream").add(Feature(name="南沟", geometry=course))
    if accounts:
        store.accounts.create(login=LOGIN, name="王调解", role="administrator", password=PASSWORD)
        store.accounts.create(login="li", name="李文书", role="editor", password=PASSWORD, by="u1")
        store.accounts.create(login="zhao", name="赵站长", role="viewer", password=PASSWORD, by="u1")
    store.close()


def _settle(store: Store, unit_id: int, issuer_id: int, code: str, shape: Polygon, name: str) -> None:
    holder = store.parties.add(Party(code=f"P{code}", name=name, unit_id=unit_id))
    plot = Plot(
        code=code,
        unit_id=unit_id,
        holder_id=holder.id,
        issuer_id=issuer_id,
        certificate_number=f"青草证字第 {code} 号",
        contract_area_m2=round(shape.area, -1),
        sigma_own_m=0.3,
        sigma_common_m=0.2,
        geometry=shape,
    )
    store.plots.register(store.plots.add(plot))
    store.households.add(
        Household(code=f"H{code}", party_id=holder.id, unit_id=unit_id, geometry=shape.representative_point())
    )


def files() -> Mapping[str, bytes]:
    """Return what is brought: certificate plots, a phone map, a walk, a survey, and a file with nothing in it."""
    return {
        "证书宗地.zip": _certificates(),
        "甲户手机图.kml": _phone_map(),
        "乙户走边界.gpx": _walk(),
        "围栏实测.dat": _survey(),
        "空表.csv": b"",
    }


def write_files(folder: Path) -> dict[str, Path]:
    """Put the files on disk and return their paths by name."""
    found = {}
    for name, content in files().items():
        found[name] = folder / name
        found[name].write_bytes(content)
    return found


def _lonlat(shape: shapely.Geometry) -> np.ndarray:
    return crs.to_geographic(shapely.get_coordinates(shape), ZONE)


def _certificates() -> bytes:
    """A zipped shapefile in GBK without .cpg and without .prj."""
    plots = [
        OutFeature(id=code, name=code, geometry=shape, properties={"地块编码": code, "权利人": name})
        for (code, shape), name in zip(land().items(), _PEOPLE, strict=True)
    ]
    layer = OutLayer(title="证书宗地", plane=ZONE, features=plots)
    whole = write_shapefile(layer, target_for("shapefile", ZONE, None), "gb18030")
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(bare, "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith((".cpg", ".prj")):
                target.writestr(entry, source.read(entry))
    return bare.getvalue()


def _phone_map() -> bytes:
    """A's claim drawn on a phone's shifted map, 16 m beyond the certificate."""
    shape = land()["07-03"]
    claimed = Polygon(
        [*np.asarray(border(16.0).coords), (_EAST_M, _NORTH_M + 1200), (_EAST_M, _NORTH_M + 600)]
    )
    assert shape.intersects(claimed)
    shifted = shift.gcj02_from_wgs84(_lonlat(claimed.exterior))
    places = " ".join(f"{lon:.8f},{lat:.8f},0" for lon, lat in shifted)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        "<Placemark><name>甲户主张</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{places}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    ).encode()


def _walk() -> bytes:
    """B's walk along the line he claims, 11 m inside A's certificate, one fix every five seconds."""
    line = border(-11.0)
    walked = shapely.segmentize(line, 7.0)
    noise = np.random.default_rng(7).normal(0.0, 0.4, shapely.get_coordinates(walked).shape)
    noise[[0, -1]] = 0.0
    degrees = crs.to_geographic(shapely.get_coordinates(walked) + noise, ZONE)
    start = datetime(2026, 9, 3, 1, 0, tzinfo=UTC)
    points = "".join(
        f'<trkpt lat="{lat:.8f}" lon="{lon:.8f}"><ele>1520</ele>'
        f"<time>{(start + timedelta(seconds=5 * i)).isoformat().replace('+00:00', 'Z')}</time></trkpt>"
        for i, (lon, lat) in enumerate(degrees)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="Garmin eTrex 32x"'
        ' xmlns="http://www.topografix.com/GPX/1/1"><trk><name>乙户走边界</name><trkseg>'
        f"{points}</trkseg></trk></gpx>"
    ).encode()


def _survey() -> bytes:
    """The fence measured in presence of both, a CASS file of points: number, code, east, north, height."""
    rows = [
        f"{i},JZ,{east:.3f},{north:.3f},1520.000"
        for i, (east, north) in enumerate(np.asarray(border(3.0).coords), start=1)
    ]
    return ("\r\n".join(rows) + "\r\n").encode("gbk")
