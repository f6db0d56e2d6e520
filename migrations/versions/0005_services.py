"""Services: kinds and points that staff edit, gates of walls, what is measured bit by bit."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005_services"
down_revision = "0004_two_person"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
CARE = "'nursing_home', 'elderly_care_home', 'elderly_day_care'"


def upgrade() -> None:
    op.add_column(
        "service_kind",
        sa.Column("care", sa.Boolean(), server_default="false", nullable=False),
    )
    op.execute(f"UPDATE service_kind SET care = true WHERE key IN ({CARE})")
    op.add_column(
        "service_point",
        sa.Column("by_hand", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(
        "kind_reach",
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
    )
    # nobody is nearest where no way leads: the walk is infinite and its service unknown
    op.alter_column("reach", "service_point_id", nullable=True)
    op.execute("UPDATE reach SET service_point_id = NULL WHERE metres = 'Infinity'")
    _gates()


def _gates() -> None:
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("geom", Geometry("POINT", 4326, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("gate_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("gate_source_source_id_key")),
    )
    op.create_index("gate_geom_idx", "gate", ["geom"], postgresql_using="gist")
    op.execute(f"GRANT SELECT ON gate TO {ROLE}")


def downgrade() -> None:
    op.drop_table("gate")
    op.execute("DELETE FROM reach")  # measured again from the ground when it is asked for
    op.execute("DELETE FROM kind_reach")
    op.alter_column("reach", "service_point_id", nullable=False)
    op.drop_column("kind_reach", "revision")
    op.drop_column("service_point", "by_hand")
    op.drop_column("service_kind", "care")
