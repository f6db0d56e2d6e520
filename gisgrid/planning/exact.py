"""Small grounds: every plan is tried, so that the fewest households moved is proved."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gisgrid.planning.ground import Ground
from gisgrid.planning.outcome import whole
from gisgrid.planning.problem import Band, Ints
from gisgrid.planning.search import Freedom

SMALL = 12
"""Grounds of at most so many units are proved."""

MOST_TRIED = 20_000
"""Partial plans looked at before the proof is given up."""


@dataclass(slots=True, eq=False)
class _Trial:
    """A search in depth: what has been looked at, and the best plan so far."""

    ground: Ground
    home: list[int]
    band: Band
    freedom: Freedom
    most: int
    tried: int = 0
    best: Ints | None = None
    grid: list[int] = field(default_factory=list)


def fewest_moved(
    ground: Ground, home: Ints, band: Band, freedom: Freedom, most: int
) -> tuple[int, Ints | None, bool]:
    """The plan in the band with the fewest households moved, if that is below `most`.

    Returns
    -------
    The households it moves (`most` if there is none), the plan (m,) or None, and whether all
    plans were tried: then nothing in the band moves fewer.
    """
    trial = _Trial(ground, home.tolist(), band, freedom, most)
    loads = [0] * len(freedom.grids)
    _extend(trial, loads, 0, int(ground.weight.sum()))
    return trial.most, trial.best, trial.tried < MOST_TRIED


def _extend(trial: _Trial, loads: list[int], moved: int, rest: int) -> None:
    """Give the next unit to each grid it may have, and go on while a better plan can come."""
    trial.tried += 1
    lacking = sum(max(0, trial.band.low - load) for load in loads)
    if moved >= trial.most or lacking > rest or trial.tried >= MOST_TRIED:
        return
    u = len(trial.grid)
    if u == len(trial.home):
        grid = np.array(trial.grid, np.int64)
        if whole(trial.ground, grid[trial.ground.unit], len(loads)):
            trial.most, trial.best = moved, grid
        return
    weight = int(trial.ground.weight[u])
    for g in _choices(trial, u):
        if loads[g] + weight <= trial.band.high:
            loads[g] += weight
            trial.grid.append(g)
            away = weight if trial.home[u] not in (g, -1) else 0
            _extend(trial, loads, moved + away, rest - weight)
            trial.grid.pop()
            loads[g] -= weight


def _choices(trial: _Trial, u: int) -> list[int]:
    """Its present grid first; others if neither it nor they are locked."""
    here, grids = trial.home[u], trial.freedom.grids
    others = [g for g in np.flatnonzero(grids).tolist() if g != here]
    if here < 0:
        return others
    return [here, *others] if trial.freedom.units[u] and grids[here] else [here]
