"""Driving the kernel: a board to work on, cooling in chunks, and repair of grids left out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gisgrid.planning.ground import Ground
from gisgrid.planning.kernel import Board, Net, Schedule, Terms, anneal
from gisgrid.planning.problem import Band, Bools, Floats, Ints

CHUNKS = 16
"""Pieces an annealing run is cut into: how often progress, cancel and deadline are looked at."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks at the search while it runs: progress (0..1), cancel, and a time to stop."""

    progress: Callable[[float], None] | None = None
    cancelled: Callable[[], bool] | None = None
    deadline_s: float | None = None
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    def over(self) -> bool:
        """Whether the search should stop with the best it has."""
        late = self.deadline_s is not None and self.seconds > self.deadline_s
        return late or (self.cancelled is not None and self.cancelled())

    def tell(self, share: float) -> None:
        """Report progress."""
        if self.progress is not None:
            self.progress(share)


@dataclass(frozen=True, slots=True, eq=False)
class Freedom:
    """What may change: units that may move, grids that may give and take."""

    units: Bools
    grids: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Quest:
    """What a search works on: the ground, the band, what may change, and who watches."""

    ground: Ground
    net: Net
    band: Band
    freedom: Freedom
    watch: Watch
    seed: int


def board_of(ground: Ground, grid: Ints, freedom: Freedom, home: Ints | None = None) -> Board:
    """The plan `grid` with its sums, ready for the kernel (copies: the kernel writes in it)."""
    count = len(freedom.grids)
    load = np.bincount(grid, ground.weight, count).astype(np.float64)
    same = grid[ground.a] == grid[ground.b]
    inner = np.bincount(grid[ground.a[same]], ground.barred[same], count).astype(np.float64)
    return Board(
        grid.astype(np.int32),
        (grid if home is None else home).astype(np.int32),
        ground.weight.astype(np.float64),
        freedom.units & freedom.grids[grid],
        freedom.grids.copy(),
        load,
        np.bincount(grid, minlength=count).astype(np.int64),
        inner,
    )


def terms_for(
    band: Band,
    *,
    margin: float = 0.0,
    cut: float = 1.0,
    straddle: float = 0.0,
    move: float = 0.0,
    touch: float = 0.0,
    firm: float = 5.0,
) -> Terms:
    """The goal's weights; `margin` (share of the target) keeps loads away from the band's ends."""
    room = (band.high - band.low) / 2
    shrink = min(margin * band.target, max(room - 0.5, 0.0))
    scale = 400.0 / max(band.target, 1)
    low, high = band.low + shrink, band.high - shrink
    values = low, high, scale, cut, straddle, move, touch, firm
    return Terms(*(float(value) for value in values))


def cooled(quest: Quest, board: Board, terms: Terms, schedule: Schedule) -> None:
    """Anneal in chunks, so that a cancel or a deadline is heard; the board stays a valid plan."""
    chunks = CHUNKS if schedule.steps > 2_000_000 else 1
    fall = (schedule.cold / schedule.hot) ** (1 / chunks)
    rise = (schedule.price_end / schedule.price) ** (1 / chunks)
    for i in range(chunks):
        if quest.watch.over():
            return
        part = Schedule(
            schedule.steps // chunks,
            schedule.hot * fall**i,
            schedule.hot * fall ** (i + 1),
            schedule.price * rise**i,
            schedule.price * rise ** (i + 1),
            schedule.seed * 1009 + i,
        )
        anneal(quest.net, board, terms, part)
        quest.watch.tell((i + 1) / chunks)


def outside(load: Floats, band: Band) -> Bools:
    """Which grids lie outside the band."""
    return np.asarray((load > band.high) | (load < band.low))


def excess(load: Floats, band: Band) -> float:
    """Households out of band, summed."""
    return float(np.maximum(0, np.maximum(load - band.high, band.low - load)).sum())


def around(ground: Ground, grid: Ints, chosen: Bools, hops: int) -> Bools:
    """`chosen` grids and those within `hops` borders of them."""
    a, b = grid[ground.a], grid[ground.b]
    reach = chosen.copy()
    for _ in range(hops):
        wider = reach.copy()
        wider[a[reach[b]]] = True
        wider[b[reach[a]]] = True
        reach = wider
    return reach


def brought_in(quest: Quest, board: Board, terms: Terms, *, tries: int = 24) -> Board:
    """Melt and cool the surroundings of each grid out of band, wider at each try.

    Households are nearly free at first, so that a tower can leave a grid it does not fit in.
    """
    freedom, home = quest.freedom, board.home.astype(np.int64)
    for attempt in range(tries):
        off = outside(board.load, quest.band) & freedom.grids
        if not off.any() or quest.watch.over():
            break
        grid = board.grid.astype(np.int64)
        near = around(quest.ground, grid, off, 1 + attempt // 4) & freedom.grids
        trial = board_of(quest.ground, grid, Freedom(freedom.units, near), home)
        steps = int(min(60 * trial.free.sum() * (1 + attempt // 4) + 20_000, 5_000_000))
        schedule = Schedule(steps, 8.0, 0.08, 0.02, 6.0, quest.seed * 977 + attempt)
        anneal(quest.net, trial, terms, schedule)
        if excess(trial.load, quest.band) < excess(board.load, quest.band):
            board = trial
    return board_of(quest.ground, board.grid.astype(np.int64), freedom, home)
