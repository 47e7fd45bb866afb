"""The norms' figures: what the law says cannot be changed, what is only a default can."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.rules import norms
from geo.errors import ArgumentError, FileError


def test_load__has_the_figures_of_the_law() -> None:
    found = norms.load()
    assert [
        found.count(key) for key in ("court_confirmation_days", "land_court_days", "forest_court_days")
    ] == [30] * 3
    assert (found.count("arbitration_award_days"), found.count("arbitration_apply_years")) == (60, 2)
    assert found.figure("court_confirmation_days").status == "V"


def test_load__every_figure_names_its_status_and_both_languages() -> None:
    for figure in norms.load().figures.values():
        assert figure.status in ("V", "S", "M")
        assert figure.zh
        assert figure.en
        assert figure.source or figure.status == "M"


def test_way__fills_in_its_limits() -> None:
    assert "30日内" in norms.load().way("land").court
    assert "{" not in norms.load().way("contract").court


def test_load__takes_the_townships_own_default(tmp_path: Path) -> None:
    own = tmp_path / "norms.toml"
    own.write_text(
        '[figures]\nobjection_working_days = 15\n[figures.follow_up_first_days]\nvalue = 20\nsource = "乡办"\n'
    )
    found = norms.load(own)
    assert found.count("objection_working_days") == 15
    assert found.figure("follow_up_first_days").source == "乡办"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[figures]\ncourt_confirmation_days = 60\n", "figure_is_law"),
        ("[figures]\nno_such_figure = 1\n", "unknown_figure"),
        ('[figures]\nobjection_working_days = "seven"\n', "figure_not_a_number"),
        ("[figures]\nobjection_working_days = 0\n", "figure_not_a_number"),
        ("[figures]\nobjection_working_days = true\n", "figure_not_a_number"),
    ],
)
def test_load__refuses(tmp_path: Path, text: str, code: str) -> None:
    own = tmp_path / "norms.toml"
    own.write_text(text)
    with pytest.raises(ArgumentError) as fault:
        norms.load(own)
    assert fault.value.code == code


def test_load__says_which_file_is_unreadable(tmp_path: Path) -> None:
    own = tmp_path / "乡设置.toml"
    own.write_bytes(b"\xff\xfe broken [")
    with pytest.raises(FileError, match="乡设置"):
        norms.load(own)
