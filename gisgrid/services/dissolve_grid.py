"""A grid is given up: the engine spreads its cells over the neighbours. Nothing is stored.

To accept the proposal, send its moves through `edit_plan.move_cells` as a `dissolve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gisgrid.errors import Conflict, Locked, NotFound
from gisgrid.model.plans import GridKind, Move, PlanGrid
from gisgrid.planning import rebalance
from gisgrid.planning.problem import Ints, Problem
from gisgrid.services.plan_access import require_planner
from gisgrid.services.plan_problem import Scene
from gisgrid.services.rebalance_plan import (
    PATIENCE_S,
    Wish,
    households_of,
    read_scene,
    told_reason,
)
from gisgrid.storage.engine import As, Engine


def preview_dissolve(engine: Engine, actor: As, plan_id: int, position: int) -> dict[str, Any]:
    """Where the cells of the grid at `position` would go, the neighbours kept near the target.

    Returns
    -------
    As `preview_rebalance`; ``lower_bound`` is the households of the grid, all of which must move.

    Raises
    ------
    NotFound
        The plan has no such grid with cells.
    Locked
        The grid is locked.
    Conflict
        ``no_open_neighbour``: every neighbour is locked or dedicated, or there is none.
    """
    require_planner(actor)
    plan, grids, ground = read_scene(engine, actor, plan_id, Wish())
    gone = _index(ground, grids, position)
    rest = _without(ground, gone)
    result = rebalance(rest.problem, only=_open_beside(ground, grids, gone), deadline_s=PATIENCE_S)
    moves = _moves(ground, rest, result.grid)
    weight = dict(zip(ground.cells, ground.problem.weight.tolist(), strict=True))
    before = households_of(ground, ground.problem.current)
    return {
        "version": plan.version,
        "moves": [list(move) for move in moves],
        "grids": list(rest.positions),
        "households_before": before[:gone] + before[gone + 1 :],
        "households_after": households_of(rest, result.grid),
        "moved_households": sum(weight[move.cell] for move in moves),
        "lower_bound": before[gone],
        "in_band": result.in_band,
        "reasons": [told_reason(reason, rest, grids) for reason in result.reasons],
        "seconds": round(result.seconds, 2),
    }


def _index(ground: Scene, grids: dict[int, PlanGrid], position: int) -> int:
    gone = ground.grid_of(position)
    if gone is None:
        raise NotFound(
            f"the plan has no grid at position {position}", code="grid_not_found", position=position
        )
    if grids[position].locked:
        short = grids[position].short
        raise Locked(f"grid {short} is locked: nothing in or out", grid=short, grids=[position])
    held = ground.problem.locked_cells
    if held is not None and bool((held & (np.asarray(ground.problem.current) == gone)).any()):
        n = int((held & (np.asarray(ground.problem.current) == gone)).sum())
        raise Locked(f"{n} cells are locked: nothing in or out", code="cell_locked", n=n)
    return gone


def _without(ground: Scene, gone: int) -> Scene:
    """The same ground where the cells of grid `gone` have no grid yet; later indices move up."""
    problem = replace(
        ground.problem,
        current=_shifted(ground.problem, gone),
        locked_grids=tuple(g - (g > gone) for g in ground.problem.locked_grids if g != gone),
    )
    positions = ground.positions[:gone] + ground.positions[gone + 1 :]
    return Scene(problem, ground.cells, positions)


def _shifted(problem: Problem, gone: int) -> Ints:
    now = np.asarray(problem.current)
    return np.where(now == gone, -1, now - (now > gone))


def _open_beside(ground: Scene, grids: dict[int, PlanGrid], gone: int) -> tuple[int, ...]:
    """Indices, in the scene without `gone`, of the neighbours that may grow."""
    now = np.asarray(ground.problem.current)
    sides = np.c_[now[ground.problem.a], now[ground.problem.b]]
    touching = set(sides[(sides == gone).any(axis=1)].ravel().tolist()) - {gone}
    usable = [
        g
        for g in sorted(touching)
        if not grids[ground.positions[g]].locked
        and grids[ground.positions[g]].kind is GridKind.BASE
    ]
    if not usable:
        short = grids[ground.positions[gone]].short
        raise Conflict(
            f"grid {short} has no neighbour that may take its cells",
            code="no_open_neighbour",
            grid=short,
        )
    return tuple(g - (g > gone) for g in usable)


def _moves(ground: Scene, rest: Scene, grid: Ints) -> Sequence[Move]:
    now = np.asarray(ground.problem.current)
    return [
        Move(cell, ground.positions[old], rest.positions[new])
        for cell, old, new in zip(ground.cells, now.tolist(), grid.tolist(), strict=True)
        if ground.positions[old] != rest.positions[new]
    ]
