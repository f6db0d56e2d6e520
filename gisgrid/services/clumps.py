"""Clumps: small blocks joined to the ground beside them, before communities are made of them.

Parks, squares and the land between two walls hold nobody; a district has thousands of them. Joined
to the block beside them, across the weakest border, they leave a few hundred pieces of like weight.
"""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd

from gisgrid.geo.edges import Ints


def clumps(weight: Ints, pairs: pd.DataFrame, *, least: int) -> Ints:
    """Clump of each piece of ground, numbered from 0; each weighs `least` or more where it can.

    Parameters
    ----------
    weight
        (n,) households of each piece.
    pairs
        Neighbours as `geo.adjacency.neighbours` gives them; only `joined` ones are crossed.
    least
        A clump that weighs less joins a neighbour, the lightest first: across the weakest border,
        there to a light one before a heavy one, there across the longest border.

    >>> chain = pd.DataFrame({"a": [0, 1], "b": [1, 2], "shared_m": [9.0, 9.0],
    ...                       "barrier": [2, 1], "joined": [True, True]})
    >>> clumps(np.array([50, 0, 40]), chain, least=30)
    array([0, 1, 1])
    """
    beside = _beside(len(weight), pairs)
    load, lead = weight.astype(np.int64), np.arange(len(weight))
    queue = [(int(load[i]), i) for i in range(len(load)) if load[i] < least]
    heapq.heapify(queue)
    while queue:
        was, i = heapq.heappop(queue)
        if lead[i] != i or load[i] != was or not beside[i]:
            continue
        j = min(
            (barrier, bool(load[other] >= 2 * least), -metres, other)
            for other, (barrier, metres) in beside[i].items()
        )[-1]
        _merge(i, j, beside)
        lead[i], load[j] = j, load[j] + was
        if load[j] < least:
            heapq.heappush(queue, (int(load[j]), j))
    return np.unique([_root(lead, i) for i in range(len(lead))], return_inverse=True)[1]


def _beside(count: int, pairs: pd.DataFrame) -> list[dict[int, tuple[int, float]]]:
    """The joined neighbours of each piece, with barrier and shared metres."""
    beside: list[dict[int, tuple[int, float]]] = [{} for _ in range(count)]
    joined = pairs[pairs["joined"]]
    columns = [joined[name].tolist() for name in ("a", "b", "barrier", "shared_m")]
    for a, b, barrier, metres in zip(*columns, strict=True):
        beside[a][b] = beside[b][a] = (barrier, metres)
    return beside


def _merge(i: int, j: int, beside: list[dict[int, tuple[int, float]]]) -> None:
    """Give the neighbours of `i` to `j`; borders with the same neighbour are added up."""
    for other, (barrier, metres) in beside[i].items():
        del beside[other][i]
        if other == j:
            continue
        known = beside[j].get(other)
        total = (barrier, metres) if known is None else (min(barrier, known[0]), metres + known[1])
        beside[j][other] = beside[other][j] = total
    beside[i] = {}


def _root(lead: Ints, i: int) -> int:
    while lead[i] != i:
        i = int(lead[i])
    return i
