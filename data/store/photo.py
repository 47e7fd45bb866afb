"""What a photograph says of itself: where and when it was taken; and a copy that says nothing."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from geo.errors import FileError

__all__ = ["PhotoFacts", "read_facts", "without_metadata"]

_MOST_PIXELS = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFacts:
    """A photograph's own words: degrees as its receiver gave them, time as its clock showed (no zone)."""

    media_type: str
    width_px: int
    height_px: int
    taken_at: str
    lon_deg: float | None
    lat_deg: float | None


def read_facts(content: bytes, name: str = "") -> PhotoFacts:
    """Read a photograph's size, time and GPS position.

    Raises
    ------
    FileError
        ``photo_unreadable``.
    """
    with _opened(content, name) as image:
        exif = image.getexif()
        position = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
        own = exif.get_ifd(ExifTags.IFD.Exif)
        taken = own.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or ""
        return PhotoFacts(
            media_type=Image.MIME.get(image.format or "", "application/octet-stream"),
            width_px=image.width,
            height_px=image.height,
            taken_at=str(taken).strip("\x00 "),
            lon_deg=position[0] if position else None,
            lat_deg=position[1] if position else None,
        )


def without_metadata(content: bytes, name: str = "") -> bytes:
    """Return the picture alone, upright, in its own format: no position, time, device, preview or remark.

    Raises
    ------
    FileError
        ``photo_unreadable``.
    """
    with _opened(content, name) as image:
        upright = ImageOps.exif_transpose(image)
        plain = upright.convert("RGBA") if upright.mode == "P" else upright
        clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        target = io.BytesIO()
        kind = image.format if image.format in {"JPEG", "PNG", "WEBP", "TIFF", "BMP"} else "PNG"
        if image.format == "MPO":
            kind = "JPEG"
        clean.save(target, format=kind, **({"quality": 92} if kind in {"JPEG", "WEBP"} else {}))
        return target.getvalue()


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                if image.width * image.height > _MOST_PIXELS:
                    raise ValueError("too many pixels")
                image.load()
                yield image
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise FileError(
            "photo_unreadable",
            zh="照片 {name} 读不出来（文件损坏，或是不支持的格式）：请另存为 JPEG 或 PNG 再放入。",
            en="The photograph {name} cannot be read (damaged, or a format not supported): save it as JPEG or PNG "
            "and add it again.",
            where=name,
            name=name,
        ) from fault


def _position(gps: dict[int, object]) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees, or None when they are absent or senseless."""
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if latitude is None or longitude is None or (latitude == 0.0 and longitude == 0.0):
        return None
    return (longitude, latitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _degrees(parts: object, reference: object, negative: str) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        return None
    return -value if str(reference).strip("\x00 ").upper() == negative else value
