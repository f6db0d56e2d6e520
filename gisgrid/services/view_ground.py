"""What stands on the ground of a plan: buildings, compounds, incidents, and what has no cell."""

from __future__ import annotations

from typing import Any

from gisgrid.services.plan_access import require_reader
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import As, Engine, transaction

MOST_UNPLACED = 200


def plan_buildings(engine: Engine, actor: As, plan_id: int) -> dict[str, Any]:
    """Buildings of a plan in columns, its compounds, and the buildings that no cell holds.

    Returns
    -------
    ``buildings`` (id, cell, households, x, y of a place inside, compound or None), ``compounds``
    (id, name) and ``unplaced`` (id, name, address, households, x, y; the largest 200), which were
    imported after the cells were built: no plan on these cells counts them.

    Raises
    ------
    NotFound
        No such plan in scope.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        rows = plan_ground.buildings(conn, plan_id)
        named = plan_ground.compounds(conn, sorted({r.compound for r in rows if r.compound}))
        lost = plan_ground.unplaced_listed(conn, plan.unit_id, plan.cell_set_id, most=MOST_UNPLACED)
    return {
        "buildings": {
            "id": [row.id for row in rows],
            "cell": [row.cell for row in rows],
            "compound": [row.compound for row in rows],
            "households": [row.households for row in rows],
            "x": [row.lon for row in rows],
            "y": [row.lat for row in rows],
        },
        "compounds": [{"id": row.id, "name": row.name} for row in named],
        "unplaced": [
            {
                "id": row.id,
                "name": row.name,
                "address": row.address,
                "households": row.households,
                "x": row.lon,
                "y": row.lat,
            }
            for row in lost
        ],
    }


def plan_incidents(engine: Engine, actor: As, plan_id: int) -> dict[str, Any]:
    """Unfinished incidents by the cell they lie in; whoever draws adds them up by grid.

    Returns
    -------
    ``cells`` (id, open, overdue), and ``elsewhere``: those of the community that lie in no cell.

    Raises
    ------
    NotFound
        No such plan in scope.
    """
    require_reader(actor)
    with transaction(engine, actor) as conn:
        plans.find(conn, plan_id)
        rows = plan_ground.incidents(conn, plan_id)
    placed = [row for row in rows if row.cell is not None]
    return {
        "cells": {
            "id": [row.cell for row in placed],
            "open": [row.open for row in placed],
            "overdue": [row.overdue for row in placed],
        },
        "elsewhere": sum(row.open for row in rows if row.cell is None),
    }
