"""Reach also keeps the straight distance, and says of which ground each kind was measured."""

import sqlalchemy as sa
from alembic import op

revision = "0003_reach_straight"
down_revision = "0002_row_level_security"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"


def upgrade() -> None:
    op.execute("DELETE FROM reach")  # measured again from the ground when it is asked for
    op.add_column("reach", sa.Column("straight_m", sa.REAL(), nullable=False))
    op.create_table(
        "kind_reach",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("network_version", sa.Integer(), nullable=False),
        sa.Column(
            "measured_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["kind"], ["service_kind.key"], name=op.f("kind_reach_kind_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("kind_reach_pkey")),
    )
    op.execute(f"GRANT SELECT ON kind_reach TO {ROLE}")


def downgrade() -> None:
    op.drop_table("kind_reach")
    op.drop_column("reach", "straight_m")
