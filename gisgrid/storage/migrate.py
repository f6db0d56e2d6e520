"""Bring a database to the newest shape, or back; safe when two processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from gisgrid.errors import Unavailable
from gisgrid.storage.engine import APP_ROLE, SYSTEM, transaction

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK = 0x6715_6772
_OPTIONS = "SET LOCAL lock_timeout = '10s'"
_MISSING_ROLE = "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)"
_MAY_ACT = "SELECT pg_has_role(current_user, :role, 'MEMBER')"
_HAS_POSTGIS = "SELECT 1 FROM pg_extension WHERE extname = 'postgis'"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the migrations up to `revision`, in one transaction.

    Raises
    ------
    Unavailable
        If the database lacks PostGIS or the role of the application and the user may not make
        them; the error carries the statements for whoever may.
    """
    with transaction(engine, SYSTEM) as conn:
        command.upgrade(_config(conn), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Undo the migrations down to `revision`, in one transaction; ``"base"`` undoes all."""
    with transaction(engine, SYSTEM) as conn:
        command.downgrade(_config(conn), revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest shape."""
    newest = ScriptDirectory.from_config(_config(None)).get_current_head()
    with transaction(engine, SYSTEM) as conn:
        return MigrationContext.configure(conn).get_current_revision() == newest


def prepare(conn: Connection) -> None:
    """Wait for any other migration to end; see that PostGIS and the application's role exist."""
    conn.execute(text(_OPTIONS))
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if conn.execute(text(_HAS_POSTGIS)).first() is None:
        _may(conn, "CREATE EXTENSION postgis")
    if conn.execute(text(_MISSING_ROLE), {"role": APP_ROLE}).first():
        _may(conn, f"CREATE ROLE {APP_ROLE} NOLOGIN")
    if not conn.execute(text(_MAY_ACT), {"role": APP_ROLE}).scalar_one():
        _may(conn, f"GRANT {APP_ROLE} TO CURRENT_USER")


def _may(conn: Connection, statement: str) -> None:
    """Run a statement that an ordinary user may not be allowed."""
    try:
        conn.execute(text(statement))
    except ProgrammingError as error:
        user = conn.engine.url.username or ""
        asked = statement.replace("CURRENT_USER", f'"{user}"')
        raise Unavailable(
            f"{user} may not set up this database; ask its administrator to run: {asked};",
            code="database_rights",
            user=user,
            statement=asked,
        ) from error


def _config(conn: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
