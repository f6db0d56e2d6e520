"""Buildings imported after the cells were built are put on the cell they stand on."""

from __future__ import annotations

from typing import Any

from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.storage import people, plan_ground, plans
from gisgrid.storage.engine import As, Engine, transaction


def place_buildings(engine: Engine, actor: As, plan_id: int) -> dict[str, Any]:
    """Let every plan on the ground of this one count the buildings that no cell holds.

    A building goes whole to the cell under a place inside it, and so to the grid that has this
    cell; the cells themselves stay. What was frozen at publishing stays too.

    Returns
    -------
    ``placed`` and ``left`` (buildings that stand on no cell at all).

    Raises
    ------
    NotFound
        No such plan in scope.
    Forbidden
        The actor may not write plans.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        lost, _ = plan_ground.unplaced(conn, plan.unit_id, plan.cell_set_id)
        plan_ground.place(conn, plan.unit_id, plan.cell_set_id)
        left, _ = plan_ground.unplaced(conn, plan.unit_id, plan.cell_set_id)
        facts = {"placed": lost - left, "left": left}
        subject = f"unit {plan.unit_id}"
        people.note(conn, "place_buildings", subject, account_id=account_of(actor), facts=facts)
        return facts
