"""One table of symbols: the four lines keep their colours and differ without colour too."""

from __future__ import annotations

import itertools

import pytest

from geo.errors import ArgumentError
from layers import style
from layers.definition import LAYERS, definition

FOUR = ("claim_a", "claim_b", "certificate", "measured")


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_four_lines__keep_their_colours() -> None:
    colours = [style.symbol(name).stroke.color for name in FOUR]
    assert colours == ["#C8102E", "#1F4E9E", "#111111", "#1B7F3B"]


def test_four_lines__differ_in_their_dashes() -> None:
    dashes = [style.symbol(name).stroke.dash_mm for name in FOUR]
    assert all(a != b for a, b in itertools.combinations(dashes, 2))


def test_disputed__is_hatched() -> None:
    assert style.symbol("disputed").hatch is not None


@pytest.mark.parametrize("color", [style.ACCENT, style.GREY_DARK, style.INK])
def test_text_colours__reach_aa_on_white(color: str) -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    assert 1.05 / (_luminance(color) + 0.05) >= 4.5


@pytest.mark.parametrize("id_", sorted(LAYERS))
def test_definition__has_words_symbol_and_fields(id_: str) -> None:
    made = definition(id_)
    assert made.title("zh") != made.title("en")
    symbol = made.symbol
    assert (symbol.mark is not None) == (made.geometry == "point")
    assert made.label_field is None or made.label_field in {field.name for field in made.fields}


def test_symbol__unknown_is_refused_by_name() -> None:
    with pytest.raises(ArgumentError, match="no symbol named rainbow"):
        style.symbol("rainbow")
    with pytest.raises(ArgumentError, match="no layer rainbow"):
        definition("rainbow")
