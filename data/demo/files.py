"""Writes the dispute files as people really bring them, in every format the program accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from data.demo import binary_files, markup_files, text_files
from data.demo.quarrel import Dispute, DisputeFile, Encoding
from geo.zone import Zone

__all__ = ["content", "write"]

_WRITERS: dict[Encoding, Callable[[DisputeFile, Zone], bytes]] = {
    "shp_gbk_bare": binary_files.shp_gbk_bare,
    "shp_utf8": binary_files.shp_utf8,
    "kml_gcj02": markup_files.kml_gcj02,
    "kmz": markup_files.kmz,
    "gpx_walk": markup_files.gpx_walk,
    "cass_dat": text_files.cass_dat,
    "land_txt": text_files.land_txt,
    "dxf": text_files.dxf,
    "xlsx": binary_files.xlsx,
    "csv": text_files.csv,
    "geojson": text_files.geojson,
    "gpkg": binary_files.gpkg,
}


def content(file: DisputeFile, zone: Zone) -> bytes:
    """Return the bytes of a dispute file; the same file gives the same bytes on one machine."""
    return _WRITERS[file.encoding](file, zone)


def write(disputes: Iterable[Dispute], zone: Zone, folder: Path) -> dict[str, Path]:
    """Write every dispute's files into a folder of its own under ``folder``; return paths by file name."""
    written = {}
    for dispute in disputes:
        own = folder / f"{dispute.number:02d}_{dispute.title_zh.replace('：', '_').replace('（虚构）', '')}"
        own.mkdir(parents=True, exist_ok=True)
        for file in dispute.files:
            path = own / file.name
            path.write_bytes(content(file, zone))
            written[file.name] = path
        (own / "说明.txt").write_text(_note(dispute), encoding="utf-8")
    return written


def _note(dispute: Dispute) -> str:
    """Return what is told about a dispute and each of its files, Chinese first."""
    lines = [dispute.title_zh, dispute.story_zh, "", dispute.title_en, dispute.story_en, ""]
    for file in dispute.files:
        sigma = "—" if file.sigma_own_m is None else f"{file.sigma_own_m:g} + {file.sigma_common_m:g} m"
        lines.append(f"{file.name}  {file.title_zh} / {file.title_en}  [{file.role}]  中误差 sigma {sigma}")
    return "\r\n".join(lines) + "\r\n"
