"""Breaking Chinese text with figures into lines.

Rules: (1) Chinese breaks between any two characters, a Latin word or figure does not break; (2) closing marks do
not begin a line and opening ones do not end it; (3) a figure stays with its unit and its ±; (4) what is wider
than the line is cut where it must be.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Line", "break_lines", "clean"]

_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕％‰°”’…·～,.;:?!)]}%²")
_UNITS = frozenset("亩米元度个日天年月公±")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{￥±§№°")
_TOKEN = re.compile(
    r"[0-9A-Za-z\u00c0-\u024f\u0370-\u03ff]+(?:[.,:/\-'_+][0-9A-Za-z]+)*"  # a word or a figure, 3,240.55 or J1-J2
    r"|_{1,6}|[ \t]+|.",
    re.DOTALL,
)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)

_BLANKS = re.compile(r"[^\S\n\u3000]")
"""Every kind of blank but the line break and the Chinese one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a paragraph: its text, its natural width, and whether the paragraph ends with it."""

    text: str
    width: float
    last: bool


def clean(text: str) -> str:
    """Return ``text`` without control, direction-changing and unpaired characters; other kinds of blank become blanks.

    >>> clean("甲\\u202e户\\x00\\t乙")
    '甲户 乙'
    """
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", _BLANKS.sub(" ", joined))


def break_lines(
    text: str, width: float, measure: Callable[[str], float], first_indent: float = 0.0
) -> tuple[Line, ...]:
    """Break ``text`` into lines no wider than ``width``.

    Parameters
    ----------
    text : str
        Plain text; a newline begins a new paragraph.
    width : float
        Room in the unit of ``measure``.
    measure : callable
        Width of a string.
    first_indent : float
        Room kept free at the start of each paragraph.

    Returns
    -------
    tuple of Line
        At least one line, empty for empty text.

    Examples
    --------
    >>> [line.text for line in break_lines("界线长 412.5 米。", 8, len)]
    ['界线长', '412.5 米。']
    >>> [line.text for line in break_lines("", 6, len)]
    ['']
    """
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(paragraph, width, measure, first_indent))
    return tuple(lines)


def _paragraph(text: str, width: float, measure: Callable[[str], float], indent: float) -> list[Line]:
    rows: list[str] = []
    row, room = "", width - indent
    for cluster in _clusters(text):
        for piece in _cut(cluster, width, measure):
            if row.strip() and measure(row + piece.rstrip()) > room:
                rows.append(row.rstrip())
                row, room = "", width
            row = row + piece if row else piece.lstrip()
    rows.append(row.rstrip())
    return [Line(text=row, width=measure(row), last=i == len(rows) - 1) for i, row in enumerate(rows)]


def _clusters(text: str) -> list[str]:
    """Return the pieces between which a line may break."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        if pieces and _sticks(pieces[-1], token):
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces


def _sticks(before: str, token: str) -> bool:
    if token.isspace() or token[0] in _NOT_FIRST:
        return True
    last = before.rstrip()[-1:]
    return last in _NOT_LAST or (last.isdigit() and token[0] in _UNITS)


def _cut(cluster: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return ``cluster`` whole, or in parts that fit when it is wider than a line."""
    if measure(cluster.rstrip()) <= width:
        return [cluster]
    parts, part = [], ""
    for character in cluster:
        if part and measure(part + character) > width:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]
