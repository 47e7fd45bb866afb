"""Small parts every page is made of: figures, steps, the one next step, faults, empty lists.

Text that a user typed reaches Streamlit only through :func:`plain`: Markdown would draw its links and
pictures, and a picture is a request to somebody else's machine.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

import streamlit as st

from geo.errors import JiebiaoError, Problem
from pages.common.words import _, error_sentence, language

__all__ = ["empty", "fault", "figure", "heading", "note", "plain", "primary", "problems", "steps"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")


def plain(text: object) -> str:
    """Return user text so that Markdown shows it letter by letter."""
    return _MARKDOWN.sub(r"\\\1", str(text).replace("\r", " ").replace("\n", " "))


def heading(title: str, where: str = "") -> None:
    """Show the page's title with what it is about beside it."""
    beside = (
        f' <span style="font-weight:400;font-size:1rem;color:#55565a;margin-left:.5rem">{html.escape(where)}</span>'
        if where
        else ""
    )
    st.html(f'<h1 style="margin:0;font-size:1.4rem;line-height:1.4">{html.escape(title)}{beside}</h1>')


def steps(names: Sequence[str], now: int) -> None:
    """Show the row of steps; ``now`` counts from 0."""
    parts = []
    for i, name in enumerate(names):
        state = "now" if i == now else "done" if i < now else ""
        current = ' aria-current="step"' if i == now else ""
        parts.append(f'<li class="{state}"{current}>{html.escape(name)}</li>')
    st.html(f'<ol class="jb-steps">{"".join(parts)}</ol>')


def figure(title: str, value: str, more: str = "", exact: str = "") -> None:
    """Show one figure large, with what it means below; ``exact`` (more digits) appears on hover."""
    hover = f' title="{html.escape(exact)}"' if exact else ""
    below = f'<div class="more">{html.escape(more)}</div>' if more else ""
    st.html(
        f'<div class="jb-figure"{hover}><div class="more">{html.escape(title)}</div>'
        f'<div class="value">{html.escape(value)}</div>{below}</div>'
    )


def primary(label: str, *, key: str, why_not: str = "", on_click: Callable[[], None] | None = None) -> bool:
    """Show the one next step; when it cannot be taken, say why in words beside it."""
    pressed = st.button(
        label, key=key, type="primary", disabled=bool(why_not), on_click=on_click, width="stretch"
    )
    if why_not:
        st.caption(plain(why_not))
    return pressed


def fault(error: JiebiaoError) -> None:
    """Show an error's sentence: what, where, limit, what to do."""
    st.error(plain(error_sentence(error)))


def problems(found: Sequence[Problem]) -> None:
    """List the faults of an input that is otherwise usable, each with its remedy."""
    lang = language()
    for one in found:
        where = f"{plain(one.where)}: " if one.where else ""
        remedy = f" {plain(one.remedy(lang))}" if one.remedy(lang) else ""
        st.warning(f"{where}{plain(one.what(lang))}{remedy}")


def empty(what: str, how: str) -> None:
    """Say that a list is empty and how it fills."""
    with st.container(border=True):
        st.markdown(plain(what))
        st.caption(plain(how))


def note(text: str) -> None:
    """Show a remark in grey."""
    st.caption(plain(text))


def not_computed() -> str:
    """Return the words for a figure that cannot be had."""
    return _("算不出")
