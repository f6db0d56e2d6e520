"""From a plan's rows to the engine's arrays, and back to cells and positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gisgrid.model.plans import Move
from gisgrid.planning import Band, Problem
from gisgrid.planning.problem import Bools, Ints
from gisgrid.storage import plan_ground, plan_locks
from gisgrid.storage.engine import Connection


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
    borders = plan_ground.borders(conn, cell_set_id, cells.id)
    ids = np.array(cells.id, np.int64)
    a, b = np.array(borders.a, np.int64), np.array(borders.b, np.int64)
    inner = b > 0
    positions = tuple(sorted({grid for grid in cells.grid if grid is not None}))
    problem = Problem(
        weight=np.array(cells.households, np.int64),
        a=np.searchsorted(ids, a[inner]),
        b=np.searchsorted(ids, b[inner]),
        shared_m=np.array(borders.shared_m, np.float64)[inner],
        barrier=np.array(borders.barrier, np.int64)[inner],
        band=band,
        xy=np.c_[np.array(cells.x, np.float64), np.array(cells.y, np.float64)],
        area_m2=np.array(cells.area_m2, np.float64),
        current=_current(cells.grid, positions) if plan_id is not None else None,
        locked_grids=tuple(positions.index(p) for p in sorted(set(locked)) if p in positions),
        joined=np.array(borders.joined, np.bool_)[inner],
        locked_cells=_locked_cells(conn, plan_id, ids),
    )
    return Scene(problem, tuple(cells.id), positions)


def _locked_cells(conn: Connection, plan_id: int | None, ids: Ints) -> Bools | None:
    """(n,) cells that a lock of their own or of their compound keeps in their grid."""
    held = [] if plan_id is None else [row.cell for row in plan_locks.frozen(conn, plan_id)]
    return np.isin(ids, held) if held else None


def _current(grid: Sequence[int | None], positions: Sequence[int]) -> Ints:
    index: dict[int | None, int] = {position: i for i, position in enumerate(positions)}
    return np.array([index.get(position, -1) for position in grid], np.int64)
