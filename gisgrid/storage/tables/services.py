"""Services people walk to, and how far they walk."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from gisgrid.storage.tables.columns import (
    created,
    geom,
    geom_3857,
    key,
    metadata,
    refers,
    spatial_indexes,
)

service_kind = Table(
    "service_kind",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("minutes", SmallInteger, nullable=False),
    Column("radius_m", Float, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("sort", SmallInteger, nullable=False),
    Column("care", Boolean, nullable=False, server_default="false"),  # cares for the elderly
    CheckConstraint("minutes > 0 AND radius_m > 0", name="sizes"),
)


def _kind() -> Column[str]:
    return Column("kind", Text, ForeignKey("service_kind.key"), nullable=False)


service_point = Table(
    "service_point",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("name", Text),
    _kind(),
    Column("opening_hours", Text),
    refers("unit_id", "unit", nullable=True),
    geom("POINT"),
    geom_3857("POINT"),
    Column("retired_at", DateTime(timezone=True)),
    Column("by_hand", Boolean, nullable=False, server_default="false"),  # imports leave it alone
    UniqueConstraint("source", "source_id"),
    Index(None, "kind"),
    *spatial_indexes("service_point"),
)

service_circle = Table(
    "service_circle",
    metadata,
    key(),
    refers("service_point_id", "service_point", ondelete="CASCADE"),
    Column("minutes", Float, nullable=False),
    Column("speed_kmh", Float, nullable=False),
    Column("network_version", Integer, nullable=False),
    Column("households", Integer, nullable=False),
    Column("households_straight", Integer, nullable=False),
    geom("MULTIPOLYGON"),
    UniqueConstraint("service_point_id", "minutes", "speed_kmh", "network_version"),
)

reach = Table(
    "reach",
    metadata,
    refers("building_id", "building", ondelete="CASCADE"),
    _kind(),
    Column("metres", REAL, nullable=False),
    refers("service_point_id", "service_point", nullable=True, ondelete="CASCADE"),
    Column("straight_m", REAL, nullable=False),
    PrimaryKeyConstraint("building_id", "kind"),
    Index(None, "kind"),
)

kind_reach = Table(
    "kind_reach",
    metadata,
    Column("kind", Text, ForeignKey("service_kind.key", ondelete="CASCADE"), primary_key=True),
    Column("network_version", Integer, nullable=False),
    Column("measured_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),  # changes since it was made
)

service_scenario = Table(
    "service_scenario",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),
    refers("created_by", "account", nullable=True),
    created(),
    Column("changed_at", DateTime(timezone=True), server_default=func.now(), nullable=False),
)

scenario_point = Table(
    "scenario_point",
    metadata,
    key(),
    refers("scenario_id", "service_scenario", ondelete="CASCADE"),
    Column("act", Text, nullable=False),
    Column("kind", Text, ForeignKey("service_kind.key", ondelete="CASCADE"), nullable=False),
    refers("service_point_id", "service_point", nullable=True, ondelete="CASCADE"),
    geom("POINT", nullable=True),
    UniqueConstraint("scenario_id", "service_point_id"),
    CheckConstraint(
        "(act = 'open') = (service_point_id IS NULL) AND (act = 'close') = (geom IS NULL)"
        " AND act IN ('open', 'move', 'close')",
        name="act",
    ),
)
