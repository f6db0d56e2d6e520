"""A project may ask that another person than the author approves a plan."""

import sqlalchemy as sa
from alembic import op

revision = "0004_two_person"
down_revision = "0003_reach_straight"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "project",
        sa.Column("two_person", sa.Boolean(), server_default="false", nullable=False),
    )


def downgrade() -> None:
    # what waits for the second person would wait for ever
    op.execute("UPDATE plan SET state = 'draft', effective_from = NULL WHERE state = 'submitted'")
    op.drop_column("project", "two_person")
