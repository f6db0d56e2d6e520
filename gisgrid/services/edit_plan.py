"""Editing a draft: move cells between grids, take it back, bring it back, set a grid's fields.

Each operation names the version it was made against, adds one to it, and is one line of history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gisgrid.errors import Conflict, InvalidInput, Locked, NotFound, WrongState
from gisgrid.model.codes import GridCode
from gisgrid.model.plans import (
    COLOURS,
    GESTURES,
    Change,
    Edit,
    EditKind,
    GridKind,
    Move,
    Plan,
    PlanGrid,
    PlanState,
    free_sequences,
    read_moves,
)
from gisgrid.services.keep_locks import hand_locks_on, same_ground
from gisgrid.services.once import Answer, once
from gisgrid.services.plan_access import account_of, require_planner
from gisgrid.services.plan_together import (
    Beside,
    beside,
    require_disjoint,
    require_untouched,
    stale,
    told,
)
from gisgrid.storage import plan_ground, plans
from gisgrid.storage.engine import As, Connection, Engine, transaction

NO_FIGURES = {"households": 0, "residents": 0, "buildings": 0, "area_m2": 0.0, "cells": 0}
EMPTIES = frozenset(
    {EditKind.MERGE, EditKind.DISSOLVE, EditKind.UNDO, EditKind.REDO, EditKind.JUMP}
)
"""Kinds that may leave a grid without cells: it then counts as dissolved until an undo."""
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
                grids |= _split_grid(conn, plan, grids, asked)
            step = Edit(plan.version + 1, gesture, asked)
            answer = carry_out(conn, actor, plan, grids, step)
            return answer | _since(conn, plan_id, grids, theirs)

        return once(conn, actor, key, body, act)


def undo(
    engine: Engine, actor: As, plan_id: int, *, base_version: int, key: str | None = None
) -> Answer:
    """Take the newest standing gesture back, by a new edit that points at it.

    Answers as `move_cells` does, with the ``moves`` made. Raises Conflict (``nothing_to_undo``).
    """
    return _step(engine, actor, plan_id, kind=EditKind.UNDO, base_version=base_version, key=key)


def redo(
    engine: Engine, actor: As, plan_id: int, *, base_version: int, key: str | None = None
) -> Answer:
    """Bring back what the newest undo took, unless a gesture came after it.

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
        grid = _known(grids, position)
        wanted = _grid_changes(changes)
        plans.change_grid(conn, grid.id, **wanted)
        edit = Edit(plan.version + 1, EditKind.GRID, ())
        facts = {"position": position, "short": grid.short, **wanted}
        plans.keep_edit(conn, plan_id, edit, account_id=account_of(actor), facts=facts)
        fresh = _known(plans.grids(conn, plan_id), position)
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


def grid_head(grid: PlanGrid) -> dict[str, Any]:
    """What a client knows of a grid besides its figures."""
    return {
        "id": grid.id,
        "position": grid.position,
        "code": grid.code,
        "short": grid.short,
        "name": grid.name,
        "kind": grid.kind,
        "leader": grid.leader_name,
        "locked": grid.locked,
        "colour": grid.colour,
    }


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
            step = plans.next_steps(conn, plan_id).get(kind)
            if step is None:
                raise Conflict(f"there is nothing to {kind}", code=f"nothing_to_{kind}")
            change = plans.edit(conn, plan_id, step["seq"]).change.back
            edit = Edit.of(plan.version + 1, kind, change, undoes=step["seq"])
            grids = plans.grids(conn, plan_id)
            answer = carry_out(conn, actor, plan, grids, edit, facts={"gesture": step["kind"]})
            return answer | {"moves": [list(move) for move in change.moves]}

        return once(conn, actor, key, [kind, plan_id, base_version], act)


def held_draft(conn: Connection, plan_id: int, base_version: int) -> Plan:
    """The plan, held, if it is a draft and nobody has edited it since `base_version`."""
    plan = plans.hold(conn, plan_id)
    require_draft(plan)
    require_version(conn, plan, base_version)
    return plan


def require_draft(plan: Plan) -> None:
    """Raise WrongState unless `plan` may still be edited."""
    if plan.state is not PlanState.DRAFT:
        raise WrongState(
            f"plan {plan.name} is {plan.state}: copy it to a draft to change it",
            code="not_a_draft",
            name=plan.name,
            state=plan.state,
        )


def require_version(conn: Connection, plan: Plan, base_version: int) -> None:
    """Raise StaleVersion, with the moves made since, unless `base_version` is the newest."""
    if base_version != plan.version:
        raise stale(plan, base_version, beside(conn, plan, base_version))


def carry_out(
    conn: Connection,
    actor: As,
    plan: Plan,
    grids: dict[int, PlanGrid],
    edit: Edit,
    *,
    facts: Mapping[str, Any] | None = None,
) -> Answer:
    """Make the moves of `edit`, keep it in the history, and tell what `move_cells` answers."""
    heirs = same_ground(conn, edit.change)
    touched = {p: _known(grids, p) for p in _positions(edit.change)}
    _require_unlocked(touched[p] for p in _positions(_without(edit.change, heirs)))
    hand_locks_on(conn, plan.id, edit.change, heirs)
    strays = len(edit.moves) + len(edit.gone) - _carried(conn, plan.id, touched, edit.change)
    if strays:
        raise Conflict(
            f"{strays} cells are not in the grid they are taken from",
            code="cells_elsewhere",
            n=strays,
        )
    ground = plan.ground + bool(edit.gone)
    if edit.gone:
        plans.change(conn, plan.id, ground=ground)
    if edit.kind not in EMPTIES:
        _require_cells_left(conn, plan, touched)
    plans.keep_edit(conn, plan.id, edit, account_id=account_of(actor), facts=facts)
    steps = plans.next_steps(conn, plan.id)
    return {
        "version": edit.seq,
        "seq": edit.seq,
        "ground": ground,
        "grids": with_figures(conn, plan.id, touched.values()),
        "undo": steps.get("undo"),
        "redo": steps.get("redo"),
    }


