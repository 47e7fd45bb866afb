"""Local pictures beneath the map: MBTiles, PMTiles and GeoTIFF read tile by tile, nothing written.

Addresses are those of Web Mercator tiles: zoom, column from the west, row from the north.

References
----------
MBTiles 1.3; PMTiles 3 (header of 127 bytes, directories of varints, tile numbers along a Hilbert curve).
"""

from __future__ import annotations

import gzip
import io
import math
import sqlite3
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from geo.errors import FileError

__all__ = ["BLANK_PNG", "GeoTiff", "MBTiles", "PMTiles", "Tile", "TileSource", "open_tiles"]

TILE_PX: Final = 256
_RADIUS_M: Final = 20037508.342789244
_MOST_ZOOM: Final = 22
_MERCATOR: Final = "EPSG:3857"

BLANK_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
"""One transparent pixel: what is sent where a source has no picture."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture and its kind."""

    data: bytes
    media_type: str


class TileSource(Protocol):
    """A file of pictures."""

    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Return one picture, or None where there is none."""

    def close(self) -> None:
        """Close the file."""


def open_tiles(path: Path) -> TileSource:
    """Open a file of pictures by its ending.

    Raises
    ------
    FileError
        ``tiles_missing``, ``tiles_format``, ``tiles_vector``, ``tiles_unreadable``.
    """
    kinds: Mapping[str, Any] = {
        ".mbtiles": MBTiles,
        ".pmtiles": PMTiles,
        ".tif": GeoTiff,
        ".tiff": GeoTiff,
    }
    if not path.is_file():
        raise _fault(
            "tiles_missing",
            path,
            "没有找到底图文件 {name}：请核对路径。",
            "There is no base map {name}: check the path.",
        )
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise _fault(
            "tiles_format",
            path,
            "{name} 不是底图文件：请用 MBTiles、PMTiles 或 GeoTIFF。",
            "{name} is no base map: use MBTiles, PMTiles or GeoTIFF.",
        )
    try:
        source: TileSource = kind(path)
    except (sqlite3.DatabaseError, struct.error, EOFError, OSError, ValueError) as fault:
        if isinstance(fault, FileError):
            raise
        raise _fault(
            "tiles_unreadable",
            path,
            "底图文件 {name} 读不出来，可能已损坏：请重新导出。",
            "The base map {name} cannot be read and may be damaged: export it again.",
        ) from fault
    return source


def _fault(code: str, path: Path, zh: str, en: str) -> FileError:
    return FileError(code, zh=zh, en=en, where=str(path), name=path.name)


def _vector(path: Path) -> FileError:
    return _fault(
        "tiles_vector",
        path,
        "{name} 是矢量瓦片，不能作底图：请导出为图片瓦片（PNG、JPEG 或 WebP）。",
        "{name} holds vector tiles, which cannot be a base map: export pictures (PNG, JPEG or WebP).",
    )


def _media_type(data: bytes) -> str:
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:2] == b"\xff\xd8":
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream"


class MBTiles:
    """Pictures in an SQLite file, opened for reading only."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        facts = dict(self._connection.execute("SELECT name, value FROM metadata").fetchall())
        if facts.get("format") == "pbf":
            self._connection.close()
            raise _vector(path)
        low, high = self._connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        self.min_zoom = int(facts.get("minzoom", low or 0))
        self.max_zoom = int(facts.get("maxzoom", high or 0))
        self.bounds = _bounds(facts.get("bounds"))

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Return one picture; the file counts its rows from the south."""
        place = (zoom, column, 2**zoom - 1 - row)
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        with self._lock:
            found = self._connection.execute(query, place).fetchone()
        return Tile(bytes(found[0]), _media_type(bytes(found[0]))) if found else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _bounds(text: str | None) -> tuple[float, float, float, float] | None:
    parts = [float(part) for part in text.split(",")] if text else []
    return (parts[0], parts[1], parts[2], parts[3]) if len(parts) == 4 else None


class PMTiles:
    """Pictures in one archive of version 3."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = path.open("rb")
        self._directories: dict[tuple[int, int], list[_Entry]] = {}
        try:
            self._read_head(path)
        except BaseException:
            self._file.close()
            raise

    def _read_head(self, path: Path) -> None:
        head = self._file.read(127)
        if head[:8] != b"PMTiles\x03":
            raise ValueError("no PMTiles 3")
        numbers = struct.unpack("<11Q", head[8:96])
        box = struct.unpack("<4i", head[102:118])
        self._root = (numbers[0], numbers[1])
        self._leaves, self._data = numbers[4], numbers[6]
        self._packing = head[97]
        self.min_zoom, self.max_zoom = head[100], head[101]
        self.bounds = (box[0] / 1e7, box[1] / 1e7, box[2] / 1e7, box[3] / 1e7)
        if head[99] == 1:
            raise _vector(path)

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Return one picture."""
        wanted = _hilbert(zoom, column, row)
        offset, length = self._root
        for _depth in range(4):
            entry = _nearest(self._directory(offset, length), wanted)
            if entry is None:
                return None
            if entry.run == 0:
                offset, length = self._leaves + entry.offset, entry.length
                continue
            if wanted >= entry.tile + entry.run:
                return None
            data = self._read(self._data + entry.offset, entry.length)
            return Tile(data, _media_type(data))
        return None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _read(self, offset: int, length: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            return self._file.read(length)

    def _directory(self, offset: int, length: int) -> list[_Entry]:
        key = (offset, length)
        if key not in self._directories:
            packed = self._read(offset, length)
            self._directories[key] = _entries(gzip.decompress(packed) if self._packing == 2 else packed)
        return self._directories[key]


@dataclass(frozen=True, slots=True)
class _Entry:
    tile: int
    run: int
    length: int
    offset: int


def _entries(data: bytes) -> list[_Entry]:
    numbers = iter(_varints(data))
    count = next(numbers)
    tiles, last = [], 0
    for _ in range(count):
        last += next(numbers)
        tiles.append(last)
    runs = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    offsets: list[int] = []
    for i in range(count):
        coded = next(numbers)
        offsets.append(offsets[-1] + lengths[i - 1] if coded == 0 and i else coded - 1)
    return [_Entry(*row) for row in zip(tiles, runs, lengths, offsets, strict=True)]


def _varints(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    return found


def _nearest(entries: list[_Entry], wanted: int) -> _Entry | None:
    low, high = 0, len(entries)
    while low < high:
        middle = (low + high) // 2
        if entries[middle].tile <= wanted:
            low = middle + 1
        else:
            high = middle
    return entries[low - 1] if low else None


def _hilbert(zoom: int, column: int, row: int) -> int:
    """Return the number of a tile: all of the smaller zooms, then along the Hilbert curve of its own."""
    number: int = (4**zoom - 1) // 3
    side = 2**zoom // 2
    while side:
        right, down = int(column & side > 0), int(row & side > 0)
        number += side * side * ((3 * right) ^ down)
        if down == 0:
            if right == 1:
                column, row = side - 1 - column, side - 1 - row
            column, row = row, column
        column, row = column & (side - 1), row & (side - 1)
        side //= 2
    return number


class GeoTiff:
    """An orthophoto, warped to Web Mercator tile by tile."""

    def __init__(self, path: Path) -> None:
        import rasterio
        from rasterio.warp import calculate_default_transform, transform_bounds

        self._lock = threading.Lock()
        self._dataset = rasterio.open(path)
        found = self._dataset
        if found.crs is None:
            found.close()
            raise _fault(
                "tiles_no_position",
                path,
                "影像 {name} 没有坐标系：请用带坐标系的 GeoTIFF。",
                "The image {name} has no reference system: use a GeoTIFF that has one.",
            )
        self._box: tuple[float, ...] = transform_bounds(found.crs, _MERCATOR, *found.bounds)
        self.bounds: tuple[float, float, float, float] | None = transform_bounds(
            found.crs, "EPSG:4326", *found.bounds
        )
        pixel = calculate_default_transform(found.crs, _MERCATOR, found.width, found.height, *found.bounds)[0]
        pixel_m = max(abs(pixel.a), 1e-3)
        self.max_zoom = min(_MOST_ZOOM, max(0, math.ceil(math.log2(2 * _RADIUS_M / TILE_PX / pixel_m))))
        self.min_zoom = max(0, self.max_zoom - 10)

    def tile(self, zoom: int, column: int, row: int) -> Tile | None:
        """Return one picture as PNG."""
        from rasterio.enums import Resampling
        from rasterio.transform import from_bounds
        from rasterio.vrt import WarpedVRT

        side_m = 2 * _RADIUS_M / 2**zoom
        west, north = -_RADIUS_M + column * side_m, _RADIUS_M - row * side_m
        box = (west, north - side_m, west + side_m, north)
        if (
            box[0] >= self._box[2]
            or box[2] <= self._box[0]
            or box[1] >= self._box[3]
            or box[3] <= self._box[1]
        ):
            return None
        wanted = {
            "crs": _MERCATOR,
            "transform": from_bounds(*box, TILE_PX, TILE_PX),
            "width": TILE_PX,
            "height": TILE_PX,
            "resampling": Resampling.bilinear,
            "add_alpha": self._dataset.nodata is None and self._dataset.count in (1, 3),
        }
        with self._lock, WarpedVRT(self._dataset, **wanted) as warped:
            bands = warped.read(masked=True)
        return Tile(_png(bands), "image/png")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._dataset.close()


def _png(bands: Any) -> bytes:
    """Return grey or colour bands as a PNG, see-through where there is no picture."""
    from PIL import Image

    seen = ~np.ma.getmaskarray(bands)[0]
    filled = np.ma.filled(bands, 0)
    count = filled.shape[0]
    if count in (2, 4):
        seen &= filled[-1] > 0
    colours = filled[:3] if count >= 3 else np.repeat(filled[:1], 3, axis=0)
    if colours.dtype != np.uint8:
        top = float(colours.max()) or 1.0
        colours = np.clip(colours / top * 255.0, 0, 255)
    alpha = np.where(seen, 255, 0)[None]
    picture = np.concatenate([colours, alpha]).astype(np.uint8).transpose(1, 2, 0)
    out = io.BytesIO()
    Image.fromarray(picture, "RGBA").save(out, "PNG")
    return out.getvalue()
