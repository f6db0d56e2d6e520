"""Which unit followed which, and from what day: one of many, many of one.

`unit.successor_id` holds one successor; of a unit that was split there are several.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_succession"
down_revision = "0011_label_scheme"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
NOTED = (
    ("INSERT", "NEW TABLE AS fresh"),
    ("UPDATE", "OLD TABLE AS before"),
    ("DELETE", "OLD TABLE AS before"),
)


def upgrade() -> None:
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_succession_pkey")),
        sa.ForeignKeyConstraint(
            ["old_id"], ["unit.id"], name=op.f("unit_succession_old_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["new_id"], ["unit.id"], name=op.f("unit_succession_new_id_fkey"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("old_id", "new_id", name=op.f("unit_succession_old_id_new_id_key")),
        sa.CheckConstraint("old_id <> new_id", name=op.f("unit_succession_other_check")),
    )
    op.create_index(op.f("unit_succession_new_id_idx"), "unit_succession", ["new_id"])
    op.execute(
        "INSERT INTO unit_succession (old_id, new_id, day) SELECT id, successor_id, valid_to"
        " FROM unit WHERE successor_id <> id AND valid_to IS NOT NULL"
    )
    op.execute(f"GRANT SELECT ON unit_succession TO {ROLE}")  # as of units: everybody's to read
    for event, rows in NOTED:
        op.execute(
            f"CREATE TRIGGER note_import_{event.lower()} AFTER {event} ON unit_succession"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION note_import()"
        )


def downgrade() -> None:
    op.drop_table("unit_succession")
