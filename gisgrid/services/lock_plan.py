"""Locks in a draft, besides those of single grids: cells, compounds, everything. Nothing in or out.

Locks hold for hand and machine, are no part of undo, and make an undo that would break them fail.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gisgrid.errors import InvalidInput, NotFound
from gisgrid.model.plans import Edit, EditKind, Plan
from gisgrid.services.carry_out import grid_head, held_draft
from gisgrid.services.once import Answer, once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.storage import plan_ground, plan_locks, plans
from gisgrid.storage.engine import As, Engine, transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Which:
    """What to lock: cells (ids), or a compound (id), or everything there is."""

    cells: tuple[int, ...] = ()
    compound: int | None = None
    everything: bool = False


def set_locks(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    locked: bool,
    which: Which,
    key: str | None = None,
) -> Answer:
    """Lock or unlock cells, a compound, or everything: all grids, and on unlocking all else.

    Returns
    -------
    ``version``, ``locks`` as `told_locks`, ``grids`` (heads), ``undo`` and ``redo``.

    Raises
    ------
    NotFound
        ``cell_not_found``, ``compound_not_found``: not of this plan or its community.
    InvalidInput
        ``no_changes``: nothing is named, or more than one thing.
    """
    require_planner(actor)
    if bool(which.cells) + (which.compound is not None) + which.everything != 1:
        raise InvalidInput("name cells, or a compound, or everything", code="no_changes")
    body = ["locks", plan_id, base_version, locked, which.cells, which.compound, which.everything]
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            plan = held_draft(conn, plan_id, base_version)
            facts = _turn(conn, plan, which, locked=locked)
            edit = Edit(plan.version + 1, EditKind.LOCK, ())
            facts |= {"locked": locked}
            plans.keep_edit(conn, plan_id, edit, account_id=account_of(actor), facts=facts)
            steps = plans.next_steps(conn, plan_id, account_of(actor))
            return {
                "version": edit.seq,
                "seq": edit.seq,
                "locks": told_locks(conn, plan_id),
                "grids": [grid_head(grid) for grid in plans.grids(conn, plan_id).values()],
                "undo": steps.get("undo"),
                "redo": steps.get("redo"),
            }

        return once(conn, actor, key, body, act)


def told_locks(conn: Connection, plan_id: int) -> dict[str, Any]:
    """Locked ``cells`` (ids), and ``compounds`` (id, name, ids of their ``cells``)."""
    held = plan_locks.frozen(conn, plan_id)
    return {
        "cells": [row.cell for row in held if row.compound is None],
        "compounds": [
            {
                "id": one.id,
                "name": one.name,
                "cells": [row.cell for row in held if row.compound == one.id],
            }
            for one in plan_locks.compounds(conn, plan_id)
        ],
    }


def _turn(conn: Connection, plan: Plan, which: Which, *, locked: bool) -> dict[str, Any]:
    """Turn the locks; what the history says of it."""
    if which.everything:
        plan_locks.turn_grids(conn, plan.id, locked=locked)
        if not locked:
            plan_locks.unlock_everything(conn, plan.id)
        return {"what": "everything"}
    if which.compound is not None:
        return _turn_compound(conn, plan, which.compound, locked=locked)
    _require_cells(conn, plan, which.cells)
    turn = plan_locks.lock_cells if locked else plan_locks.unlock_cells
    turn(conn, plan.id, which.cells)
    return {"what": "cells", "n": len(which.cells)}


def _turn_compound(conn: Connection, plan: Plan, compound: int, *, locked: bool) -> dict[str, Any]:
    name = plan_locks.compound_name(conn, compound, plan.unit_id)
    if name is None:
        raise NotFound(
            f"the community has no compound {compound}",
            code="compound_not_found",
            compound=compound,
        )
    turn = plan_locks.lock_compound if locked else plan_locks.unlock_compound
    turn(conn, plan.id, compound)
    return {"what": "compound", "name": name}


def _require_cells(conn: Connection, plan: Plan, cells: Collection[int]) -> None:
    known = set(plan_ground.cells(conn, plan.cell_set_id, plan.id).id)
    strange = set(cells) - known
    if strange:
        raise NotFound(
            f"the plan has no cell {min(strange)}", code="cell_not_found", cell=min(strange)
        )
