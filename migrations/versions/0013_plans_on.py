"""Which plans are in force on a day: said once, for the map, the figures and the tiles."""

from alembic import op

revision = "0013_plans_on"
down_revision = "0012_succession"
branch_labels = None
depends_on = None

PLANS_ON = """
-- Plans in force: now (no day), those whose state says so; on a day, those whose dates hold it.
-- Whoever asks sees those of his scope.
CREATE FUNCTION plans_on(day date)
RETURNS TABLE (id int, unit_id int, version int, state text)
LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT DISTINCT ON (plan.unit_id) plan.id, plan.unit_id, plan.version, plan.state
  FROM plan
  JOIN unit ON unit.id = plan.unit_id
  WHERE CASE
      WHEN plans_on.day IS NULL THEN plan.state = 'effective' AND unit.valid_to IS NULL
      ELSE plan.state IN ('approved', 'effective', 'superseded')
          AND plan.effective_from <= plans_on.day
          AND (plan.effective_to IS NULL OR plans_on.day < plan.effective_to)
          AND (unit.valid_to IS NULL OR plans_on.day < unit.valid_to)
  END
  ORDER BY plan.unit_id, plan.effective_from DESC, plan.id DESC;
END
"""


def upgrade() -> None:
    op.execute(PLANS_ON)


def downgrade() -> None:
    op.execute("DROP FUNCTION plans_on(date)")
