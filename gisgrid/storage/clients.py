"""Systems of others: their keys, kept as hashes, and how often they call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update

from gisgrid.storage.tables.clients import api_key

COUNT = text(
    "INSERT INTO api_call (subject, minute, n) VALUES (:subject, date_trunc('minute', now()), 1)"
    " ON CONFLICT (subject, minute) DO UPDATE SET n = api_call.n + 1 RETURNING n"
)
FORGET = text(
    "DELETE FROM api_call WHERE minute < date_trunc('minute', now()) - interval '10 minutes'"
)


def add(conn: Connection, **values: Any) -> int:
    """Store a key (name, body, key_hash, ending, per_minute, account_id); its id."""
    return int(conn.execute(insert(api_key).values(**values).returning(api_key.c.id)).scalar_one())


def named(conn: Connection, name: str) -> Row[Any] | None:
    """The key of that name, revoked or not."""
    return conn.execute(select(api_key).where(api_key.c.name == name)).one_or_none()


def held(conn: Connection, key_hash: bytes) -> Row[Any] | None:
    """The key with this hash, unless it was revoked."""
    found = select(api_key).where(api_key.c.key_hash == key_hash, api_key.c.revoked_at.is_(None))
    return conn.execute(found).one_or_none()


def listed(conn: Connection) -> Sequence[Row[Any]]:
    """Every key, those in use first, by name; `key_hash` left out."""
    wanted = [column for column in api_key.c if column.name != "key_hash"]
    order = api_key.c.revoked_at.is_not(None), api_key.c.name
    return conn.execute(select(*wanted).order_by(*order)).all()


def revoke(conn: Connection, name: str) -> bool:
    """Take a key back; False when there is none of that name in use."""
    wanted = (api_key.c.name == name) & api_key.c.revoked_at.is_(None)
    done = conn.execute(update(api_key).where(wanted).values(revoked_at=func.now()))
    return bool(done.rowcount)


def touch(conn: Connection, key_id: int) -> None:
    """Note that a key was used now."""
    conn.execute(update(api_key).where(api_key.c.id == key_id).values(used_at=func.now()))


def count_call(conn: Connection, subject: str) -> int:
    """Count a call of this minute; how many there were with it."""
    n = int(conn.execute(COUNT, {"subject": subject}).scalar_one())
    if n == 1:
        conn.execute(FORGET)
    return n
