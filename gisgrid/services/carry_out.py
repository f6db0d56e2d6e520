"""Making one edit of a draft: its moves, its line of history, the figures of what it touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gisgrid.errors import Conflict, Locked, NotFound, WrongState
from gisgrid.model.plans import Change, Edit, EditKind, Move, Plan, PlanGrid, PlanState
from gisgrid.services.keep_locks import hand_locks_on, same_ground
from gisgrid.services.once import Answer
from gisgrid.services.plan_access import account_of
from gisgrid.services.plan_together import beside, stale
from gisgrid.storage import plans
from gisgrid.storage.engine import As, Connection

NO_FIGURES = {"households": 0, "residents": 0, "buildings": 0, "area_m2": 0.0, "cells": 0}
EMPTIES = frozenset(
    {EditKind.MERGE, EditKind.DISSOLVE, EditKind.UNDO, EditKind.REDO, EditKind.JUMP}
)
"""Kinds that may leave a grid without cells: it then counts as dissolved until an undo."""


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
    touched = {p: known(grids, p) for p in _positions(edit.change)}
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
    steps = plans.next_steps(conn, plan.id, account_of(actor))
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


def known(grids: Mapping[int, PlanGrid], position: int) -> PlanGrid:
    """The grid at a position; NotFound (``grid_not_found``) where there is none."""
    if position not in grids:
        raise NotFound(
            f"the plan has no grid at position {position}", code="grid_not_found", position=position
        )
    return grids[position]


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
