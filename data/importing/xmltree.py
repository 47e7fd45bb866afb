"""XML as devices and phone apps write it: entities refused, namespaces forgiven, a torn end survived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from data.importing.facts import Limits
from data.importing.sentences import problem, refusal
from data.importing.text import declared_codec, decode
from geo.errors import Problem

__all__ = ["Node", "parse", "prepare"]

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PREFIX_USED = re.compile(r"</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")
_ROOT = re.compile(r"(?:<!--.*?-->|[^<]|<[?!](?!--)[^>]*>)*<(?![?!])([^\s/>]+)", re.DOTALL)
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?![^<]*\]\]>)")
_MENDABLE = {4, 11, 27}
"""Expat's codes for an invalid token, an undefined entity and an undeclared prefix."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Node:
    """One element: its name without namespace, attributes without namespace, text, and children.

    ``complete`` is False for an element whose end was lost with the rest of the file.
    """

    __slots__ = ("attributes", "children", "complete", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] = []
        self.complete = False

    def find(self, *tags: str) -> Node | None:
        """Return the first child of one of the names, or None."""
        return next((child for child in self.children if child.tag in tags), None)

    def value(self, *tags: str) -> str:
        """Return the trimmed text of the first child of one of the names, or nothing."""
        child = self.find(*tags)
        return child.text.strip() if child is not None else ""

    def all(self, tag: str) -> list[Node]:
        """Return the children of that name."""
        return [child for child in self.children if child.tag == tag]

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


class _Builder:
    """Builds nodes, counting the depth; what was built stays when the parser gives up."""

    def __init__(self, name: str, limit: int) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._text: list[str] = []
        self._name = name
        self._limit = limit

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        if len(self._open) >= self._limit:
            raise refusal("too_deep", self._name, name=self._name, limit=self._limit)
        node = Node(_local(tag), {_local(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _tag: str) -> None:
        self._flush()
        self._open.pop().complete = True

    def data(self, text: str) -> None:
        self._text.append(text)

    def close(self) -> None:
        self._text.clear()

    def _flush(self) -> None:
        if self._text:
            if self._open:
                self._open[-1].text += "".join(self._text)
            self._text.clear()


def prepare(data: bytes) -> tuple[str, str, bool]:
    """Return an XML file's text without its declaration, its encoding, and whether something was lost.

    A declared encoding that fits is believed (Chinese apps write GBK and GB2312, which the parser does not
    know); one that does not fit is replaced by what the bytes are.
    """
    match = _ENCODING.search(data[:200])
    codec = (
        declared_codec(match[1].decode("ascii")) if match and not data.startswith(b"\xef\xbb\xbf") else None
    )
    text, encoding, lossy = "", "", False
    if codec is not None and not codec.startswith(("utf-8", "utf-16", "utf_16")):
        codec = "gb18030" if codec in {"gb2312", "gbk"} else codec
        try:
            text, encoding = data.decode(codec), codec
        except UnicodeDecodeError:
            codec = None
    if not encoding:
        text, encoding, lossy = decode(data)
    return _DECLARATION.sub("", text.lstrip("\ufeff")), encoding, lossy


def parse(name: str, text: str, limits: Limits, format_name: str) -> tuple[Node, list[Problem]]:
    """Parse prepared text into nodes.

    A file that breaks off keeps what came before, listed as ``cut_short``.

    Raises
    ------
    FileError
        ``xml_entities``, ``too_deep``, or ``damaged`` when nothing could be read.
    """
    if "<!ENTITY" in text:
        raise refusal("xml_entities", name, name=name, format=format_name)
    builder, fault = _attempt(name, text, limits, format_name)
    if fault is not None and fault.code in _MENDABLE:
        builder, fault = _attempt(name, _mended(text), limits, format_name)
    if fault is None:
        assert builder.root is not None
        return builder.root, []
    line, column = fault.position
    where_in, detail = f"line {line}", str(fault).split(":")[0]
    if builder.root is None or not builder.root.children:
        raise refusal("damaged", where_in, name=name, where_in=where_in, detail=detail) from fault
    return builder.root, [problem("cut_short", f"line {line}:{column}", where_in=where_in, detail=detail)]


def _attempt(name: str, text: str, limits: Limits, format_name: str) -> tuple[_Builder, ParseError | None]:
    """Return what could be built, and the fault at which the parser gave up, if it did."""
    builder = _Builder(name, limits.depth)
    parser = DefusedXMLParser(target=builder, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text.encode("utf-8", "replace"))
        parser.close()
    except DefusedXmlException as fault:
        raise refusal("xml_entities", name, name=name, format=format_name) from fault
    except ParseError as fault:
        return builder, fault
    return builder, None


def _mended(text: str) -> str:
    """Return the text with bare ampersands escaped, control characters dropped and prefixes declared."""
    return _declare_prefixes(_STRAY_AMPERSAND.sub("&amp;", _FORBIDDEN.sub("", text)))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _declare_prefixes(text: str) -> str:
    """Declare every prefix that is used but not declared, so that the parser does not stumble."""
    used = {first or second for first, second in _PREFIX_USED.findall(text)} - {"xml", "xmlns"}
    missing = [prefix for prefix in sorted(used) if f"xmlns:{prefix}" not in text]
    root = _ROOT.match(text)
    if not missing or root is None:
        return text
    added = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing)
    return text[: root.end()] + added + text[root.end() :]
