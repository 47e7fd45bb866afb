"""The process that reads one file and may be killed: ``python -m data.importing.child NAME [PATH]``.

Limits come as JSON in the first line of standard input; without a path the rest of it is the file.  The answer
goes to standard output as one frame; nothing else is written anywhere.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

__all__ = ["leave_out_drivers", "main"]

# Data-frame packages that GDAL's binding would import if it could; the child has no use for them.
_UNWANTED = ("geopandas", "pandas", "pyarrow", "matplotlib", "streamlit", "folium")
# Drivers that would open addresses or other files that a hostile file names.
_SKIPPED_DRIVERS = (
    "OGR_VRT", "VRT", "GDALG", "WFS", "OAPIF", "OGCAPI", "CSW", "HTTP", "GeoRSS", "Carto", "AmigoCloud", "PLSCENES",
    "NGW", "Elasticsearch", "EEDA", "EEDAI", "ADBC", "GPSBabel", "WMS", "WCS", "WMTS", "STACIT", "STACTA", "MapML",
    "PGDUMP", "DAAS", "PLMOSAIC",
)  # fmt: skip
_MARGIN_BYTES = 64 * 1024**2


def main(arguments: list[str]) -> int:
    """Read the file, answer with one frame, and return the exit status."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    given = json.loads(sys.stdin.buffer.readline())
    for name in _UNWANTED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    leave_out_drivers()
    _bound(int(given["memory_bytes"]), float(given["seconds"]))
    frame = _answer(arguments, given)
    answer.write(frame)
    answer.close()
    return 0


def leave_out_drivers() -> None:
    """Take the drivers that follow addresses from GDAL before it is loaded.

    Only in the child: in the app's own process the same setting would take drivers from the readers of base maps.
    """
    os.environ["GDAL_SKIP"] = ",".join(_SKIPPED_DRIVERS)


def _answer(arguments: list[str], given: dict[str, object]) -> bytes:
    from data.importing.facts import Limits
    from data.importing.reading import read_in_process
    from data.importing.sentences import refusal
    from data.importing.wire import pack_error, pack_file
    from geo.errors import FileError

    limits = Limits(**given)  # type: ignore[arg-type]
    data = sys.stdin.buffer.read() if len(arguments) == 1 else None
    try:
        return pack_file(read_in_process(arguments[-1], data, limits))
    except FileError as error:
        return pack_error(error)
    except MemoryError:
        limit_mb = round(limits.memory_bytes / 1024**2)
        return pack_error(refusal("too_much_memory", arguments[0], name=arguments[0], limit_mb=limit_mb))
    except RecursionError:
        return pack_error(refusal("too_deep", arguments[0], name=arguments[0], limit=limits.depth))
    except Exception as fault:
        return pack_error(refusal("reader_died", arguments[0], name=arguments[0], detail=_place(fault)))


def _place(fault: Exception) -> str:
    """Return what kind of fault it was and in which line of which reader, for a report to the makers."""
    frames = traceback.extract_tb(fault.__traceback__)
    last = frames[-1] if frames else None
    return (
        f"{type(fault).__name__}, {Path(last.filename).name}:{last.lineno}" if last else type(fault).__name__
    )


def _bound(memory_bytes: int, seconds: float) -> None:
    """Let the system itself stop this process beyond its limits, where it can (not on Windows)."""
    resource = _resource()
    if resource is None:
        return
    for kind, limit in (
        ("RLIMIT_AS", memory_bytes + _MARGIN_BYTES),
        ("RLIMIT_CPU", int(seconds) + 1),
        ("RLIMIT_CORE", 0),
    ):
        number = getattr(resource, kind, None)
        if number is not None:
            try:
                resource.setrlimit(number, (limit, limit))
            except (ValueError, OSError):
                continue


def _resource() -> ModuleType | None:
    try:
        import resource
    except ImportError:
        return None
    return resource


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
