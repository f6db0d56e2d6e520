"""Accounts, their scope, their sessions, and what they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import bindparam

from gisgrid.model.people import Actor, Role
from gisgrid.storage.sql import sql
from gisgrid.storage.tables.people import account, role_scope

MOST_REMEMBERED = 500
_remembered: dict[tuple[Engine, tuple[int, ...], int], tuple[int, ...]] = {}


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
        communities=_communities_below(conn, tuple(row.units), row.territory_version),
        grids=tuple(row.grids),
    )


def _communities_below(
    conn: Connection, units: tuple[int, ...], territory_version: int
) -> tuple[int, ...]:
    """Walked once for each version of the tree of units, then remembered by this process."""
    if not units:
        return ()
    key = (conn.engine, units, territory_version)
    known = _remembered.get(key)
    if known is None:
        known = tuple(conn.execute(sql("people_communities"), {"units": list(units)}).scalars())
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = known
    return known


def by_login(conn: Connection, login: str) -> Row[Any] | None:
    """The active account (id, password_hash, language) with `login`."""
    found = text("SELECT id, password_hash, language FROM account WHERE login = :login AND active")
    return conn.execute(found, {"login": login}).one_or_none()


def language(conn: Connection, account_id: int) -> str:
    """The language that an account chose."""
    found = text("SELECT language FROM account WHERE id = :account")
    return str(conn.execute(found, {"account": account_id}).scalar_one())


def set_language(conn: Connection, account_id: int, language: str) -> None:
    """Write the language that an account chose."""
    change = text("UPDATE account SET language = :language WHERE id = :account")
    conn.execute(change, {"account": account_id, "language": language})


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


def is_taken(conn: Connection, login: str) -> bool:
    """Whether any account, active or not, has the login."""
    found = text("SELECT EXISTS (SELECT FROM account WHERE login = :login)")
    return bool(conn.execute(found, {"login": login}).scalar_one())


def add(conn: Connection, **values: str) -> int:
    """Insert an account (login, display_name, password_hash, role); its id."""
    return int(conn.execute(insert(account).values(values).returning(account.c.id)).scalar_one())


def set_scope(
    conn: Connection, account_id: int, *, units: Sequence[int] = (), grids: Sequence[str] = ()
) -> None:
    """Replace the ground an account covers: unit ids with all below them, grid codes."""
    conn.execute(delete(role_scope).where(role_scope.c.account_id == account_id))
    rows: list[dict[str, int | str | None]] = [
        {"account_id": account_id, "unit_id": u, "grid_code": None} for u in units
    ]
    rows += [{"account_id": account_id, "unit_id": None, "grid_code": code} for code in grids]
    if rows:
        conn.execute(insert(role_scope), rows)


def set_password(conn: Connection, login: str, password_hash: str) -> bool:
    """Change the password and end the sessions of an account; False when there is none."""
    changed = update(account).where(account.c.login == login).values(password_hash=password_hash)
    ids = conn.execute(changed.returning(account.c.id)).scalars().all()
    conn.execute(text("DELETE FROM session WHERE account_id = ANY(:ids)"), {"ids": list(ids)})
    return bool(ids)


def accounts(conn: Connection) -> Sequence[Any]:
    """Every account (login, display_name, role, active), by login."""
    columns = (account.c.login, account.c.display_name, account.c.role, account.c.active)
    return conn.execute(select(*columns).order_by(account.c.login)).all()


def grid_to_lead(conn: Connection) -> tuple[str, str | None] | None:
    """(code, leader's name) of the grid in force with most open incidents; None without grids."""
    row = conn.execute(sql("people_grid_to_lead")).one_or_none()
    return None if row is None else (row.code, row.leader_name)
