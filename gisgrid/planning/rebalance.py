"""Bringing a plan back into the band with the fewest households changing grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gisgrid.errors import InvalidInput
from gisgrid.planning.bounds import least_moved, least_regrouped
from gisgrid.planning.exact import SMALL, fewest_moved
from gisgrid.planning.ground import Ground, net_of, survey
from gisgrid.planning.identity import in_order, origins, renumbered
from gisgrid.planning.kernel import Board, Schedule, Terms
from gisgrid.planning.outcome import result_of
from gisgrid.planning.present import freedom_of, in_pieces, present_plan, resized
from gisgrid.planning.problem import Band, Ints, Problem, Result, validated
from gisgrid.planning.rework import rework
from gisgrid.planning.search import (
    Quest,
    Watch,
    board_of,
    brought_in,
    excess,
    outside,
    terms_for,
)

PASSES = 3
"""Times that all grids out of band or changed are gone through; one less above `MANY` grids."""

MANY = 1000

REPEAT = 7
"""Regions tried around a grid in each pass."""

EASIER = ((1.0, 5), (0.5, 6), (0.25, 6), (0.1, 7), (0.03, 8))
"""For grids that stay out of band: share of the price of moving, and most grids of a region."""

END_PRICE = 10.0
"""Price of a household out of band at the end of a melt, in median borders."""

FIRM = 3000.0
"""Price of a household out of band when plans are compared: no saved move is worth it."""

MOVES, SHAPE = (0.3, 1.6), (1.0, 0.45)
"""Price of a median border and of a household moved, for the two ends of `prefer`."""

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
        Number of grids wanted; default: the present grids, none split or dissolved. Given, the
        heaviest are split and the lightest dissolved until there are so many, with up to two
        pairs of both beyond that where it saves moves. A grid keeps its identity where most
        of its households stay: see `Result.origin`.
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
    freedom = freedom_of(problem, ground, present, only)
    quest = Quest(ground, net_of(ground), problem.band, freedom, watch, seed)
    if grids is None or (grids == present and not _one_splits(problem.band, ground, home)):
        start, _ = resized(ground, home, (present, present, present), freedom)
        board = _searched(quest, board_of(ground, start, freedom, home), shape)
        part, origin = board.grid.astype(np.int64), np.arange(present)
        bound = least_moved(ground.weight, home, present, problem.band)
        if ground.size <= SMALL:
            part, bound = _proved(quest, home, part, bound, shape)
    else:
        part, origin = _regrouped(quest, home, min(max(grids, 1), ground.size), shape)
        bound = least_regrouped(ground.weight, home, len(origin), problem.band)
    result = result_of(
        renumbered(problem, origin),
        ground,
        part[ground.unit],
        len(origin),
        lower_bound=bound,
        seconds=watch.seconds,
        reasons=in_pieces(ground, home) if grids is None else (),
    )
    return replace(result, origin=tuple(origin.tolist()))


def _proved(quest: Quest, home: Ints, part: Ints, bound: int, shape: float) -> tuple[Ints, int]:
    """A small ground's plan and bound after every plan has been tried."""
    weight = quest.ground.weight
    load = np.bincount(part, weight, len(quest.freedom.grids)).astype(np.float64)
    moved = int(weight[(home >= 0) & (home != part)].sum())
    if excess(load, quest.band) > 0 or moved <= bound:
        return part, bound
    fewest, better, all_tried = fewest_moved(quest.ground, home, quest.band, quest.freedom, moved)
    if better is not None and shape == 0:
        part = better
    return part, fewest if all_tried else bound


def _one_splits(band: Band, ground: Ground, home: Ints) -> bool:
    """Whether a grid is so heavy that it may be better split, and another then dissolved."""
    load = np.bincount(home[home >= 0], ground.weight[home >= 0])
    return bool((load >= 2 * band.low).any() and (load < band.low).any())


def _regrouped(quest: Quest, home: Ints, grids: int, shape: float) -> tuple[Ints, Ints]:
    """The best plan of `grids` grids by (households out of band, moved), and its origins.

    Tried: the change of number alone; and one and two splits more, each paid for by a grid
    dissolved. A grid of 900 is better cut in two, two of 150 joined, than both passed on.
    """
    found = []
    for extra in range(3 if _one_splits(quest.band, quest.ground, home) else 1):
        if extra and quest.watch.over():
            break
        try:
            part = _resized_and_searched(quest, home, (grids, extra), shape)
        except InvalidInput:
            if extra == 0:
                raise
            break
        number, origin = in_order(origins(quest.ground.weight, home, part, grids))
        part = number[part]
        changed = (home >= 0) & (origin[part] != home)
        load = np.bincount(part, quest.ground.weight, grids).astype(np.float64)
        lost = int(quest.ground.weight[changed].sum())
        found.append((excess(load, quest.band), lost, extra, part, origin))
    best = min(found, key=lambda f: f[:3])
    return best[3], best[4]


