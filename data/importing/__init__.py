"""Files that people bring, read safely into facts; one module a format.

``read_file`` and ``read_bytes`` read in a child process with bounded time and memory; ``read_in_process`` reads
in this one, for tests and for the child itself.
"""

from data.importing.facts import Fixes, ImportedFeature, ImportedFile, Limits, PointSequence, Unplaced
from data.importing.process import read_bytes, read_file

__all__ = [
    "Fixes",
    "ImportedFeature",
    "ImportedFile",
    "Limits",
    "PointSequence",
    "Unplaced",
    "read_bytes",
    "read_file",
    "read_in_process",
]


def read_in_process(path: object, data: bytes | None = None, limits: Limits | None = None) -> ImportedFile:
    """Read a file in this process, without protection; see ``data.importing.reading``."""
    from pathlib import Path

    from data.importing import reading

    return reading.read_in_process(Path(str(path)), data, limits)
