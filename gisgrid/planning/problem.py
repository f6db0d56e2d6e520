"""The planning problem and its answers: plain arrays, no geometry, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gisgrid.errors import InvalidInput

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Band:
    """Households a grid may have: `low` to `high`, both included; `target` is the wish."""

    low: int
    high: int
    target: int

    @classmethod
    def around(cls, mean: float, share: float) -> Band:
        """The whole numbers within ± `share` of `mean` (0.10 is ±10 %)."""
        low = int(np.ceil(mean * (1 - share) - 1e-9))
        high = int(np.floor(mean * (1 + share) + 1e-9))
        return cls(low, high, round(mean))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Ground to divide: n cells, e neighbour pairs; see `validated` for what is demanded.

    Parameters
    ----------
    weight
        (n,) households (or any other workload) of each cell, whole and ≥ 0.
    a, b
        (e,) the two cells of each neighbour pair, ``a < b``, each pair once.
    shared_m
        (e,) length of the border they share, metres.
    barrier
        (e,) `gisgrid.model.ground.Barrier` class of that border, 0 to 5.
    band
        Households that a grid may have.
    xy
        (n,) centroids in metres; seeds and numbers the grids. None: found from the graph.
    area_m2, perimeter_m
        (n,) of each cell, for compactness; optional.
    current
        (n,) index 0..k-1 of the grid each cell is in now, -1 for none.
    locked_cells, locked_grids
        Cells that stay in their current grid; grids that nothing enters or leaves.
    group
        (n,) cells with the same number ≥ 0 stay in one grid (小区); -1 for none.
    joined
        (e,) False where the border cannot be crossed: no contiguity through it.
    """

    weight: Ints
    a: Ints
    b: Ints
    shared_m: Floats
    barrier: Ints
    band: Band
    xy: Floats | None = None
    area_m2: Floats | None = None
    perimeter_m: Floats | None = None
    current: Ints | None = None
    locked_cells: Bools | None = None
    locked_grids: tuple[int, ...] = ()
    group: Ints | None = None
    joined: Bools | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is; its sentence is ``planning.<kind>`` of the catalogue.

    The sentence's placeholders are the facts, and the names of the cells and grids, which only
    the caller knows: ``{cell}`` and ``{grid}`` (the first), ``{cells}`` and ``{grids}`` (all).
    """

    kind: str
    cells: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    facts: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A plan, with its proof.

    Attributes
    ----------
    grid, households
        (n,) grid of each cell, 0..k-1; (k,) households of each grid.
    valid
        Every cell assigned, k kept, every grid one piece (named islands aside), locks kept.
    in_band
        Every grid within the band; those that a reason excepts are left out.
    reasons
        Exceptions, and why the band was not reached where it was not.
    moved_households, lower_bound
        Households whose grid changed, and the fewest that any plan in the band must move.
    cut_m
        Length of the borders between grids, each counted once, metres.
    straddling
        Share of grids that lie on both sides of a main road, river or railway.
    seconds
        Time the search took.
    origin
        (k,) of `rebalance`: the present grid that each grid continues, -1 for a new one.
    """

    grid: Ints
    households: Ints
    valid: bool
    in_band: bool
    reasons: tuple[Reason, ...]
    moved_households: int
    lower_bound: int
    cut_m: float
    straddling: float
    seconds: float
    origin: tuple[int, ...] = ()

    @property
    def optimal(self) -> bool:
        """Whether it is proved that no plan in the band moves fewer households."""
        proved = self.moved_households <= self.lower_bound
        return self.valid and self.in_band and proved


def plan_of(problem: Problem) -> Ints:
    """(n,) the present plan; -1 everywhere if there is none."""
    if problem.current is None:
        return np.full(len(problem.weight), -1, np.int64)
    return problem.current


def validated(problem: Problem) -> Problem:
    """`problem` with tight dtypes.

    Raises
    ------
    InvalidInput
        for lengths that differ, negative households, a pair outside the cells or twice, a
        crossed band, or a group with cells locked to different grids.
    """
    _same_lengths(problem)
    n = len(problem.weight)
    if n == 0:
        raise InvalidInput("there are no cells to divide", code="planning_no_cells")
    if (problem.weight < 0).any():
        worst = int(np.argmin(problem.weight))
        raise InvalidInput(
            f"cell {worst} has negative households", code="planning_negative", cell=worst
        )
    if not 0 <= problem.band.low <= problem.band.high or problem.band.high == 0:
        raise InvalidInput(
            f"the band {problem.band.low} to {problem.band.high} is empty",
            code="planning_band",
            low=problem.band.low,
            high=problem.band.high,
        )
    _sound_pairs(problem, n)
    return problem


def _same_lengths(problem: Problem) -> None:
    n, e = len(problem.weight), len(problem.a)
    by_cell = ("xy", "area_m2", "perimeter_m", "current", "locked_cells", "group")
    by_pair = ("b", "shared_m", "barrier", "joined")
    for names, length in ((by_cell, n), (by_pair, e)):
        for name in names:
            values = getattr(problem, name)
            if values is not None and len(values) != length:
                raise InvalidInput(
                    f"{name} has {len(values)} entries, {length} are needed",
                    code="planning_length",
                    name=name,
                    found=len(values),
                    needed=length,
                )


def _sound_pairs(problem: Problem, n: int) -> None:
    a, b = problem.a, problem.b
    if len(a) == 0:
        return
    if a.min() < 0 or b.max() >= n or (a >= b).any():
        raise InvalidInput(
            "a neighbour pair names a cell that does not exist, or is not in order a < b",
            code="planning_pairs",
        )
    if len(np.unique(a * np.int64(n) + b)) < len(a):
        raise InvalidInput("a neighbour pair is listed twice", code="planning_pairs_twice")
