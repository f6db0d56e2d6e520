"""Accounts, their scope and sessions, and the traces they leave. No residents, ever."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gisgrid.storage.tables.columns import created, key, metadata, refers

account = Table(
    "account",
    metadata,
    key(),
    Column("login", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("language", Text, nullable=False, server_default="zh"),
    created(),
    UniqueConstraint("login"),
    CheckConstraint("role IN ('planner', 'leader', 'staff', 'administrator')", name="role"),
    CheckConstraint("language IN ('zh', 'en')", name="language"),
)

role_scope = Table(
    "role_scope",
    metadata,
    key(),
    refers("account_id", "account", ondelete="CASCADE"),
    refers("unit_id", "unit", nullable=True),
    Column("grid_code", Text),
    CheckConstraint("num_nonnulls(unit_id, grid_code) = 1", name="unit_or_grid"),
    Index(None, "account_id"),
    Index(None, "grid_code"),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    refers("account_id", "account", nullable=True, ondelete="CASCADE"),
    Column("values", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    created(),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "expires_at"),
)

audit_log = Table(
    "audit_log",
    metadata,
    key(),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("account_id", "account", nullable=True),
    Column("action", Text, nullable=False),
    Column("subject", Text),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    refers("account_id", "account", ondelete="CASCADE"),
    Column("key", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("response", JSONB),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("account_id", "key"),
)

job = Table(
    "job",
    metadata,
    key(),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("message", Text),
    Column("payload", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("result", JSONB),
    Column("error", JSONB),
    Column("cancel_asked", Boolean, nullable=False, server_default="false"),
    refers("account_id", "account", nullable=True),
    created(),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    Column("heartbeat_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
    Index(None, "state", "id"),
)

job_file = Table(
    "job_file",
    metadata,
    Column("job_id", Integer, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
