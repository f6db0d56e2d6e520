"""Plans: cells given to grids, and every edit that led there."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gisgrid.storage.tables.columns import created, key, metadata, refers

plan = Table(
    "plan",
    metadata,
    key(),
    refers("unit_id", "unit"),
    refers("cell_set_id", "cell_set"),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    refers("base_plan_id", "plan", nullable=True, ondelete="SET NULL"),
    # the plan in force when this one was begun: what it is measured against and takes over from
    refers("replaces_plan_id", "plan", nullable=True, ondelete="SET NULL"),
    Column("version", Integer, nullable=False, server_default="1"),
    # how often cells of this plan gave way to others: 0 where it is made of those of its set
    Column("ground", Integer, nullable=False, server_default="0"),
    Column("band_low", Integer, nullable=False),
    Column("band_high", Integer, nullable=False),
    Column("target", Integer, nullable=False),
    # position of a grid -> written reason why it may break a rule; published with the plan
    Column("exceptions", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # totals, frozen at publishing
    Column("figures", JSONB),
    Column("effective_from", Date),
    Column("effective_to", Date),
    refers("created_by", "account", nullable=True),
    created(),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("submitted_by", "account", nullable=True),
    Column("submitted_at", DateTime(timezone=True)),
    refers("approved_by", "account", nullable=True),
    Column("approved_at", DateTime(timezone=True)),
    CheckConstraint(
        "state IN ('draft', 'submitted', 'approved', 'effective', 'superseded')", name="state"
    ),
    CheckConstraint("0 < band_low AND band_low <= band_high", name="band"),
    CheckConstraint(
        "effective_from IS NULL OR effective_to IS NULL OR effective_from <= effective_to",
        name="dates",
    ),
    CheckConstraint(
        "state NOT IN ('effective', 'superseded') OR effective_from IS NOT NULL", name="dated"
    ),
    Index(None, "unit_id", "state"),
    # one plan in force without an end a community
    Index(
        "plan_in_force_key",
        "unit_id",
        unique=True,
        postgresql_where=text("state = 'effective' AND effective_to IS NULL"),
    ),
)

plan_grid = Table(
    "plan_grid",
    metadata,
    key(),
    refers("plan_id", "plan", ondelete="CASCADE"),
    Column("position", SmallInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="base"),
    Column("name", Text),
    refers("leader_id", "account", nullable=True),
    Column("leader_name", Text),
    Column("locked", Boolean, nullable=False, server_default="false"),
    Column("colour", SmallInteger, nullable=False, server_default="0"),
    Column("figures", JSONB),
    UniqueConstraint("plan_id", "position"),
    # deferred: renumbering swaps codes inside one transaction
    UniqueConstraint("plan_id", "code", deferrable=True, initially="DEFERRED"),
    UniqueConstraint("plan_id", "id"),
    CheckConstraint("kind IN ('base', 'dedicated')", name="kind"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("colour BETWEEN 0 AND 7", name="colour"),
    Index(None, "leader_id"),
)

plan_cell = Table(
    "plan_cell",
    metadata,
    Column("plan_id", Integer, ForeignKey("plan.id", ondelete="CASCADE"), nullable=False),
    refers("cell_id", "cell"),
    Column("grid_id", Integer, nullable=False),
    PrimaryKeyConstraint("plan_id", "cell_id"),
    # the grid is one of this plan
    ForeignKeyConstraint(["plan_id", "grid_id"], ["plan_grid.plan_id", "plan_grid.id"]),
    Index(None, "grid_id"),
    Index(None, "cell_id"),
)

plan_edit = Table(
    "plan_edit",
    metadata,
    Column("plan_id", Integer, ForeignKey("plan.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    refers("account_id", "account", nullable=True),
    Column("kind", Text, nullable=False),
    Column("moves", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # cells that gave way to others, [[cell, position], …]: a line cut them, or an undo joined them
    Column("gone", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("come", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("undoes", Integer),
    # what an edit without moves changed: lock, name, leader of a grid
    Column("facts", JSONB),
    PrimaryKeyConstraint("plan_id", "seq"),
)

plan_lock = Table(
    "plan_lock",
    metadata,
    key(),
    refers("plan_id", "plan", ondelete="CASCADE"),
    refers("cell_id", "cell", nullable=True, ondelete="CASCADE"),
    refers("compound_id", "compound", nullable=True, ondelete="CASCADE"),
    CheckConstraint("num_nonnulls(cell_id, compound_id) = 1", name="one"),
    UniqueConstraint("plan_id", "cell_id"),
    UniqueConstraint("plan_id", "compound_id"),
    Index(None, "cell_id"),
    Index(None, "compound_id"),
)

plan_presence = Table(
    "plan_presence",
    metadata,
    Column("plan_id", Integer, ForeignKey("plan.id", ondelete="CASCADE"), nullable=False),
    refers("account_id", "account", ondelete="CASCADE"),
    # the grid that is chosen on the page
    Column("position", SmallInteger),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("plan_id", "account_id"),
)

# kept by triggers (migration 0010): written by nobody else
grid_sum = Table(
    "grid_sum",
    metadata,
    Column("grid_id", Integer, ForeignKey("plan_grid.id", ondelete="CASCADE"), primary_key=True),
    Column("plan_id", Integer, nullable=False),
    Column("cells", Integer, nullable=False),
    Column("area_m2", Numeric, nullable=False),
    Column("households", Integer, nullable=False),
    Column("residents", Integer, nullable=False),
    Column("buildings", Integer, nullable=False),
    Index(None, "plan_id"),
)
