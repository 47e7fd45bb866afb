"""What a map layer is: its fields, its symbol and the scales it is drawn at; nothing about where it is shown.

The web map, the printed sheet and QGIS's style are three readings of the same definition, so a thing
cannot look or be called one way on the screen and another on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.errors import ArgumentError, Language
from layers import style

__all__ = ["LAYERS", "Field", "LayerDefinition", "definition"]

GeometryKind = Literal["point", "line", "polygon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One attribute that people may read on the map."""

    name: str
    title_zh: str
    title_en: str

    def title(self, lang: Language = "zh") -> str:
        """Return the field's title in ``lang``."""
        return self.title_zh if lang == "zh" else self.title_en


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDefinition:
    """One layer: identity, words, geometry, fields, symbol and scale range.

    ``largest_scale`` and ``smallest_scale`` are scale denominators: the layer is drawn when
    largest_scale <= denominator < smallest_scale; ``None`` means no limit.
    """

    id: str
    title_zh: str
    title_en: str
    geometry: GeometryKind
    symbol_name: str
    fields: tuple[Field, ...] = ()
    label_field: str | None = None
    largest_scale: int | None = None
    smallest_scale: int | None = None
    label_smallest_scale: int | None = None

    @property
    def symbol(self) -> style.Symbol:
        """How it looks."""
        return style.symbol(self.symbol_name)

    def title(self, lang: Language = "zh") -> str:
        """Return the layer's title in ``lang``."""
        return self.title_zh if lang == "zh" else self.title_en


_NAME = Field(name="name", title_zh="名称", title_en="Name")
_NUMBER = Field(name="number", title_zh="编号", title_en="Number")
_HOLDER = Field(name="holder", title_zh="承包方", title_en="Holder")
_USE = Field(name="land_use", title_zh="地类", title_en="Land use")
_AREA = Field(name="area_mu", title_zh="面积（亩）", title_en="Area (mu)")
_SIDE = Field(name="label", title_zh="说明", title_en="Label")
_VERDICT = Field(name="verdict", title_zh="测量意见", title_en="Measuring opinion")
_PLOT_FIELDS = (_NUMBER, _HOLDER, _USE, _AREA)


def _line(id_: str, zh: str, en: str, smallest: int | None = None) -> LayerDefinition:
    return LayerDefinition(
        id=id_,
        title_zh=zh,
        title_en=en,
        geometry="line",
        symbol_name=id_,
        fields=(_SIDE,),
        smallest_scale=smallest,
    )


def _plots(id_: str, zh: str, en: str) -> LayerDefinition:
    return LayerDefinition(
        id=id_,
        title_zh=zh,
        title_en=en,
        geometry="polygon",
        symbol_name=id_,
        fields=_PLOT_FIELDS,
        label_field="number",
        label_smallest_scale=15_000,
    )


def _points(id_: str, zh: str, en: str, smallest: int | None = None) -> LayerDefinition:
    return LayerDefinition(
        id=id_,
        title_zh=zh,
        title_en=en,
        geometry="point",
        symbol_name=id_,
        fields=(_NAME,),
        label_field="name",
        smallest_scale=smallest,
        label_smallest_scale=25_000,
    )


def _area(id_: str, zh: str, en: str, fields: tuple[Field, ...] = (_NUMBER, _AREA)) -> LayerDefinition:
    return LayerDefinition(
        id=id_,
        title_zh=zh,
        title_en=en,
        geometry="polygon",
        symbol_name=id_,
        fields=fields,
        label_field="number",
    )


_ALL = (
    _plots("plot_grassland", "草原地块", "Grassland plots"),
    _plots("plot_cropland", "耕地地块", "Cropland plots"),
    _plots("plot_woodland", "林地地块", "Woodland plots"),
    _plots("plot", "地块", "Plots"),
    _plots("plot_changed", "变更后的地块", "Changed plots"),
    _line("stream", "溪流", "Streams"),
    _line("ridge", "山脊", "Ridges", 100_000),
    _line("road", "道路", "Roads"),
    _line("track", "便道", "Tracks", 100_000),
    _line("boundary", "界线", "Boundary lines"),
    _line("boundary_agreed", "已议定的界线", "Agreed boundary lines"),
    _line("village", "村界", "Village borders"),
    _line("township", "乡界", "Township border"),
    _line("county", "县界", "County border"),
    _points("household", "住户", "Households", 50_000),
    _points("place", "地名", "Places"),
    _points("village_seat", "村委会", "Village seats"),
    _area("disputed", "争议区", "Disputed area", (_NUMBER, _AREA, _VERDICT)),
    _area("unclaimed", "两家均未主张", "Unclaimed ground"),
    _line("certificate", "证书界线", "Certificate line"),
    _line("decision", "处理决定界线", "Line of a decision"),
    _line("agreement", "以前的协议界线", "Line of an earlier agreement"),
    _line("contract", "合同附图界线", "Line of the contract's map"),
    _line("old_map", "旧图界线", "Old map's line"),
    _line("natural", "自然界线（山脊、溪流）", "Natural line (ridge, stream)"),
    _line("measured", "实测界线", "Measured line"),
    _line("claim_a", "甲方主张线", "Claim line of A"),
    _line("claim_b", "乙方主张线", "Claim line of B"),
    _line("closing", "闭合线", "Closing segment"),
    _line("stretch_agreed", "两家一致的一段", "Agreed stretch"),
    _line("proposal", "方案线", "Proposed line"),
    _line("agreed", "议定界线", "Agreed line"),
    _points("marker", "界桩", "Boundary markers"),
    _points("marker_shared", "共有界址点", "Shared boundary points"),
    _points("end_point", "界线端点", "End points"),
    _points("photo", "现场照片", "Photographs"),
    _area("measured_plot", "量算的地块", "Measured plot"),
    _line("measured_line", "量算的线", "Measured line"),
    _points("measured_point", "量算的界址点", "Measured points"),
    _area("import_preview", "文件内容预览", "Preview of the file"),
)

LAYERS: Mapping[str, LayerDefinition] = MappingProxyType({layer.id: layer for layer in _ALL})
"""Every layer by id, in drawing order from the bottom up."""


def definition(id_: str) -> LayerDefinition:
    """Return the layer ``id_``.

    Raises
    ------
    ArgumentError
        ``layer_unknown`` when no layer has this id.
    """
    try:
        return LAYERS[id_]
    except KeyError:
        raise ArgumentError(
            "layer_unknown",
            zh="没有图层 {name}。",
            en="There is no layer {name}.",
            where=id_,
            name=id_,
        ) from None
