"""Words of the interface: Chinese sentences in the source, English from gettext catalogues.

``_("图层")`` gives the sentence in the language of the running session; ``text("图层", "en")`` asks for a
language by name where there is no session (the login page). A test keeps the catalogue complete: every
sentence in ``pages/`` and ``app.py`` has its English.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

from geo.errors import JiebiaoError, Language
from geo.units import format_area_mu, format_length_m, format_number

__all__ = [
    "CATALOGUES",
    "LANGUAGE_KEY",
    "N_",
    "_",
    "area_mu",
    "count",
    "day",
    "error_sentence",
    "language",
    "length_m",
    "number",
    "text",
]

CATALOGUES: Final = Path(__file__).resolve().parent.parent / "locale"
LANGUAGE_KEY: Final = "jiebiao_language"
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"


@cache
def _catalogue(lang: Language) -> gettext.NullTranslations:
    """Return the sentences of every ``.po`` of a language; each page may bring its own file."""
    whole = Catalog(locale=lang)
    for path in sorted((CATALOGUES / lang / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            for message in pofile.read_po(source, locale=lang):
                if message.id:
                    whole[message.id] = message
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def language() -> Language:
    """Return the language of the running session; Chinese until somebody chose otherwise."""
    return "en" if st.session_state.get(LANGUAGE_KEY) == "en" else "zh"


def text(message: str, lang: Language, /, **facts: object) -> str:
    """Return ``message`` in ``lang`` with its ``{facts}`` filled in."""
    found = _catalogue(lang).gettext(message) if message else ""
    return found.format_map(facts) if facts else found


def _(message: str, /, **facts: object) -> str:
    """Return ``message`` in the session's language with its ``{facts}`` filled in."""
    return text(message, language(), **facts)


def N_(message: str) -> str:
    """Mark a sentence for the catalogue where it is defined before the language is known."""
    return message


def error_sentence(fault: JiebiaoError) -> str:
    """Return the sentence of a fault in the session's language."""
    return fault.sentence(language())


def area_mu(area_m2: float, sigma_m2: float | None = None, digits: int = 2) -> str:
    """Return an area as people say it: ``3.24 亩 ± 0.06``."""
    value, _sep, spread = format_area_mu(area_m2, sigma_m2, digits).partition(" ± ")
    return f"{value} {_('亩')}" + (f" ± {spread}" if spread else "")


def length_m(metres: float, digits: int = 1) -> str:
    """Return a length in metres with its unit."""
    return f"{format_length_m(metres, digits)} {_('米')}"


def count(things: int) -> str:
    """Return a number of things with thousands."""
    return format_number(things, 0)


def day(year: int, month: int, day_of_month: int) -> str:
    """Return a date as it is written: 2026年11月21日, or 21 Nov 2026."""
    if language() == "zh":
        return f"{year}年{month}月{day_of_month}日"
    return f"{day_of_month} {_MONTHS[(month - 1) * 3 : month * 3]} {year}"


def number(value: float, digits: int = 2) -> str:
    """Return a figure with thousands, rounded as everywhere."""
    return format_number(value, digits)
