"""Imports that can be undone, quarantine and column profiles."""

revision = "0007_imports"
down_revision = "0006_cuts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
