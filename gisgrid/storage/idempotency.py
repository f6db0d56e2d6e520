"""Keys of requests that a client may send twice: the second gets the answer of the first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gisgrid.errors import InvalidInput
from gisgrid.storage.busy import or_busy
from gisgrid.storage.tables.people import idempotency_key as kept

FORGET = text(
    "DELETE FROM idempotency_key WHERE account_id = :account AND at < now() - interval '7 days'"
)


def claim(conn: Connection, account_id: int, key: str, body_hash: bytes) -> dict[str, Any] | None:
    """Take a key for this transaction: None when it is new, else the answer given then.

    A second transaction with the same key waits here until the first has ended.

    Raises
    ------
    InvalidInput
        ``key_reused``, when the key was used for another request.
    """
    conn.execute(FORGET, {"account": account_id})
    values = {"account_id": account_id, "key": key, "body_hash": body_hash}
    with or_busy():
        taken = conn.execute(insert(kept).values(**values).on_conflict_do_nothing())
    if taken.rowcount:
        return None
    found = select(kept.c.body_hash, kept.c.response).where(
        kept.c.account_id == account_id, kept.c.key == key
    )
    row = conn.execute(found).one()
    if bytes(row.body_hash) != body_hash:
        raise InvalidInput("this key was used for another request", code="key_reused")
    return dict(row.response)


def keep(conn: Connection, account_id: int, key: str, response: dict[str, Any]) -> None:
    """Store the answer that goes with a claimed key."""
    conn.execute(
        update(kept)
        .where(kept.c.account_id == account_id, kept.c.key == key)
        .values(response=response)
    )
