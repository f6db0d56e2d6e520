"""What is open and what is overdue: said once, for every number and every list."""

from alembic import op

revision = "0014_overdue"
down_revision = "0013_plans_on"
branch_labels = None
depends_on = None

OPEN = """
-- An incident is open while its life has not ended: imported ones may be finished without a moment.
CREATE FUNCTION incident_is_open(closed_at timestamptz, state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN closed_at IS NULL AND state NOT IN ('closed', 'rated', 'rejected', 'duplicate')
"""
OVERDUE = """
-- Open, handed in and past its deadline by the database's clock; never null.
CREATE FUNCTION incident_is_overdue(closed_at timestamptz, state text, due_at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN closed_at IS NULL AND state NOT IN ('closed', 'rated', 'rejected', 'duplicate', 'draft')
    AND coalesce(due_at < now(), false)
"""


def upgrade() -> None:
    op.execute(OPEN)
    op.execute(OVERDUE)


def downgrade() -> None:
    op.execute("DROP FUNCTION incident_is_overdue(timestamptz, text, timestamptz)")
    op.execute("DROP FUNCTION incident_is_open(timestamptz, text)")
