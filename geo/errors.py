"""All errors of the project, one tree.

    JiebiaoError (ValueError)
    ├── ArgumentError    what was asked cannot be asked so
    ├── FileError        a file that cannot be used
    ├── CrsError         coordinates that cannot be placed
    ├── GeometryError    a shape that cannot be computed with
    ├── AccuracyError    an accuracy that is missing or impossible
    ├── DisputeError     claims and sources that do not make a dispute
    ├── StoreError       records that cannot be read or written
    └── AccessError      a person who may not do this

Each carries a stable ``code``, the ``facts`` (unit, vertex, value, limit), ``where`` it happened, and
one sentence in each language of the interface: what, where, limit, what to do.
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "AccessError",
    "AccuracyError",
    "ArgumentError",
    "CrsError",
    "DisputeError",
    "FileError",
    "GeometryError",
    "JiebiaoError",
    "Language",
    "Problem",
    "StoreError",
]

Language = Literal["zh", "en"]


class JiebiaoError(ValueError):
    """Base of every error a user can cause or mend.

    Parameters
    ----------
    code : str
        Stable identifier, e.g. ``"ring_not_closed"``.
    zh, en : str
        The sentence in Chinese and English, with ``{names}`` of facts to fill in.
    where : str
        File, row, unit or vertex the sentence is about; empty when it is about the whole request.
    **facts
        Values named in the sentence; numbers in the units their names say.
    """

    def __init__(self, code: str, *, zh: str, en: str, where: str = "", **facts: object) -> None:
        self.code = code
        self.where = where
        self.facts = facts
        self._templates: dict[str, str] = {"zh": zh, "en": en}
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Language = "zh") -> str:
        """Return the sentence in ``lang``."""
        return self._templates[lang].format_map(_Facts(self.facts))

    def problem(self, remedy_zh: str = "", remedy_en: str = "") -> Problem:
        """Return the same facts as a listed problem of a partly good input."""
        return Problem(self.code, self.sentence("zh"), self.sentence("en"), self.where, remedy_zh, remedy_en)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.code, self._templates, self.where, self.facts))


def _rebuild(
    kind: type[JiebiaoError], code: str, templates: dict[str, str], where: str, facts: dict[str, object]
) -> JiebiaoError:
    return kind(code, zh=templates["zh"], en=templates["en"], where=where, **facts)


class _Facts(dict[str, object]):
    """A mapping that leaves an unknown ``{name}`` standing instead of failing inside an error."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class ArgumentError(JiebiaoError):
    """What was asked cannot be asked so."""


class FileError(JiebiaoError):
    """A file cannot be used."""


class CrsError(JiebiaoError):
    """Coordinates cannot be placed."""


class GeometryError(JiebiaoError):
    """A shape cannot be computed with."""


class AccuracyError(JiebiaoError):
    """An accuracy is missing or impossible."""


class DisputeError(JiebiaoError):
    """Claims and sources do not make a dispute that can be settled here."""


class StoreError(JiebiaoError):
    """Records cannot be read or written."""


class AccessError(JiebiaoError):
    """The person may not do this."""


class Problem:
    """One listed fault of an input that is otherwise usable.

    ``what`` is the sentence, ``where`` the place in the input, ``remedy`` what to do; both languages.
    """

    __slots__ = ("code", "remedy_en", "remedy_zh", "what_en", "what_zh", "where")

    def __init__(
        self, code: str, what_zh: str, what_en: str, where: str = "", remedy_zh: str = "", remedy_en: str = ""
    ) -> None:
        self.code = code
        self.what_zh = what_zh
        self.what_en = what_en
        self.where = where
        self.remedy_zh = remedy_zh
        self.remedy_en = remedy_en

    def what(self, lang: Language = "zh") -> str:
        """Return the sentence in ``lang``."""
        return self.what_zh if lang == "zh" else self.what_en

    def remedy(self, lang: Language = "zh") -> str:
        """Return what to do, in ``lang``."""
        return self.remedy_zh if lang == "zh" else self.remedy_en

    def as_dict(self, lang: Language = "zh") -> dict[str, str]:
        """Return the command line's form: ``where``, ``what``, ``remedy`` and ``code``."""
        return {"code": self.code, "where": self.where, "what": self.what(lang), "remedy": self.remedy(lang)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Problem({self.code!r}, where={self.where!r}, {self.what_en!r})"

    def _key(self) -> tuple[str, ...]:
        return (self.code, self.what_zh, self.what_en, self.where, self.remedy_zh, self.remedy_en)
