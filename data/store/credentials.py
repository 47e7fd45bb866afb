"""Passwords, session tokens, and what is said when somebody may not enter."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import timedelta
from functools import cache

from pwdlib import PasswordHash

from geo.errors import AccessError

__all__ = [
    "account_disabled",
    "account_unknown",
    "first_not_administrator",
    "last_administrator",
    "login_empty",
    "login_failed",
    "login_locked",
    "login_taken",
    "matches",
    "new_token",
    "password_hash",
    "token_digest",
]

_LEAST = 8
_MOST = 256


def password_hash(password: str) -> str:
    """Return the argon2 hash of a password.

    Raises
    ------
    AccessError
        ``password_short``, ``password_long``.
    """
    if len(password) < _LEAST:
        raise AccessError(
            "password_short",
            zh="密码太短：至少 {least} 个字符。",
            en="The password is too short: {least} characters at least.",
            least=_LEAST,
        )
    if len(password) > _MOST:
        raise AccessError(
            "password_long",
            zh="密码太长：至多 {most} 个字符。",
            en="The password is too long: {most} characters at most.",
            most=_MOST,
        )
    return _hasher().hash(password)


def matches(password: str, hashed: str | None) -> bool:
    """Tell whether ``password`` has this hash; without a hash it takes as long and is never right."""
    tried = password[: _MOST + 1]
    return _hasher().verify(tried, hashed or _nobody()) and hashed is not None


def new_token() -> str:
    """Return a session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def login_failed() -> AccessError:
    """Say that name or password is wrong, never which."""
    return AccessError(
        "login_failed",
        zh="用户名或密码不对：请再试一次，忘记了请找管理员。",
        en="The user name or the password is wrong: try again, or ask the administrator.",
    )


def login_locked(left: timedelta) -> AccessError:
    """Say for how long an account is locked."""
    return AccessError(
        "login_locked",
        zh="连续输错，账号已锁定：请 {minutes} 分钟后再试，或请管理员解锁。",
        en="Locked after wrong passwords: try again in {minutes} minutes, or ask the administrator to unlock it.",
        minutes=max(1, math.ceil(left / timedelta(minutes=1))),
    )


def account_disabled() -> AccessError:
    """Say that an account is shut."""
    return AccessError(
        "account_disabled",
        zh="账号已停用：请找管理员。",
        en="The account is disabled: ask the administrator.",
    )


def account_unknown(account_id: str) -> AccessError:
    """Say that there is no such account."""
    return AccessError(
        "account_unknown",
        zh="没有账号 {account}：请在账号列表中选择。",
        en="There is no account {account}: choose one from the list.",
        account=account_id,
    )


def login_taken(login: str) -> AccessError:
    """Say that a user name is in use."""
    return AccessError(
        "login_taken",
        zh="用户名 {login} 已被使用：请换一个。",
        en="The user name {login} is in use: choose another.",
        login=login,
    )


def login_empty() -> AccessError:
    """Say that a user name is needed."""
    return AccessError("login_empty", zh="请填写用户名。", en="Enter a user name.")


def first_not_administrator() -> AccessError:
    """Say that the first account must be an administrator's."""
    return AccessError(
        "first_not_administrator",
        zh="第一个账号必须是管理员。",
        en="The first account must be an administrator.",
    )


def last_administrator(account_id: str) -> AccessError:
    """Say that somebody must stay administrator."""
    return AccessError(
        "last_administrator",
        zh="这是最后一个管理员账号，不能停用或降级：请先设另一个管理员。",
        en="This is the last administrator: make another one first.",
        account=account_id,
    )


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
