"""What a district calls the steps of a case: one of the schemes of labels."""

import sqlalchemy as sa
from alembic import op

revision = "0011_label_scheme"
down_revision = "0010_sums"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "project", sa.Column("label_scheme", sa.Text(), server_default="default", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("project", "label_scheme")
