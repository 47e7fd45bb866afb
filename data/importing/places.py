"""Places in files, in the reader's language: ``record 12`` is 记录 12."""

from __future__ import annotations

import re

from geo.errors import Language

__all__ = ["place_in_words"]

_WORDS = {
    "activity": "活动",
    "course": "路线",
    "feature": "图形",
    "layer": "图层",
    "line": "文本行",
    "placemark": "地标",
    "plot": "地块",
    "point": "点",
    "record": "记录",
    "route": "航线",
    "row": "行",
    "track": "轨迹",
    "waypoint": "航点",
}
_PLACE = re.compile(rf"(?<![^\s·(])({'|'.join(_WORDS)})(?= [\w-])")


def place_in_words(where: str, lang: Language) -> str:
    """Return a problem's place in ``lang``; names of plots and files stay as they are.

    >>> place_in_words("plot DK1 (row 10)", "zh")
    '地块 DK1 (行 10)'
    """
    return where if lang == "en" else _PLACE.sub(lambda match: _WORDS[match[1]], where)
