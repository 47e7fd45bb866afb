"""The catalogue is complete: every sentence of the pages has its English, with the same facts in it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from pages.common import words
from tests.shared import ROOT

MARKS = {"_", "N_", "text"}
HANZI = re.compile(r"[\u4e00-\u9fff]")
NAMES = {"中文", "界标 Jiebiao"}
"""The other language's own name and the program's, said alike in both languages."""


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def _is_marked(node: ast.AST) -> bool:
    """Tell whether a call is ``_("…")``, ``N_("…")`` or ``text("…", lang)``; f-strings are looked into, too."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return False
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return name in MARKS and isinstance(node.args[0].value, str)


def _sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    for file, tree in _trees():
        for node in filter(_is_marked, ast.walk(tree)):
            found[node.args[0].value] = f"{file}:{node.lineno}"
    return found


SENTENCES = _sentences()


def test_catalogue__every_sentence_has_its_english() -> None:
    lacking = {
        where: sentence
        for sentence, where in SENTENCES.items()
        if HANZI.search(sentence) and words.text(sentence, "en") == sentence
    }
    assert lacking == {}


@pytest.mark.parametrize("sentence", sorted(one for one in SENTENCES if "{" in one))
def test_catalogue__english_has_the_same_facts(sentence: str) -> None:
    def facts(template: str) -> set[str]:
        return {name for _text, name, _spec, _conv in string.Formatter().parse(template) if name}

    assert facts(words.text(sentence, "en")) == facts(sentence)


def test_catalogue__holds_nothing_that_is_not_said_any_more() -> None:
    said = set(SENTENCES)
    for path in (words.CATALOGUES / "en" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as source:
            left = {message.id for message in read_po(source, locale="en") if message.id} - said
        assert left == set(), path.name


def test_pages__write_no_chinese_outside_the_catalogue() -> None:
    """A sentence without ``_()`` would stay Chinese in the English interface."""
    loose = []
    for file, tree in _trees():
        marked = {id(node.args[0]) for node in filter(_is_marked, ast.walk(tree))}
        quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in marked | quiet:
                continue
            said = isinstance(node.value, str) and HANZI.search(node.value) and node.value not in NAMES
            if said and not file.endswith("words.py"):
                loose.append(f"{file}:{node.lineno} {node.value}")
    assert loose == []


def test_text__fills_in_facts() -> None:
    assert words.text("{count} 个点", "en", count=3) == "3 points"
    assert words.text("{count} 个点", "zh", count=3) == "3 个点"


def test_text__leaves_braces_of_facts_alone() -> None:
    assert words.text("{count} 个点", "zh", count="{{7*7}}") == "{{7*7}} 个点"
