"""Connections, and the one way to a transaction: with the scope of whoever acts.

Row-level security is the second net below the checks of the services. A transaction acts as an
account (role `gisgrid_app`, which sees what the policies let it see), as nobody (`None`: the same
role with nothing set, which sees nothing), or as the `SYSTEM` (the owner of the tables: the
command line and jobs).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from gisgrid.errors import DatabaseDown
from gisgrid.model.people import Actor

__all__ = [  # the services see a database only as these
    "APP_ROLE",
    "SYSTEM",
    "As",
    "Connection",
    "Engine",
    "enter_scope",
    "open_engine",
    "transaction",
]

APP_ROLE = "gisgrid_app"


class _System(enum.Enum):
    SYSTEM = "system"


SYSTEM: Final = _System.SYSTEM
"""Acts as the owner of the tables: no row is hidden. Never for a web request of an account."""

As = Actor | _System | None

_SCOPE = text(
    "SELECT set_config('role', :database_role, true),"
    " set_config('app.account', :account, true), set_config('app.role', :role, true),"
    " set_config('app.communities', :communities, true), set_config('app.grids', :grids, true),"
    " set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true)"
)
_LOCK_TIMEOUT = "3s"
_STATEMENT_TIMEOUT = "60s"


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine on a PostGIS database; nothing is connected yet.

    `url` may be any ``postgresql://…``; psycopg2 is always the driver.
    """
    parsed = make_url(url).set(drivername="postgresql+psycopg2")
    return create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=5,
        pool_pre_ping=True,
        executemany_mode="values_plus_batch",
        connect_args={"application_name": "gisgrid", "connect_timeout": 10},
    )


@contextmanager
def transaction(engine: Engine, actor: As) -> Iterator[Connection]:
    """One transaction in the scope of `actor`: committed at the end, rolled back on an error.

    Raises
    ------
    DatabaseDown
        If the database does not answer.
    """
    with _connected(engine) as conn, conn.begin():
        if actor is not SYSTEM:  # a connection of the pool is the system's until somebody enters
            enter_scope(conn, actor)
        yield conn


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        conn = engine.connect()
    except OperationalError as error:
        reason = str(error.orig).strip()
        raise DatabaseDown(f"the database does not answer: {reason}", reason=reason) from error
    with conn:
        yield conn


def enter_scope(conn: Connection, actor: As) -> None:
    """Set role and scope for the rest of the transaction, whatever they were before."""
    if actor is SYSTEM:
        conn.execute(_SCOPE, _settings(None, bounded=False))
    else:
        conn.execute(_SCOPE, _settings(actor, bounded=True))


def _settings(actor: Actor | None, *, bounded: bool) -> dict[str, str]:
    return {
        "database_role": APP_ROLE if bounded else "none",
        "account": str(actor.account_id) if actor else "",
        "role": str(actor.role) if actor else "",
        "communities": _array(actor.communities) if actor else "",
        "grids": _array(actor.grids) if actor else "",
        "lock": _LOCK_TIMEOUT if bounded else "0",
        "statement": _STATEMENT_TIMEOUT if bounded else "0",
    }


def _array(ids: Sequence[int]) -> str:
    return "{" + ",".join(str(int(i)) for i in ids) + "}"
