"""What was read from which file, and what could not be taken in."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from gisgrid.storage.tables.columns import geom, key, metadata, refers

import_run = Table(
    "import_run",
    metadata,
    key(),
    Column("what", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    refers("account_id", "account", nullable=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("read", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("summary", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
)

import_reject = Table(
    "import_reject",
    metadata,
    key(),
    refers("import_run_id", "import_run", ondelete="CASCADE"),
    Column("what", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    geom("GEOMETRY", nullable=True),
    Index(None, "import_run_id"),
)
