"""Classes of traverses with their limits, from the norms' figures."""

from __future__ import annotations

import re
from typing import Final

from data.rules.norms import Norms
from geo.errors import ArgumentError
from geo.misclosure import TraverseClass

__all__ = ["traverse_class", "traverse_classes"]

_NAMES: Final = {
    "first": ("一级", "first class"),
    "second": ("二级", "second class"),
    "third": ("三级", "third class"),
    "mapping": ("图根", "mapping control"),
    "compass": ("罗盘", "compass"),
}


def traverse_classes(norms: Norms) -> tuple[TraverseClass, ...]:
    """Return every class, the strictest first."""
    return tuple(
        TraverseClass(
            key=key,
            zh=zh,
            en=en,
            angular_sec=norms.value(f"traverse_{key}_angular_sec"),
            ratio=norms.value(f"traverse_{key}_ratio"),
        )
        for key, (zh, en) in _NAMES.items()
    )


def traverse_class(name: str, norms: Norms) -> TraverseClass:
    """Return the class called ``name`` in either language (``图根导线``, ``mapping``).

    Raises
    ------
    ArgumentError
        ``traverse_class_unknown``, listing the classes there are.
    """
    wanted = re.sub(r"导线|仪|级别|class|traverse|\s", "", name.strip().casefold())
    classes = traverse_classes(norms)
    for item in classes:
        english = re.sub(r"class|control|\s", "", item.en)
        if wanted in {item.key, item.zh, english}:
            return item
    raise ArgumentError(
        "traverse_class_unknown",
        zh="没有名为“{name}”的导线等级：可用 {known_zh}。",
        en="There is no traverse class {name!r}: use one of {known_en}.",
        where=name,
        name=name,
        known_zh="、".join(item.zh for item in classes),
        known_en=", ".join(item.key for item in classes),
    )
