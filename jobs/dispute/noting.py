"""Words written beside what was found: who uses a disputed patch, how somebody's other number is explained.

Both stand in erasable notes of the case, so that names in them can be erased like everybody's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from data.store import Case, Note, Store
from jobs.access import Account

__all__ = ["add_explanation", "drop_explanation", "explanations_of", "set_user", "users_of"]

_USERS: Final = "users"
_EXPLANATIONS: Final = "explanations"


def _kept(store: Store, case: Case, kind: str) -> Note | None:
    notes = [note for note in store.notes.find(case_id=case.id) if note.kind == kind and note.text]
    return notes[-1] if notes else None


def _keep(store: Store, case: Case, kind: str, value: Any, by: Account) -> None:
    text, note = json.dumps(value, ensure_ascii=False), _kept(store, case, kind)
    with store.change(by=by.id, action=f"case.{kind}"):
        if note is None:
            store.notes.add(Note(case_id=case.id, kind=kind, text=text, written_by=by.id))
        else:
            store.notes.save(replace(note, text=text, written_by=by.id))


def users_of(store: Store, case: Case) -> dict[int, str]:
    """Return who uses each disputed patch, by the number of its stretch."""
    note = _kept(store, case, _USERS)
    kept = json.loads(note.text or "{}") if note is not None else {}
    return {int(number): str(text) for number, text in kept.items() if str(number).isdigit()}


def set_user(store: Store, case: Case, number: int, text: str, by: Account) -> None:
    """Note who uses the patch of a stretch; an empty text takes the note back."""
    users = users_of(store, case)
    words = " ".join(text.split())[:200]
    if users.get(number, "") == words:
        return
    users[number] = words
    _keep(store, case, _USERS, {str(key): value for key, value in sorted(users.items()) if value}, by)


def explanations_of(store: Store, case: Case) -> tuple[str, ...]:
    """Return the explanations to be printed in the measuring opinion."""
    note = _kept(store, case, _EXPLANATIONS)
    return tuple(str(text) for text in json.loads(note.text or "[]")) if note is not None else ()


def add_explanation(store: Store, case: Case, sentences: Sequence[str], by: Account) -> None:
    """Print these explanations in the measuring opinion as well."""
    kept = explanations_of(store, case)
    _keep(store, case, _EXPLANATIONS, [*kept, *(text for text in sentences if text not in kept)], by)


def drop_explanation(store: Store, case: Case, sentence: str, by: Account) -> None:
    """Print an explanation no more."""
    _keep(store, case, _EXPLANATIONS, [text for text in explanations_of(store, case) if text != sentence], by)
