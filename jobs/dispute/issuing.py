"""Take a package out again as it was issued, and close a case that came to no agreement."""

from __future__ import annotations

import hashlib
from typing import Literal

from data import calendars
from data.rules import norms
from data.store import Case, IssuedDocument, Store
from geo.errors import DisputeError, Language
from jobs import package
from jobs.access import Account
from jobs.dispute.papers import matter_of

__all__ = ["again", "close", "issued"]


def issued(store: Store, case: Case) -> tuple[IssuedDocument, ...]:
    """Return the packages made of a case, oldest first."""
    return tuple(row for row in store.documents.find(case_id=case.id) if row.kind == "package")


def again(
    store: Store,
    case: Case,
    document: IssuedDocument,
    *,
    lang: Language = "zh",
    progress: package.Step | None = None,
) -> package.Package:
    """Make an issued package once more: the same records with the same time stamp give the same bytes.

    Raises
    ------
    DisputeError
        ``package_differs`` when the records changed since; as :func:`matter_of`.
    """
    matter = matter_of(store, case, at=document.stamped_at, lang=lang)
    made = package.make(matter, norms.load(), calendar=calendars.published(), progress=progress)
    if hashlib.sha256(made.data).hexdigest() != document.sha256:
        raise DisputeError(
            "package_differs",
            zh="案件 {number} 在 {at} 出过文书以后，记录又改过，不能原样再取：请重新生成，并收回旧的一份。",
            en="The records of case {number} changed after the package of {at}: make a new one and take the old "
            "copies back.",
            where=case.number,
            number=case.number,
            at=document.stamped_at.strftime("%Y-%m-%d %H:%M"),
        )
    return made


def close(
    store: Store, case: Case, state: Literal["referred", "failed", "withdrawn"], by: Account, *, why: str = ""
) -> Case:
    """Close a case without an agreement: sent up, mediation failed, or taken back by those who brought it."""
    with store.change(by=by.id, action=f"case.{state}", why=why):
        return store.cases.close(case, state)