def _resized_and_searched(quest: Quest, home: Ints, how: tuple[int, int], shape: float) -> Ints:
    """Grid of each unit; `how`: the grids wanted, and the splits more than it takes."""
    grids, extra = how
    present = len(quest.freedom.grids)
    most = min(max(present, grids) + extra, quest.ground.size)
    start, freedom = resized(quest.ground, home, (present, most, grids), quest.freedom)
    name = _named(home, origins(quest.ground.weight, home, start, grids))
    board = board_of(quest.ground, start, freedom, name)
    return _searched(replace(quest, freedom=freedom), board, shape).grid.astype(np.int64)


def _named(home: Ints, origin: Ints) -> Ints:
    """The present plan in the numbers of the grids that continue it; -1 where none does."""
    name = np.full(int(home.max()) + 1, -1, np.int64)
    continued = np.flatnonzero(origin >= 0)
    name[origin[continued]] = continued
    return np.where(home >= 0, name[home], -1)


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
    """Rework the surroundings of each grid out of band; then those of each grid changed."""
    if not outside(board.load, quest.band).any():
        return board
    terms = _goal(quest.band, shape)
    passes = PASSES if len(board.load) <= MANY else PASSES - 1
    for again in range(passes):
        if quest.watch.over():
            return board
        _rework(quest, board, terms, _changed(quest, board), (again, 4, REPEAT, END_PRICE))
        quest.watch.tell((again + 1) / (passes + 1))
    if len(_stuck(quest, board)) > 0:
        board = _freed(quest, board, terms)
    quest.watch.tell(1.0)
    return board


def _freed(quest: Quest, board: Board, terms: Terms) -> Board:
    """Bring in grids that only a chain of moves helps: wider regions, moving made cheap.

    A tower of 171 households leaves a grid that is 1 above the band only if nobody counts the
    cost; afterwards the grids touched are gone over at the full price.
    """
    before = board.grid.copy()
    for turn, (ease, widest) in enumerate(EASIER):
        grids = _stuck(quest, board)
        if len(grids) == 0:
            break
        easier = terms._replace(move=terms.move * ease)
        _rework(quest, board, easier, grids, (PASSES + turn, widest, 80, FIRM))
    if len(_stuck(quest, board)) > 0:
        board = brought_in(quest, board, terms._replace(move=terms.move * 0.01))
    touched = np.unique(np.r_[before[before != board.grid], board.grid[before != board.grid]])
    for again in (9, 10):
        _rework(quest, board, terms, touched.astype(np.int64), (again, 4, REPEAT, END_PRICE))
    return board


def _goal(band: Band, shape: float) -> Terms:
    """Between fewest households moved (`shape` 0) and shortest borders (1)."""
    cut = MOVES[0] ** (1 - shape) * SHAPE[0] ** shape
    move = MOVES[1] ** (1 - shape) * SHAPE[1] ** shape
    return terms_for(band, cut=cut, move=move, touch=0.02, firm=FIRM)


def _stuck(quest: Quest, board: Board) -> Ints:
    """Grids that may change and are out of band."""
    return np.flatnonzero(outside(board.load, quest.band) & quest.freedom.grids)


def _changed(quest: Quest, board: Board) -> Ints:
    """Grids out of band, and those that households have left or entered."""
    away = (board.grid != board.home) & (board.weight > 0) & (board.home >= 0)
    changed = np.r_[board.grid[away], board.home[away]].astype(np.int64)
    return np.union1d(changed, _stuck(quest, board))


def _rework(
    quest: Quest, board: Board, terms: Terms, grids: Ints, how: tuple[int, int, int, float]
) -> None:
    """Rework around `grids`; `how`: the pass, most grids of a region, tries for each, end price."""
    again, widest, tries, end = how
    rng = np.random.default_rng(quest.seed * 53 + again)
    turn = np.repeat(rng.permutation(grids), tries)
    for part in np.array_split(turn, max(1, len(turn) // 400)):
        if len(part) and not quest.watch.over():
            seed = quest.seed * 77 + again * 1013 + int(part[0])
            melt = Schedule(60, 6.0, 0.05, 0.2, end, seed)
            turns = np.column_stack([part, np.full(len(part), widest)]).astype(np.int64)
            rework(quest.net, board, terms, melt, turns)
