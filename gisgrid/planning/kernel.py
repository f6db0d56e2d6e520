"""The inner loop: annealed moves of single units that never break a grid.

Everything here is compiled. A *unit* is a cell, or cells that move together. A move takes a
unit of a grid's rim to a neighbouring grid; it is accepted by Metropolis' rule and only if
what stays behind is one piece, so every state the search passes is a valid plan.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gisgrid.planning.jit import compiled


class Net(NamedTuple):
    """Neighbours of each unit, in compressed rows."""

    start: npt.NDArray[np.int32]
    near: npt.NDArray[np.int32]
    cost: npt.NDArray[np.float64]
    barred: npt.NDArray[np.float64]


class Board(NamedTuple):
    """The plan being worked on, and what is summed over it."""

    grid: npt.NDArray[np.int32]
    home: npt.NDArray[np.int32]
    weight: npt.NDArray[np.float64]
    free: npt.NDArray[np.bool_]
    open: npt.NDArray[np.bool_]
    load: npt.NDArray[np.float64]
    size: npt.NDArray[np.int64]
    inner: npt.NDArray[np.float64]


class Terms(NamedTuple):
    """Weights of the goal; lengths in median borders, households in 1/400 of a grid.

    `firm` is the price of a household out of band when two finished plans are compared.
    """

    low: float
    high: float
    scale: float
    cut: float
    straddle: float
    move: float
    touch: float
    firm: float


class Schedule(NamedTuple):
    """Temperature and the price of a household out of band, both geometric over `steps`."""

    steps: int
    hot: float
    cold: float
    price: float
    price_end: float
    seed: int


class Rim(NamedTuple):
    """Units with a neighbour in another grid: a list, each unit's place in it, its length."""

    line: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    foreign: npt.NDArray[np.int32]
    length: npt.NDArray[np.int64]


class Scratch(NamedTuple):
    """Memory of the connectivity test and of the random numbers."""

    stamp: npt.NDArray[np.int64]
    queue: npt.NDArray[np.int32]
    clock: npt.NDArray[np.int64]
    random: npt.NDArray[np.uint64]


@compiled
def _draw(state: npt.NDArray[np.uint64]) -> np.uint64:
    """Xorshift: 32 random bits, after Marsaglia (2003)."""
    s = state[0]
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    state[0] = s
    high: np.uint64 = s >> np.uint64(32)
    return high


@compiled
def below(state: npt.NDArray[np.uint64], limit: int) -> np.int64:
    """A random whole number from 0 to `limit` - 1."""
    return np.int64((_draw(state) * np.uint64(limit)) >> np.uint64(32))


@compiled
def _enter(rim: Rim, unit: int) -> None:
    rim.place[unit] = rim.length[0]
    rim.line[rim.length[0]] = unit
    rim.length[0] += 1


@compiled
def _leave(rim: Rim, unit: int) -> None:
    rim.length[0] -= 1
    last = rim.line[rim.length[0]]
    rim.line[rim.place[unit]] = last
    rim.place[last] = rim.place[unit]
    rim.place[unit] = -1


@compiled
def _build_rim(net: Net, board: Board) -> Rim:
    n = len(board.grid)
    rim = Rim(
        np.empty(n, np.int32),
        np.full(n, -1, np.int32),
        np.zeros(n, np.int32),
        np.zeros(1, np.int64),
    )
    for u in range(n):
        for j in range(net.start[u], net.start[u + 1]):
            if board.grid[net.near[j]] != board.grid[u]:
                rim.foreign[u] += 1
        if rim.foreign[u] > 0 and board.free[u]:
            _enter(rim, u)
    return rim


@compiled
def outside_price(load: float, terms: Terms) -> float:
    """Households out of band, growing faster than linearly so that no grid is left far out."""
    out = max(0.0, load - terms.high, terms.low - load) * terms.scale
    return out * (1.0 + out * 0.01)


@compiled
def straddles(inner: float) -> float:
    """0 with no barrier inside, towards 1 with many; concave, so that the last one counts."""
    return inner / (inner + 2.0)


