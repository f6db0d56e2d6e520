"""Incidents, what becomes of them, and who is responsible."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
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
    geom,
    geom_3857,
    key,
    metadata,
    refers,
    spatial_indexes,
)

category = Table(
    "category",
    metadata,
    Column("code", Text, primary_key=True),
    Column("parent", Text, ForeignKey("category.code")),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)


def _category(*, nullable: bool = False) -> Column[str]:
    return Column("category_code", Text, ForeignKey("category.code"), nullable=nullable)


responsibility = Table(
    "responsibility",
    metadata,
    _category(),
    refers("unit_id", "unit"),
    Column("body", Text, nullable=False),
    # several bodies may answer for one kind of matter: the dispatcher then names one
    PrimaryKeyConstraint("category_code", "unit_id", "body"),
)

incident = Table(
    "incident",
    metadata,
    key(),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    _category(nullable=True),
    Column("category_text", Text),
    Column("text", Text),
    Column("channel", Text, nullable=False, server_default="resident"),
    Column("level", SmallInteger),
    Column("state", Text, nullable=False, server_default="reported"),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    geom("POINT", nullable=True),
    geom_3857("POINT"),
    refers("community_id", "unit", nullable=True),
    refers("grid_at_report", "plan_grid", nullable=True),
    refers("grid_now", "plan_grid", nullable=True),
    Column("located_reason", Text),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("channel IN ('resident', 'patrol', 'scheduled', 'platform')", name="channel"),
    Index(None, "community_id", "reported_at"),
    Index(None, "reported_at"),
    Index(None, "grid_at_report"),
    Index(None, "grid_now"),
    *spatial_indexes("incident"),
)

incident_event = Table(
    "incident_event",
    metadata,
    key(),
    refers("incident_id", "incident", ondelete="CASCADE"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("account_id", "account", nullable=True),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("note", Text),
    Index(None, "incident_id"),
)

deadline_rule = Table(
    "deadline_rule",
    metadata,
    _category(),
    Column("stage", Text, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("unit", Text, nullable=False),
    PrimaryKeyConstraint("category_code", "stage"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("unit IN ('hour', 'working_hour', 'day', 'working_day')", name="unit"),
)

work_calendar = Table(
    "work_calendar",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("note", Text),
)
