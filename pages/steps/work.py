"""What every step of a case works with: the case, who works, what he looked at, and how a save is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from geo.errors import JiebiaoError, StoreError
from geo.zone import Zone
from jobs import access
from jobs.access import Account
from jobs.dispute import opening, tracing
from jobs.dispute.facts import Case, Record, Store
from layers.webmap import MapLayer
from pages.common import mapview, session, widgets
from pages.common.words import _

__all__ = ["Board", "Next", "Work", "attempt", "begin", "held", "let_go", "notices", "refresh_map"]

_R = TypeVar("_R")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One case on the table of one person, read anew in every run."""

    store: Store
    case: Case
    who: Account

    @property
    def zone(self) -> Zone:
        """The township's zone."""
        return self.store.zone

    @property
    def may_work(self) -> bool:
        """Whether this person may change the case, and the case is open to change."""
        return access.allows(self.who, "editor") and self.case.closed_at is None

    def key(self, name: str) -> str:
        """Return the session's key of something of this case."""
        return f"case-{self.case.id}-{name}"

    def get(self, name: str, default: Any = None) -> Any:
        """Return what the session keeps of this case under ``name``."""
        return st.session_state.get(self.key(name), default)

    def put(self, name: str, value: object) -> None:
        """Keep something of this case in the session."""
        st.session_state[self.key(name)] = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What the map shows in a step, from the bottom up, and what can be done on it."""

    layers: Sequence[MapLayer]
    tools: mapview.Tools | None = None
    selected: Sequence[tuple[str, str]] = ()
    command: mapview.Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The one next step."""

    label: str
    why_not: str = ""
    act: Callable[[], None] | None = None


def begin(number: str, who: Account) -> Work:
    """Return the work on a case.

    Raises
    ------
    ArgumentError
        ``case_unknown``.
    """
    store = session.store()
    return Work(store=store, case=opening.case_of(store, number), who=who)


def attempt(work: Work, act: Callable[[], _R], done: str = "") -> _R | None:
    """Do something that saves; a refusal is kept as its sentence for :func:`notices`, nothing is lost."""
    try:
        access.require(work.who, "editor")
        result = act()
    except JiebiaoError as fault:
        work.put("fault", fault)
        return None
    work.put("fault", None)
    if done:
        st.toast(widgets.plain(done))
    return result


def held(work: Work, record: R) -> R:
    """Return a record as this person first saw it, until he lets it go: a save of an older one is refused."""
    kept: dict[tuple[str, int], Any] = st.session_state.setdefault(work.key("held"), {})
    found: R = kept.setdefault((type(record).__name__, record.id), record)
    return found


def let_go(work: Work) -> None:
    """Take records as they now stand."""
    work.put("held", {})


def _seen(work: Work) -> None:
    work.put("fault", None)
    let_go(work)


def notices(work: Work) -> None:
    """Say what could not be done and, where somebody else saved first, what he changed."""
    fault = work.get("fault")
    if fault is None:
        return
    widgets.fault(fault)
    if isinstance(fault, StoreError) and fault.code == "stale_version":
        _changes(work, fault)
    st.button(_("知道了"), key=work.key("fault-seen"), on_click=_seen, args=(work,))


def _changes(work: Work, fault: StoreError) -> None:
    found = tracing.last_author(work.store, str(fault.facts["table"]), int(str(fault.facts["row_id"])))
    if found is not None:
        name, at = found
        when = at.astimezone().strftime("%Y-%m-%d %H:%M")
        st.markdown(_("{name} 在 {when} 保存过：", name=widgets.plain(name), when=when))
    for one in tracing.field_changes(fault):
        yours, stored = one.yours or _("空"), one.stored or _("空")
        text = _(
            "{field}：您的是“{yours}”，现在是“{stored}”", field=_field(one.field), yours=yours, stored=stored
        )
        st.markdown(f"- {widgets.plain(text)}")


def _field(name: str) -> str:
    return {
        "role": _("这是什么线"),
        "label": _("说明"),
        "sigma_own_m": _("点的精度"),
        "sigma_common_m": _("整体偏差"),
        "claimant_side": _("在哪一侧"),
        "geometry": _("图形"),
        "state": _("进展"),
        "settings": _("设置"),
        "chosen_proposal_id": _("选定的方案"),
        "arrangement": _("其他约定"),
        "presence": _("到场"),
        "notified_at": _("通知日期"),
    }.get(name, name)


def refresh_map(work: Work) -> None:
    """Let the map show the whole case in the next run."""
    work.put("fit", int(work.get("fit", 0)) + 1)
