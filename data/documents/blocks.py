"""The parts a paper is made of, the same for PDF and DOCX: text is plain text, never markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = [
    "Align",
    "Block",
    "Box",
    "Break",
    "Column",
    "Document",
    "Fields",
    "Grid",
    "Heading",
    "Para",
    "Ruled",
    "SignBox",
    "Signatures",
]

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A numbered or plain heading, with its English beside it when the paper is bilingual."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Para:
    """A paragraph; ``en`` is printed under it only in a bilingual paper."""

    zh: str
    en: str = ""
    align: Align = "left"
    indent: bool = True
    strong: bool = False
    size: Literal["small", "body", "large"] = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Text in a frame that nobody must overlook: a warning, or what a paper is not."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Labelled values in a ruled table of two pairs a row: ``(label, value)``; empty values leave room to write."""

    rows: tuple[tuple[str, str], ...]
    pairs: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a grid; ``share`` is its part of the width."""

    zh: str
    en: str = ""
    align: Align = "left"
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A ruled table whose head repeats on every page; ``strong_rows`` are set bold."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong_rows: tuple[int, ...] = ()
    size: Literal["small", "body"] = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignBox:
    """Room for one signature: who signs, with a box for a fingerprint or a circle for a seal."""

    role: str
    name: str = ""
    mark: Literal["none", "fingerprint", "seal"] = "fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Signature boxes, two a row, each with a date line."""

    boxes: tuple[SignBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """Empty ruled lines to write on by hand, after an optional label."""

    lines: int = 3
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A new page."""


Block: TypeAlias = Heading | Para | Box | Fields | Grid | Signatures | Ruled | Break


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One paper: its key in the package, its title, what stands in head and foot, and its blocks."""

    key: str
    title_zh: str
    title_en: str
    blocks: tuple[Block, ...]
    head: str = ""
    mark: str = ""
    foot: str = ""
    number: str = ""
    bilingual: bool = False
    lang: str = "zh"
    keywords: tuple[str, ...] = field(default=())

    def title(self) -> str:
        """Return the title as one line of metadata."""
        return f"{self.title_zh} {self.title_en}" if self.bilingual else self.title_zh
