"""Small regions taken out, melted, cooled and put back if better: what plain cooling leaves.

A region is a grid and a few of its neighbours. Its units are annealed apart from the rest:
borders to other grids are cut whatever happens inside, so the comparison is exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gisgrid.planning.jit import compiled
from gisgrid.planning.kernel import (
    Board,
    Net,
    Schedule,
    Terms,
    anneal,
    below,
    outside_price,
    straddles,
)


class Region(NamedTuple):
    """Units of some grids: a net and board of their own, and the numbers they have outside."""

    units: npt.NDArray[np.int32]
    grids: npt.NDArray[np.int32]
    net: Net
    board: Board


@compiled
def energy(net: Net, board: Board, terms: Terms, price: float) -> float:
    """The goal's value: borders, households out of band, straddling, households moved."""
    total = 0.0
    for u in range(len(board.grid)):
        g = board.grid[u]
        for j in range(net.start[u], net.start[u + 1]):
            if board.grid[net.near[j]] != g:
                total += 0.5 * terms.cut * net.cost[j]
        if terms.move > 0 and board.home[u] != g:
            total += terms.move * board.weight[u] * terms.scale + terms.touch
    for g in range(len(board.load)):
        total += price * outside_price(board.load[g], terms)
        total += terms.straddle * straddles(board.inner[g])
    return total


@compiled
def _chosen(
    net: Net, board: Board, first: int, many: np.int64, random: npt.NDArray[np.uint64]
) -> npt.NDArray[np.int32]:
    """`first` and up to `many` - 1 open grids around it, found by stepping over rims at random."""
    grids = np.empty(many, np.int32)
    grids[0] = first
    found = 1
    members = np.flatnonzero(board.grid == first)
    for _ in range(8 * many):
        if found == many:
            break
        u = members[below(random, len(members))]
        j = net.start[u] + below(random, max(1, net.start[u + 1] - net.start[u]))
        if j >= net.start[u + 1]:
            continue
        h = board.grid[net.near[j]]
        known = not board.open[h]
        for i in range(found):
            known = known or grids[i] == h
        if not known:
            grids[found] = h
            found += 1
            if below(random, 2) == 0:
                members = np.flatnonzero(board.grid == h)
    return grids[:found]


@compiled
def _cut_out(net: Net, board: Board, grids: npt.NDArray[np.int32]) -> Region:
    """The units of `grids` as a problem of their own."""
    name = np.full(len(board.load), -1, np.int32)
    for i in range(len(grids)):
        name[grids[i]] = i
    units = np.flatnonzero(name[board.grid] >= 0).astype(np.int32)
    inside = np.full(len(board.grid), -1, np.int32)
    slots = 0
    for i in range(len(units)):
        inside[units[i]] = i
        slots += net.start[units[i] + 1] - net.start[units[i]]
    start = np.zeros(len(units) + 1, np.int32)
    near = np.empty(slots, np.int32)
    cost = np.empty(slots)
    barred = np.empty(slots)
    filled = 0
    for i in range(len(units)):
        for j in range(net.start[units[i]], net.start[units[i] + 1]):
            v = inside[net.near[j]]
            if v >= 0:
                near[filled] = v
                cost[filled] = net.cost[j]
                barred[filled] = net.barred[j]
                filled += 1
        start[i + 1] = filled
    local = Net(start, near[:filled], cost[:filled], barred[:filled])
    return Region(units, grids, local, _local_board(board, units, grids, name))


@compiled
def _local_board(
    board: Board,
    units: npt.NDArray[np.int32],
    grids: npt.NDArray[np.int32],
    name: npt.NDArray[np.int32],
) -> Board:
    home = np.full(len(units), -1, np.int32)
    for i in range(len(units)):
        if board.home[units[i]] >= 0:
            home[i] = name[board.home[units[i]]]
    return Board(
        name[board.grid[units]],
        home,
        board.weight[units],
        board.free[units],
        board.open[grids],
        board.load[grids],
        board.size[grids],
        board.inner[grids],
    )


@compiled
def _put_back(board: Board, region: Region) -> None:
    for i in range(len(region.units)):
        board.grid[region.units[i]] = region.grids[region.board.grid[i]]
    for i in range(len(region.grids)):
        board.load[region.grids[i]] = region.board.load[i]
        board.size[region.grids[i]] = region.board.size[i]
        board.inner[region.grids[i]] = region.board.inner[i]


@compiled
def rework(
    net: Net, board: Board, terms: Terms, schedule: Schedule, turn: npt.NDArray[np.int64]
) -> int:
    """Melt and cool a region around each grid of `turn`; returns how many became better.

    `schedule.steps` is for each unit of the region.
    """
    better = 0
    random = np.array([np.uint64(schedule.seed) * np.uint64(6364136223846793005) + np.uint64(11)])
    for i in range(len(turn)):
        if not board.open[turn[i]]:
            continue
        grids = _chosen(net, board, turn[i], 2 + below(random, 3), random)
        if len(grids) < 2:
            continue
        region = _cut_out(net, board, grids)
        before = energy(region.net, region.board, terms, schedule.price_end)
        apart = Schedule(
            schedule.steps * len(region.units),
            schedule.hot,
            schedule.cold,
            schedule.price,
            schedule.price_end,
            schedule.seed * 7919 + i,
        )
        anneal(region.net, region.board, terms, apart)
        if energy(region.net, region.board, terms, schedule.price_end) < before - 1e-9:
            _put_back(board, region)
            better += 1
    return better
