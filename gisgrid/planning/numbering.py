"""Numbers of grids: west to east, north to south, as the code standards order them."""

from __future__ import annotations

import numpy as np

from gisgrid.planning.problem import Floats, Ints, Problem


def number(where: Problem | Floats, grid: Ints) -> Ints:
    """Sequence number 1..k of each grid.

    The rule: grids are laid in rows, north first; within a row they are counted from west to
    east. A row begins with the northernmost middle left and takes every grid whose middle lies
    less than half a typical grid's height (the square root of ground per grid) below it.
    Ties are broken by the grid's index, so that the numbering is the same every time.

    Parameters
    ----------
    where
        The problem, or (n, 2) metric centroids (x east, y north) of the cells.
    grid
        (n,) grid of each cell, 0..k-1; -1 is left out.

    Returns
    -------
    (k,) numbers; empty if no cell has a grid. Without coordinates, the index order.

    >>> number(np.array([[0.0, 0], [9, 0], [0, 9], [9, 9]]), np.array([0, 1, 2, 3]))
    array([3, 4, 1, 2])
    """
    count = int(grid.max()) + 1 if len(grid) else 0
    xy = where.xy if isinstance(where, Problem) else where
    if count <= 0 or xy is None:
        return np.arange(1, max(count, 0) + 1)
    inside = grid >= 0
    size = np.maximum(np.bincount(grid[inside], minlength=count), 1)
    x = np.bincount(grid[inside], xy[inside, 0], count) / size
    y = np.bincount(grid[inside], xy[inside, 1], count) / size
    numbers = np.empty(count, np.int64)
    numbers[np.lexsort((np.arange(count), x, _rows(y, _height(xy, count))))] = np.arange(
        1, count + 1
    )
    return numbers


def _height(xy: Floats, count: int) -> float:
    spread = np.ptp(xy, axis=0)
    return float(np.sqrt(max(spread[0] * spread[1], 1e-9) / count))


def _rows(y: Floats, height: float) -> Ints:
    """Row of each middle, 0 in the north."""
    order = np.argsort(-y, kind="stable")
    row = np.zeros(len(y), np.int64)
    top, current = y[order[0]], 0
    for i in order:
        if top - y[i] >= height / 2:
            top, current = y[i], current + 1
        row[i] = current
    return row
