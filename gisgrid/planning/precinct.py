"""Precincts: whole blocks between main roads that hold a whole number of grids.

Ground enclosed by main roads, rivers and railways is a *quarter*. A quarter of 3.04 grids can be
divided into three without crossing a main road, one of 1.35 cannot. Quarters that cannot
stand alone are joined to neighbours until they can: each join costs about one grid that
straddles a road, so the fewest joins are sought, by greedy choice from several random starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from gisgrid.planning.ground import Ground, parts
from gisgrid.planning.problem import Band, Floats, Ints

SLACK = 0.8
"""Share of the band that the mean of a precinct of several grids may use: cells are whole."""

STARTS = 12
"""Random starts of the greedy choice."""


@dataclass(frozen=True, slots=True, eq=False)
class Precincts:
    """Quarter of each unit, precinct of each quarter, and how many grids a precinct has."""

    quarter: Ints
    precinct: Ints
    grids: Ints

    @property
    def of_unit(self) -> Ints:
        """(m,) precinct of each unit."""
        return self.precinct[self.quarter]


def precincts(ground: Ground, count: int, band: Band, seed: int) -> Precincts:
    """Join quarters into precincts that hold whole numbers of grids, `count` in all."""
    inside = ground.barred == 0
    quarter = parts(ground.size, ground.a[inside], ground.b[inside])
    load = np.bincount(quarter, ground.weight).astype(np.float64)
    beside = _beside(ground, quarter, len(load))
    rng = np.random.default_rng(seed)
    mean = max(ground.weight.sum() / count, 1e-9)
    limits = band.low / mean, band.high / mean
    starts = STARTS if len(load) < 1000 else 3
    tries = (_joined(load / mean, beside, limits, rng) for _ in range(starts))
    root = max(tries, key=lambda r: len(np.unique(r)))
    if len(np.unique(root)) > count:  # more precincts than grids: no road can be kept to
        quarter, root = np.zeros_like(quarter), np.zeros(1, np.int64)
        load = load.sum(keepdims=True)
    names, of_quarter = np.unique(root, return_inverse=True)
    share = np.bincount(of_quarter, load / mean, len(names)).astype(np.float64)
    size = np.bincount(of_quarter[quarter], minlength=len(names))
    return Precincts(quarter, of_quarter, apportioned(share, size, count))


def _beside(ground: Ground, quarter: Ints, many: int) -> list[set[int]]:
    beside: list[set[int]] = [set() for _ in range(many)]
    pairs = np.unique(np.c_[quarter[ground.a], quarter[ground.b]], axis=0)
    for a, b in pairs[pairs[:, 0] != pairs[:, 1]].tolist():
        beside[a].add(b)
        beside[b].add(a)
    return beside


def lacking(share: float, limits: tuple[float, float]) -> float:
    """How far `share` (in grids) is from holding a whole number of grids; 0 if it does.

    >>> lacking(3.04, (0.9, 1.1))
    0.0
    >>> round(lacking(1.35, (0.9, 1.1)), 2), lacking(0.0, (0.9, 1.1))
    (0.25, 0.9)
    """
    worst = 9.0
    for m in {max(1, floor(share)), max(1, ceil(share))}:
        slack = 1.0 if m == 1 else SLACK
        low, high = 1 - (1 - limits[0]) * slack, 1 + (limits[1] - 1) * slack
        worst = min(worst, max(0.0, low * m - share, share - high * m))
    return worst


@dataclass(frozen=True, slots=True, eq=False)
class _Map:
    """Quarters while they are joined: share (in grids), what it lacks, and neighbours."""

    share: dict[int, float]
    lack: dict[int, float]
    near: list[set[int]]
    limits: tuple[float, float]


def _joined(
    share: Floats, beside: list[set[int]], limits: tuple[float, float], rng: np.random.Generator
) -> Ints:
    """Join each quarter that lacks with the neighbour that cures most; returns roots."""
    size = dict(enumerate(share.tolist()))
    lack = {q: lacking(s, limits) for q, s in size.items()}
    chart = _Map(size, lack, [set(s) for s in beside], limits)
    root = np.arange(len(share))
    best = {q: _best_join(q, chart) for q, missing in lack.items() if missing > 0}
    best = {q: join for q, join in best.items() if join[1] != q}
    while best:
        top = max(cure for cure, _ in best.values())
        q = int(rng.choice([q for q, (cure, _) in best.items() if cure >= top - 0.15]))
        other = best[q][1]
        _join(chart, q, other)
        root[root == other] = q
        best.pop(other, None)
        for x in (q, *chart.near[q]):
            best.pop(x, None)
            if chart.lack[x] > 0 and chart.near[x]:
                best[x] = _best_join(x, chart)
    return root


def _best_join(q: int, chart: _Map) -> tuple[float, int]:
    """(cure, neighbour): two cured are best, then one, then what is least lacking."""
    best = (-np.inf, q)
    for other in sorted(chart.near[q]):
        both = chart.share[q] + chart.share[other]
        left = lacking(both, chart.limits)
        cured = (1 + (chart.lack[other] > 0)) if left == 0 else 0
        cure = cured + 0.3 * (chart.lack[q] + chart.lack[other] - left) - 0.02 * both
        best = max(best, (cure, other))
    return best


def _join(chart: _Map, q: int, other: int) -> None:
    """Make `other` part of `q`."""
    chart.share[q] += chart.share.pop(other)
    chart.lack[q] = lacking(chart.share[q], chart.limits)
    del chart.lack[other]
    for x in chart.near[other]:
        chart.near[x].discard(other)
        if x != q:
            chart.near[x].add(q)
            chart.near[q].add(x)


def apportioned(share: Floats, room: Ints, count: int) -> Ints:
    """`count` grids given to precincts, each at least 1 and at most `room`, nearest to `share`."""
    grids = np.clip(np.rint(share).astype(np.int64), 1, room)
    while (missing := count - int(grids.sum())) != 0:
        step = 1 if missing > 0 else -1
        after = grids + step
        fits = (after >= 1) & (after <= room)
        if not fits.any():
            break
        after = np.maximum(after, 1)
        worse = after * (share / after - 1) ** 2 - grids * (share / grids - 1) ** 2
        worse[~fits] = np.inf
        grids[int(worse.argmin())] += step
    return grids
