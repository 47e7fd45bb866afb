"""Repairs of a track: what was wrong, where, and what mending it did to the length; in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.errors import Language

__all__ = ["CODES", "Repair"]

CODES: dict[str, tuple[str, str]] = {
    "pause_marker": (
        "{count} 个暂停/继续标记（纬度 100 或 200）不是位置，已去掉，轨迹在此断开",
        "{count} pause or resume markers (latitude 100 or 200) are no positions: removed, the track is cut there",
    ),
    "impossible_position": (
        "{count} 个点的经纬度在地球上不存在，已去掉",
        "{count} points lie nowhere on earth: removed",
    ),
    "zero_position": (
        "{count} 个点在经纬度 0,0（未定位），已去掉",
        "{count} points at longitude and latitude 0 (no fix yet): removed",
    ),
    "stale_fix": (
        "{count} 个陈旧点：离前后轨迹 {distance_km} 公里，已去掉",
        "{count} stale fixes {distance_km} km off the rest of the track: removed",
    ),
    "jump": (
        "{count} 个跳点：须以每秒 {speed_ms} 米走到 {distance_km} 公里外，已去掉",
        "{count} fixes that jump {distance_km} km away at {speed_ms} m/s: removed",
    ),
    "spike": (
        "{count} 个尖刺点：突然偏出 {distance_m} 米又回来，已去掉",
        "{count} fixes that dart {distance_m} m aside and back: removed",
    ),
    "jump_cut": (
        "前后两段相距 {distance_km} 公里，不可能这样走到，在此断开，不计长度",
        "Two stretches {distance_km} km apart, which nobody covers in the time: cut here, no length counted",
    ),
    "recording_gap": (
        "停记 {gap_h} 小时，其间移动 {distance_km} 公里没有记录，在此断开，不计长度",
        "Nothing was recorded for {gap_h} h over {distance_km} km: cut here, no length counted",
    ),
    "reversed": (
        "各点按时间倒序存放，已按时间重排",
        "The fixes stand in the reverse order of time: turned round",
    ),
    "repeated_track": (
        "与本文件的 {other} 相同，只算一次",
        "The same as {other} of this file: counted once",
    ),
    "planned_route": (
        "这是计划路线，不是走出来的轨迹，不计里程（长 {distance_km} 公里）",
        "A planned route, not a recorded track: nothing is counted as walked ({distance_km} km long)",
    ),
    "drawn_line": (
        "这是画出来的线，没有任何定位时间，不是记录的轨迹",
        "A drawn line without a single time: it was not recorded",
    ),
    "single_fix": (
        "只有一个位置，没有长度",
        "There is only one position: no length",
    ),
    "time_missing": (
        "{count} 个点没有时间（共 {total} 个点）",
        "{count} of {total} points have no time",
    ),
    "time_too_early": (
        "{count} 个点的时间早于 1990 年（如 {first}），时钟没有对准，这些时间不用",
        "{count} stamps lie before 1990 (such as {first}): the clock was not set; they are not used",
    ),
    "time_in_future": (
        "{count} 个点的时间在将来（如 {first}），不可信，这些时间不用",
        "{count} stamps lie in the future (such as {first}): they are not used",
    ),
    "time_backwards": (
        "{count} 个点的时间倒退，这些时间不用，位置保留",
        "{count} stamps run backwards: they are not used, the positions are kept",
    ),
    "time_repeated": (
        "{count} 个点重复同一时刻而位置已变，这些时间不用",
        "{count} points repeat a stamp although they moved on: their times are not used",
    ),
    "clock_implausible": (
        "按所记时间须以每秒 {speed_ms} 米移动，时间不可信，全部不用",
        "By its stamps the track moves at {speed_ms} m/s throughout: no time is used",
    ),
    "time_computed": (
        "全程速度几乎不变（相差不到百分之一），时间像是软件推算或手工编辑的，请核实",
        "The speed never changes by more than 1 %: the times look computed or edited by hand; please check",
    ),
    "duplicate_upload": (
        "与文件 {other} 是同一条轨迹，统计覆盖时只算一次",
        "The same track as in file {other}: counted once in the coverage",
    ),
}
"""The sentences by code, Chinese and English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One repair of a track.

    Attributes
    ----------
    code : str
        One of :data:`CODES`.
    fix : int
        Number of the first fix concerned, from 1, as in the file; 0 for the whole track.
    effect_m : float
        What the repair changed of the length: negative where length was taken away.
    facts : mapping
        Figures named in the sentence.
    track : str
        Which track of the file, for people.
    """

    code: str
    fix: int = 0
    effect_m: float = 0.0
    facts: Mapping[str, str | int] = field(default_factory=dict)
    track: str = ""

    def what(self, lang: Language = "zh") -> str:
        """Return the sentence in ``lang``."""
        return CODES[self.code][0 if lang == "zh" else 1].format_map(self.facts)
