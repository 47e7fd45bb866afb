"""Text that other programs will read: nothing in it may act as a formula, markup, a path or a line break."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

__all__ = ["cell", "file_stem", "layer_name", "one_line", "xml_attribute", "xml_text"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PATH = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_CAD = re.compile(r'[\x00-\x1f<>/\\":;?*|=`,]+')


def cell(value: str) -> str:
    """Return a table cell that no spreadsheet takes for a formula: such text gets an apostrophe before it.

    >>> cell("=HYPERLINK(1)"), cell("-12.5"), cell("张三")
    ("'=HYPERLINK(1)", '-12.5', '张三')
    """
    text = _FORBIDDEN.sub("", value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def one_line(value: str, separator: str = ",") -> str:
    """Return text for a line-based file: no line breaks, its separator made full-width."""
    text = re.sub(r"\s+", " ", _FORBIDDEN.sub("", value)).strip()
    return text.replace(separator, "，")


def xml_text(value: str) -> str:
    """Return text as XML character data."""
    return escape(_FORBIDDEN.sub("", value))


def xml_attribute(value: str) -> str:
    """Return text as a quoted XML attribute."""
    return quoteattr(_FORBIDDEN.sub("", value))


def file_stem(value: str) -> str:
    """Return a title as a file name without folder or ending.

    >>> file_stem("../河湾:地")
    '河湾_地'
    """
    return _PATH.sub("_", value).strip(" ._")[:80] or "layer"


def layer_name(value: str) -> str:
    """Return a title as the name of a CAD layer."""
    return _CAD.sub("_", value).strip()[:80] or "0"
