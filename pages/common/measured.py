"""One measured shape in figures: mu ±, sides, other people's numbers, and what can be taken away."""

from __future__ import annotations

from typing import Final, get_args

import streamlit as st

from geo.errors import JiebiaoError
from geo.explain import Unit
from geo.uncertainty import Accuracy
from geo.zone import Zone
from jobs import quick_measure, township
from jobs.quick_measure import INSTRUMENTS, QuickMeasure
from layers.webmap import MapFeature
from pages.common import widgets, words
from pages.common.words import _

__all__ = ["show"]

_CLICKED: Final = 3
"""Place of “clicked on an image” among the instruments: what a drawn shape is unless somebody says otherwise."""


def show(chosen: MapFeature | None, zone: Zone) -> None:
    """Show the figures of a shape, or how to get one."""
    if chosen is None:
        widgets.empty(_("还没有量过。"), _("点图上方的“点一块地”，沿地块的边逐点点击；或在下面放入文件。"))
        return
    accuracy = _accuracy()
    try:
        found = quick_measure.measure_shape(chosen.geometry, zone, accuracy)
    except JiebiaoError as error:
        widgets.fault(error)
        return
    _figures(found)
    _sides(found)
    _other_number(found)
    _take_away(found)


def _accuracy() -> Accuracy | None:
    titles = {one.id: one.title(words.language()) for one in INSTRUMENTS}
    chosen = st.selectbox(
        _("点是怎么来的"),
        list(titles),
        format_func=titles.__getitem__,
        index=_CLICKED,
        key="measure-instrument",
    )
    return next(one.accuracy for one in INSTRUMENTS if one.id == chosen)


def _figures(found: QuickMeasure) -> None:
    if found.area_m2 is None:
        widgets.figure(_("长度"), words.length_m(found.length_m), exact=f"{found.length_m:.4f} m")
    else:
        square = f"{words.number(found.area_m2, 1)} {_('平方米')}"
        value = words.area_mu(found.area_m2, found.area_sigma_m2)
        widgets.figure(_("面积"), value, square, f"{found.area_m2:.4f} m²")
        widgets.figure(_("周长"), words.length_m(found.length_m), exact=f"{found.length_m:.4f} m")
    if found.accuracy is None:
        widgets.note(_("点位精度不清楚，所以没有 ±。"))
    elif found.area_m2 is not None:
        widgets.note(_("± 是 95% 的把握：按点的精度 {sigma} 米算。", sigma=f"{found.accuracy.sigma_own_m:g}"))


def _sides(found: QuickMeasure) -> None:
    with st.expander(_("各边长度和方位角")):
        st.dataframe(
            {
                _("边"): [f"{side.start}–{side.end}" for side in found.sides],
                _("长度（米）"): [f"{side.length_m:.2f}" for side in found.sides],
                _("方位角"): [f"{side.bearing_deg:.1f}°" for side in found.sides],
            },
            hide_index=True,
            width="stretch",
        )


def _other_number(found: QuickMeasure) -> None:
    if found.area_m2 is None:
        return
    with st.expander(_("别人说的是另一个数？")):
        value, unit = st.columns([3, 2])
        number = value.text_input(_("他说的面积"), key="measure-other", max_chars=20)
        names = {"mu": _("亩"), "ha": _("公顷"), "m2": _("平方米"), "km2": _("平方公里")}
        chosen: Unit = unit.selectbox(
            _("单位"), list(get_args(Unit)), format_func=names.__getitem__, key="measure-other-unit"
        )
        if not number.strip():
            return
        try:
            matches = quick_measure.explain_number(found, number, chosen)
        except JiebiaoError as error:
            widgets.fault(error)
            return
        for one in matches:
            st.markdown("- " + widgets.plain(one.zh if words.language() == "zh" else one.en))


def _take_away(found: QuickMeasure) -> None:
    place = st.text_input(_("地点（印在量算单上）"), key="measure-place", max_chars=60)
    lang = words.language()
    at = township.clock()

    def page() -> bytes:
        return quick_measure.sheet_pdf(found, at=at, place=place, lang=lang)

    def picture() -> bytes:
        return quick_measure.map_file(found, title=place or _("量算的地块"), lang=lang)

    def points() -> bytes:
        return quick_measure.coordinates_csv(found, lang)

    st.download_button(
        _("打印量算单"),
        page,
        file_name="measurement.pdf",
        mime="application/pdf",
        type="primary",
        width="stretch",
    )
    with st.container(horizontal=True):
        st.download_button(_("坐标表"), points, file_name="points.csv", mime="text/csv")
        st.download_button(_("手机地图文件"), picture, file_name="map.html", mime="text/html")
