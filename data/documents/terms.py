"""What was agreed, clause by clause: a line, or a settlement that is not a line."""

from __future__ import annotations

from collections.abc import Callable

from data.documents import words
from data.documents.facts import Dossier, Outcome, Term, TermKind

__all__ = ["KINDS", "clause", "clauses", "line_clause", "performance_rows"]

KINDS: dict[TermKind, tuple[str, str]] = {
    "line": ("划定界线", "boundary line"),
    "shared_use": ("共同使用", "shared use"),
    "seasonal_use": ("分季使用", "seasonal use"),
    "passage": ("牲畜通行", "herd passage"),
    "water": ("取水", "water access"),
    "compensation": ("补偿", "compensation"),
    "status_quo": ("维持现状", "leave as it is"),
    "other": ("其他约定", "other"),
}


def clauses(dossier: Dossier) -> tuple[str, ...]:
    """Return every clause in order: the line first, then the other terms."""
    agreed = [line_clause(dossier, dossier.outcome)] if dossier.outcome else []
    agreed += [clause(term) for term in dossier.terms if term.kind != "line"]
    return tuple(agreed)


def line_clause(dossier: Dossier, outcome: Outcome) -> str:
    """Return the clause of the agreed line with its figures."""
    first, last = outcome.points[0].number, outcome.points[-1].number
    to_a, to_b = words.shares(outcome.area_to_a_m2, outcome.area_to_b_m2)
    shares = f"争议面积 {words.disputed(dossier)}中，{to_a}归甲方一侧，{to_b}归乙方一侧"
    outside = f"，另有 {words.area(outcome.outside_m2)}在争议区以外" if outcome.outside_m2 > 0 else ""
    ends = "；两端点为暂定，须经相邻各方确认" if outcome.provisional_ends else ""
    return (
        f"双方同意以 {first} 至 {last} 共 {len(outcome.points)} 个界点（其中界桩 {outcome.markers} 个）依次相连的线为界，"
        f"界线长 {words.length(outcome.length_m)}。{shares}{outside}。"
        f"界点坐标、走向和图形见附件{ends}。"
    )


def clause(term: Term) -> str:
    """Return one clause in a sentence; what is not known is left to be filled in."""
    return _WORDS[term.kind](term)


def performance_rows(dossier: Dossier) -> tuple[tuple[str, str, str, str], ...]:
    """Return ``(what, who, how, by when)`` of every clause (People's Mediation Law Art 29 (3))."""
    rows = []
    if dossier.outcome:
        rows.append(_line_row(dossier))
    rows += [_row(term) for term in dossier.terms if term.kind != "line"]
    return tuple(rows)


def _line_row(dossier: Dossier) -> tuple[str, str, str, str]:
    term = next((term for term in dossier.terms if term.kind == "line"), Term(kind="line"))
    how = term.how or "双方到场，按界点坐标放样，埋设界桩，共同签认"
    return (KINDS["line"][0], term.who or "甲、乙双方", how, _until(term))


def _row(term: Term) -> tuple[str, str, str, str]:
    return (KINDS[term.kind][0], words.or_blank(term.who, 8), words.or_blank(term.how, 12), _until(term))


def _until(term: Term) -> str:
    return words.short_day(term.ends_on)


def _place(term: Term, default: str) -> str:
    return term.place.strip() or default


def _shared(term: Term) -> str:
    how = words.or_blank(term.how, 24)
    return f"{_place(term, '争议区')}由甲、乙双方共同使用，办法是：{words.sentence(how)}{_span(term)}{_more(term)}"


def _seasonal(term: Term) -> str:
    months = words.or_blank(term.yearly, 16)
    user = words.or_blank(term.who, 8)
    return (
        f"{_place(term, '争议区')}每年{months}由{user}使用，其余时间由另一方使用；"
        f"轮换前后双方清点围栏和牲畜。{_how(term)}{_span(term)}{_more(term)}"
    )


def _passage(term: Term) -> str:
    where = _place(term, "____________")
    return (
        f"在{where}留出牲畜和人员通行的道路，{words.or_blank(term.who, 8)}可以通行，"
        f"不得沿途停留放牧。{_how(term)}{_span(term)}{_more(term)}"
    )


def _water(term: Term) -> str:
    where = _place(term, "____________")
    return f"{where}的水源由{words.or_blank(term.who, 8)}取用，任何一方不得阻断、污染。{_how(term)}{_span(term)}{_more(term)}"


def _compensation(term: Term) -> str:
    return (
        f"{words.or_blank(term.who, 16)}支付补偿人民币 {words.money(term.amount_yuan)}，"
        f"于{words.day(term.ends_on)}前付清。{_how(term)}{_more(term)}"
    )


def _status_quo(term: Term) -> str:
    return (
        f"{_place(term, '争议区')}维持现状至{words.day(term.ends_on)}。在此之前任何一方不得改变利用现状、"
        f"移动界桩、新建围栏和其他设施；到期前双方再行协商。{_how(term)}{_more(term)}"
    )


def _other(term: Term) -> str:
    return f"{words.sentence(words.or_blank(term.what, 40))}{_how(term)}{_span(term)}"


def _line(term: Term) -> str:
    return f"{words.sentence(words.or_blank(term.what, 40))}{_how(term)}"


def _how(term: Term) -> str:
    return f"具体做法：{words.sentence(term.how)}" if term.how.strip() else ""


def _more(term: Term) -> str:
    return words.sentence(term.what) if term.what.strip() else ""


def _span(term: Term) -> str:
    if term.starts_on is None and term.ends_on is None:
        return "期限：______年____月____日至______年____月____日。"
    begin = words.day(term.starts_on) if term.starts_on else "签字之日"
    end = f"至{words.day(term.ends_on)}" if term.ends_on else "起，至双方另有约定时止"
    return f"期限：{begin}{end}。"


_WORDS: dict[TermKind, Callable[[Term], str]] = {
    "line": _line,
    "shared_use": _shared,
    "seasonal_use": _seasonal,
    "passage": _passage,
    "water": _water,
    "compensation": _compensation,
    "status_quo": _status_quo,
    "other": _other,
}
