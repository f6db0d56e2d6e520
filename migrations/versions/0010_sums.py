"""Sums kept by the database: of each grid of each plan, and of each community.

A city has 300,000 buildings; counting them for each look at the overview takes seconds. Triggers
add what comes and take off what goes, each statement once, so that sums change in the transaction
of the change itself. They add and subtract, and never count anew: of two transactions at once
neither loses the other's. A change of households waits for a change of grid of the same cell
(FOR SHARE), and the other way round.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_sums"
down_revision = "0009_together"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
PLANS = "ANY((SELECT app_plans())::int[])"
GRIDS = "ANY((SELECT app_grids())::int[])"
COMMUNITIES = "ANY((SELECT app_communities())::int[])"

OF_CELLS = """
    SELECT changed.grid_id, changed.plan_id, count(*) AS cells,
           sum(cell.area_m2::numeric) AS area_m2,
           coalesce(sum(people.households), 0) AS households,
           coalesce(sum(people.residents), 0) AS residents,
           coalesce(sum(people.buildings), 0) AS buildings
    FROM {rows} AS changed
    JOIN cell ON cell.id = changed.cell_id
    CROSS JOIN LATERAL (
      SELECT sum(households) AS households, sum(residents) AS residents, count(*) AS buildings
      FROM cell_building
      JOIN building ON building.id = cell_building.building_id AND building.retired_at IS NULL
      WHERE cell_building.cell_id = changed.cell_id
    ) AS people
    GROUP BY changed.grid_id, changed.plan_id
    ORDER BY changed.grid_id
"""

ADD_CELLS = f"""
    INSERT INTO grid_sum AS kept
      (grid_id, plan_id, cells, area_m2, households, residents, buildings)
    {OF_CELLS.format(rows="{rows}")}
    ON CONFLICT (grid_id) DO UPDATE SET
      cells = kept.cells + excluded.cells, area_m2 = kept.area_m2 + excluded.area_m2,
      households = kept.households + excluded.households,
      residents = kept.residents + excluded.residents,
      buildings = kept.buildings + excluded.buildings;
"""

PLAN_CELLS = f"""
CREATE FUNCTION sum_plan_cells() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    UPDATE grid_sum AS kept SET
      cells = kept.cells - gone.cells, area_m2 = kept.area_m2 - gone.area_m2,
      households = kept.households - gone.households,
      residents = kept.residents - gone.residents,
      buildings = kept.buildings - gone.buildings
    FROM ({OF_CELLS.format(rows="old_rows")}) AS gone
    WHERE kept.grid_id = gone.grid_id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    {ADD_CELLS.format(rows="new_rows")}
  END IF;
  RETURN NULL;
END $$
"""

ADD_BUILDINGS = """
    UPDATE grid_sum AS kept SET
      households = kept.households + came.households,
      residents = kept.residents + came.residents,
      buildings = kept.buildings + came.buildings
    FROM (
      WITH touched AS (
        SELECT plan_cell.grid_id, change.households, change.residents, change.buildings
        FROM ({changes}) AS change
        JOIN plan_cell ON plan_cell.cell_id = change.cell_id
        FOR SHARE OF plan_cell
      )
      SELECT grid_id, sum(households) AS households, sum(residents) AS residents,
             sum(buildings) AS buildings
      FROM touched GROUP BY grid_id ORDER BY grid_id
    ) AS came
    WHERE kept.grid_id = came.grid_id;
"""

PLACED = """
      SELECT changed.cell_id, {sign} building.households AS households,
             {sign} building.residents AS residents, {sign} 1 AS buildings
      FROM {rows} AS changed
      JOIN building ON building.id = changed.building_id AND building.retired_at IS NULL
"""

PLACES = f"""
CREATE FUNCTION sum_cell_buildings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    {ADD_BUILDINGS.format(changes=PLACED.format(rows="old_rows", sign="-"))}
  END IF;
  IF TG_OP <> 'DELETE' THEN
    {ADD_BUILDINGS.format(changes=PLACED.format(rows="new_rows", sign=""))}
  END IF;
  RETURN NULL;
