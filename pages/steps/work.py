"""What every step of a case works with: the case, who works, what he looked at, and how a save is told."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from geo.errors import JiebiaoError
from geo.zone import Zone
from jobs import access
from jobs.access import Account
from jobs.dispute import opening
from jobs.dispute.facts import Case, Record, Store
from layers.webmap import MapLayer
from pages.common import mapview, session, widgets

__all__ = [
    "Board",
    "Next",
    "Work",
    "attempt",
    "begin",
    "fit_brought",
    "fit_once",
    "held",
    "let_go",
    "refresh_map",
]

_R = TypeVar("_R")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One case on the table of one person, read anew in every run."""

    store: Store
    case: Case
    who: Account
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

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

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what ``make`` gives, computed once in a run."""
        if name not in self.memo:
            self.memo[name] = make()
        return self.memo[name]

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
    """Do something that saves; a refusal is kept as its sentence for the notices, nothing is lost."""
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


def refresh_map(work: Work) -> None:
    """Let the map show the whole of what was just brought, once."""
    work.put("fit", secrets.token_hex(4))


def fit_brought(work: Work, *layers: str) -> mapview.Command | None:
    """Return the command of :func:`refresh_map`, once."""
    mark = work.get("fit")
    work.put("fit", None)
    return mapview.fit(*layers, seq=mark) if mark else None


def fit_once(work: Work, name: str, *layers: str) -> mapview.Command | None:
    """Return the command that shows ``layers``, the first time in a session; the map then stays where it is."""
    if work.get(f"fitted-{name}"):
        return None
    work.put(f"fitted-{name}", True)
    return mapview.fit(*layers, seq=name)
