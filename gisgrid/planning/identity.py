"""Which present grid each grid of a changed plan continues: where most of its households stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from gisgrid.planning.problem import Ints, Problem


def origins(weight: Ints, before: Ints, after: Ints, grids: int) -> Ints:
    """(k,) present grid that each grid of `after` continues, -1 for a new one.

    No present grid is continued twice, and together they keep the most households: this is
    the naming with the fewest households changing grid. Only grids that share ground match.

    Parameters
    ----------
    weight, before, after
        (m,) households, present grid (-1: none) and new grid 0..k-1 of each unit.
    """
    placed = before >= 0
    shape = (grids, int(before.max(initial=0)) + 1)
    common = np.zeros(shape)
    np.add.at(common, (after[placed], before[placed]), weight[placed] + 1e-6)
    rows, columns = linear_sum_assignment(common, maximize=True)
    found = np.full(grids, -1, np.int64)
    found[rows] = np.where(common[rows, columns] > 0, columns, -1)
    return found


def in_order(origin: Ints) -> tuple[Ints, Ints]:
    """New number of each grid: those that go on in their old order, then the new ones.

    Returns
    -------
    (k,) the new number of each grid, and (k,) the origin of each new number.
    """
    order = np.lexsort((np.arange(len(origin)), origin, origin < 0))
    number = np.empty(len(origin), np.int64)
    number[order] = np.arange(len(origin))
    return number, origin[order]


def renumbered(problem: Problem, origin: Ints) -> Problem:
    """`problem` with its present grids numbered as the grids that continue them.

    A grid that nothing continues gets a number that no grid of the plan has.
    """
    if problem.current is None:
        return problem
    present = int(problem.current.max()) + 1
    name = len(origin) + np.arange(present, dtype=np.int64)
    continued = np.flatnonzero(origin >= 0)
    name[origin[continued]] = continued
    current = np.where(problem.current >= 0, name[problem.current], -1)
    locked = tuple(int(name[g]) for g in problem.locked_grids)
    return replace(problem, current=current, locked_grids=locked)
