# ruff: noqa: E501 - columns as Alembic writes them
"""The life of an incident: states, stages, routing, contact, signatures, rounds, alerts, ranking."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_incident_life"
down_revision = "0007_imports"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"

COMMUNITIES = "ANY((SELECT app_communities())::int[])"
GRIDS = "ANY((SELECT app_grids())::int[])"
DESK = "(SELECT app_role()) IN ('planner', 'staff', 'administrator')"
INTAKE = "(SELECT app_role()) IN ('staff', 'administrator')"
SCOPE_BEFORE = (
    f"community_id = {COMMUNITIES} OR grid_now = {GRIDS} OR (community_id IS NULL AND {DESK})"
)
# an incident at the border is told to the leader next door as well
SCOPE = f"{SCOPE_BEFORE} OR grids_near && (SELECT app_grids())::int[]"

SETTINGS = "case_worker, round_plan, alert_rule, ranking"
FLAGS = ("major", "private", "supervised", "late")
COUNTS = ("urged", "extended")
MOMENTS = (
    "accepted_at",
    "dispatched_at",
    "handled_at",
    "first_reply_at",
    "rated_at",
    "escalated_due",
)
TEXTS = ("address", "route", "body", "task_force", "close_reason")
REFERENCES = {
    "building_id": ("building", "SET NULL"),
    "compound_id": ("compound", "SET NULL"),
    "reporter_id": ("account", None),
    "assignee_id": ("account", None),
    "duplicate_of": ("incident", None),
}
CHECKS = {
    "level": "level BETWEEN 1 AND 5",
    "kind": "kind IN ('case', 'petition', 'wish', 'talk')",
    "route": "route IN ('dispatch', 'claim', 'task_force', 'open')",
    "duplicate": "duplicate_of <> id",
}


def moment(name: str, *, now: bool = False) -> sa.Column:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def flag(name: str, default: str = "false") -> sa.Column:
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def json(name: str) -> sa.Column:
    return sa.Column(
        name, postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
    )


def refers(table: str, column: str, target: str, ondelete: str | None = None) -> sa.Constraint:
    key = "code" if target == "category" else "id"
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name, ondelete=ondelete)


def upgrade() -> None:
    _widen_category_and_rule()
    _widen_incident()
    op.add_column("incident_event", sa.Column("transition", sa.Text()))
    op.add_column("incident_event", flag("private"))
    op.add_column("incident_event", json("facts"))
    _tables_of_an_incident()
    _tables_of_settings()
    _policies()
    _photos_and_clients()


def _widen_category_and_rule() -> None:
    op.add_column(
        "category", sa.Column("radius_m", sa.Integer(), server_default="50", nullable=False)
    )
    op.add_column("category", flag("self_handle"))
    op.add_column(
        "deadline_rule",
        sa.Column("position", sa.SmallInteger(), server_default="0", nullable=False),
    )


def _widen_incident() -> None:
    op.execute("UPDATE incident SET state = 'in_progress' WHERE state = 'handling'")
    op.execute("UPDATE incident SET level = least(greatest(coalesce(level, 1), 1), 5)")
    op.alter_column("incident", "level", nullable=False, server_default="1")
    op.add_column("incident", sa.Column("kind", sa.Text(), server_default="case", nullable=False))
    op.add_column("incident", moment("received_at", now=True))
    op.execute("UPDATE incident SET received_at = reported_at")
    op.add_column(
        "incident",
        sa.Column(
            "grids_near",
            postgresql.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'::integer[]"),
            nullable=False,
        ),
    )
    for name in FLAGS:
        op.add_column("incident", flag(name))
    for name in COUNTS:
        op.add_column("incident", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    for name in MOMENTS:
        op.add_column("incident", moment(name))
    for name in TEXTS:
        op.add_column("incident", sa.Column(name, sa.Text()))
    op.add_column("incident", sa.Column("satisfied", sa.Boolean()))
    op.add_column("incident", json("details"))
    for name, (target, ondelete) in REFERENCES.items():
        op.add_column("incident", sa.Column(name, sa.Integer()))
        key = op.f(f"incident_{name}_fkey")
        op.create_foreign_key(key, "incident", target, [name], ["id"], ondelete=ondelete)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"incident_{name}_check"), "incident", rule)
    op.create_index("incident_duplicate_of_idx", "incident", ["duplicate_of"])
    op.create_index("incident_assignee_id_idx", "incident", ["assignee_id"])
    open_only = sa.text("closed_at IS NULL")
    op.create_index("incident_open_idx", "incident", ["due_at"], postgresql_where=open_only)


def _tables_of_an_incident() -> None:
    op.create_table(
        "incident_deadline",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        moment("met_at"),
        refers("incident_deadline", "incident_id", "incident", "CASCADE"),
        sa.PrimaryKeyConstraint("incident_id", "position", name=op.f("incident_deadline_pkey")),
    )
    op.create_table(
        "incident_contact",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        refers("incident_contact", "incident_id", "incident", "CASCADE"),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("incident_contact_pkey")),
    )
    op.create_table(
        "incident_signature",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("signer", sa.LargeBinary(), nullable=False),
        moment("at", now=True),
        refers("incident_signature", "incident_id", "incident", "CASCADE"),
        sa.PrimaryKeyConstraint("incident_id", "signer", name=op.f("incident_signature_pkey")),
    )


def _tables_of_settings() -> None:
    op.create_table(
        "case_worker",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        refers("case_worker", "account_id", "account", "CASCADE"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("case_worker_pkey")),
    )
    op.create_table(
        "round_plan",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        flag("active", "true"),
        sa.CheckConstraint(
            "every_days BETWEEN 1 AND 366", name=op.f("round_plan_every_days_check")
        ),
        refers("round_plan", "category_code", "category"),
        refers("round_plan", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("round_plan_pkey")),
    )
    op.create_table(
        "alert_rule",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text()),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        flag("active", "true"),
        sa.CheckConstraint(
            "kind IN ('cluster', 'coverage_gap', 'overdue')", name=op.f("alert_rule_kind_check")
        ),
        sa.CheckConstraint(
            "n > 0 AND days > 0 AND metres >= 0", name=op.f("alert_rule_positive_check")
        ),
        refers("alert_rule", "category_code", "category"),
        sa.PrimaryKeyConstraint("key", name=op.f("alert_rule_pkey")),
    )
    op.create_table(
        "ranking",
        sa.Column("month", sa.Date(), nullable=False),
        moment("frozen_at", now=True),
        sa.Column("account_id", sa.Integer()),
        flag("public"),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        refers("ranking", "account_id", "account"),
        sa.PrimaryKeyConstraint("month", name=op.f("ranking_pkey")),
    )


def _policies() -> None:
    op.execute("DROP POLICY incident_visible ON incident")
    op.execute(f"CREATE POLICY incident_visible ON incident FOR SELECT TO {ROLE} USING ({SCOPE})")
    seen = "incident_id IN (SELECT id FROM incident)"
    for table, rule in (
        ("incident_deadline", seen),
        ("incident_signature", seen),
        ("incident_contact", f"{INTAKE} AND {seen}"),
    ):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_scope ON {table} TO {ROLE} USING ({rule}) WITH CHECK ({rule})"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    for table in ("case_worker", "round_plan", "alert_rule", "ranking"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_desk ON {table} TO {ROLE} USING ({DESK})")
    op.execute(f"GRANT SELECT ON {SETTINGS} TO {ROLE}")


def _photos_and_clients() -> None:
    op.create_table(
        "incident_photo",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        flag("private"),
        sa.Column("account_id", sa.Integer()),
        moment("created_at", now=True),
        refers("incident_photo", "incident_id", "incident", "CASCADE"),
        refers("incident_photo", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_photo_pkey")),
        sa.UniqueConstraint("name", name=op.f("incident_photo_name_key")),
    )
    op.create_index("incident_photo_incident_id_idx", "incident_photo", ["incident_id"])
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Integer(), server_default="60", nullable=False),
        sa.Column("account_id", sa.Integer()),
        moment("created_at", now=True),
        moment("revoked_at"),
        moment("used_at"),
        sa.CheckConstraint("per_minute > 0", name=op.f("api_key_per_minute_check")),
        refers("api_key", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("api_key_pkey")),
        sa.UniqueConstraint("name", name=op.f("api_key_name_key")),
        sa.UniqueConstraint("key_hash", name=op.f("api_key_key_hash_key")),
    )
    op.create_table(
        "api_call",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "minute", name=op.f("api_call_pkey")),
    )
    # the same update of another system arrives once
    op.execute(
        "CREATE UNIQUE INDEX incident_event_update_idx ON incident_event"
        " ((facts->>'source'), (facts->>'update_id')) WHERE facts ? 'update_id'"
    )
    op.execute("ALTER TABLE incident_photo ENABLE ROW LEVEL SECURITY")
    seen = "incident_id IN (SELECT id FROM incident)"
    op.execute(f"CREATE POLICY incident_photo_scope ON incident_photo TO {ROLE} USING ({seen})")
    op.execute(f"GRANT SELECT ON incident_photo TO {ROLE}")


def downgrade() -> None:
    op.execute("DROP INDEX incident_event_update_idx")
    for table in ("api_call", "api_key", "incident_photo"):
        op.drop_table(table)
    op.execute("DROP POLICY incident_visible ON incident")
    for table in (
        "ranking",
        "alert_rule",
        "round_plan",
        "case_worker",
        "incident_signature",
        "incident_contact",
        "incident_deadline",
    ):
        op.drop_table(table)
    for name in ("facts", "private", "transition"):
        op.drop_column("incident_event", name)
    op.drop_index("incident_open_idx", "incident")
    for name in CHECKS:
        op.drop_constraint(op.f(f"incident_{name}_check"), "incident")
    added = (*REFERENCES, "details", "satisfied", *TEXTS, *MOMENTS, *COUNTS, *FLAGS)
    for name in (*added, "grids_near", "received_at", "kind"):
        op.drop_column("incident", name)
    op.alter_column("incident", "level", nullable=True, server_default=None)
    op.execute(
        f"CREATE POLICY incident_visible ON incident FOR SELECT TO {ROLE} USING ({SCOPE_BEFORE})"
    )
    op.drop_column("deadline_rule", "position")
    op.drop_column("category", "self_handle")
    op.drop_column("category", "radius_m")
