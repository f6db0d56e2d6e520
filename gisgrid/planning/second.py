"""A second workload kept in its own band where the first one allows it (人数相近、户数相当)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gisgrid.planning.ground import Ground, parts, survey
from gisgrid.planning.present import freedom_of
from gisgrid.planning.problem import Band, Ints, Problem
from gisgrid.planning.rules import Finding, Rule
from gisgrid.planning.search import Freedom

MOST_STEPS = 4000
"""Units moved at most: the second band is a wish, no reason to search for ever."""


@dataclass(frozen=True, slots=True, eq=False)
class Second:
    """(n,) a second workload of each cell, and the band it should keep in each grid."""

    weight: Ints
    band: Band


@dataclass(slots=True, eq=False)
class _Desk:
    """A plan of units in change: both loads of each grid."""

    ground: Ground
    near: list[list[int]]
    grid: Ints
    first: Ints
    second: Ints
    loads: tuple[Ints, Ints]
    bands: tuple[Band, Band]
    freedom: Freedom


def eased(
    problem: Problem,
    grid: Ints,
    second: Second,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Ints:
    """(n,) the plan `grid` with single units moved until `second` is in its band, or none helps.

    A unit moves from a grid out of the second band, or into one, only if both grids stay whole,
    neither leaves the first band further, and nothing locked is touched. The moves with the
    greatest gain come first; the search is a descent, so it proves nothing where it stops.
    """
    desk = _desk(problem, grid, second)
    for _ in range(MOST_STEPS):
        if cancelled is not None and cancelled():
            break
        best = max(_steps(desk), default=None)
        if best is None:
            break
        _move(desk, -best[1], best[2])
    return desk.grid[desk.ground.unit]


def second_within(second: Second) -> Rule:
    """A rule: each grid's second workload is in its band."""

    def kept(problem: Problem, ground: Ground) -> Iterator[Finding]:
        del ground
        if problem.current is None:
            return
        placed = problem.current >= 0
        load = np.bincount(problem.current[placed], second.weight[placed]).astype(np.int64)
        low, high = second.band.low, second.band.high
        for g in np.flatnonzero((load < low) | (load > high)).tolist():
            side = "second_above_band" if load[g] > high else "second_below_band"
            yield Finding(side, (), (g,), {"amount": int(load[g]), "low": low, "high": high})

    return kept


def _desk(problem: Problem, grid: Ints, second: Second) -> _Desk:
    ground = survey(problem)
    of_unit = np.zeros(ground.size, np.int64)
    of_unit[ground.unit] = grid
    grids = int(grid.max()) + 1
    weight = np.bincount(ground.unit, second.weight, ground.size).astype(np.int64)
    near: list[list[int]] = [[] for _ in range(ground.size)]
    for a, b in zip(ground.a.tolist(), ground.b.tolist(), strict=True):
        near[a].append(b)
        near[b].append(a)
    loads = (
        np.bincount(of_unit, ground.weight, grids).astype(np.int64),
        np.bincount(of_unit, weight, grids).astype(np.int64),
    )
    freedom = freedom_of(problem, ground, grids)
    bands = (problem.band, second.band)
    return _Desk(ground, near, of_unit, ground.weight, weight, loads, bands, freedom)


def _steps(desk: _Desk) -> Iterator[tuple[int, int, int]]:
    """(gain, -unit, grid) of each move that is allowed and helps the second band."""
    load, band = desk.loads[1], desk.bands[1]
    off = (load < band.low) | (load > band.high)
    ends = np.c_[np.r_[desk.ground.a, desk.ground.b], np.r_[desk.ground.b, desk.ground.a]]
    here, there = desk.grid[ends[:, 0]], desk.grid[ends[:, 1]]
    use = (here != there) & (off[here] | off[there])
    for u, h in np.unique(np.c_[ends[use, 0], there[use]], axis=0).tolist():
        gain = _gain(desk, u, h)
        if gain > 0 and _stays_whole(desk, u):
            yield gain, -u, h


def _gain(desk: _Desk, u: int, h: int) -> int:
    """How much nearer the second band the move brings both grids; 0 if it is not allowed."""
    g = int(desk.grid[u])
    if not (desk.freedom.units[u] and desk.freedom.grids[g] and desk.freedom.grids[h]):
        return 0
    if _nearer(desk.loads[0], desk.bands[0], (g, h), int(desk.first[u])) < 0:
        return 0
    return _nearer(desk.loads[1], desk.bands[1], (g, h), int(desk.second[u]))


def _nearer(load: Ints, band: Band, pair: tuple[int, int], weight: int) -> int:
    g, h = (int(load[i]) for i in pair)
    before = _outside(g, band) + _outside(h, band)
    return before - _outside(g - weight, band) - _outside(h + weight, band)


def _outside(load: int, band: Band) -> int:
    return max(0, load - band.high, band.low - load)


def _stays_whole(desk: _Desk, u: int) -> bool:
    """Whether the grid of `u` has other units and is one piece without it."""
    g = desk.grid[u]
    rest = np.flatnonzero(desk.grid == g)
    rest = rest[rest != u]
    if len(rest) == 0:
        return False
    place = {unit: i for i, unit in enumerate(rest.tolist())}
    pairs = [(place[v], place[w]) for v in place for w in desk.near[v] if w in place]
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    return int(parts(len(rest), a, b).max()) == 0


def _move(desk: _Desk, u: int, h: int) -> None:
    g = desk.grid[u]
    for load, weight in zip(desk.loads, (desk.first[u], desk.second[u]), strict=True):
        load[g] -= weight
        load[h] += weight
    desk.grid[u] = h
