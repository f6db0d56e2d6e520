"""Ground: buildings, streets, water, and the cells that are assigned to grids."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Float,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gisgrid.storage.tables.columns import (
    geom,
    geom_3857,
    key,
    metadata,
    refers,
    sound,
    spatial_indexes,
)

compound = Table(
    "compound",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("name", Text),
    refers("community_id", "unit", nullable=True),
    geom("MULTIPOLYGON"),
    sound(),
    UniqueConstraint("source", "source_id"),
    *spatial_indexes("compound", ["geom"]),
)

_HOUSEHOLDS = "coalesce(households_override, households_given, households_estimated, 0)"
# PostgreSQL lets no generated column read another one, hence the repeated expression.
_RESIDENTS = f"coalesce(residents_given, round({_HOUSEHOLDS} * 2.62)::int)"

building = Table(
    "building",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("code", Text),
    Column("name", Text),
    Column("address", Text),
    Column("use", Text),
    Column("residential", Boolean, nullable=False, server_default="false"),
    Column("levels", Float),
    Column("households_given", Integer),
    Column("households_estimated", Integer),
    Column("households_override", Integer),
    Column("households", Integer, Computed(_HOUSEHOLDS, persisted=True), nullable=False),
    Column("residents_given", Integer),
    Column("residents", Integer, Computed(_RESIDENTS, persisted=True), nullable=False),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    refers("compound_id", "compound", nullable=True, ondelete="SET NULL"),
    refers("community_id", "unit", nullable=True),
    geom("POLYGON"),
    geom_3857("POLYGON"),
    Column("retired_at", DateTime(timezone=True)),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    sound(),
    UniqueConstraint("source", "source_id"),
    CheckConstraint(
        "households_given >= 0 AND households_estimated >= 0 AND households_override >= 0"
        " AND residents_given >= 0",
        name="counts_not_negative",
    ),
    Index(None, "community_id"),
    *spatial_indexes("building"),
)

street = Table(
    "street",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("name", Text),
    Column("class", Text, nullable=False),
    Column("walkable", Boolean, nullable=False),
    Column("bridge", Boolean, nullable=False, server_default="false"),
    Column("tunnel", Boolean, nullable=False, server_default="false"),
    Column("layer", SmallInteger, nullable=False, server_default="0"),
    geom("LINESTRING"),
    geom_3857("LINESTRING"),
    UniqueConstraint("source", "source_id"),
    *spatial_indexes("street"),
)

barrier_line = Table(
    "barrier_line",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    geom("LINESTRING"),
    geom_3857("LINESTRING"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("kind IN ('river', 'rail', 'wall', 'drawn')", name="kind"),
    *spatial_indexes("barrier_line"),
)

gate = Table(
    "gate",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("name", Text),
    geom("POINT"),
    UniqueConstraint("source", "source_id"),
    *spatial_indexes("gate", ["geom"]),
)

ground_area = Table(
    "ground_area",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    geom("MULTIPOLYGON"),
    geom_3857("MULTIPOLYGON"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("kind IN ('water', 'green')", name="kind"),
    *spatial_indexes("ground_area"),
)

cell_set = Table(
    "cell_set",
    metadata,
    key(),
    refers("community_id", "unit"),
    Column("built_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ground_version", Integer, nullable=False),
    Column("current", Boolean, nullable=False, server_default="true"),
    # the set whose cells a drawn line has cut into the pieces of this one
    refers("cut_of", "cell_set", nullable=True, ondelete="CASCADE"),
    Index(None, "cut_of"),
    Index("cell_set_current_key", "community_id", unique=True, postgresql_where=text("current")),
)

cell = Table(
    "cell",
    metadata,
    key(),
    refers("cell_set_id", "cell_set", ondelete="CASCADE"),
    refers("community_id", "unit"),
    Column("water", Boolean, nullable=False, server_default="false"),
    Column("area_m2", Float, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    # of a piece: the cell of the set it came from in the end, and the one that gave way to it
    refers("root_id", "cell", nullable=True, ondelete="CASCADE"),
    refers("parent_id", "cell", nullable=True, ondelete="CASCADE"),
    geom("POLYGON"),
    geom_3857("POLYGON"),
    Index(None, "cell_set_id"),
    Index(None, "community_id"),
    Index(None, "root_id"),
    Index(None, "parent_id"),
    *spatial_indexes("cell"),
)

cell_building = Table(
    "cell_building",
    metadata,
    refers("cell_id", "cell", ondelete="CASCADE"),
    refers("building_id", "building"),
    refers("cell_set_id", "cell_set", ondelete="CASCADE"),
    refers("community_id", "unit"),
    PrimaryKeyConstraint("cell_id", "building_id"),
    UniqueConstraint("cell_set_id", "building_id"),
    Index(None, "building_id"),
)
cell_neighbour = Table(
    "cell_neighbour",
    metadata,
    key(),
    refers("cell_set_id", "cell_set", ondelete="CASCADE"),
    refers("community_id", "unit"),
    refers("a_id", "cell", ondelete="CASCADE"),
    refers("b_id", "cell", nullable=True, ondelete="CASCADE"),
    Column("shared_m", Float, nullable=False),
    Column("barrier", SmallInteger, nullable=False),
    Column("crossing", Boolean, nullable=False, server_default="false"),
    Column("joined", Boolean, nullable=False, server_default="true"),
    geom("MULTILINESTRING"),
    geom_3857("MULTILINESTRING"),
    CheckConstraint("b_id IS NULL OR a_id < b_id", name="ordered"),
    UniqueConstraint("a_id", "b_id"),
    Index(None, "cell_set_id"),
    Index(None, "b_id"),
    *spatial_indexes("cell_neighbour"),
)