END $$
"""

LIVING = "(retired_at IS NULL)::int"
COUNTED = f"""
    SELECT id, community_id, households * {LIVING} AS households,
           residents * {LIVING} AS residents, {LIVING} AS buildings
"""

ADD_UNITS = """
    INSERT INTO unit_sum AS kept (community_id, households, residents, buildings)
    SELECT community_id, sum(households), sum(residents), sum(buildings)
    FROM ({changes}) AS change
    WHERE community_id IS NOT NULL
    GROUP BY community_id ORDER BY community_id
    ON CONFLICT (community_id) DO UPDATE SET
      households = kept.households + excluded.households,
      residents = kept.residents + excluded.residents,
      buildings = kept.buildings + excluded.buildings;
"""

GONE = f"""
    SELECT id, community_id, -households * {LIVING} AS households,
           -residents * {LIVING} AS residents, -{LIVING} AS buildings
"""

CHANGED = f"""
      SELECT cell_building.cell_id,
             was_is.households, was_is.residents, was_is.buildings
      FROM (
        SELECT id, sum(households) AS households, sum(residents) AS residents,
               sum(buildings) AS buildings
        FROM ({COUNTED} FROM new_rows UNION ALL {GONE} FROM old_rows) AS both_ways
        GROUP BY id
        HAVING sum(households) <> 0 OR sum(residents) <> 0 OR sum(buildings) <> 0
      ) AS was_is
      JOIN cell_building ON cell_building.building_id = was_is.id
"""

BUILDINGS = f"""
CREATE FUNCTION sum_buildings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    {ADD_UNITS.format(changes=f"{COUNTED} FROM new_rows")}
  ELSIF TG_OP = 'DELETE' THEN
    {ADD_UNITS.format(changes=f"{GONE} FROM old_rows")}
  ELSE
    {ADD_UNITS.format(changes=f"{COUNTED} FROM new_rows UNION ALL {GONE} FROM old_rows")}
    {ADD_BUILDINGS.format(changes=CHANGED)}
  END IF;
  RETURN NULL;
END $$
"""

WATCHED = (
    ("plan_cell", "sum_plan_cells"),
    ("cell_building", "sum_cell_buildings"),
    ("building", "sum_buildings"),
)
ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}
VISIBLE = {
    "grid_sum": f"plan_id = {PLANS} OR grid_id = {GRIDS}",
    "unit_sum": f"community_id = {COMMUNITIES}",
}


def upgrade() -> None:
    _add_tables()
    op.execute(ADD_CELLS.format(rows="plan_cell"))
    op.execute(ADD_UNITS.format(changes=f"{COUNTED} FROM building"))
    for function in (PLAN_CELLS, PLACES, BUILDINGS):
        op.execute(function)
    for table, function in WATCHED:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function}() FROM PUBLIC")
        for event, rows in ROWS.items():
            op.execute(
                f"CREATE TRIGGER sum_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    for table, visible in VISIBLE.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_visible ON {table} FOR SELECT TO {ROLE} USING ({visible})"
        )
        op.execute(f"GRANT SELECT ON {table} TO {ROLE}")


def _add_tables() -> None:
    counts = ("households", "residents", "buildings")
    op.create_table(
        "grid_sum",
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("area_m2", sa.Numeric(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(
            ["grid_id"], ["plan_grid.id"], name=op.f("grid_sum_grid_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grid_id", name=op.f("grid_sum_pkey")),
    )
    op.create_index(op.f("grid_sum_plan_id_idx"), "grid_sum", ["plan_id"])
    op.create_table(
        "unit_sum",
        sa.Column("community_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(
            ["community_id"], ["unit.id"], name=op.f("unit_sum_community_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("unit_sum_pkey")),
    )  # fmt: skip


def downgrade() -> None:
    for table, function in WATCHED:
        for event in ROWS:
            op.execute(f"DROP TRIGGER sum_{event.lower()} ON {table}")
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("grid_sum")
    op.drop_table("unit_sum")
