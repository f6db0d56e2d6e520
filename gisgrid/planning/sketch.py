"""A new plan in two strokes: sketched on coarse ground, then refined on the units."""

from __future__ import annotations

import numpy as np

from gisgrid.planning.ground import Ground, net_of
from gisgrid.planning.kernel import Board, Schedule, Terms
from gisgrid.planning.layout import laid_out
from gisgrid.planning.levels import Level, coarser
from gisgrid.planning.precinct import Precincts, precincts
from gisgrid.planning.problem import Band, Ints
from gisgrid.planning.rework import energy, rework
from gisgrid.planning.search import Freedom, Quest, board_of, brought_in, cooled, outside, terms_for
from gisgrid.planning.seed import mended

TIGHT, WIDE = 0.45, 0.9
"""Share of the band that the search aims at. A plan people edit by hand gets the middle half, so
that growth does not break it soon; above `MANY` grids following main roads comes first."""

MANY = 200

STRADDLE, FOLLOW = 10.0, 18.0
"""Price of a grid on both sides of a main road, in median borders; above `MANY` grids, `FOLLOW`."""

HEAVIEST = 1 / 4
"""Coarse units weigh at most this share of a grid, so that grids can still be balanced."""

FIRM = 20.0
"""That price when the last grids out of the tight band are reworked."""

LAST = ((4, 4), (5, 8), (6, 12))
"""For those grids: most grids of a region, and tries."""

HARD = 3000.0
"""The price of a household out of the whole band, for the grids that are left there at last."""

HARDEST = ((4, 30), (5, 40), (6, 60), (7, 80), (9, 120))

HOT = 3.0
"""Temperature of the coarsest ground, in median borders; the units themselves begin at 1."""

SKETCH = 800
"""Steps for each coarse unit."""

REFINE = 800
"""Steps for each unit of the ground itself."""

PRICE = 2.5
"""Price of a household out of the tight band at the end, in median borders per 1/400 grid."""


def tight(band: Band, mean: float, grids: int) -> Band:
    """The middle of the band, around the mean as far as the band allows."""
    middle = min(max(mean, band.low), band.high)
    room = (TIGHT if grids <= MANY else WIDE) * (band.high - band.low) / 2
    low, high = max(band.low, round(middle - room)), min(band.high, round(middle + room))
    return Band(low, max(high, low), round(middle))


def goal(quest: Quest) -> Terms:
    """What the search of a new plan aims at."""
    price = STRADDLE if len(quest.freedom.grids) <= MANY else FOLLOW
    return terms_for(_aim(quest), straddle=price, firm=PRICE)


def _aim(quest: Quest) -> Band:
    count = len(quest.freedom.grids)
    return tight(quest.band, float(quest.ground.weight.sum()) / count, count)


def sketched(quest: Quest) -> Ints:
    """Grid of each unit: the best of several plans made on the coarsest ground, refined once."""
    rng = np.random.default_rng(quest.seed)
    levels = _coarsened(quest.ground, len(quest.freedom.grids), rng)
    top = len(levels) - 1
    best, least = _sketch(quest, levels, 0)
    for attempt in range(1, attempts(levels[top].ground.size)):
        if quest.watch.over():
            break
        part, value = _sketch(quest, levels, attempt)
        if value < least:
            best, least = part, value
    for i in range(top, 0, -1):
        part = best[levels[i].became]
        best = part if i == 1 else _cooled_level(quest, levels, i - 1, part)[0]
    return best


TRIES = 1500
"""Coarse units that are sketched in all: small grounds are sketched several times."""


def attempts(size: int) -> int:
    """How many sketches a ground of `size` units is worth: small ones can afford more."""
    return int(min(max(TRIES // max(size, 1), 1), 5))


def _coarsened(ground: Ground, count: int, rng: np.random.Generator) -> list[Level]:
    """The ground, and coarser and coarser ones while a grid has enough units."""
    levels = [Level(ground, np.arange(ground.size))]
    heaviest = HEAVIEST * float(ground.weight.sum()) / count
    while len(levels) < 4 and levels[-1].ground.size > 16 * count:
        level = coarser(levels[-1].ground, heaviest, rng)
        if level.ground.size > 0.8 * levels[-1].ground.size:
            break
        levels.append(level)
    return levels


def _sketch(quest: Quest, levels: list[Level], attempt: int) -> tuple[Ints, float]:
    """A plan laid out and cooled on the coarsest ground, and its energy."""
    count = len(quest.freedom.grids)
    plan = precincts(quest.ground, count, _aim(quest), quest.seed * 101 + attempt)
    quarter = plan.quarter
    for level in levels[1:]:
        lifted = np.zeros(level.ground.size, np.int64)
        lifted[level.became] = quarter
        quarter = lifted
    top = levels[-1].ground
    part = mended(top, laid_out(top, Precincts(quarter, plan.precinct, plan.grids)), count)
    return _cooled_level(quest, levels, len(levels) - 1, part, attempt)


def _cooled_level(
    quest: Quest, levels: list[Level], i: int, part: Ints, attempt: int = 0
) -> tuple[Ints, float]:
    """Anneal `part` on level `i`, the hotter the coarser; the plan and its energy."""
    ground = levels[i].ground
    every = Freedom(np.ones(ground.size, bool), quest.freedom.grids)
    here = Quest(ground, net_of(ground), quest.band, every, quest.watch, quest.seed)
    board, terms = board_of(ground, part, every), goal(quest)
    steps = max(len(levels) - 1, 1)
    begin, end = (len(levels) - 1 - i) / steps, (len(levels) - i) / steps
    hot, cold = HOT ** (1 - begin), 0.8 * HOT ** (1 - end)
    seed = quest.seed * 31 + attempt * 7 + i
    price = 0.05 * 6**begin, 0.05 * 6**end
    cooled(here, board, terms, Schedule(SKETCH * max(ground.size, 25), hot, cold, *price, seed))
    return board.grid.astype(np.int64), energy(here.net, board, terms)


def refined(quest: Quest, board: Board) -> Board:
    """Cool the plan on the units themselves, rework what is left off, bring all into the band."""
    terms = goal(quest)
    steps = REFINE * max(quest.ground.size, 60)
    cooled(quest, board, terms, Schedule(steps, 1.0, 0.08, 0.3, PRICE, quest.seed))
    _pressed(quest, board, terms._replace(firm=FIRM), LAST)
    if outside(board.load, quest.band).any():
        whole_band = terms_for(quest.band, straddle=terms.straddle, firm=HARD)
        _pressed(quest, board, whole_band, HARDEST)
        _pressed(quest, board, terms._replace(firm=FIRM), LAST)
    if outside(board.load, quest.band).any():
        board = brought_in(quest, board, terms)
    return board


def _pressed(quest: Quest, board: Board, terms: Terms, stages: tuple[tuple[int, int], ...]) -> None:
    """Rework around the grids outside `terms`, in wider and wider regions."""
    for again, (widest, tries) in enumerate(stages):
        off = np.flatnonzero((board.load > terms.high) | (board.load < terms.low))
        if len(off) == 0 or quest.watch.over():
            return
        melt = Schedule(60, 3.0, 0.1, 0.05, terms.firm, quest.seed + again)
        turns = np.column_stack([np.repeat(off, tries), np.full(len(off) * tries, widest)])
        rework(quest.net, board, terms, melt, turns)
