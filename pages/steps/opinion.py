"""The measuring opinion 测量意见 on a stretch, in plain words: where it lies, what can be measured, what would decide."""

from __future__ import annotations

from geo.stretch import Stretch
from geo.verdict import INSTRUMENTS
from pages.common import words
from pages.common.words import _

__all__ = ["instrument", "opinion", "span", "verdict"]


def span(stretch: Stretch) -> str:
    """Return where a stretch lies along the line: 0–96 米."""
    start, end = words.number(stretch.from_m, 0), words.number(stretch.to_m, 0)
    return _("{start}–{end} 米", start=start, end=end)


def verdict(stretch: Stretch) -> str:
    """Return the measuring opinion on a stretch in a few words."""
    if stretch.state == "agreed":
        return _("两家一致")
    return {
        "within_error": _("相差在测量误差之内"),
        "real_difference": _("确有差异"),
        "not_enough_evidence": _("资料不足，说不准"),
        None: _("没有意见"),
    }[stretch.verdict]


def instrument(code: str | None) -> str:
    """Return the instrument that would decide, or nothing."""
    found = next((one for one in INSTRUMENTS if one.code == code), None)
    if found is None:
        return ""
    return found.zh if words.language() == "zh" else found.en


def opinion(stretch: Stretch) -> str:
    """Return the measuring opinion on a stretch in full sentences."""
    length = words.length_m(stretch.length_m, 0)
    if stretch.state == "agreed":
        return _("这一段长 {length}，两家的线相距不超过约定的界限，没有争议。", length=length)
    apart = _(
        "这一段长 {length}，两家的线平均相距 {mean} 米，最远 {most} 米。",
        length=length,
        mean=words.number(stretch.mean_separation_m, 1),
        most=words.number(stretch.max_separation_m, 1),
    )
    return apart + _ruling(stretch)


def _ruling(stretch: Stretch) -> str:
    sigma, device = stretch.sigma_difference_m, instrument(stretch.instrument)
    if stretch.verdict == "real_difference":
        limit = words.number(2 * (sigma or 0.0), 2)
        return _("测量误差至多 {limit} 米，所以确有差异。", limit=limit)
    if stretch.verdict == "within_error":
        limit = words.number(2 * (sigma or 0.0), 2)
        return _("测量误差可以有 {limit} 米，这点差别量不出来。", limit=limit) + _decide(device)
    if sigma is None:
        return _("至少一方的线不知道精度，说不准。") + _decide(device)
    return _("测量误差可以有 {limit} 米，资料不足，说不准。", limit=words.number(2 * sigma, 1)) + _decide(
        device
    )


def _decide(device: str) -> str:
    return _("双方到场用{device}重测，可以分清。", device=device) if device else ""