def _positions(change: Change) -> set[int]:
    """Grids that a change takes cells from or gives cells to."""
    moved = {p for move in change.moves for p in (move.source, move.target)}
    return moved | {place.grid for place in (*change.gone, *change.come)}


def _without(change: Change, heirs: Mapping[int, int]) -> Change:
    """A change but for the cells that only give way to another on the same ground."""
    return Change(
        change.moves,
        gone=tuple(place for place in change.gone if place.cell not in heirs),
        come=tuple(place for place in change.come if place.cell not in set(heirs.values())),
    )


def _carried(conn: Connection, plan_id: int, grids: Mapping[int, PlanGrid], change: Change) -> int:
    """Make a change; how many of its cells were where it takes them from."""
    agreed = 0
    if change.moves:
        moves = [Move(m.cell, grids[m.source].id, grids[m.target].id) for m in change.moves]
        agreed += plans.move(conn, plan_id, moves)
    if change.gone:
        agreed += plans.take_away(conn, plan_id, [(c, grids[p].id) for c, p in change.gone])
        cells, homes = zip(*((c, grids[p].id) for c, p in change.come), strict=True)
        plans.assign(conn, plan_id, cells, homes)
    return agreed


def with_figures(conn: Connection, plan_id: int, grids: Iterable[PlanGrid]) -> list[dict[str, Any]]:
    """Heads of grids with their sums as they are now; zeros for a grid without cells."""
    chosen = sorted(grids, key=lambda grid: grid.position)
    rows = plans.figures(conn, [plan_id], [grid.id for grid in chosen])
    sums = {row.id: {name: getattr(row, name) for name in NO_FIGURES} for row in rows}
    return [grid_head(grid) | sums.get(grid.id, NO_FIGURES) for grid in chosen]


def _gesture(kind: str) -> EditKind:
    if kind not in GESTURES:
        raise InvalidInput(
            f"{kind!r} is not a gesture that moves cells", code="bad_gesture", kind=kind
        )
    return EditKind(kind)


def _known(grids: Mapping[int, PlanGrid], position: int) -> PlanGrid:
    if position not in grids:
        raise NotFound(
            f"the plan has no grid at position {position}", code="grid_not_found", position=position
        )
    return grids[position]


def _require_unlocked(touched: Iterable[PlanGrid]) -> None:
    locked = [grid for grid in touched if grid.locked]
    if locked:
        shorts = ", ".join(grid.short for grid in locked)
        positions = [grid.position for grid in locked]
        raise Locked(f"grid {shorts} is locked: nothing in or out", grid=shorts, grids=positions)


def _require_cells_left(conn: Connection, plan: Plan, touched: Mapping[int, PlanGrid]) -> None:
    sizes = plans.sizes(conn, plan.id)
    empty = next((grid for grid in touched.values() if grid.id not in sizes), None)
    if empty is not None:
        raise Conflict(
            f"grid {empty.short} would lose its last cell: merge it instead",
            code="grid_emptied",
            grid=empty.short,
            position=empty.position,
        )


def _split_grid(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> dict[int, PlanGrid]:
    """The grid that a split makes; none when it goes to a grid there is."""
    new = {move.target for move in moves} - grids.keys()
    if not new:
        return {}
    position = max(grids) + 1
    if new != {position}:
        raise InvalidInput(
            f"a split makes one new grid, at position {position}",
            code="bad_split",
            position=position,
        )
    return new_grid(conn, plan, grids, moves)


def new_grid(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> dict[int, PlanGrid]:
    """A grid at the next free position, for the cells of `moves`: coloured unlike those around."""
    position = max(grids) + 1
    code = next_code(conn, plan, grids.values())
    colour = _free_colour(conn, plan, grids, moves)
    row = {"position": position, "code": code, "colour": colour}
    ids = plans.add_grids(conn, plan.id, [row])
    return {
        position: PlanGrid(
            id=ids[position],
            position=position,
            code=code,
            kind=GridKind.BASE,
            name=None,
            leader_name=None,
            locked=False,
            colour=colour,
        )
    }


def next_code(conn: Connection, plan: Plan, grids: Iterable[PlanGrid]) -> str:
    """The code of a grid that is new to a plan: the next after every code ever used."""
    used = plans.published_codes(conn, plan.unit_id) | {grid.code for grid in grids}
    return GridCode.of(plan.community_code, free_sequences(used, 1)[0]).text


def _free_colour(
    conn: Connection, plan: Plan, grids: Mapping[int, PlanGrid], moves: Sequence[Move]
) -> int:
    """The first colour that no grid beside the moved cells has."""
    moved = {move.cell for move in moves}
    cells = plan_ground.cells(conn, plan.cell_set_id, plan.id)
    home = dict(zip(cells.id, cells.grid, strict=True))
    around = {grids[move.source].colour for move in moves if move.source in grids}
    borders = plan_ground.borders(conn, plan.cell_set_id, cells.id)
    for a, b in zip(borders.a, borders.b, strict=True):
        for cell, other in ((a, b), (b, a)):
            position = home.get(other)
            if cell in moved and other not in moved and position is not None:
                around.add(grids[position].colour)
    return next((colour for colour in range(COLOURS) if colour not in around), 0)


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
