"""Many communities at once: each is a problem of its own, on one core or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gisgrid.errors import Unavailable
from gisgrid.planning.problem import Ints, Problem, Result

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


def solve_all(
    problems: Sequence[Problem],
    solve: Callable[[Problem], Result],
    *,
    scheduler: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Result]:
    """`solve` each problem, here or on the Dask cluster at `scheduler` (tcp://…).

    Every problem carries its own seed, so the results are the same wherever they are found.
    A worker that dies loses nothing: Dask gives its problems to another.

    Raises
    ------
    Unavailable
        if Dask is not installed.
    """
    if scheduler is None:
        results = []
        for i, problem in enumerate(problems):
            results.append(solve(problem))
            if progress is not None:
                progress((i + 1) / len(problems))
        return results
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise Unavailable(
            "Dask is not installed: pip install distributed", code="planning_no_dask"
        ) from error
    with distributed.Client(scheduler) as client:
        futures = client.map(solve, list(problems), pure=False, retries=3)
        found: list[Result] = client.gather(futures)
    return found
