"""The first layout of grids in precincts: whole grids inside quarters, one across each join.

The quarters of a precinct hang together as a tree. From the leaves inward, each quarter is
divided into whole grids as far as it goes; what is left over lies at the border to the next
quarter and is filled up there to the one grid that straddles the road between them.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from gisgrid.planning.ground import Ground
from gisgrid.planning.precinct import Precincts
from gisgrid.planning.problem import Ints
from gisgrid.planning.seed import bisect

CRUMB = 0.12
"""A rest below this share of a grid is spread over the whole grids of its quarter."""


def laid_out(ground: Ground, plan: Precincts) -> Ints:
    """Grid of each unit; grids may be in pieces (`seed.mended` joins them)."""
    part = np.full(ground.size, -1, np.int64)
    first = 0
    of_unit = plan.of_unit
    for precinct, grids in enumerate(plan.grids.tolist()):
        units = np.flatnonzero(of_unit == precinct)
        part[units] = _divided(ground, plan, units, grids) + first
        first += grids
    return part


def _divided(ground: Ground, plan: Precincts, units: Ints, grids: int) -> Ints:
    """Grids 0..grids-1 of the `units` of one precinct."""
    quarters = np.unique(plan.quarter[units])
    if len(quarters) == 1 or grids == 1:
        return bisect(ground, grids, units=units)[units]
    part = np.full(ground.size, -2, np.int64)
    part[units] = -1
    mean = float(ground.weight[units].sum()) / grids
    given = 0
    for child, parent in _inward(ground, plan, quarters):
        given += _peel(ground, plan, part, (child, parent, given, grids - 1, mean))
    left = units[part[units] < 0]
    if len(left) < grids - given:
        return bisect(ground, grids, units=units)[units]
    part[left] = bisect(ground, grids - given, units=left)[left] + given
    return part[units]


def _inward(ground: Ground, plan: Precincts, quarters: Ints) -> list[tuple[int, int]]:
    """Pairs (quarter, the next one inward), leaves first, along the longest common borders."""
    name = np.full(int(plan.quarter.max()) + 1, -1, np.int64)
    name[quarters] = np.arange(len(quarters))
    a, b = name[plan.quarter[ground.a]], name[plan.quarter[ground.b]]
    use = (a >= 0) & (b >= 0) & (a != b)
    shape = (len(quarters), len(quarters))
    metres = sp.coo_matrix((ground.shared_m[use] + 1e-3, (a[use], b[use])), shape=shape).tocsr()
    metres = metres + metres.T
    metres.data = 1.0 / metres.data
    tree = minimum_spanning_tree(metres)
    load = np.bincount(plan.quarter, ground.weight)[quarters]
    order, before = breadth_first_order(tree, int(load.argmax()), directed=False)
    return [(int(quarters[q]), int(quarters[before[q]])) for q in order[:0:-1]]


def _peel(
    ground: Ground, plan: Precincts, part: Ints, step: tuple[int, int, int, int, float]
) -> int:
    """Divide what is left of a quarter, its rest filled up from the next; returns grids given."""
    child, parent, first, most, mean = step
    left = np.flatnonzero((plan.quarter == child) & (part == -1))
    beyond = np.flatnonzero((plan.quarter == parent) & (part == -1))
    share = float(ground.weight[left].sum()) / mean if len(left) else 0.0
    whole = min(int(share + CRUMB), most - first)
    rest = share - whole
    near = _from_border(ground, left, beyond)
    kept = near[_reached(ground, near, rest * mean) :] if rest > CRUMB else near
    if whole and len(kept) >= whole:
        part[kept] = bisect(ground, whole, units=kept)[kept] + first
        near = near[: len(near) - len(kept)]
    else:
        whole = 0
    if len(near) == 0 or first + whole >= most:
        return whole
    missing = mean - float(ground.weight[near].sum())
    across = _from_border(ground, beyond, near)
    across = across[: _reached(ground, across, missing)]
    if ground.weight[near].sum() + ground.weight[across].sum() < mean / 2:
        return whole  # a quarter of parks beside another: it waits for what is left in the end
    part[near] = part[across] = first + whole
    return whole + 1


def _reached(ground: Ground, units: Ints, load: float) -> int:
    """How many of `units`, in order, come nearest to `load`."""
    running = np.r_[0, np.cumsum(ground.weight[units])]
    return int(np.abs(running - load).argmin())


def _from_border(ground: Ground, units: Ints, others: Ints) -> Ints:
    """`units` by distance from the middle of their border to `others`."""
    side = np.zeros(ground.size, np.int8)
    side[units], side[others] = 1, 2
    touch = (side[ground.a] + side[ground.b] == 3) & (side[ground.a] != side[ground.b])
    if touch.any():
        middle = (ground.xy[ground.a[touch]] + ground.xy[ground.b[touch]]).mean(axis=0) / 2
    else:
        middle = ground.xy[others].mean(axis=0) if len(others) else ground.xy.mean(axis=0)
    return units[np.argsort(((ground.xy[units] - middle) ** 2).sum(axis=1), kind="stable")]
