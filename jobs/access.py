"""Who may come in and what they may do: first account, login, log-out, roles."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Mapping
from typing import Final

from data.store.accounts import Account, Role
from geo.errors import AccessError
from jobs import desk

__all__ = [
    "ROLES",
    "SESSION_S",
    "Account",
    "Role",
    "account_of",
    "all_accounts",
    "allows",
    "change_own_password",
    "code_needed",
    "create",
    "create_first",
    "disable",
    "enable",
    "no_account_yet",
    "passwords_differ",
    "require",
    "set_password",
    "set_role",
    "sign_in",
    "sign_out",
]

SESSION_S: Final = 12 * 3600
"""Seconds a browser keeps the session's cookie; the store ends the session by its own clock."""

ROLES: Final[Mapping[Role, int]] = {"viewer": 1, "editor": 2, "administrator": 3}
"""Roles from least to most: each may do what those before it may."""

_MOST_WRONG_CODES: Final = 10
_wrong_codes = 0
_lock = threading.Lock()


def no_account_yet() -> bool:
    """Tell whether the first account is still to be made."""
    return desk.current().store.accounts.none_yet()


def code_needed() -> bool:
    """Tell whether making the first account needs the code on the console (other machines can come)."""
    return desk.current().lan


def create_first(*, login: str, name: str, password: str, code: str = "") -> str:
    """Make the first administrator and open a session; return its token.

    Raises
    ------
    AccessError
        ``first_account_exists``; ``first_code_wrong``; as :meth:`data.store.accounts.Accounts.create`.
    """
    with _lock:
        if not no_account_yet():
            raise _first_exists()
        if code_needed():
            _check_code(code)
        accounts = desk.current().store.accounts
        accounts.create(login=login, name=name, role="administrator", password=password)
    return sign_in(login, password)


def _check_code(code: str) -> None:
    global _wrong_codes
    right = desk.current().first_code
    if _wrong_codes >= _MOST_WRONG_CODES:
        raise _code_spent()
    if not hmac.compare_digest(code.strip().upper().encode(), right.encode()):
        _wrong_codes += 1
        raise AccessError(
            "first_code_wrong",
            zh="开机码不对：请看启动程序的那个窗口里显示的 8 个字符。",
            en="The code is wrong: see the eight characters shown in the window the program was started from.",
        )
    _wrong_codes = 0


def _code_spent() -> AccessError:
    return AccessError(
        "first_code_spent",
        zh="开机码已输错 {most} 次，不再接受：请重新启动程序，换新码。",
        en="The code was wrong {most} times and is no longer taken: restart the program for a new one.",
        most=_MOST_WRONG_CODES,
    )


def _first_exists() -> AccessError:
    return AccessError(
        "first_account_exists",
        zh="管理员账号已经建立：请登录。",
        en="The first account has been made already: log in.",
    )


def passwords_differ() -> AccessError:
    """Return the error for two passwords that should be the same."""
    return AccessError(
        "passwords_differ",
        zh="两次输入的密码不一样：请重新输入。",
        en="The two passwords differ: type them again.",
    )


def sign_in(login: str, password: str) -> str:
    """Check a password and open a session; return its token.

    Raises
    ------
    AccessError
        As :meth:`data.store.accounts.Accounts.log_in`.
    """
    return desk.current().store.accounts.log_in(login, password)[1]


def sign_out(token: str) -> None:
    """End a session; harmless for one that is over."""
    desk.current().store.accounts.log_out(token)


def account_of(token: str | None) -> Account | None:
    """Return whose session ``token`` is, or None."""
    return desk.current().store.accounts.by_token(token) if token else None


def allows(account: Account, role: Role) -> bool:
    """Tell whether ``account`` may do what ``role`` may."""
    return ROLES[account.role] >= ROLES[role]


def require(account: Account | None, role: Role) -> Account:
    """Return ``account`` if it may do what ``role`` may.

    Raises
    ------
    AccessError
        ``sign_in_first`` without an account; ``role_too_low``.
    """
    if account is None:
        raise AccessError("sign_in_first", zh="请先登录。", en="Log in first.")
    if not allows(account, role):
        raise AccessError(
            "role_too_low",
            zh="您的账号不能做这件事：请找管理员。",
            en="Your account may not do this: ask the administrator.",
            role=role,
        )
    return account


# ---- administrator ---------------------------------------------------------------------------------------


def all_accounts(by: Account) -> tuple[Account, ...]:
    """Return every account, for an administrator."""
    require(by, "administrator")
    return desk.current().store.accounts.all()


def create(by: Account, *, login: str, name: str, role: Role, password: str) -> Account:
    """Make an account, as an administrator."""
    require(by, "administrator")
    return desk.current().store.accounts.create(
        login=login, name=name, role=role, password=password, by=by.id
    )


def set_role(by: Account, account_id: str, role: Role) -> Account:
    """Give an account another role, as an administrator."""
    require(by, "administrator")
    return desk.current().store.accounts.set_role(account_id, role, by=by.id)


def set_password(by: Account, account_id: str, password: str) -> None:
    """Set somebody's new password and end their sessions, as an administrator."""
    require(by, "administrator")
    desk.current().store.accounts.set_password(account_id, password, by=by.id)


def disable(by: Account, account_id: str) -> Account:
    """Shut an account, as an administrator."""
    require(by, "administrator")
    return desk.current().store.accounts.disable(account_id, by=by.id)


def enable(by: Account, account_id: str) -> Account:
    """Open a shut or locked account, as an administrator."""
    require(by, "administrator")
    return desk.current().store.accounts.enable(account_id, by=by.id)


def change_own_password(account: Account, old: str, new: str) -> str:
    """Change one's own password, which ends one's sessions; return the token of a new one.

    Raises
    ------
    AccessError
        When the old password is wrong or the new one too short.
    """
    sign_in(account.login, old)
    desk.current().store.accounts.set_password(account.id, new, by=account.id)
    return sign_in(account.login, new)
