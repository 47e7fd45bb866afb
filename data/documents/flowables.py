"""What a paper is drawn with on reportlab: plain text in lines, ruled space, room to sign.

Text is set by :mod:`geo.typeset` and drawn as it stands: nothing reads it as markup.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.platypus import Flowable

from data.documents.blocks import Align, SignBox
from geo import typeset

__all__ = [
    "GREY",
    "INK",
    "MISSING",
    "RULE",
    "Face",
    "RuledLines",
    "Setter",
    "SignRoom",
    "Text",
    "Typeface",
    "face",
]

MISSING = "〓"
"""Stands for a character the typeface does not have."""

INK = colors.HexColor("#1A1A1A")
GREY = colors.HexColor("#5A5A5A")
RULE = colors.HexColor("#7A7A7A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """The two TrueType files every paper is set in."""

    regular: Path
    bold: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A registered font: its name in reportlab and the characters it has."""

    name: str
    characters: frozenset[int]

    def width(self, text: str, size: float) -> float:
        """Return the width of ``text`` in points."""
        return float(pdfmetrics.stringWidth(text, self.name, size))

    def missing(self, text: str) -> tuple[str, ...]:
        """Return the characters of ``text`` this font lacks, each once, in order."""
        lacking = (c for c in text if ord(c) not in self.characters and not c.isspace())
        return tuple(dict.fromkeys(lacking))


