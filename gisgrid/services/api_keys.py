"""Keys of other systems (Open311): made once, shown once, kept as a hash, limited by the minute."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gisgrid.errors import Conflict, Forbidden, InvalidInput, NotFound, TooManyAttempts
from gisgrid.services.plan_access import account_of
from gisgrid.services.view_incidents import plain
from gisgrid.storage import clients, people
from gisgrid.storage.engine import SYSTEM, As, transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

PER_MINUTE = 60
READ_PER_MINUTE = 300
"""Reading needs no key; one address may do so often."""

_PREFIX = "gg_"
_COLUMNS = (
    "id", "name", "body", "ending", "per_minute", "created_at", "revoked_at", "used_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Client:
    """A system that holds a key."""

    id: int
    name: str
    body: str


def make_key(
    engine: Engine, actor: As, *, name: str, body: str, per_minute: int = PER_MINUTE
) -> dict[str, Any]:
    """A new key for the system `name` of an authority or company; `key` is told this once.

    Raises
    ------
    Conflict
        ``key_name_taken``: names are used once, so that old reports still say whose they are.
    InvalidInput
        ``key_nameless``, or a limit that is no positive number.
    """
    name, body = name.strip(), body.strip()
    if not name or not body or not 1 <= per_minute <= 100_000:
        raise InvalidInput("a key needs a name, a body and a limit", code="key_nameless")
    key = _PREFIX + secrets.token_urlsafe(24)
    with transaction(engine, SYSTEM) as conn:
        if clients.named(conn, name) is not None:
            raise Conflict(f"there is a key {name!r} already", code="key_name_taken", name=name)
        account_id = account_of(actor)
        clients.add(
            conn,
            name=name,
            body=body,
            key_hash=hash_of(key),
            ending=key[-4:],
            per_minute=per_minute,
            account_id=account_id,
        )
        people.note(conn, "make_api_key", name, account_id=account_id, facts={"body": body})
    return {"name": name, "body": body, "per_minute": per_minute, "key": key}


def list_keys(engine: Engine) -> list[dict[str, Any]]:
    """Every key without the key itself, those in use first."""
    with transaction(engine, SYSTEM) as conn:
        rows = clients.listed(conn)
    return [{name: plain(getattr(row, name)) for name in _COLUMNS} for row in rows]


def revoke_key(engine: Engine, actor: As, name: str) -> None:
    """Take a key back: it opens nothing from now on.

    Raises
    ------
    NotFound
        There is no key of that name in use.
    """
    with transaction(engine, SYSTEM) as conn:
        if not clients.revoke(conn, name):
            raise NotFound(f"there is no key {name!r} in use", code="no_key", name=name)
        people.note(conn, "revoke_api_key", name, account_id=account_of(actor), facts={})


def client_of(engine: Engine, key: str) -> Client:
    """Who holds `key`; its call is counted.

    Raises
    ------
    Forbidden
        ``wrong_key``: no key, an unknown or a revoked one.
    TooManyAttempts
        ``too_many_calls``: more calls this minute than the key allows.
    """
    with transaction(engine, SYSTEM) as conn:
        row = clients.held(conn, hash_of(key)) if key else None
        if row is None:
            raise Forbidden("the api_key is missing or not known", code="wrong_key")
        n = clients.count_call(conn, f"key:{row.id}")
        if n == 1:
            clients.touch(conn, row.id)
    require_calm(n, row.per_minute)
    return Client(row.id, row.name, row.body)


def count_reader(engine: Engine, address: str) -> None:
    """Count a call without a key, by a hash of its address; TooManyAttempts past the limit."""
    who = hashlib.sha256(address.encode()).hexdigest()[:20]
    with transaction(engine, SYSTEM) as conn:
        n = clients.count_call(conn, f"reader:{who}")
    require_calm(n, READ_PER_MINUTE)


def require_calm(n: int, most: int) -> None:
    """Raise TooManyAttempts when the n-th call of a minute is one too many."""
    if n > most:
        raise TooManyAttempts(
            f"more than {most} calls in a minute", code="too_many_calls", seconds=60, most=most
        )


def hash_of(key: str) -> bytes:
    """What is kept of a key: it has 192 random bits, so a plain hash tells nobody anything."""
    return hashlib.sha256(key.encode()).digest()
