"""Services: kinds that staff edit, opening, scenarios."""

revision = "0005_services"
down_revision = "0004_two_person"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
