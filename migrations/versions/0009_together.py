"""Planners who work at the same time; jobs."""

revision = "0009_together"
down_revision = "0008_incident_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
