"""A new plan: bisection, repair, then annealed moves that never break a grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gisgrid.errors import InvalidInput
from gisgrid.planning.ground import Ground, net_of, survey
from gisgrid.planning.kernel import Board
from gisgrid.planning.numbering import number
from gisgrid.planning.outcome import result_of
from gisgrid.planning.present import freedom_of, is_locked, present_plan, resized
from gisgrid.planning.problem import Ints, Problem, Result, validated
from gisgrid.planning.rework import energy
from gisgrid.planning.search import Freedom, Quest, Watch, board_of, excess
from gisgrid.planning.seed import bisect, mended
from gisgrid.planning.sketch import goal, refined, sketched

SMALL = 500
"""Grounds of fewer units than this are divided twice or more often, and the best is kept."""


BISECTED = 5_000
TILTS = (0.0, 0.7)
"""Where the sketch leaves households out of the band, a ground of at most so many units is begun
anew by plain bisection, its axes turned: ground round one heavy building wants another start."""


def partition(
    problem: Problem,
    *,
    grids: int | None = None,
    seed: int = 0,
    deadline_s: float | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Divide the ground into contiguous, balanced, compact grids.

    Parameters
    ----------
    problem
        The ground. Locked grids and locked cells keep the grid they have in `current`.
    grids
        How many; default: the total ÷ the band's target, within what the band allows.
    seed
        The same seed gives the same plan.
    deadline_s, progress, cancelled
        When time is up or `cancelled()` is true the best plan so far is the answer;
        `progress` hears shares from 0 to 1.

    Returns
    -------
    The plan; its grids are numbered as `number` does, unless some are locked. Where the band
    cannot be kept, `reasons` says why and the plan is still contiguous and complete.

    Raises
    ------
    InvalidInput
        for a problem that contradicts itself (see `problem.validated`), or `grids` < 1.
    """
    watch = Watch(progress, cancelled, deadline_s)
    problem = validated(problem)
    ground = survey(problem)
    count = _count(problem, ground, grids)
    home, freedom = _kept(problem, ground, count)
    quest = Quest(ground, net_of(ground), problem.band, freedom, watch, seed)
    board = _searched(quest, home)
    grid = board.grid.astype(np.int64)[ground.unit]
    if not is_locked(problem):
        grid = number(_placed(problem, ground), grid)[grid] - 1
    return result_of(problem, ground, grid, count, lower_bound=0, seconds=watch.seconds)


def _searched(quest: Quest, home: Ints | None) -> Board:
    """The best board found, from the present plan if there is one to keep."""
    size, count = quest.ground.size, len(quest.freedom.grids)
    if count == 1:
        return board_of(quest.ground, np.zeros(size, np.int64), quest.freedom)
    rounds = 1 if home is not None else min(max(SMALL // size, 1), 4)
    found: list[tuple[float, float, int, Board]] = []
    for again in range(rounds):
        turn = replace(quest, seed=quest.seed + 7919 * again)
        _tried(found, turn, sketched(turn) if home is None else home)
        if quest.watch.over():
            break
    unavoidable = float(np.maximum(quest.ground.weight - quest.band.high, 0).sum())
    for tilt in TILTS if home is None and size <= BISECTED else ():
        if quest.watch.over() or min(f[0] for f in found) <= unavoidable:
            break
        part = bisect(quest.ground, count, tilt=tilt)
        _tried(found, quest, mended(quest.ground, part, count))
    return min(found, key=lambda f: f[:3])[3]


def _tried(found: list[tuple[float, float, int, Board]], quest: Quest, start: Ints) -> None:
    """Refine one start and keep the board with its households out of the band and its energy."""
    board = refined(quest, board_of(quest.ground, start, quest.freedom))
    out = excess(board.load, quest.band)
    found.append((out, energy(quest.net, board, goal(quest)), len(found), board))


def suited_grids(problem: Problem) -> int:
    """Number of grids that fits the band: total ÷ target, kept where the mean is in the band.

    >>> from gisgrid.planning import Band, Problem
    >>> no = np.zeros(0, np.int64)
    >>> suited_grids(Problem(np.array([900, 70]), no, no, no * 1.0, no, Band(300, 500, 400)))
    2
    """
    return _suited(problem, problem.weight)


def _suited(problem: Problem, weight: Ints) -> int:
    """As `suited_grids`; a unit above the band has a grid of its own."""
    band = problem.band
    heavy = weight > band.high
    rest = int(weight[~heavy].sum())
    wish = round(rest / max(band.target, 1))
    fewest = -(-rest // band.high)
    most = rest // band.low if band.low else wish
    count = min(max(wish, fewest), max(most, fewest)) if rest else 0
    if most < fewest:
        count = wish
    return max(1, count + int(heavy.sum()))


def _count(problem: Problem, ground: Ground, grids: int | None) -> int:
    if grids is not None and grids < 1:
        raise InvalidInput("at least one grid is needed", code="planning_grids", grids=grids)
    if grids is not None and grids > ground.size:
        raise InvalidInput(
            f"{grids} grids cannot be made of {ground.size} pieces of ground",
            code="planning_more_grids_than_cells",
            grids=grids,
            cells=ground.size,
        )
    return min(grids or _suited(problem, ground.weight), ground.size)


def _kept(problem: Problem, ground: Ground, count: int) -> tuple[Ints | None, Freedom]:
    """The present plan to start from, if something is locked in it; and what may move."""
    if not is_locked(problem):
        return None, Freedom(np.ones(ground.size, bool), np.ones(count, bool))
    home, present = present_plan(problem, ground)
    freedom_of(problem, ground, count)  # refuses to dissolve a grid that is locked
    freedom = freedom_of(problem, ground, present)
    return resized(ground, home, (present, max(present, count), count), freedom)


def _placed(problem: Problem, ground: Ground) -> Problem:
    return problem if problem.xy is not None else replace(problem, xy=ground.xy[ground.unit])
