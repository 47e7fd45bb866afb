"""DXF as a stream of (group code, value) tags: text or binary, Chinese code pages, a torn end survived.

A drawing of tens of megabytes is read in seconds, which building the whole document model is not.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from data.importing.text import declared_codec, looks_chinese

__all__ = [
    "Entity",
    "decode_drawing",
    "entities",
    "header_value",
    "objects",
    "plain_text",
    "sections",
    "tags",
]

Tag = tuple[int, str]

_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
_WANTED = {"ENTITIES", "OBJECTS"}
_UNICODE = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


@dataclass(slots=True)
class Entity:
    """One entity: its kind, and its tags in the order of the file."""

    kind: str
    tags: list[Tag] = field(default_factory=list)

    def text(self, code: int, default: str = "") -> str:
        """Return the first value of a group code."""
        return next((value for found, value in self.tags if found == code), default)

    def number(self, code: int, default: float = 0.0) -> float:
        """Return the first value of a group code as a number; NaN when it is none."""
        value = self.text(code, "")
        return _float(value) if value else default

    def numbers(self, code: int) -> list[float]:
        """Return all values of a group code as numbers."""
        return [_float(value) for found, value in self.tags if found == code]

    @property
    def layer(self) -> str:
        """Return the layer's name."""
        return self.text(8, "0")


def decode_drawing(data: bytes) -> tuple[str, str, bool]:
    """Return a text drawing's text, its encoding, and whether something was lost.

    From R2007 on drawings are UTF-8; before, the code page is declared, wrongly as often as not.
    """
    head = data[:20_000]
    version = re.search(rb"\$ACADVER\s+1\s+(AC\d{4})", head)
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", head)
    declared = declared_codec(page[1].decode("ascii", "replace")) if page else None
    modern = version is not None and version[1] >= b"AC1021"
    western = declared if declared and not looks_chinese(data) else None
    order = ["utf-8", "gb18030"] if western is None or modern else [western, "utf-8", "gb18030"]
    if western is not None and _is_utf8_with_more_than_ascii(data):
        order = ["utf-8"]
    for codec in order:
        try:
            return data.decode(codec), "gbk" if codec in {"gb18030", "gb2312"} else codec, False
        except UnicodeDecodeError:
            continue
    return data.decode("gb18030", "replace"), "gbk", True


def _is_utf8_with_more_than_ascii(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def tags(data: bytes, text: str) -> Iterator[Tag]:
    """Yield the tags of a drawing; it simply ends where the file breaks off."""
    if data.startswith(_BINARY):
        yield from _binary_tags(data)
        return
    lines = iter(text.split("\n"))
    for line in lines:
        value = next(lines, None)
        if value is None:
            return
        try:
            code = int(line)
        except ValueError:
            continue
        yield code, value.strip("\r") if code in {1, 3} else value.strip()


def _binary_tags(data: bytes) -> Iterator[Tag]:
    position = len(_BINARY)
    while position + 2 < len(data):
        code = struct.unpack_from("<h", data, position)[0]
        position += 2
        try:
            value, position = _binary_value(data, position, code)
        except (struct.error, ValueError):
            return
        yield code, value


def _binary_value(data: bytes, position: int, code: int) -> tuple[str, int]:
    for ranges, layout in _LAYOUTS:
        if any(low <= code <= high for low, high in ranges):
            size = struct.calcsize(layout)
            return repr(struct.unpack_from(layout, data, position)[0]), position + size
    if 310 <= code <= 319 or code == 1004:
        size = data[position]
        return data[position + 1 : position + 1 + size].hex(), position + 1 + size
    end = data.index(b"\x00", position)
    raw = data[position:end]
    try:
        return raw.decode("utf-8"), end + 1
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace"), end + 1


_LAYOUTS: tuple[tuple[tuple[tuple[int, int], ...], str], ...] = (
    (((10, 59), (110, 149), (210, 239), (460, 469), (1010, 1059)), "<d"),
    (((90, 99), (420, 429), (440, 459), (1071, 1071)), "<i"),
    (((160, 169),), "<q"),
    (((60, 79), (170, 179), (270, 289), (370, 389), (400, 409), (1060, 1070)), "<h"),
    (((290, 299),), "<?"),
)


def sections(stream: Iterable[Tag]) -> Iterator[tuple[str, Entity]]:
    """Yield the entities of the model and the objects, each with the name of its section."""
    section, current = "", Entity("")
    wanted = False
    for tag in stream:
        if tag[0] == 0:
            if wanted:
                yield section, current
            kind = tag[1].upper()
            section = "" if kind in {"SECTION", "ENDSEC"} else section
            wanted = section in _WANTED and kind not in {"ENDSEC", "EOF"}
            current = Entity(kind)
        elif wanted:
            current.tags.append(tag)
        elif not section and tag[0] == 2 and current.kind == "SECTION":
            section = tag[1].upper()
    if wanted:
        yield section, current


def entities(found: list[tuple[str, Entity]]) -> list[Entity]:
    """Return the model's entities, those of paper layouts left out."""
    return [entity for section, entity in found if section == "ENTITIES" and entity.text(67) != "1"]


def objects(found: list[tuple[str, Entity]], kind: str) -> list[Entity]:
    """Return the objects of a kind."""
    return [entity for section, entity in found if section == "OBJECTS" and entity.kind == kind]


def header_value(text: str, name: str) -> str:
    """Return a header variable's value, or nothing."""
    match = re.search(rf"\${name}\s+\d+\s+(\S+)", text[:60_000])
    return match[1] if match else ""


def plain_text(value: str) -> str:
    """Return a label without CAD formatting codes."""
    value = _UNICODE.sub(lambda match: chr(int(match[1], 16)), value)
    value = re.sub(r"\\[Pp]|\^J", " ", value)
    value = re.sub(r"\\[ACFHQTWfh][^;]*;|\\[LlOoKk]", "", value)
    return re.sub(r"[{}]|%%[a-zA-Z]", "", value).strip()


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
