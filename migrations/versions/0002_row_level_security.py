"""The role of the application, what it may do, and which rows it sees.

`app.communities` and `app.grids` are set for each transaction (storage/engine.py). Nothing set:
nothing visible. Each policy compares with an array that is worked out once a query, not once a row.
The three functions see past the policies (they belong to the owner of the tables), or the policies
would ask each other in a circle; each limits itself to the scope that is set.
"""

from alembic import op

revision = "0002_row_level_security"
down_revision = "0001_tables"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"

COMMUNITIES = "ANY((SELECT app_communities())::int[])"
GRIDS = "ANY((SELECT app_grids())::int[])"
PLANS = "ANY((SELECT app_plans())::int[])"
PLANNER = "(SELECT app_role()) IN ('planner', 'administrator')"
DESK = "(SELECT app_role()) IN ('planner', 'staff', 'administrator')"

FUNCTIONS = """
CREATE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.role', true), '');

CREATE FUNCTION app_communities() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.communities', true), ''), '{}')::int[];

CREATE FUNCTION app_grids() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.grids', true), ''), '{}')::int[];

-- plans of the communities in scope
CREATE FUNCTION app_plans() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg(id), '{}') FROM plan WHERE unit_id = ANY(app_communities());
END;

-- plans that hold the grids a leader leads
CREATE FUNCTION app_led_plans() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT plan_id), '{}') FROM plan_grid WHERE id = ANY(app_grids());
END;

-- cells of the grids a leader leads
CREATE FUNCTION app_led_cells() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT cell_id), '{}')
  FROM plan_cell WHERE grid_id = ANY(app_grids());
END;

-- buildings of the grids a leader leads
CREATE FUNCTION app_led_buildings() RETURNS int[] LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT coalesce(array_agg(DISTINCT building_id), '{}')
  FROM cell_building WHERE cell_id = ANY(app_led_cells());
END;
"""

FUNCTION_NAMES = (
    "app_led_buildings",
    "app_led_cells",
    "app_led_plans",
    "app_plans",
    "app_grids",
    "app_communities",
    "app_role",
)

LED_PLANS = "ANY((SELECT app_led_plans())::int[])"
LED_CELLS = "ANY((SELECT app_led_cells())::int[])"
LED_BUILDINGS = "ANY((SELECT app_led_buildings())::int[])"

# table: (rows visible, rows that may be written)
POLICIES = {
    "building": (
        f"community_id = {COMMUNITIES} OR id = {LED_BUILDINGS}",
        f"{PLANNER} AND community_id = {COMMUNITIES}",
    ),
    "cell": (
        f"community_id = {COMMUNITIES} OR id = {LED_CELLS}",
        f"{PLANNER} AND community_id = {COMMUNITIES}",
    ),
    "cell_building": (
        f"community_id = {COMMUNITIES} OR cell_id = {LED_CELLS}",
        f"{PLANNER} AND community_id = {COMMUNITIES}",
    ),
    "cell_neighbour": (
        f"community_id = {COMMUNITIES} OR a_id = {LED_CELLS} OR b_id = {LED_CELLS}",
        f"{PLANNER} AND community_id = {COMMUNITIES}",
    ),
    "plan": (
        f"unit_id = {COMMUNITIES} OR id = {LED_PLANS}",
        f"{PLANNER} AND unit_id = {COMMUNITIES}",
    ),
    "plan_grid": (
        f"plan_id = {PLANS} OR id = {GRIDS}",
        f"{PLANNER} AND plan_id = {PLANS}",
    ),
    "plan_cell": (
        f"plan_id = {PLANS} OR grid_id = {GRIDS}",
        f"{PLANNER} AND plan_id = {PLANS}",
    ),
    "plan_edit": (f"plan_id = {PLANS}", f"{PLANNER} AND plan_id = {PLANS}"),
    "incident": (
        f"community_id = {COMMUNITIES} OR grid_now = {GRIDS} OR (community_id IS NULL AND {DESK})",
        f"(community_id = {COMMUNITIES} OR community_id IS NULL) AND {DESK} OR grid_now = {GRIDS}",
    ),
    "incident_event": (
        "incident_id IN (SELECT id FROM incident)",
        "incident_id IN (SELECT id FROM incident)",
    ),
    "reach": (
        "building_id IN (SELECT id FROM building)",
        "building_id IN (SELECT id FROM building)",
    ),
}

READ = (
    "project, unit_level, unit, compound, street, barrier_line, ground_area, cell_set,"
    " service_kind, service_point, service_circle, category, responsibility, deadline_rule,"
    " work_calendar, role_scope"
)
WRITE = (
    "building, cell, cell_building, cell_neighbour, cell_set, plan, plan_grid, plan_cell, incident,"
    " service_circle, reach, idempotency_key, job"
)
APPEND = "plan_edit, incident_event, audit_log, import_run, import_reject"
ACCOUNT_COLUMNS = "id, login, display_name, role, active, language, created_at"


def upgrade() -> None:
    op.execute(FUNCTIONS)
    for table, (visible, writable) in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_visible ON {table} FOR SELECT TO {ROLE} USING ({visible})"
        )
        op.execute(
            f"CREATE POLICY {table}_writable ON {table} TO {ROLE}"
            f" USING ({writable}) WITH CHECK ({writable})"
        )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    op.execute(f"GRANT SELECT ON {READ}, {WRITE}, {APPEND} TO {ROLE}")
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON {WRITE} TO {ROLE}")
    op.execute(f"GRANT INSERT ON {APPEND} TO {ROLE}")
    # the hashes of passwords and the sessions are for the owner only
    op.execute(f"GRANT SELECT ({ACCOUNT_COLUMNS}), UPDATE (language) ON account TO {ROLE}")
    for name in FUNCTION_NAMES:
        op.execute(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name}() TO {ROLE}")


def downgrade() -> None:
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {ROLE}")
    for table in POLICIES:
        op.execute(f"DROP POLICY {table}_visible ON {table}")
        op.execute(f"DROP POLICY {table}_writable ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for name in FUNCTION_NAMES:
        op.execute(f"DROP FUNCTION {name}()")
