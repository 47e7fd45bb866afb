"""Do at set-up what would otherwise make an officer wait: compile once what is compiled at all.

The packages' Python becomes bytecode; the searches of ``geo`` become machine code, kept beside their source.
"""

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
    """Compile our own folders and the heavy packages, then the searches; return how many folders were done."""
    installed = Path(sysconfig.get_paths()["purelib"])
    ours = Path(__file__).resolve().parent.parent
    folders = [installed / name for name in _HEAVY] + [
        ours / name for name in ("geo", "layers", "data", "jobs", "pages")
    ]
    present = [folder for folder in folders if folder.is_dir()]
    for folder in present:
        compileall.compile_dir(str(folder), quiet=2)
    _compile_searches(ours / "geo" / "__pycache__")
    return {"folders": len(present)}


def _compile_searches(kept: Path) -> None:
    """Compile the searches anew: what is kept of an earlier version may call what has changed since."""
    for stale in [*kept.glob("*.nbi"), *kept.glob("*.nbc")]:
        stale.unlink(missing_ok=True)
    from jobs import dividing

    dividing.make_ready()
