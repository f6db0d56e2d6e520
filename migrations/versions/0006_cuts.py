"""Cells cut exactly along a drawn line; locks of cells and compounds.

A cut leaves the cells of a set as they are: its pieces are a set of their own (`cell_set.cut_of`),
and only the plan that was cut is made of them. `plan.ground` counts how often the cells of a plan
have given way to others; what gave way to what is part of the edit.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_cuts"
down_revision = "0005_services"
branch_labels = None
depends_on = None

ROLE = "gisgrid_app"
PLANS = "ANY((SELECT app_plans())::int[])"
PLANNER = "(SELECT app_role()) IN ('planner', 'administrator')"
NOTHING = sa.text("'[]'::jsonb")


def upgrade() -> None:
    op.add_column("cell_set", sa.Column("cut_of", sa.Integer()))
    op.create_foreign_key(
        op.f("cell_set_cut_of_fkey"), "cell_set", "cell_set", ["cut_of"], ["id"], ondelete="CASCADE"
    )
    op.create_index(op.f("cell_set_cut_of_idx"), "cell_set", ["cut_of"])
    for name in ("root_id", "parent_id"):
        op.add_column("cell", sa.Column(name, sa.Integer()))
        op.create_foreign_key(
            op.f(f"cell_{name}_fkey"), "cell", "cell", [name], ["id"], ondelete="CASCADE"
        )
        op.create_index(op.f(f"cell_{name}_idx"), "cell", [name])
    op.add_column("plan", sa.Column("ground", sa.Integer(), server_default="0", nullable=False))
    for name in ("gone", "come"):
        column = sa.Column(name, postgresql.JSONB(), server_default=NOTHING, nullable=False)
        op.add_column("plan_edit", column)
    _add_locks()


def _add_locks() -> None:
    op.create_table(
        "plan_lock",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=True),
        sa.Column("compound_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("plan_lock_plan_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"], ["cell.id"], name=op.f("plan_lock_cell_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["compound_id"],
            ["compound.id"],
            name=op.f("plan_lock_compound_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "num_nonnulls(cell_id, compound_id) = 1", name=op.f("plan_lock_one_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_lock_pkey")),
        sa.UniqueConstraint("plan_id", "cell_id", name=op.f("plan_lock_plan_id_cell_id_key")),
        sa.UniqueConstraint(
            "plan_id", "compound_id", name=op.f("plan_lock_plan_id_compound_id_key")
        ),
    )
    for name in ("cell_id", "compound_id"):
        op.create_index(op.f(f"plan_lock_{name}_idx"), "plan_lock", [name])
    op.execute("ALTER TABLE plan_lock ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY plan_lock_visible ON plan_lock FOR SELECT TO {ROLE}"
        f" USING (plan_id = {PLANS})"
    )
    op.execute(
        f"CREATE POLICY plan_lock_writable ON plan_lock TO {ROLE}"
        f" USING ({PLANNER} AND plan_id = {PLANS}) WITH CHECK ({PLANNER} AND plan_id = {PLANS})"
    )
    op.execute(f"GRANT SELECT, INSERT, DELETE ON plan_lock TO {ROLE}")


def downgrade() -> None:
    op.drop_table("plan_lock")
    for name in ("come", "gone"):
        op.drop_column("plan_edit", name)
    op.drop_column("plan", "ground")
    for name in ("parent_id", "root_id"):
        op.drop_column("cell", name)
    op.drop_column("cell_set", "cut_of")
