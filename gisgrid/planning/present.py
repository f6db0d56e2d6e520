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


def resized(
    ground: Ground, home: Ints, counts: tuple[int, int, int], freedom: Freedom
) -> tuple[Ints, Freedom]:
    """The present plan mended, with grids split or dissolved; and what of it is free.

    `counts`: grids now; how many to reach by splitting the heaviest free grid again and again;
    how many to come down to by dissolving the lightest free grid into its neighbours. Grids
    keep their numbers, except that dissolving closes the gap from the end.
    """
    present, most, grids = counts
    takers = freedom.grids.copy()
    grid = mended(ground, home, present, takers)
    for new in range(present, most):
        grid = _split_heaviest(ground, grid, new, takers, freedom)
        takers = np.append(takers, True)
    for _ in range(most - grids):
        grid, takers = _without_lightest(ground, grid, takers, freedom)
    return grid, Freedom(freedom.units, takers)


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
    if load[heaviest] < 0:
        raise InvalidInput(
            "every grid is locked or a single piece; none can be split", code="planning_all_locked"
        )
    grid = grid.copy()
    grid[inside[bisect(ground, 2, units=inside)[inside] == 1]] = new
    held = inside[~freedom.units[inside]]
    grid[held] = heaviest
    return mended(ground, grid, new + 1)


def _without_lightest(
    ground: Ground, grid: Ints, takers: Bools, freedom: Freedom
) -> tuple[Ints, Bools]:
    """The plan without its lightest grid that is free and holds nothing locked."""
    last = len(takers) - 1
    load = np.bincount(grid, ground.weight, len(takers)).astype(float)
    load[~takers] = np.inf
    load[grid[~freedom.units]] = np.inf
    lightest = int(load.argmin())
    if not np.isfinite(load[lightest]):
        raise InvalidInput(
            "every grid is locked or holds a locked cell; none can be dissolved",
            code="planning_all_locked",
        )
    name = np.arange(last + 1)
    name[last] = lightest
    name[lightest] = -1
    takers = takers.copy()
    takers[lightest] = takers[last]
    return mended(ground, name[grid], last, takers[:-1]), takers[:-1]
