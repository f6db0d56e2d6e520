# ruff: noqa: E501, PLR0915 - written by Alembic from gisgrid/storage/tables, then checked
"""Tables of territory, ground, plans, services, incidents and people"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("account_language_check")),
        sa.CheckConstraint(
            "role IN ('planner', 'leader', 'staff', 'administrator')",
            name=op.f("account_role_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("login", name=op.f("account_login_key")),
    )
    op.create_table(
        "barrier_line",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("LINESTRING", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("LINESTRING", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            "kind IN ('river', 'rail', 'wall', 'drawn')", name=op.f("barrier_line_kind_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("barrier_line_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("barrier_line_source_source_id_key")),
    )
    op.create_index(
        "barrier_line_geom_3857_idx",
        "barrier_line",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "barrier_line_geom_idx", "barrier_line", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "category",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["category.code"], name=op.f("category_parent_fkey")),
        sa.PrimaryKeyConstraint("code", name=op.f("category_pkey")),
    )
    op.create_table(
        "ground_area",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("MULTIPOLYGON", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint("kind IN ('water', 'green')", name=op.f("ground_area_kind_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("ground_area_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("ground_area_source_source_id_key")),
    )
    op.create_index(
        "ground_area_geom_3857_idx",
        "ground_area",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "ground_area_geom_idx", "ground_area", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), server_default="1", autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("metric_epsg", sa.Integer(), nullable=False),
        sa.Column("band_low", sa.Integer(), server_default="300", nullable=False),
        sa.Column("band_high", sa.Integer(), server_default="500", nullable=False),
        sa.Column("target", sa.Integer(), server_default="400", nullable=False),
        sa.Column("dwelling_m2", sa.Float(), nullable=False),
        sa.Column("residents_per_household", sa.Float(), nullable=False),
        sa.Column("walk_kmh", sa.Float(), nullable=False),
        sa.Column("timezone", sa.Text(), server_default="Asia/Shanghai", nullable=False),
        sa.Column("demonstration", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("households_date", sa.Date(), nullable=True),
        sa.Column("ground_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "0 < band_low AND band_low <= target AND target <= band_high",
            name=op.f("project_band_check"),
        ),
        sa.CheckConstraint(
            "dwelling_m2 > 0 AND residents_per_household > 0 AND walk_kmh > 0",
            name=op.f("project_sizes_check"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("project_single_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("project_pkey")),
    )
    op.create_table(
        "service_kind",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("radius_m", sa.Float(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("minutes > 0 AND radius_m > 0", name=op.f("service_kind_sizes_check")),
        sa.PrimaryKeyConstraint("key", name=op.f("service_kind_pkey")),
    )
    op.create_table(
        "street",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("walkable", sa.Boolean(), nullable=False),
        sa.Column("bridge", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("tunnel", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("layer", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("geom", Geometry("LINESTRING", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("LINESTRING", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("street_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("street_source_source_id_key")),
    )
    op.create_index(
        "street_geom_3857_idx", "street", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_index("street_geom_idx", "street", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("divided", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("MULTIPOLYGON", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            "ST_NPoints(geom) BETWEEN 1 AND 200000 AND ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90 AND ST_IsValid(geom)",
            name=op.f("unit_sound_check"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("unit_parent_id_fkey")),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("unit_successor_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_pkey")),
    )
    op.create_index(
        "unit_code_key", "unit", ["code"], unique=True, postgresql_where=sa.text("valid_to IS NULL")
    )
    op.create_index(
        "unit_geom_3857_idx", "unit", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_index("unit_geom_idx", "unit", ["geom"], unique=False, postgresql_using="gist")
    op.create_index(op.f("unit_parent_id_idx"), "unit", ["parent_id"], unique=False)
    op.create_table(
        "unit_level",
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("depth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "geometry IN ('polygon', 'footprint', 'point')", name=op.f("unit_level_geometry_check")
        ),
        sa.PrimaryKeyConstraint("preset", "depth", name=op.f("unit_level_pkey")),
    )
    op.create_table(
        "work_calendar",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("work_calendar_pkey")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("audit_log_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_log_pkey")),
    )
    op.create_table(
        "cell_set",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column(
            "built_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ground_version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), server_default="true", nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("cell_set_community_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cell_set_pkey")),
    )
    op.create_index(
        "cell_set_current_key",
        "cell_set",
        ["community_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "compound",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", 4326, spatial_index=False), nullable=False),
        sa.CheckConstraint(
            "ST_NPoints(geom) BETWEEN 1 AND 20000 AND ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90 AND ST_IsValid(geom)",
            name=op.f("compound_sound_check"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("compound_community_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("compound_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("compound_source_source_id_key")),
    )
    op.create_index(
        "compound_geom_idx", "compound", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "deadline_rule",
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "unit IN ('hour', 'working_hour', 'day', 'working_day')",
            name=op.f("deadline_rule_unit_check"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("deadline_rule_amount_check")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("deadline_rule_category_code_fkey")
        ),
        sa.PrimaryKeyConstraint("category_code", "stage", name=op.f("deadline_rule_pkey")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("idempotency_key_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("idempotency_key_pkey")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column(
            "summary",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("import_run_account_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("import_run_pkey")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column(
            "payload",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("job_state_check"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("job_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
    )
    op.create_index(op.f("job_state_id_idx"), "job", ["state", "id"], unique=False)
    op.create_table(
        "responsibility",
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("responsibility_category_code_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("responsibility_unit_id_fkey")),
        sa.PrimaryKeyConstraint(
            "category_code", "unit_id", "body", name=op.f("responsibility_pkey")
        ),
    )
    op.create_table(
        "role_scope",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("grid_code", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(unit_id, grid_code) = 1", name=op.f("role_scope_unit_or_grid_check")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("role_scope_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("role_scope_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("role_scope_pkey")),
    )
    op.create_index(op.f("role_scope_account_id_idx"), "role_scope", ["account_id"], unique=False)
    op.create_index(op.f("role_scope_grid_code_idx"), "role_scope", ["grid_code"], unique=False)
    op.create_table(
        "service_point",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("geom", Geometry("POINT", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("POINT", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["kind"], ["service_kind.key"], name=op.f("service_point_kind_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("service_point_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("service_point_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("service_point_source_source_id_key")),
    )
    op.create_index(
        "service_point_geom_3857_idx",
        "service_point",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "service_point_geom_idx", "service_point", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(op.f("service_point_kind_idx"), "service_point", ["kind"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "values",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("session_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("session_pkey")),
    )
    op.create_index(op.f("session_expires_at_idx"), "session", ["expires_at"], unique=False)
    op.create_table(
        "building",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("use", sa.Text(), nullable=True),
        sa.Column("residential", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("levels", sa.Float(), nullable=True),
        sa.Column("households_given", sa.Integer(), nullable=True),
        sa.Column("households_estimated", sa.Integer(), nullable=True),
        sa.Column("households_override", sa.Integer(), nullable=True),
        sa.Column(
            "households",
            sa.Integer(),
            sa.Computed(
                "coalesce(households_override, households_given, households_estimated, 0)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("residents_given", sa.Integer(), nullable=True),
        sa.Column(
            "residents",
            sa.Integer(),
            sa.Computed(
                "coalesce(residents_given, round(coalesce(households_override, households_given, households_estimated, 0) * 2.62)::int)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("compound_id", sa.Integer(), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("geom", Geometry("POLYGON", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("POLYGON", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ST_NPoints(geom) BETWEEN 1 AND 20000 AND ST_XMin(geom) >= -180 AND ST_XMax(geom) <= 180 AND ST_YMin(geom) >= -90 AND ST_YMax(geom) <= 90 AND ST_IsValid(geom)",
            name=op.f("building_sound_check"),
        ),
        sa.CheckConstraint(
            "households_given >= 0 AND households_estimated >= 0 AND households_override >= 0 AND residents_given >= 0",
            name=op.f("building_counts_not_negative_check"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("building_community_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["compound_id"],
            ["compound.id"],
            name=op.f("building_compound_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("building_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("building_source_source_id_key")),
    )
    op.create_index(op.f("building_community_id_idx"), "building", ["community_id"], unique=False)
    op.create_index(
        "building_geom_3857_idx", "building", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "building_geom_idx", "building", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "cell",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("cell_set_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("water", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("area_m2", sa.Float(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("geom", Geometry("POLYGON", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("POLYGON", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["cell_set_id"], ["cell_set.id"], name=op.f("cell_cell_set_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["community_id"], ["unit.id"], name=op.f("cell_community_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("cell_pkey")),
    )
    op.create_index(op.f("cell_cell_set_id_idx"), "cell", ["cell_set_id"], unique=False)
    op.create_index(op.f("cell_community_id_idx"), "cell", ["community_id"], unique=False)
    op.create_index(
        "cell_geom_3857_idx", "cell", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_index("cell_geom_idx", "cell", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "import_reject",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["import_run_id"],
            ["import_run.id"],
            name=op.f("import_reject_import_run_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("import_reject_pkey")),
    )
    op.create_index(
        op.f("import_reject_import_run_id_idx"), "import_reject", ["import_run_id"], unique=False
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("cell_set_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("base_plan_id", sa.Integer(), nullable=True),
        sa.Column("replaces_plan_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("band_low", sa.Integer(), nullable=False),
        sa.Column("band_high", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column(
            "exceptions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'effective', 'superseded')",
            name=op.f("plan_state_check"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('effective', 'superseded') OR effective_from IS NOT NULL",
            name=op.f("plan_dated_check"),
        ),
        sa.CheckConstraint("0 < band_low AND band_low <= band_high", name=op.f("plan_band_check")),
        sa.CheckConstraint(
            "effective_from IS NULL OR effective_to IS NULL OR effective_from <= effective_to",
            name=op.f("plan_dates_check"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["account.id"], name=op.f("plan_approved_by_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["base_plan_id"], ["plan.id"], name=op.f("plan_base_plan_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replaces_plan_id"],
            ["plan.id"],
            name=op.f("plan_replaces_plan_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["cell_set_id"], ["cell_set.id"], name=op.f("plan_cell_set_id_fkey")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("plan_created_by_fkey")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name=op.f("plan_submitted_by_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("plan_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_pkey")),
    )
    op.create_index(
        "plan_in_force_key",
        "plan",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("state = 'effective' AND effective_to IS NULL"),
    )
    op.create_index(op.f("plan_unit_id_state_idx"), "plan", ["unit_id", "state"], unique=False)
    op.create_table(
        "service_circle",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("service_point_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("speed_kmh", sa.Float(), nullable=False),
        sa.Column("network_version", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("households_straight", sa.Integer(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", 4326, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_point_id"],
            ["service_point.id"],
            name=op.f("service_circle_service_point_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("service_circle_pkey")),
        sa.UniqueConstraint(
            "service_point_id",
            "minutes",
            "speed_kmh",
            "network_version",
            name=op.f("service_circle_service_point_id_minutes_speed_kmh_network_version_key"),
        ),
    )
    op.create_table(
        "cell_building",
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("cell_set_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"], ["building.id"], name=op.f("cell_building_building_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cell.id"], name=op.f("cell_building_cell_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cell_set_id"],
            ["cell_set.id"],
            name=op.f("cell_building_cell_set_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("cell_building_community_id_fkey")
        ),
        sa.PrimaryKeyConstraint("cell_id", "building_id", name=op.f("cell_building_pkey")),
        sa.UniqueConstraint(
            "cell_set_id", "building_id", name=op.f("cell_building_cell_set_id_building_id_key")
        ),
    )
    op.create_index(
        op.f("cell_building_building_id_idx"), "cell_building", ["building_id"], unique=False
    )
    op.create_table(
        "cell_neighbour",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("cell_set_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=True),
        sa.Column("shared_m", sa.Float(), nullable=False),
        sa.Column("barrier", sa.SmallInteger(), nullable=False),
        sa.Column("crossing", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("joined", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("geom", Geometry("MULTILINESTRING", 4326, spatial_index=False), nullable=False),
        sa.Column(
            "geom_3857",
            Geometry("MULTILINESTRING", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.CheckConstraint(
            "b_id IS NULL OR a_id < b_id", name=op.f("cell_neighbour_ordered_check")
        ),
        sa.ForeignKeyConstraint(
            ["a_id"], ["cell.id"], name=op.f("cell_neighbour_a_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["cell.id"], name=op.f("cell_neighbour_b_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cell_set_id"],
            ["cell_set.id"],
            name=op.f("cell_neighbour_cell_set_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("cell_neighbour_community_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cell_neighbour_pkey")),
        sa.UniqueConstraint("a_id", "b_id", name=op.f("cell_neighbour_a_id_b_id_key")),
    )
    op.create_index(op.f("cell_neighbour_b_id_idx"), "cell_neighbour", ["b_id"], unique=False)
    op.create_index(
        op.f("cell_neighbour_cell_set_id_idx"), "cell_neighbour", ["cell_set_id"], unique=False
    )
    op.create_index(
        "cell_neighbour_geom_3857_idx",
        "cell_neighbour",
        ["geom_3857"],
        unique=False,
        postgresql_using="gist",
    )
    op.create_index(
        "cell_neighbour_geom_idx", "cell_neighbour", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_table(
        "plan_edit",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "moves",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("plan_edit_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("plan_edit_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "seq", name=op.f("plan_edit_pkey")),
    )
    op.create_table(
        "plan_grid",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="base", nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("leader_name", sa.Text(), nullable=True),
        sa.Column("locked", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("colour", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("kind IN ('base', 'dedicated')", name=op.f("plan_grid_kind_check")),
        sa.CheckConstraint("colour BETWEEN 0 AND 7", name=op.f("plan_grid_colour_check")),
        sa.CheckConstraint("position >= 0", name=op.f("plan_grid_position_check")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["account.id"], name=op.f("plan_grid_leader_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("plan_grid_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_grid_pkey")),
        sa.UniqueConstraint(
            "plan_id",
            "code",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("plan_grid_plan_id_code_key"),
        ),
        sa.UniqueConstraint("plan_id", "id", name=op.f("plan_grid_plan_id_id_key")),
        sa.UniqueConstraint("plan_id", "position", name=op.f("plan_grid_plan_id_position_key")),
    )
    op.create_index(op.f("plan_grid_leader_id_idx"), "plan_grid", ["leader_id"], unique=False)
    op.create_table(
        "reach",
        sa.Column("building_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("metres", sa.REAL(), nullable=False),
        sa.Column("service_point_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["building.id"],
            name=op.f("reach_building_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["kind"], ["service_kind.key"], name=op.f("reach_kind_fkey")),
        sa.ForeignKeyConstraint(
            ["service_point_id"],
            ["service_point.id"],
            name=op.f("reach_service_point_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("building_id", "kind", name=op.f("reach_pkey")),
    )
    op.create_index(op.f("reach_kind_idx"), "reach", ["kind"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=True),
        sa.Column("category_text", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), server_default="resident", nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="reported", nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("geom", Geometry("POINT", 4326, spatial_index=False), nullable=True),
        sa.Column(
            "geom_3857",
            Geometry("POINT", 3857, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
        ),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("grid_at_report", sa.Integer(), nullable=True),
        sa.Column("grid_now", sa.Integer(), nullable=True),
        sa.Column("located_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('resident', 'patrol', 'scheduled', 'platform')",
            name=op.f("incident_channel_check"),
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["category.code"], name=op.f("incident_category_code_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("incident_community_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grid_at_report"], ["plan_grid.id"], name=op.f("incident_grid_at_report_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grid_now"], ["plan_grid.id"], name=op.f("incident_grid_now_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("incident_source_source_id_key")),
    )
    op.create_index(
        op.f("incident_community_id_reported_at_idx"),
        "incident",
        ["community_id", "reported_at"],
        unique=False,
    )
    op.create_index(
        "incident_geom_3857_idx", "incident", ["geom_3857"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "incident_geom_idx", "incident", ["geom"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        op.f("incident_grid_at_report_idx"), "incident", ["grid_at_report"], unique=False
    )
    op.create_index(op.f("incident_grid_now_idx"), "incident", ["grid_now"], unique=False)
    op.create_index(op.f("incident_reported_at_idx"), "incident", ["reported_at"], unique=False)
    op.create_table(
        "plan_cell",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("plan_cell_cell_id_fkey")),
        sa.ForeignKeyConstraint(
            ["plan_id", "grid_id"],
            ["plan_grid.plan_id", "plan_grid.id"],
            name=op.f("plan_cell_plan_id_grid_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("plan_cell_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "cell_id", name=op.f("plan_cell_pkey")),
    )
    op.create_index(op.f("plan_cell_cell_id_idx"), "plan_cell", ["cell_id"], unique=False)
    op.create_index(op.f("plan_cell_grid_id_idx"), "plan_cell", ["grid_id"], unique=False)
    op.create_table(
        "incident_event",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("incident_event_account_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incident.id"],
            name=op.f("incident_event_incident_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_event_pkey")),
    )
    op.create_index(
        op.f("incident_event_incident_id_idx"), "incident_event", ["incident_id"], unique=False
    )


_TABLES = (
    "incident_event",
    "plan_cell",
    "incident",
    "reach",
    "plan_grid",
    "plan_edit",
    "cell_neighbour",
    "cell_building",
    "service_circle",
    "plan",
    "import_reject",
    "cell",
    "building",
    "session",
    "service_point",
    "role_scope",
    "responsibility",
    "job",
    "import_run",
    "idempotency_key",
    "deadline_rule",
    "compound",
    "cell_set",
    "audit_log",
    "work_calendar",
    "unit_level",
    "unit",
    "street",
    "service_kind",
    "project",
    "ground_area",
    "category",
    "barrier_line",
    "account",
)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
