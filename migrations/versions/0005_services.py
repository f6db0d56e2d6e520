"""Services: kinds and points that staff edit, gates of walls, reach bit by bit, scenarios."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005_services"
down_revision = "0004_two_person"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
DESK = "(SELECT app_role()) IN ('planner', 'staff', 'administrator')"
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
    _scenarios()


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


def _scenarios() -> None:
    op.create_table(
        "service_scenario",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("service_scenario_created_by_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("service_scenario_pkey")),
        sa.UniqueConstraint("name", name=op.f("service_scenario_name_key")),
    )
    op.create_table(
        "scenario_point",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("service_point_id", sa.Integer()),
        sa.Column("geom", Geometry("POINT", 4326, spatial_index=False)),
        sa.CheckConstraint(
            "(act = 'open') = (service_point_id IS NULL) AND (act = 'close') = (geom IS NULL)"
            " AND act IN ('open', 'move', 'close')",
            name=op.f("scenario_point_act_check"),
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["service_scenario.id"],
            name=op.f("scenario_point_scenario_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["kind"],
            ["service_kind.key"],
            name=op.f("scenario_point_kind_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_point_id"],
            ["service_point.id"],
            name=op.f("scenario_point_service_point_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("scenario_point_pkey")),
        sa.UniqueConstraint(
            "scenario_id",
            "service_point_id",
            name=op.f("scenario_point_scenario_id_service_point_id_key"),
        ),
    )
    for table in ("service_scenario", "scenario_point"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_desk ON {table} TO {ROLE} USING ({DESK}) WITH CHECK ({DESK})"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")


def downgrade() -> None:
    op.drop_table("scenario_point")
    op.drop_table("service_scenario")
    op.drop_table("gate")
    op.execute("DELETE FROM reach")  # measured again from the ground when it is asked for
    op.execute("DELETE FROM kind_reach")
    op.alter_column("reach", "service_point_id", nullable=False)
    op.drop_column("kind_reach", "revision")
    op.drop_column("service_point", "by_hand")
    op.drop_column("service_kind", "care")
