"""Accounts and their sessions, in a file of their own: the records can be handed over without hashes.

Passwords are kept as argon2 hashes, session tokens as SHA-256 only. Nothing here has a default: the first
account is made by whoever sets the township up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from data.store import credentials
from data.store.columns import UtcTime
from data.store.engine import Database, raw

__all__ = ["Account", "Accounts", "Role"]

Role = Literal["administrator", "editor", "viewer"]

_ATTEMPTS = 5
_LOCKED = timedelta(minutes=15)
_SESSION = timedelta(hours=12)
_CREATED = "0001_accounts_and_sessions"

_TABLES = sa.MetaData()
_ACCOUNT = sa.Table(
    "account",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column(
        "role", sa.Text, sa.CheckConstraint("role IN ('administrator', 'editor', 'viewer')"), nullable=False
    ),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime(), nullable=False),
    sa.Column("failed_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_until", UtcTime()),
    sa.Column("disabled", sa.Boolean, nullable=False, server_default="0"),
    sqlite_autoincrement=True,
)
_SESSIONS = sa.Table(
    "session",
    _TABLES,
    sa.Column("token_sha256", sa.Text, primary_key=True),
    sa.Column("account_number", sa.Integer, sa.ForeignKey("account.number"), nullable=False, index=True),
    sa.Column("created_at", UtcTime(), nullable=False),
    sa.Column("expires_at", UtcTime(), nullable=False),
)
_MIGRATION = sa.Table(
    "migration", _TABLES, sa.Column("name", sa.Text, primary_key=True), sa.Column("applied_at", UtcTime())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may log in. ``id`` (``"u3"``) is what history and log name."""

    id: str
    login: str
    name: str
    role: Role
    created_at: datetime
    failed_attempts: int = 0
    locked_until: datetime | None = None
    disabled: bool = False


