"""Imports that can be undone, quarantine and column profiles.

While `app.import_run` is set, every statement on a table of the ground notes which rows it made and
what the others were before: an import is undone from these notes, whatever it touched.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007_imports"
down_revision = "0006_cuts"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
NOTED = (
    "building",
    "service_point",
    "street",
    "barrier_line",
    "ground_area",
    "unit",
    "incident",
    "plan",
    "unit_statistic",
)

FUNCTION = """
CREATE FUNCTION note_import() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  run int := nullif(current_setting('app.import_run', true), '')::int;
  columns text;
BEGIN
  IF run IS NULL THEN
    RETURN NULL;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO import_change (import_run_id, table_name, action, ids)
    SELECT run, TG_TABLE_NAME, 'insert', array_agg(id) FROM fresh HAVING count(*) > 0;
    RETURN NULL;
  END IF;
  SELECT string_agg(
    format(CASE WHEN udt_name = 'geometry' THEN '%1$L, b.%1$I::text' ELSE '%1$L, b.%1$I' END,
           column_name), ', ')
  INTO columns
  FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = TG_TABLE_NAME AND is_generated = 'NEVER';
  EXECUTE format(
    'INSERT INTO import_change (import_run_id, table_name, action, row_id, before)'
    ' SELECT %s, %L, %L, b.id, jsonb_build_object(%s) FROM before b',
    run, TG_TABLE_NAME, lower(TG_OP), columns);
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    _runs()
    _rejects()
    _changes()
    _others()
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION note_import() FROM PUBLIC")
    for table in NOTED:
        for event, transition in (
            ("INSERT", "NEW TABLE AS fresh"),
            ("UPDATE", "OLD TABLE AS before"),
            ("DELETE", "OLD TABLE AS before"),
        ):
            op.execute(
                f"CREATE TRIGGER note_import_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION note_import()"
            )


def _runs() -> None:
    op.add_column("import_run", sa.Column("source", sa.Text()))
    op.add_column(
        "import_run",
        sa.Column("choices", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
    )
    op.add_column(
        "import_run",
        sa.Column(
            "mends",
            sa.Integer(),
            sa.ForeignKey("import_run.id", name=op.f("import_run_mends_fkey")),
        ),
    )
    op.add_column("import_run", sa.Column("undone_at", sa.DateTime(timezone=True)))
    op.add_column(
        "import_run",
        sa.Column(
            "undone_by",
            sa.Integer(),
            sa.ForeignKey("account.id", name=op.f("import_run_undone_by_fkey")),
        ),
    )


def _rejects() -> None:
    for column in (
        sa.Column("row_number", sa.Integer()),
        sa.Column("name", sa.Text()),
        sa.Column("facts", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("written", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("x", sa.Float()),
        sa.Column("y", sa.Float()),
        sa.Column("suggestion", Geometry("GEOMETRY", 4326, spatial_index=False)),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
    ):
        op.add_column("import_reject", column)
    op.create_check_constraint(
        op.f("import_reject_state_check"),
        "import_reject",
        "state IN ('waiting', 'mended', 'dropped')",
    )


def _changes() -> None:
    op.create_table(
        "import_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Integer()),
        sa.Column("ids", ARRAY(sa.Integer())),
        sa.Column("before", JSONB()),
        sa.PrimaryKeyConstraint("id", name=op.f("import_change_pkey")),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.id"],
            name=op.f("import_change_import_run_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "action IN ('insert', 'update', 'delete')", name=op.f("import_change_action_check")
        ),
    )
    op.create_index(op.f("import_change_import_run_id_idx"), "import_change", ["import_run_id"])


def _others() -> None:
    op.create_table(
        "import_profile",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("choices", JSONB(), nullable=False),
        sa.Column(
            "saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("what", "headings", name=op.f("import_profile_pkey")),
    )
    op.create_table(
        "upload",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("files", JSONB(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("mends", sa.Integer()),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("upload_pkey")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("upload_account_id_fkey"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "unit_statistic",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_statistic_pkey")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("unit_statistic_unit_id_fkey"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("unit_id", "key", name=op.f("unit_statistic_unit_id_key_key")),
    )
    op.execute(f"GRANT SELECT ON unit_statistic TO {ROLE}")


def downgrade() -> None:
    for table in NOTED:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER note_import_{event} ON {table}")
    op.execute("DROP FUNCTION note_import()")
    for table in ("unit_statistic", "upload", "import_profile", "import_change"):
        op.drop_table(table)
    op.drop_constraint(op.f("import_reject_state_check"), "import_reject", type_="check")
    for column in ("row_number", "name", "facts", "written", "x", "y", "suggestion", "state"):
        op.drop_column("import_reject", column)
    for column in ("source", "choices", "mends", "undone_at", "undone_by"):
        op.drop_column("import_run", column)
