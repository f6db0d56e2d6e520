"""Editing a draft: move cells between grids, take it back, bring it back, set a grid's fields.

Each operation names the version it was made against, adds one to it, and is one line of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gisgrid.errors import Conflict, InvalidInput
from gisgrid.model.plans import (
    GESTURES,
    Edit,
    EditKind,
    GridKind,
    PlanGrid,
    read_moves,
)
from gisgrid.services.carry_out import (
    carry_out,
    grid_head,
    held_draft,
    known,
    require_draft,
    with_figures,
)
from gisgrid.services.new_grids import split_grid
from gisgrid.services.once import Answer, once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.services.plan_together import Beside, require_disjoint, require_untouched, told
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Connection, Engine, transaction

DIVIDES = frozenset({EditKind.SPLIT, EditKind.CUT})
"""Kinds that may make a new grid."""


def move_cells(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    base_version: int,
    kind: str,
    moves: Iterable[Sequence[int]],
    key: str | None = None,
) -> Answer:
    """One gesture: cells go from grid to grid (``[[cell, from, to], …]``, grids by position).

    A `split` or a `cut` may name the next free position as its target, which makes a new grid;
    only a `merge` or a `dissolve` may take a grid's last cell. With the same `key` it happens once.

    Returns
    -------
    ``version``, ``seq``, the changed ``grids`` with their figures, and what undo and redo now do;
    ``since``, when others changed other grids meanwhile: their net ``moves`` and ``grids``.

    Raises
    ------
    StaleVersion
        Others have edited the same grids, or their neighbours, since `base_version`; its facts
        say who, when, and with which moves.
    Locked
        A grid is locked: nothing in or out.
    Conflict
        A cell is not where the move takes it from, or a grid would lose its last cell.
    WrongState
        The plan is not a draft.
    InvalidInput
        Moves that make no sense, an unknown kind or position.
    """
    require_planner(actor)
    asked = read_moves(moves)
    gesture = _gesture(kind)
    body = ["move_cells", plan_id, base_version, kind, [list(move) for move in asked]]

    with transaction(engine, actor) as conn:

        def act() -> Answer:
            plan = plans.hold(conn, plan_id)
            require_draft(plan)
            theirs = require_disjoint(conn, plan, base_version, asked)
            grids = plans.grids(conn, plan_id)
            if gesture in DIVIDES:
                grids |= split_grid(conn, plan, grids, asked)
            step = Edit(plan.version + 1, gesture, asked)
            answer = carry_out(conn, actor, plan, grids, step)
            return answer | _since(conn, plan_id, grids, theirs)

        return once(conn, actor, key, body, act)


def undo(
    engine: Engine, actor: As, plan_id: int, *, base_version: int, key: str | None = None
) -> Answer:
    """Take the actor's own newest standing gesture back, by a new edit that points at it.

    What others drew stays. Answers as `move_cells` does, with the ``moves`` made. Raises Conflict
    (``nothing_to_undo``; ``others_since``: somebody has moved the same cells since).
    """
    return _step(engine, actor, plan_id, kind=EditKind.UNDO, base_version=base_version, key=key)


def redo(
    engine: Engine, actor: As, plan_id: int, *, base_version: int, key: str | None = None
) -> Answer:
    """Bring back what the actor's newest undo took, unless a gesture of hers came after it.

    Answers as `undo` does. Raises Conflict (``nothing_to_redo``).
    """
    return _step(engine, actor, plan_id, kind=EditKind.REDO, base_version=base_version, key=key)


def set_grid(
    engine: Engine,
    actor: As,
    plan_id: int,
    position: int,
    *,
    base_version: int,
    changes: Mapping[str, Any],
) -> Answer:
    """Change ``locked``, ``name``, ``kind`` or ``leader_name`` of a grid; not part of undo.

    Returns
    -------
    ``version`` and the ``grid`` as it now is.
    """
    require_planner(actor)
    with transaction(engine, actor) as conn:
        plan = plans.hold(conn, plan_id)
        require_draft(plan)
        theirs = require_untouched(conn, plan, base_version, position)
        grids = plans.grids(conn, plan_id)
        grid = known(grids, position)
        wanted = _grid_changes(changes)
        plans.change_grid(conn, grid.id, **wanted)
        edit = Edit(plan.version + 1, EditKind.GRID, ())
        facts = {"position": position, "short": grid.short, **wanted}
        plans.keep_edit(conn, plan_id, edit, account_id=account_of(actor), facts=facts)
        fresh = known(plans.grids(conn, plan_id), position)
        since = _since(conn, plan_id, grids, theirs)
        return {"version": edit.seq, "grid": grid_head(fresh)} | since


def _since(
    conn: Connection, plan_id: int, grids: Mapping[int, PlanGrid], theirs: Beside | None
) -> dict[str, Any]:
    """What others changed beside an edit, for the client that did not know of it."""
    if theirs is None:
        return {}
    touched = [grids[position] for position in theirs.positions if position in grids]
    return {"since": told(theirs) | {"grids": with_figures(conn, plan_id, touched)}}


def _step(
    engine: Engine,
    actor: As,
    plan_id: int,
    *,
    kind: EditKind,
    base_version: int,
    key: str | None,
) -> Answer:
    require_planner(actor)
    with transaction(engine, actor) as conn:

        def act() -> Answer:
            plan = held_draft(conn, plan_id, base_version)
            step = plans.next_steps(conn, plan_id, account_of(actor)).get(kind)
            if step is None:
                raise Conflict(f"there is nothing to {kind}", code=f"nothing_to_{kind}")
            change = plans.edit(conn, plan_id, step["seq"]).change.back
            edit = Edit.of(plan.version + 1, kind, change, undoes=step["seq"])
            grids = plans.grids(conn, plan_id)
            facts = {"gesture": step["kind"]}
            try:
                answer = carry_out(conn, actor, plan, grids, edit, facts=facts)
            except Conflict as refused:
                raise _of_others(refused, kind) from None
            return answer | {"moves": [list(move) for move in change.moves]}

        return once(conn, actor, key, [kind, plan_id, base_version], act)


def _of_others(refused: Conflict, kind: EditKind) -> Conflict:
    """Of one's own gestures the newest is turned first: only others can have moved its cells."""
    if refused.key != "cells_elsewhere":
        return refused
    return Conflict(f"others have moved the cells of this {kind} since", code="others_since")


def _gesture(kind: str) -> EditKind:
    if kind not in GESTURES:
        raise InvalidInput(
            f"{kind!r} is not a gesture that moves cells", code="bad_gesture", kind=kind
        )
    return EditKind(kind)


def _grid_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    known = {"locked", "name", "kind", "leader_name"}
    wanted = {name: changes[name] for name in known & changes.keys()}
    if not wanted:
        raise InvalidInput("nothing to change is named", code="no_changes")
    if "kind" in wanted:
        if wanted["kind"] not in set(GridKind):
            raise InvalidInput(
                f"{wanted['kind']!r} is not a kind of grid",
                code="bad_grid_kind",
                kind=wanted["kind"],
            )
        wanted["kind"] = str(GridKind(wanted["kind"]))
    return wanted
