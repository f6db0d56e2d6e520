"""Bringing a plan back into the band with the fewest households changing grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gisgrid.errors import InvalidInput
from gisgrid.planning.bounds import least_moved
from gisgrid.planning.ground import net_of, survey
from gisgrid.planning.kernel import Board, Schedule
from gisgrid.planning.outcome import result_of
from gisgrid.planning.present import freedom_of, in_pieces, present_plan, resized
from gisgrid.planning.problem import Problem, Result, validated
from gisgrid.planning.search import (
    Freedom,
    Quest,
    Watch,
    around,
    board_of,
    brought_in,
    cooled,
    outside,
    terms_for,
)

EFFORT = 400
"""Steps of the search for each unit near a grid out of band."""

PREFER = {"moves": 0.0, "shape": 1.0}


def rebalance(
    problem: Problem,
    *,
    prefer: str | float = "moves",
    grids: int | None = None,
    only: tuple[int, ...] | None = None,
    seed: int = 0,
    deadline_s: float | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Bring every grid of the present plan into the band, changing little.

    Parameters
    ----------
    problem
        With `current`; cells of grid -1 are given to a neighbour first.
    prefer
        "moves": fewest households change grid; "shape": shorter borders for a few more moves;
        or a number from 0 (moves) to 1 (shape).
    grids
        Number of grids wanted; default: as many as now. More: the heaviest are split, fewer:
        the lightest dissolved, before the rest.
    only
        The grids that may change; default: all that are not locked.
    seed, deadline_s, progress, cancelled
        As in `partition`.

    Returns
    -------
    The plan, with the households moved and the fewest that any plan must move.

    Raises
    ------
    InvalidInput
        for a problem that contradicts itself, or one without a present plan.
    """
    shape = _share(prefer)
    watch = Watch(progress, cancelled, deadline_s)
    problem = validated(problem)
    ground = survey(problem)
    home, present = present_plan(problem, ground)
    count = present if grids is None else min(max(grids, 1), ground.size)
    freedom = freedom_of(problem, ground, count, only)
    start = resized(ground, home, present, count, freedom)
    board = board_of(ground, start, freedom, home)
    if outside(board.load, problem.band).any():
        quest = Quest(ground, net_of(ground), problem.band, freedom, watch, seed)
        board = _searched(quest, board, shape)
    bound = least_moved(ground.weight, home, present, problem.band) if count == present else 0
    return result_of(
        problem,
        ground,
        board.grid.astype(np.int64)[ground.unit],
        count,
        lower_bound=bound,
        seconds=watch.seconds,
        reasons=in_pieces(ground, home),
    )


def _share(prefer: str | float) -> float:
    share = PREFER.get(prefer, -1.0) if isinstance(prefer, str) else float(prefer)
    if not 0 <= share <= 1:
        raise InvalidInput(
            f"prefer is moves, shape, or 0 to 1; not {prefer}",
            code="planning_prefer",
            prefer=prefer,
        )
    return share


def _searched(quest: Quest, board: Board, shape: float) -> Board:
    """Anneal near the grids out of band, cool to undo useless moves, then mend stragglers."""
    ground, freedom = quest.ground, quest.freedom
    terms = terms_for(quest.band, cut=0.3 + 0.7 * shape, move=0.2, touch=0.02)
    start, home = board.grid.astype(np.int64), board.home.astype(np.int64)
    near = around(ground, start, outside(board.load, quest.band), 2) & freedom.grids
    board = board_of(ground, start, Freedom(freedom.units, near), home)
    steps = EFFORT * int(board.free.sum())
    cooled(quest, board, terms, Schedule(steps, 6.0, 0.3, 1.0, 10.0, quest.seed))
    cooled(quest, board, terms, Schedule(steps // 6, 0.2, 0.01, 10.0, 10.0, quest.seed + 1))
    board = board_of(ground, board.grid.astype(np.int64), freedom, home)
    return brought_in(quest, board, terms, tries=40)
