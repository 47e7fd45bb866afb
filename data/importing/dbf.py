"""dBASE attribute tables of shapefiles, whose text encoding is often stated wrongly or not at all."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from data.importing.text import declared_codec, looks_chinese

__all__ = ["Table", "read_table"]

# Language driver byte of the header: code page, as ArcGIS and FoxPro write it.
_DRIVERS = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x4D: "gbk",
    0x4F: "big5",
    0x57: "cp1252",
    0x59: "cp1252",
    0x7A: "gbk",
    0x78: "big5",
    0xC8: "cp1250",
    0xC9: "cp1251",
}
_CHINESE = {"gbk", "gb2312", "gb18030", "cp936", "hz"}
_MAX_FIELDS = 2048


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table as text, in the order of the records; None for a deleted row.

    ``declared`` is the encoding the file states when another had to be used, else None.
    """

    fields: tuple[str, ...]
    rows: tuple[dict[str, str] | None, ...]
    encoding: str
    declared: str | None
    lossy: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class _Field:
    raw_name: bytes
    kind: str
    offset: int
    length: int


def read_table(data: bytes, code_page: str | None = None) -> Table:
    """Read a ``.dbf``; ``code_page`` is the text of the ``.cpg`` file, when there is one.

    A table that breaks off gives the rows before, with ``fault`` set.

    Raises
    ------
    ValueError
        The header cannot be read.
    """
    count, header_length, record_length = _header(data)
    fields = _fields(data, header_length, record_length)
    available = max(0, (len(data) - header_length) // record_length) if record_length else 0
    fault = None if available >= count else f"{count} rows declared, {available} there"
    rows = [
        data[header_length + i * record_length : header_length + (i + 1) * record_length]
        for i in range(min(count, available))
    ]
    encoding, declared = _encoding(data, code_page, _texts(fields, rows))
    names = _unique([_decode(field.raw_name, encoding)[0] for field in fields])
    lossy = [False]
    cells = tuple(_row(row, fields, names, encoding, lossy) for row in rows)
    return Table(tuple(names), cells, encoding, declared, lossy[0], fault)


def _header(data: bytes) -> tuple[int, int, int]:
    if len(data) < 32:
        raise ValueError(f"{len(data)} bytes, header needs 32")
    count, header_length, record_length = struct.unpack_from("<IHH", data, 4)
    if header_length < 33 or header_length > max(len(data), 33):
        raise ValueError(f"header length {header_length}")
    return count, header_length, record_length


def _fields(data: bytes, header_length: int, record_length: int) -> list[_Field]:
    fields: list[_Field] = []
    position, offset = 32, 1
    while position + 32 <= header_length and data[position : position + 1] not in {b"\r", b"", b"\x00"}:
        block = data[position : position + 32]
        length, kind = block[16], chr(block[11])
        if kind == "C":
            length += block[17] * 256
        if offset + length > record_length or len(fields) >= _MAX_FIELDS:
            break
        fields.append(_Field(block[:11].split(b"\x00")[0].strip(), kind, offset, length))
        position, offset = position + 32, offset + length
    return fields


def _texts(fields: list[_Field], rows: list[bytes]) -> list[bytes]:
    """Return the distinct texts that tell the encoding: names, and cells of a sample spread over the rows."""
    step = max(1, len(rows) // 2000)
    texts = {field.raw_name for field in fields}
    for row in rows[::step]:
        for field in fields:
            if field.kind == "C":
                cell = row[field.offset : field.offset + field.length].rstrip(b" \x00")
                texts.add(_whole(cell) if len(cell) == field.length else cell)
    return [text for text in texts if re.search(rb"[\x80-\xff]", text)]


def _whole(cell: bytes) -> bytes:
    """Return a full cell without the first half of a two-byte character that was cut at its end."""
    match = re.search(rb"[\x80-\xff]+$", cell)
    return cell[:-1] if match and len(match[0]) % 2 and len(match[0]) % 3 else cell


def _encoding(data: bytes, code_page: str | None, texts: list[bytes]) -> tuple[str, str | None]:
    """Choose the encoding; the declared one is believed when it fits and the bytes do not say otherwise.

    Rules: (1) text that reads as Chinese in UTF-8 is UTF-8; (2) the .cpg, else the language driver byte, when
    every text fits, but a Western page not where the bytes come in pairs as Chinese does; (3) GBK, GB18030;
    (4) UTF-8; (5) the Western page, or Latin-1.  The second value is the declared one when it was not used.
    """
    stated = declared_codec(code_page) if code_page else None
    stated = stated or _DRIVERS.get(data[29])
    if not texts:
        plain_page = stated is None or (code_page is None and stated.startswith("cp"))
        return ("ascii" if plain_page else _shown(stated or "")), None
    chosen = _chosen(stated, texts)
    wrong = stated is not None and _shown(stated) != chosen
    return chosen, _shown(stated) if stated is not None and wrong else None


def _chosen(stated: str | None, texts: list[bytes]) -> str:
    chinese = looks_chinese(b" ".join(texts))
    plainly_utf8 = all(_fits(text, "utf-8") for text in texts)
    if plainly_utf8 and re.search("[\u3400-\u9fff]", b" ".join(texts).decode("utf-8", "ignore")):
        return "utf-8"
    western = stated is not None and stated not in _CHINESE and not stated.startswith("utf")
    if stated is not None and all(_fits(text, stated) for text in texts) and not (western and chinese):
        return _shown(stated)
    for codec in ("gbk", "gb18030"):
        if (chinese or stated in _CHINESE) and all(_fits(text, codec) for text in texts):
            return codec
    if plainly_utf8:
        return "utf-8"
    return _shown(stated) if stated is not None and western else "iso8859-1"


def _shown(codec: str) -> str:
    return "gbk" if codec in {"gb2312", "cp936"} else codec


def _fits(text: bytes, codec: str) -> bool:
    """Tell whether a text decodes, a character cut off at the end of the field forgiven."""
    try:
        text.decode("gb18030" if codec == "gb2312" else codec)
    except UnicodeDecodeError as fault:
        return fault.start >= len(text) - 3 and fault.start > 0 and fault.end >= len(text) - 2
    return True


def _decode(raw: bytes, encoding: str) -> tuple[str, bool]:
    codec = "gb18030" if encoding == "gbk" else encoding
    try:
        return raw.decode(codec), False
    except UnicodeDecodeError as fault:
        if fault.start >= len(raw) - 3 and fault.start > 0:
            return raw[: fault.start].decode(codec), False
        return raw.decode(codec, "replace"), True


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for i, name in enumerate(names):
        shown = name or f"field{i + 1}"
        seen[shown] = seen.get(shown, 0) + 1
        unique.append(shown if seen[shown] == 1 else f"{shown}_{seen[shown]}")
    return unique


def _row(
    row: bytes, fields: list[_Field], names: list[str], encoding: str, lossy: list[bool]
) -> dict[str, str] | None:
    if row[:1] == b"*":
        return None
    cells = {}
    for field, name in zip(fields, names, strict=True):
        raw = row[field.offset : field.offset + field.length]
        if field.kind in "IO+@BTY":
            cells[name] = _binary(raw, field.kind)
            continue
        text, lost = _decode(raw.split(b"\x00")[0].strip(), encoding)
        lossy[0] = lossy[0] or lost
        text = text.strip()
        cells[name] = "" if field.kind in "NF" and set(text) <= {"*"} else text
    return cells


def _binary(raw: bytes, kind: str) -> str:
    if kind in "I+" and len(raw) == 4:
        return str(struct.unpack("<i", raw)[0])
    if kind in "OB" and len(raw) == 8:
        return repr(struct.unpack("<d", raw)[0])
    return raw.hex() if raw.strip(b"\x00 ") else ""
