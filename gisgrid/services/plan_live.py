"""A plan as others change it: what is new since a version, and who else has it open."""

from __future__ import annotations

from typing import Any

from gisgrid.services.carry_out import with_figures
from gisgrid.services.plan_access import account_of, require_reader
from gisgrid.services.plan_together import beside, told
from gisgrid.storage import plan_beside, plans
from gisgrid.storage.engine import As, Engine, transaction


def follow_plan(
    engine: Engine, actor: As, plan_id: int, *, version: int, position: int | None = None
) -> dict[str, Any]:
    """What is new since `version`; the actor is noted as looking at the grid `position`.

    Returns
    -------
    ``version`` and ``state`` of now; ``since`` (None: nothing new): net ``moves`` (cell, from, to
    by position), ``grids`` touched with their figures, ``who`` and ``at`` of the newest edit,
    ``anew`` (cells gave way or locks changed: read the plan anew); ``undo`` and ``redo`` of now;
    and ``present``: others who have the plan open (``name``, ``role``, ``position``).

    Raises
    ------
    NotFound
        There is no such plan in scope.
    """
    require_reader(actor)
    account = account_of(actor)
    with transaction(engine, actor) as conn:
        plan = plans.find(conn, plan_id)
        if account is not None:
            plan_beside.look(conn, plan_id, account, position)
        others = [] if account is None else plan_beside.others(conn, plan_id, account)
        theirs = None if version == plan.version else beside(conn, plan, version)
        since = None
        if theirs is not None:
            grids = plans.grids(conn, plan_id)
            touched = [grids[p] for p in theirs.positions if p in grids]
            since = told(theirs) | {"grids": with_figures(conn, plan_id, touched)}
        steps = plans.next_steps(conn, plan_id, account)
    return {
        "version": plan.version,
        "state": plan.state,
        "since": since,
        "undo": steps.get("undo"),
        "redo": steps.get("redo"),
        "present": [dict(row._mapping) for row in others],
    }
