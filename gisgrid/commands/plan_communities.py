"""Communities of a layer as problems apart, and their plans put together again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gisgrid.commands.plan_told import Task
from gisgrid.errors import InvalidInput
from gisgrid.planning import Problem, Reason, Result, rebalance
from gisgrid.planning.batch import Job, split
from gisgrid.planning.identity import in_order, renumbered
from gisgrid.planning.outcome import moved, straddling
from gisgrid.planning.problem import Ints, plan_of
from gisgrid.services.plan_files import band_of, labels


@dataclass(frozen=True, slots=True)
class Wish:
    """What each community should have: its band as text, and its number or size of grids."""

    band: str
    grids: int | None = None
    target: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Community:
    """Its name, its cells, the present grids in it by number, and its problem."""

    name: str
    cells: Ints
    grids: Ints
    job: Job


def communities(task: Task, column: str, wish: Wish) -> list[Community]:
    """The communities of `column`, each with a band around its own mean.

    Raises
    ------
    InvalidInput
        for a grid that lies in two communities.
    """
    community, names = labels(task.layer, column)
    _refuse_grids_across(task, community, [*names, ""])
    now = plan_of(task.problem)
    return [
        _community(problem, cells, now[cells], wish, [*names, ""][community[cells[0]]])
        for cells, problem in split(task.problem, community)
    ]


def _community(problem: Problem, cells: Ints, now: Ints, wish: Wish, name: str) -> Community:
    grids = np.unique(now[now >= 0])
    count = wish.grids
    if wish.target:
        count = max(1, round(int(problem.weight.sum()) / wish.target))
    band = band_of(wish.band, problem.weight, count or max(len(grids), 1), wish.target)
    return Community(name, cells, grids, (replace(problem, band=band), count))


def _refuse_grids_across(task: Task, community: Ints, names: list[str]) -> None:
    now = plan_of(task.problem)
    pairs = np.unique(np.c_[now, community][now >= 0], axis=0)
    grids, count = np.unique(pairs[:, 0], return_counts=True)
    if (count > 1).any():
        grid = int(grids[count > 1][0])
        first, second = (names[c] for c in pairs[pairs[:, 0] == grid, 1][:2].tolist())
        raise InvalidInput(
            f"grid {task.grids[grid]} lies in the communities {first} and {second}",
            code="planning_grid_across",
            grid=task.grids[grid],
            first=first,
            second=second,
        )


def together(
    problem: Problem, apart: Sequence[Community], found: Sequence[Result | None]
) -> tuple[Result, int]:
    """One plan of all communities, and how many of its grids are in their community's band.

    A community without a result keeps its present grids (cells without one join a neighbour).
    """
    present = int(plan_of(problem).max()) + 1
    grid, fresh = np.zeros(len(problem.weight), np.int64), present
    results = [_kept(one) if r is None else r for one, r in zip(apart, found, strict=True)]
    homes: list[Ints] = []
    for one, result in zip(apart, results, strict=True):
        number = np.array(_numbers(one, result, fresh))
        fresh += int((number >= fresh).sum())
        grid[one.cells] = number[result.grid]
        homes.append(number)
    used = np.unique(grid)
    _, origin = in_order(np.where(used < present, used, -1))
    reasons = [
        _of_all(reason, one, np.searchsorted(used, home))
        for one, result, home in zip(apart, results, homes, strict=True)
        for reason in result.reasons
    ]
    grid = np.searchsorted(used, grid).astype(np.int64)
    inside = sum(_inside(one, result) for one, result in zip(apart, results, strict=True))
    return _summed(renumbered(problem, origin), grid, results, tuple(reasons), origin), inside


def _kept(one: Community) -> Result:
    return rebalance(one.job[0], cancelled=lambda: True)


def _numbers(one: Community, result: Result, fresh: int) -> list[int]:
    """Number of each of a community's grids in the whole plan; new ones from `fresh` on."""
    new = iter(range(fresh, fresh + len(result.origin)))
    return [int(one.grids[g]) if g >= 0 else next(new) for g in result.origin]


def _of_all(reason: Reason, one: Community, number: Ints) -> Reason:
    cells = tuple(one.cells[list(reason.cells)].tolist())
    return replace(reason, cells=cells, grids=tuple(number[list(reason.grids)].tolist()))


def _inside(one: Community, result: Result) -> int:
    band = one.job[0].band
    return int(((result.households >= band.low) & (result.households <= band.high)).sum())


def _summed(
    problem: Problem,
    grid: Ints,
    results: Sequence[Result],
    reasons: tuple[Reason, ...],
    origin: Ints,
) -> Result:
    return Result(
        grid=grid,
        households=np.bincount(grid, problem.weight, len(origin)).astype(np.int64),
        valid=all(result.valid for result in results),
        in_band=all(result.in_band for result in results),
        reasons=reasons,
        moved_households=moved(problem, grid),
        lower_bound=sum(result.lower_bound for result in results),
        cut_m=float(problem.shared_m[grid[problem.a] != grid[problem.b]].sum()),
        straddling=straddling(problem, grid, len(origin)),
        seconds=sum(result.seconds for result in results),
        origin=tuple(origin.tolist()),
    )
