"""Drop files, read what they were taken for, say if that is wrong.

::

    taken = filedrop.show(key="measure", zone=zone, near=place)
    for file in taken:
        if file.placed: ...          # file.features, file.areas(), file.lines() in the working plane

Never a silent guess and never a box of codes: one line says how many points, which reference system, which
order of axes and which shift; the reasons open below it; a file that may be several things is asked about.
Files are read once; an answer only places them anew.
"""

from __future__ import annotations

import hashlib
from typing import Final

import streamlit as st

from geo.recognition import Recognition
from geo.zone import Zone
from jobs import intake
from jobs.intake import Overrule, TakenFile, Upload
from pages.common import widgets
from pages.common.words import _, language

__all__ = ["TYPES", "show", "traits", "understood"]

TYPES: Final = [
    *("zip", "shp", "shx", "dbf", "prj", "cpg", "kml", "kmz", "gpx", "dat", "txt", "dxf"),
    *("xlsx", "xls", "csv", "geojson", "json", "gpkg", "tcx"),
]
"""Endings the browser offers; what is inside decides."""


def show(*, key: str, zone: Zone, near: tuple[float, float]) -> tuple[TakenFile, ...]:
    """Show the place to drop files and what each was taken for; return them as they now stand.

    Parameters
    ----------
    key : str
        Name in the session.
    zone : Zone
        The township's zone: files are placed in it.
    near : (longitude, latitude)
        Where the township lies, degrees.
    """
    dropped = st.file_uploader(
        _("放入文件（轨迹、坐标、图形，可以多个）"),
        type=TYPES,
        accept_multiple_files=True,
        key=f"{key}-files",
    )
    if not dropped:
        return ()
    uploads = [Upload(name=one.name, data=one.getvalue()) for one in dropped]
    read = _read(key, uploads, zone, near)
    return tuple(_one(f"{key}-{number}", file, zone, near) for number, file in enumerate(read))


def _read(key: str, uploads: list[Upload], zone: Zone, near: tuple[float, float]) -> tuple[TakenFile, ...]:
    """Read the files, once for the same content."""
    digest = hashlib.sha256(repr((zone, near)).encode())
    for one in uploads:
        digest.update(one.name.encode() + b"\0" + one.data)
    kept = st.session_state.get(f"{key}-taken")
    if kept is None or kept[0] != digest.hexdigest():
        with st.spinner(_("正在读文件……"), show_time=True):
            kept = (digest.hexdigest(), intake.take_in(uploads, near=near, zone=zone))
        st.session_state[f"{key}-taken"] = kept
    files: tuple[TakenFile, ...] = kept[1]
    return files


def _one(key: str, file: TakenFile, zone: Zone, near: tuple[float, float]) -> TakenFile:
    with st.container(border=True):
        st.markdown(f"**{widgets.plain(file.path)}**")
        if file.error is not None:
            widgets.fault(file.error)
            return file
        said = st.container()
        answered = _answered(key, file, zone, near)
        said.markdown(widgets.plain(understood(answered)))
        widgets.problems(answered.problems)
        _reasons(answered)
    return answered


def understood(file: TakenFile) -> str:
    """Return in one line what a file was taken for."""
    found = file.recognition
    count = len(file.imported.coords()) if file.imported is not None else 0
    points = _("{count} 个点", count=count)
    if found is None:
        return points
    if found.status == "refused":
        return "，".join([points, _("放不到图上")])
    if found.status == "ask":
        return "，".join([points, _("可能是几种坐标，请在下面选一种")])
    return "，".join([points, *traits(found)])


def traits(found: Recognition) -> list[str]:
    """Return what a reading says of a file, a few words each: order of axes, reference system, shift."""
    orders = {
        "east_north": _("东坐标在前"),
        "north_east": _("北坐标在前"),
        "lon_lat": _("经度在前"),
        "lat_lon": _("纬度在前"),
    }
    shifts = {
        "none": "",
        "gcj02": _("是手机地图的偏移坐标（GCJ-02），已还原"),
        "bd09": _("是百度地图的偏移坐标（BD-09），已还原"),
        "unknown": _("不知道有没有偏移，不能算面积"),
    }
    return [
        part for part in (orders.get(found.axis_order or "", ""), _system(found), shifts[found.shift]) if part
    ]


def _system(found: Recognition) -> str:
    """Return the reference system without a code: of a zone its meridian."""
    if found.zone is None:
        return "CGCS2000" if found.crs_name == "China Geodetic Coordinate System 2000" else found.crs_name
    datum = found.crs_name.partition(" / ")[0]
    return _("{datum}，中央经线 {deg}°", datum=datum, deg=f"{found.zone.central_meridian_deg:.0f}")


def _answered(key: str, file: TakenFile, zone: Zone, near: tuple[float, float]) -> TakenFile:
    """Ask where the file may be several things, or where the user says it is wrong."""
    found = file.recognition
    if found is None:
        return file
    overrule = None
    if found.candidates:
        overrule = _candidate(key, found)
    elif found.status != "refused":
        overrule = _correction(key, found)
    if overrule is None:
        return file
    return intake.place_again(file, overrule, near=near, zone=zone)


def _candidate(key: str, found: Recognition) -> Overrule | None:
    titles = ["，".join(traits(one)) for one in found.candidates]
    chosen = st.radio(
        _("这个文件是哪一种坐标？"),
        range(len(titles)),
        format_func=titles.__getitem__,
        index=None,
        key=f"{key}-is",
    )
    return Overrule(candidate=chosen) if chosen is not None else None


def _correction(key: str, found: Recognition) -> Overrule | None:
    """Offer what may be said against a decision: another shift for degrees, another order for metres."""
    answers: dict[str, Overrule | None] = {_("没有错"): None}
    if found.geographic:
        answers[_("没有偏移（GPS、测量仪的坐标）")] = Overrule(shift="none")
        answers[_("手机地图的偏移坐标")] = Overrule(shift="gcj02")
        answers[_("百度地图的偏移坐标")] = Overrule(shift="bd09")
    else:
        answers[_("东坐标在前")] = Overrule(axis_order="east_north")
        answers[_("北坐标在前")] = Overrule(axis_order="north_east")
    with st.popover(_("不对？")):
        chosen = st.radio(_("应该是"), list(answers), key=f"{key}-other")
    return answers[chosen]


def _reasons(file: TakenFile) -> None:
    found = file.recognition
    if found is None or not found.why:
        return
    with st.expander(_("为什么这样认")):
        for sentence in found.sentences(language()):
            st.markdown(f"- {widgets.plain(sentence)}")
