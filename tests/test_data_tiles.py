"""Local base maps: right tile at the right place, and a sentence for every file that is none."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.transform import from_bounds

from data import tiles
from geo.errors import FileError

# Affine warns about its own operator inside rasterio.
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")


def _png(color: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (256, 256), color).save(out, "PNG")
    return out.getvalue()


def _mbtiles(path: Path, kind: str = "png") -> Path:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    connection.execute("CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)")
    facts = [("format", kind), ("minzoom", "1"), ("maxzoom", "1"), ("bounds", "0,0,180,85")]
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", facts)
    connection.execute("INSERT INTO tiles VALUES (1, 1, 1, ?)", (_png((200, 0, 0)),))
    connection.commit()
    connection.close()
    return path


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _pmtiles(path: Path, kind: int = 2) -> Path:
    """Write an archive by the specification: tiles 0 (zoom 0) and 1-2 (zoom 1) as one run."""
    pictures = [_png((0, 0, 200)), _png((0, 200, 0))]
    numbers = [2, 0, 1, 1, 2, len(pictures[0]), len(pictures[1]), 1, 0]
    root = gzip.compress(b"".join(map(_varint, numbers)))
    data_at = 127 + len(root)
    head = struct.pack(
        "<7sB11Q", b"PMTiles", 3, 127, len(root), 0, 0, 0, 0, data_at, sum(map(len, pictures)), 3, 2, 2
    )
    head += struct.pack("<6B", 1, 2, 1, kind, 0, 1) + struct.pack(
        "<4i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000
    )
    path.write_bytes(head.ljust(127, b"\0") + root + b"".join(pictures))
    return path


def make_geotiff(path: Path, west: float = 102.0, south: float = 40.0, crs: str | None = "EPSG:4326") -> Path:
    """Write a red picture of 0.2 degrees each way."""
    colours = np.zeros((3, 200, 200), dtype=np.uint8)
    colours[0] = 250
    facts = {"driver": "GTiff", "width": 200, "height": 200, "count": 3, "dtype": "uint8"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        place = from_bounds(west, south, west + 0.2, south + 0.2, 200, 200)
        with rasterio.open(path, "w", **facts, crs=crs, transform=place) as target:
            target.write(colours)
    return path


def _middle(tile: tiles.Tile | None) -> tuple[int, ...]:
    assert tile is not None
    assert tile.media_type == "image/png"
    picture = Image.open(io.BytesIO(tile.data)).convert("RGBA")
    found: tuple[int, ...] = picture.getpixel((128, 128))
    return found


def test_mbtiles__counts_rows_from_the_south(tmp_path: Path) -> None:
    source = tiles.open_tiles(_mbtiles(tmp_path / "底图 一.mbtiles"))
    assert _middle(source.tile(1, 1, 0))[:3] == (200, 0, 0)
    assert source.tile(1, 1, 1) is None
    assert (source.min_zoom, source.max_zoom, source.bounds) == (1, 1, (0.0, 0.0, 180.0, 85.0))
    source.close()


def test_pmtiles__runs_along_the_hilbert_curve(tmp_path: Path) -> None:
    source = tiles.open_tiles(_pmtiles(tmp_path / "a.pmtiles"))
    assert _middle(source.tile(0, 0, 0))[:3] == (0, 0, 200)
    assert _middle(source.tile(1, 0, 0))[:3] == (0, 200, 0)
    assert _middle(source.tile(1, 0, 1))[:3] == (0, 200, 0)
    assert source.tile(1, 1, 1) is None
    source.close()


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ((0, 0, 0), 0),
        ((1, 0, 0), 1),
        ((1, 0, 1), 2),
        ((1, 1, 1), 3),
        ((1, 1, 0), 4),
        ((2, 0, 0), 5),
        ((12, 3423, 1763), 19078479),
    ],
)
def test_hilbert__numbers_of_the_specification(place: tuple[int, int, int], number: int) -> None:
    """Reference: the table of the PMTiles specification, version 3, section 4.1.1."""
    assert tiles._hilbert(*place) == number


def test_hilbert__neighbours_in_number_are_neighbours_in_place() -> None:
    order = sorted(((x, y) for x in range(8) for y in range(8)), key=lambda place: tiles._hilbert(3, *place))
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in pairwise(order))


def test_geotiff__is_warped_to_its_place(tmp_path: Path) -> None:
    source = tiles.open_tiles(make_geotiff(tmp_path / "正射.tif"))
    zoom = 12
    column = int((102.1 + 180) / 360 * 2**zoom)
    row = int((1 - np.arcsinh(np.tan(np.radians(40.1))) / np.pi) / 2 * 2**zoom)
    assert _middle(source.tile(zoom, column, row)) == (250, 0, 0, 255)
    assert source.tile(zoom, column + 50, row) is None
    source.close()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: folder / "nothing.mbtiles", "tiles_missing"),
        (lambda folder: _write(folder / "a.jpg", b"x"), "tiles_format"),
        (lambda folder: _write(folder / "a.mbtiles", b"SQLite format 3\x00 broken"), "tiles_unreadable"),
        (lambda folder: _write(folder / "a.pmtiles", b"PMTiles\x03short"), "tiles_unreadable"),
        (lambda folder: _write(folder / "a.tif", b"II*\x00broken"), "tiles_unreadable"),
        (lambda folder: _mbtiles(folder / "v.mbtiles", "pbf"), "tiles_vector"),
        (lambda folder: _pmtiles(folder / "v.pmtiles", kind=1), "tiles_vector"),
        (lambda folder: make_geotiff(folder / "bare.tif", crs=None), "tiles_no_position"),
    ],
)
def test_what_is_no_base_map__says_so(tmp_path: Path, make: object, code: str) -> None:
    with pytest.raises(FileError) as fault:
        tiles.open_tiles(make(tmp_path))  # type: ignore[operator]
    assert fault.value.code == code


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
