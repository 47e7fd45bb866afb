"""Figures as people read them: thousands, halves up, parts that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import units

AREAS = st.floats(0.0, 5e8)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1234.565, 2, "1,234.57"),
        (-0.001, 2, "0.00"),
        (0.5, 0, "1"),
        (2.675, 2, "2.68"),
        (1e6, 1, "1,000,000.0"),
    ],
)
def test_number__rounds_halves_up_and_shows_thousands(value, digits, text):
    assert units.format_number(value, digits) == text


@given(AREAS, AREAS)
def test_shares__add_up_as_printed(first_m2, second_m2):
    """Both families add the printed figures: the sum is the printed whole."""
    shown = [
        round(float(text.replace(",", "")) * 100) for text in units.format_shares_mu(first_m2, second_m2)
    ]
    whole = units.format_number(units.mu(first_m2) + units.mu(second_m2), 2)
    assert sum(shown) == round(float(whole.replace(",", "")) * 100)


@given(AREAS, AREAS)
def test_shares__move_no_figure_by_more_than_its_last_digit(first_m2, second_m2):
    for text, part in zip(units.format_shares_mu(first_m2, second_m2), (first_m2, second_m2), strict=True):
        assert abs(float(text.replace(",", "")) - units.mu(part)) <= 0.0100001


def test_area__shows_half_the_95_percent_interval():
    assert units.format_area_mu(2160.0, 20.4) == "3.24 ± 0.06"
