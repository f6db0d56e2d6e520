"""Single fixes: a few cells from one grid to its neighbour, ranked, each valid on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gisgrid.planning.ground import Ground, survey
from gisgrid.planning.present import freedom_of, present_plan
from gisgrid.planning.problem import Band, Ints, Problem, validated


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Move `cells` from grid `origin` to grid `target`.

    `before` and `after` are the households of (origin, target); `boundary_m` is how much longer
    (or, negative, shorter) the borders between grids become; `solves` says whether both grids
    are in the band afterwards.
    """

    cells: tuple[int, ...]
    origin: int
    target: int
    before: tuple[int, int]
    after: tuple[int, int]
    boundary_m: float
    solves: bool

    @property
    def households(self) -> int:
        """Households that change grid."""
        return self.before[0] - self.after[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """The present plan as the search for single fixes sees it."""

    near: list[dict[int, float]]
    grid: list[int]
    weight: list[int]
    load: list[int]
    members: list[set[int]]
    free: list[bool]
    open: list[bool]
    band: Band


def suggest(problem: Problem, *, most: int = 10) -> tuple[Suggestion, ...]:
    """Single moves that bring a grid into the band or nearer to it, the best first.

    Each leaves both grids in one piece, keeps locks and groups, and puts no other grid out of
    the band. Best: solves, then the least of border growth and households moved.

    Returns
    -------
    At most `most` suggestions; none when every grid is in the band.

    Raises
    ------
    InvalidInput
        without a present plan.
    """
    problem = validated(problem)
    ground = survey(problem)
    scene = _scene(problem, ground)
    band = problem.band
    off = [g for g, load in enumerate(scene.load) if not band.low <= load <= band.high]
    found: dict[tuple[frozenset[int], int], Suggestion] = {}
    for g in off:
        for origin, target in _directions(scene, g):
            for units in _sets(scene, origin, target):
                key = (frozenset(units), target)
                if key not in found:
                    found[key] = _suggestion(scene, ground, units, origin, target)
    side = float(np.median(ground.shared_m)) if len(ground.shared_m) else 1.0
    ranked = sorted(found.values(), key=lambda s: _rank(s, band, max(side, 1e-9)))
    return tuple(_varied(ranked, most))


def _scene(problem: Problem, ground: Ground) -> _Scene:
    home, grids = present_plan(problem, ground)
    freedom = freedom_of(problem, ground, grids)
    near: list[dict[int, float]] = [{} for _ in range(ground.size)]
    for a, b, metres in zip(
        ground.a.tolist(), ground.b.tolist(), ground.shared_m.tolist(), strict=True
    ):
        near[a][b] = near[b][a] = metres
    members: list[set[int]] = [set() for _ in range(grids)]
    for u, g in enumerate(home.tolist()):
        if g >= 0:
            members[g].add(u)
    weight = ground.weight.tolist()
    load = [sum(weight[u] for u in inside) for inside in members]
    free, open_grids = freedom.units.tolist(), freedom.grids.tolist()
    return _Scene(near, home.tolist(), weight, load, members, free, open_grids, problem.band)


def _directions(scene: _Scene, g: int) -> Iterator[tuple[int, int]]:
    """Pairs (origin, target) that help grid `g`."""
    if not scene.open[g]:
        return
    beside = {scene.grid[v] for u in scene.members[g] for v in scene.near[u]} - {g, -1}
    gives = scene.load[g] > scene.band.high
    for h in sorted(beside):
        if scene.open[h]:
            yield (g, h) if gives else (h, g)


def _limits(scene: _Scene, origin: int, target: int) -> tuple[int, int]:
    """Households to move: enough to cure the grid out of band, as many as both can bear."""
    band, give, take = scene.band, scene.load[origin], scene.load[target]
    enough = max(give - band.high, band.low - take, 1)
    bearable = min(
        give - band.low if give >= band.low else 0, band.high - take if take <= band.high else 0
    )
    return enough, bearable


def _sets(scene: _Scene, origin: int, target: int) -> Iterator[list[int]]:
    """Connected sets of units of `origin` on the border to `target`, grown until they suffice."""
    enough, bearable = _limits(scene, origin, target)
    if bearable < 1:
        return
    goal = min(enough, bearable)
    for u in sorted(scene.members[origin]):
        touches = any(scene.grid[v] == target for v in scene.near[u])
        if touches and scene.free[u] and scene.weight[u] <= bearable:
            units = _grown(scene, u, (origin, target), (goal, bearable))
            if sum(scene.weight[x] for x in units) > 0 and _rest_whole(scene, units, origin):
                yield units


def _grown(scene: _Scene, first: int, move: tuple[int, int], limits: tuple[int, int]) -> list[int]:
    """`first` and the units beside it that lengthen the border least, until it is enough."""
    (origin, target), (goal, bearable) = move, limits
    units, load = [first], scene.weight[first]
    while load < goal:
        beside = {v for u in units for v in scene.near[u] if scene.grid[v] == origin}
        fits = [
            v
            for v in beside.difference(units)
            if scene.free[v] and load + scene.weight[v] <= bearable
        ]
        if not fits:
            break
        best = min(fits, key=lambda v: (_longer(scene, [v], origin, target, units), v))
        units.append(best)
        load += scene.weight[best]
    return units


def _longer(
    scene: _Scene, units: list[int], origin: int, target: int, gone: list[int] | None = None
) -> float:
    """Metres of border added when `units` (after `gone`) go from `origin` to `target`."""
    there = set(units).union(gone or ())
    metres = 0.0
    for u in units:
        for v, shared in scene.near[u].items():
            if v in there:
                metres -= shared if v not in units else 0.0
            elif scene.grid[v] == origin:
                metres += shared
            elif scene.grid[v] == target:
                metres -= shared
    return metres


def _rest_whole(scene: _Scene, units: list[int], origin: int) -> bool:
    """Whether `origin` without `units` is one piece, and something."""
    rest = scene.members[origin].difference(units)
    if not rest:
        return False
    start = min(rest)
    seen, edge = {start}, [start]
    while edge:
        for v in scene.near[edge.pop()]:
            if v in rest and v not in seen:
                seen.add(v)
                edge.append(v)
    return len(seen) == len(rest)


def _suggestion(
    scene: _Scene, ground: Ground, units: list[int], origin: int, target: int
) -> Suggestion:
    households = sum(scene.weight[u] for u in units)
    before = scene.load[origin], scene.load[target]
    after = before[0] - households, before[1] + households
    band = scene.band
    cells = np.flatnonzero(np.isin(ground.unit, np.array(units, np.int64)))
    return Suggestion(
        cells=tuple(cells.tolist()),
        origin=origin,
        target=target,
        before=before,
        after=after,
        boundary_m=_longer(scene, units, origin, target),
        solves=all(band.low <= load <= band.high for load in after),
    )


def _rank(s: Suggestion, band: Band, side_m: float) -> tuple[float, ...]:
    left = sum(max(0, load - band.high, band.low - load) for load in s.after)
    cost = s.boundary_m / side_m + 20.0 * s.households / max(band.target, 1)
    return (not s.solves, left / max(band.target, 1) * 20 + cost, s.origin, s.target, *s.cells[:1])


def _varied(ranked: list[Suggestion], most: int) -> Iterator[Suggestion]:
    """The best of each pair of grids first, then the others."""
    pairs: set[tuple[int, int]] = set()
    first: list[Suggestion] = []
    second: list[Suggestion] = []
    for s in ranked:
        (second if (s.origin, s.target) in pairs else first).append(s)
        pairs.add((s.origin, s.target))
    yield from (first + second)[:most]


def applied(problem: Problem, suggestion: Suggestion) -> Ints:
    """(n,) the plan with the suggestion applied."""
    if problem.current is None:
        return np.full(len(problem.weight), -1, np.int64)
    grid = problem.current.copy()
    grid[list(suggestion.cells)] = suggestion.target
    return grid
