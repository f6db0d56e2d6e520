"""Many communities at once: each is a problem of its own, on one core or on a Dask cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from gisgrid.errors import Unavailable
from gisgrid.planning.problem import Ints, Problem, Result
from gisgrid.planning.rebalance import rebalance

POLL_S = 0.1
"""How often a cluster is asked what is done."""

T = TypeVar("T", bound=np.generic)


def split(problem: Problem, community: Ints) -> list[tuple[Ints, Problem]]:
    """(cells, problem) of each community; pairs between communities are left out."""
    parts = []
    for name in np.unique(community).tolist():
        cells = np.flatnonzero(community == name)
        parts.append((cells, _part(problem, cells)))
    return parts


def _part(problem: Problem, cells: Ints) -> Problem:
    """The problem of some cells alone; grid numbers close up."""
    number = np.full(len(problem.weight), -1, np.int64)
    number[cells] = np.arange(len(cells))
    keep = (number[problem.a] >= 0) & (number[problem.b] >= 0)
    current, locked = None, problem.locked_grids
    if problem.current is not None:
        names = np.unique(problem.current[cells][problem.current[cells] >= 0])
        current = np.where(
            problem.current[cells] >= 0, np.searchsorted(names, problem.current[cells]), -1
        ).astype(np.int64)
        locked = tuple(np.flatnonzero(np.isin(names, problem.locked_grids)).tolist())
    return replace(
        problem,
        weight=problem.weight[cells],
        a=number[problem.a[keep]],
        b=number[problem.b[keep]],
        shared_m=problem.shared_m[keep],
        barrier=problem.barrier[keep],
        joined=None if problem.joined is None else problem.joined[keep],
        current=current,
        locked_grids=locked,
        xy=_of(problem.xy, cells),
        area_m2=_of(problem.area_m2, cells),
        perimeter_m=_of(problem.perimeter_m, cells),
        locked_cells=_of(problem.locked_cells, cells),
        group=_of(problem.group, cells),
    )


def _of(values: npt.NDArray[T] | None, cells: Ints) -> npt.NDArray[T] | None:
    return None if values is None else values[cells]


Job: TypeAlias = tuple[Problem, int | None]
"""A community, and the number of grids it is to have (None: as many as now)."""


def solved(
    job: Job,
    *,
    prefer: str | float = "moves",
    seed: int = 0,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Rebalance one community."""
    problem, grids = job
    return rebalance(problem, grids=grids, prefer=prefer, seed=seed, cancelled=cancelled)


def solve_all(
    jobs: Sequence[Job],
    solve: Callable[[Job], Result],
    *,
    scheduler: str | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Result | None]:
    """`solve` each job, here or on the Dask cluster at `scheduler` (tcp://…).

    Every job carries its own seed, so the results are the same wherever they are found.
    A worker that dies loses nothing: Dask gives its jobs to another. When `cancelled()` is
    true no other job is begun: None stands for those that were not reached.

    Raises
    ------
    Unavailable
        if Dask is not installed.
    """
    if scheduler is not None:
        return _on_cluster(jobs, solve, scheduler, progress, cancelled)
    results: list[Result | None] = []
    for job in jobs:
        results.append(None if cancelled() else solve(job))
        if progress is not None:
            progress(len(results) / len(jobs))
    return results


def _on_cluster(
    jobs: Sequence[Job],
    solve: Callable[[Job], Result],
    scheduler: str,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> list[Result | None]:
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise Unavailable(
            "Dask is not installed: pip install distributed", code="planning_no_dask"
        ) from error
    with distributed.Client(scheduler) as client:
        futures = client.map(solve, list(jobs), pure=False, retries=3)
        while not all(future.done() for future in futures) and not cancelled():
            if progress is not None:
                progress(sum(future.done() for future in futures) / len(futures))
            time.sleep(POLL_S)
        found = [future.result() if future.done() else None for future in futures]
        client.cancel([future for future in futures if not future.done()])
    return found
