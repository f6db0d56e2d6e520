"""Photos of incidents, and the systems of others that report through Open311."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from gisgrid.storage.tables.columns import created, key, metadata, refers

incident_photo = Table(
    "incident_photo",
    metadata,
    key(),
    refers("incident_id", "incident", ondelete="CASCADE"),
    # of our own making; what the reporter's file was called is never kept
    Column("name", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("private", Boolean, nullable=False, server_default="false"),
    refers("account_id", "account", nullable=True),
    created(),
    UniqueConstraint("name"),
    Index(None, "incident_id"),
)

api_key = Table(
    "api_key",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    # the authority or company that holds it
    Column("body", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("ending", Text, nullable=False),
    Column("per_minute", Integer, nullable=False, server_default="60"),
    refers("account_id", "account", nullable=True),
    created(),
    Column("revoked_at", DateTime(timezone=True)),
    Column("used_at", DateTime(timezone=True)),
    UniqueConstraint("name"),
    UniqueConstraint("key_hash"),
    CheckConstraint("per_minute > 0", name="per_minute"),
)

# how often somebody called in a minute
api_call = Table(
    "api_call",
    metadata,
    Column("subject", Text, nullable=False),
    Column("minute", DateTime(timezone=True), nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("subject", "minute"),
)
