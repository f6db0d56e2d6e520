"""Planners who work at the same time; jobs: who asked, how they ended, the files they made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_together"
down_revision = "0008_incident_life"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
PLANS = "ANY((SELECT app_plans())::int[])"
OWN = "account_id = nullif(current_setting('app.account', true), '')::int"


def upgrade() -> None:
    op.add_column(
        "job",
        sa.Column("cancel_asked", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("job", sa.Column("error", postgresql.JSONB()))
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("job_file_job_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("job_file_pkey")),
    )
    op.create_table(
        "plan_presence",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger()),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("plan_presence_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("plan_presence_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("plan_id", "account_id", name=op.f("plan_presence_pkey")),
    )
    op.execute("ALTER TABLE plan_presence ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY plan_presence_visible ON plan_presence FOR SELECT TO {ROLE}"
        f" USING (plan_id = {PLANS})"
    )
    op.execute(
        f"CREATE POLICY plan_presence_own ON plan_presence TO {ROLE}"
        f" USING (plan_id = {PLANS} AND {OWN}) WITH CHECK (plan_id = {PLANS} AND {OWN})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON plan_presence TO {ROLE}")
    op.execute("ALTER TABLE job ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY job_own ON job TO {ROLE} USING ({OWN}) WITH CHECK ({OWN})")
    op.execute("ALTER TABLE job_file ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY job_file_own ON job_file FOR SELECT TO {ROLE}"
        " USING (job_id IN (SELECT id FROM job))"
    )
    op.execute(f"GRANT SELECT ON job_file TO {ROLE}")


def downgrade() -> None:
    op.execute("DROP POLICY job_own ON job")
    op.execute("ALTER TABLE job DISABLE ROW LEVEL SECURITY")
    op.drop_table("plan_presence")
    op.drop_table("job_file")
    op.drop_column("job", "error")
    op.drop_column("job", "cancel_asked")
