"""Bytes to text and text to numbers, for files whose encoding and digits nobody agreed on."""

from __future__ import annotations

import codecs
import math
import re
import unicodedata

__all__ = ["coordinate", "declared_codec", "decode", "looks_chinese", "number", "plain"]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_UNIT = re.compile(r"(米|m|°|度)$", re.IGNORECASE)
_LABELLED = re.compile(r"^[XYNE]\s*[=:]\s*", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DMS = re.compile(
    r"""^(?P<sign>[+-]?)\s*(?P<hemi>[NSEW东西南北]?)[经纬]?\s*
        (?P<deg>\d{1,3}(?:\.\d+)?)\s*(?:[°ºo度d:-]|\s)\s*
        (?:(?P<min>\d{1,2}(?:\.\d+)?)\s*(?:['′’‘分m:-]|\s)?\s*)
        (?:(?P<sec>\d{1,2}(?:\.\d+)?)\s*(?:["″”“秒s]|''|′′)?)?
        \s*(?P<tail>[NSEW东西南北]?)$""",
    re.VERBOSE | re.IGNORECASE,
)


def decode(data: bytes) -> tuple[str, str, bool]:
    """Return text, the name of its encoding, and whether something was lost.

    Rules, in order: (1) a byte order mark; (2) UTF-16 without one, told by its zero bytes; (3) UTF-8 when it
    decodes without fault; (4) GBK, then GB18030; (5) what ``charset_normalizer`` finds; (6) GB18030 with
    the unreadable replaced.
    """
    for mark, codec, name in (
        (codecs.BOM_UTF8, "utf-8-sig", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
    ):
        if data.startswith(mark):
            text = data.decode(codec, "replace")
            return text, name, "\ufffd" in text
    wide = _utf16_without_mark(data)
    for codec in ([wide] if wide else []) + ["utf-8", "gbk", "gb18030"]:
        try:
            return data.decode(codec), codec, False
        except UnicodeDecodeError as fault:
            if codec == "utf-8" and fault.start >= len(data) - 3 and fault.end == len(data):
                return data.decode(codec, "replace"), codec, True
    return _decode_rest(data)


def _decode_rest(data: bytes) -> tuple[str, str, bool]:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None:
        try:
            return data.decode(best.encoding), best.encoding, False
        except UnicodeDecodeError:
            pass
    return data.decode("gb18030", "replace"), "gb18030", True


def _utf16_without_mark(data: bytes) -> str | None:
    head = data[:4000]
    if len(head) < 4 or head.count(0) < len(head) // 5:
        return None
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def looks_chinese(data: bytes) -> bool:
    """Tell whether the bytes over 0x7F come in pairs of the GB 2312 range, as Chinese text does.

    Western text has its accented letters alone between plain ones, so its runs are odd.  The four-byte
    characters of GB 18030 are passed over.
    """
    data = re.sub(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]", b"", data)
    runs = [run for run in re.findall(rb"[\x80-\xff]+", data) if run]
    if not runs:
        return False
    whole = [run for run in runs if len(run) % 2 == 0]
    in_range = [
        all(0xA1 <= run[i] <= 0xF7 and run[i + 1] >= 0xA1 for i in range(0, len(run), 2)) for run in whole
    ]
    return len(whole) >= 0.9 * len(runs) and sum(in_range) >= 0.8 * len(whole)


def declared_codec(label: str) -> str | None:
    """Return Python's codec for a declared code page (``UTF-8``, ``936``, ``ANSI 1251``, ``GBK``), or None."""
    name = label.strip().strip("\x00").strip().lower().replace("_", "-")
    name = re.sub(r"^(ansi|oem|cp|windows|ms|x-ms)[\s-]*", "", name)
    for candidate in (name, f"cp{name}", f"iso-{name}", name.replace("iso-88591", "iso-8859-1")):
        if re.fullmatch(r"88591|88-?591", name):
            return "iso8859-1"
        try:
            return codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
    return None


def plain(value: object) -> str:
    """Return a cell as text: full-width forms folded, blanks trimmed, whole numbers without ``.0``."""
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
            return str(int(value))
        return repr(value)
    if isinstance(value, str) and value.isascii():
        return value.strip()
    return unicodedata.normalize("NFKC", str(value)).replace("\u200b", "").replace("\ufeff", "").strip()


def number(value: object) -> float | None:
    """Return a number from a cell (full-width digits, thousands, a trailing 米), or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    text = _UNIT.sub("", plain(value).replace("−", "-").replace(" ", "")).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    return float(text) if _NUMBER.fullmatch(text) else None


def coordinate(value: object) -> float | None:
    """Return a coordinate from a cell: a number, or degrees, minutes and seconds in any usual writing.

    >>> coordinate("102°16′37.6″E")
    102.27711111111111
    >>> coordinate("４１８４０１３．６８２")
    4184013.682
    >>> coordinate("ridge") is None
    True
    """
    found = number(value)
    if found is not None:
        return found
    text = _LABELLED.sub("", plain(value))
    found = number(text)
    if found is not None:
        return found
    match = _DMS.match(text)
    if match is None:
        return None
    minutes, seconds = float(match["min"]), float(match["sec"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = float(match["deg"]) + minutes / 60 + seconds / 3600
    south_or_west = (match["hemi"] or match["tail"] or "").upper() in {"S", "W", "南", "西"}
    return -degrees if (match["sign"] == "-") != south_or_west else degrees
