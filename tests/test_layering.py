"""The architecture as a test: who may import whom, and what light commands must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT

OURS = {"geo", "layers", "data", "jobs", "pages", "app", "cli"}
MAY_IMPORT = {
    "geo": {"geo"},
    "layers": {"geo", "layers"},
    "data": {"geo", "data"},
    "jobs": {"geo", "layers", "data", "jobs"},
    "pages": {"geo", "layers", "jobs", "pages"},
}
FORBIDDEN = {
    "geo": {
        "streamlit",
        "folium",
        "sqlite3",
        "sqlalchemy",
        "requests",
        "urllib",
        "socket",
        "pathlib",
        "os",
        "io",
        "time",
        "random",
    },
    "layers": {"streamlit", "sqlalchemy", "sqlite3"},
    "data": {"streamlit", "folium"},
    "jobs": {"streamlit", "folium", "sqlalchemy", "sqlite3"},
    "pages": {"sqlalchemy", "sqlite3", "folium"},
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_layering__nothing_points_back(package):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules(package)
        for line, name in imports(path)
        if (top := name.split(".")[0]) in OURS - MAY_IMPORT[package] or top in FORBIDDEN[package]
    ]
    assert not wrong


def test_layering__only_pages_and_the_launcher_know_streamlit():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("geo", "layers", "data", "jobs")
        for path in modules(package)
        for line, name in imports(path)
        if name.split(".")[0] == "streamlit"
    ]
    assert not wrong


def test_layering__geo_draws_no_unseeded_randomness_and_reads_no_clock():
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in modules("geo")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if any(
            word in line
            for word in (
                "default_rng()",
                "np.random.rand",
                "datetime.now",
                "date.today",
                "time.time",
                "open(",
            )
        )
    ]
    assert not wrong


@pytest.mark.parametrize("command", [["deadline", "2026-11-20", "--days", "3"], ["--help"]])
def test_light_commands__load_neither_geopandas_nor_streamlit(command):
    script = (
        "import sys, cli\n"
        "try:\n    cli.main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "heavy = {'geopandas', 'streamlit', 'pandas', 'matplotlib', 'folium'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
