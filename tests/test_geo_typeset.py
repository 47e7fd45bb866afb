"""Lines of Chinese text: what may begin a line, what must not break, and that nothing is lost."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from geo import typeset


def width(text: str) -> float:
    """Return the width in half-widths: a Chinese character counts two."""
    return sum(2.0 if ord(character) > 0x2E7F else 1.0 for character in text)


def lines(text: str, room: float, indent: float = 0.0) -> list[str]:
    return [line.text for line in typeset.break_lines(text, room, width, indent)]


def test_break__no_closing_mark_begins_a_line() -> None:
    assert lines("一二三四，五六。", 8) == ["一二三", "四，五", "六。"]


def test_break__no_opening_mark_ends_a_line() -> None:
    assert lines("一二三（四）", 8) == ["一二三", "（四）"]


@pytest.mark.parametrize("figure", ["3,240.55", "J1-J12", "GCJ-02", "2026-017", "0.31"])
def test_break__keeps_a_figure_whole(figure: str) -> None:
    assert any(figure in line for line in lines(f"一二三四五{figure}六七", 12))


def test_break__keeps_figure_and_unit_together() -> None:
    assert any("3.24 ± 0.31 亩" in line for line in lines("争议面积共计 3.24 ± 0.31 亩。", 20))


def test_break__cuts_what_is_wider_than_a_line() -> None:
    assert lines("A" * 25, 10) == ["A" * 10, "A" * 10, "A" * 5]


def test_break__indents_each_paragraph() -> None:
    found = typeset.break_lines("一二三四五\n六七", 8, width, 4)
    assert [(line.text, line.last) for line in found] == [("一二", False), ("三四五", True), ("六七", True)]


def test_break__of_nothing_is_one_empty_line() -> None:
    assert lines("", 10) == [""]


@given(st.text(alphabet="草原界线，。（）《》ab12.,± -_亩米\n", max_size=80), st.integers(6, 40))
def test_break__loses_nothing_and_never_overflows(text: str, room: int) -> None:
    found = typeset.break_lines(text, room, width)
    squeezed = "".join(line.text for line in found).replace(" ", "")
    assert squeezed == text.replace("\n", "").replace(" ", "")
    assert all(width(line.text) <= room for line in found)


@given(st.text(max_size=60))
def test_clean__leaves_nothing_that_turns_or_hides_text(text: str) -> None:
    kept = typeset.clean(text)
    assert not set(kept) & {"\x00", "\u202e", "\u200f", "\ufeff", "\x1b", "\u2066"}
    assert typeset.clean(kept) == kept
