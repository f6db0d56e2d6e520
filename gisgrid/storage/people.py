"""Accounts, their scope, their sessions, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import bindparam

from gisgrid.model.people import Actor, Role
from gisgrid.storage.sql import sql


@dataclass(frozen=True, slots=True)
class Session:
    """What is kept for a browser between two requests."""

    account_id: int | None
    values: dict[str, Any]


def actor(conn: Connection, account_id: int) -> Actor | None:
    """The account in the scope it has now; None when it is unknown or switched off."""
    row = conn.execute(sql("people_actor"), {"account": account_id}).one_or_none()
    if row is None:
        return None
    return Actor(
        account_id=row.id,
        role=Role(row.role),
        display_name=row.display_name,
        communities=tuple(row.communities),
        grids=tuple(row.grids),
    )


def by_login(conn: Connection, login: str) -> Row[Any] | None:
    """The active account (id, password_hash, language) with `login`."""
    found = text("SELECT id, password_hash, language FROM account WHERE login = :login AND active")
    return conn.execute(found, {"login": login}).one_or_none()


def demonstration_accounts(conn: Connection) -> dict[Role, int]:
    """The first account of each role, while the project is a demonstration; else none."""
    rows = conn.execute(sql("people_demonstration"))
    return {Role(row.role): row.id for row in rows}


def session(conn: Connection, token_hash: bytes) -> Session | None:
    """The session behind a token's hash, unless it has expired."""
    found = text(
        "SELECT account_id, values FROM session WHERE token_hash = :hash AND expires_at > now()"
    )
    row = conn.execute(found, {"hash": token_hash}).one_or_none()
    return None if row is None else Session(row[0], dict(row[1]))


def keep_session(
    conn: Connection, token_hash: bytes, kept: Session, *, lifetime: timedelta
) -> None:
    """Write a session, new or known, and let expired ones go."""
    conn.execute(text("DELETE FROM session WHERE expires_at < now()"))
    write = sql("people_keep_session").bindparams(bindparam("values", type_=JSONB))
    values = {
        "hash": token_hash,
        "account": kept.account_id,
        "values": kept.values,
        "lifetime": lifetime,
    }
    conn.execute(write, values)


def forget_session(conn: Connection, token_hash: bytes) -> None:
    """Remove a session; nothing happens when there is none."""
    conn.execute(text("DELETE FROM session WHERE token_hash = :hash"), {"hash": token_hash})


def failures(
    conn: Connection, subject: str, *, action: str, window: timedelta
) -> tuple[int, float]:
    """How often `action` failed on `subject` within `window`, and seconds since the last time."""
    counted = text(
        "SELECT count(*), coalesce(extract(epoch FROM now() - max(at)), 0) FROM audit_log"
        " WHERE action = :action AND subject = :subject AND at > now() - :window"
    )
    row = conn.execute(counted, {"action": action, "subject": subject, "window": window}).one()
    return int(row[0]), float(row[1])


def note(
    conn: Connection,
    action: str,
    subject: str,
    *,
    account_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write a line of the audit log."""
    write = text(
        "INSERT INTO audit_log (account_id, action, subject, facts)"
        " VALUES (:account, :action, :subject, :facts)"
    ).bindparams(bindparam("facts", type_=JSONB))
    values = {"account": account_id, "action": action, "subject": subject}
    conn.execute(write, values | {"facts": dict(facts or {})})
