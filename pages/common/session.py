"""Who is at this browser, and what they may see: every page asks here first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from geo.errors import AccessError
from geo.zone import Zone
from jobs import access, desk
from jobs.access import Account, Role
from pages.common.guard import COOKIE
from pages.common.signin import LANGUAGE_COOKIE
from pages.common.words import LANGUAGE_KEY, error_sentence, language

__all__ = [
    "account",
    "begin",
    "go_to",
    "has_page",
    "keep_pages",
    "leave",
    "open_page",
    "remember_language",
    "require",
    "store",
    "switch_language",
    "token",
    "zone",
]

_PAGES: Final = "jiebiao-pages"
_REMEMBER: Final = """<script>
document.cookie = "{name}={value}; path=/; max-age=31536000; samesite=lax";
</script>"""


def token() -> str | None:
    """Return the session's token as the browser sent it when it connected."""
    value = st.context.cookies.get(COOKIE)
    return value if isinstance(value, str) else None


def account() -> Account | None:
    """Return who is signed in, asked anew in every run: a log-out elsewhere counts at once."""
    return access.account_of(token())


def require(role: Role = "viewer") -> Account:
    """Return who is signed in, if they may do what ``role`` may; otherwise say so and end the page."""
    try:
        return access.require(account(), role)
    except AccessError as fault:
        begin()
        st.error(error_sentence(fault))
        if fault.code == "sign_in_first":
            go_to("/auth/login")
        st.stop()


def leave() -> None:
    """End the session on the server; the next run finds nobody and shows the login."""
    mine = token()
    if mine is not None:
        access.sign_out(mine)


def go_to(path: str) -> None:
    """Lead the browser to another address of this server, in the same tab."""
    st.html(f"<script>window.location.assign({json.dumps(path)});</script>", unsafe_allow_javascript=True)


def begin() -> None:
    """Take over the language the browser remembers, once in a session."""
    if LANGUAGE_KEY not in st.session_state:
        kept = st.context.cookies.get(LANGUAGE_COOKIE)
        st.session_state[LANGUAGE_KEY] = "en" if kept == "en" else "zh"


def switch_language() -> None:
    """Change to the other language; the browser is told by :func:`remember_language` in the same run."""
    st.session_state[LANGUAGE_KEY] = "zh" if language() == "en" else "en"
    st.session_state["jiebiao_language_changed"] = True


def remember_language() -> None:
    """Let the browser keep a language just chosen, so that F5 does not lose it."""
    if st.session_state.pop("jiebiao_language_changed", False):
        script = _REMEMBER.format(name=LANGUAGE_COOKIE, value=language())
        st.html(script, unsafe_allow_javascript=True)


def keep_pages(pages: Mapping[str, StreamlitPage]) -> None:
    """Remember the pages this account may see, so that one page can lead to another."""
    st.session_state[_PAGES] = pages


def has_page(path: str) -> bool:
    """Tell whether this account may see the page called ``path``."""
    return path in st.session_state.get(_PAGES, {})


def open_page(path: str, **query: str) -> NoReturn:
    """Go to the page called ``path`` with ``query`` in the address; the session's state stays."""
    st.switch_page(st.session_state[_PAGES][path], query_params=query)


def store() -> desk.Store:
    """Return the open township's records."""
    return desk.current().store


def zone() -> Zone:
    """Return the township's zone: the working CRS of every coordinate."""
    return store().zone
