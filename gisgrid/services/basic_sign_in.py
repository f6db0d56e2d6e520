"""Sign in with every request, as programs do (HTTP Basic), without hashing at every request.

A password that was right is remembered for a while as a keyed hash, by this process only, together
with the stored hash it was right for: a changed password or a closed account ends it at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from gisgrid.errors import SignInFailed
from gisgrid.services.sign_in import sign_in
from gisgrid.storage import people
from gisgrid.storage.engine import SYSTEM, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

REMEMBERED_S = 300.0
MOST_REMEMBERED = 1000
LONGEST = 200

_key = secrets.token_bytes(32)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class _Right:
    account_id: int
    until: float


_right: dict[bytes, _Right] = {}


def sign_in_basic(engine: Engine, login: str, password: str, *, address: str) -> int:
    """Id of the account with this login and password; slowed down and refused as `sign_in`.

    Raises
    ------
    SignInFailed, TooManyAttempts
        As `sign_in`.
    """
    if len(login) > LONGEST or len(password) > LONGEST:
        raise SignInFailed("no account with this login and password")
    with transaction(engine, SYSTEM) as conn:
        account = people.by_login(conn, login)
    mark = _mark(login, password, account.password_hash if account else "")
    known = _right.get(mark)
    if account is not None and known is not None and known.until > time.monotonic():
        return known.account_id
    account_id = sign_in(engine, login, password, address=address)
    _remember(mark, account_id)
    return account_id


def _mark(*words: str) -> bytes:
    return hmac.new(_key, "\0".join(words).encode("utf-8", "replace"), hashlib.sha256).digest()


def _remember(mark: bytes, account_id: int) -> None:
    now = time.monotonic()
    with _lock:
        for old in [m for m, right in _right.items() if right.until <= now]:
            del _right[old]
        if len(_right) >= MOST_REMEMBERED:
            _right.clear()
        _right[mark] = _Right(account_id, now + REMEMBERED_S)
