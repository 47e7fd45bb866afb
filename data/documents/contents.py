"""What is in a package: the list for people 材料清单 and the manifest with every part's digest for machines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.documents import paper, words
from data.documents.blocks import Block, Box, Column, Document, Grid, Heading, Para
from data.documents.facts import Dossier

__all__ = ["Part", "Recipe", "content_list", "manifest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the package, with what people call it and the characters it could not show."""

    name: str
    data: bytes
    title: str
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Return the digest of the file."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one part is made: its name in the package, its title, and the function that makes it."""

    name: str
    title: str
    make: Callable[[], Part]

    @classmethod
    def of(cls, name: str, title: str, data: Callable[[], bytes]) -> Recipe:
        """Return the recipe of a file of which only the bytes have to be made."""
        return cls(name=name, title=title, make=lambda: Part(name=name, title=title, data=data()))


def content_list(dossier: Dossier, parts: Sequence[Part]) -> Document:
    """Return the list of papers and files with their digests, and of the files they were made from."""
    columns = (
        Column(zh="序号", en="No.", align="center", share=0.5),
        Column(zh="文件", en="File", share=3.2),
        Column(zh="字节", en="Bytes", align="right", share=0.9),
        Column(zh="SHA-256（前 16 位）", en="SHA-256 (first 16)", share=1.9),
    )
    rows = tuple(
        (str(i), part.name, words.figure(len(part.data), 0), part.sha256[:16])
        for i, part in enumerate(parts, 1)
    )
    blocks: list[Block] = [
        Para(
            zh=f"案件“{words.or_blank(dossier.case.title)}”的材料，制作于{words.clock(dossier.stamp.made_at)}。"
        ),
        Grid(columns=columns, rows=rows),
        *_inputs(dossier),
        *_gaps(parts),
        Box(zh="完整的 SHA-256 在 manifest.json 中。文件有任何改动，摘要就不同。"),
    ]
    return paper.paper(dossier, "contents", "材料清单", "List of contents", tuple(blocks))


def _inputs(dossier: Dossier) -> list[Block]:
    if not dossier.stamp.inputs:
        return []
    columns = (
        Column(zh="原始文件", en="File used", share=2.2),
        Column(zh="用作", en="Used as", share=1.2),
        Column(zh="识别为", en="Taken for", share=2.4),
        Column(zh="SHA-256（前 16 位）", en="SHA-256", share=1.7),
    )
    rows = tuple((file.name, file.role, file.taken_for, file.sha256[:16]) for file in dossier.stamp.inputs)
    return [Heading(zh="原始文件", en="Files used"), Grid(columns=columns, rows=rows)]


def _gaps(parts: Sequence[Part]) -> list[Block]:
    lacking = dict.fromkeys(character for part in parts for character in part.missing)
    if not lacking:
        return []
    codes = "、".join(f"U+{ord(character):04X}" for character in lacking)
    return [Box(zh=f"PDF 字库中没有下列字，印作“〓”，请手工补写：{codes}。DOCX 和表格文件中保留原字。")]


def manifest(dossier: Dossier, parts: Sequence[Part], figures: Mapping[str, object]) -> bytes:
    """Return the manifest as JSON: parts, inputs, figures, gaps; keys sorted, the same bytes every time."""
    content = {
        "case": dossier.case.number,
        "made_at": dossier.stamp.made_at.isoformat(),
        "version": dossier.stamp.version,
        "publication": dossier.stamp.publication,
        "reference_system": {
            "datum": dossier.frame.datum,
            "epsg": dossier.frame.epsg,
            "central_meridian_deg": dossier.frame.central_meridian_deg,
        },
        "figures": dict(figures),
        "parts": [
            {"name": part.name, "title": part.title, "bytes": len(part.data), "sha256": part.sha256}
            for part in parts
        ],
        "inputs": [
            {"name": file.name, "role": file.role, "taken_for": file.taken_for, "sha256": file.sha256}
            for file in dossier.stamp.inputs
        ],
        "missing_characters": {
            part.name: [f"U+{ord(character):04X}" for character in part.missing]
            for part in parts
            if part.missing
        },
        "labels_without_room": {part.name: list(part.dropped) for part in parts if part.dropped},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8") + b"\n"
