"""Sign in and out, and know who acts. Passwords are Argon2id; tokens are stored as hashes only.

Guessing is slowed by the audit log itself, so that the count is shared by all server processes and
survives a restart: `FREE_FAILURES` for an account from one address, then a wait that doubles.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gisgrid.errors import NotFound, SignInFailed, TooManyAttempts
from gisgrid.model.people import Actor, Role
from gisgrid.storage import people
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

FREE_FAILURES = 5
FREE_FAILURES_OF_ADDRESS = 50
LONGEST_WAIT_S = 300
LONGEST_WAIT_OF_ADDRESS_S = 10
"""A whole office may share one address: one who guesses there must not shut the others out."""
WINDOW = timedelta(minutes=15)
FAILED = "sign_in_failed"

_hasher = PasswordHasher()
_hashing = BoundedSemaphore(2)
"""A hash takes 64 MB and 0.2 s: more than two at once would starve the map."""
_NOBODY = _hasher.hash("nobody")
"""Checked when the login is unknown, so that both answers take the same time."""


def hash_password(password: str) -> str:
    """The Argon2id hash to store for `password`."""
    return _hasher.hash(password)


def sign_in(engine: Engine, login: str, password: str, *, address: str) -> int:
    """Id of the account with this login and password.

    Raises
    ------
    SignInFailed
        No active account has them; which of the two is wrong is not told.
    TooManyAttempts
        After `FREE_FAILURES` wrong ones; `seconds` says how long to wait.
    """
    subject = f"{login[:100]} from {address}"
    with transaction(engine, SYSTEM) as conn:
        _require_patience(conn, subject, free=FREE_FAILURES, longest_s=LONGEST_WAIT_S)
        _require_patience(
            conn, address, free=FREE_FAILURES_OF_ADDRESS, longest_s=LONGEST_WAIT_OF_ADDRESS_S
        )
        account = people.by_login(conn, login)
    if _matches(account.password_hash if account else _NOBODY, password) and account:
        _note(engine, "sign_in", subject, account.id)
        return int(account.id)
    _note(engine, FAILED, subject, None)
    _note(engine, FAILED, address, None)
    raise SignInFailed("no account with this login and password")


def sign_in_demonstration(engine: Engine, role: Role) -> int:
    """Id of the demonstration's account of `role`; NotFound where the project is none."""
    accounts = demonstration_accounts(engine)
    if role not in accounts:
        raise NotFound("this project has no demonstration account of that role")
    _note(engine, "sign_in_demonstration", role, accounts[role])
    return accounts[role]


def demonstration_accounts(engine: Engine) -> dict[Role, int]:
    """Accounts that may be entered without a password: those of a demonstration, else none."""
    with transaction(engine, SYSTEM) as conn:
        return people.demonstration_accounts(conn)


def language_of(engine: Engine, account_id: int) -> str:
    """The language that the account last chose."""
    with transaction(engine, SYSTEM) as conn:
        return people.language(conn, account_id)


def choose_language(engine: Engine, account_id: int, language: str) -> None:
    """Keep a language for the account, whatever browser it signs in with next."""
    with transaction(engine, SYSTEM) as conn:
        people.set_language(conn, account_id, language)


def find_actor(engine: Engine, account_id: int) -> Actor | None:
    """The account in the scope it has now; None when it is unknown or switched off."""
    with transaction(engine, SYSTEM) as conn:
        return people.actor(conn, account_id)


def read_session(engine: Engine, token: str) -> tuple[people.Session, Actor | None] | None:
    """What is kept for the browser that holds `token`, and who has signed in there, if anybody."""
    with transaction(engine, SYSTEM) as conn:
        kept = people.session(conn, _hash(token))
        if kept is None:
            return None
        return kept, None if kept.account_id is None else people.actor(conn, kept.account_id)


def keep_session(
    engine: Engine,
    token: str,
    *,
    account_id: int | None,
    values: dict[str, Any],
    lifetime: timedelta,
) -> None:
    """Keep `values` for the browser that holds `token`."""
    kept = people.Session(account_id, values)
    with transaction(engine, SYSTEM) as conn:
        people.keep_session(conn, _hash(token), kept, lifetime=lifetime)


def forget_session(engine: Engine, token: str) -> None:
    """Let the token be worth nothing."""
    with transaction(engine, SYSTEM) as conn:
        people.forget_session(conn, _hash(token))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _matches(password_hash: str, password: str) -> bool:
    with _hashing:
        try:
            return _hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _require_patience(conn: Any, subject: str, *, free: int, longest_s: float) -> None:
    count, seconds_ago = people.failures(conn, subject, action=FAILED, window=WINDOW)
    if count < free:
        return
    wait = min(2.0 ** min(count - free, 20), longest_s) - seconds_ago
    if wait > 0:
        raise TooManyAttempts("too many failed attempts", seconds=round(wait) + 1)


def _note(engine: Engine, action: str, subject: str, account_id: int | None) -> None:
    with transaction(engine, SYSTEM) as conn:
        people.note(conn, action, subject, account_id=account_id)
