"""Every table of a district out to CSV and in again, byte by byte the same.

The sums that triggers keep travel along, since no trigger runs while a bundle comes in.
Left behind: what belongs to one installation (sessions, keys, work under way, uploads, counters of
changes) and, of accounts, the passwords.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from sqlalchemy import Connection, Engine, text

from gisgrid.storage.engine import SYSTEM, enter_scope
from gisgrid.storage.tables import metadata

LEFT_BEHIND = frozenset(
    {
        *("session", "idempotency_key", "job", "job_file", "upload"),
        *("api_key", "api_call", "plan_presence", "territory_version"),
    }
)
HIDDEN = {("account", "password_hash"): "'!'"}
"""Columns that leave as a value which opens nothing."""

NOTES = ("export_bundle", "import_bundle")
"""Lines of the audit log about bundles themselves: two bundles of one state are the same."""

_MARKS_OF_A_DISTRICT = ("project", "unit", "building", "street", "plan", "incident", "account")


class Sink(Protocol):
    """What a table is written to."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees every table as of one moment, as the system."""
    with (
        engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn,
        conn.begin(),
    ):
        enter_scope(conn, SYSTEM)
        conn.execute(text("SET LOCAL TimeZone = 'UTC'"))
        conn.execute(text("SET LOCAL DateStyle = 'ISO, YMD'"))
        conn.execute(text("SET LOCAL extra_float_digits = 1"))
        yield conn


def tables() -> list[str]:
    """The tables that a bundle holds, those referred to before those that refer."""
    return [each.name for each in metadata.sorted_tables if each.name not in LEFT_BEHIND]


def columns(table: str) -> list[str]:
    """The columns that are stored, not computed."""
    return [each.name for each in metadata.tables[table].columns if each.computed is None]


def revision(conn: Connection) -> str:
    """The shape of the database."""
    return str(conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def project_name(conn: Connection) -> str | None:
    """What the project is called; None before it is set up."""
    name = conn.execute(text("SELECT name FROM project")).scalar()
    return None if name is None else str(name)


def copy_out(conn: Connection, table: str, sink: Sink) -> int:
    """Write a table as CSV with a heading, ordered by its key; the number of its rows."""
    shown = ", ".join(HIDDEN.get((table, c), f'"{c}"') + f' AS "{c}"' for c in columns(table))
    keys = ", ".join(f'"{c.name}"' for c in metadata.tables[table].primary_key.columns)
    rows = f'SELECT {shown} FROM "{table}" {_kept(table)} ORDER BY {keys}'
    _copy(conn, f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)", sink)
    counted = text(f'SELECT count(*) FROM "{table}" {_kept(table)}')
    return int(conn.execute(counted).scalar_one())


def copy_in(conn: Connection, table: str, stream: IO[bytes]) -> None:
    """Store a table that `copy_out` wrote, and let new ids begin behind its own."""
    names = ", ".join(f'"{c}"' for c in columns(table))
    _copy(conn, f'COPY "{table}" ({names}) FROM STDIN (FORMAT csv, HEADER MATCH)', stream)
    for column in metadata.tables[table].columns:
        if column.identity is not None:
            conn.execute(text(_begin_behind(table, column.name)))


def is_empty(conn: Connection) -> bool:
    """Whether the database holds no district yet."""
    found = " OR ".join(f'EXISTS (SELECT FROM "{name}")' for name in _MARKS_OF_A_DISTRICT)
    return not conn.execute(text(f"SELECT {found}")).scalar_one()


@contextmanager
def without_triggers(conn: Connection) -> Iterator[None]:
    """No trigger of ours runs: the sums they keep are in the bundle. References are checked."""
    for name in tables():
        conn.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
    yield
    conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name in tables():
        conn.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
    # statement triggers run without a row too: whoever keeps the tree of units reads it anew
    conn.execute(text("UPDATE unit SET name = name WHERE false"))


def clear(conn: Connection) -> None:
    """Remove the rows that every new database has, such as categories."""
    for name in reversed(tables()):
        conn.execute(text(f'DELETE FROM "{name}"'))


def analyze(conn: Connection) -> None:
    """Tell the query planner about the new rows."""
    for name in tables():
        conn.execute(text(f'ANALYZE "{name}"'))


def _kept(table: str) -> str:
    if table != "audit_log":
        return ""
    return f"WHERE action NOT IN ({', '.join(repr(note) for note in NOTES)})"


def _begin_behind(table: str, column: str) -> str:
    sequence = f"pg_get_serial_sequence('{table}', '{column}')"
    highest = f'max("{column}")'
    return (
        f'SELECT setval({sequence}, coalesce({highest}, 1), {highest} IS NOT NULL) FROM "{table}"'
    )


def _copy(conn: Connection, statement: str, stream: Sink | IO[bytes]) -> None:
    driver = conn.connection.cursor()
    try:
        driver.copy_expert(statement, stream)
    finally:
        driver.close()
