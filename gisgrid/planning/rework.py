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
def energy(net: Net, board: Board, terms: Terms) -> float:
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
        total += terms.firm * outside_price(board.load[g], terms)
        total += terms.straddle * straddles(board.inner[g])
    return total


class Desk(NamedTuple):
    """Where regions are laid out: a unit of each grid, each unit's place, each grid's, a list."""

    anchor: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    name: npt.NDArray[np.int32]
    units: npt.NDArray[np.int32]


@compiled
def _desk(board: Board) -> Desk:
    n, k = len(board.grid), len(board.load)
    anchor = np.empty(k, np.int32)
    for u in range(n):
        anchor[board.grid[u]] = u
    return Desk(anchor, np.full(n, -1, np.int32), np.full(k, -1, np.int32), np.empty(n, np.int32))


@compiled
def _gather(net: Net, board: Board, desk: Desk, first: int, filled: int) -> int:
    """List the units of the grid of `first`, which is one piece; returns the list's length."""
    desk.units[filled] = first
    desk.place[first] = filled
    head = filled
    filled += 1
    while head < filled:
        u = desk.units[head]
        head += 1
        for j in range(net.start[u], net.start[u + 1]):
            v = net.near[j]
            if desk.place[v] < 0 and board.grid[v] == board.grid[first]:
                desk.units[filled] = v
                desk.place[v] = filled
                filled += 1
    return filled


@compiled
def _cut_out(
    net: Net, board: Board, desk: Desk, turn: tuple[int, int], random: npt.NDArray[np.uint64]
) -> Region:
    """Grid `turn[0]` and others, `turn[1]` in all at most, found by stepping over rims."""
    first = turn[0]
    many = 2 + below(random, turn[1] - 1)
    grids = np.empty(many, np.int32)
    grids[0] = first
    desk.name[first] = 0
    found = 1
    filled = _gather(net, board, desk, desk.anchor[first], 0)
    for _ in range(40 * many):
        u = desk.units[below(random, filled)]
        j = net.start[u] + below(random, max(1, net.start[u + 1] - net.start[u]))
        if found == many or j >= net.start[u + 1]:
            continue
        h = board.grid[net.near[j]]
        if desk.name[h] < 0 and board.open[h]:
            grids[found] = h
            desk.name[h] = found
            found += 1
            filled = _gather(net, board, desk, net.near[j], filled)
    units = desk.units[:filled].copy()
    local = _local_net(net, desk, units)
    region = Region(
        units, grids[:found], local, _local_board(board, units, grids[:found], desk.name)
    )
    desk.place[units] = -1
    desk.name[grids[:found]] = -1
    return region


@compiled
def _local_net(net: Net, desk: Desk, units: npt.NDArray[np.int32]) -> Net:
    slots = 0
    for i in range(len(units)):
        slots += net.start[units[i] + 1] - net.start[units[i]]
    start = np.zeros(len(units) + 1, np.int32)
    near = np.empty(slots, np.int32)
    cost = np.empty(slots)
    barred = np.empty(slots)
    filled = 0
    for i in range(len(units)):
        for j in range(net.start[units[i]], net.start[units[i] + 1]):
            v = desk.place[net.near[j]]
            if v >= 0:
                near[filled] = v
                cost[filled] = net.cost[j]
                barred[filled] = net.barred[j]
                filled += 1
        start[i + 1] = filled
    return Net(start, near[:filled], cost[:filled], barred[:filled])


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
def _put_back(board: Board, desk: Desk, region: Region) -> None:
    for i in range(len(region.units)):
        g = region.grids[region.board.grid[i]]
        board.grid[region.units[i]] = g
        desk.anchor[g] = region.units[i]
    for i in range(len(region.grids)):
        board.load[region.grids[i]] = region.board.load[i]
        board.size[region.grids[i]] = region.board.size[i]
        board.inner[region.grids[i]] = region.board.inner[i]


@compiled
def rework(
    net: Net, board: Board, terms: Terms, schedule: Schedule, turns: npt.NDArray[np.int64]
) -> int:
    """Melt and cool a region for each row (grid, most grids) of `turns`; returns how many improved.

    `schedule.steps` is for each unit of the region.
    """
    better = 0
    random = np.array([np.uint64(schedule.seed) * np.uint64(6364136223846793005) + np.uint64(11)])
    desk = _desk(board)
    for i in range(len(turns)):
        if not board.open[turns[i, 0]]:
            continue
        region = _cut_out(net, board, desk, (turns[i, 0], turns[i, 1]), random)
        if len(region.grids) < 2:
            continue
        before = energy(region.net, region.board, terms)
        apart = Schedule(
            schedule.steps * len(region.units),
            schedule.hot,
            schedule.cold,
            schedule.price,
            schedule.price_end,
            schedule.seed * 7919 + i,
        )
        anneal(region.net, region.board, terms, apart)
        if energy(region.net, region.board, terms) < before - 1e-9:
            _put_back(board, desk, region)
            better += 1
    return better
