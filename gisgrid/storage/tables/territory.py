"""Territory: levels as data, and the tree of units."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gisgrid.storage.tables.columns import (
    geom,
    geom_3857,
    key,
    metadata,
    refers,
    sound,
    spatial_indexes,
)

unit_level = Table(
    "unit_level",
    metadata,
    Column("preset", Text, primary_key=True),
    Column("depth", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("geometry", Text, nullable=False),
    Column("role", Text),
    CheckConstraint("geometry IN ('polygon', 'footprint', 'point')", name="geometry"),
)

unit = Table(
    "unit",
    metadata,
    key(),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    refers("parent_id", "unit", nullable=True),
    Column("valid_from", Date, nullable=False, server_default=text("CURRENT_DATE")),
    Column("valid_to", Date),
    refers("successor_id", "unit", nullable=True),
    Column("source", Text, nullable=False),
    Column("source_id", Text),
    Column("divided", Boolean, nullable=False, server_default="false"),
    geom("MULTIPOLYGON"),
    geom_3857("MULTIPOLYGON"),
    sound(200_000),
    Index("unit_code_key", "code", unique=True, postgresql_where=text("valid_to IS NULL")),
    Index(None, "parent_id"),
    *spatial_indexes("unit"),
)

unit_succession = Table(
    "unit_succession",
    metadata,
    key(),
    refers("old_id", "unit", ondelete="CASCADE"),
    refers("new_id", "unit", ondelete="CASCADE"),
    Column("day", Date, nullable=False),
    UniqueConstraint("old_id", "new_id"),
    CheckConstraint("old_id <> new_id", name="other"),
    Index(None, "new_id"),
)

# one row, kept by triggers (migration 0015): another number for every change of the tree of units
territory_version = Table(
    "territory_version",
    metadata,
    Column("value", BigInteger, nullable=False),
)

# kept by triggers (migration 0010): written by nobody else
unit_sum = Table(
    "unit_sum",
    metadata,
    Column("community_id", Integer, ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True),
    Column("households", Integer, nullable=False),
    Column("residents", Integer, nullable=False),
    Column("buildings", Integer, nullable=False),
)
