"""Going back in the history of a draft, and names for places to go back to.

The history only grows: going back is one new edit that carries what the way back comes to.
"""

from __future__ import annotations

from gisgrid.errors import InvalidInput
from gisgrid.model.plans import Edit, EditKind, combined
from gisgrid.services.carry_out import carry_out, held_draft
from gisgrid.services.once import Answer, once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Connection, Engine, transaction

LONGEST_NAME = 120


def jump_to(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    seq: int,
    key: str | None = None,
) -> Answer:
    """Bring every cell back to the grid it was in after edit `seq` (1: as the plan was begun).

    Locks, names and leaders of grids stay as they are now. One edit, one undo.

    Returns
    -------
    As `move_cells`, with the ``moves`` made; where no cell has moved since, nothing is written.

    Raises
    ------
    InvalidInput
        ``bad_seq``: the plan has no such edit.
    Locked
        A grid that would change is locked.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            plan = held_draft(conn, plan_id, base_version)
            if not 0 < seq <= plan.version:
                raise InvalidInput(f"the plan has no edit {seq}", code="bad_seq", seq=seq)
            change = combined(plans.changes_since(conn, plan_id, seq)).back
            if not change:
                return _now(conn, actor, plan_id, plan.version) | {"grids": [], "moves": []}
            edit = Edit.of(plan.version + 1, EditKind.JUMP, change)
            grids = plans.grids(conn, plan_id)
            answer = carry_out(conn, actor, plan, grids, edit, facts={"to": seq})
            return answer | {"moves": [list(move) for move in change.moves]}

        return once(conn, actor, key, ["jump", plan_id, base_version, seq], act)


def keep_checkpoint(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    name: str,
    key: str | None = None,
) -> Answer:
    """Give the plan as it is now a name in its history; no part of undo.

    Returns
    -------
    ``version``, ``seq``, and what undo and redo do.

    Raises
    ------
    InvalidInput
        ``no_name``: an empty name, or one of more than 120 characters.
    """
    require_planner(actor)
    called = name.strip()
    if not 0 < len(called) <= LONGEST_NAME:
        raise InvalidInput(f"a name has 1 to {LONGEST_NAME} characters", code="no_name")
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            plan = held_draft(conn, plan_id, base_version)
            edit = Edit(plan.version + 1, EditKind.CHECKPOINT, ())
            facts = {"name": called}
            plans.keep_edit(conn, plan_id, edit, account_id=account_of(actor), facts=facts)
            return _now(conn, actor, plan_id, edit.seq)

        return once(conn, actor, key, ["checkpoint", plan_id, base_version, called], act)


def _now(conn: Connection, actor: As, plan_id: int, version: int) -> Answer:
    steps = plans.next_steps(conn, plan_id, account_of(actor))
    return {
        "version": version,
        "seq": version,
        "undo": steps.get("undo"),
        "redo": steps.get("redo"),
    }
