"""What was read from which file, what became of it, and what could not be taken in."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gisgrid.storage.tables.columns import geom, key, metadata, refers

_EMPTY = text("'{}'::jsonb")

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
    Column("summary", JSONB, nullable=False, server_default=_EMPTY),
    # the name under which its rows are known
    Column("source", Text),
    Column("choices", JSONB, nullable=False, server_default=_EMPTY),
    # the import whose quarantine this one brings back mended
    refers("mends", "import_run", nullable=True),
    Column("undone_at", DateTime(timezone=True)),
    refers("undone_by", "account", nullable=True),
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
    # row of the file, from 1
    Column("row_number", Integer),
    Column("name", Text),
    Column("facts", JSONB, nullable=False, server_default=_EMPTY),
    # heading -> text, as its owner wrote it
    Column("written", JSONB, nullable=False, server_default=_EMPTY),
    Column("x", Float),
    Column("y", Float),
    Column("suggestion", Geometry("GEOMETRY", 4326, spatial_index=False)),
    Column("state", Text, nullable=False, server_default="waiting"),
    CheckConstraint("state IN ('waiting', 'mended', 'dropped')", name="state"),
    Index(None, "import_run_id"),
)

import_change = Table(
    "import_change",
    metadata,
    Column("id", BigInteger, Identity(always=False), primary_key=True),
    refers("import_run_id", "import_run", ondelete="CASCADE"),
    Column("table_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("row_id", Integer),
    Column("ids", ARRAY(Integer)),
    Column("before", JSONB),
    CheckConstraint("action IN ('insert', 'update', 'delete')", name="action"),
    Index(None, "import_run_id"),
)

import_profile = Table(
    "import_profile",
    metadata,
    Column("what", Text, nullable=False),
    Column("headings", Text, nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("choices", JSONB, nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("what", "headings"),
)

upload = Table(
    "upload",
    metadata,
    Column("token", Text, primary_key=True),
    refers("account_id", "account", ondelete="CASCADE"),
    Column("what", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("files", JSONB, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("mends", Integer),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

unit_statistic = Table(
    "unit_statistic",
    metadata,
    key(),
    refers("unit_id", "unit", ondelete="CASCADE"),
    Column("key", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("day", Date),
    UniqueConstraint("unit_id", "key"),
)
