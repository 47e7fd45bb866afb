"""The invented quarrels: what kind of border each needs and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.demo import bringing
from data.demo.facts import Course, LandUse
from data.demo.quarrel import Kind
from data.demo.telling import Brought, Telling

__all__ = ["STORIES", "Story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One kind of quarrel; ``{a}``, ``{b}`` and ``{place}`` are filled in from the site."""

    kind: Kind
    title: tuple[str, str]
    story: tuple[str, str]
    bring: Callable[[Telling], Brought | None]
    uses: tuple[LandUse, LandUse] = ("grassland", "grassland")
    shared: int = 14
    course: Course | None = "fence"
    length_m: tuple[float, float] = (450.0, 1_100.0)


STORIES: tuple[Story, ...] = (
    Story(
        kind="overlapping_certificates",
        title=("两证重叠：{a}与{b}", "Two certificates overlap: {a} and {b}"),
        story=(
            "{place}{a}和{b}各持一本草原证，两证宗地在围栏两侧互相压盖。两户都按自己的证主张，围栏在中间。",
            "{a} and {b} of {place} each hold a certificate; their plots overlap on both sides of the fence.",
        ),
        bring=bringing.overlapping_certificates,
    ),
    Story(
        kind="fence_moved",
        title=("围栏移位：{a}与{b}", "A moved fence: {a} and {b}"),
        story=(
            "{b}前年重拉围栏，{a}说中段往自己这边移了近二十米；旧桩坑还在。",
            "{b} put up a new fence two years ago; {a} says its middle moved nearly twenty metres. The old post "
            "holes are still there.",
        ),
        bring=bringing.fence_moved,
    ),
    Story(
        kind="stream_shifted",
        title=("河道改道：{a}与{b}", "A stream that moved: {a} and {b}"),
        story=(
            "合同写“以河为界”。发水后河道往{b}一侧改了，{a}主张现河道，{b}主张老河道。",
            "The contracts say the stream is the border. After a flood it runs farther into {b}'s side: {a} claims "
            "the stream of today, {b} the old bed.",
        ),
        bring=bringing.stream_shifted,
        course="stream",
    ),
    Story(
        kind="phone_map",
        title=("手机地图图斑：{a}与{b}", "An outline from a phone map: {a} and {b}"),
        story=(
            "{b}拿手机地图上描的图斑来，说证书把自己的草场划少了。手机地图的坐标是偏移过的。",
            "{b} brings an outline traced on a phone map and says the certificate leaves pasture out. The phone's "
            "coordinates are shifted.",
        ),
        bring=bringing.phone_map,
    ),
    Story(
        kind="within_error",
        title=("地埂之争：{a}与{b}", "The ridge of a field: {a} and {b}"),
        story=(
            "{a}和{b}各自量了同一条地埂，相差三四十厘米，争了三年。",
            "{a} and {b} each measured the same field ridge; they differ by a foot and have argued for three years.",
        ),
        bring=bringing.within_error,
        uses=("cropland", "cropland"),
        course=None,
        length_m=(90.0, 260.0),
    ),
    Story(
        kind="gap_nobody_claims",
        title=("两不管：{a}与{b}之间", "Nobody's strip between {a} and {b}"),
        story=(
            "山脊上有一条地，{a}说不是自己的，{b}也说不是自己的，补助和防火都没人管。",
            "A strip on the ridge that neither {a} nor {b} calls his own: nobody answers for it.",
        ),
        bring=bringing.gap_nobody_claims,
        course="ridge",
    ),
    Story(
        kind="unit_with_unit",
        title=("村与村界线：{a}与{b}", "Between two villages: {a} and {b}"),
        story=(
            "两村的集体草场之间，一方按旧图，一方按实测，相差四十米。单位之间的争议应由县级以上处理。",
            "Between the common pastures of two villages one side goes by an old map, the other by its survey. "
            "Quarrels of units with units go to the county.",
        ),
        bring=bringing.unit_with_unit,
        shared=9,
        course=None,
        length_m=(500.0, 2_000.0),
    ),
    Story(
        kind="three_way_point",
        title=("三方界点与缺席邻户：{a}与{b}", "A three-way point and an absent neighbour: {a} and {b}"),
        story=(
            "{a}沿界走了一遍，{b}拿证书。界线一端是三方界点，第三户外出未到：他的界线不动。",
            "{a} walked the line, {b} has a certificate. It ends at a three-way point whose third holder is away: "
            "his line does not move.",
        ),
        bring=bringing.three_way_point,
    ),
    Story(
        kind="claim_as_line",
        title=("只有一条线：{a}与{b}", "Only a line: {a} and {b}"),
        story=(
            "{a}没有宗地图，只测了一条线，说线以内是自己的耕地；{b}有承包地块。",
            "{a} has no plot, only a line he measured; {b} has a contracted plot.",
        ),
        bring=bringing.claim_as_line,
        uses=("cropland", "cropland"),
        course=None,
        length_m=(110.0, 300.0),
    ),
    Story(
        kind="old_map",
        title=("旧图林界：{a}与{b}", "The forest edge of an old map: {a} and {b}"),
        story=(
            "集体林地按旧地形图主张，{b}按草场合同主张；旧图一毫米就是几十米。",
            "The collective's woodland goes by an old topographic map, {b} by a pasture contract; a millimetre of "
            "that map is tens of metres.",
        ),
        bring=bringing.old_map,
        uses=("woodland", "grassland"),
        course=None,
        length_m=(500.0, 1_300.0),
    ),
    Story(
        kind="seasonal_pasture",
        title=("夏季草场：{a}与{b}", "Summer pasture: {a} and {b}"),
        story=(
            "山脊两边的两户夏天都把牲畜赶到脊上，重叠一大片。两户愿意商量分时轮牧，不一定要划线。",
            "Two households drive their herds onto one ridge in summer. They would rather share it by season than "
            "draw a line.",
        ),
        bring=bringing.seasonal_pasture,
        shared=12,
        course="ridge",
        length_m=(600.0, 1_600.0),
    ),
)
"""Every story but the county line's, which has no neighbouring plot; see ``data.demo.disputes``."""
