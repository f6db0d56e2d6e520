"""The life of an incident: stages, routing, deadlines, evaluation."""

revision = "0008_incident_life"
down_revision = "0007_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