def _to_unicode(font_name: str, subset: list[int]) -> str:
    """Return the map from glyphs back to text, in UTF-16, at most 100 entries a block (PDF 32000, 9.10.3)."""
    rows = [f"<{i:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for i, code in enumerate(subset)]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    listed = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
        f"<< /Registry ({font_name})\n/Ordering ({font_name})\n/Supplement 0\n>> def\n"
        f"/CMapName /{font_name} def\n/CMapType 2 def\n1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\n"
        f"endcodespacerange\n{listed}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


# reportlab writes characters beyond U+FFFF as five hex digits, which no reader can turn back into text: rare
# characters of names would be drawn but not found or copied.
ttfonts.makeToUnicodeCMap = _to_unicode


@lru_cache(maxsize=8)
def face(path: Path) -> Face:
    """Register the TrueType file at ``path`` once and return it."""
    name = f"Jiebiao-{path.stem}"
    font = ttfonts.TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return Face(name=name, characters=frozenset(font.face.charToGlyph))


@dataclass(slots=True)
class Setter:
    """The typeface in use, and the characters it turned out to lack."""

    regular: Face
    bold: Face
    lacking: dict[str, None]

    def ready(self, text: str) -> str:
        """Return ``text`` with what cannot be drawn replaced by :data:`MISSING` and noted."""
        kept = typeset.clean(text)
        for character in self.regular.missing(kept):
            self.lacking[character] = None
            kept = kept.replace(character, MISSING)
        return kept

    def text(self, words: str, size: float = 11.5, **style: Any) -> Text:
        """Return ``words`` as a flowable in this typeface."""
        strong = style.pop("strong", False)
        return Text(self.ready(words), self.bold if strong else self.regular, size, **style)


class Text(Flowable):  # type: ignore[misc]
    """A paragraph of plain text, justified between Chinese characters, that splits over pages."""

    def __init__(
        self,
        words: str,
        font: Face,
        size: float,
        *,
        align: Align = "left",
        indent: bool = False,
        leading: float = 1.6,
        justify: bool = False,
        grey: bool = False,
    ) -> None:
        super().__init__()
        self._words, self._font, self._size = words, font, size
        self._align, self._justify, self._grey = align, justify, grey
        self._indent = 2 * size if indent else 0.0
        self._leading = leading * size
        self._lines: tuple[typeset.Line, ...] = ()
        self._continues = False

    def wrap(self, avail_width: float, _avail_height: float) -> tuple[float, float]:
        """Set the lines for ``avail_width`` points; a part of a split paragraph keeps the lines it has."""
        if not self._lines:
            self._lines = typeset.break_lines(self._words, avail_width, self._measure, self._indent)
        self.width, self.height = avail_width, len(self._lines) * self._leading
        return self.width, self.height

    def split(self, avail_width: float, avail_height: float) -> list[Flowable]:
        """Break between lines, never leaving one line alone."""
        self.wrap(avail_width, avail_height)
        count = len(self._lines)
        fit = int(avail_height // self._leading)
        if fit >= count:
            return [self]
        fit = min(fit, count - 2)
        if fit < 2:
            return []
        return [self._part(0, fit), self._part(fit, count)]

    def draw(self) -> None:
        """Draw every line as selectable text."""
        self.canv.setFillColor(GREY if self._grey else INK)
        baseline = self.height - self._leading / 2 - self._size * 0.36
        begins = not self._continues
        for line in self._lines:
            self._draw_line(line, baseline, self._indent if begins else 0.0)
            begins = line.last
            baseline -= self._leading

    def _draw_line(self, line: typeset.Line, baseline: float, indent: float) -> None:
        room = self.width - indent - line.width
        start = {"left": indent, "center": indent + room / 2, "right": indent + room}[self._align]
        gaps = len(line.text) - 1
        stretch = self._justify and not line.last and gaps > 0 and 0 < room < 4 * self._size
        self.canv.setFont(self._font.name, self._size)
        self.canv.drawString(start, baseline, line.text, charSpace=room / gaps if stretch else 0)

    def _part(self, first: int, end: int) -> Text:
        part = copy.copy(self)
        part._lines = self._lines[first:end]
        part._continues = self._continues if first == 0 else not self._lines[first - 1].last
        return part

    def _measure(self, words: str) -> float:
        return self._font.width(words, self._size)


class RuledLines(Flowable):  # type: ignore[misc]
    """Empty ruled lines to write on."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def wrap(self, avail_width: float, _avail_height: float) -> tuple[float, float]:
        self.width, self.height = avail_width, self._count * 9 * mm
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setStrokeColor(RULE)
        self.canv.setLineWidth(0.5)
        for i in range(self._count):
            self.canv.line(0, i * 9 * mm + 1, self.width, i * 9 * mm + 1)


class SignRoom(Flowable):  # type: ignore[misc]
    """Room for one signature with its fingerprint box or seal circle, and a date line."""

    def __init__(self, box: SignBox, setter: Setter, *, tall: bool) -> None:
        super().__init__()
        self._box, self._setter = box, setter
        self._tall = 28 * mm if tall else 21 * mm

    def wrap(self, avail_width: float, _avail_height: float) -> tuple[float, float]:
        self.width, self.height = avail_width, self._tall
        return self.width, self.height

    def draw(self) -> None:
        self._words()
        if self._box.mark == "fingerprint":
            self._frame("捺印", round_=False)
        elif self._box.mark == "seal":
            self._frame("（盖章）", round_=True)

    def _words(self) -> None:
        setter, canvas = self._setter, self.canv
        room = self.width - (26 * mm if self._box.mark != "none" else 0)
        canvas.setFillColor(INK)
        role = typeset.break_lines(
            setter.ready(self._box.role), room, lambda text: setter.bold.width(text, 10.5)
        )
        canvas.setFont(setter.bold.name, 10.5)
        for i, line in enumerate(role[:2]):
            canvas.drawString(0, self.height - 12 - i * 14, line.text)
        canvas.setFont(setter.regular.name, 10.5)
        name = setter.ready(self._box.name)
        fitted = min(10.5, 10.5 * room / max(setter.regular.width(name, 10.5), 1.0))
        canvas.setFont(setter.regular.name, fitted)
        canvas.drawString(0, self.height - 26, name)
        canvas.setFont(setter.regular.name, 10.5)
        canvas.drawString(0, 6, "______年____月____日")
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(0, 26, room - 2 * mm, 26)

    def _frame(self, label: str, *, round_: bool) -> None:
        canvas, side = self.canv, 22 * mm
        left, bottom = self.width - side - 2 * mm, (self.height - side) / 2
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        canvas.setDash(3, 2)
        if round_:
            canvas.circle(left + side / 2, bottom + side / 2, side / 2)
        else:
            canvas.rect(left, bottom, side, side)
        canvas.setDash()
        canvas.setFillColor(GREY)
        canvas.setFont(self._setter.regular.name, 8)
        canvas.drawCentredString(left + side / 2, bottom + (side / 2 - 3 if round_ else 2 * mm), label)