class Accounts:
    """The accounts of a township; every change is told to ``tell(by, action, account id)`` for the log."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        tell: Callable[[str, str, str], None],
        read_only: bool = False,
    ) -> None:
        self._database = Database(path, read_only=read_only)
        self._clock = clock
        self._tell = tell
        if not read_only:
            self._prepare()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy of the file."""
        self._database.copy_to(target)

    def none_yet(self) -> bool:
        """Tell whether the first account is still to be made."""
        return not self.all()

    def all(self) -> tuple[Account, ...]:
        """Return every account, in the order they were made."""
        with self._database.read() as connection:
            return tuple(
                _account(row) for row in connection.execute(sa.select(_ACCOUNT).order_by(_ACCOUNT.c.number))
            )

    def get(self, account_id: str) -> Account:
        """Return the account ``account_id``.

        Raises
        ------
        AccessError
            ``account_unknown``.
        """
        with self._database.read() as connection:
            return _account(self._row(connection, account_id))

    def create(self, *, login: str, name: str, role: Role, password: str, by: str = "") -> Account:
        """Make an account; the very first is made by itself and must be an administrator.

        Raises
        ------
        AccessError
            ``login_taken``, ``login_empty``, ``password_short``, ``password_long``, ``first_not_administrator``.
        """
        plain = login.strip()
        if not plain:
            raise credentials.login_empty()
        hashed = credentials.password_hash(password)
        with self._database.write() as connection:
            if self.none_yet() and role != "administrator":
                raise credentials.first_not_administrator()
            if connection.execute(sa.select(_ACCOUNT.c.number).where(_ACCOUNT.c.login == plain)).first():
                raise credentials.login_taken(plain)
            values = {"login": plain, "name": name.strip() or plain, "role": role, "password_hash": hashed}
            added = connection.execute(_ACCOUNT.insert().values(created_at=self._clock(), **values))
            made = _account(self._row(connection, f"u{added.lastrowid}"))
        self._tell(by or made.id, "account.create", made.id)
        return made

    def log_in(self, login: str, password: str) -> tuple[Account, str]:
        """Check a password and open a session; return the account and the session's token.

        Five failures lock an account for a quarter of an hour. An unknown login takes as long as a wrong
        password, and gets the same answer.

        Raises
        ------
        AccessError
            ``login_failed``; ``login_locked`` with ``minutes``; ``account_disabled``.
        """
        now = self._clock()
        with self._database.read() as connection:
            row = connection.execute(sa.select(_ACCOUNT).where(_ACCOUNT.c.login == login.strip())).first()
        hashed = None if row is None else row.password_hash
        if row is not None and row.locked_until is not None and row.locked_until > now:
            raise credentials.login_locked(row.locked_until - now)
        right = credentials.matches(password, hashed)
        if row is None:
            raise credentials.login_failed()
        account = _account(row)
        if not right:
            self._failed(account, now)
        if account.disabled:
            raise credentials.account_disabled()
        self._set(account.id, failed_attempts=0, locked_until=None)
        return self.get(account.id), self._open_session(row.number, now)

    def by_token(self, token: str | None) -> Account | None:
        """Return whose session ``token`` is, or None when it is over, unknown, or the account disabled."""
        if not token:
            return None
        query = (
            sa.select(_ACCOUNT)
            .join(_SESSIONS)
            .where(
                _SESSIONS.c.token_sha256 == credentials.token_digest(token),
                _SESSIONS.c.expires_at > self._clock(),
                sa.not_(_ACCOUNT.c.disabled),
            )
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _account(row)

    def log_out(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(
                _SESSIONS.delete().where(_SESSIONS.c.token_sha256 == credentials.token_digest(token))
            )

    def set_password(self, account_id: str, password: str, *, by: str) -> None:
        """Set a new password and end every session of the account.

        Raises
        ------
        AccessError
            ``password_short``, ``password_long``, ``account_unknown``.
        """
        hashed = credentials.password_hash(password)
        self._set(account_id, password_hash=hashed, failed_attempts=0, locked_until=None)
        self._end_sessions(account_id)
        self._tell(by, "account.password", account_id)

    def set_role(self, account_id: str, role: Role, *, by: str) -> Account:
        """Give an account another role.

        Raises
        ------
        AccessError
            ``last_administrator``, ``account_unknown``.
        """
        if role != "administrator":
            self._keep_an_administrator(account_id)
        self._set(account_id, role=role)
        self._tell(by, "account.role", account_id)
        return self.get(account_id)

    def disable(self, account_id: str, *, by: str) -> Account:
        """Shut an account and end its sessions; it stays, because history names it.

        Raises
        ------
        AccessError
            ``last_administrator``, ``account_unknown``.
        """
        self._keep_an_administrator(account_id)
        self._set(account_id, disabled=True)
        self._end_sessions(account_id)
        self._tell(by, "account.disable", account_id)
        return self.get(account_id)

    def enable(self, account_id: str, *, by: str) -> Account:
        """Open a disabled or locked account again.

        Raises
        ------
        AccessError
            ``account_unknown``.
        """
        self._set(account_id, disabled=False, failed_attempts=0, locked_until=None)
        self._tell(by, "account.enable", account_id)
        return self.get(account_id)

    def _prepare(self) -> None:
        with self._database.write() as connection:
            if raw(connection).execute("SELECT 1 FROM sqlite_master WHERE name = 'account'").fetchone():
                return
            _TABLES.create_all(connection)
            connection.execute(_MIGRATION.insert().values(name=_CREATED, applied_at=self._clock()))

    def _row(self, connection: sa.Connection, account_id: str) -> sa.Row[Any]:
        number = int(account_id[1:]) if account_id[:1] == "u" and account_id[1:].isdecimal() else -1
        row = connection.execute(sa.select(_ACCOUNT).where(_ACCOUNT.c.number == number)).first()
        if row is None:
            raise credentials.account_unknown(account_id)
        return row

    def _set(self, account_id: str, **values: object) -> None:
        with self._database.write() as connection:
            number = self._row(connection, account_id).number
            connection.execute(_ACCOUNT.update().where(_ACCOUNT.c.number == number).values(**values))

    def _failed(self, account: Account, now: datetime) -> None:
        """Count a failure, lock at the fifth, and say so."""
        with self._database.write() as connection:
            attempts = self._row(connection, account.id).failed_attempts + 1
            locked = attempts >= _ATTEMPTS
            self._set(
                account.id,
                failed_attempts=0 if locked else attempts,
                locked_until=now + _LOCKED if locked else None,
            )
        if locked:
            self._tell(account.id, "account.locked", account.id)
            raise credentials.login_locked(_LOCKED)
        raise credentials.login_failed()

    def _open_session(self, number: int, now: datetime) -> str:
        token = credentials.new_token()
        with self._database.write() as connection:
            connection.execute(_SESSIONS.delete().where(_SESSIONS.c.expires_at <= now))
            connection.execute(
                _SESSIONS.insert().values(
                    token_sha256=credentials.token_digest(token),
                    account_number=number,
                    created_at=now,
                    expires_at=now + _SESSION,
                )
            )
        return token

    def _end_sessions(self, account_id: str) -> None:
        with self._database.write() as connection:
            number = self._row(connection, account_id).number
            connection.execute(_SESSIONS.delete().where(_SESSIONS.c.account_number == number))

    def _keep_an_administrator(self, account_id: str) -> None:
        others = (each for each in self.all() if each.id != account_id)
        if not any(each.role == "administrator" and not each.disabled for each in others):
            raise credentials.last_administrator(account_id)


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        id=f"u{row.number}",
        login=row.login,
        name=row.name,
        role=row.role,
        created_at=row.created_at,
        failed_attempts=row.failed_attempts,
        locked_until=row.locked_until,
        disabled=row.disabled,
    )
