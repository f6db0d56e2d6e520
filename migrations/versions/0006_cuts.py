"""Cells cut exactly along a drawn line; locks of cells and compounds."""

revision = "0006_cuts"
down_revision = "0005_services"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
