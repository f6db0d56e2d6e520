"""From a plan's rows to the engine's arrays, and back to cells and positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from gisgrid.model.plans import Move
from gisgrid.planning import Band, Problem
from gisgrid.planning.problem import Ints
from gisgrid.storage import plan_ground


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A problem in the engine's numbers, and what they stand for.

    `cells` (n,) ids by index; `positions` (k,) of the grids that have cells, by grid index.
    """

    problem: Problem
    cells: tuple[int, ...]
    positions: tuple[int, ...]

    def grid_of(self, position: int) -> int | None:
        """Index of the grid at a position; None for one without cells."""
        return self.positions.index(position) if position in self.positions else None

    def moves(self, grid: Ints) -> tuple[Move, ...]:
        """What leads from the present plan to `grid` (n,)."""
        now = self.problem.current
        if now is None:
            return ()
        changed = np.flatnonzero(now != grid).tolist()
        return tuple(
            Move(self.cells[i], self.positions[now[i]], self.positions[grid[i]]) for i in changed
        )


def scene(
    conn: Connection,
    cell_set_id: int,
    band: Band,
    *,
    plan_id: int | None = None,
    locked: Iterable[int] = (),
) -> Scene:
    """The ground of a cell set, divided as plan `plan_id` has it (None: not yet).

    `locked` names positions of grids that nothing enters or leaves.
    """
    cells = plan_ground.cells(conn, cell_set_id, plan_id)
    borders = [row for row in plan_ground.neighbours(conn, cell_set_id) if row.b_id is not None]
    ids = np.array([row.id for row in cells], np.int64)
    positions = tuple(sorted({row.grid for row in cells if row.grid is not None}))
    problem = Problem(
        weight=_ints(cells, "households"),
        a=np.searchsorted(ids, _ints(borders, "a_id")),
        b=np.searchsorted(ids, _ints(borders, "b_id")),
        shared_m=np.array([row.shared_m for row in borders], np.float64),
        barrier=_ints(borders, "barrier"),
        band=band,
        xy=np.array([(row.x, row.y) for row in cells], np.float64).reshape(-1, 2),
        area_m2=np.array([row.area_m2 for row in cells], np.float64),
        current=_current(cells, positions) if plan_id is not None else None,
        locked_grids=tuple(positions.index(p) for p in sorted(set(locked)) if p in positions),
        joined=np.array([row.joined for row in borders], np.bool_),
    )
    return Scene(problem, tuple(ids.tolist()), positions)


def _current(cells: Sequence[Row[Any]], positions: Sequence[int]) -> Ints:
    index = {position: i for i, position in enumerate(positions)}
    return np.array([index.get(row.grid, -1) for row in cells], np.int64)


def _ints(rows: Sequence[Row[Any]], column: str) -> Ints:
    return np.array([getattr(row, column) for row in rows], np.int64)
