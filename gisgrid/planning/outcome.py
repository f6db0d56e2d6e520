"""From a search's last board to a `Result`: figures, proof and reasons."""

from __future__ import annotations

import numpy as np

from gisgrid.planning.ground import ROAD, Ground, parts, survey
from gisgrid.planning.problem import Bools, Ints, Problem, Reason, Result


def result_of(
    problem: Problem,
    ground: Ground,
    grid: Ints,
    grids: int,
    *,
    lower_bound: int,
    seconds: float,
    reasons: tuple[Reason, ...] = (),
) -> Result:
    """Measure the plan `grid` (n,) and say what is wrong with it."""
    load = np.bincount(grid, problem.weight, grids).astype(np.int64)
    heavy = heavy_cells(problem, ground)
    off = (load < problem.band.low) | (load > problem.band.high)
    excepted = np.zeros(grids, bool)
    for reason in heavy:
        excepted[grid[list(reason.cells)]] = True
    reasons = (*ground.reasons, *heavy, *totals(problem, ground, grids), *reasons)
    reasons += _left_outside(problem, grid, load, off & ~excepted)
    cut = grid[problem.a] != grid[problem.b]
    return Result(
        grid=grid,
        households=load,
        valid=whole(ground, grid, grids) and locks_kept(problem, grid),
        in_band=not (off & ~excepted).any(),
        reasons=reasons,
        moved_households=moved(problem, grid),
        lower_bound=lower_bound,
        cut_m=float(problem.shared_m[cut].sum()),
        straddling=straddling(problem, grid, grids),
        seconds=seconds,
    )


def measured(problem: Problem, grid: Ints, grids: int, lower_bound: int, seconds: float) -> Result:
    """The figures of a plan found elsewhere."""
    ground = survey(problem)
    return result_of(problem, ground, grid, grids, lower_bound=lower_bound, seconds=seconds)


def whole(ground: Ground, grid: Ints, grids: int) -> bool:
    """Every grid exists and is one piece (islands count as tied to their nearest ground)."""
    of_unit = np.full(ground.size, -1, np.int64)
    of_unit[ground.unit] = grid
    same = of_unit[ground.a] == of_unit[ground.b]
    piece = parts(ground.size, ground.a[same], ground.b[same])
    every = len(np.unique(grid)) == grids and bool((grid >= 0).all())
    return every and int(piece.max()) + 1 == grids


def locks_kept(problem: Problem, grid: Ints) -> bool:
    """No locked cell has moved, and nothing has entered or left a locked grid."""
    if problem.current is None:
        return True
    now, held = problem.current, np.zeros(len(grid), bool)
    if problem.locked_cells is not None:
        held |= problem.locked_cells & (now >= 0)
    locked = list(problem.locked_grids)
    held |= np.isin(now, locked) | np.isin(grid, locked)
    return bool((grid[held] == now[held]).all())


def moved(problem: Problem, grid: Ints) -> int:
    """Households of cells that had a grid and now have another."""
    if problem.current is None:
        return 0
    changed = (problem.current >= 0) & (problem.current != grid)
    return int(problem.weight[changed].sum())


def straddling(problem: Problem, grid: Ints, grids: int) -> float:
    """Share of grids with a main road, river, railway or wall inside."""
    inside = (grid[problem.a] == grid[problem.b]) & (problem.barrier >= ROAD)
    if problem.joined is not None:
        inside &= problem.joined
    return len(np.unique(grid[problem.a[inside]])) / max(grids, 1)


def heavy_cells(problem: Problem, ground: Ground) -> tuple[Reason, ...]:
    """Units that are alone above the band: their grid is an exception."""
    reasons = []
    for u in np.flatnonzero(ground.weight > problem.band.high):
        cells = np.flatnonzero(ground.unit == u)
        facts = {"households": int(ground.weight[u]), "high": problem.band.high}
        kind = "cell_above_band" if len(cells) == 1 else "group_above_band"
        reasons.append(Reason(kind, tuple(cells.tolist()), (), facts))
    return tuple(reasons)


def totals(problem: Problem, ground: Ground, grids: int) -> tuple[Reason, ...]:
    """Proof from the total alone that `grids` grids cannot all be in the band.

    Units above the band, and a grid for each, are left out: they are exceptions of their own.
    """
    low, high = problem.band.low, problem.band.high
    heavy = ground.weight > high
    total, grids = int(ground.weight[~heavy].sum()), max(grids - int(heavy.sum()), 0)
    facts = {"households": total, "grids": grids, "low": low, "high": high}
    if total < low and not heavy.any():
        return (Reason("total_below", (), (), facts),)
    if total < low * grids:
        return (Reason("too_many_grids", (), (), facts),)
    if total > high * grids and not (heavy.any() and grids == 0):
        return (Reason("too_few_grids", (), (), facts),)
    return ()


def _left_outside(problem: Problem, grid: Ints, load: Ints, off: Bools) -> tuple[Reason, ...]:
    """A reason for each grid out of band without an exception."""
    reasons = []
    near = _neighbours(problem, grid) if off.any() else {}
    for g in np.flatnonzero(off).tolist():
        facts = {"households": int(load[g]), "low": problem.band.low, "high": problem.band.high}
        locked = set(problem.locked_grids)
        if g in locked:
            reasons.append(Reason("locked_outside", (), (g,), facts))
        elif near.get(g) and near[g] <= locked:
            reasons.append(Reason("locked_ring", (), (g, *sorted(near[g])), facts))
        elif not near.get(g):
            reasons.append(Reason("no_neighbour", (), (g,), facts))
        else:
            side = "grid_above_band" if load[g] > problem.band.high else "grid_below_band"
            reasons.append(Reason(side, (), (g,), facts))
    return tuple(reasons)


def _neighbours(problem: Problem, grid: Ints) -> dict[int, set[int]]:
    joined = np.ones(len(problem.a), bool) if problem.joined is None else problem.joined
    cut = (grid[problem.a] != grid[problem.b]) & joined
    near: dict[int, set[int]] = {}
    for g, h in np.unique(np.c_[grid[problem.a[cut]], grid[problem.b[cut]]], axis=0).tolist():
        near.setdefault(g, set()).add(h)
        near.setdefault(h, set()).add(g)
    return near
