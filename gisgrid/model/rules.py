"""The division rules V01–V13 as functions: the facts of a plan in, findings out.

Each rule is one function in `RULES`. A rule that *must* hold keeps a plan from being published;
one that may be *excused* does so until its grid has a written reason; *advice* never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gisgrid.model.ground import Barrier
from gisgrid.model.plans import GridKind

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

AREA_TOLERANCE_M2 = 1.0
"""Gap or overlap that rounding of stored coordinates may leave in a whole community."""

WHOLE_BUILDING = 0.99
"""Share of a footprint that must lie in one grid."""

ALONG_LINES = 0.5
"""Share of a grid's inner border that should follow a street, river, railway or wall."""


class Weight(StrEnum):
    """What a finding does to publishing."""

    MUST = "must"
    EXCUSABLE = "excusable"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, eq=False)
class PlanFacts:
    """Everything the rules look at.

    Attributes
    ----------
    codes, kinds, leaders
        (k,) of each grid.
    grid, households, area_m2, of_community
        (n,) of each cell: grid index or -1, households, m², whether its community is the plan's.
    a, b, shared_m, barrier, joined
        (e,) borders of cells; `b` is -1 on the outer border of the community.
    community_area_m2, cells_valid, coverage_valid
        Of the ground itself: area; every cell closed and simple; cells meeting edge to edge.
    unplaced
        Buildings of the community that stand in no cell, and their households.
    cut_buildings
        Building id, grid index and the share of the footprint in it, where that is below 99 %.
    given_up
        Codes of earlier published plans that no grid in force bears.
    crs_metric
        Whether the project measures in a projected CRS in metres.
    excused
        Grid index -> written reason.
    """

    community_code: str
    low: int
    high: int
    target: int
    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    leaders: tuple[str | None, ...]
    grid: Ints
    households: Ints
    area_m2: Floats
    of_community: Bools
    a: Ints
    b: Ints
    shared_m: Floats
    barrier: Ints
    joined: Bools
    community_area_m2: float
    cells_valid: bool
    coverage_valid: bool
    unplaced: tuple[int, int] = (0, 0)
    cut_buildings: tuple[tuple[int, int, float], ...] = ()
    given_up: frozenset[str] = frozenset()
    crs_metric: bool = True
    effective_from: date | None = None
    excused: Mapping[int, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of grids."""
        return len(self.codes)

    def short(self, grid: int) -> str:
        """Last three digits of a grid's code."""
        return self.codes[grid][-3:]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found; its sentence is ``rules.<rule>.<key>`` of the catalogue."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    cells: tuple[int, ...] = ()
    grids: tuple[int, ...] = ()
    weight: Weight = Weight.MUST


Findings = Iterator[Finding]
Judge = Callable[[PlanFacts], Findings]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's number and its function."""

    code: str
    judge: Judge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one plan; `excused` are findings that have a written reason."""

    rule: str
    findings: tuple[Finding, ...]
    excused: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.findings

    @property
    def blocks(self) -> bool:
        """Whether a plan with this verdict must not be published."""
        return any(finding.weight is not Weight.ADVICE for finding in self.findings)


def verdicts(facts: PlanFacts) -> tuple[Verdict, ...]:
    """Every rule's verdict, in the order of their numbers."""
    return tuple(_verdict(rule, facts) for rule in RULES)


def _verdict(rule: Rule, facts: PlanFacts) -> Verdict:
    still: list[Finding] = []
    excused: list[Finding] = []
    for finding in rule.judge(facts):
        has_reason = finding.weight is Weight.EXCUSABLE and all(
            grid in facts.excused for grid in finding.grids
        )
        (excused if has_reason else still).append(finding)
    return Verdict(rule.code, tuple(still), tuple(excused))


def one_community(facts: PlanFacts) -> Findings:
    """V01: every grid lies in exactly one community, and its code says which."""
    for grid, code in enumerate(facts.codes):
        if not code.startswith(facts.community_code):
            yield Finding("code", {"grid": code, "community": facts.community_code}, grids=(grid,))
    strangers = np.flatnonzero(~facts.of_community)
    if len(strangers):
        yield Finding("cell", {"n": len(strangers)}, cells=tuple(strangers.tolist()))


def closed(facts: PlanFacts) -> Findings:
    """V02: every cell is a closed simple polygon, so unions of cells are."""
    if not facts.cells_valid:
        yield Finding("invalid")


def no_overlap(facts: PlanFacts) -> Findings:
    """V03: cells meet edge to edge and do not overlap."""
    excess = float(facts.area_m2.sum()) - facts.community_area_m2
    if not facts.coverage_valid or excess > AREA_TOLERANCE_M2:
        yield Finding("overlap", {"area_m2": round(max(excess, 0.0), 1)})


def no_gap(facts: PlanFacts) -> Findings:
    """V04: every cell has a grid, and the cells fill the community."""
    without = np.flatnonzero(facts.grid < 0)
    if len(without):
        yield Finding("unassigned", {"n": len(without)}, cells=tuple(without.tolist()))
    lack = facts.community_area_m2 - float(facts.area_m2.sum())
    if lack > AREA_TOLERANCE_M2:
        yield Finding("gap", {"area_m2": round(lack, 1)})
    buildings, households = facts.unplaced
    if buildings:
        said = {"n": buildings, "households": households}
        yield Finding("unplaced", said, weight=Weight.ADVICE)


def contiguous(facts: PlanFacts) -> Findings:
    """V05: every grid is one piece of ground that can be walked through.

    Ground that nothing joins to the rest of the community (an island) and that has too few
    households for a grid of its own may belong to any grid.
    """
    n = len(facts.grid)
    ways = facts.joined & (facts.b >= 0)
    a, b = facts.a[ways], facts.b[ways]
    land = _parts(n, a, b)
    alike = facts.grid[a] == facts.grid[b]
    piece = _parts(n, a[alike], b[alike])
    land_households = np.bincount(land, facts.households, int(land.max(initial=-1)) + 1)
    for grid in range(facts.size):
        yield from _torn(facts, grid, land, piece, land_households)


def _torn(
    facts: PlanFacts, grid: int, land: Ints, piece: Ints, land_households: npt.NDArray[Any]
) -> Findings:
    cells = np.flatnonzero(facts.grid == grid)
    pieces, first, slot = np.unique(piece[cells], return_index=True, return_inverse=True)
    if len(pieces) < 2:
        return
    load = np.bincount(slot, facts.households[cells], len(pieces))
    main = int(np.lexsort((np.bincount(slot), load))[-1])
    lands = land[cells][first]
    for other in (p for p in range(len(pieces)) if p != main):
        apart = np.count_nonzero(lands == lands[other]) == 1
        if apart and land_households[lands[other]] < facts.low:
            continue
        said = {"grid": facts.short(grid), "n": len(pieces), "households": int(load[other])}
        yield Finding(
            "apart" if apart else "torn",
            said,
            cells=tuple(cells[slot == other].tolist()),
            grids=(grid,),
            weight=Weight.EXCUSABLE if apart else Weight.MUST,
        )


def _parts(n: int, a: Ints, b: Ints) -> Ints:
    graph = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def buildings_whole(facts: PlanFacts) -> Findings:
    """V06: at least 99 % of each footprint lies in one grid."""
    for building, grid, share in facts.cut_buildings:
        said = {"building": building, "grid": facts.short(grid), "share": round(100 * share, 1)}
        yield Finding("cut", said, grids=(grid,), weight=Weight.ADVICE)


def in_band(facts: PlanFacts) -> Findings:
    """V07: households of every base grid within the band.

    What no border can cure is advice: one piece of ground that alone is above the band, and a
    community with a single grid.
    """
    inside = facts.grid >= 0
    load = np.bincount(facts.grid[inside], facts.households[inside], facts.size).astype(int)
    for grid in range(facts.size):
        n = int(load[grid])
        if facts.kinds[grid] == GridKind.DEDICATED or facts.low <= n <= facts.high:
            continue
        heaviest = int(facts.households[facts.grid == grid].max(initial=0))
        cured = facts.size > 1 and heaviest <= facts.high
        key, by = ("over", n - facts.high) if n > facts.high else ("under", facts.low - n)
        said = {"grid": facts.short(grid), "n": n, "by": by, "low": facts.low, "high": facts.high}
        weight = Weight.EXCUSABLE if cured else Weight.ADVICE
        yield Finding(key, said, grids=(grid,), weight=weight)


def codes_unique(facts: PlanFacts) -> Findings:
    """V08: no code twice, none that was given up."""
    for grid, code in enumerate(facts.codes):
        if code in facts.codes[:grid]:
            yield Finding("twice", {"code": code}, grids=(grid,))
        if code in facts.given_up:
            yield Finding("given_up", {"code": code}, grids=(grid,))


def has_leader(facts: PlanFacts) -> Findings:
    """V09: every grid has a leader."""
    without = tuple(grid for grid, leader in enumerate(facts.leaders) if not leader)
    if without:
        said = {"grids": [facts.short(grid) for grid in without], "n": len(without)}
        yield Finding("none", said, grids=without, weight=Weight.ADVICE)


def along_lines(facts: PlanFacts) -> Findings:
    """V10: at least half of the border between grids follows a street, river, railway or wall."""
    along, whole = border_along_lines(facts)
    for grid in np.flatnonzero(along < ALONG_LINES * whole).tolist():
        share = round(100 * along[grid] / whole[grid])
        said = {"grid": facts.short(grid), "share": share}
        yield Finding("across", said, grids=(grid,), weight=Weight.ADVICE)


def border_along_lines(facts: PlanFacts) -> tuple[Floats, Floats]:
    """(k,) metres of each grid's border with other grids that follow a line, and all of them."""
    between = (facts.b >= 0) & (facts.grid[facts.a] != facts.grid[facts.b])
    along, whole = np.zeros(facts.size), np.zeros(facts.size)
    for side in (facts.a[between], facts.b[between]):
        grid, metres = facts.grid[side], facts.shared_m[between]
        on_line = metres * (facts.barrier[between] > Barrier.NONE)
        inside = grid >= 0
        whole += np.bincount(grid[inside], metres[inside], facts.size)
        along += np.bincount(grid[inside], on_line[inside], facts.size)
    return along, whole


def measured_in_metres(facts: PlanFacts) -> Findings:
    """V11: the project measures in a metric CRS, areas in m²."""
    if not facts.crs_metric:
        yield Finding("degrees", weight=Weight.ADVICE)


def compact(facts: PlanFacts) -> Findings:
    """V12: compactness 4πA / P² is shown, never enforced: no findings."""
    del facts
    yield from ()


def compactness(facts: PlanFacts) -> Floats:
    """(k,) 4πA / P² of each grid: 1 for a disc, towards 0 for a ribbon; NaN without a border."""
    border = (facts.b < 0) | (facts.grid[facts.a] != facts.grid[facts.b])
    metres = facts.shared_m[border]
    perimeter = np.zeros(facts.size)
    for side in (facts.grid[facts.a[border]], _grid_or_none(facts, facts.b[border])):
        inside = side >= 0
        perimeter += np.bincount(side[inside], metres[inside], facts.size)
    inside = facts.grid >= 0
    area = np.bincount(facts.grid[inside], facts.area_m2[inside], facts.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(perimeter > 0, 4 * np.pi * area / perimeter**2, np.nan)


def _grid_or_none(facts: PlanFacts, cells: Ints) -> Ints:
    return np.where(cells < 0, -1, facts.grid[np.maximum(cells, 0)])


def has_dates(facts: PlanFacts) -> Findings:
    """V13: every grid has a date from which it holds."""
    if facts.effective_from is None:
        yield Finding("none", weight=Weight.ADVICE)


RULES: tuple[Rule, ...] = (
    Rule("V01", one_community),
    Rule("V02", closed),
    Rule("V03", no_overlap),
    Rule("V04", no_gap),
    Rule("V05", contiguous),
    Rule("V06", buildings_whole),
    Rule("V07", in_band),
    Rule("V08", codes_unique),
    Rule("V09", has_leader),
    Rule("V10", along_lines),
    Rule("V11", measured_in_metres),
    Rule("V12", compact),
    Rule("V13", has_dates),
)
