"""Words that several steps of a case share: what a line is, how good it is, areas, options, needs by law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from geo.errors import Problem
from geo.proposal import Need, Proposal, ProposalName
from geo.uncertainty import Accuracy
from jobs.dispute.facts import LineRole
from jobs.dossier import proposal_words
from jobs.quick_measure import INSTRUMENTS
from layers.definition import definition
from pages.common import widgets, words
from pages.common.words import _

__all__ = [
    "accuracy",
    "change",
    "disputed_area",
    "doubts",
    "need",
    "proposal",
    "proposal_name",
    "role",
    "role_colour",
    "small_area",
    "told",
]

_TINY_M2: Final = 20.0


def role(name: LineRole) -> str:
    """Return what a line is."""
    return {
        "claim_a": _("甲方主张"),
        "claim_b": _("乙方主张"),
        "decision": _("处理决定、裁决的线"),
        "agreement": _("以前的协议线"),
        "certificate": _("证书线"),
        "contract": _("承包合同附图线"),
        "measured": _("共同实测线"),
        "old_map": _("旧图线"),
        "natural": _("山脊、溪流等自然界线"),
    }[name]


def role_colour(name: LineRole) -> str:
    """Return the colour of a role's line, as on the map."""
    stroke = definition(name).symbol.stroke
    return stroke.color if stroke is not None else "#000000"


def accuracy(sigma_own_m: float | None, sigma_common_m: float | None = None) -> str:
    """Return how good a line's points are, in words."""
    if sigma_own_m is None:
        return _("精度不清楚（点开可填）")
    same = Accuracy(sigma_own_m=sigma_own_m, sigma_common_m=sigma_common_m or 0.0)
    title = next((one.title(words.language()) for one in INSTRUMENTS if one.accuracy == same), "")
    figure = _("点误差约 {sigma} 米", sigma=f"{sigma_own_m:g}")
    return f"{title}，{figure}" if title else figure


def disputed_area(area_m2: float, sigma_m2: float | None, at_most_m2: float | None) -> str:
    """Return an area with its interval, or where noise alone makes area what it is at most (DEFINITIONS 7)."""
    if sigma_m2 is None and at_most_m2 is not None:
        return _("至多 {area}", area=words.area_mu(at_most_m2))
    return words.area_mu(area_m2, sigma_m2)


def small_area(area_m2: float) -> str:
    """Return an area that may be tiny: in mu, or in square metres where mu would show nothing."""
    if area_m2 < _TINY_M2:
        return f"{words.number(area_m2, 1)} {_('平方米')}"
    return words.area_mu(area_m2)


def change(amount_mu: float) -> str:
    """Return by how much an area grows or shrinks, or that it stays."""
    if not amount_mu:
        return _("不变")
    amount = f"{words.number(abs(amount_mu))} {_('亩')}"
    return _("多 {amount}", amount=amount) if amount_mu > 0 else _("少 {amount}", amount=amount)


def told(one: Problem) -> str:
    """Return what is wrong and what to do, as whole sentences."""
    lang = words.language()
    what, remedy = one.what(lang).strip(), one.remedy(lang).strip()
    stop = "。" if lang == "zh" else ". "
    return what + ("" if not remedy or what.endswith(("。", "！", "？", ".")) else stop) + remedy


def doubts(found: Sequence[Problem]) -> None:
    """List what one should know about the inputs, each with what to do, in one box."""
    lines = [f"- {widgets.plain(told(one))}" for one in found]
    if lines:
        st.warning("\n".join([_("要留意的："), *lines]))


def proposal_name(name: ProposalName) -> str:
    """Return what a kind of proposal is called."""
    zh, en = proposal_words(name)
    return zh if words.language() == "zh" else en


def proposal(one: Proposal) -> str:
    """Return what a proposal is called; a source's line has its source's label with it."""
    return proposal_name(one.name)


def need(code: Need) -> str:
    """Return what a line needs by law."""
    return {
        "both_parties_sign": _("双方签字、按手印"),
        "registration": _("到登记机构办变更登记，登记以前证书不变"),
        "issuer_consent": _("发包方同意"),
        "assembly_two_thirds": _("村（牧）民会议三分之二以上成员或代表同意"),
        "government_approval": _("报乡政府和县级主管部门批准"),
        "title_unknown": _("先查清证书或承包合同（目前没有）"),
    }[code]
