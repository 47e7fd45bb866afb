"""What a file would add to the records, on the map and in a list beside it: one selects in the other."""

from __future__ import annotations

import streamlit as st

from geo.units import format_area_mu
from jobs import basemaps, maps, township
from jobs.landing import Landing
from layers.webmap import MapFeature, MapLayer, bounds_lonlat
from pages.common import mapview, session, widgets, words
from pages.common.words import _, area_mu, language

__all__ = ["MOST_SHOWN", "findings", "listed", "show_map"]

MOST_SHOWN = 3_000
"""Shapes of one kind that are drawn before they are in the records; the list has all."""

_CHOSEN, _ROW, _CLICKS = "land-chosen", "land-row", "land-clicks"
_BESIDE_A_LIST = "clamp(300px, calc(100vh - 520px), 700px)"
"""Height of the map while there is a list below it: both are seen at once."""

_LAYERS = {"overlap": "disputed", "gap": "unclaimed", "skipped": "plot_changed", "plot": "import_preview"}


def findings(landed: Landing | None) -> dict[str, tuple[str, str, MapFeature | None]]:
    """Return what is to be looked at: by id the kind in words, the sentence, and the shape if there is one."""
    found: dict[str, tuple[str, str, MapFeature | None]] = {}
    if landed is None:
        return found
    for number, one in enumerate(landed.skipped):
        said = f"{one.problem.where}　{one.problem.what(language())}{one.problem.remedy(language())}"
        shape = (
            MapFeature(id=f"skipped-{number}", geometry=one.geometry) if one.geometry is not None else None
        )
        found[f"skipped-{number}"] = (_("不收"), said.strip(), shape)
    pairs = [
        *((each, "") for each in landed.coverage.overlaps),
        *((each, _("档案里的")) for each in landed.with_records),
    ]
    for number, (each, whose) in enumerate(pairs):
        said = _("{a} 与{whose} {b} 重叠 {area}", a=each.a, whose=whose, b=each.b, area=area_mu(each.area_m2))
        properties = {"number": str(number + 1), "area_mu": format_area_mu(each.area_m2)}
        shape = MapFeature(id=f"overlap-{number}", geometry=each.geom, properties=properties)
        found[f"overlap-{number}"] = (_("重叠"), said, shape)
    for number, gap in enumerate(landed.coverage.gaps):
        said = _("地块自己的空洞 {area}", area=area_mu(gap.area_m2)) if gap.own_hole else area_mu(gap.area_m2)
        found[f"gap-{number}"] = (_("空隙"), said, MapFeature(id=f"gap-{number}", geometry=gap.geom))
    return found


def show_map(landed: Landing | None) -> None:
    """Show the records and what would be added; a click chooses what is to be looked at."""
    store, lang = session.store(), language()
    found = findings(landed)
    chosen: str | None = st.session_state.get(_CHOSEN)
    shape = found[chosen][2] if chosen in found else None
    bounds = maps.extent_lonlat(store)
    act = mapview.show(
        key="land",
        zone=session.zone(),
        layers=[*maps.township_layers(store, lang, selectable=False), *_preview(landed, found)],
        base=basemaps.base_layers(store, lang),
        view=mapview.View(bounds=bounds) if bounds else mapview.View(center=township.place(store), zoom=11),
        selected=[(_LAYERS[chosen.partition("-")[0]], chosen)] if chosen and shape else [],
        command=_fit(landed, shape, chosen),
        height=_BESIDE_A_LIST if found else mapview.TALL,
    )
    if isinstance(act, mapview.Selected) and act.id != chosen:
        st.session_state[_CHOSEN] = act.id
        # A list of a new name has no row ticked: the click on the map counts now.
        st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1
        st.session_state.pop(_ROW, None)
        st.rerun()


def _preview(landed: Landing | None, found: dict[str, tuple[str, str, MapFeature | None]]) -> list[MapLayer]:
    if landed is None:
        return []
    plots = [
        MapFeature(
            id=f"plot-{one.number}", geometry=one.geometry, properties=_read(one.code, one.measured_area_m2)
        )
        for one in landed.incoming[:MOST_SHOWN]
    ]
    titles = {"plot": _("要收的"), "skipped": _("不收的"), "overlap": _("重叠"), "gap": _("空隙")}
    shapes = {kind: [] if kind != "plot" else plots for kind in titles}
    for key, (_kind, _said, shape) in found.items():
        if shape is not None and len(shapes[key.partition("-")[0]]) < MOST_SHOWN:
            shapes[key.partition("-")[0]].append(shape)
    return [
        MapLayer.of(_LAYERS[kind], shapes[kind], title=title, selectable=kind != "plot")
        for kind, title in titles.items()
    ]


def _read(code: str, area_m2: float | None) -> dict[str, str | int | float | bool | None]:
    return {"number": maps.short_code(code), "area_mu": format_area_mu(area_m2 or 0.0)}


def _fit(landed: Landing | None, shape: MapFeature | None, chosen: str | None) -> mapview.Command | None:
    """Show the whole file when it is new, and what is chosen in the list."""
    if landed is None:
        return None
    if shape is not None:
        box = bounds_lonlat([shape.geometry], session.zone())
        return mapview.Command(seq=f"{chosen}-{landed.sha256}", bounds=box)
    shapes = [one.geometry for one in landed.incoming] or [
        one.geometry for one in landed.skipped if one.geometry is not None
    ]
    return (
        mapview.Command(seq=str(landed.sha256), bounds=bounds_lonlat(shapes, session.zone()))
        if shapes
        else None
    )


def listed(landed: Landing) -> None:
    """List what is not taken, what overlaps and what is left open; a row chosen shows on the map."""
    found = findings(landed)
    if not found:
        st.success(_("图形都成立，没有重叠，没有空隙。"))
        return
    sizes = [
        _("不收 {count} 个", count=words.count(len(landed.skipped))),
        _("重叠 {area}", area=area_mu(landed.coverage.overlap_area_m2)),
        _("空隙 {area}", area=area_mu(landed.coverage.gap_area_m2)),
    ]
    widgets.note(" · ".join(sizes))
    rows = list(found.items())
    event = st.dataframe(
        {_("情况"): [row[0] for _key, row in rows], _("说明"): [row[1] for _key, row in rows]},
        hide_index=True,
        height=min(216, 36 * (len(rows) + 1)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"land-findings-{st.session_state.get(_CLICKS, 0)}",
    )
    chosen = event["selection"]["rows"]
    wanted = rows[chosen[0]][0] if chosen and chosen[0] < len(rows) else None
    if wanted != st.session_state.get(_ROW):
        st.session_state[_ROW] = st.session_state[_CHOSEN] = wanted
        st.rerun()
    if (now := st.session_state.get(_CHOSEN)) in found:
        st.info(widgets.plain(f"{found[now][0]}：{found[now][1]}"))
