"""Do at set-up what would otherwise make an officer wait: compile the installed packages' Python once."""

from __future__ import annotations

import compileall
import sysconfig
from pathlib import Path

__all__ = ["warm_up"]

_HEAVY = (
    "streamlit",
    "geopandas",
    "pandas",
    "shapely",
    "pyproj",
    "matplotlib",
    "reportlab",
    "folium",
    "scipy",
    "starlette",
)


def warm_up() -> dict[str, int]:
    """Compile our own folders and the heavy packages to bytecode; return how many folders were done."""
    installed = Path(sysconfig.get_paths()["purelib"])
    ours = Path(__file__).resolve().parent.parent
    folders = [installed / name for name in _HEAVY] + [
        ours / name for name in ("geo", "layers", "data", "jobs", "pages")
    ]
    present = [folder for folder in folders if folder.is_dir()]
    for folder in present:
        compileall.compile_dir(str(folder), quiet=2)
    return {"folders": len(present)}
