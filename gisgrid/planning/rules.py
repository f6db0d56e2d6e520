"""Rules a plan must keep, each a function; `check` asks them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from gisgrid.planning.ground import Ground, parts, survey
from gisgrid.planning.outcome import heavy_cells
from gisgrid.planning.problem import Ints, Problem, plan_of, validated


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule broken, and where; its sentence is ``planning.<rule>`` of the catalogue.

    `blocking` is false for a named exception (a cell above the band, an island).
    """

    rule: str
    cells: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    facts: Mapping[str, float | int | str] = field(default_factory=dict)
    blocking: bool = True


Rule: TypeAlias = Callable[[Problem, Ground], Iterator[Finding]]


def assigned(problem: Problem, ground: Ground) -> Iterator[Finding]:
    """Every cell has a grid."""
    del ground
    without = np.flatnonzero(plan_of(problem) < 0)
    if len(without):
        cells = tuple(without.tolist())
        yield Finding("unassigned", cells, (), {"count": len(without)})


def contiguous(problem: Problem, ground: Ground) -> Iterator[Finding]:
    """Every grid is one piece; a piece that is an island is an exception."""
    a, b = _joined(problem)
    torn = {g for g, _ in _pieces(problem, *_with_links(ground, a, b))}
    for g, loose in _pieces(problem, a, b):
        kind = "grid_in_pieces" if g in torn else "island"
        yield Finding(kind, loose, (g,), {"count": len(loose)}, blocking=g in torn)


def within_band(problem: Problem, ground: Ground) -> Iterator[Finding]:
    """Every grid has as many households as the band allows."""
    plan, band = plan_of(problem), problem.band
    heavy = {c for r in heavy_cells(problem, ground) for c in r.cells}
    load = np.bincount(plan[plan >= 0], problem.weight[plan >= 0]).astype(np.int64)
    for g in np.flatnonzero((load < band.low) | (load > band.high)).tolist():
        excepted = tuple(sorted(heavy & set(np.flatnonzero(plan == g).tolist())))
        facts = {"households": int(load[g]), "low": band.low, "high": band.high}
        side = "grid_above_band" if load[g] > band.high else "grid_below_band"
        yield Finding(side, excepted, (g,), facts, blocking=not excepted)


def groups_together(problem: Problem, ground: Ground) -> Iterator[Finding]:
    """Cells of one group (小区) are in one grid."""
    del ground
    if problem.group is None:
        return
    plan, group = plan_of(problem), problem.group
    pairs = np.unique(np.c_[group, plan][(group >= 0) & (plan >= 0)], axis=0)
    names, count = np.unique(pairs[:, 0], return_counts=True)
    for name in names[count > 1].tolist():
        grids = tuple(pairs[pairs[:, 0] == name, 1].tolist())
        cells = tuple(np.flatnonzero(group == name).tolist())
        yield Finding("group_apart", cells, grids, {"group": name})


RULES: tuple[Rule, ...] = (assigned, contiguous, within_band, groups_together)


def locks_kept_from(before: Problem) -> Rule:
    """A rule: locked cells and grids are as they were in `before`."""

    def locks_kept(problem: Problem, ground: Ground) -> Iterator[Finding]:
        del ground
        now, then = plan_of(problem), plan_of(before)
        held = np.zeros(len(now), bool) if before.locked_cells is None else before.locked_cells
        locked = list(before.locked_grids)
        held = (held & (then >= 0)) | np.isin(then, locked) | np.isin(now, locked)
        moved = np.flatnonzero(held & (now != then))
        if len(moved):
            grids = tuple(np.unique(then[moved]).tolist())
            yield Finding("lock_broken", tuple(moved.tolist()), grids, {"count": len(moved)})

    return locks_kept


def check(
    problem: Problem, *, before: Problem | None = None, rules: tuple[Rule, ...] = RULES
) -> tuple[Finding, ...]:
    """Every rule that the plan `problem.current` breaks, and where.

    Parameters
    ----------
    before
        The plan it came from, to see that its locks were kept.

    Returns
    -------
    Findings in the order of the rules; empty for a faultless plan.
    """
    problem = validated(problem)
    ground = survey(problem)
    if before is not None:
        rules = (*rules, locks_kept_from(before))
    return tuple(finding for rule in rules for finding in rule(problem, ground))


def _joined(problem: Problem) -> tuple[Ints, Ints]:
    if problem.joined is None:
        return problem.a, problem.b
    return problem.a[problem.joined], problem.b[problem.joined]


def _pieces(problem: Problem, a: Ints, b: Ints) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each grid in pieces, and its cells outside the heaviest piece."""
    plan = plan_of(problem)
    same = (plan[a] == plan[b]) & (plan[a] >= 0)
    piece = parts(len(plan), a[same], b[same])
    pairs = np.unique(np.c_[plan, piece][plan >= 0], axis=0)
    names, count = np.unique(pairs[:, 0], return_counts=True)
    for g in names[count > 1].tolist():
        inside = np.flatnonzero(plan == g)
        yield g, _lesser_pieces(problem, inside, piece[inside])


def _with_links(ground: Ground, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """The neighbour pairs, and the links that tie islands to other ground."""
    return np.r_[a, ground.links[:, 0]], np.r_[b, ground.links[:, 1]]


def _lesser_pieces(problem: Problem, cells: Ints, piece: Ints) -> tuple[int, ...]:
    """Cells outside the heaviest piece."""
    names, slot = np.unique(piece, return_inverse=True)
    main = int(np.bincount(slot, problem.weight[cells] + 1e-3, len(names)).argmax())
    return tuple(cells[slot != main].tolist())
