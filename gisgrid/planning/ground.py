"""From a problem to the units the search moves: groups merged, islands tied, walls cut.

A *unit* is what moves as one: a cell, or the cells of a group. Pieces of ground with no
joined border to the rest are *islands*: a small one is tied to the nearest ground by a link
of no length, so that it has a grid, and is named as an exception.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from gisgrid.planning.kernel import Net
from gisgrid.planning.problem import Bools, Floats, Ints, Problem, Reason

ROAD = 2
"""From this barrier class on, a grid with both sides of it straddles (`Barrier.ROAD`)."""

EASE = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.8])
"""Price of a metre of border by barrier class: borders are drawn to streets, rivers, walls."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Units and the borders between them, each pair of units once.

    Attributes
    ----------
    unit
        (n,) unit of each cell.
    weight, xy
        (m,) households, (m, 2) middles in metres of each unit.
    a, b, shared_m, cost_m, barred
        (p,) pairs of units, their border, its price, and how many of it are main barriers.
    links
        (l, 2) cells tied together although they have no border: how islands hang on.
    reasons
        Islands and groups in pieces.
    side_m
        Median border between two units: the unit of length of the search.
    """

    unit: Ints
    weight: Ints
    xy: Floats
    a: Ints
    b: Ints
    shared_m: Floats
    cost_m: Floats
    barred: Floats
    links: Ints
    reasons: tuple[Reason, ...]
    side_m: float

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.weight)


def survey(problem: Problem) -> Ground:
    """The ground of `problem`, connected: what the search works on."""
    n = len(problem.weight)
    joined = np.ones(len(problem.a), bool) if problem.joined is None else problem.joined
    a, b = problem.a[joined], problem.b[joined]
    xy = problem.xy if problem.xy is not None else _drawn_coordinates(n, a, b)
    links, islands = _tie_islands(problem, a, b, xy)
    unit, torn = _merge_groups(problem, a, b)
    pairs = _merge_pairs(problem, joined, unit, links)
    m = int(unit.max()) + 1
    weight = np.bincount(unit, problem.weight, m).astype(np.int64)
    count = np.bincount(unit, minlength=m)
    middle = np.c_[np.bincount(unit, xy[:, 0], m), np.bincount(unit, xy[:, 1], m)] / count[:, None]
    lengths = pairs[2][pairs[2] > 0]
    side_m = float(np.median(lengths)) if len(lengths) else 1.0
    return Ground(unit, weight, middle, *pairs, links, islands + torn, side_m)


def parts(n: int, a: Ints, b: Ints) -> Ints:
    """(n,) number of the connected piece each node is in."""
    graph = sp.coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _drawn_coordinates(n: int, a: Ints, b: Ints) -> Floats:
    """Coordinates for a graph without any: steps from two far-apart nodes."""
    graph = sp.coo_matrix((np.ones(len(a)), (a, b)), shape=(n, n)).tocsr()
    first = _steps(graph, 0)
    west = int(first.argmax())
    x = _steps(graph, west)
    east = int(x.argmax())
    y = _steps(graph, int(np.argmin(np.abs(x - _steps(graph, east)) - 0.1 * x)))
    return np.column_stack([x, y])


def _steps(graph: sp.csr_matrix[np.float64], origin: int) -> Floats:
    distance = dijkstra(graph, directed=False, indices=np.array([origin]), unweighted=True)[0]
    distance[~np.isfinite(distance)] = -1.0
    return np.asarray(distance, dtype=np.float64)


def _tie_islands(problem: Problem, a: Ints, b: Ints, xy: Floats) -> tuple[Ints, tuple[Reason, ...]]:
    """Links (l, 2) that tie each piece to a bigger one, and a reason for each island."""
    piece = parts(len(xy), a, b)
    count = int(piece.max()) + 1
    load = np.bincount(piece, problem.weight, count)
    order = np.lexsort((np.bincount(piece), load))[::-1]
    links, reasons = [], []
    tied = piece == order[0]
    for island in order[1:]:
        cells = np.flatnonzero(piece == island)
        links.append(_nearest(problem, xy, cells, np.flatnonzero(tied)))
        tied[cells] = True
        facts = {"households": int(load[island]), "count": len(cells)}
        reasons.append(Reason("island", tuple(cells.tolist()), (), facts))
    return np.array(links, np.int64).reshape(-1, 2), tuple(reasons)


def _nearest(problem: Problem, xy: Floats, cells: Ints, others: Ints) -> tuple[int, int]:
    """The closest pair of a cell of `cells` and one of `others`, of one grid now if there is."""
    if problem.current is not None:
        mine = np.isin(problem.current[others], problem.current[cells])
        mine &= problem.current[others] >= 0
        others = others[mine] if mine.any() else others
        same = np.isin(problem.current[cells], problem.current[others])
        cells = cells[same] if mine.any() and same.any() else cells
    near = cKDTree(xy[others]).query(xy[cells])
    distance, which = np.asarray(near[0]), np.asarray(near[1])
    i = int(np.argmin(distance))
    return int(cells[i]), int(others[which[i]])


def _merge_groups(problem: Problem, a: Ints, b: Ints) -> tuple[Ints, tuple[Reason, ...]]:
    """Unit of each cell: the connected pieces of each group, and single cells."""
    n = len(problem.weight)
    if problem.group is None or (problem.group < 0).all():
        return np.arange(n, dtype=np.int64), ()
    group = problem.group
    together = (group[a] >= 0) & (group[a] == group[b])
    unit = parts(n, a[together], b[together])
    reasons = []
    pairs = np.unique(np.c_[group, unit][group >= 0], axis=0)
    names, pieces = np.unique(pairs[:, 0], return_counts=True)
    for name, many in zip(names[pieces > 1], pieces[pieces > 1], strict=True):
        cells = tuple(np.flatnonzero(group == name).tolist())
        facts = {"group": int(name), "pieces": int(many)}
        reasons.append(Reason("group_in_pieces", cells, (), facts))
    return unit, tuple(reasons)


def _merge_pairs(
    problem: Problem, joined: Bools, unit: Ints, links: Ints
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Borders between units, summed; links come in with no length."""
    a = np.r_[unit[problem.a[joined]], unit[links[:, 0]]]
    b = np.r_[unit[problem.b[joined]], unit[links[:, 1]]]
    none = np.zeros(len(links))
    metres = np.r_[problem.shared_m[joined].astype(np.float64), none]
    barrier = np.clip(np.r_[problem.barrier[joined], none].astype(np.int64), 0, 5)
    m = int(unit.max()) + 1
    low, high = np.minimum(a, b), np.maximum(a, b)
    apart = low != high
    keys, slot = np.unique(low[apart] * m + high[apart], return_inverse=True)
    shared, cost, barred = (
        np.bincount(slot, values[apart], len(keys)).astype(np.float64)
        for values in (metres, metres * EASE[barrier], (barrier >= ROAD).astype(np.float64))
    )
    return np.asarray(keys // m), np.asarray(keys % m), shared, cost, barred


def net_of(ground: Ground) -> Net:
    """Compressed rows of `ground`; border prices in units of `side_m`."""
    m = ground.size
    rows = np.r_[ground.a, ground.b]
    order = np.argsort(rows, kind="stable")
    start = np.zeros(m + 1, np.int32)
    start[1:] = np.cumsum(np.bincount(rows, minlength=m))
    twice = np.r_[ground.cost_m, ground.cost_m] / ground.side_m
    near = np.r_[ground.b, ground.a].astype(np.int32)
    return Net(start, near[order], twice[order], np.r_[ground.barred, ground.barred][order])
