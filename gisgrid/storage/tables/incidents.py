"""Incidents, what becomes of them, and who is responsible."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
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
    spatial_indexes,
)

category = Table(
    "category",
    metadata,
    Column("code", Text, primary_key=True),
    Column("parent", Text, ForeignKey("category.code")),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    # an open incident of the same category within this many metres may be the same matter
    Column("radius_m", Integer, nullable=False, server_default="50"),
    Column("self_handle", Boolean, nullable=False, server_default="false"),
)


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default="false")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _json(name: str) -> Column[object]:
    return Column(name, JSONB, nullable=False, server_default=text("'{}'::jsonb"))


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
    Column("level", SmallInteger, nullable=False, server_default="1"),
    Column("kind", Text, nullable=False, server_default="case"),
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
    Column("grids_near", ARRAY(Integer), nullable=False, server_default=text("'{}'::integer[]")),
    refers("building_id", "building", nullable=True, ondelete="SET NULL"),
    refers("compound_id", "compound", nullable=True, ondelete="SET NULL"),
    Column("address", Text),
    # when we were told, by our own clock: deadlines run from here
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("reporter_id", "account", nullable=True),
    Column("route", Text),
    Column("body", Text),
    Column("task_force", Text),
    refers("assignee_id", "account", nullable=True),
    _flag("major"),
    _flag("private"),
    _flag("supervised"),
    _flag("late"),
    _count("urged"),
    _count("extended"),
    _moment("accepted_at"),
    _moment("dispatched_at"),
    _moment("handled_at"),
    _moment("first_reply_at"),
    _moment("rated_at"),
    # the deadline for which the timer has raised the level already
    _moment("escalated_due"),
    Column("close_reason", Text),
    Column("satisfied", Boolean),
    refers("duplicate_of", "incident", nullable=True),
    _json("details"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    CheckConstraint("kind IN ('case', 'petition', 'wish', 'talk')", name="kind"),
    CheckConstraint("route IN ('dispatch', 'claim', 'task_force', 'open')", name="route"),
    CheckConstraint("duplicate_of <> id", name="duplicate"),
    Index(None, "duplicate_of"),
    Index(None, "assignee_id"),
    Index("incident_open_idx", "due_at", postgresql_where=text("closed_at IS NULL")),
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
    Column("transition", Text),
    _flag("private"),
    _json("facts"),
    Index(None, "incident_id"),
    # the same update of another system arrives once
    Index(
        "incident_event_update_idx",
        text("(facts ->> 'source')"),
        text("(facts ->> 'update_id')"),
        unique=True,
        postgresql_where=text("facts ? 'update_id'"),
    ),
)

incident_deadline = Table(
    "incident_deadline",
    metadata,
    refers("incident_id", "incident", ondelete="CASCADE"),
    Column("position", SmallInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    _moment("met_at"),
    PrimaryKeyConstraint("incident_id", "position"),
)

# how the reporter may be reached: for the desk alone, never listed, never exported
incident_contact = Table(
    "incident_contact",
    metadata,
    refers("incident_id", "incident", ondelete="CASCADE"),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    PrimaryKeyConstraint("incident_id"),
)

# one row a co-signer of a petition; who it is stands nowhere, only a salted hash
incident_signature = Table(
    "incident_signature",
    metadata,
    refers("incident_id", "incident", ondelete="CASCADE"),
    Column("signer", LargeBinary, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("incident_id", "signer"),
)

case_worker = Table(
    "case_worker",
    metadata,
    refers("account_id", "account", ondelete="CASCADE"),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("account_id"),
)

round_plan = Table(
    "round_plan",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    _category(),
    refers("unit_id", "unit"),
    Column("every_days", Integer, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    CheckConstraint("every_days BETWEEN 1 AND 366", name="every_days"),
)

alert_rule = Table(
    "alert_rule",
    metadata,
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    _category(nullable=True),
    Column("n", Integer, nullable=False),
    Column("days", Integer, nullable=False),
    Column("metres", Integer, nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    CheckConstraint("kind IN ('cluster', 'coverage_gap', 'overdue')", name="kind"),
    CheckConstraint("n > 0 AND days > 0 AND metres >= 0", name="positive"),
)

ranking = Table(
    "ranking",
    metadata,
    Column("month", Date, primary_key=True),
    Column("frozen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("account_id", "account", nullable=True),
    _flag("public"),
    Column("rows", JSONB, nullable=False),
)

deadline_rule = Table(
    "deadline_rule",
    metadata,
    _category(),
    Column("stage", Text, nullable=False),
    Column("position", SmallInteger, nullable=False, server_default="0"),
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
