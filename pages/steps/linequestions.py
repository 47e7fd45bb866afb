"""What is asked about one line: what it is, its name, how good its points are, where its claimant's land lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st
from shapely.geometry.base import BaseGeometry

from geo.uncertainty import Accuracy
from jobs.dispute import siding
from jobs.dispute.facts import LineRole
from jobs.dispute.material import ROLES
from jobs.quick_measure import INSTRUMENTS
from pages.common import words
from pages.common.words import _
from pages.steps import mapwork, speech
from pages.steps.work import Work

__all__ = ["Said", "ask"]

_OWN: Final = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the form says."""

    role: LineRole | None
    label: str
    accuracy: Accuracy | None
    side: siding.LineSide | None


def ask(work: Work, key: str, shape: BaseGeometry, now: Said) -> Said:
    """Ask everything about one line and return the answers."""
    role = st.selectbox(
        _("这是什么线"),
        ROLES,
        index=ROLES.index(now.role) if now.role else None,
        format_func=speech.role,
        placeholder=_("请选"),
        key=f"{key}-role",
    )
    label = st.text_input(_("怎么称呼它"), value=now.label, max_chars=80, key=f"{key}-label")
    accuracy = _accuracy(key, now.accuracy)
    side = _side(work, key, shape, role, now.side) if role in ("claim_a", "claim_b") else None
    return Said(role=role, label=label, accuracy=accuracy, side=side)


def _accuracy(key: str, now: Accuracy | None) -> Accuracy | None:
    titles = {one.id: _titled(one.title(words.language()), one.accuracy) for one in INSTRUMENTS}
    titles[_OWN] = _("知道误差，自己填")
    same = next((one.id for one in INSTRUMENTS if one.accuracy == now), _OWN)
    chosen = st.selectbox(
        _("点是怎么来的"),
        list(titles),
        index=list(titles).index(same),
        format_func=titles.__getitem__,
        key=f"{key}-by",
    )
    if chosen != _OWN:
        return next(one.accuracy for one in INSTRUMENTS if one.id == chosen)
    own, common = st.columns(2)
    sigma = own.number_input(
        _("每个点的误差（米）"),
        0.001,
        1000.0,
        now.sigma_own_m if now else 1.0,
        format="%.3f",
        key=f"{key}-own",
    )
    shift = common.number_input(
        _("整体偏差（米）"),
        0.0,
        1000.0,
        now.sigma_common_m if now else 0.0,
        format="%.3f",
        key=f"{key}-common",
    )
    return Accuracy(sigma_own_m=sigma, sigma_common_m=shift)


def _titled(title: str, accuracy: Accuracy | None) -> str:
    if accuracy is None:
        return title
    return _("{title}（约 {sigma} 米）", title=title, sigma=f"{accuracy.sigma_own_m:g}")


def _side(
    work: Work, key: str, shape: BaseGeometry, role: LineRole, now: siding.LineSide | None
) -> siding.LineSide | None:
    """Ask where the claimant's land lies, by the compass; a plot needs no answer."""
    known = siding.side_words(shape, work.zone)
    if known is None:
        return None
    likely = now or mapwork.side_of(work, role, shape)
    answers: tuple[Literal["left", "right"], ...] = ("left", "right")
    who = _("甲方") if role == "claim_a" else _("乙方")
    return st.radio(
        _("{who}的地在线的哪一边", who=who),
        answers,
        index=answers.index(likely) if likely else None,
        format_func=lambda side: _("{direction}边", direction=known.of(side, words.language())),
        horizontal=True,
        key=f"{key}-side-{role}",
    )
