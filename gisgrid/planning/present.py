"""The plan there is: what of it may change, its repair, and grids added or dissolved."""

from __future__ import annotations

import numpy as np

from gisgrid.errors import InvalidInput
from gisgrid.planning.ground import Ground, parts
from gisgrid.planning.problem import Bools, Ints, Problem, Reason
from gisgrid.planning.search import Freedom
from gisgrid.planning.seed import bisect, mended


def is_locked(problem: Problem) -> bool:
    """Whether any cell or grid is locked."""
    cells = problem.locked_cells is not None and bool(problem.locked_cells.any())
    return cells or bool(problem.locked_grids)


def present_plan(problem: Problem, ground: Ground) -> tuple[Ints, int]:
    """Grid of each unit now (-1: none) and the number of grids.

    A unit whose cells are in several grids (a group cut by the present plan) counts to the one
    with most of its households.

    Raises
    ------
    InvalidInput
        without a present plan, or for one that skips a grid number.
    """
    current = problem.current
    if current is None or (current < 0).all():
        raise InvalidInput("no cell has a grid yet", code="planning_no_current")
    grids = int(current.max()) + 1
    size = np.bincount(current[current >= 0], minlength=grids)
    if (size == 0).any():
        empty = int(np.argmin(size))
        raise InvalidInput(f"grid {empty} has no cell", code="planning_empty_grid", grid=empty)
    home = np.full(ground.size, -1, np.int64)
    placed = np.flatnonzero(current >= 0)
    order = placed[np.lexsort((problem.weight[placed],))]
    keys, slot = np.unique(
        ground.unit[order] * np.int64(grids) + current[order], return_inverse=True
    )
    load = np.bincount(slot, problem.weight[order] + 1e-6)
    by_load = np.lexsort((-keys, load))
    home[keys[by_load] // grids] = keys[by_load] % grids
    return home, grids


def freedom_of(
    problem: Problem, ground: Ground, grids: int, only: tuple[int, ...] | None = None
) -> Freedom:
    """Units that are not locked; grids that are not locked and, if given, are in `only`."""
    units = np.ones(ground.size, bool)
    if problem.locked_cells is not None:
        units[ground.unit[problem.locked_cells]] = False
    open_grids = np.ones(grids, bool)
    if only is not None:
        open_grids[:] = False
        open_grids[list(only)] = True
    for g in problem.locked_grids:
        if not 0 <= g < grids:
            raise InvalidInput(
                f"the locked grid {g} does not exist", code="planning_locked_grid", grid=g
            )
        open_grids[g] = False
    return Freedom(units, open_grids)


def in_pieces(ground: Ground, home: Ints) -> tuple[Reason, ...]:
    """A reason for each grid that is not one piece now."""
    same = (home[ground.a] == home[ground.b]) & (home[ground.a] >= 0)
    piece = parts(ground.size, ground.a[same], ground.b[same])
    pairs, size = np.unique(np.c_[home, piece][home >= 0], axis=0, return_counts=True)
    names, count = np.unique(pairs[:, 0], return_counts=True)
    torn = names[count > 1].tolist()
    loose = [int(size[pairs[:, 0] == g].sum() - size[pairs[:, 0] == g].max()) for g in torn]
    return tuple(
        Reason("grid_in_pieces", (), (g,), {"count": c}) for g, c in zip(torn, loose, strict=True)
    )


def resized(ground: Ground, home: Ints, present: int, grids: int, freedom: Freedom) -> Ints:
    """The present plan mended, with grids split or dissolved until there are `grids`.

    The heaviest free grid is split, its larger part keeps the number; the lightest free grid
    is dissolved into its neighbours. Grids keep their numbers, except that dissolving closes
    the gap from the end.
    """
    takers = np.ones(present, bool)
    takers[: len(freedom.grids)] = freedom.grids[:present]
    grid = mended(ground, home, present, takers)
    for new in range(present, grids):
        grid = _split_heaviest(ground, grid, new, takers, freedom)
        takers = np.append(takers, True)
    for count in range(present, grids, -1):
        grid = _without_lightest(ground, grid, count, takers)
        takers = takers[:-1]
    return grid


def _split_heaviest(
    ground: Ground,
    grid: Ints,
    new: int,
    takers: Bools,
    freedom: Freedom,
) -> Ints:
    load = np.bincount(grid, ground.weight, new)
    size = np.bincount(grid, minlength=new)
    load[~takers | (size < 2)] = -1
    heaviest = int(load.argmax())
    inside = np.flatnonzero(grid == heaviest)
    grid = grid.copy()
    grid[inside[bisect(ground, 2, units=inside)[inside] == 1]] = new
    held = inside[~freedom.units[inside]]
    grid[held] = heaviest
    return mended(ground, grid, new + 1)


def _without_lightest(ground: Ground, grid: Ints, count: int, takers: Bools) -> Ints:
    load = np.bincount(grid, ground.weight, count)
    load[~takers] = np.inf
    lightest = int(load.argmin())
    grid = grid.copy()
    grid[grid == lightest] = -1
    grid[grid == count - 1] = lightest
    takers = takers.copy()
    takers[lightest] = takers[count - 1]
    return mended(ground, grid, count - 1, takers[:-1])