@compiled
def _gain(net: Net, board: Board, terms: Terms, price: float, move: tuple[int, int]) -> float:
    """How much worse the plan gets by `move`: (unit, the grid it goes to)."""
    u, h = move
    g = board.grid[u]
    cut = 0.0
    barred_g = 0.0
    barred_h = 0.0
    for j in range(net.start[u], net.start[u + 1]):
        other = board.grid[net.near[j]]
        if other == g:
            cut += net.cost[j]
            barred_g += net.barred[j]
        elif other == h:
            cut -= net.cost[j]
            barred_h += net.barred[j]
    w = board.weight[u]
    worse = terms.cut * cut
    worse += price * (
        outside_price(board.load[g] - w, terms)
        - outside_price(board.load[g], terms)
        + outside_price(board.load[h] + w, terms)
        - outside_price(board.load[h], terms)
    )
    if barred_g + barred_h > 0:
        worse += terms.straddle * (
            straddles(board.inner[g] - barred_g)
            - straddles(board.inner[g])
            + straddles(board.inner[h] + barred_h)
            - straddles(board.inner[h])
        )
    if terms.move > 0:
        toll = terms.move * w * terms.scale + terms.touch
        if board.home[u] == g:
            worse += toll
        elif board.home[u] == h:
            worse -= toll
    return worse


@compiled
def _stays_whole(net: Net, grid: npt.NDArray[np.int32], scratch: Scratch, u: int) -> bool:
    """Whether the grid of `u` is still one piece without `u`; searches outward from one side."""
    g = grid[u]
    stamp, queue = scratch.stamp, scratch.queue
    scratch.clock[0] += 2
    wanted = scratch.clock[0]
    seen = wanted + 1
    missing = 0
    first = -1
    for j in range(net.start[u], net.start[u + 1]):
        v = net.near[j]
        if grid[v] == g and stamp[v] != wanted:
            stamp[v] = wanted
            missing += 1
            first = v
    if missing == 0:
        return False
    stamp[u] = seen
    stamp[first] = seen
    missing -= 1
    queue[0] = first
    head = 0
    tail = 1
    while head < tail and missing > 0:
        x = queue[head]
        head += 1
        for j in range(net.start[x], net.start[x + 1]):
            v = net.near[j]
            if grid[v] == g and stamp[v] != seen:
                if stamp[v] == wanted:
                    missing -= 1
                stamp[v] = seen
                queue[tail] = v
                tail += 1
    return missing == 0


@compiled
def _move(net: Net, board: Board, rim: Rim, u: int, h: int) -> None:
    """Take unit `u` to grid `h` and keep every sum."""
    g = board.grid[u]
    foreign = 0
    for j in range(net.start[u], net.start[u + 1]):
        v = net.near[j]
        other = board.grid[v]
        if other == g:
            board.inner[g] -= net.barred[j]
            rim.foreign[v] += 1
            if rim.foreign[v] == 1 and board.free[v]:
                _enter(rim, v)
        if other == h:
            board.inner[h] += net.barred[j]
            rim.foreign[v] -= 1
            if rim.foreign[v] == 0 and board.free[v]:
                _leave(rim, v)
        else:
            foreign += 1
    rim.foreign[u] = foreign
    if foreign == 0:
        _leave(rim, u)
    board.grid[u] = h
    board.load[g] -= board.weight[u]
    board.load[h] += board.weight[u]
    board.size[g] -= 1
    board.size[h] += 1


@compiled
def anneal(net: Net, board: Board, terms: Terms, schedule: Schedule) -> int:
    """Improve `board` in place; returns the number of moves made."""
    n = len(board.grid)
    rim = _build_rim(net, board)
    scratch = Scratch(
        np.zeros(n, np.int64),
        np.empty(n, np.int32),
        np.zeros(1, np.int64),
        np.array([np.uint64(schedule.seed) * np.uint64(2654435761) + np.uint64(88172645463325252)]),
    )
    rounds = max(1, schedule.steps // 1024)
    cooling = (schedule.cold / schedule.hot) ** (1.0 / rounds)
    rising = (schedule.price_end / schedule.price) ** (1.0 / rounds)
    heat = schedule.hot
    price = schedule.price
    made = 0
    for step in range(schedule.steps):
        if step & 1023 == 1023:
            heat *= cooling
            price *= rising
        if rim.length[0] == 0:
            break
        u = rim.line[below(scratch.random, rim.length[0])]
        first = net.start[u]
        h = board.grid[net.near[first + below(scratch.random, net.start[u + 1] - first)]]
        g = board.grid[u]
        if h == g or not board.open[h] or board.size[g] == 1:
            continue
        worse = _gain(net, board, terms, price, (u, h))
        if worse > 16.0 * heat or (
            worse > 0 and np.float64(_draw(scratch.random)) >= 4294967296.0 * exp(-worse / heat)
        ):
            continue
        if not _stays_whole(net, board.grid, scratch, u):
            continue
        _move(net, board, rim, u, h)
        made += 1
    return made
